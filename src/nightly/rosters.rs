//! The rosters of a run, one file after the other, and how each ended.

use super::again::Wanted;
use super::began::{Began, Journal};
use super::clock::Clock;
use super::configuration::{Configuration, Series};
use super::decide::{Decision, decide, is_behind, night_of};
use super::end::{RosterEnd, State};
use super::failed::remembered;
use super::fingerprint::{self, Looked};
use super::flags::{in_words_of_a_night, shell_word};
use super::inbox::Found;
use super::judge::{self, Earlier, Judging, judge};
use super::ledger::{Done, Ledger, Line, Lines};
use super::moved::{self, Moved};
use super::outbox;
use super::rules::{AllRules, Rules};
use crate::date::Date;
use crate::diagnostic::{Code, visible};
use crate::error::{Error, Result};
use crate::pipeline::Workers;
use crate::report::history::HistoryLine;
use crate::write::format::Format;
use std::fs;

/// What the rosters of a run go through.
pub(super) struct Rosters<'r> {
    pub(super) configuration: &'r Configuration,
    pub(super) clock: &'r dyn Clock,
    /// What is told for whoever waits.
    pub(super) notice: &'r dyn Fn(&str),
    pub(super) workers: &'r Workers,
    /// The rules of all rosters.
    pub(super) rules: AllRules,
    /// The day of the run.
    pub(super) night: String,
    /// What is tried whatever failed before, however much it shrank.
    pub(super) again: Wanted,
    /// What is said where something may be written; `None` = a dry run.
    pub(super) written: Option<Written>,
    /// What the ledger held, for a dry run.
    pub(super) lines: Lines,
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
    pub(super) fn lines(&self) -> &Lines {
        self.written.as_ref().map_or(&self.lines, |written| &written.ledger.read)
    }

    /// Takes a file through the run.
    ///
    /// # Errors
    /// `night-state` (kind `Output`): without its ledger a run cannot go on. Whatever else fails ends only this
    /// file.
    pub(super) fn take(&mut self, series: &Series, file: &Found) -> Result<RosterEnd> {
        let began = self.clock.elapsed();
        let mut end = self.took_its_way(series, file)?;
        end.took = self.clock.elapsed().saturating_sub(began);
        Ok(end)
    }

    fn took_its_way(&mut self, series: &Series, file: &Found) -> Result<RosterEnd> {
        let rules = self.rules.of(series)?;
        let end = |state| RosterEnd::new(&series.name, Some(&file.name), state);
        let looked = match fingerprint::look(file, &rules.hash) {
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
        (looked, rules): (&Looked, &Rules),
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
            rules,
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
        let rules = self.rules.of(series)?;
        match moved::due(series, (self.configuration, self.lines()), files, rules.short()) {
            None => Ok((None, None)),
            Some(Moved::Gone(remark)) => Ok((None, Some(remark))),
            Some(Moved::There(found)) => Ok((Some(self.take(series, &found)?), None)),
        }
    }
}

const CHANGED: &str = "the file changed while it was read; the next run takes it";

fn is_changed(error: &Error) -> bool {
    error.diagnostics.first().is_some_and(|first| first.code == Code::RosterChanged)
}

fn is_of_state(error: &Error) -> bool {
    error.diagnostics.first().is_some_and(|first| first.code == Code::NightState)
}
