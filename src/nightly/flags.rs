//! Errors in the words of a nightly run: its command line has no flags for a roster, its configuration has keys.

use super::configuration::{Configuration, Series};
use super::outcome::Failure;
use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, ErrorKind};

/// Flags that are keys of a `[[roster]]`, by the same name.
const KEYS: [&str; 11] = [
    "catalogue",
    "delimiter",
    "encoding",
    "heading-row",
    "limit",
    "map-file",
    "numbers",
    "overrides",
    "policy",
    "sheet",
    "tenant",
];

/// Says what to do about a file of a roster.
pub(super) fn in_words_of_a_night(
    mut error: Error,
    (configuration, series): (&Configuration, &Series),
    (input, file): (&str, &str),
) -> Failure {
    let roster = &series.name;
    // What a flag would have been is the configuration's here.
    if error.kind == ErrorKind::Usage {
        error.kind = ErrorKind::Policy;
    }
    for diagnostic in &mut error.diagnostics {
        diagnostic.message = diagnostic
            .message
            .replace("`--max-drop ", "`max-drop = ")
            .replace("the `--since` file", "the earlier workbook");
        diagnostic.help = match diagnostic.code {
            Code::RosterShrank => format!(
                "check whether the export is complete; if it is, release it with `{} --again {}`",
                configuration.command(),
                shell_word(input.rsplit('/').next().unwrap_or(input))
            ),
            Code::HeadingRowMissing => format!("correct `heading-row` of the [[roster]] `{roster}`"),
            Code::SinceCell
            | Code::SinceColumns
            | Code::SinceNotOurs
            | Code::SinceNotReadable
            | Code::SincePart
            | Code::SinceRows => {
                "move the roster's newest workbook out of the outbox; the next run compares with the one before it"
                    .to_owned()
            }
            _ => diagnostic.help.replace(", or write elsewhere with `-o`", ""),
        };
    }
    // Once is enough, with the first, which the ledger keeps.
    if let Some(first) = error.diagnostics.iter_mut().find(|found| is_of_columns(found)) {
        first.help = format!(
            "{}; keep all of them with `fasttrack check {} --map FIELD=HEADING --save-map {}`, and write `map-file = \
             \"columns.toml\"` below the [[roster]] `{roster}`",
            first.help,
            shell_word(file),
            configuration.beside("columns.toml")
        );
    }
    for diagnostic in &mut error.diagnostics {
        let keys: Vec<String> = KEYS
            .into_iter()
            .filter(|key| has_flag(&diagnostic.help, key))
            .map(|key| format!("`{key}`"))
            .collect();
        if !keys.is_empty() {
            let are = if keys.len() == 1 { "is a key" } else { "are keys" };
            let keys = keys.join(" and ");
            diagnostic.help = format!("{}; {keys} {are} of the [[roster]] `{roster}`, too", diagnostic.help);
        }
    }
    error.into()
}

fn is_of_columns(found: &Diagnostic) -> bool {
    matches!(found.code, Code::ColumnMissing | Code::ColumnUncertain | Code::ColumnDoubtful)
}

/// Whether a help names a flag: `--map` is no `--map-file`.
fn has_flag(help: &str, key: &str) -> bool {
    let flag = format!("--{key}");
    let follows = help.split(flag.as_str()).skip(1);
    follows
        .into_iter()
        .any(|rest| !rest.starts_with(|letter: char| letter == '-' || letter.is_alphanumeric()))
}

/// Returns a name as it can be typed in a shell.
pub(super) fn shell_word(name: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./".contains(letter);
    if name.chars().all(is_plain) && !name.starts_with('-') { name.to_owned() } else { format!("\"{name}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nightly::configuration::Configuration;
    use std::path::Path;

    fn helps(found: Vec<(Code, &str)>) -> Vec<String> {
        let text = "[night]\ninbox = \"in\"\noutbox = \"out\"\nstate = \"state\"\n\
            [[roster]]\nname = \"crm\"\nfiles = \"*\"\n";
        let configuration = Configuration::read(text, Path::new("at home/fasttrack.toml")).unwrap();
        let series = &configuration.rosters[0];
        let found = found.into_iter().map(|(code, help)| Diagnostic::error(code, "wrong").help(help));
        let error = Error { kind: ErrorKind::Usage, diagnostics: found.collect() };
        let told = in_words_of_a_night(error, (&configuration, series), ("crm 1.csv", "crm 1.csv"));
        assert_eq!(told.code, ErrorKind::Policy.exit_code());
        told.diagnostics.into_iter().map(|found| found.help).collect()
    }

    #[test]
    fn a_flag_that_is_named_is_said_to_be_a_key() {
        assert_eq!(
            helps(vec![
                (Code::RosterNotText, "add `--encoding utf-16le`"),
                (Code::RosterEmpty, "export it again")
            ]),
            [
                "add `--encoding utf-16le`; `encoding` is a key of the [[roster]] `crm`, too",
                "export it again"
            ]
        );
    }

    #[test]
    fn how_columns_are_kept_is_said_once() {
        let found = vec![
            (Code::ColumnMissing, "name it with `--map tenant=HEADING`, or with `--tenant NAME`"),
            (Code::ColumnMissing, "name it with `--map plan=HEADING`"),
        ];
        assert_eq!(
            helps(found),
            [
                "name it with `--map tenant=HEADING`, or with `--tenant NAME`; keep all of them with `fasttrack check \"crm 1.csv\" \
                 --map FIELD=HEADING --save-map \"at home/columns.toml\"`, and write `map-file = \"columns.toml\"` below the [[roster]] \
                 `crm`; `tenant` is a key of the [[roster]] `crm`, too",
                "name it with `--map plan=HEADING`",
            ]
        );
    }
}
