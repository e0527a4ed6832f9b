//! How a roster is understood, as a child process sees it in its first rows.

use crate::body;
use crate::book::{Seen, Upload};
use crate::child::Ended;
use crate::failures;
use crate::id::Id;
use crate::key;
use crate::problem::Problem;
use crate::settings::Settings;
use crate::site::{Site, User};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::oneshot;

/// What is asked for.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Asked {
    settings: Settings,
}

/// Answers with the preview.
pub(crate) async fn post(
    State(site): State<Arc<Site>>,
    Extension(user): Extension<User>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Json<Value>, Problem> {
    let Asked { settings } = body::json(body, site.options.limits.patience).await?;
    settings.check(&site)?;
    let id = Id::read(&id).ok_or_else(Problem::not_found)?;
    let mut answer = look(&site, &user, &id, &settings).await?;
    let is_remembered =
        site.book().upload(&user.key(), &id).is_some_and(|upload| site.remembered.has_settings(upload));
    if let Some(answer) = answer.as_object_mut() {
        answer.insert("remembered".to_owned(), Value::Bool(is_remembered));
    }
    Ok(Json(answer))
}

/// Looks at the first rows of an upload, unless they were looked at just so before.
///
/// # Errors
/// 404, 410; 422 with what is wrong, if it cannot be read.
pub(crate) async fn look(site: &Site, user: &User, id: &Id, settings: &Settings) -> Result<Value, Problem> {
    let settings = settings.of_preview();
    let name = {
        let book = site.book();
        let upload = book.upload(&user.key(), id).ok_or_else(Problem::not_found)?;
        if !upload.is_here {
            return Err(Problem::gone());
        }
        if let Some(seen) = upload.seen.as_ref().filter(|seen| seen.settings == settings) {
            return seen.answer.clone();
        }
        upload.name.clone()
    };
    let answer = asked(site, id, &name, &settings).await?;
    if let Some(upload) = site.book().upload_mut(id) {
        if let Ok(answer) = &answer {
            take_headings(upload, key_of(answer), settings == Settings::default());
        }
        upload.seen = Some(seen(settings, &answer));
    }
    answer
}

/// Returns what stands for the headings that a preview shows.
fn key_of(answer: &Value) -> String {
    let headings = answer.get("headings").and_then(Value::as_array);
    let named =
        |heading: &Value| heading.get("heading").and_then(Value::as_str).unwrap_or_default().to_owned();
    let headings: Vec<String> = headings.into_iter().flatten().map(named).collect();
    key::of_headings(headings.iter().map(String::as_str))
}

/// Notes the headings; those before are kept if they were found without any settings.
fn take_headings(upload: &mut Upload, headings: String, is_found: bool) {
    if is_found {
        upload.headings_found = None;
    } else if upload.headings_found.is_none() {
        upload.headings_found = upload.headings.take();
    }
    if upload.headings_found.as_ref() == Some(&headings) {
        upload.headings_found = None;
    }
    upload.headings = Some(headings);
}

/// Asks a child process. What is wrong with the file is an answer, too: it is the same whenever it is asked for.
///
/// # Errors
/// What may be otherwise the next time.
async fn asked(
    site: &Site,
    id: &Id,
    name: &str,
    settings: &Settings,
) -> Result<Result<Value, Problem>, Problem> {
    let _permit = site.looking.acquire().await.map_err(|_| Problem::internal())?;
    let mut arguments = vec![
        "preview".to_owned(),
        "--json".to_owned(),
        format!("--called={name}"),
        site.folder.roster(id).to_string_lossy().into_owned(),
    ];
    arguments.extend(settings.flags_of_reading());
    arguments.extend(site.flags_of_page());
    // Nothing but the end of the request stops it.
    let (_keep, stop) = oneshot::channel();
    let ended = site.program.run(&arguments, &site.folder.upload(id), 0, stop).await;
    match ended.map_err(|_| Problem::internal())? {
        Ended::Answered { code: Some(0), answer: Some(answer) } => Ok(Ok(answer)),
        Ended::Answered { code, answer } => {
            let problem = failures::problem(site, code, answer.as_ref());
            if failures::is_of_the_file(code) { Ok(Err(problem)) } else { Err(problem) }
        }
        Ended::Stopped | Ended::TooLong => Err(failures::too_long()),
    }
}

/// Returns what a person sees in it.
fn seen(settings: Settings, answer: &Result<Value, Problem>) -> Seen {
    let kept = answer.clone();
    let answer = answer.as_ref().unwrap_or(&Value::Null);
    let fields = answer.get("fields").and_then(Value::as_array);
    let guess = |field: &Value| {
        let is_guess = field.get("is_certain").and_then(Value::as_bool) == Some(false);
        let name = field.get("field").and_then(Value::as_str).filter(|_| is_guess)?;
        Some((name.to_owned(), field.get("column").and_then(Value::as_u64)?))
    };
    let is_certain = answer.get("is_certain").and_then(Value::as_bool) == Some(true);
    let sheet = answer.pointer("/input/sheet").and_then(Value::as_str).map(str::to_owned);
    Seen {
        settings,
        guesses: fields.into_iter().flatten().filter_map(guess).collect(),
        // Where all is certain, the sheet is, too.
        sheet: if is_certain { None } else { sheet },
        answer: kept,
    }
}
