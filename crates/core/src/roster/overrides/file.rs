//! From the lines of an overrides file to overrides; all that is wrong with it is gathered.

use super::entry::{Entry, NamedValue, Says, fault};
use super::headings::{Heading, Headings};
use super::words::{Meaning, SettledWord, Words, say};
use super::{Line, OfTenant, Overrides, Rule, Stated};
use crate::about::About;
use crate::diagnostic::{Code, Diagnostic, Severity, excerpt};
use crate::error::{Error, ErrorKind, Result};
use crate::plans::Catalogue;
use crate::policy::Policy;
use crate::record::{Flaw, Record};
use crate::roster::Fault;
use std::collections::HashMap;

/// Most lines of a file: it is made by hand, and every fault of it is told.
pub const LIMIT_LINES: usize = 100_000;

/// An overrides file on its way from records to overrides.
#[derive(Debug)]
pub struct Reading<'a> {
    about: &'a About,
    policy: &'a Policy,
    catalogue: &'a Catalogue,
    headings: Headings,
    /// Lines that are not blank, right or wrong.
    count: usize,
    lines: Vec<Line>,
    tenants: HashMap<String, OfTenant>,
    plans: HashMap<String, Rule>,
    words: Words,
    settled: Vec<SettledWord>,
    /// Lines with a word, and not what it means.
    open: u64,
    wrong: Vec<Diagnostic>,
}

impl<'a> Reading<'a> {
    /// Begins with the headings.
    ///
    /// # Errors
    /// All that is wrong with them, of kind `Policy`: `override-heading-unknown`, `override-heading-twice`,
    /// `override-heading-missing`.
    pub fn new(about: &'a About, policy: &'a Policy, catalogue: &'a Catalogue) -> Result<Self> {
        let headings = Headings::find(&about.headings).map_err(|wrong| Error {
            kind: ErrorKind::Policy,
            diagnostics: wrong.iter().map(|fault| shown(about, about.header_row, fault)).collect(),
        })?;
        Ok(Self {
            about,
            policy,
            catalogue,
            headings,
            count: 0,
            lines: Vec::new(),
            tenants: HashMap::new(),
            plans: HashMap::new(),
            words: Words::default(),
            settled: Vec::new(),
            open: 0,
            wrong: Vec::new(),
        })
    }

    /// Takes the next line; a blank one says nothing.
    ///
    /// # Errors
    /// `overrides-too-many`, beyond [`LIMIT_LINES`]. What is wrong with a line is kept until [`Reading::finish`].
    pub fn line(&mut self, record: Record<'_>) -> Result<()> {
        if record.is_blank() && record.flaw != Some(Flaw::Uncalculated) {
            return Ok(());
        }
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
        let line = Entry {
            record,
            headings: &self.headings,
            policy: self.policy,
            catalogue: self.catalogue,
            is_text: self.about.sheet().is_none(),
        };
        if line.is_of_a_word() {
            match line.word() {
                Ok(Some((settled, meaning))) => self.keep_word(record, settled, meaning),
                Ok(None) => self.open += 1,
                Err(faults) => faults.iter().for_each(|fault| self.tell(record, fault)),
            }
            return Ok(());
        }
        match line.read() {
            Ok((named, says)) => self.keep(record, &named, says),
            Err(faults) => faults.iter().for_each(|fault| self.tell(record, fault)),
        }
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
        Ok(Overrides {
            name: self.about.name.clone(),
            sha256: self.about.sha256.clone(),
            lines: self.lines,
            tenants: self.tenants,
            plans: self.plans,
            words: self.words,
            settled: self.settled,
            open: self.open,
        })
    }

    /// Joins a line with those before it that name the same.
    fn keep(&mut self, record: Record<'_>, named: &NamedValue, says: Says) {
        let NamedValue { tenant_key, plan_key, .. } = named;
        let rule = match (tenant_key.is_empty(), plan_key.is_empty()) {
            (true, _) => self.plans.entry(plan_key.clone()).or_default(),
            (false, true) => &mut self.tenants.entry(tenant_key.clone()).or_default().alone,
            (false, false) => {
                let of_tenant = self.tenants.entry(tenant_key.clone()).or_default();
                of_tenant.plans.entry(plan_key.clone()).or_default()
            }
        };
        let line = record.number;
        let first = *rule.first.get_or_insert(line);
        self.lines.push(Line { number: line, first, has_seats: says.seats.is_some(), is_word: false });
        for Clash { heading, first, values: [before, now] } in
            joined(rule, line, says, self.policy, self.catalogue)
        {
            let message = format!(
                "lines {first} and {line} both name {}, but say different things: `{}` and `{}`",
                named.words(),
                excerpt(&before),
                excerpt(&now)
            );
            let help = "keep the line that is right, and remove the other".to_owned();
            let column = self.headings.column(heading);
            self.tell(record, &fault(Code::OverrideConflict, column, message, help));
        }
    }

