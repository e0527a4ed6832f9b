//! A look at an XML part as its bytes go by, for what would hurt the parser behind the gate.
//!
//! No tree, no names spaces, no entities: only where tags begin and end, how long a cell gets, and the few
//! attributes that calamine trusts.

mod cell;

use cell::CellCheck;

/// A longer tag, text or cell is made to hurt: Excel's cells hold 32,767 characters, at most seven bytes each when
/// written as `_x0000_`, and formatting in between.
const CELL_BYTES: u64 = 4 * 1024 * 1024;
/// Tags whose attributes are looked at are short.
const TAG_BYTES: usize = 64 * 1024;
/// `XFD1048576`, the last cell there is. calamine counts in 32 bits without a check.
const REFERENCE_BYTES: usize = 10;
/// Strings a workbook may share: as many as fill the largest sheet with sixteen columns of them.
const STRINGS: u64 = 16 * 1_048_576;
/// Cell styles: Excel allows 65,490, and as many named ones. Each costs calamine hundreds of bytes.
const STYLES: u64 = 2 * 65_490;
/// `<si/>`, the shortest shared string, has five bytes; four leave room for a count that is off.
const BYTES_PER_STRING: u64 = 4;

/// What is wrong with a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Harm {
    Damaged(String),
    TooLarge(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Text,
    Name,
    Tag,
    Quoted(u8),
    Comment,
    Cdata,
}

/// Reads one part; feed it all bytes, then ask [`XmlCheck::finish`].
#[derive(Debug)]
pub(super) struct XmlCheck {
    state: State,
    position: u64,
    token_start: u64,
    cell_start: Option<u64>,
    name: Vec<u8>,
    tag: Vec<u8>,
    is_kept: bool,
    cell: CellCheck,
    /// Whether some cell has a formula without a value.
    pub is_uncalculated: bool,
    last_two: [u8; 2],
    strings: u64,
    styles: u64,
    promised_strings: u64,
}

impl XmlCheck {
    pub(super) fn new() -> Self {
        Self {
            state: State::Text,
            position: 0,
            token_start: 0,
            cell_start: None,
            name: Vec::with_capacity(16),
            tag: Vec::new(),
            is_kept: false,
            cell: CellCheck::default(),
            is_uncalculated: false,
            last_two: [0; 2],
            strings: 0,
            styles: 0,
            promised_strings: 0,
        }
    }

    /// Looks at the next bytes.
    pub(super) fn feed(&mut self, chunk: &[u8]) -> Result<(), Harm> {
        if chunk.contains(&0) {
            return Err(Harm::Damaged("it is not written in UTF-8".to_owned()));
        }
        let mut rest = chunk;
        while let Some((byte, next)) = rest.split_first() {
            self.step(*byte)?;
            self.position += 1;
            self.last_two = [self.last_two[1], *byte];
            rest = next;
            if self.state == State::Text && !self.cell.is_in_value() {
                let skip = rest.iter().position(|byte| *byte == b'<').unwrap_or(rest.len());
                self.position += skip as u64;
                rest = rest.get(skip..).unwrap_or_default();
            }
        }
        self.check_length()
    }

    /// Looks at what only the whole part can tell.
    pub(super) fn finish(&self) -> Result<(), Harm> {
        if self.promised_strings > self.position / BYTES_PER_STRING {
            let promised = self.promised_strings;
            return Err(Harm::Damaged(format!(
                "it promises {promised} shared strings, more than it has room for"
            )));
        }
        Ok(())
    }

    fn step(&mut self, byte: u8) -> Result<(), Harm> {
        match self.state {
            State::Text => return self.text(byte),
            State::Name => return self.name(byte),
            State::Quoted(quote) => {
                self.keep(byte)?;
                if byte == quote {
                    self.state = State::Tag;
                }
            }
            State::Tag => match byte {
                b'>' => return self.tag_end(),
                b'"' | b'\'' => {
                    self.state = State::Quoted(byte);
                    self.keep(byte)?;
                }
                _ => self.keep(byte)?,
            },
            State::Comment if byte == b'>' && self.last_two == *b"--" => self.state = State::Text,
            State::Cdata if byte == b'>' && self.last_two == *b"]]" => self.state = State::Text,
            State::Comment | State::Cdata => {}
        }
        Ok(())
    }

    fn text(&mut self, byte: u8) -> Result<(), Harm> {
        if byte == b'<' {
            self.check_length()?;
            self.token_start = self.position;
            self.name.clear();
            self.state = State::Name;
        } else if self.cell.is_in_value() {
            self.cell.text(byte)?;
        }
        Ok(())
    }

