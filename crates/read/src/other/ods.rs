//! ODS: one XML document with all sheets in it, of which the first rows are kept and the chosen one is read again.
//!
//! Source: OASIS `OpenDocument` 1.3, part 3. Its prefixes are taken as every known program writes them (`table:`,
//! `office:`, `text:`). Cells keep their kind: numbers (also percentages and sums of money), dates, times, TRUE and
//! FALSE, texts, errors. Of number formats only those are kept that change what a number says: leading zeros,
//! percentages, times.

mod ahead;
mod cell;
mod tables;

use super::FirstRows;
use super::gather::{Frame, Gather};
use crate::book::{Listed, check_names};
use crate::diagnostic::Code;
use crate::error::{Error, Result};
use crate::headings::PreviewRow;
use crate::package::{Package, damaged, damaged_in, too_large};
use crate::refused;
use crate::sheet::{prefixed, walk};
use cell::Kept;
pub(super) use cell::formats;
use std::sync::Arc;
use tables::{Head, RowSink, Wanted};

const CONTENT: &str = "content.xml";
const MANIFEST: &str = "META-INF/manifest.xml";
const MIMETYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";
/// Sheets: more than any program lets a person make by hand.
const LIMIT_SHEETS: usize = 1_000;
/// Bytes that the first rows of all sheets may take.
const LIMIT_HELD: usize = 256 * 1024 * 1024;

/// A workbook whose sheets are known, and the first rows of each.
pub(crate) struct Ods {
    package: Package,
    sheets: Vec<Listed>,
    previews: Vec<Result<Vec<PreviewRow>>>,
}

impl Ods {
    /// Reads the document once: its sheets, and their first rows.
    ///
    /// # Errors
    /// `workbook-protected`, `workbook-format` if it is another document, `workbook-damaged`, `workbook-too-large`;
    /// `roster-empty` without any sheet.
    pub(super) fn open(mut package: Package) -> Result<Self> {
        check_protection(&mut package)?;
        if !is_spreadsheet(&mut package)? {
            return Err(refused(
                Code::WorkbookFormat,
                "the file is a document of another kind, not a spreadsheet",
                "name the workbook with the roster",
            ));
        }
        let mut listing = Listing::default();
        tables::read(&mut package, CONTENT, &mut listing)?;
        let Listing { sheets, previews, .. } = listing;
        check_names(&sheets)?;
        let previews = previews.into_iter().map(|first| first.map(FirstRows::rows)).collect();
        Ok(Self { package, sheets, previews })
    }

    pub(super) fn sheets(&self) -> &[Listed] {
        &self.sheets
    }

    /// Returns the first rows of a sheet that are not blank; to be called once for each.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(super) fn preview(&mut self, index: usize) -> Result<Vec<PreviewRow>> {
        let kept = self.previews.get_mut(index).map(|kept| std::mem::replace(kept, Ok(Vec::new())));
        kept.unwrap_or_else(|| Ok(Vec::new()))
    }

    /// Lets the whole document be read again.
    pub(super) fn rewind(&mut self) {
        self.package.rewind();
    }

    /// Gives the rows of a sheet to `gather`, as long as it wants them.
    ///
    /// # Errors
    /// `workbook-damaged`, `workbook-too-large`, `record-too-wide`.
    pub(super) fn read(&mut self, index: usize, gather: Gather<'_>) -> Result<()> {
        let mut one = One { wanted: index, begun: 0, gather };
        tables::read(&mut self.package, CONTENT, &mut one)?;
        one.gather.finish()
    }
}

