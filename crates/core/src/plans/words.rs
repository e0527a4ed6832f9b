//! What the words of an offer say: its segment, and whether someone pays.
//!
//! One set of rules serves the derivation of the catalogue and the reading of a roster, so that a name means the same
//! in both. Rules look at whole words, never at letters inside one: `Governance` is not government, `NOPSTNCONF` is
//! not nonprofit and `Acceptance Testing` is no test.

use super::Price;
use super::grammar::roles::Roles;
use super::grammar::tokens::{Token, tokens};
use super::grammar::{self, Grammar, Tells, WordSet};
use super::phrases::{BEFORE_TIER, EDUCATION, GOVERNMENT, ID_WORDS, NONPROFIT, TIERS};
use crate::fold::fold;

/// What the words of a text say, and what is left when the words that only qualify are set aside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The words, folded, one blank between them, abbreviations written out; without those that carry nothing.
    pub words: String,
    /// The words without those that qualify: no audience, no price, no terms of sale. What the plan is without stands
    /// at the end.
    pub bare: String,
    /// How many of the last words of [`Reading::bare`] say what the plan is without.
    pub variants: usize,
    /// The segment word that the text shows.
    pub segment: Option<&'static str>,
    /// What the text says about its price; `None` where it says nothing.
    pub price: Option<Price>,
    /// The phrases that decided segment and price, for the reason beside a verdict.
    pub because: Vec<&'static str>,
    /// What was set aside, as it was written.
    pub aside: Vec<String>,
    /// A number of seats that stands in the text.
    pub amount: Option<u64>,
}

/// Returns the words of `text`: folded, one blank between them; punctuation only parts words.
///
/// ```
/// use fasttrack_core::plans::words::words;
/// assert_eq!(words("Microsoft 365 E3_USGOV_GCCHIGH"), "microsoft 365 e3 usgov gcchigh");
/// ```
#[must_use]
pub fn words(text: &str) -> String {
    let folded = fold(text);
    let mut words = String::with_capacity(folded.len());
    for word in folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words
}

/// Returns whether `phrase` stands in `words` as whole words.
#[must_use]
pub fn holds(words: &str, phrase: &str) -> bool {
    words.match_indices(phrase).any(|(start, found)| {
        let before = words.get(..start).is_some_and(|head| head.is_empty() || head.ends_with(' '));
        let after =
            words.get(start + found.len()..).is_some_and(|tail| tail.is_empty() || tail.starts_with(' '));
        before && after
    })
}

/// Returns what the words of the published name `text` say.
///
/// Where a text shows two segments the stricter stands: education, then nonprofit, then government. A text that says
/// both free and trial is a trial. What says neither is not set aside: it is part of a published name. Cannot fail: a
/// text without words reads as nothing.
///
/// ```
/// use fasttrack_core::plans::words::read_name;
/// let reading = read_name("O365 E1 (Nonprofit Staff Pricing)");
/// assert_eq!((reading.bare.as_str(), reading.segment), ("office 365 e1", Some("nonprofit")));
/// ```
#[must_use]
pub fn read_name(text: &str) -> Reading {
    // A grammar with a fault is told where the catalogue is opened.
    grammar::shipped()
        .map(|grammar| read(text, grammar, &WordSet::default(), Whose::Published))
        .unwrap_or_default()
}

/// As [`read_name`]; words that were written together are parted by those of all published names, `known`.
pub(super) fn read_published(text: &str, grammar: &Grammar, known: &WordSet) -> Reading {
    read(text, grammar, known, Whose::Published)
}

/// Returns what the words of `text` say, written by anybody; `known` are the words of all published names.
///
/// As [`read_name`], and terms of sale, programmes, amounts and dates are set aside, too.
pub(super) fn read_written(text: &str, grammar: &Grammar, known: &WordSet) -> Reading {
    read(text, grammar, known, Whose::Anybody)
}

/// Who wrote a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Published,
    Anybody,
}

