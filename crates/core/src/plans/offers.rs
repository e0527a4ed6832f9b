//! Finds the plan that an offer names once the words that only qualify it are set aside.

use super::grammar::{Grammar, WordSet};
use super::places::Places;
use super::words::{Reading, read_name, read_published};
use super::{Plan, Price};
use crate::hash::FastHash;
use std::collections::HashMap;

/// Beginnings or ends of words of an audience (`students`, `gcchigh`): of plans that fit an offer, the one for the same
/// audience is the one meant.
const AUDIENCES: [&str; 5] = ["faculty", "student", "alumni", "high", "dod"];

/// The words of names -> the plans, with what their names say of the price.
type Priced = HashMap<String, Vec<(usize, Option<Price>)>, FastHash>;

/// The plans by the bare words of their names, and other names that they go by.
#[derive(Clone, Debug)]
pub(super) struct Offers {
    /// The words of a name -> the plans of that name.
    full: Places,
    /// The words of a name without its qualifiers -> the plans, with what their own names say of the price.
    bare: Priced,
    /// As `bare`, of other names that are qualified: `ProPlus for students`.
    bare_aliases: Priced,
    /// The words of another name -> the plans meant by it.
    aliases: Places,
}

impl Offers {
    /// Indexes `plans` and what else they are called, read as a roster's texts are.
    pub(super) fn new(
        plans: &[Plan],
        spellings: &[(String, usize)],
        (grammar, known): (&Grammar, &WordSet),
    ) -> Self {
        let mut offers = Self {
            full: Places::with_capacity_and_hasher(plans.len(), FastHash::default()),
            bare: Priced::with_capacity_and_hasher(plans.len(), FastHash::default()),
            bare_aliases: Priced::default(),
            aliases: Places::with_capacity_and_hasher(spellings.len(), FastHash::default()),
        };
        for (place, plan) in plans.iter().enumerate() {
            let reading = read_published(&plan.name, grammar, known);
            offers.full.entry(reading.words).or_default().push(place);
            offers.bare.entry(reading.bare).or_default().push((place, reading.price));
        }
        for (spelling, place) in spellings {
            let reading = read_published(spelling, grammar, known);
            if reading.segment.is_some() {
                offers.bare_aliases.entry(reading.bare).or_default().push((*place, reading.price));
            }
            offers.aliases.entry(reading.words).or_default().push(*place);
        }
        offers
    }

    /// Returns the places of the plans that `reading` names; none if a word of it is not known.
    ///
    /// All the words go before the bare ones, a published name before another name. Only plans of the segment shown are
    /// taken, or the commercial plan that the segment buys at its own price.
    pub(super) fn fitting(&self, reading: &Reading, plans: &[Plan]) -> Vec<usize> {
        match self.full.get(&reading.words).or_else(|| self.aliases.get(&reading.words)) {
            Some(places) => places.clone(),
            None => self.fitting_bare(reading, plans),
        }
    }

    /// As [`Offers::fitting`], by the bare words alone.
    pub(super) fn fitting_bare(&self, reading: &Reading, plans: &[Plan]) -> Vec<usize> {
        let in_own = |names| reading.segment.map(|segment| in_segment(names, segment, reading, plans));
        let own = in_own(&self.bare).unwrap_or_default();
        let for_it = for_audience(&reading.words, &own, plans);
        let commercial = in_segment(&self.bare, "commercial", reading, plans);
        // A plan for another audience of the segment is less than the commercial one bought at the segment's price.
        let direct = [&for_it, &commercial, &own].into_iter().find(|places| !places.is_empty());
        let found = direct.or_else(|| self.aliases.get(&reading.bare)).cloned().unwrap_or_default();
        if audiences(&reading.words).contains(&true) {
            return found;
        }
        // An offer to the whole segment is one of its own plans: what costs a school nothing (`Office 365 E1 EDU`) was not
        // bought at any price.
        let price = |place: &usize| plans.get(*place).map(|plan| plan.price);
        let is_other = |own: &usize| found.iter().all(|found| price(own) != price(found));
        let has_other = |own: &Vec<usize>| own.iter().any(is_other);
        let otherwise = Some(own).filter(has_other);
        otherwise.or_else(|| in_own(&self.bare_aliases).filter(has_other)).unwrap_or(found)
    }

    /// Returns the bare words of every name and other name, with the places of its plans.
    pub(super) fn bare_names(&self) -> impl Iterator<Item = (&str, Vec<usize>)> {
        let published = self.bare.iter().map(|(words, places)| {
            (words.as_str(), places.iter().map(|(place, _)| *place).collect::<Vec<_>>())
        });
        published.chain(self.aliases.iter().map(|(words, places)| (words.as_str(), places.clone())))
    }
}

/// The plans of one segment with the bare words of `reading`: those whose name says the same of the price, or else those
/// whose name says nothing of it.
fn in_segment(names: &Priced, segment: &str, reading: &Reading, plans: &[Plan]) -> Vec<usize> {
    let Some(known) = names.get(&reading.bare) else { return Vec::new() };
    let of_segment = |place: usize| plans.get(place).is_some_and(|plan| plan.segment == segment);
    let prices: &[Option<Price>] = if reading.price.is_some() { &[reading.price, None] } else { &[None] };
    let mut chosen = Vec::new();
    for price in prices {
        chosen = known
            .iter()
            .filter(|(place, says)| says == price && of_segment(*place))
            .map(|(place, _)| *place)
            .collect();
        if !chosen.is_empty() {
            break;
        }
    }
    chosen
}

/// Returns those of `places` whose names speak to the same audience as `written`.
fn for_audience(written: &str, places: &[usize], plans: &[Plan]) -> Vec<usize> {
    let wanted = audiences(written);
    let is_same = |place: &usize| {
        plans.get(*place).is_some_and(|plan| audiences(&read_name(&plan.name).words) == wanted)
    };
    places.iter().copied().filter(is_same).collect()
}

/// Returns which of the [`AUDIENCES`] the words of a name speak to.
fn audiences(words: &str) -> [bool; AUDIENCES.len()] {
    let speaks_to =
        |audience: &str| words.split(' ').any(|word| word.starts_with(audience) || word.ends_with(audience));
    AUDIENCES.map(speaks_to)
}