/// Returns whether the document says that it is a spreadsheet: in the part for that, or, where there is none, in its
/// manifest. One that says nothing is told by what is in it.
fn is_spreadsheet(package: &mut Package) -> Result<bool> {
    if package.has("mimetype") {
        return Ok(package.text("mimetype")?.starts_with(MIMETYPE));
    }
    let mut is_spreadsheet = true;
    walk(&package.text(MANIFEST)?, &mut |_, tag| {
        let is_whole = prefixed(tag, "full-path")?.as_deref() == Some("/");
        if let Some(kind) = prefixed(tag, "media-type")?.filter(|kind| is_whole && !kind.is_empty()) {
            is_spreadsheet = kind.starts_with(MIMETYPE);
        }
        Ok(())
    })
    .map_err(|harm| damaged_in(MANIFEST, &harm))?;
    Ok(is_spreadsheet)
}

fn check_protection(package: &mut Package) -> Result<()> {
    if !package.has(MANIFEST) {
        return Ok(());
    }
    let mut is_encrypted = false;
    walk(&package.text(MANIFEST)?, &mut |_, tag| {
        is_encrypted |= tag.local_name().as_ref() == "encryption-data";
        Ok(())
    })
    .map_err(|harm| damaged_in(MANIFEST, &harm))?;
    if is_encrypted {
        return Err(refused(
            Code::WorkbookProtected,
            "the workbook is protected by a password",
            "open it, remove the password, and save it again",
        ));
    }
    Ok(())
}

/// Keeps the first rows of every visible sheet; of one that cannot be read, what is wrong with it.
#[derive(Default)]
struct Listing {
    sheets: Vec<Listed>,
    previews: Vec<Result<FirstRows>>,
    /// Bytes that all of them take.
    held: usize,
}

impl RowSink for Listing {
    fn table(&mut self, name: &str, is_hidden: bool) -> Result<Wanted> {
        if self.sheets.len() >= LIMIT_SHEETS {
            return Err(too_large(&format!("it has more than {LIMIT_SHEETS} sheets")));
        }
        self.sheets.push(Listed { name: name.to_owned(), is_hidden, part: String::new() });
        self.previews.push(Ok(FirstRows::default()));
        Ok(Wanted::Yes)
    }

    fn row(&mut self, head: Head, cells: &[Kept]) -> Result<Wanted> {
        let Some((sheet, Ok(first))) = self.sheets.last().zip(self.previews.last_mut()) else {
            return Ok(Wanted::No);
        };
        let frame = Frame::whole(&sheet.name, formats(), Arc::default());
        let (mut is_wanted, before) = (true, first.held());
        let mut add = |records| {
            is_wanted = first.add(&records)?;
            Ok(is_wanted)
        };
        let mut gather = Gather::new(&frame, &mut add);
        let added = tables::give(head, cells, &mut gather).and_then(|_| gather.finish());
        self.held += first.held() - before;
        if self.held > LIMIT_HELD {
            return Err(too_large("the first rows of its sheets take more than 256 MiB"));
        }
        if let Err(error) = added {
            return self.refuse(error);
        }
        Ok(if is_wanted { Wanted::Yes } else { Wanted::No })
    }

    fn refuse(&mut self, error: Error) -> Result<Wanted> {
        if let Some(last) = self.previews.last_mut() {
            *last = Err(error);
        }
        Ok(Wanted::No)
    }
}

/// Hands on the rows of one sheet.
struct One<'a> {
    wanted: usize,
    /// Sheets that have begun.
    begun: usize,
    gather: Gather<'a>,
}

impl RowSink for One<'_> {
    fn table(&mut self, _: &str, _: bool) -> Result<Wanted> {
        self.begun += 1;
        Ok(match self.begun.cmp(&(self.wanted + 1)) {
            std::cmp::Ordering::Less => Wanted::No,
            std::cmp::Ordering::Equal => Wanted::Yes,
            std::cmp::Ordering::Greater => Wanted::NoMore,
        })
    }

    fn row(&mut self, head: Head, cells: &[Kept]) -> Result<Wanted> {
        Ok(if tables::give(head, cells, &mut self.gather)? { Wanted::Yes } else { Wanted::NoMore })
    }

    fn refuse(&mut self, error: Error) -> Result<Wanted> {
        Err(error)
    }
}

fn cut_short() -> Error {
    damaged("its sheets end too early")
}
