//! The hour, as the API tells it.

use crate::date::Date;
use std::time::{SystemTime, UNIX_EPOCH};

/// Returns the seconds since 1970-01-01 00:00 UTC.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Returns a moment as `2026-11-29T12:00:00Z`.
pub(crate) fn written(seconds: u64) -> String {
    const HOUR: u64 = 60 * 60;
    let day = Date::of_unix_seconds(i64::try_from(seconds).unwrap_or(i64::MAX));
    let of_day = seconds % (24 * HOUR);
    format!("{day}T{:02}:{:02}:{:02}Z", of_day / HOUR, of_day / 60 % 60, of_day % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_utc() {
        assert_eq!(written(0), "1970-01-01T00:00:00Z");
        assert_eq!(written(1_795_867_445), "2026-11-28T12:04:05Z");
    }
}
