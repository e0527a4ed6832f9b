//! Customers split by a value: which values there are, and on which of their sheets a row stands.

use super::context::RunContext;
use super::request::Job;
use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, ErrorKind, Result};
use crate::policy::Policy;
use crate::record::Record;
pub use crate::report::split::By;
use crate::report::split::names::Names;
use crate::report::split::{Key, words};
use crate::roster::RosterRow;
use crate::summary::Summary;
use crate::verdict::Verdict;
use crate::verdict::words::grouped;
use crate::write::{SplitSheet, Writer};
use std::collections::HashMap;

/// How many sheets a split may add.
pub const LIMIT_SHEETS: usize = 100;

/// How many workbooks a split may make.
pub const LIMIT_FILES: usize = 1_000;

pub use super::done::{Parts, SplitValue};

/// What tells a row's value.
#[derive(Clone, Copy)]
pub(super) struct Splitter<'a> {
    by: By,
    policy: &'a Policy,
    /// The column of owners; not needed for other values.
    owner: Option<usize>,
}

impl<'a> Splitter<'a> {
    /// Returns what tells the values of a roster.
    ///
    /// # Errors
    /// `split-owner` if the roster has no column of owners, but is to be split by it.
    pub(super) fn new(by: By, job: &'a Job, known: &RunContext<'_>) -> Result<Self> {
        let owner = known.columns.owner;
        if by == By::Owner && owner.is_none() {
            let diagnostic =
                Diagnostic::error(Code::SplitOwner, "the roster has no owner column to split by")
                    .in_file(known.about.name.clone())
                    .help("name it, such as --map owner=\"Account team\"");
            return Err(Error::new(ErrorKind::Columns, diagnostic));
        }
        Ok(Self { by, policy: &job.policy, owner })
    }

    fn owner(&self, record: Record<'_>) -> String {
        self.owner.map(|column| record.cell(column).shown()).unwrap_or_default()
    }

    pub(super) fn key(&self, record: Record<'_>, row: &RosterRow<'_>, verdict: &Verdict) -> Key {
        match self.by {
            By::Tier => Key::of_tier(self.policy, verdict.tier),
            By::Segment => Key::Place(row.segment),
            By::Owner => Key::of_owner(&self.owner(record)),
        }
    }
}

/// A value that was found.
pub(super) struct Value {
    key: Key,
    /// What it is called, as its first row shows it.
    pub(super) shown: String,
    pub(super) rows: u64,
    /// Whether a tenant of theirs stands on several rows of the roster, where anybody asks.
    pub(super) of_several: bool,
}

/// The values of some rows, in the order in which they were found.
#[derive(Default)]
pub(super) struct Values {
    places: HashMap<Key, usize>,
    values: Vec<Value>,
}

/// The values of a batch, and which of them each of its rows has.
#[derive(Default)]
pub(super) struct Found {
    values: Values,
    /// For each record the place of its value; `None` = it is no customer's.
    pub(super) rows: Vec<Option<usize>>,
}

