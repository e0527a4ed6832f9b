//! What a user set right, as the overrides file that `annotate` takes.

use super::problem::Problem;
use crate::escape::guarded;
use crate::roster::overrides::BLANK;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Fixes of each kind, at most: as many as the sheets to fill in have.
const LIMIT_FIXES: usize = 12_000;
/// Characters of each text.
const LIMIT_CHARACTERS: usize = 2_000;

/// The headings of the file.
const HEADINGS: [&str; 13] = [
    "Tenant",
    "Plan",
    "Right segment",
    "Means plan",
    "Paid seats",
    "Seats in roster",
    "Segment in roster",
    "Status in roster",
    "Status",
    "Kind",
    "As written",
    "Means",
    "Reason",
];

/// What was set right.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Fixes {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) words: Vec<Word>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) rows: Vec<Row>,
}

/// What a word of the roster means, in all rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Word {
    pub(super) kind: Kind,
    pub(super) as_written: String,
    pub(super) means: String,
}

/// What kind of word it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Plan,
    Status,
    Trial,
    Segment,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Status => "status",
            Self::Trial => "trial",
            Self::Segment => "segment",
        }
    }
}

/// What is right for the rows of a tenant and plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Row {
    pub(super) tenant: String,
    pub(super) plan: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) segment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) means_plan: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seats: Option<u64>,
    /// What the roster's cell said when the seats were set right; `None` = they count whatever it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seats_in_roster: Option<String>,
    /// What the roster said of the segment when that was set right, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) segment_in_roster: Option<String>,
    /// What it said of the status and trials, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status_in_roster: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
}

impl Row {
    /// Returns the texts that it may have beside its names.
    fn optional(&self) -> impl Iterator<Item = &String> {
        let Self { segment, means_plan, status, reason, .. } = self;
        let were = [&self.seats_in_roster, &self.segment_in_roster, &self.status_in_roster];
        [segment, means_plan, status, reason].into_iter().chain(were).flatten()
    }
}

impl Fixes {
    pub(super) const fn is_empty(&self) -> bool {
        self.words.is_empty() && self.rows.is_empty()
    }

    /// Refuses what is too much.
    ///
    /// # Errors
    /// In words.
    pub(super) fn check(&self) -> Result<(), Problem> {
        if self.words.len() > LIMIT_FIXES || self.rows.len() > LIMIT_FIXES {
            return Err(Problem::not_valid("there are too many fixes"));
        }
        let words = self.words.iter().flat_map(|word| [&word.as_written, &word.means]);
        let rows =
            self.rows.iter().flat_map(|row| [&row.tenant, &row.plan].into_iter().chain(row.optional()));
        if words.chain(rows).any(|text| text.chars().nth(LIMIT_CHARACTERS).is_some()) {
            return Err(Problem::not_valid("a text in the fixes is too long"));
        }
        Ok(())
    }

    /// Returns the fix on a line of the overrides file, the first of which has the headings.
    pub(super) fn on_line(&self, line: u64) -> Option<Value> {
        let mut ends = 1;
        let mut is_here = |texts: &[&str]| {
            // Cells may have several lines.
            ends += 1 + texts.iter().map(|text| lines_in(text)).sum::<u64>();
            ends >= line
        };
        let word = self.words.iter().find(|word| is_here(&[&word.as_written, &word.means]));
        if let Some(word) = word {
            return (line > 1).then(|| json!({ "word": word }));
        }
        let row = self.rows.iter().find(|row| {
            let texts = row.optional().map(String::as_str);
            is_here(&texts.chain([row.tenant.as_str(), row.plan.as_str()]).collect::<Vec<_>>())
        });
        row.filter(|_| line > 1).map(|row| json!({ "row": row }))
    }

