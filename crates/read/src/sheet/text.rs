//! Texts of cells: plain or rich, inline or shared.

use super::xml::{DEPTH, Harm, broken_off, check_attributes, is_space, malformed, resolve, trimmed};
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// A reader over a slice of a part.
pub(super) type Slice<'a> = Reader<&'a [u8]>;

/// Returns the next event.
///
/// # Errors
/// If the text is no well-formed XML, or declares a document type.
pub(super) fn next<'a>(xml: &mut Slice<'a>) -> Result<Event<'a>, Harm> {
    match xml.read_event().map_err(|error| malformed(&error))? {
        Event::DocType(_) => {
            Err("it contains instructions that no workbook needs (a document type)".to_owned())
        }
        Event::Decl(_) => Err("it contains two documents in one (a second XML declaration)".to_owned()),
        event => Ok(event),
    }
}

/// Passes over white space between elements, and returns what is left of `block`, the whole text of `xml`.
///
/// To be called between elements only, where the reader stands at the text behind a tag; a start of the result may then
/// be taken out of the reader's hands.
pub(super) fn ahead<'a>(xml: &mut Slice<'a>, block: &'a str) -> &'a str {
    let rest = xml.get_mut();
    while let Some((b' ' | b'\t' | b'\r' | b'\n', next)) = rest.split_first() {
        *rest = next;
    }
    block.get(block.len() - rest.len()..).unwrap_or_default()
}

/// Returns whether an event between elements may be passed over: white space, a comment, an instruction.
pub(super) fn is_idle(event: &Event<'_>) -> bool {
    match event {
        Event::Text(text) => is_space(text),
        Event::Comment(_) | Event::PI(_) => true,
        _ => false,
    }
}

/// Returns what an event should not stand there for.
pub(super) fn unexpected(event: &Event<'_>) -> Harm {
    match event {
        Event::Start(tag) | Event::Empty(tag) => {
            format!(
                "it contains something that does not belong there (element `{}`)",
                crate::diagnostic::excerpt(tag.name().as_ref())
            )
        }
        Event::Eof => broken_off(),
        _ => "there is text between its elements".to_owned(),
    }
}

/// Passes over the element that has just begun, whatever is in it.
///
/// # Errors
/// If it is not well-formed.
pub(super) fn skip(xml: &mut Slice<'_>) -> Result<(), Harm> {
    let mut depth = 1_u32;
    while depth > 0 {
        match next(xml)? {
            Event::Start(tag) => {
                check_attributes(&tag)?;
                depth += 1;
                if depth > DEPTH {
                    return Err(format!(
                        "it is nested deeper than any workbook (more than {DEPTH} elements in one another)"
                    ));
                }
            }
            Event::Empty(tag) => check_attributes(&tag)?,
            Event::GeneralRef(reference) => {
                resolve(&reference)?;
            }
            Event::End(_) => depth -= 1,
            Event::Eof => return Err(broken_off()),
            _ => {}
        }
    }
    Ok(())
}

/// Adds the text of the element that has just begun; line ends become line feeds, as XML demands.
///
/// # Errors
/// If there is an element in it, or a reference that stands for nothing.
pub(super) fn content(xml: &mut Slice<'_>, into: &mut String) -> Result<(), Harm> {
    loop {
        match next(xml)? {
            Event::Text(text) => into.push_str(&text.xml10_content()),
            Event::CData(text) => into.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => into.push_str(&resolve(&reference)?),
            Event::End(_) => return Ok(()),
            Event::Comment(_) | Event::PI(_) => {}
            event => return Err(unexpected(&event)),
        }
    }
}

/// Adds the text of the `<si>` or `<is>` that has just begun: its `<t>`, or those of its runs; phonetic hints are none
/// of it. Returns whether it looks like a number and some of it is struck out or raised, so that its digits may not
/// belong together.
///
/// # Errors
/// If there is anything else in it.
pub(super) fn item(xml: &mut Slice<'_>, into: &mut String) -> Result<bool, Harm> {
    let (begin, mut is_in_run, mut is_restyled) = (into.len(), false, false);
    loop {
        let event = next(xml)?;
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                check_attributes(tag)?;
                let is_empty = matches!(event, Event::Empty(_));
                match tag.local_name().as_ref() {
                    "t" if !is_empty => text(xml, tag, into)?,
                    "t" => {}
                    "r" if !is_in_run => is_in_run = !is_empty,
                    "rPr" if !is_empty => is_restyled |= restyles(xml)?,
                    "rPr" | "rPh" | "phoneticPr" | "extLst" if is_empty => {}
                    "rPh" | "phoneticPr" | "extLst" => skip(xml)?,
                    _ => return Err(unexpected(&event)),
                }
            }
            Event::End(_) if is_in_run => is_in_run = false,
            Event::End(_) => return Ok(is_restyled && is_number(into.get(begin..).unwrap_or_default())),
            other if is_idle(other) => {}
            _ => return Err(unexpected(&event)),
        }
    }
}

/// Passes over the properties of a run that have just begun; returns whether they strike it out or raise it.
fn restyles(xml: &mut Slice<'_>) -> Result<bool, Harm> {
    let (mut depth, mut restyles) = (1_u32, false);
    while depth > 0 {
        let event = next(xml)?;
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                check_attributes(tag)?;
                let value = tag.try_get_attribute("val").map_err(|error| malformed(&error.into()))?;
                let value = value.as_ref().map(|value| &*value.value);
                restyles |= match tag.local_name().as_ref() {
                    "strike" => !matches!(value, Some("0" | "false")),
                    "vertAlign" => matches!(value, Some("superscript" | "subscript")),
                    _ => false,
                };
                depth += u32::from(matches!(event, Event::Start(_)));
                if depth > DEPTH {
                    return Err("the properties of a text are nested too deeply".to_owned());
                }
            }
            Event::GeneralRef(reference) => {
                resolve(reference)?;
            }
            Event::End(_) => depth -= 1,
            Event::Eof => return Err(broken_off()),
            _ => {}
        }
    }
    Ok(restyles)
}

