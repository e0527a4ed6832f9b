//! Names for the workbooks of values: what every system takes for a file, each only once.

use crate::report::split::names::{Names, clean};

/// Names that Windows keeps for devices, whatever the extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Names of workbooks in one folder, each given only once, as those of sheets are.
#[derive(Default)]
pub(super) struct FileNames {
    names: Names,
}

impl FileNames {
    /// Returns a file's name as near to `wanted` as may be, and takes it: without what a system refuses, cut like the
    /// name of a sheet, and with ` (2)` behind it where it is taken already.
    pub(super) fn claim(&mut self, wanted: &str) -> String {
        format!("{}.xlsx", self.names.claim_unless(&safe(wanted), is_device))
    }
}

/// Returns a name without what a system refuses in that of a file, uncut. What is cut off of it may still leave a
/// device's, but nothing else that a system refuses.
fn safe(wanted: &str) -> String {
    let kept = |letter: char| if matches!(letter, '<' | '>' | '"' | '|') { '-' } else { letter };
    // What a sheet's name loses, such as letters that nobody sees, may stand before all that is looked for here.
    let clean = clean(&wanted.chars().map(kept).collect::<String>());
    // A point before the name hides the file, and `~` marks one that somebody has open.
    let shown = clean.trim_start_matches([' ', '\'', '.', '~']);
    // What stands behind a point makes no other name of a device's: ` (value)` would not, either.
    if is_device(shown) { shown.replacen('.', "-", 1) } else { shown.to_owned() }
}

/// Whether Windows takes a name for a device's: up to its first point.
fn is_device(name: &str) -> bool {
    let name = name.split('.').next().unwrap_or_default().trim().to_lowercase();
    let port = name.strip_prefix("com").or_else(|| name.strip_prefix("lpt"));
    let is_port = port.is_some_and(|number| {
        let mut letters = number.chars();
        letters.next().is_some_and(|c| c.is_ascii_digit() || "\u{b9}\u{b2}\u{b3}".contains(c))
            && letters.next().is_none()
    });
    is_port || DEVICES.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::{alike, is_invisible};
    use proptest::prelude::*;
    use std::collections::HashSet;

    #[test]
    fn every_name_is_a_file_on_every_system() {
        let mut names = FileNames::default();
        for (wanted, name) in [
            ("West desk", "West desk.xlsx"),
            ("WEST DESK", "WEST DESK (2).xlsx"),
            ("a/b\\c:d<e>f\"g|h?i*j", "a-b-c-d-e-f-g-h-i-j.xlsx"),
            ("..", "Other.xlsx"),
            (" ~$.x", "$.x.xlsx"),
            ("CON", "CON (value).xlsx"),
            ("com1.old", "com1-old.xlsx"),
            ("COM10", "COM10.xlsx"),
            ("Contoso", "Contoso.xlsx"),
            ("", "Other (2).xlsx"),
            ("a\nb\u{0}", "a b.xlsx"),
        ] {
            assert_eq!(names.claim(wanted), name);
        }
        let long = names.claim(&"\u{1f600}".repeat(40));
        assert!(long.len() <= 31 * 4 + 5, "{long}");
    }

    #[test]
    fn what_is_cleaned_away_uncovers_no_hidden_file_and_no_device() {
        for (wanted, name) in [
            ("'.hidden", "hidden.xlsx"),
            ("\u{200b}.dot", "dot.xlsx"),
            ("'~$lock.x", "$lock.x.xlsx"),
            ("'. ~'.x", "x.xlsx"),
            ("'CON", "CON (value).xlsx"),
            ("aux\u{200b}", "aux (value).xlsx"),
            ("~'nul'", "nul (value).xlsx"),
            ("\u{3164}prn.a.b", "prn-a.b.xlsx"),
            ("'.'", "Other.xlsx"),
            // Cut, and the quotes before the end with it.
            (&format!("com1{}x", "'".repeat(40)), "com1 (value).xlsx"),
        ] {
            assert_eq!(FileNames::default().claim(wanted), name);
        }
    }

    #[test]
    fn names_that_some_system_takes_for_one_file_are_numbered() {
        let mut names = FileNames::default();
        let claimed = ["e\u{301}t", "\u{e9}t", "\u{3c3}", "\u{3c2}", "Stra\u{df}e", "STRASSE"];
        assert_eq!(
            claimed.map(|wanted| names.claim(wanted)),
            [
                "e\u{301}t.xlsx",
                "\u{e9}t (2).xlsx",
                "\u{3c3}.xlsx",
                "\u{3c2} (2).xlsx",
                "Stra\u{df}e.xlsx",
                "STRASSE (2).xlsx"
            ]
        );
    }

    proptest! {
        #[test]
        fn every_name_is_safe_whatever_is_wanted(
            wanted in prop::collection::vec(
                "(['.~ ]|[<>:\"/\\\\|?*]|\u{200b}|\u{3164}|[\u{1}\n]|con|AUX|nul|com1|'{28}|e\u{301}|\u{e9}|ss|\u{df}|_x002F_|.){0,8}",
                1..30,
            ),
        ) {
            let mut names = FileNames::default();
            let mut seen = HashSet::new();
            for wanted in &wanted {
                let name = names.claim(wanted);
                let stem = name.strip_suffix(".xlsx").unwrap();
                prop_assert!((1..=31).contains(&stem.encode_utf16().count()), "{name:?}");
                prop_assert!(!name.starts_with(['.', '~', ' ']), "{name:?}");
                let first = stem.split('.').next().unwrap().trim().to_lowercase();
                prop_assert!(!DEVICES.contains(&first.as_str()), "{name:?}");
                prop_assert!(first.len() != 4 || !(first.starts_with("com") || first.starts_with("lpt"))
                    || !first.ends_with(|letter: char| letter.is_ascii_digit()), "{name:?}");
                prop_assert!(!stem.contains(['<', '>', ':', '"', '/', '\\', '|', '?', '*']), "{name:?}");
                prop_assert!(!stem.contains(|letter: char| letter.is_control() || is_invisible(letter)), "{name:?}");
                prop_assert!(seen.insert(alike(stem)), "{name:?}");
            }
        }
    }
}