    /// Returns the overrides file: comma-separated text with a mark of UTF-8, in which nothing begins as a formula.
    pub(super) fn csv(&self) -> String {
        let mut text = "\u{feff}".to_owned();
        push(&mut text, HEADINGS);
        for Word { kind, as_written, means } in &self.words {
            push(&mut text, ["", "", "", "", "", "", "", "", "", kind.word(), as_written, means, ""]);
        }
        for row in &self.rows {
            let or_blank = |text: &'_ Option<String>| text.clone().unwrap_or_default();
            let seats = row.seats.map(|seats| seats.to_string()).unwrap_or_default();
            let [segment, means, status, reason] =
                [&row.segment, &row.means_plan, &row.status, &row.reason].map(or_blank);
            let was = |is_set: bool, was: &'_ Option<String>| match was.as_deref().filter(|_| is_set) {
                Some(was) if was.trim().is_empty() => BLANK.to_owned(),
                was => was.unwrap_or_default().trim().to_owned(),
            };
            let was_seats = was(row.seats.is_some(), &row.seats_in_roster);
            let was_segment = was(row.segment.is_some(), &row.segment_in_roster);
            let was_status = was(row.status.is_some(), &row.status_in_roster);
            let cells =
                [&row.tenant, &row.plan, &segment, &means, &seats, &was_seats, &was_segment, &was_status];
            let [tenant, plan, segment, means, seats, was_seats, was_segment, was_status] =
                cells.map(String::as_str);
            push(
                &mut text,
                [
                    tenant,
                    plan,
                    segment,
                    means,
                    seats,
                    was_seats,
                    was_segment,
                    was_status,
                    &status,
                    "",
                    "",
                    "",
                    &reason,
                ],
            );
        }
        text
    }
}

/// Returns how often a text goes to the next line.
fn lines_in(text: &str) -> u64 {
    u64::try_from(text.replace("\r\n", "\n").matches(['\n', '\r']).count()).unwrap_or(u64::MAX)
}

fn push(text: &mut String, cells: [&str; HEADINGS.len()]) {
    let quoted = |cell: &str| {
        let cell = guarded(cell);
        let is_quoted = cell.contains(['"', ',', ';', '\r', '\n', '\t']);
        if is_quoted { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.into_owned() }
    };
    text.push_str(&cells.map(quoted).join(","));
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixes_become_an_overrides_file_without_a_formula() {
        let fixes: Fixes = serde_json::from_str(
            r#"{"words":[{"kind":"plan","as_written":"=House, bundle","means":"SPE_E3"}],
                "rows":[{"tenant":"Contoso","plan":"E3","seats":125,"reason":"asked"}]}"#,
        )
        .unwrap();
        let text = fixes.csv();
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        assert_eq!(lines.next().unwrap(), HEADINGS.join(","));
        assert_eq!(lines.next(), Some(",,,,,,,,,plan,\"'=House, bundle\",SPE_E3,"));
        assert_eq!(lines.next(), Some("Contoso,E3,,,125,,,,,,,,asked"));
        assert_eq!(lines.next(), None);
    }

    #[test]
    fn the_fix_on_a_line_of_the_file_is_found_again() {
        let fixes: Fixes = serde_json::from_str(
            r#"{"words":[{"kind":"plan","as_written":"House\nbundle","means":"SPE_E3"},
                         {"kind":"plan","as_written":"Other","means":"zzzz"}],
                "rows":[{"tenant":"Contoso","plan":"E3","seats":125}]}"#,
        )
        .unwrap();
        let text = fixes.csv();
        let line_of = |word: &str| {
            let place = text.lines().position(|line| line.contains(word)).unwrap();
            u64::try_from(place).unwrap() + 1
        };
        let found = |word: &str| fixes.on_line(line_of(word)).unwrap();
        assert_eq!(found("House")["word"]["as_written"], "House\nbundle");
        assert_eq!(found("bundle")["word"]["as_written"], "House\nbundle");
        assert_eq!(found("Other")["word"]["means"], "zzzz");
        assert_eq!(found("Contoso")["row"]["tenant"], "Contoso");
        assert_eq!((fixes.on_line(1), fixes.on_line(line_of("Contoso") + 1)), (None, None));
    }
}
