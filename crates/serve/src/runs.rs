//! Runs: one is asked for, watched, cancelled, deleted.

use crate::body;
use crate::book::{Line, Run, SinceRun, State as RunState, Upload};
use crate::check_fixes;
use crate::clock;
use crate::fixes::Fixes;
use crate::history;
use crate::id::Id;
use crate::problem::Problem;
use crate::settings::Settings;
use crate::site::{Site, User};
use crate::uploads::removed;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Seconds that a request waits for a change, at most.
const LIMIT_WAIT: u64 = 25;
/// How long whoever cancels waits for the end.
const LIMIT_CANCEL: Duration = Duration::from_secs(5);
/// Seconds after which a run may be asked for again that found the queue full.
const RETRY_SECONDS: u32 = 10;

/// What the earlier run is, where the server is to choose.
const LAST: &str = "last";

/// What is asked for.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Asked {
    settings: Settings,
    /// `None` = what is remembered.
    fixes: Option<Fixes>,
    since: Option<String>,
}

/// Puts a run into the queue.
pub(crate) async fn post(
    State(site): State<Arc<Site>>,
    Extension(user): Extension<User>,
    Path(upload): Path<String>,
    body: Body,
) -> Result<Response, Problem> {
    let Asked { settings, fixes, since } = body::json(body, site.options.limits.patience).await?;
    settings.check(&site)?;
    fixes.as_ref().map_or(Ok(()), Fixes::check)?;
    site.check_room(0)?;
    let upload = Id::read(&upload).ok_or_else(Problem::not_found)?;
    if let Some(fixes) = fixes.as_ref().filter(|fixes| are_new(&site, &user, &upload, fixes)) {
        check_fixes::check(&site, fixes, settings.policy.as_deref()).await?;
    }
    let run = {
        let book = site.book();
        let upload = book.upload(&user.key(), &upload).ok_or_else(Problem::not_found)?;
        if !upload.is_here {
            return Err(Problem::gone());
        }
        let since = since.as_deref().map(|since| earlier(&book, upload, since)).transpose()?.flatten();
        Run {
            id: Id::new().map_err(|_| Problem::internal())?,
            upload: upload.id.clone(),
            owner: upload.owner.clone(),
            state: RunState::Queued,
            asked: clock::now(),
            started: None,
            seconds: None,
            policy: site
                .policy(settings.policy.as_deref())
                .map(|policy| policy.name.clone())
                .unwrap_or_default(),
            settings: confirmed(upload, settings),
            fixes: fixes.unwrap_or_else(|| upload.fixes.clone()),
            since,
            exit_code: None,
            error: None,
            report: None,
            bytes: 0,
            is_here: false,
        }
    };
    let id = run.id.clone();
    site.book().put_run(run);
    if !site.queue.push(id.clone(), site.options.limits.queue) {
        site.book().remove_run(&id);
        return Err(full());
    }
    site.has_changed();
    let shown = history::run(&site, &user, &id).ok_or_else(Problem::not_found)?;
    Ok((StatusCode::ACCEPTED, Json(shown)).into_response())
}

/// Returns whether fixes are other ones than those that a run of the upload had, which were looked at before it.
fn are_new(site: &Site, user: &User, upload: &Id, fixes: &Fixes) -> bool {
    let book = site.book();
    book.upload(&user.key(), upload).is_some_and(|upload| upload.fixes != *fixes)
}

/// Returns the settings with what a person saw in the preview and did not correct: by asking for the run it is confirmed.
fn confirmed(upload: &Upload, mut settings: Settings) -> Settings {
    let Some(seen) = upload.seen.as_ref().filter(|seen| seen.settings == settings.of_preview()) else {
        return settings;
    };
    for (field, column) in &seen.guesses {
        settings.map.entry(field.clone()).or_insert_with(|| format!("#{column}"));
    }
    if settings.sheet.is_none() {
        settings.sheet.clone_from(&seen.sheet);
    }
    settings
}