/// Goes through the words of a text.
struct Reader<'t> {
    grammar: &'t Grammar,
    text: &'t str,
    tokens: &'t [Token],
    whose: Whose,
    reading: Reading,
    all: Vec<Kept<'t>>,
    bare: Vec<Kept<'t>>,
    variants: Vec<&'t str>,
}

/// A word that is part of a name.
#[derive(Clone, Copy)]
struct Kept<'t> {
    word: &'t str,
    /// Whether it carries nothing.
    is_small: bool,
}

impl<'t> From<&'t Token> for Kept<'t> {
    fn from(token: &'t Token) -> Self {
        Self { word: &token.word, is_small: token.roles.has(Roles::SMALL) }
    }
}

/// A text that is cut off is at least so long, in bytes: programs cut at 30, 40, 50 or more.
const SHORTEST_CUT: usize = 30;

fn read(text: &str, grammar: &Grammar, known: &WordSet, whose: Whose) -> Reading {
    let tokens = spelled(tokens(text, grammar, known), grammar);
    let (all, bare) = (Vec::with_capacity(tokens.len()), Vec::with_capacity(tokens.len()));
    let (reading, variants) = (Reading::default(), Vec::new());
    Reader { grammar, text, tokens: &tokens, whose, reading, all, bare, variants }.read()
}

impl Reader<'_> {
    fn read(mut self) -> Reading {
        let mut at = 0;
        while at < self.tokens.len() {
            at += self.step(at).max(1);
        }
        let Self { mut reading, all, bare, mut variants, grammar, .. } = self;
        reading.words = finished(&all, grammar).join(" ");
        let mut bare = finished(&bare, grammar);
        variants.sort_unstable();
        variants.dedup();
        reading.variants = variants.len();
        bare.extend(variants);
        reading.bare = bare.join(" ");
        reading
    }

    /// Reads what begins at a token; returns how many tokens it has.
    fn step(&mut self, at: usize) -> usize {
        let (grammar, tokens) = (self.grammar, self.tokens);
        let rest = tokens.get(at..).unwrap_or_default();
        let phrase = grammar.asides.at(rest, |_, _| true);
        let phrase = phrase.map(|(tells, count, _)| (*tells, count));
        if let Some((variant, count, _)) = grammar.variants.at(rest, |_, _| true) {
            self.all.push(Kept { word: variant, is_small: grammar.small.contains(variant) });
            self.variants.push(variant);
            return count;
        }
        if self.whose == Whose::Anybody {
            let longest = phrase.map_or(0, |(_, count)| count);
            let (count, amount) = surroundings(rest, grammar, at == 0);
            if count > longest {
                self.reading.amount = self.reading.amount.or(amount);
                self.note(at, count);
                return count;
            }
            let is_long = self.text.len() >= SHORTEST_CUT;
            if let Some(tells) =
                grammar.asides.cut_short(rest).filter(|tells| is_long && !tells.stays && rest.len() > longest)
            {
                let count = rest.len();
                self.reading.take(tells);
                self.note(at, count);
                return count;
            }
        }
        let Some((tells, count)) = phrase else {
            self.keep(at);
            return 1;
        };
        self.reading.take(&tells);
        let words = || rest.iter().take(count).map(Kept::from);
        let stays = tells.stays || (self.whose == Whose::Published && !tells.says_something());
        if stays {
            self.bare.extend(words());
        }
        if stays || tells.says_something() {
            self.all.extend(words());
        }
        if !stays {
            self.note(at, count);
        }
        count
    }

    /// Keeps a word as part of the plan's name.
    fn keep(&mut self, at: usize) {
        let Some(word) = self.tokens.get(at).map(Kept::from) else { return };
        if let Some((tier, segment)) = TIERS.iter().find(|(tier, _)| *tier == word.word)
            && self.bare.last().is_some_and(|last| BEFORE_TIER.contains(&last.word))
        {
            self.reading.take(&Tells { segment: Some(segment), words: tier, ..Tells::default() });
        }
        self.all.push(word);
        self.bare.push(word);
    }

    /// Notes what was set aside, as it was written.
    fn note(&mut self, at: usize, count: usize) {
        let tokens = self.tokens.get(at..at + count).unwrap_or_default();
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return };
        let written = self.text.get(first.from..last.to).unwrap_or_default().trim();
        if !written.is_empty() {
            self.reading.aside.push(written.to_owned());
        }
    }
}

