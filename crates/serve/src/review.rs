//! What is to be looked at after a run, from the tables that the program writes beside the workbook: what needs review,
//! grouped by what to do; what changed; who is close to a tier.

use crate::book::Run;
use crate::cells::{self, SHOWN, Shown};
use crate::diagnostic::Code;
use crate::findings::words::{of as words_of, what_to_do_about};
use crate::fixes::{Fixes, Kind};
use crate::id::Id;
use crate::on_demand;
use crate::problem::Problem;
use crate::site::{Site, User};
use crate::work::REPORT;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

/// What the lines weigh that keep a row from a verdict.
const NEEDS_REVIEW: &str = "needs review";

/// Which lines are asked for.
#[derive(Default, Deserialize)]
pub(crate) struct Asked {
    /// `None` = all that need review.
    code: Option<String>,
}

/// A line of the program's table.
#[derive(Deserialize)]
struct Line {
    #[serde(rename = "Source row")]
    source_row: Option<u64>,
    #[serde(rename = "Tenant")]
    tenant: Option<String>,
    #[serde(rename = "Name")]
    name: Option<String>,
    #[serde(rename = "Plan")]
    plan: Option<String>,
    #[serde(rename = "Seats in roster", default, deserialize_with = "said")]
    seats: Option<String>,
    #[serde(rename = "Segment in roster", default, deserialize_with = "said")]
    segment_in_roster: Option<String>,
    #[serde(rename = "Status in roster", default, deserialize_with = "said")]
    status_in_roster: Option<String>,
    #[serde(rename = "Weight")]
    weight: String,
    #[serde(rename = "What is wrong")]
    problem: String,
    #[serde(rename = "What to do")]
    what_to_do: Option<String>,
    #[serde(rename = "Column")]
    column: Option<String>,
    #[serde(rename = "Value")]
    value: Option<String>,
    #[serde(rename = "Where")]
    place: Option<String>,
    #[serde(rename = "Code")]
    code: String,
}

/// Reads what the roster says: nothing, in a blank cell. A table of an older version has no such column, and does not tell.
fn said<'de, D: Deserializer<'de>>(cell: D) -> Result<Option<String>, D::Error> {
    Option::<String>::deserialize(cell).map(|said| Some(said.unwrap_or_default()))
}

/// A line as the API shows it.
#[derive(Debug, Serialize)]
struct RowPart {
    source_row: Option<u64>,
    tenant: Option<String>,
    name: Option<String>,
    plan: Option<String>,
    seats: Option<String>,
    segment_in_roster: Option<String>,
    status_in_roster: Option<String>,
    weight: String,
    problem: String,
    what_to_do: Option<String>,
    column: Option<String>,
    value: Option<String>,
    place: Option<String>,
    code: String,
}

/// All lines of one code.
#[derive(Debug, Serialize)]
struct Group {
    code: String,
    weight: String,
    /// What is wrong with all of them.
    problem: String,
    what_to_do: Option<String>,
    rows: u64,
}

impl Group {
    fn of(line: &Line) -> Self {
        let Line { code, weight, problem, what_to_do, .. } = line;
        Self {
            code: code.clone(),
            weight: weight.clone(),
            problem: problem.clone(),
            what_to_do: what_to_do.clone(),
            rows: 0,
        }
    }

    /// Adds a line; where it says something else than those before, only what is true of every row with the code is left.
    fn add(&mut self, line: &Line) {
        self.rows += 1;
        let Some(code) = Code::ALL.iter().find(|code| code.as_str() == self.code) else { return };
        if self.problem != line.problem {
            words_of(*code).what.clone_into(&mut self.problem);
        }
        if self.what_to_do != line.what_to_do {
            self.what_to_do = Some(what_to_do_about(*code));
        }
    }
}

/// What needs review, as far as it is shown.
#[derive(Debug, Default, Serialize)]
struct Review {
    groups: Vec<Group>,
    rows: Vec<RowPart>,
    rows_total: u64,
}

/// Answers with what needs review.
pub(crate) async fn get(
    State(site): State<Arc<Site>>,
    Extension(user): Extension<User>,
    Path(id): Path<String>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let (run, tables) = tables_of(&site, &user, &id).await?;
    let code = query.ok().and_then(|Query(asked)| asked.code);
    let review = read(move || review(&tables.join("review.jsonl"), code.as_deref())).await?;
    let report = site.folder.run(&run.upload, &run.id).join(REPORT);
    let report = tokio::fs::read(report).await.map_err(|_| Problem::gone())?;
    let report: Value = serde_json::from_slice(&report).map_err(|_| Problem::internal())?;
    let Review { groups, rows, rows_total } = review;
    Ok(Json(json!({
        "words": words(&report, &run.fixes),
        "groups": groups,
        "rows": rows,
        "rows_total": rows_total,
    })))
}

