//! A table judged batch by batch, while it is read: no more than a batch is held.

use crate::capsule::Reader;
use crate::cells::{beside, records};
use crate::output::{Values, Verdicts, joined_schema, verdict_schema};
use crate::rules::Setup;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use fasttrack_core::output_fields::FieldType;
use fasttrack_core::record::Records;
use fasttrack_core::roster::Understanding;
use fasttrack_core::roster::column_facts::ColumnFacts;
use fasttrack_core::roster::identity::Identity;
use fasttrack_core::roster::overrides::{Fitted, Overrides};
use fasttrack_core::verdict::{Facts, judge};
use pyo3::Python;
use self_cell::self_cell;

/// Rows that are judged at once, at most: a batch of more is judged in pieces.
const PIECE_ROWS: usize = 16_384;

self_cell!(
    /// Overrides, held against the columns of a table.
    pub(crate) struct FittedOverrides {
        owner: Overrides,
        #[covariant]
        dependent: Fitted,
    }
);

/// What rows are understood with.
pub(crate) struct Ground {
    pub(crate) setup: Setup,
    pub(crate) overrides: Option<FittedOverrides>,
    pub(crate) identity: Identity,
}

self_cell!(
    /// What reads rows, with what it reads them by: it remembers what texts meant in the batches before.
    pub(crate) struct Reading {
        owner: Ground,
        #[covariant]
        dependent: Understanding,
    }
);

impl Reading {
    /// Begins to read a table; `facts` are what its columns show as a whole.
    pub(crate) fn begin(setup: Setup, overrides: Option<Overrides>, facts: ColumnFacts) -> Self {
        let chosen = &setup.chosen;
        let identity = Identity::find(&chosen.headings, &chosen.columns);
        let overrides = overrides.map(|overrides| {
            FittedOverrides::new(overrides, |overrides| {
                Fitted::new(overrides, &chosen.headings, &chosen.columns)
            })
        });
        Self::new(Ground { setup, overrides, identity }, |ground| {
            let Setup { rules, chosen, numbers } = &ground.setup;
            Understanding::new(&chosen.columns, &rules.policy, &rules.catalogue)
                .with_facts(facts)
                .with_identity(&ground.identity)
                .with_numbers(*numbers)
                .overriding(ground.overrides.as_ref().map(FittedOverrides::borrow_dependent))
                .of_customers_alone()
        })
    }

    /// Returns what tells the tenants of records from others.
    fn keys(&self, records: &Records) -> ArrayRef {
        let mut keys = Values::new(FieldType::Text, records.len());
        for record in records.iter() {
            keys.text(self.borrow_owner().identity.tenant(record).as_deref());
        }
        keys.finish()
    }

    /// Judges records; returns the columns of their verdicts.
    fn judge(&mut self, records: &Records) -> Vec<ArrayRef> {
        self.with_dependent_mut(|ground, understanding| {
            let policy = &ground.setup.rules.policy;
            let mut verdicts = Verdicts::new(policy, records.len());
            for record in records.iter() {
                let row = understanding.row(record);
                verdicts.add(&row, &judge(policy, Facts::of(&row)));
            }
            verdicts.finish()
        })
    }
}

/// Returns what the columns of a table show as a whole, such as which mark parts thousands.
///
/// # Errors
/// If a column is neither text nor numbers.
pub(crate) fn facts(setup: &Setup, batches: &[RecordBatch]) -> Result<ColumnFacts, ArrowError> {
    let mut facts = ColumnFacts::default();
    let mut before = 0;
    let (places, columns) = setup.chosen.of_facts();
    for batch in batches.iter().flat_map(pieces) {
        let records = records(&batch, &places, before)?;
        before += batch.num_rows() as u64;
        records.iter().for_each(|record| facts.see(record, &columns));
    }
    Ok(facts)
}

/// Returns a batch in pieces of no more than [`PIECE_ROWS`] rows; one without rows stays.
pub(crate) fn pieces(batch: &RecordBatch) -> impl Iterator<Item = RecordBatch> + '_ {
    let rows = batch.num_rows();
    (0..rows.max(1)).step_by(PIECE_ROWS).map(move |at| batch.slice(at, PIECE_ROWS.min(rows - at)))
}

/// What of a table is given back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    /// The table's own columns, in front of those of verdicts.
    pub(crate) keep: bool,
    /// The verdicts.
    pub(crate) with_verdict: bool,
    /// What tells its tenant from others, behind them.
    pub(crate) with_key: bool,
}

/// A reader of judged rows.
pub(crate) struct JudgedReader {
    source: Reader,
    /// The rest of a batch that is judged in pieces.
    rest: Option<RecordBatch>,
    reading: Reading,
    before: u64,
    schema: SchemaRef,
    wanted: Wanted,
    /// Whether batches stay whole, however long they are.
    is_whole: bool,
}

impl JudgedReader {
    /// Returns a reader of what `source` reads, judged.
    ///
    /// # Errors
    /// If the table already has a column of verdicts.
    pub(crate) fn new(
        source: Reader,
        reading: Reading,
        wanted: Wanted,
        is_whole: bool,
    ) -> Result<Self, ArrowError> {
        let policy = &reading.borrow_owner().setup.rules.policy;
        let verdict = verdict_schema(policy, wanted.with_verdict, wanted.with_key);
        let schema = joined_schema(&source.schema(), &verdict, wanted.keep)?;
        Ok(Self { source, rest: None, reading, before: 0, schema, wanted, is_whole })
    }

    fn judged(&mut self, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let records = records(batch, &self.reading.borrow_owner().setup.chosen.places, self.before)?;
        self.before += batch.num_rows() as u64;
        let Wanted { keep, with_verdict, with_key } = self.wanted;
        let mut told = if with_verdict { self.reading.judge(&records) } else { Vec::new() };
        told.extend(with_key.then(|| self.reading.keys(&records)));
        let arrays = if keep { beside(batch, told) } else { told };
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(self.schema.clone(), arrays, &options)
    }

    fn piece(&mut self) -> Option<Result<RecordBatch, ArrowError>> {
        let batch = match self.rest.take() {
            Some(rest) => rest,
            None => match self.source.next()? {
                Ok(batch) => batch,
                Err(error) => return Some(Err(error)),
            },
        };
        if self.is_whole || batch.num_rows() <= PIECE_ROWS {
            return Some(self.judged(&batch));
        }
        self.rest = Some(batch.slice(PIECE_ROWS, batch.num_rows() - PIECE_ROWS));
        Some(self.judged(&batch.slice(0, PIECE_ROWS)))
    }
}

impl Iterator for JudgedReader {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        // Whoever reads may hold Python's lock, or have released it: others go on meanwhile. The source takes it where it
        // needs it. No function of this module stands above this on the stack, see the head of `lib.rs`; but one that has
        // released the lock itself may.
        Python::try_attach(|py| py.detach(|| self.piece())).unwrap_or_else(|| self.piece())
    }
}

impl RecordBatchReader for JudgedReader {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}