    /// Keeps what a word means.
    fn keep_word(&mut self, record: Record<'_>, settled: SettledWord, meaning: Meaning) {
        let (first, agrees) = match meaning {
            Meaning::Plan(plan) => {
                let named = NamedValue::plan(&settled.written);
                let says =
                    Says { segment: None, plan: Some(plan), seats: None, reason: settled.reason.clone() };
                self.keep(record, &named, says);
                if let Some(kept) = self.lines.last_mut() {
                    kept.is_word = true;
                }
                self.settled.push(settled);
                return;
            }
            Meaning::Active(is_active) => say(&mut self.words.statuses, &settled, is_active),
            Meaning::Trial(is_trial) => say(&mut self.words.trials, &settled, is_trial),
            Meaning::Segment(segment) => say(&mut self.words.segments, &settled, segment),
        };
        let line = settled.line;
        self.lines.push(Line { number: line, first, has_seats: false, is_word: true });
        if !agrees {
            let message = format!(
                "lines {first} and {line} say different things about the {} `{}`",
                settled.kind.word(),
                excerpt(&settled.written)
            );
            let help = "keep the line that is right, and remove the other".to_owned();
            let column = self.headings.column(Heading::Means);
            self.tell(record, &fault(Code::OverrideConflict, column, message, help));
        }
        self.settled.push(settled);
    }

    fn tell(&mut self, record: Record<'_>, fault: &Fault) {
        self.wrong.push(shown(self.about, record.number, fault));
    }
}

/// Two lines that say different things of the same.
struct Clash {
    heading: Heading,
    /// The line that said it first.
    first: u64,
    values: [String; 2],
}

/// Adds to a rule what a line says; returns where it says something else than a line before it.
fn joined(rule: &mut Rule, line: u64, says: Says, policy: &Policy, catalogue: &Catalogue) -> Vec<Clash> {
    let segment = |place: usize| policy.segments.get(place).map_or(String::new(), |found| found.name.clone());
    let is_same = |left: &String, right: &String| left == right || same_plan(catalogue, left, right);
    let reason = says.reason.as_str();
    let segments = state(&mut rule.segment, says.segment, line, reason, PartialEq::eq);
    let plans = state(&mut rule.plan, says.plan, line, reason, is_same);
    let seats = state(&mut rule.seats, says.seats, line, reason, PartialEq::eq);
    let clash = |heading, first, values| Clash { heading, first, values };
    [
        segments.map(|(first, values)| clash(Heading::Segment, first, values.map(segment))),
        plans.map(|(first, values)| clash(Heading::MeansPlan, first, values)),
        seats.map(|(first, values)| clash(Heading::Seats, first, values.map(|count| count.to_string()))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// States something unless it is stated already; returns the line that did and both values where they differ.
fn state<T: Clone>(
    stated: &mut Option<Stated<T>>,
    value: Option<T>,
    line: u64,
    reason: &str,
    is_same: impl Fn(&T, &T) -> bool,
) -> Option<(u64, [T; 2])> {
    let value = value?;
    match stated {
        Some(first) if is_same(&first.value, &value) => None,
        Some(first) => Some((first.line, [first.value.clone(), value])),
        None => {
            *stated = Some(Stated { value, line, reason: reason.to_owned() });
            None
        }
    }
}

/// Returns whether two written plans are the same one, with the same segment and price.
fn same_plan(catalogue: &Catalogue, left: &str, right: &str) -> bool {
    match (catalogue.find(left), catalogue.find(right)) {
        (Ok(left), Ok(right)) => super::is_same(&left, &right),
        _ => false,
    }
}

/// Returns a fault of the file as an error, with its place.
fn shown(about: &About, number: u64, fault: &Fault) -> Diagnostic {
    let diagnostic = fault.diagnostic(&about.name, about.sheet(), number, &about.headings);
    Diagnostic { severity: Severity::Error, ..diagnostic }
}
