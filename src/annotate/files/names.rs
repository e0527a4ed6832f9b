//! Names for the workbooks of values: what every system takes for a file, each only once.

use crate::report::split::names::Names;

/// Names that Windows keeps for devices, whatever the extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Names of workbooks in one folder, each given only once, whatever the case.
#[derive(Default)]
pub(super) struct FileNames {
    names: Names,
}

impl FileNames {
    /// Returns a file's name as near to `wanted` as may be, and takes it: without what a system refuses, cut like the
    /// name of a sheet, and with ` (2)` behind it where it is taken already.
    pub(super) fn claim(&mut self, wanted: &str) -> String {
        let kept = |letter: char| if matches!(letter, '<' | '>' | '"' | '|') { '-' } else { letter };
        let wanted: String = wanted.chars().map(kept).collect();
        // A point before the name hides the file, and `~` marks one that somebody has open.
        let wanted = wanted.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '~'));
        let wanted = if is_device(wanted) { format!("{wanted} (value)") } else { wanted.to_owned() };
        format!("{}.xlsx", self.names.claim(&wanted))
    }
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
            ("com1.old", "com1.old (value).xlsx"),
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
}
