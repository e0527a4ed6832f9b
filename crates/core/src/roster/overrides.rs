//! What overrides files set right: what a roster cannot show, said once by a person.
//!
//! A line names a row, a subscription, a tenant, a plan as the roster writes it, or tenant and plan, and says the segment,
//! the plan it stands for, the paid seats, the status. For each of these the line that names one row goes before one that
//! names the subscription, that before one that names tenant and plan, that before one that names the tenant alone, and
//! that before one that names the plan alone.
//!
//! What was filled in on a Review sheet is overrides, too, and is kept as it was filled in, see [`Filled`]: the next
//! workbook shows it again.

mod entry;
mod file;
mod files;
mod filled;
mod fit;
mod headings;
mod in_roster;
mod lines;
mod named;
pub(super) mod remarks;
mod rules;
pub(super) mod words;

pub use file::{LIMIT_LINES, Reading};
pub use files::{OverridesFile, sha256_of};
pub use filled::{Filled, Fits, RowNames, SaidThen};
pub use fit::Fitted;
pub(super) use fit::Said;
pub use headings::{
    FITS, KIND, MEANS, NAME, NOTE, PLAN, RIGHT_PLAN, RIGHT_SEATS, RIGHT_SEGMENT, RIGHT_STATUS, ROSTER_SEATS,
    ROSTER_SEGMENT, ROSTER_STATUS, ROWS, SUBSCRIPTION, TENANT, WORD, score, score_of_review,
};
pub use lines::{is_on_review, shown_number};
pub use words::{NotedWord, STATUSES, SettledWord, TRIALS, WordKind};

use crate::diagnostic::{Code, Diagnostic};
use crate::fold::fold;
use crate::plans::{Match, Plan};
use crate::roster::identity;
use crate::roster::payment::{Status, standing};
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// The overrides of one file or of several, checked; there is no other way to get them than [`Reading`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overrides {
    /// The first file.
    file: OverridesFile,
    /// Those after it, in the order in which they were given.
    further_files: Vec<OverridesFile>,
    /// Its lines that say something, in order.
    lines: Vec<Line>,
    tenants: HashMap<String, OfTenant>,
    /// By the subscription's id.
    subscriptions: HashMap<String, Rule>,
    /// Of one row alone, by where the roster has it.
    rows: HashMap<u64, BTreeMap<RowKey, Rule>>,
    /// By the plan alone, folded.
    plans: HashMap<String, Rule>,
    /// The plans of which a line says that they do not count, by how the roster writes them, folded.
    not_counted: HashMap<String, Plan>,
    /// What words mean beside those of plans.
    words: words::Words,
    /// All words and what they mean, in the order of the lines.
    settled: Vec<SettledWord>,
    /// Words on which there is a note and no more, in the order of the lines.
    noted: Vec<NotedWord>,
    /// What was filled in on a Review sheet, each row or customer once, in the order of the lines.
    filled: Vec<Filled>,
}

/// A line of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Line {
    number: u64,
    /// The first line that names the same; a row knows that one only.
    first: u64,
    has_seats: bool,
    /// Whether it says something of a word: such lines are kept for many rosters, and not each has all words.
    is_word: bool,
}

/// What is said of one tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct OfTenant {
    /// Whatever the plan.
    alone: Rule,
    /// By the plan as the roster writes it, folded.
    plans: HashMap<String, Rule>,
}

/// What a row has to say where one row alone is meant, each as it is compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct RowKey {
    tenant: String,
    plan: String,
    subscription: String,
    /// The seats as the roster writes them, folded.
    seats: String,
}

/// What the lines that name the same say together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Rule {
    /// The first of them; `None` = there is none.
    first: Option<u64>,
    /// By its place in the policy.
    segment: Alternatives<usize>,
    /// As written; the catalogue has it.
    plan: Alternatives<String>,
    seats: Alternatives<u64>,
    /// The segment that counts whatever the roster's own column says; by its place in the policy.
    right_segment: Alternatives<usize>,
    status: Alternatives<StatusSaid>,
}

/// What is said of one thing, in the order of the lines: no more than one, unless they were said of cells that said
/// different things. Which of those counts depends on what the cell says now.
type Alternatives<T> = Vec<Stated<T>>;

/// A status that a person has said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StatusSaid {
    /// What it says; never that nobody knows it.
    pub is: Status,
    /// Whether the row is no customer at all, and so is left out.
    pub leaves_out: bool,
    /// The word.
    pub written: String,
}

impl StatusSaid {
    /// Returns what a word for a status says; `None` if nobody knows it.
    pub(super) fn read(written: &str) -> Option<Self> {
        let leaves_out = fold(written) == NOT_A_CUSTOMER;
        let is = if leaves_out { Status::Inactive } else { standing(written) };
        (is != Status::Unknown).then(|| Self { is, leaves_out, written: written.to_owned() })
    }
}

/// The words for a status that are offered to choose from; others that are known may be written, too.
pub const RIGHT_STATUSES: [&str; 6] =
    ["Active", "Suspended", "Cancelled", "Expired", "Trial", "Not a customer"];

/// The word of those for a row that is left out, folded.
const NOT_A_CUSTOMER: &str = "not a customer";

/// What a plan is said to be that counts nowhere, whatever it is: an add-on or a service of the seller's own.
pub const NOT_COUNTED: &str = "not counted";

/// A plan that does not count, of which nobody says how the roster writes it.
pub static NOT_COUNTED_PLAN: LazyLock<Plan> = LazyLock::new(|| Plan::not_counted(NOT_COUNTED));

