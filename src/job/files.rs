//! Customers split over workbooks of their own, one for each value: told by the workers, packed, sorted by value, and
//! sent through the program once more, value by value.
//!
//! So the roster is read no oftener than without it, and what is held does not grow with it but for the tenants on
//! several rows, which are rolled up over the whole roster in every workbook. The workbook of all customers
//! takes its place first, then those of the values, each whole or not at all.

mod folder;
mod names;

use super::pass::{self, AfterPass, Attempt, Pass};
use super::split::{By, Splitter, Value, ValueLimit, Values};
use super::{Job, RunContext};
use crate::error::{Error, Result};
use crate::record::{Common, Record, Records};
use crate::roster::RosterRow;
use crate::roster::repeats::{Census, Repeats};
use crate::scratch::Scratch;
use crate::sort::{Gathered, Sorted, Sorter};
use crate::summary::Summary;
use crate::tenants::Tenants;
use crate::verdict::Verdict;
use crate::verdict::words::grouped;
use crate::write::Written;
use crate::write::target::Target;
pub(super) use folder::hold;
use names::FileNames;
use std::path::PathBuf;

/// How many workbooks a split may make.
pub const LIMIT_FILES: usize = 1_000;

/// Customers that go through the program at once.
const ROWS_AT_ONCE: usize = 4_096;
/// Bytes of them as they are packed, but for the last; in memory a cell takes some four times as much.
const BYTES_AT_ONCE: usize = 512 * 1024;

/// The workbooks that customers were split over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// What customers were split by.
    pub by: By,
    /// Where the workbooks stand.
    pub folder: PathBuf,
    /// The values that some customer has, in order.
    pub parts: Vec<FilePart>,
    /// Other workbooks that stand there, by name: an earlier run's, or somebody's.
    pub others: Vec<String>,
}

/// The workbook of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePart {
    /// What it is called: a name of the policy's, or what the roster shows.
    pub value: String,
    /// Its customers' rows.
    pub rows: u64,
    /// The workbook.
    pub written: Written,
}

/// The customers of a batch of rows, packed.
#[derive(Default)]
pub(super) struct PackedBatch {
    values: Values,
    rows: Gathered,
    /// What the packed rows refer to; `None` = there are none.
    common: Option<Common>,
}

impl PackedBatch {
    /// Says of which block the rows are.
    pub(super) fn end(&mut self, records: &Records) {
        if !self.values.is_empty() {
            self.common = Some(records.common());
        }
    }

    /// Adds a customer's row.
    pub(super) fn add(
        &mut self,
        splitter: &Splitter<'_>,
        record: Record<'_>,
        (row, verdict, repeats): (&RosterRow<'_>, &Verdict, Repeats),
    ) {
        let place = self.values.see(splitter, record, (row, verdict), repeats.tenant.is_some());
        let key = self.values.key(place);
        self.rows.add(|bytes| {
            // What stands before the record is its place in the order, of a length that stands last.
            let start = bytes.len();
            if let Some(key) = key {
                key.write(bytes);
            }
            bytes.extend(record.ordinal.to_be_bytes());
            let before = u32::try_from(bytes.len() - start).unwrap_or(u32::MAX);
            record.pack(bytes);
            bytes.extend(before.to_be_bytes());
        });
    }
}

/// Returns the packed record behind its place in the order.
fn packed(bytes: &[u8]) -> Option<&[u8]> {
    let (bytes, before) = bytes.split_last_chunk()?;
    bytes.get(usize::try_from(u32::from_be_bytes(*before)).ok()?..)
}

/// Customers on their way to the workbooks of their values.
pub(super) struct RowSpool {
    values: Values,
    rows: Sorter,
    /// What all packed rows refer to.
    common: Option<Common>,
}

impl RowSpool {
    /// Returns those of no rows yet.
    pub(super) fn new(scratch: &Scratch) -> Self {
        Self { values: Values::default(), rows: Sorter::new(scratch), common: None }
    }

