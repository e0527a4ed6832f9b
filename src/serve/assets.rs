//! The page itself, as it is in the program: plain HTML, CSS and modules, with nothing to build.

use super::problem::Problem;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

/// A file of the page: its path below `/page/`, its type, its text.
type Asset = (&'static str, &'static str, &'static str);

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const DRAWING: &str = "image/svg+xml";

const INDEX: &str = include_str!("page/index.html");

/// Makes the list of files that are in the folder `page`.
macro_rules! assets {
    ($($media:ident $path:literal,)*) => {
        &[$(($path, $media, include_str!(concat!("page/", $path)))),*]
    };
}

/// The files of the page but for its HTML.
const ASSETS: &[Asset] = assets! {
    SCRIPT "announce.js",
    SCRIPT "api.js",
    SCRIPT "batch.js",
    SCRIPT "chart.js",
    SCRIPT "choices.js",
    SCRIPT "columns.js",
    SCRIPT "compare.js",
    SCRIPT "confirm.js",
    SCRIPT "dom.js",
    SCRIPT "downloads.js",
    SCRIPT "file.js",
    SCRIPT "fixes.js",
    SCRIPT "history.js",
    DRAWING "icon.svg",
    SCRIPT "lazylisting.js",
    SCRIPT "listing.js",
    SCRIPT "main.js",
    SCRIPT "near.js",
    SCRIPT "outcome.js",
    SCRIPT "plans.js",
    SCRIPT "problem.js",
    SCRIPT "quoted.js",
    SCRIPT "reading.js",
    SCRIPT "remembered.js",
    SCRIPT "result.js",
    SCRIPT "review.js",
    SCRIPT "reviewgroup.js",
    SCRIPT "reviewword.js",
    SCRIPT "running.js",
    SCRIPT "settings.js",
    SCRIPT "since.js",
    SCRIPT "start.js",
    STYLE "style/cards.css",
    STYLE "style/colors.css",
    STYLE "style/controls.css",
    STYLE "style/ground.css",
    STYLE "style/result.css",
    STYLE "style/review.css",
    STYLE "style/screens.css",
    STYLE "style/understood.css",
    SCRIPT "transfers.js",
    SCRIPT "understood.js",
    SCRIPT "upload.js",
    SCRIPT "words.js",
};

/// Answers with the page.
pub(super) async fn page() -> Response {
    answer(HTML, INDEX)
}

/// Answers with a file of the page.
pub(super) async fn asset(Path(path): Path<String>) -> Result<Response, Problem> {
    let found = path.strip_prefix("page/").and_then(|path| ASSETS.iter().find(|(known, ..)| *known == path));
    let (_, media, text) = found.ok_or_else(Problem::not_found)?;
    Ok(answer(media, text))
}

fn answer(media: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, media)], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::{Path, PathBuf};

    #[test]
    fn every_file_of_the_page_is_served() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/serve/page");
        let mut found = Vec::new();
        let mut folders: Vec<PathBuf> = vec![folder.clone()];
        while let Some(next) = folders.pop() {
            for entry in fs::read_dir(next).unwrap().map(Result::unwrap) {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let below = path.strip_prefix(&folder).unwrap();
                    found.push(below.to_string_lossy().replace('\\', "/"));
                }
            }
        }
        found.retain(|path| path != "index.html");
        found.sort();
        let known: Vec<&str> = ASSETS.iter().map(|(path, ..)| *path).collect();
        assert_eq!(found, known);
    }

    #[test]
    fn what_comes_from_a_roster_is_never_markup() {
        for (path, _, text) in ASSETS.iter().chain([&("index.html", HTML, INDEX)]) {
            for way in [
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "new Function",
                " style=",
                "javascript:",
            ] {
                assert!(!text.contains(way), "{path} has `{way}`");
            }
        }
    }

    #[test]
    fn the_page_asks_nobody_else() {
        for (path, _, text) in ASSETS.iter().chain([&("index.html", HTML, INDEX)]) {
            // The name of the language of drawings is no address.
            let text = text.replace("http://www.w3.org/2000/svg", "");
            assert!(!text.contains("http://") && !text.contains("https://"), "{path} has an address");
        }
    }
}