/// Digits, blanks and signs.
fn is_number(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit()) && !text.contains(char::is_alphabetic)
}

/// Adds the text of a `<t>`; white space at its ends counts only where it is said to be preserved, as in Excel.
fn text(xml: &mut Slice<'_>, tag: &BytesStart<'_>, into: &mut String) -> Result<(), Harm> {
    let space = tag.try_get_attribute("xml:space").map_err(|error| malformed(&error.into()))?;
    let is_kept = space.is_some_and(|space| &*space.value == "preserve");
    let mut text = String::new();
    content(xml, &mut text)?;
    unescape(if is_kept { &text } else { trimmed(&text) }, into);
    Ok(())
}

/// Adds a text with every `_xHHHH_` as the character that it stands for.
///
/// Excel writes so what XML has no room for, and the underscore of a text that looks alike (`_x005F_`). The digits are
/// a unit of UTF-16; half a pair becomes U+FFFD. Anything that only resembles an escape stays.
pub(super) fn unescape(text: &str, into: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        into.push_str(before);
        let Some(unit) = escaped(from) else {
            into.push('_');
            rest = from.get(1..).unwrap_or_default();
            continue;
        };
        rest = from.get(ESCAPE_BYTES..).unwrap_or_default();
        let low = if (0xd800..0xdc00).contains(&unit) { escaped(rest) } else { None };
        let low = low.filter(|low| (0xdc00..0xe000).contains(low));
        if low.is_some() {
            rest = rest.get(ESCAPE_BYTES..).unwrap_or_default();
        }
        let decoded = char::decode_utf16(std::iter::once(unit).chain(low)).next();
        into.push(decoded.and_then(Result::ok).unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    into.push_str(rest);
}

/// `_x0041_`.
const ESCAPE_BYTES: usize = 7;

/// Returns the unit of UTF-16 that an escape at the start of the text stands for.
fn escaped(text: &str) -> Option<u16> {
    let digits = text.get(..ESCAPE_BYTES)?.strip_prefix("_x")?.strip_suffix('_')?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if is_hex { u16::from_str_radix(digits, 16).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, Harm> {
        restyled(text).map(|(text, _)| text)
    }

    fn restyled(text: &str) -> Result<(String, bool), Harm> {
        let mut xml = Reader::from_str(text);
        next(&mut xml)?;
        let mut into = String::new();
        let is_restyled = item(&mut xml, &mut into)?;
        Ok((into, is_restyled))
    }

    #[test]
    fn digits_that_are_struck_out_or_raised_are_told() {
        let run = |properties: &str, text: &str| format!("<r><rPr>{properties}</rPr><t>{text}</t></r>");
        for (first, text, wanted) in [
            ("<strike/>", "480", true),
            ("<b/><strike val=\"1\"/><sz val=\"11\"/>", "480", true),
            ("<vertAlign val=\"superscript\"/>", "1", true),
            ("<vertAlign val=\"subscript\"/>", "1", true),
            ("<strike val=\"0\"/>", "480", false),
            ("<vertAlign val=\"baseline\"/><b/>", "4", false),
            ("<strike/>", "Contoso", false),
        ] {
            let item = format!("<si>{}<r><t>20</t></r></si>", run(first, text));
            assert_eq!(restyled(&item), Ok((format!("{text}20"), wanted)), "{item}");
        }
    }

    #[test]
    fn plain_and_rich_texts_are_read_without_their_phonetic_hints() {
        for (text, wanted) in [
            ("<si><t>Contoso</t></si>", "Contoso"),
            ("<x:si xmlns:x=\"m\"><x:t>Contoso</x:t></x:si>", "Contoso"),
            (
                "<si><r><rPr><b/></rPr><t xml:space=\"preserve\">Con </t></r><r><t>toso</t></r></si>",
                "Con toso",
            ),
            (
                "<si><t>\u{6771}</t><rPh sb=\"0\" eb=\"1\"><t>a</t></rPh><phoneticPr fontId=\"1\"/></si>",
                "\u{6771}",
            ),
            ("<si><t> a </t></si>", "a"),
            ("<si><t xml:space=\"preserve\"> a\r\nb\r </t></si>", " a\nb\n "),
            ("<si><t>a&amp;b&#x41;<![CDATA[<c>]]><!-- no --><?no?>d</t></si>", "a&bA<c>d"),
            ("<si>\n  <t>a</t>\n</si>", "a"),
            ("<si><t/></si>", ""),
            ("<si></si>", ""),
            (
                "<si><t>a_x000D_b_x005F_x0041__X0041__xD83D__xDE00__xD83D__x00</t></si>",
                "a\rb_x0041__X0041_\u{1f600}\u{fffd}_x00",
            ),
        ] {
            assert_eq!(read(text), Ok(wanted.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for text in [
            "<si>a</si>",
            "<si><t>a<b/></t></si>",
            "<si><t>&nbsp;</t></si>",
            "<si><t>a</si>",
            "<si><b/></si>",
            "<si><r><r><t>a</t></r></r></si>",
            "<si><t>a",
            "<si><!DOCTYPE a></si>",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
