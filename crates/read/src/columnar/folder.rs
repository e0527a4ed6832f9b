//! A folder of Parquet files, as Spark and other programs write one table: its files in the order of their names, folders such
//! as `country=DE` as columns.

use super::block::{Part, Source};
use super::footer::Footer;
use super::{MAGIC, Told, formats_of, in_part, part_rows};
use crate::about::PartRows;
use crate::diagnostic::{Code, excerpt};
use crate::error::{Error, Result};
use crate::limits::{Clock, Limits};
use crate::positioned::Positioned;
use crate::survey::{RosterKind, survey};
use crate::watch::Watch;
use crate::{Input, changed, refused, unreadable};
use fasttrack_core::date::Date;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// How deep folders may be inside each other: one for each column by which a table was parted.
const LIMIT_DEPTH: usize = 16;
/// Files of a folder; each is opened three times.
const LIMIT_FILES: usize = 100_000;
/// What Hive and Spark write for a value that is missing.
const MISSING: &str = "__HIVE_DEFAULT_PARTITION__";
/// Folders that belong to a kind of table whose files are not all of its rows, or more than that.
const TABLES: [(&str, &str); 3] =
    [("_delta_log", "a Delta table"), (".hoodie", "a Hudi table"), ("metadata", "an Iceberg table")];

/// A file below a folder, and the columns and values of the folders that it is in.
type Listed = (String, Vec<(String, String)>);

/// A folder whose files are known and hashed.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    files: Vec<PartFile>,
    /// The columns that folders are named after.
    keys: Vec<String>,
    /// Bytes of all files.
    pub(crate) bytes: u64,
    /// The hash of their hashes and names.
    pub(crate) sha256: String,
    /// The newest day on which one was changed.
    pub(crate) modified: Option<Date>,
}

/// One file of it.
#[derive(Debug)]
struct PartFile {
    /// Its path below the folder, with `/` between the parts.
    name: String,
    /// The values of the folders that it is in.
    values: Vec<String>,
    bytes: u64,
    checksum: u32,
    rows: u64,
}

/// What is known of all files together.
pub(super) struct Looked {
    pub names: Vec<String>,
    pub formats: Vec<usize>,
    pub told: Told,
}

/// Returns the folder that an input is, if it is one; `None` = it is a file or a pipe.
///
/// # Errors
/// `parquet-folder`, `roster-unreadable`, `too-many-bytes`, `too-much-time`.
pub(crate) fn folder_of(input: &Input, limits: &Limits, clock: Clock) -> Result<Option<Folder>> {
    let (Input::File(path) | Input::Folder { path, .. }) = input else { return Ok(None) };
    if !path.is_dir() {
        return Ok(None);
    }
    let files = listed(path)?;
    Folder::hashed(path, &files, limits, clock).map(Some)
}

/// Returns the files of a folder, and the values of the folders that each is in, in the order of their paths.
fn listed(path: &Path) -> Result<Vec<Listed>> {
    refuse_other_tables(path)?;
    let mut list = List::default();
    list.look(path, "", &[])?;
    if list.is_unfinished && !path.join("_SUCCESS").exists() {
        return Err(refused(
            Code::ParquetFolder,
            "a job is still writing to this folder, or broke off: it has the folder `_temporary` and no `_SUCCESS`",
            "wait until the job has ended, or run it again",
        ));
    }
    let is_whole = |(name, _): &Listed| begins_as_one(&path.join(name));
    if !list.found.iter().any(is_whole) {
        return Err(refused(
            Code::RosterUnreadable,
            "this is a folder, not a file",
            "name the roster in it; the only folders that are read are those of Parquet files, as Spark writes them",
        ));
    }
    list.found.sort();
    if let Some((other, _)) = list.found.iter().find(|file| !is_whole(file)) {
        return Err(stranger(other, "is not a Parquet file"));
    }
    list.strange.map_or(Ok(list.found), Err)
}

fn refuse_other_tables(path: &Path) -> Result<()> {
    let is_there = |(folder, _): &&(&str, &str)| match *folder {
        // Any folder may have this name; an Iceberg table has its rows in one beside it.
        "metadata" => path.join(folder).is_dir() && path.join("data").is_dir(),
        folder => path.join(folder).is_dir(),
    };
    match TABLES.iter().find(is_there) {
        None => Ok(()),
        Some((_, what)) => Err(refused(
            Code::ParquetFolder,
            format!("the folder is {what}: its files also have rows that are no longer in the table"),
            "write the table's rows to a folder of their own, such as with Spark: `table.write.parquet(FOLDER)`",
        )),
    }
}

