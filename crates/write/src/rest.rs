//! The parts of a workbook behind the rows that were streamed: one thread puts them together, and the others read the rows
//! back meanwhile.

use crate::archive::Archive;
use crate::beside::Beside;
use crate::body::Body;
use crate::copied::{self, Changed};
use crate::error::{Error, Result};
use crate::failed;
use crate::fill::Lists;
use crate::formats::FormatCache;
use crate::library::LibraryPart;
use crate::model::Sheet;
use crate::parts::{RosterPart, StreamedPart};
use crate::pipeline::Workers;
use crate::sheet;
use crate::splits::Splits;
use crate::tables::Ranged;
use crate::target::Staged;
use crate::verify::{Start, read_start};
use fasttrack_batch::threads::spawned;
use rust_xlsxwriter::Workbook;
use std::collections::HashMap;
use std::fs::File;
use std::thread;

/// What the rest is made of.
pub(crate) struct Rest {
    /// Sheets in front of the streamed ones.
    pub front: usize,
    pub workbook: Workbook,
    pub formats: FormatCache,
    /// The library's sheets of the parts of the main sheet.
    pub main: Vec<LibraryPart>,
    pub splits: Option<Splits>,
    pub beside: Beside,
    pub lists: Lists,
}

/// What was put into the archive.
pub(crate) struct Put {
    /// Sheets with rows that had waited, each with its number from 1.
    pub filled: Vec<(usize, StreamedPart)>,
    /// How many rows the streamed sheets have, by their numbers from 1.
    pub counted: HashMap<usize, u64>,
}

impl Rest {
    /// Renders the other sheets, and puts them behind the streamed ones, of which the first is the sheet behind `before`
    /// others.
    ///
    /// # Errors
    /// If they cannot be stored; internal, if the workbook library's sheets are not as we know them.
    pub(crate) fn put(
        self,
        sheets: &[Sheet],
        (before, streamed): (usize, &[RosterPart]),
        (archive, staged): (&mut Archive, &mut Staged),
    ) -> Result<Put> {
        let Self { front, mut workbook, mut formats, main, splits, beside, lists } = self;
        let renderer = lists.renderer();
        let splits = splits.map_or(Ok(Vec::new()), |splits| splits.end(&mut workbook, &mut formats))?;
        let mut parts = beside.end(main.into_iter().chain(splits), &mut workbook, &mut formats)?;
        let mut tables: Vec<Ranged> = parts.iter_mut().filter_map(|part| part.table.take()).collect();
        let taken = (front + 1..).zip(&mut parts);
        let mut bodies: Vec<(usize, Body)> =
            taken.filter_map(|(sheet, part)| Some((sheet, part.body.take()?))).collect();
        let counted = (front + 1..).zip(&parts).map(|(sheet, part)| (sheet, part.rows)).collect();
        for (place, list, table) in lists.end(sheets)? {
            let sheet = if place < front { place + 1 } else { place + 1 + parts.len() };
            bodies.push((sheet, list));
            tables.push(table);
        }
        put_together(&mut workbook, &mut formats, (sheets, front), parts)?;
        let mut library = staged.beside()?;
        workbook.save_to_writer(&mut library).map_err(|error| failed(&error))?;
        let others = Changed { before, streamed, bodies, renderer: renderer.as_deref(), tables };
        let filled = copied::copy(library, others, archive, staged.file())?;
        Ok(Put { filled, counted })
    }
}

/// Lets `rest` be written behind the file's first `end` bytes, which hold the parts `streamed` and do not change any more:
/// the archive is only appended to, but for the heads of the parts behind them. `reader` reads them back meanwhile. Without
/// one, or without a thread for it, nothing is read yet.
///
/// # Errors
/// Those of both, that of `rest` first.
pub(crate) fn read_meanwhile(
    (reader, workers): (Option<File>, &Workers),
    (streamed, end): (&[&StreamedPart], u64),
    rest: impl FnOnce() -> Result<Put>,
) -> Result<(Start, Put)> {
    let Some(mut reader) = reader else { return Ok((Start::default(), rest()?)) };
    thread::scope(|threads| {
        let Ok(start) = spawned(threads, move || read_start(&mut reader, workers, streamed, end)) else {
            return Ok((Start::default(), rest()?));
        };
        let put = rest();
        let start = start.join();
        let start = start.unwrap_or_else(|_| Err(Error::internal("the reading thread stopped unexpectedly")));
        put.and_then(|put| Ok((start?, put)))
    })
}

/// Gives the workbook its sheets in order, and its names.
fn put_together(
    workbook: &mut Workbook,
    formats: &mut FormatCache,
    (sheets, front): (&[Sheet], usize),
    parts: Vec<LibraryPart>,
) -> Result<()> {
    let (before, behind) = sheets
        .split_at_checked(front)
        .ok_or_else(|| Error::internal("fewer sheets than planned in front of the roster"))?;
    for sheet in before {
        sheet::render(sheet, workbook.add_worksheet(), formats)?;
    }
    for part in parts {
        workbook.push_worksheet(part.worksheet);
    }
    for sheet in behind {
        sheet::render(sheet, workbook.add_worksheet(), formats)?;
    }
    for name in sheet::defined_names(sheets) {
        workbook.define_name(name.0, &name.1).map_err(|error| failed(&error))?;
    }
    Ok(())
}
