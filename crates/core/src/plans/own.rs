//! Products and spellings beyond the published list: the additions that are part of the program, and a user's own
//! catalogue.
//!
//! Both have one form, a table with the headings [`HEADINGS`] and, for people, `source`, `date` and `because`. A line is
//! a product of its own, or one that the catalogue knows, named by GUID, id or name, with what else it is called; such a
//! line may leave all other cells blank, and says nothing else of the product than the catalogue does.

mod agree;
mod entry;
mod form;
mod headings;
mod known;
mod reading;

pub use form::form;
pub use headings::{HEADINGS, score};
pub use reading::{LIMIT_LINES, Reading};

use super::places::PlanIndex;
use super::{Plan, PlanFrom};
use crate::about::About;
use crate::error::{Error, Result};
use std::borrow::Cow;

/// What a file adds to a catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Additions {
    /// The products that the catalogue does not have, in the order of the file.
    pub plans: Vec<Plan>,
    /// What else products are called, in the order of the file.
    pub spellings: Vec<(String, PlanRef)>,
}

/// Which product a spelling means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlanRef {
    /// One that the catalogue has, by its place there.
    Known(usize),
    /// One of the same file, by its place among [`Additions::plans`].
    Added(usize),
}

/// A user's own catalogue, as the Run sheet and the run report name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnCatalogue {
    /// The file's name without its folder.
    pub name: String,
    /// SHA-256 of its bytes, lower case hexadecimal.
    pub sha256: String,
    /// How many products it adds.
    pub products: usize,
    /// How many spellings it adds.
    pub spellings: usize,
}

/// Where the lines are from, for messages.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The file, as the user named it.
    pub file: &'a str,
    /// What the file is, which says how it counts; `None` = lines of text.
    pub about: Option<&'a About>,
    /// The line or row of the headings, from 1.
    pub header_row: u64,
    /// The headings as they stand.
    pub headings: &'a [String],
    /// Which list the products are from.
    pub from: PlanFrom,
}

impl Additions {
    /// Puts them behind the plans and spellings of the catalogue that they were checked against.
    pub(super) fn join(self, plans: &mut Vec<Plan>, spellings: &mut Vec<(String, usize)>) {
        let known = plans.len();
        plans.extend(self.plans);
        spellings.extend(self.spellings.into_iter().map(|(spelling, plan)| {
            let place = match plan {
                PlanRef::Known(place) => place,
                PlanRef::Added(place) => known + place,
            };
            (spelling, place)
        }));
    }
}

/// Reads the additions that are part of the program; `plans`, their `index` and `spellings` are the published ones.
///
/// # Errors
/// A table with a fault, which only a mistake in this program can cause.
pub(super) fn shipped(plans: &[Plan], index: &PlanIndex, spellings: &[(String, usize)]) -> Result<Additions> {
    read(super::shipped::ADDITIONS, (plans, index), spellings)
        .map_err(|error| Error::internal(format!("the additions to the catalogue have a fault: {error}")))
}

fn read(
    text: &str,
    (plans, index): (&[Plan], &PlanIndex),
    spellings: &[(String, usize)],
) -> Result<Additions> {
    let broken = |why: csv::Error| Error::internal(format!("not a table of comma-separated values: {why}"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headings: Vec<String> = reader.headers().map_err(broken)?.iter().map(str::to_owned).collect();
    let source = Source {
        file: "additions.csv",
        about: None,
        header_row: 1,
        headings: &headings,
        from: PlanFrom::Added,
    };
    let mut reading = Reading::indexed(source, (plans, Cow::Borrowed(index)), spellings)?;
    for record in reader.records() {
        let record = record.map_err(broken)?;
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        reading.line(record.position().map_or(0, csv::Position::line), &cells)?;
    }
    reading.finish()
}

#[cfg(test)]
mod tests;
