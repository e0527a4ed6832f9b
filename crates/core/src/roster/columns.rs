//! Which column of a roster is which.
//!
//! A column is certain if the user names it, if the whole row of headings is that of a known export, or if its heading
//! is one of the list. Where a needed column is not found so, a heading that is nearly one of the list, or else the
//! values below, make a guess, which is used only where a person can see it ([`Guesses`]).

mod because;
mod customer;
mod evidence;
mod find;
mod foreign;
mod headed;
pub mod kept;
mod near;
mod paid;
mod refusals;
mod subject;
mod tables;
#[cfg(test)]
mod tests;
mod watch;

pub use because::{Because, Confidence};
pub use refusals::Flag;
pub use watch::Watched;
pub(in crate::roster) use watch::WatchedFor;

use super::exports::{Export, squeezed};
use super::headings::{
    COUNTRY, OWNER, PHASE, PLAN, RENEWAL, SEATS, SEGMENT, SERVICES, STATUS, SUBSCRIPTION, TENANT, TRIAL,
    abroad,
};
use super::understand::text_of;
use super::written::{before_colon, meant};
use crate::about::FIRST_CHARACTERS;
use crate::error::Result;
use crate::fold::{fold, has_byte};
use crate::hash::FastHash;
use crate::record::{Cell, Record};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use find::Finder;
pub(in crate::roster) use headed::headed;

/// What a column can mean to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// Whose row it is.
    Tenant,
    /// What was bought.
    Plan,
    /// For how many it was paid.
    Seats,
    /// What the customer is called, where another column tells it from others.
    Customer,
    /// What kind of customer it is.
    Segment,
    /// Whether the subscription is active.
    Status,
    /// Whether it is a trial.
    Trial,
    /// The id of the subscription, by which its rows belong together.
    Subscription,
    /// Who looks after the customer.
    Owner,
    /// The customer's country.
    Country,
    /// The day of the next renewal.
    Renewal,
    /// In which phase of onboarding the customer is.
    Phase,
    /// Which services the customer wants.
    Services,
}

impl Field {
    /// All of them, the needed ones first.
    pub const ALL: [Self; 13] = [
        Self::Tenant,
        Self::Plan,
        Self::Seats,
        Self::Customer,
        Self::Segment,
        Self::Status,
        Self::Trial,
        Self::Subscription,
        Self::Owner,
        Self::Country,
        Self::Renewal,
        Self::Phase,
        Self::Services,
    ];

    /// Returns the word for it in `--map` and in messages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::Plan => "plan",
            Self::Seats => "seats",
            Self::Customer => "customer",
            Self::Segment => "segment",
            Self::Status => "status",
            Self::Trial => "trial",
            Self::Subscription => "subscription",
            Self::Owner => "owner",
            Self::Country => "country",
            Self::Renewal => "renewal",
            Self::Phase => "phase",
            Self::Services => "services",
        }
    }

    /// Returns whether a roster cannot be read without it.
    #[must_use]
    pub const fn is_needed(self) -> bool {
        matches!(self, Self::Tenant | Self::Plan | Self::Seats)
    }

    /// Returns `false` for what is never guessed, since no row's own verdict depends on it. The customer's name still tells
    /// tenants apart where nothing surer is written: which rows are rolled up together may depend on it.
    #[must_use]
    pub const fn decides(self) -> bool {
        !matches!(self, Self::Customer | Self::Country | Self::Renewal)
    }

    /// Returns the headings that name it, folded, best first.
    ///
    /// Those of the customer's name are among those of the tenant, which they tell from others where nothing better does.
    #[must_use]
    pub const fn headings(self) -> &'static [&'static str] {
        match self {
            Self::Tenant => &TENANT,
            Self::Plan => &PLAN,
            Self::Seats => &SEATS,
            Self::Customer => &[],
            Self::Segment => &SEGMENT,
            Self::Status => &STATUS,
            Self::Trial => &TRIAL,
            Self::Subscription => &SUBSCRIPTION,
            Self::Owner => &OWNER,
            Self::Country => &COUNTRY,
            Self::Renewal => &RENEWAL,
            Self::Phase => &PHASE,
            Self::Services => &SERVICES,
        }
    }

    /// Returns the headings that name it in other languages than English, likewise.
    #[must_use]
    pub const fn headings_abroad(self) -> &'static [&'static str] {
        match self {
            Self::Tenant => abroad::TENANT,
            Self::Plan => abroad::PLAN,
            Self::Seats => abroad::SEATS,
            Self::Customer => &[],
            Self::Segment => abroad::SEGMENT,
            Self::Status => abroad::STATUS,
            Self::Trial => abroad::TRIAL,
            Self::Subscription => abroad::SUBSCRIPTION,
            Self::Owner => abroad::OWNER,
            Self::Country => abroad::COUNTRY,
            Self::Renewal => abroad::RENEWAL,
            Self::Phase => abroad::PHASE,
            Self::Services => abroad::SERVICES,
        }
    }

    /// Returns the field that a word of the command line names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.word() == fold(word))
    }

    /// Returns whether a heading is one of those listed for the field, however it is written.
    #[must_use]
    pub fn is_named(self, heading: &str) -> bool {
        let heading = fold(heading);
        self.headings().iter().chain(self.headings_abroad()).any(|known| *known == heading)
    }

    /// Returns which of `headings` was meant by `written`, which is none of them: one that differs by a slip of the hand,
    /// else one that the field is known by; `None` = none is like it.
    #[must_use]
    pub fn meant<'h>(self, written: &str, headings: &[&'h str]) -> Option<&'h str> {
        near::slip(written, headings)
            .or_else(|| headings.iter().find(|heading| self.is_named(heading)).copied())
            .or_else(|| headings.iter().find(|heading| near::near(heading, self).is_some()).copied())
    }
}