/// Returns whether a folder is meant to be a table of Parquet files, whole or not: it has one of them, what jobs put beside
/// them, or folders such as `country=DE`. At most a few of its files are opened.
///
/// A folder that cannot be read is none.
#[must_use]
pub fn is_folder_of_parquet(path: &Path) -> bool {
    /// Files that are opened, at most.
    const LIMIT_OPENED: usize = 16;
    let Ok(entries) = fs::read_dir(path) else { return false };
    let mut files = Vec::new();
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_of_a_job = ["_SUCCESS", "_temporary", "_started_", "_committed_"];
        let is_of_a_table = TABLES.iter().any(|(table, _)| *table == name && name.starts_with(['_', '.']));
        if is_of_a_table || is_of_a_job.iter().any(|begin| name.starts_with(begin)) {
            return true;
        }
        if partition(&name).is_some() && entry.path().is_dir() {
            return true;
        }
        // To open a pipe waits until somebody writes to it.
        if entry.path().is_file() && !name.starts_with(['_', '.']) && files.len() < LIMIT_OPENED {
            files.push(entry.path());
        }
    }
    files.iter().any(|file| begins_as_one(file))
}

#[derive(Default)]
struct List {
    found: Vec<Listed>,
    is_unfinished: bool,
    /// What is no part of a table.
    strange: Option<Error>,
}

/// Returns whether a file begins as Parquet does.
fn begins_as_one(path: &Path) -> bool {
    let mut head = [0; MAGIC.len()];
    File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok() && head == *MAGIC
}

impl List {
    fn look(&mut self, folder: &Path, before: &str, values: &[(String, String)]) -> Result<()> {
        for entry in fs::read_dir(folder).map_err(|error| unreadable(&error))? {
            let entry = entry.map_err(|error| unreadable(&error))?;
            let Ok(name) = entry.file_name().into_string() else {
                let name = entry.file_name();
                self.strange.get_or_insert_with(|| {
                    stranger(&name.to_string_lossy(), "has a name that is not in UTF-8")
                });
                continue;
            };
            self.is_unfinished |= name == "_temporary";
            let path = entry.path();
            let metadata = fs::metadata(&path).map_err(|error| unreadable(&error))?;
            let shown = format!("{before}{name}");
            let value = partition(&name).filter(|_| metadata.is_dir());
            // As Spark does: what begins so is no part of the table, unless it is a value of it.
            if name.starts_with(['_', '.']) && value.is_none() {
                continue;
            }
            if self.found.len() >= LIMIT_FILES {
                return Err(refused(
                    Code::ParquetFolder,
                    "the folder has more than 100,000 files",
                    "write the table in fewer files, such as with `coalesce` in Spark",
                ));
            }
            if metadata.is_file() {
                self.found.push((shown, values.to_vec()));
                continue;
            }
            let Some((key, value)) = value.filter(|_| metadata.is_dir() && values.len() < LIMIT_DEPTH) else {
                let what = "is not a Parquet file, nor a folder such as `country=DE`";
                self.strange.get_or_insert_with(|| stranger(&shown, what));
                continue;
            };
            let value = if value == MISSING { String::new() } else { unescaped(value) };
            let deeper: Vec<_> = values.iter().cloned().chain([(unescaped(key), value)]).collect();
            self.look(&path, &format!("{shown}/"), &deeper)?;
        }
        Ok(())
    }
}

/// Returns the column and the value that a folder of a table is named by: `country=DE`.
#[must_use]
pub fn partition(name: &str) -> Option<(&str, &str)> {
    name.split_once('=').filter(|(key, _)| !key.is_empty())
}

fn stranger(name: &str, what: &str) -> Error {
    refused(
        Code::ParquetFolder,
        format!("the folder is not one table: `{}` {what}", excerpt(name)),
        "name a file, or a folder that has nothing but the files of one table",
    )
}

/// Returns a name as it was before signs that no folder may have were written as `%3A`.
fn unescaped(name: &str) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        let digit = |place: usize| rest.get(place).and_then(|digit| char::from(*digit).to_digit(16));
        if let (b'%', Some((high, low))) = (first, digit(1).zip(digit(2))) {
            bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'%'));
            rest = rest.get(3..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = others;
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| name.to_owned())
}

