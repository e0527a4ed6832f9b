//! The time, as whoever runs a night gives it: the system's, or a simulated one.

use crate::date::Date;
use std::fmt;
use std::time::{Duration, SystemTime};

/// What tells a night the time. Nothing else in a night asks the system for it.
pub trait Clock {
    /// Returns what time it is.
    fn now(&self) -> Moment;

    /// Returns how long ago a file was changed; `None` if that is in the future, as after a clock was set back.
    fn age(&self, changed: SystemTime) -> Option<Duration>;

    /// Waits.
    fn wait(&self, time: Duration);

    /// Returns the time since the night began, which goes on whatever anybody does to the clock.
    fn elapsed(&self) -> Duration;
}

/// A moment, in UTC, so that daylight saving changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Seconds since 1970-01-01 00:00 UTC.
    pub seconds: i64,
}

impl Moment {
    /// Returns its day, in UTC.
    #[must_use]
    pub const fn day(self) -> Date {
        Date::of_unix_seconds(self.seconds)
    }

    /// Returns its minute of the day, from 0.
    #[must_use]
    pub fn minute(self) -> u32 {
        u32::try_from(self.seconds.rem_euclid(86_400) / 60).unwrap_or(0)
    }

    /// Returns how long it is after an earlier one; nothing, if it is not after it.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_secs(u64::try_from(self.seconds.saturating_sub(earlier.seconds)).unwrap_or(0))
    }

    /// Returns it as people say it, without the seconds: `28 November 2026, 02:15 UTC`.
    #[must_use]
    pub fn words(self) -> String {
        let minute = self.minute();
        format!("{}, {:02}:{:02} UTC", self.day().words(), minute / 60, minute % 60)
    }

    /// Returns it in a form that can be part of the name of a file and sorts by time: `2026-11-28T021500Z`.
    #[must_use]
    pub fn in_names(self) -> String {
        let second = self.seconds.rem_euclid(86_400);
        format!("{}T{:02}{:02}{:02}Z", self.day(), second / 3_600, second / 60 % 60, second % 60)
    }
}

impl fmt::Display for Moment {
    /// As ISO 8601 writes it: `2026-11-28T02:15:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = self.seconds.rem_euclid(86_400);
        write!(f, "{}T{:02}:{:02}:{:02}Z", self.day(), second / 3_600, second / 60 % 60, second % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_shown_in_utc() {
        let moment = Moment { seconds: 1_795_832_100 };
        assert_eq!(moment.to_string(), "2026-11-28T02:15:00Z");
        assert_eq!(moment.words(), "28 November 2026, 02:15 UTC");
        assert_eq!(moment.in_names(), "2026-11-28T021500Z");
        assert_eq!((moment.day().to_string().as_str(), moment.minute()), ("2026-11-28", 135));
        assert_eq!(Moment { seconds: 0 }.since(moment), Duration::ZERO);
    }
}
