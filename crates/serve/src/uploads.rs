//! Uploads: one comes in, is looked at, and can be deleted.

use crate::book::{Line, Upload};
use crate::clock;
use crate::fixes::{Fixes, Word};
use crate::history;
use crate::id::Id;
use crate::previews;
use crate::problem::Problem;
use crate::receive;
use crate::roster_name;
use crate::settings::Settings;
use crate::site::{Site, User};
use crate::verdict::words::grouped;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};
use tokio::fs;

/// Seconds after which an upload may be tried again that came while there were too many.
const RETRY_SECONDS: u32 = 5;

/// What is said of an upload in its address.
#[derive(Default, Deserialize)]
pub(crate) struct Said {
    name: Option<String>,
    /// When the file was last changed, in milliseconds since 1970-01-01 00:00 UTC, as a browser tells it.
    modified: Option<u64>,
}

/// Takes an upload.
pub(crate) async fn post(
    State(site): State<Arc<Site>>,
    Extension(user): Extension<User>,
    query: Result<Query<Said>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let Ok(Query(said)) = query else { return Err(Problem::not_valid("the address is not valid").last()) };
    let Ok(_permit) = Arc::clone(&site.uploading).try_acquire_owned() else { return Err(busy()) };
    let id = Id::new().map_err(|_| Problem::internal())?;
    let unfinished = Unfinished::begin(site.folder.upload(&id)).await?;
    let roster = site.folder.roster(&id);
    let bytes = receive::receive(&site, &headers, body, &roster).await?;
    dated(&roster, said.modified).await?;
    let upload = Upload {
        id: id.clone(),
        owner: user.key(),
        name: roster_name::cleaned(said.name.as_deref().unwrap_or_default()),
        bytes,
        uploaded: clock::now(),
        is_here: true,
        headings: None,
        headings_found: None,
        settings: Settings::default(),
        fixes: Fixes::default(),
        seen: None,
    };
    if !site.journal.write(&Line::Upload(Box::new(upload.clone()))).await {
        return Err(Problem::no_room());
    }
    site.book().put_upload(upload);
    unfinished.keep();
    site.log(&format!("upload {}: {} bytes", id.short(), grouped(bytes)));
    // What cannot be understood yet is told when a preview is asked for.
    if previews::look(&site, &user, &id, &Settings::default()).await.is_ok() {
        recall(&site, &user, &id).await;
    }
    site.has_changed();
    let shown = history::upload(&site, &user, &id).ok_or_else(Problem::not_found)?;
    Ok((StatusCode::CREATED, Json(shown)).into_response())
}

/// Gives an upload the settings and fixes that are remembered for its headings.
async fn recall(site: &Site, user: &User, id: &Id) {
    let headings = || site.book().upload(&user.key(), id).and_then(|upload| upload.headings.clone());
    let Some(found) = headings() else { return };
    let settings = site.remembered.find(&user.key(), &found).settings.unwrap_or_default();
    // Another sheet or row has other headings, and fixes are kept by them.
    let is_read_otherwise = settings.of_preview() != Settings::default();
    if is_read_otherwise && previews::look(site, user, id, &settings).await.is_err() {
        return;
    }
    let fixes = headings().and_then(|headings| site.remembered.find(&user.key(), &headings).fixes);
    let mut fixes = fixes.unwrap_or_default();
    let is_known = |word: &Word| fixes.words.iter().any(|known| known.as_written == word.as_written);
    let others: Vec<Word> =
        site.remembered.plans(&user.key()).into_iter().filter(|word| !is_known(word)).collect();
    fixes.words.extend(others);
    let changed = {
        let mut book = site.book();
        let Some(upload) = book.upload_mut(id) else { return };
        upload.settings = settings;
        upload.fixes = fixes;
        upload.clone()
    };
    // At the worst, what is remembered is looked for once more.
    site.journal.write(&Line::Upload(Box::new(changed))).await;
}

/// Lists the uploads of the user.
pub(crate) async fn list(State(site): State<Arc<Site>>, Extension(user): Extension<User>) -> Json<Value> {
    Json(json!({ "uploads": history::uploads(&site, &user) }))
}

/// Shows an upload.
pub(crate) async fn get(
    State(site): State<Arc<Site>>,
    Extension(user): Extension<User>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let id = Id::read(&id).ok_or_else(Problem::not_found)?;
    history::upload(&site, &user, &id).map(Json).ok_or_else(Problem::not_found)
}

/// Deletes an upload: its files, its runs and its line of the history.
pub(crate) async fn delete(
    State(site): State<Arc<Site>>,
    Extension(user): Extension<User>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = Id::read(&id).ok_or_else(Problem::not_found)?;
    if site.book().upload(&user.key(), &id).is_none() {
        return Err(Problem::not_found());
    }
    remove_files(&site, &id).await?;
    site.book().remove_upload(&id);
    site.journal.write(&Line::Gone(id.clone())).await;
    site.has_changed();
    site.log(&format!("upload {}: deleted", id.short()));
    Ok(StatusCode::NO_CONTENT)
}

/// Ends the runs of an upload and removes its files; its line stays.
///
/// # Errors
/// If they cannot be removed.
pub(crate) async fn remove_files(site: &Site, id: &Id) -> Result<(), Problem> {
    let runs: Vec<Id> = site.book().runs(id).into_iter().map(|run| run.id.clone()).collect();
    for run in &runs {
        crate::runs::cancel(site, run).await;
    }
    removed(&site.folder.upload(id)).await?;
    let changed = {
        let mut book = site.book();
        for run in runs {
            if let Some(run) = book.run_mut(&run) {
                (run.is_here, run.bytes) = (false, 0);
            }
        }
        book.upload_mut(id).map(|upload| {
            (upload.is_here, upload.seen) = (false, None);
            upload.clone()
        })
    };
    if let Some(upload) = changed {
        site.journal.write(&Line::Upload(Box::new(upload))).await;
    }
    site.has_changed();
    Ok(())
}

pub(crate) async fn removed(folder: &FilePath) -> Result<(), Problem> {
    match fs::remove_dir_all(folder).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Problem::internal()),
        _ => Ok(()),
    }
}

/// Gives the file the date that it has on the user's machine, since a roster may be of that day.
async fn dated(roster: &FilePath, modified: Option<u64>) -> Result<(), Problem> {
    let Some(modified) = modified else { return Ok(()) };
    let file = fs::File::options().write(true).open(roster).await.map_err(|_| Problem::internal())?;
    let moment = UNIX_EPOCH.checked_add(Duration::from_millis(modified));
    let moment = moment.ok_or_else(|| Problem::not_valid("`modified` is no moment"))?;
    file.into_std().await.set_modified(moment).map_err(|_| Problem::not_valid("`modified` is no moment"))
}

fn busy() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "busy",
        "too many files are being uploaded at this moment",
        "try again in a few seconds",
    )
    .retry_after(RETRY_SECONDS)
    .last()
}

/// The folder of an upload that is not whole yet: it goes if the upload breaks off.
struct Unfinished {
    folder: Option<PathBuf>,
}

impl Unfinished {
    async fn begin(folder: PathBuf) -> Result<Self, Problem> {
        let made = folder.clone();
        let made = tokio::task::spawn_blocking(move || crate::folder::make_private(&made)).await;
        match made {
            Ok(Ok(())) => Ok(Self { folder: Some(folder) }),
            _ => Err(Problem::internal().last()),
        }
    }

    fn keep(mut self) {
        self.folder = None;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(folder) = self.folder.take() {
            // What stays is removed at the end, or the next start.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}
