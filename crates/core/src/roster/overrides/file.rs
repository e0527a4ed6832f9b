//! From the lines of overrides files to overrides; all that is wrong with them is gathered.

use super::entry::{Entry, Says, fault};
use super::filled::{Filled, Fits, RowNames, add_note};
use super::headings::{Heading, Headings};
use super::named::NamedValue;
use super::rules::{Clash, joined};
use super::words::{Meaning, NotedWord, SaidOfWord, SettledWord, say};
use super::{Line, NOT_COUNTED, Overrides, OverridesFile, RowKey, Rule, lines, tenant_key};
use crate::about::About;
use crate::diagnostic::{Code, Diagnostic, Severity, excerpt};
use crate::error::{Error, ErrorKind, Result};
use crate::fold::fold;
use crate::plans::{Catalogue, Plan};
use crate::policy::Policy;
use crate::record::{Cell, Flaw, Record};
use crate::roster::{Fault, seats};
use std::collections::HashMap;

/// Most lines of all files: they are made by hand, and every fault of them is told.
pub const LIMIT_LINES: usize = 100_000;

/// Overrides files on their way from records to overrides: one after the other, and the sheets of each.
#[derive(Debug)]
pub struct Reading<'a> {
    about: &'a About,
    policy: &'a Policy,
    catalogue: &'a Catalogue,
    /// `None` = nothing of the sheet is read.
    headings: Option<Headings>,
    /// The part of a Review sheet, from 0, whose lines come.
    part: u64,
    /// Lines that are not blank, right or wrong; of a Review sheet, those on which something is filled in.
    count: usize,
    overrides: Overrides,
    /// Where what was filled in for a row is kept, by the first of its lines.
    places: HashMap<u64, usize>,
    /// What lines of Review sheets say of a row, by what finds it again, which may have been something else before.
    by_row: HashMap<(u64, RowKey), Vec<(Fits, Rule)>>,
    wrong: Vec<Diagnostic>,
}

impl<'a> Reading<'a> {
    /// Begins with the headings.
    ///
    /// # Errors
    /// All that is wrong with them, of kind `Policy`: `override-heading-unknown`, `override-heading-twice`,
    /// `override-heading-missing`.
    pub fn new(about: &'a About, policy: &'a Policy, catalogue: &'a Catalogue) -> Result<Self> {
        // A Review sheet may have been saved by itself.
        if Headings::are_of_review(&about.headings) {
            return Self::of_review(about, policy, catalogue);
        }
        let mut reading = Self::of_nothing(about, (policy, catalogue));
        reading.begin(about)?;
        Ok(reading)
    }

    /// Begins with the Review sheet of a workbook that a run made.
    ///
    /// # Errors
    /// Those of [`Reading::turn_to_review`].
    pub fn of_review(about: &'a About, policy: &'a Policy, catalogue: &'a Catalogue) -> Result<Self> {
        let mut reading = Self::of_nothing(about, (policy, catalogue));
        reading.turn_to_review(about, 0)?;
        Ok(reading)
    }

    fn of_nothing(about: &'a About, (policy, catalogue): (&'a Policy, &'a Catalogue)) -> Self {
        let overrides = Overrides::nothing(OverridesFile::of(about));
        let (headings, places, by_row, wrong) = (None, HashMap::new(), HashMap::new(), Vec::new());
        Self { about, policy, catalogue, headings, part: 0, count: 0, overrides, places, by_row, wrong }
    }

    /// Goes on with the next file, which says what the first ones did not.
    ///
    /// # Errors
    /// As [`Reading::new`].
    pub fn turn_to_file(&mut self, about: &'a About) -> Result<()> {
        self.overrides.further_files.push(OverridesFile::of(about));
        if Headings::are_of_review(&about.headings) {
            return self.turn_to_review(about, 0);
        }
        self.begin(about)
    }

    /// Goes on with the next file, of which the Review sheet comes first.
    ///
    /// # Errors
    /// As [`Reading::of_review`].
    pub fn turn_to_file_of_review(&mut self, about: &'a About) -> Result<()> {
        self.overrides.further_files.push(OverridesFile::of(about));
        self.turn_to_review(about, 0)
    }

