//! Well-formed XML: what the parser leaves unchecked.

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;
use std::borrow::Cow;

/// What is wrong with a text as XML, or as what it should hold; ends a sentence that names the part or cell.
pub(crate) type Harm = String;

/// Elements in one another; a workbook has a dozen, and each costs memory.
pub(super) const DEPTH: u32 = 256;
/// Attributes of one tag; a workbook has two dozen, and each is compared with all before it.
const ATTRIBUTES: usize = 64;

/// The outline of a document: one root, closed again, and nothing that needs a document type.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outline {
    /// Elements that are open.
    pub depth: u32,
    has_root: bool,
    has_begun: bool,
}

impl Outline {
    /// Looks at the next event; at the end, `Event::Eof`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn see(&mut self, event: &Event<'_>) -> Result<(), Harm> {
        match event {
            Event::Start(tag) | Event::Empty(tag) => {
                if self.depth == 0 && self.has_root {
                    return Err("it contains two documents in one (a second root element)".to_owned());
                }
                self.has_root = true;
                self.depth += u32::from(matches!(event, Event::Start(_)));
                check_attributes(tag)?;
                if self.depth > DEPTH {
                    return Err(format!(
                        "it is nested deeper than any workbook (more than {DEPTH} elements in one another)"
                    ));
                }
            }
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::Text(text) if self.depth == 0 && !is_space(text) => return Err(outside()),
            Event::CData(_) | Event::GeneralRef(_) if self.depth == 0 => return Err(outside()),
            Event::GeneralRef(reference) => {
                resolve(reference)?;
            }
            Event::DocType(_) => {
                return Err("it contains instructions that no workbook needs (a document type)".to_owned());
            }
            Event::Decl(_) if self.has_begun => {
                return Err("it contains two documents in one (a second XML declaration)".to_owned());
            }
            Event::Decl(declaration) => {
                let encoding = declaration.encoding().transpose().map_err(|error| error.to_string())?;
                let encoding = encoding.unwrap_or(Cow::Borrowed("utf-8"));
                let known = ["utf-8", "utf8", "us-ascii"];
                if !known.iter().any(|known| known.eq_ignore_ascii_case(&encoding)) {
                    return Err(crate::package::NOT_UTF8.to_owned());
                }
            }
            Event::Eof if self.depth > 0 || !self.has_root => return Err(broken_off()),
            _ => {}
        }
        self.has_begun = true;
        Ok(())
    }
}

pub(super) fn broken_off() -> Harm {
    "its text ends too early".to_owned()
}

fn outside() -> Harm {
    "there is text where none belongs (outside the root element)".to_owned()
}

/// Returns what an XML parser's error means to a person.
pub(crate) fn malformed(error: &quick_xml::Error) -> Harm {
    format!("its text cannot be understood (XML: {error})")
}

/// Returns whether a text is nothing but the white space of XML.
pub(super) fn is_space(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

/// Returns a text without the white space of XML at its ends.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

/// Returns the character or characters that a reference stands for.
///
/// # Errors
/// If it is none of the five that XML knows, and no character's number.
pub(crate) fn resolve(reference: &BytesRef<'_>) -> Result<Cow<'static, str>, Harm> {
    if let Some(known) = resolve_xml_entity(reference) {
        return Ok(Cow::Borrowed(known));
    }
    match reference.resolve_char_ref() {
        Ok(Some(character)) => Ok(Cow::Owned(character.to_string())),
        _ => Err(format!("it contains an unknown entity (`&{};`)", crate::diagnostic::excerpt(reference))),
    }
}

/// Returns the attributes of a tag.
///
/// # Errors
/// In place of an attribute that is not written well, or stands there twice, or is one too many.
pub(super) fn attributes<'a>(tag: &'a BytesStart<'_>) -> impl Iterator<Item = Result<Attribute<'a>, Harm>> {
    tag.attributes().take(ATTRIBUTES + 1).enumerate().map(|(index, found)| {
        if index == ATTRIBUTES {
            return Err(format!(
                "an element has more attributes than any program writes (over {ATTRIBUTES})"
            ));
        }
        found.map_err(|error| malformed(&error.into()))
    })
}

/// Returns an attribute's value, decoded.
///
/// # Errors
/// If there is a reference in it that stands for nothing.
pub(crate) fn value<'a>(found: &Attribute<'a>) -> Result<Cow<'a, str>, Harm> {
    found.normalized_value(XmlVersion::Explicit1_0).map_err(|error| malformed(&error))
}

/// Checks that all attributes of a tag are written well, each once.
pub(super) fn check_attributes(tag: &BytesStart<'_>) -> Result<(), Harm> {
    attributes(tag).try_for_each(|found| found.map(|_| ()))
}

/// Returns the attributes of these names, in the order of the names, of a tag that [`Outline::see`] has looked at: they
/// are gone through once, and nothing of what it checks is checked again.
///
/// # Errors
/// If they are not written well.
pub(crate) fn named<'a, const COUNT: usize>(
    tag: &'a BytesStart<'_>,
    names: [&str; COUNT],
) -> Result<[Option<Attribute<'a>>; COUNT], Harm> {
    let mut wanted = [const { None }; COUNT];
    for found in tag.attributes().with_checks(false) {
        let found = found.map_err(|error| malformed(&error.into()))?;
        let name = found.key.as_ref();
        if let Some((_, place)) = names.iter().zip(&mut wanted).find(|(known, _)| **known == name) {
            *place = Some(found);
        }
    }
    Ok(wanted)
}

