//! Values of a column to cells: each as a text roster with the same values would have it, or as a workbook would where it
//! has a type for it.

use super::shape::Shape;
use super::{damaged, too_large};
use crate::error::Result;
use crate::record::Records;
use crate::sheet;
use fasttrack_core::date::Date;
use parquet::data_type::{ByteArray, FixedLenByteArray, Int96};
use std::collections::HashMap;

/// Bytes of text of a block of rows; a usual one has about a mebibyte.
const LIMIT_BLOCK_TEXT: usize = 128 * 1024 * 1024;
/// Texts from this length on are kept once where a dictionary gives them to many rows at once.
const LONG_TEXT: usize = 64;
/// Whole numbers below it are as good in binary as in digits.
const SURE_WHOLE: u64 = 1 << 53;
const SECONDS_A_DAY: i64 = 86_400;
const SECONDS_A_DAY_PARTS: f64 = 86_400.0;

/// Number formats of cells: none, a day, a moment, and from the fourth on decimal places.
const DAY: u32 = 1;
const MOMENT: u32 = 2;
/// Decimal places that a number format shows; a number has no more sure digits.
const LIMIT_PLACES: u32 = 15;

/// Returns the number formats that cells of any column refer to.
pub(super) fn formats() -> Vec<String> {
    let places = (1..=LIMIT_PLACES as usize).map(|places| format!("0.{}", "0".repeat(places)));
    let named = ["", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"].map(str::to_owned);
    named.into_iter().chain(places).collect()
}

/// Returns which of them the cells of a column have; `None` = none but General.
pub(super) fn format_of(shape: Shape) -> Option<usize> {
    match shape {
        Shape::Date => Some(DAY as usize),
        Shape::Timestamp { .. } | Shape::OldTimestamp => Some(MOMENT as usize),
        Shape::Decimal { scale } if (1..=LIMIT_PLACES).contains(&scale) => Some((MOMENT + scale) as usize),
        _ => None,
    }
}

/// A cell of a column, until its row is put together; texts stand in the text of the block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stored {
    Blank,
    Text { start: usize, end: usize },
    Number { value: f64, format: u32, start: usize, end: usize },
    Date { serial: f64, format: u32 },
    Bool(bool),
}

impl Stored {
    /// Returns how many bytes of text it has.
    pub(super) const fn bytes(&self) -> usize {
        match self {
            Self::Text { start, end } | Self::Number { start, end, .. } => *end - *start,
            _ => 0,
        }
    }
}

/// The cells of one column of a block, on their way.
pub(super) struct Cells<'r> {
    records: &'r mut Records,
    shape: Shape,
    /// One for each row.
    pub all: Vec<Stored>,
    /// Rows, from 0, whose text was not in UTF-8.
    pub undecodable: Vec<usize>,
    /// Long texts of these values, by where they are, and where they stand in the text of the block.
    known: HashMap<(usize, usize), (usize, usize)>,
}

impl<'r> Cells<'r> {
    pub(super) fn new(records: &'r mut Records, shape: Shape, rows: usize) -> Self {
        let (undecodable, known) = (Vec::new(), HashMap::new());
        Self { records, shape, all: Vec::with_capacity(rows), undecodable, known }
    }

    /// Begins with other values: what was known of the places of those before is no longer true.
    pub(super) fn begin_piece(&mut self) {
        self.known.clear();
    }

    pub(super) fn blank(&mut self) {
        self.all.push(Stored::Blank);
    }

    pub(super) fn truth(&mut self, value: bool) {
        self.all.push(Stored::Bool(value));
    }

