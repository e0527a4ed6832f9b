//! What is no plain file, or does not stay the same while it is read.

use crate::program::{check, run};
use std::process::Stdio;

const HEADINGS: &str = "Tenant,Plan,Paid seats\n";
const ROW: &str = "Contoso,SPE_E3,480\n";

#[test]
fn an_empty_file_and_a_folder_are_told() {
    check("roster.csv", b"").is_refused("roster-empty");
    check("roster.xlsx", b"").is_refused("roster-empty");
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("roster.csv")).unwrap();
    run(folder.path(), &["check", "roster.csv"], Stdio::null(), || ()).is_refused("roster-unreadable");
    run(folder.path(), &["check", "roster.csv/x"], Stdio::null(), || ()).is_refused("roster-missing");
    run(folder.path(), &["check", "x.csv"], Stdio::null(), || ()).is_refused("roster-missing");
}

#[test]
fn a_file_that_grows_while_it_is_read_is_read_whole_or_refused() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("roster.csv");
    std::fs::write(&path, format!("{HEADINGS}{}", ROW.repeat(400_000))).unwrap();
    let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    let mut rows = 400_000;
    let answer = run(folder.path(), &["check", "roster.csv", "--json", "-q"], Stdio::null(), || {
        for _ in 0..50 {
            file.write_all(ROW.repeat(100).as_bytes()).unwrap();
            rows += 100;
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    });
    if answer.exit == 4 {
        answer.is_refused("roster-changed");
    } else {
        assert!((400_000..=rows).contains(&answer.rows()), "{answer:?}");
    }
}

#[cfg(unix)]
mod unix {
    use super::{HEADINGS, ROW};
    use crate::archive::{deflated, rows, sheet, stored, workbook, workbook_with};
    use crate::program::run;
    use std::fs::File;
    use std::os::unix::ffi::OsStrExt;
    use std::process::{Command, Stdio};

    #[test]
    fn a_pipe_with_a_name_is_read_to_its_end() {
        let text = format!("{HEADINGS}{}", ROW.repeat(100_000)).into_bytes();
        let book = deflated(&workbook_with(&sheet(&rows(5_000))));
        for (bytes, rows) in [(text, 100_000), (book, 5_000), (stored(&workbook()), 2)] {
            let folder = tempfile::tempdir().unwrap();
            let pipe = folder.path().join("roster");
            assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
            let answer = run(folder.path(), &["check", "roster", "--json", "-q"], Stdio::null(), || {
                std::fs::write(&pipe, bytes).unwrap();
            });
            answer.has_rows(rows);
        }
    }

    #[test]
    fn a_pipe_in_place_of_a_file_beside_the_roster_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("roster.csv"), format!("{HEADINGS}{ROW}")).unwrap();
        assert!(Command::new("mkfifo").arg(folder.path().join("pipe")).status().unwrap().success());
        for (flag, code) in [
            ("--policy", "policy-not-readable"),
            ("--overrides", "overrides-not-readable"),
            ("--map-file", "map-not-readable"),
            ("--since", "since-not-readable"),
        ] {
            let arguments = ["annotate", "roster.csv", "-o", "out.xlsx", flag, "pipe"];
            let answer = run(folder.path(), &arguments, Stdio::null(), || ());
            assert_eq!(answer.codes, [code], "{answer:?}");
        }
    }

    #[test]
    fn standard_input_without_anything_in_it_is_empty() {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), &["check", "-"], Stdio::null(), || ()).is_refused("roster-empty");
    }

    #[test]
    fn a_link_that_leads_to_itself_is_told() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("roster.csv", folder.path().join("roster.csv")).unwrap();
        run(folder.path(), &["check", "roster.csv"], Stdio::null(), || ()).is_refused("roster-unreadable");
    }

    #[test]
    fn a_name_of_any_bytes_never_steers_the_terminal() {
        let folder = tempfile::tempdir().unwrap();
        for name in
            [b"\x1b]0;x\x07.csv".as_slice(), b"a\nerror[x]: y.csv", b"\xff\xfe.csv", b"\xe2\x80\xae.csv"]
        {
            let name = std::ffi::OsStr::from_bytes(name);
            if File::create(folder.path().join(name)).is_err() {
                // Not every file system takes them.
                continue;
            }
            let program = env!("CARGO_BIN_EXE_fasttrack");
            let said =
                Command::new(program).arg("check").arg(name).current_dir(folder.path()).output().unwrap();
            assert_eq!(said.status.code(), Some(4));
            assert!(!said.stderr.contains(&0x1b) && !said.stderr.contains(&7), "{said:?}");
        }
    }
}
