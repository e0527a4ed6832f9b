//! Customers split by a value: which value a row has, and what its sheet is called.

pub mod names;

use crate::fold::{fold, squeeze};
use crate::hash;
use crate::policy::Policy;
use crate::report::run::count;
use crate::report::{Block, CellOut, Sheet, Style, Table, Value};
use crate::verdict::Tier;
use crate::verdict::words::{counted, grouped, tier_name};
use sha2::{Digest, Sha256};

/// The value of customers whose owner is blank.
pub const NO_OWNER: &str = "No owner";

/// How the title of the table begins that leads to the sheets.
pub const SHEETS_BY: &str = "Sheets by ";

/// What customers are split by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// The tier of the row.
    Tier,
    /// Its segment.
    Segment,
    /// The roster's column of owners.
    Owner,
}

impl By {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Tier, Self::Segment, Self::Owner];

    /// Returns the word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Tier => "tier",
            Self::Segment => "segment",
            Self::Owner => "owner",
        }
    }

    const fn heading(self) -> &'static str {
        match self {
            Self::Tier => "Tier",
            Self::Segment => "Segment",
            Self::Owner => "Owner",
        }
    }
}

/// A value; in the order in which their sheets stand.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// Of a list of the policy's: its place there.
    Place(usize),
    /// Of the roster's: folded, so that case and blanks do not matter.
    Text(String),
    /// The roster's cell is blank.
    Nobody,
}

impl Key {
    /// Returns the value of a tier.
    #[must_use]
    pub fn of_tier(policy: &Policy, tier: Tier) -> Self {
        Self::Place(tier.slot(policy.rungs.len()))
    }

    /// Returns the value of an owner as the roster shows it.
    ///
    /// One of more than 256 bytes is kept as its beginning and its hash, so that a value takes little room whatever the
    /// roster holds.
    #[must_use]
    pub fn of_owner(shown: &str) -> Self {
        const LIMIT_BYTES: usize = 256;
        let mut folded = fold(shown);
        if folded.is_empty() {
            return Self::Nobody;
        }
        if folded.len() > LIMIT_BYTES {
            let hash = hash::shown(Sha256::new().chain_update(&folded));
            folded.truncate(folded.floor_char_boundary(LIMIT_BYTES));
            folded.push_str(&hash);
        }
        Self::Text(folded)
    }
}

impl Key {
    /// Appends bytes that sort as the values do, and of which none are the beginning of another's.
    pub fn write(&self, to: &mut Vec<u8>) {
        match self {
            Self::Place(place) => {
                to.push(0);
                to.extend(u64::try_from(*place).unwrap_or(u64::MAX).to_be_bytes());
            }
            Self::Text(text) => {
                to.push(1);
                for byte in text.bytes() {
                    to.push(byte);
                    // A zero byte is told from the end by what follows it.
                    to.extend((byte == 0).then_some(1));
                }
                to.extend([0, 0]);
            }
            Self::Nobody => to.push(2),
        }
    }
}

/// Returns what a value is called: a name of the policy's, or what the roster shows.
#[must_use]
pub fn words(policy: &Policy, by: By, (tier, segment): (Tier, usize), owner: &str) -> String {
    const LIMIT_CHARACTERS: usize = 256;
    match by {
        By::Tier => tier_name(policy, tier).to_owned(),
        By::Segment => policy.segments.get(segment).map(|segment| segment.name.clone()).unwrap_or_default(),
        By::Owner if fold(owner).is_empty() => NO_OWNER.to_owned(),
        By::Owner => squeeze(owner).chars().take(LIMIT_CHARACTERS).collect(),
    }
}

