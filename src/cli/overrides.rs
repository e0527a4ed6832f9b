//! `fasttrack overrides`: what was filled in on the sheets To settle and Review, kept as an overrides file.

use crate::cli::args::Overrides as Wanted;
use crate::cli::exit::Exit;
use crate::cli::{policy, say, settled};
use fasttrack_roster::diagnostic::{Code, Diagnostic};
use fasttrack_roster::error::{Error, ErrorKind, Result};
use fasttrack_roster::job::{is_same_file, load_overrides};
use fasttrack_roster::plans::Catalogue;
use fasttrack_roster::roster::overrides::Overrides;
use fasttrack_roster::scratch::Scratch;
use fasttrack_roster::verdict::words::counted;
use fasttrack_roster::write::target::Target;
use std::path::Path;

/// Runs the command.
///
/// # Errors
/// If the file cannot be read, has faults, or nothing is filled in; if the output cannot be written.
pub(super) fn run(wanted: &Wanted) -> Result<Exit> {
    let output = wanted.output.as_deref().filter(|path| path.as_os_str() != "-");
    let read = [Some((wanted.from.as_path(), "what is read")), wanted.policy.as_deref().map(of_policy)];
    if let Some(output) = output {
        refuse_to_replace(output, read.into_iter().flatten())?;
    }
    let rules = policy::load(wanted.policy.as_deref())?;
    let from = std::slice::from_ref(&wanted.from);
    let overrides = load_overrides(from, (&rules, &Catalogue::shipped()?), &Scratch::system())?
        .ok_or_else(|| Error::internal("a workbook was named and not read"))?;
    if overrides.settled().is_empty() && settled::set(&overrides).is_empty() {
        return Err(nothing_filled_in(&overrides.name(), notes_alone(&overrides)));
    }
    let target = output.map_or(Target::Stdout, |path| Target::File(path.to_owned()));
    settled::write(&overrides, &rules, &target)?;
    if let Some(path) = output {
        say::note(&format!("wrote {}: {}", path.display(), kept(&overrides)));
    }
    tell_of_notes(notes_alone(&overrides));
    Ok(Exit::Done)
}

/// Says how many notes are not in the file.
fn tell_of_notes(not_kept: u64) {
    if not_kept > 0 {
        let beside = if not_kept == 1 { "it" } else { "them" };
        let notes = counted(not_kept, "note", "notes");
        say::note(&format!("not kept: {notes} with nothing filled in beside {beside}"));
    }
}

/// What was written, in words.
fn kept(overrides: &Overrides) -> String {
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let words = number(overrides.settled().len());
    let rows = number(settled::set(overrides).len());
    let words = (words > 0).then(|| counted(words, "word", "words"));
    let rows = (rows > 0).then(|| counted(rows, "line of Review", "lines of Review"));
    words.into_iter().chain(rows).collect::<Vec<_>>().join(", ")
}

/// How many notes have nothing filled in beside them; an overrides file has no place for those.
fn notes_alone(overrides: &Overrides) -> u64 {
    let of_rows =
        overrides.filled().iter().filter(|filled| !filled.sets_something() && !filled.note.is_empty());
    u64::try_from(overrides.noted().len() + of_rows.count()).unwrap_or(u64::MAX)
}

fn of_policy(path: &str) -> (&Path, &'static str) {
    (Path::new(path), "the policy")
}

fn refuse_to_replace<'p>(
    output: &Path,
    mut read: impl Iterator<Item = (&'p Path, &'static str)>,
) -> Result<()> {
    let Some((_, what)) = read.find(|(path, _)| is_same_file(path, output)) else { return Ok(()) };
    let message = format!("`{}` is {what}", output.display());
    let diagnostic =
        Diagnostic::error(Code::OutputIsInput, message).help("write the overrides elsewhere with `-o`");
    Err(Error::new(ErrorKind::Usage, diagnostic))
}

fn nothing_filled_in(name: &str, notes: u64) -> Error {
    let message = match notes {
        0 => "nothing is filled in".to_owned(),
        notes => format!(
            "nothing is filled in but {}, which a file does not keep",
            counted(notes, "note", "notes")
        ),
    };
    let diagnostic = Diagnostic::error(Code::OverridesNothingFilledIn, message)
        .in_file(name)
        .help("fill in `Means` on the sheet `To settle`, or what is right on `Review`, save the workbook, and run again");
    Error::new(ErrorKind::Policy, diagnostic)
}
