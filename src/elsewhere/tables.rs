//! The tables of a folder: where each is, whether it is whole, and its columns by their machine names.

use crate::about::About;
use crate::diagnostic::{Code, Diagnostic, excerpt};
use crate::error::{Error, Result};
use crate::read::{self, Input, Limits, Reader};
use crate::record::{Cell, Record};
use crate::report::summary::elsewhere::TableSource;
use crate::scratch::Scratch;
use std::fs;
use std::path::{Path, PathBuf};

/// How a file of a table may end; JSON lines are not read.
const ENDINGS: [&str; 2] = ["parquet", "csv"];

/// A table that is open.
pub(super) struct Table {
    name: &'static str,
    pub reader: Reader,
    /// Cells of text may have a `'` before what would be a formula.
    is_text: bool,
}

/// Refuses what is not there, or is no folder.
///
/// # Errors
/// `summary-missing`.
pub(super) fn check_folder(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let what = if folder.exists() { "is a file, not a folder" } else { "is not there" };
    Err(missing(format!("the folder `{}` {what}", folder.display()), HELP))
}

const HELP: &str = "name the folder that samples/spark/annotate.py wrote, or that of `annotate --tables DIR --names machine`";

fn missing(message: String, help: &str) -> Error {
    Error::input(Diagnostic::error(Code::SummaryMissing, message).help(help))
}

/// Refuses a folder that a job did not write to its end.
///
/// # Errors
/// `summary-unfinished`.
pub(super) fn check_finished(parts: &Path) -> Result<()> {
    if parts.join("_SUCCESS").is_file() {
        return Ok(());
    }
    let message =
        format!("the folder `{}` has no `_SUCCESS`: the job is still writing, or broke off", parts.display());
    let help = "wait until the job has ended, or run it again";
    Err(Error::input(Diagnostic::error(Code::SummaryUnfinished, message).help(help)))
}

