//! The table of texts of a workbook whose rows we write: first the texts that our cells name, which are known before any row
//! is written, then those of the workbook library's sheets, and in a small workbook those that cells of ours still have
//! within them when their sheets are put together.
//!
//! Not every program reads a text that is kept within its cell; Excel keeps none so. The library numbers the texts of its
//! sheets for itself; they get their numbers in the table when its sheets are copied. Source of the forms: ECMA-376 part 1,
//! 18.3.1.53 (`is`), 18.4.8 (`si`) and 18.4.9 (`sst`). What a cell has in its `is` stands in an `si` as it is.

use crate::beside::SharedTexts;
use crate::error::{Error, Result};
use crate::hash::FastHash;
use crate::model::Stream;
use crate::render::{push_item, within_limit};
use crate::{LIMIT_ALL_TEXTS, LIMIT_SHARED_TEXTS};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// The name of the part.
pub(crate) const PART: &str = "xl/sharedStrings.xml";

/// Bytes of the texts that are announced, and in XML of those behind them; what is beyond stays in cells.
const LIMIT_BYTES: usize = 32 << 20;
/// Columns of a sheet. Source: Excel's published limits.
const LIMIT_COLUMNS: usize = 16_384;

/// What a cell goes on with behind its look, up to its text, and how it ends; ours and the library's alike.
const WITHIN: [&str; 2] = [" t=\"inlineStr\"><is>", "</is></c>"];
/// The same of a cell whose text is in the table, around the text's number.
const NAMING: [&str; 2] = [" t=\"s\"><v>", "</v></c>"];
const ITEM: [&str; 2] = ["<si>", "</si>"];
const TABLE_END: &str = "</sst>";

/// The number of each text that cells of ours name.
pub(crate) type NumberOfText = HashMap<Box<str>, u32, FastHash>;

/// The texts that cells of ours name, by their numbers in the table: the repeated texts of the streamed sheet, its headings,
/// and those that were announced.
#[derive(Debug, Default)]
pub(crate) struct OwnTexts {
    /// The texts as they are in the part.
    items: String,
    numbers: Arc<NumberOfText>,
    /// The same of those that are not there as they are, given as they are there.
    escaped: NumberOfText,
    count: u32,
    /// Whether the cells of a column may have them.
    columns: Vec<bool>,
    /// Whether the texts of all sheets go to the table.
    are_all: bool,
}

impl OwnTexts {
    /// Returns those of a stream and those that were announced for it.
    pub(crate) fn of(stream: &Stream, announced: SharedTexts) -> Self {
        let SharedTexts { texts, columns, are_all } = announced;
        let columns = if are_all { vec![true; LIMIT_COLUMNS] } else { columns };
        let limit = if are_all { LIMIT_ALL_TEXTS } else { LIMIT_SHARED_TEXTS };
        let mut own = Numbered::with_room(&texts, limit);
        // Rows name these by their place, also if two are the same.
        stream.repeated.iter().for_each(|text| own.push(within_limit(text).to_owned()));
        for column in &stream.columns {
            own.add(column.heading.clone(), usize::MAX);
        }
        let most = own.count.saturating_add(u32::try_from(limit).unwrap_or(u32::MAX));
        let mut room = LIMIT_BYTES;
        for text in texts {
            if own.count < most {
                room -= own.add(text, room);
            }
        }
        if are_all {
            own.add(stream.nothing.to_owned(), usize::MAX);
        }
        let Numbered { numbers, escaped, count, items } = own;
        let items = String::from_utf8(items).unwrap_or_default();
        Self { items, numbers: Arc::new(numbers), escaped, count, columns, are_all }
    }

    /// Returns how many they are.
    pub(crate) const fn count(&self) -> u32 {
        self.count
    }

    /// Returns the number of each text.
    pub(crate) const fn numbers(&self) -> &Arc<NumberOfText> {
        &self.numbers
    }

    /// Returns the number of a text, given as it is in the part.
    fn number_of_item(&self, item: &str) -> Option<u32> {
        self.escaped.get(item).copied().or_else(|| self.numbers.get(as_it_is(item)?).copied())
    }

    /// Returns whether the cells of a column, from 0, may name them.
    pub(crate) fn columns(&self) -> &[bool] {
        &self.columns
    }

    /// Returns whether the texts of all sheets go to the table.
    pub(crate) const fn are_all(&self) -> bool {
        self.are_all
    }
}

/// Texts that get their numbers.
#[derive(Default)]
struct Numbered {
    numbers: NumberOfText,
    escaped: NumberOfText,
    count: u32,
    items: Vec<u8>,
}

