//! The policy that a workbook's rows are judged by again: the one that its Run sheet names by its hash, or what its
//! Policy sheet says.

use super::book::{Row, Seen};
use super::gate::Marks;
use super::paper;
use super::report::{Finding, FindingKind, Findings};
use super::run::Run;
use super::{not_ours, refused};
use crate::diagnostic::Code;
use crate::error::{Error, Result};
use crate::policy::{Entitlement, Interpretation, PlansServed, Policy, SHIPPED, Segment, Threshold};
use crate::report::{policy as sheet, run};
use crate::verdict::words::ANSWERS;

/// The policy of an audit.
pub(super) struct Rules {
    pub policy: Policy,
    /// Where it came from, in words.
    pub from: String,
    /// Whether it is the policy itself, and not only what the Policy sheet says of it.
    pub is_whole: bool,
}

/// Finds the policy: the one given, which has to be the one that made the workbook; else a shipped one; else what the
/// Policy sheet says.
///
/// # Errors
/// `audit-policy-other` if another was given; `audit-not-ours` if there is none to be found.
pub(super) fn find(given: Option<Policy>, run: &Run, marks: &Marks, sheet_rows: &[Row]) -> Result<Rules> {
    let noted = [run.policy.sha256.as_str(), marks.policy_sha256.as_str()];
    let is_noted = |policy: &Policy| noted.contains(&policy.sha256.as_str());
    if let Some(policy) = given {
        if !is_noted(&policy) {
            return Err(other_policy(&policy, run));
        }
        return Ok(Rules { policy, from: "the policy given".to_owned(), is_whole: true });
    }
    for (name, text) in SHIPPED {
        let policy = Policy::read(text, name)?;
        if is_noted(&policy) {
            return Ok(Rules { from: format!("the shipped policy {name}"), policy, is_whole: true });
        }
    }
    let policy = of_sheet(Policy::default_shipped()?, sheet_rows).ok_or_else(|| {
        not_ours("its policy is not shipped with this program, and its Policy sheet does not say it")
    })?;
    let from = "the thresholds on its Policy sheet, because its policy is not shipped with this program";
    Ok(Rules { policy, from: from.to_owned(), is_whole: false })
}

fn other_policy(policy: &Policy, run: &Run) -> Error {
    let message = format!(
        "the workbook was made by another policy than `{}`: by {}, with the SHA-256 that its Run sheet names",
        policy.name, run.policy.name
    );
    refused(Code::AuditPolicyOther, message, "name the file as it was then, or leave `--policy` out")
}

/// Compares the Policy sheet, and what else names the policy, with the policy itself.
pub(super) fn compare(rules: &Rules, run: &Run, marks: &Marks, found: &[Row], findings: &mut Findings) {
    let policy = &rules.policy;
    if rules.is_whole {
        let wanted = sheet::sheet(policy);
        paper::compare(&wanted, found, FindingKind::Policy, "the policy says something else here", findings);
    }
    let wanted = if rules.is_whole { policy.sha256.as_str() } else { marks.policy_sha256.as_str() };
    if !wanted.is_empty() && run.policy.sha256 != wanted {
        let message = "this is not the SHA-256 of the policy that made the workbook";
        let finding = Finding::of(FindingKind::Run, Some(run::NAME), message).at(run.policy_row, 1);
        findings.add(finding.changed(Some(wanted.to_owned()), Some(run.policy.sha256.clone())));
    }
}

/// Returns a policy with the tiers, segments, thresholds and readings of a Policy sheet; what else a policy says is
/// that of `like`.
fn of_sheet(like: Policy, found: &[Row]) -> Option<Policy> {
    let beside =
        |label: &str| found.iter().find(|row| row.text(0) == label).map(|row| row.text(1).to_owned());
    let (headings, thresholds) = rows_of(found, sheet::THRESHOLDS)?;
    let mut policy = Policy {
        name: beside("Name")?,
        effective: beside("Effective")?,
        sha256: beside(sheet::SHA256)?,
        segments: segments(&like, headings)?,
        default_segment: 0,
        onboarding: None,
        entitlements: entitlements(&like, headings, thresholds)?,
        interpretations: Vec::new(),
        ..like
    };
    let place = |name: &str| policy.entitlements.iter().position(|entitlement| entitlement.name == name);
    policy.rungs = beside(sheet::LADDER)?.split(" < ").map(place).collect::<Option<_>>()?;
    if let Some((_, rows)) = rows_of(found, sheet::INTERPRETATIONS) {
        policy.interpretations = rows.iter().map(|row| reading(&policy, row)).collect::<Option<_>>()?;
    }
    let is_whole = !policy.segments.is_empty() && !policy.rungs.is_empty();
    is_whole.then_some(policy)
}

