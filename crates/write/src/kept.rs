//! Rows that stand on a second sheet, too: what was rendered for the first is copied, under other row numbers.
//!
//! A worker does not know how many rows of a value come before its batch. So a batch is rendered for the Roster sheet,
//! and kept; when its turn has come in the order of the roster, one thread copies its rows to the open pieces of the
//! sheets of their values. Full pieces go to the workers, to be compressed.

use crate::error::{Error, Result};
use crate::render::SheetRows;
use crate::rendered::{Rendered, Renderer, place};
use std::sync::Arc;

/// Bytes of XML that are compressed together: a hundred sheets hold 25 MiB, and two thirds as much of marks.
const PIECE_BYTES: usize = 1 << 18;

/// The rows of a batch, as they were rendered: all of their XML, uncompressed.
#[derive(Debug, Default)]
pub struct KeptRows {
    /// Those of each part that the batch has rows in.
    parts: Vec<SheetRows>,
    /// For each row its part and its place there; `None` = it has no cells, and was left out.
    places: Vec<Option<(usize, usize)>>,
    /// How many rows the last part has so far.
    rows: usize,
}

impl KeptRows {
    /// Notes a row, with which its part has so many; if it has no more than before, the row was left out.
    pub(crate) fn note(&mut self, rows: usize) {
        let is_there = rows != self.rows;
        self.places.push(is_there.then(|| (self.parts.len(), rows.saturating_sub(1))));
        self.rows = rows;
    }

    /// Keeps the rows of a part.
    pub(crate) fn keep(&mut self, part: SheetRows) {
        self.parts.push(part);
        self.rows = 0;
    }
}

/// The sheets of values on their way, with the rows that are not yet compressed.
#[derive(Debug)]
pub struct OpenSheets {
    renderer: Arc<Renderer>,
    /// With so many bytes a piece is full.
    piece_bytes: usize,
    /// By the value's number.
    sheets: Vec<OpenSheet>,
}

/// The rows of a value that are not yet compressed.
#[derive(Debug, Default)]
struct OpenSheet {
    rows: SheetRows,
    /// The part they are in.
    part: usize,
    last_column: usize,
    /// The number of the last row, from 1 below the headings; 0 = there was none.
    last: u64,
}

/// Rows of a value that are to be compressed.
#[derive(Debug)]
pub struct FullPiece {
    value: usize,
    sheet: OpenSheet,
}

/// Rows of a value that are compressed.
#[derive(Debug)]
pub struct SplitOff {
    pub(crate) value: usize,
    /// `None` = none of them has cells.
    pub(crate) rows: Option<Rendered>,
    /// The number of the last of them, from 1 below the headings.
    pub(crate) last: u64,
}

impl OpenSheets {
    /// Returns no sheets yet.
    pub(crate) const fn new(renderer: Arc<Renderer>) -> Self {
        Self { renderer, piece_bytes: PIECE_BYTES, sheets: Vec::new() }
    }

    /// Adds the rows of a batch; `values` has for each row the number of its value, `None` = it stands on no such sheet.
    /// `emit` gets the pieces that are full.
    ///
    /// - **shape**: as many values as the batch has rows; batches come in the order of the roster.
    /// - **bounds**: values are numbered from 0 as they come; of each, rows with less than 256 KiB of XML wait here.
    ///
    /// # Errors
    /// Internal, if a row was not kept; those of `emit`.
    pub fn add(
        &mut self,
        kept: KeptRows,
        values: &[Option<usize>],
        emit: &mut dyn FnMut(FullPiece) -> Result<()>,
    ) -> Result<()> {
        if kept.places.len() != values.len() {
            return Err(lost());
        }
        for (place, value) in kept.places.iter().zip(values) {
            let Some(value) = *value else { continue };
            if self.sheets.len() <= value {
                self.sheets.resize_with(value + 1, OpenSheet::default);
            }
            let sheet = self.sheets.get_mut(value).ok_or_else(lost)?;
            if sheet.has_full_part() {
                emit(sheet.taken(value))?;
            }
            sheet.add(&kept.parts, *place)?;
            if sheet.rows.xml.len() >= self.piece_bytes {
                emit(sheet.taken(value))?;
            }
        }
        kept.parts.into_iter().for_each(|rows| self.renderer.free(rows));
        Ok(())
    }

    /// Gives the rest to `emit`.
    ///
    /// # Errors
    /// Those of `emit`.
    pub fn end(self, emit: &mut dyn FnMut(FullPiece) -> Result<()>) -> Result<()> {
        let sheets = self.sheets.into_iter().enumerate();
        sheets
            .filter(|(_, sheet)| sheet.last > 0)
            .try_for_each(|(value, sheet)| emit(FullPiece { value, sheet }))
    }
}

impl OpenSheet {
    /// Returns whether the next row begins a new part.
    fn has_full_part(&self) -> bool {
        let (part, _) = place(self.last + 1);
        part != self.part
    }

