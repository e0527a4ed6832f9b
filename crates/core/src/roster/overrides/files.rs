//! The files that overrides come from, and their lines in words.

use super::{MEANS, Overrides, lines};
use crate::about::About;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hash::shown;
use sha2::{Digest, Sha256};

/// A file that overrides come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverridesFile {
    /// Its name without its folder.
    pub name: String,
    /// SHA-256 of its bytes, lower case hexadecimal.
    pub sha256: String,
    /// Lines with a word, and not what it means; lines of a Review sheet on which nothing is filled in.
    pub(super) open: u64,
    /// Whether it is a workbook that a run made, with sheets to fill in.
    pub(super) is_from_workbook: bool,
}

impl OverridesFile {
    /// Returns a file of which no line was read yet.
    pub(super) fn of(about: &About) -> Self {
        let (name, sha256) = (about.name.clone(), about.sha256.clone());
        Self { name, sha256, open: 0, is_from_workbook: false }
    }

    pub(super) fn nothing_filled_in(&self) -> (String, &'static str) {
        if self.is_from_workbook {
            let message = "nothing is filled in on its sheets `To settle` and `Review`".to_owned();
            return (message, "fill in what is right, save the workbook, and run again with it");
        }
        let message = format!("nothing is filled in under `{MEANS}`");
        (message, "fill in what the words mean, save, and run again with the file")
    }

    pub(super) fn note(&self, code: Code, message: String, help: &str) -> Diagnostic {
        let note = Diagnostic::error(code, message).in_file(self.name.clone()).help(help);
        Diagnostic { severity: Severity::Note, ..note }
    }
}

impl Overrides {
    /// Returns the files, in the order in which they were given; at least one.
    pub fn files(&self) -> impl Iterator<Item = &OverridesFile> {
        std::iter::once(&self.file).chain(&self.further_files)
    }

    /// Returns the names of the files, with commas between them.
    #[must_use]
    pub fn name(&self) -> String {
        self.files().map(|file| file.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Returns the SHA-256 of the file; of several, that of theirs, each on a line, in their order.
    #[must_use]
    pub fn sha256(&self) -> String {
        sha256_of(&self.files().map(|file| file.sha256.as_str()).collect::<Vec<_>>())
    }

    /// Returns lines in words, the first few of each file: `line 4`, `3 lines (4, 7, 9)`; of several files
    /// ``line 4 of `a.csv` and 2 rows of Review (7, 12) of `b.xlsx` ``.
    #[must_use]
    pub fn listed(&self, lines: &[u64]) -> String {
        let of_files = lines.chunk_by(|one, next| lines::file(*one) == lines::file(*next));
        let of_file = |lines: &[u64]| {
            let listed = lines::listed(lines);
            let line = lines.first().filter(|_| !self.further_files.is_empty());
            line.map_or(listed.clone(), |line| format!("{listed} of `{}`", self.file_of(*line)))
        };
        of_files.map(of_file).collect::<Vec<_>>().join(" and ")
    }

    /// Returns the name of the file that a line is in.
    pub(super) fn file_of(&self, line: u64) -> &str {
        self.files().nth(lines::file(line)).map(|file| file.name.as_str()).unwrap_or_default()
    }

    /// Returns two lines in words, with their files if these differ.
    pub(super) fn both(&self, first: u64, second: u64) -> String {
        if lines::file(first) == lines::file(second) {
            return lines::both(first, second);
        }
        self.both_of_files(first, second)
    }

    /// Returns two lines in words, with their files.
    pub(super) fn both_of_files(&self, first: u64, second: u64) -> String {
        let (one, other) = (self.file_of(first), self.file_of(second));
        if lines::file(first) == lines::file(second) {
            return format!("{} of `{one}`", lines::both(first, second));
        }
        format!("{} of `{one}` and {} of `{other}`", lines::named(first), lines::named(second))
    }

    /// Returns the file that came last.
    pub(super) fn file_now(&mut self) -> &mut OverridesFile {
        self.further_files.last_mut().unwrap_or(&mut self.file)
    }
}

/// Returns what stands for files by their SHA-256: that of one; of several, that of theirs, each on a line, in their order.
#[must_use]
pub fn sha256_of(sums: &[impl AsRef<str>]) -> String {
    if let [sum] = sums {
        return sum.as_ref().to_owned();
    }
    let mut hash = Sha256::new();
    for sum in sums {
        hash.update(format!("{}\n", sum.as_ref()));
    }
    shown(hash)
}
