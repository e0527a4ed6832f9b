//! How much a roster may shrink from one run to the next before it is taken for a broken export.

use crate::figures::grouped;
use std::fmt;

/// Digits behind the decimal point that a percentage may have.
const DECIMALS: usize = 6;
/// One percent in the unit that percentages are kept in.
const ONE_PERCENT: u64 = 1_000_000;

/// By how many percent rows, customers or paid seats may fall, that number included: 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxDrop {
    /// Millionths of a percent.
    millionths: u64,
}

impl MaxDrop {
    /// Reads a percentage from 0 to 100, whole or with up to six decimals; a `%` may stand behind it.
    ///
    /// # Errors
    /// What is wrong, in words.
    ///
    /// ```
    /// use fasttrack_core::changes::MaxDrop;
    /// assert_eq!(MaxDrop::read("12.5").unwrap().to_string(), "12.5");
    /// assert!(MaxDrop::read("101").is_err() && MaxDrop::read("-1").is_err() && MaxDrop::read("half").is_err());
    /// ```
    pub fn read(written: &str) -> Result<Self, String> {
        let wrong = || "write a percentage from 0 to 100, such as 10 or 12.5".to_owned();
        let digits = written.strip_suffix('%').unwrap_or(written).trim();
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(decimals) || decimals.len() > DECIMALS {
            return Err(wrong());
        }
        let whole: u64 = whole.parse().map_err(|_| wrong())?;
        let decimals: u64 = format!("{decimals:0<DECIMALS$}").parse().map_err(|_| wrong())?;
        let millionths = whole.checked_mul(ONE_PERCENT).and_then(|whole| whole.checked_add(decimals));
        let millionths = millionths.filter(|millionths| *millionths <= 100 * ONE_PERCENT);
        millionths.map(|millionths| Self { millionths }).ok_or_else(wrong)
    }

    /// Returns whether a part is more of a whole than that; of nothing there is no part.
    #[must_use]
    pub fn is_exceeded_by(self, part: u64, whole: u64) -> bool {
        u128::from(part) * 100 * u128::from(ONE_PERCENT) > u128::from(whole) * u128::from(self.millionths)
    }

    /// Returns whether a figure fell by more than that; one that was 0 cannot fall.
    fn is_exceeded(self, before: u64, now: u64) -> bool {
        let fell = u128::from(before.saturating_sub(now));
        fell * 100 * u128::from(ONE_PERCENT) > u128::from(before) * u128::from(self.millionths)
    }
}

impl fmt::Display for MaxDrop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, decimals) = (self.millionths / ONE_PERCENT, self.millionths % ONE_PERCENT);
        let decimals = format!("{decimals:0DECIMALS$}");
        match decimals.trim_end_matches('0') {
            "" => write!(f, "{whole}"),
            decimals => write!(f, "{whole}.{decimals}"),
        }
    }
}

/// What a roster comes to, as far as it may shrink.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Night {
    /// Rows of customers, those to review included.
    pub rows: u64,
    /// Customers: tenants, however many rows each has; rows that name none are left out.
    pub tenants: u64,
    /// Paid seats.
    pub seats: u64,
}

/// A figure that fell by more than it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fall {
    /// What was counted.
    pub what: &'static str,
    /// In the earlier night.
    pub before: u64,
    /// In this night.
    pub now: u64,
}

impl fmt::Display for Fall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, before, now } = *self;
        // One decimal, never rounded up: `100 %` is said only where nothing is left.
        let tenths = u128::from(before.saturating_sub(now)) * 1000 / u128::from(before.max(1));
        write!(
            f,
            "{what} fell from {} to {} ({}.{} %)",
            grouped(before),
            grouped(now),
            tenths / 10,
            tenths % 10
        )
    }
}

/// Returns the figures that fell by more than `most` from one night to the next.
#[must_use]
pub fn fallen(before: Night, now: Night, most: MaxDrop) -> Vec<Fall> {
    let figures = [
        Fall { what: "rows", before: before.rows, now: now.rows },
        Fall { what: "customers", before: before.tenants, now: now.tenants },
        Fall { what: "paid seats", before: before.seats, now: now.seats },
    ];
    figures.into_iter().filter(|fall| most.is_exceeded(fall.before, fall.now)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn most(written: &str) -> MaxDrop {
        MaxDrop::read(written).unwrap()
    }

    #[test]
    fn a_percentage_is_0_to_100_whole_or_with_decimals() {
        for (written, shown) in [
            ("0", "0"),
            ("10", "10"),
            ("12.50", "12.5"),
            ("0.000001", "0.000001"),
            ("100", "100"),
            ("7%", "7"),
        ] {
            assert_eq!(most(written).to_string(), shown);
        }
        for written in [
            "",
            "%",
            ".",
            "5.",
            ".5",
            "-1",
            "+1",
            "1e1",
            "12,5",
            "100.1",
            "101",
            "1.1234567",
            "99999999999999999999",
        ] {
            assert!(MaxDrop::read(written).is_err(), "{written}");
        }
    }

    #[test]
    fn a_fall_of_that_percentage_is_allowed_and_one_of_more_is_not() {
        let fell = |before, now, percent: &str| {
            let night = |rows| Night { rows, tenants: 0, seats: 0 };
            !fallen(night(before), night(now), most(percent)).is_empty()
        };
        assert!(!fell(1_000, 900, "10") && fell(1_000, 899, "10") && !fell(1_000, 901, "10"));
        assert!(fell(1_000, 999, "0") && !fell(1_000, 1_000, "0") && !fell(1_000, 2_000, "0"));
        assert!(!fell(8, 7, "12.5") && fell(8, 7, "12.499999"));
        assert!(!fell(5, 0, "100") && !fell(0, 0, "0") && !fell(0, 5, "0"));
        assert!(fell(u64::MAX, 0, "99.999999"));
    }

    #[test]
    fn each_figure_that_fell_is_told_with_what_it_was() {
        let (before, now) =
            (Night { rows: 1_200, tenants: 9, seats: 40 }, Night { rows: 600, tenants: 9, seats: 0 });
        let told: Vec<String> = fallen(before, now, most("10")).iter().map(Fall::to_string).collect();
        assert_eq!(told, ["rows fell from 1,200 to 600 (50.0 %)", "paid seats fell from 40 to 0 (100.0 %)"]);
    }
}
