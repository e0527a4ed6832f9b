//! The rosters of a run, one file after the other, and how each ended.

use super::again::Wanted;
use super::began::{Began, Journal};
use super::clock::Clock;
use super::configuration::{Configuration, Series, Settle};
use super::decide::{Decision, decide, night_of};
use super::fingerprint::{self, Looked};
use super::flags::{in_words_of_a_night, shell_word};
use super::inbox::{Found, Seen};
use super::judge::{self, Earlier, Judging, judge};
use super::ledger::{Done, Failed, Ledger, Line};
use super::moved::{self, Moved};
use super::outbox;
use super::outcome::Failure;
use super::settle::marker_of;
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic, visible};
use crate::error::{Error, Result};
use crate::pipeline::Workers;
use crate::report::history::HistoryLine;
use crate::roster::dated;
use crate::write::format::Format;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// How a file of a roster ended, or the roster itself, if none came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It was judged in this run.
    Done,
    /// It was judged before, and its output was made again.
    Restored,
    /// It was judged before.
    Known,
    /// It would be judged (of a dry run).
    Due,
    /// It is not written to its end, or changed while it was read.
    Waiting,
    /// A newer file of the roster is there, or was judged.
    Older,
    /// It failed in this run.
    Failed,
    /// It shrank by more than it may, and is held back.
    HeldBack,
    /// It failed before, and nothing that could help has changed.
    SetAside,
    /// It did not come.
    Missing,
}

/// How a file of a roster ended.
#[derive(Clone, Debug)]
pub struct RosterEnd {
    /// The roster's name.
    pub roster: String,
    /// The file's path below the inbox; `None` = none came.
    pub input: Option<String>,
    /// How it ended.
    pub state: State,
    /// What the ledger says of its output, if it has one.
    pub done: Option<Done>,
    /// Its outputs, as paths.
    pub outputs: Vec<PathBuf>,
    /// Its run report, if one was written in this run.
    pub run_report: Option<PathBuf>,
    /// Why it has no output.
    pub failure: Option<Failure>,
    /// The day of the run that it was compared with.
    pub compared_with: Option<String>,
    /// What a person should know, in words.
    pub remarks: Vec<String>,
    /// Whether it is no news: the file was judged before, or is older than one that was.
    pub(super) is_old: bool,
    /// How long it took.
    pub took: Duration,
}

impl RosterEnd {
    pub(super) fn new(roster: &str, input: Option<&str>, state: State) -> Self {
        Self {
            roster: roster.to_owned(),
            input: input.map(str::to_owned),
            state,
            done: None,
            outputs: Vec::new(),
            run_report: None,
            failure: None,
            compared_with: None,
            remarks: Vec::new(),
            is_old: false,
            took: Duration::ZERO,
        }
    }

    fn with_remark(mut self, remark: impl Into<String>) -> Self {
        self.remarks.push(remark.into());
        self
    }

    pub(super) fn failed(mut self, failure: Failure) -> Self {
        self.failure = Some(failure);
        self
    }

    fn with_outputs(mut self, done: Done, configuration: &Configuration) -> Self {
        let place = |extension: &String| outbox::place(&configuration.outbox, &done, extension);
        self.outputs = done.outputs.keys().map(place).collect();
        self.done = Some(done);
        self
    }
}

/// What the rosters of a run go through.
pub(super) struct Rosters<'r> {
    pub(super) configuration: &'r Configuration,
    pub(super) clock: &'r dyn Clock,
    /// What is told for whoever waits.
    pub(super) notice: &'r dyn Fn(&str),
    pub(super) workers: &'r Workers,
    /// The day of the run.
    pub(super) night: String,
    /// What is tried whatever failed before, however much it shrank.
    pub(super) again: Wanted,
    /// What is said where something may be written; `None` = a dry run.
    pub(super) written: Option<Written>,
    /// What the ledger held, for a dry run.
    pub(super) lines: super::ledger::Lines,
}

/// The runs before that a file is compared with.
struct Runs {
    /// Whether it is older than one that was judged before.
    behind: bool,
    earlier: Option<Earlier>,
    newest: Option<Done>,
    history: Vec<HistoryLine>,
}

