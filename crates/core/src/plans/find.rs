//! How a written plan is found: by GUID, id, name or words; or why it is not.

use super::catalogue::{Catalogue, LONGEST_WRITTEN_BYTES, NotFound, guid_of, is_mere_number};
use super::words::{Reading, read_published, read_written, strictest};
use super::{Match, MatchedBy, Plan, Price, ShownBy};
use crate::fold::{fold, plain, visible};
use std::sync::Arc;

/// The plans at which a look ended that found none, or several that differ.
type Differing<'a> = Vec<&'a Plan>;

impl Catalogue {
    /// Returns the plan that `written` names: by GUID, then product id, then name, then words.
    ///
    /// Case, white space, the width of letters and the shape of dashes do not matter. An id may have its tenant in front
    /// (`tenant:SKU`, `tenantGuid_skuGuid`). By words, what only qualifies an offer (its audience, price, terms of sale,
    /// programme, amount) is set aside by the rules of `grammar.toml`; what is left has to be a known name, word for word.
    /// An id or GUID beside the name has to be of the same plan. A word that is not known means that the plan is not
    /// found; nothing is guessed. Takes time linear in the length of `written`.
    ///
    /// # Errors
    /// [`NotFound`] for a text that names no plan, several in one cell, or a name of several that differ, or that is
    /// longer than [`LONGEST_WRITTEN_BYTES`].
    ///
    /// ```
    /// use fasttrack_core::plans::{Catalogue, MatchedBy};
    /// let catalogue = Catalogue::shipped()?;
    /// let found = catalogue.find("contoso:ENTERPRISEPACK").expect("a published id");
    /// assert_eq!((found.plan.name.as_str(), found.by), ("Office 365 E3", MatchedBy::Id));
    /// let found = catalogue.find("MS NCE M365E3 - 1 year commit").expect("a name with terms of sale");
    /// assert_eq!(found.plan.name, "Microsoft 365 E3");
    /// assert!(catalogue.find("Office 365 E33").is_err());
    /// # Ok::<(), fasttrack_core::error::Error>(())
    /// ```
    #[expect(clippy::result_large_err, reason = "each spelling is looked up once, and few are not found")]
    pub fn find(&self, written: &str) -> Result<Match<'_>, NotFound<'_>> {
        if written.len() > LONGEST_WRITTEN_BYTES || is_mere_number(written) {
            return Err(NotFound::default());
        }
        let cleaned = cleaned(written);
        if let Some(remark) = self.remark_in_front(&cleaned) {
            let other = Some(format!(
                "a plan with `{remark}` in front of it, which may mean that its seats do not count"
            ));
            return Err(NotFound { other, ..NotFound::default() });
        }
        let differing = match self.find_one(&cleaned) {
            Ok(found) => return Ok(self.with_doubt(found)),
            Err(differing) => differing,
        };
        if differing.len() > 1 {
            return Err(NotFound { several: differing, ..NotFound::default() });
        }
        let beside = self.beside(&cleaned);
        if let Some(Ok(found)) = beside {
            return Ok(self.with_doubt(found));
        }
        let in_cell = self.several_in(&cleaned);
        if in_cell.len() > 1 {
            return Err(NotFound { in_cell, ..NotFound::default() });
        }
        match beside {
            Some(Err(missed)) if missed.contradiction.is_some() => Err(missed),
            _ => Err(self.missed(&cleaned)),
        }
    }

    fn with_doubt<'a>(&'a self, found: Match<'a>) -> Match<'a> {
        Match { doubt: self.doubt(found.plan), ..found }
    }

    /// Returns whether `written` names a plan: whether [`Catalogue::find`] finds one, without looking for suggestions.
    #[must_use]
    pub fn knows(&self, written: &str) -> bool {
        if written.len() > LONGEST_WRITTEN_BYTES || is_mere_number(written) {
            return false;
        }
        let cleaned = cleaned(written);
        if self.remark_in_front(&cleaned).is_some() {
            return false;
        }
        self.find_one(&cleaned).is_ok() || matches!(self.beside(&cleaned), Some(Ok(_)))
    }