    fn name(&mut self, byte: u8) -> Result<(), Harm> {
        match byte {
            b'>' => {
                self.named()?;
                return self.tag_end();
            }
            b' ' | b'\t' | b'\r' | b'\n' => {
                self.named()?;
                self.state = State::Tag;
            }
            // A namespace prefix; calamine ignores it too.
            b':' => self.name.retain(|byte| *byte == b'/'),
            b'/' if !self.name.is_empty() => {
                self.named()?;
                self.state = State::Tag;
            }
            _ if self.name.len() < self.name.capacity() => self.name.push(byte),
            _ => {}
        }
        match self.name.as_slice() {
            b"!--" | b"![CDATA[" if self.cell.is_in_value() => return Err(CellCheck::harm()),
            b"!--" => self.state = State::Comment,
            b"![CDATA[" => self.state = State::Cdata,
            b"!D" | b"!E" => return Err(Harm::Damaged("it declares a document type".to_owned())),
            _ => {}
        }
        Ok(())
    }

    fn named(&mut self) -> Result<(), Harm> {
        self.tag.clear();
        self.is_kept = matches!(self.name.as_slice(), b"c" | b"row" | b"sst" | b"dimension" | b"?xml");
        if self.cell_start.is_some() {
            self.cell.named(&self.name)?;
            self.is_uncalculated |= self.name == b"/c" && self.cell.is_uncalculated();
        }
        match self.name.as_slice() {
            b"c" | b"si" => {
                self.cell_start = Some(self.position);
                self.cell = CellCheck::default();
            }
            b"/c" | b"/si" | b"/sheetData" => self.cell_start = None,
            _ => {}
        }
        self.strings += u64::from(self.name == b"si");
        self.styles += u64::from(self.name == b"xf");
        if self.strings > STRINGS {
            return Err(Harm::TooLarge(format!("it has more than {STRINGS} shared strings")));
        }
        if self.styles > STYLES {
            return Err(Harm::TooLarge(format!("it has more than {STYLES} cell styles")));
        }
        Ok(())
    }

    fn keep(&mut self, byte: u8) -> Result<(), Harm> {
        if self.is_kept {
            self.tag.push(byte);
            if self.tag.len() > TAG_BYTES {
                return Err(Harm::TooLarge("a tag in it is too long".to_owned()));
            }
        }
        Ok(())
    }

    fn tag_end(&mut self) -> Result<(), Harm> {
        self.state = State::Text;
        let is_empty = self.last_two[1] == b'/';
        if is_empty && matches!(self.name.as_slice(), b"c" | b"si") {
            self.cell_start = None;
        }
        let is_value = self.name == b"v" && !is_empty && self.cell_start.is_some();
        self.cell.value_bytes = is_value.then_some(0);
        if !self.is_kept {
            return Ok(());
        }
        let tag = String::from_utf8_lossy(&self.tag).into_owned();
        match self.name.as_slice() {
            b"c" => {
                self.cell = CellCheck::of(attribute(&tag, "t"));
                check_reference(attribute(&tag, "r"))
            }
            b"row" => check_reference(attribute(&tag, "r")),
            b"dimension" => check_dimension(attribute(&tag, "ref").unwrap_or_default()),
            b"sst" => {
                let promised = attribute(&tag, "uniqueCount").and_then(|count| count.trim().parse().ok());
                self.promised_strings = self.promised_strings.max(promised.unwrap_or(0));
                Ok(())
            }
            _ => check_encoding(&tag),
        }
    }

    fn check_length(&self) -> Result<(), Harm> {
        let start = self.cell_start.unwrap_or(self.token_start);
        if self.position.saturating_sub(start.min(self.token_start)) > CELL_BYTES {
            return Err(Harm::TooLarge("a cell or tag in it is longer than 4 MiB".to_owned()));
        }
        Ok(())
    }
}

/// Returns the value of an attribute as it stands between its quotes.
fn attribute<'a>(tag: &'a str, wanted: &str) -> Option<&'a str> {
    let mut rest = tag;
    while let Some((name, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let quote = after.chars().next().filter(|first| matches!(first, '"' | '\''))?;
        let (value, next) = after.get(1..)?.split_once(quote)?;
        if name.trim() == wanted {
            return Some(value);
        }
        rest = next;
    }
    None
}

