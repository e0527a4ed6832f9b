//! A workbook is whole or absent: a run that fails leaves what stood there before, and nothing beside it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of tests: to fail loudly is its work"
)]

use crate::support::{job, names, run};
use assert_cmd::Command;
use fasttrack_roster::error::ErrorKind;
use std::fs::{self, File};
use std::path::PathBuf;
use tempfile::TempDir;

const ROSTER: &str = "Tenant,Plan,Paid seats\nContoso,SPE_E3,480\n";
const BEFORE: &[u8] = b"what stood there before";

/// A folder with a roster and a workbook of an earlier day.
struct Stand {
    folder: TempDir,
}

impl Stand {
    fn new(roster: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("roster.csv"), roster).unwrap();
        fs::write(folder.path().join("out.xlsx"), BEFORE).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The names in the folder, in order.
    fn names(&self) -> Vec<String> {
        names(self.folder.path())
    }

    fn fails(&self) -> (ErrorKind, &'static str) {
        let error = run(&job(&self.path("roster.csv"), &self.path("out.xlsx"))).unwrap_err();
        assert_eq!(fs::read(self.path("out.xlsx")).unwrap(), BEFORE, "the earlier workbook is untouched");
        assert_eq!(self.names(), ["out.xlsx", "roster.csv"], "nothing is left beside it");
        (error.kind, error.diagnostics[0].code.as_str())
    }
}

#[test]
fn a_roster_that_cannot_be_read_leaves_the_earlier_workbook() {
    assert_eq!(Stand::new(b"").fails(), (ErrorKind::Input, "roster-empty"));
    assert_eq!(Stand::new(b"%PDF-1.7").fails(), (ErrorKind::Input, "roster-format"));
    assert_eq!(Stand::new(b"PK\x03\x04 cut short").fails(), (ErrorKind::Input, "workbook-damaged"));
}

#[test]
fn a_roster_that_breaks_off_after_many_rows_leaves_the_earlier_workbook() {
    let mut roster = ROSTER.to_owned();
    roster.push_str(&"Contoso,SPE_E3,480\n".repeat(60_000));
    roster.push_str(&"Fabrikam,SPE_E3,480".repeat(10_000));
    assert_eq!(Stand::new(roster.as_bytes()).fails(), (ErrorKind::Input, "record-too-wide"));
}

#[test]
fn columns_in_doubt_leave_the_earlier_workbook() {
    let stand = Stand::new(b"Tenant,Plan\nContoso,SPE_E3\n");
    assert_eq!(stand.fails(), (ErrorKind::Columns, "column-missing"));
}

#[test]
fn a_run_that_succeeds_replaces_the_earlier_workbook_and_leaves_nothing_beside_it() {
    let stand = Stand::new(ROSTER.as_bytes());
    run(&job(&stand.path("roster.csv"), &stand.path("out.xlsx"))).unwrap();
    assert!(fs::read(stand.path("out.xlsx")).unwrap().starts_with(b"PK"));
    assert_eq!(stand.names(), ["out.xlsx", "roster.csv"]);
}

#[test]
fn the_roster_is_never_overwritten_however_it_is_named() {
    let stand = Stand::new(ROSTER.as_bytes());
    fs::create_dir(stand.path("sub")).unwrap();
    for output in ["roster.csv", "./roster.csv", "sub/../roster.csv"] {
        let error = run(&job(&stand.path("roster.csv"), &stand.path(output))).unwrap_err();
        assert_eq!(
            (error.kind, error.diagnostics[0].code.as_str()),
            (ErrorKind::Usage, "output-is-input"),
            "{output}"
        );
    }
    assert_eq!(fs::read(stand.path("roster.csv")).unwrap(), ROSTER.as_bytes());
}

#[cfg(unix)]
#[test]
fn the_roster_is_never_overwritten_through_a_link() {
    let stand = Stand::new(ROSTER.as_bytes());
    std::os::unix::fs::symlink(stand.path("roster.csv"), stand.path("link.xlsx")).unwrap();
    let error = run(&job(&stand.path("roster.csv"), &stand.path("link.xlsx"))).unwrap_err();
    assert_eq!(error.diagnostics[0].code.as_str(), "output-is-input");
    assert_eq!(fs::read(stand.path("roster.csv")).unwrap(), ROSTER.as_bytes());
}