impl Numbered {
    /// Returns none, with room for texts of which at most so many will be kept.
    fn with_room(texts: &[String], limit: usize) -> Self {
        /// What an item takes around its text.
        const AROUND: usize = "<si><t></t></si>".len();
        let bytes: usize = texts.iter().take(limit).map(|text| text.len() + AROUND).sum();
        let mut numbers = HashMap::default();
        numbers.reserve(texts.len().min(limit));
        Self { numbers, items: Vec::with_capacity(bytes.min(LIMIT_BYTES)), ..Self::default() }
    }

    /// Adds a text, as much of it as a cell holds, if it is not there yet and takes no more than `room` bytes; returns how
    /// many it takes.
    fn add(&mut self, mut text: String, room: usize) -> usize {
        let bytes = within_limit(&text).len();
        text.truncate(bytes);
        if bytes == 0 || bytes > room || self.numbers.contains_key(text.as_str()) {
            return 0;
        }
        self.push(text);
        bytes
    }

    fn push(&mut self, text: String) {
        let start = self.items.len() + ITEM[0].len();
        push_item(&mut self.items, &text);
        let end = self.items.len() - ITEM[1].len();
        let item = self.items.get(start..end).and_then(|item| str::from_utf8(item).ok()).unwrap_or_default();
        if as_it_is(item) != Some(&text) {
            self.escaped.entry(item.into()).or_insert(self.count);
        }
        self.numbers.entry(text.into_boxed_str()).or_insert(self.count);
        self.count += 1;
    }
}

/// Returns what stands in a text of the part that is not formatted, if nothing in it has to be escaped.
fn as_it_is(item: &str) -> Option<&str> {
    let text = item.strip_prefix(PLAIN)?.strip_suffix("</t>")?;
    (!text.contains(['&', '<']) && !text.contains("_x")).then_some(text)
}

/// What a text begins with whose outer white space need not be kept.
const PLAIN: &str = "<t>";

/// The table on its way.
#[derive(Debug)]
pub(crate) struct Strings<'x> {
    /// The part up to how many cells name a text.
    head: &'x str,
    own: &'x OwnTexts,
    /// The number in the table of each text of the library's.
    of_library: Vec<u32>,
    /// The number of each text behind ours, given as it is in the part.
    known: HashMap<Cow<'x, str>, u32, FastHash>,
    /// How many texts there are.
    count: u32,
    /// Those behind ours, as they will be in the part.
    items: String,
    /// How many cells name a text.
    naming: u64,
}

impl<'x> Strings<'x> {
    /// Puts the texts of the library's part behind ours.
    ///
    /// # Errors
    /// Internal, if the part is not as we know it.
    pub(crate) fn of(own: &'x OwnTexts, xml: &'x str) -> Result<Self> {
        Self::parsed(own, xml).ok_or_else(unknown)
    }

    fn parsed(own: &'x OwnTexts, xml: &'x str) -> Option<Self> {
        let (head, rest) = xml.split_once(" count=\"")?;
        let (_, rest) = rest.split_once("\" uniqueCount=\"")?;
        let (unique, items) = rest.split_once("\">")?;
        let items = items.trim_end().strip_suffix(TABLE_END)?;
        let (of_library, known, count) = (Vec::new(), HashMap::default(), own.count);
        let mut strings = Self { head, own, of_library, known, count, items: String::new(), naming: 0 };
        for item in items.split_terminator(ITEM[1]) {
            let item = item.strip_prefix(ITEM[0])?;
            let number = strings.number_of_item(item).unwrap_or_else(|| strings.add(Cow::Borrowed(item)));
            strings.of_library.push(number);
        }
        (unique.parse() == Ok(strings.of_library.len())).then_some(strings)
    }

    /// Counts further cells that name a text.
    pub(crate) const fn count(&mut self, naming: u64) {
        self.naming += naming;
    }

    /// Returns a sheet of the library's, or a piece of one, whose cells name texts by their numbers in the table; where the
    /// texts of all sheets go to it, also those that they had within them.
    ///
    /// # Errors
    /// Internal, if a cell is not as we know it.
    pub(crate) fn library_sheet(&mut self, sheet: &str) -> Result<String> {
        let (mut numbered, mut rest) = (String::with_capacity(sheet.len()), sheet);
        while let Some((before, cell)) = rest.split_once(NAMING[0]) {
            let (number, behind) = cell.split_once(NAMING[1]).ok_or_else(unknown)?;
            let number = number.parse().ok().and_then(|number: usize| self.of_library.get(number).copied());
            let number = number.ok_or_else(unknown)?;
            numbered.push_str(&self.shared(before)?);
            let _ = write!(numbered, "{}{number}{}", NAMING[0], NAMING[1]);
            self.naming += 1;
            rest = behind;
        }
        numbered.push_str(&self.shared(rest)?);
        Ok(numbered)
    }

