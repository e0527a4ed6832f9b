//! The catalogue, and how a written plan is found in it.

use super::derive::rows;
use super::nearest::Nearest;
use super::offers::Offers;
use super::own::{self, Additions};
use super::words::read_name;
use super::{FAMILIES, Kind, Match, MatchedBy, Plan, PlanFrom, Price, SEGMENTS, Services, ShownBy};
use crate::error::{Error, Result};
use crate::fold::{fold, without_braces};
use std::collections::HashMap;

/// The longest text, in bytes, that can name a plan; the longest published id with a tenant before it is shorter.
pub const LONGEST_WRITTEN_BYTES: usize = 300;

/// How many plans are suggested in place of a text that names none, at most.
pub const MOST_CANDIDATES: usize = 3;

/// A shorter word of a search is no GUID: the first block of one has eight digits.
const SHORTEST_GUID_WORD: usize = 8;

/// What else plans are called, each with the plan's place.
type Spellings = Vec<(String, usize)>;

/// Microsoft's products, and the ways to find one.
#[derive(Clone, Debug)]
pub struct Catalogue {
    plans: Vec<Plan>,
    /// What else a plan is called, and its place among the plans.
    spellings: Vec<(String, usize)>,
    guids: HashMap<String, Vec<usize>>,
    ids: HashMap<String, Vec<usize>>,
    names: HashMap<String, Vec<usize>>,
    offers: Offers,
    nearest: Nearest,
}

/// A written plan that is not recognised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotFound<'a> {
    /// The plans that may have been meant, best first, [`MOST_CANDIDATES`] at most: suggestions to a person, never an
    /// answer.
    pub candidates: Vec<&'a Plan>,
    /// The plans that the text fits equally well although they differ in segment, family, kind or price.
    pub several: Vec<&'a Plan>,
}

impl Catalogue {
    /// Returns the catalogue that is part of the program.
    ///
    /// # Errors
    /// A table with a fault, which only a mistake in this program can cause.
    pub fn shipped() -> Result<Self> {
        let (mut plans, mut spellings) = read(include_str!("catalogue.csv"), include_str!("aliases.csv"))?;
        own::shipped(&plans, &spellings)?.join(&mut plans, &mut spellings);
        Ok(Self::of(plans, spellings))
    }

    /// Returns the catalogue with further plans and spellings; they were checked against this one.
    #[must_use]
    pub fn with(&self, additions: &Additions) -> Self {
        let (mut plans, mut spellings) = (self.plans.clone(), self.spellings.clone());
        additions.join(&mut plans, &mut spellings);
        Self::of(plans, spellings)
    }

    /// Returns the plans in the order of the table, by name, then id; behind them those that were added, in the order
    /// of their files.
    #[must_use]
    pub fn plans(&self) -> &[Plan] {
        &self.plans
    }

    /// Returns what else plans are called, each with the plan's place among [`Catalogue::plans`]; a spelling of several
    /// plans stands there several times.
    #[must_use]
    pub fn spellings(&self) -> &[(String, usize)] {
        &self.spellings
    }

    /// Returns the plan that `written` names: by GUID, then product id, then name, then words.
    ///
    /// Case, white space and the shape of dashes do not matter. `tenant:SKU` and `tenantGuid_skuGuid` are read as the
    /// part behind the tenant when the whole names nothing. By words, what qualifies an offer (its audience, price
    /// or length of commitment) is set aside and an older or shorter name is looked up among the aliases. A word that
    /// is not known means that the plan is not found; nothing is guessed. Takes time linear in the length of `written`.
    ///
    /// # Errors
    /// [`NotFound`] for a text that names no plan, or several that differ, or is longer than
    /// [`LONGEST_WRITTEN_BYTES`].
    ///
    /// ```
    /// use fasttrack_roster::plans::{Catalogue, MatchedBy};
    /// let catalogue = Catalogue::shipped()?;
    /// let found = catalogue.find("contoso:ENTERPRISEPACK").expect("a published id");
    /// assert_eq!((found.plan.name.as_str(), found.by), ("Office 365 E3", MatchedBy::Id));
    /// assert!(catalogue.find("Office 365 E33").is_err());
    /// # Ok::<(), fasttrack_roster::error::Error>(())
    /// ```
    pub fn find(&self, written: &str) -> std::result::Result<Match<'_>, NotFound<'_>> {
        if written.len() > LONGEST_WRITTEN_BYTES || is_mere_number(written) {
            return Err(NotFound::default());
        }
        let folded = fold(written);
        let several = match self.find_folded(&folded) {
            Ok(found) => return Ok(found),
            Err(several) => several,
        };
        let nearest = if several.is_empty() { self.nearest.of(&folded, &self.plans) } else { None };
        Err(NotFound { candidates: nearest.into_iter().collect(), several })
    }

    /// Returns whether `written` names a plan: whether [`Catalogue::find`] finds one, without looking for the nearest.
    #[must_use]
    pub fn knows(&self, written: &str) -> bool {
        written.len() <= LONGEST_WRITTEN_BYTES
            && !is_mere_number(written)
            && self.find_folded(&fold(written)).is_ok()
    }

