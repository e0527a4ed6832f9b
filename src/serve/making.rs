//! Files that are made when somebody asks for them: the rows in another format, and the workbooks of a split in a ZIP.

use super::book::{Output, Run};
use super::child::Ended;
use super::failures;
use super::folder::size;
use super::problem::Problem;
use super::roster_name;
use super::site::Site;
use super::uploads::removed;
use super::work;
use super::zipped;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::fs;
use tokio::sync::oneshot;

/// What is being made at this moment: whoever asks for the same file waits for it.
#[derive(Default)]
pub(super) struct Making {
    files: Mutex<HashMap<PathBuf, Arc<tokio::sync::Mutex<()>>>>,
}

impl Making {
    fn of(&self, path: &Path) -> Arc<tokio::sync::Mutex<()>> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that nobody waits for any more go.
        files.retain(|_, file| Arc::strong_count(file) > 1);
        Arc::clone(files.entry(path.to_owned()).or_default())
    }
}

/// Makes a file of a run; if whoever asked goes away, it is not made.
///
/// # Errors
/// 422 with what the program says; 507.
pub(super) async fn make(site: &Site, run: &Run, roster: &str, output: &Output) -> Result<(), Problem> {
    let alone = site.making.of(&output.path);
    let _alone = alone.lock().await;
    if output.path.is_file() {
        return Ok(());
    }
    let _permit = site.looking.acquire().await.map_err(|_| Problem::internal())?;
    site.check_room(0)?;
    let work = Work::begin(output)?;
    let by = output.kind.strip_prefix("split-").and_then(|kind| kind.strip_suffix(".zip"));
    let made = if let Some(by) = by {
        split(site, run, roster, (by, &work.folder)).await?
    } else {
        let rows = work.folder.join(format!("rows.{}", output.kind));
        let flags = vec![format!("--format={}", output.kind), output_flag(&rows)];
        program(site, run, roster, (flags, false), &work.folder).await?;
        rows
    };
    fs::rename(made, &output.path).await.map_err(|_| Problem::gone())?;
    removed(&work.folder).await?;
    let folder = site.folder.run(&run.upload, &run.id);
    let bytes = tokio::task::spawn_blocking(move || size(&folder)).await.unwrap_or(run.bytes);
    if let Some(run) = site.book().run_mut(&run.id) {
        run.bytes = bytes;
    }
    Ok(())
}

/// Makes the workbooks of a split, and a ZIP of them.
async fn split(
    site: &Site,
    run: &Run,
    roster: &str,
    (by, folder): (&str, &Path),
) -> Result<PathBuf, Problem> {
    let flags = vec![format!("--split-files={by}"), output_flag(&folder.join("all.xlsx"))];
    program(site, run, roster, (flags, true), folder).await?;
    let (books, zip) = (folder.join("all"), folder.join("all.zip"));
    let inner = roster_name::output(roster, "");
    let inner = inner.trim_end_matches('.').to_owned();
    let made = zip.clone();
    let done = tokio::task::spawn_blocking(move || zipped::folder(&books, &made, &inner)).await;
    match done {
        Ok(Ok(())) => Ok(zip),
        _ => Err(Problem::no_room()),
    }
}

async fn program(
    site: &Site,
    run: &Run,
    roster: &str,
    (flags, with_since): (Vec<String>, bool),
    folder: &Path,
) -> Result<(), Problem> {
    let mut arguments = work::arguments(site, run, roster, with_since);
    arguments.extend(flags);
    // Nothing but the end of the request stops it.
    let (_keep, stop) = oneshot::channel();
    match site.program.run(&arguments, folder, site.room(), stop).await {
        Ok(Ended::Answered { code: Some(0 | 3), .. }) => Ok(()),
        Ok(Ended::Answered { code, answer }) => Err(failures::problem(site, code, answer.as_ref())),
        Ok(Ended::Stopped | Ended::TooLong) => Err(failures::too_long()),
        Err(_) => Err(Problem::internal()),
    }
}

fn output_flag(path: &Path) -> String {
    format!("--output={}", path.to_string_lossy())
}

/// The folder in which a file is made; it goes with what is in it if nobody waits any more.
struct Work {
    folder: PathBuf,
}

impl Work {
    fn begin(output: &Output) -> Result<Self, Problem> {
        let folder = output.path.with_extension("making");
        super::folder::make_private(&folder).map_err(|_| Problem::gone())?;
        Ok(Self { folder })
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        // What stays is removed with the run.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
