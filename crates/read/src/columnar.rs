//! Parquet: one file, or a folder of files as Spark writes it.
//!
//! What a file says of itself, and the head of each page, are read by a reader of our own, since a roster may come from
//! anywhere and nothing that it says is believed; what is in a page is read by the `parquet` crate, which also is the second
//! opinion on whole files in the tests. A block is some thousands of rows of a group, which is read a column at a time where
//! there is a free core, so that memory stays bounded however large a group of rows is.
//!
//! A row has the cells that a text or a workbook with the same values would have. Columns inside groups of columns
//! (structures) are columns whose names have a dot; lists and maps have no cell and are named in a remark.

mod block;
mod cells;
mod codec;
mod compact;
mod delta;
mod folder;
mod footer;
mod pages;
mod shape;
#[cfg(test)]
mod tests;

pub(super) use block::ColumnarBlock;
pub(super) use folder::{Folder, folder_of};
pub use folder::{is_folder_of_parquet, partition};
pub(super) use footer::MAGIC;

use super::headings::{self, Headings, PREVIEW_ROWS, PreviewRow, Sought};
use super::limits::Limits;
use super::workbook::Opened;
use super::{Body, Options, refused};
use crate::about::{Form, PartRows};
use crate::diagnostic::{Code, Diagnostic, Place, excerpt};
use crate::error::{Error, Result};
use crate::guard::guarded;
use crate::positioned::Positioned;
use block::{Part, Source};
use footer::Footer;
use shape::Shape;
use std::sync::Arc;

/// Bytes of the first rows as shown, which are copies: far more than rosters have.
const PREVIEW_BYTES: usize = super::workbook::PREVIEW_BYTES;

/// A roster in Parquet whose columns are known.
pub(super) struct ColumnarBody {
    files: Files,
    /// The columns of the roster.
    names: Vec<String>,
    limits: Limits,
    /// Indexes of the number formats that its cells may have.
    formats: Vec<usize>,
}

/// Where its rows are.
enum Files {
    One(Arc<Part>),
    Folder(Folder),
}

/// Opens one file.
///
/// # Errors
/// `parquet-damaged`, `parquet-not-read`, `parquet-too-large`, `heading-row-missing`, `record-too-wide`, `roster-empty`,
/// `too-many-rows`.
pub(super) fn open(mut file: Positioned, bytes: u64, options: Options<'_>) -> Result<Opened> {
    check_heading_row(options)?;
    let footer = footer_of(&mut file, bytes)?;
    let told = Told::of(&footer);
    let names = footer.columns.iter().map(|leaf| leaf.name.clone()).collect();
    let sources = (0..footer.columns.len()).map(Source::Column).collect();
    let formats = formats_of([&footer].into_iter());
    let rows = footer.rows;
    let part = Arc::new(Part::new(file, footer, sources, options.limits));
    let body = ColumnarBody { files: Files::One(part), names, limits: options.limits, formats };
    body.opened(Form::Parquet { parts: Vec::new(), rows, remarks: told.remarks() })
}

/// Opens a folder whose files are known.
///
/// # Errors
/// Those of [`open`], `parquet-parts-differ`, `parquet-folder`, `roster-changed`.
pub(super) fn open_folder(mut folder: Folder, options: Options<'_>) -> Result<Opened> {
    check_heading_row(options)?;
    let looked = folder.look()?;
    let (parts, rows) = (folder.parts(), folder.rows());
    let body = ColumnarBody {
        files: Files::Folder(folder),
        names: looked.names,
        limits: options.limits,
        formats: looked.formats,
    };
    body.opened(Form::Parquet { parts, rows, remarks: looked.told.remarks() })
}

/// A Parquet file has no row of headings that could be another one.
fn check_heading_row(options: Options<'_>) -> Result<()> {
    let Some(row) = options.heading_row else { return Ok(()) };
    let message = format!("there are no headings in row {row}: a Parquet file names its columns itself");
    Err(refused(Code::HeadingRowMissing, message, "leave the row of the headings out"))
}

fn footer_of(file: &mut Positioned, bytes: u64) -> Result<Footer> {
    let read = guarded(|| Footer::read(file, bytes));
    read.unwrap_or_else(|_| Err(damaged("what it says of itself at its end cannot be understood")))
}