    /// Returns what stands before a colon, if it says something about the row (`Cancelled:SPE_E3`); no name has such a
    /// beginning.
    fn remark_in_front<'t>(&self, cleaned: &'t str) -> Option<&'t str> {
        let (front, _) = cleaned.split_once(':')?;
        let says = |word: &str| self.tables.grammar.doubt.contains(word);
        let is_remark = plain(front).split(|letter: char| !letter.is_alphanumeric()).any(says);
        (is_remark && !self.tables.index.names.contains_key(&fold(cleaned))).then_some(front.trim())
    }

    /// Looks up a text that names one plan and nothing else; the error holds the plans that it fits though they differ.
    pub(super) fn find_one(&self, cleaned: &str) -> Result<Match<'_>, Differing<'_>> {
        let folded = fold(cleaned);
        let differing = match self.whole(&folded) {
            Ok(found) => return Ok(found),
            Err(differing) => differing,
        };
        if let Some(found) = behind_tenant(&folded, self).and_then(|part| self.by_id(part)) {
            return Ok(found);
        }
        if !differing.is_empty() {
            return Err(differing);
        }
        match self.by_words(cleaned) {
            // `SPE E3`: an id whose parts are joined otherwise.
            Err(none) if none.is_empty() => self.by_id(&folded.replace([' ', '-'], "_")).ok_or(none),
            found => found,
        }
    }

    /// Looks a folded text up as it stands: as a GUID, an id or a name.
    fn whole(&self, folded: &str) -> Result<Match<'_>, Differing<'_>> {
        let guid = guid_of(folded);
        let ways = [
            (MatchedBy::Guid, guid.and_then(|guid| self.tables.index.guids.get(&guid))),
            (MatchedBy::Id, self.tables.index.ids.get(folded)),
            (MatchedBy::Name, self.tables.index.names.get(folded)),
            (MatchedBy::Words, self.tables.spelled.get(folded)),
        ];
        let known = ways.into_iter().find_map(|(by, places)| Some((by, places?)));
        let Some((by, places)) = known else { return Err(Vec::new()) };
        let plan = self.agreed(places)?;
        Ok(published(plan, by))
    }

    /// Looks up a GUID or an id, and nothing else.
    fn by_id(&self, folded: &str) -> Option<Match<'_>> {
        let guid = guid_of(folded)
            .and_then(|guid| self.tables.index.guids.get(&guid))
            .map(|places| (MatchedBy::Guid, places));
        let (by, places) =
            guid.or_else(|| self.tables.index.ids.get(folded).map(|places| (MatchedBy::Id, places)))?;
        self.agreed(places).ok().map(|plan| published(plan, by))
    }

    /// Looks the words up: as a published name may be written, then without what surrounds it, then as a bare name.
    fn by_words(&self, cleaned: &str) -> Result<Match<'_>, Differing<'_>> {
        let reading = read_published(cleaned, self.tables.grammar, self.vocabulary());
        let places = self.offers().fitting(&reading, &self.tables.plans);
        if !places.is_empty() {
            return Ok(read(self.agreed(&places)?, &reading, Vec::new()));
        }
        let reading = read_written(cleaned, self.tables.grammar, self.vocabulary());
        let places = self.offers().fitting(&reading, &self.tables.plans);
        if !places.is_empty() {
            return Ok(read(self.agreed(&places)?, &reading, Vec::new()));
        }
        self.by_bare_name(reading)
    }

    /// Looks up a name that may stand for several plans, such as `E3`.
    fn by_bare_name(&self, mut reading: Reading) -> Result<Match<'_>, Differing<'_>> {
        let words: Vec<&str> = reading.bare.split(' ').collect();
        let (core, variants) = words.split_at(words.len() - reading.variants.min(words.len()));
        let Some(means) = self.tables.grammar.readings.get(&core.join(" ")) else { return Err(Vec::new()) };
        let mut plans: Vec<&Plan> = Vec::new();
        for name in means {
            let mut other = read_published(name, self.tables.grammar, self.vocabulary());
            for variant in variants {
                other.bare = format!("{} {variant}", other.bare);
                other.words = format!("{} {variant}", other.words);
            }
            other.segment = strictest(other.segment, reading.segment);
            other.price = reading.price;
            reading.segment = other.segment.or(reading.segment);
            // The audience stands in the words as they were written.
            let audience = std::mem::replace(&mut other.words, reading.words.clone());
            let places = self.offers().fitting_bare(&other, &self.tables.plans);
            let places = if places.is_empty() {
                self.offers().fitting(&Reading { words: audience, ..other }, &self.tables.plans)
            } else {
                places
            };
            let Ok(plan) = self.agreed(&places) else { continue };
            if !plans.iter().any(|known| known.key() == plan.key()) {
                plans.push(plan);
            }
        }
        let Some(first) = plans.first().copied() else { return Err(Vec::new()) };
        let price = |plan: &Plan| paid_for(plan, &reading);
        let is_same = |plan: &&Plan| plan.segment == first.segment && price(plan) == price(first);
        if !plans.iter().all(is_same) {
            return Err(plans);
        }
        let readings = if plans.len() > 1 { plans } else { Vec::new() };
        Ok(read(first, &reading, readings))
    }

    /// Reads a text that holds an id, a GUID or a commerce id beside a name; `None` where it holds none.
    fn beside(&self, cleaned: &str) -> Option<Result<Match<'_>, NotFound<'_>>> {
        let mut rest = String::with_capacity(cleaned.len());
        let (mut by_id, mut commerce): (Vec<Match<'_>>, bool) = (Vec::new(), false);
        for piece in cleaned.split_inclusive(is_divider) {
            let word = piece.trim_end_matches(is_divider);
            let folded = fold(word.trim_matches(['-', ':', '\'', '"']));
            let id =
                if looks_like_id(word) || guid_of(&folded).is_some() { self.id_of(&folded) } else { None };
            match id {
                Some(found) => by_id.push(found),
                None if is_commerce_id(&folded) => commerce = true,
                None => {
                    rest.push_str(piece);
                    continue;
                }
            }
            rest.push(' ');
        }
        let first = by_id.first().cloned();
        if first.is_none() && !commerce {
            return None;
        }
        if by_id.windows(2).any(|two| {
            two.iter().map(|found| found.plan.key()).collect::<std::collections::BTreeSet<_>>().len() > 1
        }) {
            return None;
        }
        let reading = read_written(&rest, self.tables.grammar, self.vocabulary());
        match (first, self.find_one(&rest)) {
            (Some(found), _) if reading.bare.is_empty() => Some(Ok(with_words(&found, &reading))),
            (Some(found), Ok(named)) if is_reading(&found, &named) => {
                Some(Ok(Match { plan: found.plan, readings: Vec::new(), ..named }))
            }
            (Some(found), Ok(named)) => {
                Some(Err(NotFound { contradiction: Some([named.plan, found.plan]), ..NotFound::default() }))
            }
            (None, Ok(named)) => Some(Ok(named)),
            (_, Err(_)) => Some(Err(NotFound::default())),
        }
    }

    /// Returns the plan of an id or GUID, which may have its tenant in front.
    fn id_of(&self, folded: &str) -> Option<Match<'_>> {
        self.by_id(folded).or_else(|| behind_tenant(folded, self).and_then(|part| self.by_id(part)))
    }

    /// Returns the plans that stand in a text side by side, by their names; fewer than two if it is not made of several.
    ///
    /// A part that is no plan, of words that all are known, counts beside one that is: it may be a part of a name.
    fn several_in(&self, cleaned: &str) -> Vec<String> {
        let signs = ['+', ';', ',', '/', '|', '&', '\n', '\r', '\t', '{', '}'];
        let found = self.named_by(cleaned.split(signs));
        if found.len() > 1 {
            return found;
        }
        let joined = [" and ", " und ", " et ", " y ", " e ", " en ", ": ", " : "];
        let parted = joined.iter().fold(cleaned.to_lowercase(), |text, word| text.replace(word, ";"));
        let found = self.named_by(parted.split(';'));
        if found.len() > 1 {
            return found;
        }
        let ids = cleaned.split([' ', ':', ';', ',', '\n', '{', '}']).filter(|part| looks_like_id(part));
        let ids = ids.filter_map(|part| self.id_of(&fold(part))).map(|found| found.plan);
        distinct(ids).into_iter().map(|plan| plan.name.clone()).collect()
    }

    fn named_by<'t>(&self, parts: impl Iterator<Item = &'t str>) -> Vec<String> {
        let parts: Vec<&str> =
            parts.map(str::trim).filter(|part| !part.is_empty() && !is_mere_number(part)).collect();
        let found: Vec<Option<Match<'_>>> = parts.iter().map(|part| self.find_one(part).ok()).collect();
        let plans = distinct(found.iter().flatten().map(|found| found.plan));
        let is_told = |part: &str| {
            let bare = read_written(part, self.tables.grammar, self.vocabulary()).bare;
            !bare.is_empty() && bare.split(' ').all(|word| self.vocabulary().contains(word))
        };
        if plans.is_empty() || !parts.iter().zip(&found).all(|(part, found)| found.is_some() || is_told(part))
        {
            return Vec::new();
        }
        let others =
            parts.iter().zip(&found).filter(|(_, found)| found.is_none()).map(|(part, _)| (*part).to_owned());
        plans.iter().map(|plan| plan.name.clone()).chain(others).collect()
    }

    /// Returns the first of the plans at `places` if all of them are the same to a verdict.
    fn agreed(&self, places: &[usize]) -> Result<&Plan, Differing<'_>> {
        let plans: Vec<&Plan> = places.iter().filter_map(|place| self.tables.plans.get(*place)).collect();
        match plans.first().copied() {
            Some(first) if plans.windows(2).all(alike) => Ok(first),
            _ => Err(distinct(plans.into_iter())),
        }
    }
}