impl Folder {
    fn hashed(path: &Path, files: &[Listed], limits: &Limits, clock: Clock) -> Result<Self> {
        let keys = keys_of(files)?;
        let mut folder = Self {
            path: path.to_owned(),
            files: Vec::with_capacity(files.len()),
            keys,
            bytes: 0,
            sha256: String::new(),
            modified: None,
        };
        let mut hash = Sha256::new();
        for (name, values) in files {
            let hashed = folder.hash(name, limits, clock).map_err(|error| in_part(error, Some(name)))?;
            let values = values.iter().map(|(_, value)| value.clone()).collect();
            let (sha256, bytes, checksum) = hashed;
            hash.update(format!("{sha256}  {name}\n"));
            folder.files.push(PartFile { name: name.clone(), values, bytes, checksum, rows: 0 });
            folder.bytes += bytes;
            limits.check_bytes(folder.bytes)?;
        }
        folder.sha256 = crate::hash::shown(hash);
        Ok(folder)
    }

    /// Hashes one file, and makes sure by its content that it is one.
    fn hash(&mut self, name: &str, limits: &Limits, clock: Clock) -> Result<(String, u64, u32)> {
        let input = Input::File(self.path.join(name));
        let mut file = self.file(name)?;
        let watch = Watch::new(&file)?;
        let seen = survey(&mut file, limits, clock)?;
        watch.check()?;
        if !matches!(seen.kind(None, name), Ok(RosterKind::Columnar)) {
            return Err(stranger(name, "is not a Parquet file"));
        }
        self.modified = self.modified.max(crate::source::modified(&input));
        Ok((seen.sha256, seen.bytes, seen.checksum))
    }

    fn file(&self, name: &str) -> Result<Positioned> {
        Ok(File::open(self.path.join(name)).map_err(|error| unreadable(&error))?.into())
    }

    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    pub(super) fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).fold(0, u64::saturating_add)
    }

    pub(super) fn parts(&self) -> Vec<PartRows> {
        self.files.iter().map(|file| part_rows(&file.name, file.rows)).collect()
    }

    /// Looks at what each file says of itself.
    ///
    /// # Errors
    /// Those of reading it; `parquet-parts-differ`.
    pub(super) fn look(&mut self) -> Result<Looked> {
        let (mut names, mut formats, mut told) = (None, Vec::new(), Told::default());
        let mut rows = Vec::with_capacity(self.files.len());
        for file in &self.files {
            let footer = self.footer(file)?.1;
            let found = self.names_of(&footer);
            let names = names.get_or_insert_with(|| found.clone());
            self.sources(file, &footer, names)?;
            formats.extend(formats_of([&footer].into_iter()));
            told.join(Told::of(&footer));
            formats.sort_unstable();
            formats.dedup();
            rows.push(footer.rows);
        }
        self.files.iter_mut().zip(rows).for_each(|(file, rows)| file.rows = rows);
        Ok(Looked { names: names.unwrap_or_default(), formats, told })
    }

    /// Opens a file; its rows have the columns with these names.
    ///
    /// # Errors
    /// Those of reading it; `parquet-parts-differ`, `roster-changed`.
    pub(super) fn open(&self, index: usize, names: &[String], limits: Limits) -> Result<Part> {
        let file =
            self.files.get(index).ok_or_else(|| Error::internal("a file that the folder does not have"))?;
        let (positioned, footer) = self.footer(file)?;
        if footer.rows != file.rows {
            return Err(changed());
        }
        let sources = self.sources(file, &footer, names)?;
        let mut part = Part::new(positioned, footer, sources, limits);
        part.name = Some(file.name.clone());
        Ok(part)
    }

    fn footer(&self, file: &PartFile) -> Result<(Positioned, Footer)> {
        let mut positioned = self.file(&file.name)?;
        let metadata = positioned.metadata().map_err(|error| unreadable(&error))?;
        if metadata.len() != file.bytes {
            return Err(changed());
        }
        let footer = super::footer_of(&mut positioned, file.bytes)
            .map_err(|error| in_part(error, Some(&file.name)))?;
        Ok((positioned, footer))
    }

    /// Returns the names of the columns of a file, those of its folders behind them; as in Spark, a folder's name counts
    /// where the file has the column, too.
    fn names_of(&self, footer: &Footer) -> Vec<String> {
        let own =
            footer.columns.iter().map(|leaf| leaf.name.clone()).filter(|name| !self.keys.contains(name));
        own.chain(self.keys.iter().cloned()).collect()
    }

    /// Returns where the cells of each column come from in a file.
    ///
    /// # Errors
    /// `parquet-parts-differ`, if it has not the columns with these names, in whatever order.
    fn sources(&self, file: &PartFile, footer: &Footer, names: &[String]) -> Result<Vec<Source>> {
        let mut left: Vec<Option<&str>> =
            footer.columns.iter().map(|leaf| Some(leaf.name.as_str())).collect();
        let mut missing = Vec::new();
        let sources = names.iter().enumerate().map(|(usual, name)| {
            if let Some(place) = self.keys.iter().position(|key| key == name) {
                return Source::Folder(file.values.get(place).cloned().unwrap_or_default());
            }
            let is_it = |place: &usize| left.get(*place).copied().flatten() == Some(name.as_str());
            let place = Some(usual).filter(is_it).or_else(|| (0..left.len()).find(is_it));
            match place.and_then(|place| left.get_mut(place)) {
                Some(column) => *column = None,
                None => missing.push(name.as_str()),
            }
            Source::Column(place.unwrap_or(usize::MAX))
        });
        let sources = sources.collect();
        let is_key = |name: &str| self.keys.iter().any(|key| key == name);
        let more: Vec<&str> = left.into_iter().flatten().filter(|name| !is_key(name)).collect();
        if missing.is_empty() && more.is_empty() {
            Ok(sources)
        } else {
            Err(differs(&file.name, &missing, &more))
        }
    }

    /// Makes sure that the files are still those that were hashed, and that none was added.
    ///
    /// # Errors
    /// `roster-changed`, `roster-unreadable`.
    pub(super) fn check(&self) -> Result<()> {
        let now = listed(&self.path).map_err(|_| changed())?;
        if !now.iter().map(|(name, _)| name).eq(self.files.iter().map(|file| &file.name)) {
            return Err(changed());
        }
        self.files.iter().try_for_each(|file| Watch::new(&self.file(&file.name)?)?.check_bytes(file.checksum))
    }
}