/// What a run writes to.
pub(super) struct Written {
    pub(super) ledger: Ledger,
    pub(super) journal: Journal,
}

impl Rosters<'_> {
    /// Returns what the ledger holds by now.
    pub(super) fn lines(&self) -> &super::ledger::Lines {
        self.written.as_ref().map_or(&self.lines, |written| &written.ledger.read)
    }

    /// Takes a file through the night.
    ///
    /// # Errors
    /// `night-state` (kind `Output`): without its ledger a run cannot go on. Whatever else fails is the end of this roster
    /// alone.
    pub(super) fn take(&mut self, series: &Series, file: &Found) -> Result<RosterEnd> {
        let began = self.clock.elapsed();
        let mut end = self.took_its_way(series, file)?;
        end.took = self.clock.elapsed().saturating_sub(began);
        Ok(end)
    }

    fn took_its_way(&mut self, series: &Series, file: &Found) -> Result<RosterEnd> {
        let rules = fingerprint::rules(series);
        let end = |state| RosterEnd::new(&series.name, Some(&file.name), state);
        let looked = match fingerprint::look(file, &rules) {
            Ok(looked) => looked,
            Err(error) if is_changed(&error) => return Ok(end(State::Waiting).with_remark(CHANGED)),
            Err(error) => return self.failed(end(State::Failed), "", error.into()),
        };
        let (tries, outbox) = (self.configuration.tries, self.configuration.outbox.as_path());
        match decide(self.lines(), (series, &file.name), &looked, (tries, outbox)) {
            Decision::Judge if self.is_superseded(series, file, &looked) => {
                Ok(self.passed_over(series, file))
            }
            Decision::Judge => self.judge(series, file, (&looked, &rules), None),
            Decision::Restore(done) => self.judge(series, file, (&looked, &rules), Some(&done)),
            Decision::Known(done) => Ok(self.settled(end(State::Known), series, (file, &looked), *done)),
            Decision::Edited(done) => {
                let remark = "the workbook was changed since it was written, and is kept as it is".to_owned();
                let end = end(State::Known).with_remark(remark);
                Ok(self.settled(end, series, (file, &looked), *done))
            }
            Decision::Closed(done, why) => {
                let remark = format!(
                    "nobody can say whether the workbook is as it was written, since it cannot be read ({why}): {}",
                    judge::PERMISSION
                );
                let end = end(State::Known).with_remark(remark);
                Ok(self.settled(end, series, (file, &looked), *done))
            }
            Decision::Older => Ok(end(State::Older)),
            Decision::SetAside(failed) => {
                Ok(end(State::SetAside).failed(remembered(&failed, self.configuration)))
            }
        }
    }

    fn behind(&self, series: &Series, file: &Found) -> Option<Date> {
        is_behind(self.lines().newest_of(&series.name), file)
    }

    /// Whether a file was held back, and a newer one was judged since: only its own name releases it.
    fn is_superseded(&self, series: &Series, file: &Found, looked: &Looked) -> bool {
        self.behind(series, file).is_some()
            && self.lines().was_held_back(&series.name, &file.name, &looked.base)
            && !self.again.names(&series.name, &file.name)
    }

    /// Says once of a file that was held back that a newer one was judged since.
    fn passed_over(&self, series: &Series, file: &Found) -> RosterEnd {
        let end = RosterEnd::new(&series.name, Some(&file.name), State::Older);
        let lines = &self.lines().lines;
        let newest = self.lines().newest_of(&series.name);
        let is_newest =
            |line: &Line| matches!(line, Line::Done(done) if newest.is_some_and(|newest| newest == done));
        let since = lines.iter().rposition(is_newest).unwrap_or(0);
        let nights = lines.iter().skip(since).filter(|line| matches!(line, Line::Night(_))).count();
        if nights > 1 {
            return end;
        }
        let name = file.name.rsplit('/').next().unwrap_or_default();
        end.with_remark(format!(
            "it was held back, and `{}` was judged since: it is left as it is, and told no more; `{} --again {}` judges it",
            newest.map(|newest| visible(&newest.input)).unwrap_or_default(),
            self.configuration.command(),
            shell_word(name)
        ))
    }

    /// Judges a file; `before` is what the ledger says of it, if only its output is gone.
    fn judge(
        &mut self,
        series: &Series,
        file: &Found,
        (looked, rules): (&Looked, &str),
        before: Option<&Done>,
    ) -> Result<RosterEnd> {
        let again = before.is_some() || self.is_known(series, file, looked);
        let is_old = again || self.behind(series, file).is_some();
        let end = |state| RosterEnd { is_old, ..RosterEnd::new(&series.name, Some(&file.name), state) };
        if self.written.is_none() {
            return Ok(end(State::Due));
        }
        let (outbox, at) = (self.configuration.outbox.as_path(), self.clock.now().seconds);
        let Runs { behind, earlier, newest, history } = match self.runs(series, file, before) {
            Ok(runs) => runs,
            Err(error) => return self.failed(end(State::Failed), &looked.base, error.into()),
        };
        let sha256 = earlier.as_ref().map(|earlier| earlier.sha256.as_str());
        let night = match before {
            Some(done) => done.night.clone(),
            None => night_of(self.lines(), &series.name, &looked.base, &self.night),
        };
        let key = fingerprint::key(&looked.base, sha256, (&night, &history));
        let began = Began {
            at,
            night: night.clone(),
            roster: series.name.clone(),
            input: file.name.clone(),
            base: looked.base.clone(),
            key: key.clone(),
        };
        if let Some(written) = &mut self.written {
            written.journal.begin(&began)?;
        }
        let judging = Judging {
            series,
            input: &file.name,
            looked,
            night: &night,
            key: &key,
            earlier: earlier.as_ref(),
            newest: newest.as_ref(),
            rules: short(rules),
            again,
            behind,
            history,
            // What was accepted once is made again as it was.
            max_drop: series
                .max_drop
                .filter(|_| before.is_none() && !self.again.releases(&series.name, &file.name)),
            outbox,
            state: &self.configuration.state,
            workers: self.workers,
            at,
        };
        let start = self.clock.elapsed();
        let judged = judge(&judging, &|| self.clock.elapsed().saturating_sub(start));
        match judged {
            Ok(judged) => self.done(series, (file, looked), (judged, before), (earlier, newest)),
            Err(error) if is_changed(&error) => Ok(end(State::Waiting).with_remark(CHANGED)),
            Err(error) if is_of_state(&error) => Err(error),
            Err(error) => self.not_judged(end(State::Failed), (series, file), (&looked.base, &night), error),
        }
    }

    /// What follows when a file is not judged.
    fn not_judged(
        &mut self,
        mut end: RosterEnd,
        (series, file): (&Series, &Found),
        (base, night): (&str, &str),
        error: Error,
    ) -> Result<RosterEnd> {
        let outbox = self.configuration.outbox.as_path();
        // Of a day without outputs nothing stays.
        let _ = fs::remove_dir(outbox::folder(outbox, &series.name, night));
        let _ = fs::remove_dir(outbox::folder_of_roster(outbox, &series.name));
        if error.diagnostics.first().is_some_and(|first| first.code == Code::RosterShrank) {
            end.state = State::HeldBack;
        }
        let names = (file.name.as_str(), &*file.path.to_string_lossy());
        let failure = in_words_of_a_night(error, (self.configuration, series), names);
        self.failed(end, base, failure)
    }

    /// Returns the runs before that a file is compared with; `before` is what the ledger says of it, if only its output is
    /// gone.
    fn runs(&self, series: &Series, file: &Found, before: Option<&Done>) -> Result<Runs> {
        let day = if before.is_some() { None } else { self.behind(series, file) };
        let same = judge::Before { key: before.map(|done| done.key.as_str()), day };
        let (lines, roster) = (self.lines(), series.name.as_str());
        Ok(Runs {
            behind: day.is_some(),
            earlier: judge::earlier(lines, roster, &self.configuration.outbox, same)?,
            newest: judge::newest(lines, roster, same),
            history: judge::history(lines, roster, same),
        })
    }

    fn done(
        &mut self,
        series: &Series,
        (file, looked): (&Found, &Looked),
        (judged, before): (judge::Judged, Option<&Done>),
        (earlier, newest): (Option<Earlier>, Option<Done>),
    ) -> Result<RosterEnd> {
        let done = judged.line;
        let has_workbook = |done: &Done| done.outputs.contains_key(Format::Xlsx.word());
        let is_lost =
            earlier.is_none() && newest.is_some_and(|newest| has_workbook(&newest)) && has_workbook(&done);
        // What comes to the same bytes in its old place is in the ledger already.
        let is_same = before.is_some_and(|before| before.key == done.key && before.outputs == done.outputs);
        if let Some(written) = self.written.as_mut().filter(|_| !is_same) {
            written.ledger.add(Line::Done(done.clone()))?;
        }
        let state = if before.is_some() { State::Restored } else { State::Done };
        let mut end = RosterEnd::new(&series.name, Some(&file.name), state);
        end.remarks = judged.remarks;
        end.is_old = done.again || done.behind;
        if done.behind {
            end.remarks.push(
                "it is older than what was judged before: `latest` stays, and the next one is not compared with it".to_owned(),
            );
        }
        if is_lost {
            end.remarks.push(
                "no earlier workbook of this roster is there any more, so nothing was compared".to_owned(),
            );
        }
        if earlier.as_ref().is_some_and(|earlier| !judge::is_as_written(earlier)) {
            end.remarks.push("the earlier workbook was changed since it was written".to_owned());
        }
        end.compared_with = earlier.map(|earlier| earlier.done.night);
        end.run_report = Some(judge::report_path(&self.configuration.state, &done));
        Ok(self.settled(end, series, (file, looked), done))
    }

    /// What follows when a file is judged, in this run or in one before that was cut off: the copy of the newest output,
    /// and the inbox.
    fn settled(
        &self,
        end: RosterEnd,
        series: &Series,
        (file, looked): (&Found, &Looked),
        done: Done,
    ) -> RosterEnd {
        if self.written.is_none() {
            return end.with_outputs(done, self.configuration);
        }
        let mut end = end;
        let newest = self.lines().newest_of(&series.name);
        if newest.is_some_and(|newest| newest.key == done.key) {
            for extension in done.outputs.keys() {
                if let Err(error) = outbox::set_latest(&self.configuration.outbox, &done, extension) {
                    end.remarks.push(format!("`latest.{extension}` was not replaced: {error}"));
                }
            }
        }
        if let Some(folder) = &self.configuration.done {
            let to = folder.join(&done.roster).join(&done.night);
            if let Err(error) = self.take_away(file, looked, &to) {
                end.remarks.push(format!("the file was not moved out of the inbox: {error}"));
            }
        }
        end.with_outputs(done, self.configuration)
    }

    /// Whether a file is in the inbox, and not where judged files are moved to.
    fn is_in_inbox(&self, file: &Found) -> bool {
        file.path == self.configuration.inbox.join(&file.name)
    }

    /// Whether a file was judged before, as it is: what is moved away and comes once more is new.
    fn is_known(&self, series: &Series, file: &Found, looked: &Looked) -> bool {
        let stays = self.configuration.done.is_none() || !self.is_in_inbox(file);
        let is_it = |done: &Done| done.input == file.name && done.sha256 == looked.sha256;
        stays && self.lines().done_of(&series.name).any(is_it)
    }

    /// Takes the file of a roster that was judged last, if it was moved away and its rules have changed, or its output is
    /// gone; the remark says that nobody knows where it is.
    ///
    /// # Errors
    /// As [`Rosters::take`].
    pub(super) fn take_moved(
        &mut self,
        series: &Series,
        files: &[&Found],
    ) -> Result<(Option<RosterEnd>, Option<String>)> {
        let rules = fingerprint::rules(series);
        match moved::due(series, (self.configuration, self.lines()), files, short(&rules)) {
            None => Ok((None, None)),
            Some(Moved::Gone(remark)) => Ok((None, Some(remark))),
            Some(Moved::There(found)) => Ok((Some(self.take(series, &found)?), None)),
        }
    }

    /// Moves a file out of the inbox, if it is still the one that was judged.
    fn take_away(&self, file: &Found, looked: &Looked, to: &std::path::Path) -> std::io::Result<()> {
        if !self.is_in_inbox(file) {
            return Ok(());
        }
        let is_same = fs::metadata(&file.path).is_ok_and(|there| Seen::of(&there) == file.seen);
        if !is_same || looked.file.metadata().is_ok_and(|open| Seen::of(&open) != file.seen) {
            return Ok(());
        }
        let name = file.name.rsplit('/').next().unwrap_or_default();
        outbox::take_away(&file.path, to, name)?;
        // A marker that stayed would release the next file before it is written to its end.
        if let Settle::Marker(marker) = &self.configuration.settle {
            let _ = fs::remove_file(marker_of(&file.path, marker));
        }
        Ok(())
    }

    fn failed(&mut self, end: RosterEnd, base: &str, failure: Failure) -> Result<RosterEnd> {
        let first = failure.diagnostics.first();
        let line = Failed {
            at: self.clock.now().seconds,
            night: self.night.clone(),
            roster: end.roster.clone(),
            input: end.input.clone().unwrap_or_default(),
            base: base.to_owned(),
            code: failure.code,
            error: first.map(|first| first.code.to_string()).unwrap_or_default(),
            message: first.map(|first| visible(&first.message)).unwrap_or_default(),
            help: first.map(|first| visible(&first.help)).unwrap_or_default(),
            more: failure.diagnostics.iter().skip(1).take(LIMIT_MORE).map(in_one).collect(),
        };
        if let Some(written) = &mut self.written {
            written.ledger.add(Line::Failed(line))?;
        }
        Ok(end.failed(failure))
    }
}

