//! Numbers as workbooks write them.

/// Digits that always survive the way into a binary number and back.
const SURE_DIGITS: usize = 15;
/// Bytes of a number as programs write it, and digits of its exponent. Others may read any longer one otherwise than we
/// do, and gain nothing by it.
const LIMIT_BYTES: usize = 40;
const LIMIT_EXPONENT: usize = 3;

/// Returns the number, and its digits where they say more than the number, printed, would, and are written as numbers
/// usually are: at most 40 bytes, digits before and behind the point, no zeros in front, and an exponent of at most
/// three digits. All other digits are left to the value, which is what Excel shows. `None` for anything but
/// `[-]digits[.digits][e[+-]digits]`, and for a number too large to hold.
pub(crate) fn read(text: &str) -> Option<(f64, &str)> {
    if let Some(value) = short(text) {
        return Some((value, ""));
    }
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (unsigned.get(..at)?, unsigned.get(at + 1..)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_mantissa = is_digits(whole) && is_digits(fraction) && whole.len() + fraction.len() > 0;
    let is_exponent = exponent.is_none_or(|text| {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        !digits.is_empty() && is_digits(digits)
    });
    if !is_mantissa || !is_exponent {
        return None;
    }
    let value = text.parse::<f64>().ok().filter(|value| value.is_finite())?;
    let significant = mantissa.bytes().filter(u8::is_ascii_digit).skip_while(|digit| *digit == b'0').count();
    let says_more = exponent.is_some() || significant > SURE_DIGITS;
    let is_usual = text.len() <= LIMIT_BYTES
        && !whole.is_empty()
        && (whole == "0" || !whole.starts_with('0'))
        && !mantissa.ends_with('.')
        && exponent.is_none_or(|text| text.trim_start_matches(['-', '+']).len() <= LIMIT_EXPONENT);
    Some((value, if says_more && is_usual && format!("{value}") != text { text } else { "" }))
}

/// Returns a whole number of few digits, as most are.
fn short(text: &str) -> Option<f64> {
    if text.is_empty() || text.len() > 9 {
        return None;
    }
    let add = |sum: u32, digit: u8| digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0'));
    text.bytes().try_fold(0, add).map(f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn digits_are_kept_where_they_say_more_than_the_value() {
        for (text, value, written) in [
            ("480", 480.0, ""),
            ("0480", 480.0, ""),
            ("-1.50", -1.5, ""),
            (".5", 0.5, ""),
            ("5.", 5.0, ""),
            ("0.1", 0.1, ""),
            ("0.30000000000000004", 0.1 + 0.2, ""),
            ("12345678901234567890", 12_345_678_901_234_567_890.0, "12345678901234567890"),
            ("0.1000000000000000055", 0.1, "0.1000000000000000055"),
            ("1E-3", 0.001, "1E-3"),
            ("4.8e+2", 480.0, "4.8e+2"),
            ("123456789012345", 123_456_789_012_345.0, ""),
            ("12345678901234567", 12_345_678_901_234_568.0, "12345678901234567"),
            ("9007199254740993", 9_007_199_254_740_992.0, "9007199254740993"),
            ("9007199254740992", 9_007_199_254_740_992.0, ""),
        ] {
            let (found, kept) = read(text).unwrap();
            assert!(found.to_bits() == f64::to_bits(value) && kept == written, "{text}: {found}, {kept:?}");
        }
    }

    #[test]
    fn digits_that_no_program_writes_are_left_to_the_value() {
        let long = "1".repeat(300);
        let longer = format!("1{}e-5000", "0".repeat(5_000));
        for (text, value) in [
            ("1e-999999999", 0.0),
            ("1E00000000000000000005", 100_000.0),
            ("1e0005", 100_000.0),
            ("000000000000000000012345678901234567", 12_345_678_901_234_567.0),
            ("00.1000000000000000055", 0.1),
            (".1000000000000000055", 0.1),
            ("1.e5", 100_000.0),
            (longer.as_str(), 1.0),
            (long.as_str(), long.parse().unwrap()),
        ] {
            assert_eq!(read(text), Some((value, "")), "{text}");
        }
        for text in ["1e-05", "-1.2345678901234567E-300", "12345678901234567890123456789012345678.5"] {
            assert_eq!(read(text), Some((text.parse().unwrap(), text)));
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in [
            "", "-", ".", "+5", "--5", "1,5", "1e", "1e+", "e5", "inf", "NaN", "-inf", "1e999", "0x10",
            "1_0", "1 ", "1.2.3", "1e5.0", "\u{661}", "five",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_number_that_rust_prints_is_read_as_it_was(value in any::<f64>().prop_filter("finite", |value| value.is_finite())) {
            let (plain, scientific) = (format!("{value}"), format!("{value:e}"));
            prop_assert_eq!(read(&plain), Some((value, "")));
            prop_assert_eq!(read(&scientific).map(|(read, _)| read), Some(value));
        }
    }
}
