//! Customers split over workbooks of their own, one for each value: told by the workers, packed, sorted by value, and
//! sent through the program once more, value by value.
//!
//! So the roster is read no oftener than without it, and what is held does not grow with it but for the tenants on
//! several rows, which are rolled up over the whole roster in every workbook; of a small workbook all rows are held. The workbook of all customers
//! takes its place first, then those of the values, each whole or not at all.

pub(super) mod folder;
mod names;
pub(super) mod plan;

use super::context::RunContext;
pub use super::done::{FilePart, Files};
use super::first_rows::FirstRows;
use super::listeners::packed;
use super::pass::{self, AfterPass, Attempt, Pass};
use super::progress::Progress;
use super::request::Job;
pub use super::split::LIMIT_FILES;
use super::split::Splitter;
use super::split_workbook::SplitWorkbook;
use crate::error::{Error, Result};
use crate::record::{Common, Records};
use crate::roster::repeats::Census;
use crate::sort::Sorted;
use crate::summary::Summary;
use crate::verdict::words::grouped;
use crate::write::target::Target;
use plan::{Planned, SplitPlan};

/// Customers that go through the program at once.
const ROWS_AT_ONCE: usize = 4_096;
/// Bytes of them as they are packed, but for the last; in memory a cell takes some four times as much.
const BYTES_AT_ONCE: usize = 512 * 1024;

/// Writes the workbooks of all values, one after the other; `census` and `summary` are the whole roster's, and
/// `sheets` tells on which other sheet a customer stands, too.
///
/// # Errors
/// If one of them cannot be written, or `progress` stops the run; says which, and how many are done.
pub(super) fn write<'a>(
    (job, known): (&Job, &RunContext<'a>),
    census: Option<Census>,
    left: AfterPass<'a>,
    (summary, sheets): (&Summary, Option<Splitter<'a>>),
    progress: Progress<'_>,
) -> Result<Option<Files>> {
    let AfterPass { census: found, tenants, files } = left;
    let (Some(settled), Some(census)) = (files, census.or(found)) else { return Ok(None) };
    let SplitPlan { by, folder, is_new, planned, rows, common } = settled;
    let stopped = |error, done| {
        folder::give_up(&folder, is_new);
        broken_off(error, job, done, planned.len())
    };
    let mut parts = Vec::with_capacity(planned.len());
    let mut sorted = Sorted::of([rows]).map_err(|error| stopped(error, 0))?;
    for Planned { value, rows, has_tenants, path } in &planned {
        let (rows, has_tenants) = (*rows, *has_tenants);
        let part = SplitWorkbook { by, value, rows, has_tenants, summary, tenants: &tenants };
        let target = Target::File(path.clone());
        let first = FirstRows::all((job, rows, known.about.headings.len()), |emit| {
            take((&mut sorted, &common), rows, emit)
        });
        let first = first.map_err(|error| stopped(error, parts.len()))?;
        // A small one has all its rows at hand.
        let at_hand = first.as_ref().map(FirstRows::blocks);
        let pass = Pass {
            first: first.unwrap_or_default(),
            target: Some(&target),
            census: Some(&census),
            earlier: &mut None,
            sheets,
            files: None,
            part: Some(&part),
        };
        let source = |emit: &mut dyn FnMut(Records) -> Result<()>| match at_hand {
            Some(blocks) => blocks.into_iter().try_for_each(emit),
            None => take((&mut sorted, &common), rows, emit),
        };
        let written = match pass::attempt((job, known), pass, source, Ok, &|_| progress(summary.read)) {
            Ok(Attempt::Done(done, _)) => done.written,
            Ok(Attempt::NeedsCensus) => None,
            Err(error) => return Err(stopped(error, parts.len())),
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
        let packed = packed::record(&record).ok_or_else(unread)?;
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
    use crate::scratch::Scratch;
    use crate::sort::Sorter;

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
