//! Any text, and any number, as a count of paid seats: what is read is what the digits say.
#![no_main]

use fasttrack_roster::record::Cell;
use fasttrack_roster::roster::seats::{LIMIT_SEATS, read};
use fasttrack_roster::roster::written::meant;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let came = read(Cell::Text(text));
        if let Err(why) = came {
            assert!(!why.message(Cell::Text(text)).is_empty());
        }
        if let Ok(seats) = came {
            assert!(seats <= LIMIT_SEATS);
            assert_eq!(read(Cell::Text(&seats.to_string())), Ok(seats));
            assert_eq!(read(Cell::Text(&format!(" {text}\t"))), Ok(seats));
            // `&#50;` is 2.
            let text = meant(text);
            let digits: String = text.chars().filter_map(digit).collect();
            let shown = if seats == 0 { String::new() } else { seats.to_string() };
            // `1.99999999999995` is 2.
            #[expect(clippy::cast_precision_loss, reason = "the limit is far below 2^53")]
            let is_near = |value: f64| (value - seats as f64).abs() < 0.1;
            let is_noise = text.trim().replace(',', ".").parse().is_ok_and(is_near);
            assert!(!digits.is_empty());
            assert!(digits.trim_start_matches('0').starts_with(&shown) || is_noise);
            assert!(seats == 0 || !text.trim().starts_with(['-', '\u{2212}', '\u{2013}', '(']));
        }
    }
    if let Ok(bits) = <[u8; 8]>::try_from(bytes) {
        let value = f64::from_le_bytes(bits);
        let came = read(Cell::Number { value, format: "", written: "" });
        // A value that is a count but for what computing with fractions leaves is that count.
        #[expect(clippy::cast_precision_loss, reason = "the limit is far below 2^53")]
        match came {
            Ok(seats) => assert!((value - seats as f64).abs() < 0.1 && seats <= LIMIT_SEATS),
            Err(_) => assert!(value.fract() != 0.0 || !(0.0..=LIMIT_SEATS as f64).contains(&value)),
        }
    }
});

/// Returns the digit that a letter is, full-width ones included.
fn digit(letter: char) -> Option<char> {
    match letter {
        '0'..='9' => Some(letter),
        '\u{ff10}'..='\u{ff19}' => char::from_digit(u32::from(letter) - 0xff10, 10),
        _ => None,
    }
}