    /// Begins with the lines of the file that came last.
    fn begin(&mut self, about: &'a About) -> Result<()> {
        let headings = Headings::find(&about.headings).map_err(|wrong| refused(about, &wrong))?;
        self.overrides.file_now().is_from_workbook = headings.is_sheet_of_words() && about.sheet().is_some();
        (self.about, self.headings) = (about, Some(headings));
        Ok(())
    }

    /// Returns whether the file that came last is a workbook that a run made, in which something can be filled in.
    #[must_use]
    pub fn is_from_workbook(&mut self) -> bool {
        self.overrides.file_now().is_from_workbook
    }

    /// Goes on with a Review sheet: its n-th part, from 0. Of one on which nothing can be filled in no line is read.
    ///
    /// # Errors
    /// All that is wrong with its headings, of kind `Policy`: `override-heading-missing`.
    pub fn turn_to_review(&mut self, about: &'a About, part: u64) -> Result<()> {
        self.headings = Headings::of_review(&about.headings).map_err(|wrong| refused(about, &wrong))?;
        (self.about, self.part) = (about, part);
        self.overrides.file_now().is_from_workbook |= self.headings.is_some();
        Ok(())
    }

    /// Takes the next line; a blank one says nothing.
    ///
    /// # Errors
    /// `overrides-too-many`, beyond [`LIMIT_LINES`]. What is wrong with a line is kept until [`Reading::finish`].
    pub fn line(&mut self, record: Record<'_>) -> Result<()> {
        if record.is_blank() && !record.flaw.is_some_and(Flaw::is_uncalculated) {
            return Ok(());
        }
        let Some(headings) = &self.headings else { return Ok(()) };
        let is_text = self.about.sheet().is_none();
        let (policy, catalogue) = (self.policy, self.catalogue);
        let line = Entry { record, headings, policy, catalogue, is_text };
        if headings.is_review() {
            let filled_in = line.filled_in();
            return self.review_line(record, filled_in);
        }
        let read = if line.is_of_a_word() {
            line.word().map(|word| word.map(Read::Word))
        } else {
            line.read().map(|(named, says)| Some(Read::Rows(named, Box::new(says))))
        };
        self.see()?;
        match read {
            Ok(Some(Read::Word(SaidOfWord::Settled(settled, meaning)))) => {
                self.keep_word(record, settled, meaning);
            }
            Ok(Some(Read::Word(SaidOfWord::Noted(noted)))) => self.keep_note(record, noted),
            Ok(Some(Read::Rows(named, says))) => {
                self.keep(record, &named, *says);
            }
            Ok(None) => self.overrides.file_now().open += 1,
            Err(faults) => faults.iter().for_each(|fault| self.tell(record, fault)),
        }
        Ok(())
    }

    /// Takes a line of a Review sheet.
    fn review_line(
        &mut self,
        record: Record<'_>,
        filled_in: std::result::Result<Option<(NamedValue, Says)>, Vec<Fault>>,
    ) -> Result<()> {
        match filled_in {
            Ok(None) => self.overrides.file_now().open += 1,
            Ok(Some((named, says))) => {
                self.see()?;
                let filled = self.filled(record, &named, &says);
                self.compare_with_its_row(record, &filled, &says);
                let first = self.keep(record, &named, says);
                self.keep_filled(first, filled);
            }
            Err(faults) => {
                self.see()?;
                for fault in &faults {
                    self.tell(record, fault);
                }
            }
        }
        Ok(())
    }

    /// Counts a line that is not blank.
    fn see(&mut self) -> Result<()> {
        if self.count >= LIMIT_LINES {
            let diagnostic = Diagnostic::error(
                Code::OverridesTooMany,
                format!("the overrides have more than {LIMIT_LINES} lines"),
            )
            .in_file(self.about.name.clone())
            .help("is this an overrides file? it has only the rows that the roster does not show correctly");
            return Err(Error::new(ErrorKind::Policy, diagnostic));
        }
        self.count += 1;
        Ok(())
    }

