//! What the lines of a roster are among each other: totals that add up, other tables, captions, groups.
//!
//! Rows are judged in batches, side by side; whether a line is the sum of the rows above it is known only in their
//! order. So each batch counts and sums between its own lines ([`LinesSeen`]), and the sums are put together in the
//! order of the roster ([`Lines`]). What comes of it ([`Outline`]) is nothing for nearly every roster; where it is
//! something, the rows are judged once more by it.

use super::grouped::{Carried, Groups};
use super::heading::{self, Heading};
use super::totals::{self, Amount, Total, WAYS};
use super::{Caption, Line};
use crate::policy::Policy;
use crate::record::Record;
use crate::roster::identity::Identity;
use crate::roster::understand::Understanding;
use std::collections::HashSet;

/// Lines that are remembered, at most, of each sort; a roster with more of them is no roster that anybody made, and
/// what comes below needs review.
const MOST: usize = 1 << 18;

/// What the lines of a roster are among each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// The lines that look like a total and are none, by number, rising.
    doubtful: Vec<u64>,
    /// From this line on all that look like a total are doubtful.
    doubtful_from: Option<u64>,
    stretches: Vec<Stretch>,
    /// Whether some caption says what it means; if none does, they are customers of which much is missing.
    has_captions: bool,
    /// Whether a tenant is named only in the first row of its group.
    pub(super) is_grouped: bool,
    /// The tenant that the first rows of a block may belong to, by the number of its first record, rising.
    pub(super) carried: Vec<(u64, Carried)>,
}

/// What holds from a line on, to the next such line.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stretch {
    /// The line where it begins.
    from: u64,
    /// The line of other headings that the rows stand below.
    other: Option<u64>,
    /// The caption that they stand below, and its line.
    caption: Option<(u64, Caption)>,
}

impl Outline {
    /// Returns whether a row may read otherwise for it than alone.
    #[must_use]
    pub fn changes_something(&self) -> bool {
        let changes =
            |stretch: &Stretch| stretch.other.is_some() || (self.has_captions && stretch.caption.is_some());
        self.is_grouped
            || !self.doubtful.is_empty()
            || self.doubtful_from.is_some()
            || self.stretches.iter().any(changes)
    }

    /// Returns whether a tenant is named only in the first row of its group.
    #[must_use]
    pub fn is_grouped(&self) -> bool {
        self.is_grouped
    }

    /// Returns whether the line or row `number`, which looks like a total, is none.
    pub(crate) fn is_doubtful(&self, number: u64) -> bool {
        self.doubtful_from.is_some_and(|from| number >= from)
            || self.doubtful.binary_search(&number).is_ok()
            || self.other_table(number).is_some()
    }

    /// Returns where the other headings are that the line or row `number` is below.
    pub(crate) fn other_table(&self, number: u64) -> Option<u64> {
        self.stretch(number)?.other
    }

    /// Returns the caption that the line or row `number` is below, and where it is.
    pub(crate) fn caption(&self, number: u64) -> Option<&(u64, Caption)> {
        self.stretch(number)?.caption.as_ref().filter(|_| self.has_captions)
    }

    fn stretch(&self, number: u64) -> Option<&Stretch> {
        if self.stretches.is_empty() {
            return None;
        }
        let passed = self.stretches.partition_point(|stretch| stretch.from < number);
        self.stretches.get(passed.checked_sub(1)?)
    }
}

/// Seats and rows between two lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sums {
    /// Read in each way.
    seats: [Amount; WAYS],
    rows: u64,
    /// Those rows that overrides do not leave out.
    kept: u64,
}

impl Sums {
    fn add(&mut self, more: Self) {
        for (sum, more) in self.seats.iter_mut().zip(more.seats) {
            *sum = sum.saturating_add(more);
        }
        self.rows += more.rows;
        self.kept += more.kept;
    }

    /// The counts of rows that a total may state: of all rows, and of those that are kept.
    fn counts(&self) -> [(SumKind, i64); 2] {
        let counts = [(SumKind::Rows, self.rows), (SumKind::RowsKept, self.kept)];
        counts.map(|(kind, rows)| (kind, i64::try_from(rows).unwrap_or(i64::MAX)))
    }
}

/// A line that matters to others.
#[derive(Clone, Debug)]
struct Event {
    number: u64,
    /// What was added since the event before it.
    since: Sums,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Heading(Heading),
    Caption(Caption),
    /// The total, and whether the row above holds what it is of; `None` = that row is in an earlier batch.
    Total(Total, Option<bool>),
}

/// The numbers of the texts of the row seen last, and of the tenant named last.
#[derive(Clone, Debug, Default)]
struct Above {
    texts: Vec<u64>,
    tenant: Option<u64>,
}

