//! The catalogue, and how a written plan is found in it.

use super::grammar::{self, Grammar, WordSet};
use super::nearest::Nearest;
use super::offers::Offers;
use super::own::{self, Additions};
use super::places::{Places, PlanIndex, by_key};
use super::shipped;
use super::table::{COLUMNS, rows};
use super::words::words;
use super::{FAMILIES, Plan, PlanFrom, PlanKind, Price, SEGMENTS, Services};
use crate::error::{Error, Result};
use crate::fold::{fold, without_braces};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// The longest text, in bytes, that can name a plan; the longest published id with a tenant before it is shorter.
pub const LONGEST_WRITTEN_BYTES: usize = 300;

/// How many plans are suggested in place of a text that names none, at most.
pub const MOST_CANDIDATES: usize = 3;

/// A shorter word of a search is no GUID: the first block of one has eight digits.
const SHORTEST_GUID_WORD: usize = 8;

/// What else plans are called, each with the plan's place.
type Spellings = Vec<(String, usize)>;

/// Microsoft's products, and the ways to find one. A copy shares the tables, which nothing changes.
#[derive(Clone, Debug)]
pub struct Catalogue {
    pub(super) tables: Arc<Tables>,
}

#[derive(Debug)]
pub(super) struct Tables {
    pub(super) plans: Vec<Plan>,
    /// What else a plan is called, and its place among the plans.
    spellings: Vec<(String, usize)>,
    pub(super) index: PlanIndex,
    /// The folded spellings that the plans of the program have beside their names.
    pub(super) spelled: Places,
    offers: OnceLock<Offers>,
    nearest: OnceLock<Nearest>,
    pub(super) grammar: &'static Grammar,
    /// The words of all names and spellings.
    vocabulary: OnceLock<WordSet>,
    /// The folded ids of the parts that products are made of.
    service_plans: OnceLock<WordSet>,
    /// What is doubtful about a plan's price, by [`Plan::key`].
    doubts: HashMap<String, Doubt>,
}

/// A written plan that is not recognised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotFound<'a> {
    /// The plans that may have been meant, best first, [`MOST_CANDIDATES`] at most: suggestions to a person, never an
    /// answer.
    pub candidates: Vec<&'a Plan>,
    /// The plans that the text fits equally well although they differ in segment, family, kind or price.
    pub several: Vec<&'a Plan>,
    /// The names of the plans that stand in the text side by side, two at least or none.
    pub in_cell: Vec<String>,
    /// The plan of the name and that of the id beside it, where they are not the same.
    pub contradiction: Option<[&'a Plan; 2]>,
    /// The words that nobody knows, as they were read; empty where all are known but are no name together.
    pub unknown: Vec<String>,
    /// What the text names in place of a plan, in words; `None` = nothing that is known.
    pub other: Option<String>,
}

impl Catalogue {
    /// Returns the catalogue that is part of the program.
    ///
    /// # Errors
    /// A table with a fault, which only a mistake in this program can cause.
    pub fn shipped() -> Result<Self> {
        // The policy asks for it, too: it is read once.
        static SHIPPED: OnceLock<std::result::Result<Catalogue, String>> = OnceLock::new();
        let read = SHIPPED.get_or_init(|| Self::read_shipped().map_err(|error| error.to_string()));
        read.clone().map_err(Error::internal)
    }

    /// Makes what the first plans that are looked up in [`Catalogue::shipped`] would have to wait for: for a thread beside
    /// the one that opens a roster. Who asks meanwhile waits for it.
    pub fn prepare_shipped() {
        if let Ok(catalogue) = Self::shipped() {
            catalogue.offers();
        }
    }

    fn read_shipped() -> Result<Self> {
        let (mut plans, mut spellings, index) = read(shipped::CATALOGUE, shipped::ALIASES)?;
        own::shipped(&plans, &index, &spellings)?.join(&mut plans, &mut spellings);
        Ok(Self::of((grammar::shipped()?, doubts()?), plans, spellings, index))
    }

