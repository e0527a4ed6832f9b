//! The beginning of a run: its ledger and its journal are opened, and what an earlier run left undone is entered.

use super::again::meant;
use super::began::{Began, Journal};
use super::clock::Moment;
use super::configuration::Configuration;
use super::inbox::Found;
use super::ledger::{Failed, Ledger, Line, Lines};
use super::outbox;
use super::rosters::{Rosters, Written};
use super::rules::AllRules;
use super::run::Asked;
use crate::diagnostic::Code;
use crate::error::{ErrorKind, Result};
use crate::write::leftovers;

/// Opens what a run writes to, and enters what an earlier one left undone.
pub(super) fn opened<'a>(
    asked: &'a Asked<'_>,
    files: &[Found],
    began: Moment,
    remarks: &mut Vec<String>,
) -> Result<Rosters<'a>> {
    let configuration = asked.configuration;
    let again = meant(&asked.again, &configuration.rosters, files)?;
    let (mut written, mut lines) = (None, Lines::default());
    if asked.is_dry {
        lines = Lines::read(&configuration.state)?;
    } else {
        let mut ledger = Ledger::open(&configuration.state)?;
        let mut journal = Journal::open(&configuration.state)?;
        enter_what_ended(&mut ledger, &journal.left, configuration, remarks)?;
        journal.clear()?;
        for again in again.lines(began.seconds) {
            ledger.add(Line::Again(again))?;
        }
        written = Some(Written { ledger, journal });
    }
    let rosters = Rosters {
        configuration,
        clock: asked.clock,
        notice: asked.notice,
        workers: &asked.workers,
        rules: AllRules::read(configuration),
        night: began.day().to_string(),
        again,
        written,
        lines,
    };
    remarks.extend(rosters.lines().remarks.clone());
    let last = rosters.lines().nights().next_back().map(|night| night.at);
    if last.is_some_and(|last| last > began.seconds) {
        remarks.push(format!(
            "the clock was set back: the last run ended on {}; runs go on in the order of the ledger",
            Moment { seconds: last.unwrap_or_default() }
        ));
    }
    Ok(rosters)
}

/// Enters rosters that were under way when a run was killed as failed, and removes what was left of them.
fn enter_what_ended(
    ledger: &mut Ledger,
    left: &[Began],
    configuration: &Configuration,
    remarks: &mut Vec<String>,
) -> Result<()> {
    for began in left {
        leftovers::sweep(&outbox::folder(&configuration.outbox, &began.roster, &began.night));
        let is_entered = |line: &Line| match line {
            Line::Done(done) => done.key == began.key,
            Line::Failed(failed) => failed.at == began.at && failed.base == began.base,
            _ => false,
        };
        if ledger.read.lines.iter().rev().any(is_entered) {
            continue;
        }
        remarks.push(format!(
            "the run before ended while it judged `{}`: it was stopped, or the machine went down",
            began.input
        ));
        ledger.add(Line::Failed(Failed {
            at: began.at,
            night: began.night.clone(),
            roster: began.roster.clone(),
            input: began.input.clone(),
            base: began.base.clone(),
            code: ErrorKind::Stopped.exit_code(),
            error: Code::RunEnded.to_string(),
            message: "the run ended while it judged this file".to_owned(),
            help: "see whether something stops the run, such as a limit on time or memory".to_owned(),
            more: Vec::new(),
        }))?;
    }
    Ok(())
}
