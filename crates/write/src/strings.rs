//! The table of texts of a small workbook: the workbook library's, and behind its texts those that cells of ours still have
//! within them when their sheets are put together.
//!
//! Not every program reads a text that is kept within its cell; Excel keeps none so. Source of the forms: ECMA-376 part 1,
//! 18.3.1.53 (`is`), 18.4.8 (`si`) and 18.4.9 (`sst`). What a cell has in its `is` stands in an `si` as it is.

use crate::error::{Error, Result};
use crate::hash::FastHash;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;

/// The name of the part.
pub(crate) const PART: &str = "xl/sharedStrings.xml";

/// Bytes of the texts that are added, in XML; what is beyond stays in cells.
const LIMIT_BYTES: usize = 32 << 20;

/// What a cell goes on with behind its look, up to its text, and how it ends; ours and the library's alike.
const WITHIN: [&str; 2] = [" t=\"inlineStr\"><is>", "</is></c>"];
/// The same of a cell whose text is in the table, around the text's number.
const NAMING: [&str; 2] = [" t=\"s\"><v>", "</v></c>"];
const ITEM: [&str; 2] = ["<si>", "</si>"];
const TABLE_END: &str = "</sst>";

/// The table on its way.
#[derive(Debug)]
pub(crate) struct Strings<'x> {
    /// The part up to how many cells name a text.
    head: &'x str,
    /// The library's texts, as they are in the part.
    items: &'x str,
    library: HashMap<&'x str, u32, FastHash>,
    /// How many they are.
    of_library: u32,
    added: HashMap<Box<str>, u32, FastHash>,
    /// The texts that were added, as they will be in the part.
    added_items: String,
    /// How many cells name a text.
    naming: u64,
}

impl<'x> Strings<'x> {
    /// Takes the library's part, which counts `probes` cells that the workbook does not have.
    ///
    /// # Errors
    /// Internal, if the part is not as we know it.
    pub(crate) fn of(xml: &'x str, probes: u64) -> Result<Self> {
        Self::parsed(xml, probes).ok_or_else(unknown)
    }

    fn parsed(xml: &'x str, probes: u64) -> Option<Self> {
        let (head, rest) = xml.split_once(" count=\"")?;
        let (naming, rest) = rest.split_once("\" uniqueCount=\"")?;
        let (unique, items) = rest.split_once("\">")?;
        let items = items.trim_end().strip_suffix(TABLE_END)?;
        let mut library = HashMap::default();
        let mut of_library = 0;
        for item in items.split_terminator(ITEM[1]) {
            // Of equal texts the first is named.
            library.entry(item.strip_prefix(ITEM[0])?).or_insert(of_library);
            of_library += 1;
        }
        (unique.parse() == Ok(of_library)).then_some(())?;
        let naming = naming.parse::<u64>().ok()?.checked_sub(probes)?;
        let (added, added_items) = (HashMap::default(), String::new());
        Some(Self { head, items, library, of_library, added, added_items, naming })
    }

    /// Counts further cells that name a text.
    pub(crate) const fn count(&mut self, naming: u64) {
        self.naming += naming;
    }

    /// Counts the cells of rows that name a text.
    pub(crate) fn count_in(&mut self, rows: &str) {
        self.naming += rows.matches(NAMING[0]).count() as u64;
    }

    /// Returns a piece of a sheet whose cells name the texts that they had within them.
    ///
    /// # Errors
    /// Internal, if a cell does not end as we know it.
    pub(crate) fn share<'s>(&mut self, sheet: &'s str) -> Result<Cow<'s, str>> {
        if !sheet.contains(WITHIN[0]) {
            return Ok(Cow::Borrowed(sheet));
        }
        let (mut shared, mut rest) = (String::with_capacity(sheet.len()), sheet);
        while let Some((before, cell)) = rest.split_once(WITHIN[0]) {
            let (text, behind) = cell.split_once(WITHIN[1]).ok_or_else(unknown)?;
            shared.push_str(before);
            if let Some(number) = self.number(text) {
                let _ = write!(shared, "{}{number}{}", NAMING[0], NAMING[1]);
                self.naming += 1;
            } else {
                shared.extend([WITHIN[0], text, WITHIN[1]]);
            }
            rest = behind;
        }
        shared.push_str(rest);
        Ok(Cow::Owned(shared))
    }

    /// Returns the number of a text, which is added if it is new; `None` = there is no room.
    fn number(&mut self, text: &str) -> Option<u32> {
        if let Some(number) = self.library.get(text).or_else(|| self.added.get(text)) {
            return Some(*number);
        }
        if self.added_items.len() + text.len() > LIMIT_BYTES {
            return None;
        }
        let number = self.unique();
        self.added_items.extend([ITEM[0], text, ITEM[1]]);
        self.added.insert(text.into(), number);
        Some(number)
    }

    /// Returns how many texts there are.
    fn unique(&self) -> u32 {
        self.of_library + u32::try_from(self.added.len()).unwrap_or(u32::MAX)
    }

    /// Returns the part with all texts.
    pub(crate) fn xml(&self) -> String {
        let Self { head, items, added_items, naming, .. } = self;
        format!("{head} count=\"{naming}\" uniqueCount=\"{}\">{items}{added_items}{TABLE_END}", self.unique())
    }
}

