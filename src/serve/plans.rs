//! The plan catalogue, searched by a child process, so that this one does not hold it.

use super::child::Ended;
use super::problem::Problem;
use super::site::Site;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::oneshot;

/// Characters of a search, at most.
const LIMIT_CHARACTERS: usize = 200;
/// Plans that are shown.
const SHOWN: usize = 20;

/// What is searched for.
#[derive(Default, Deserialize)]
pub(super) struct Search {
    q: Option<String>,
}

/// Answers with the plans that have the words.
pub(super) async fn get(
    State(site): State<Arc<Site>>,
    query: Result<Query<Search>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let words = query.ok().and_then(|Query(search)| search.q).unwrap_or_default();
    if words.contains('\0') || words.chars().nth(LIMIT_CHARACTERS).is_some() {
        return Err(Problem::not_valid("the search is too long"));
    }
    let _permit = site.looking.acquire().await.map_err(|_| Problem::internal())?;
    let mut arguments = vec!["plans".to_owned(), "--json".to_owned(), format!("--limit={SHOWN}")];
    arguments
        .extend(site.options.catalogues.iter().map(|path| format!("--catalogue={}", path.to_string_lossy())));
    arguments.push("--".to_owned());
    arguments.extend(words.split_whitespace().map(str::to_owned));
    let (_keep, stop) = oneshot::channel();
    match site.program.run(&arguments, &std::env::temp_dir(), 0, stop).await {
        Ok(Ended::Answered { code: Some(0), answer: Some(plans) }) => Ok(Json(json!({ "plans": plans }))),
        _ => Err(Problem::internal()),
    }
}