    /// Returns why a person may have to confirm whether `plan` is paid for.
    ///
    /// Source: `plans/doubts.csv`, where Microsoft's own lists say both, or a grant goes under the name of what is sold.
    pub(super) fn doubt(&self, plan: &Plan) -> Option<&Doubt> {
        self.tables.doubts.get(plan.key())
    }

    /// Returns the catalogue with further plans and spellings; they were checked against this one.
    #[must_use]
    pub fn with(&self, additions: &Additions) -> Self {
        let (mut plans, mut spellings) = (self.tables.plans.clone(), self.tables.spellings.clone());
        additions.clone().join(&mut plans, &mut spellings);
        let common = (self.tables.grammar, self.tables.doubts.clone());
        Self::of(common, plans, spellings, self.tables.index.clone())
    }

    /// Returns the plans in the order of the table, by name, then id; behind them those that were added, in the order
    /// of their files.
    #[must_use]
    pub fn plans(&self) -> &[Plan] {
        &self.tables.plans
    }

    /// Returns what else plans are called, each with the plan's place among [`Catalogue::plans`]; a spelling of several
    /// plans stands there several times.
    #[must_use]
    pub fn spellings(&self) -> &[(String, usize)] {
        &self.tables.spellings
    }

    /// Returns the plans in whose name, id, GUID, family or segment all of `words` occur, in the catalogue's order.
    ///
    /// A word may be part of one, case does not matter; only a GUID has to begin with the word, and by its first eight
    /// digits at least, since `e3` stands somewhere in many. No words at all give every plan.
    #[must_use]
    pub fn search(&self, words: &str) -> Vec<&Plan> {
        let folded = fold(words);
        self.tables
            .plans
            .iter()
            .filter(|plan| {
                let cells = [&plan.name, &plan.id, &plan.family, &plan.segment].map(|cell| fold(cell));
                folded.split(' ').all(|word| {
                    let is_guid = word.len() >= SHORTEST_GUID_WORD && plan.guid.starts_with(word);
                    is_guid || cells.iter().any(|cell| cell.contains(word))
                })
            })
            .collect()
    }