fn check_reference(reference: Option<&str>) -> Result<(), Harm> {
    let is_fine = reference.is_none_or(|text| {
        let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
        text.len() <= REFERENCE_BYTES && letters <= 3 && text.len() - letters <= 7
    });
    if is_fine { Ok(()) } else { Err(Harm::Damaged("a cell in it has an impossible address".to_owned())) }
}

/// calamine subtracts the corners without a check; nothing else of the range is used.
fn check_dimension(range: &str) -> Result<(), Harm> {
    let corners: Vec<&str> = range.split(':').collect();
    corners.iter().try_for_each(|corner| check_reference(Some(corner)))?;
    let [first, last] = corners.as_slice() else { return Ok(()) };
    let place = |corner: &str| {
        let letters: String = corner.chars().take_while(char::is_ascii_alphabetic).collect();
        let row = corner.get(letters.len()..).and_then(|digits| digits.parse::<u64>().ok());
        (letters.len(), letters.to_ascii_uppercase(), row)
    };
    let ((long, letters, row), (last_long, last_letters, last_row)) = (place(first), place(last));
    if row <= last_row && (long, letters) <= (last_long, last_letters) {
        return Ok(());
    }
    Err(Harm::Damaged("its dimension runs backwards".to_owned()))
}

fn check_encoding(declaration: &str) -> Result<(), Harm> {
    let encoding = attribute(declaration, "encoding").unwrap_or("utf-8");
    let is_known = ["utf-8", "utf8", "us-ascii"].iter().any(|known| known.eq_ignore_ascii_case(encoding));
    if is_known { Ok(()) } else { Err(Harm::Damaged("it is not written in UTF-8".to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<(), Harm> {
        let by_byte = || {
            let mut check = XmlCheck::new();
            text.as_bytes().iter().try_for_each(|byte| check.feed(&[*byte]))?;
            check.finish()
        };
        let mut whole = XmlCheck::new();
        let seen = whole.feed(text.as_bytes()).and_then(|()| whole.finish());
        assert_eq!(seen, by_byte());
        seen
    }

    #[test]
    fn a_sheet_as_excel_writes_it_passes() {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n<worksheet><dimension ref=\"A1:C3\"/><sheetData><row r=\"1\"><c r=\"A1\" t=\"n\"><v>1</v></c><c r=\"XFD1048576\"/></row></sheetData></worksheet>";
        assert_eq!(check(text), Ok(()));
    }

    #[test]
    fn text_that_looks_like_a_tag_passes() {
        assert_eq!(
            check("<c t=\"inlineStr\"><v>a</v><is><t>a &amp; b</t></is></c><c><f>A1</f><v/></c><v>&#48;</v>"),
            Ok(())
        );
        assert_eq!(check("<c t=\"str\"><f>A1</f><v>+1 &amp; r=\"AAAAAAAAAAAAAAAA\" DOCTYPE</v></c>"), Ok(()));
        assert_eq!(check("<!-- <!DOCTYPE x> --><a><![CDATA[<c r=\"AAAAAAAAAAAAAA1\">]]></a>"), Ok(()));
    }

    #[test]
    fn what_hurts_is_refused() {
        for text in [
            "<!DOCTYPE x [<!ENTITY a \"b\">]><a/>",
            "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>",
            "<c r=\"A99999999999\"/>",
            "<x:c r='AAAAAAAA1'/>",
            "<row r=\"4294967297\"/>",
            "<dimension ref=\"B2:A1\"/>",
            "<sst uniqueCount=\"4000000000\"><si/></sst>",
            "<c t=\"n\"><v>+1</v></c>",
            "<a>\0</a>",
            "<c><v><![CDATA[1]]></v></c>",
            "<c><v>1<!-- 2 -->3</v></c>",
            "<c><v>1<?x?>3</v></c>",
            "<c><v>1&#48;</v></c>",
            "<c t=\"str\"><v>a<b/>c</v></c>",
            "<c><v>1</v><v>2</v></c>",
            "<c><v>1</v><f>A1</f></c>",
            "<c t=\"inlineStr\"><is><t>a</t></is><v>a</v></c>",
            "<c t=\"inlineStr\"><v>a</v></c>",
        ] {
            assert!(matches!(check(text), Err(Harm::Damaged(_))), "{text}");
        }
    }

    #[test]
    fn one_endless_cell_is_too_large() {
        let mut check = XmlCheck::new();
        let run = "<r><t>abcdefgh</t></r>".repeat(50_000);
        let seen = check.feed(b"<si>").and_then(|()| (0..5).try_for_each(|_| check.feed(run.as_bytes())));
        assert!(matches!(seen, Err(Harm::TooLarge(_))));
    }
}
