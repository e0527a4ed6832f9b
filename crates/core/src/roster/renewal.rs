//! The day of a customer's next renewal, as its column says.

use super::columns::Columns;
use super::dated::written;
use crate::about::About;
use crate::date::Date;
use crate::record::{Cell, Record};
use std::borrow::Cow;

/// Reads days of renewal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Renewals {
    column: usize,
    /// Whether the day stands in front of the month in `11/10/2026`; `None` = the first rows do not show it.
    day_first: Option<bool>,
}

impl Renewals {
    /// Returns what reads them; `None` = the roster has no such column.
    ///
    /// A day such as `28/11/2026` among the first rows tells how all of the column are meant; where none does, or they
    /// disagree, `11/10/2026` is not read.
    #[must_use]
    pub fn find(columns: &Columns, about: &About) -> Option<Self> {
        let column = columns.renewal?;
        let cells = about.first.iter().filter_map(|row| row.get(column));
        let (mut has_day_first, mut has_month_first) = (false, false);
        for [first, second] in cells.filter_map(|cell| ends(cell)) {
            has_day_first |= first > 12 && second <= 12;
            has_month_first |= second > 12 && first <= 12;
        }
        let day_first = (has_day_first != has_month_first).then_some(has_day_first);
        Some(Self { column, day_first })
    }

    /// Returns the day of a row; `None` where it says none, or one that may mean two.
    #[must_use]
    pub fn read(self, record: Record<'_>) -> Option<Date> {
        match record.cell(self.column) {
            Cell::Date { serial, .. } => Date::of_serial(serial),
            Cell::Text(text) => self.day(text),
            Cell::Blank | Cell::Number { .. } | Cell::Bool(_) | Cell::Error(_) => None,
        }
    }

    /// Returns the day that a text says, likewise.
    #[must_use]
    pub fn day(self, text: &str) -> Option<Date> {
        written(text).or_else(|| self.in_order(text))
    }

    /// Returns what a row says, as it is written; a date as ISO 8601 writes it.
    #[must_use]
    pub fn written(self, record: Record<'_>) -> Cow<'_, str> {
        match record.cell(self.column) {
            Cell::Text(text) => Cow::Borrowed(text),
            cell @ Cell::Date { .. } => Cow::Owned(cell.shown()),
            Cell::Blank | Cell::Number { .. } | Cell::Bool(_) | Cell::Error(_) => Cow::Borrowed(""),
        }
    }

    /// A day that may mean two, as the other rows mean theirs.
    fn in_order(self, text: &str) -> Option<Date> {
        let day_first = self.day_first?;
        let [first, second] = ends(text)?;
        let year = text.trim().split([' ', 'T']).next()?.rsplit(['/', '-']).next()?.parse().ok()?;
        if day_first { Date::of(year, second, first) } else { Date::of(year, first, second) }
    }
}

/// Returns the first two numbers of `11/10/2026` or `11-10-2026`; `None` for anything else.
fn ends(text: &str) -> Option<[i64; 2]> {
    let day = text.trim().split([' ', 'T']).next()?;
    let mut parts = day.split(['/', '-']);
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    let is_short = |part: &str| (1..=2).contains(&part.len());
    let has_year_last = is_short(first) && is_short(second) && year.len() == 4 && parts.next().is_none();
    has_year_last.then(|| Some([first.parse().ok()?, second.parse().ok()?])).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::about::Form;
    use crate::record::Records;
    use crate::roster::columns::TenantFrom;

    fn read(first: &[&str], text: &str) -> String {
        let about = About {
            name: String::new(),
            bytes: 0,
            sha256: String::new(),
            modified: None,
            form: Form::Text { encoding: "UTF-8".to_owned(), delimiter: ',', guess: None },
            header_row: 1,
            is_header_row_named: false,
            above: Vec::new(),
            headings: vec!["Renewal date".to_owned()],
            longest: Vec::new(),
            formats: Vec::new(),
            first: first.iter().map(|cell| vec![(*cell).to_owned()]).collect(),
            first_numbers: Vec::new(),
            other_candidates: Vec::new(),
        };
        let columns = Columns { renewal: Some(0), ..Columns::of(TenantFrom::Given("a".to_owned()), 0, 0) };
        let mut records = Records::default();
        records.begin(2, 1);
        records.push_text(text);
        let renewals = Renewals::find(&columns, &about).unwrap();
        let record = records.iter().next().unwrap();
        renewals.read(record).map(|date| date.to_string()).unwrap_or_default()
    }

    #[test]
    fn the_other_rows_tell_what_a_day_means() {
        for (first, text, day) in [
            (&["2026-11-28"][..], "2027-01-31", "2027-01-31"),
            (&["28/11/2026"], "11/10/2026", "2026-10-11"),
            (&["11/28/2026"], "11/10/2026", "2026-11-10"),
            (&["11/28/2026", "28/11/2026"], "11/10/2026", ""),
            (&["11/10/2026"], "11/10/2026", ""),
            (&["11/10/2026"], "11/11/2026", "2026-11-11"),
            (&["31.12.2026"], "1.2.2027", "2027-02-01"),
            (&["28/11/2026"], "soon", ""),
            (&["28/11/2026"], "", ""),
        ] {
            assert_eq!(read(first, text), day, "{first:?} {text}");
        }
    }
}
