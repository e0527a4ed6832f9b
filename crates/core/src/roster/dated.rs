//! Of when a roster is: what the user says, or a column, or the file's name, or else when the file was last changed.

use crate::about::About;
use crate::date::Date;
use crate::fold::plain;

/// Of when a roster is, and what says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterDate {
    /// The day.
    pub date: Date,
    /// What says so.
    pub from: DateFrom,
}

/// What says of when a roster is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DateFrom {
    /// The user.
    Given,
    /// A column, by its heading, which has this day in each of the first rows.
    Column(String),
    /// The file's name.
    Name,
    /// The day on which the file was last changed, in UTC.
    Modified,
}

/// Headings of a column that says of when the roster is, folded.
const HEADINGS: [&str; 22] = [
    "as of",
    "as of date",
    "data as of",
    "snapshot",
    "snapshot date",
    "report date",
    "reporting date",
    "export date",
    "exported on",
    "extract date",
    "extraction date",
    "date of export",
    "run date",
    "stand",
    "stichtag",
    "exportdatum",
    "berichtsdatum",
    "date d'export",
    "date du rapport",
    "fecha del informe",
    "data del report",
    "peildatum",
];

impl RosterDate {
    /// Returns of when a roster is; `given` is what the user says. `None` where nothing says so: standard input has
    /// neither a name nor a day of its own.
    #[must_use]
    pub fn find(given: Option<Date>, about: &About) -> Option<Self> {
        let given = given.map(|date| Self { date, from: DateFrom::Given });
        let named = || in_name(&about.name).map(|date| Self { date, from: DateFrom::Name });
        let modified = || about.modified.map(|date| Self { date, from: DateFrom::Modified });
        given.or_else(|| of_column(about)).or_else(named).or_else(modified)
    }

    /// Returns it as the workbook says it: `Roster of 28 November 2026`, and what says so.
    #[must_use]
    pub fn words(&self) -> String {
        format!("Roster of {} ({})", self.date.words(), self.because())
    }

    /// Returns what says so, in words.
    #[must_use]
    pub fn because(&self) -> String {
        match &self.from {
            DateFrom::Given => "as given for this run".to_owned(),
            DateFrom::Column(heading) => format!("as its column {heading} says"),
            DateFrom::Name => "as the file's name says".to_owned(),
            DateFrom::Modified => "when the file was last changed".to_owned(),
        }
    }
}

/// A column whose first rows all have the same day.
fn of_column(about: &About) -> Option<RosterDate> {
    about.headings.iter().enumerate().find_map(|(column, heading)| {
        let name = plain(heading);
        let name = name.trim_end_matches([':', '*', '?']).trim_end();
        if !HEADINGS.contains(&name) {
            return None;
        }
        let cells =
            about.first.iter().filter_map(|row| row.get(column)).filter(|cell| !cell.trim().is_empty());
        let mut days = cells.map(|cell| written(cell));
        let first = days.next()??;
        days.all(|day| day == Some(first))
            .then(|| RosterDate { date: first, from: DateFrom::Column(heading.trim().to_owned()) })
    })
}

/// Returns the day that a text says, where it can mean only one: `2026-11-28`, `2026-11-28 06:00:00`, `2026/11/28`,
/// `28.11.2026`, `11/28/2026`; but not `11/10/2026`.
///
/// ```
/// use fasttrack_core::roster::dated::written;
/// assert_eq!(written("28/11/2026").unwrap().to_string(), "2026-11-28");
/// assert!(written("11/10/2026").is_none());
/// ```
#[must_use]
pub fn written(text: &str) -> Option<Date> {
    // As most programs write it.
    if let Some(date) = Date::iso(text) {
        return Some(date);
    }
    let day = text.trim().split([' ', 'T']).next()?;
    let mark = day.chars().find(|letter| !letter.is_ascii_digit())?;
    let parts: Vec<&str> = day.split(mark).collect();
    let number = |part: &str| {
        let is_number = (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse::<i64>().ok()).flatten()
    };
    let [first, second, third] = parts.as_slice() else { return None };
    let (a, b, c) = (number(first)?, number(second)?, number(third)?);
    match (mark, first.len(), third.len()) {
        ('-' | '/' | '.', 4, 1 | 2) => Date::of(a, b, c),
        ('.', 1 | 2, 4) => Date::of(c, b, a),
        ('/' | '-', 1 | 2, 4) => match (Date::of(c, a, b), Date::of(c, b, a)) {
            (Some(one), Some(other)) => (one == other).then_some(one),
            (one, other) => one.or(other),
        },
        _ => None,
    }
}