    fn of(
        (grammar, doubts): (&'static Grammar, HashMap<String, Doubt>),
        plans: Vec<Plan>,
        spellings: Vec<(String, usize)>,
        mut index: PlanIndex,
    ) -> Self {
        index.extend(&plans);
        let is_shipped =
            |place: usize| plans.get(place).is_some_and(|plan| !matches!(plan.from, PlanFrom::Own(_)));
        let shipped = spellings.iter().filter(|(_, place)| is_shipped(*place));
        let spelled = by_key(shipped.map(|(spelling, place)| (fold(spelling), *place)));
        let tables = Tables {
            grammar,
            doubts,
            vocabulary: OnceLock::new(),
            offers: OnceLock::new(),
            spelled,
            service_plans: OnceLock::new(),
            index,
            nearest: OnceLock::new(),
            spellings,
            plans,
        };
        Self { tables: Arc::new(tables) }
    }

    /// Returns the words of all names and spellings; a roster of published names has no need of them.
    pub(super) fn vocabulary(&self) -> &WordSet {
        self.tables.vocabulary.get_or_init(|| vocabulary(&self.tables.plans, &self.tables.spellings))
    }

    /// Returns the names by their words, which likewise not every roster has need of.
    pub(super) fn offers(&self) -> &Offers {
        let tables = &self.tables;
        tables.offers.get_or_init(|| {
            Offers::new(&tables.plans, &tables.spellings, (tables.grammar, self.vocabulary()))
        })
    }

    /// Returns whether `id`, folded, is that of a service plan.
    pub(super) fn is_service_plan(&self, id: &str) -> bool {
        self.tables.service_plans.get_or_init(service_plans).contains(id)
    }

    /// Returns what suggestions are looked for in; most rosters have need of none.
    pub(super) fn nearest(&self) -> &Nearest {
        self.tables.nearest.get_or_init(|| Nearest::new(&self.tables.plans, self.offers()))
    }
}

/// Reads the published plans, what else they are called, and their index: `aliases` is CSV with the columns `alias,name`.
fn read(table: &str, aliases: &str) -> Result<(Vec<Plan>, Spellings, PlanIndex)> {
    let plans = rows(table, COLUMNS.len())?
        .iter()
        .map(|record| plan_of(record).ok_or_else(|| fault(&format!("no plan in {record:?}"))))
        .collect::<Result<Vec<_>>>()?;
    let index = PlanIndex::new(&plans);
    let mut spellings = Vec::new();
    for record in rows(aliases, 2)? {
        let (alias, name) = (record.get(0).unwrap_or_default(), record.get(1).unwrap_or_default());
        let places =
            index.names.get(&fold(name)).ok_or_else(|| fault(&format!("alias `{alias}` names no plan")))?;
        spellings.extend(places.iter().map(|place| (alias.to_owned(), *place)));
    }
    Ok((plans, spellings, index))
}

/// Returns `folded` as a GUID of five groups, if it is one; braces may stand around it.
pub(super) fn guid_of(folded: &str) -> Option<String> {
    let bare = without_braces(folded).trim();
    let groups: Vec<usize> = bare.split('-').map(str::len).collect();
    let is_guid =
        groups == [8, 4, 4, 4, 12] && bare.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    is_guid.then(|| bare.to_owned())
}

/// The words of all names and other names, as texts are parted into them.
fn vocabulary(plans: &[Plan], spellings: &[(String, usize)]) -> WordSet {
    let names = plans.iter().map(|plan| plan.name.as_str());
    let mut known = WordSet::default();
    for name in names.chain(spellings.iter().map(|(spelling, _)| spelling.as_str())) {
        for word in words(name).split(' ') {
            if !known.contains(word) {
                known.insert(word.to_owned());
            }
        }
    }
    known
}

/// Why a person has to confirm whether a plan is paid for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The segment word for which it is doubtful; empty = any.
    pub segment: String,
    /// What is doubtful, and what to check.
    pub words: String,
}

impl Doubt {
    /// Returns whether it holds for a row of a segment.
    #[must_use]
    pub fn concerns(&self, segment: &str) -> bool {
        self.segment.is_empty() || self.segment == segment
    }
}

fn doubts() -> Result<HashMap<String, Doubt>> {
    let records = rows(shipped::DOUBTS, 3)?;
    let doubt = |record: &csv::StringRecord| {
        let cell = |place: usize| record.get(place).unwrap_or_default().to_owned();
        (cell(0), Doubt { segment: cell(1), words: cell(2) })
    };
    Ok(records.iter().map(doubt).collect())
}

/// The ids of Microsoft's service plans that are no ids of products, folded.
fn service_plans() -> WordSet {
    let ids = shipped::SERVICE_PLANS.lines().skip(1);
    ids.filter_map(|line| line.split(',').next()).map(fold).collect()
}

fn plan_of(record: &csv::StringRecord) -> Option<Plan> {
    let cell = |place: usize| record.get(place).map(str::to_owned);
    let (segment, family) = (cell(3)?, cell(4)?);
    if !SEGMENTS.contains(&segment.as_str()) || !FAMILIES.contains(&family.as_str()) {
        return None;
    }
    Some(Plan {
        guid: cell(0)?,
        id: cell(1)?,
        name: cell(2)?,
        segment,
        family,
        kind: PlanKind::from_word(record.get(5)?)?,
        price: Price::from_word(record.get(6)?)?,
        services: Services::from_words(record.get(7)?)?,
        because: cell(8)?,
        from: PlanFrom::Published,
    })
}

pub(super) fn fault(message: &str) -> Error {
    Error::internal(format!("the plan catalogue has a fault: {message}"))
}

/// A column of numbers is none of plans, and a million of them need not be looked up; only a GUID may have no letter.
pub(super) fn is_mere_number(written: &str) -> bool {
    const SHORTEST_GUID: usize = 32;
    written.len() < SHORTEST_GUID && !written.contains(char::is_alphabetic)
}

#[cfg(test)]
mod tests;
