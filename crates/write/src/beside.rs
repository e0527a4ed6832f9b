//! The sheets whose rows go by: the main one, whose rows workers render, and those beside it, by number and not by name.

use crate::checklist::OnDemand;
use crate::error::{Error, Result};
use crate::formats::FormatCache;
use crate::library::{LibraryPart, Streamed};
use crate::model::{Checklist, Stream, Style, Value};
use crate::ours::{Frame, OwnRows};
use crate::rendered::{Rendered, Renderer};
use crate::sheet::table_name;
use crate::spool::Spool;
use rust_xlsxwriter::Workbook;
use std::sync::Arc;

/// Texts that many cells of the main sheet have: kept once, in the workbook's table of texts, and named there by cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedTexts {
    /// The texts, of which the first [`LIMIT_SHARED_TEXTS`](crate::LIMIT_SHARED_TEXTS) that differ are kept, or
    /// [`LIMIT_ALL_TEXTS`](crate::LIMIT_ALL_TEXTS) if they are all.
    pub texts: Vec<String>,
    /// Whether the cells of a column, from 0, may have them; not of those beyond.
    pub columns: Vec<bool>,
    /// Whether the main sheet has no others. Then the workbook is small, and the texts of all its sheets are kept in the
    /// table, in whatever column.
    pub are_all: bool,
}

