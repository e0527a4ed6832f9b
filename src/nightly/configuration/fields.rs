//! One table of the file: its values are taken one by one, and what is missing, unknown or of the wrong type is told.

use crate::diagnostic::{Code, Diagnostic, Place, excerpt};
use crate::error::{Error, ErrorKind, Result};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What is wrong with the file.
pub(super) struct Faults<'f> {
    text: &'f str,
    file: String,
    found: Vec<Diagnostic>,
}

impl<'f> Faults<'f> {
    pub(super) fn new(text: &'f str, file: String) -> Self {
        Self { text, file, found: Vec::new() }
    }

    /// Returns the line of a byte of the text.
    pub(super) fn line(&self, at: usize) -> u64 {
        let line = self.text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
        u64::try_from(line).unwrap_or(u64::MAX)
    }

    /// Adds a fault at a byte of the text.
    pub(super) fn add(&mut self, code: Code, at: usize, message: String, help: impl Into<String>) {
        let place = Place::Line(self.line(at));
        self.found.push(Diagnostic::error(code, message).in_file(self.file.clone()).at(place).help(help));
    }

    /// Returns nothing, or all of them in the order of their lines.
    ///
    /// # Errors
    /// Of kind `Policy`, if there are any.
    pub(super) fn into_result(mut self) -> Result<()> {
        if self.found.is_empty() {
            return Ok(());
        }
        self.found.sort_by_key(|fault| match fault.place {
            Place::Line(line) => line,
            _ => 0,
        });
        Err(Error { kind: ErrorKind::Policy, diagnostics: self.found })
    }
}

/// A value, the key that it has, and where it is.
pub(super) struct Taken<'t> {
    pub(super) key: &'static str,
    pub(super) value: &'t DeValue<'t>,
    pub(super) at: usize,
}

impl Taken<'_> {
    /// Tells that the value is not what it has to be.
    pub(super) fn wrong(&self, faults: &mut Faults<'_>, why: &str, help: &str) {
        faults.add(Code::NightValue, self.at, format!("`{}` {why}", self.key), help);
    }
}

/// One table of the file.
pub(super) struct Fields<'t> {
    table: &'t DeTable<'t>,
    /// How the table is written, such as `[[roster]]`; empty for the top of the file.
    heading: &'static str,
    /// Where it begins.
    pub(super) at: usize,
    known: Vec<&'static str>,
}

impl<'t> Fields<'t> {
    pub(super) const fn new(table: &'t DeTable<'t>, heading: &'static str, at: usize) -> Self {
        Self { table, heading, at, known: Vec::new() }
    }

    /// Takes the value of a key, if it is there.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Taken<'t>> {
        self.known.push(key);
        let (_, value) = self.table.iter().find(|(known, _)| known.get_ref().as_ref() == key)?;
        Some(Taken { key, value: value.get_ref(), at: value.span().start })
    }

    /// Returns where the value of a key is, if it is there.
    pub(super) fn place(&self, key: &str) -> Option<usize> {
        let (_, value) = self.table.iter().find(|(known, _)| known.get_ref().as_ref() == key)?;
        Some(value.span().start)
    }

    /// Takes the value of a key that has to be there; `help` says how to write it.
    pub(super) fn need(
        &mut self,
        key: &'static str,
        help: &str,
        faults: &mut Faults<'_>,
    ) -> Option<Taken<'t>> {
        let taken = self.take(key);
        if taken.is_none() {
            let within = if self.heading.is_empty() {
                "the file".to_owned()
            } else {
                format!("the table `{}`", self.heading)
            };
            faults.add(Code::KeyMissing, self.at, format!("{within} has no `{key}`"), help);
        }
        taken
    }

    /// Tells of every key that nobody asked for.
    pub(super) fn finish(self, faults: &mut Faults<'_>) {
        for (key, _) in self.table {
            let written = key.get_ref().as_ref();
            if !self.known.contains(&written) {
                let known: Vec<String> = self.known.iter().map(|known| format!("`{known}`")).collect();
                let message = format!("the key `{}` is not known here", excerpt(written));
                let near = self.known.iter().find(|known| is_near(written, known));
                let near = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
                let help = format!("{near}Remove it, or write one of {}", known.join(", "));
                let help = if near.is_empty() { help.replacen("Remove", "remove", 1) } else { help };
                faults.add(Code::KeyUnknown, key.span().start, message, help);
            }
        }
    }
}

/// Whether a word is one of a few slips away from another: letters left out, added, or others.
fn is_near(written: &str, known: &str) -> bool {
    const MOST: usize = 2;
    let written = written.to_lowercase().replace('_', "-");
    // The distance of each begin of `known` from what was read of `written`.
    let mut row: Vec<usize> = (0..=known.chars().count()).collect();
    for (number, letter) in written.chars().enumerate() {
        let mut left = number + 1;
        let mut next = vec![left];
        for (other, above) in known.chars().zip(row.windows(2)) {
            let [corner, above] = *above else { continue };
            left = (corner + usize::from(letter != other)).min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().is_some_and(|distance| *distance <= MOST && *distance < known.len() / 2)
}

/// Returns a table with its keys.
pub(super) fn table<'t>(
    taken: &Taken<'t>,
    heading: &'static str,
    faults: &mut Faults<'_>,
) -> Option<Fields<'t>> {
    if let DeValue::Table(table) = taken.value {
        return Some(Fields::new(table, heading, taken.at));
    }
    taken.wrong(faults, "is not a table", &format!("write it as `{heading}`"));
    None
}

/// Returns the items of a list, or the value itself as the only one.
pub(super) fn items<'t>(taken: &Taken<'t>) -> Vec<Taken<'t>> {
    let item = |item: &'t Spanned<DeValue<'t>>| Taken {
        key: taken.key,
        value: item.get_ref(),
        at: item.span().start,
    };
    match taken.value {
        DeValue::Array(list) => list.iter().map(item).collect(),
        value => vec![Taken { key: taken.key, value, at: taken.at }],
    }
}
