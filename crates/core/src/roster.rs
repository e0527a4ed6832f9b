//! A record understood as a roster row: whose it is, what was bought, for how many, and what is wrong with it.

pub mod column_facts;
pub mod columns;
pub mod dated;
pub mod exports;
pub mod flaws;
pub mod footer;
pub(crate) mod headings;
pub mod identity;
pub mod lines;
mod lookup_cache;
mod not_read;
mod onboarding;
pub mod overrides;
mod payment;
pub mod plan;
mod plan_columns;
pub mod renewal;
pub mod repeats;
pub mod seats;
mod segment;
pub mod separators;
mod understand;
pub mod wanted;
mod watching;
mod whose;
pub mod widths;
pub mod written;

pub use understand::{Understanding, understand};

use crate::about::About;
use crate::diagnostic::{Code, Diagnostic, Place, Severity};
use crate::plans::Match;
use crate::policy::Standing;
use std::sync::Arc;
use wanted::Wanted;

/// What a record is to a roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// A customer's plan: gets a verdict or needs review.
    Customer,
    /// Nothing to be seen.
    Blank,
    /// A totals line or a closing remark.
    Footer,
}

/// What shows a row's segment, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SegmentFrom {
    /// The roster's own segment column.
    Column,
    /// A line of the overrides file.
    Override,
    /// A person who asks about one plan.
    Given,
    /// A caption above the row.
    Caption,
    /// The name of the offer or product.
    OfferName,
    /// The product id or GUID.
    ProductId,
    /// Nothing: the policy's default.
    Assumed,
}

impl SegmentFrom {
    /// All of them, in the order of their discriminants.
    pub const ALL: [Self; 7] = [
        Self::Column,
        Self::Override,
        Self::Given,
        Self::Caption,
        Self::OfferName,
        Self::ProductId,
        Self::Assumed,
    ];

    /// Returns the words for it, as the sheet shows them.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Column => "roster column",
            Self::Override => "override file",
            Self::Given => "given",
            Self::Caption => "caption",
            Self::OfferName => "offer name",
            Self::ProductId => "product id",
            Self::Assumed => "assumed",
        }
    }
}

/// Why seats that the cell shows are not paid seats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotPaid {
    /// The plan costs nothing.
    FreePlan,
    /// It is a trial, by the plan or by the roster's trial column.
    Trial,
    /// The subscription is not active; the status as written.
    Inactive(String),
}

/// One thing wrong with a row; the row stays in the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// A stable name, such as `seats-not-whole`.
    pub code: Code,
    /// Whether the row gets no verdict because of it; otherwise it is a remark beside the verdict.
    pub blocks: bool,
    /// The column, from 0; `None` = the row as a whole.
    pub column: Option<usize>,
    /// The value found, as shown.
    pub value: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Fault {
    /// Returns the fault as it is shown, in the record with this number of a roster.
    #[must_use]
    pub fn diagnostic(&self, about: &About, number: u64) -> Diagnostic {
        Diagnostic {
            file: about.name.clone(),
            place: about.place(number, self.column),
            heading: self.column.and_then(|column| about.headings.get(column).cloned()),
            ..self.of_no_file()
        }
    }

    /// Returns the fault as it is shown where it is in no file.
    #[must_use]
    pub fn of_no_file(&self) -> Diagnostic {
        Diagnostic {
            severity: if self.blocks { Severity::Review } else { Severity::Note },
            code: self.code,
            file: String::new(),
            place: Place::File,
            heading: None,
            message: self.message.clone(),
            help: self.help.clone(),
        }
    }
}

/// What of a row comes from the overrides file in place of the roster's own cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each says that one thing was set")]
pub struct Overridden {
    /// The plan.
    pub plan: bool,
    /// The paid seats.
    pub seats: bool,
    /// What the word for the status means.
    pub status: bool,
    /// What the mark of a trial means.
    pub trial: bool,
}

/// A record understood.
#[derive(Clone, Debug, PartialEq)]
pub struct RosterRow<'a> {
    /// What the record is.
    pub kind: RowKind,
    /// The plan, recognised; `None` = blank or not in the catalogue (there is a fault then).
    pub plan: Option<Arc<Match<'a>>>,
    /// What the policy says of the plan, see [`Policy::standing`](crate::policy::Policy::standing).
    pub standing: Option<Standing<'a>>,
    /// What the plan was recognised as, and how, in words; `None` = it was not.
    pub recognised: Option<Arc<str>>,
    /// Index of the segment in the policy.
    pub segment: usize,
    /// What shows the segment.
    pub segment_from: SegmentFrom,
    /// The seats as the cell shows them, or as the overrides say; `None` = blank or unreadable (there is a fault then).
    pub seats: Option<u64>,
    /// What else the overrides say, beside the segment.
    pub overridden: Overridden,
    /// The lines of the overrides file that fit the row, rising; of lines that name the same, the first.
    pub override_lines: Vec<u64>,
    /// Why those seats are not paid for, if they are not.
    pub not_paid: Option<NotPaid>,
    /// Index of the phase of onboarding; `None` = no such column, blank, or unknown to the policy.
    pub phase: Option<usize>,
    /// The services that the customer wants; `None` = no such column, or blank.
    pub wanted: Option<Arc<Wanted>>,
    /// All that is wrong with it.
    pub faults: Vec<Fault>,
}

impl RosterRow<'_> {
    /// Returns whether FastTrack serves the plan; `false` where it is not known.
    #[must_use]
    pub fn is_served(&self) -> bool {
        self.standing.is_some_and(|standing| standing.eligible)
    }

    /// Returns whether a fault keeps the row from a verdict.
    #[must_use]
    pub fn needs_review(&self) -> bool {
        self.faults.iter().any(|fault| fault.blocks)
    }

    /// Notes that a line of the overrides file fits the row, and hands on what it says.
    pub(crate) fn fits<T>(&mut self, line: u64, says: T) -> T {
        if let Err(place) = self.override_lines.binary_search(&line) {
            self.override_lines.insert(place, line);
        }
        says
    }

    /// Returns whether the overrides file sets anything of the row.
    #[must_use]
    pub fn is_overridden(&self) -> bool {
        self.overridden != Overridden::default() || self.segment_from == SegmentFrom::Override
    }
}

/// The longest text that a cell of a workbook can hold, in UTF-16 units. Source: Excel's published limits.
pub const LIMIT_CELL_UNITS: usize = 32_767;

#[cfg(test)]
mod tests;
