//! What is asked of a run.

use super::own_files::OwnFiles;
use crate::changes::{MaxDrop, Origin};
use crate::date::Date;
use crate::output_fields::Names;
use crate::pipeline::Workers;
use crate::policy::Policy;
use crate::read::{Input, Limits};
use crate::report::history::RunHistory;
use crate::report::split::By;
use crate::roster::columns::{Guesses, Mapping};
use crate::roster::separators::Mark;
use crate::steps::Near;
use crate::summary::Count;
use crate::write::format::Format;
use crate::write::target::Target;
use crate::write::{Compression, Method};
use std::path::PathBuf;
use std::sync::Arc;

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Job {
    /// Where the roster comes from.
    pub input: Input,
    /// SHA-256 that the roster must have, lower case hexadecimal; `None` = any. Whoever looked at the file before the run
    /// says so which bytes were meant.
    pub sha256: Option<String>,
    /// Where the output goes; `None` = it is not made, everything else is.
    pub target: Option<Target>,
    /// What kind of file the output is.
    pub format: Format,
    /// What the FastTrack columns are called in files without sheets; workbooks have headings.
    pub names: Names,
    /// The flat tables beside the output; `None` = there are none.
    pub tables: Option<TablesJob>,
    /// The folder for temporary files that have no name: what comes through a pipe, what is sorted, and the output until
    /// it is whole, if its target is not a path. `None` = that of the output; the system's, if there is none. An output at
    /// a path is always made beside it.
    pub scratch: Option<PathBuf>,
    /// The rules.
    pub policy: Policy,
    /// The user's own catalogues, in order.
    pub catalogues: Vec<PathBuf>,
    /// The overrides files, in order.
    pub overrides: Vec<PathBuf>,
    /// What catalogues and overrides say, where somebody has read them by this policy; `None` = they are read from the files,
    /// which no output may take the place of in either case.
    pub own_files: Option<Arc<OwnFiles>>,
    /// Other files that were read for the job and must not be replaced, and what each is, such as `the policy`.
    pub also_read: Vec<(PathBuf, &'static str)>,
    /// The earlier night to compare with, if there is one; it is read before the workbook is written, so that it may be
    /// the one that is replaced.
    pub since: Option<Previous>,
    /// What the earlier night's file is called in the output; `None` = by its name.
    pub since_called: Option<String>,
    /// By how much rows, customers and paid seats may have fallen since the earlier night; `None` = by anything.
    pub max_drop: Option<MaxDrop>,
    /// What earlier runs of the roster came to, for the sheet Run history; `None` = there is no such sheet.
    pub history: Option<RunHistory>,
    /// The sheet to read, if the roster is a workbook; `None` = the one that looks like a roster.
    pub sheet: Option<String>,
    /// The line or row of the headings, from 1; `None` = the one of the first rows that looks most like headings.
    pub heading_row: Option<u64>,
    /// Columns that the user names.
    pub mappings: Vec<Mapping>,
    /// The tenant of every row, for rosters that have no such column.
    pub tenant: Option<String>,
    /// Of when the roster is; `None` = what a column, its name or its file says.
    pub as_of: Option<Date>,
    /// Whether columns that are not certain are used.
    pub guesses: Guesses,
    /// The encoding of a roster that is text; `None` = the one that its bytes show.
    pub encoding: Option<String>,
    /// The delimiter of a roster that is text; `None` = the one that makes the best headings.
    pub delimiter: Option<u8>,
    /// The mark that parts thousands in the roster's numbers; `None` = what its values show.
    pub numbers: Option<Mark>,
    /// How large the roster may be, and how long the run.
    pub limits: Limits,
    /// How close to a tier a customer has to be for the lists of next steps.
    pub near: Near,
    /// Who does the work, shared with other runs, if they have a clone.
    pub workers: Workers,
    /// What the customers are split by, each value on a sheet of its own; `None` = nothing. Only workbooks have sheets;
    /// other files leave it alone.
    pub split: Option<By>,
    /// What the customers are split by, each value in a workbook of its own in a folder beside the output; `None` =
    /// nothing. Only for a workbook in a file.
    pub split_files: Option<By>,
    /// Who writes the rows of the Roster sheet; where there is a split, the workbook library does.
    pub method: Method,
    /// How much time is spent on making the workbook small.
    pub compression: Compression,
}

impl Job {
    /// Returns a run over a roster that writes nothing, does all on the caller's thread, and asks for nothing else.
    #[must_use]
    pub fn new(input: Input, policy: Policy) -> Self {
        Self {
            input,
            sha256: None,
            target: None,
            format: Format::default(),
            names: Names::default(),
            tables: None,
            scratch: None,
            policy,
            catalogues: Vec::new(),
            overrides: Vec::new(),
            own_files: None,
            also_read: Vec::new(),
            since: None,
            since_called: None,
            max_drop: None,
            history: None,
            sheet: None,
            heading_row: None,
            mappings: Vec::new(),
            tenant: None,
            as_of: None,
            guesses: Guesses::Refused,
            encoding: None,
            delimiter: None,
            numbers: None,
            limits: Limits::default(),
            near: Near::default(),
            workers: Workers::default(),
            split: None,
            split_files: None,
            method: Method::default(),
            compression: Compression::default(),
        }
    }
}

/// Flat tables that are wanted: files that say what the sheets of a workbook say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TablesJob {
    /// The folder they go to, which is replaced as a whole and must hold nothing else.
    pub folder: PathBuf,
    /// What kind of files they are; not a workbook.
    pub format: Format,
}

/// What this night is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Previous {
    /// A workbook that this program wrote.
    Workbook(PathBuf),
    /// The totals of a run report.
    Report(Box<Totals>),
}

/// The totals of an earlier night.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// What it was.
    pub origin: Origin,
    /// Rows and paid seats by tier.
    pub rows: Vec<(String, Count)>,
    /// Customers and their paid seats by tier; `None` = it does not say how many there were.
    pub customers: Option<Vec<(String, Count)>>,
}