/// Writes out what is written short, until nothing changes.
fn spelled(mut tokens: Vec<Token>, grammar: &Grammar) -> Vec<Token> {
    const PASSES: usize = 4;
    join_tiers(&mut tokens, grammar);
    for _ in 0..PASSES {
        let shorts = shorts(&tokens, grammar);
        if shorts.is_empty() {
            break;
        }
        tokens = written_out(tokens, &shorts, grammar);
    }
    tokens
}

/// Tokens that are written short, and what they become.
struct Short<'g> {
    at: usize,
    count: usize,
    becomes: &'g [String],
    /// What the last word goes on with.
    number: String,
}

/// Finds what is written short, in order.
fn shorts<'g>(tokens: &[Token], grammar: &'g Grammar) -> Vec<Short<'g>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let rest = tokens.get(at..).unwrap_or_default();
        let is_free = |spelling: &grammar::Spelling, count: usize| {
            let begins =
                rest.iter().map(|token| &token.word).take(spelling.becomes.len()).eq(&spelling.becomes);
            // What is written out already is not written out once more.
            (!begins || spelling.becomes.len() < count)
                && (!spelling.first || at == 0)
                && !is_kept(tokens, at, &spelling.keep)
        };
        let Some((spelling, count, number)) = grammar.spellings.at(rest, is_free) else {
            at += 1;
            continue;
        };
        found.push(Short { at, count, becomes: &spelling.becomes, number: number.to_owned() });
        at += count;
    }
    found
}

/// Puts what they become in place of the tokens that are written short.
fn written_out(tokens: Vec<Token>, shorts: &[Short<'_>], grammar: &Grammar) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len() + shorts.len());
    let (mut rest, mut at) = (tokens.into_iter(), 0);
    for Short { at: begin, count, becomes, number } in shorts {
        out.extend(rest.by_ref().take(begin - at));
        let mut replaced = rest.by_ref().take(*count);
        let Some(Token { from, mut to, .. }) = replaced.next() else { break };
        replaced.for_each(|token| to = token.to);
        let last = becomes.len() - 1;
        out.extend(becomes.iter().enumerate().map(|(place, word)| {
            let word = if place == last { format!("{word}{number}") } else { word.clone() };
            let roles = grammar.roles(&word);
            Token { word, from, to, alone: false, is_date: false, roles }
        }));
        at = begin + count;
    }
    out.extend(rest);
    out
}

/// Whether the token stands inside one of these phrases.
fn is_kept(tokens: &[Token], at: usize, keep: &[Vec<String>]) -> bool {
    keep.iter().any(|phrase| {
        (at.saturating_sub(phrase.len() - 1)..=at).any(|begin| {
            let found = tokens.get(begin..begin + phrase.len());
            found.is_some_and(|found| found.iter().map(|token| &token.word).eq(phrase))
        })
    })
}

/// `E 5`, `E-5`: the letter of a tier, parted from its number.
fn join_tiers(tokens: &mut Vec<Token>, grammar: &Grammar) {
    let mut at = 0;
    while at + 1 < tokens.len() {
        let is_number = |token: Option<&Token>| {
            token.is_some_and(|token| {
                token.word.len() == 1 && token.word.bytes().all(|byte| byte.is_ascii_digit())
            })
        };
        let is_letter = || tokens.get(at).is_some_and(|token| grammar.tier_letters.contains(&token.word));
        let has_unit = || tokens.get(at + 2).is_some_and(|token| grammar.units.contains(&token.word));
        if is_number(tokens.get(at + 1)) && is_letter() && !has_unit() {
            let number = tokens.remove(at + 1);
            if let Some(token) = tokens.get_mut(at) {
                token.word.push_str(&number.word);
                token.roles = grammar.roles(&token.word);
                token.to = number.to;
            }
        }
        at += 1;
    }
}

/// Returns how many tokens say only how, when or how often something is bought, and an amount among them.
fn surroundings(rest: &[Token], grammar: &Grammar, is_first: bool) -> (usize, Option<u64>) {
    let (amounts, amount) = amount(rest, grammar, is_first);
    let others = terms(rest, grammar).max(dates(rest, grammar)).max(percent(rest));
    if amounts > others { (amounts, amount) } else { (others, None) }
}

/// A run of terms of sale: `1 year commit paid monthly`.
fn terms(rest: &[Token], grammar: &Grammar) -> usize {
    let (mut at, mut end, mut anchors) = (0, 0, 0);
    while let Some(token) = rest.get(at) {
        let word = token.word.as_str();
        let has_unit = rest.get(at + 1).is_some_and(|next| grammar.units.contains(&next.word));
        let is_number = word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit())
            || grammar.numbers.contains(word);
        let long_unit = word.len() >= SHORTEST_UNIT && grammar.units.contains(word);
        if let Some(((), count, _)) = grammar.terms.at(rest.get(at..).unwrap_or_default(), |(), _| true) {
            (at, anchors) = (at + count, anchors + 1);
            end = at;
        } else if is_number && has_unit {
            (at, anchors) = (at + 2, anchors + 1);
            end = at;
        } else if long_unit && anchors > 0 {
            at += 1;
            end = at;
        } else if anchors > 0 && grammar.joining.contains(word) {
            at += 1;
        } else {
            break;
        }
    }
    if anchors > 0 { end } else { 0 }
}

