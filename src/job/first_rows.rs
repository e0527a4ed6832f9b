//! The first rows of the roster, looked at before any row is put out: the texts that many of them have stand in the
//! workbook once. A small roster is looked at to its end, and all its texts are kept so, as Excel keeps them.

use super::request::Job;
use super::worker::RowJudge;
use crate::about::About;
use crate::error::{Error, Result};
use crate::hash::FastHash;
use crate::pipeline;
use crate::read::{Block, Reader};
use crate::record::Records;
use crate::report::roster::{Layout, Outcome};
use crate::write::model::Value;
use crate::write::{LIMIT_SHARED_TEXTS, Method, SharedTexts};
use std::collections::{HashMap, HashSet};

/// Of so many blocks one is looked at, since its rows are judged once more; ...
const OF_SO_MANY_BLOCKS: u64 = 32;
/// ... a block of text has so many bytes, ...
const BLOCK_BYTES: u64 = 1 << 18;
/// ... and a workbook has so many times as many as its file.
const UNPACKED: u64 = 5;
/// No more than these are, about 10,000 rows; a roster that has no more is looked at to its end.
const SMALL_BLOCKS: usize = 6;
/// The texts of a column are shared if one of so many has been there before.
const OF_SO_MANY: u64 = 8;

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
        let is_workbook = job.target.is_some() && !job.format.is_flat();
        if !is_workbook || job.method != Method::Streamed {
            return Ok(Self::default());
        }
        let (mut blocks, mut has_more) = (Vec::new(), false);
        let read = reader.read(&mut |block| {
            if blocks.len() == SMALL_BLOCKS {
                has_more = true;
                return Err(Error::internal("these are enough"));
            }
            blocks.push(block);
            Ok(())
        });
        if !has_more {
            read?;
        }
        if has_more {
            blocks.truncate(worthwhile(&reader.about));
        }
        let blocks = blocks.into_iter().map(Block::records).collect::<Result<_>>()?;
        Ok(Self { blocks, are_all: !has_more })
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
        let mut seen = Texts::default();
        pipeline::ordered(
            &job.workers,
            |emit| self.blocks.into_iter().try_for_each(emit),
            |records| Texts::of(records, (job, judge), layout),
            |texts| {
                seen.add(texts);
                Ok(())
            },
        )?;
        Ok(seen.shared(self.are_all))
    }
}

/// Returns how many of the first blocks of a large roster are looked at.
fn worthwhile(about: &About) -> usize {
    let bytes = about.bytes.saturating_mul(if about.sheet().is_some() { UNPACKED } else { 1 });
    let blocks = usize::try_from(bytes / BLOCK_BYTES / OF_SO_MANY_BLOCKS).unwrap_or(SMALL_BLOCKS);
    blocks.clamp(1, SMALL_BLOCKS)
}

/// How often texts stand in cells, by column, in the order in which they come first.
#[derive(Default)]
struct Texts {
    counts: Vec<(usize, String, u64)>,
    /// The place of each among them, by column.
    places: Vec<HashMap<String, usize, FastHash>>,
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
                {
                    seen.count(column, &text, 1);
                }
                Ok(())
            })
        })?;
        judge.end(understanding);
        Ok(seen)
    }

    fn count(&mut self, column: usize, text: &str, times: u64) {
        if self.places.len() <= column {
            self.places.resize_with(column + 1, HashMap::default);
        }
        let Some(places) = self.places.get_mut(column) else { return };
        if let Some((_, _, count)) = places.get(text).and_then(|place| self.counts.get_mut(*place)) {
            *count += times;
        } else {
            places.insert(text.to_owned(), self.counts.len());
            self.counts.push((column, text.to_owned(), times));
        }
    }

    /// Adds those of the rows behind.
    fn add(&mut self, behind: Self) {
        for (column, text, times) in behind.counts {
            self.count(column, &text, times);
        }
    }

    /// Returns the texts that are there twice, of the columns where that is usual; or all, if no rows follow.
    fn shared(self, are_all: bool) -> SharedTexts {
        let mut columns: Vec<(u64, u64)> = Vec::new();
        for (column, _, count) in &self.counts {
            if columns.len() <= *column {
                columns.resize(column + 1, (0, 0));
            }
            if let Some((all, again)) = columns.get_mut(*column) {
                *all += count;
                *again += if *count > 1 { *count } else { 0 };
            }
        }
        let is_usual = |(all, again): (u64, u64)| again * OF_SO_MANY >= all && again > 0;
        let columns: Vec<bool> = columns.into_iter().map(|column| are_all || is_usual(column)).collect();
        let is_wanted = |(column, count): (usize, u64)| {
            are_all || (count > 1 && columns.get(column).copied().unwrap_or_default())
        };
        let mut taken = HashSet::with_hasher(FastHash::default());
        let wanted = self.counts.into_iter().filter(|(column, _, count)| is_wanted((*column, *count)));
        let texts = wanted.map(|(_, text, _)| text).filter(|text| taken.insert(text.clone()));
        SharedTexts { texts: texts.take(LIMIT_SHARED_TEXTS).collect(), columns }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(cells: &[(usize, &str)]) -> Texts {
        let mut texts = Texts::default();
        for (column, text) in cells {
            texts.count(*column, text, 1);
        }
        texts
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
    fn all_texts_of_a_small_roster_are_shared_each_once_in_their_order() {
        let shared = texts(&[(0, "id-1"), (1, "E3"), (0, "id-2"), (2, "E3")]).shared(true);
        assert_eq!(shared.texts, ["id-1", "E3", "id-2"]);
        assert_eq!(shared.columns, [true, true, true]);
    }
}
