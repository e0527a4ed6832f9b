//! What the page hands out has the bytes that the command line writes with the same flags.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test: to fail loudly is its work")]

use super::client::{Page, encoded, id};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

/// Uploads a file with its date.
pub(super) fn upload(page: &Page, path: &Path) -> Value {
    let modified = path.metadata().unwrap().modified().unwrap().duration_since(UNIX_EPOCH).unwrap();
    let name = encoded(path.file_name().unwrap().to_str().unwrap());
    let address = format!("/api/v1/uploads?name={name}&modified={}", modified.as_millis());
    let answer = page.ask("POST", &address, &std::fs::read(path).unwrap());
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

/// Runs the program in a folder.
pub(super) fn annotate(folder: &Path, flags: &[String]) {
    let run = Command::new(env!("CARGO_BIN_EXE_fasttrack"))
        .current_dir(folder)
        .arg("annotate")
        .args(flags)
        .args(["--quiet", "--unattended"])
        .output()
        .unwrap();
    assert!(matches!(run.status.code(), Some(0 | 3)), "{}", String::from_utf8_lossy(&run.stderr));
}

pub(super) fn download(page: &Page, run: &Value, kind: &str) -> Vec<u8> {
    let answer = page.get(&format!("/api/v1/runs/{}/files/{kind}", id(run)));
    assert_eq!(answer.status, 200, "{kind}: {}", answer.text());
    answer.body
}

fn samples() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let exports = std::fs::read_dir(root.join("exports")).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<PathBuf> = exports.filter(|path| path.is_file()).collect();
    all.extend(["roster.csv", "roster.xlsx", "onboarding.csv"].map(|name| root.join(name)));
    all.sort();
    all
}

/// Copies a file with its date into a folder.
fn copied(from: &Path, folder: &Path) -> PathBuf {
    let to = folder.join(from.file_name().unwrap());
    std::fs::copy(from, &to).unwrap();
    let modified = from.metadata().unwrap().modified().unwrap();
    std::fs::File::options().write(true).open(&to).unwrap().set_modified(modified).unwrap();
    to
}

#[test]
fn the_workbook_of_every_sample_and_export_is_that_of_the_command_line() {
    let page = Page::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let mut compared = 0;
    for sample in samples() {
        let roster = copied(&sample, folder.path());
        let name = roster.file_name().unwrap().to_str().unwrap().to_owned();
        let uploaded = upload(&page, &roster);
        let mut run = page.run(&uploaded, &json!({}));
        if run["state"] != "done" {
            // One without a column of tenants.
            assert_eq!(run["error"]["code"], "columns-not-certain", "{name}: {run}");
            run = page.run(&uploaded, &json!({"settings": {"tenant": "Contoso"}}));
        }
        if run["state"] != "done" {
            // Its seats are lost.
            assert_eq!(name, "mg-subscribed-sku.csv", "{run}");
            continue;
        }
        // What the preview showed was confirmed: the same flags say so.
        let mapped = run["settings"]["map"].as_object().cloned().unwrap_or_default();
        let mut flags = vec![name.clone()];
        flags.extend(
            mapped.iter().map(|(field, column)| format!("--map={field}={}", column.as_str().unwrap())),
        );
        flags.extend(run["settings"]["tenant"].as_str().map(|tenant| format!("--tenant={tenant}")));
        flags.extend(run["settings"]["sheet"].as_str().map(|sheet| format!("--sheet={sheet}")));
        annotate(folder.path(), &flags);
        let written = roster.with_extension("fasttrack.xlsx");
        assert!(download(&page, &run, "workbook") == std::fs::read(&written).unwrap(), "{name}");
        let named = run["files"][0]["name"].as_str().unwrap();
        assert_eq!(named, written.file_name().unwrap().to_str().unwrap());
        compared += 1;
    }
    assert_eq!(compared, samples().len() - 1);
}

#[test]
fn other_formats_and_splits_are_those_of_the_command_line() {
    let page = Page::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let roster = copied(&Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/roster.csv"), folder.path());
    let settings = json!({
        "map": {"owner": "Account team"}, "policy": "fasttrack-docs-2021", "numbers": "1,234.56",
        "as_of": "2026-10-01", "ignore": ["Renewal date"], "encoding": "utf-8", "delimiter": "comma",
    });
    let upload = upload(&page, &roster);
    let run = page.run(&upload, &json!({ "settings": settings }));
    assert_eq!(run["state"], "done", "{run}");
    let flags: Vec<String> = [
        "roster.csv",
        "--map=owner=Account team",
        "--policy=fasttrack-docs-2021",
        "--numbers=1,234.56",
        "--as-of=2026-10-01",
        "--encoding=utf-8",
        "--delimiter=comma",
        "--map=ignore=Renewal date",
    ]
    .map(str::to_owned)
    .to_vec();
    for kind in ["xlsx", "csv", "jsonl", "parquet"] {
        annotate(folder.path(), &[flags.clone(), vec![format!("--format={kind}")]].concat());
        let written = std::fs::read(roster.with_extension(format!("fasttrack.{kind}"))).unwrap();
        let kind = if kind == "xlsx" { "workbook" } else { kind };
        assert!(download(&page, &run, kind) == written, "{kind}");
    }
    let split = |by| (format!("split-{by}.zip"), vec![format!("--split-files={by}")]);
    let tables = ["--tables=roster.fasttrack", "--format=csv"].map(str::to_owned).to_vec();
    let zips = [split("tier"), split("segment"), split("owner"), ("tables-csv.zip".to_owned(), tables)];
    for (kind, more) in zips {
        annotate(folder.path(), &[flags.clone(), more].concat());
        let zip = std::io::Cursor::new(download(&page, &run, &kind));
        let mut zip = zip::ZipArchive::new(zip).unwrap();
        let books = folder.path().join("roster.fasttrack");
        assert_eq!(zip.len(), std::fs::read_dir(&books).unwrap().count(), "{kind}");
        for index in 0..zip.len() {
            let mut inner = zip.by_index(index).unwrap();
            let name = inner.name().unwrap().into_owned();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut inner, &mut bytes).unwrap();
            assert!(bytes == std::fs::read(folder.path().join(&name)).unwrap(), "{name}");
        }
        std::fs::remove_dir_all(books).unwrap();
    }
    let kinds: Vec<&str> =
        run["files"].as_array().unwrap().iter().map(|file| file["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"split-owner.zip") && !kinds.contains(&"overrides.csv"), "{kinds:?}");
}
