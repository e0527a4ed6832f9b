//! A configuration to begin with, made for what is in a folder.

use crate::read::is_folder_of_parquet;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::Path;

/// The inbox of a configuration to begin with.
pub const INBOX: &str = "inbox";

/// How names of rosters end.
const EXTENSIONS: [&str; 9] = ["csv", "tsv", "txt", "xlsx", "xlsm", "xlsb", "xls", "ods", "parquet"];

/// Most rosters that are named.
const LIMIT: usize = 50;

const HEAD: &str = r#"# What `fasttrack nightly` does, every night. Times are in UTC. Paths are relative to this file.
# Try it with `fasttrack nightly --dry-run`; the manual is docs/nightly.md.

[night]
inbox = "inbox"                 # where files come in
outbox = "outbox"               # where workbooks go: outbox/ROSTER/2026-11-28/
state = "state"                 # ledger, reports, lock
# done = "done"                 # move files here when they were judged [default: they stay in the inbox]
settle = "30s"                  # a file is complete if it did not change for so long
# ready = ".ready"              # or: roster.csv is complete if roster.csv.ready is there
tries = 3                       # for errors that may pass, such as a full disk
# keep = { nights = 14, weeks = 8, months = 12 }   # which workbooks are kept [default: all]
# max-drop = 10                 # hold a file back if its roster shrank by more than 10 percent
# fail-on = ["review"]          # exit code 3 if rows need review; add "nothing-new" for code 9; [] for neither
# max-review = 5                # no code 3 up to 5 percent of the rows
# on-finish = ["notify", "{report}", "{code}"]     # a program and its arguments, run at the end
# metrics = "fasttrack.prom"    # for Prometheus, such as the folder of node_exporter

"#;

const ROSTER: &str = r#"# newest-only = true            # judge only the newest of these files
# expect-by = "02:00"           # tell if none came by then (UTC); run after it
# expect-on = ["mon", "tue", "wed", "thu", "fri"]   # on these days only [default: every day]
# max-age = "8d"                # tell if the last one is older
# policy = "my-policy.toml"
# catalogue = "own-products.csv"
# overrides = "overrides.csv"   # or a list of files
# map-file = "columns.toml"     # written by `fasttrack check FILE --save-map columns.toml`
# sheet = "Customers"
# heading-row = 3               # if the headings are found in the wrong row
# tenant = "Contoso"
# encoding = "windows-1252"     # also delimiter, numbers, limit: as the flags of `fasttrack annotate`
# formats = ["xlsx", "parquet"]
# split-files = "owner"         # or tier, segment
"#;

/// Returns the text of a configuration with a roster for each kind of file in the inbox of `folder`, or one to be changed
/// if there is none.
#[must_use]
pub fn text(folder: &Path) -> String {
    let mut text = HEAD.to_owned();
    let found = patterns(&folder.join(INBOX));
    if found.is_empty() {
        text.push_str("# Nothing is in the inbox yet: say what the files of this roster are called.\n");
        roster(&mut text, "crm", "[\"crm.csv\", \"crm-*.csv\"]");
    }
    for (name, pattern) in found {
        roster(&mut text, &name, &quoted(&pattern));
    }
    text
}

/// Adds a table; what else it may have is said in the first.
fn roster(text: &mut String, name: &str, files: &str) {
    let more = if text.contains(ROSTER) { "" } else { ROSTER };
    let _ = write!(text, "[[roster]]\nname = {}\nfiles = {files}\n{more}\n", quoted(name));
}

/// Returns how many kinds of files are in the inbox of `folder`, as far as names tell.
#[must_use]
pub fn kinds(folder: &Path) -> usize {
    patterns(&folder.join(INBOX)).len()
}

/// Returns a text as TOML has it.
#[must_use]
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\t', "\\t"))
}

/// Returns a name and a pattern for each kind of file: `crm-2026-11-28.csv` and those of other days are one.
fn patterns(inbox: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(inbox).into_iter().flatten().flatten();
    let mut patterns: Vec<String> = entries
        .filter_map(|entry| {
            let (path, name) = (entry.path(), entry.file_name().into_string().ok()?);
            if path.is_dir() {
                return is_folder_of_parquet(&path).then(|| pattern_of_folder(&name))?;
            }
            (path.is_file() && !is_overrides(&path)).then(|| pattern(&name))?
        })
        .collect();
    patterns.sort();
    patterns.dedup();
    let mut found = BTreeMap::new();
    for pattern in patterns.into_iter().take(LIMIT) {
        let mut name = name(&pattern);
        while found.contains_key(&name) {
            name.push_str("-2");
        }
        found.insert(name, pattern);
    }
    found
}

/// Whether a file says of itself that it is one of overrides, which people put beside their rosters.
fn is_overrides(path: &Path) -> bool {
    const LIMIT_BYTES: u64 = 4096;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    let mut begin = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(LIMIT_BYTES).read_to_end(&mut begin));
    let begin = String::from_utf8_lossy(&begin).to_lowercase();
    let headings = begin.lines().next().unwrap_or_default();
    name.contains("overrides")
        || (read.is_ok() && headings.contains("as written") && headings.contains("means"))
}

