//! A file that is read from a position of its own: an open file is shared with whoever gave it, and one cursor for both would
//! give either of them rows that the other has passed.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

/// A file that is read from a position of its own, at first its start; clones go on from the same place, each by itself.
#[derive(Clone, Debug)]
pub(crate) struct Positioned {
    file: Arc<File>,
    at: u64,
}

impl Positioned {
    /// Starts at the file's beginning, wherever its own cursor is.
    pub(crate) const fn new(file: Arc<File>) -> Self {
        Self { file, at: 0 }
    }

    /// Returns what the system knows of the file.
    ///
    /// # Errors
    /// If the system does not say.
    pub(crate) fn metadata(&self) -> io::Result<Metadata> {
        self.file.metadata()
    }
}

impl From<File> for Positioned {
    fn from(file: File) -> Self {
        Self::new(Arc::new(file))
    }
}

impl Read for Positioned {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = read_at(&self.file, buffer, self.at)?;
        self.at = self.at.saturating_add(count as u64);
        Ok(count)
    }
}

impl Seek for Positioned {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.metadata()?.len().checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

/// Moves the file's own cursor, too, but never reads where that was.
#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}

/// Where nothing better is known, the file must not be read by others meanwhile.
#[cfg(not(any(unix, windows)))]
fn read_at(mut file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    file.seek(SeekFrom::Start(at))?;
    file.read(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn two_read_one_file_each_from_a_place_of_its_own() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"Contoso,480").unwrap();
        let file = Arc::new(file);
        let (mut one, mut text) = (Positioned::new(Arc::clone(&file)), String::new());
        assert_eq!(one.seek(SeekFrom::End(-3)).unwrap(), 8);
        let mut other = Positioned::new(Arc::clone(&file));
        one.read_to_string(&mut text).unwrap();
        other.by_ref().take(7).read_to_string(&mut text).unwrap();
        assert_eq!(other.seek(SeekFrom::Current(1)).unwrap(), 8);
        other.clone().read_to_string(&mut text).unwrap();
        other.read_to_string(&mut text).unwrap();
        assert_eq!(text, "480Contoso480480");
        assert!(other.seek(SeekFrom::Current(-12)).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn the_cursor_of_the_file_stays_where_it_was() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"Contoso").unwrap();
        let file = Arc::new(file);
        Positioned::new(Arc::clone(&file)).read_to_end(&mut Vec::new()).unwrap();
        assert_eq!((&*file).stream_position().unwrap(), 7);
    }
}
