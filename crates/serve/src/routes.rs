//! Which request goes where.

use crate::guard::guard;
use crate::problem::Problem;
use crate::site::Site;
use crate::{api, assets, check_fixes, downloads, plans, previews, remembered, review, runs, uploads};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post};
use std::sync::Arc;

/// Returns the routes of the page, each behind its guard.
pub(crate) fn router(site: Arc<Site>) -> Router {
    let api = Router::new()
        .route("/", get(api::get))
        .route("/openapi.json", get(assets::description))
        .route("/uploads", get(uploads::list).post(uploads::post))
        .route("/uploads/{id}", get(uploads::get).delete(uploads::delete))
        .route("/uploads/{id}/preview", post(previews::post))
        .route("/uploads/{id}/runs", post(runs::post))
        .route("/runs/{id}", get(runs::get).delete(runs::delete))
        .route("/runs/{id}/review", get(review::get))
        .route("/runs/{id}/changes", get(review::changes))
        .route("/runs/{id}/next-steps", get(review::next_steps))
        .route("/runs/{id}/at-risk", get(review::at_risk))
        .route("/runs/{id}/files/{kind}", get(downloads::get))
        .route("/plans", get(plans::get))
        .route("/fixes", post(check_fixes::post))
        .route("/remembered", get(remembered::list).delete(remembered::forget_all))
        .route("/remembered/{id}", delete(remembered::forget))
        .route("/log-out", post(api::log_out));
    Router::new()
        .nest("/api/v1", api)
        .route("/", get(assets::page))
        .route("/{*path}", get(assets::asset))
        .fallback(|| async { Problem::not_found() })
        .method_not_allowed_fallback(|| async { not_allowed() })
        // Uploads have limits of their own, which hold while their bytes come.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(Arc::clone(&site), guard))
        .with_state(site)
}

fn not_allowed() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method-not-allowed",
        "this cannot be done here",
        "see the API's description at /api/v1/openapi.json",
    )
}
