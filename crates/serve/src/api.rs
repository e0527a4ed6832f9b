//! What the page asks first, and what ends a session.

use crate::PROGRAM;
use crate::notice::Notice;
use crate::options::Access;
use crate::problem::Problem;
use crate::site::{Site, User};
use crate::uploads::remove_files;
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde_json::{Value, json};
use std::sync::Arc;

/// Says what the server is, and what it takes.
pub(crate) async fn get(State(site): State<Arc<Site>>, Extension(user): Extension<User>) -> Json<Value> {
    let limits = &site.options.limits;
    let policies = site.policies.iter().enumerate().map(|(place, policy)| {
        json!({
            "name": policy.name,
            "title": policy.title,
            "effective": policy.effective,
            "is_default": place == 0,
        })
    });
    let hours = limits.keep.as_secs_f64() / 3_600.0;
    Json(json!({
        "program": PROGRAM,
        "policies": policies.collect::<Vec<_>>(),
        "limits": { "upload_bytes": limits.upload_bytes, "kept_hours": hours },
        "user": user.name,
        "may_log_out": matches!(site.options.access, Access::Token),
        "keeps_history": site.folder.history().is_some(),
    }))
}

/// Deletes the files of the user, and ends the session; a new address is told where the first one was.
pub(crate) async fn log_out(
    State(site): State<Arc<Site>>,
    Extension(user): Extension<User>,
) -> Result<StatusCode, Problem> {
    let key = user.key();
    let here = site.book().here(|upload| upload.owner == key);
    for upload in &here {
        remove_files(&site, upload).await?;
    }
    if matches!(site.options.access, Access::Token) {
        site.sessions.close();
        let token = site.sessions.token().map_err(|_| Problem::internal())?;
        site.tell(Notice::Address(&format!("{}/?token={token}", site.address())));
    }
    site.log(&format!("log-out: the files of {} uploads deleted", here.len()));
    Ok(StatusCode::NO_CONTENT)
}