    /// Returns the overrides.
    ///
    /// # Errors
    /// All that is wrong with the lines, in their order, of kind `Policy`.
    pub fn finish(self) -> Result<Overrides> {
        if !self.wrong.is_empty() {
            return Err(Error { kind: ErrorKind::Policy, diagnostics: self.wrong });
        }
        Ok(self.overrides)
    }

    /// Joins a line with those before it that name the same; returns the first of them.
    fn keep(&mut self, record: Record<'_>, named: &NamedValue, says: Says) -> u64 {
        let line = self.number(record);
        let has_seats = says.seats.is_some();
        if says.plan.as_deref() == Some(NOT_COUNTED) && !named.plan_key.is_empty() {
            let plan = || Plan::not_counted(&named.plan);
            self.overrides.not_counted.entry(named.plan_key.clone()).or_insert_with(plan);
        }
        let rule = self.overrides.rule(named);
        let first = *rule.first.get_or_insert(line);
        let clashes = joined(rule, line, says, self.policy, self.catalogue);
        self.overrides.lines.push(Line { number: line, first, has_seats, is_word: false });
        self.tell_clashes(record, &named.words(), clashes);
        first
    }

    /// Compares a line of a Review sheet with those before it that are about the same row, and find it again by something
    /// else: nobody means two different things by what is filled in for one row.
    fn compare_with_its_row(&mut self, record: Record<'_>, filled: &Filled, says: &Says) {
        let Filled { line, names, number: Some(number), fits, .. } = filled else { return };
        let key = RowKey {
            tenant: tenant_key(&names.tenant),
            plan: fold(&names.plan),
            subscription: tenant_key(&names.subscription),
            seats: fold(&names.seats),
        };
        let join = |rule: &mut Rule| joined(rule, *line, says.clone(), self.policy, self.catalogue);
        let known = self.by_row.entry((*number, key)).or_default();
        let others = known.iter().filter(|(other, _)| other != fits);
        let clashes = others.flat_map(|(_, rule)| join(&mut rule.clone())).collect();
        // Lines that find it by the same are compared where they are joined.
        if let Some((_, rule)) = known.iter_mut().find(|(other, _)| other == fits) {
            join(rule);
        } else {
            let mut rule = Rule::default();
            join(&mut rule);
            known.push((*fits, rule));
        }
        self.tell_clashes(record, &format!("row {number} of the roster"), clashes);
    }

    /// Tells where a line says something else than one before it.
    fn tell_clashes(&mut self, record: Record<'_>, named: &str, clashes: Vec<Clash>) {
        let line = self.number(record);
        for Clash { heading, first, values: [before, now] } in clashes {
            let message = format!(
                "{} both name {named}, but say different things: `{}` and `{}`",
                self.overrides.both(first, line),
                excerpt(&before),
                excerpt(&now)
            );
            let help = if lines::is_on_review(line) {
                "keep the cell that is right, and clear the other"
            } else {
                "keep the line that is right, and remove the other"
            };
            let column = self.headings.as_ref().and_then(|headings| headings.column(heading));
            self.tell(record, &fault(Code::OverrideConflict, column, message, help.to_owned()));
        }
    }

    /// Returns the number by which a line is known.
    fn number(&self, record: Record<'_>) -> u64 {
        let line = match &self.headings {
            Some(headings) if headings.is_review() => lines::on_review(self.part, record.number),
            _ => record.number,
        };
        lines::of_file(self.overrides.further_files.len(), line)
    }

    /// Returns what is filled in on a line of a Review sheet, as it is shown again.
    fn filled(&self, record: Record<'_>, named: &NamedValue, says: &Says) -> Filled {
        let cell = |heading| {
            let column = self.headings.as_ref().and_then(|headings| headings.column(heading));
            column.map(|column| record.cell(column).shown()).unwrap_or_default()
        };
        let number = seats::read(Cell::Text(&cell(Heading::SourceRow))).ok();
        Filled {
            line: self.number(record),
            names: RowNames {
                tenant: cell(Heading::Tenant),
                name: cell(Heading::Name),
                plan: cell(Heading::Plan),
                seats: cell(Heading::RosterSeats),
                segment: cell(Heading::RosterSegment),
                status: cell(Heading::RosterStatus),
                subscription: cell(Heading::Subscription),
            },
            number,
            fits: match (&named.row, named.subscription_key.is_empty()) {
                (Some(_), _) => Fits::Row,
                (None, false) => Fits::Subscription,
                (None, true) => Fits::TenantAndPlan,
            },
            plan: says.plan.clone().unwrap_or_default(),
            seats: says.seats,
            segment: says.right_segment,
            status: says.status.as_ref().map(|said| said.written.clone()).unwrap_or_default(),
            note: says.reason.clone(),
            then: says.then.clone(),
        }
    }

