//! Which column of an overrides file is which.

use super::entry::fault;
use crate::diagnostic::{Code, excerpt};
use crate::fold::fold;
use crate::output_fields::headings::SOURCE_ROW;
use crate::roster::Fault;
use crate::roster::columns::{Field, heading_key, rank_of};

/// What a column of the file means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heading {
    /// Whose rows are meant.
    Tenant,
    /// Which plan is meant, as the roster writes it.
    Plan,
    /// Which subscription is meant, by its id.
    Subscription,
    /// Which row is meant, where nothing else tells it from others.
    SourceRow,
    /// The paid seats as the roster writes them in that row.
    RosterSeats,
    /// What the roster said of the segment in that row.
    RosterSegment,
    /// What the roster said of the status and trials in that row.
    RosterStatus,
    /// The customer's name, for people.
    Name,
    /// How a line of the Review sheet finds its row again.
    Fits,
    /// The segment, unless the roster's own column names one.
    Segment,
    /// The segment, whatever the roster's own column says.
    RightSegment,
    /// The plan that it stands for.
    MeansPlan,
    /// The paid seats.
    Seats,
    /// Whether the subscription is active.
    Status,
    /// What kind of word is meant.
    Kind,
    /// The word, as the roster writes it.
    Word,
    /// What the word means.
    Means,
}

impl Heading {
    /// Those of a file that a person writes.
    const ALL: [Self; 15] = [
        Self::Tenant,
        Self::Plan,
        Self::Subscription,
        Self::SourceRow,
        Self::RosterSeats,
        Self::RosterSegment,
        Self::RosterStatus,
        Self::Segment,
        Self::RightSegment,
        Self::MeansPlan,
        Self::Seats,
        Self::Status,
        Self::Kind,
        Self::Word,
        Self::Means,
    ];

    /// Those of words, in the order of a line.
    const OF_WORDS: [Self; 3] = [Self::Kind, Self::Word, Self::Means];

    /// Those by which a line of the Review sheet finds its row again.
    const OF_ROWS: [Self; 6] =
        [Self::SourceRow, Self::Tenant, Self::Plan, Self::RosterSeats, Self::Subscription, Self::Fits];

    /// Those of the Review sheet that earlier versions did not have.
    const ADDED_TO_REVIEW: [Self; 3] = [Self::Name, Self::RosterSegment, Self::RosterStatus];

    /// Those that are filled in on the Review sheet, beside the notes.
    const FILLED_IN: [Self; 4] = [Self::MeansPlan, Self::Seats, Self::RightSegment, Self::Status];

