//! Takes typed values out of one TOML table, and tells of each that is missing, of the wrong type, or unknown.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Code, excerpt};

use super::faults::{Faults, listed, nearest, suggest};
use super::text::{check_address, check_date, check_id, check_name, check_prose};
use super::values::{LIMIT_SEATS, empty_list, fields_of, text_of, whole_number, wrong_type};
use super::{LIMIT_ENTITLEMENTS, LIMIT_LIST, LIMIT_SEGMENTS, LIMIT_SERVICES};

/// A value and the line it stands on.
///
/// An empty text stands for one that is missing or of the wrong type: that was told when it was taken, so later checks
/// pass over it in silence.
#[derive(Clone, Debug, Default)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) line: u64,
}

/// One table of the file, while its values are taken.
#[derive(Debug)]
pub(super) struct Fields<'t> {
    pub(super) table: &'t DeTable<'t>,
    /// How the table is written, such as `[[source]]`; empty for the top of the file.
    pub(super) heading: &'static str,
    /// The line on which it begins; 0 for the top of the file.
    pub(super) line: u64,
    pub(super) known: Vec<&'static str>,
}

impl<'t> Fields<'t> {
    /// Returns the fields at the top of the file.
    pub(super) fn top(table: &'t DeTable<'t>) -> Self {
        Self { table, heading: "", line: 0, known: Vec::new() }
    }

    /// Takes a name: short, without line breaks.
    pub(super) fn name(&mut self, key: &'static str, faults: &mut Faults) -> At<String> {
        let name = self.text(key, faults).unwrap_or_default();
        if name.line > 0 {
            check_name(&name.value, key, name.line, faults);
        }
        name
    }

    /// Takes a word that others refer to.
    pub(super) fn id(&mut self, key: &'static str, faults: &mut Faults) -> At<String> {
        let id = self.name(key, faults);
        check_id(&id.value, key, id.line, faults);
        id
    }

    /// Takes a word that refers to another table.
    pub(super) fn reference(&mut self, key: &'static str, faults: &mut Faults) -> At<String> {
        self.name(key, faults)
    }

    /// Takes a date.
    pub(super) fn date(&mut self, key: &'static str, faults: &mut Faults) -> At<String> {
        let date = self.name(key, faults);
        check_date(&date.value, key, date.line, faults);
        date
    }

    /// Takes an address without its scheme.
    pub(super) fn address(&mut self, key: &'static str, faults: &mut Faults) -> String {
        let Some(address) = self.text(key, faults) else { return String::new() };
        check_address(&address.value, key, address.line, faults);
        address.value
    }

    /// Takes a sentence or a paragraph.
    pub(super) fn prose(&mut self, key: &'static str, faults: &mut Faults) -> String {
        self.text(key, faults).map(|at| check_prose(&at.value, key, at.line, faults)).unwrap_or_default()
    }

    /// Takes a sentence that may be left out.
    pub(super) fn prose_if_any(&mut self, key: &'static str, faults: &mut Faults) -> String {
        if self.has(key) { self.prose(key, faults) } else { String::new() }
    }

    /// Takes a list of at least one name.
    pub(super) fn names(&mut self, key: &'static str, faults: &mut Faults) -> Vec<At<String>> {
        let names = self.texts(key, faults);
        for name in &names {
            check_name(&name.value, key, name.line, faults);
        }
        names
    }

    /// Takes a list of names that may be left out.
    pub(super) fn names_if_any(&mut self, key: &'static str, faults: &mut Faults) -> Vec<At<String>> {
        if self.has(key) { self.names(key, faults) } else { Vec::new() }
    }

    /// Takes a list of texts, of whatever length, that may be left out.
    pub(super) fn texts_if_any(&mut self, key: &'static str, faults: &mut Faults) -> Vec<At<String>> {
        if self.has(key) { self.texts(key, faults) } else { Vec::new() }
    }

    /// Takes a list of at least one sentence.
    pub(super) fn lines(&mut self, key: &'static str, faults: &mut Faults) -> Vec<String> {
        let texts = self.texts(key, faults);
        texts.into_iter().map(|at| check_prose(&at.value, key, at.line, faults)).collect()
    }

    /// Takes yes or no.
    pub(super) fn yes_or_no(&mut self, key: &'static str, faults: &mut Faults) -> bool {
        let Some(value) = self.take(key, faults) else { return false };
        value.get_ref().as_bool().unwrap_or_else(|| {
            wrong_type(key, value, "`true` or `false`", faults);
            false
        })
    }

    /// Takes yes or no that may be left out; then it is no.
    pub(super) fn yes_if_said(&mut self, key: &'static str, faults: &mut Faults) -> bool {
        self.has(key) && self.yes_or_no(key, faults)
    }

    /// Takes a whole number, 0 or more.
    pub(super) fn whole(&mut self, key: &'static str, faults: &mut Faults) -> Option<At<u64>> {
        let value = self.take(key, faults)?;
        let line = faults.line(value.span().start);
        if !matches!(value.get_ref(), DeValue::Integer(_) | DeValue::Float(_)) {
            wrong_type(key, value, "a whole number without quotes", faults);
            return None;
        }
        let number = whole_number(value.get_ref());
        if number.is_none() {
            faults.add(
                Code::NumberNotWhole,
                line,
                format!("`{key}` is not a whole number from 0 to {LIMIT_SEATS}"),
                "a seat is whole; write digits only, such as 500",
            );
        }
        number.map(|value| At { value, line })
    }