#[cfg(unix)]
#[test]
fn a_link_is_written_through_and_stays_a_link() {
    let stand = Stand::new(ROSTER.as_bytes());
    std::os::unix::fs::symlink(stand.path("out.xlsx"), stand.path("link.xlsx")).unwrap();
    run(&job(&stand.path("roster.csv"), &stand.path("link.xlsx"))).unwrap();
    assert!(fs::symlink_metadata(stand.path("link.xlsx")).unwrap().is_symlink());
    assert!(fs::read(stand.path("out.xlsx")).unwrap().starts_with(b"PK"));
}

#[cfg(unix)]
#[test]
fn the_earlier_workbooks_mode_is_kept() {
    use std::os::unix::fs::PermissionsExt;
    let stand = Stand::new(ROSTER.as_bytes());
    fs::set_permissions(stand.path("out.xlsx"), fs::Permissions::from_mode(0o640)).unwrap();
    run(&job(&stand.path("roster.csv"), &stand.path("out.xlsx"))).unwrap();
    assert_eq!(fs::metadata(stand.path("out.xlsx")).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_folder_that_is_not_there_or_a_folder_as_target_is_told() {
    let stand = Stand::new(ROSTER.as_bytes());
    let missing = run(&job(&stand.path("roster.csv"), &stand.path("no/such/out.xlsx"))).unwrap_err();
    assert_eq!(
        (missing.kind, missing.diagnostics[0].code.as_str()),
        (ErrorKind::Output, "output-not-writable")
    );
    let folder = run(&job(&stand.path("roster.csv"), stand.folder.path())).unwrap_err();
    assert_eq!((folder.kind, folder.diagnostics[0].code.as_str()), (ErrorKind::Output, "output-is-folder"));
    assert_eq!(stand.names(), ["out.xlsx", "roster.csv"]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_leaves_the_earlier_workbook() {
    use std::os::unix::fs::PermissionsExt;
    let stand = Stand::new(ROSTER.as_bytes());
    fs::set_permissions(stand.folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    let is_all_powerful = File::create(stand.path("probe")).is_ok();
    if !is_all_powerful {
        assert_eq!(stand.fails(), (ErrorKind::Output, "output-not-writable"));
    }
    fs::set_permissions(stand.folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_workbook_that_another_run_is_writing_is_left_to_it() {
    let stand = Stand::new(ROSTER.as_bytes());
    let lock = File::create(stand.path(".out.xlsx.lock")).unwrap();
    lock.try_lock().unwrap();
    let mut command = Command::cargo_bin("fasttrack").unwrap();
    let output = command
        .current_dir(stand.folder.path())
        .args(["annotate", "roster.csv", "-o", "out.xlsx"])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(7), "{said}");
    assert!(said.starts_with("error[run-locked]: another run is writing `"), "{said}");
    assert_eq!(fs::read(stand.path("out.xlsx")).unwrap(), BEFORE);
    drop(lock);
    run(&job(&stand.path("roster.csv"), &stand.path("out.xlsx"))).unwrap();
    assert_eq!(stand.names(), ["out.xlsx", "roster.csv"], "the lock goes with the run");
}

#[test]
fn a_lock_file_that_a_killed_run_left_behind_stops_nobody() {
    let stand = Stand::new(ROSTER.as_bytes());
    fs::write(stand.path(".out.xlsx.lock"), "").unwrap();
    run(&job(&stand.path("roster.csv"), &stand.path("out.xlsx"))).unwrap();
    assert!(fs::read(stand.path("out.xlsx")).unwrap().starts_with(b"PK"));
}

#[cfg(unix)]
#[test]
fn a_device_a_pipe_or_a_socket_is_never_replaced_by_a_workbook() {
    use std::os::unix::fs::FileTypeExt;
    let stand = Stand::new(ROSTER.as_bytes());
    let socket = stand.path("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let error = run(&job(&stand.path("roster.csv"), &socket)).unwrap_err();
    assert_eq!((error.kind, error.diagnostics[0].code.as_str()), (ErrorKind::Output, "output-not-a-file"));
    assert!(fs::metadata(&socket).unwrap().file_type().is_socket());
    assert_eq!(stand.names(), ["out.xlsx", "roster.csv", "socket"]);
}