    /// Adds those of a batch of the roster `file`.
    ///
    /// # Errors
    /// `split-too-many` (kind `Usage`) if there are more values than may be; if there is no room for temporary files.
    pub(super) fn add(&mut self, packed: PackedBatch, file: &str) -> Result<()> {
        self.values.add_all(packed.values, ValueLimit { values: LIMIT_FILES, each: "workbook" }, file)?;
        if let Some(new) = packed.common
            && !self.common.get_or_insert_with(|| new.clone()).is(&new)
        {
            return Err(Error::internal(
                "blocks of one roster do not have the same formats and shared texts",
            ));
        }
        packed.rows.sort_into(&mut self.rows)
    }

    /// Says which workbooks there will be, and makes their folder.
    ///
    /// # Errors
    /// Kind `Output` if there can be no such folder; kind `Usage` if one of them is a file that is read.
    pub(super) fn settle(self, by: By, job: &Job, summary: &Summary) -> Result<SplitPlan> {
        let Some(Target::File(output)) = &job.target else {
            return Err(Error::internal("split workbooks without a file to put them next to"));
        };
        let folder = folder::beside(output);
        let mut names = FileNames::default();
        let planned =
            self.values.in_order(summary)?.into_iter().map(|(_, Value { shown, rows, of_several, .. })| {
                let path = folder.join(names.claim(&shown));
                Planned { value: shown, rows, has_tenants: of_several, path }
            });
        let planned: Vec<Planned> = planned.collect();
        let is_new = !planned.is_empty() && folder::make(&folder)?;
        let settled = SplitPlan {
            by,
            folder,
            is_new,
            planned,
            rows: self.rows,
            common: self.common.unwrap_or_default(),
        };
        let going = settled.planned.iter().map(|planned| (planned.value.as_str(), planned.path.as_path()));
        match folder::refuse_what_stands_there(job, output, going) {
            Ok(()) => Ok(settled),
            Err(error) => {
                settled.give_up();
                Err(error)
            }
        }
    }
}

/// Which workbooks there will be, and the customers that go into them.
pub(super) struct SplitPlan {
    by: By,
    folder: PathBuf,
    /// Whether the folder was made for them.
    is_new: bool,
    planned: Vec<Planned>,
    rows: Sorter,
    common: Common,
}

struct Planned {
    value: String,
    rows: u64,
    has_tenants: bool,
    path: PathBuf,
}

impl SplitPlan {
    /// Returns what customers are split by.
    pub(super) const fn by(&self) -> By {
        self.by
    }

    /// Leaves no empty folder, where there will be no workbooks.
    pub(super) fn give_up(&self) {
        if self.is_new {
            // One that has something in it by now stays.
            let _ = std::fs::remove_dir(&self.folder);
        }
    }