    /// Returns rows of ours whose cells name the texts that they had within them, where the texts of all sheets go to the
    /// table.
    ///
    /// # Errors
    /// Internal, if a cell does not end as we know it.
    pub(crate) fn shared<'s>(&mut self, rows: &'s str) -> Result<Cow<'s, str>> {
        if !self.own.are_all || !rows.contains(WITHIN[0]) {
            return Ok(Cow::Borrowed(rows));
        }
        let (mut shared, mut rest) = (String::with_capacity(rows.len()), rows);
        while let Some((before, cell)) = rest.split_once(WITHIN[0]) {
            let (text, behind) = cell.split_once(WITHIN[1]).ok_or_else(unknown)?;
            shared.push_str(before);
            let has_room = self.items.len() + text.len() <= LIMIT_BYTES;
            let known = self.number_of_item(text);
            let number = known.or_else(|| has_room.then(|| self.add(Cow::Owned(text.to_owned()))));
            if let Some(number) = number {
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

    /// Returns the number of a text, given as it is in the part.
    fn number_of_item(&self, item: &str) -> Option<u32> {
        self.own.number_of_item(item).or_else(|| self.known.get(item).copied())
    }

    /// Adds a text, given as it is in the part, and returns its number.
    fn add(&mut self, text: Cow<'x, str>) -> u32 {
        let number = self.count;
        self.items.extend([ITEM[0], &text, ITEM[1]]);
        self.known.insert(text, number);
        self.count += 1;
        number
    }

    /// Returns the part with all texts.
    pub(crate) fn xml(&self) -> String {
        let Self { head, own, items, naming, count, .. } = self;
        format!("{head} count=\"{naming}\" uniqueCount=\"{count}\">{}{items}{TABLE_END}", own.items)
    }
}

fn unknown() -> Error {
    Error::internal("the workbook library writes texts in another way than is known")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Column;
    use crate::roster::LIMIT_CELL_UNITS;

    const XML: &str = "<?xml?>\n<sst xmlns=\"main\" count=\"5\" uniqueCount=\"2\">\
                       <si><t>Tenant</t></si><si><r><t>&lt;r&gt;</t></r></si></sst>";
    const PRESERVED: &str = "<t xml:space=\"preserve\"> Q&amp;A</t>";

    fn own(are_all: bool) -> OwnTexts {
        let columns = vec![Column::ours(("Plan", 12.0, ""))];
        let stream = Stream {
            repeated: vec!["Yes".to_owned()],
            nothing: "Nothing.",
            ..Stream::new("Roster", columns, 1)
        };
        let texts = ["E3", "", "Tenant", "Yes"].map(str::to_owned).to_vec();
        OwnTexts::of(&stream, SharedTexts { texts, columns: vec![true], are_all })
    }

    fn cell(look: &str, text: &str) -> String {
        format!("<c r=\"A2\"{look} t=\"inlineStr\"><is>{text}</is></c>")
    }

    fn naming(look: &str, number: u32) -> String {
        format!("<c r=\"A2\"{look} t=\"s\"><v>{number}</v></c>")
    }

    #[test]
    fn ours_come_first_each_once_and_the_library_s_are_numbered_behind_them() {
        let own = own(false);
        assert_eq!(
            own.items,
            "<si><t>Yes</t></si><si><t>Plan</t></si><si><t>E3</t></si><si><t>Tenant</t></si>"
        );
        let mut strings = Strings::of(&own, XML).unwrap();
        // Behind a text within its cell, which stays there, since there are rows that nobody looked at.
        let within = cell("", PRESERVED);
        let sheet = [naming(" s=\"7\"", 1), within.clone(), naming("", 0)].concat();
        let wanted = [naming(" s=\"7\"", 4), within.clone(), naming("", 3)].concat();
        assert_eq!(strings.library_sheet(&sheet).unwrap(), wanted);
        assert!(matches!(strings.shared(&within).unwrap(), Cow::Borrowed(_)));
        strings.count(10);
        let wanted = format!(
            "<?xml?>\n<sst xmlns=\"main\" count=\"12\" uniqueCount=\"5\">{}<si><r><t>&lt;r&gt;</t></r></si></sst>",
            own.items
        );
        assert_eq!(strings.xml(), wanted);
    }

    #[test]
    fn texts_within_cells_come_behind_all_others_each_once_in_their_order() {
        let own = own(true);
        let mut strings = Strings::of(&own, XML).unwrap();
        let texts = [PRESERVED, "<t>Tenant</t>", "<t>two\nlines</t>", PRESERVED, "<t>Nothing.</t>"];
        let sheet = texts.map(|text| cell(" s=\"7\"", text)).concat() + "<c r=\"B2\"><v>480</v></c>";
        let shared = strings.shared(&sheet).unwrap();
        let wanted = [6, 3, 7, 6, 4].map(|number| naming(" s=\"7\"", number)).concat();
        assert_eq!(shared, wanted + "<c r=\"B2\"><v>480</v></c>");
        let both = cell("", "<t>Plan</t>") + &naming("", 1);
        assert_eq!(strings.library_sheet(&both).unwrap(), naming("", 1) + &naming("", 5));
        let added = format!("<si>{PRESERVED}</si><si><t>two\nlines</t></si></sst>");
        assert!(strings.xml().ends_with(&added), "{}", strings.xml());
        assert!(strings.xml().contains(" count=\"7\" uniqueCount=\"8\">"), "{}", strings.xml());
    }

    #[test]
    fn texts_for_which_there_is_no_room_stay_within_their_cells() {
        let own = own(true);
        let mut strings = Strings::of(&own, XML).unwrap();
        let long = format!("<t>{}</t>", "x".repeat(LIMIT_BYTES - 100));
        assert_eq!(strings.shared(&cell("", &long)).unwrap(), naming("", 6));
        let further = cell("", &format!("<t>{}</t>", "y".repeat(100)));
        assert_eq!(strings.shared(&further).unwrap(), further);
        assert_eq!(strings.shared(&cell("", "<t>z</t>")).unwrap(), naming("", 7));
        assert_eq!(strings.shared(&cell("", &long)).unwrap(), naming("", 6));
    }

    #[test]
    fn announced_texts_have_limits() {
        let stream = Stream::new("Roster", Vec::new(), 0);
        let of = |texts: Vec<String>| {
            OwnTexts::of(&stream, SharedTexts { texts, columns: vec![], are_all: false }).count()
        };
        let many = (0..=LIMIT_SHARED_TEXTS).map(|number| number.to_string());
        assert_eq!(of(many.collect()) as usize, LIMIT_SHARED_TEXTS);
        // What does not fit is left out, what is smaller still fits, and what is there already takes no room.
        let long = |first: usize| format!("{first:05}{}", "x".repeat(LIMIT_CELL_UNITS));
        let fitting = LIMIT_BYTES / LIMIT_CELL_UNITS;
        let texts = (0..=fitting).flat_map(|first| [long(first), long(first)]);
        let is_left = (LIMIT_BYTES % LIMIT_CELL_UNITS).min(100);
        let small = ["a".repeat(is_left), String::new(), "b".to_owned()];
        assert_eq!(of(texts.chain(small).collect()) as usize, fitting + 2);
    }

    /// What an item looks like, here and in the library's part, must be the same, or texts would be there twice.
    #[test]
    fn texts_with_escapes_are_the_library_s_own() {
        let difficult =
            ["a\r\nb", "\u{1}\u{ffff}", "_x0041_", "my_x_axis", "R&D <x>", " outer ", "\ttab\n", "\u{1f600}"];
        let mut workbook = rust_xlsxwriter::Workbook::new();
        let sheet = workbook.add_worksheet();
        for (row, text) in (0..).zip(difficult) {
            sheet.write_string(row, 0, text).unwrap();
        }
        let mut made =
            zip::ZipArchive::new(std::io::Cursor::new(workbook.save_to_buffer().unwrap())).unwrap();
        let xml = crate::template::text(&mut made, PART).unwrap();
        let texts = difficult.map(str::to_owned).to_vec();
        let shared = SharedTexts { texts, columns: vec![true], are_all: false };
        let own = OwnTexts::of(&Stream::new("Roster", Vec::new(), 0), shared);
        let strings = Strings::of(&own, &xml).unwrap();
        assert_eq!(strings.of_library, (0..8).collect::<Vec<_>>());
        assert_eq!(strings.items, "");
    }

    #[test]
    fn a_table_that_is_not_as_we_know_it_is_refused() {
        let own = own(true);
        for (from, to) in
            [("uniqueCount=\"2\"", "uniqueCount=\"3\""), ("</sst>", ""), ("<si>", "<sj>"), (" count", " n")]
        {
            assert!(Strings::of(&own, &XML.replacen(from, to, 1)).is_err(), "{to}");
        }
        let mut strings = Strings::of(&own, XML).unwrap();
        assert!(strings.shared("<c r=\"A1\" t=\"inlineStr\"><is><t>a</t></is>").is_err());
        for sheet in [naming("", 2), naming("", 1).replace("</v>", ""), naming("", 1).replace('1', "")] {
            assert!(strings.library_sheet(&sheet).is_err(), "{sheet}");
        }
    }
}
