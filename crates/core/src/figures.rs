//! Counts in words.

/// Returns a count with commas between thousands: 12345 is `12,345`.
#[must_use]
pub fn grouped(count: u64) -> String {
    let mut words = String::new();
    push_grouped(count, &mut words);
    words
}

/// Writes a count with commas between thousands.
pub(crate) fn push_grouped(count: u64, words: &mut String) {
    push_parted(count, ",", words);
}

/// Writes the digits of a number without anything between thousands.
pub(crate) fn push_digits(count: u64, words: &mut String) {
    push_parted(count, "", words);
}

/// Writes three digits at a time, without a text of its own: every row of a roster has some counts in words.
fn push_parted(count: u64, between: &str, words: &mut String) {
    let (thousands, rest) = (count / 1000, u32::try_from(count % 1000).unwrap_or(0));
    if thousands > 0 {
        push_parted(thousands, between, words);
        words.push_str(between);
    }
    push_rest(rest, thousands > 0, words);
}

/// Writes up to three digits, all three where others go before them.
fn push_rest(rest: u32, is_behind: bool, words: &mut String) {
    for place in [100, 10, 1] {
        let is_seen = is_behind || rest >= place || place == 1;
        if let Some(digit) = char::from_digit(rest / place % 10, 10).filter(|_| is_seen) {
            words.push(digit);
        }
    }
}

/// Returns `1 seat`, `2 seats`, `1,200 seats`.
#[must_use]
pub fn counted(count: u64, one: &str, many: &str) -> String {
    let mut words = String::with_capacity(USUAL_BYTES);
    push_counted(count, (one, many), &mut words);
    words
}

/// A count of most rosters, with the word behind it.
const USUAL_BYTES: usize = 16;

/// Writes what [`counted`] returns, the word for one and that for many, without a text of its own.
pub fn push_counted(count: u64, (one, many): (&str, &str), words: &mut String) {
    push_grouped(count, words);
    words.push(' ');
    words.push_str(if count == 1 { one } else { many });
}
