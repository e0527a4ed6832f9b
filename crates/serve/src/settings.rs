//! What a user says of a roster: the flags of `annotate` that a request may have, and no other.

use crate::date::Date;
use crate::problem::Problem;
use crate::roster::columns::Field;
use crate::site::Site;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Characters of a heading, a sheet or a name, at most.
const LIMIT_CHARACTERS: usize = 2_000;
/// Columns that can be ignored.
const LIMIT_IGNORED: usize = 1_000;

/// How a roster is read and judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sheet: Option<String>,
    /// The line or row of the headings, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) heading_row: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) encoding: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) delimiter: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) numbers: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tenant: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) as_of: Option<String>,
    /// Field to heading, `#3` or `-`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) map: BTreeMap<String, String>,
    /// Headings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) ignore: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) policy: Option<String>,
    /// Whether they are kept for files with these headings.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) remember: bool,
}

impl Settings {
    /// Refuses what no flag could say.
    ///
    /// # Errors
    /// With what is wrong, in words.
    pub(crate) fn check(&self, site: &Site) -> Result<(), Problem> {
        let texts = [&self.sheet, &self.encoding, &self.tenant, &self.policy].into_iter().flatten();
        let texts = texts.chain(self.map.values()).chain(&self.ignore);
        for text in texts {
            let is_text = !text.trim().is_empty() && !text.contains('\0');
            if !is_text || text.chars().nth(LIMIT_CHARACTERS).is_some() {
                return Err(Problem::not_valid("a text in the settings is empty or too long"));
            }
        }
        if self.ignore.len() > LIMIT_IGNORED {
            return Err(Problem::not_valid("too many columns are ignored"));
        }
        if let Some(field) = self.map.keys().find(|field| Field::from_word(field).is_none()) {
            return Err(Problem::not_valid(format!("`{field}` is not a field")));
        }
        if self.heading_row == Some(0) {
            return Err(Problem::not_valid("`heading_row` is the number of a row, 1 or more"));
        }
        if self.delimiter.as_deref().is_some_and(|delimiter| !is_delimiter(delimiter)) {
            return Err(Problem::not_valid("the delimiter is not one character"));
        }
        if self.numbers.as_deref().is_some_and(|numbers| !matches!(numbers, "1.234,56" | "1,234.56")) {
            return Err(Problem::not_valid("`numbers` is `1.234,56` or `1,234.56`"));
        }
        if self.as_of.as_deref().is_some_and(|day| Date::iso(day).is_none()) {
            return Err(Problem::not_valid("`as_of` is a date such as 2026-11-28"));
        }
        if site.policy(self.policy.as_deref()).is_none() {
            return Err(Problem::not_valid("there is no such policy"));
        }
        Ok(())
    }

    /// Returns the same without what only a run needs, and what changes nothing.
    pub(crate) fn of_preview(&self) -> Self {
        Self { numbers: None, policy: None, remember: false, ..self.clone() }
    }

    /// Returns what a nightly run can be told of how a file is read, beside its columns: keys and values.
    pub(crate) fn of_night(&self) -> Vec<(&'static str, String)> {
        let heading_row = self.heading_row.map(|row| row.to_string());
        let known = [
            ("sheet", &self.sheet),
            ("heading-row", &heading_row),
            ("tenant", &self.tenant),
            ("encoding", &self.encoding),
            ("delimiter", &self.delimiter),
            ("numbers", &self.numbers),
        ];
        known.into_iter().filter_map(|(key, value)| Some((key, value.clone()?))).collect()
    }

    /// Returns the flags of both `preview` and `annotate`.
    pub(crate) fn flags_of_reading(&self) -> Vec<String> {
        let named = [
            ("sheet", &self.sheet),
            ("encoding", &self.encoding),
            ("delimiter", &self.delimiter),
            ("tenant", &self.tenant),
            ("as-of", &self.as_of),
        ];
        let named =
            named.into_iter().filter_map(|(flag, value)| Some(format!("--{flag}={}", value.as_ref()?)));
        let heading_row = self.heading_row.map(|row| format!("--heading-row={row}"));
        let mapped = self.map.iter().map(|(field, heading)| format!("--map={field}={heading}"));
        let ignored = self.ignore.iter().map(|heading| format!("--map=ignore={heading}"));
        named.chain(heading_row).chain(mapped).chain(ignored).collect()
    }

    /// Returns the flags of `annotate`; `site` knows the policies.
    pub(crate) fn flags(&self, site: &Site) -> Vec<String> {
        let mut flags = self.flags_of_reading();
        flags.extend(self.numbers.as_ref().map(|numbers| format!("--numbers={numbers}")));
        flags.extend(
            site.policy(self.policy.as_deref()).map(|policy| format!("--policy={}", policy.argument)),
        );
        flags
    }
}

fn is_delimiter(text: &str) -> bool {
    let is_one =
        matches!(text.as_bytes(), [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n' | 0));
    is_one || matches!(text, "comma" | "semicolon" | "tab" | "bar")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_setting_is_one_argument_whatever_it_begins_with() {
        let settings = Settings {
            sheet: Some("--policy=/etc/passwd".to_owned()),
            heading_row: Some(3),
            map: BTreeMap::from([("seats".to_owned(), "-o x".to_owned())]),
            ignore: vec!["--json".to_owned()],
            ..Settings::default()
        };
        assert_eq!(
            settings.flags_of_reading(),
            ["--sheet=--policy=/etc/passwd", "--heading-row=3", "--map=seats=-o x", "--map=ignore=--json"]
        );
    }

    #[test]
    fn what_is_not_a_setting_is_refused() {
        for text in [r#"{"overrides":"/etc/passwd"}"#, r#"{"policy":7}"#, r#"{"map":["a"]}"#, "[7]", "7"] {
            let read: Result<Settings, _> = serde_json::from_str(text);
            assert!(read.is_err(), "{text}");
        }
    }

    #[test]
    fn a_delimiter_is_one_character() {
        assert!(is_delimiter(";") && is_delimiter("\t") && is_delimiter("tab"));
        assert!(!is_delimiter("") && !is_delimiter(";;") && !is_delimiter("\"") && !is_delimiter("\n"));
    }
}
