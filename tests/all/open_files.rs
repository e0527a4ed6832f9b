//! A run from an open file or a pipe to an open file or a pipe makes the bytes that a run from path to path makes, and
//! leaves no temporary file behind, however it ends.
#![allow(clippy::unwrap_used, reason = "a helper of tests: to fail loudly is its work")]

use crate::support::{job, run};
use fasttrack_roster::error::{Error, ErrorKind};
use fasttrack_roster::handles::{OpenFile, PipeIn, PipeOut};
use fasttrack_roster::job::Job;
use fasttrack_roster::read::Input;
use fasttrack_roster::write::format::Format;
use fasttrack_roster::write::target::Target;
use std::fs::{self, File};
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// The roster's name, which the workbook shows.
const NAME: &str = "roster.csv";

const BEFORE: &[u8] = b"what stood there before";

/// A folder with a roster, an earlier output, and an empty folder for temporary files.
struct Stand {
    folder: TempDir,
    scratch: TempDir,
    roster: Vec<u8>,
}

impl Stand {
    fn new() -> Self {
        let rows = (0..3_000).map(|row| format!("Contoso {row},SPE_E3,{}", row % 700));
        let lines: Vec<String> = std::iter::once("Tenant,Plan,Paid seats".to_owned()).chain(rows).collect();
        let roster = lines.join("\n").into_bytes();
        let (folder, scratch) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(folder.path().join(NAME), &roster).unwrap();
        fs::write(folder.path().join("out"), BEFORE).unwrap();
        Self { folder, scratch, roster }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A job from path to path, with a folder for temporary files.
    fn job(&self, format: Format) -> Job {
        let scratch = Some(self.scratch.path().to_owned());
        Job { format, scratch, ..job(&self.path(NAME), &self.wanted_path(format)) }
    }

    fn wanted_path(&self, format: Format) -> PathBuf {
        self.path(&format!("wanted.{}", format.word()))
    }

    /// The bytes that a run from path to path makes.
    fn wanted(&self, format: Format) -> Vec<u8> {
        run(&self.job(format)).unwrap();
        fs::read(self.wanted_path(format)).unwrap()
    }

    /// The roster, open in the middle of a line.
    fn open_roster(&self) -> Input {
        let mut file = File::open(self.path(NAME)).unwrap();
        file.seek(SeekFrom::Start(30)).unwrap();
        Input::Open(OpenFile::new(file, NAME))
    }

    /// The earlier output, open at its end.
    fn open_output(&self) -> Target {
        let mut file = File::options().write(true).open(self.path("out")).unwrap();
        file.seek(SeekFrom::End(0)).unwrap();
        Target::Open(OpenFile::new(file, "out.xlsx"))
    }

    /// Runs a job that must fail.
    fn fails(&self, job: &Job) -> Error {
        let error = run(job).unwrap_err();
        self.leaves_nothing();
        error
    }

    fn leaves_nothing(&self) {
        assert_eq!(fs::read_dir(self.scratch.path()).unwrap().count(), 0, "no temporary file is left");
        let names = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let hidden = names.filter(|name| name.to_string_lossy().starts_with('.')).count();
        assert_eq!(hidden, 0, "nothing is left beside the output");
    }
}

/// The other end of a pipe that goes out; breaks when it has so many bytes.
#[derive(Clone)]
struct Taken {
    bytes: Arc<Mutex<Vec<u8>>>,
    most: usize,
}

impl Taken {
    fn new(most: usize) -> Self {
        Self { bytes: Arc::default(), most }
    }

    fn target(&self) -> Target {
        Target::Pipe(PipeOut::new(self.clone(), "export"))
    }

    fn bytes(&self) -> Vec<u8> {
        self.bytes.lock().unwrap().clone()
    }
}

impl Write for Taken {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut taken = self.bytes.lock().unwrap();
        let room = self.most - taken.len();
        if room == 0 {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        taken.extend(bytes.iter().take(room));
        Ok(bytes.len().min(room))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A pipe that breaks when everything was read.
struct Torn(Cursor<Vec<u8>>);

impl Read for Torn {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::ErrorKind::ConnectionReset.into()),
            count => Ok(count),
        }
    }
}

#[test]
fn from_open_file_to_open_file_the_bytes_are_those_from_path_to_path() {
    let stand = Stand::new();
    for format in [Format::Xlsx, Format::Csv, Format::Parquet] {
        let (input, target) = (stand.open_roster(), Some(stand.open_output()));
        let done = run(&Job { input, target, ..stand.job(format) }).unwrap();
        assert_eq!(fs::read(stand.path("out")).unwrap(), stand.wanted(format), "{format:?}");
        assert_eq!(done.about.name, NAME);
        let written = done.written.unwrap();
        assert_eq!((written.path, written.format), (None, format));
        assert_eq!(written.bytes, fs::metadata(stand.path("out")).unwrap().len());
        stand.leaves_nothing();
    }
}

