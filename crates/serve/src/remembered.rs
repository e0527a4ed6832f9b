//! What is remembered for files with the same headings, as its user sees it: the list, and what is forgotten.

mod store;

pub use store::ForNight;
pub(crate) use store::{KnownBy, Remembered};

use crate::hash::is_shown;
use crate::id::Id;
use crate::problem::Problem;
use crate::site::{Site, User};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde_json::{Value, json};
use std::sync::Arc;

/// Answers with all that is remembered of the user.
pub(crate) async fn list(State(site): State<Arc<Site>>, Extension(user): Extension<User>) -> Json<Value> {
    Json(json!({ "remembered": site.remembered.all(&user.key()) }))
}

/// Forgets what is remembered for a row of headings: that of an upload, or one of the list.
pub(crate) async fn forget(
    State(site): State<Arc<Site>>,
    Extension(user): Extension<User>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let owner = user.key();
    let all = if is_shown(&id) {
        let is_known = site.remembered.all(&owner).iter().any(|entry| entry.id == id);
        if !is_known {
            return Err(Problem::not_found());
        }
        vec![id]
    } else {
        let id = Id::read(&id).ok_or_else(Problem::not_found)?;
        let book = site.book();
        let upload = book.upload(&owner, &id).ok_or_else(Problem::not_found)?;
        upload.keys().map(str::to_owned).collect()
    };
    forget_all_of(&site, &owner, &all)
}

/// Forgets all that is remembered of the user.
pub(crate) async fn forget_all(
    State(site): State<Arc<Site>>,
    Extension(user): Extension<User>,
) -> Result<StatusCode, Problem> {
    let owner = user.key();
    let all: Vec<String> = site.remembered.all(&owner).into_iter().map(|entry| entry.id).collect();
    forget_all_of(&site, &owner, &all)
}

fn forget_all_of(site: &Site, owner: &str, all: &[String]) -> Result<StatusCode, Problem> {
    for headings in all {
        site.remembered.forget(owner, headings).map_err(|_| Problem::internal())?;
    }
    Ok(StatusCode::NO_CONTENT)
}
