//! The body of a request as JSON, of a size and in a time that a page's request has.

use crate::problem::Problem;
use axum::body::Body;
use axum::http::StatusCode;
use http_body_util::{BodyExt, Limited};
use serde::de::DeserializeOwned;
use std::time::Duration;
use tokio::time::timeout;

/// Bytes of settings and fixes, at most.
const LIMIT_BYTES: usize = 4 * 1024 * 1024;

/// Reads it; an empty body is that of a request that says nothing, where that can be.
pub(crate) async fn json<T: DeserializeOwned>(body: Body, patience: Duration) -> Result<T, Problem> {
    let collected = timeout(patience, Limited::new(body, LIMIT_BYTES).collect()).await;
    let bytes = match collected {
        Ok(Ok(collected)) => collected.to_bytes(),
        Ok(Err(error)) if error.downcast_ref::<http_body_util::LengthLimitError>().is_some() => {
            return Err(too_large());
        }
        Ok(Err(_)) => return Err(Problem::not_valid("the request was cut short").last()),
        Err(_) => return Err(too_slow()),
    };
    let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
    serde_json::from_slice(text)
        .map_err(|error| Problem::not_valid(format!("the request's JSON is not valid: {error}")))
}

pub(crate) fn too_slow() -> Problem {
    Problem::new(
        StatusCode::REQUEST_TIMEOUT,
        "too-slow",
        "the upload came too slowly, or stopped",
        "check the connection, and upload it again",
    )
    .last()
}

fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too-large",
        "the request is too large",
        "send fewer fixes at once",
    )
    .last()
}