/// Returns whether two plans are the same to a verdict.
pub(super) fn alike(two: &[&Plan]) -> bool {
    let words = |plan: &Plan| (plan.segment.clone(), plan.family.clone(), plan.kind, plan.price);
    match two {
        [one, other] => words(one) == words(other),
        _ => true,
    }
}

fn distinct<'a>(plans: impl Iterator<Item = &'a Plan>) -> Vec<&'a Plan> {
    let mut found: Vec<&Plan> = Vec::new();
    for plan in plans {
        if !found.iter().any(|known| known.key() == plan.key()) {
            found.push(plan);
        }
    }
    found
}

/// A text with one form for letters of any width and without the signs that only dress it.
fn cleaned(written: &str) -> String {
    const QUOTES: [char; 9] =
        ['\'', '"', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '`', '\u{ab}', '\u{bb}'];
    let is_sign = |letter: char| matches!(letter, '\u{ae}' | '\u{2122}' | '\u{a9}' | '\u{2120}');
    let text: String = if written.is_ascii() {
        written.to_owned()
    } else {
        visible(&written.chars().filter(|letter| !is_sign(*letter)).collect::<String>())
    };
    let text = text.trim().trim_matches(QUOTES).trim();
    text.trim_end_matches(['.', ',', ';']).to_owned()
}

