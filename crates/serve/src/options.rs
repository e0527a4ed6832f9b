//! What whoever starts the page decides; nothing of it can come from a request.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// How the page is run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it listens.
    pub at: At,
    /// Who may use it.
    pub access: Access,
    /// The folder that keeps the history and what is remembered; `None` = nothing is kept beyond the end.
    pub state: Option<PathBuf>,
    /// The policies that can be chosen, each a name that the program knows or a file; the first is used if none is chosen.
    /// None = the shipped ones.
    pub policies: Vec<String>,
    /// The user's own catalogues, for every run.
    pub catalogues: Vec<PathBuf>,
    /// Limits of rosters as for `annotate --limit`, for every run.
    pub roster_limits: Vec<String>,
    /// How much of everything.
    pub limits: Limits,
}

/// Where the page listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// An address of this machine alone, and a port; 0 = any that is free.
    Loopback(SocketAddr),
    /// A socket in the file system.
    Socket(PathBuf),
}

/// Who may use the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// Whoever has the address that was told, with the token in it.
    Token,
    /// Whoever a reverse proxy has signed in.
    Proxy {
        /// The header in which the proxy names the user.
        user_header: String,
        /// The address that people use, such as `https://fasttrack.contoso.example`.
        public: String,
    },
}

/// How much of everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of an upload.
    pub upload_bytes: u64,
    /// Bytes of all that is kept at once.
    pub quota_bytes: u64,
    /// Bytes of the disk that are always left free.
    pub free_bytes: u64,
    /// How long files are kept.
    pub keep: Duration,
    /// Connections at once.
    pub connections: usize,
    /// Uploads at once.
    pub uploads: usize,
    /// Runs at once.
    pub runs: usize,
    /// Runs that wait.
    pub queue: usize,
    /// How long a client may send or take next to nothing.
    pub patience: Duration,
    /// How long a whole upload may take.
    pub upload_time: Duration,
    /// Bytes of memory that the system reserves for a child process.
    pub child_memory: u64,
    /// How long a run may take.
    pub run_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        const GIB: u64 = 1 << 30;
        Self {
            upload_bytes: GIB,
            quota_bytes: 20 * GIB,
            free_bytes: GIB / 2,
            keep: Duration::from_hours(8),
            connections: 1_024,
            uploads: 64,
            runs: 2,
            queue: 200,
            patience: Duration::from_secs(20),
            upload_time: Duration::from_hours(1),
            child_memory: 8 * GIB,
            run_time: Duration::from_hours(1),
        }
    }
}
