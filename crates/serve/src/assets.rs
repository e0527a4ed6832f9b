//! The page itself, as it is in the program: plain HTML, CSS and modules, packed when the program is built.

use crate::problem::Problem;
use axum::extract::Path;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use flate2::read::GzDecoder;
use std::io::Read as _;

include!(concat!(env!("OUT_DIR"), "/packed.rs"));

const INDEX: &str = "index.html";

/// The types of files, by what their names end in.
const MEDIA: [(&str, &str); 5] = [
    ("html", "text/html; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("svg", "image/svg+xml"),
    ("json", "application/json"),
];

/// Answers with the page.
pub(crate) async fn page(headers: HeaderMap) -> Result<Response, Problem> {
    file(INDEX, &headers)
}

/// Answers with a file of the page.
pub(crate) async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let path = path.strip_prefix("page/").filter(|path| *path != INDEX).ok_or_else(Problem::not_found)?;
    file(path, &headers)
}

/// Describes the API.
pub(crate) async fn description(headers: HeaderMap) -> Result<Response, Problem> {
    answer("openapi.json", DESCRIPTION, &headers)
}

fn file(path: &str, headers: &HeaderMap) -> Result<Response, Problem> {
    let found = PAGE.iter().find(|(known, _)| *known == path);
    let (path, packed) = found.ok_or_else(Problem::not_found)?;
    answer(path, packed, headers)
}

/// Answers with a file as it is kept, packed; unpacked for clients that do not say that they take gzip (RFC 9110, 12.5.3).
fn answer(path: &str, packed: &'static [u8], headers: &HeaderMap) -> Result<Response, Problem> {
    let ending = path.rsplit('.').next().unwrap_or_default();
    let media = MEDIA.iter().find(|(known, _)| *known == ending).map(|(_, media)| *media);
    let kind = (header::CONTENT_TYPE, media.unwrap_or("application/octet-stream"));
    let varies = (header::VARY, "accept-encoding");
    if takes_gzip(headers) {
        return Ok(([kind, varies, (header::CONTENT_ENCODING, "gzip")], packed).into_response());
    }
    let mut text = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut text).map_err(|_| Problem::internal())?;
    Ok(([kind, varies], text).into_response())
}

/// Returns whether an answer may be packed with gzip: the client names it, and not with the weight 0.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let listed = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    listed.flat_map(|value| value.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let is_named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let is_never = |weight: &str| {
            let weight = weight.strip_prefix("q=").or_else(|| weight.strip_prefix("Q="));
            weight.and_then(|weight| weight.trim().parse::<f64>().ok()) == Some(0.0)
        };
        is_named && !parts.any(is_never)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the files of the page as they are sent to clients that do not take gzip.
    fn texts() -> Vec<(&'static str, String)> {
        let text = |packed: &[u8]| {
            let mut text = String::new();
            GzDecoder::new(packed).read_to_string(&mut text).unwrap();
            text
        };
        PAGE.iter().map(|(path, packed)| (*path, text(packed))).collect()
    }

    #[test]
    fn every_file_of_the_page_has_a_type_and_the_page_is_among_them() {
        assert!(PAGE.iter().any(|(path, _)| *path == INDEX));
        for (path, _) in PAGE {
            assert!(MEDIA.iter().any(|(ending, _)| path.ends_with(&format!(".{ending}"))), "{path}");
        }
    }

    #[test]
    fn only_who_takes_gzip_is_sent_it() {
        let takes = |value: &str| {
            takes_gzip(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, value.parse().unwrap())]))
        };
        assert!(takes("gzip, deflate, br") && takes("br;q=1.0, GZIP;q=0.5"));
        assert!(!takes("identity") && !takes("gzip;q=0, br") && !takes("gzip; q=0.0") && !takes("x-gzipped"));
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn what_comes_from_a_roster_is_never_markup() {
        for (path, text) in texts() {
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
        for (path, text) in texts() {
            // The name of the language of drawings is no address.
            let text = text.replace("http://www.w3.org/2000/svg", "");
            assert!(!text.contains("http://") && !text.contains("https://"), "{path} has an address");
        }
    }
}
