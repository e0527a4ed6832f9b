//! Which column of an additions file is which.

use super::reading::Wrong;
use crate::diagnostic::{Code, excerpt};
use crate::fold::fold;

/// The headings, as the catalogue is printed; they may stand in any order.
pub const HEADINGS: [&str; 9] =
    ["guid", "id", "name", "segment", "family", "kind", "price", "services", "also written as"];

/// Headings of what is for people: who says so, since when, and why it was added.
const REMARKS: [&str; 3] = ["source", "date", "because"];

/// A column of the file; the discriminant is its place in [`HEADINGS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Column {
    Guid,
    Id,
    Name,
    Segment,
    Family,
    Kind,
    Price,
    Services,
    Spellings,
}

impl Column {
    const ALL: [Self; 9] = [
        Self::Guid,
        Self::Id,
        Self::Name,
        Self::Segment,
        Self::Family,
        Self::Kind,
        Self::Price,
        Self::Services,
        Self::Spellings,
    ];

    /// Those that name a product.
    pub(super) const NAMING: [Self; 3] = [Self::Guid, Self::Id, Self::Name];

    /// Those without which a line cannot be a product of its own.
    const NEEDED: [Self; 5] = [Self::Name, Self::Segment, Self::Family, Self::Kind, Self::Price];

    /// Returns its heading.
    pub(super) fn heading(self) -> &'static str {
        HEADINGS.get(self as usize).copied().unwrap_or_default()
    }

    fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.heading() == key)
    }
}

/// Where the columns of a file stand, each from 0.
#[derive(Clone, Debug, Default)]
pub(super) struct Headings {
    columns: [Option<usize>; HEADINGS.len()],
    remarks: [Option<usize>; REMARKS.len()],
}

impl Headings {
    /// Finds the columns. Each heading has to be known: what stands in a column with a slip in its heading would be
    /// passed over.
    ///
    /// # Errors
    /// All faults at once.
    pub(super) fn find(headings: &[String]) -> Result<Self, Vec<Wrong>> {
        let (mut found, mut wrong) = (Self::default(), Vec::new());
        for (place, written) in headings.iter().enumerate() {
            let key = heading_key(written);
            // Each line is asked whether it has a cell in a column without a heading.
            if key.is_empty() {
                continue;
            }
            match found.slot(&key) {
                Some(slot) if slot.is_some() => wrong.push(twice(place, written)),
                Some(slot) => *slot = Some(place),
                None => wrong.push(unknown(place, written)),
            }
        }
        // Whether a column is missing is not certain before every heading is known.
        if wrong.is_empty() {
            wrong.extend(found.missing());
        }
        if wrong.is_empty() { Ok(found) } else { Err(wrong) }
    }

    /// Returns where a column stands.
    pub(super) fn place(&self, column: Column) -> Option<usize> {
        self.columns.get(column as usize).copied().flatten()
    }

    /// Returns the columns of source, date and reason that the file has, each with its heading.
    pub(super) fn remarks(&self) -> impl Iterator<Item = (&'static str, usize)> {
        let remarks = REMARKS.into_iter().zip(self.remarks);
        remarks.filter_map(|(heading, place)| Some((heading, place?)))
    }

    /// Returns whether the column has a heading.
    pub(super) fn has(&self, place: usize) -> bool {
        self.columns.iter().chain(&self.remarks).any(|known| *known == Some(place))
    }

    fn slot(&mut self, key: &str) -> Option<&mut Option<usize>> {
        if let Some(column) = Column::of_key(key) {
            return self.columns.get_mut(column as usize);
        }
        let remark = REMARKS.iter().position(|known| *known == key)?;
        self.remarks.get_mut(remark)
    }

    /// Returns what is missing for any line to say something.
    fn missing(&self) -> Option<Wrong> {
        let lacks = |column: &Column| self.place(*column).is_none();
        let names_nothing = Column::NAMING.iter().all(lacks);
        let lacking: Vec<String> = if names_nothing {
            Column::NAMING.iter().map(|column| format!("`{}`", column.heading())).collect()
        } else if lacks(&Column::Spellings) {
            let lacking = Column::NEEDED.iter().filter(|column| lacks(column));
            lacking.map(|column| format!("`{}`", column.heading())).collect()
        } else {
            Vec::new()
        };
        if lacking.is_empty() {
            return None;
        }
        let (message, help) = if names_nothing {
            (
                format!("no column names the products: {}", lacking.join(" or ")),
                "the first line needs one of these headings".to_owned(),
            )
        } else {
            (
                format!("a product needs the columns {}, which are missing", lacking.join(", ")),
                "add them; a file that only lists other spellings of known products needs `also written as` instead"
                    .to_owned(),
            )
        };
        Some(Wrong { code: Code::CatalogueHeadingMissing, column: None, message, help })
    }
}

/// Returns how much a row looks like the headings of such a file: how many it has of those that are known.
#[must_use]
pub fn score(cells: &[String]) -> u32 {
    let is_known = |cell: &&String| {
        let key = heading_key(cell);
        Column::of_key(&key).is_some() || REMARKS.contains(&key.as_str())
    };
    u32::try_from(cells.iter().filter(is_known).count()).unwrap_or(u32::MAX)
}

fn heading_key(heading: &str) -> String {
    fold(&heading.replace(['_', '-'], " "))
}

fn unknown(place: usize, written: &str) -> Wrong {
    let known: Vec<String> = HEADINGS.iter().chain(&REMARKS).map(|known| format!("`{known}`")).collect();
    Wrong {
        code: Code::CatalogueHeadingUnknown,
        column: Some(place),
        message: format!("`{}` is not a heading of a catalogue", excerpt(written)),
        help: format!("write one of {}, or remove the column", known.join(", ")),
    }
}

fn twice(place: usize, written: &str) -> Wrong {
    Wrong {
        code: Code::CatalogueHeadingTwice,
        column: Some(place),
        message: format!("`{}` is the heading of two columns", excerpt(written.trim())),
        help: "keep one of them".to_owned(),
    }
}
