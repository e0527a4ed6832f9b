//! The page itself, as it is in the program.

use super::problem::Problem;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

/// A file of the page: its address, its type, its text.
type Asset = (&'static str, &'static str, &'static str);

const HTML: &str = "text/html; charset=utf-8";

/// The files of the page, by their addresses without the first slash.
const ASSETS: [Asset; 1] = [("", HTML, include_str!("page/index.html"))];

/// Answers with the page.
pub(super) async fn page() -> Result<Response, Problem> {
    found("")
}

/// Answers with a file of the page.
pub(super) async fn asset(Path(path): Path<String>) -> Result<Response, Problem> {
    if path.is_empty() { Err(Problem::not_found()) } else { found(&path) }
}

fn found(path: &str) -> Result<Response, Problem> {
    let found = ASSETS.iter().find(|(known, ..)| *known == path);
    let (_, media, text) = found.ok_or_else(Problem::not_found)?;
    Ok(([(header::CONTENT_TYPE, *media)], *text).into_response())
}