/// Answers with what changed since the run that it was compared with.
pub(crate) async fn changes(
    State(site): State<Arc<Site>>,
    Extension(user): Extension<User>,
    Path(id): Path<String>,
) -> Result<Json<Shown>, Problem> {
    table(&site, &user, &id, "changes.jsonl").await
}

/// Answers with the customers just below a tier.
pub(crate) async fn next_steps(
    State(site): State<Arc<Site>>,
    Extension(user): Extension<User>,
    Path(id): Path<String>,
) -> Result<Json<Shown>, Problem> {
    table(&site, &user, &id, "next_steps.jsonl").await
}

/// Answers with the customers just above the threshold of their tier.
pub(crate) async fn at_risk(
    State(site): State<Arc<Site>>,
    Extension(user): Extension<User>,
    Path(id): Path<String>,
) -> Result<Json<Shown>, Problem> {
    table(&site, &user, &id, "at_risk.jsonl").await
}

async fn table(site: &Site, user: &User, id: &str, name: &'static str) -> Result<Json<Shown>, Problem> {
    let (_, tables) = tables_of(site, user, id).await?;
    read(move || cells::read(&tables.join(name))).await.map(Json)
}

/// Returns a run that is done, and the folder of its tables, which are made if they are not there.
async fn tables_of(site: &Site, user: &User, id: &str) -> Result<(Run, PathBuf), Problem> {
    let id = Id::read(id).ok_or_else(Problem::not_found)?;
    let (run, roster) = {
        let book = site.book();
        let run = book.run(&user.key(), &id).ok_or_else(Problem::not_found)?;
        let upload = book.upload(&user.key(), &run.upload).ok_or_else(Problem::not_found)?;
        if !run.is_here {
            return Err(if run.state.is_over() { Problem::gone() } else { Problem::not_found() });
        }
        (run.clone(), upload.name.clone())
    };
    let tables = on_demand::tables(site, &run, &roster).await?;
    Ok((run, tables))
}

/// Reads a table where waiting for the disk keeps nobody else waiting.
async fn read<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(read)) => Ok(read),
        _ => Err(Problem::gone()),
    }
}

/// Returns the words that were not understood, each with what was said of it, then those that were settled.
fn words(report: &Value, fixes: &Fixes) -> Vec<Value> {
    let open = report.get("to_settle").and_then(Value::as_array).cloned().unwrap_or_default();
    let open = open.into_iter().map(|mut word| {
        if let Some(fields) = word.as_object_mut() {
            fields.insert("means".to_owned(), Value::Null);
        }
        word
    });
    let settled = fixes.words.iter().map(|word| {
        let kind = match word.kind {
            Kind::Plan => "plan",
            Kind::Status => "status",
            Kind::Trial => "trial",
            Kind::Segment => "segment",
        };
        json!({
            "kind": kind, "as_written": word.as_written, "rows": null, "seats": null, "candidates": [],
            "means": word.means,
        })
    });
    open.chain(settled).collect()
}

/// Reads the table of lines: all of them are counted, and the first that are asked for are shown.
fn review(path: &FilePath, code: Option<&str>) -> io::Result<Review> {
    let mut review = Review::default();
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    cells::each(path, |line| {
        let line: Line = serde_json::from_slice(line.as_bytes())?;
        groups.entry(line.code.clone()).or_insert_with(|| Group::of(&line)).add(&line);
        if code.map_or(line.weight == NEEDS_REVIEW, |code| line.code == code) {
            review.rows_total += 1;
            if review.rows.len() < SHOWN {
                review.rows.push(line.into());
            }
        }
        Ok(())
    })?;
    review.groups = groups.into_values().collect();
    // What keeps rows from a verdict comes first, and of that what most rows have.
    review.groups.sort_by_key(|group| (group.weight != NEEDS_REVIEW, std::cmp::Reverse(group.rows)));
    Ok(review)
}

impl From<Line> for RowPart {
    fn from(line: Line) -> Self {
        let Line {
            source_row,
            tenant,
            name,
            plan,
            seats,
            segment_in_roster,
            status_in_roster,
            weight,
            problem,
            what_to_do,
            column,
            value,
            place,
            code,
        } = line;
        Self {
            source_row,
            tenant,
            name,
            plan,
            seats,
            segment_in_roster,
            status_in_roster,
            weight,
            problem,
            what_to_do,
            column,
            value,
            place,
            code,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_cell_of_the_roster_is_told_from_one_that_an_older_table_does_not_tell() {
        let line = |more: &str| {
            let needed = r#""Weight":"needs review","What is wrong":"wrong","Code":"code""#;
            let line: Line = serde_json::from_str(&format!("{{{needed}{more}}}")).unwrap();
            [line.seats, line.segment_in_roster, line.status_in_roster]
        };
        let (blank, hold) = (Some(String::new()), Some("Hold".to_owned()));
        let told = r#","Seats in roster":null,"Segment in roster":null,"Status in roster":"Hold""#;
        assert_eq!(line(told), [blank.clone(), blank, hold]);
        assert_eq!(line(""), [None, None, None]);
    }
}
