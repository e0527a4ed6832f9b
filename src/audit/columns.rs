//! Where our columns stand on the Roster sheet.

use super::book::{Row, Seen};
use super::not_ours;
use super::report::{Finding, FindingKind, Findings};
use super::run::Run;
use super::totals::Places;
use crate::error::Result;
use crate::output_fields::{Appears, OutputColumn, OutputField, output_fields};
use crate::policy::Policy;
use crate::report::roster::Counted;

/// Where the columns stand, each from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ours {
    /// The roster's own columns: ours begin here.
    pub own: usize,
    pub entitlements: usize,
    /// `Rows of the tenant`, if it is there.
    pub rows_of_tenant: Option<usize>,
    /// `Source row`, if it is there.
    pub source: Option<usize>,
    /// The first column behind ours.
    pub end: usize,
    /// All of ours, in order.
    places: Vec<(OutputColumn, usize)>,
}

impl Ours {
    /// Returns the place of a column that every workbook has.
    fn at(&self, column: OutputColumn) -> usize {
        self.places.iter().find(|(known, _)| *known == column).map_or(self.end, |(_, place)| *place)
    }

    pub(super) fn segment(&self) -> usize {
        self.at(OutputColumn::Segment)
    }

    pub(super) fn from(&self) -> usize {
        self.at(OutputColumn::SegmentFrom)
    }

    pub(super) fn eligible(&self) -> usize {
        self.at(OutputColumn::Eligible)
    }

    pub(super) fn seats(&self) -> usize {
        self.at(OutputColumn::SeatsCounted)
    }

    pub(super) fn tier(&self) -> usize {
        self.at(OutputColumn::Tier)
    }

    pub(super) fn next(&self) -> usize {
        self.at(OutputColumn::NextTier)
    }

    pub(super) fn missing(&self) -> usize {
        self.at(OutputColumn::SeatsToNext)
    }

    pub(super) fn why(&self) -> usize {
        self.at(OutputColumn::Why)
    }

    pub(super) fn recognised(&self) -> usize {
        self.at(OutputColumn::Recognised)
    }

    pub(super) fn services(&self) -> usize {
        self.at(OutputColumn::Services)
    }

    pub(super) fn review(&self) -> usize {
        self.at(OutputColumn::ReviewReasons)
    }

    /// Returns the columns that are counted.
    pub(super) fn places(&self) -> Places {
        Places {
            tier: self.tier(),
            segment: self.segment(),
            seats: self.seats(),
            entitlements: self.entitlements,
        }
    }

    /// Returns the columns that the Summary's formulas count over.
    pub(super) fn counted(&self) -> Counted {
        Counted {
            segment: self.segment(),
            eligible: self.eligible(),
            seats: self.seats(),
            tier: self.tier(),
            entitlements: self.entitlements,
            why: self.why(),
            tenant_rows: self.rows_of_tenant,
        }
    }
}

/// Finds our columns in the headings of the Roster sheet, by where most of them fit; headings that were changed are
/// findings.
///
/// # Errors
/// `audit-not-ours` if too few of our headings are there.
pub(super) fn find(
    headings: &Row,
    sheet: &str,
    (policy, run): (&Policy, &Run),
    findings: &mut Findings,
) -> Result<Ours> {
    let fields: Vec<OutputField> =
        output_fields(policy).into_iter().filter(|field| field.heading.is_some()).collect();
    let (always, others): (Vec<_>, Vec<_>) = fields
        .iter()
        .filter_map(|field| Some((field, field.heading.as_deref()?)))
        .partition(|(field, _)| field.appears == Appears::Always);
    let wanted: Vec<&str> = always.iter().map(|(_, heading)| *heading).collect();
    let fits = |own: usize| {
        let fits = |(place, wanted): &(usize, &&str)| is_ours(headings.text(own + place), wanted);
        wanted.iter().enumerate().filter(fits).count()
    };
    // Where two places fit equally well, the one further behind is ours: the roster's own columns stand before.
    let places = (0..headings.width()).rev().map(|own| (fits(own), own));
    let best = places.fold((0, 0), |best, place| if place.0 > best.0 { place } else { best });
    let own = run.width.filter(|width| fits(*width) * 2 > wanted.len()).unwrap_or(best.1);
    if fits(own) * 2 <= wanted.len() {
        return Err(not_ours(&format!("its sheet `{sheet}` has none of the FastTrack columns")));
    }
    for (place, wanted) in wanted.iter().enumerate() {
        if !is_ours(headings.text(own + place), wanted) {
            findings.add(other_heading(sheet, own + place, wanted, headings));
        }
    }
    for column in &run.columns {
        let found = headings.cell(column.place).map(Seen::shown).unwrap_or_default();
        if found != column.heading && !super::paper::same_text(&found, &column.heading) {
            findings.add(other_heading(sheet, column.place, &column.heading, headings));
        }
    }
    let mut places: Vec<(OutputColumn, usize)> =
        always.iter().map(|(field, _)| field.column).zip(own..).collect();
    let mut end = own + wanted.len();
    for (field, heading) in others {
        if is_ours(headings.text(end), heading) {
            places.push((field.column, end));
            end += 1;
        }
    }
    let place = |column| places.iter().find(|(known, _)| *known == column).map(|(_, place)| *place);
    let (rows_of_tenant, source) = (place(OutputColumn::TenantRows), place(OutputColumn::SourceRow));
    let entitlements = place(OutputColumn::Tier).map_or(end, |tier| tier + 1);
    Ok(Ours { own, entitlements, rows_of_tenant, source, end, places })
}

/// A heading of ours may have ` (FastTrack)` behind it, where the roster has one of the same name.
fn is_ours(heading: &str, wanted: &str) -> bool {
    heading.strip_prefix(wanted).is_some_and(|rest| rest.replace(" (FastTrack)", "").is_empty())
}

fn other_heading(sheet: &str, column: usize, was: &str, headings: &Row) -> Finding {
    let is = headings.cell(column).map(Seen::shown).unwrap_or_default();
    let finding = Finding::of(FindingKind::Heading, Some(sheet), "the heading is different").at(1, column);
    finding.changed(Some(was.to_owned()), Some(is))
}
