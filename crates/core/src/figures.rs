//! Counts in words.

/// Returns a count with commas between thousands: 12345 is `12,345`.
#[must_use]
pub fn grouped(count: u64) -> String {
    let mut words = String::new();
    push_grouped(count, &mut words);
    words
}

/// Writes three digits at a time, without a text of its own: every row of a roster has some counts in words.
pub(crate) fn push_grouped(count: u64, words: &mut String) {
    let (thousands, rest) = (count / 1000, u32::try_from(count % 1000).unwrap_or(0));
    if thousands > 0 {
        push_grouped(thousands, words);
        words.push(',');
    }
    let is_seen = |place: &u32| thousands > 0 || rest >= *place || *place == 1;
    let digits = [100, 10, 1].into_iter().filter(is_seen).map(|place| rest / place % 10);
    words.extend(digits.filter_map(|digit| char::from_digit(digit, 10)));
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
