//! The upload page: rosters come in over HTTP, are understood and annotated as on the command line, and the workbooks go
//! out the same way.
//!
//! The way of a roster: `listen` accepts a connection and sets its timers; `guard` lets in requests of this page alone;
//! `receive` writes the upload into `folder` while limits hold; a `child` process of the same program looks at its first
//! rows (`previews`), and later annotates it (`queue`, `work`); `downloads` hands out what it wrote. This process
//! never reads a roster. What is known of uploads and runs is the `book`, kept in a `journal` where a folder for it is
//! named.

mod api;
mod assets;
mod attachment;
mod body;
mod book;
mod cells;
mod check_fixes;
mod child;
mod clock;
mod downloads;
mod failures;
mod fixes;
mod folder;
mod guard;
mod history;
mod id;
mod journal;
mod key;
mod listen;
mod notice;
mod on_demand;
mod options;
mod plans;
mod previews;
mod problem;
mod queue;
mod receive;
mod remembered;
mod review;
mod roster_name;
mod routes;
mod runs;
mod session;
mod settings;
mod site;
mod stop;
mod sweep;
mod uploads;
mod work;
mod write_timeout;

pub use notice::Notice;
pub use options::{Access, At, Limits, Options};
pub use remembered::ForNight;

use fasttrack_core::{
    PROGRAM, date, diagnostic, error, escape, findings, fold, hash, policy, roster, verdict,
};
use fasttrack_read::regular;
use fasttrack_write::zipped;

use crate::error::{Error, Result};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Runs the page until it is told to stop, by a signal; `tell` is given its address, and what happens.
///
/// What was uploaded and made is deleted at the end, and what an earlier process left behind at the beginning.
///
/// # Errors
/// Of kind `Output`: if it cannot listen where it should, its folder cannot be used, or another process uses it.
pub fn serve(options: Options, tell: impl Fn(Notice<'_>) + Send + Sync + 'static) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS)
        .build()
        .map_err(|error| Error::no_thread(&error))?;
    let site = runtime.block_on(listen::run(options, Arc::new(tell)))?;
    // Whatever still waits has nobody to wait for; children end with it.
    runtime.shutdown_timeout(END_TIME);
    clean(&site)
}

/// Returns what the page with this state folder remembers for files with these headings, of a user of the proxy, or of
/// all; for nightly runs.
///
/// # Errors
/// If the folder is not there or cannot be read.
pub fn remembered(state: &Path, user: Option<&str>, headings: &[String]) -> std::io::Result<Vec<ForNight>> {
    // A name that was not written right must not look like a page that remembers nothing.
    state.read_dir()?;
    let known = remembered::Remembered::new(state.join(folder::REMEMBERED));
    let headings = key::of_headings(headings.iter().map(String::as_str));
    known.for_night(user.map(site::User::named).as_ref(), &headings)
}

/// Removes what must not stay; a child that is just being ended may still write something.
fn clean(site: &site::Site) -> Result<()> {
    const TRIES: u32 = 40;
    const PAUSE: Duration = Duration::from_millis(50);
    let mut closed = site.folder.close();
    for _ in 0..TRIES {
        if closed.is_ok() {
            break;
        }
        std::thread::sleep(PAUSE);
        closed = site.folder.close();
    }
    closed.map_err(|error| listen::refused(&format!("its files cannot be removed: {error}")))
}

/// How long the end waits for what is being written.
const END_TIME: Duration = Duration::from_secs(2);

/// Threads that wait for the disk, at most.
const BLOCKING_THREADS: usize = 8;
