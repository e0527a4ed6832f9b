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

/// The fields whose texts are resolved.
const FIELDS: [Field; 4] = [Field::Plan, Field::Segment, Field::Status, Field::Seats];

/// Those whose texts must be in the file if the roster has the column: their words are not parsed in SQL.
const NEEDED: [Field; 3] = [Field::Plan, Field::Segment, Field::Status];

/// Runs the command.
///
/// # Errors
/// If the policy or a catalogue is not valid, or the distinct texts cannot be read.
pub(super) fn run(wanted: &Sql) -> Result<Exit> {
    let policy = policy::load(wanted.policy.as_deref())?;
    let catalogue = catalogues::load(&wanted.catalogue)?.catalogue;
    let distinct = distinct(wanted)?;
    let request = Request {
        dialect: wanted.dialect,
        table: wanted.table.clone(),
        schema: wanted.schema.clone(),
        columns: wanted.map.clone(),
        keep: wanted.keep.clone(),
        numbers: wanted.numbers,
    };
    let judge = Judge::new(Rules::new(policy, catalogue));
    say::out_bytes(script(&judge, &distinct, &request).as_bytes())
}

/// Reads the distinct texts: each column of the file by itself.
fn distinct(wanted: &Sql) -> Result<Distinct> {
    let scratch = Scratch::system();
    let score = |headings: &[String]| {
        let places = places(&wanted.map, headings);
        let found = places.iter().flatten().count();
        // Headings without the plan are none.
        places.first().copied().flatten().and_then(|_| found.try_into().ok()).unwrap_or(0)
    };
    let options = read::Options::new(Limits::default(), &scratch, &score);
    let mut reader = read::open(&Input::File(wanted.plans.clone()), options)?;
    let places = places(&wanted.map, &reader.about.headings);
    refuse_what_is_missing(wanted, &places, &reader.about.headings)?;
    let headings = FIELDS.into_iter().zip(places);
    let headings =
        headings.filter_map(|(field, place)| Some((field, reader.about.headings.get(place?)?.clone())));
    let headings = headings.collect();
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
        headings,
    })
}

/// Returns where the column of each field is: under the name that the roster's column has, else under one that a roster
/// may have for it.
fn places(map: &[(Field, String)], headings: &[String]) -> [Option<usize>; 4] {
    let mapped =
        |field: Field| map.iter().rev().find(|(of, _)| *of == field).map(|(_, column)| column.as_str());
    let named = FIELDS.map(|field| {
        let name = mapped(field)?;
        let exact = headings.iter().position(|heading| heading == name);
        exact.or_else(|| headings.iter().position(|heading| fold(heading) == fold(name)))
    });
    let mut all = named;
    for (field, place) in FIELDS.into_iter().zip(&mut all) {
        let is_free = |at: &usize| !named.contains(&Some(*at));
        let known =
            || headings.iter().enumerate().filter(|(_, heading)| field.is_named(heading)).map(|(at, _)| at);
        *place = place.or_else(|| known().find(is_free));
    }
    all
}

/// A column that is asked for has to be there, and the plan's in any case.
fn refuse_what_is_missing(wanted: &Sql, places: &[Option<usize>; 4], headings: &[String]) -> Result<()> {
    let mapped = |field: Field| wanted.map.iter().rev().find(|(of, _)| *of == field);
    let fields =
        FIELDS.into_iter().zip(places).filter(|(field, place)| place.is_none() && NEEDED.contains(field));
    let missing = fields.filter(|(field, _)| *field == Field::Plan || mapped(*field).is_some());
    let missing: Vec<Field> = missing.map(|(field, _)| field).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let words: Vec<String> = missing.iter().map(|field| format!("the {}", field.word())).collect();
    let columns: Vec<&str> = missing
        .iter()
        .map(|field| mapped(*field).map_or(field.word(), |(_, column)| column.as_str()))
        .collect();
    let found: Vec<String> = headings.iter().map(|heading| format!("`{heading}`")).collect();
    let message = format!("no column for {}", words.join(" and "));
    let help = format!(
        "select {} from `{}` into the file, too, or name the column of both with `--map`; the headings found are {}",
        columns.iter().map(|column| format!("`{column}`")).collect::<Vec<_>>().join(" and "),
        wanted.table,
        found.join(", ")
    );
    let diagnostic =
        Diagnostic::error(Code::ColumnMissing, message).in_file(wanted.plans.display().to_string());
    Err(Error::new(ErrorKind::Columns, diagnostic.help(help)))
}
