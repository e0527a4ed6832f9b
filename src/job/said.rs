//! What the roster says of a customer beside its seats, read where somebody asks.

use super::judged::Judged;
use crate::about::About;
use crate::customers::{Dimension, Said};
use crate::date::Date;
use crate::record::{Cell, Record};
use crate::roster::columns::Columns;
use crate::roster::renewal::Renewals;
use crate::tenants::Renewal;
use crate::verdict::{DecidedBy, Verdict};
use std::borrow::Cow;

/// Reads it.
#[derive(Clone, Copy)]
pub(super) struct SaidOf {
    owner: Option<usize>,
    country: Option<usize>,
    renewals: Option<Renewals>,
    /// The day that the roster is of.
    today: Option<Date>,
}

impl SaidOf {
    /// Returns what reads it from a roster's rows.
    pub(super) fn new(columns: &Columns, about: &About, today: Option<Date>) -> Self {
        let renewals = Renewals::find(columns, about);
        Self { owner: columns.owner, country: columns.country, renewals, today }
    }

    /// Returns what customers of the roster can be broken down by.
    pub(super) fn dimensions(&self) -> Vec<Dimension> {
        let has = |dimension: &Dimension| match dimension {
            Dimension::Owner => self.owner.is_some(),
            Dimension::Plan => true,
            Dimension::Country => self.country.is_some(),
            Dimension::Renewal => self.renewals.is_some(),
        };
        Dimension::ALL.into_iter().filter(has).collect()
    }

    /// Returns what a row says.
    pub(super) fn of<'r>(&self, judged: &Judged<'_, 'r, '_>) -> Said<'r> {
        let owner = text_of(judged.record, self.owner);
        let renewal = self.renewals.map(|renewals| renewals.written(judged.record)).unwrap_or_default();
        Said { owner, country: self.country(judged), renewal }
    }

    /// Returns what reads days of renewal; `None` = the roster has none.
    pub(super) const fn renewals(&self) -> Option<Renewals> {
        self.renewals
    }

    /// Returns the country that a row says.
    pub(super) fn country<'r>(&self, judged: &Judged<'_, 'r, '_>) -> Cow<'r, str> {
        text_of(judged.record, self.country)
    }

    /// Returns the day of renewal that a row of a tenant on several says; `None` where its seats are not paid for, since
    /// they are not renewed.
    pub(super) fn renewal_of_paid(&self, judged: &Judged<'_, '_, '_>) -> Option<Renewal> {
        let is_paid = |verdict: &Verdict| verdict.decided_by != DecidedBy::NotPaid;
        let date =
            judged.verdict.as_ref().filter(|verdict| is_paid(verdict)).and_then(|_| self.renewal(judged))?;
        Some(Renewal { has_passed: self.today.is_some_and(|today| date < today), date })
    }

    /// Returns the day of renewal that a row says.
    pub(super) fn renewal(&self, judged: &Judged<'_, '_, '_>) -> Option<Date> {
        self.renewals.and_then(|renewals| renewals.read(judged.record))
    }
}

/// The text of a cell; empty where there is no such column.
fn text_of(record: Record<'_>, column: Option<usize>) -> Cow<'_, str> {
    match column.map_or(Cell::Blank, |column| record.cell(column)) {
        Cell::Text(text) => Cow::Borrowed(text),
        cell => Cow::Owned(cell.shown()),
    }
}