    /// Takes a whole number; one of 32 bits is given with its sign.
    pub(super) fn whole(&mut self, value: i64, is_of_32: bool) -> Result<()> {
        match self.shape {
            Shape::Date => self.day(value),
            Shape::Timestamp { per_second, .. } => self.moment(value, per_second),
            Shape::Time { per_second } => self.text(&time(value, per_second)),
            Shape::Decimal { scale } => self.decimal(&value.to_string(), scale),
            #[expect(clippy::cast_possible_truncation, reason = "it was of 32 bits")]
            Shape::Unsigned if is_of_32 => self.whole_of(u64::from((value as i32).cast_unsigned()), false),
            Shape::Unsigned => self.whole_of(value.cast_unsigned(), false),
            _ => self.whole_of(value.unsigned_abs(), value < 0),
        }
    }

    fn whole_of(&mut self, amount: u64, is_negative: bool) -> Result<()> {
        if amount >= SURE_WHOLE {
            let sign = if is_negative { "-" } else { "" };
            return self.digits(&format!("{sign}{amount}"), 0);
        }
        #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
        let value = amount as f64;
        self.number(if is_negative { -value } else { value });
        Ok(())
    }

    fn number(&mut self, value: f64) {
        self.all.push(Stored::Number { value, format: 0, start: 0, end: 0 });
    }

    /// Takes a number in binary. One that is none, or has no end, is a text.
    pub(super) fn double(&mut self, value: f64) -> Result<()> {
        if !value.is_finite() {
            return self.text(&value.to_string());
        }
        self.number(value);
        Ok(())
    }

    /// Takes a number of few digits, which is the shortest that stands for it: 0.1 and not 0.10000000149011612.
    pub(super) fn single(&mut self, value: f32) -> Result<()> {
        let shown = value.to_string();
        let value = shown.parse().unwrap_or_else(|_| f64::from(value));
        self.double(value)
    }

