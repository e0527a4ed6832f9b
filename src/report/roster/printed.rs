//! Which columns of the Roster sheet are printed: as many as a page shows in letters that can be read.
//!
//! The roster's own columns stay in its order, and there may be any number of them. Where all are too many, a page has
//! those from the customer to the paid seats, or fewer, and beside them the FastTrack columns up to the next tier; the
//! long texts behind those are for the screen.

use super::Layout;
use crate::about::About;
use crate::output_fields::OutputColumn;
use crate::report::{Column, Printed};
use crate::roster::columns::Columns;
use crate::roster::identity::Identity;
use crate::write::page::{LEGIBLE_POINTS, printed_points};
use std::ops::RangeInclusive;

impl Layout<'_> {
    /// Returns the first choice of columns that is legible, of those that show less and less; the last, if none is.
    pub(super) fn printed(&self, about: &About, columns: &Columns, headed: &[Column]) -> Printed {
        let plan = columns.plan;
        let who = Identity::find(&about.headings, columns).shown_in().unwrap_or(plan);
        let place = |column| self.place(column);
        let [segment, seats, tier, last] = [
            OutputColumn::Segment,
            OutputColumn::SeatsCounted,
            OutputColumn::Tier,
            OutputColumn::SeatsToNext,
        ]
        .map(place);
        let entitlements = place(OutputColumn::NextTier).saturating_sub(1);
        let bought = across(&[who, plan, columns.seats]);
        let smallest = beside(who..=who, tier..=tier);
        let choices = [
            Printed { first: None, columns: 0..=last },
            Printed { first: None, columns: *bought.start()..=last },
            beside(bought.clone(), segment..=last),
            beside(bought, seats..=last),
            beside(across(&[who, plan]), seats..=last),
            beside(across(&[who, plan]), seats..=entitlements),
            beside(who..=who, segment..=last),
            beside(who..=who, seats..=last),
            beside(who..=who, tier..=entitlements),
        ];
        choices.into_iter().find(|choice| is_legible(choice, headed)).unwrap_or(smallest)
    }
}

/// Returns the columns from the first of some to the last of them.
fn across(some: &[usize]) -> RangeInclusive<usize> {
    let first = some.iter().min().copied().unwrap_or(0);
    first..=some.iter().max().copied().unwrap_or(0)
}

/// Own columns, and ours behind them, which they may touch.
fn beside(own: RangeInclusive<usize>, ours: RangeInclusive<usize>) -> Printed {
    if own.end() + 1 == *ours.start() {
        return Printed { first: None, columns: *own.start()..=*ours.end() };
    }
    Printed { first: Some(own), columns: ours }
}

fn is_legible(choice: &Printed, headed: &[Column]) -> bool {
    let shown = choice.first.clone().into_iter().flatten().chain(choice.columns.clone());
    let widths = shown.filter_map(|column| headed.get(column)).map(|column| column.width);
    printed_points(widths) >= LEGIBLE_POINTS
}
