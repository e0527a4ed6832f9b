//! Where the system refuses room, threads or rights, the run ends with code 6 and says which of them it was.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test: to fail loudly is its work")]

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_fasttrack");
const BEFORE: &[u8] = b"what was there before";

/// A user without rights, on every system.
const NOBODY: u32 = 65_534;

fn roster(rows: u32) -> String {
    let mut text = "Tenant,Plan,Paid seats\n".to_owned();
    for row in 0..rows {
        let _ = writeln!(text, "Contoso {row},SPE_E3,{}", row % 900);
    }
    text
}

/// A folder with a roster and a workbook of an earlier day.
fn stand(rows: u32) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("roster.csv"), roster(rows)).unwrap();
    fs::write(folder.path().join("out.xlsx"), BEFORE).unwrap();
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Runs a line of the shell; returns the exit code and what was said.
fn shell(folder: &Path, line: &str) -> (Option<i32>, String) {
    finished(Command::new("sh").current_dir(folder).args(["-c", line]).env("PROGRAM", PROGRAM))
}

fn finished(command: &mut Command) -> (Option<i32>, String) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    tempfile::tempfile().unwrap().metadata().unwrap().uid() == 0
}

/// A small disk, which is taken away in the end.
pub(crate) struct Disk(PathBuf);

impl Disk {
    /// Mounts one; `None` where that may not be, which is said.
    pub(crate) fn mount(at: PathBuf, kilobytes: u32) -> Option<Self> {
        fs::create_dir(&at).unwrap();
        let size = format!("size={kilobytes}k");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "none"]).arg(&at).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(at));
        }
        eprintln!("skipped: only root can mount a small disk");
        None
    }
}

impl Disk {
    /// Returns where it is.
    #[cfg_attr(not(feature = "serve"), expect(dead_code, reason = "for the upload page"))]
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_is_told_wherever_it_gets_full_and_the_earlier_output_stays() {
    let folder = stand(900);
    for kilobytes in [8, 16, 32, 48, 64, 128] {
        let Some(disk) = Disk::mount(folder.path().join(format!("disk-{kilobytes}")), kilobytes) else {
            return;
        };
        for name in ["out.xlsx", "out.csv", "out.jsonl", "out.parquet"] {
            let output = disk.0.join(name);
            fs::write(&output, BEFORE).unwrap();
            for more in ["", "--writer stock", "--threads 1"] {
                if !more.is_empty() && name != "out.xlsx" {
                    continue;
                }
                let line = format!("\"$PROGRAM\" annotate roster.csv -o '{}' {more}", output.display());
                let (code, said) = shell(folder.path(), &line);
                let case = format!("{kilobytes} KiB, {name} {more}: {said}");
                if code == Some(0) {
                    assert!(kilobytes > 64 || name == "out.parquet", "no room for it: {case}");
                    fs::write(&output, BEFORE).unwrap();
                    continue;
                }
                assert_eq!(code, Some(6), "{case}");
                assert!(
                    said.contains("No space left on device") && said.contains("free some space"),
                    "{case}"
                );
                assert!(said.contains("the existing file was not changed"), "{case}");
                assert!(!said.contains("panicked") && !said.contains("mistake"), "{case}");
                assert_eq!(fs::read(&output).unwrap(), BEFORE, "{case}");
                assert_eq!(names(&disk.0), [name], "{case}");
            }
            fs::remove_file(&output).unwrap();
        }
    }
}

#[test]
fn standard_input_without_room_for_it_is_not_the_rosters_fault() {
    let folder = stand(3_000);
    let Some(disk) = Disk::mount(folder.path().join("disk"), 16) else { return };
    let line = format!("TMPDIR='{}' \"$PROGRAM\" check - < roster.csv", disk.0.display());
    let output = Command::new("sh")
        .current_dir(folder.path())
        .args(["-c", &line])
        .env("PROGRAM", PROGRAM)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(6), "{said}");
    assert!(said.starts_with("error[no-room]: a temporary file in `"), "{said}");
    assert!(said.contains("No space left on device") && said.contains("TMPDIR"), "{said}");
}

#[test]
fn that_nothing_was_changed_is_only_said_where_it_is_true() {
    let folder = stand(900);
    // In the way of the last workbook of a value.
    fs::create_dir_all(folder.path().join("out/Specialist.xlsx")).unwrap();
    let line = "\"$PROGRAM\" annotate roster.csv -o out.xlsx --split-files tier";
    let (code, said) = shell(folder.path(), line);
    assert_eq!(code, Some(6), "{said}");
    assert!(said.contains("split workbooks were written, the others were not changed"), "{said}");
    assert!(!said.contains("the existing file was not changed"), "{said}");
    assert!(fs::read(folder.path().join("out.xlsx")).unwrap() != BEFORE);
}

#[test]
fn a_limit_of_the_size_of_files_is_an_error_and_not_a_signal() {
    let folder = stand(3_000);
    for blocks in [0, 1, 8, 64] {
        for name in ["out.xlsx", "out.csv"] {
            fs::write(folder.path().join(name), BEFORE).unwrap();
            let line = format!("ulimit -f {blocks}; exec \"$PROGRAM\" annotate roster.csv -o {name}");
            let (code, said) = shell(folder.path(), &line);
            assert_eq!(code, Some(6), "{blocks} blocks, {name}: {said}");
            assert!(said.contains("File too large") && said.contains("ulimit -f"), "{said}");
            assert_eq!(fs::read(folder.path().join(name)).unwrap(), BEFORE);
            fs::remove_file(folder.path().join(name)).unwrap();
        }
    }
    assert_eq!(names(folder.path()), ["roster.csv"]);
}

