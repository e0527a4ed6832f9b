//! Uploads and runs as the API shows them.

use crate::book::{Run, State, Upload};
use crate::clock;
use crate::downloads;
use crate::id::Id;
use crate::site::{Site, User};
use crate::work::REPORT;
use serde_json::{Value, json};

/// Returns the uploads of a user, newest first.
pub(crate) fn uploads(site: &Site, user: &User) -> Vec<Value> {
    let book = site.book();
    let key = user.key();
    book.uploads(&key)
        .into_iter()
        .map(|upload| {
            let runs = book.runs(&upload.id);
            upload_part(
                site,
                upload,
                &runs.into_iter().map(|run| run_part(site, run, upload)).collect::<Vec<_>>(),
            )
        })
        .collect()
}

/// Returns an upload of a user.
pub(crate) fn upload(site: &Site, user: &User, id: &Id) -> Option<Value> {
    let book = site.book();
    let upload = book.upload(&user.key(), id)?;
    let runs: Vec<Value> = book.runs(id).into_iter().map(|run| run_part(site, run, upload)).collect();
    Some(upload_part(site, upload, &runs))
}

/// Returns a run of a user, without its result.
pub(crate) fn run(site: &Site, user: &User, id: &Id) -> Option<Value> {
    let book = site.book();
    let run = book.run(&user.key(), id)?;
    let upload = book.upload(&user.key(), &run.upload)?;
    Some(run_part(site, run, upload))
}

/// Returns a run of a user, with its result if it is done.
pub(crate) async fn run_with_result(site: &Site, user: &User, id: &Id) -> Option<Value> {
    let (mut shown, path, short) = {
        let book = site.book();
        let run = book.run(&user.key(), id)?;
        let upload = book.upload(&user.key(), &run.upload)?;
        let path = run.is_here.then(|| site.folder.run(&run.upload, id).join(REPORT));
        (run_part(site, run, upload), path, run.report.clone())
    };
    let whole = match path {
        Some(path) => tokio::fs::read(path).await.ok(),
        None => None,
    };
    let report = whole.and_then(|text| serde_json::from_slice(&text).ok()).or(short);
    if let Some(fields) = shown.as_object_mut() {
        fields.insert("report".to_owned(), report.unwrap_or(Value::Null));
    }
    Some(shown)
}

fn upload_part(site: &Site, upload: &Upload, runs: &[Value]) -> Value {
    json!({
        "id": upload.id,
        "name": upload.name,
        "bytes": upload.bytes,
        "uploaded": clock::written(upload.uploaded),
        "files": if upload.is_here { "here" } else { "deleted" },
        "runs": runs,
        "settings": upload.settings,
        "fixes": upload.fixes,
        "remembered": site.remembered.has_settings(upload),
    })
}

fn run_part(site: &Site, run: &Run, upload: &Upload) -> Value {
    let said = |key: &str| run.report.as_ref().and_then(|report| report.get(key)).cloned();
    let files: Vec<Value> = if run.state == State::Done && run.is_here {
        downloads::offered(site, run, &upload.name)
    } else {
        Vec::new()
    };
    json!({
        "id": run.id,
        "upload": run.upload,
        "state": run.state,
        "place": site.queue.place(&run.id),
        "asked": clock::written(run.asked),
        "started": run.started.map(clock::written),
        "seconds": run.seconds,
        "policy": run.policy,
        "settings": run.settings,
        "fixes": run.fixes,
        "since": run.since,
        "exit_code": run.exit_code,
        "error": run.error,
        "totals": run.report.as_ref().map(totals),
        "sentence": said("sentence").unwrap_or(Value::Null),
        "checks": said("checks").unwrap_or_else(|| json!([])),
        "files": files,
    })
}

/// Returns what a line of the history shows of a result.
fn totals(report: &Value) -> Value {
    let at = |path: &str| report.pointer(path).cloned().unwrap_or(Value::Null);
    json!({
        "rows": at("/rows/read"),
        "needs_review": at("/rows/needs_review"),
        "customers": at("/customers/customers"),
        "paid_seats": at("/customers/paid_seats"),
        "tiers": if report.get("customers").is_some_and(Value::is_object) { at("/customers/tiers") } else { at("/rows/tiers") },
    })
}
