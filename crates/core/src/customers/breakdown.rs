//! Customers counted by something that the roster says of them: who looks after them, their plan, country, renewal.

use crate::date::Date;
use crate::fold::{fold, squeeze};
use crate::hash::FastHash;
use crate::summary::Count;
use crate::verdict::Tier;
use std::collections::HashMap;

/// Values that are told apart, at most; of more none is counted, since no manager reads them.
pub const LIMIT_VALUES: usize = 2_000;

/// Characters of a value that are kept.
const LIMIT_CHARACTERS: usize = 100;

/// What customers are broken down by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// Who looks after them.
    Owner,
    /// Their plan; of a customer on several rows, the largest of those counted.
    Plan,
    /// Their country.
    Country,
    /// The quarter of their renewal; of a customer on several rows, of the next.
    Renewal,
}

impl Dimension {
    /// All of them, in the order of [`super::Customers::by`].
    pub const ALL: [Self; 4] = [Self::Owner, Self::Plan, Self::Country, Self::Renewal];

    /// Returns the word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Plan => "plan",
            Self::Country => "country",
            Self::Renewal => "renewal quarter",
        }
    }
}

/// What a customer counts for.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    /// Its tier.
    pub tier: Tier,
    /// Its paid seats.
    pub seats: u64,
}

/// A value, and the customers that have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// As the roster first writes it; empty = the roster says nothing.
    pub shown: String,
    /// Customers and their seats.
    pub all: Count,
    /// Customers by tier: the rungs, then none, then needs review.
    pub by_tier: Vec<u64>,
}

/// Customers by the values of one thing: a fold, whose parts are merged in the order of the roster.
#[derive(Clone, Debug)]
pub struct Breakdown {
    slots: usize,
    /// Each value by what it folds to.
    places: HashMap<String, usize, FastHash>,
    /// Texts that were met, as they were written, with the place of their value.
    written: HashMap<String, usize, FastHash>,
    /// Quarters that were met, likewise: a roster has few of them, but nearly every day in them.
    quarters: HashMap<i64, usize, FastHash>,
    values: Vec<Value>,
    /// Whether there were too many values to tell apart.
    gave_up: bool,
}

impl Breakdown {
    /// Returns the counts of nobody, for so many tiers, none and needs review counted.
    #[must_use]
    pub fn new(slots: usize) -> Self {
        let (places, written, quarters) = (HashMap::default(), HashMap::default(), HashMap::default());
        Self { slots, places, written, quarters, values: Vec::new(), gave_up: false }
    }

    /// Adds a customer of whom the roster says this; white space alone says nothing.
    pub fn add(&mut self, written: &str, customer: Counted) {
        if self.gave_up {
            return;
        }
        let place = match self.written.get(written) {
            Some(place) => *place,
            None => self.place_written(written),
        };
        self.count(place, customer);
    }

    /// Adds a customer by the quarter of a day; `None` = the roster says none.
    pub fn add_day(&mut self, day: Option<Date>, customer: Counted) {
        if self.gave_up {
            return;
        }
        let place = match self.quarters.get(&number(day)) {
            Some(place) => *place,
            None => self.place_of_day(day),
        };
        self.count(place, customer);
    }

    fn count(&mut self, place: usize, customer: Counted) {
        let slot = customer.tier.slot(self.slots.saturating_sub(2));
        if let Some(value) = self.values.get_mut(place) {
            value.all.add(customer.seats);
            if let Some(count) = value.by_tier.get_mut(slot) {
                *count += 1;
            }
        }
        self.check();
    }

    /// Adds those of the next part of the roster.
    pub fn merge(&mut self, other: &Self) {
        self.gave_up |= other.gave_up;
        if !self.gave_up {
            for value in &other.values {
                let place = self.place_written(&value.shown);
                let Some(mine) = self.values.get_mut(place) else { continue };
                mine.all.merge(value.all);
                mine.by_tier.iter_mut().zip(&value.by_tier).for_each(|(mine, theirs)| *mine += theirs);
            }
        }
        self.check();
    }

    /// Returns the values, those of most customers first; `None` = there were too many to tell apart.
    #[must_use]
    pub fn values(&self) -> Option<Vec<&Value>> {
        let mut values: Vec<&Value> = self.values.iter().collect();
        // What the roster says of nobody is no answer to who has most.
        values.sort_by_cached_key(|value| {
            (
                value.shown.is_empty(),
                u64::MAX - value.all.rows,
                u64::MAX - value.all.seats,
                fold(&value.shown),
            )
        });
        (!self.gave_up).then_some(values)
    }

