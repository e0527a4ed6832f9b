//! A folder of finished workbooks as one ZIP: they are compressed already, and stored as they are.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Writes the files of a folder into a new ZIP, by name, in a folder `inner`; the same files make the same bytes.
///
/// # Errors
/// If one cannot be read, or the ZIP cannot be written.
pub(crate) fn folder(folder: &Path, into: &Path, inner: &str) -> io::Result<()> {
    /// From here on a file has a size of 64 bits in a ZIP.
    const LARGE_BYTES: u64 = u32::MAX as u64;
    let mut names: Vec<String> = fs::read_dir(folder)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort_unstable();
    let mut zip = ZipWriter::new(io::BufWriter::new(File::create_new(into)?));
    for name in names {
        let mut file = File::open(folder.join(&name))?;
        let is_large = file.metadata()?.len() >= LARGE_BYTES;
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(zip::DateTime::default())
            .large_file(is_large);
        zip.start_file(format!("{inner}/{name}"), options)?;
        io::copy(&mut file, &mut zip)?;
    }
    zip.finish()?.into_inner()?.sync_data()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_files_make_the_same_bytes() {
        let outer = tempfile::tempdir().unwrap();
        let books = outer.path().join("books");
        fs::create_dir(&books).unwrap();
        for name in ["b.xlsx", "a.xlsx", ".lock"] {
            fs::write(books.join(name), name).unwrap();
        }
        let [one, other] = ["one.zip", "other.zip"].map(|name| outer.path().join(name));
        folder(&books, &one, "roster.fasttrack").unwrap();
        folder(&books, &other, "roster.fasttrack").unwrap();
        assert_eq!(fs::read(&one).unwrap(), fs::read(&other).unwrap());
        let archive = zip::ZipArchive::new(File::open(&one).unwrap()).unwrap();
        let names: Vec<_> = archive.file_names().map(Result::unwrap).collect();
        assert_eq!(names, ["roster.fasttrack/a.xlsx", "roster.fasttrack/b.xlsx"]);
    }
}
