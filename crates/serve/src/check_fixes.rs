//! Fixes are held against the catalogue and the policy when they are given, not when a run has begun: one that nobody can
//! use is refused with its place, and never becomes part of a run.

use crate::body;
use crate::child::Ended;
use crate::failures;
use crate::fixes::Fixes;
use crate::folder::make_private;
use crate::id::Id;
use crate::problem::Problem;
use crate::site::Site;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::oneshot;

/// A roster with which nothing is wrong: what is wrong with a run of it is wrong with the fixes.
const ROSTER: &str = "Tenant,Plan,Paid seats\nContoso,SPE_E3,1\n";

/// What is asked for.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Asked {
    fixes: Fixes,
    policy: Option<String>,
}

/// Answers with nothing if a run could have the fixes.
pub(crate) async fn post(State(site): State<Arc<Site>>, body: Body) -> Result<StatusCode, Problem> {
    let Asked { fixes, policy } = body::json(body, site.options.limits.patience).await?;
    if site.policy(policy.as_deref()).is_none() {
        return Err(Problem::not_valid("there is no such policy"));
    }
    fixes.check()?;
    check(&site, &fixes, policy.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reads fixes as a run would do it.
///
/// # Errors
/// 422 with all that is wrong, each with the fix that it is about.
pub(crate) async fn check(site: &Site, fixes: &Fixes, policy: Option<&str>) -> Result<(), Problem> {
    if fixes.is_empty() {
        return Ok(());
    }
    let _permit = site.looking.acquire().await.map_err(|_| Problem::internal())?;
    let folder = Checked::begin(site, fixes)?;
    let path = |name: &str| folder.0.join(name).to_string_lossy().into_owned();
    let mut arguments = vec![
        "annotate".to_owned(),
        "--json".to_owned(),
        "--quiet".to_owned(),
        "--format=jsonl".to_owned(),
        format!("--overrides={}", path("overrides.csv")),
        format!("--output={}", path("rows.jsonl")),
        path("roster.csv"),
    ];
    arguments.extend(site.policy(policy).map(|policy| format!("--policy={}", policy.argument)));
    arguments.extend(site.flags_of_page());
    // Nothing but the end of the request stops it.
    let (_keep, stop) = oneshot::channel();
    match site.program.run(&arguments, &folder.0, site.room(), stop).await {
        Ok(Ended::Answered { code: Some(0 | 3), .. }) => Ok(()),
        Ok(Ended::Answered { code, mut answer }) => {
            name_the_fixes(fixes, answer.as_mut());
            Err(failures::problem(site, code, answer.as_ref()))
        }
        Ok(Ended::Stopped | Ended::TooLong) => Err(failures::too_long()),
        Err(_) => Err(Problem::internal()),
    }
}

/// Adds to what is wrong which fix it is about.
fn name_the_fixes(fixes: &Fixes, report: Option<&mut Value>) {
    let diagnostics = report.and_then(|report| report.pointer_mut("/error/diagnostics")?.as_array_mut());
    for diagnostic in diagnostics.into_iter().flatten() {
        let fix = diagnostic.get("line").and_then(Value::as_u64).and_then(|line| fixes.on_line(line));
        if let (Some(fields), Some(fix)) = (diagnostic.as_object_mut(), fix) {
            fields.insert("fix".to_owned(), fix);
        }
    }
}

/// The folder in which fixes are looked at; it goes with what is in it.
struct Checked(PathBuf);

impl Checked {
    fn begin(site: &Site, fixes: &Fixes) -> Result<Self, Problem> {
        let id = Id::new().map_err(|_| Problem::internal())?;
        let checked = Self(site.folder.upload(&id));
        let write = |folder: &Path| {
            make_private(folder)?;
            fs::write(folder.join("overrides.csv"), fixes.csv())?;
            fs::write(folder.join("roster.csv"), ROSTER)
        };
        write(&checked.0).map_err(|_| Problem::no_room())?;
        Ok(checked)
    }
}

impl Drop for Checked {
    fn drop(&mut self) {
        // What stays is removed at the end, or the next start.
        let _ = fs::remove_dir_all(&self.0);
    }
}
