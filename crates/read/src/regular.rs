//! Small files that are read whole beside a roster: plain ones, and none larger than it may be.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;

/// Opens a plain file of at most `most` bytes.
///
/// A pipe is refused before it is opened, since that would wait for whoever writes to it.
///
/// # Errors
/// Those of the system; of kind `InvalidInput` if it is a folder, a pipe or a device; of kind `FileTooLarge` if it is
/// larger.
pub fn open(path: &Path, most: u64) -> Result<File> {
    check(&std::fs::metadata(path)?, most)?;
    let file = File::open(path)?;
    // Another file may have its name by now.
    check(&file.metadata()?, most)?;
    Ok(file)
}

/// Returns the text of a plain file of at most `most` bytes.
///
/// # Errors
/// Those of [`open`]; of kind `InvalidData` if it is not in UTF-8.
pub fn text(path: &Path, most: u64) -> Result<String> {
    let mut text = String::new();
    // It may grow while it is read.
    let read = open(path, most)?.take(most.saturating_add(1)).read_to_string(&mut text)?;
    if read as u64 > most { Err(too_large(most)) } else { Ok(text) }
}

fn check(metadata: &std::fs::Metadata, most: u64) -> Result<()> {
    if metadata.is_dir() {
        return Err(Error::new(ErrorKind::InvalidInput, "it is a folder, not a file"));
    }
    if !metadata.is_file() {
        return Err(Error::new(ErrorKind::InvalidInput, "it is a pipe or a device, not a file"));
    }
    if metadata.len() > most { Err(too_large(most)) } else { Ok(()) }
}

fn too_large(most: u64) -> Error {
    Error::new(ErrorKind::FileTooLarge, format!("it is larger than {}", super::limits::size(most)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_file_within_its_limit_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("policy.toml");
        std::fs::write(&path, "name = 1\n").unwrap();
        assert_eq!(text(&path, 9).unwrap(), "name = 1\n");
        let kind = |path: &Path, most| text(path, most).unwrap_err().kind();
        assert_eq!(kind(&path, 8), ErrorKind::FileTooLarge);
        assert_eq!(kind(folder.path(), 9), ErrorKind::InvalidInput);
        assert_eq!(kind(&folder.path().join("x"), 9), ErrorKind::NotFound);
        std::fs::write(&path, b"\xff\xfe").unwrap();
        assert_eq!(kind(&path, 9), ErrorKind::InvalidData);
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_and_a_device_are_refused_before_anything_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for path in [pipe.as_path(), Path::new("/dev/zero")] {
            assert_eq!(open(path, 9).unwrap_err().kind(), ErrorKind::InvalidInput);
        }
    }
}