    /// Joins what is filled in with what lines before it have for the same row.
    fn keep_filled(&mut self, first: u64, filled: Filled) {
        let all = &mut self.overrides.filled;
        let Some(known) = self.places.get(&first).and_then(|place| all.get_mut(*place)) else {
            self.places.insert(first, all.len());
            all.push(filled);
            return;
        };
        if known.plan.is_empty() {
            (known.plan, known.then.plan) = (filled.plan, filled.then.plan);
        }
        if known.status.is_empty() {
            (known.status, known.then.status) = (filled.status, filled.then.status);
        }
        if known.seats.is_none() {
            (known.seats, known.then.seats) = (filled.seats, filled.then.seats);
        }
        if known.segment.is_none() {
            (known.segment, known.then.segment) = (filled.segment, filled.then.segment);
        }
        add_note(&mut known.note, &filled.note);
    }

    /// Keeps the note on a word.
    fn keep_note(&mut self, record: Record<'_>, noted: NotedWord) {
        let line = self.number(record);
        self.overrides.lines.push(Line { number: line, first: line, has_seats: false, is_word: true });
        self.overrides.noted.push(NotedWord { line, ..noted });
    }

    /// Keeps what a word means.
    fn keep_word(&mut self, record: Record<'_>, settled: SettledWord, meaning: Meaning) {
        let settled = SettledWord { line: self.number(record), ..settled };
        let words = &mut self.overrides.words;
        let (first, agrees) = match meaning {
            Meaning::Plan(plan) => {
                let named = NamedValue::plan(&settled.written);
                let reason = settled.reason.clone();
                self.keep(record, &named, Says { plan: Some(plan), reason, ..Says::default() });
                if let Some(kept) = self.overrides.lines.last_mut() {
                    kept.is_word = true;
                }
                self.overrides.settled.push(settled);
                return;
            }
            Meaning::Active(is_active) => say(&mut words.statuses, &settled, is_active),
            Meaning::Trial(is_trial) => say(&mut words.trials, &settled, is_trial),
            Meaning::Segment(segment) => say(&mut words.segments, &settled, segment),
        };
        let line = settled.line;
        self.overrides.lines.push(Line { number: line, first, has_seats: false, is_word: true });
        if !agrees {
            let message = format!(
                "{} say different things about the {} `{}`",
                self.overrides.both(first, line),
                settled.kind.word(),
                excerpt(&settled.written)
            );
            let help = "keep the line that is right, and remove the other".to_owned();
            let column = self.headings.as_ref().and_then(|headings| headings.column(Heading::Means));
            self.tell(record, &fault(Code::OverrideConflict, column, message, help));
        }
        self.overrides.settled.push(settled);
    }

    fn tell(&mut self, record: Record<'_>, fault: &Fault) {
        self.wrong.push(shown(self.about, record.number, fault));
    }
}

/// A line of a file that says something.
enum Read {
    Word(SaidOfWord),
    Rows(NamedValue, Box<Says>),
}

fn refused(about: &About, wrong: &[Fault]) -> Error {
    let diagnostics = wrong.iter().map(|fault| shown(about, about.header_row, fault)).collect();
    Error { kind: ErrorKind::Policy, diagnostics }
}

/// Returns a fault of the file as an error, with its place.
fn shown(about: &About, number: u64, fault: &Fault) -> Diagnostic {
    Diagnostic { severity: Severity::Error, ..fault.diagnostic(about, number) }
}
