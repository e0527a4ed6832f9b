//! All that the requests share.

use crate::book::Book;
use crate::child::Program;
use crate::error::Result;
use crate::folder::Folder;
use crate::journal::Journal;
use crate::notice::Notice;
use crate::on_demand::SingleFlight;
use crate::options::{Access, At, Options};
use crate::policy::{Policy, SHIPPED};
use crate::queue::Queue;
use crate::regular;
use crate::remembered::Remembered;
use crate::session::Sessions;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, watch};

/// Who asks. In a history each sees what is theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User {
    /// What the proxy calls them; `None` = whoever started the page.
    pub(crate) name: Option<String>,
}

impl User {
    pub(crate) const fn local() -> Self {
        Self { name: None }
    }

    pub(crate) fn named(name: &str) -> Self {
        Self { name: Some(name.to_owned()) }
    }

    /// Returns what stands for them in files and their names.
    pub(crate) fn key(&self) -> String {
        let text = self.name.as_ref().map_or_else(|| "local".to_owned(), |name| format!("user {name}"));
        crate::hash::shown(Sha256::new_with_prefix(text.as_bytes()))
    }
}

/// A policy that can be chosen.
pub(crate) struct Choice {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) effective: String,
    /// What `--policy` is given.
    pub(crate) argument: String,
}

/// The page, and what it knows.
pub(crate) struct Site {
    pub(crate) options: Options,
    pub(crate) hosts: Vec<String>,
    pub(crate) origins: Vec<String>,
    pub(crate) sessions: Sessions,
    pub(crate) folder: Folder,
    pub(crate) journal: Journal,
    pub(crate) remembered: Remembered,
    pub(crate) policies: Vec<Choice>,
    pub(crate) program: Program,
    pub(crate) queue: Queue,
    pub(crate) making: SingleFlight,
    /// Uploads that come in at once.
    pub(crate) uploading: Arc<Semaphore>,
    /// Child processes that answer at once, such as previews.
    pub(crate) looking: Arc<Semaphore>,
    /// Bytes that are on their way and not in the book yet.
    pub(crate) arriving: AtomicU64,
    book: Mutex<Book>,
    /// Tells those who wait that something in the book changed.
    pub(crate) changed: watch::Sender<u64>,
    tell: Arc<dyn Fn(Notice<'_>) + Send + Sync>,
}

/// What a page is made from.
pub(crate) struct Parts {
    pub(crate) options: Options,
    /// The port that it listens on; `None` = it has none.
    pub(crate) port: Option<u16>,
    pub(crate) folder: Folder,
    pub(crate) book: Book,
    pub(crate) journal: Journal,
    pub(crate) tell: Arc<dyn Fn(Notice<'_>) + Send + Sync>,
}

impl Site {
    /// Makes it.
    ///
    /// # Errors
    /// If a policy is not valid.
    pub(crate) fn new(parts: Parts) -> Result<Self> {
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
            making: SingleFlight::default(),
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
    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells everyone who waits that the book changed.
    pub(crate) fn has_changed(&self) {
        self.changed.send_modify(|count| *count = count.wrapping_add(1));
    }

    pub(crate) fn tell(&self, told: Notice<'_>) {
        (self.tell)(told);
    }

    /// Writes a line of the log.
    pub(crate) fn log(&self, event: &str) {
        self.tell(Notice::Event(event));
    }

    /// Returns the policy of that name; the first one, if none is named.
    pub(crate) fn policy(&self, name: Option<&str>) -> Option<&Choice> {
        match name {
            Some(name) => self.policies.iter().find(|policy| policy.name == name),
            None => self.policies.first(),
        }
    }

    /// Returns the address of the page, without a token.
    pub(crate) fn address(&self) -> String {
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
                crate::listen::refused(&format!("the policy `{argument}` cannot be read: {error}"))
            })?;
            let Policy { name, title, effective, .. } = Policy::read(&text, argument)?;
            Ok(Choice { name, title, effective, argument: argument.clone() })
        })
        .collect()
}
