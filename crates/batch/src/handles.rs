//! Open files and pipes that a caller gives instead of a path.

use crate::error::{Error, Result};
use std::fs::{File, Metadata};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::{fmt, fs};

/// An open file and what messages and reports call it.
///
/// Clones share the file. Two are equal if they are clones of one.
#[derive(Clone, Debug)]
pub struct OpenFile {
    name: Arc<str>,
    file: Arc<File>,
}

impl OpenFile {
    /// Returns the file under a name, such as `roster.csv`.
    #[must_use]
    pub fn new(file: File, name: &str) -> Self {
        Self { name: name.into(), file: Arc::new(file) }
    }

    /// Returns what messages call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the file.
    #[must_use]
    pub const fn file(&self) -> &Arc<File> {
        &self.file
    }

    /// Returns whether it is the file that a path leads to, under whatever name it was opened.
    ///
    /// Only systems with file numbers (Unix) can tell; elsewhere it is never the same.
    #[must_use]
    pub fn is_at(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|there| self.is_file(&there))
    }

    /// Returns whether both are one file, opened once or twice; the same holds as for [`OpenFile::is_at`].
    #[must_use]
    pub fn is_same_file(&self, other: &Self) -> bool {
        self == other || other.file.metadata().is_ok_and(|other| self.is_file(&other))
    }

    fn is_file(&self, other: &Metadata) -> bool {
        let own = self.file.metadata().ok();
        own.and_then(|own| number(&own)).is_some_and(|own| number(other) == Some(own))
    }
}

impl PartialEq for OpenFile {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.file, &other.file)
    }
}

impl Eq for OpenFile {}

/// The number of the disk and that of the file on it.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems do not say")]
fn number(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> Option<(u64, u64)> {
    None
}

/// One end of a pipe, which is used once, and what messages and reports call it.
///
/// Clones share the end: whichever is used first has it. Two are equal if they are clones of one.
pub struct Pipe<T: ?Sized> {
    name: Arc<str>,
    end: Arc<Mutex<Option<Box<T>>>>,
}

/// Where bytes come from, once.
pub type PipeIn = Pipe<dyn Read + Send>;

/// Where bytes go, once.
pub type PipeOut = Pipe<dyn Write + Send>;

impl Pipe<dyn Read + Send> {
    /// Returns a pipe that gives what `from` gives, up to its end.
    #[must_use]
    pub fn new(from: impl Read + Send + 'static, name: &str) -> Self {
        Self { name: name.into(), end: Arc::new(Mutex::new(Some(Box::new(from)))) }
    }
}

impl Pipe<dyn Write + Send> {
    /// Returns a pipe that gives to `to`.
    #[must_use]
    pub fn new(to: impl Write + Send + 'static, name: &str) -> Self {
        Self { name: name.into(), end: Arc::new(Mutex::new(Some(Box::new(to)))) }
    }
}

impl<T: ?Sized> Pipe<T> {
    /// Returns what messages call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Takes the end out.
    ///
    /// # Errors
    /// Internal, if it was taken before, by this pipe or a clone of it.
    pub fn take(&self) -> Result<Box<T>> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner).take().ok_or_else(|| self.used())
    }

    /// Refuses a pipe whose end was taken, before anything is done for it.
    ///
    /// # Errors
    /// Internal, if it was taken.
    pub fn check(&self) -> Result<()> {
        let is_there = self.end.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        if is_there { Ok(()) } else { Err(self.used()) }
    }

    fn used(&self) -> Error {
        Error::internal(format!("the pipe `{}` was used before, and can only be used once", self.name))
    }
}

// Not derived: what is at the end of the pipe can be neither cloned nor shown.
impl<T: ?Sized> Clone for Pipe<T> {
    fn clone(&self) -> Self {
        Self { name: Arc::clone(&self.name), end: Arc::clone(&self.end) }
    }
}

impl<T: ?Sized> fmt::Debug for Pipe<T> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Pipe").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<T: ?Sized> PartialEq for Pipe<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.end, &other.end)
    }
}

impl<T: ?Sized> Eq for Pipe<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_is_used_once_whichever_clone_is_first() {
        let pipe = PipeIn::new(&b"Tenant"[..], "export");
        let clone = pipe.clone();
        assert_eq!(pipe, clone);
        assert_ne!(pipe, PipeIn::new(&b"Tenant"[..], "export"));
        pipe.check().unwrap();
        let mut text = String::new();
        clone.take().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "Tenant");
        let error = pipe.take().err().unwrap();
        assert_eq!(error.kind, crate::error::ErrorKind::Internal);
        assert!(error.to_string().contains("the pipe `export` was used before"), "{error}");
        assert!(pipe.check().is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_known_again_under_another_name() {
        let folder = tempfile::tempdir().unwrap();
        let (one, link, other) =
            (folder.path().join("one"), folder.path().join("link"), folder.path().join("other"));
        fs::write(&one, "").unwrap();
        fs::write(&other, "").unwrap();
        fs::hard_link(&one, &link).unwrap();
        let open = |path: &Path| OpenFile::new(File::open(path).unwrap(), "roster.csv");
        assert!(open(&one).is_at(&link) && open(&one).is_same_file(&open(&link)));
        assert!(!open(&one).is_at(&other) && !open(&one).is_same_file(&open(&other)));
        assert!(!open(&one).is_at(&folder.path().join("missing")));
    }
}
