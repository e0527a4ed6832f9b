//! What words of a roster mean that nobody knows: a plan's spelling, a status, the mark of a trial, a segment.

use super::entry::{Entry, fault};
use super::filled::add_note;
use super::headings::Heading;
use super::{Overrides, Stated};
use crate::diagnostic::{Code, excerpt};
use crate::fold::fold;
use crate::roster::Fault;
use std::collections::{HashMap, hash_map};

/// What a word says of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WordKind {
    /// What was bought.
    Plan,
    /// Whether the subscription is active.
    Status,
    /// Whether it is a trial.
    Trial,
    /// The kind of customer.
    Segment,
}

impl WordKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Plan, Self::Status, Self::Trial, Self::Segment];

    /// Returns the name of the kind.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Status => "status",
            Self::Trial => "trial",
            Self::Segment => "segment",
        }
    }

    /// Returns the kind of word that a fault of this code is about, if it is about one that was not understood.
    #[must_use]
    pub fn of_fault(code: Code) -> Option<Self> {
        match code {
            Code::PlanUnknown | Code::PlanAmbiguous | Code::PlanSeveral | Code::PlanContradicted => {
                Some(Self::Plan)
            }
            Code::StatusUnknown | Code::StatusNotRead => Some(Self::Status),
            Code::TrialUnknown | Code::TrialNotRead => Some(Self::Trial),
            Code::SegmentUnknown | Code::SegmentNotRead => Some(Self::Segment),
            _ => None,
        }
    }

    fn from_word(written: &str) -> Option<Self> {
        let word = fold(written);
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What a status may mean: that the seats count, or that they do not.
pub const STATUSES: [&str; 2] = ["active", "not active"];

/// What the mark of a trial may mean: that it is one, or that it is paid for.
pub const TRIALS: [&str; 2] = ["trial", "paid"];

/// A word and what it means, as a person wrote both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledWord {
    /// What it says of a row.
    pub kind: WordKind,
    /// The word as the roster writes it.
    pub written: String,
    /// What it means.
    pub means: String,
    /// The reason given, or nothing.
    pub reason: String,
    /// The first line that says so.
    pub line: u64,
}

/// A word of which nobody has said what it means, and a note on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotedWord {
    /// What it says of a row.
    pub kind: WordKind,
    /// The word as the roster writes it.
    pub written: String,
    /// The note.
    pub note: String,
    /// The line that has it.
    pub line: u64,
}

/// What a line says of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SaidOfWord {
    Settled(SettledWord, Meaning),
    Noted(NotedWord),
}

/// What words mean, each by how it is compared; plans stand with the other rules for plans.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::roster) struct Words {
    /// Whether the subscription is active.
    pub statuses: HashMap<String, Stated<bool>>,
    /// Whether it is a trial.
    pub trials: HashMap<String, Stated<bool>>,
    /// By its place in the policy.
    pub segments: HashMap<String, Stated<usize>>,
}

/// Returns what a word means and the line that says so.
pub(in crate::roster) fn meant<T: Copy>(
    words: &HashMap<String, Stated<T>>,
    written: &str,
) -> Option<(T, u64)> {
    // Most files say nothing of words, and a million rows need not be folded for it.
    if words.is_empty() {
        return None;
    }
    words.get(&fold(written)).map(|stated| (stated.value, stated.line))
}

/// What a word of a kind means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// As written; the catalogue has it.
    Plan(String),
    Active(bool),
    Trial(bool),
    /// By its place in the policy.
    Segment(usize),
}

/// Says what a word means, unless a line before did; returns the first line that speaks of it, and whether both agree.
pub(super) fn say<T: PartialEq>(
    words: &mut HashMap<String, Stated<T>>,
    settled: &SettledWord,
    value: T,
) -> (u64, bool) {
    match words.entry(fold(&settled.written)) {
        hash_map::Entry::Occupied(known) => (known.get().line, known.get().value == value),
        hash_map::Entry::Vacant(free) => {
            let (line, reason) = (settled.line, settled.reason.clone());
            free.insert(Stated { value, line, reason, was: None });
            (line, true)
        }
    }
}

impl Overrides {
    /// Returns the notes on words, by kind and word, folded: of each word all of them, each once, in the order of the lines.
    /// The reason that a file gives is one, too.
    #[must_use]
    pub fn notes_on_words(&self) -> HashMap<(WordKind, String), String> {
        let settled = self.settled.iter().map(|of| (of.line, of.kind, &of.written, &of.reason));
        let only_noted = self.noted.iter().map(|of| (of.line, of.kind, &of.written, &of.note));
        let mut all: Vec<_> = settled.chain(only_noted).filter(|(.., note)| !note.is_empty()).collect();
        all.sort_by_key(|(line, ..)| *line);
        let mut notes: HashMap<(WordKind, String), String> = HashMap::new();
        for (_, kind, written, note) in all {
            add_note(notes.entry((kind, fold(written))).or_default(), note);
        }
        notes
    }
}

