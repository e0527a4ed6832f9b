//! `fasttrack nightly remembered`: what people set right on the upload page, as lines of the configuration.

use crate::cli::args::Remembered as Wanted;
use crate::cli::exit::Exit;
use crate::cli::say;
use fasttrack_roster::diagnostic::{Code, Diagnostic, visible};
use fasttrack_roster::error::{Error, Result};
use fasttrack_roster::nightly::configuration::{Configuration, Series};
use fasttrack_roster::nightly::newest;
use fasttrack_roster::nightly::starter::quoted;
use fasttrack_roster::serve::{self, ForNight};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Runs the command.
///
/// # Errors
/// If the configuration is not valid, or the folder of the page cannot be read.
pub(super) fn run(wanted: &Wanted) -> Result<Exit> {
    let configuration = Configuration::load(&wanted.config)?;
    let base = wanted.config.parent().unwrap_or_else(|| Path::new("")).to_owned();
    let mut text = String::new();
    for (series, file) in newest::newest(&configuration)? {
        let name = |path: &Path| visible(&path.file_name().unwrap_or_default().to_string_lossy());
        let Some(file) = file else {
            let _ = writeln!(text, "# {}: no file of it is in the inbox", series.name);
            continue;
        };
        let shown = name(&file);
        let found = match newest::headings(series, &file) {
            Ok(headings) => known(wanted, &headings)?,
            Err(error) => {
                let _ = writeln!(text, "# {} ({shown}): {}", series.name, first_line(&error));
                continue;
            }
        };
        let _ = match found.as_slice() {
            [] => writeln!(
                text,
                "# {} ({shown}): the page remembers nothing for files with its headings",
                series.name
            ),
            [_] => writeln!(text, "# {} ({shown}): add below its [[roster]]", series.name),
            several => writeln!(
                text,
                "# {} ({shown}): {} users of the page have something; choose one, or name the user with --user",
                series.name,
                several.len()
            ),
        };
        for remembered in &found {
            text.push_str(&lines(remembered, series, &base));
        }
    }
    say::out(&text)
}

fn known(wanted: &Wanted, headings: &[String]) -> Result<Vec<ForNight>> {
    // What is written into a file is found from any folder.
    let page = std::path::absolute(&wanted.page).unwrap_or_else(|_| wanted.page.clone());
    serve::remembered(&page, wanted.user.as_deref(), headings).map_err(|error| {
        let message =
            format!("the folder `{}` of the page cannot be read: {error}", visible(&page.to_string_lossy()));
        Error::input(Diagnostic::error(Code::NightFolder, message).help(
            "name the folder that `fasttrack serve --state` names, and run this as the user who runs the page: nobody else \
             can read it",
        ))
    })
}

fn first_line(error: &Error) -> String {
    error.diagnostics.first().map(|first| visible(&first.message)).unwrap_or_default()
}

/// Returns the lines for the configuration, which is in the folder `base`; overrides that it names already are kept.
fn lines(remembered: &ForNight, series: &Series, base: &Path) -> String {
    let mut text = String::new();
    if let Some(overrides) = &remembered.overrides {
        let mut all: Vec<&PathBuf> = series.overrides.iter().filter(|path| *path != overrides).collect();
        all.push(overrides);
        let all: Vec<String> = all
            .into_iter()
            .map(|path| quoted(&path.strip_prefix(base).unwrap_or(path).to_string_lossy()))
            .collect();
        let _ = match all.as_slice() {
            [one] => writeln!(text, "overrides = {one}"),
            several => writeln!(text, "overrides = [{}]", several.join(", ")),
        };
    }
    if let Some(columns) = &remembered.columns {
        let _ = writeln!(text, "map-file = {}", quoted(&columns.to_string_lossy()));
    }
    for (key, value) in &remembered.flags {
        // A number is one; all others are texts, also those that look like numbers.
        let value = if *key == "heading-row" { value.clone() } else { quoted(value) };
        let _ = writeln!(text, "{key} = {value}");
    }
    text
}
