//! The metrics of a night as Prometheus reads them from a file: without timestamps, written whole.

use super::configuration::Configuration;
use super::end::{RosterEnd, State};
use super::ledger::Done;
use super::outbox::write_whole;
use super::run::Night;
use super::words::needs_a_person;
use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, Result};
use std::fmt::Write as _;

/// Writes the metrics where the configuration says; nothing where it says nothing.
///
/// # Errors
/// `output-not-writable`, if they cannot be written.
pub fn write(night: &Night, configuration: &Configuration) -> Result<()> {
    let Some(path) = &configuration.metrics else { return Ok(()) };
    write_whole(path, text(night, configuration).as_bytes()).map_err(|error| {
        let message = format!("the metrics `{}` cannot be written: {error}", path.display());
        let help = "check `metrics` in the configuration, and that this user may write to the folder";
        Error::output(Diagnostic::error(Code::OutputNotWritable, message).help(help))
    })
}

/// Returns the metrics of a night: of each roster its newest output, whenever that was.
#[must_use]
pub fn text(night: &Night, configuration: &Configuration) -> String {
    let mut families = Families::default();
    families.add(
        "fasttrack_night_exit_code",
        "Exit code of the last run.",
        [(vec![], u64::from(night.code))],
    );
    families.add(
        "fasttrack_night_last_run_timestamp_seconds",
        "When the last run ended, in seconds since 1970-01-01 00:00 UTC.",
        [(vec![], u64::try_from(night.ended.seconds).unwrap_or(0))],
    );
    families.add_exact(
        "fasttrack_night_duration_seconds",
        "How long the last run took.",
        night.took.as_secs_f64(),
    );
    let counts = [
        ("done", u64::from(night.ends.done)),
        ("nothing_to_do", u64::from(night.ends.known)),
        ("passed_over", u64::from(night.ends.passed_over)),
        ("failed", night.ends.failed.len() as u64),
        ("missing", u64::from(night.ends.missing)),
    ];
    families.add(
        "fasttrack_night_rosters",
        "Files of the last run, by how they ended, and rosters that did not come.",
        counts.map(|(result, count)| (vec![("result", result)], count)),
    );
    of_rosters(&mut families, night, configuration);
    families.text
}

fn of_rosters(families: &mut Families, night: &Night, configuration: &Configuration) {
    let names = || configuration.rosters.iter().map(|series| series.name.as_str());
    let newest: Vec<(&str, &Done)> =
        names().filter_map(|name| Some((name, night.lines.newest_of(name)?))).collect();
    let of = |value: fn(&Done) -> u64| {
        newest.iter().map(move |(name, done)| (vec![("roster", *name)], value(done)))
    };
    families.add(
        "fasttrack_roster_last_success_timestamp_seconds",
        "When the newest output of the roster was written, in seconds since 1970-01-01 00:00 UTC.",
        of(|done| u64::try_from(done.at).unwrap_or(0)),
    );
    let is_wrong =
        |name: &str| night.rosters.iter().any(|end| end.roster == name && needs_a_person(end.state));
    families.add(
        "fasttrack_roster_needs_action",
        "1 if a file of the roster failed, is set aside or held back, or none came; else 0.",
        names().map(|name| (vec![("roster", name)], u64::from(is_wrong(name)))),
    );
    let is_late =
        |name: &str| night.rosters.iter().any(|end| end.roster == name && end.state == State::Missing);
    families.add(
        "fasttrack_roster_missing",
        "1 if the roster did not come in time; else 0.",
        names().map(|name| (vec![("roster", name)], u64::from(is_late(name)))),
    );
    let results = ["classified", "needs_review", "blank", "footer"];
    let rows = newest.iter().flat_map(|(name, done)| {
        let [_, rows @ ..] = done.rows;
        results
            .into_iter()
            .zip(rows)
            .map(move |(result, rows)| (vec![("roster", *name), ("result", result)], rows))
    });
    families.add("fasttrack_roster_rows", "Rows of the roster's newest output, by result.", rows);
    let tiers = |value: fn(&(String, u64, u64)) -> u64| {
        newest.iter().flat_map(move |(name, done)| {
            done.tiers
                .iter()
                .map(move |tier| (vec![("roster", *name), ("tier", tier.0.as_str())], value(tier)))
        })
    };
    families.add(
        "fasttrack_roster_customers",
        "Customers of the roster's newest output, by tier.",
        tiers(|tier| tier.1),
    );
    families.add(
        "fasttrack_roster_paid_seats",
        "Paid seats of the roster's newest output, by tier.",
        tiers(|tier| tier.2),
    );
    let took = night.rosters.iter().filter(|end| end.state == State::Done);
    families.add(
        "fasttrack_roster_duration_milliseconds",
        "How long the roster's newest file took in the last run.",
        last_of_each(took).map(|end| {
            (vec![("roster", end.roster.as_str())], u64::try_from(end.took.as_millis()).unwrap_or(u64::MAX))
        }),
    );
}

/// A roster may have had several files; a metric has one value.
fn last_of_each<'e>(ends: impl Iterator<Item = &'e RosterEnd>) -> impl Iterator<Item = &'e RosterEnd> {
    let mut last: Vec<&RosterEnd> = Vec::new();
    for end in ends {
        last.retain(|known| known.roster != end.roster);
        last.push(end);
    }
    last.into_iter()
}

#[derive(Default)]
struct Families {
    text: String,
}

impl Families {
    /// Adds a family of gauges; one without samples is left out.
    fn add<'s>(
        &mut self,
        name: &str,
        help: &str,
        samples: impl IntoIterator<Item = (Vec<(&'static str, &'s str)>, u64)>,
    ) {
        let mut is_first = true;
        for (labels, value) in samples {
            if std::mem::take(&mut is_first) {
                self.head(name, help);
            }
            let labels: Vec<String> =
                labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escaped(value))).collect();
            let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
            let _ = writeln!(self.text, "{name}{labels} {value}");
        }
    }

    fn add_exact(&mut self, name: &str, help: &str, value: f64) {
        self.head(name, help);
        let _ = writeln!(self.text, "{name} {value}");
    }

    fn head(&mut self, name: &str, help: &str) {
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} gauge");
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
