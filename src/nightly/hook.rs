//! The program of the user that is run when a night has ended.

use super::clock::Clock;
use super::configuration::Configuration;
use super::report::Places;
use super::run::Night;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long it may take.
pub const LIMIT: Duration = Duration::from_mins(5);

/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// Runs the program with its arguments, without a shell, and waits for it. In each argument `{report}`, `{page}`, `{code}`
/// and `{night}` stand for the files, the exit code and the day; the environment has them, too, as `FASTTRACK_REPORT` and
/// so on. Nothing is run where nothing is configured.
///
/// # Errors
/// What went wrong with it, in words: the run itself is over by then.
pub fn run(
    night: &Night,
    configuration: &Configuration,
    places: &Places,
    clock: &dyn Clock,
) -> Result<(), String> {
    let Some((program, arguments)) = configuration.on_finish.split_first() else { return Ok(()) };
    let values = [
        ("report", places.report.display().to_string()),
        ("page", places.page.display().to_string()),
        ("code", night.code.to_string()),
        ("night", night.began.day().to_string()),
    ];
    let filled = |argument: &String| {
        values
            .iter()
            .fold(argument.clone(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    };
    let mut command = Command::new(program);
    command.args(arguments.iter().map(filled)).stdin(Stdio::null());
    // Standard output is that of the report.
    command.stdout(Stdio::null());
    for (name, value) in &values {
        command.env(format!("FASTTRACK_{}", name.to_uppercase()), value);
    }
    let failed = |why: String| format!("`on-finish` (`{program}`) {why}");
    let child = command.spawn().map_err(|error| failed(format!("cannot be started: {error}")))?;
    waited(child, clock).map_err(failed)
}

fn waited(mut child: Child, clock: &dyn Clock) -> Result<(), String> {
    let began = clock.elapsed();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("failed: {status}")),
            Ok(None) if clock.elapsed().saturating_sub(began) < LIMIT => clock.wait(LOOK),
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("was stopped after {} seconds", LIMIT.as_secs()));
            }
            Err(error) => return Err(format!("cannot be waited for: {error}")),
        }
    }
}