/// The word of `--map` for a column that says nothing of any field: it is neither read nor watched.
pub const IGNORE: &str = "ignore";

/// A column that the user names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// What it means; `None` = nothing of what is read, whatever its heading and its values look like.
    pub field: Option<Field>,
    /// Its heading, or `#3` for the third column; `-` where a roster need not have it: it has none.
    pub heading: String,
    /// The file that names it; `None` = the command line, which goes before any file.
    pub file: Option<String>,
}

/// Where the tenant of a row is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TenantFrom {
    /// In a column, from 0.
    Column(usize),
    /// In a column, from 0, before the colon: `contoso:ENTERPRISEPACK`.
    BeforeColon(usize),
    /// All rows belong to the tenant named on the command line.
    Given(String),
}

/// Whether a column that is not certain is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Guesses {
    /// It is used, and shown to be a guess: a person is watching.
    Used,
    /// It is an error that names it: nobody would notice a wrong one.
    #[default]
    Refused,
}

/// What of a roster is looked at.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    /// The headings as they stand, one a column.
    pub headings: &'a [String],
    /// The first rows below them, as shown; none = the headings alone decide.
    pub rows: &'a [Vec<String>],
    /// Whether a text names a plan that is known.
    pub is_plan: &'a dyn Fn(&str) -> bool,
}

/// What the user says of the columns.
#[derive(Clone, Copy, Debug, Default)]
pub struct ColumnRequest<'a> {
    /// Columns named; of several for one field the command line's last, then the file's.
    pub mappings: &'a [Mapping],
    /// The tenant of every row.
    pub tenant: Option<&'a str>,
    /// Whether a column that is not certain is used.
    pub guesses: Guesses,
}

/// Which column is which, each from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// Whose row it is.
    pub tenant: TenantFrom,
    /// What was bought.
    pub plan: usize,
    /// For how many it was paid.
    pub seats: usize,
    /// What the customer is called, if it is not the column of the tenant.
    pub customer: Option<usize>,
    /// What kind of customer it is.
    pub segment: Option<usize>,
    /// Whether the subscription is active.
    pub status: Option<usize>,
    /// Whether it is a trial.
    pub trial: Option<usize>,
    /// The id of the subscription.
    pub subscription: Option<usize>,
    /// Who looks after the customer.
    pub owner: Option<usize>,
    /// The customer's country.
    pub country: Option<usize>,
    /// The day of the next renewal.
    pub renewal: Option<usize>,
    /// In which phase of onboarding the customer is.
    pub phase: Option<usize>,
    /// Which services the customer wants.
    pub services: Option<usize>,
    /// The columns of the table that they are of; all, unless another table stands beside it.
    pub table: Range<usize>,
    /// The export that the roster is, if it is a known one.
    pub export: Option<&'static Export>,
    /// How each was found, in the order of [`Field::ALL`], for the Run sheet and `check`.
    pub found: Vec<Found>,
    /// Whether the heading of the status asks whether a subscription is active: then yes, no, 1 and 0 answer it.
    pub status_asks: bool,
    /// Columns that may be a segment, status or trial mark, and are not read as one: they are told to the user.
    pub unread: Vec<Unread>,
    /// Columns that are not read, and in which a value may change a verdict: a row with such a value needs review.
    pub watched: Vec<Watched>,
    /// Other columns that name the plan, best first: for rows whose own cell is blank.
    pub other_plans: Vec<usize>,
    /// The seats in their grace period, where the export counts them beside the enabled ones.
    pub grace: Option<usize>,
    /// Fields that the roster has no column for, as the user says.
    pub declined: Vec<Field>,
    /// Columns, from 0, that say nothing of any field, as the user says.
    pub ignored: Vec<usize>,
}

