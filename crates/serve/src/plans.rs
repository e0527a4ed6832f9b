//! The plan catalogue, searched by a child process, so that this one does not hold it.

use crate::child::Ended;
use crate::problem::Problem;
use crate::site::Site;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::oneshot;

/// Characters of a search, at most.
const LIMIT_CHARACTERS: usize = 200;
/// Plans that are shown.
const SHOWN: usize = 20;
/// Plans that are found, of which the first ones are shown.
const FOUND: usize = 200;

/// What is searched for.
#[derive(Default, Deserialize)]
pub(crate) struct Search {
    q: Option<String>,
}

/// Answers with the plans that have the words.
pub(crate) async fn get(
    State(site): State<Arc<Site>>,
    query: Result<Query<Search>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let words = query.ok().and_then(|Query(search)| search.q).unwrap_or_default();
    if words.contains('\0') || words.chars().nth(LIMIT_CHARACTERS).is_some() {
        return Err(Problem::not_valid("the search is too long"));
    }
    let _permit = site.looking.acquire().await.map_err(|_| Problem::internal())?;
    let mut arguments = vec!["plans".to_owned(), "--json".to_owned(), format!("--limit={FOUND}")];
    arguments
        .extend(site.options.catalogues.iter().map(|path| format!("--catalogue={}", path.to_string_lossy())));
    arguments.push("--".to_owned());
    arguments.extend(words.split_whitespace().map(str::to_owned));
    let (_keep, stop) = oneshot::channel();
    match site.program.run(&arguments, &std::env::temp_dir(), 0, stop).await {
        Ok(Ended::Answered { code: Some(0), answer: Some(plans) }) => {
            Ok(Json(json!({ "plans": in_order(plans, &words) })))
        }
        _ => Err(Problem::internal()),
    }
}

/// Returns the plans that are shown, each name once: those first whose names have the words, and of these the shortest, which
/// have least beside them.
fn in_order(plans: Value, words: &str) -> Vec<Value> {
    let Value::Array(mut plans) = plans else { return Vec::new() };
    let name = |plan: &Value| plan.get("name").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    plans.sort_by_cached_key(|plan| {
        let name = name(plan);
        let has_all = words.iter().all(|word| name.contains(word));
        (!has_all, if has_all { name.chars().count() } else { 0 })
    });
    let mut seen = HashSet::new();
    plans.retain(|plan| seen.insert(name(plan)));
    plans.truncate(SHOWN);
    plans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_that_is_called_so_comes_first_and_each_name_once() {
        let plans = json!([
            {"name": "Agent 365"},
            {"name": "Microsoft 365 Copilot for Sales"},
            {"name": "Microsoft 365 Copilot"},
            {"name": "Microsoft 365 copilot"},
        ]);
        let shown = in_order(plans, "copilot 365");
        let names: Vec<&str> = shown.iter().filter_map(|plan| plan["name"].as_str()).collect();
        assert_eq!(names, ["Microsoft 365 Copilot", "Microsoft 365 Copilot for Sales", "Agent 365"]);
    }
}
