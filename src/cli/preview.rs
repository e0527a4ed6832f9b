//! `fasttrack preview`.

use crate::cli::args::{Preview as Wanted, limits};
use crate::cli::exit::Exit;
use crate::cli::{annotate, policy, say};
use fasttrack_roster::error::{Error, Result};
use fasttrack_roster::job::Job;
use fasttrack_roster::job::preview::{FieldPart, Preview, preview};
use std::fmt::Write as _;

/// Runs the command.
///
/// # Errors
/// If the roster cannot be read at all.
pub(super) fn run(wanted: &Wanted) -> Result<Exit> {
    let job = Job {
        catalogues: wanted.catalogue.clone(),
        sheet: wanted.sheet.clone(),
        heading_row: wanted.heading_row,
        mappings: wanted.map.clone(),
        as_of: wanted.as_of,
        tenant: wanted.tenant.clone(),
        encoding: wanted.encoding.clone(),
        delimiter: wanted.delimiter,
        limits: limits(&wanted.limit)?,
        ..Job::new(annotate::input(&wanted.roster, wanted.called.as_deref())?, policy::load(None)?)
    };
    let seen = preview(&job)?;
    if !wanted.json {
        return say::out(&words(&seen));
    }
    let text = serde_json::to_string_pretty(&seen)
        .map_err(|error| Error::internal(format!("no preview: {error}")))?;
    say::out_bytes(format!("{text}\n").as_bytes())
}

fn words(seen: &Preview) -> String {
    let input = &seen.input;
    let kind = match (&input.sheet, &input.encoding) {
        (None, None) => "Parquet".to_owned(),
        (Some(sheet), _) => format!("workbook, sheet `{sheet}`, headings in row {}", input.header_row),
        (None, encoding) => format!(
            "text, {}, headings in line {}",
            encoding.as_deref().unwrap_or_default(),
            input.header_row
        ),
    };
    let mut text = format!("{}: {kind}\n", input.name);
    for remark in &seen.remarks {
        let _ = writeln!(text, "  remark: {remark}");
    }
    if let Some(export) = input.export {
        let _ = writeln!(text, "  {:<12} {export}", "export");
    }
    for field in seen.fields.iter().filter(|field| field.heading.is_some() || field.is_needed) {
        let _ = writeln!(text, "{}", line(field, seen));
    }
    for wrong in &seen.diagnostics {
        let _ =
            writeln!(text, "{}[{}]: {}\n  help: {}", wrong.severity, wrong.code, wrong.message, wrong.help);
    }
    text
}

/// A field with its column, why, and the first values.
fn line(field: &FieldPart, seen: &Preview) -> String {
    let Some(heading) = &field.heading else { return format!("  {:<12} not found", field.field) };
    let mut text = format!("  {:<12} `{heading}` ({})", field.field, field.because);
    let column = seen.headings.iter().find(|known| Some(known.column) == field.column);
    let samples: Vec<String> =
        column.iter().flat_map(|column| &column.samples).map(|sample| format!("`{sample}`")).collect();
    if !samples.is_empty() {
        let _ = write!(text, ": {}", samples.join(", "));
    }
    text
}