/// The sheets whose rows go by, in the order in which they stand in the workbook.
#[derive(Clone, Debug)]
pub struct Streams {
    /// How many of the sheets that are not streamed stand in front of these; the rest stands behind them.
    pub(crate) front: usize,
    pub(crate) before: Vec<Stream>,
    pub(crate) main: Stream,
    pub(crate) shared: SharedTexts,
    pub(crate) has_splits: bool,
    pub(crate) behind: Vec<Behind>,
    /// What cells of other sheets may be dressed as whose rows we write.
    pub(crate) looks: Vec<(Style, String)>,
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
        Self {
            front,
            before: Vec::new(),
            main,
            shared: SharedTexts { texts: Vec::new(), columns: Vec::new(), are_all: false },
            has_splits: false,
            behind: Vec::new(),
            looks: Vec::new(),
        }
    }

    /// Keeps texts in the workbook's table of texts that the cells of the main sheet are expected to have; those that none
    /// has stay in the table all the same.
    pub fn share(&mut self, texts: SharedTexts) {
        self.shared = texts;
    }

    /// Lets rows of the main sheet stand once more on sheets of values, see [`Writer::split_row`](crate::Writer::split_row).
    pub const fn split(&mut self) {
        self.has_splits = true;
    }

    /// Says what cells of tables may be dressed as that get their rows from [`Writer::fill`](crate::Writer::fill), each
    /// style with each number format (empty = General) that comes with it.
    pub fn announce(&mut self, looks: impl IntoIterator<Item = (Style, String)>) {
        self.looks.extend(looks);
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

impl Behind {
    const fn stream(&self) -> &Stream {
        match self {
            Self::Always(stream) | Self::OnDemand(Checklist { stream, .. }) => stream,
        }
    }
}

impl Streams {
    /// Returns what cells of all sheets but the main one may be dressed as.
    pub(crate) fn looks_beside(&self) -> impl Iterator<Item = &(Style, String)> {
        let beside = self.before.iter().chain(self.behind.iter().map(Behind::stream));
        beside.flat_map(|stream| &stream.looks).chain(&self.looks)
    }
}

/// Who writes the rows of sheets beside the main one.
pub(crate) enum By {
    /// We do: what renders them, and where they wait.
    Us(Arc<Renderer>, Spool),
    Library,
}

/// The streamed sheets beside the main one, on their way.
pub(crate) struct Beside {
    before: Vec<Sheet>,
    behind: Vec<Sheet>,
}

enum Sheet {
    Always(Box<Streamed>),
    OnDemand(Box<OnDemand>),
    Ours(Box<(Behind, OwnRows)>),
}

impl Beside {
    /// Begins all sheets but those that wait for a row.
    pub(crate) fn begin(
        before: Vec<Stream>,
        behind: Vec<Behind>,
        by: &By,
        workbook: &mut Workbook,
        formats: &mut FormatCache,
    ) -> Result<Self> {
        let mut begin = |sheet| {
            Ok(match (by, sheet) {
                (By::Us(renderer, spool), sheet) => {
                    Sheet::Ours(Box::new((sheet, OwnRows::new(Arc::clone(renderer), spool.clone()))))
                }
                (By::Library, Behind::Always(stream)) => {
                    Sheet::Always(Box::new(Streamed::begin(stream, workbook, formats)?))
                }
                (By::Library, Behind::OnDemand(checklist)) => {
                    Sheet::OnDemand(Box::new(OnDemand::new(checklist)))
                }
            })
        };
        let before: Result<Vec<Sheet>> = before.into_iter().map(Behind::Always).map(&mut begin).collect();
        Ok(Self { before: before?, behind: behind.into_iter().map(&mut begin).collect::<Result<_>>()? })
    }

    /// Returns how many sheets stand in front of the main one.
    pub(crate) const fn before(&self) -> usize {
        self.before.len()
    }

    /// Writes a row of a sheet below those it has.
    pub(crate) fn row(
        &mut self,
        sheet: SheetId,
        cells: &[(Value<'_>, Style)],
        workbook: &mut Workbook,
        formats: &mut FormatCache,
    ) -> Result<()> {
        match self.sheet(sheet)? {
            Sheet::OnDemand(sheet) => sheet.row(cells, workbook, formats),
            Sheet::Always(sheet) => sheet.row(cells, workbook, formats),
            Sheet::Ours(ours) => ours.1.row(cells),
        }
    }

    /// Appends rendered rows to a sheet, down to the one with the number `last`, from 1.
    pub(crate) fn append(&mut self, sheet: SheetId, rows: Vec<Rendered>, last: u64) -> Result<()> {
        match self.sheet(sheet)? {
            Sheet::Ours(ours) => ours.1.append(rows, last),
            Sheet::Always(_) | Sheet::OnDemand(_) => {
                Err(Error::internal("rendered rows for the workbook library"))
            }
        }
    }

    fn sheet(&mut self, SheetId(side): SheetId) -> Result<&mut Sheet> {
        let sheet = match side {
            Side::Before(index) => self.before.get_mut(index),
            Side::Behind(index) => self.behind.get_mut(index),
        };
        sheet.ok_or_else(|| Error::internal("a row for a sheet that the workbook does not have"))
    }

    /// Ends the sheets and returns all parts in order, those of the main one, `main`, between them.
    pub(crate) fn end(
        self,
        main: impl Iterator<Item = LibraryPart>,
        workbook: &mut Workbook,
        formats: &mut FormatCache,
    ) -> Result<Vec<LibraryPart>> {
        let mut parts = Vec::new();
        for sheet in self.before {
            let [part] = <[LibraryPart; 1]>::try_from(sheet.end(workbook, formats)?)
                .map_err(|_| Error::internal("more rows than a sheet in front of the main one holds"))?;
            parts.push(part);
        }
        parts.extend(main);
        for sheet in self.behind {
            parts.append(&mut sheet.end(workbook, formats)?);
        }
        Ok(parts)
    }
}

impl Sheet {
    fn end(self, workbook: &mut Workbook, formats: &mut FormatCache) -> Result<Vec<LibraryPart>> {
        match self {
            Self::Always(sheet) => sheet.end(formats),
            Self::OnDemand(sheet) => sheet.end(formats),
            Self::Ours(ours) => {
                let (sheet, rows) = *ours;
                let stream = sheet.stream();
                let checklist = match &sheet {
                    Behind::OnDemand(checklist) => Some(checklist),
                    Behind::Always(_) => None,
                };
                if checklist.is_some() && rows.rows() == 0 {
                    return Ok(Vec::new());
                }
                let table = table_name(stream.name);
                let frame = Frame { stream, table: &table, checklist };
                rows.end(&frame, workbook, formats)
            }
        }
    }
}
