//! What is to be reviewed of a run, grouped by what to do.

use super::id::Id;
use super::problem::Problem;
use super::site::{Site, User};
use super::work::REPORT;
use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde_json::{Value, json};
use std::sync::Arc;

/// Answers with the words that were not understood.
pub(super) async fn get(
    State(site): State<Arc<Site>>,
    Extension(user): Extension<User>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let id = Id::read(&id).ok_or_else(Problem::not_found)?;
    let path = {
        let book = site.book();
        let run = book.run(&user.key(), &id).ok_or_else(Problem::not_found)?;
        if !run.is_here {
            return Err(if run.state.is_over() { Problem::gone() } else { Problem::not_found() });
        }
        site.folder.run(&run.upload, &id)
    };
    let report = tokio::fs::read(path.join(REPORT)).await.map_err(|_| Problem::gone())?;
    let report: Value = serde_json::from_slice(&report).map_err(|_| Problem::internal())?;
    Ok(Json(json!({ "words": report.get("to_settle").cloned().unwrap_or_else(|| json!([])) })))
}
