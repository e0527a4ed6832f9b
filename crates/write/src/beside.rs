//! The sheets whose rows go by: the main one, whose rows workers render, and those beside it, by number and not by name.

use crate::checklist::OnDemand;
use crate::error::{Error, Result};
use crate::formats::FormatCache;
use crate::library::{LibraryPart, Streamed};
use crate::model::{Checklist, Stream, Style, Value};
use rust_xlsxwriter::Workbook;

/// The sheets whose rows go by, in the order in which they stand in the workbook.
#[derive(Clone, Debug)]
pub struct Streams {
    /// How many of the sheets that are not streamed stand in front of these; the rest stands behind them.
    pub(crate) front: usize,
    pub(crate) before: Vec<Stream>,
    pub(crate) main: Stream,
    pub(crate) has_splits: bool,
    pub(crate) behind: Vec<Behind>,
}

/// A streamed sheet beside the main one, as [`Streams`] gave it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SheetId(Side);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Before(usize),
    Behind(usize),
}

/// A streamed sheet behind the main one.
#[derive(Clone, Debug)]
pub(crate) enum Behind {
    Always(Stream),
    /// Only if it has a row.
    OnDemand(Checklist),
}

impl Streams {
    /// Returns the main sheet alone, behind `front` sheets that are not streamed.
    #[must_use]
    pub const fn new(front: usize, main: Stream) -> Self {
        Self { front, before: Vec::new(), main, has_splits: false, behind: Vec::new() }
    }

    /// Lets rows of the main sheet stand once more on sheets of values, see [`Writer::split_row`](crate::Writer::split_row).
    pub const fn split(&mut self) {
        self.has_splits = true;
    }

    /// Adds a sheet in front of the main one, which has no further parts: 1,048,575 rows at most.
    pub fn add_before(&mut self, stream: Stream) -> SheetId {
        self.before.push(stream);
        SheetId(Side::Before(self.before.len() - 1))
    }

    /// Adds a sheet behind the main one.
    pub fn add_behind(&mut self, stream: Stream) -> SheetId {
        self.behind.push(Behind::Always(stream));
        SheetId(Side::Behind(self.behind.len() - 1))
    }

    /// Adds a sheet behind the main one that people fill in; the workbook has it only if it has a row.
    pub fn add_checklist(&mut self, checklist: Checklist) -> SheetId {
        self.behind.push(Behind::OnDemand(checklist));
        SheetId(Side::Behind(self.behind.len() - 1))
    }
}

/// The streamed sheets beside the main one, on their way.
pub(crate) struct Beside {
    before: Vec<Streamed>,
    behind: Vec<Sheet>,
}

enum Sheet {
    Always(Box<Streamed>),
    OnDemand(Box<OnDemand>),
}

impl Beside {
    /// Begins all sheets but those that wait for a row.
    pub(crate) fn begin(
        before: Vec<Stream>,
        behind: Vec<Behind>,
        workbook: &mut Workbook,
        formats: &mut FormatCache,
    ) -> Result<Self> {
        let before = before.into_iter().map(|stream| Streamed::begin(stream, workbook, formats)).collect();
        let before: Result<Vec<Streamed>> = before;
        let before = before?;
        let mut begin = |behind| match behind {
            Behind::Always(stream) => {
                Streamed::begin(stream, workbook, formats).map(Box::new).map(Sheet::Always)
            }
            Behind::OnDemand(checklist) => Ok(Sheet::OnDemand(Box::new(OnDemand::new(checklist)))),
        };
        Ok(Self { before, behind: behind.into_iter().map(&mut begin).collect::<Result<_>>()? })
    }

    /// Returns how many sheets stand in front of the main one.
    pub(crate) const fn before(&self) -> usize {
        self.before.len()
    }

    /// Writes a row of a sheet below those it has.
    pub(crate) fn row(
        &mut self,
        SheetId(side): SheetId,
        cells: &[(Value<'_>, Style)],
        workbook: &mut Workbook,
        formats: &mut FormatCache,
    ) -> Result<()> {
        let streamed = match side {
            Side::Before(index) => self.before.get_mut(index),
            Side::Behind(index) => match self.behind.get_mut(index) {
                Some(Sheet::OnDemand(sheet)) => return sheet.row(cells, workbook, formats),
                Some(Sheet::Always(sheet)) => Some(sheet.as_mut()),
                None => None,
            },
        };
        let streamed =
            streamed.ok_or_else(|| Error::internal("a row for a sheet that the workbook does not have"))?;
        streamed.row(cells, workbook, formats)
    }

    /// Ends the sheets and returns all parts in order, those of the main one, `main`, between them.
    pub(crate) fn end(
        self,
        main: impl Iterator<Item = LibraryPart>,
        formats: &mut FormatCache,
    ) -> Result<Vec<LibraryPart>> {
        let mut parts = Vec::new();
        for sheet in self.before {
            let [part] = <[LibraryPart; 1]>::try_from(sheet.end(formats)?)
                .map_err(|_| Error::internal("more rows than a sheet in front of the main one holds"))?;
            parts.push(part);
        }
        parts.extend(main);
        for sheet in self.behind {
            parts.extend(match sheet {
                Sheet::Always(sheet) => sheet.end(formats)?,
                Sheet::OnDemand(sheet) => sheet.end(formats)?,
            });
        }
        Ok(parts)
    }
}