/// What an id stands behind when its tenant is in front: `contoso:SKU`, or the tenant's GUID and `_`.
///
/// A tenant is one word, and none that says something about the row: `Cancelled:SPE_E3` has no tenant.
fn behind_tenant<'t>(folded: &'t str, catalogue: &Catalogue) -> Option<&'t str> {
    let behind_guid =
        folded.split_once('_').filter(|(tenant, _)| guid_of(tenant).is_some()).map(|(_, sku)| sku);
    let behind_colon = || {
        let (tenant, sku) = folded.split_once(':')?;
        let is_word =
            tenant.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '.' | '_'));
        let says = |word: &str| catalogue.tables.grammar.doubt.contains(word);
        let is_plan = catalogue.tables.index.ids.contains_key(tenant)
            || catalogue.tables.index.names.contains_key(tenant);
        (is_word && !tenant.is_empty() && !says(tenant) && !is_plan).then_some(sku)
    };
    behind_guid.or_else(behind_colon).filter(|sku| !sku.is_empty() && !sku.starts_with(' '))
}

/// Blanks, brackets and what parts a list.
const fn is_divider(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(letter, '(' | ')' | '[' | ']' | '{' | '}' | ',' | ';' | '|' | '<' | '>')
}

/// An id is one word of capitals, or has an underscore.
fn looks_like_id(word: &str) -> bool {
    const SHORTEST: usize = 3;
    let is_shouted =
        word.len() >= SHORTEST && !word.contains(char::is_lowercase) && word.contains(char::is_alphabetic);
    word.contains('_') || is_shouted
}

/// Microsoft's commerce ids of products and offers: `CFQ7TTC0LF8R`, `CFQ7TTC0LF8R:0001`.
fn is_commerce_id(folded: &str) -> bool {
    const LENGTH: usize = 12;
    let (product, sku) = folded.split_once(':').unwrap_or((folded, ""));
    let is_code = |code: &str| code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    product.len() == LENGTH
        && (product.starts_with("cfq7") || product.starts_with("dzh"))
        && is_code(product)
        && is_code(sku)
}

/// Whether an id is of the plan that the name beside it means.
fn is_reading(by_id: &Match<'_>, named: &Match<'_>) -> bool {
    let id = by_id.plan.key();
    named.plan.key() == id
        || named.readings.iter().any(|plan| plan.key() == id)
        || fold(&named.plan.name) == fold(&by_id.plan.name)
}

fn published(plan: &Plan, by: MatchedBy) -> Match<'_> {
    Match {
        plan,
        readings: Vec::new(),
        aside: None,
        amount: None,
        by,
        segment: shown(plan, by, None),
        price: plan.price,
        doubt: None,
    }
}

/// What an id says, with what the words beside it say of segment and price.
fn with_words<'a>(found: &Match<'a>, reading: &Reading) -> Match<'a> {
    let by = found.by;
    let read = read(found.plan, reading, Vec::new());
    Match { by, segment: read.segment.or(found.segment), ..read }
}

fn read<'a>(plan: &'a Plan, reading: &Reading, readings: Vec<&'a Plan>) -> Match<'a> {
    let price = paid_for(plan, reading);
    let aside = (!reading.aside.is_empty()).then(|| Arc::from(reading.aside.join(", ")));
    let by = MatchedBy::Words;
    Match {
        plan,
        readings,
        aside,
        amount: reading.amount,
        by,
        segment: shown(plan, by, reading.segment),
        price,
        doubt: None,
    }
}

/// Whether someone pays, by the plan and by what the words say on top of it.
fn paid_for(plan: &Plan, reading: &Reading) -> Price {
    match (plan.price, reading.price) {
        (Price::Paid, Some(written)) => written,
        (known, _) => known,
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