fn formats_of<'f>(footers: impl Iterator<Item = &'f Footer>) -> Vec<usize> {
    let mut formats: Vec<usize> = footers
        .flat_map(|footer| footer.columns.iter().filter_map(|leaf| cells::format_of(leaf.shape)))
        .collect();
    formats.sort_unstable();
    formats.dedup();
    formats
}

impl ColumnarBody {
    fn opened(mut self, form: Form) -> Result<Opened> {
        if self.names.is_empty() {
            let message = "the Parquet file has no columns that can be read";
            return Err(refused(Code::RosterEmpty, message, "write it with columns of texts and numbers"));
        }
        if let Form::Parquet { rows, .. } = &form {
            self.limits.check_rows(*rows)?;
        }
        let found = self.headings()?;
        let body = Body::Columnar(Box::new(self));
        Ok(Opened { form, found, body, other_candidates: Vec::new() })
    }

    /// Returns the names of the columns as headings, and the first rows below.
    fn headings(&mut self) -> Result<Headings> {
        let mut rows = vec![PreviewRow { number: 0, cells: self.names.clone(), is_wide: false }];
        let mut bytes = 0;
        let mut stopped = false;
        self.each(PREVIEW_ROWS as u64, &mut |block| {
            let fresh = headings::preview(&block.records()?);
            bytes += fresh.iter().flat_map(|row| &row.cells).map(String::len).sum::<usize>();
            if bytes > PREVIEW_BYTES {
                return Err(too_large("the text of its first rows is longer than 64 MiB"));
            }
            rows.extend(fresh);
            stopped = rows.len() > PREVIEW_ROWS;
            Ok(!stopped)
        })?;
        rows.truncate(PREVIEW_ROWS + 1);
        // Of equals the first is taken: the names.
        let mut found = headings::find(rows, Sought { score: &|_| 0, row: None })?;
        found.cells.resize(self.names.len(), String::new());
        found.longest.resize(self.names.len(), 0);
        Ok(found)
    }

    /// Returns the number formats that its cells may have, General left out, each once.
    pub(super) fn number_formats(&self) -> Vec<String> {
        let all = cells::formats();
        let mut texts: Vec<String> =
            self.formats.iter().filter_map(|index| all.get(*index).cloned()).collect();
        texts.sort_unstable();
        texts
    }

    /// Gives the rows to `emit`, in blocks.
    ///
    /// # Errors
    /// Those of opening each file of a folder; or what `emit` returns.
    pub(super) fn read(&mut self, emit: &mut dyn FnMut(ColumnarBlock) -> Result<()>) -> Result<()> {
        self.each(u64::MAX, &mut |block| emit(block).map(|()| true))
    }

    /// Makes sure that the files are still those that were hashed.
    ///
    /// # Errors
    /// `roster-changed`, `roster-unreadable`.
    pub(super) fn check_folder(&self) -> Result<()> {
        match &self.files {
            Files::One(_) => Ok(()),
            Files::Folder(folder) => folder.check(),
        }
    }

    /// Gives blocks of at most so many rows to `take`, as long as it wants more.
    fn each(&mut self, most: u64, take: &mut dyn FnMut(ColumnarBlock) -> Result<bool>) -> Result<()> {
        match &self.files {
            Files::One(part) => blocks(part, 1, most, take).map(|_| ()),
            Files::Folder(folder) => {
                let mut first = 1;
                for index in 0..folder.len() {
                    let part = Arc::new(folder.open(index, &self.names, self.limits)?);
                    if !blocks(&part, first, most, take)? {
                        break;
                    }
                    first += part.footer.rows;
                }
                Ok(())
            }
        }
    }
}

