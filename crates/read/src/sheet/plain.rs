//! The short way: cells and shared strings written as Excel and most libraries write them, byte for byte.
//!
//! Nearly all cells of nearly all workbooks are of four shapes. They are recognised here without parsing XML; whatever
//! differs in one byte, be it right or wrong, is left to the parser. So nothing is decided here but what the parser
//! would decide alike, and a test compares the two.

use memchr::memchr3;

/// A cell of one of the usual shapes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Plain<'a> {
    /// The cell's `r`.
    pub reference: &'a str,
    pub style: usize,
    pub value: PlainValue<'a>,
}

/// What stands in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum PlainValue<'a> {
    Empty,
    Number(&'a str),
    Shared(&'a str),
    /// Inline or of a formula; without anything that would have to be decoded or trimmed.
    Text(&'a str),
}

/// Returns the shared string that `ahead` begins with, and what stands behind it.
pub(super) fn string(ahead: &str) -> Option<(&str, &str)> {
    let (text, rest) = text(ahead.strip_prefix("<si><t")?)?;
    Some((text, rest.strip_prefix("</t></si>")?))
}

/// Returns the cell that `ahead` begins with, and what stands behind it.
pub(super) fn cell(ahead: &str) -> Option<(Plain<'_>, &str)> {
    let (reference, rest) = quoted(ahead.strip_prefix("<c r=\"")?)?;
    let (style, rest) = match rest.strip_prefix(" s=\"") {
        Some(rest) => {
            let (style, rest) = quoted(rest)?;
            (digits(style)?, rest)
        }
        None => (0, rest),
    };
    let (kind, rest) = match rest.strip_prefix(" t=\"") {
        Some(rest) => quoted(rest)?,
        None => ("n", rest),
    };
    let (value, rest) = match (kind, rest.strip_prefix('>')) {
        ("inlineStr", Some(rest)) => {
            let (text, rest) = text(rest.strip_prefix("<is><t")?)?;
            (PlainValue::Text(text), rest.strip_prefix("</t></is></c>")?)
        }
        ("n" | "s", Some(rest)) => {
            let (value, rest) = value(rest)?;
            let shared = kind == "s";
            (if shared { PlainValue::Shared(value) } else { PlainValue::Number(value) }, rest)
        }
        ("n", None) => (PlainValue::Empty, rest.strip_prefix("/>")?),
        _ => return None,
    };
    Some((Plain { reference, style, value }, rest))
}

/// Returns an attribute's value of at most twelve letters and digits, and what stands behind its quote.
fn quoted(text: &str) -> Option<(&str, &str)> {
    const LIMIT_BYTES: usize = 12;
    let end = text.bytes().take(LIMIT_BYTES + 1).position(|byte| !byte.is_ascii_alphanumeric())?;
    let (value, rest) = text.split_at_checked(end)?;
    Some((value, rest.strip_prefix('"')?)).filter(|_| end > 0)
}

/// Returns a whole number of at most six digits.
fn digits(text: &str) -> Option<usize> {
    let is_number = (1..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

/// Returns what stands between `<v>` and the cell's end: letters, digits, signs and points, whatever they mean.
fn value(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix("<v>")?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+');
    let end = text.bytes().position(|byte| !is_plain(byte)).filter(|end| *end > 0)?;
    let (value, rest) = text.split_at_checked(end)?;
    Some((value, rest.strip_prefix("</v></c>")?))
}

/// Returns the text behind `<t`, up to the next tag.
///
/// None if it has references, line ends that XML changes, an underscore that may begin an escape, or, where white space
/// is not preserved, any at its ends.
fn text(rest: &str) -> Option<(&str, &str)> {
    let (is_kept, rest) = match rest.strip_prefix('>') {
        Some(rest) => (false, rest),
        None => (true, rest.strip_prefix(" xml:space=\"preserve\">")?),
    };
    let end = memchr3(b'<', b'&', b'\r', rest.as_bytes())?;
    let (text, rest) = rest.split_at_checked(end)?;
    let (first, last) = (text.bytes().next()?, text.bytes().next_back()?);
    let is_space = |byte| matches!(byte, b' ' | b'\t' | b'\n');
    let is_trimmed = is_kept || !(is_space(first) || is_space(last));
    let is_plain = rest.starts_with('<') && is_trimmed && memchr::memchr(b'_', text.as_bytes()).is_none();
    is_plain.then_some((text, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_shapes_are_recognised() {
        let plain = |style, value| Some((Plain { reference: "B7", style, value }, "<c"));
        for (text, wanted) in [
            ("<c r=\"B7\" t=\"s\"><v>12</v></c><c", plain(0, PlainValue::Shared("12"))),
            ("<c r=\"B7\" s=\"3\"><v>-1.5E-7</v></c><c", plain(3, PlainValue::Number("-1.5E-7"))),
            ("<c r=\"B7\" t=\"n\"><v>480</v></c><c", plain(0, PlainValue::Number("480"))),
            ("<c r=\"B7\" s=\"1\"/><c", plain(1, PlainValue::Empty)),
            (
                "<c r=\"B7\" t=\"inlineStr\"><is><t>a b\u{e4}</t></is></c><c",
                plain(0, PlainValue::Text("a b\u{e4}")),
            ),
            (
                "<c r=\"B7\" t=\"inlineStr\"><is><t xml:space=\"preserve\"> a\n</t></is></c><c",
                plain(0, PlainValue::Text(" a\n")),
            ),
        ] {
            assert_eq!(cell(text), wanted, "{text}");
        }
        assert_eq!(string("<si><t>a</t></si><si>"), Some(("a", "<si>")));
    }

    #[test]
    fn whatever_else_is_left_to_the_parser() {
        for text in [
            "<c r='B7'><v>1</v></c>",
            "<x:c r=\"B7\"><v>1</v></c>",
            "<c r=\"B7\" t=\"s\" s=\"1\"><v>1</v></c>",
            "<c r=\"B7\"><v></v></c>",
            "<c r=\"B7\"><v> 1</v></c>",
            "<c r=\"B7\"><f>A1</f><v>1</v></c>",
            "<c r=\"B7\"><v>1</v><v>2</v></c>",
            "<c r=\"B7\" t=\"b\"><v>1</v></c>",
            "<c r=\"B7\" t=\"inlineStr\"><is><t>a&amp;b</t></is></c>",
            "<c r=\"B7\" t=\"inlineStr\"><is><t> a</t></is></c>",
            "<c r=\"B7\" t=\"inlineStr\"><is><t>a\r</t></is></c>",
            "<c r=\"B7\" t=\"inlineStr\"><is><t>_x0041_</t></is></c>",
            "<c r=\"B7\" t=\"inlineStr\"><is><r><t>a</t></r></is></c>",
            "<c r=\"B7\" t=\"inlineStr\"><is><t></t></is></c>",
            "<c r=\"B7\" t=\"inlineStr\"><is><t>a",
            "<c r=\"\"><v>1</v></c>",
            "<c r=\"B7",
        ] {
            assert_eq!(cell(text), None, "{text}");
        }
    }
}