    /// Takes the rows out, and makes room for as many.
    fn taken(&mut self, value: usize) -> FullPiece {
        let (part, _) = place(self.last + 1);
        let next =
            Self { rows: self.rows.room_for_such(2 * PIECE_BYTES), part, last_column: 0, last: self.last };
        FullPiece { value, sheet: std::mem::replace(self, next) }
    }

    fn add(&mut self, parts: &[SheetRows], from: Option<(usize, usize)>) -> Result<()> {
        self.last += 1;
        // A row without cells has its number nevertheless.
        let Some((part, index)) = from else { return Ok(()) };
        let (_, row) = place(self.last);
        let rows = parts.get(part).ok_or_else(lost)?;
        let last_column = self.rows.again(row, rows, index).ok_or_else(lost)?;
        self.last_column = self.last_column.max(last_column as usize);
        Ok(())
    }
}

impl FullPiece {
    /// Compresses the rows.
    ///
    /// # Errors
    /// Internal.
    pub fn compressed(self, renderer: &Renderer) -> Result<SplitOff> {
        let Self { value, sheet: OpenSheet { rows, part, last_column, last } } = self;
        Ok(SplitOff { value, rows: renderer.compress(&rows, (part, last_column))?, last })
    }
}

fn lost() -> Error {
    Error::internal("a row for the sheet of its value was not kept")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::beside::SharedTexts;
    use crate::deflate::{Compression, inflate};
    use crate::model::{COUNT_FORMAT, PutCell, Stream, Style, Value};
    use crate::render::{CellHead, Numbers};
    use crate::rendered::ROWS_OF_A_PART;
    use crate::strings::OwnTexts;
    use proptest::prelude::*;

    fn renderer() -> Arc<Renderer> {
        let mut numbers = Numbers::default();
        numbers.add_look(Style::Figure, "", 3);
        numbers.add_look(Style::Figure, COUNT_FORMAT, 14);
        let texts = ["Yes", "No", "Q&A"].map(str::to_owned).to_vec();
        let shared = SharedTexts { texts, columns: vec![true, false, true, true], are_all: false };
        let texts = OwnTexts::of(&Stream::new("Roster", Vec::new(), 0), shared);
        Arc::new(Renderer::new(4, (numbers, texts), Compression::Fast))
    }

    fn value() -> impl Strategy<Value = (Value<'static>, Style)> {
        let value = prop_oneof![
            Just(Value::Blank),
            any::<u64>().prop_map(Value::Count),
            any::<bool>().prop_map(Value::Bool),
            (0_usize..3).prop_map(|index| Value::Repeated { index, text: "" }),
            prop::sample::select(vec![
                "Yes",
                "Q&A",
                "",
                " a",
                "<row r=\"7\">",
                " t=\"s\"><v>1</v></c>",
                "12"
            ])
            .prop_map(Value::text),
        ];
        (value, prop::sample::select(vec![Style::Plain, Style::Figure]))
            .prop_filter("a style that was announced", |(value, style)| {
                !matches!(value, Value::Count(_)) || *style == Style::Figure
            })
    }

    type Cells = Vec<(usize, (Value<'static>, Style))>;

    /// The cells of a row, columns rising; a column further right than the renderer was made for is among them.
    fn row() -> impl Strategy<Value = Cells> {
        prop::collection::btree_map(0_usize..6, value(), 0..6).prop_map(|cells| cells.into_iter().collect())
    }

    fn put(cells: &Cells, emit: &mut PutCell<'_>) -> Result<()> {
        cells.iter().try_for_each(|(column, (value, style))| emit(*column, value, *style))
    }

    /// Returns whether a cell is there at all. Rendering counts the column of one that is not; copying cannot see it.
    fn is_written((value, style): &(Value<'_>, Style)) -> bool {
        let is_blank = matches!(value, Value::Blank) || matches!(value, Value::Text(text) if text.is_empty());
        !is_blank || *style == Style::Figure
    }

    /// What a reader would see of rows in compressed pieces, and what is said of them.
    fn seen(pieces: &[Rendered]) -> (Vec<u8>, Vec<(usize, usize)>, u64, u64) {
        let mut xml = Vec::new();
        for Rendered { piece, .. } in pieces {
            let mut inflated = Vec::new();
            inflate(&piece.bytes, usize::try_from(piece.size).unwrap(), &mut inflated).unwrap();
            xml.extend(inflated);
        }
        let sum = |of: fn(&Rendered) -> u64| pieces.iter().map(of).sum();
        let columns = pieces.iter().map(|piece| (piece.part, piece.last_column)).collect();
        (xml, columns, sum(|piece| piece.filled), sum(|piece| piece.naming))
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

        #[test]
        fn rows_that_stand_twice_are_as_rendered_with_their_second_numbers(
            rows in prop::collection::vec((row(), prop::option::of(0_usize..3)), 0..40),
            first in prop_oneof![1_u64..120_000, ROWS_OF_A_PART - 20..ROWS_OF_A_PART + 3],
            before in prop_oneof![Just(0_u64), 0_u64..120_000, ROWS_OF_A_PART - 20..ROWS_OF_A_PART + 3],
            batch_rows in 1_usize..40,
            piece_bytes in prop::sample::select(vec![1, 200, PIECE_BYTES]),
        ) {
            let renderer = renderer();
            let mut open = OpenSheets::new(Arc::clone(&renderer));
            open.piece_bytes = piece_bytes;
            open.sheets.resize_with(3, || OpenSheet { part: place(before + 1).0, last: before, ..OpenSheet::default() });
            let mut pieces: [Vec<Rendered>; 3] = Default::default();
            let mut lasts = [before; 3];
            let mut emit = |piece: FullPiece| {
                let SplitOff { value, rows, last } = piece.compressed(&renderer)?;
                pieces[value].extend(rows);
                lasts[value] = last;
                Ok(())
            };
            for (batch, ordinal) in rows.chunks(batch_rows).zip((first..).step_by(batch_rows)) {
                let mut rendered = renderer.keeping_batch();
                let mut alone = renderer.batch();
                for ((cells, _), ordinal) in batch.iter().zip(ordinal..) {
                    rendered.row(ordinal, |emit| put(cells, emit)).unwrap();
                    alone.row(ordinal, |emit| put(cells, emit)).unwrap();
                }
                let (done, kept) = rendered.finish_kept().unwrap();
                prop_assert_eq!(seen(&done), seen(&alone.finish().unwrap()));
                let values: Vec<Option<usize>> = batch.iter().map(|(_, value)| *value).collect();
                open.add(kept, &values, &mut emit).unwrap();
            }
            open.end(&mut emit).unwrap();
            for value in 0..3 {
                let mut wanted = renderer.batch();
                let mut last = before;
                for (cells, _) in rows.iter().filter(|(_, of)| *of == Some(value)) {
                    last += 1;
                    let mut cells = cells.clone();
                    cells.retain(|(_, cell)| is_written(cell));
                    wanted.row(last, |emit| put(&cells, emit)).unwrap();
                }
                let wanted = wanted.finish().unwrap();
                let (found, wanted_rows) = (seen(&pieces[value]), seen(&wanted));
                prop_assert_eq!((&found.0, found.2, found.3), (&wanted_rows.0, wanted_rows.2, wanted_rows.3));
                if piece_bytes == PIECE_BYTES {
                    prop_assert_eq!(found.1, wanted_rows.1);
                    // The same bytes were compressed with the same marks.
                    let bytes = |pieces: &[Rendered]| -> Vec<Vec<u8>> {
                        pieces.iter().map(|rendered| rendered.piece.bytes.clone()).collect()
                    };
                    prop_assert_eq!(bytes(&pieces[value]), bytes(&wanted));
                }
                prop_assert_eq!(lasts[value], last);
            }
        }
    }

    #[test]
    fn a_piece_is_full_with_so_many_bytes_of_its_sheet() {
        let renderer = renderer();
        let text = "x".repeat(30_000);
        let mut open = OpenSheets::new(Arc::clone(&renderer));
        let mut sizes = Vec::new();
        let mut emit = |piece: FullPiece| {
            let value = piece.value;
            sizes.push((value, piece.compressed(&renderer)?.rows.unwrap().piece.size));
            Ok(())
        };
        for ordinal in 1..=20 {
            let mut batch = renderer.keeping_batch();
            batch.row(ordinal, |emit| emit(1, &Value::text(text.as_str()), Style::Plain)).unwrap();
            batch.row(ordinal + 1, |emit| emit(2, &Value::text("Yes"), Style::Plain)).unwrap();
            open.add(batch.finish_kept().unwrap().1, &[Some(0), Some(1)], &mut emit).unwrap();
        }
        open.end(&mut emit).unwrap();
        let [(0, first), (0, second), (0, rest), (1, other)] = sizes[..] else { panic!("{sizes:?}") };
        let bounds = PIECE_BYTES as u64..PIECE_BYTES as u64 + 31_000;
        assert!(bounds.contains(&first) && bounds.contains(&second) && rest < 100_000 && other < 2_000);
    }

    #[test]
    fn rows_that_were_not_kept_are_told() {
        let renderer = renderer();
        let mut open = OpenSheets::new(Arc::clone(&renderer));
        let mut batch = renderer.batch();
        batch.row(1, |emit| emit(0, &Value::Count(7), Style::Figure)).unwrap();
        let (_, kept) = batch.finish_kept().unwrap();
        assert!(open.add(kept, &[Some(0)], &mut |_| Ok(())).is_err());
        let (mut from, mut to) = (SheetRows::default(), SheetRows::default());
        from.begin(7);
        from.cell(&Numbers::default(), &CellHead::new(2), &Value::Bool(true), &Style::Plain).unwrap();
        from.end();
        assert_eq!((to.again(1_234, &from, 1), to.rows()), (None, 0));
        assert_eq!((to.again(1_234, &from, 0), to.rows()), (Some(2), 1));
        assert_eq!(to.xml, b"<row r=\"1234\"><c r=\"C1234\" t=\"b\"><v>1</v></c></row>");
    }
}