#[test]
fn from_pipe_to_pipe_the_bytes_are_those_from_path_to_path() {
    let stand = Stand::new();
    for format in [Format::Xlsx, Format::Jsonl] {
        let taken = Taken::new(usize::MAX);
        let input = Input::Pipe(PipeIn::new(Cursor::new(stand.roster.clone()), NAME));
        // A pipe has no day of its own.
        let as_of = run(&stand.job(format)).unwrap().date.map(|dated| dated.date);
        let wanted = Job { as_of, ..stand.job(format) };
        run(&wanted).unwrap();
        let bytes = fs::read(stand.wanted_path(format)).unwrap();
        let job = Job { input, target: Some(taken.target()), ..wanted };
        let done = run(&job).unwrap();
        assert_eq!(taken.bytes(), bytes, "{format:?}");
        assert_eq!(done.about.sha256, run(&stand.job(format)).unwrap().about.sha256);
        stand.leaves_nothing();
        assert_eq!(stand.fails(&job).kind, ErrorKind::Internal, "a pipe is used once");
    }
}

#[test]
fn one_open_roster_can_be_read_by_two_runs_at_once() {
    let stand = Stand::new();
    let job = Job { input: stand.open_roster(), ..stand.job(Format::Csv) };
    let wanted = stand.wanted(Format::Csv);
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..2)
            .map(|_| {
                let (taken, job) = (Taken::new(usize::MAX), job.clone());
                scope.spawn(move || run(&Job { target: Some(taken.target()), ..job }).map(|_| taken.bytes()))
            })
            .collect();
        for run in runs {
            assert_eq!(run.join().unwrap().unwrap(), wanted);
        }
    });
}

#[test]
fn a_roster_whose_pipe_breaks_half_way_writes_nothing() {
    let stand = Stand::new();
    let torn = Torn(Cursor::new(stand.roster.clone()));
    let target = stand.open_output();
    let job = Job {
        input: Input::Pipe(PipeIn::new(torn, "export")),
        target: Some(target),
        ..stand.job(Format::Xlsx)
    };
    let error = stand.fails(&job);
    assert_eq!(error.kind, ErrorKind::Input);
    assert!(error.to_string().contains("error[roster-unreadable]"), "{error}");
    assert!(error.to_string().contains("export"), "{error}");
    assert_eq!(fs::read(stand.path("out")).unwrap(), BEFORE);
}

#[test]
fn an_output_whose_pipe_breaks_half_way_is_an_error() {
    let stand = Stand::new();
    let taken = Taken::new(1_000);
    let error = stand.fails(&Job { target: Some(taken.target()), ..stand.job(Format::Xlsx) });
    assert_eq!(error.kind, ErrorKind::Output);
    assert!(error.to_string().contains("`export` cannot be written"), "{error}");
    assert_eq!(taken.bytes().len(), 1_000);
}

#[test]
fn a_roster_that_has_no_columns_leaves_an_open_output_as_it_was() {
    let stand = Stand::new();
    let input = Input::Pipe(PipeIn::new(&b"Tenant,Plan\nContoso,SPE_E3\n"[..], NAME));
    let job = Job { input, target: Some(stand.open_output()), ..stand.job(Format::Xlsx) };
    assert_eq!(stand.fails(&job).kind, ErrorKind::Columns);
    assert_eq!(fs::read(stand.path("out")).unwrap(), BEFORE);
}

#[test]
fn a_folder_for_temporary_files_that_is_not_there_is_named() {
    let stand = Stand::new();
    let missing = Some(stand.path("missing"));
    let input = Input::Pipe(PipeIn::new(Cursor::new(stand.roster.clone()), NAME));
    for job in [
        Job { scratch: missing.clone(), input, ..stand.job(Format::Xlsx) },
        Job { scratch: missing, target: Some(stand.open_output()), ..stand.job(Format::Xlsx) },
    ] {
        let error = stand.fails(&job);
        assert!(error.to_string().contains("error[no-room]"), "{error}");
        assert!(error.to_string().contains("missing"), "{error}");
    }
    assert_eq!(fs::read(stand.path("out")).unwrap(), BEFORE);
}

#[cfg(unix)]
#[test]
fn an_open_roster_is_never_overwritten() {
    let stand = Stand::new();
    let both = File::options().read(true).write(true).open(stand.path(NAME)).unwrap();
    let output = || Some(Target::Open(OpenFile::new(both.try_clone().unwrap(), "out.csv")));
    let csv = || stand.job(Format::Csv);
    for job in [
        Job { target: output(), ..csv() },
        Job { input: stand.open_roster(), target: output(), ..csv() },
        Job { input: stand.open_roster(), target: Some(Target::File(stand.path(NAME))), ..csv() },
    ] {
        let error = stand.fails(&job);
        assert_eq!(error.kind, ErrorKind::Usage, "{error}");
        assert!(error.to_string().contains("error[output-is-input]"), "{error}");
        assert_eq!(fs::read(stand.path(NAME)).unwrap(), stand.roster);
    }
}
