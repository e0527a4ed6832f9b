//! A run, done by a child process: the workbook, the run report, and what is remembered of it.

use crate::book::{Line, Run, SinceRun, State};
use crate::child::Ended;
use crate::clock;
use crate::failures;
use crate::folder::size;
use crate::id::Id;
use crate::remembered::KnownBy;
use crate::roster_name;
use crate::site::Site;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::fs;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

/// The workbook of a run, in its folder.
pub(crate) const WORKBOOK: &str = "workbook.xlsx";
/// The run report.
pub(crate) const REPORT: &str = "report.json";
/// What the overrides of a run are called, which the workbook names.
pub(crate) const OVERRIDES: &str = "overrides.csv";
/// The tables of a run, in JSON lines.
pub(crate) const TABLES: &str = "tables";
/// Bytes of a roster whose tables are made with its workbook; those of a longer one wait until somebody asks for them.
const TABLES_BYTES: u64 = 16 * 1024 * 1024;
/// The table of all customers, which nobody asks for here, and which may be long.
pub(crate) const CUSTOMERS: &str = "customers.jsonl";
/// The columns that were used.
const COLUMNS: &str = "columns.toml";
/// The totals of an earlier run whose workbook is not there any more.
const SINCE: &str = "since.json";

/// Does runs, one after the other, as long as the page is there.
pub(crate) async fn all(site: Arc<Site>) {
    loop {
        let (id, stop) = site.queue.next().await;
        one(&site, &id, stop).await;
        site.queue.done(&id);
        site.has_changed();
    }
}

/// What a run came to.
struct Outcome {
    state: State,
    exit_code: Option<i32>,
    error: Option<Value>,
    report: Option<Value>,
}

impl Outcome {
    const fn cancelled() -> Self {
        Self { state: State::Cancelled, exit_code: None, error: None, report: None }
    }

    fn failed(exit_code: Option<i32>, error: Value) -> Self {
        Self { state: State::Failed, exit_code, error: Some(error), report: None }
    }
}

async fn one(site: &Site, id: &Id, stop: oneshot::Receiver<()>) {
    let began = Instant::now();
    let Some((run, name, bytes)) = begun(site, id) else { return };
    site.has_changed();
    let folder = site.folder.run(&run.upload, id);
    let outcome = match prepared(site, &run, &folder).await {
        Ok(()) => done(site, &run, (&name, bytes), stop).await,
        Err(_) => Outcome::failed(None, crate::problem::Problem::no_room().part()),
    };
    if outcome.state == State::Done {
        remember(site, &run, outcome.report.as_ref(), &folder);
    } else {
        // What stays is removed at the end.
        let _ = fs::remove_dir_all(&folder).await;
    }
    let measured = folder.clone();
    let bytes = tokio::task::spawn_blocking(move || size(&measured)).await.unwrap_or(0);
    let over = ended(run, outcome, (began.elapsed(), bytes));
    let state = format!("{:?}", over.state).to_lowercase();
    site.log(&format!("run {}: {state} after {:.1} s", id.short(), began.elapsed().as_secs_f64()));
    // It is on the disk before anyone is told.
    if !site.journal.write(&Line::Run(Box::new(over.clone()))).await {
        site.log("the history could not be written");
    }
    keep(site, over);
}

/// Marks a run as begun; `None` = it was deleted meanwhile.
fn begun(site: &Site, id: &Id) -> Option<(Run, String, u64)> {
    let mut book = site.book();
    let run = book.run_mut(id)?;
    run.state = State::Running;
    run.started = Some(clock::now());
    let run = run.clone();
    let upload = book.upload(&run.owner, &run.upload)?;
    let (name, bytes) = (upload.name.clone(), upload.bytes);
    Some((run, name, bytes))
}

/// Returns a run with what it came to.
fn ended(mut run: Run, outcome: Outcome, (took, bytes): (Duration, u64)) -> Run {
    let Outcome { state, exit_code, error, report } = outcome;
    run.is_here = state == State::Done;
    run.state = state;
    run.exit_code = exit_code;
    run.error = error;
    run.report = report;
    run.seconds = Some((took.as_secs_f64() * 1000.0).round() / 1000.0);
    run.bytes = bytes;
    run
}