impl Entry<'_> {
    /// Returns whether the line speaks of a word, and not of rows, of which a sheet of words says nothing.
    pub(super) fn is_of_a_word(&self) -> bool {
        self.headings.is_sheet_of_words()
            || [Heading::Kind, Heading::Word, Heading::Means].into_iter().any(|heading| self.has(heading))
    }

    /// Returns the word and what it means, or the note on it; `None` if nothing is filled in. A reason without a meaning is
    /// a note only on a sheet that a run made: a file is kept by who wrote it.
    ///
    /// # Errors
    /// All that is wrong with the line.
    pub(super) fn word(&self) -> Result<Option<SaidOfWord>, Vec<Fault>> {
        const OF_ROWS: [Heading; 9] = [
            Heading::Tenant,
            Heading::Plan,
            Heading::Subscription,
            Heading::SourceRow,
            Heading::Segment,
            Heading::RightSegment,
            Heading::MeansPlan,
            Heading::Seats,
            Heading::Status,
        ];
        self.whole().map_err(|fault| vec![fault])?;
        if let Some(heading) = OF_ROWS.into_iter().find(|heading| self.has(*heading)) {
            let help = "write two lines: one with what the word means, one for the rows".to_owned();
            let message = "the line says what a word means, and also something about rows".to_owned();
            return Err(vec![fault(Code::OverrideReach, self.headings.column(heading), message, help)]);
        }
        let [kind, written, means] =
            [Heading::Kind, Heading::Word, Heading::Means].map(|heading| self.unguarded(heading));
        let reason = self.reason();
        let has_note = self.headings.is_sheet_of_words() && !reason.is_empty();
        if means.is_empty() && !has_note {
            return Ok(None);
        }
        if has_note && [&kind, &written, &means].into_iter().all(String::is_empty) {
            let message = "a note below or between the lines belongs to no word".to_owned();
            let help = "write it beside a word, or clear the cell".to_owned();
            let column = self.headings.reasons.first().copied();
            return Err(vec![fault(Code::OverrideNamesNothing, column, message, help)]);
        }
        let mut wrong = Vec::new();
        if fold(&written).is_empty() {
            let help = "fill in the word as the roster writes it".to_owned();
            let says = if means.is_empty() { "has a note on a word" } else { "says what a word means" };
            let message = format!("the line {says}, but not which word");
            let column = self.headings.column(Heading::Word);
            wrong.push(fault(Code::OverrideNamesNothing, column, message, help));
        }
        let known = WordKind::from_word(&kind);
        let meaning = |kind| (!means.is_empty()).then(|| self.meaning(kind, &means)).transpose();
        let meaning = known.ok_or_else(|| self.kind_unknown(&kind)).and_then(meaning);
        let line = self.record.number;
        match (known, meaning) {
            (Some(kind), Ok(Some(meaning))) if wrong.is_empty() => {
                Ok(Some(SaidOfWord::Settled(SettledWord { kind, written, means, reason, line }, meaning)))
            }
            (Some(kind), Ok(None)) if wrong.is_empty() => {
                Ok(Some(SaidOfWord::Noted(NotedWord { kind, written, note: reason, line })))
            }
            (_, meaning) => {
                wrong.extend(meaning.err());
                Err(wrong)
            }
        }
    }

    fn meaning(&self, kind: WordKind, means: &str) -> Result<Meaning, Fault> {
        match kind {
            WordKind::Plan => self.plan_at(Heading::Means, means).map(Meaning::Plan),
            WordKind::Segment => self.segment_at(Heading::Means, means).map(Meaning::Segment),
            WordKind::Status => self.one_of(STATUSES, &["inactive"], kind, means).map(Meaning::Active),
            WordKind::Trial => {
                self.one_of(TRIALS, &["no trial", "not a trial"], kind, means).map(Meaning::Trial)
            }
        }
    }

    /// Returns whether the first of two meanings is meant; `second` are other words for the second.
    fn one_of(&self, two: [&str; 2], second: &[&str], kind: WordKind, means: &str) -> Result<bool, Fault> {
        let folded = fold(means);
        let [yes, no] = two;
        if folded == yes {
            return Ok(true);
        }
        if folded == no || second.contains(&folded.as_str()) {
            return Ok(false);
        }
        let message = format!("`{}` is neither `{yes}` nor `{no}`", excerpt(means));
        let what = if kind == WordKind::Trial { "mark of a trial" } else { kind.word() };
        let help = format!("the line is about a {what}: write `{yes}` or `{no}`");
        Err(fault(Code::OverrideWordUnknown, self.headings.column(Heading::Means), message, help))
    }

    fn kind_unknown(&self, written: &str) -> Fault {
        let known = WordKind::ALL.map(|kind| format!("`{}`", kind.word())).join(", ");
        let message = match written {
            "" => "the line does not say what kind of word it is about".to_owned(),
            written => format!("`{}` is not a kind of word", excerpt(written)),
        };
        let column = self.headings.column(Heading::Kind);
        fault(Code::OverrideKindUnknown, column, message, format!("write one of {known}"))
    }

    fn has(&self, heading: Heading) -> bool {
        !self.cell(heading).is_empty()
    }
}
