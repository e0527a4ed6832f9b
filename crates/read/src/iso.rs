//! Dates written as ISO 8601 to the serial numbers of a spreadsheet.

use fasttrack_core::date::Date;

/// Returns the serial number of `2026-01-31` or `2026-01-31T12:30:00.5Z`; `None` for anything else.
///
/// A zone other than UTC is not read, since a cell has none. Days before 1900-03-01 are not read either: a
/// spreadsheet counts a day in 1900 that never was.
pub(super) fn serial(text: &str) -> Option<f64> {
    let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
    let whole = i32::try_from(Date::iso(date)?.serial()).ok()?;
    let fraction = time.map_or(Some(0.0), day_fraction)?;
    (whole > 60).then_some(f64::from(whole) + fraction)
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
