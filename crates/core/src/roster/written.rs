//! What a cell's text says, without what programs put round it on the way.
//!
//! `="600"` keeps a spreadsheet from changing a value, an apostrophe marks text, and web pages write `&amp;` for `&`.
//! Texts are understood without these; the Roster sheet keeps every cell as it came.

use crate::fold::has_byte;
use std::borrow::Cow;

/// How often a text is decoded: some have gone through more than one program.
const DECODED: usize = 3;
/// The longest name between `&` and `;`, in bytes.
const LONGEST_NAME: usize = 10;

/// Returns what a text says.
///
/// Nearly all texts say what they are, and are not copied.
#[must_use]
pub fn meant(text: &str) -> Cow<'_, str> {
    // Each row asks several times; most texts begin with a letter or a digit, and have no `&`.
    let bare = match text.as_bytes().first() {
        Some(first) if first.is_ascii_alphanumeric() => Cow::Borrowed(text),
        _ => without_marks(text),
    };
    if !has_byte(bare.as_bytes(), |byte| byte == b'&') || !bare.contains(';') {
        return bare;
    }
    let mut decoded = bare.into_owned();
    for _ in 0..DECODED {
        let Some(next) = decode(&decoded) else { break };
        decoded = next;
    }
    Cow::Owned(decoded)
}

fn without_marks(text: &str) -> Cow<'_, str> {
    match text.trim_start().as_bytes().first() {
        Some(b'=') => unquoted(text.trim()),
        Some(b'\'') => Cow::Borrowed(without_apostrophe(text.trim())),
        _ => Cow::Borrowed(text),
    }
}

/// Returns what stands in front of the colon of `contoso:ENTERPRISEPACK`; `None` = there is no colon.
pub(super) fn before_colon(text: &str) -> Option<&str> {
    let (before, _) = text.split_once(':')?;
    Some(before.trim_start().strip_prefix("=\"").unwrap_or(before))
}

/// `="600"` is `600`, with each quote in it written twice; any other formula is left as it is.
fn unquoted(text: &str) -> Cow<'_, str> {
    let inner = text.strip_prefix('=').map(str::trim_start);
    let inner = inner.and_then(|rest| rest.strip_prefix('"')).and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(inner) if inner.contains('"') => {
            let single = inner.replace("\"\"", "\u{0}");
            // A quote that stands alone ends the text: then it is a formula with more than one text in it.
            if single.contains('"') { Cow::Borrowed(text) } else { Cow::Owned(single.replace('\u{0}', "\"")) }
        }
        Some(inner) => Cow::Borrowed(inner),
        None => Cow::Borrowed(text),
    }
}

fn without_apostrophe(text: &str) -> &str {
    let rest = text.strip_prefix('\'').unwrap_or(text);
    rest.strip_suffix('\'').unwrap_or(rest)
}

/// Returns the text with each entity as its letter; `None` if there is none.
fn decode(text: &str) -> Option<String> {
    let mut decoded = String::with_capacity(text.len());
    let (mut rest, mut has_any) = (text, false);
    while let Some((before, from)) = rest.split_once('&') {
        decoded.push_str(before);
        if let Some((letter, behind)) = entity(from) {
            decoded.push(letter);
            (rest, has_any) = (behind, true);
        } else {
            decoded.push('&');
            rest = from;
        }
    }
    decoded.push_str(rest);
    has_any.then_some(decoded)
}

/// Returns the letter of the entity that a text begins with, without its `&`, and what stands behind it.
fn entity(text: &str) -> Option<(char, &str)> {
    let end = text.bytes().take(LONGEST_NAME + 1).position(|byte| byte == b';')?;
    let (name, rest) = text.split_at_checked(end)?;
    let letter = match name.strip_prefix('#') {
        Some(number) => {
            let hex = number.strip_prefix(['x', 'X']);
            let number = match hex {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse::<u32>().ok()?,
            };
            char::from_u32(number).filter(|letter| !letter.is_control())?
        }
        None => ENTITIES.iter().find(|(known, _)| *known == name).map(|(_, letter)| *letter)?,
    };
    Some((letter, rest.get(1..)?))
}

