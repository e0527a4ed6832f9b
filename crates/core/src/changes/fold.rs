//! Two sorted nights to changes, in one pass.

use super::{Change, Ladders, Night, Note, Side, height};
use crate::summary::Count;
use crate::verdict::words::NEEDS_REVIEW;
use std::collections::BTreeMap;
use std::mem::take;

/// Makes changes of the notes of both nights, which come sorted by their bytes.
///
/// It holds the two sides of one tenant and plan, and at most two changes of the same tenant that may be one: its only
/// plan before, and its only plan now.
#[derive(Debug, Default)]
pub struct Fold {
    ladders: Ladders,
    /// Tenant and plan of the notes that are being folded.
    key: Option<(u64, u64)>,
    before: Option<Side>,
    now: Option<Side>,
    /// How many plans the tenant had before, and has now.
    plans: [u64; 2],
    /// The tenant's only plan before, and its only plan now, as long as they may be one change.
    held: [Option<Side>; 2],
    /// Rows and paid seats of the earlier night by tier.
    tiers: BTreeMap<String, Count>,
    /// Rows, tenants and paid seats of both nights.
    nights: [Night; 2],
}

impl Fold {
    /// Returns a fold that has seen no note.
    #[must_use]
    pub fn new(ladders: Ladders) -> Self {
        Self { ladders, ..Self::default() }
    }

    /// Adds the next note; gives the changes that are complete by it to `emit`.
    ///
    /// # Errors
    /// Those of `emit`.
    pub fn add<E>(
        &mut self,
        note: &Note<'_>,
        emit: &mut dyn FnMut(&Change) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.key.is_some_and(|key| key != (note.tenant, note.plan)) {
            self.end_plan(emit)?;
        }
        if self.key.is_some_and(|(tenant, _)| tenant != note.tenant) {
            self.end_tenant(emit)?;
        }
        self.key = Some((note.tenant, note.plan));
        let [before, now] = &mut self.nights;
        let night = if note.is_now { now } else { before };
        night.rows += 1;
        night.seats = night.seats.saturating_add(note.seats.unwrap_or(0));
        if !note.is_now {
            let count = match self.tiers.get_mut(note.tier) {
                Some(count) => count,
                None => self.tiers.entry(note.tier.to_owned()).or_default(),
            };
            count.rows += 1;
            count.seats = count.seats.saturating_add(note.seats.unwrap_or(0));
        }
        let (side, ladder) = if note.is_now {
            (&mut self.now, &self.ladders.now)
        } else {
            (&mut self.before, &self.ladders.before)
        };
        match side {
            Some(side) => add(side, note, ladder),
            None => *side = Some(begin(note)),
        }
        Ok(())
    }

    /// Gives the last changes to `emit`; returns rows and paid seats of the earlier night by tier, and the figures of both
    /// nights.
    ///
    /// # Errors
    /// Those of `emit`.
    pub fn end<E>(
        mut self,
        emit: &mut dyn FnMut(&Change) -> Result<(), E>,
    ) -> Result<(BTreeMap<String, Count>, [Night; 2]), E> {
        self.end_plan(emit)?;
        self.end_tenant(emit)?;
        Ok((self.tiers, self.nights))
    }

    fn end_plan<E>(&mut self, emit: &mut dyn FnMut(&Change) -> Result<(), E>) -> Result<(), E> {
        let (before, now) = (take(&mut self.before), take(&mut self.now));
        let [plans_before, plans_now] = &mut self.plans;
        *plans_before += u64::from(before.is_some());
        *plans_now += u64::from(now.is_some());
        let has_tenant = self.key.is_some_and(|(tenant, _)| tenant != 0);
        let may_be_one = has_tenant && self.plans.iter().all(|plans| *plans <= 1);
        match (before, now) {
            (None, None) => Ok(()),
            (Some(before), None) if may_be_one => {
                let [held, _] = &mut self.held;
                *held = Some(before);
                Ok(())
            }
            (None, Some(now)) if may_be_one => {
                let [_, held] = &mut self.held;
                *held = Some(now);
                Ok(())
            }
            (before, now) => {
                self.let_go(emit)?;
                emit(&Change::between(before, now, false, &self.ladders))
            }
        }
    }

    fn end_tenant<E>(&mut self, emit: &mut dyn FnMut(&Change) -> Result<(), E>) -> Result<(), E> {
        if self.key.is_some_and(|(tenant, _)| tenant != 0) {
            for (night, plans) in self.nights.iter_mut().zip(self.plans) {
                night.tenants += u64::from(plans > 0);
            }
        }
        self.plans = [0, 0];
        match take(&mut self.held) {
            [Some(before), Some(now)] => emit(&Change::between(Some(before), Some(now), true, &self.ladders)),
            held => {
                self.held = held;
                self.let_go(emit)
            }
        }
    }

    /// Gives what was held back as changes of their own.
    fn let_go<E>(&mut self, emit: &mut dyn FnMut(&Change) -> Result<(), E>) -> Result<(), E> {
        let [before, now] = take(&mut self.held);
        if before.is_some() {
            emit(&Change::between(before, None, false, &self.ladders))?;
        }
        if now.is_some() {
            emit(&Change::between(None, now, false, &self.ladders))?;
        }
        Ok(())
    }
}

fn begin(note: &Note<'_>) -> Side {
    Side {
        ordinal: note.ordinal,
        rows: 1,
        review: u64::from(note.tier == NEEDS_REVIEW),
        seats: note.seats,
        tier: note.tier.to_owned(),
        segments: vec![note.segment.to_owned()],
        shown: note.shown.map(str::to_owned),
    }
}

/// Adds a further row to a side.
fn add(side: &mut Side, note: &Note<'_>, ladder: &[String]) {
    side.rows += 1;
    if let Some(seats) = note.seats {
        side.seats = Some(side.seats.unwrap_or(0).saturating_add(seats));
    }
    if note.tier == NEEDS_REVIEW {
        side.review += 1;
    } else if side.tier == NEEDS_REVIEW || height(ladder, note.tier) > height(ladder, &side.tier) {
        note.tier.clone_into(&mut side.tier);
    }
    side.add_segment(note.segment);
}
