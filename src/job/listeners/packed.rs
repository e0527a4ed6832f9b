//! Customers packed for the workbooks of their values.

use crate::error::{Error, Result};
use crate::job::judged::Judged;
use crate::job::listener::Listener;
use crate::job::sink::Sink;
use crate::job::split::{LIMIT_FILES, Splitter, ValueLimit, Values};
use crate::record::{Common, Records};
use crate::roster::Understanding;
use crate::scratch::Scratch;
use crate::sort::{Gathered, Sorter};

/// Packs the rows of customers, by the value that they are split by.
pub(in crate::job) struct RowsForSplitFiles<'j> {
    /// Tells the value.
    pub(super) splitter: Splitter<'j>,
    /// Where rows wait that are too many for memory.
    pub(super) scratch: &'j Scratch,
    /// The roster, as messages name it.
    pub(super) file: &'j str,
}

/// The customers of a batch of rows, packed.
#[derive(Default)]
pub(in crate::job) struct PackedBatch {
    values: Values,
    rows: Gathered,
    /// What the packed rows refer to; `None` = there are none.
    common: Option<Common>,
}

/// Customers on their way to the workbooks of their values.
pub(in crate::job) struct RowSpool {
    /// Which values there are.
    pub(in crate::job) values: Values,
    /// The packed rows, to be sorted by value and then by their order in the roster.
    pub(in crate::job) rows: Sorter,
    /// What all packed rows refer to; `None` = there are none.
    pub(in crate::job) common: Option<Common>,
}

impl<'a> Listener<'a> for RowsForSplitFiles<'_> {
    type Gathering<'r>
        = PackedBatch
    where
        Self: 'r;
    type Part = PackedBatch;
    type Whole = RowSpool;

    fn begin(&self, _records: &Records) -> PackedBatch {
        PackedBatch::default()
    }

    fn hear(&self, judged: &Judged<'_, '_, 'a>, batch: &mut PackedBatch) {
        let Some(customer) = judged.customer() else { return };
        let (record, repeats) = (judged.record, judged.repeats);
        let place = batch.values.see(&self.splitter, record, customer, repeats.tenant.is_some());
        let key = batch.values.key(place);
        batch.rows.add(|bytes| {
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

    fn end(&self, batch: PackedBatch, records: &Records, _: &Understanding<'a>) -> PackedBatch {
        let common = (!batch.values.is_empty()).then(|| records.common());
        PackedBatch { common, ..batch }
    }

    fn start(&self) -> RowSpool {
        RowSpool { values: Values::default(), rows: Sorter::new(self.scratch), common: None }
    }

    fn join(&self, whole: &mut RowSpool, part: PackedBatch, _sink: &mut Sink<'_>) -> Result<()> {
        whole.values.add_all(part.values, ValueLimit { values: LIMIT_FILES, each: "workbook" }, self.file)?;
        if let Some(new) = part.common
            && !whole.common.get_or_insert_with(|| new.clone()).is(&new)
        {
            return Err(Error::internal(
                "blocks of one roster do not have the same formats and shared texts",
            ));
        }
        part.rows.sort_into(&mut whole.rows)
    }
}

/// Returns the packed record behind its place in the order.
pub(in crate::job) fn record(bytes: &[u8]) -> Option<&[u8]> {
    let (bytes, before) = bytes.split_last_chunk()?;
    bytes.get(usize::try_from(u32::from_be_bytes(*before)).ok()?..)
}