fn unknown() -> Error {
    Error::internal("the workbook library writes texts in another way than is known")
}

#[cfg(test)]
mod tests {
    use super::*;

    const XML: &str = "<?xml?>\n<sst xmlns=\"main\" count=\"5\" uniqueCount=\"2\">\
                       <si><t>Tenant</t></si><si><r><t>&lt;r&gt;</t></r></si></sst>";

    fn cell(look: &str, text: &str) -> String {
        format!("<c r=\"A2\"{look} t=\"inlineStr\"><is>{text}</is></c>")
    }

    fn naming(look: &str, number: u32) -> String {
        format!("<c r=\"A2\"{look} t=\"s\"><v>{number}</v></c>")
    }

    #[test]
    fn texts_within_cells_come_behind_those_of_the_library_each_once_in_their_order() {
        let mut strings = Strings::of(XML, 3).unwrap();
        let preserved = "<t xml:space=\"preserve\"> Q&amp;A</t>";
        let texts = [preserved, "<t>Tenant</t>", "<t>two\nlines</t>", preserved];
        let sheet = texts.map(|text| cell(" s=\"7\"", text)).concat() + "<c r=\"B2\"><v>480</v></c>";
        let shared = strings.share(&sheet).unwrap();
        assert_eq!(
            shared,
            [2, 0, 3, 2].map(|number| naming(" s=\"7\"", number)).concat() + "<c r=\"B2\"><v>480</v></c>"
        );
        // Where nothing is left to do, nothing is done.
        assert!(matches!(strings.share(&shared).unwrap(), Cow::Borrowed(_)));
        strings.count_in(&naming("", 0).repeat(2));
        strings.count(10);
        let items = "<si><t>Tenant</t></si><si><r><t>&lt;r&gt;</t></r></si>";
        let added = format!("<si>{preserved}</si><si><t>two\nlines</t></si>");
        let wanted =
            format!("<?xml?>\n<sst xmlns=\"main\" count=\"18\" uniqueCount=\"4\">{items}{added}</sst>");
        assert_eq!(strings.xml(), wanted);
    }

    #[test]
    fn texts_for_which_there_is_no_room_stay_within_their_cells() {
        let mut strings = Strings::of(XML, 0).unwrap();
        let long = format!("<t>{}</t>", "x".repeat(LIMIT_BYTES - 100));
        assert_eq!(strings.share(&cell("", &long)).unwrap(), naming("", 2));
        let further = cell("", &format!("<t>{}</t>", "y".repeat(100)));
        assert_eq!(strings.share(&further).unwrap(), further);
        assert_eq!(strings.share(&cell("", "<t>z</t>")).unwrap(), naming("", 3));
    }

    #[test]
    fn a_table_that_is_not_as_we_know_it_is_refused() {
        for (from, to) in
            [("uniqueCount=\"2\"", "uniqueCount=\"3\""), ("</sst>", ""), ("<si>", "<sj>"), (" count", " n")]
        {
            assert!(Strings::of(&XML.replacen(from, to, 1), 0).is_err(), "{to}");
        }
        assert!(Strings::of(XML, 6).is_err(), "more cells that the workbook does not have than there are");
        assert!(Strings::of(XML, 0).unwrap().share("<c r=\"A1\" t=\"inlineStr\"><is><t>a</t></is>").is_err());
    }
}