    /// Returns how many workbooks there will be.
    pub(super) const fn count(&self) -> usize {
        self.planned.len()
    }
}

/// Whose rows a workbook has, and what it takes from the whole roster.
pub(super) struct PartOf<'p, 'a> {
    /// What customers are split by.
    pub(super) by: By,
    /// The value.
    pub(super) value: &'p str,
    /// Its customers' rows.
    pub(super) rows: u64,
    /// Whether one of them is of a tenant that stands on several rows of the roster.
    pub(super) has_tenants: bool,
    /// The totals of the whole roster.
    pub(super) summary: &'p Summary,
    /// The tenants on several rows of the whole roster.
    pub(super) tenants: &'p Tenants<'a>,
}

/// Writes the workbooks of all values, one after the other; `census` and `summary` are the whole roster's, and
/// `sheets` tells on which other sheet a customer stands, too.
///
/// # Errors
/// If one of them cannot be written; says which, and how many are done.
pub(super) fn write<'a>(
    (job, known): (&Job, &RunContext<'a>),
    census: Option<Census>,
    left: AfterPass<'a>,
    (summary, sheets): (&Summary, Option<Splitter<'a>>),
) -> Result<Option<Files>> {
    let AfterPass { census: found, tenants, files } = left;
    let (Some(settled), Some(census)) = (files, census.or(found)) else { return Ok(None) };
    let SplitPlan { by, folder, planned, rows, common, .. } = settled;
    let mut parts = Vec::with_capacity(planned.len());
    let mut sorted =
        Sorted::of([rows]).map_err(|error| broken_off(error, job, parts.len(), planned.len()))?;
    for Planned { value, rows, has_tenants, path } in &planned {
        let (rows, has_tenants) = (*rows, *has_tenants);
        let part = PartOf { by, value, rows, has_tenants, summary, tenants: &tenants };
        let target = Target::File(path.clone());
        let pass = Pass {
            target: Some(&target),
            census: Some(&census),
            earlier: &mut None,
            sheets,
            files: None,
            part: Some(&part),
        };
        let source = |emit: &mut dyn FnMut(Records) -> Result<()>| take((&mut sorted, &common), rows, emit);
        let written = match pass::attempt((job, known), pass, source, Ok, &|_| ()) {
            Ok(Attempt::Done(done, _)) => done.written,
            Ok(Attempt::NeedsCensus) => None,
            Err(error) => return Err(broken_off(error, job, parts.len(), planned.len())),
        };
        let written = written.ok_or_else(|| Error::internal("a value has no workbook"))?;
        parts.push(FilePart { value: value.clone(), rows, written });
    }
    let others = folder::others(&folder, planned.iter().map(|planned| planned.path.as_path()));
    Ok(Some(Files { by, folder, parts, others }))
}

/// Gives the next `rows` records to `emit`, as rows 1, 2, 3 of a roster of their own.
fn take(
    (sorted, common): (&mut Sorted, &Common),
    rows: u64,
    emit: &mut dyn FnMut(Records) -> Result<()>,
) -> Result<()> {
    let unread = || Error::internal("a customer cannot be read back");
    let (mut records, mut record, mut bytes) = (Records::of_packed(common), Vec::new(), 0);
    for ordinal in 1..=rows {
        if !sorted.next(&mut record)? {
            return Err(unread());
        }
        let packed = packed(&record).ok_or_else(unread)?;
        records.push_packed(packed, ordinal).ok_or_else(unread)?;
        bytes += packed.len();
        if records.len() >= ROWS_AT_ONCE || bytes >= BYTES_AT_ONCE {
            emit(std::mem::replace(&mut records, Records::of_packed(common)))?;
            bytes = 0;
        }
    }
    if records.is_empty() { Ok(()) } else { emit(records) }
}

/// Says how far it came: what stands is whole.
fn broken_off(mut error: Error, job: &Job, done: usize, all: usize) -> Error {
    let [done, all] = [done, all].map(|count| grouped(u64::try_from(count).unwrap_or(u64::MAX)));
    let output = match &job.target {
        Some(Target::File(path)) => path.display().to_string(),
        _ => String::new(),
    };
    if let Some(first) = error.diagnostics.first_mut() {
        first.message = format!(
            "{}; `{output}` and {done} of {all} split workbooks were written, the others were not changed",
            first.message
        );
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_many_numbers_go_through_in_small_blocks() {
        const ROWS: u64 = 200;
        let mut wide = Records::default();
        wide.begin(7, 1);
        (0..4_000).for_each(|_| wide.push_number(1.0, 0, "1"));
        let mut heap = Sorter::new(&Scratch::system());
        for _ in 0..ROWS {
            let mut bytes = vec![0; 4];
            wide.iter().for_each(|record| record.pack(&mut bytes));
            bytes.extend(4_u32.to_be_bytes());
            heap.push(&bytes).unwrap();
        }
        let (mut sorted, mut rows) = (Sorted::of([heap]).unwrap(), 0);
        let mut emit = |block: Records| {
            assert!(block.own_bytes() < 4 * 1024 * 1024, "{}", block.own_bytes());
            assert!(block.iter().all(|record| record.width() == 4_000 && record.number == 7));
            rows += block.len() as u64;
            Ok(())
        };
        take((&mut sorted, &wide.common()), ROWS, &mut emit).unwrap();
        assert_eq!(rows, ROWS);
        assert!(take((&mut sorted, &wide.common()), 1, &mut |_| Ok(())).is_err());
    }
}