impl Columns {
    /// Returns the needed columns alone, found by nobody.
    #[must_use]
    pub const fn of(tenant: TenantFrom, plan: usize, seats: usize) -> Self {
        Self {
            tenant,
            plan,
            seats,
            customer: None,
            segment: None,
            status: None,
            trial: None,
            subscription: None,
            owner: None,
            country: None,
            renewal: None,
            phase: None,
            services: None,
            table: 0..usize::MAX,
            export: None,
            found: Vec::new(),
            status_asks: false,
            unread: Vec::new(),
            watched: Vec::new(),
            other_plans: Vec::new(),
            grace: None,
            declined: Vec::new(),
            ignored: Vec::new(),
        }
    }

    /// Returns whether the tenant, the plan or the seats are read from this column.
    #[must_use]
    pub fn are_read(&self, column: usize) -> bool {
        self.tenant == TenantFrom::Column(column) || self.plan == column || self.seats == column
    }

    /// Returns whose row a record is, as written, possibly with blanks around; empty = it does not say.
    #[must_use]
    pub fn tenant_of<'r>(&'r self, record: Record<'r>) -> Cow<'r, str> {
        match &self.tenant {
            TenantFrom::Given(name) => Cow::Borrowed(name),
            TenantFrom::Column(column) => match (record.cell(*column), record.above()) {
                (cell, Some((tenant, ..))) if cell.is_blank() => Cow::Borrowed(tenant),
                (cell, _) => text_of(cell),
            },
            TenantFrom::BeforeColon(column) => match record.cell(*column) {
                Cell::Text(text) => Cow::Borrowed(before_colon(text).unwrap_or_default()),
                _ => Cow::Borrowed(""),
            },
        }
    }

    /// Returns the columns that are guesses.
    pub fn guesses(&self) -> impl Iterator<Item = &Found> {
        self.found.iter().filter(|found| found.because.confidence() == Confidence::Guess)
    }
}

/// A column that looks like a field which a roster need not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// What it may mean.
    pub field: Field,
    /// The column, from 0.
    pub column: usize,
    /// Its heading.
    pub heading: String,
    /// Why it may mean that, in words.
    pub why: String,
}

/// How a column was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it means.
    pub field: Field,
    /// The column, from 0; `None` = named on the command line for all rows.
    pub column: Option<usize>,
    /// Its heading, or the tenant given.
    pub heading: String,
    /// Why it was taken.
    pub because: Because,
    /// Other columns that would have fitted, best first.
    pub others: Vec<String>,
    /// The column that would have been taken, had the user not named this one.
    pub instead_of: Option<String>,
}

impl Found {
    /// Returns why it was taken and what it was taken before, in words for the terminal and the Run sheet.
    ///
    /// `quoted` writes a heading.
    #[must_use]
    pub fn why(&self, quoted: &dyn Fn(&str) -> String) -> String {
        let because = self.because.words(quoted);
        match &self.instead_of {
            Some(heading) => format!("{because}, instead of the column {}", quoted(heading)),
            None => because,
        }
    }
}

/// Returns how much a row looks like the headings of a roster: 3 for each needed field it names, 1 for each other, and
/// 1 for each needed field that it only nearly names.
///
/// The sheet, the header row and the delimiter with the best score are taken.
#[must_use]
pub fn score(cells: &[String]) -> u32 {
    let keys: Vec<String> = cells.iter().map(|cell| heading_key(cell)).collect();
    if is_checklist(&keys) {
        return 0;
    }
    let ranks = keys.iter().filter_map(|key| RANKS.get(squeezed(key).as_str()));
    let named: Vec<Field> = ranks.flatten().map(|(field, _)| *field).collect();
    let is_named = |field: Field| named.contains(&field);
    let is_missing = |field: Field| field.is_needed() && !is_named(field);
    let nearly = if Field::ALL.into_iter().any(is_missing) { near::among(cells) } else { Vec::new() };
    let worth = |field: Field| match (is_named(field), field.is_needed()) {
        (true, true) => 3,
        (true, false) => 1,
        (false, true) => u32::from(nearly.contains(&field)),
        (false, false) => 0,
    };
    Field::ALL.into_iter().map(worth).sum()
}

/// The Onboarding sheet of a workbook of ours has tenants and plans, but is no roster: that stands beside it.
fn is_checklist(keys: &[String]) -> bool {
    const BEGIN: [&str; 3] = ["source row", "tenant", "name"];
    keys.iter().take(BEGIN.len()).eq(BEGIN.iter()) && keys.iter().any(|key| key == "fasttrack tier")
}

