//! Gathers what is wrong with a policy file, each with its line, so that all of it is told at once.

use crate::diagnostic::{Code, Diagnostic, Place, excerpt};
use crate::error::{Error, ErrorKind, Result};

/// How alike two words must be (0 to 1) before one is offered for the other.
const ALIKE: f64 = 0.75;

/// Most words that a help names.
const LISTED_WORDS: usize = 24;

/// The faults of one policy file.
#[derive(Debug)]
pub(super) struct Faults {
    file: String,
    line_starts: Vec<usize>,
    found: Vec<Diagnostic>,
}

impl Faults {
    /// Returns an empty list for the file whose text is given.
    pub(super) fn new(text: &str, file: &str) -> Self {
        let after_breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self {
            file: file.to_owned(),
            line_starts: std::iter::once(0).chain(after_breaks).collect(),
            found: Vec::new(),
        }
    }

    /// Returns the line, from 1, in which a byte of the text stands.
    pub(super) fn line(&self, byte: usize) -> u64 {
        u64::try_from(self.line_starts.partition_point(|start| *start <= byte)).unwrap_or(u64::MAX)
    }

    /// Adds a fault; line 0 stands for the file as a whole.
    pub(super) fn add(&mut self, code: Code, line: u64, message: String, help: impl Into<String>) {
        let place = if line == 0 { Place::File } else { Place::Line(line) };
        self.found.push(Diagnostic::error(code, message).in_file(self.file.clone()).at(place).help(help));
    }

    /// Returns whether nothing was found wrong.
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Returns whether something of this code was found.
    pub(super) fn has(&self, code: Code) -> bool {
        self.found.iter().any(|fault| fault.code == code)
    }

    /// Returns nothing, or all faults as one error, in the order of their lines; those of the whole file come first.
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

/// Returns the known word most like `written`, if one is like it.
pub(super) fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = excerpt(written).to_lowercase();
    known
        .into_iter()
        .map(|word| (strsim::jaro_winkler(&written, word), word))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, word)| word)
}

/// Returns the help for a word that is not among the known ones: the nearest, or all of them.
pub(super) fn suggest<'a>(written: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    let all = listed(known.clone());
    nearest(written, known).map_or_else(
        || format!("write one of {all}"),
        |word| format!("did you mean `{word}`? write one of {all}"),
    )
}

/// Returns the words in backticks with commas between them; of a long list the first few.
pub(super) fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let mut words = words.into_iter().map(|word| format!("`{}`", excerpt(word)));
    let mut shown: Vec<String> = words.by_ref().take(LISTED_WORDS).collect();
    if words.next().is_some() {
        shown.push("...".to_owned());
    }
    shown.join(", ")
}
