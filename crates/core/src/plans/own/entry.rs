//! What one line of an additions file says, and what is wrong with its cells.

use super::headings::{Column, Headings};
use super::reading::Wrong;
use crate::diagnostic::{Code, excerpt};
use crate::fold::{fold, squeeze};
use crate::plans::catalogue::{LONGEST_WRITTEN_BYTES, guid_of, is_mere_number};
use crate::plans::{
    FAMILIES, KINDS, PRICES, Plan, PlanFrom, PlanKind, Price, SEGMENTS, SERVICE_IDS, Services,
};

/// What a line says; what is blank is `None` or empty.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    /// Lower case, without braces.
    pub guid: String,
    pub id: String,
    pub name: String,
    pub segment: Option<String>,
    pub family: Option<String>,
    pub kind: Option<PlanKind>,
    pub price: Option<Price>,
    pub services: Option<Services>,
    /// What else the product is called, as written.
    pub spellings: Vec<String>,
    /// Who says so, since when and why.
    pub because: String,
}

impl Entry {
    /// Reads the cells of a line.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub(super) fn read(cells: &[String], headings: &Headings) -> Result<Self, Vec<Wrong>> {
        let line = Line { cells, headings };
        if let Some(stray) = line.stray() {
            return Err(vec![stray]);
        }
        let mut wrong = Vec::new();
        let mut entry = Self {
            id: line.name(Column::Id, &mut wrong),
            name: line.name(Column::Name, &mut wrong),
            segment: line.word(Column::Segment, &SEGMENTS, &mut wrong),
            family: line.word(Column::Family, &FAMILIES, &mut wrong),
            kind: line.word(Column::Kind, &KINDS, &mut wrong).and_then(|word| PlanKind::from_word(&word)),
            price: line.word(Column::Price, &PRICES, &mut wrong).and_then(|word| Price::from_word(&word)),
            services: line.services(&mut wrong),
            spellings: line.spellings(&mut wrong),
            because: line.because(),
            guid: String::new(),
        };
        match line.guid() {
            Ok(guid) => entry.guid = guid,
            Err(fault) => wrong.insert(0, fault),
        }
        let names_nothing = Column::NAMING.iter().all(|column| line.cell(*column).is_empty());
        if names_nothing {
            wrong.insert(0, names_none());
        }
        if wrong.is_empty() { Ok(entry) } else { Err(wrong) }
    }

    /// Returns the product of its own that the line is.
    ///
    /// # Errors
    /// A cell that is blank and must not be, each.
    pub(super) fn plan(&self, from: PlanFrom, headings: &Headings) -> Result<Plan, Vec<Wrong>> {
        let mut wrong = Vec::new();
        if self.name.is_empty() {
            wrong.push(Wrong {
                code: Code::CatalogueNameMissing,
                column: headings.place(Column::Name),
                message: format!(
                    "`{}` is not in the catalogue, and the line does not give its name",
                    self.key()
                ),
                help: "write the name to show, or correct the GUID or id if you mean a known product"
                    .to_owned(),
            });
        }
        for (is_blank, column, words) in [
            (self.segment.is_none(), Column::Segment, SEGMENTS.as_slice()),
            (self.family.is_none(), Column::Family, &FAMILIES),
            (self.kind.is_none(), Column::Kind, &KINDS),
            (self.price.is_none(), Column::Price, &PRICES),
        ] {
            if is_blank {
                wrong.push(self.blank(column, words, headings));
            }
        }
        match (self.segment.clone(), self.family.clone(), self.kind, self.price) {
            (Some(segment), Some(family), Some(kind), Some(price)) if wrong.is_empty() => Ok(Plan {
                guid: self.guid.clone(),
                id: self.id.clone(),
                name: self.name.clone(),
                segment,
                family,
                kind,
                price,
                services: self.services.unwrap_or_default(),
                because: self.because.clone(),
                from,
            }),
            _ => Err(wrong),
        }
    }

    /// Returns what the line calls its product, for messages.
    pub(super) fn key(&self) -> String {
        let named = [&self.name, &self.id, &self.guid].into_iter().find(|text| !text.is_empty());
        named.map(|text| excerpt(text)).unwrap_or_default()
    }

    fn blank(&self, column: Column, words: &[&str], headings: &Headings) -> Wrong {
        Wrong {
            code: Code::CatalogueCellMissing,
            column: headings.place(column),
            message: format!(
                "`{}` is not in the catalogue, and the line does not give its {}",
                self.key(),
                column.heading()
            ),
            help: format!(
                "write one of {}, or correct the name, id or GUID if you mean a known product",
                words.join(", ")
            ),
        }
    }
}

/// The cells of a line.
struct Line<'a> {
    cells: &'a [String],
    headings: &'a Headings,
}

