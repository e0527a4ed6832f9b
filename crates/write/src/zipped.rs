//! A folder of finished files as one ZIP, stored as they are: workbooks are compressed already.

use crate::archive::Archive;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Writes the files of a folder into a new ZIP, by name, in a folder `inner`; the same files make the same bytes. Files whose
/// names begin with a dot, or are no text, are left out.
///
/// # Errors
/// If the folder or one of them cannot be read, or the ZIP is there already or cannot be written.
pub fn folder(folder: &Path, into: &Path, inner: &str) -> io::Result<()> {
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    let names = entries.iter().filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort_unstable();
    let (mut zip, mut archive) = (BufWriter::new(File::create_new(into)?), Archive::default());
    for name in names {
        let mut file = File::open(folder.join(&name))?;
        let bytes = file.metadata()?.len();
        archive.store(&mut zip, (&format!("{inner}/{name}"), bytes), &mut file)?;
    }
    archive.finish(&mut zip)?;
    zip.flush()?;
    zip.get_ref().sync_data()
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
