//! What every request has to show before anything is done for it, and what every answer carries.

use crate::options::Access;
use crate::problem::Problem;
use crate::site::{Site, User};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// The header that a page of another site cannot send without asking first.
pub(crate) const OWN_HEADER: &str = "x-fasttrack";

/// Nothing from elsewhere, nothing written into the page, no frame around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What every answer carries.
const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// Said to a browser that has no session.
const OUTSIDE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>fasttrack</title>\
    <h1>This page needs a new address</h1>\
    <p>The address in the terminal works once. Stop <code>fasttrack serve</code>, start it again, and open the \
    address that it prints.</p></html>\n";

/// Lets a request through, or says why not.
pub(crate) async fn guard(State(site): State<Arc<Site>>, mut request: Request, next: Next) -> Response {
    let mut response = match admitted(&site, &request) {
        Ok(Admitted::User(user)) => {
            request.extensions_mut().insert(user);
            next.run(request).await
        }
        Ok(Admitted::Answered(response)) => response,
        Err(problem) => problem.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

enum Admitted {
    User(User),
    Answered(Response),
}

fn admitted(site: &Site, request: &Request) -> Result<Admitted, Problem> {
    check_host(site, request)?;
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        check_origin(site, request.headers())?;
    }
    match &site.options.access {
        Access::Token => by_token(site, request),
        Access::Proxy { user_header, .. } => by_proxy(request.headers(), user_header).map(Admitted::User),
    }
}

/// A name of another site that leads to this machine reaches nothing.
fn check_host(site: &Site, request: &Request) -> Result<(), Problem> {
    let is_ours = |host: &str| site.hosts.iter().any(|known| known.eq_ignore_ascii_case(host));
    let authority = request.uri().authority().is_none_or(|authority| is_ours(authority.as_str()));
    let mut hosts = request.headers().get_all(header::HOST).iter();
    match (hosts.next().and_then(|host| host.to_str().ok()), hosts.next()) {
        (Some(host), None) if authority && is_ours(host) => Ok(()),
        _ => Err(Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            "host-unknown",
            "this server does not answer for that host",
            "open the address that the server has",
        )
        .last()),
    }
}

/// Only the page itself, or a program, changes anything.
fn check_origin(site: &Site, headers: &HeaderMap) -> Result<(), Problem> {
    let all = |name: HeaderName| headers.get_all(name).into_iter();
    let is_own = |origin: &HeaderValue| {
        origin.to_str().is_ok_and(|origin| site.origins.iter().any(|own| own == origin))
    };
    let from_own = all(header::ORIGIN).all(is_own)
        && all(HeaderName::from_static("sec-fetch-site")).all(|from| from == "same-origin");
    if from_own && headers.get(OWN_HEADER).is_some_and(|value| value == "1") {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        "origin-unknown",
        "this request does not come from the page",
        "open the page itself; a program sends the header `X-Fasttrack: 1`",
    )
    .last())
}

fn by_token(site: &Site, request: &Request) -> Result<Admitted, Problem> {
    let headers = request.headers();
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
    let is_open = cookies.into_iter().any(|cookies| site.sessions.is_open(cookies));
    let query = request.uri().query().unwrap_or_default();
    let token = query.split('&').find_map(|part| part.strip_prefix("token="));
    if let (Some(token), "/") = (token, request.uri().path()) {
        let entered = site.sessions.enter(token).map_err(|_| Problem::internal())?;
        if entered.is_some() || is_open {
            return Ok(Admitted::Answered(to_the_page(entered.as_deref())));
        }
    }
    if is_open {
        return Ok(Admitted::User(User::local()));
    }
    if request.uri().path().starts_with("/api/") {
        return Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "not-signed-in",
            "there is no session, or it has ended",
            "open the address that `fasttrack serve` prints when it starts",
        )
        .last());
    }
    let page = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONNECTION, "close")];
    Ok(Admitted::Answered((StatusCode::UNAUTHORIZED, page, OUTSIDE).into_response()))
}

/// The token leaves the address, so that nobody finds it in a history or over a shoulder.
fn to_the_page(cookie: Option<&str>) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, HeaderValue::from_static("/"));
    if let Some(cookie) = cookie.and_then(|cookie| HeaderValue::from_str(cookie).ok()) {
        headers.insert(header::SET_COOKIE, cookie);
    }
    response
}

/// The user that the proxy names: once, and by a name that can be shown.
fn by_proxy(headers: &HeaderMap, user_header: &str) -> Result<User, Problem> {
    const LIMIT_BYTES: usize = 200;
    let mut named = headers.get_all(user_header).iter();
    let name = match (named.next(), named.next()) {
        (Some(name), None) => name.to_str().ok().map(str::trim),
        _ => None,
    };
    match name {
        Some(name) if !name.is_empty() && name.len() <= LIMIT_BYTES => Ok(User::named(name)),
        _ => Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "not-signed-in",
            "the proxy did not say who is signed in",
            "sign in again; whoever runs the proxy sets the header that `--user-header` names",
        )
        .last()),
    }
}
