//! A roster is read in a process of its own, of the same program: what it takes of memory comes back, what it breaks is
//! its own, and it can be stopped at any moment.
//!
//! It is held to limits of memory, file size and time, ends with this process where the system can do that, has none of its
//! environment, and its arguments are made of settings that were checked.

use crate::error::ErrorKind;
use crate::options::Limits;
use serde_json::Value;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// Bytes of an answer: a run report with all words that were not understood has a few megabytes.
const LIMIT_ANSWER: u64 = 32 * 1024 * 1024;
/// Bytes that are kept of what a process says beside its answer.
const LIMIT_SAID: u64 = 16 * 1024;

/// How a child process is started.
pub(crate) struct Program {
    path: PathBuf,
    memory: u64,
    pub(crate) time: Duration,
    /// Cores of the machine: a second of all of them counts as so many.
    cores: u64,
}

/// How a child process ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// By itself: its exit code, and what it answered.
    Answered {
        /// `None` = a signal ended it: its own fault, or a limit of the system.
        code: Option<i32>,
        answer: Option<Value>,
    },
    /// It was stopped as asked.
    Stopped,
    /// It took too long.
    TooLong,
}

impl Program {
    pub(crate) fn new(limits: &Limits, cores: usize) -> Self {
        Self {
            path: own_path(),
            memory: limits.child_memory,
            time: limits.run_time,
            cores: u64::try_from(cores).unwrap_or(1),
        }
    }

    /// Runs the program with these arguments, temporary files in `folder`, and files of at most so many bytes, until it ends
    /// or `stop` says so.
    ///
    /// # Errors
    /// If the process cannot be started or watched.
    pub(crate) async fn run(
        &self,
        arguments: &[String],
        folder: &Path,
        file_bytes: u64,
        stop: oneshot::Receiver<()>,
    ) -> io::Result<Ended> {
        let seconds = self.time.as_secs().max(1).saturating_mul(self.cores);
        let confined = format!("--confined={},{file_bytes},{seconds},{}", self.memory, std::process::id());
        let (first, rest) =
            arguments.split_first().map_or(("", arguments), |(first, rest)| (first.as_str(), rest));
        let mut command = Command::new(&self.path);
        command
            .arg(first)
            .arg(confined)
            .args(rest)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        if cfg!(unix) {
            command.env_clear();
            // A signal for this process is not one for its children: they are stopped by it.
            #[cfg(unix)]
            command.process_group(0);
        }
        for variable in ["TMPDIR", "TMP", "TEMP"] {
            command.env(variable, folder);
        }
        let mut child = command.spawn()?;
        let (out, said) = (child.stdout.take(), child.stderr.take());
        let ended = async {
            let (answer, _) = tokio::join!(taken(out, LIMIT_ANSWER), taken(said, LIMIT_SAID));
            child.wait().await.map(|status| (status.code(), answer))
        };
        let ended = tokio::select! {
            ended = timeout(self.time, ended) => match ended {
                Ok(ended) => {
                    let (code, answer) = ended?;
                    Ended::Answered { code, answer: serde_json::from_slice(&answer).ok() }
                }
                Err(_) => Ended::TooLong,
            },
            // Whoever dropped it asks for the same.
            _ = stop => Ended::Stopped,
        };
        if !matches!(ended, Ended::Answered { .. }) {
            child.kill().await?;
        }
        Ok(ended)
    }
}

/// Reads to the end and keeps the beginning.
async fn taken(from: Option<impl AsyncRead + Unpin>, most: u64) -> Vec<u8> {
    let mut kept = Vec::new();
    let Some(mut from) = from else { return kept };
    if (&mut from).take(most).read_to_end(&mut kept).await.is_ok() {
        // What is too much is read, so that nobody waits for it.
        let _ = tokio::io::copy(&mut from, &mut tokio::io::sink()).await;
    }
    kept
}

/// The program itself, also after its file was replaced by a newer one.
fn own_path() -> PathBuf {
    const SELF: &str = "/proc/self/exe";
    if cfg!(target_os = "linux") && Path::new(SELF).exists() {
        return SELF.into();
    }
    std::env::current_exe().unwrap_or_else(|_| "fasttrack".into())
}

/// Returns the kind of error that an exit code tells; `None` = the process was ended by a signal.
pub(crate) const fn kind_of(code: Option<i32>) -> Option<ErrorKind> {
    Some(match code {
        Some(2) => ErrorKind::Usage,
        Some(4) => ErrorKind::Input,
        Some(5) => ErrorKind::Columns,
        Some(6) => ErrorKind::Output,
        Some(7) => ErrorKind::Busy,
        Some(8) => ErrorKind::Policy,
        Some(_) => ErrorKind::Internal,
        None => return None,
    })
}
