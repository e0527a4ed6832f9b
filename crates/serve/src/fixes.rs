//! What a user set right, as the overrides file that `annotate` takes.

use crate::escape::guarded;
use crate::problem::Problem;
use crate::roster::overrides::BLANK;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Fixes of each kind, at most: as many as the sheets to fill in have.
const LIMIT_FIXES: usize = 12_000;
/// Characters of each text.
const LIMIT_CHARACTERS: usize = 2_000;

/// Returns a cell of a line.
type CellOf = for<'c> fn(&Cells<'c>) -> &'c str;

/// The columns of the file: each heading, and what a line has there.
const COLUMNS: [(&str, CellOf); 13] = [
    ("Tenant", |cells| cells.tenant),
    ("Plan", |cells| cells.plan),
    ("Right segment", |cells| cells.segment),
    ("Means plan", |cells| cells.means_plan),
    ("Paid seats", |cells| cells.seats),
    ("Seats in roster", |cells| cells.seats_in_roster),
    ("Segment in roster", |cells| cells.segment_in_roster),
    ("Status in roster", |cells| cells.status_in_roster),
    ("Status", |cells| cells.status),
    ("Kind", |cells| cells.kind),
    ("As written", |cells| cells.as_written),
    ("Means", |cells| cells.means),
    ("Reason", |cells| cells.reason),
];

/// A line of the file; of a word or of a row, and the other cells are empty.
#[derive(Clone, Copy, Debug, Default)]
struct Cells<'c> {
    tenant: &'c str,
    plan: &'c str,
    segment: &'c str,
    means_plan: &'c str,
    seats: &'c str,
    seats_in_roster: &'c str,
    segment_in_roster: &'c str,
    status_in_roster: &'c str,
    status: &'c str,
    kind: &'c str,
    as_written: &'c str,
    means: &'c str,
    reason: &'c str,
}

/// What was set right.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Fixes {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) words: Vec<Word>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) rows: Vec<Row>,
}

/// What a word of the roster means, in all rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Word {
    pub(crate) kind: Kind,
    pub(crate) as_written: String,
    pub(crate) means: String,
}

/// What kind of word it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
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
pub(crate) struct Row {
    pub(crate) tenant: String,
    pub(crate) plan: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) segment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) means_plan: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seats: Option<u64>,
    /// What the roster's cell said when the seats were set right; `None` = they count whatever it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seats_in_roster: Option<String>,
    /// What the roster said of the segment when that was set right, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) segment_in_roster: Option<String>,
    /// What it said of the status and trials, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status_in_roster: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
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
    pub(crate) const fn is_empty(&self) -> bool {
        self.words.is_empty() && self.rows.is_empty()
    }

    /// Refuses what is too much.
    ///
    /// # Errors
    /// In words.
    pub(crate) fn check(&self) -> Result<(), Problem> {
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
    pub(crate) fn on_line(&self, line: u64) -> Option<Value> {
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
    pub(crate) fn csv(&self) -> String {
        let mut text = "\u{feff}".to_owned();
        push(&mut text, COLUMNS.map(|(heading, _)| heading));
        let mut line = |cells: Cells<'_>| push(&mut text, COLUMNS.map(|(_, cell)| cell(&cells)));
        for Word { kind, as_written, means } in &self.words {
            line(Cells { kind: kind.word(), as_written, means, ..Cells::default() });
        }
        for row in &self.rows {
            let seats = row.seats.map(|seats| seats.to_string()).unwrap_or_default();
            line(Cells {
                tenant: &row.tenant,
                plan: &row.plan,
                segment: row.segment.as_deref().unwrap_or_default(),
                means_plan: row.means_plan.as_deref().unwrap_or_default(),
                seats: &seats,
                seats_in_roster: said(row.seats.is_some(), row.seats_in_roster.as_deref()),
                segment_in_roster: said(row.segment.is_some(), row.segment_in_roster.as_deref()),
                status_in_roster: said(row.status.is_some(), row.status_in_roster.as_deref()),
                status: row.status.as_deref().unwrap_or_default(),
                reason: row.reason.as_deref().unwrap_or_default(),
                ..Cells::default()
            });
        }
        text
    }
}

/// Returns the cell for what the roster said; empty, unless something is set right for as long as it says that.
fn said(is_set: bool, was: Option<&str>) -> &str {
    match was.filter(|_| is_set).map(str::trim) {
        Some("") => BLANK,
        was => was.unwrap_or_default(),
    }
}

/// Returns how often a text goes to the next line.
fn lines_in(text: &str) -> u64 {
    u64::try_from(text.replace("\r\n", "\n").matches(['\n', '\r']).count()).unwrap_or(u64::MAX)
}

fn push(text: &mut String, cells: [&str; COLUMNS.len()]) {
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
        assert_eq!(lines.next().unwrap(), COLUMNS.map(|(heading, _)| heading).join(","));
        assert_eq!(lines.next(), Some(",,,,,,,,,plan,\"'=House, bundle\",SPE_E3,"));
        assert_eq!(lines.next(), Some("Contoso,E3,,,125,,,,,,,,asked"));
        assert_eq!(lines.next(), None);
    }

    #[test]
    fn what_the_roster_said_is_blank_or_not_known() {
        let fixes: Fixes = serde_json::from_str(
            r#"{"rows":[
                {"tenant":"Contoso","plan":"E3","segment":"education","segment_in_roster":"", "reason":"asked"},
                {"tenant":"Fabrikam","plan":"E3","segment":"education"},
                {"tenant":"Litware","plan":"E3","seats":7,"seats_in_roster":" ca. 7 ","status":"Active",
                 "status_in_roster":"Hold","segment_in_roster":"of no use"}]}"#,
        )
        .unwrap();
        let text = fixes.csv();
        let lines: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(
            lines,
            [
                "Contoso,E3,education,,,,(blank),,,,,,asked",
                "Fabrikam,E3,education,,,,,,,,,,",
                "Litware,E3,,,7,ca. 7,,Hold,Active,,,,",
            ]
        );
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