/// Finds the columns by their headings alone, or as `mappings` and `tenant` name them; see [`find_in`].
///
/// # Errors
/// Those of [`find_in`].
pub fn find(headings: &[String], mappings: &[Mapping], tenant: Option<&str>) -> Result<Columns> {
    let seen = Seen { headings, rows: &[], is_plan: &|_| false };
    find_in(seen, ColumnRequest { mappings, tenant, guesses: Guesses::Refused })
}

/// Finds the columns: those that the user names, then as the known export has them, then by the known headings, best
/// first; for a needed one that is still missing a guess, by a near heading or by the values. A status or a mark of trials
/// is also found by its values: if its heading may say so it is read, else it is a guess.
///
/// A plan or seats column of which no value fits gives way to another one whose heading is known and whose values fit.
///
/// # Errors
/// All at once, of kind `Columns`: a needed column that is not there (`column-missing`, `seats-lost`), two columns with
/// the same fitting heading (`column-doubtful`), a guess that is not to be used (`column-uncertain`), a heading that a
/// file names and the roster does not have (`heading-not-found`), a file that is no roster of seats
/// (`headings-missing`, `plans-as-columns`, `users-listed`), several rosters side by side (`tables-side-by-side`). Of kind `Usage`: the same of the command line.
pub fn find_in(seen: Seen<'_>, request: ColumnRequest<'_>) -> Result<Columns> {
    foreign::refuse(seen, request)?;
    let mut columns = tables::find(seen, request)?;
    customer::name(&mut columns, seen.headings);
    Ok(columns)
}

/// Returns the columns as far as they can be found, for a person who will name the others: guesses are among them, and what
/// is missing is left out. Columns that are named and not there leave none but those that are found without names.
#[must_use]
pub fn found_in_part(seen: Seen<'_>, request: ColumnRequest<'_>) -> Vec<Found> {
    if let Ok(columns) = find_in(seen, request) {
        return columns.found;
    }
    let gathered = |request| Finder::new(seen, request).gathered();
    gathered(request).or_else(|_| gathered(ColumnRequest { mappings: &[], ..request })).unwrap_or_default()
}

/// Returns the name of the known export that a row of headings is, if it is one.
#[must_use]
pub fn export_of(headings: &[String]) -> Option<&'static str> {
    let keys: Vec<String> = headings.iter().map(|heading| squeezed(&heading_key(heading))).collect();
    Export::recognised(&keys).map(|export| export.name)
}

/// Returns the begin of a heading, by which it is understood: a text that was cut in the wrong place may be one heading of
/// megabytes, and no known one is longer than this.
fn beginning(heading: &str) -> &str {
    let end = heading.char_indices().nth(FIRST_CHARACTERS).map_or(heading.len(), |(end, _)| end);
    heading.get(..end).unwrap_or(heading)
}

/// Headings are compared without case, what shows nothing and the marks of forms around them (`Status?`, `*Seats`), and
/// with underscores and dashes as blanks.
pub(in crate::roster) fn heading_key(heading: &str) -> String {
    const MARKS: [char; 6] = ['?', '*', ':', '\u{bf}', '\u{ff1a}', ' '];
    let meant = meant(beginning(heading));
    // Every cell of the first rows is asked, and most are plain.
    let is_plain = !has_byte(meant.as_bytes(), |byte| matches!(byte, b'_' | b'-') || !byte.is_ascii());
    let key = if is_plain {
        fold(&meant)
    } else {
        fold(&meant.replace(['_', '-'], " ").replace(['\u{2019}', '\u{b4}'], "'"))
    };
    let bare = key.trim_matches(MARKS);
    if bare.is_empty() || bare.len() == key.len() { key } else { bare.to_owned() }
}

/// The place of a heading in the field's list, by its key; `TenantId` fits `tenant id`.
pub(in crate::roster) fn rank_of(field: Field, key: &str) -> Option<usize> {
    rank(field, &squeezed(key))
}

/// The same with the key's squeezed form at hand.
fn rank(field: Field, squeezed_key: &str) -> Option<usize> {
    let ranks = RANKS.get(squeezed_key)?;
    ranks.iter().find(|(of, _)| *of == field).map(|(_, rank)| *rank)
}

/// See [`RANKS`].
type Ranks = HashMap<String, Vec<(Field, usize)>, FastHash>;

/// The fields that each heading names, squeezed, with its place in their lists: English headings go before others.
static RANKS: LazyLock<Ranks> = LazyLock::new(|| {
    let mut ranks = Ranks::default();
    for field in Field::ALL {
        for (rank, known) in field.headings().iter().chain(field.headings_abroad()).enumerate() {
            let fields = ranks.entry(squeezed(known)).or_default();
            if !fields.iter().any(|(of, _)| *of == field) {
                fields.push((field, rank));
            }
        }
    }
    ranks
});