/// A shorter unit stands only behind a number.
const SHORTEST_UNIT: usize = 4;

/// A date, with the small words around it.
fn dates(rest: &[Token], grammar: &Grammar) -> usize {
    let (mut at, mut end) = (0, 0);
    while let Some(token) = rest.get(at) {
        if token.is_date {
            end = at + 1;
        } else if !grammar.date_words.contains(&token.word) || at > end {
            break;
        }
        at += 1;
    }
    end
}

fn percent(rest: &[Token]) -> usize {
    let words = || rest.iter().map(|token| token.word.as_str());
    let is_number = words().next().is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    if is_number && words().nth(1) == Some("%") { 2 } else { 0 }
}

/// A number of seats: `25 seats`, `x 25`, `(25)`, or in front of all.
fn amount(rest: &[Token], grammar: &Grammar, is_first: bool) -> (usize, Option<u64>) {
    let number = |at: usize| rest.get(at).and_then(|token| token.word.parse::<u64>().ok());
    let is_word = |at: usize| rest.get(at).is_some_and(|token| grammar.amounts.contains(&token.word));
    let is_x = |at: usize| rest.get(at).is_some_and(|token| token.word == "x");
    let glued =
        rest.first().and_then(|token| token.word.strip_prefix('x')).and_then(|number| number.parse().ok());
    if glued.is_some() {
        return (1, glued);
    }
    if let Some(found) = number(0) {
        let is_alone = rest.first().is_some_and(|token| token.alone);
        let has_line =
            rest.get(1).is_some_and(|token| ["microsoft", "office"].contains(&token.word.as_str()));
        if is_word(1) {
            return (2, Some(found));
        }
        return if is_alone || (is_first && has_line) { (1, Some(found)) } else { (0, None) };
    }
    match number(1) {
        Some(found) if is_x(0) => (2, Some(found)),
        _ => (0, None),
    }
}

/// The words of a name without those that carry nothing, its tier behind its line, and only once.
fn finished<'t>(words: &[Kept<'t>], grammar: &Grammar) -> Vec<&'t str> {
    let mut words: Vec<&str> = words.iter().filter(|kept| !kept.is_small).map(|kept| kept.word).collect();
    let is_vendor = |words: &[&str]| {
        words.first().is_some_and(|word| *word == "microsoft")
            && words.get(1).is_some_and(|word| *word != "365")
    };
    while is_vendor(&words) {
        words.remove(0);
    }
    let is_line = |tail: &[&str]| grammar.tier_lines.iter().any(|line| line == tail);
    if words.get(1..).is_some_and(is_line) {
        words.rotate_left(1);
    }
    let (one, other) = words.split_at(words.len() / 2);
    if !one.is_empty() && one == other {
        words.truncate(words.len() / 2);
    }
    words
}