/// Where the thresholds begin in their table.
const THRESHOLDS: usize = 3;

fn segments(like: &Policy, headings: &Row) -> Option<Vec<Segment>> {
    let first = like.segments.first()?;
    let named = |column| {
        let mut own = first.clone();
        headings.text(column).clone_into(&mut own.name);
        own.id.clone_from(&own.name);
        own
    };
    Some((THRESHOLDS..headings.width()).map(named).collect())
}

fn entitlements(like: &Policy, headings: &Row, thresholds: &[Row]) -> Option<Vec<Entitlement>> {
    let first = like.entitlements.first()?;
    let of_row = |row: &Row| {
        let seats = (THRESHOLDS..headings.width()).map(|column| row.cell(column).and_then(Seen::count));
        Entitlement {
            id: row.text(0).to_owned(),
            name: row.text(0).to_owned(),
            plans: if row.text(1) == sheet::ANY_PLAN { PlansServed::Any } else { PlansServed::Eligible },
            thresholds: seats.map(|seats| Threshold { seats, source: 0 }).collect(),
            ..first.clone()
        }
    };
    Some(thresholds.iter().map(of_row).collect())
}

/// Returns how a row of the table of interpretations reads the source.
fn reading(policy: &Policy, row: &Row) -> Option<Interpretation> {
    let number = |text: &str| text.replace(',', "").parse::<u64>().ok();
    let (from, below) = match row.text(3).split_once(" to ") {
        Some((from, to)) => (number(from)?, Some(number(to)?.checked_add(1)?)),
        None => (number(row.text(3).strip_suffix(" and more")?)?, None),
    };
    let [.., confirm] = ANSWERS;
    let segments = policy.segments.iter().enumerate();
    let named: Vec<&str> = row.text(2).split(", ").collect();
    Some(Interpretation {
        id: String::new(),
        entitlement: policy.entitlements.iter().position(|entitlement| entitlement.name == row.text(0))?,
        segments: segments
            .filter(|(_, segment)| named.contains(&segment.name.as_str()))
            .map(|(place, _)| place)
            .collect(),
        from,
        below,
        confirm: row.text(4) == confirm,
        says: row.text(1).to_owned(),
        source: 0,
    })
}

/// Returns the headings and the rows of a table, up to the first blank row or line of text.
fn rows_of<'r>(found: &'r [Row], title: &str) -> Option<(&'r Row, &'r [Row])> {
    let title = paper::title_row(found, title)?;
    let at = found.iter().position(|row| row.number == title + 1)?;
    let (headings, rest) = found.get(at..)?.split_first()?;
    let follows = |(place, row): &(usize, &Row)| {
        usize::try_from(row.number - headings.number).is_ok_and(|number| number == place + 1)
            && row.cell(1).is_some()
    };
    let count = rest.iter().enumerate().take_while(follows).count();
    Some((headings, rest.get(..count)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::book::tests_support::rows;

    #[test]
    fn a_policy_is_told_from_its_sheet_with_the_same_verdicts() {
        for (name, text) in SHIPPED {
            let policy = Policy::read(text, name).unwrap();
            let cells = paper::laid_out(&sheet::sheet(&policy));
            let told = of_sheet(Policy::default_shipped().unwrap(), &rows(&cells)).unwrap();
            assert_eq!((&told.rungs, &told.sha256), (&policy.rungs, &policy.sha256));
            for (one, other) in told.entitlements.iter().zip(&policy.entitlements) {
                let seats = |of: &Entitlement| {
                    of.thresholds.iter().map(|threshold| threshold.seats).collect::<Vec<_>>()
                };
                assert_eq!((&one.name, one.plans, seats(one)), (&other.name, other.plans, seats(other)));
            }
            let shown = |policy: &Policy| {
                let readings = policy.interpretations.iter();
                readings
                    .map(|of| (of.entitlement, of.segments.clone(), of.from, of.below, of.confirm))
                    .collect::<Vec<_>>()
            };
            assert_eq!(shown(&told), shown(&policy));
        }
    }
}
