//! The first rows of the roster, looked at before any row is put out: the texts that many of them have stand in the
//! workbook once. A small roster is looked at to its end, and all texts of its workbook are kept so, as Excel keeps them.

use super::request::Job;
use super::worker::RowJudge;
use crate::about::About;
use crate::error::{Error, Result};
use crate::hash::FastHash;
use crate::pipeline;
use crate::read::Reader;
use crate::record::Records;
use crate::report::roster::{Layout, Outcome};
use crate::write::model::Value;
use crate::write::{Method, SharedTexts};
use std::collections::HashMap;

/// One byte of so many is looked at, since its rows are judged once more; ...
const OF_SO_MANY_BYTES: u64 = 32;
/// ... a block of text has so many bytes, ...
const BLOCK_BYTES: u64 = 1 << 17;
/// ... and a workbook makes so many times as many as its file has.
const UNPACKED: u64 = 3;
/// When there are so many rows, no further block is looked at; a roster that has no more is looked at to its end.
const SMALL_ROWS: usize = 10_000;
/// The rows of one of many workbooks are held if they have so many cells at most.
const SMALL_CELLS: u64 = 1 << 19;
/// The texts of a column are shared if one of so many has been there before.
const OF_SO_MANY: u64 = 8;
/// A column of a large roster in which fewer than one of so many comes again is one of ids and names: no more of its texts
/// are kept.
const HOPELESS: u64 = 64;

/// The first rows of a roster.
#[derive(Default)]
pub(super) struct FirstRows {
    blocks: Vec<Records>,
    /// Whether no others follow.
    are_all: bool,
}

impl FirstRows {
    /// Reads them, if the job makes a workbook whose rows we write.
    ///
    /// # Errors
    /// If the roster cannot be read.
    pub(super) fn read(reader: &mut Reader, job: &Job) -> Result<Self> {
        if !has_first_rows(job) {
            return Ok(Self::default());
        }
        let (mut blocks, mut rows, mut has_more) = (Vec::new(), 0, false);
        let read = reader.read(&mut |block| {
            if rows >= SMALL_ROWS {
                has_more = true;
                return Err(Error::internal("these are enough"));
            }
            let records = block.records()?;
            rows += records.len();
            blocks.push(records);
            Ok(())
        });
        if !has_more {
            read?;
        }
        if has_more {
            blocks.truncate(worthwhile(&reader.about));
        }
        Ok(Self { blocks, are_all: !has_more })
    }

    /// Returns all rows of a roster that has so many rows and columns, as `source` gives them; `None` if it is not small, or
    /// the job does not make a workbook whose rows we write.
    ///
    /// # Errors
    /// Those of `source`.
    pub(super) fn all(
        (job, rows, columns): (&Job, u64, usize),
        source: impl FnOnce(&mut dyn FnMut(Records) -> Result<()>) -> Result<()>,
    ) -> Result<Option<Self>> {
        let is_small = rows <= SMALL_ROWS as u64 && rows.saturating_mul(columns as u64) <= SMALL_CELLS;
        if !has_first_rows(job) || !is_small {
            return Ok(None);
        }
        let mut blocks = Vec::new();
        source(&mut |records| {
            blocks.push(records);
            Ok(())
        })?;
        Ok(Some(Self { blocks, are_all: true }))
    }

    /// Returns the blocks of rows.
    pub(super) fn blocks(&self) -> Vec<Records> {
        self.blocks.clone()
    }

    /// Returns the texts that stand in the rows that are made of them, and that the rows behind them will have, too.
    ///
    /// # Errors
    /// Internal.
    pub(super) fn shared(
        self,
        job: &Job,
        judge: &RowJudge<'_, '_>,
        layout: &Layout<'_>,
    ) -> Result<SharedTexts> {
        let (mut seen, are_all) = (Texts::default(), self.are_all);
        pipeline::ordered(
            &job.workers,
            |emit| self.blocks.into_iter().try_for_each(emit),
            |records| Texts::of(records, (job, judge), layout),
            |texts| {
                seen.add(texts);
                if !are_all {
                    seen.give_up();
                }
                Ok(())
            },
        )?;
        Ok(seen.shared(are_all))
    }
}

/// Returns whether a job makes a workbook whose rows we write.
fn has_first_rows(job: &Job) -> bool {
    job.target.is_some() && !job.format.is_flat() && job.method == Method::Streamed
}

/// Returns how many of the first blocks of a large roster are looked at.
fn worthwhile(about: &About) -> usize {
    let bytes = about.bytes.saturating_mul(if about.sheet().is_some() { UNPACKED } else { 1 });
    usize::try_from(bytes / BLOCK_BYTES / OF_SO_MANY_BYTES).unwrap_or(usize::MAX).max(1)
}

/// How often texts stand in cells, by column, in the order in which they come first.
#[derive(Default)]
struct Texts {
    /// The column and how often, of each text.
    counts: Vec<(usize, u64)>,
    /// The place of each text among them, by column; `None` = the column is one of ids.
    places: Vec<Option<HashMap<String, usize, FastHash>>>,
}

impl Texts {
    /// Returns those of some rows.
    fn of(records: Records, (job, judge): (&Job, &RowJudge<'_, '_>), layout: &Layout<'_>) -> Result<Self> {
        let mut seen = Self::default();
        let (records, mut understanding) = judge.begin(records);
        judge.each(&records, &mut understanding, |judged| {
            let outcome = Outcome::new(&job.policy, judged.row, judged.verdict, judged.repeats);
            layout.cells(judged.record, &outcome, &mut |column, value, _| {
                if let Value::Text(text) = value
                    && !text.is_empty()
                    && !seen.count_again(column, text, 1)
                {
                    seen.begin(column, text.clone().into_owned(), 1);
                }
                Ok(())
            })
        })?;
        judge.end(understanding);
        Ok(seen)
    }

