//! Words and what they mean, as an overrides file: comma-separated text for later runs.

use fasttrack_roster::diagnostic::{Code, Diagnostic};
use fasttrack_roster::error::{Error, Result};
use fasttrack_roster::escape::guarded;
use fasttrack_roster::hash::shown;
use fasttrack_roster::roster::overrides::{KIND, MEANS, SettledWord, WORD};
use fasttrack_roster::scratch::Scratch;
use fasttrack_roster::write::Written;
use fasttrack_roster::write::target::{Staged, Target};
use sha2::{Digest, Sha256};
use std::io::Write as _;

/// The heading of the reasons.
const REASON: &str = "Reason";

/// Writes the words in their order; nothing stands at the target before all of them do.
///
/// UTF-8 with its mark, so that a spreadsheet sees what it is; what one would take for a formula gets a `'` before it.
///
/// # Errors
/// If the target cannot be written (kind `Output`), or another run is writing it (kind `Busy`).
pub(super) fn write(settled: &[SettledWord], target: &Target) -> Result<Written> {
    let text = text(settled);
    let mut staged = Staged::create(target, &Scratch::system())?;
    staged.file().write_all(text.as_bytes()).map_err(|error| {
        let message = format!("the overrides cannot be written: {error}");
        Error::output(
            Diagnostic::error(Code::OutputNotWritable, message)
                .help("free some space, or write elsewhere with `-o`"),
        )
    })?;
    let bytes = u64::try_from(text.len()).unwrap_or(u64::MAX);
    staged.commit(|_| Ok((bytes, shown(Sha256::new_with_prefix(text.as_bytes())))))
}

fn text(settled: &[SettledWord]) -> String {
    let mut text = "\u{feff}".to_owned();
    push(&mut text, [KIND, WORD, MEANS, REASON]);
    for SettledWord { kind, written, means, reason, .. } in settled {
        push(&mut text, [kind.word(), written, means, reason]);
    }
    text
}

fn push(text: &mut String, cells: [&str; 4]) {
    let cells = cells.map(|cell| {
        let cell = guarded(cell);
        let is_quoted = cell.contains(['"', ',', ';', '\r', '\n', '\t']);
        if is_quoted { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.into_owned() }
    });
    text.push_str(&cells.join(","));
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use fasttrack_roster::roster::overrides::WordKind;

    #[test]
    fn no_word_becomes_a_formula_or_two_cells() {
        let settled = SettledWord {
            kind: WordKind::Plan,
            written: "=E3, \"new\"".to_owned(),
            means: "SPE_E3".to_owned(),
            reason: String::new(),
            line: 7,
        };
        assert_eq!(
            text(&[settled]),
            "\u{feff}Kind,As written,Means,Reason\r\nplan,\"'=E3, \"\"new\"\"\",SPE_E3,\r\n"
        );
    }
}