    /// Takes a whole number that may be left out.
    pub(super) fn whole_if_any(&mut self, key: &'static str, faults: &mut Faults) -> Option<At<u64>> {
        if self.has(key) { self.whole(key, faults) } else { None }
    }

    /// Takes one of a few words and returns what it stands for.
    pub(super) fn choice<T: Copy>(
        &mut self,
        key: &'static str,
        choices: &[(&'static str, T)],
        faults: &mut Faults,
    ) -> Option<T> {
        let written = self.text(key, faults)?;
        let chosen = choices.iter().find(|(word, _)| *word == written.value).map(|(_, meant)| *meant);
        if chosen.is_none() {
            let words = || choices.iter().map(|(word, _)| *word);
            let message = format!("`{}` is not a valid value for `{key}`", excerpt(&written.value));
            faults.add(Code::WordUnknown, written.line, message, suggest(&written.value, words()));
        }
        chosen
    }

    /// Takes a list of tables: at least one, and no more than the policy may hold.
    pub(super) fn tables(
        &mut self,
        key: &'static str,
        heading: &'static str,
        faults: &mut Faults,
    ) -> Vec<Fields<'t>> {
        let Some(value) = self.take(key, faults) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            wrong_type(key, value, &format!("a list of tables, each under its own `{heading}`"), faults);
            return Vec::new();
        };
        if array.is_empty() {
            empty_list(key, value, faults);
        }
        let limit = limit_of(key);
        if let Some(item) = array.get(limit) {
            let line = faults.line(item.span().start);
            faults.add(
                Code::TooMany,
                line,
                format!("more than {limit} {heading}"),
                "remove some or combine them",
            );
        }
        array.iter().take(limit).filter_map(|item| fields_of(key, heading, item, faults)).collect()
    }

    /// Takes a list of tables that may be left out.
    pub(super) fn tables_if_any(
        &mut self,
        key: &'static str,
        heading: &'static str,
        faults: &mut Faults,
    ) -> Vec<Fields<'t>> {
        if self.has(key) { self.tables(key, heading, faults) } else { Vec::new() }
    }

    /// Takes one table.
    pub(super) fn table(
        &mut self,
        key: &'static str,
        heading: &'static str,
        faults: &mut Faults,
    ) -> Option<Fields<'t>> {
        let value = self.take(key, faults)?;
        fields_of(key, heading, value, faults)
    }

    /// Returns the keys and values of a table whose keys are free, in the order of their lines.
    pub(super) fn entries(&self, faults: &Faults) -> Vec<(At<String>, &'t Spanned<DeValue<'t>>)> {
        let mut entries: Vec<_> = self.table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let at = |key: &Spanned<_>| faults.line(key.span().start);
        entries
            .into_iter()
            .map(|(key, value)| (At { value: key.get_ref().to_string(), line: at(key) }, value))
            .collect()
    }

    /// Returns whether the table has the key; makes the key known either way.
    pub(super) fn has(&mut self, key: &'static str) -> bool {
        self.known.push(key);
        self.table.contains_key(key)
    }

    /// Tells of every key that nobody took.
    pub(super) fn finish(self, faults: &mut Faults) {
        for (key, _) in self.entries(faults) {
            if self.known.contains(&key.value.as_str()) {
                continue;
            }
            let place = if self.heading.is_empty() { "at the top of the file" } else { self.heading };
            let known = self.known.iter().copied();
            let help = nearest(&key.value, known.clone()).map_or_else(
                || format!("remove it; the known keys are {}", listed(known.clone())),
                |word| format!("did you mean `{word}`?"),
            );
            let message = format!("unknown key `{}` ({place})", excerpt(&key.value));
            faults.add(Code::KeyUnknown, key.line, message, help);
        }
    }

    fn text(&mut self, key: &'static str, faults: &mut Faults) -> Option<At<String>> {
        let value = self.take(key, faults)?;
        text_of(key, value, faults)
    }

    fn texts(&mut self, key: &'static str, faults: &mut Faults) -> Vec<At<String>> {
        let Some(value) = self.take(key, faults) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            wrong_type(key, value, "a list of text values, such as [\"one\", \"two\"]", faults);
            return Vec::new();
        };
        if array.is_empty() {
            empty_list(key, value, faults);
        }
        array.iter().filter_map(|item| text_of(key, item, faults)).collect()
    }

    /// Takes a value of any type.
    pub(super) fn raw(&mut self, key: &'static str, faults: &mut Faults) -> Option<&'t Spanned<DeValue<'t>>> {
        self.take(key, faults)
    }

    fn take(&mut self, key: &'static str, faults: &mut Faults) -> Option<&'t Spanned<DeValue<'t>>> {
        self.known.push(key);
        let found = self.table.get(key);
        if found.is_none() {
            let place = if self.heading.is_empty() { "the policy" } else { self.heading };
            let (code, help) = if matches!(key, "source" | "taken-from" | "paid-seats-source") {
                (Code::SourceMissing, "name the `id` of the `[[source]]` in which this is written".to_owned())
            } else {
                (
                    Code::KeyMissing,
                    format!("add a line `{key} = ...`; the shipped policies show each key with a comment"),
                )
            };
            faults.add(code, self.line, format!("{place} has no `{key}`"), help);
        }
        found
    }
}

/// Returns how many tables of one key a policy may hold.
fn limit_of(key: &str) -> usize {
    match key {
        "entitlement" => LIMIT_ENTITLEMENTS,
        "service" => LIMIT_SERVICES,
        "segment" => LIMIT_SEGMENTS,
        _ => LIMIT_LIST,
    }
}
