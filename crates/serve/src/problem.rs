//! What an answer says that is no success: what happened and what to do, in words, and never a path.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Why a request is not done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    code: &'static str,
    message: String,
    help: String,
    /// What is wrong with the roster, one by one.
    diagnostics: Vec<Value>,
    /// After how many seconds it may be tried again.
    retry_after: Option<u32>,
    /// Whether the rest of the request is not read.
    is_last: bool,
}

impl Problem {
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let (message, help) = (message.into(), help.into());
        Self { status, code, message, help, diagnostics: Vec::new(), retry_after: None, is_last: false }
    }

    /// Says when to try again.
    pub(crate) fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Says what is wrong one by one.
    pub(crate) fn with(mut self, diagnostics: Vec<Value>) -> Self {
        self.diagnostics = diagnostics;
        self
    }

    /// Says that the connection ends with this answer, since what still comes on it is not read.
    pub(crate) fn last(mut self) -> Self {
        self.is_last = true;
        self
    }

    /// What is asked for is not there, or not this user's: nobody learns which.
    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "this address leads to nothing: what it showed was deleted, or it is not complete",
            "look it up in the history, or upload the roster again",
        )
    }

    /// What is asked for was there, and its files are deleted.
    pub(crate) fn gone() -> Self {
        Self::new(
            StatusCode::GONE,
            "files-deleted",
            "the files of this upload were deleted",
            "upload the roster again",
        )
    }

    /// There is no room on the disk.
    pub(crate) fn no_room() -> Self {
        Self::new(
            StatusCode::INSUFFICIENT_STORAGE,
            "no-room",
            "the server has no room for this",
            "delete uploads that are no longer needed in the history, or ask whoever runs the server for more room",
        )
    }

    /// Something went wrong that is nobody's fault who asks.
    pub(crate) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "something went wrong on the server",
            "try again; if it happens again, tell whoever runs the server",
        )
    }

    /// What was sent is not what the API describes.
    pub(crate) fn not_valid(message: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "request-not-valid",
            message,
            "see the API's description at /api/v1/openapi.json",
        )
    }

    /// Returns it as the value of `error`.
    pub(crate) fn part(&self) -> Value {
        let mut part = json!({ "code": self.code, "message": self.message, "help": self.help });
        if let (Some(part), false) = (part.as_object_mut(), self.diagnostics.is_empty()) {
            part.insert("diagnostics".to_owned(), Value::Array(self.diagnostics.clone()));
        }
        part
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let text = json!({ "error": self.part() }).to_string();
        let mut response = Response::new(Body::from(text));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.is_last {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}
