//! What a job says of itself: the policy, the roster, the day, and how many rows and customers there are.

use super::review::Review;
use super::{against, tables};
use crate::customers::Customers;
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, Result};
use crate::read::regular;
use crate::report::summary::elsewhere::RowsElsewhere;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The name of the file, or of the folder that Spark makes of one.
const NAME: &str = "run";
/// Bytes of it: a policy has 4 MiB at most, and in JSON twice as many.
const LIMIT_BYTES: u64 = 16 * 1024 * 1024;
/// The form that is read.
const SCHEMA: u64 = 1;

/// What the job says.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub program: String,
    pub policy: PolicySaid,
    pub roster: String,
    pub date: Date,
    /// Where the rows are.
    pub annotated: String,
    rows: RowsSaid,
    customers: u64,
}

/// The policy that it was judged by.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct PolicySaid {
    pub name: String,
    pub sha256: String,
    pub text: String,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct RowsSaid {
    read: u64,
    needs_review: u64,
    without_tenant: u64,
}

#[derive(Deserialize)]
struct Said {
    schema: u64,
    program: String,
    policy: PolicySaid,
    roster: String,
    date: String,
    annotated: String,
    rows: RowsSaid,
    customers: u64,
}

/// Reads it; `None` = the folder has none, as that of `annotate --tables`.
///
/// # Errors
/// `summary-unfinished`; `summary-missing` if the folder is not there; `summary-columns` if it is something else.
pub(super) fn read(folder: &Path) -> Result<Option<Run>> {
    tables::check_folder(folder)?;
    let Some(path) = place(folder)? else { return Ok(None) };
    let malformed = |why: String| {
        let message = format!("`{}` is not what a job says of itself: {why}", path.display());
        let help = "run the job again with the version of the package that this program has";
        Error::input(Diagnostic::error(Code::SummaryColumns, message).help(help))
    };
    let text = regular::text(&path, LIMIT_BYTES).map_err(|error| malformed(error.to_string()))?;
    let said: Said = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| malformed(error.to_string()))?;
    if said.schema != SCHEMA {
        return Err(malformed(format!("it is in form {}, and form {SCHEMA} is read", said.schema)));
    }
    let date = Date::iso(&said.date).ok_or_else(|| malformed(format!("`{}` is no day", said.date)))?;
    let Said { program, policy, roster, annotated, rows, customers, .. } = said;
    Ok(Some(Run { program, policy, roster, date, annotated, rows, customers }))
}

/// Returns the file, which Spark has in a folder of its own.
fn place(folder: &Path) -> Result<Option<PathBuf>> {
    let file = folder.join(format!("{NAME}.json"));
    if file.is_file() {
        return Ok(Some(file));
    }
    let parts = folder.join(NAME);
    if !parts.is_dir() {
        return Ok(None);
    }
    tables::check_finished(&parts)?;
    let parts = tables::files_of(&parts)?;
    match parts.as_slice() {
        [part] => Ok(Some(part.clone())),
        parts => Err(super::differs(
            format!("the folder `{}` has {} files, not one", folder.join(NAME).display(), parts.len()),
            "run the job again; it writes one",
        )),
    }
}

impl Run {
    /// Returns the rows, if what was counted of the tables is what the job counted.
    ///
    /// # Errors
    /// `summary-differs`.
    pub(super) fn rows_agreeing_with(&self, customers: &Customers, review: &Review) -> Result<RowsElsewhere> {
        let RowsSaid { read, needs_review, without_tenant } = self.rows;
        let found = customers.verdicts.all().rows;
        if found != self.customers {
            return Err(against("customers", found, self.customers));
        }
        if review.rows() != needs_review {
            return Err(against("rows that need review", review.rows(), needs_review));
        }
        if needs_review > read || without_tenant > read {
            return Err(against("rows", read, needs_review.max(without_tenant)));
        }
        Ok(RowsElsewhere { read, review: needs_review, without_tenant })
    }
}