/// Puts a run that is over into the book, unless it was deleted meanwhile.
fn keep(site: &Site, run: Run) {
    let mut book = site.book();
    if book.run_mut(&run.id).is_none() {
        return;
    }
    if let Some(upload) = book.upload_mut(&run.upload) {
        upload.settings = run.settings.clone();
        upload.fixes = run.fixes.clone();
    }
    book.put_run(run);
}

/// Makes the folder of a run, and the files that the program reads beside the roster.
async fn prepared(site: &Site, run: &Run, folder: &Path) -> std::io::Result<()> {
    crate::folder::make_private(folder)?;
    if !run.fixes.is_empty() {
        fs::write(folder.join(OVERRIDES), run.fixes.csv()).await?;
    }
    if let Some(since) = &run.since
        && workbook_of(site, since).is_none()
    {
        let report = site.book().run(&run.owner, &since.run).and_then(|earlier| earlier.report.clone());
        if let Some(report) = report {
            fs::write(folder.join(SINCE), report.to_string()).await?;
        }
    }
    Ok(())
}

/// Returns the workbook of an earlier run, if it is still there.
fn workbook_of(site: &Site, since: &SinceRun) -> Option<PathBuf> {
    let path = site.folder.run(&since.upload, &since.run).join(WORKBOOK);
    path.is_file().then_some(path)
}

async fn done(
    site: &Site,
    run: &Run,
    (name, bytes): (&str, u64),
    mut stop: oneshot::Receiver<()>,
) -> Outcome {
    let folder = site.folder.run(&run.upload, &run.id);
    let mut with_since = run.since.is_some();
    loop {
        let mut arguments = arguments(site, run, name, with_since);
        arguments.extend([
            format!("--output={}", folder.join(WORKBOOK).to_string_lossy()),
            format!("--save-map={}", folder.join(COLUMNS).to_string_lossy()),
        ]);
        if bytes <= TABLES_BYTES {
            arguments.extend(flags_of_tables(&folder.join(TABLES), "jsonl"));
        }
        let (tell, told) = oneshot::channel();
        let running = site.program.run(&arguments, &folder, site.room(), told);
        let ended = tokio::select! {
            ended = running => ended,
            _ = &mut stop => {
                drop(tell);
                return Outcome::cancelled();
            }
            () = full(site) => return Outcome::failed(None, crate::problem::Problem::no_room().part()),
        };
        return match ended {
            Ok(Ended::Answered { code: Some(code @ (0 | 3)), answer: Some(report) }) => {
                let report = shown(site, report, name);
                let _ = fs::remove_file(folder.join(TABLES).join(CUSTOMERS)).await;
                if fs::write(folder.join(REPORT), report.to_string()).await.is_err() {
                    return Outcome::failed(None, crate::problem::Problem::no_room().part());
                }
                Outcome {
                    state: State::Done,
                    exit_code: Some(code),
                    error: None,
                    report: Some(short(report)),
                }
            }
            Ok(Ended::Answered { code, answer }) => {
                // Which run it is compared with was chosen here, and cannot be what it fails for.
                if with_since
                    && run.since.as_ref().is_some_and(|since| since.is_choice)
                    && failures::first_code(answer.as_ref()).starts_with("since-")
                {
                    with_since = false;
                    continue;
                }
                Outcome::failed(code, failures::problem(site, code, answer.as_ref()).part())
            }
            Ok(Ended::TooLong) => Outcome::failed(None, failures::too_long().part()),
            Ok(Ended::Stopped) => Outcome::cancelled(),
            Err(_) => Outcome::failed(None, crate::problem::Problem::internal().part()),
        };
    }
}

/// Returns the flags for the tables that workbooks have as sheets.
pub(crate) fn flags_of_tables(folder: &Path, format: &str) -> [String; 2] {
    [format!("--tables={}", folder.to_string_lossy()), format!("--tables-format={format}")]
}

