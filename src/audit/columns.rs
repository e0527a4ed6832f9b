//! Where our columns stand on the Roster sheet.

use super::book::{Row, Seen};
use super::not_ours;
use super::report::{Finding, FindingKind, Findings};
use super::run::Run;
use crate::error::Result;
use crate::policy::Policy;
use crate::report::onboarding::{NOW, WANTED};
use crate::report::roster::{BEFORE, BEHIND, Counted, REPEATS, flat};

/// Where the columns stand, each from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ours {
    /// The roster's own columns: ours begin here.
    pub own: usize,
    pub entitlements: usize,
    /// `Next tier`, with the others of [`BEHIND`] behind it.
    pub behind: usize,
    /// `Rows of the tenant`, if it is there.
    pub rows_of_tenant: Option<usize>,
    /// `Source row`, if it is there.
    pub source: Option<usize>,
    /// The first column behind ours.
    pub end: usize,
}

impl Ours {
    pub(super) const fn segment(&self) -> usize {
        self.own
    }

    pub(super) const fn from(&self) -> usize {
        self.own + 1
    }

    pub(super) const fn eligible(&self) -> usize {
        self.own + 2
    }

    pub(super) const fn seats(&self) -> usize {
        self.own + 3
    }

    pub(super) const fn tier(&self) -> usize {
        self.own + 4
    }

    pub(super) const fn next(&self) -> usize {
        self.behind
    }

    pub(super) const fn missing(&self) -> usize {
        self.behind + 1
    }

    pub(super) const fn why(&self) -> usize {
        self.behind + 2
    }

    pub(super) const fn recognised(&self) -> usize {
        self.behind + 3
    }

    pub(super) const fn services(&self) -> usize {
        self.behind + 4
    }

    pub(super) const fn review(&self) -> usize {
        self.behind + 5
    }

    /// Returns the columns that the Summary's formulas count over.
    pub(super) const fn counted(&self) -> Counted {
        Counted {
            segment: self.segment(),
            eligible: self.eligible(),
            seats: self.seats(),
            tier: self.tier(),
            entitlements: self.entitlements,
            why: self.why(),
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
    let entitlements = policy.entitlements.iter().map(|entitlement| entitlement.name.as_str());
    let wanted: Vec<&str> = BEFORE.into_iter().chain(entitlements).chain(BEHIND).collect();
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
    let mut end = own + wanted.len();
    let mut next = |heading: &str| {
        let is_there = is_ours(headings.text(end), heading);
        end += usize::from(is_there);
        is_there.then(|| end - 1)
    };
    let rows_of_tenant = next(REPEATS[0]);
    [REPEATS[1]].into_iter().chain(NOW).chain(WANTED).for_each(|heading| {
        next(heading);
    });
    let source = next(flat::SOURCE_ROW);
    let entitlements = own + BEFORE.len();
    let behind = entitlements + policy.entitlements.len();
    Ok(Ours { own, entitlements, behind, rows_of_tenant, source, end })
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