/// Returns the value of the attribute of this name; one with a prefix has another meaning.
///
/// # Errors
/// If the attributes before it are not written well, or its value is not.
pub(crate) fn attribute(tag: &BytesStart<'_>, wanted: &str) -> Result<Option<String>, Harm> {
    find(tag, &|found| found.key.as_ref() == wanted)
}

/// Returns the value of the attribute of this name behind a prefix, whatever that is; one without comes second.
///
/// # Errors
/// Those of [`attribute`].
pub(crate) fn prefixed(tag: &BytesStart<'_>, wanted: &str) -> Result<Option<String>, Harm> {
    let behind =
        |found: &Attribute<'_>| found.key.prefix().is_some() && found.key.local_name().as_ref() == wanted;
    find(tag, &behind)?.map_or_else(|| attribute(tag, wanted), |found| Ok(Some(found)))
}

fn find(tag: &BytesStart<'_>, is_wanted: &dyn Fn(&Attribute<'_>) -> bool) -> Result<Option<String>, Harm> {
    for found in attributes(tag) {
        let found = found?;
        if is_wanted(&found) {
            return Ok(Some(value(&found)?.into_owned()));
        }
    }
    Ok(None)
}

/// Goes through a small document: `see` is told of each element as it begins, with the name of the element around it.
///
/// # Errors
/// What is wrong with it, or what `see` returns.
pub(crate) fn walk(
    text: &str,
    see: &mut dyn FnMut(&str, &BytesStart<'_>) -> Result<(), Harm>,
) -> Result<(), Harm> {
    let mut reader = Reader::from_str(text);
    let mut outline = Outline::default();
    let mut around: Vec<String> = Vec::new();
    loop {
        let event = reader.read_event().map_err(|error| malformed(&error))?;
        outline.see(&event)?;
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                see(around.last().map_or("", String::as_str), tag)?;
                if matches!(event, Event::Start(_)) {
                    around.push(tag.local_name().as_ref().to_owned());
                }
            }
            Event::End(_) => {
                around.pop();
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Result<Vec<String>, Harm> {
        let mut names = Vec::new();
        walk(text, &mut |around, tag| {
            names.push(format!("{around}/{}", tag.local_name().as_ref()));
            Ok(())
        })?;
        Ok(names)
    }

    #[test]
    fn elements_come_with_the_one_around_them() {
        let text = "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<!-- <!DOCTYPE x> --><a><x:b c=\"&lt;\"/><d>&#65;&amp;</d></a>\n";
        assert_eq!(names(text).unwrap(), ["/a", "a/b", "a/d"]);
    }

    #[test]
    fn what_is_no_sound_document_is_refused() {
        for text in [
            "",
            "text",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<a/>text",
            "<!DOCTYPE a><a/>",
            "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
            "<a>&b;</a>",
            "<a>&#0;</a>",
            "<a b=\"1\" b=\"2\"/>",
            "<a b/>",
            "<a><?xml version=\"1.0\"?></a>",
            "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>",
            "<a><!-- </a>",
            "<a><![CDATA[</a>",
        ] {
            assert!(names(text).is_err(), "{text}");
        }
        assert!(names(&"<a>".repeat(100_000)).is_err());
        let named = |index: u32| format!(" a{index}=\"\"");
        let many: String = (0..100_000).map(named).collect();
        assert!(names(&format!("<a{many}/>")).is_err());
    }

    #[test]
    fn an_attribute_is_found_by_its_whole_name_or_behind_a_prefix() {
        let seen = |text: &str| {
            let mut found = (None, None);
            walk(text, &mut |_, tag| {
                found = (attribute(tag, "id")?, prefixed(tag, "id")?);
                Ok(())
            })
            .map(|()| found)
        };
        let found = |text: &str| Some(text.to_owned());
        assert_eq!(seen("<a r:id='x&amp;&#65;' n=\"1\"/>"), Ok((None, found("x&A"))));
        assert_eq!(seen("<a id='1' r:id='2'/>"), Ok((found("1"), found("2"))));
        assert_eq!(seen("<a r:id='2' id='1'/>"), Ok((found("1"), found("2"))));
        assert_eq!(seen("<a id='1'/>"), Ok((found("1"), found("1"))));
        assert_eq!(seen("<a/>"), Ok((None, None)));
        assert!(seen("<a id='&x;'/>").is_err());
    }

    #[test]
    fn attributes_come_in_the_order_of_the_names_they_were_asked_for_by() {
        let mut texts = Vec::new();
        walk("<a r:id='3' n='x&amp;y' id='1'/>", &mut |_, tag| {
            for found in named(tag, ["id", "none", "n"])? {
                texts.push(found.as_ref().map(value).transpose()?.map(Cow::into_owned));
            }
            Ok(())
        })
        .unwrap();
        assert_eq!(texts, [Some("1".to_owned()), None, Some("x&y".to_owned())]);
    }
}
