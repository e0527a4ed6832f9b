//! Runs the program on a hostile file, with bounds, and holds its answer against what was promised.

use serde_json::Value;
use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Address space of the program, in KiB: 512 MiB, for all that it reads, holds and runs.
pub(crate) const MEMORY_KIB: u64 = 512 * 1024;
/// A program that has not ended by then never will.
const WATCHDOG: Duration = Duration::from_mins(1);

/// What the program said of a file.
#[derive(Debug)]
pub(crate) struct Answer {
    pub exit: i32,
    /// The codes of its messages, in order.
    pub codes: Vec<String>,
    pub words: String,
    /// The run report, if there is one.
    pub report: Option<Value>,
}

/// Lets `fasttrack check` read these bytes under a name.
pub(crate) fn check(name: &str, bytes: &[u8]) -> Answer {
    check_with(name, bytes, &[])
}

/// The same with further arguments.
pub(crate) fn check_with(name: &str, bytes: &[u8], arguments: &[&str]) -> Answer {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), bytes).unwrap();
    let all = [&["check", name, "--json", "-q", "--threads", "2"], arguments].concat();
    run(folder.path(), &all, Stdio::null(), || ())
}

/// Annotates these bytes, and says how large the workbook is beside the answer.
pub(crate) fn annotate(name: &str, bytes: &[u8]) -> (Answer, Option<u64>) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), bytes).unwrap();
    let arguments = ["annotate", name, "-o", "out.xlsx", "--json", "-q", "--threads", "2"];
    let answer = run(folder.path(), &arguments, Stdio::null(), || ());
    let written = std::fs::metadata(folder.path().join("out.xlsx")).ok().map(|found| found.len());
    (answer, written)
}

/// Runs the program in a folder, with bounds; `meanwhile` is done once it has begun.
pub(crate) fn run(folder: &Path, arguments: &[&str], input: Stdio, meanwhile: impl FnOnce()) -> Answer {
    let (out, said) = (folder.join("stdout"), folder.join("stderr"));
    let began = Instant::now();
    let mut child = bounded(arguments)
        .current_dir(folder)
        .stdin(input)
        .stdout(File::create(&out).unwrap())
        .stderr(File::create(&said).unwrap())
        .spawn()
        .unwrap();
    meanwhile();
    let exit = ended(&mut child, arguments);
    if std::env::var_os("FASTTRACK_HOSTILE_TIMES").is_some() {
        eprintln!(
            "{:>8.2} s  {}",
            began.elapsed().as_secs_f64(),
            std::thread::current().name().unwrap_or("")
        );
    }
    let words = String::from_utf8_lossy(&std::fs::read(said).unwrap()).into_owned();
    let exit = exit.unwrap_or_else(|| panic!("ended by a signal: {words}"));
    assert!(!words.contains("panicked"), "{words}");
    let code = |line: &str| {
        let rest = ["error[", "review[", "remark["].iter().find_map(|start| line.strip_prefix(start));
        rest.and_then(|rest| rest.split_once(']')).map(|(code, _)| code.to_owned())
    };
    let codes = words.lines().filter_map(code).collect();
    let report = serde_json::from_slice(&std::fs::read(out).unwrap()).ok();
    Answer { exit, codes, words, report }
}

/// Returns the program; on Linux within a shell's limit of memory.
fn bounded(arguments: &[&str]) -> Command {
    let program = env!("CARGO_BIN_EXE_fasttrack");
    let mut command = if cfg!(target_os = "linux") {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("ulimit -v {MEMORY_KIB} && exec \"$0\" \"$@\""), program]);
        // Each arena of the allocator reserves address space that is no memory.
        shell.env("MALLOC_ARENA_MAX", "1");
        shell
    } else {
        Command::new(program)
    };
    command.args(arguments);
    command
}

fn ended(child: &mut Child, arguments: &[&str]) -> Option<i32> {
    let until = Instant::now() + WATCHDOG;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        if Instant::now() > until {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("no end in sight: {arguments:?}");
        }
        sleep(Duration::from_millis(5));
    }
}

impl Answer {
    /// The file was refused for this reason, in words with a way out.
    #[track_caller]
    pub(crate) fn is_refused(&self, code: &str) {
        self.is_refused_for_one_of(&[code]);
    }

    /// The same, where more than one reason is right.
    #[track_caller]
    pub(crate) fn is_refused_for_one_of(&self, codes: &[&str]) {
        let first = self.codes.first().map_or("", String::as_str);
        assert!(self.exit == 4 && codes.contains(&first), "not {codes:?} but {self:?}");
        assert!(self.words.contains("help: "), "{self:?}");
    }

    /// So many rows were read, and each of them is accounted for.
    #[track_caller]
    pub(crate) fn has_rows(&self, rows: u64) {
        assert_eq!(self.rows(), rows, "{self:?}");
    }

    /// The file was refused, or every row is accounted for.
    #[track_caller]
    pub(crate) fn is_sound(&self) {
        if self.exit == 4 || self.exit == 5 {
            assert!(!self.codes.is_empty() && self.words.contains("help: "), "{self:?}");
        } else {
            self.rows();
        }
    }

    /// Returns how many faults of a code there are.
    #[track_caller]
    pub(crate) fn faults(&self, code: &str) -> u64 {
        self.report.as_ref().expect("a run report")["faults"][code].as_u64().unwrap_or(0)
    }

    /// Returns how many rows were read, once the parts of the sum are that many.
    #[track_caller]
    pub(crate) fn rows(&self) -> u64 {
        assert!(matches!(self.exit, 0 | 3), "{self:?}");
        let rows = &self.report.as_ref().expect("a run report")["rows"];
        let count = |name: &str| rows[name].as_u64().expect("a number");
        let parts = ["classified", "needs_review", "blank", "footer"].map(count);
        assert_eq!(count("read"), parts.iter().sum::<u64>(), "{self:?}");
        assert_eq!(self.exit == 3, count("needs_review") > 0, "{self:?}");
        count("read")
    }
}