/// A command of a user without rights, who may write the folder.
fn as_nobody(folder: &Path, line: &str) -> (Option<i32>, String) {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).unwrap();
    let program = folder.join("program");
    fs::copy(PROGRAM, &program).unwrap();
    // Other shells have no word for a limit on threads.
    let mut command = Command::new("bash");
    command.current_dir(folder).args(["-c", line]).env("PROGRAM", &program);
    if is_root() {
        command.uid(NOBODY);
    }
    let done = finished(&mut command);
    fs::remove_file(program).unwrap();
    done
}

#[test]
fn a_refused_thread_is_told_and_is_no_mistake_of_the_program() {
    let folder = stand(3_000);
    for limit in [1, 2, 3, 5] {
        for threads in ["--threads 1", "--threads 4"] {
            let line =
                format!("ulimit -u {limit} && exec \"$PROGRAM\" annotate roster.csv -o out.xlsx {threads}");
            let (code, said) = as_nobody(folder.path(), &line);
            if code == Some(0) {
                fs::write(folder.path().join("out.xlsx"), BEFORE).unwrap();
                continue;
            }
            assert_eq!(code, Some(6), "{limit} processes, {threads}: {said}");
            assert!(said.contains("no-thread") && said.contains("ulimit -u"), "{limit}, {threads}: {said}");
            assert_eq!(fs::read(folder.path().join("out.xlsx")).unwrap(), BEFORE);
        }
    }
    assert_eq!(names(folder.path()), ["out.xlsx", "roster.csv"]);
}

#[test]
fn a_lock_that_another_user_left_behind_stops_nobody() {
    if !is_root() {
        eprintln!("skipped: only root can leave a lock of another user behind");
        return;
    }
    let folder = stand(3);
    fs::write(folder.path().join(".out.xlsx.lock"), "").unwrap();
    fs::set_permissions(folder.path().join(".out.xlsx.lock"), fs::Permissions::from_mode(0o644)).unwrap();
    let (code, said) = as_nobody(folder.path(), "exec \"$PROGRAM\" annotate roster.csv -o out.xlsx");
    assert_eq!(code, Some(0), "{said}");
    fs::write(folder.path().join(".out.xlsx.lock"), "").unwrap();
    fs::set_permissions(folder.path().join(".out.xlsx.lock"), fs::Permissions::from_mode(0o600)).unwrap();
    let (code, said) = as_nobody(folder.path(), "exec \"$PROGRAM\" annotate roster.csv -o out.xlsx");
    assert_eq!(code, Some(6), "{said}");
    assert!(said.contains("belongs to another user"), "{said}");
}

#[test]
fn columns_that_cannot_be_kept_are_told_before_the_run() {
    let folder = stand(3);
    symlink("nowhere/map.toml", folder.path().join("link.toml")).unwrap();
    for map in ["no/such/map.toml", ".", "roster.csv", "link.toml"] {
        let line = format!("exec \"$PROGRAM\" annotate roster.csv -o out.xlsx --save-map {map}");
        let (code, said) = shell(folder.path(), &line);
        assert_eq!(code, Some(6), "{map}: {said}");
        assert!(said.starts_with("error[map-not-writable]: "), "{map}: {said}");
        assert_eq!(fs::read(folder.path().join("out.xlsx")).unwrap(), BEFORE, "{map}");
    }
    assert_eq!(names(folder.path()), ["link.toml", "out.xlsx", "roster.csv"]);
}

#[test]
fn names_of_files_steer_no_terminal() {
    let folder = stand(3);
    let name = "a\u{1b}[2Jb\nc\u{202e}";
    fs::copy(folder.path().join("roster.csv"), folder.path().join(format!("{name}.csv"))).unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(PROGRAM).current_dir(folder.path()).args(arguments).output().unwrap();
        String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap()
    };
    let [csv, xlsx, map, missing] =
        ["csv", "xlsx", "toml", "missing.csv"].map(|extension| format!("{name}.{extension}"));
    for arguments in [
        &["annotate", &csv, "-o", &xlsx, "--save-map", &map][..],
        &["annotate", &csv, "-o", &xlsx, "--since", &xlsx, "--split-files", "tier"],
        &["annotate", &csv, "-o", "out.xlsx", "--map-file", &map, "--overrides", &map],
        &["annotate", &csv, "-o", "first.xlsx", "--since", "first.xlsx"],
        &["annotate", &csv, "-o", &format!("{name}/out.xlsx")],
        &["annotate", &csv, "-o", &csv],
        &["check", &csv],
        &["check", &missing],
        &["check", &csv, "--policy", &missing],
        &["check", &csv, "--map-file", &missing],
        &["check", &csv, &format!("--threads={name}")],
        &["check", &csv, &missing],
        &["explain", name, "500"],
    ] {
        let said = run(arguments);
        assert!(!said.is_empty(), "{arguments:?}");
        assert!(!said.contains(['\u{1b}', '\u{202e}']) && !said.contains("b\nc"), "{arguments:?}: {said}");
    }
}