impl Line<'_> {
    /// Returns a cell, trimmed; nothing where the file has no such column.
    fn cell(&self, column: Column) -> &str {
        let place = self.headings.place(column);
        place.and_then(|place| self.cells.get(place)).map_or("", |cell| cell.trim())
    }

    /// None may stand where no heading says what it is.
    fn stray(&self) -> Option<Wrong> {
        let is_stray =
            |(place, cell): &(usize, &String)| !self.headings.has(*place) && !cell.trim().is_empty();
        let (_, cell) = self.cells.iter().enumerate().find(is_stray)?;
        Some(Wrong {
            code: Code::CatalogueCellStray,
            column: None,
            message: format!("`{}` is in a column without a heading", excerpt(cell.trim())),
            help:
                "a cell to its left may contain a delimiter without quotes around it; if not, give the column a \
                 heading"
                    .to_owned(),
        })
    }

    fn guid(&self) -> Result<String, Wrong> {
        let written = self.cell(Column::Guid);
        if written.is_empty() {
            return Ok(String::new());
        }
        guid_of(&fold(written)).ok_or_else(|| Wrong {
            code: Code::CatalogueGuidMalformed,
            column: self.headings.place(Column::Guid),
            message: format!("`{}` is not a GUID", excerpt(written)),
            help:
                "a GUID has five groups of 8, 4, 4, 4 and 12 digits from 0 to f, with dashes between them; \
                   leave the cell blank if there is none"
                    .to_owned(),
        })
    }

    /// Returns an id or a name.
    fn name(&self, column: Column, wrong: &mut Vec<Wrong>) -> String {
        let text = squeeze(self.cell(column));
        wrong.extend(unusable(&text, self.headings.place(column)));
        text
    }

    /// Returns a word of `words`, however it is written.
    fn word(&self, column: Column, words: &[&str], wrong: &mut Vec<Wrong>) -> Option<String> {
        let written = self.cell(column);
        if written.is_empty() {
            return None;
        }
        let key = word_key(written);
        let found = words.iter().find(|word| **word == key);
        if found.is_none() {
            wrong.push(unknown(written, column, words, self.headings));
        }
        found.map(|word| (*word).to_owned())
    }

    fn services(&self, wrong: &mut Vec<Wrong>) -> Option<Services> {
        let written = self.cell(Column::Services);
        let parted = |letter: char| letter.is_whitespace() || letter == ',' || letter == ';';
        let mut held = None;
        for word in written.split(parted).filter(|word| !word.is_empty()) {
            match Services::from_words(&word_key(word)) {
                Some(service) => held = Some(Services(held.unwrap_or(Services(0)).0 | service.0)),
                None => wrong.push(unknown(word, Column::Services, &SERVICE_IDS, self.headings)),
            }
        }
        held
    }

    /// Spellings have a bar or a line end between them.
    fn spellings(&self, wrong: &mut Vec<Wrong>) -> Vec<String> {
        let place = self.headings.place(Column::Spellings);
        let parts = self.cell(Column::Spellings).split(['|', '\n', '\r']);
        let spellings: Vec<String> = parts.map(squeeze).filter(|spelling| !spelling.is_empty()).collect();
        wrong.extend(spellings.iter().filter_map(|spelling| unusable(spelling, place)));
        spellings
    }

    fn because(&self) -> String {
        let remarks = self.headings.remarks().filter_map(|(heading, place)| {
            let cell = squeeze(self.cells.get(place)?);
            (!cell.is_empty()).then(|| format!("{heading}: {cell}"))
        });
        remarks.collect::<Vec<_>>().join("; ")
    }
}

/// Words of the catalogue have dashes between their parts.
fn word_key(written: &str) -> String {
    let folded = fold(written);
    if folded.contains([' ', '_']) { folded.replace([' ', '_'], "-") } else { folded }
}

fn unknown(written: &str, column: Column, words: &[&str], headings: &Headings) -> Wrong {
    let what = if column == Column::Services { "service" } else { column.heading() };
    Wrong {
        code: Code::CatalogueWordUnknown,
        column: headings.place(column),
        message: format!("`{}` is not a {what} in the catalogue", excerpt(written)),
        help: match column {
            Column::Services => format!("write some of these, separated by spaces: {}", words.join(" ")),
            _ => format!("write one of {}", words.join(", ")),
        },
    }
}

fn names_none() -> Wrong {
    Wrong {
        code: Code::CatalogueNamesNothing,
        column: None,
        message: "the line names no product".to_owned(),
        help: "fill in its name, its id or its GUID".to_owned(),
    }
}

/// Returns why a text would never be recognised in a roster, if that is so.
fn unusable(text: &str, column: Option<usize>) -> Option<Wrong> {
    let (why, help) = if text.is_empty() {
        return None;
    } else if text.len() > LONGEST_WRITTEN_BYTES {
        let why = format!(
            "is longer than {LONGEST_WRITTEN_BYTES} bytes, the most that the name of a plan can have"
        );
        (why, "shorten it")
    } else if text.chars().any(char::is_control) {
        ("contains a control character".to_owned(), "remove it")
    } else if !text.contains(char::is_alphanumeric) {
        ("has no letters or digits".to_owned(), "write it as a roster does")
    } else if is_mere_number(text) {
        (
            "has no letters, and a number by itself is not looked up as a plan".to_owned(),
            "say what it means in an overrides file, with the headings Plan and Means plan",
        )
    } else {
        return None;
    };
    let message = format!("`{}` {why}", excerpt(text));
    Some(Wrong { code: Code::CatalogueTextUnusable, column, message, help: help.to_owned() })
}
