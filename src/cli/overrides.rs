//! `fasttrack overrides`: what was filled in on the sheet of words to settle, kept as an overrides file.

use crate::cli::args::Overrides;
use crate::cli::exit::Exit;
use crate::cli::{policy, say, settled};
use fasttrack_roster::diagnostic::{Code, Diagnostic};
use fasttrack_roster::error::{Error, ErrorKind, Result};
use fasttrack_roster::job::{is_same_file, load_overrides};
use fasttrack_roster::plans::Catalogue;
use fasttrack_roster::scratch::Scratch;
use fasttrack_roster::verdict::words::counted;
use fasttrack_roster::write::target::Target;
use std::path::Path;

/// Runs the command.
///
/// # Errors
/// If the file cannot be read, has faults, or nothing is filled in; if the output cannot be written.
pub(super) fn run(wanted: &Overrides) -> Result<Exit> {
    let output = wanted.output.as_deref().filter(|path| path.as_os_str() != "-");
    let read = [Some((wanted.from.as_path(), "what is read")), wanted.policy.as_deref().map(of_policy)];
    if let Some(output) = output {
        refuse_to_replace(output, read.into_iter().flatten())?;
    }
    let rules = policy::load(wanted.policy.as_deref())?;
    let overrides = load_overrides(&wanted.from, (&rules, &Catalogue::shipped()?), &Scratch::system())?;
    if overrides.settled().is_empty() {
        return Err(nothing_filled_in(&overrides.name));
    }
    let target = output.map_or(Target::Stdout, |path| Target::File(path.to_owned()));
    settled::write(overrides.settled(), &target)?;
    if let Some(path) = output {
        let words = u64::try_from(overrides.settled().len()).unwrap_or(u64::MAX);
        say::note(&format!("wrote {}: {}", path.display(), counted(words, "word", "words")));
    }
    Ok(Exit::Done)
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

fn nothing_filled_in(name: &str) -> Error {
    let diagnostic = Diagnostic::error(Code::OverridesNothingFilledIn, "nothing is filled in under `Means`")
        .in_file(name)
        .help("fill in what the words on the sheet `To settle` mean, save the workbook, and run again");
    Error::new(ErrorKind::Policy, diagnostic)
}
