//! What a run hands out: the workbook, and what is made of the same roster when somebody asks for it.

use crate::attachment;
use crate::book::{Output, Run};
use crate::id::Id;
use crate::on_demand;
use crate::problem::Problem;
use crate::roster_name;
use crate::site::{Site, User};
use crate::work::{OVERRIDES, WORKBOOK};
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::fs::File;
use tokio_util::io::ReaderStream;

/// Bytes of a download in memory.
const BUFFER_BYTES: usize = 64 * 1024;

/// A kind of file: its word in the address, the end of its name, its type.
type Kind = (&'static str, &'static str, &'static str);

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const ZIP: &str = "application/zip";

/// All kinds.
pub(crate) const KINDS: [Kind; 9] = [
    ("workbook", "xlsx", XLSX),
    ("csv", "csv", "text/csv; charset=utf-8"),
    ("jsonl", "jsonl", "application/x-ndjson"),
    ("parquet", "parquet", "application/vnd.apache.parquet"),
    ("tables-csv.zip", "tables.zip", ZIP),
    ("split-tier.zip", "tier.zip", ZIP),
    ("split-segment.zip", "segment.zip", ZIP),
    ("split-owner.zip", "owner.zip", ZIP),
    ("overrides.csv", "", "text/csv; charset=utf-8"),
];

/// Returns the file of a kind, as the run has it or would have it; `None` = it has none of that kind.
pub(crate) fn output(site: &Site, run: &Run, roster: &str, kind: &str) -> Option<(Output, &'static str)> {
    let (kind, end, media) = KINDS.into_iter().find(|(known, ..)| *known == kind)?;
    let folder = site.folder.run(&run.upload, &run.id);
    let has_owner =
        || run.report.as_ref().is_some_and(|report| report.pointer("/input/columns/owner").is_some());
    let (name, file) = match kind {
        "workbook" => (roster_name::output(roster, end), WORKBOOK.to_owned()),
        // As the workbook calls it.
        OVERRIDES if run.fixes.is_empty() => return None,
        OVERRIDES => (OVERRIDES.to_owned(), OVERRIDES.to_owned()),
        "split-owner.zip" if !has_owner() => return None,
        _ => (roster_name::output(roster, end), format!("made-{kind}")),
    };
    Some((Output { kind, name, path: folder.join(file) }, media))
}

/// Returns what a run offers.
pub(crate) fn offered(site: &Site, run: &Run, roster: &str) -> Vec<Value> {
    let part = |(kind, ..): &Kind| {
        let (output, _) = output(site, run, roster, kind)?;
        let bytes = std::fs::metadata(&output.path).ok().map(|metadata| metadata.len());
        Some(json!({ "kind": output.kind, "name": output.name, "bytes": bytes, "ready": bytes.is_some() }))
    };
    KINDS.iter().filter_map(part).collect()
}

/// Hands out a file; one that is not there yet is made while the request waits.
pub(crate) async fn get(
    State(site): State<Arc<Site>>,
    Extension(user): Extension<User>,
    Path((id, kind)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = Id::read(&id).ok_or_else(Problem::not_found)?;
    let (run, roster) = {
        let book = site.book();
        let run = book.run(&user.key(), &id).ok_or_else(Problem::not_found)?;
        let upload = book.upload(&user.key(), &run.upload).ok_or_else(Problem::not_found)?;
        (run.clone(), upload.name.clone())
    };
    let (output, media) = output(&site, &run, &roster, &kind).ok_or_else(Problem::not_found)?;
    if !run.is_here {
        return Err(if run.state.is_over() { Problem::gone() } else { Problem::not_found() });
    }
    if !output.path.is_file() {
        on_demand::make(&site, &run, &roster, &output).await?;
    }
    answer(&output, media).await
}

async fn answer(output: &Output, media: &'static str) -> Result<Response, Problem> {
    let file = File::open(&output.path).await.map_err(|_| Problem::gone())?;
    let bytes = file.metadata().await.map_err(|_| Problem::internal())?.len();
    let mut response = Response::new(Body::from_stream(ReaderStream::with_capacity(file, BUFFER_BYTES)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes));
    let named = HeaderValue::from_str(&attachment::named(&output.name)).map_err(|_| Problem::internal())?;
    headers.insert(header::CONTENT_DISPOSITION, named);
    Ok(response)
}