/// Returns the day that a file's name says: `licenses-2026-11-28.csv`, `export_20261128.xlsx`, `28.11.2026.csv`; `None`
/// where it says none, or several.
#[must_use]
pub fn in_name(name: &str) -> Option<Date> {
    let is_part = |letter: char| letter.is_ascii_digit() || matches!(letter, '-' | '_' | '.');
    let mut found: Vec<Date> = Vec::new();
    for run in name.split(|letter| !is_part(letter)) {
        found.extend(in_run(run));
    }
    found.dedup();
    let [only] = found.as_slice() else { return None };
    Some(*only)
}

/// Days in a run of digits and marks.
fn in_run(run: &str) -> Vec<Date> {
    const YEARS: std::ops::Range<i64> = 2000..2100;
    let groups: Vec<&str> = run.split(['-', '_', '.']).filter(|group| !group.is_empty()).collect();
    let mut days = Vec::new();
    let mut rest = groups.as_slice();
    while let [first, others @ ..] = rest {
        let joined = (first.len() == 8 && first.is_ascii()).then(|| {
            let (year, day) = first.split_at(4);
            let (month, day) = day.split_at(2);
            Date::iso(&format!("{year}-{month}-{day}"))
        });
        let apart = match rest {
            [one, two, three, ..] if one.len() == 4 && two.len() == 2 && three.len() == 2 => {
                Date::iso(&format!("{one}-{two}-{three}"))
            }
            [one, two, three, ..] if one.len() == 2 && two.len() == 2 && three.len() == 4 => {
                written(&format!("{one}-{two}-{three}"))
            }
            _ => None,
        };
        let is_near = |date: &Date| YEARS.contains(&date.civil().0);
        if let Some(date) = apart.filter(is_near) {
            days.push(date);
            rest = rest.get(3..).unwrap_or_default();
        } else {
            days.extend(joined.flatten().filter(is_near));
            rest = others;
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(date: Option<Date>) -> String {
        date.map(|date| date.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_name_tells_one_day_or_none() {
        for (name, day) in [
            ("licenses-2026-11-28.csv", "2026-11-28"),
            ("licenses_2026_11_28.csv", "2026-11-28"),
            ("export_20261128.xlsx", "2026-11-28"),
            ("20261128T060000.csv", "2026-11-28"),
            ("Kunden 28.11.2026.xlsx", "2026-11-28"),
            ("28-11-2026 roster.csv", "2026-11-28"),
            ("roster-11-10-2026.csv", ""),
            ("roster-2026-11.csv", ""),
            ("2026-01-01_2026-03-31.csv", ""),
            ("roster-2026-11-28_2026-11-28.csv", "2026-11-28"),
            ("tenant-12345678.csv", ""),
            ("roster-2026-02-30.csv", ""),
            ("roster.csv", ""),
            ("standard input", ""),
        ] {
            assert_eq!(iso(in_name(name)), day, "{name}");
        }
    }

    #[test]
    fn a_day_is_read_where_it_can_mean_only_one() {
        for (text, day) in [
            ("2026-11-28", "2026-11-28"),
            (" 2026-11-28T06:00:00Z", "2026-11-28"),
            ("2026/1/2", "2026-01-02"),
            ("28.11.2026", "2026-11-28"),
            ("1.2.2026", "2026-02-01"),
            ("11/28/2026", "2026-11-28"),
            ("28/11/2026 06:00", "2026-11-28"),
            ("11/11/2026", "2026-11-11"),
            ("11/10/2026", ""),
            ("28/11/26", ""),
            ("30.02.2026", ""),
            ("2026", ""),
            ("soon", ""),
        ] {
            assert_eq!(iso(written(text)), day, "{text}");
        }
    }
}
