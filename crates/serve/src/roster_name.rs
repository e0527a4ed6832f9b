//! What a roster is called: as its user called it, but nothing that could be a path or steer a terminal.

use std::path::Path;

/// Bytes of a name, at most: what file systems take, with room for what the program adds.
const LIMIT_BYTES: usize = 200;

/// What a roster without a name is called.
const NONE: &str = "roster";

/// Returns the name of an upload: what comes after the last slash, without control characters, cut where it is long.
pub(crate) fn cleaned(wanted: &str) -> String {
    let last = wanted.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_kept = |letter: &char| {
        !letter.is_control()
            && !matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut name: String = last.chars().filter(is_kept).collect();
    if name.len() > LIMIT_BYTES {
        let extension =
            Path::new(&name).extension().map(|extension| extension.to_string_lossy().into_owned());
        let extension = extension.filter(|extension| extension.len() <= 10);
        let room = LIMIT_BYTES - extension.as_ref().map_or(0, |extension| extension.len() + 1);
        while name.len() > room {
            name.pop();
        }
        if let Some(extension) = extension {
            name = format!("{name}.{extension}");
        }
    }
    let name = name.trim().to_owned();
    if name.trim_matches('.').is_empty() { NONE.to_owned() } else { name }
}

/// Returns what the program calls an output of a roster: `roster.csv` becomes `roster.fasttrack.xlsx`.
pub(crate) fn output(roster: &str, extension: &str) -> String {
    Path::new(roster).with_extension(format!("fasttrack.{extension}")).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_path_and_steers_nothing() {
        for (wanted, name) in [
            ("roster.csv", "roster.csv"),
            ("../../etc/passwd", "passwd"),
            ("C:\\fakepath\\Kunden 2026.xlsx", "Kunden 2026.xlsx"),
            ("<img onerror=alert(1)>.csv", "<img onerror=alert(1)>.csv"),
            ("a\r\nSet-Cookie: b.csv", "aSet-Cookie: b.csv"),
            ("\u{202e}xslx.csv", "xslx.csv"),
            ("..", "roster"),
            ("a/", "roster"),
            ("", "roster"),
        ] {
            assert_eq!(cleaned(wanted), name);
        }
        let long = cleaned(&format!("{}.xlsx", "\u{e4}".repeat(300)));
        assert!(long.len() <= LIMIT_BYTES && long.ends_with("\u{e4}.xlsx"), "{long}");
    }

    #[test]
    fn an_output_is_called_as_on_the_command_line() {
        assert_eq!(output("roster.csv", "xlsx"), "roster.fasttrack.xlsx");
        assert_eq!(output("a.b.xlsx", "parquet"), "a.b.fasttrack.parquet");
        assert_eq!(output("roster", "csv"), "roster.fasttrack.csv");
    }
}
