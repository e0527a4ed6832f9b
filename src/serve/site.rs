//! All that the requests share.

use super::book::Book;
use super::child::Program;
use super::folder::Folder;
use super::journal::Journal;
use super::making::Making;
use super::options::{Access, At, Options};
use super::queue::Queue;
use super::remembered::Remembered;
use super::session::Sessions;
use super::told::Told;
use crate::error::Result;
use crate::policy::{Policy, SHIPPED};
use crate::read::regular;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, watch};

/// Who asks. In a history each sees what is theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct User {
    /// What the proxy calls them; `None` = whoever started the page.
    pub(super) name: Option<String>,
}

impl User {
    pub(super) const fn local() -> Self {
        Self { name: None }
    }

    pub(super) fn named(name: &str) -> Self {
        Self { name: Some(name.to_owned()) }
    }

    /// Returns what stands for them in files and their names.
    pub(super) fn key(&self) -> String {
        let text = self.name.as_ref().map_or_else(|| "local".to_owned(), |name| format!("user {name}"));
        crate::hash::shown(Sha256::new_with_prefix(text.as_bytes()))
    }
}

/// A policy that can be chosen.
pub(super) struct Choice {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) effective: String,
    /// What `--policy` is given.
    pub(super) argument: String,
}

/// The page, and what it knows.
pub(super) struct Site {
    pub(super) options: Options,
    pub(super) hosts: Vec<String>,
    pub(super) origins: Vec<String>,
    pub(super) sessions: Sessions,
    pub(super) folder: Folder,
    pub(super) journal: Journal,
    pub(super) remembered: Remembered,
    pub(super) policies: Vec<Choice>,
    pub(super) program: Program,
    pub(super) queue: Queue,
    pub(super) making: Making,
    /// Uploads that come in at once.
    pub(super) uploading: Arc<Semaphore>,
    /// Child processes that answer at once, such as previews.
    pub(super) looking: Arc<Semaphore>,
    /// Bytes that are on their way and not in the book yet.
    pub(super) arriving: AtomicU64,
    book: Mutex<Book>,
    /// Tells those who wait that something in the book changed.
    pub(super) changed: watch::Sender<u64>,
    tell: Arc<dyn Fn(Told<'_>) + Send + Sync>,
}

/// What a page is made from.
pub(super) struct Parts {
    pub(super) options: Options,
    /// The port that it listens on; `None` = it has none.
    pub(super) port: Option<u16>,
    pub(super) folder: Folder,
    pub(super) book: Book,
    pub(super) journal: Journal,
    pub(super) tell: Arc<dyn Fn(Told<'_>) + Send + Sync>,
}

impl Site {
    /// Makes it.
    ///
    /// # Errors
    /// If a policy is not valid.
    pub(super) fn new(parts: Parts) -> Result<Self> {
        let Parts { options, port, folder, book, journal, tell } = parts;
        let (hosts, origins) = names(&options, port);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let limits = options.limits;
        Ok(Self {
            hosts,
            origins,
            sessions: Sessions::new(port.unwrap_or(0), limits.keep),
            remembered: Remembered::new(folder.remembered()),
            folder,
            journal,
            policies: policies(&options.policies)?,
            program: Program::new(&limits, cores),
            queue: Queue::default(),
            making: Making::default(),
            uploading: Arc::new(Semaphore::new(limits.uploads)),
            looking: Arc::new(Semaphore::new(cores.max(2))),
            arriving: AtomicU64::new(0),
            book: Mutex::new(book),
            changed: watch::Sender::new(0),
            tell,
            options,
        })
    }

    /// Returns the book, for a look or a line; nobody waits for anything with it in hand.
    pub(super) fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells everyone who waits that the book changed.
    pub(super) fn has_changed(&self) {
        self.changed.send_modify(|count| *count = count.wrapping_add(1));
    }

    pub(super) fn tell(&self, told: Told<'_>) {
        (self.tell)(told);
    }

    /// Writes a line of the log.
    pub(super) fn log(&self, event: &str) {
        self.tell(Told::Event(event));
    }

    /// Returns the policy of that name; the first one, if none is named.
    pub(super) fn policy(&self, name: Option<&str>) -> Option<&Choice> {
        match name {
            Some(name) => self.policies.iter().find(|policy| policy.name == name),
            None => self.policies.first(),
        }
    }

    /// Returns the address of the page, without a token.
    pub(super) fn address(&self) -> String {
        self.origins.first().cloned().unwrap_or_default()
    }
}

/// Returns the hosts that the page answers for, and the origins that its requests come from.
fn names(options: &Options, port: Option<u16>) -> (Vec<String>, Vec<String>) {
    if let Access::Proxy { public, .. } = &options.access {
        let host = public.split_once("://").map_or(public.as_str(), |(_, host)| host);
        return (vec![host.to_owned()], vec![public.clone()]);
    }
    let At::Loopback(address) = &options.at else { return (Vec::new(), Vec::new()) };
    let port = port.unwrap_or_else(|| address.port());
    let own = if address.is_ipv6() { format!("[::1]:{port}") } else { format!("{}:{port}", address.ip()) };
    let hosts = vec![own, format!("localhost:{port}")];
    let origins = hosts.iter().map(|host| format!("http://{host}")).collect();
    (hosts, origins)
}

/// Returns a shipped policy without reading its rules, which takes as much memory as the page itself.
fn in_short(argument: &str) -> Option<Choice> {
    let (title, effective) = Policy::shipped_in_short(argument)?;
    Some(Choice {
        name: argument.to_owned(),
        title: title.to_owned(),
        effective: effective.to_owned(),
        argument: argument.to_owned(),
    })
}

/// Reads the policies that can be chosen, by name or file.
fn policies(named: &[String]) -> Result<Vec<Choice>> {
    const LIMIT_BYTES: u64 = 4 * 1024 * 1024;
    let shipped: Vec<String> = SHIPPED.iter().map(|(name, _)| (*name).to_owned()).collect();
    let named = if named.is_empty() { &shipped } else { named };
    named
        .iter()
        .map(|argument| {
            if let Some(choice) = in_short(argument) {
                return Ok(choice);
            }
            let text = regular::text(Path::new(argument), LIMIT_BYTES).map_err(|error| {
                super::listen::refused(&format!("the policy `{argument}` cannot be read: {error}"))
            })?;
            let Policy { name, title, effective, .. } = Policy::read(&text, argument)?;
            Ok(Choice { name, title, effective, argument: argument.clone() })
        })
        .collect()
}
