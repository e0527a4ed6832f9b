//! `fasttrack plans`: which plan a text names, and the plan catalogue, searched.

use crate::cli::args::Plans;
use crate::cli::exit::Exit;
use crate::cli::say;
use fasttrack_roster::diagnostic::{excerpt, visible};
use fasttrack_roster::error::{Error, Result};
use fasttrack_roster::job::catalogues::{self, Loaded};
use fasttrack_roster::plans::catalogue::MOST_CANDIDATES;
use fasttrack_roster::plans::own::form;
use fasttrack_roster::plans::{Match, MatchedBy, NotFound, Plan, PlanFrom};
use fasttrack_roster::verdict::words::counted;
use serde::Serialize;
use std::fmt::Write as _;
use std::ptr;

/// How many plans are shown where nothing else is said.
const SHOWN: usize = 40;

/// Runs the command.
///
/// # Errors
/// If a catalogue is not valid, or standard output cannot be written.
pub(super) fn run(wanted: &Plans) -> Result<Exit> {
    let loaded = catalogues::load(&wanted.catalogue)?;
    let words = wanted.words.join(" ");
    let found = loaded.catalogue.find(&words);
    let plans = listed(&loaded, &words, found.as_ref());
    let limit = match wanted.limit {
        Some(0) => plans.len(),
        Some(limit) => limit,
        None if wanted.csv => plans.len(),
        None => SHOWN,
    };
    let shown = plans.get(..limit.min(plans.len())).unwrap_or_default();
    if wanted.json {
        return say::out_bytes(&json(shown)?);
    }
    if wanted.csv {
        if plans.is_empty() {
            say::note(none(found.as_ref().err()).trim_end());
        }
        return say::out_bytes(&form(&loaded.catalogue, shown)?);
    }
    let mut text = String::new();
    for (place, plan) in shown.iter().enumerate() {
        text.push_str(&lines(plan, &loaded));
        if let (0, Ok(found)) = (place, &found) {
            let _ = writeln!(text, "    {}", read_as(&words, found));
        }
    }
    if let Err(NotFound { several, .. }) = &found
        && !several.is_empty()
    {
        let _ = writeln!(text, "`{}` is the name of several different plans", visible(&excerpt(&words)));
    }
    let _ = match plans.len() {
        0 => write!(text, "{}", none(found.as_ref().err())),
        count if count > limit => {
            writeln!(text, "{limit} of {count} plans; add words to narrow the search, `--limit 0` shows all")
        }
        count => writeln!(text, "{}", counted(u64::try_from(count).unwrap_or(u64::MAX), "plan", "plans")),
    };
    say::out(&text)
}

/// A plan, for a program.
#[derive(Serialize)]
struct PlanPart<'a> {
    name: &'a str,
    id: &'a str,
    guid: &'a str,
    family: &'a str,
    segment: &'a str,
}

fn json(plans: &[&Plan]) -> Result<Vec<u8>> {
    let part = |plan: &&'_ Plan| {
        let Plan { name, id, guid, family, segment, .. } = *plan;
        serde_json::to_value(PlanPart { name, id, guid, family, segment })
    };
    let parts: serde_json::Result<Vec<_>> = plans.iter().map(part).collect();
    let text = parts.and_then(|parts| serde_json::to_string_pretty(&parts));
    text.map(|text| format!("{text}\n").into_bytes())
        .map_err(|error| Error::internal(format!("no plans: {error}")))
}

/// Returns the plans that the words name as a roster's would, then those in which they occur, each once.
fn listed<'a>(
    loaded: &'a Loaded,
    words: &str,
    found: std::result::Result<&Match<'a>, &NotFound<'a>>,
) -> Vec<&'a Plan> {
    let named: Vec<&Plan> = match found {
        Ok(found) => std::iter::once(found.plan).chain(found.readings.iter().copied()).collect(),
        Err(NotFound { several, .. }) => several.clone(),
    };
    let mut plans: Vec<&Plan> = Vec::new();
    for plan in named {
        if !plans.iter().any(|known| ptr::eq(*known, plan)) {
            plans.push(plan);
        }
    }
    let first = plans.len();
    for plan in loaded.catalogue.search(words) {
        if !plans.iter().take(first).any(|known| ptr::eq(*known, plan)) {
            plans.push(plan);
        }
    }
    plans
}

fn lines(plan: &Plan, loaded: &Loaded) -> String {
    let mut text = String::new();
    let keys: Vec<&str> =
        [&plan.id, &plan.guid].map(String::as_str).into_iter().filter(|key| !key.is_empty()).collect();
    let _ = writeln!(text, "{}", visible(&plan.name));
    if !keys.is_empty() {
        let _ = writeln!(text, "    {}", visible(&keys.join("   ")));
    }
    let _ =
        writeln!(text, "    {}, {}, {}, {}", plan.segment, plan.family, plan.kind.word(), plan.price.word());
    let from = match plan.from {
        PlanFrom::Published | PlanFrom::Overrides => return text,
        PlanFrom::Added => "not in Microsoft's published list".to_owned(),
        PlanFrom::Own(place) => {
            format!("own catalogue {}", loaded.own.get(place).map_or("", |own| own.name.as_str()))
        }
    };
    let because = if plan.because.is_empty() { String::new() } else { format!("; {}", plan.because) };
    let _ = writeln!(text, "    {}", visible(&format!("{from}{because}")));
    text
}

/// Returns what the words are read as in a roster: how the plan was found, and what they say beside it.
fn read_as(words: &str, found: &Match<'_>) -> String {
    let by = match found.by {
        MatchedBy::Guid => "by its GUID",
        MatchedBy::Id => "by its product id",
        MatchedBy::Name => "by its name",
        MatchedBy::Words => "by its words",
    };
    let mut text = format!("`{}` is read as this plan {by}", excerpt(words));
    if let Some(aside) = &found.aside {
        let _ = write!(text, ", with `{}` set aside", excerpt(aside));
    }
    if let Some((segment, _)) = found.segment.filter(|(segment, _)| *segment != found.plan.segment) {
        let _ = write!(text, ", for the segment {segment}");
    }
    if found.price != found.plan.price {
        let _ = write!(text, ", as {}", found.price.word());
    }
    let others: Vec<String> = found
        .readings
        .iter()
        .filter(|plan| !ptr::eq(**plan, found.plan))
        .map(|plan| format!("`{}`", plan.name))
        .collect();
    if !others.is_empty() {
        let _ = write!(text, "; it may also be {}", others.join(" or "));
    }
    visible(&text)
}

/// Returns that nothing was found, with the plans that may have been meant.
fn none(missed: Option<&NotFound<'_>>) -> String {
    let mut text = "no plan in the catalogue has all of these words\n".to_owned();
    for plan in missed.iter().flat_map(|missed| &missed.candidates).take(MOST_CANDIDATES) {
        let _ = writeln!(text, "  did you mean `{}` (`{}`)?", visible(&plan.name), visible(plan.key()));
    }
    text
}