/// Returns the pattern of a file's name, if it may be a roster's: what changes from day to day is `*`.
fn pattern(name: &str) -> Option<String> {
    let (stem, extension) = name.rsplit_once('.')?;
    let is_roster = EXTENSIONS.contains(&extension.to_lowercase().as_str()) && !name.starts_with(['.', '~']);
    if !is_roster || name.chars().any(char::is_control) {
        return None;
    }
    Some(format!("{}.{extension}", varying(stem)))
}

/// Likewise of a folder of Parquet files, which may be called anything.
fn pattern_of_folder(name: &str) -> Option<String> {
    let is_one = !name.starts_with(['.', '~']) && !name.chars().any(char::is_control);
    let (stem, extension) = match name.strip_suffix(".parquet") {
        Some(stem) => (stem, ".parquet"),
        None => (name, ""),
    };
    is_one.then(|| format!("{}{extension}", varying(stem)))
}

/// Returns a name with `*` for what changes from day to day.
fn varying(stem: &str) -> String {
    let mut pattern = String::new();
    for letter in stem.chars() {
        let is_of_a_date = letter.is_ascii_digit();
        match (is_of_a_date, pattern.ends_with('*')) {
            (true, false) => pattern.push('*'),
            (true, true) => {}
            // Marks between the parts of a date.
            (false, true) if matches!(letter, '-' | '_' | '.') => {}
            (false, _) if matches!(letter, '*' | '?' | '\\' | '[' | ']' | '{' | '}' | ':') => {
                pattern.push('?');
            }
            (false, _) => pattern.push(letter),
        }
    }
    pattern
}

fn name(pattern: &str) -> String {
    const LIMIT_NAME: usize = 38;
    let stem = pattern.rsplit_once('.').map_or(pattern, |(stem, _)| stem);
    let letters = stem.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' });
    let name: String = letters.take(LIMIT_NAME).collect::<String>().to_lowercase();
    let name = name.trim_matches('-');
    if name.is_empty() { "roster".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nightly::configuration::Configuration;

    fn checked(folder: &Path) -> Configuration {
        Configuration::read(&text(folder), &folder.join("fasttrack.toml")).unwrap()
    }

    #[test]
    fn what_is_written_is_a_valid_configuration_for_the_files_that_are_there() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(checked(folder.path()).rosters.len(), 1);
        fs::create_dir(folder.path().join(INBOX)).unwrap();
        for name in [
            "crm-2026-11-27.csv",
            "crm-2026-11-28.csv",
            "Licen\u{df}es \"A\".xlsx",
            "20261128.xls",
            "a.pdf",
            "my-overrides.csv",
        ] {
            fs::write(folder.path().join(INBOX).join(name), "").unwrap();
        }
        fs::write(folder.path().join(INBOX).join("house.csv"), "Kind,As written,Means\n").unwrap();
        for (name, part) in [("lake-2026-11-28", "part-0"), ("west.parquet", "_SUCCESS"), ("old", ".a")] {
            fs::create_dir(folder.path().join(INBOX).join(name)).unwrap();
            fs::write(folder.path().join(INBOX).join(name).join(part), "PAR1").unwrap();
        }
        let found = checked(folder.path());
        let names: Vec<&str> = found.rosters.iter().map(|series| series.name.as_str()).collect();
        assert_eq!(names, ["crm", "lake", "licen-es--a", "roster", "west"]);
        assert!(found.rosters[1].files[0].fits("lake-2027-01-01"));
        assert!(found.rosters[0].files[0].fits("crm-2027-01-01.csv"));
    }

    #[test]
    fn every_key_that_is_shown_is_a_key() {
        let folder = tempfile::tempdir().unwrap();
        let mut shown =
            text(folder.path()).replace("# done", "done").replace("tries", "#").replace("settle = ", "# ");
        for line in
            ["keep", "max-drop", "fail-on", "max-review", "on-finish", "metrics", "ready", "newest-only"]
        {
            shown = shown.replace(&format!("# {line} "), &format!("{line} "));
        }
        for line in [
            "expect-by",
            "expect-on",
            "max-age",
            "policy",
            "catalogue",
            "overrides",
            "map-file",
            "sheet",
            "heading-row",
            "tenant",
        ] {
            shown = shown.replace(&format!("# {line} "), &format!("{line} "));
        }
        for line in ["formats", "split-files", "encoding"] {
            shown = shown.replace(&format!("# {line} "), &format!("{line} "));
        }
        let read = Configuration::read(&shown, &folder.path().join("fasttrack.toml")).unwrap();
        assert!(read.keep.is_some() && read.metrics.is_some() && read.rosters[0].split_files.is_some());
    }
}
