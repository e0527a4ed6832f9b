//! Dates written as ISO 8601 to the serial numbers of a spreadsheet.

/// Days from 1899-12-30, where serial numbers begin, to 1970-01-01.
const EPOCH_DAYS: i64 = 25_569;

/// Returns the serial number of `2026-01-31` or `2026-01-31T12:30:00.5Z`; `None` for anything else.
///
/// A zone other than UTC is not read, since a cell has none. Days before 1900-03-01 are not read either: a
/// spreadsheet counts a day in 1900 that never was.
pub(super) fn serial(text: &str) -> Option<f64> {
    let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
    let mut parts = date.split('-');
    let (year, month, day) =
        (number(parts.next()?, 4)?, number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let is_date =
        parts.next().is_none() && (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    let days = days_since_1970(year, month, day) + EPOCH_DAYS;
    let fraction = time.map_or(Some(0.0), day_fraction)?;
    let whole = i32::try_from(days).ok()?;
    (is_date && whole > 60).then_some(f64::from(whole) + fraction)
}

fn day_fraction(time: &str) -> Option<f64> {
    let mut parts = time.strip_suffix('Z').unwrap_or(time).splitn(3, ':');
    let (hours, minutes) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let seconds = parts.next().unwrap_or("0");
    let is_plain = seconds.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let seconds: f64 = seconds.parse().ok().filter(|_| is_plain)?;
    let whole = i32::try_from(hours * 3_600 + minutes * 60).ok()?;
    (hours < 24 && minutes < 60 && seconds < 60.0).then_some((f64::from(whole) + seconds) / 86_400.0)
}

fn number(text: &str, digits: usize) -> Option<i64> {
    let is_number = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

fn days_in(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Counts days with years that begin in March, so that the leap day is the last of its year.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_become_the_serial_numbers_of_excel() {
        assert_eq!(serial("1900-03-01"), Some(61.0));
        assert_eq!(serial("1970-01-01"), Some(25_569.0));
        assert_eq!(serial("2024-02-29"), Some(45_351.0));
        assert_eq!(serial("2025-10-13T12:00:00Z"), Some(45_943.5));
        assert_eq!(serial("2025-10-13T06:00:00.000"), Some(45_943.25));
    }

    #[test]
    fn what_is_no_date_stays_text() {
        for text in [
            "",
            "2025-13-01",
            "2023-02-29",
            "13.10.2025",
            "2025-10-13T25:00",
            "2025-10-13T12:00:00+02:00",
            "1900-01-05",
        ] {
            assert_eq!(serial(text), None, "{text}");
        }
    }
}