impl Above {
    fn holds(&self, number: u64) -> bool {
        self.texts.contains(&number) || self.tenant == Some(number)
    }
}

/// What a batch of records adds.
#[derive(Clone, Debug, Default)]
pub struct LinesSeen {
    /// The number of its first record.
    first: Option<u64>,
    events: Vec<Event>,
    tail: Sums,
    above: Above,
    groups: Groups,
}

/// A batch of records on its way to be seen.
#[derive(Debug, Default)]
pub struct Seeing<'r> {
    seen: LinesSeen,
    last: Option<Record<'r>>,
    named: Option<Record<'r>>,
    /// The record before it is blank, or a blank one was left out.
    is_after_blank: bool,
    ordinal: Option<u64>,
}

impl<'r> Seeing<'r> {
    /// Looks at the next record, which is this by itself; `tenant` is the number of its tenant, if it names one.
    pub fn see(
        &mut self,
        record: Record<'r>,
        (line, tenant): (&Line, Option<u64>),
        understanding: &Understanding<'_>,
    ) {
        let columns = understanding.columns();
        self.seen.first.get_or_insert(record.number);
        let is_after_gap = self.ordinal.is_some_and(|before| record.ordinal > before + 1);
        let begins_table = (self.is_after_blank || is_after_gap)
            && self.last.is_some()
            && *line == Line::Row
            && heading::may_begin_table(record, columns);
        self.is_after_blank = record.is_blank();
        self.ordinal = Some(record.ordinal);
        let is_row = matches!(line, Line::Row | Line::Caption(Caption::Unknown(_))) && !record.is_blank();
        self.seen.groups.see(record, is_row, tenant, columns);
        if is_row {
            let seats = totals::amount(record.cell(columns.seats));
            let (settled, is_left_out) = understanding.settled_seats(record);
            let seats = totals::settled(seats, settled).map(|amount| amount.unwrap_or(0));
            self.seen.tail.add(Sums { seats, rows: 1, kept: u64::from(!is_left_out) });
            self.last = Some(record);
            self.named = if tenant.is_some() { Some(record) } else { self.named };
        }
        let what = match line {
            Line::Heading(heading) => What::Heading(*heading),
            Line::Caption(caption) => What::Caption(caption.clone()),
            Line::Row if begins_table => What::Heading(Heading::Other),
            Line::Total(total) => {
                let holds =
                    total.of.and_then(|of| self.last.is_some().then(|| self.above(understanding).holds(of)));
                What::Total(total.clone(), holds)
            }
            _ => return,
        };
        let since = std::mem::take(&mut self.seen.tail);
        self.seen.events.push(Event { number: record.number, since, what });
    }

    fn above(&self, understanding: &Understanding<'_>) -> Above {
        let columns = understanding.columns();
        let texts = |record: Record<'r>| {
            let width = record.width().min(super::MOST_CELLS);
            totals::numbers_of((0..width).map(move |column| totals::named(record.cell(column))))
        };
        let tenant = self
            .named
            .and_then(|record| totals::named(crate::record::Cell::Text(&columns.tenant_of(record))));
        Above {
            texts: self.last.map(texts).unwrap_or_default(),
            tenant: tenant.map(|tenant| totals::number_of(&tenant)),
        }
    }

    /// Returns what the batch adds.
    #[must_use]
    pub fn finish(mut self, identity: &Identity, understanding: &Understanding<'_>) -> LinesSeen {
        self.seen.above = self.above(understanding);
        self.seen
            .groups
            .end(self.named.map(|record| super::grouped::carried(record, identity, understanding.columns())));
        self.seen
    }
}

/// The lines of a roster, put together in its order.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    outline: Outline,
    sums: Sums,
    /// The seats of doubtful lines, which a total below may or may not have added.
    doubted: [Amount; WAYS],
    /// What the sums were where a total may begin.
    bounds: HashSet<(SumKind, i64)>,
    above: Above,
    groups: Groups,
}

/// Which sum it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum SumKind {
    Seats(usize),
    SeatsWithDoubtful(usize),
    Rows,
    RowsKept,
}

impl Lines {
    /// Returns the lines of a roster with these lines above its headings, none of it seen yet.
    #[must_use]
    pub fn below(above: &[(u64, Vec<String>)], policy: &Policy) -> Self {
        let mut lines = Self::default();
        lines.begin_here();
        if let Some(caption) = super::caption::above(above, policy) {
            lines.outline.has_captions = true;
            lines.outline.stretches.push(Stretch { from: caption.0, other: None, caption: Some(caption) });
        }
        lines
    }

