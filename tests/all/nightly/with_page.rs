//! Nightly runs beside a running upload page: what people confirm there is what the next run takes.

use super::stage::{Stage, states};
use crate::serve::client::{Page, id};
use fasttrack_roster::nightly::{Night, State};
use serde_json::json;
use std::fs;
use std::path::Path;
use std::process::Command;

/// As a CRM exports it whose headings nobody knows.
fn export(seats: u32) -> String {
    format!("Kunde X,Was,Zahl\nContoso,House bundle,{seats}\nFabrikam,Office 365 E3,200\n")
}

const CRM: &str = "[[roster]]\nname = \"crm\"\nfiles = \"crm-*.csv\"\n";

fn remembered(stage: &Stage, folder: &Path, more: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_fasttrack"))
        .current_dir(stage.folder())
        .args(["nightly", "remembered"])
        .arg(folder)
        .args(more)
        .output()
        .unwrap();
    let said = if output.status.success() { output.stdout } else { output.stderr };
    (output.status.code(), String::from_utf8(said).unwrap())
}

/// Rows to review of each file that was judged.
fn judged(night: &Night) -> Vec<(&str, u64)> {
    let done = night.rosters.iter().filter(|end| end.state == State::Done);
    done.map(|end| (end.input.as_deref().unwrap(), end.done.as_ref().unwrap().rows[2])).collect()
}

#[test]
fn a_fix_that_is_confirmed_on_the_page_is_in_the_next_run_s_workbook() {
    let stage = Stage::new(CRM);
    let kept = stage.path("page");
    let page = Page::start(&["--state", kept.to_str().unwrap()]);
    stage.put("crm-2026-11-27.csv", &export(470));
    stage.put("crm-2026-11-28.csv", &export(480));
    // Nobody knows these columns, and nobody watches.
    let night = stage.night("2026-11-28T02:00");
    assert_eq!(states(&night), [("crm", State::Failed), ("crm", State::Failed)]);
    let (code, said) = remembered(&stage, &kept, &[]);
    assert_eq!(code, Some(0));
    assert_eq!(said, "# crm (crm-2026-11-28.csv): the page remembers nothing for files with its headings\n");

    // Somebody says on the page which column is which, and has it remembered.
    let upload = page.upload("export.csv", export(480).as_bytes());
    let settings = json!({
        "map": {"tenant": "Kunde X", "plan": "Was", "seats": "Zahl"}, "numbers": "1.234,56", "remember": true,
    });
    let run = page.run(&upload, &json!({ "settings": settings }));
    assert_eq!(run["totals"]["needs_review"], 1, "{run}");
    let (_, said) = remembered(&stage, &kept, &[]);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], "# crm (crm-2026-11-28.csv): add below its [[roster]]", "{said}");
    assert!(lines[1].starts_with("map-file = \"") && lines[1].ends_with("columns.toml\""), "{said}");
    assert_eq!(lines[2..], ["numbers = \"1.234,56\""], "{said}");
    stage.configure("settle = \"0s\"\n", &format!("{CRM}{}\n", lines[1..].join("\n")));
    let night = stage.night("2026-11-28T02:30");
    assert_eq!(judged(&night), [("crm-2026-11-27.csv", 1), ("crm-2026-11-28.csv", 1)]);

    // Then what the house's own name means.
    let fixes =
        json!({"words": [{"kind": "plan", "as_written": "House bundle", "means": "Microsoft 365 E3"}]});
    let run = page.run(&upload, &json!({"settings": settings, "fixes": fixes}));
    assert_eq!(run["totals"]["needs_review"], 0, "{run}");
    assert_eq!(stage.night("2026-11-28T03:00").ends.done, 0, "the configuration does not name them yet");
    fs::write(stage.path("house.csv"), "Tenant,Segment\nFabrikam,Education\n").unwrap();
    stage.configure("settle = \"0s\"\n", &format!("{CRM}overrides = \"house.csv\"\n"));
    let (_, said) = remembered(&stage, &kept, &[]);
    assert!(said.contains("overrides = [\"house.csv\", \"") && said.contains("overrides.csv\"]\n"), "{said}");
    let lines: Vec<&str> = said.lines().filter(|line| !line.starts_with('#')).collect();
    stage.configure("settle = \"0s\"\n", &format!("{CRM}{}\n", lines.join("\n")));
    // The newest of the series is judged again, and only that.
    let night = stage.night("2026-11-28T04:00");
    assert_eq!((night.code, judged(&night)), (0, vec![("crm-2026-11-28.csv", 0)]));
    assert_eq!(stage.night("2026-11-28T05:00").ends.done, 0);

    // Another fix, and no line of the configuration changes.
    let fixes = json!({
        "words": [{"kind": "plan", "as_written": "House bundle", "means": "Microsoft 365 E5"}],
        "rows": [{"tenant": "Fabrikam", "plan": "Office 365 E3", "seats": 900, "reason": "asked"}],
    });
    page.run(&upload, &json!({"settings": settings, "fixes": fixes}));
    let night = stage.night("2026-11-29T02:00");
    assert_eq!(judged(&night), [("crm-2026-11-28.csv", 0)]);
    let done = night.rosters.iter().find_map(|end| end.done.as_ref()).unwrap();
    assert_eq!(done.tiers.iter().map(|(_, _, seats)| seats).sum::<u64>(), 480 + 900);

    // All fixes taken back: the file stays, and says nothing.
    page.run(&upload, &json!({"settings": settings, "fixes": {}}));
    assert_eq!(judged(&stage.night("2026-11-30T02:00")), [("crm-2026-11-28.csv", 1)]);

    // Forgotten altogether: that is told, and nothing is guessed.
    assert_eq!(page.ask("DELETE", &format!("/api/v1/remembered/{}", id(&upload)), b"").status, 204);
    let night = stage.night("2026-12-01T02:00");
    let told = night.rosters.iter().find_map(|end| end.failure.as_ref()).unwrap();
    assert_eq!((told.code, told.error().unwrap().as_str(), night.ends.done), (8, "map-not-readable", 0));
    let words = told.diagnostics[0].to_string();
    assert!(words.contains("columns.toml` cannot be read: there is no such file"), "{words}");
}

#[test]
fn the_folder_of_a_page_that_is_not_there_does_not_look_like_one_that_remembers_nothing() {
    let stage = Stage::new(CRM);
    stage.put("crm-2026-11-28.csv", &export(480));
    let (code, said) = remembered(&stage, &stage.path("pgae"), &[]);
    assert_eq!(code, Some(4), "{said}");
    assert!(said.contains("pgae` of the page cannot be read") && said.contains("--state"), "{said}");
}