    /// Returns the plans in whose name, id, GUID, family or segment all of `words` occur, in the catalogue's order.
    ///
    /// A word may be part of one, case does not matter; only a GUID has to begin with the word, and by its first eight
    /// digits at least, since `e3` stands somewhere in many. No words at all give every plan.
    #[must_use]
    pub fn search(&self, words: &str) -> Vec<&Plan> {
        let folded = fold(words);
        self.plans
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

    fn of(plans: Vec<Plan>, spellings: Vec<(String, usize)>) -> Self {
        Self {
            guids: index(&plans, |plan| plan.guid.clone()),
            ids: index(&plans, |plan| fold(&plan.id)),
            names: index(&plans, |plan| fold(&plan.name)),
            nearest: Nearest::new(&plans),
            offers: Offers::new(&plans, &spellings),
            spellings,
            plans,
        }
    }

    /// Looks `folded` and its parts up; the error holds the plans that the first of them fits though they differ.
    fn find_folded(&self, folded: &str) -> std::result::Result<Match<'_>, Vec<&Plan>> {
        let mut several = Vec::new();
        for part in parts(folded) {
            match self.find_whole(part) {
                Ok(found) => return Ok(found),
                Err(candidates) if several.is_empty() => several = candidates,
                Err(_) => {}
            }
        }
        Err(several)
    }

    /// Looks `folded` up as it stands; the error holds the plans that it fits though they differ.
    fn find_whole(&self, folded: &str) -> std::result::Result<Match<'_>, Vec<&Plan>> {
        let guid = guid_of(folded);
        let ways = [
            (MatchedBy::Guid, guid.and_then(|guid| self.guids.get(&guid))),
            (MatchedBy::Id, self.ids.get(folded)),
            (MatchedBy::Name, self.names.get(folded)),
        ];
        let known = ways.into_iter().find_map(|(by, places)| Some((by, places?)));
        if let Some((by, places)) = known {
            let plan = self.agreed(places)?;
            return Ok(Match {
                plan,
                readings: Vec::new(),
                aside: None,
                by,
                segment: shown(plan, by, None),
                price: plan.price,
            });
        }
        let reading = read_name(folded);
        let places = self.offers.fitting(&reading, &self.plans);
        let plan = self.agreed(&places)?;
        let price = match (plan.price, reading.price) {
            (Price::Paid, Some(written)) => written,
            (known, _) => known,
        };
        Ok(Match {
            plan,
            readings: Vec::new(),
            aside: None,
            by: MatchedBy::Words,
            segment: shown(plan, MatchedBy::Words, reading.segment),
            price,
        })
    }

    /// Returns the first of the plans at `places` if all of them are the same to a verdict.
    fn agreed(&self, places: &[usize]) -> std::result::Result<&Plan, Vec<&Plan>> {
        let plans: Vec<&Plan> = places.iter().filter_map(|place| self.plans.get(*place)).collect();
        let (Some(first), true) = (plans.first().copied(), plans.windows(2).all(alike)) else {
            return Err(plans);
        };
        Ok(first)
    }
}

/// Reads the published plans, and what else they are called: `aliases` is CSV with the columns `alias,name`.
fn read(table: &str, aliases: &str) -> Result<(Vec<Plan>, Spellings)> {
    let plans = rows(table, super::derive::COLUMNS.len())?
        .iter()
        .map(|record| plan_of(record).ok_or_else(|| fault(&format!("no plan in {record:?}"))))
        .collect::<Result<Vec<_>>>()?;
    let names = index(&plans, |plan| fold(&plan.name));
    let mut spellings = Vec::new();
    for record in rows(aliases, 2)? {
        let (alias, name) = (record.get(0).unwrap_or_default(), record.get(1).unwrap_or_default());
        let places =
            names.get(&fold(name)).ok_or_else(|| fault(&format!("alias `{alias}` names no plan")))?;
        spellings.extend(places.iter().map(|place| (alias.to_owned(), *place)));
    }
    Ok((plans, spellings))
}

/// Returns whether two plans are the same to a verdict.
pub(super) fn alike(two: &[&Plan]) -> bool {
    let words = |plan: &Plan| (plan.segment.clone(), plan.family.clone(), plan.kind, plan.price);
    match two {
        [one, other] => words(one) == words(other),
        _ => true,
    }
}

/// A plain commercial plan shows no segment: a charity's offer carries the same name and id.
fn shown<'a>(plan: &'a Plan, by: MatchedBy, written: Option<&'static str>) -> Option<(&'a str, ShownBy)> {
    let shown_by = match by {
        MatchedBy::Guid | MatchedBy::Id => ShownBy::Id,
        MatchedBy::Name | MatchedBy::Words => ShownBy::Name,
    };
    let of_plan = (plan.segment != "commercial").then_some(plan.segment.as_str());
    written.or(of_plan).map(|segment| (segment, shown_by))
}

/// The whole text, then what stands behind a tenant's name or GUID.
fn parts(folded: &str) -> impl Iterator<Item = &str> {
    let behind_colon = folded.rsplit_once(':').map(|(_, sku)| sku.trim());
    let behind_guid =
        folded.split_once('_').filter(|(tenant, _)| guid_of(tenant).is_some()).map(|(_, sku)| sku);
    [Some(folded), behind_colon, behind_guid].into_iter().flatten().filter(|part| !part.is_empty())
}

/// Returns `folded` as a GUID of five groups, if it is one; braces may stand around it.
pub(super) fn guid_of(folded: &str) -> Option<String> {
    let bare = without_braces(folded).trim();
    let groups: Vec<usize> = bare.split('-').map(str::len).collect();
    let is_guid =
        groups == [8, 4, 4, 4, 12] && bare.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    is_guid.then(|| bare.to_owned())
}

fn index(plans: &[Plan], key: impl Fn(&Plan) -> String) -> HashMap<String, Vec<usize>> {
    let mut index: HashMap<String, Vec<usize>> = HashMap::with_capacity(plans.len());
    for (place, plan) in plans.iter().enumerate() {
        let key = key(plan);
        if !key.is_empty() {
            index.entry(key).or_default().push(place);
        }
    }
    index
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
        kind: Kind::from_word(record.get(5)?)?,
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
