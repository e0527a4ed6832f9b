//! `fasttrack plans`: the plan catalogue, searched.

use crate::cli::args::Plans;
use crate::cli::exit::Exit;
use crate::cli::say;
use fasttrack_roster::error::Result;
use fasttrack_roster::plans::Catalogue;
use fasttrack_roster::verdict::words::counted;
use std::fmt::Write as _;

/// Runs the command.
///
/// # Errors
/// If standard output cannot be written.
pub fn run(wanted: &Plans) -> Result<Exit> {
    let catalogue = Catalogue::shipped()?;
    let found = catalogue.search(&wanted.words.join(" "));
    let limit = if wanted.limit == 0 { found.len() } else { wanted.limit };
    let mut text = String::new();
    for plan in found.iter().take(limit) {
        let _ = writeln!(text, "{}", plan.name);
        let _ = writeln!(
            text,
            "    {}   {}\n    {}, {}, {}, {}",
            plan.id,
            plan.guid,
            plan.segment,
            plan.family,
            plan.kind.word(),
            plan.price.word()
        );
    }
    let _ = match found.len() {
        0 => writeln!(text, "no plan in the catalogue has all of these words"),
        count if count > limit => {
            writeln!(text, "{limit} of {count} plans; more words narrow it, `--limit 0` shows all")
        }
        count => writeln!(text, "{}", counted(u64::try_from(count).unwrap_or(u64::MAX), "plan", "plans")),
    };
    say::out(&text)
}
