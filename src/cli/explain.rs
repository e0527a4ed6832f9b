//! `fasttrack explain`: one verdict in words, made the same way as a roster's.

use crate::cli::args::Explain;
use crate::cli::exit::Exit;
use crate::cli::{policy, say};
use fasttrack_roster::diagnostic::visible;
use fasttrack_roster::error::Result;
use fasttrack_roster::job::{catalogues, load_overrides};
use fasttrack_roster::judge::{Judge, Judged, Question, Rules};
use fasttrack_roster::plans::{Plan, PlanFrom};
use fasttrack_roster::roster::separators::Separators;
use fasttrack_roster::scratch::Scratch;
use fasttrack_roster::verdict::words::{answer, counted, grouped, rung_name};
use std::fmt::Write as _;

/// Runs the command.
///
/// # Errors
/// If the policy, a catalogue or the overrides are not valid.
pub(super) fn run(wanted: &Explain) -> Result<Exit> {
    let policy = policy::load(wanted.policy.as_deref())?;
    let catalogue = catalogues::load(&wanted.catalogue)?.catalogue;
    let overrides = load_overrides(&wanted.overrides, (&policy, &catalogue), &Scratch::system())?;
    let judge =
        Judge::new(Rules::new(policy, catalogue)).with_numbers(Separators::known(wanted.numbers, None));
    let judge = match &overrides {
        Some(overrides) => judge.overriding(overrides),
        None => judge,
    };
    let judged = judge.ask(Question {
        plan: &wanted.plan,
        seats: &wanted.seats,
        segment: wanted.segment.as_deref().unwrap_or_default(),
        status: wanted.status.as_deref().unwrap_or_default(),
    })?;
    say::out(&explained(&judged))?;
    Ok(if judged.needs_review() { Exit::Review } else { Exit::Done })
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

fn explained(judged: &Judged<'_>) -> String {
    let (policy, row, verdict) = (&judged.rules.policy, &judged.row, &judged.verdict);
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
    line("tier", judged.tier());
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
    line("why", &judged.why());
    if !row.needs_review() {
        line("how sure", verdict.certainty.word());
    }
    line("policy", &format!("{}, effective {}", policy.name, policy.effective));
    for source in &policy.sources {
        if text.contains(&format!("[{}", source.id)) {
            let source = format!("{}: {} ({}) {}", source.id, source.title, source.date, source.address);
            let _ = writeln!(text, "{:<16}{}", "source", source.trim_end());
        }
    }
    for fault in &row.faults {
        let _ = writeln!(text, "\n{}", fault.of_no_file());
    }
    text
}