/// Returns the run that another one is to be compared with; `None` = there is none to choose.
fn earlier(book: &crate::book::Book, upload: &Upload, since: &str) -> Result<Option<SinceRun>, Problem> {
    let (run, is_choice) = match since {
        LAST => (book.last_like(upload), true),
        id => {
            let run = Id::read(id).and_then(|id| book.run(&upload.owner, &id));
            let run = run.filter(|run| run.state == RunState::Done);
            (Some(run.ok_or_else(|| Problem::not_valid("there is no such run to compare with"))?), false)
        }
    };
    Ok(run.and_then(|run| {
        let name = book.upload(&upload.owner, &run.upload)?.name.clone();
        Some(SinceRun { run: run.id.clone(), upload: run.upload.clone(), name, is_choice })
    }))
}

/// How long to wait.
#[derive(Default, Deserialize)]
pub(crate) struct Wait {
    wait: Option<u64>,
}

/// Shows a run; with `wait`, once its state or its place has changed, or so many seconds are over.
pub(crate) async fn get(
    State(site): State<Arc<Site>>,
    Extension(user): Extension<User>,
    Path(id): Path<String>,
    query: Result<Query<Wait>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let id = Id::read(&id).ok_or_else(Problem::not_found)?;
    let wait = query.ok().and_then(|Query(wait)| wait.wait).unwrap_or(0).min(LIMIT_WAIT);
    let until = Instant::now() + Duration::from_secs(wait);
    let mut changes = site.changed.subscribe();
    let began = standing(&site, &user, &id).ok_or_else(Problem::not_found)?;
    while wait > 0 && !began.0.is_over() && standing(&site, &user, &id).as_ref() == Some(&began) {
        let Ok(Ok(())) = timeout_at(until, changes.changed()).await else { break };
    }
    history::run_with_result(&site, &user, &id).await.map(Json).ok_or_else(Problem::not_found)
}

fn standing(site: &Site, user: &User, id: &Id) -> Option<(RunState, Option<usize>)> {
    let state = site.book().run(&user.key(), id)?.state;
    Some((state, site.queue.place(id)))
}

/// Cancels a run that is not over; deletes the files and the line of one that is.
pub(crate) async fn delete(
    State(site): State<Arc<Site>>,
    Extension(user): Extension<User>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = Id::read(&id).ok_or_else(Problem::not_found)?;
    let (upload, is_over) = {
        let book = site.book();
        let run = book.run(&user.key(), &id).ok_or_else(Problem::not_found)?;
        (run.upload.clone(), run.state.is_over())
    };
    if !is_over {
        cancel(&site, &id).await;
        return Ok(StatusCode::NO_CONTENT);
    }
    removed(&site.folder.run(&upload, &id)).await?;
    site.book().remove_run(&id);
    site.journal.write(&Line::Without(id)).await;
    site.has_changed();
    Ok(StatusCode::NO_CONTENT)
}

/// Cancels a run, and waits until nothing of it runs any more.
pub(crate) async fn cancel(site: &Site, id: &Id) {
    let mut changes = site.changed.subscribe();
    if site.queue.cancel(id) {
        let cancelled = site.book().run_mut(id).map(|run| {
            run.state = RunState::Cancelled;
            run.clone()
        });
        if let Some(run) = cancelled {
            site.journal.write(&Line::Run(Box::new(run))).await;
        }
        site.has_changed();
    }
    let until = Instant::now() + LIMIT_CANCEL;
    let is_over = || site.book().run_mut(id).is_none_or(|run| run.state.is_over());
    while !is_over() {
        let Ok(Ok(())) = timeout_at(until, changes.changed()).await else { break };
    }
}

fn full() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "queue-full",
        "too many runs are waiting at this moment",
        "try again in a minute",
    )
    .retry_after(RETRY_SECONDS)
}
