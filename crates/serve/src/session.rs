//! Who has been let in: a token that is used once becomes a cookie that only this page gets back.

use crate::error::Result;
use crate::id::Id;
use sha2::{Digest, Sha256};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Secrets are kept as their hashes, so that comparing them tells nothing by the time it takes.
type Hash = [u8; 32];

/// Browsers that are let in, at most: each took a token that was told to the same person.
const LIMIT_OPEN: usize = 64;

/// The sessions of a page that one person opens.
pub(crate) struct Sessions {
    /// The cookie's name: other pages of this machine, on other ports, get the same cookies.
    cookie: String,
    keep: Duration,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    token: Option<Hash>,
    open: Vec<(Hash, Instant)>,
}

impl Sessions {
    pub(crate) fn new(port: u16, keep: Duration) -> Self {
        Self { cookie: format!("fasttrack-{port}"), keep, inner: Mutex::default() }
    }

    /// Returns a new token; one that was not used yet is none any more.
    ///
    /// # Errors
    /// If the system has no random numbers.
    pub(crate) fn token(&self) -> Result<Id> {
        let token = Id::new()?;
        self.with(|inner| inner.token = Some(hash(token.as_str())));
        Ok(token)
    }

    /// Returns the `Set-Cookie` of a new session, if the token is the one that was given and nobody has used it yet.
    ///
    /// # Errors
    /// If the system has no random numbers.
    pub(crate) fn enter(&self, token: &str) -> Result<Option<String>> {
        let session = Id::new()?;
        let is_let_in = self.with(|inner| {
            let fits = inner.token == Some(hash(token));
            if fits {
                inner.token = None;
                inner.open.retain(|(_, since)| since.elapsed() < self.keep);
                inner.open.truncate(LIMIT_OPEN - 1);
                inner.open.insert(0, (hash(session.as_str()), Instant::now()));
            }
            fits
        });
        let seconds = self.keep.as_secs();
        Ok(is_let_in.then(|| {
            format!("{}={session}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}", self.cookie)
        }))
    }

    /// Returns whether the cookies of a request have a session that is open.
    pub(crate) fn is_open(&self, cookies: &str) -> bool {
        let named = |cookie: &str| {
            let (name, value) = cookie.trim().split_once('=')?;
            (name == self.cookie).then(|| hash(value))
        };
        let given: Vec<Hash> = cookies.split(';').filter_map(named).collect();
        self.with(|inner| {
            inner.open.iter().any(|(known, since)| since.elapsed() < self.keep && given.contains(known))
        })
    }

    /// Ends all sessions.
    pub(crate) fn close(&self) {
        self.with(|inner| inner.open.clear());
    }

    fn with<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        work(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn hash(secret: &str) -> Hash {
    Sha256::digest(secret.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(set_cookie: &str) -> &str {
        set_cookie.split(';').next().unwrap()
    }

    #[test]
    fn a_token_lets_in_once_and_the_cookie_until_it_is_closed() {
        let sessions = Sessions::new(8080, Duration::from_mins(1));
        let token = sessions.token().unwrap();
        assert!(sessions.enter("other").unwrap().is_none());
        let cookie = sessions.enter(token.as_str()).unwrap().unwrap();
        assert!(cookie.contains("; HttpOnly; SameSite=Strict; Path=/; Max-Age=60"), "{cookie}");
        assert!(sessions.enter(token.as_str()).unwrap().is_none(), "used twice");
        assert!(sessions.is_open(&format!("a=b; {}", value(&cookie))));
        assert!(!sessions.is_open("fasttrack-8080=") && !sessions.is_open(""));
        assert!(!sessions.is_open(&value(&cookie).replace("8080", "8081")), "another page's cookie");
        sessions.close();
        assert!(!sessions.is_open(value(&cookie)));
    }

    #[test]
    fn a_session_ends_by_itself() {
        let sessions = Sessions::new(1, Duration::ZERO);
        let token = sessions.token().unwrap();
        let cookie = sessions.enter(token.as_str()).unwrap().unwrap();
        assert!(!sessions.is_open(value(&cookie)));
    }
}
