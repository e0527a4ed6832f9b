//! The products that there are already, and whether a line means one of them.

use super::entry::Entry;
use super::headings::{Column, Headings};
use super::reading::Wrong;
use crate::diagnostic::{Code, excerpt};
use crate::fold::fold;
use crate::plans::catalogue::guid_of;
use crate::plans::places::{Places, PlanIndex, by_key};
use crate::plans::{Plan, PlanFrom};
use std::borrow::Cow;
use std::fmt::Write as _;

/// The plans of a catalogue by all that they are called.
#[derive(Debug)]
pub(super) struct KnownPlans<'a> {
    pub plans: &'a [Plan],
    /// The list that is added.
    from: PlanFrom,
    index: Cow<'a, PlanIndex>,
    spellings: Places,
}

/// Which product a line means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meant {
    /// One of its own.
    New,
    /// These that the catalogue has, and all that the line says of them is what the catalogue says.
    Known(Vec<usize>),
}

impl<'a> KnownPlans<'a> {
    /// Takes `plans`, their `index`, and what else they are called.
    pub(super) fn new(
        plans: &'a [Plan],
        index: Cow<'a, PlanIndex>,
        spellings: &[(String, usize)],
        from: PlanFrom,
    ) -> Self {
        let spellings = by_key(spellings.iter().map(|(spelling, place)| (fold(spelling), *place)));
        Self { plans, from, index, spellings }
    }

    /// Returns which product a line means.
    ///
    /// # Errors
    /// What it says otherwise of a product than the catalogue does.
    pub(super) fn meant(&self, entry: &Entry, headings: &Headings) -> Result<Meant, Vec<Wrong>> {
        let by_guid = self.index.guids.get(&entry.guid).map_or(&[][..], Vec::as_slice);
        let by_id = self.index.ids.get(&fold(&entry.id)).map_or(&[][..], Vec::as_slice);
        let mut places: Vec<usize> = [by_guid, by_id].concat();
        if entry.guid.is_empty() && entry.id.is_empty() {
            places = self.index.names.get(&fold(&entry.name)).cloned().unwrap_or_default();
        }
        places.sort_unstable();
        places.dedup();
        if places.is_empty() {
            return Ok(Meant::New);
        }
        let differing =
            |place: &usize| self.plans.get(*place).map_or(0, |plan| differences(entry, plan).len());
        let same: Vec<usize> = places.iter().copied().filter(|place| differing(place) == 0).collect();
        if !same.is_empty() {
            return Ok(Meant::Known(same));
        }
        let nearest =
            places.iter().min_by_key(|place| differing(place)).and_then(|place| self.plans.get(*place));
        Err(nearest.map(|plan| differs(entry, plan, headings, self.from)).into_iter().collect())
    }

    /// Returns the plans that a folded text is the name of.
    pub(super) fn named(&self, folded: &str) -> impl Iterator<Item = &'a Plan> {
        let plans = self.plans;
        self.index.names.get(folded).into_iter().flatten().filter_map(|place| plans.get(*place))
    }

    /// Returns the places of the plans that a folded text is the id, the GUID, the name or another spelling of.
    pub(super) fn called(&self, folded: &str) -> Vec<usize> {
        let guids = guid_of(folded).and_then(|guid| self.index.guids.get(&guid));
        let others = [&self.index.ids, &self.index.names, &self.spellings].map(|index| index.get(folded));
        [guids].into_iter().chain(others).flatten().flatten().copied().collect()
    }
}

/// Returns a product for a message about a file, and whether it is from another of the user's; `from` is this one.
pub(super) fn described(plan: &Plan, from: PlanFrom) -> String {
    let mut words = format!("`{}`", excerpt(&plan.name));
    if !plan.id.is_empty() && plan.id != plan.name {
        let _ = write!(words, " (`{}`)", excerpt(&plan.id));
    }
    if matches!(plan.from, PlanFrom::Own(_)) && plan.from != from {
        words.push_str(" from the earlier catalogue");
    }
    words
}

/// Returns the columns where a line says something else than the catalogue, each with what both say.
fn differences(entry: &Entry, plan: &Plan) -> Vec<(Column, String, String)> {
    let services = |held: crate::plans::Services| held.words().collect::<Vec<_>>().join(" ");
    let word = |word: &Option<String>| word.clone().unwrap_or_default();
    [
        (Column::Guid, entry.guid.clone(), plan.guid.clone()),
        (Column::Id, entry.id.clone(), plan.id.clone()),
        (Column::Name, entry.name.clone(), plan.name.clone()),
        (Column::Segment, word(&entry.segment), plan.segment.clone()),
        (Column::Family, word(&entry.family), plan.family.clone()),
        (Column::Kind, entry.kind.map_or("", |kind| kind.word()).to_owned(), plan.kind.word().to_owned()),
        (
            Column::Price,
            entry.price.map_or("", |price| price.word()).to_owned(),
            plan.price.word().to_owned(),
        ),
        (Column::Services, entry.services.map_or(String::new(), services), services(plan.services)),
    ]
    .into_iter()
    .filter(|(_, written, known)| !written.is_empty() && fold(written) != fold(known))
    .collect()
}

fn differs(entry: &Entry, plan: &Plan, headings: &Headings, from: PlanFrom) -> Wrong {
    let differences = differences(entry, plan);
    let says = |text: &str| {
        if text.is_empty() { "blank".to_owned() } else { format!("`{text}`") }
    };
    let words: Vec<String> = differences
        .iter()
        .map(|(column, written, known)| {
            format!("its {} is {}, not {}", column.heading(), says(known), says(written))
        })
        .collect();
    Wrong {
        code: Code::CatalogueDiffers,
        column: differences.first().and_then(|(column, ..)| headings.place(*column)),
        message: format!("the line names {} but does not match it: {}", described(plan, from), words.join(", ")),
        help: "leave the cells of a known product blank or unchanged; give your own product an id and a GUID that no \
               other product has, or none"
            .to_owned(),
    }
}
