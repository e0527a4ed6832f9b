//! A progress bar for a person at a terminal; nothing for a scheduler.

use fasttrack_roster::guard::guarded;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, stderr};
use std::ops::ControlFlow;
use std::time::Duration;

/// Returns a bar on standard error, hidden unless that is a terminal and `quiet` is off.
pub(super) fn bar(quiet: bool) -> ProgressBar {
    if quiet || !stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} rows, {elapsed}") {
        bar.set_style(style);
    }
    // It takes a thread, and panics where the system refuses one; the bar then moves with the rows.
    let _ = guarded(|| bar.enable_steady_tick(Duration::from_millis(120)));
    bar
}

/// Shows on a bar how many rows are done; only a signal stops a run of the command line.
pub(super) fn shown_on(bar: &ProgressBar) -> impl Fn(u64) -> ControlFlow<()> {
    |rows| {
        bar.set_position(rows);
        ControlFlow::Continue(())
    }
}