    /// Returns the place of the value that a text says.
    fn place_written(&mut self, written: &str) -> usize {
        let place = self.place_of(written);
        // Some rosters write few values in many ways; they are not all kept.
        if self.written.len() < LIMIT_VALUES {
            self.written.insert(written.to_owned(), place);
        }
        place
    }

    /// Returns the place of the quarter of a day.
    fn place_of_day(&mut self, day: Option<Date>) -> usize {
        let place = self.place_of(&day.map(quarter).unwrap_or_default());
        if self.quarters.len() < LIMIT_VALUES {
            self.quarters.insert(number(day), place);
        }
        place
    }

    fn place_of(&mut self, said: &str) -> usize {
        let folded = fold(said);
        let next = self.values.len();
        let place = *self.places.entry(folded).or_insert(next);
        if place == next {
            let shown = squeeze(said).chars().take(LIMIT_CHARACTERS).collect();
            self.values.push(Value { shown, all: Count::default(), by_tier: vec![0; self.slots] });
        }
        place
    }

    fn check(&mut self) {
        if self.gave_up || self.values.len() > LIMIT_VALUES {
            *self = Self { gave_up: true, ..Self::new(self.slots) };
        }
    }
}

/// Returns a number that only days of the same quarter have.
fn number(day: Option<Date>) -> i64 {
    day.map(Date::quarter).map_or(i64::MIN, |(year, quarter)| year * 4 + quarter)
}

/// Returns a quarter as it is shown, which sorts as the quarters do: `2026 Q4`.
#[must_use]
pub fn quarter(date: Date) -> String {
    let (year, quarter) = date.quarter();
    format!("{year:04} Q{quarter}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(texts: &[(String, u64)]) -> Breakdown {
        let mut breakdown = Breakdown::new(6);
        for (text, seats) in texts {
            let tier = if *seats > 50 { Tier::Rung(1) } else { Tier::Rung(0) };
            breakdown.add(text, Counted { tier, seats: *seats });
        }
        breakdown
    }

    #[test]
    fn values_differ_by_what_they_say_and_the_blank_one_is_last() {
        let texts = [("Ann", 10), (" ann ", 60), ("", 5), ("Bert", 9), ("\u{a0}", 7), ("", 1)];
        let breakdown = of(&texts.map(|(text, seats)| (text.to_owned(), seats)));
        let values = breakdown.values().unwrap();
        let told: Vec<_> = values.iter().map(|value| (value.shown.as_str(), value.all)).collect();
        assert_eq!(
            told,
            [
                ("Ann", Count { rows: 2, seats: 70 }),
                ("Bert", Count { rows: 1, seats: 9 }),
                ("", Count { rows: 3, seats: 13 })
            ]
        );
        assert_eq!(values[0].by_tier, [1, 1, 0, 0, 0, 0]);
    }

    #[test]
    fn of_too_many_values_none_is_counted() {
        let texts: Vec<_> = (0..=LIMIT_VALUES).map(|number| (number.to_string(), 1)).collect();
        assert!(of(&texts).values().is_none());
        assert_eq!(of(&texts[1..]).values().unwrap().len(), LIMIT_VALUES);
        let (left, right) = texts.split_at(LIMIT_VALUES / 2);
        let mut merged = of(left);
        merged.merge(&of(right));
        assert!(merged.values().is_none());
    }

    proptest! {
        #[test]
        fn parts_come_to_the_whole_and_figures_do_not_depend_on_the_order(
            texts in prop::collection::vec(("[aAb ]{0,2}", 0_u64..99), 0..40), cut in 0_usize..40,
        ) {
            let whole = of(&texts);
            let (left, right) = texts.split_at(cut.min(texts.len()));
            let mut merged = of(left);
            merged.merge(&of(right));
            prop_assert_eq!(merged.values(), whole.values());
            let mut turned = texts.clone();
            turned.reverse();
            let figures = |breakdown: &Breakdown| -> Vec<(String, Count, Vec<u64>)> {
                let values = breakdown.values().unwrap();
                values.iter().map(|value| (fold(&value.shown), value.all, value.by_tier.clone())).collect()
            };
            prop_assert_eq!(figures(&of(&turned)), figures(&whole));
            let sum: u64 = figures(&whole).iter().map(|(_, all, _)| all.rows).sum();
            prop_assert_eq!(sum, texts.len() as u64);
        }
    }
}