/// The entities that names, plans and words may hold. Source: HTML 4, section 24: the signs of its own, blanks, dashes,
/// quotes, and the letters of Latin-1.
const ENTITIES: [(&str, char); 88] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{a0}'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("thinsp", '\u{2009}'),
    ("shy", '\u{ad}'),
    ("ndash", '\u{2013}'),
    ("mdash", '\u{2014}'),
    ("lsquo", '\u{2018}'),
    ("rsquo", '\u{2019}'),
    ("ldquo", '\u{201c}'),
    ("rdquo", '\u{201d}'),
    ("laquo", '\u{ab}'),
    ("raquo", '\u{bb}'),
    ("hellip", '\u{2026}'),
    ("middot", '\u{b7}'),
    ("bull", '\u{2022}'),
    ("copy", '\u{a9}'),
    ("reg", '\u{ae}'),
    ("trade", '\u{2122}'),
    ("deg", '\u{b0}'),
    ("euro", '\u{20ac}'),
    ("Agrave", '\u{c0}'),
    ("Aacute", '\u{c1}'),
    ("Acirc", '\u{c2}'),
    ("Atilde", '\u{c3}'),
    ("Auml", '\u{c4}'),
    ("Aring", '\u{c5}'),
    ("AElig", '\u{c6}'),
    ("Ccedil", '\u{c7}'),
    ("Egrave", '\u{c8}'),
    ("Eacute", '\u{c9}'),
    ("Ecirc", '\u{ca}'),
    ("Euml", '\u{cb}'),
    ("Igrave", '\u{cc}'),
    ("Iacute", '\u{cd}'),
    ("Icirc", '\u{ce}'),
    ("Iuml", '\u{cf}'),
    ("ETH", '\u{d0}'),
    ("Ntilde", '\u{d1}'),
    ("Ograve", '\u{d2}'),
    ("Oacute", '\u{d3}'),
    ("Ocirc", '\u{d4}'),
    ("Otilde", '\u{d5}'),
    ("Ouml", '\u{d6}'),
    ("Oslash", '\u{d8}'),
    ("Ugrave", '\u{d9}'),
    ("Uacute", '\u{da}'),
    ("Ucirc", '\u{db}'),
    ("Uuml", '\u{dc}'),
    ("Yacute", '\u{dd}'),
    ("THORN", '\u{de}'),
    ("szlig", '\u{df}'),
    ("agrave", '\u{e0}'),
    ("aacute", '\u{e1}'),
    ("acirc", '\u{e2}'),
    ("atilde", '\u{e3}'),
    ("auml", '\u{e4}'),
    ("aring", '\u{e5}'),
    ("aelig", '\u{e6}'),
    ("ccedil", '\u{e7}'),
    ("egrave", '\u{e8}'),
    ("eacute", '\u{e9}'),
    ("ecirc", '\u{ea}'),
    ("euml", '\u{eb}'),
    ("igrave", '\u{ec}'),
    ("iacute", '\u{ed}'),
    ("icirc", '\u{ee}'),
    ("iuml", '\u{ef}'),
    ("eth", '\u{f0}'),
    ("ntilde", '\u{f1}'),
    ("ograve", '\u{f2}'),
    ("oacute", '\u{f3}'),
    ("ocirc", '\u{f4}'),
    ("otilde", '\u{f5}'),
    ("ouml", '\u{f6}'),
    ("oslash", '\u{f8}'),
    ("ugrave", '\u{f9}'),
    ("uacute", '\u{fa}'),
    ("ucirc", '\u{fb}'),
    ("uuml", '\u{fc}'),
    ("yacute", '\u{fd}'),
    ("thorn", '\u{fe}'),
    ("yuml", '\u{ff}'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_put_round_a_value_is_none_of_it() {
        for (written, said) in [
            ("480", "480"),
            (" Contoso ", " Contoso "),
            ("=\"0042\"", "0042"),
            (" = \"Contoso\" ", "Contoso"),
            ("=\"Contoso \"\"North\"\"\"", "Contoso \"North\""),
            ("=\"\"", ""),
            ("'480", "480"),
            ("'Contoso'", "Contoso"),
            ("R&amp;D", "R&D"),
            ("R&amp;amp;D", "R&D"),
            ("M&uuml;ller &#38; S&#xF6;hne", "M\u{fc}ller & S\u{f6}hne"),
        ] {
            assert_eq!(meant(written), said, "{written}");
        }
    }

    #[test]
    fn what_only_looks_like_it_is_left_alone() {
        for written in
            ["=A1", "=\"a\"&\"b\"", "=\"a", "AT&T; Ltd", "a & b;", "&nothing;", "&#0;", "&#xD800;", "&", "="]
        {
            assert_eq!(meant(written), written);
        }
    }

    #[test]
    fn the_tenant_stands_before_the_colon() {
        assert_eq!(before_colon("contoso:SPE_E3"), Some("contoso"));
        assert_eq!(before_colon("=\"contoso:SPE_E3\""), Some("contoso"));
        assert_eq!(before_colon("SPE_E3"), None);
    }
}