/// Returns the columns that the folders are named after; all files are in folders of the same.
fn keys_of(files: &[Listed]) -> Result<Vec<String>> {
    let keys =
        |values: &[(String, String)]| -> Vec<String> { values.iter().map(|(key, _)| key.clone()).collect() };
    let (first, first_values) = files.first().map(|(name, values)| (name, keys(values))).unzip();
    let first_values = first_values.unwrap_or_default();
    match files.iter().find(|(_, values)| keys(values) != first_values) {
        None => Ok(first_values),
        Some((other, _)) => Err(refused(
            Code::ParquetPartsDiffer,
            format!(
                "`{}` and `{}` are not in folders of the same columns",
                excerpt(first.map_or("", String::as_str)),
                excerpt(other)
            ),
            "name a folder that has nothing but the files of one table",
        )),
    }
}

fn differs(file: &str, missing: &[&str], more: &[&str]) -> Error {
    let names = |names: &[&str]| {
        names.iter().take(5).map(|name| format!("`{}`", excerpt(name))).collect::<Vec<_>>().join(", ")
    };
    let what = match (missing, more) {
        ([], more) => format!("has more columns than the first file: {}", names(more)),
        (missing, []) => format!("has no column {}", names(missing)),
        (missing, more) => format!("has no column {}, but {}", names(missing), names(more)),
    };
    refused(
        Code::ParquetPartsDiffer,
        format!("the files of the folder do not have the same columns: `{}` {what}", excerpt(file)),
        "write the table again as a whole, such as with `mode(\"overwrite\")` in Spark",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_parquet_is_known_by_its_files_or_by_what_jobs_put_beside_them() {
        for (name, bytes, is_one) in [
            ("part-0", "PAR1", true),
            ("_SUCCESS", "", true),
            ("_temporary/0/part-0", "", true),
            ("_delta_log/0.json", "", true),
            ("country=DE/part-0", "", true),
            ("roster.csv", "Tenant,Plan\n", false),
            ("metadata/a.json", "", false),
            (".hidden", "PAR1", false),
            ("west/part-0", "PAR1", false),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
            assert_eq!(is_folder_of_parquet(folder.path()), is_one, "{name}");
        }
        assert!(!is_folder_of_parquet(Path::new("no such folder")));
    }
}
