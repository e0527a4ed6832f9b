//! What came of a run.

use crate::about::About;
use crate::changes::Since;
use crate::customers::Customers;
use crate::diagnostic::Diagnostic;
use crate::findings::to_settle::ToSettle;
use crate::output_fields::FlatTable;
use crate::plans::own::OwnCatalogue;
use crate::report::otherwise::Differences;
use crate::report::split::By;
use crate::roster::columns::Columns;
use crate::roster::dated::RosterDate;
use crate::roster::overrides::Overrides;
use crate::roster::separators::Separators;
use crate::summary::{Summary, VerdictCounts};
use crate::tenants::TenantSummary;
use crate::write::Written;
use crate::write::format::Format;
use std::path::PathBuf;

/// How many kinds of faults are shown at once; all of them stand on the Review sheet.
pub const FAULTS_SHOWN: usize = 20;

/// What came of it.
#[derive(Clone, Debug)]
pub struct Done {
    /// What the roster was.
    pub about: About,
    /// Of when it is; `None` = nothing says so.
    pub date: Option<RosterDate>,
    /// Which column was which.
    pub columns: Columns,
    /// The user's own catalogues, in order.
    pub catalogues: Vec<OwnCatalogue>,
    /// What was set right by hand.
    pub overrides: Option<Overrides>,
    /// The rows, counted.
    pub summary: Summary,
    /// The customers, each counted once; `None` = tenants on several rows could not be rolled up.
    pub customers: Option<Customers>,
    /// What the other shipped policy would change, in words; `None` = it cannot be compared with.
    pub otherwise: Option<Otherwise>,
    /// The tenants that stand on several rows, rolled up.
    pub tenants: TenantSummary,
    /// What moved since the earlier night; `None` = nothing was compared.
    pub since: Option<Since>,
    /// The sheets that the customers were split over; `None` = no split was asked for.
    pub split: Option<Parts>,
    /// The workbooks that the customers were split over; `None` = none were asked for.
    pub files: Option<Files>,
    /// What the seats column shows of its thousands separator.
    pub separators: Separators,
    /// What is wrong with the rows, each thing once, with how many rows have it; at most [`FAULTS_SHOWN`].
    pub faults: Vec<(Diagnostic, u64)>,
    /// The words that were not understood.
    pub to_settle: ToSettle,
    /// The output; `None` = none was asked for.
    pub written: Option<Written>,
    /// The flat tables; `None` = none were asked for.
    pub tables: Option<TablesWritten>,
}

/// The flat tables that were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TablesWritten {
    /// Where they are, as the user named it.
    pub folder: PathBuf,
    /// What kind of files they are.
    pub format: Format,
    /// Each of them, in their order.
    pub files: Vec<TableWritten>,
}

/// A flat table that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableWritten {
    /// Which one.
    pub table: FlatTable,
    /// Its rows.
    pub rows: u64,
    /// The file.
    pub written: Written,
}

impl Done {
    /// Returns the verdicts of the customers, each once; of the rows, where tenants on several could not be rolled up.
    #[must_use]
    pub fn customers(&self) -> &VerdictCounts {
        self.customers.as_ref().map_or(&self.summary.verdicts, |customers| &customers.verdicts)
    }
}

/// What another policy would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Otherwise {
    /// The other policy's name.
    pub policy: String,
    /// How many customers would get other help, and what.
    pub differences: Differences,
    /// The same in words.
    pub words: String,
}

/// A value of a split, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitValue {
    /// What it is called: a name of the policy's, or what the roster shows.
    pub value: String,
    /// Its customers' rows.
    pub rows: u64,
    /// The name of its sheet.
    pub sheet: String,
}

/// A split that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// What customers were split by.
    pub by: By,
    /// The values that some customer has, in order.
    pub parts: Vec<SplitValue>,
}

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