const CHANGED: &str = "the file changed while it was read; the next run takes it";

fn is_changed(error: &Error) -> bool {
    error.diagnostics.first().is_some_and(|first| first.code == Code::RosterChanged)
}

fn is_of_state(error: &Error) -> bool {
    error.diagnostics.first().is_some_and(|first| first.code == Code::NightState)
}

/// Errors of one file that the ledger keeps beside the first.
const LIMIT_MORE: usize = 20;

/// Returns an error with what to do about it, as one text.
fn in_one(found: &Diagnostic) -> String {
    let help = if found.help.is_empty() { String::new() } else { format!("; {}", visible(&found.help)) };
    format!("{}{help}", visible(&found.message))
}

/// Returns the part of the rules that the ledger keeps.
fn short(rules: &str) -> &str {
    const DIGITS: usize = 8;
    rules.get(..DIGITS).unwrap_or(rules)
}

/// Returns the day of a file that is older than the newest of its roster that was judged; `None` = it is the newest.
///
/// A file that took the place of the newest, under its name, is newer whatever day it is of.
pub(super) fn is_behind(newest: Option<&Done>, file: &Found) -> Option<Date> {
    let newest = newest?;
    let newest_day = in_name(&newest.input).or_else(|| newest.own_day())?;
    let day = in_name(&file.name).unwrap_or_else(|| file.seen.day());
    (newest.input != file.name && day < newest_day).then_some(day)
}

fn in_name(input: &str) -> Option<Date> {
    dated::in_name(input.rsplit('/').next().unwrap_or_default())
}

/// Returns why a roster failed in an earlier run.
fn remembered(failed: &Failed, configuration: &Configuration) -> Failure {
    let code = Code::ALL.iter().copied().find(|code| code.as_str() == failed.error).unwrap_or(Code::Internal);
    let help = if failed.help.is_empty() { String::new() } else { format!("{}; ", failed.help) };
    let help = format!(
        "{help}it is tried again when the file or its rules change, or with `{} --again {}`",
        configuration.command(),
        failed.roster
    );
    let diagnostic = Diagnostic::error(code, failed.message.clone()).in_file(failed.input.clone()).help(help);
    let more =
        failed.more.iter().map(|more| Diagnostic::error(code, more.clone()).in_file(failed.input.clone()));
    Failure { code: failed.code, diagnostics: [diagnostic].into_iter().chain(more).collect() }
}