/// Says below the name of the roster that its customers stand on sheets of their own, too, and leads to them from the
/// end: `parts` are values, their rows, and the names of their sheets.
pub fn on_top<'a>(summary: &mut Sheet, by: By, parts: impl Iterator<Item = (&'a str, u64, &'a str)>) {
    let row = |(value, rows, sheet): (&str, u64, &str)| {
        let leads = CellOut::styled(Value::text(sheet.to_owned()), Style::Link).leading_to(sheet);
        (rows, vec![CellOut::label(value), CellOut::count(rows), leads])
    };
    let (listed, rows): (Vec<u64>, Vec<_>) = parts.map(row).unzip();
    let listed = listed.into_iter().sum();
    let text = format!(
        "The {} of customers {} also listed on {} by {}, after the Roster sheet; blank and footer rows are only on Roster.",
        counted(listed, "row", "rows"),
        if listed == 1 { "is" } else { "are" },
        counted(u64::try_from(rows.len()).unwrap_or(u64::MAX), "sheet", "sheets"),
        by.word(),
    );
    below_the_roster(summary, Block::Remark(text));
    summary.blocks.push(Block::Table(Table {
        title: format!("{SHEETS_BY}{}", by.word()),
        headings: [by.heading(), "Rows", "Sheet"].map(str::to_owned).to_vec(),
        rows,
        ..Table::default()
    }));
}

/// Says below the name of the roster that its customers stand in workbooks of their own, too.
pub fn files_on_top(summary: &mut Sheet, by: By, files: usize, rows: u64) {
    let text = format!(
        "The {} of customers {} also listed in {} by {}, in the folder of the same name next to this workbook.",
        counted(rows, "row", "rows"),
        if rows == 1 { "is" } else { "are" },
        counted(u64::try_from(files).unwrap_or(u64::MAX), "workbook", "workbooks"),
        by.word(),
    );
    below_the_roster(summary, Block::Remark(text));
}

/// The title of the table on the Run sheet that says so of a workbook with some of the roster's customers.
pub const PART: &str = "A part of the roster";

/// Says on the Run sheet whose customers the workbook has, `rows` of the roster's `all`.
pub fn part_on_run(run: &mut Sheet, by: By, value: &str, rows: u64, all: u64) {
    let table = Table {
        title: PART.to_owned(),
        rows: vec![
            vec![CellOut::label(by.heading()), CellOut::wrapped(value)],
            count("Rows here", rows),
            count("Rows of customers in the roster", all),
        ],
        ..Table::default()
    };
    below_the_roster(run, Block::Table(table));
}

/// Says below the title of the Summary whose customers the workbook has, `rows` of the roster's `all`.
pub fn part_on_top(summary: &mut Sheet, by: By, value: &str, rows: u64, all: u64) {
    let text = format!(
        "This workbook has {} of the roster's {} of customers: those of {} \"{value}\". A tenant on several rows is rolled up \
         over all of its rows in the roster, including those in other workbooks.",
        grouped(rows),
        counted(all, "row", "rows"),
        by.word(),
    );
    below_the_roster(summary, Block::Remark(text));
}

/// Puts a block behind the title and the line below it.
fn below_the_roster(sheet: &mut Sheet, block: Block) {
    let place = sheet.blocks.len().min(2);
    sheet.blocks.insert(place, block);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_fold_together_and_long_ones_stay_apart() {
        assert_eq!(Key::of_owner(" Ann\u{a0} LEE"), Key::of_owner("ann lee"));
        assert_eq!(Key::of_owner(" \u{200b}\t"), Key::Nobody);
        let long = "\u{e9}".repeat(20_000);
        let (one, two) = (Key::of_owner(&format!("{long}1")), Key::of_owner(&format!("{long}2")));
        assert_ne!(one, two);
        assert!(matches!(one, Key::Text(text) if text.len() <= 256 + 64));
    }

    #[test]
    fn the_bytes_of_values_sort_as_they_do() {
        let text = |text: &str| Key::Text(text.to_owned());
        let values = [
            Key::Place(0),
            Key::Place(1),
            Key::Place(256),
            text("\0"),
            text("\0\0"),
            text("\0\u{1}"),
            text("\u{1}"),
            text("a"),
            text("a\0"),
            text("ab"),
            text("\u{10ffff}"),
            Key::Nobody,
        ];
        let bytes = values.each_ref().map(|value| {
            let mut bytes = Vec::new();
            value.write(&mut bytes);
            bytes
        });
        assert!(values.is_sorted() && bytes.is_sorted());
        for (place, one) in bytes.iter().enumerate() {
            assert!(bytes.iter().enumerate().all(|(other, two)| place == other || !two.starts_with(one)));
        }
    }

    #[test]
    fn nobody_stands_behind_all_others() {
        assert!(Key::of_owner("") > Key::of_owner("\u{10fffd}") && Key::Place(1) > Key::Place(0));
    }
}
