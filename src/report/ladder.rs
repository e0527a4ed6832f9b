//! The ladder as pictures made of cells: what paid seats bring, drawn as stairs.
//!
//! Everything on them follows from the policy: how many steps there are, where they begin, what they are called. A block is
//! never told by its fill alone: it says what it is, so that it is read aloud, printed in grey and copied as text alike.

mod bands;
mod small;
mod words;

use crate::policy::{Entitlement, Policy};
use crate::report::{Block, CellOut, Step, Style, Table, Value};
use crate::verdict::words::{grouped, tier_name};
use bands::{Band, Held, Ladder};
pub use small::{ON_EACH_STEP, TITLE, small, steps};

/// The ladders of a policy, one for all segments in which the same seats bring the same.
#[derive(Clone, Debug)]
pub struct Ladders<'a> {
    policy: &'a Policy,
    all: Vec<Ladder>,
}

impl<'a> Ladders<'a> {
    /// Returns the ladders of a policy, in the order of its segments.
    #[must_use]
    pub fn of(policy: &'a Policy) -> Self {
        Self { policy, all: bands::ladders(policy) }
    }

    /// Returns how many columns the widest picture has beside its labels.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.all.iter().map(|ladder| ladder.bands.len()).max().unwrap_or(0)
    }

    /// Returns in words which entitlements are open to which plans.
    #[must_use]
    pub fn plans(&self) -> String {
        words::plans(self.policy)
    }

    /// Returns the pictures, each with what it shows in words below it.
    #[must_use]
    pub fn blocks(&self) -> Vec<Block> {
        let picture = |ladder: &Ladder| {
            let told = words::told(self.policy, ladder).into_iter().map(Block::Remark);
            [Block::Table(self.picture(ladder))].into_iter().chain(told)
        };
        self.all.iter().flat_map(picture).collect()
    }

    /// Stairs from the lower left to the upper right, below them the seats, and below those the tiers. Every entitlement of a
    /// policy is a rung.
    fn picture(&self, ladder: &Ladder) -> Table {
        let policy = self.policy;
        let rungs = policy.rungs.iter().enumerate().rev();
        let steps = rungs.map(|(rung, entitlement)| self.line(ladder, *entitlement, rung));
        let axis = along(ladder, ("Paid seats", Style::ColumnHeading), &|band| (band.seats(), Style::Axis));
        let tiers = along(ladder, ("Tier", Style::StepLabel), &|band| {
            (tier_name(policy, band.tier).to_owned(), Style::OnStep)
        });
        Table {
            title: format!("What paid seats bring: {}", self.whose(ladder)),
            rows: steps.chain([axis, tiers]).collect(),
            ..Table::default()
        }
    }

    fn whose(&self, ladder: &Ladder) -> String {
        let segments = &self.policy.segments;
        if ladder.segments.len() == segments.len() {
            return "every segment".to_owned();
        }
        let names = ladder.segments.iter().filter_map(|segment| segments.get(*segment));
        names.map(|segment| segment.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// What one entitlement is in each band: a step, the words in a gap of the stairs, or nothing.
    fn line(&self, ladder: &Ladder, place: usize, rung: usize) -> Vec<CellOut> {
        let Some(entitlement) = self.policy.entitlements.get(place) else { return Vec::new() };
        let mut line = vec![CellOut::styled(Value::text(entitlement.name.clone()), Style::StepLabel)];
        let mut before = Held::No;
        for (column, band) in ladder.bands.iter().enumerate() {
            let held = band.held(place);
            let is_last = column + 1 == ladder.bands.len();
            let is_never = ladder.threshold(entitlement).is_none();
            let is_told = self.is_gap(band, rung) || (is_last && is_never);
            line.push(match held {
                Held::No if is_told => {
                    let from =
                        ladder.threshold(entitlement).map(|from| format!("only from {}", grouped(from)));
                    let words = from.unwrap_or_else(|| "never".to_owned());
                    CellOut::styled(Value::text(words), Style::Gap)
                }
                Held::No => CellOut::styled(Value::Blank, Style::Body),
                held => {
                    let begins = (before == Held::No).then(|| ladder.threshold(entitlement)).flatten();
                    block(entitlement, held, begins, rung)
                }
            });
            before = held;
        }
        line
    }

    /// Whether a rung above is held in a band where this one is not.
    fn is_gap(&self, band: &Band, rung: usize) -> bool {
        let mut above = self.policy.rungs.iter().skip(rung + 1);
        above.any(|entitlement| band.held(*entitlement) != Held::No)
    }
}

/// A block of the stairs: what is granted, and where it begins from how many seats.
fn block(entitlement: &Entitlement, held: Held, begins: Option<u64>, rung: usize) -> CellOut {
    let from = match begins {
        None => String::new(),
        Some(0) => "\nfor every customer".to_owned(),
        Some(from) => format!("\nfrom {}", grouped(from)),
    };
    let doubt = if held == Held::Confirm { ", to be confirmed" } else { "" };
    let words = format!("{}{from}{doubt}", entitlement.name);
    let step = if held == Held::Confirm { Step::Confirm } else { Step::Rung(rung) };
    let style = if begins.is_some() { Style::FirstStep(step) } else { Style::Step(step) };
    CellOut::styled(Value::text(words), style)
}

/// A line with a label, and words for each band.
fn along(
    ladder: &Ladder,
    (label, style): (&str, Style),
    words: &dyn Fn(&Band) -> (String, Style),
) -> Vec<CellOut> {
    let label = CellOut::styled(Value::text(label.to_owned()), style);
    let cell = |band: &Band| {
        let (words, style) = words(band);
        CellOut::styled(Value::text(words), style)
    };
    [label].into_iter().chain(ladder.bands.iter().map(cell)).collect()
}