/// Returns the files of a folder that are its content, in the order of their names.
///
/// # Errors
/// If it cannot be read.
pub(super) fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = |error: std::io::Error| {
        missing(
            format!("the folder `{}` cannot be read: {error}", folder.display()),
            "check that you may read it",
        )
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if !name.starts_with(['_', '.']) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

impl Table {
    /// Opens a table of the folder; `None` = it has none of this name.
    ///
    /// # Errors
    /// `summary-unfinished`, and those of reading it.
    pub(super) fn open(folder: &Path, name: &'static str, scratch: &Scratch) -> Result<Option<Self>> {
        let parts = folder.join(name);
        let file =
            ENDINGS.iter().map(|ending| folder.join(format!("{name}.{ending}"))).find(|file| file.is_file());
        let path = match file {
            Some(file) => file,
            None if parts.is_dir() => {
                check_finished(&parts)?;
                parts
            }
            None => return Ok(None),
        };
        // The first row has the headings, whatever they are.
        let score = |_: &[String]| 0;
        let options = read::Options {
            encoding: Some("utf-8"),
            delimiter: Some(b','),
            ..read::Options::new(Limits::default(), scratch, &score)
        };
        let reader = read::open(&Input::File(path), options)?;
        let is_text = matches!(reader.about.form, crate::about::Form::Text { .. });
        Ok(Some(Self { name, reader, is_text }))
    }

    /// Opens a table that has to be there.
    ///
    /// # Errors
    /// `summary-missing`, and those of [`Table::open`].
    pub(super) fn needed(folder: &Path, name: &'static str, scratch: &Scratch) -> Result<Self> {
        Self::open(folder, name, scratch)?.ok_or_else(|| {
            let is_lines = folder.join(format!("{name}.jsonl")).is_file();
            let help =
                if is_lines { "write the tables with `--tables-format parquet` or `csv`" } else { HELP };
            missing(format!("the folder `{}` has no table `{name}`", folder.display()), help)
        })
    }

    /// Returns what is told of it.
    pub(super) fn source(&self) -> TableSource {
        let About { name, bytes, sha256, .. } = &self.reader.about;
        TableSource { name: self.name, file: name.clone(), bytes: *bytes, sha256: sha256.clone() }
    }

    /// Returns whether it has a column.
    pub(super) fn has(&self, name: &str) -> bool {
        self.reader.about.headings.iter().any(|heading| heading == name)
    }

    /// Returns where the needed columns are, and those of the known ones that are there.
    ///
    /// # Errors
    /// `summary-columns`: those that are missing, and those that are not known.
    pub(super) fn places(&self, needed: &[String], known: &[String]) -> Result<Places> {
        let headings = &self.reader.about.headings;
        let names = |names: Vec<&String>| {
            names.iter().take(5).map(|name| format!("`{}`", excerpt(name))).collect::<Vec<_>>().join(", ")
        };
        let absent: Vec<&String> = needed.iter().filter(|name| !headings.contains(name)).collect();
        let strange: Vec<&String> =
            headings.iter().filter(|name| !needed.contains(name) && !known.contains(name)).collect();
        let what = match (absent.is_empty(), strange.is_empty()) {
            (true, true) => {
                let is_text = self.is_text;
                return Ok(Places { headings: headings.clone(), is_text });
            }
            (false, true) => format!("has no column {}", names(absent)),
            (true, false) => format!("has columns that are not known: {}", names(strange)),
            (false, false) => {
                format!("has no column {}, but columns that are not known: {}", names(absent), names(strange))
            }
        };
        let help = "give the tables as the job writes them, under its policy; those of `annotate --tables` with \
                    `--names machine`";
        Err(Error::input(
            Diagnostic::error(Code::SummaryColumns, format!("the table `{}` {what}", self.name))
                .in_file(self.reader.about.name.clone())
                .help(help),
        ))
    }
}

/// The columns of a table, by name.
#[derive(Clone, Debug)]
pub(super) struct Places {
    headings: Vec<String>,
    is_text: bool,
}

impl Places {
    /// Returns the place of a column, if the table has it.
    pub(super) fn of(&self, name: &str) -> Option<usize> {
        self.headings.iter().position(|heading| heading == name)
    }

    /// Returns a text; empty where there is none.
    pub(super) fn text(&self, record: Record<'_>, place: Option<usize>) -> String {
        let shown = place.map(|place| record.cell(place).shown()).unwrap_or_default();
        match shown.strip_prefix('\'').filter(|_| self.is_text) {
            Some(rest) => rest.to_owned(),
            None => shown,
        }
    }
}

/// Returns a count; `None` where there is none.
///
/// # Errors
/// The value, if it is no count.
pub(super) fn count(record: Record<'_>, place: Option<usize>) -> std::result::Result<Option<u64>, Wrong> {
    const LIMIT: f64 = 9e15;
    let Some(place) = place else { return Ok(None) };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and in range")]
    match record.cell(place) {
        Cell::Blank => Ok(None),
        Cell::Number { value, .. } if value.fract() == 0.0 && (0.0..LIMIT).contains(&value) => {
            Ok(Some(value as u64))
        }
        Cell::Text(text) => text.parse().map(Some).map_err(|_| Wrong::of(record, place, "a count")),
        _ => Err(Wrong::of(record, place, "a count")),
    }
}

/// Returns a truth; `None` where there is none.
///
/// # Errors
/// The value, if it is none.
pub(super) fn truth(record: Record<'_>, place: Option<usize>) -> std::result::Result<Option<bool>, Wrong> {
    let Some(place) = place else { return Ok(None) };
    match record.cell(place) {
        Cell::Blank => Ok(None),
        Cell::Bool(value) => Ok(Some(value)),
        Cell::Text("true") => Ok(Some(true)),
        Cell::Text("false") => Ok(Some(false)),
        _ => Err(Wrong::of(record, place, "true or false")),
    }
}

/// A value that its column cannot have.
#[derive(Clone, Debug)]
pub(super) struct Wrong {
    number: u64,
    column: usize,
    message: String,
}

impl Wrong {
    /// Says what a value should be.
    pub(super) fn of(record: Record<'_>, column: usize, wanted: &str) -> Self {
        let message = format!("`{}` is not {wanted}", excerpt(&record.cell(column).shown()));
        Self { number: record.number, column, message }
    }

    /// Returns it as an error of its table.
    pub(super) fn error(self, about: &About) -> Error {
        let mut diagnostic = Diagnostic::error(Code::SummaryColumns, self.message)
            .in_file(about.name.clone())
            .at(about.place(self.number, Some(self.column)))
            .help("the table was not written by the job, or was changed: run the job again");
        diagnostic.heading = about.headings.get(self.column).cloned();
        Error::input(diagnostic)
    }
}