    /// Returns what the column is called on the Review sheet.
    const fn on_review(self) -> &'static str {
        match self {
            Self::MeansPlan => RIGHT_PLAN,
            Self::Seats => RIGHT_SEATS,
            Self::Status => RIGHT_STATUS,
            other => other.words(),
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Tenant => TENANT,
            Self::Plan => PLAN,
            Self::Subscription => SUBSCRIPTION,
            Self::SourceRow => SOURCE_ROW,
            Self::RosterSeats => ROSTER_SEATS,
            Self::RosterSegment => ROSTER_SEGMENT,
            Self::RosterStatus => ROSTER_STATUS,
            Self::Name => NAME,
            Self::Fits => FITS,
            Self::Segment => "Segment",
            Self::RightSegment => RIGHT_SEGMENT,
            Self::Status => "Status",
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
            Self::Seats if key != fold(RIGHT_SEATS) => Field::Seats,
            Self::Seats => return true,
            Self::MeansPlan => return MEANS_PLAN.contains(&key),
            Self::Status => return key == fold(self.words()) || key == fold(RIGHT_STATUS),
            // Said of other columns of a roster, too: only the word itself counts.
            _ => return key == fold(self.words()),
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

/// The headings of the Review sheet by which a line finds its row again: the tenant as the roster shows it.
pub const TENANT: &str = "Tenant";
/// Its name, for people.
pub const NAME: &str = "Name";
/// The plan as the roster writes it.
pub const PLAN: &str = "Plan";
/// The id of the subscription.
pub const SUBSCRIPTION: &str = "Subscription id";
/// The paid seats as the roster writes them.
pub const ROSTER_SEATS: &str = "Seats in roster";
/// What the roster says of the segment, in all columns that do.
pub const ROSTER_SEGMENT: &str = "Segment in roster";
/// What the roster says of the status and of trials, in all columns that do.
pub const ROSTER_STATUS: &str = "Status in roster";
/// Which of these tell the row from others, see [`Fits`](super::Fits).
pub const FITS: &str = "Fits";
/// The headings of the Review sheet that are filled in: the plan that was bought.
pub const RIGHT_PLAN: &str = "Right plan";
/// The paid seats.
pub const RIGHT_SEATS: &str = "Right seats";
/// The segment.
pub const RIGHT_SEGMENT: &str = "Right segment";
/// Whether the subscription is active.
pub const RIGHT_STATUS: &str = "Right status";
/// What a person wants to remember.
pub const NOTE: &str = "Note";

/// Headings of the plan that another one stands for, folded.
const MEANS_PLAN: [&str; 5] = ["means plan", "plan alias", "stands for", "stands for plan", "right plan"];

/// Headings of what is for people: why a line is there, and since when.
const REASONS: [&str; 10] =
    ["reason", "note", "notes", "remark", "remarks", "comment", "comments", "added by", "added on", "date"];

/// The columns of a file, each from 0.
#[derive(Debug)]
pub(super) struct Headings {
    columns: Vec<(Heading, usize)>,
    /// The columns that give a reason, in order.
    pub(super) reasons: Vec<usize>,
    /// What the columns are those of.
    form: Form,
}

/// What is read as overrides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// A file that a person wrote: each heading has to be known.
    File,
    /// A sheet with words to settle, whose other columns are there to be looked at.
    Words,
    /// A Review sheet, likewise.
    Review,
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
                // Beside the words a person may have columns of their own, a date for example.
                None if is_sheet_of_words && *key == fold(NOTE) && reasons.is_empty() => reasons.push(column),
                None if !is_sheet_of_words && REASONS.contains(&key.as_str()) => reasons.push(column),
                // Each line is asked whether it has a cell there.
                None if key.is_empty() || is_sheet_of_words => {}
                None => wrong.push(unknown(column, written)),
            }
        }
        let has = |wanted: &[Heading]| columns.iter().any(|(heading, _)| wanted.contains(heading));
        if has(&Heading::OF_WORDS) {
            let gone = Heading::OF_WORDS.into_iter().filter(|heading| !has(&[*heading]));
            wrong.extend(gone.map(word_missing));
        } else if !has(&[Heading::Tenant, Heading::Plan, Heading::Subscription]) {
            wrong.push(missing("names the rows", "`Tenant`, `Plan` or `Subscription id`"));
        }
        if !has(&[Heading::Segment]) && !has(&Heading::FILLED_IN) && !has(&Heading::OF_WORDS) {
            wrong.push(missing("sets anything", "`Segment`, `Means plan`, `Paid seats` or `Status`"));
        }
        let form = if is_sheet_of_words { Form::Words } else { Form::File };
        if wrong.is_empty() { Ok(Self { columns, reasons, form }) } else { Err(wrong) }
    }

    /// Returns whether these are the headings of a Review sheet: all by which a line finds its row again.
    pub(super) fn are_of_review(headings: &[String]) -> bool {
        let keys: Vec<String> = headings.iter().map(|written| fold(written)).collect();
        Heading::OF_ROWS.iter().all(|heading| keys.contains(&fold(heading.on_review())))
    }

    /// Finds the columns of a Review sheet; `None` if nothing can be filled in there, as in workbooks of earlier versions.
    ///
    /// # Errors
    /// Every column that is gone of those by which a line finds its row again.
    pub(super) fn of_review(headings: &[String]) -> Result<Option<Self>, Vec<Fault>> {
        let keys: Vec<String> = headings.iter().map(|written| fold(written)).collect();
        let place = |heading: &str| keys.iter().position(|key| *key == fold(heading));
        let found = |heading: &Heading| Some((*heading, place(heading.on_review())?));
        let filled_in: Vec<_> = Heading::FILLED_IN.iter().filter_map(found).collect();
        let reasons: Vec<usize> = place(NOTE).into_iter().collect();
        if filled_in.is_empty() {
            return Ok(None);
        }
        let gone = Heading::OF_ROWS.iter().filter(|heading| found(heading).is_none());
        let wrong: Vec<Fault> = gone.map(|heading| gone_from_review(*heading)).collect();
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let known = Heading::OF_ROWS.iter().chain(&Heading::ADDED_TO_REVIEW).filter_map(found);
        Ok(Some(Self { columns: known.chain(filled_in).collect(), reasons, form: Form::Review }))
    }

    /// Returns whether it is a sheet with words to settle.
    pub(super) fn is_sheet_of_words(&self) -> bool {
        self.form == Form::Words
    }

    /// Returns whether it is a Review sheet.
    pub(super) fn is_review(&self) -> bool {
        self.form == Form::Review
    }

    /// Returns the columns that are filled in on a Review sheet.
    pub(super) fn filled_in(&self) -> impl Iterator<Item = usize> + '_ {
        let columns = Heading::FILLED_IN.into_iter().filter_map(|heading| self.column(heading));
        columns.chain(self.reasons.iter().copied())
    }

    /// Returns whether the column has a heading.
    pub(super) fn has(&self, column: usize) -> bool {
        self.form != Form::File
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

fn gone_from_review(heading: Heading) -> Fault {
    let message = format!("the column `{}` is gone, by which rows are found again", heading.words());
    let help = "put the column back with its heading; only those with `Right` in their heading and the note are filled in";
    fault(Code::OverrideHeadingMissing, None, message, help.to_owned())
}

/// Returns how much a row looks like the headings of a Review sheet that is filled in.
#[must_use]
pub fn score_of_review(cells: &[String]) -> u32 {
    let ours = Heading::OF_ROWS.iter().chain(&Heading::FILLED_IN).map(|heading| fold(heading.on_review()));
    let cells: Vec<String> = cells.iter().map(|cell| fold(cell)).collect();
    u32::try_from(ours.filter(|ours| cells.contains(ours)).count()).unwrap_or(u32::MAX)
}

fn missing(what: &str, help: &str) -> Fault {
    let help = format!("the first line needs the headings {help}");
    fault(Code::OverrideHeadingMissing, None, format!("no column {what}"), help)
}
