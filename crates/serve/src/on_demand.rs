//! Files that are made when somebody asks for them: the rows in another format, the workbooks of a split in a ZIP, and the
//! tables of a long roster.

use crate::book::{Output, Run};
use crate::child::Ended;
use crate::failures;
use crate::folder::size;
use crate::problem::Problem;
use crate::roster_name;
use crate::site::Site;
use crate::uploads::removed;
use crate::work::{self, TABLES};
use crate::zipped;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::fs;
use tokio::sync::oneshot;

/// What is being made at this moment: whoever asks for the same file waits for it.
#[derive(Default)]
pub(crate) struct SingleFlight {
    files: Mutex<HashMap<PathBuf, Arc<tokio::sync::Mutex<()>>>>,
}

impl SingleFlight {
    fn of(&self, path: &Path) -> Arc<tokio::sync::Mutex<()>> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that nobody waits for any more go.
        files.retain(|_, file| Arc::strong_count(file) > 1);
        Arc::clone(files.entry(path.to_owned()).or_default())
    }
}

/// A run that something more is made of, and the name of its roster.
struct Maker<'s> {
    site: &'s Site,
    run: &'s Run,
    roster: &'s str,
}

/// Makes a file of a run; if whoever asked goes away, it is not made.
///
/// # Errors
/// 422 with what the program says; 507.
pub(crate) async fn make(site: &Site, run: &Run, roster: &str, output: &Output) -> Result<(), Problem> {
    let maker = Maker { site, run, roster };
    let alone = site.making.of(&output.path);
    let _alone = alone.lock().await;
    if output.path.is_file() {
        return Ok(());
    }
    let _permit = site.looking.acquire().await.map_err(|_| Problem::internal())?;
    let work = Work::begin(site, &output.path)?;
    let made = if let Some(kind) = output.kind.strip_suffix(".zip") {
        maker.zip(kind, &work.folder).await?
    } else {
        let rows = work.folder.join(format!("rows.{}", output.kind));
        let flags = [format!("--format={}", output.kind), output_flag(&rows)];
        maker.program(&flags, false, &work.folder).await?;
        rows
    };
    maker.put(&work, &made, &output.path).await
}

/// Makes the tables of a run in JSON lines, if they are not there yet, and returns their folder.
///
/// # Errors
/// 422 with what the program says; 507.
pub(crate) async fn tables(site: &Site, run: &Run, roster: &str) -> Result<PathBuf, Problem> {
    let maker = Maker { site, run, roster };
    let path = site.folder.run(&run.upload, &run.id).join(TABLES);
    let alone = site.making.of(&path);
    let _alone = alone.lock().await;
    if path.is_dir() {
        return Ok(path);
    }
    let _permit = site.looking.acquire().await.map_err(|_| Problem::internal())?;
    let work = Work::begin(site, &path)?;
    let made = work.folder.join(TABLES);
    let rows = ["--format=jsonl".to_owned(), output_flag(&work.folder.join("rows.jsonl"))];
    let flags = [rows, work::flags_of_tables(&made, "jsonl")].concat();
    maker.program(&flags, true, &work.folder).await?;
    // Nobody asks for all customers here, and they may be many.
    fs::remove_file(made.join(work::CUSTOMERS)).await.map_err(|_| Problem::gone())?;
    maker.put(&work, &made, &path).await?;
    Ok(path)
}

impl Maker<'_> {
    /// Makes the workbooks of a split, or the tables, and a ZIP of them.
    async fn zip(&self, kind: &str, folder: &Path) -> Result<PathBuf, Problem> {
        let (files, zip) = (folder.join("all"), folder.join("all.zip"));
        let flags = if let Some(by) = kind.strip_prefix("split-") {
            vec![format!("--split-files={by}"), output_flag(&folder.join("all.xlsx"))]
        } else {
            let rows = ["--format=csv".to_owned(), output_flag(&folder.join("rows.csv"))];
            [rows, work::flags_of_tables(&files, "csv")].concat()
        };
        self.program(&flags, true, folder).await?;
        let inner = roster_name::output(self.roster, "");
        let inner = inner.trim_end_matches('.').to_owned();
        let made = zip.clone();
        let done = tokio::task::spawn_blocking(move || zipped::folder(&files, &made, &inner)).await;
        match done {
            Ok(Ok(())) => Ok(zip),
            _ => Err(Problem::no_room()),
        }
    }

    async fn program(&self, flags: &[String], with_since: bool, folder: &Path) -> Result<(), Problem> {
        let Self { site, run, roster } = self;
        let mut arguments = work::arguments(site, run, roster, with_since);
        arguments.extend_from_slice(flags);
        // Nothing but the end of the request stops it.
        let (_keep, stop) = oneshot::channel();
        match site.program.run(&arguments, folder, site.room(), stop).await {
            Ok(Ended::Answered { code: Some(0 | 3), .. }) => Ok(()),
            Ok(Ended::Answered { code, answer }) => Err(failures::problem(site, code, answer.as_ref())),
            Ok(Ended::Stopped | Ended::TooLong) => Err(failures::too_long()),
            Err(_) => Err(Problem::internal()),
        }
    }

    /// Gives what was made its place.
    async fn put(&self, work: &Work, made: &Path, place: &Path) -> Result<(), Problem> {
        let Self { site, run, .. } = self;
        fs::rename(made, place).await.map_err(|_| Problem::gone())?;
        removed(&work.folder).await?;
        let folder = site.folder.run(&run.upload, &run.id);
        let bytes = tokio::task::spawn_blocking(move || size(&folder)).await.unwrap_or(run.bytes);
        if let Some(run) = site.book().run_mut(&run.id) {
            run.bytes = bytes;
        }
        Ok(())
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
    fn begin(site: &Site, path: &Path) -> Result<Self, Problem> {
        site.check_room(0)?;
        let folder = path.with_extension("making");
        crate::folder::make_private(&folder).map_err(|_| Problem::gone())?;
        Ok(Self { folder })
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        // What stays is removed with the run.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