    /// Counts a text that was there before, or that is none to keep; returns whether it is.
    fn count_again(&mut self, column: usize, text: &str, times: u64) -> bool {
        let Some(places) = self.places.get(column) else { return false };
        let Some(places) = places else { return true };
        let count = places.get(text).and_then(|place| self.counts.get_mut(*place));
        count.map(|(_, count)| *count += times).is_some()
    }

    /// Counts a text that was not there before.
    fn begin(&mut self, column: usize, text: String, times: u64) {
        if self.places.len() <= column {
            self.places.resize_with(column + 1, || Some(HashMap::default()));
        }
        if let Some(Some(places)) = self.places.get_mut(column) {
            places.insert(text, self.counts.len());
            self.counts.push((column, times));
        }
    }

    /// Adds those of the rows behind.
    fn add(&mut self, behind: Self) {
        if self.places.is_empty() {
            *self = behind;
            return;
        }
        for (column, text, times) in behind.in_order() {
            if !self.count_again(column, &text, times) {
                self.begin(column, text, times);
            }
        }
    }

    /// Keeps no texts of columns in which hardly any comes again.
    fn give_up(&mut self) {
        for (column, (all, again)) in self.by_column().into_iter().enumerate() {
            if again.saturating_mul(HOPELESS) < all
                && let Some(places) = self.places.get_mut(column)
            {
                *places = None;
            }
        }
    }

    /// Returns for each column how many cells have a text, and how many of these one that is there twice.
    fn by_column(&self) -> Vec<(u64, u64)> {
        let mut columns = vec![(0, 0); self.places.len()];
        for (column, count) in &self.counts {
            if let Some((all, again)) = columns.get_mut(*column) {
                *all += count;
                *again += if *count > 1 { *count } else { 0 };
            }
        }
        columns
    }

    /// Returns the texts in their order, each with its column and how often it is there.
    fn in_order(self) -> Vec<(usize, String, u64)> {
        let mut texts: Vec<(usize, String)> =
            self.places.into_iter().flatten().flatten().map(|(text, place)| (place, text)).collect();
        texts.sort_unstable_by_key(|(place, _)| *place);
        let counted = |(place, text)| self.counts.get(place).map(|(column, times)| (*column, text, *times));
        texts.into_iter().filter_map(counted).collect()
    }

    /// Returns the texts that are there twice, of the columns where that is usual; or all, if no rows follow.
    fn shared(self, are_all: bool) -> SharedTexts {
        let is_usual = |(all, again): (u64, u64)| again * OF_SO_MANY >= all && again > 0;
        let columns = self.by_column().into_iter().map(|column| are_all || is_usual(column));
        let columns: Vec<bool> = columns.collect();
        let is_wanted = |column: usize, times: u64| {
            are_all || (times > 1 && columns.get(column).copied().unwrap_or_default())
        };
        let wanted = self.in_order().into_iter().filter(|(column, _, times)| is_wanted(*column, *times));
        SharedTexts { texts: wanted.map(|(_, text, _)| text).collect(), columns, are_all }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(cells: &[(usize, &str)]) -> Texts {
        let mut texts = Texts::default();
        for (column, text) in cells {
            see(&mut texts, *column, text);
        }
        texts
    }

    fn see(texts: &mut Texts, column: usize, text: &str) {
        if !texts.count_again(column, text, 1) {
            texts.begin(column, text.to_owned(), 1);
        }
    }

    #[test]
    fn texts_that_come_again_are_shared_and_ids_are_not() {
        let first = [(0, "id-1"), (1, "E3"), (0, "id-2"), (1, "E5"), (0, "id-3"), (1, "E3"), (2, "E3")];
        let mut seen = texts(&first);
        seen.add(texts(&[(0, "id-4"), (1, "E5"), (1, "F3"), (2, "Yes")]));
        let shared = seen.shared(false);
        assert_eq!(shared.texts, ["E3", "E5"]);
        assert_eq!(shared.columns, [false, true, false]);
    }

    #[test]
    fn texts_of_ids_are_not_kept_while_others_are() {
        let id = |row: u32| format!("id-{row}");
        let mut seen = Texts::default();
        for block in 0..3 {
            let mut texts = Texts::default();
            for row in block * 100..(block + 1) * 100 {
                see(&mut texts, 0, &id(row));
                see(&mut texts, 1, "E3");
            }
            seen.add(texts);
            seen.give_up();
            assert!(seen.places[0].is_none() && seen.places[1].is_some());
        }
        assert_eq!(seen.counts.len(), 101, "the ids of the first rows alone");
        let shared = seen.shared(false);
        assert_eq!((shared.texts, shared.columns), (vec!["E3".to_owned()], vec![false, true]));
    }

    #[test]
    fn all_texts_of_a_small_roster_are_shared_in_their_order() {
        let shared = texts(&[(0, "id-1"), (1, "E3"), (0, "id-2"), (2, "E3")]).shared(true);
        assert_eq!(shared.texts, ["id-1", "E3", "id-2", "E3"]);
        assert_eq!(shared.columns, [true, true, true]);
    }
}