    /// Adds the next batch.
    pub fn add(&mut self, seen: LinesSeen) {
        let Some(first) = seen.first else { return };
        if let Some(carried) = self.groups.carried()
            && self.outline.carried.len() < MOST
        {
            self.outline.carried.push((first, carried.clone()));
        }
        for Event { number, since, what } in seen.events {
            self.pass(since);
            match what {
                What::Heading(heading) => self.heading(number, heading),
                What::Caption(caption) => self.caption(number, caption),
                What::Total(total, holds) => self.total(number, &total, holds),
            }
        }
        self.pass(seen.tail);
        if !seen.above.texts.is_empty() {
            self.above.texts = seen.above.texts;
        }
        self.above.tenant = seen.above.tenant.or(self.above.tenant);
        self.groups.merge(seen.groups);
    }

    /// Returns what the lines are among each other.
    #[must_use]
    pub fn finish(self) -> Outline {
        let is_grouped = self.groups.are_plain();
        let carried = if is_grouped { self.outline.carried } else { Vec::new() };
        Outline { is_grouped, carried, ..self.outline }
    }

    /// Rows of another table are no part of any total.
    fn pass(&mut self, since: Sums) {
        if self.outline.stretches.last().is_none_or(|last| last.other.is_none()) {
            self.sums.add(since);
        }
    }

    fn heading(&mut self, number: u64, heading: Heading) {
        self.begin_here();
        let (other, caption) = self.holding();
        let now = (heading == Heading::Other).then_some(number);
        if now != other {
            self.stretch(Stretch { from: number, other: now, caption });
        }
    }

    fn caption(&mut self, number: u64, caption: Caption) {
        self.outline.has_captions |= !matches!(caption, Caption::Unknown(_));
        let (other, _) = self.holding();
        self.begin_here();
        self.stretch(Stretch { from: number, other, caption: Some((number, caption)) });
    }

    /// What holds so far.
    fn holding(&self) -> (Option<u64>, Option<(u64, Caption)>) {
        self.outline.stretches.last().map_or((None, None), |last| (last.other, last.caption.clone()))
    }

    fn stretch(&mut self, stretch: Stretch) {
        if self.outline.stretches.len() < MOST {
            self.outline.stretches.push(stretch);
        } else if let Some(last) = self.outline.stretches.last_mut() {
            // All that comes is another table's.
            last.other.get_or_insert(last.from);
        }
    }

    fn total(&mut self, number: u64, total: &Total, holds: Option<bool>) {
        let is_known = total.of.is_none_or(|of| holds.unwrap_or_else(|| self.above.holds(of)));
        if !(is_known && self.adds_up(total)) {
            self.doubt(number);
            for (doubted, seats) in self.doubted.iter_mut().zip(total.seats.unwrap_or_default()) {
                *doubted = doubted.saturating_add(seats.unwrap_or(0));
            }
        }
        self.begin_here();
    }

    /// Returns whether a total states the sum or the count of rows above it, from some line on where one may begin.
    fn adds_up(&self, total: &Total) -> bool {
        if let Some(seats) = total.seats {
            return (0..).zip(seats).any(|(way, seats)| {
                seats.is_some_and(|seats| self.is_sum(way, seats) || self.is_count(seats))
            });
        }
        let is_stated = || {
            total
                .others
                .iter()
                .any(|number| self.is_count(*number) || (0..WAYS).any(|way| self.is_sum(way, *number)))
        };
        // The number may be of a column that nobody reads.
        (total.is_bare && (total.others.is_empty() || !total.is_count)) || is_stated()
    }

    fn is_sum(&self, way: usize, number: Amount) -> bool {
        let sum = self.sums.seats.get(way).copied().unwrap_or(0);
        let doubted = self.doubted.get(way).copied().unwrap_or(0);
        let is_from = |kind, sum: Amount| {
            sum.checked_sub(number).is_some_and(|before| self.bounds.contains(&(kind, before)))
        };
        is_from(SumKind::Seats(way), sum)
            || is_from(SumKind::SeatsWithDoubtful(way), sum.saturating_add(doubted))
    }

    fn is_count(&self, number: Amount) -> bool {
        let is_from = |(kind, rows): (SumKind, i64)| self.bounds.contains(&(kind, rows - number / 1000));
        number > 0 && number % 1000 == 0 && self.sums.counts().into_iter().any(is_from)
    }

    /// A total may be that of the rows from here on.
    fn begin_here(&mut self) {
        if self.bounds.len() >= MOST {
            return;
        }
        for (way, (sum, doubted)) in self.sums.seats.into_iter().zip(self.doubted).enumerate() {
            self.bounds.insert((SumKind::Seats(way), sum));
            self.bounds.insert((SumKind::SeatsWithDoubtful(way), sum.saturating_add(doubted)));
        }
        self.bounds.extend(self.sums.counts());
    }

    fn doubt(&mut self, number: u64) {
        if self.outline.doubtful.len() < MOST {
            self.outline.doubtful.push(number);
        } else {
            self.outline.doubtful_from.get_or_insert(number);
        }
    }
}