impl Found {
    /// Notes the value of the next row; `None` for one without a verdict.
    pub(super) fn see(
        &mut self,
        splitter: &Splitter<'_>,
        record: Record<'_>,
        customer: Option<(&RosterRow<'_>, &Verdict)>,
    ) {
        self.rows.push(customer.map(|customer| self.values.see(splitter, record, customer, false)));
    }
}

/// How many values there may be, and what each of them gets.
#[derive(Clone, Copy)]
pub(super) struct ValueLimit {
    pub(super) values: usize,
    pub(super) each: &'static str,
}

impl ValueLimit {
    pub(super) const SHEETS: Self = Self { values: LIMIT_SHEETS, each: "sheet" };
}

impl Values {
    /// Returns whether no customer was counted.
    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Counts a customer's row; returns the place of its value. `of_several` = its tenant stands on several rows.
    pub(super) fn see(
        &mut self,
        splitter: &Splitter<'_>,
        record: Record<'_>,
        (row, verdict): (&RosterRow<'_>, &Verdict),
        of_several: bool,
    ) -> usize {
        let shown =
            || words(splitter.policy, splitter.by, (verdict.tier, row.segment), &splitter.owner(record));
        self.add(splitter.key(record, row, verdict), shown, (1, of_several))
    }

    /// Returns the value at a place.
    pub(super) fn key(&self, place: usize) -> Option<&Key> {
        self.values.get(place).map(|value| &value.key)
    }

    fn add(&mut self, key: Key, shown: impl FnOnce() -> String, (rows, of_several): (u64, bool)) -> usize {
        // A value that is known already, as nearly all are, costs no copy of it.
        let place = self.places.get(&key).copied().unwrap_or(self.values.len());
        if let Some(value) = self.values.get_mut(place) {
            value.rows += rows;
            value.of_several |= of_several;
        } else {
            self.places.insert(key.clone(), place);
            self.values.push(Value { key, shown: shown(), rows, of_several });
        }
        place
    }

    /// Adds the values of a batch of the roster `file`; returns for each of them its place among all.
    ///
    /// # Errors
    /// `split-too-many` (kind `Usage`) if they become more than may be.
    pub(super) fn add_all(&mut self, others: Self, most: ValueLimit, file: &str) -> Result<Vec<usize>> {
        let add = |Value { key, shown, rows, of_several }| self.add(key, || shown, (rows, of_several));
        let places = others.values.into_iter().map(add).collect();
        if self.values.len() > most.values {
            return Err(too_many(most, file));
        }
        Ok(places)
    }

    /// Adds a batch of the roster `file`; returns for each of its rows the place of its value among all.
    ///
    /// # Errors
    /// `split-too-many` (kind `Usage`) if the values become more than a workbook has sheets for.
    pub(super) fn merge(&mut self, found: Found, file: &str) -> Result<Vec<Option<usize>>> {
        let places = self.add_all(found.values, ValueLimit::SHEETS, file)?;
        Ok(found.rows.into_iter().map(|place| place.and_then(|place| places.get(place).copied())).collect())
    }

    /// Returns the values in order, each with the place that it was found at.
    ///
    /// # Errors
    /// Internal, if the rows of all values are not the customers.
    pub(super) fn in_order(self, summary: &Summary) -> Result<Vec<(usize, Value)>> {
        let rows: u64 = self.values.iter().map(|value| value.rows).sum();
        if rows != summary.customers() {
            return Err(Error::internal("the rows of all values are not the customers"));
        }
        let mut values: Vec<(usize, Value)> = self.values.into_iter().enumerate().collect();
        values.sort_by(|(_, left), (_, right)| left.key.cmp(&right.key));
        Ok(values)
    }

    /// Names the sheets, in order, and tells the workbook.
    ///
    /// # Errors
    /// Internal, if the rows of all values are not the customers.
    pub(super) fn name(self, by: By, summary: &Summary, writer: Option<&mut Writer>) -> Result<Parts> {
        let mut names = Names::default();
        let (mut order, mut parts) = (Vec::new(), Vec::new());
        for (place, Value { shown, rows, .. }) in self.in_order(summary)? {
            let name = names.claim(&shown);
            order.push(SplitSheet { value: place, name: name.clone(), rows });
            parts.push(SplitValue { value: shown, rows, sheet: name });
        }
        if let Some(writer) = writer {
            writer.name_splits(order, Box::new(move |name| names.claim(name)));
        }
        Ok(Parts { by, parts })
    }
}

fn too_many(most: ValueLimit, file: &str) -> Error {
    let ValueLimit { values, each } = most;
    let values = grouped(u64::try_from(values).unwrap_or(u64::MAX));
    let diagnostic = Diagnostic::error(
        Code::SplitTooMany,
        format!("there are more than {values} values to split by, and each would get its own {each}"),
    )
    .in_file(file.to_owned())
    .help("name another column, such as --map owner=HEADING, or split by tier or segment");
    Error::new(ErrorKind::Usage, diagnostic)
}