    /// Takes digits with a sign, whose last `scale` are behind the point.
    fn decimal(&mut self, digits: &str, scale: u32) -> Result<()> {
        let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("-", digits));
        let places = scale as usize;
        let digits = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = digits.split_at_checked(digits.len() - places).unwrap_or((&digits, ""));
        let point = if places > 0 { "." } else { "" };
        let format = format_of(self.shape).and_then(|format| u32::try_from(format).ok()).unwrap_or(0);
        self.digits(&format!("{sign}{whole}{point}{fraction}"), format)
    }

    fn digits(&mut self, written: &str, format: u32) -> Result<()> {
        let Some((value, kept)) = sheet::number(written) else { return self.text(written) };
        let (start, end) = self.keep(kept)?;
        self.all.push(Stored::Number { value, format, start, end });
        Ok(())
    }

    /// Takes bytes of any length: text, or a decimal.
    pub(super) fn bytes(&mut self, value: &ByteArray) -> Result<()> {
        match self.shape {
            Shape::Decimal { scale } => self.decimal(&whole_of(value.data())?, scale),
            _ => self.letters(value.data()),
        }
    }

    /// Takes bytes of a fixed length: a decimal, an id, or a number.
    pub(super) fn fixed(&mut self, value: &FixedLenByteArray) -> Result<()> {
        let bytes = value.data();
        match (self.shape, bytes) {
            (Shape::Decimal { scale }, _) => self.decimal(&whole_of(bytes)?, scale),
            (Shape::Float16, [low, high]) => self.double(half(u16::from_le_bytes([*low, *high]))),
            (Shape::Uuid, _) => self.text(&uuid(bytes)),
            _ => self.letters(bytes),
        }
    }

    fn letters(&mut self, bytes: &[u8]) -> Result<()> {
        let place = (bytes.as_ptr().addr(), bytes.len());
        let is_long = bytes.len() >= LONG_TEXT;
        if let Some((start, end)) = self.known.get(&place).filter(|_| is_long) {
            self.all.push(Stored::Text { start: *start, end: *end });
            return Ok(());
        }
        let Ok(text) = str::from_utf8(bytes) else {
            self.undecodable.push(self.all.len());
            return self.text(&String::from_utf8_lossy(bytes));
        };
        self.text(text)?;
        if let Some(Stored::Text { start, end }) = self.all.last().filter(|_| is_long) {
            self.known.insert(place, (*start, *end));
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<()> {
        let (start, end) = self.keep(text)?;
        self.all.push(if start == end { Stored::Blank } else { Stored::Text { start, end } });
        Ok(())
    }

    fn keep(&mut self, text: &str) -> Result<(usize, usize)> {
        if self.records.text().len() + text.len() > LIMIT_BLOCK_TEXT {
            return Err(too_large("the texts of a few thousand rows are longer than 128 MiB"));
        }
        let start = self.records.append(text);
        Ok((start, start + text.len()))
    }

    fn day(&mut self, days: i64) -> Result<()> {
        let date = Date::of_days(days);
        match in_calendar(date) {
            Some(serial) => self.all.push(Stored::Date { serial, format: DAY }),
            None => self.text(&date.to_string())?,
        }
        Ok(())
    }

    fn moment(&mut self, value: i64, per_second: i64) -> Result<()> {
        self.second(value.div_euclid(per_second), value.rem_euclid(per_second), per_second)
    }

    /// Takes a moment in the older form: nanoseconds of a day that is counted as astronomers do.
    pub(super) fn old_moment(&mut self, value: &Int96) -> Result<()> {
        const NANOS: u64 = 1_000_000_000;
        const DAY_OF_1970: i64 = 2_440_588;
        let &[low, high, day] = value.data() else { return Err(damaged("a moment of it has too few bytes")) };
        let nanos = u64::from(low) | u64::from(high) << 32;
        let days = i64::from(day) - DAY_OF_1970;
        let seconds = days * SECONDS_A_DAY + (nanos / NANOS).cast_signed();
        self.second(seconds, (nanos % NANOS).cast_signed(), NANOS.cast_signed())
    }

    /// Takes a moment in seconds since 1970 and parts of one; a workbook has no parts of seconds that are sure.
    fn second(&mut self, seconds: i64, parts: i64, per_second: i64) -> Result<()> {
        let date = Date::of_unix_seconds(seconds);
        let second = seconds.rem_euclid(SECONDS_A_DAY);
        if let (Some(serial), 0) = (in_calendar(date), parts) {
            #[expect(clippy::cast_precision_loss, reason = "less than a day")]
            let serial = serial + second as f64 / SECONDS_A_DAY_PARTS;
            self.all.push(Stored::Date { serial, format: MOMENT });
            return Ok(());
        }
        self.text(&format!("{date} {}", clock(second, parts, per_second)))
    }
}

/// Returns the serial number of a day that spreadsheets know, whose years have four digits.
fn in_calendar(date: Date) -> Option<f64> {
    let serial = f64::from(i32::try_from(date.serial()).ok()?);
    Date::of_serial(serial).map(|_| serial)
}

fn time(value: i64, per_second: i64) -> String {
    clock(value.div_euclid(per_second), value.rem_euclid(per_second), per_second)
}

/// Returns a time of the day, with parts of a second if it has any.
fn clock(seconds: i64, parts: i64, per_second: i64) -> String {
    let shown = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if parts == 0 {
        return shown;
    }
    let width = per_second.ilog10() as usize;
    let fraction = format!("{parts:0width$}");
    format!("{shown}.{}", fraction.trim_end_matches('0'))
}

/// Returns the whole number of bytes, the highest first, the sign in the first of them.
///
/// # Errors
/// `parquet-damaged`, if they are more than 32, which no decimal has.
fn whole_of(bytes: &[u8]) -> Result<String> {
    const LIMIT_BYTES: usize = 32;
    const WIDTH: usize = size_of::<i128>();
    if bytes.len() > LIMIT_BYTES {
        return Err(damaged("a decimal of it is longer than 32 bytes"));
    }
    let is_negative = bytes.first().is_some_and(|first| *first >= 0x80);
    let fill = if is_negative { 0xff } else { 0 };
    if bytes.len() <= WIDTH {
        let mut whole = [fill; WIDTH];
        for (to, from) in whole.iter_mut().rev().zip(bytes.iter().rev()) {
            *to = *from;
        }
        return Ok(i128::from_be_bytes(whole).to_string());
    }
    // The amount, digit by digit: each byte makes it 256 times as much.
    let mut digits = vec![0_u8];
    let add = |digits: &mut Vec<u8>, factor: u32, more: u32| {
        let mut carry = more;
        for digit in digits.iter_mut() {
            let sum = u32::from(*digit) * factor + carry;
            *digit = u8::try_from(sum % 10).unwrap_or(0);
            carry = sum / 10;
        }
        while carry > 0 {
            digits.push(u8::try_from(carry % 10).unwrap_or(0));
            carry /= 10;
        }
    };
    for byte in bytes {
        add(&mut digits, 256, u32::from(byte ^ fill));
    }
    if is_negative {
        add(&mut digits, 1, 1);
    }
    let shown: String = digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect();
    let shown = shown.trim_start_matches('0');
    let sign = if is_negative { "-" } else { "" };
    Ok(if shown.is_empty() { "0".to_owned() } else { format!("{sign}{shown}") })
}

/// Returns a number of 16 bits.
fn half(bits: u16) -> f64 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let fraction = f64::from(bits & 0x03ff) / 1024.0;
    sign * match (bits >> 10) & 0x1f {
        0 => fraction * 2_f64.powi(-14),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (1.0 + fraction) * 2_f64.powi(i32::from(exponent) - 15),
    }
}

