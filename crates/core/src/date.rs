//! Days of the calendar: as ISO 8601 writes them, as spreadsheets count them, and as people read them.

use std::fmt;

/// Days from 1899-12-30, where the serial numbers of spreadsheets begin, to 1970-01-01.
const SERIAL_OF_1970: i64 = 25_569;

/// The names of the months.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    /// Days since 1970-01-01.
    days: i64,
}

impl Date {
    /// Returns a day by its number: days since 1970-01-01.
    #[must_use]
    pub const fn of_days(days: i64) -> Self {
        Self { days }
    }

    /// Returns the day of a moment: seconds since 1970-01-01 00:00 UTC.
    #[must_use]
    pub const fn of_unix_seconds(seconds: i64) -> Self {
        Self { days: seconds.div_euclid(86_400) }
    }

    /// Returns a day; `None` if the calendar has no such day, or its year has not four digits.
    ///
    /// ```
    /// use fasttrack_core::date::Date;
    /// assert_eq!(Date::of(2026, 11, 28).unwrap().to_string(), "2026-11-28");
    /// assert!(Date::of(2026, 2, 29).is_none());
    /// ```
    #[must_use]
    pub fn of(year: i64, month: i64, day: i64) -> Option<Self> {
        let is_day = (0..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day);
        is_day.then(|| Self { days: days_since_1970(year, month, day) })
    }

    /// Returns the day that `2026-11-28` names; `None` for anything else.
    #[must_use]
    pub fn iso(text: &str) -> Option<Self> {
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else { return None };
        let number = |digits: &[u8]| {
            digits.iter().try_fold(0, |number, digit| {
                digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0'))
            })
        };
        Self::of(number(&[y1, y2, y3, y4])?, number(&[m1, m2])?, number(&[d1, d2])?)
    }

    /// Returns the first day of what `2026`, `2026-11` or `2026-11-28` names; `None` for anything else.
    ///
    /// ```
    /// use fasttrack_core::date::Date;
    /// assert_eq!(Date::first_of("2021-06").unwrap().to_string(), "2021-06-01");
    /// ```
    #[must_use]
    pub fn first_of(text: &str) -> Option<Self> {
        let rest = match text.len() {
            4 => "-01-01",
            7 => "-01",
            _ => "",
        };
        Self::iso(&format!("{text}{rest}"))
    }

    /// Returns the day that a spreadsheet counts so, whether the calendar has it or not: 0 is 1899-12-30.
    #[must_use]
    pub const fn of_serial_day(day: i64) -> Self {
        Self { days: day - SERIAL_OF_1970 }
    }

    /// Returns the day of a spreadsheet's serial number; `None` where it has none, or not the calendar's: spreadsheets
    /// count a day in 1900 that never was.
    #[must_use]
    pub fn of_serial(serial: f64) -> Option<Self> {
        const FIRST: f64 = 61.0;
        const LIMIT: f64 = 2_958_466.0;
        #[expect(clippy::cast_possible_truncation, reason = "in range")]
        let days = |serial: f64| serial.floor() as i64;
        (FIRST..LIMIT).contains(&serial).then(|| Self::of_serial_day(days(serial)))
    }

    /// Returns its serial number in a spreadsheet.
    #[must_use]
    pub const fn serial(self) -> i64 {
        self.days + SERIAL_OF_1970
    }

    /// Returns year, month (from 1) and day (from 1).
    ///
    /// Counts in eras of 400 years from March on, so that the leap day is the last of its year.
    #[must_use]
    pub const fn civil(self) -> (i64, i64, i64) {
        let days = self.days + 719_468;
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400;
        (if month <= 2 { year + 1 } else { year }, month, day)
    }

    /// Returns its number: days since 1970-01-01.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.days
    }

    /// Returns how many days it is after another; negative, if it is before it.
    #[must_use]
    pub const fn days_since(self, earlier: Self) -> i64 {
        self.days - earlier.days
    }

    /// Returns how many weeks, which begin on Mondays, its own is after another day's.
    ///
    /// ```
    /// use fasttrack_core::date::Date;
    /// let [sunday, monday] = ["2026-11-29", "2026-11-30"].map(|day| Date::iso(day).unwrap());
    /// assert_eq!(monday.weeks_since(sunday), 1);
    /// ```
    #[must_use]
    pub const fn weeks_since(self, earlier: Self) -> i64 {
        // 1970-01-01 was a Thursday.
        (self.days + 3).div_euclid(7) - (earlier.days + 3).div_euclid(7)
    }

    /// Returns how many months of the calendar its own is after another day's.
    #[must_use]
    pub const fn months_since(self, earlier: Self) -> i64 {
        let ((year, month, _), (earlier_year, earlier_month, _)) = (self.civil(), earlier.civil());
        (year - earlier_year) * 12 + month - earlier_month
    }

    /// Returns its year and quarter, 1 to 4.
    #[must_use]
    pub const fn quarter(self) -> (i64, i64) {
        let (year, month, _) = self.civil();
        (year, (month + 2) / 3)
    }

    /// Returns it as people write it: `28 November 2026`.
    #[must_use]
    pub fn words(self) -> String {
        let (year, month, day) = self.civil();
        let name = usize::try_from(month - 1).ok().and_then(|month| MONTHS.get(month)).copied();
        format!("{day} {} {year}", name.unwrap_or_default())
    }
}

impl fmt::Display for Date {
    /// As ISO 8601 writes it: `2026-11-28`.
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(to, "{year:04}-{month:02}-{day:02}")
    }
}

/// Returns how many days a month has.
const fn days_in(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Counts days with years that begin in March, as [`Date::civil`] does.
const fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_is_the_day_after_the_one_before() {
        let mut date = Date::of(1899, 12, 31).unwrap();
        for _ in 0..146_097 {
            let next = Date::of_days(date.days + 1);
            let (year, month, day) = next.civil();
            assert_eq!(Date::of(year, month, day), Some(next));
            assert_eq!(Date::iso(&next.to_string()), Some(next));
            let (before_year, before_month, before_day) = date.civil();
            let follows = (year, month, day) == (before_year, before_month, before_day + 1)
                || (year, month, day) == (before_year, before_month + 1, 1)
                || (year, month, day) == (before_year + 1, 1, 1);
            assert!(follows, "{date} {next}");
            date = next;
        }
    }

    #[test]
    fn a_date_is_read_and_shown_as_people_and_spreadsheets_have_it() {
        let date = Date::iso("2026-11-28").unwrap();
        assert_eq!((date.words().as_str(), date.quarter()), ("28 November 2026", (2026, 4)));
        assert_eq!(Date::iso("2026-01-01").unwrap().quarter(), (2026, 1));
        assert_eq!(Date::of_serial(45_292.75).unwrap().to_string(), "2024-01-01");
        assert_eq!(Date::iso("2024-01-01").unwrap().serial(), 45_292);
        assert_eq!(Date::of_unix_seconds(-1).to_string(), "1969-12-31");
        for text in ["2026-2-3", "2026-02-30", "2026-13-01", "20260101", "2026-01-01T00", ""] {
            assert_eq!(Date::iso(text), None, "{text}");
        }
        assert!([f64::NAN, 0.5, 60.0, 3e6].into_iter().all(|serial| Date::of_serial(serial).is_none()));
    }
}
