//! Which column of an overrides file is which.

use super::entry::fault;
use crate::diagnostic::{Code, excerpt};
use crate::fold::fold;
use crate::roster::Fault;
use crate::roster::columns::{Field, heading_key, rank_of};

/// What a column of the file means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heading {
    /// Whose rows are meant.
    Tenant,
    /// Which plan is meant, as the roster writes it.
    Plan,
    /// The segment.
    Segment,
    /// The plan that it stands for.
    MeansPlan,
    /// The paid seats.
    Seats,
    /// What kind of word is meant.
    Kind,
    /// The word, as the roster writes it.
    Word,
    /// What the word means.
    Means,
}

impl Heading {
    const ALL: [Self; 8] = [
        Self::Tenant,
        Self::Plan,
        Self::Segment,
        Self::MeansPlan,
        Self::Seats,
        Self::Kind,
        Self::Word,
        Self::Means,
    ];

    /// Those of words, in the order of a line.
    const OF_WORDS: [Self; 3] = [Self::Kind, Self::Word, Self::Means];

    const fn words(self) -> &'static str {
        match self {
            Self::Tenant => "Tenant",
            Self::Plan => "Plan",
            Self::Segment => "Segment",
            Self::MeansPlan => "Means plan",
            Self::Seats => "Paid seats",
            Self::Kind => KIND,
            Self::Word => WORD,
            Self::Means => MEANS,
        }
    }

    fn is_named(self, key: &str) -> bool {
        let field = match self {
            Self::Tenant => Field::Tenant,
            Self::Plan => Field::Plan,
            Self::Segment => Field::Segment,
            Self::Seats => Field::Seats,
            Self::MeansPlan => return MEANS_PLAN.contains(&key),
            Self::Kind | Self::Word | Self::Means => return key == fold(self.words()),
        };
        rank_of(field, key).is_some()
    }
}

/// The headings of words, of a sheet with words to settle, too: what kind of word it is, the word, what it means.
pub const KIND: &str = "Kind";
/// The heading of the words.
pub const WORD: &str = "As written";
/// The heading of what they mean.
pub const MEANS: &str = "Means";
/// The heading that only a sheet with words to settle has: how many rows have the word.
pub const ROWS: &str = "Rows";

/// Headings of the plan that another one stands for, folded.
const MEANS_PLAN: [&str; 4] = ["means plan", "plan alias", "stands for", "stands for plan"];

/// Headings of what is for people: why a line is there, and since when.
const REASONS: [&str; 10] =
    ["reason", "note", "notes", "remark", "remarks", "comment", "comments", "added by", "added on", "date"];

/// The columns of a file, each from 0.
#[derive(Debug)]
pub(super) struct Headings {
    columns: Vec<(Heading, usize)>,
    /// The columns that give a reason, in order.
    pub(super) reasons: Vec<usize>,
    /// Whether it is a sheet with words to settle, whose other columns are there to be looked at.
    is_sheet_of_words: bool,
}

impl Headings {
    /// Finds the columns. Each heading has to be known: one with a slip of the pen in it would set nothing, or too
    /// much.
    ///
    /// # Errors
    /// All faults at once.
    pub(super) fn find(headings: &[String]) -> Result<Self, Vec<Fault>> {
        let keys: Vec<String> = headings.iter().map(|written| heading_key(written)).collect();
        let is_sheet_of_words = is_sheet_of_words(&keys);
        let (mut columns, mut reasons, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
        for (column, (written, key)) in headings.iter().zip(&keys).enumerate() {
            let known = if is_sheet_of_words { &Heading::OF_WORDS[..] } else { &Heading::ALL };
            let heading = known.iter().copied().find(|heading| heading.is_named(key));
            match heading {
                Some(heading) if columns.iter().any(|(known, _)| *known == heading) => {
                    wrong.push(twice(heading, column, written));
                }
                Some(heading) => columns.push((heading, column)),
                None if REASONS.contains(&key.as_str()) => reasons.push(column),
                // Each line is asked whether it has a cell there.
                None if key.is_empty() || is_sheet_of_words => {}
                None => wrong.push(unknown(column, written)),
            }
        }
        let has = |wanted: &[Heading]| columns.iter().any(|(heading, _)| wanted.contains(heading));
        if has(&Heading::OF_WORDS) {
            let gone = Heading::OF_WORDS.into_iter().filter(|heading| !has(&[*heading]));
            wrong.extend(gone.map(word_missing));
        } else if !has(&[Heading::Tenant, Heading::Plan]) {
            wrong.push(missing("names the rows", "`Tenant`, `Plan` or both"));
        }
        if !has(&[Heading::Segment, Heading::MeansPlan, Heading::Seats]) && !has(&Heading::OF_WORDS) {
            wrong.push(missing("sets anything", "`Segment`, `Means plan` or `Paid seats`"));
        }
        if wrong.is_empty() { Ok(Self { columns, reasons, is_sheet_of_words }) } else { Err(wrong) }
    }

    /// Returns whether the column has a heading.
    pub(super) fn has(&self, column: usize) -> bool {
        self.is_sheet_of_words
            || self.reasons.contains(&column)
            || self.columns.iter().any(|(_, known)| *known == column)
    }

    /// Returns the column of a heading.
    pub(super) fn column(&self, heading: Heading) -> Option<usize> {
        self.columns.iter().find(|(known, _)| *known == heading).map(|(_, column)| *column)
    }
}

/// Returns how much a row looks like the headings of an overrides file: how many it has of those that are known.
#[must_use]
pub fn score(cells: &[String]) -> u32 {
    let is_known = |cell: &&String| {
        let key = heading_key(cell);
        REASONS.contains(&key.as_str()) || Heading::ALL.into_iter().any(|heading| heading.is_named(&key))
    };
    u32::try_from(cells.iter().filter(is_known).count()).unwrap_or(u32::MAX)
}

fn unknown(column: usize, written: &str) -> Fault {
    let known: Vec<String> =
        Heading::ALL.into_iter().map(|heading| format!("`{}`", heading.words())).collect();
    let message = format!("`{}` is not a heading of an overrides file", excerpt(written));
    let help = format!("the known headings are {}; use `Reason` or `Note` for comments", known.join(", "));
    fault(Code::OverrideHeadingUnknown, Some(column), message, help)
}

fn twice(heading: Heading, column: usize, written: &str) -> Fault {
    let message = format!("`{}` is a second column for `{}`", excerpt(written), heading.words());
    let help = "keep one; name a tenant once, by id, domain or name".to_owned();
    fault(Code::OverrideHeadingTwice, Some(column), message, help)
}

fn word_missing(heading: Heading) -> Fault {
    let all = Heading::OF_WORDS.map(|heading| format!("`{}`", heading.words())).join(", ");
    missing(&format!("`{}`", heading.words()), &format!("{all}, all three, to say what words mean"))
}

fn is_sheet_of_words(keys: &[String]) -> bool {
    [KIND, WORD, ROWS, MEANS].iter().all(|ours| keys.contains(&fold(ours)))
}

fn missing(what: &str, help: &str) -> Fault {
    let help = format!("the first line needs the headings {help}");
    fault(Code::OverrideHeadingMissing, None, format!("no column {what}"), help)
}
