//! `fasttrack explain`: one verdict in words, made the same way as a roster's.

use crate::cli::args::Explain;
use crate::cli::exit::Exit;
use crate::cli::{policy, say};
use fasttrack_roster::annotate::{catalogues, load_overrides};
use fasttrack_roster::diagnostic::{Diagnostic, Place, visible};
use fasttrack_roster::error::{Error, Result};
use fasttrack_roster::plans::{Plan, PlanFrom};
use fasttrack_roster::policy::Policy;
use fasttrack_roster::record::Records;
use fasttrack_roster::roster::columns::{Columns, TenantFrom};
use fasttrack_roster::roster::overrides::{Fitted, Overrides};
use fasttrack_roster::roster::separators::Separators;
use fasttrack_roster::roster::{RosterRow, SegmentFrom, Understanding};
use fasttrack_roster::scratch::Scratch;
use fasttrack_roster::verdict::words::{answer, counted, grouped, rung_name, tier_name, why};
use fasttrack_roster::verdict::{Facts, Verdict, judge};
use std::fmt::Write as _;

/// The columns of the record that the arguments are put into.
const PLAN: usize = 0;
const SEATS: usize = 1;
const SEGMENT: usize = 2;
const STATUS: usize = 3;

/// Runs the command.
///
/// # Errors
/// If the policy, a catalogue or the overrides are not valid.
pub(super) fn run(wanted: &Explain) -> Result<Exit> {
    let policy = policy::load(wanted.policy.as_deref())?;
    let catalogue = catalogues::load(&wanted.catalogue)?.catalogue;
    let load = |path| load_overrides(path, (&policy, &catalogue), &Scratch::system());
    let overrides = wanted.overrides.as_deref().map(load).transpose()?;
    let mut records = Records::default();
    records.begin(1, 1);
    records.push_text(&wanted.plan);
    records.push_text(&wanted.seats);
    records.push_text(wanted.segment.as_deref().unwrap_or_default());
    records.push_text(wanted.status.as_deref().unwrap_or_default());
    let columns = Columns {
        segment: Some(SEGMENT),
        status: Some(STATUS),
        ..Columns::of(TenantFrom::Given("the customer".to_owned()), PLAN, SEATS)
    };
    let Some(record) = records.iter().next() else { return Err(Error::internal("no record to explain")) };
    let fitted = overrides.as_ref().map(|overrides: &Overrides| Fitted::new(overrides, &[], &columns));
    let mut understanding = Understanding::without_memory(&columns, &policy, &catalogue)
        .with_numbers(Separators::known(wanted.numbers, None))
        .overriding(fitted.as_ref());
    let mut row = understanding.row(record);
    if row.segment_from == SegmentFrom::Column {
        row.segment_from = SegmentFrom::Given;
    }
    let verdict = judge(&policy, Facts::of(&row));
    say::out(&explained(&policy, &row, &verdict))?;
    Ok(if row.needs_review() { Exit::Review } else { Exit::Done })
}

/// A product of one's own may have no id.
fn named(plan: &Plan) -> String {
    let own = matches!(plan.from, PlanFrom::Own(_)).then_some("own catalogue");
    let id = Some(plan.id.as_str()).filter(|id| !id.is_empty());
    let beside: Vec<&str> = id.into_iter().chain(own).collect();
    if beside.is_empty() {
        visible(&plan.name)
    } else {
        format!("{} ({})", visible(&plan.name), visible(&beside.join(", ")))
    }
}

fn explained(policy: &Policy, row: &RosterRow<'_>, verdict: &Verdict) -> String {
    let mut text = String::new();
    let mut line = |label: &str, value: &str| {
        let _ = writeln!(text, "{label:<16}{value}");
    };
    match &row.plan {
        Some(found) => line("plan", &named(found.plan)),
        None => line("plan", "not recognised"),
    }
    let segment = policy.segments.get(row.segment).map_or("", |segment| segment.name.as_str());
    line("segment", &format!("{segment} ({})", row.segment_from.words()));
    line("seats counted", &verdict.seats_counted.map_or("none".to_owned(), grouped));
    line("tier", tier_name(policy, verdict.tier));
    for (index, entitlement) in policy.entitlements.iter().enumerate() {
        line(&entitlement.name.to_lowercase(), answer(verdict, index));
    }
    match verdict.next {
        Some(next) => line(
            "next tier",
            &format!(
                "{}, {}",
                rung_name(policy, next.rung),
                counted(next.seats, "more paid seat", "more paid seats")
            ),
        ),
        None => line("next tier", "none"),
    }
    line("why", &why(policy, Facts::of(row), verdict));
    if !row.needs_review() {
        line("how sure", verdict.sureness.word());
    }
    line("policy", &format!("{}, effective {}", policy.name, policy.effective));
    for source in &policy.sources {
        if text.contains(&format!("[{}", source.id)) {
            let source = format!("{}: {} ({}) {}", source.id, source.title, source.date, source.address);
            let _ = writeln!(text, "{:<16}{}", "source", source.trim_end());
        }
    }
    for fault in &row.faults {
        // It stands in no file.
        let shown = Diagnostic { place: Place::File, ..fault.diagnostic("", None, 0, &[]) };
        let _ = writeln!(text, "\n{shown}");
    }
    text
}
