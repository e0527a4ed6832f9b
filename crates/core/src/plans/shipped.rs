//! The tables of plans that are part of the program, and what tells them from those of another version.

use super::table::rows;
use crate::hash;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

pub(super) const ADDITIONS: &str = include_str!("additions.csv");
pub(super) const ALIASES: &str = include_str!("aliases.csv");
pub(super) const CATALOGUE: &str = include_str!("catalogue.csv");
pub(super) const DOUBTS: &str = include_str!("doubts.csv");
pub(super) const GRAMMAR: &str = include_str!("grammar.toml");
pub(super) const SERVICE_PLANS: &str = include_str!("service-plans.csv");

/// All of them, the CSV ones in the order of their names.
const TABLES: [&str; 6] = [ADDITIONS, ALIASES, CATALOGUE, DOUBTS, SERVICE_PLANS, GRAMMAR];

/// Columns of the additions, and the place of their date among them.
const ADDITION_COLUMNS: usize = 11;
const DATE: usize = 10;

/// What tells the shipped catalogue from that of another version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// The newest date that a source in it has: a year, or year and month.
    pub as_of: String,
    /// SHA-256 of its six tables, one behind the other, each line ended by LF only: what `cat *.csv grammar.toml |
    /// sha256sum` says in their folder.
    pub sha256: String,
}

impl Edition {
    /// Returns the edition of the catalogue that is part of the program; worked out once.
    ///
    /// ```
    /// use fasttrack_core::hash::is_shown;
    /// use fasttrack_core::plans::Edition;
    /// assert!(is_shown(&Edition::shipped().sha256));
    /// assert!(Edition::shipped().as_of.starts_with("20"));
    /// ```
    #[must_use]
    pub fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<Edition> =
            LazyLock::new(|| Edition { as_of: newest(), sha256: sha256(TABLES) });
        &SHIPPED
    }
}

/// A date is a year, or year and month, so that later ones sort behind.
fn newest() -> String {
    let additions = rows(ADDITIONS, ADDITION_COLUMNS).unwrap_or_default();
    additions.iter().filter_map(|record| record.get(DATE)).max().unwrap_or_default().to_owned()
}

/// A checkout may end lines as its system does; the tables are the same.
fn sha256<const COUNT: usize>(tables: [&str; COUNT]) -> String {
    let mut hash = Sha256::new();
    for line in tables.into_iter().flat_map(|table| table.split('\r')) {
        hash.update(line);
    }
    hash::shown(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_tables_however_their_lines_end() {
        let crlf = TABLES.map(|table| table.replace("\r\n", "\n").replace('\n', "\r\n"));
        assert_eq!(sha256(crlf.each_ref().map(String::as_str)), Edition::shipped().sha256);
        let whole: String = TABLES.concat();
        assert_eq!(sha256([whole.as_str()]), Edition::shipped().sha256);
    }

    #[test]
    fn one_word_more_is_another_edition() {
        let [first, rest @ ..] = TABLES;
        let longer = format!("{first}x");
        let [second, third, fourth, fifth, sixth] = rest;
        assert_ne!(sha256([&longer, second, third, fourth, fifth, sixth]), Edition::shipped().sha256);
    }
}
