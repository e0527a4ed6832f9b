//! A folder of Parquet files, as Spark writes it, is one file of its roster.

use super::stage::{Stage, Still, states};
use crate::support::{job, run};
use fasttrack_roster::job::Job;
use fasttrack_roster::nightly::State;
use fasttrack_roster::nightly::status::status;
use fasttrack_roster::write::format::Format;
use std::fs;
use std::path::Path;

const LAKE: &str = "[[roster]]\nname = \"lake\"\nfiles = \"lake*\"\nformats = [\"csv\", \"xlsx\"]\n";

fn spark() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join("parquet").join("spark");
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

fn put(stage: &Stage, name: &str) {
    for (part, bytes) in spark() {
        stage.put_bytes(&format!("{name}/{part}"), &bytes);
    }
    stage.put(&format!("{name}/_SUCCESS"), "");
}

#[test]
fn a_folder_is_judged_as_one_file_once_and_moved_as_a_whole() {
    let stage = Stage::with("done = \"done\"\nsettle = \"0s\"\n", LAKE);
    put(&stage, "lake-2026-11-28");
    let parts = crate::support::names(&stage.path("in/lake-2026-11-28"));
    let night = stage.night("2026-11-28T02:00");
    assert_eq!(states(&night), [("lake", State::Done)], "{:?}", night.rosters);
    let end = &night.rosters[0];
    assert_eq!((end.input.as_deref(), end.outputs.len()), (Some("lake-2026-11-28"), 2));
    assert_eq!(crate::support::names(&stage.path("in")), [""; 0]);
    assert_eq!(crate::support::names(&stage.path("done/lake/2026-11-28/lake-2026-11-28")), parts);
    let output = stage.path("by-hand.csv");
    let folder = stage.path("done/lake/2026-11-28/lake-2026-11-28");
    let by_hand = run(&Job { format: Format::Csv, ..job(&folder, &output) }).unwrap();
    assert_eq!(fs::read(&end.outputs[0]).unwrap(), fs::read(&output).unwrap());
    assert_eq!(end.done.as_ref().unwrap().sha256, by_hand.about.sha256);
    assert_eq!(stage.night("2026-11-29T02:00").rosters.len(), 0);
    // By other rules it is judged again where it is, and what is lost is made again.
    stage.configure(
        "done = \"done\"\nsettle = \"0s\"\n",
        &format!("{LAKE}policy = \"fasttrack-docs-2021\"\n"),
    );
    assert_eq!(states(&stage.night("2026-11-30T02:00")), [("lake", State::Done)]);
    let output = stage.night("2026-11-30T03:00");
    assert_eq!(output.rosters.len(), 0);
    assert!(folder.is_dir());
}

#[test]
fn a_folder_that_stays_is_known_until_one_of_its_files_changes() {
    let stage = Stage::new(LAKE);
    put(&stage, "lake");
    assert_eq!(states(&stage.night("2026-11-28T02:00")), [("lake", State::Done)]);
    assert_eq!(states(&stage.night("2026-11-29T02:00")), [("lake", State::Known)]);
    let (last, _) = spark().into_iter().find(|(name, _)| name.starts_with("part-00002")).unwrap();
    fs::remove_file(stage.path(&format!("in/lake/{last}"))).unwrap();
    let night = stage.night("2026-11-30T02:00");
    assert_eq!(states(&night), [("lake", State::Done)]);
    assert_eq!(night.rosters[0].compared_with.as_deref(), Some("2026-11-28"));
    assert!(night.strangers.is_empty(), "{:?}", night.strangers);
}

#[test]
fn a_folder_waits_for_its_job_and_a_table_of_another_kind_is_told_once() {
    let stage = Stage::new(LAKE);
    put(&stage, "lake");
    fs::remove_file(stage.path("in/lake/_SUCCESS")).unwrap();
    fs::create_dir(stage.path("in/lake/_temporary")).unwrap();
    assert_eq!(states(&stage.night("2026-11-28T02:00")), [("lake", State::Waiting)]);
    assert_eq!(states(&stage.dry("2026-11-28T02:00")), [("lake", State::Waiting)]);
    fs::rename(stage.path("in/lake/_temporary"), stage.path("in/lake/_delta_log")).unwrap();
    let night = stage.night("2026-11-28T03:00");
    let found = &night.rosters[0].failure.as_ref().unwrap().diagnostics[0];
    assert_eq!((night.code, found.code.as_str()), (4, "parquet-folder"));
    assert_eq!(states(&stage.night("2026-11-28T04:00")), [("lake", State::SetAside)]);
    let told = status(&stage.configuration(), &Still::at("2026-11-28T09:00")).unwrap().to_string();
    assert!(told.contains("problem: `lake` failed with code 4: the folder is a Delta table"), "{told}");
}

#[cfg(unix)]
#[test]
fn links_that_lead_back_fail_their_roster_and_the_others_are_judged() {
    let stage = Stage::new(&format!("{LAKE}[[roster]]\nname = \"crm\"\nfiles = \"crm.csv\"\n"));
    stage.put("crm.csv", &super::stage::roster(2, 140));
    fs::create_dir(stage.path("in/lake")).unwrap();
    for name in ["a=1", "b=2", "c=3"] {
        std::os::unix::fs::symlink(".", stage.path("in/lake").join(name)).unwrap();
    }
    let night = stage.night("2026-11-28T02:00");
    assert_eq!(states(&night), [("lake", State::Failed), ("crm", State::Done)]);
    let found = night.rosters[0].failure.as_ref().unwrap().diagnostics[0].to_string();
    assert!(
        found.contains("the folder `lake` in the inbox cannot be read: more than 300,000 files"),
        "{found}"
    );
}

#[test]
fn a_folder_that_is_no_table_is_looked_into_as_before() {
    let stage = Stage::new("[[roster]]\nname = \"all\"\nfiles = [\"*\", \"west/*.csv\"]\n");
    stage.put("west/crm.csv", &super::stage::roster(2, 140));
    stage.put("east/crm.csv", &super::stage::roster(2, 140));
    let night = stage.night("2026-11-28T02:00");
    let inputs: Vec<_> = night.rosters.iter().map(|end| end.input.as_deref()).collect();
    assert_eq!((inputs, night.strangers), (vec![Some("west/crm.csv")], vec!["east/".to_owned()]));
}
