//! Columns that are not read, and in which a value may change a verdict: they are watched, row by row.

use super::paid::passed_over;
use super::refusals::{Flag, ignoring};
use super::subject::{Subject, Whose};
use super::{Because, Field, Found, Seen};
use crate::roster::payment::{Strength, is_answer};

/// A column that is not read, though it may say that seats are not paid for, or whose they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// The column, from 0.
    pub column: usize,
    /// What in it would say so.
    pub(in crate::roster) by: WatchedFor,
    /// The flag with which it would be read.
    pub flag: String,
    /// The flag by which it says nothing.
    pub ignoring: String,
}

impl Watched {
    /// Returns whether a value is a word that can be settled, wherever it is written: under a heading that asks, answers
    /// and dates are none, nor are numbers of what it numbers.
    #[must_use]
    pub fn is_word(&self, written: &str) -> bool {
        let is_number = |is_numbered| is_numbered && written.chars().any(char::is_numeric);
        match &self.by {
            WatchedFor::Status(_) | WatchedFor::Trial | WatchedFor::Segment { .. } => true,
            WatchedFor::AskedSegment { is_numbered, .. } if is_number(*is_numbered) => false,
            _ => !is_answer(written),
        }
    }
}

/// What in a column that is not read may change a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::roster) enum WatchedFor {
    /// A word by which a subscription is not active, at least so surely: its heading speaks of a state, or its first
    /// values do.
    Status(Strength),
    /// The same, or 1: its heading is the one by which Dynamics 365 numbers the states of a record.
    StateCode,
    /// Anything but no: its heading asks whether, when or why it ended, such as `Cancelled?` or `Cancelled on`.
    End,
    /// No, or a word by which it is not active: its heading asks whether it is, such as `Paid?`.
    Active,
    /// A mark of a trial; its heading speaks of kinds, such as `License type`.
    Trial,
    /// Yes: its heading asks for a trial.
    TrialAsked,
    /// Anything but that there is none: its heading speaks of a trial, such as `Trial status`.
    TrialTold,
    /// The same, unless the status or the mark that is read says otherwise: a purchase may have followed, such as of
    /// `Trial end date`.
    TrialDate,
    /// A segment; its heading speaks of kinds of customers, such as `Industry`.
    Segment {
        /// Whether a word of a longer text is enough.
        by_words: bool,
    },
    /// Yes: its heading asks for a segment, such as `Nonprofit?`.
    AskedSegment {
        /// Which, in the words of the heading.
        segment: String,
        /// Whether a number answers, too: `Charity number`.
        is_numbered: bool,
    },
}

impl WatchedFor {
    /// Returns whether the column may be the one of the field: its heading does not ask, nor name another thing.
    pub(in crate::roster) fn may_be_read(&self) -> bool {
        match self {
            Self::Status(least) => *least < Strength::Ended,
            Self::StateCode | Self::Trial | Self::Segment { .. } => true,
            _ => false,
        }
    }

    /// Returns the field that it would be read as.
    pub(in crate::roster) const fn field(&self) -> Field {
        match self {
            Self::Status(_) | Self::StateCode | Self::End | Self::Active => Field::Status,
            Self::Trial | Self::TrialAsked | Self::TrialTold | Self::TrialDate => Field::Trial,
            Self::Segment { .. } | Self::AskedSegment { .. } => Field::Segment,
        }
    }
}

/// Returns the columns that are not read and to be watched; `settled` are those of which the user says what they are.
///
/// What is said of one column settles no other: a status that the user names goes beside one that ended long ago.
pub(super) fn watched(
    seen: Seen<'_>,
    found: &[Found],
    (squeezed, settled): (&[String], &[usize]),
) -> Vec<Watched> {
    let watched = |column: usize, by: WatchedFor| Watched {
        column,
        flag: Flag::new(by.field(), column, seen.headings).to_string(),
        ignoring: ignoring(column, seen.headings),
        by,
    };
    let passed_over = passed_over(seen, found, squeezed);
    let is_free = |column: &usize| {
        !settled.contains(column) && !found.iter().any(|known| known.column == Some(*column))
    };
    let mut all = Vec::new();
    for column in (0..seen.headings.len()).filter(is_free) {
        let heading = seen.headings.get(column).map_or("", String::as_str);
        let by_values = passed_over.iter().find(|(known, ..)| *known == column).map(|(_, field, _)| *field);
        let asked = asked(&Subject::of(heading), found, by_values);
        all.extend(asked.into_iter().map(|by| watched(column, by)));
    }
    all
}

/// What may be in a column, by its heading and its first values.
fn asked(heading: &Subject, found: &[Found], by_values: Option<Field>) -> Vec<WatchedFor> {
    if heading.tells_of_a_trial() {
        return vec![WatchedFor::TrialTold];
    }
    if heading.dates_a_trial() {
        return vec![WatchedFor::TrialDate];
    }
    if heading.asks_for_a_trial() {
        return vec![WatchedFor::TrialAsked];
    }
    if heading.is_state_code() {
        return vec![WatchedFor::StateCode];
    }
    if let Some(segment) = heading.asked_segment() {
        let is_numbered = heading.is_numbered();
        return vec![WatchedFor::AskedSegment { segment, is_numbered }];
    }
    if heading.asks_for_an_end() {
        return vec![WatchedFor::End];
    }
    if heading.asks_nearly_whether_active() {
        return vec![WatchedFor::Active];
    }
    let mut asked = Vec::new();
    let is_read = found.iter().any(|known| known.field == Field::Status);
    let whose = heading.whose_status().filter(|whose| *whose != Whose::Unknown || !is_read);
    let by_values_too = (by_values == Some(Field::Status)).then_some(Strength::Waiting);
    let least = whose.map(Whose::asks).into_iter().chain(by_values_too).min();
    asked.extend(least.map(WatchedFor::Status));
    if by_values == Some(Field::Trial) || heading.tells_kinds() {
        asked.push(WatchedFor::Trial);
    }
    asked.extend(heading.tells_segments().map(|by_words| WatchedFor::Segment { by_words }));
    asked
}

/// Whether the user names the column.
pub(super) const fn by_user(found: &Found) -> bool {
    matches!(found.because, Because::Named | Because::InFile(_))
}
