//! The nightly run: every file that came is judged once, and the morning after nobody has to wonder what happened.
//!
//! Two words, here and wherever people read: a *roster* is an entry `[[roster]]` of the configuration, known by its name; a
//! *file* is what comes in for it, again and again.
//!
//! One file goes through a run like this; behind each step, what a crash there leaves and how the next run goes on:
//!
//! 1. found in the `inbox`, and written to its end (`settle`) - nothing; it is found again;
//! 2. hashed in its place (`fingerprint`): through one open file, so that it may be replaced meanwhile; of a folder, all its
//!    files, which are compared with that when they are read - nothing;
//! 3. known from the `ledger`? Then it is done (`decide`);
//! 4. entered as begun (`began`) - the next run counts a try, and takes the file last;
//! 5. judged by [`job::annotate`](crate::job::annotate) into a temporary file beside its place, checked, made to last, and
//!    renamed - a temporary file, which the next run removes; or the output, which it makes again, byte for byte;
//! 6. its run report written (`judge`) - likewise;
//! 7. a line in the `ledger`, made to last - a torn line is cut off, and the file judged again;
//! 8. copied to `latest` (`outbox`), and moved out of the inbox (`put_away`) - the next run knows the file, and does both.
//!
//! When all files are through, rosters that did not come are told, outputs that are not kept any more are removed
//! (`retention`), the report of the run (`report`) and the `metrics` are written, a line of the run ends the ledger,
//! and the program of the user is run (`hook`).
//!
//! It has no rule of its own on rosters: each is a [`Job`](crate::job::Job), as for every other command.

mod again;
mod began;
pub mod clock;
mod closed;
pub mod configuration;
mod decide;
mod end;
mod failed;
mod fingerprint;
mod flags;
pub mod hook;
mod inbox;
mod judge;
pub mod ledger;
mod lock;
pub mod metrics;
mod missing;
mod moved;
pub mod newest;
mod opening;
mod outbox;
pub mod outcome;
pub mod page;
mod passed_over;
pub mod pattern;
mod put_away;
mod queue;
pub mod report;
mod retention;
mod rosters;
mod rules;
mod run;
mod seen;
mod settle;
pub mod starter;
pub mod status;
pub mod unbegun;
pub mod words;

pub use end::{RosterEnd, State};
pub use run::{Asked, Held, Night, run};
