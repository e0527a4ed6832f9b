//! Which files are meant: `*` stands for anything in a name, `?` for one character of it, `**/` for any folders.

use crate::fold::composed;
use std::fmt;

/// A pattern for paths below the inbox, which are written with `/` on every system. Letters of ASCII are the same in
/// either case, as in the names of files on some systems, and so are a letter with its accent and both one after the other.
///
/// ```
/// use fasttrack_roster::nightly::pattern::Pattern;
/// let pattern = Pattern::read("crm-*.csv").unwrap();
/// assert!(pattern.fits("CRM-2026-11-28.csv") && !pattern.fits("old/crm-1.csv"));
/// assert!(Pattern::read("**/crm-*.csv").unwrap().fits("old/crm-1.csv"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    written: String,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it, in words: it begins with `/` or leads out of the inbox.
    pub fn read(written: &str) -> Result<Self, &'static str> {
        let written = written.replace('\\', "/");
        if written.contains(['[', ']', '{', '}']) {
            return Err("has brackets, which mean nothing here");
        }
        if written.starts_with('/') || written.contains(':') {
            return Err("does not begin in the inbox");
        }
        if written.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Err("leads out of the inbox, or has an empty part");
        }
        Ok(Self { written: composed(&written) })
    }

    /// Returns whether a path is meant: relative to the inbox, with `/` between its parts.
    #[must_use]
    pub fn fits(&self, path: &str) -> bool {
        let path = composed(path);
        let pattern: Vec<&str> = self.written.split('/').collect();
        let path: Vec<&str> = path.split('/').collect();
        parts_fit(&pattern, &path)
    }

    /// Returns whether it may mean a file in this folder of the inbox, or in one below it.
    ///
    /// ```
    /// use fasttrack_roster::nightly::pattern::Pattern;
    /// let pattern = Pattern::read("west/*/crm.csv").unwrap();
    /// assert!(pattern.reaches("west") && pattern.reaches("west/2026"));
    /// assert!(!pattern.reaches("east") && !pattern.reaches("west/2026/old"));
    /// assert!(Pattern::read("**/crm.csv").unwrap().reaches("west/2026/old"));
    /// ```
    #[must_use]
    pub fn reaches(&self, folder: &str) -> bool {
        let folder = composed(folder);
        let pattern: Vec<&str> = self.written.split('/').collect();
        let folder: Vec<&str> = folder.split('/').collect();
        parts_reach(&pattern, &folder)
    }

    /// Returns whether it may mean a file in a folder of the inbox.
    #[must_use]
    pub fn reaches_folders(&self) -> bool {
        self.written.contains('/')
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

fn parts_fit(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern, path) {
        ([], []) => true,
        (["**", rest @ ..], _) => {
            parts_fit(rest, path) || path.split_first().is_some_and(|(_, path)| parts_fit(pattern, path))
        }
        ([part, rest @ ..], [name, path @ ..]) => name_fits(part, name) && parts_fit(rest, path),
        _ => false,
    }
}

fn parts_reach(pattern: &[&str], folder: &[&str]) -> bool {
    match (pattern, folder) {
        (["**", ..], _) => true,
        (_, []) => !pattern.is_empty(),
        ([part, rest @ ..], [name, folder @ ..]) => name_fits(part, name) && parts_reach(rest, folder),
        ([], _) => false,
    }
}

/// Goes back to the last `*` where something does not fit, so that time does not explode.
fn name_fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut place, mut star) = (0, 0, None);
    while let Some(letter) = name.get(place) {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, place));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || wanted.eq_ignore_ascii_case(letter) => {
                (at, place) = (at + 1, place + 1);
            }
            _ => {
                let Some((star_at, star_place)) = star else { return false };
                star = Some((star_at, star_place + 1));
                (at, place) = (star_at + 1, star_place + 1);
            }
        }
    }
    pattern.iter().skip(at).all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_as_people_expect() {
        for (pattern, fits, does_not) in [
            ("crm.csv", vec!["crm.csv", "CRM.CSV"], vec!["crm.csv.part", "a/crm.csv", ""]),
            ("crm-*.csv", vec!["crm-.csv", "crm-a.csv.csv"], vec!["crm.csv", "crm-a.csvx"]),
            ("r?.csv", vec!["r1.csv", "r\u{fc}.csv"], vec!["r.csv", "r12.csv"]),
            ("*", vec!["a", "a.b"], vec!["a/b"]),
            ("in/*.csv", vec!["in/a.csv"], vec!["a.csv", "in/b/a.csv"]),
            ("**/*.csv", vec!["a.csv", "x/a.csv", "x/y/a.csv"], vec!["a.xlsx"]),
            ("a/**/b", vec!["a/b", "a/x/y/b"], vec!["b", "a/x"]),
        ] {
            let pattern = Pattern::read(pattern).unwrap();
            assert!(fits.iter().all(|path| pattern.fits(path)), "{pattern} {fits:?}");
            assert!(!does_not.iter().any(|path| pattern.fits(path)), "{pattern} {does_not:?}");
        }
    }

    #[test]
    fn a_letter_with_an_accent_is_the_same_however_a_system_writes_it() {
        for (pattern, name) in
            [("M\u{fc}ller*.csv", "Mu\u{308}ller 1.csv"), ("Mu\u{308}ller?.csv", "M\u{fc}llere\u{301}.csv")]
        {
            assert!(Pattern::read(pattern).unwrap().fits(name), "{pattern} {name}");
        }
        assert!(!Pattern::read("Muller*.csv").unwrap().fits("M\u{fc}ller.csv"));
    }

    #[test]
    fn a_pattern_stays_in_the_inbox() {
        for written in ["/etc/*", "../x", "a/../b", "C:\\x", "a//b", "a/", "./a"] {
            assert!(Pattern::read(written).is_err(), "{written}");
        }
        assert!(Pattern::read("a\\b.csv").unwrap().fits("a/b.csv"));
    }

    #[test]
    fn many_stars_take_no_long_time() {
        // Where each `*` were tried at each place, the sun would burn out first.
        let pattern = Pattern::read(&("a*".repeat(40) + "c")).unwrap();
        assert!(!pattern.fits(&("a".repeat(2_000) + "b")) && pattern.fits(&("a".repeat(2_000) + "c")));
    }
}
