//! Text as JSON writes it (RFC 8259, 7).

use crate::fold::has_byte;

/// Appends a text with its quotes; any text can stand in them.
pub fn push_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    // Most texts have nothing to escape.
    let is_special = |byte: u8| (byte < 0x20) | matches!(byte, b'"' | b'\\');
    if has_byte(text.as_bytes(), is_special) {
        text.bytes().for_each(|byte| push_byte(out, byte));
    } else {
        out.extend_from_slice(text.as_bytes());
    }
    out.push(b'"');
}

fn push_byte(out: &mut Vec<u8>, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0..0x20 => {
            out.extend_from_slice(b"\\u00");
            let digits = [byte >> 4, byte & 15].map(|digit| DIGITS.get(usize::from(digit)).copied());
            return out.extend(digits.into_iter().flatten());
        }
        _ => return out.push(byte),
    };
    out.extend([b'\\', short]);
}

/// Returns a list of texts; `None` is `null`.
#[must_use]
pub fn list<'a>(texts: impl Iterator<Item = Option<std::borrow::Cow<'a, str>>>) -> String {
    let mut out = vec![b'['];
    for (index, text) in texts.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        match text {
            Some(text) => push_text(&mut out, &text),
            None => out.extend_from_slice(b"null"),
        }
    }
    out.push(b']');
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_reads_back() {
        let every: String = (0..0x300).filter_map(char::from_u32).collect();
        for text in ["", "Contoso", "a\"b\\c", "\u{2028}\u{1f600}\u{ffff}", &every] {
            let mut out = Vec::new();
            push_text(&mut out, text);
            let found: String = serde_json::from_slice(&out).unwrap();
            assert_eq!(found, text);
        }
    }

    #[test]
    fn a_list_holds_texts_and_gaps() {
        let texts = [Some("far"), None, Some("o\"ut")].map(|text| text.map(Into::into));
        assert_eq!(list(texts.into_iter()), r#"["far",null,"o\"ut"]"#);
        assert_eq!(list(std::iter::empty()), "[]");
    }
}