/// Returns what the words of the product id `id` say; its bare words are all its words.
///
/// A nonprofit customer is almost never visible in an id.
#[must_use]
pub fn read_id(id: &str) -> Reading {
    let all = words(id);
    let mut reading = Reading::default();
    for word in all.split(' ') {
        if let Some((found, segment, price)) = ID_WORDS.iter().find(|(known, _, _)| *known == word) {
            reading.take(&Tells { segment: *segment, price: *price, stays: true, words: found });
        }
    }
    Reading { bare: all.clone(), words: all, ..reading }
}

impl Tells {
    const fn says_something(&self) -> bool {
        self.segment.is_some() || self.price.is_some()
    }
}

impl Reading {
    fn take(&mut self, tells: &Tells) {
        if !tells.says_something() {
            return;
        }
        self.because.push(tells.words);
        self.segment = strictest(self.segment, tells.segment);
        self.price = match (self.price, tells.price) {
            (Some(Price::Trial), _) | (_, Some(Price::Trial)) => Some(Price::Trial),
            (one, other) => one.or(other),
        };
    }
}

pub(super) fn strictest(one: Option<&'static str>, other: Option<&'static str>) -> Option<&'static str> {
    [EDUCATION, NONPROFIT, GOVERNMENT].into_iter().find(|word| one == Some(word) || other == Some(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_inside_a_word_say_nothing() {
        for text in [
            "Microsoft Entra ID Governance",
            "Educational",
            "Freedom",
            "Standard Acceptance Testing",
            "Trialogue",
        ] {
            let reading = read_name(text);
            assert_eq!((reading.segment, reading.price), (None, None), "{text}");
        }
        assert_eq!(read_id("SPE_E5_NOPSTNCONF").segment, None);
        assert_eq!(read_id("CRMTESTINSTANCE").price, None);
    }

    #[test]
    fn a_tier_is_only_a_tier_behind_its_product_line() {
        assert_eq!(read_name("Microsoft 365 A3").segment, Some("education"));
        assert_eq!(read_name("Windows 10/11 Enterprise A5").segment, Some("education"));
        assert_eq!(read_name("EMS A3").segment, Some("education"));
        assert_eq!(read_name("Office 365 G3").segment, Some("government"));
        assert_eq!(read_name("Dynamics 365 Base Offer A1").segment, None);
    }

    #[test]
    fn nonprofit_is_seen_through_any_hyphen() {
        for text in
            ["E3 (Non-Profit Pricing)", "E3 (Non\u{2011}Profit Pricing)", "E3 (Nonprofit)", "E3 (Charity)"]
        {
            assert_eq!(read_name(text).segment, Some("nonprofit"), "{text}");
        }
    }

    #[test]
    fn every_spelling_of_a_trial_is_a_trial() {
        for text in
            ["X vTrial", "X Viral Trial", "X P1 Tria for Workers", "X (Preview)", "X Exploratory", "X TEST"]
        {
            assert_eq!(read_name(text).price, Some(Price::Trial), "{text}");
        }
    }

    #[test]
    fn a_length_of_commitment_says_nothing_about_the_price() {
        let grammar = grammar::shipped().unwrap();
        let reading =
            read_written("Office 365 E3 (Annual Commitment, billed monthly)", grammar, &WordSet::default());
        assert_eq!((reading.bare.as_str(), reading.price), ("office 365 e3", None));
    }

    #[test]
    fn a_commercial_plan_that_fits_a_government_tenant_is_commercial() {
        assert_eq!(read_name("Windows 10/11 Enterprise E5 Commercial (GCC Compatible)").segment, None);
    }

    #[test]
    fn a_phrase_is_held_as_whole_words_only() {
        assert!(holds("teams phone with calling plan", "calling plan"));
        assert!(!holds("dynamics 365 team members", "team member"));
        assert!(holds("e5 e51 e5", "e5"));
    }
}