/// Gives the blocks of a file; returns whether more are wanted.
fn blocks(
    part: &Arc<Part>,
    first: u64,
    most: u64,
    take: &mut dyn FnMut(ColumnarBlock) -> Result<bool>,
) -> Result<bool> {
    let mut next = first;
    for (group, rows) in part.blocks(most) {
        let block = ColumnarBlock { part: Arc::clone(part), group, first: next, rows: rows.clone() };
        next += rows.end - rows.start;
        if !take(block)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What a person should know of the columns, of one file or of all.
#[derive(Debug, Default)]
struct Told {
    passed_over: Vec<(String, &'static str)>,
    instants: Vec<String>,
}

impl Told {
    fn of(footer: &Footer) -> Self {
        let is_instant =
            |shape| matches!(shape, Shape::OldTimestamp | Shape::Timestamp { is_instant: true, .. });
        let instants =
            footer.columns.iter().filter(|leaf| is_instant(leaf.shape)).map(|leaf| leaf.name.clone());
        Self { passed_over: footer.passed_over.clone(), instants: instants.collect() }
    }

    /// Adds what is to be known of another file.
    fn join(&mut self, other: Self) {
        if self.passed_over != other.passed_over {
            for one in other.passed_over {
                if !self.passed_over.contains(&one) {
                    self.passed_over.push(one);
                }
            }
        }
        if self.instants != other.instants {
            for one in other.instants {
                if !self.instants.contains(&one) {
                    self.instants.push(one);
                }
            }
        }
    }

    fn remarks(&self) -> Vec<String> {
        const NAMED: usize = 5;
        let list = |names: &[&str]| {
            let mut shown: Vec<String> =
                names.iter().take(NAMED).map(|name| format!("`{}`", excerpt(name))).collect();
            if names.len() > NAMED {
                shown.push(format!("{} more", names.len() - NAMED));
            }
            shown.join(", ")
        };
        let mut remarks = Vec::new();
        let mut kinds: Vec<&str> = self.passed_over.iter().map(|(_, what)| *what).collect();
        kinds.sort_unstable();
        kinds.dedup();
        for kind in kinds {
            let of_kind = self.passed_over.iter().filter(|(_, what)| *what == kind);
            let names: Vec<&str> = of_kind.map(|(name, _)| name.as_str()).collect();
            let columns = if names.len() == 1 { "the column" } else { "the columns" };
            let are = if names.len() == 1 { "holds" } else { "hold" };
            remarks.push(format!(
                "{columns} {} {are} {kind}, which a cell cannot show, and {} not in the output",
                list(&names),
                if names.len() == 1 { "is" } else { "are" }
            ));
        }
        if !self.instants.is_empty() {
            let names: Vec<&str> = self.instants.iter().map(String::as_str).collect();
            remarks.push(format!("dates and times are shown in UTC: {}", list(&names)));
        }
        remarks
    }
}

/// Returns the error for a file that is not written like one.
fn damaged(harm: &str) -> Error {
    refused(
        Code::ParquetDamaged,
        format!("the Parquet file is damaged: {harm}"),
        "copy it again from where it was written, or write it again",
    )
}

fn not_read(message: impl Into<String>, help: impl Into<String>) -> Error {
    refused(Code::ParquetNotRead, message, help)
}

fn too_large(harm: &str) -> Error {
    refused(
        Code::ParquetTooLarge,
        format!("the Parquet file is too large to be read: {harm}"),
        "write it again with smaller pages and groups of rows, or export the roster as .csv",
    )
}

/// Makes room for so many bytes, or says that there is none: what is asked for is what the file says.
fn room(bytes: usize) -> Result<Vec<u8>> {
    let mut room = Vec::new();
    match room.try_reserve_exact(bytes) {
        Ok(()) => Ok(room),
        Err(_) => Err(too_large("there is not enough memory for a page of it")),
    }
}

/// Names the file of a folder in an error that has no place.
fn in_part(mut error: Error, part: Option<&str>) -> Error {
    let Some(part) = part else { return error };
    // What is wrong with the folder names its files already.
    let is_unnamed =
        |found: &&mut Diagnostic| found.place == Place::File && found.code != Code::ParquetFolder;
    for found in error.diagnostics.iter_mut().filter(is_unnamed) {
        found.message = format!("{} (file `{}`)", found.message, excerpt(part));
    }
    error
}

/// What stands for a file in [`Form::Parquet`].
fn part_rows(name: &str, rows: u64) -> PartRows {
    PartRows { name: name.to_owned(), rows }
}