/// Returns when the disk has no more room.
async fn full(site: &Site) {
    const LOOK: Duration = Duration::from_secs(1);
    loop {
        sleep(LOOK).await;
        if site.folder.free_bytes() < site.options.limits.free_bytes {
            return;
        }
    }
}

/// Returns the arguments of `annotate` but for what it writes; the same flags on the command line make the same bytes.
pub(crate) fn arguments(site: &Site, run: &Run, name: &str, with_since: bool) -> Vec<String> {
    let folder = site.folder.run(&run.upload, &run.id);
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let mut arguments = vec![
        "annotate".to_owned(),
        "--json".to_owned(),
        "--quiet".to_owned(),
        "--unattended".to_owned(),
        format!("--called={name}"),
        site.folder.roster(&run.upload).to_string_lossy().into_owned(),
    ];
    arguments.extend(run.settings.flags(site));
    arguments.extend(site.flags_of_page());
    if !run.fixes.is_empty() {
        arguments.push(format!("--overrides={}", path(OVERRIDES)));
    }
    if let Some(since) = run.since.as_ref().filter(|_| with_since) {
        let workbook = workbook_of(site, since).map(|path| path.to_string_lossy().into_owned());
        let report = folder.join(SINCE).is_file().then(|| path(SINCE));
        if let Some(earlier) = workbook.or(report) {
            arguments.push(format!("--since={earlier}"));
            arguments.push(format!("--since-called={}", roster_name::output(&since.name, "xlsx")));
        }
    }
    arguments
}

impl Site {
    /// Returns the flags that whoever started the page gave for every roster.
    pub(crate) fn flags_of_page(&self) -> Vec<String> {
        let catalogues = self.options.catalogues.iter();
        let catalogues = catalogues.map(|path| format!("--catalogue={}", path.to_string_lossy()));
        let limits = self.options.roster_limits.iter().map(|limit| format!("--limit={limit}"));
        catalogues.chain(limits).collect()
    }
}

/// Returns a run report in which the output is called as the program calls it, and nothing says where it is.
fn shown(site: &Site, report: Value, name: &str) -> Value {
    let mut report = failures::without_paths(site, report);
    // They are the page's own.
    if let Some(tables) = report.get_mut("tables") {
        *tables = Value::Null;
    }
    if let Some(path) = report.pointer_mut("/output/path") {
        *path = json!(roster_name::output(name, "xlsx"));
    }
    report
}

/// Returns a run report without what may be long: the words that were not understood.
fn short(mut report: Value) -> Value {
    if let Some(words) = report.get_mut("to_settle").and_then(Value::as_array_mut) {
        words.clear();
    }
    report
}

/// Keeps what is to be known for the next roster with the same headings.
fn remember(site: &Site, run: &Run, report: Option<&Value>, folder: &Path) {
    let Some(upload) = site.book().upload(&run.owner, &run.upload).cloned() else { return };
    let Some(headings) = &upload.headings else { return };
    let mut kept = site.remembered.keep_fixes(&run.owner, headings, &run.fixes);
    if run.settings.remember {
        let columns = folder.join(COLUMNS);
        for headings in upload.keys() {
            let of = (run.owner.as_str(), headings);
            kept = kept.and_then(|()| site.remembered.keep_settings(of, &run.settings, &columns));
        }
    }
    let known_by = KnownBy { name: upload.name.clone(), columns: columns_read(report) };
    for headings in upload.keys() {
        kept = kept.and_then(|()| site.remembered.know_by(&run.owner, headings, &known_by));
    }
    if kept.is_err() {
        site.log("what is to be remembered could not be written");
    }
}

/// Returns the headings of the columns that were read, in the order of the fields.
fn columns_read(report: Option<&Value>) -> Vec<String> {
    let mapping = report.and_then(|report| report.pointer("/input/mapping")?.as_array());
    let heading = |field: &Value| {
        let is_column = field.get("column").is_some_and(Value::is_u64);
        field.get("heading").and_then(Value::as_str).filter(|_| is_column).map(str::to_owned)
    };
    mapping.into_iter().flatten().filter_map(heading).collect()
}