fn uuid(bytes: &[u8]) -> String {
    let mut shown = String::with_capacity(36);
    for (place, byte) in bytes.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            shown.push('-');
        }
        for digit in [byte >> 4, byte & 0x0f] {
            shown.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::Arc;

    /// What a row with one such value shows.
    fn shown(shape: Shape, put: impl FnOnce(&mut Cells<'_>) -> Result<()>) -> String {
        let mut records = Records::new(Arc::new(formats()));
        let mut cells = Cells::new(&mut records, shape, 1);
        put(&mut cells).unwrap();
        let cell = cells.all[0];
        records.begin(1, 1);
        super::super::block::push(&mut records, cell);
        let record = records.iter().next().unwrap();
        match record.cell(0) {
            crate::record::Cell::Number { written, .. } if !written.is_empty() => written.to_owned(),
            cell => cell.shown(),
        }
    }

    fn whole(shape: Shape, value: i64) -> String {
        shown(shape, |cells| cells.whole(value, false))
    }

    #[test]
    fn whole_numbers_have_all_their_digits() {
        assert_eq!(whole(Shape::Signed, 480), "480");
        assert_eq!(whole(Shape::Signed, -7), "-7");
        assert_eq!(whole(Shape::Signed, 9_007_199_254_740_993), "9007199254740993");
        assert_eq!(whole(Shape::Signed, i64::MIN), "-9223372036854775808");
        assert_eq!(whole(Shape::Unsigned, -1), "18446744073709551615");
        assert_eq!(shown(Shape::Unsigned, |cells| cells.whole(-1, true)), "4294967295");
        assert_eq!(whole(Shape::Signed, 1_000_000_000_000_000), "1000000000000000");
    }

    #[test]
    fn numbers_with_a_point_are_the_shortest_that_stand_for_them() {
        let double = |value| shown(Shape::Float64, |cells| cells.double(value));
        assert_eq!([480.0, 0.1, 12.5, -0.0].map(double), ["480", "0.1", "12.5", "-0"]);
        assert_eq!([f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(double), ["NaN", "inf", "-inf"]);
        assert_eq!(shown(Shape::Float32, |cells| cells.single(0.1)), "0.1");
        assert_eq!(
            [0x3c00, 0xc100, 0x0001, 0x7c00].map(|bits| half(bits).to_string()),
            ["1", "-2.5", "0.00000005960464477539063", "inf"]
        );
        assert!(half(0x7e00).is_nan());
    }

    #[test]
    fn decimals_are_numbers_whatever_they_are_kept_as() {
        let scale = |scale| Shape::Decimal { scale };
        assert_eq!(whole(scale(2), 48_000), "480");
        assert_eq!(whole(scale(2), -5), "-0.05");
        assert_eq!(whole(scale(0), 600), "600");
        assert_eq!(whole(scale(18), 1), "0.000000000000000001");
        let bytes = |value: &[u8]| whole_of(value).unwrap();
        assert_eq!(
            (bytes(&[]), bytes(&[0x01, 0x00]), bytes(&[0xff])),
            ("0".into(), "256".into(), "-1".into())
        );
        assert_eq!(bytes(&[[0x01].as_slice(), &[0; 16]].concat()), "340282366920938463463374607431768211456");
        assert_eq!(bytes(&[0xff; 20]), "-1");
        assert!(whole_of(&[0; 33]).is_err());
        assert_eq!(
            shown(scale(2), |cells| cells.bytes(&ByteArray::from(vec![0x12, 0xd6, 0x87]))),
            "12345.67"
        );
    }

    #[test]
    fn days_and_moments_are_dates_where_a_spreadsheet_has_them() {
        assert_eq!(whole(Shape::Date, 20_484), "2026-01-31");
        assert_eq!(whole(Shape::Date, -25_567), "1900-01-01", "a text: spreadsheets count it otherwise");
        let timestamp = |per_second| Shape::Timestamp { per_second, is_instant: false };
        assert_eq!(whole(timestamp(1_000), 1_769_862_600_000), "2026-01-31 12:30:00");
        assert_eq!(whole(timestamp(1_000_000), 1_769_862_600_123_400), "2026-01-31 12:30:00.1234");
        assert_eq!(whole(timestamp(1_000_000_000), -1), "1969-12-31 23:59:59.999999999");
        assert_eq!(whole(Shape::Time { per_second: 1_000 }, 45_000_500), "12:30:00.5");
        let mut old = Int96::new();
        old.set_data(0xe7ab_9000, 0x0000_28ed, 2_461_072);
        let shown = shown(Shape::OldTimestamp, |cells| cells.old_moment(&old));
        assert!(shown.starts_with("2026-01-31 "), "{shown}");
        for extreme in [i64::MIN, i64::MAX] {
            for shape in [timestamp(1), timestamp(1_000_000_000), Shape::Time { per_second: 1_000 }] {
                assert!(!whole(shape, extreme).is_empty());
            }
        }
    }

    #[test]
    fn ids_are_written_as_ids_are() {
        let id: Vec<u8> = (0..16).collect();
        let id = FixedLenByteArray::from(ByteArray::from(id));
        assert_eq!(shown(Shape::Uuid, |cells| cells.fixed(&id)), "00010203-0405-0607-0809-0a0b0c0d0e0f");
    }

    #[test]
    fn a_long_text_of_many_rows_stands_in_the_block_once() {
        let mut records = Records::default();
        let mut cells = Cells::new(&mut records, Shape::Text, 3);
        let text = ByteArray::from(vec![b'x'; 1_000]);
        let other = ByteArray::from(vec![b'y'; 1_000]);
        for value in [&text, &text, &other] {
            cells.bytes(value).unwrap();
        }
        assert_eq!(cells.all[0], cells.all[1]);
        assert_ne!(cells.all[1], cells.all[2]);
        assert_eq!(records.text().len(), 2_000);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn a_decimal_of_many_bytes_is_the_number_that_one_of_few_is(value in any::<i128>()) {
            let few = value.to_be_bytes();
            let fill = if value < 0 { 0xff } else { 0 };
            let many = [[fill; 9].as_slice(), &few].concat();
            prop_assert_eq!(whole_of(&few).unwrap(), value.to_string());
            prop_assert_eq!(whole_of(&many).unwrap(), value.to_string());
        }
    }
}
