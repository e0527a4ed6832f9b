//! `fasttrack sql`: the rule as a script for a warehouse.

use crate::cli::args::Sql;
use crate::cli::exit::Exit;
use crate::cli::{policy, say};
use fasttrack_roster::diagnostic::{Code, Diagnostic};
use fasttrack_roster::error::{Error, ErrorKind, Result};
use fasttrack_roster::fold::fold;
use fasttrack_roster::job::catalogues;
use fasttrack_roster::judge::{Judge, Rules};
use fasttrack_roster::read::{self, Input, Limits};
use fasttrack_roster::record::Record;
use fasttrack_roster::roster::columns::Field;
use fasttrack_roster::scratch::Scratch;
use fasttrack_roster::sql::{Distinct, Request, script};
use std::collections::BTreeSet;
use std::path::Path;

/// The fields whose texts are resolved.
const FIELDS: [Field; 4] = [Field::Plan, Field::Segment, Field::Status, Field::Seats];

/// Runs the command.
///
/// # Errors
/// If the policy or a catalogue is not valid, or the distinct texts cannot be read.
pub(super) fn run(wanted: &Sql) -> Result<Exit> {
    let policy = policy::load(wanted.policy.as_deref())?;
    let catalogue = catalogues::load(&wanted.catalogue)?.catalogue;
    let distinct = distinct(&wanted.plans)?;
    let request = Request {
        dialect: wanted.dialect,
        table: wanted.table.clone(),
        schema: wanted.schema.clone(),
        columns: wanted.map.clone(),
        keep: wanted.keep.clone(),
    };
    let judge = Judge::new(Rules::new(policy, catalogue));
    say::out_bytes(script(&judge, &distinct, &request).as_bytes())
}

/// Reads the distinct texts: each column of the file by itself.
fn distinct(path: &Path) -> Result<Distinct> {
    let scratch = Scratch::system();
    let score = |headings: &[String]| u32::from(headings.iter().any(|heading| names(Field::Plan, heading)));
    let limits = Limits::default();
    let options = read::Options {
        sheet: None,
        heading_row: None,
        encoding: None,
        delimiter: None,
        limits,
        scratch: &scratch,
        score: &score,
    };
    let mut reader = read::open(&Input::File(path.to_owned()), options)?;
    let places = FIELDS.map(|field| reader.about.headings.iter().position(|heading| names(field, heading)));
    if places.first().is_none_or(Option::is_none) {
        let found: Vec<String> = reader.about.headings.iter().map(|heading| format!("`{heading}`")).collect();
        let message = "no column for the plan".to_owned();
        let help = format!("name one column `Plan`; the headings found are {}", found.join(", "));
        let diagnostic = Diagnostic::error(Code::ColumnMissing, message).in_file(path.display().to_string());
        return Err(Error::new(ErrorKind::Columns, diagnostic.help(help)));
    }
    let mut texts = FIELDS.map(|_| BTreeSet::new());
    let see = |record: Record<'_>, texts: &mut [BTreeSet<String>; 4]| {
        for (place, texts) in places.iter().zip(texts) {
            let text = place.map(|place| record.cell(place).shown()).filter(|text| !text.is_empty());
            texts.extend(text);
        }
    };
    reader.read(&mut |block: read::Block| {
        let records = block.records()?;
        records.iter().for_each(|record| see(record, &mut texts));
        Ok(())
    })?;
    let [plans, segments, statuses, seats] = texts;
    let [_, has_segments, has_statuses, has_seats] = places.map(|place| place.is_some());
    Ok(Distinct {
        plans,
        segments: has_segments.then_some(segments),
        statuses: has_statuses.then_some(statuses),
        seats: has_seats.then_some(seats),
    })
}

/// Whether a heading names a field, as in a roster.
fn names(field: Field, heading: &str) -> bool {
    let heading = fold(heading);
    field.headings().iter().chain(field.headings_abroad()).any(|known| *known == heading)
}
