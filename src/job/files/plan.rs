//! Which workbooks of values there will be.

use super::folder;
use super::names::FileNames;
use crate::error::{Error, Result};
use crate::job::listeners::packed::RowSpool;
use crate::job::request::Job;
use crate::job::split::{By, Value};
use crate::record::Common;
use crate::sort::Sorter;
use crate::summary::Summary;
use crate::write::target::Target;
use std::path::PathBuf;

/// Which workbooks there will be, and the customers that go into them.
pub(in crate::job) struct SplitPlan {
    pub(super) by: By,
    pub(super) folder: PathBuf,
    /// Whether the folder was made for them.
    pub(super) is_new: bool,
    pub(super) planned: Vec<Planned>,
    pub(super) rows: Sorter,
    pub(super) common: Common,
}

/// A workbook that there will be.
pub(in crate::job) struct Planned {
    pub(super) value: String,
    pub(super) rows: u64,
    pub(super) has_tenants: bool,
    pub(super) path: PathBuf,
}

impl SplitPlan {
    /// Says which workbooks there will be, and makes their folder.
    ///
    /// # Errors
    /// Kind `Output` if there can be no such folder; kind `Usage` if one of them is a file that is read.
    pub(in crate::job) fn of(spool: RowSpool, by: By, job: &Job, summary: &Summary) -> Result<Self> {
        let Some(Target::File(output)) = &job.target else {
            return Err(Error::internal("split workbooks without a file to put them next to"));
        };
        let folder = folder::beside(output);
        let mut names = FileNames::default();
        let planned =
            spool.values.in_order(summary)?.into_iter().map(|(_, Value { shown, rows, of_several, .. })| {
                let path = folder.join(names.claim(&shown));
                Planned { value: shown, rows, has_tenants: of_several, path }
            });
        let planned: Vec<Planned> = planned.collect();
        let is_new = !planned.is_empty() && folder::make(&folder)?;
        let settled =
            Self { by, folder, is_new, planned, rows: spool.rows, common: spool.common.unwrap_or_default() };
        let going = settled.planned.iter().map(|planned| (planned.value.as_str(), planned.path.as_path()));
        match folder::refuse_what_stands_there(job, output, going) {
            Ok(()) => Ok(settled),
            Err(error) => {
                settled.give_up();
                Err(error)
            }
        }
    }

    /// Returns what customers are split by.
    pub(in crate::job) const fn by(&self) -> By {
        self.by
    }

    /// Leaves no empty folder, where there will be no workbooks.
    pub(in crate::job) fn give_up(&self) {
        folder::give_up(&self.folder, self.is_new);
    }

    /// Returns how many workbooks there will be.
    pub(in crate::job) const fn count(&self) -> usize {
        self.planned.len()
    }
}