/// What says in a file that the roster's cell was blank, where a blank cell says nothing.
pub const BLANK: &str = "(blank)";

/// Something that a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stated<T> {
    pub value: T,
    pub line: u64,
    /// The reason given, or nothing.
    pub reason: String,
    /// What the roster's cell said when it was filled in; `None` = nobody knows.
    pub was: Option<String>,
}

impl Overrides {
    /// Returns how many lines say something.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lines.len()
    }

    /// Returns the words that it says the meaning of, in the order of its lines.
    #[must_use]
    pub fn settled(&self) -> &[SettledWord] {
        &self.settled
    }

    /// Returns the words on which there is a note, and of which it does not say what they mean, in the order of its lines.
    #[must_use]
    pub fn noted(&self) -> &[NotedWord] {
        &self.noted
    }

    /// Returns what was filled in on a Review sheet, each row or customer once, in the order of the lines.
    #[must_use]
    pub fn filled(&self) -> &[Filled] {
        &self.filled
    }

    /// Returns what was filled in by the first of its lines.
    #[must_use]
    pub fn filled_at(&self, line: u64) -> Option<&Filled> {
        let place = self.filled.binary_search_by_key(&line, |filled| filled.line).ok()?;
        self.filled.get(place)
    }

    /// Returns the plan that does not count, as the roster writes it, folded.
    pub(super) fn not_counted(&self, plan: &str) -> &Plan {
        self.not_counted.get(plan).unwrap_or(&NOT_COUNTED_PLAN)
    }

    /// Returns whether some were filled in on the sheets of a workbook that a run made.
    #[must_use]
    pub fn is_from_workbook(&self) -> bool {
        self.files().any(|file| file.is_from_workbook)
    }

    /// Returns whether it says what a word for a segment means.
    #[must_use]
    pub fn says_of_segment(&self, written: &str) -> bool {
        words::meant(&self.words.segments, written).is_some()
    }

    /// Returns whether it has lines to fill in, of words or of a Review sheet, and nothing is filled in on any: no meaning,
    /// nothing that is right for a row, no note.
    #[must_use]
    pub fn has_nothing_filled_in(&self) -> bool {
        self.lines.is_empty() && self.files().any(|file| file.open > 0)
    }

    /// Returns the lines that fit no row, but for those that say something of a word, rising; `fitting` is how many rows a line fits, by its number: of lines that
    /// name the same, the first.
    #[must_use]
    pub fn unused(&self, fitting: &BTreeMap<u64, u64>) -> Vec<u64> {
        let unused = self.lines.iter().filter(|line| !line.is_word && !fitting.contains_key(&line.first));
        unused.map(|line| line.number).collect()
    }

    /// Returns what a person should know when all rows are judged: lines that fit no row, often by a slip of the pen,
    /// and paid seats that several rows got from one line.
    #[must_use]
    pub fn notes(&self, fitting: &BTreeMap<u64, u64>) -> Vec<Diagnostic> {
        let unused = self.unused(fitting);
        let rows = |line: &Line| fitting.get(&line.first).copied().unwrap_or(0);
        let repeated: Vec<u64> = self
            .lines
            .iter()
            .filter(|line| line.has_seats && rows(line) > 1)
            .map(|line| line.number)
            .collect();
        let of_files = self.files().enumerate();
        of_files.flat_map(|(place, file)| self.notes_on(file, place, &unused, &repeated)).collect()
    }

    /// Returns what a person should know of one of the files.
    fn notes_on(
        &self,
        file: &OverridesFile,
        place: usize,
        unused: &[u64],
        repeated: &[u64],
    ) -> Vec<Diagnostic> {
        let of_it = |lines: &[u64]| -> Vec<u64> {
            lines.iter().copied().filter(|line| lines::file(*line) == place).collect()
        };
        let (unused, repeated) = (of_it(unused), of_it(repeated));
        let mut notes = Vec::new();
        if file.open > 0 && self.lines.iter().all(|line| lines::file(line.number) != place) {
            let (message, help) = file.nothing_filled_in();
            notes.push(file.note(Code::OverrideNothingFilledIn, message, help));
        }
        if !unused.is_empty() {
            notes.push(file.note(
                Code::OverrideUnused,
                format!("{} did not match any row of the roster", lines::listed(&unused)),
                if file.is_from_workbook {
                    "the rows are gone or changed; the new workbook keeps what was filled in, at the end of Review"
                } else {
                    "compare tenant and plan with the roster, or remove the lines"
                },
            ));
        }
        if !repeated.is_empty() {
            notes.push(file.note(
                Code::OverrideRepeated,
                format!("the paid seats of {} count for more than one row each", lines::listed(&repeated)),
                "the tenant has the plan on several rows; fix the roster, or remove the seats",
            ));
        }
        notes
    }
}

/// Returns what tenants are compared by: folded, a GUID without braces; empty for none.
fn tenant_key(written: &str) -> String {
    // What is folded has no blanks around it, but there may be some within the braces.
    identity::tenant_key(written).trim().to_owned()
}

/// Returns whether two plans are the same one, with the same segment and price, however they are written.
pub(super) fn is_same(left: &Match<'_>, right: &Match<'_>) -> bool {
    let said = |found: &Match<'_>| (found.segment.map(|(segment, _)| segment.to_owned()), found.price);
    left.plan == right.plan && said(left) == said(right)
}

#[cfg(test)]
mod tests;
