//! The program as schedulers and people meet it: what it prints, its exit codes, its files for others.

use super::stage::{Stage, roster};
use std::fs;
use std::process::{Command, Output};

const CRM: &str = "[[roster]]\nname = \"crm\"\nfiles = \"crm.csv\"\n";

fn nightly(stage: &Stage, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fasttrack"));
    command.current_dir(stage.folder()).arg("nightly").args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn one_line_a_roster_and_one_for_all_and_a_report_for_programs() {
    let stage = Stage::new(&format!("{CRM}[[roster]]\nname = \"other\"\nfiles = \"other.csv\"\n"));
    stage.put("crm.csv", &(roster(2, 140) + "Fabrikam,No such plan,5\n"));
    stage.put("other.csv", "%PDF-1.7");
    stage.put("stranger.csv", "");
    let output = nightly(&stage, &["--date", "2026-11-28T02:00", "--json"]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(10), "{said}");
    let first: Vec<&str> = said.lines().filter(|line| line.starts_with("crm")).collect();
    assert_eq!(first.len(), 1);
    assert!(first[0].starts_with("crm (crm.csv): done: 3 rows, 3 customers, 1 to review; out"), "{said}");
    assert!(said.contains("other (other.csv): failed\nerror[roster-format]"), "{said}");
    assert!(said.contains("`stranger.csv` in the inbox fits no roster"), "{said}");
    assert!(said.contains("run of 28 November 2026: 1 file judged, 1 failed; exit code 10"), "{said}");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["rosters"][0]["rows"]["needs_review"], 1);
    assert_eq!(report["rosters"][1]["diagnostics"][0]["code"], "roster-format");
    assert_eq!(report["files_of_no_roster"][0], "stranger.csv");
    let kept: serde_json::Value =
        serde_json::from_slice(&fs::read(stage.path("state/latest.json")).unwrap()).unwrap();
    assert_eq!(kept, report);
    let page = fs::read_to_string(stage.path("state/latest.html")).unwrap();
    assert!(page.contains("The file is a PDF document") && !page.contains("<script"), "{page}");
    // Quiet: only what needs a person.
    let quiet = self::said(&nightly(&stage, &["--date", "2026-11-29T02:00", "--quiet"]));
    assert!(!quiet.contains("crm") && quiet.contains("other (other.csv): set aside"), "{quiet}");
}

#[test]
fn what_is_wrong_is_said_until_it_is_right_or_gone() {
    let stage = Stage::new(CRM);
    stage.put("crm.csv", "%PDF-1.7");
    let status = || String::from_utf8_lossy(&nightly(&stage, &["status"]).stdout).into_owned();
    assert!(
        status().contains("there was no run yet") && status().contains("next run: crm.csv"),
        "{}",
        status()
    );
    assert_eq!(nightly(&stage, &["-q"]).status.code(), Some(4), "the only roster failed");
    assert!(status().contains("problem: `crm.csv` failed with code 4"), "{}", status());
    fs::remove_file(stage.path("in/crm.csv")).unwrap();
    assert!(!status().contains("problem"), "{}", status());
    assert_eq!(nightly(&stage, &["-q"]).status.code(), Some(0));
}

#[test]
fn a_log_of_json_has_one_object_a_line() {
    let stage = Stage::new(CRM);
    stage.put("crm.csv", &roster(2, 140));
    stage.put("stranger.csv", "");
    let output = nightly(&stage, &["--log-format", "json"]);
    let events: Vec<String> = said(&output)
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["event"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(events, ["roster", "remark", "night"]);
}

#[test]
fn what_review_means_is_the_users_choice() {
    let codes = |more: &str, text: &str| {
        let stage = Stage::with(&format!("settle = \"0s\"\n{more}"), CRM);
        stage.put("crm.csv", text);
        let code = |date: &str| nightly(&stage, &["-q", "--date", date]).status.code().unwrap();
        [code("2026-11-28T02:00"), code("2026-11-28T03:00")]
    };
    let review = roster(9, 140) + "Fabrikam,No such plan,5\n";
    assert_eq!(codes("", &review), [3, 0]);
    assert_eq!(codes("fail-on = []\n", &review), [0, 0]);
    assert_eq!(codes("max-review = 10\n", &review), [0, 0]);
    assert_eq!(codes("max-review = 9.9\nfail-on = [\"review\", \"nothing-new\"]\n", &review), [3, 9]);
}

#[test]
fn a_configuration_that_is_not_valid_is_told_whole_with_code_8() {
    let stage = Stage::with("settle = \"soon\"\ntries = 0\n", CRM);
    let output = nightly(&stage, &[]);
    assert_eq!(output.status.code(), Some(8));
    assert_eq!(said(&output).matches("error[night-value]").count(), 2);
    assert!(!stage.path("state").exists());
}

#[cfg(unix)]
#[test]
fn the_users_program_gets_its_arguments_without_a_shell() {
    let hook = "on-finish = [\"sh\", \"-c\", \"echo \\\"$0 $FASTTRACK_NIGHT\\\" > told; test $1 = 0\", \"$(touch hacked) {code}\", \"{code}\"]\n";
    let stage = Stage::with(&format!("settle = \"0s\"\n{hook}"), CRM);
    stage.put("crm.csv", &roster(2, 140));
    let output = nightly(&stage, &["--date", "2026-11-28"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(fs::read_to_string(stage.path("told")).unwrap(), "$(touch hacked) 0 2026-11-28\n");
    assert!(!stage.path("hacked").exists());
    stage.configure("settle = \"0s\"\non-finish = [\"no-such-program\"]\n", CRM);
    let output = nightly(&stage, &["--date", "2026-11-29"]);
    assert!(said(&output).contains("`on-finish` (`no-such-program`) cannot be started"), "{}", said(&output));
}

#[test]
fn metrics_are_written_whole_and_tell_of_each_roster() {
    let stage = Stage::with(
        "settle = \"0s\"\nmetrics = \"m/fasttrack.prom\"\n",
        &format!("{CRM}[[roster]]\nname = \"gone\"\nfiles = \"gone.csv\"\nexpect-by = \"01:00\"\n"),
    );
    stage.put("crm.csv", &roster(2, 140));
    assert_eq!(nightly(&stage, &["--date", "2026-11-28T02:00"]).status.code(), Some(10));
    let text = fs::read_to_string(stage.path("m/fasttrack.prom")).unwrap();
    for line in [
        "fasttrack_night_exit_code 10",
        "fasttrack_roster_rows{roster=\"crm\",result=\"classified\"} 2",
        "fasttrack_roster_customers{roster=\"crm\",tier=\"Q&A\"} 2",
        "fasttrack_roster_missing{roster=\"gone\"} 1",
        "fasttrack_roster_needs_action{roster=\"crm\"} 0",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    let seconds = text
        .lines()
        .find(|line| line.starts_with("fasttrack_roster_last_success_timestamp_seconds{roster=\"crm\"}"));
    assert!(seconds.unwrap().split(' ').next_back().unwrap().starts_with("179583"), "{seconds:?}");
    assert_eq!(crate::support::names(&stage.path("m")), ["fasttrack.prom"]);
    // Where they cannot be written, the run has done its work, and says so with a code of its own.
    stage.configure("settle = \"0s\"\nmetrics = \"in/crm.csv/x\"\n", CRM);
    assert_eq!(nightly(&stage, &["--date", "2026-11-28T03:00"]).status.code(), Some(6));
    assert!(stage.path("state/latest.json").is_file());
}

#[test]
fn from_nothing_to_a_night_and_to_words_for_who_was_not_there() {
    let stage = Stage::new(CRM);
    fs::remove_file(stage.path("fasttrack.toml")).unwrap();
    fs::remove_dir(stage.path("in")).unwrap();
    assert_eq!(nightly(&stage, &[]).status.code(), Some(8));
    assert_eq!(nightly(&stage, &["init"]).status.code(), Some(0));
    assert_eq!(nightly(&stage, &["init"]).status.code(), Some(6), "one that is there is kept");
    fs::write(stage.path("inbox/crm.csv"), roster(2, 140)).unwrap();
    let dry = nightly(&stage, &["--dry-run"]);
    assert!(said(&dry).contains("crm (crm.csv): would be judged"), "{}", said(&dry));
    let settle = fs::read_to_string(stage.path("fasttrack.toml")).unwrap().replace("\"30s\"", "\"0s\"");
    fs::write(stage.path("fasttrack.toml"), settle).unwrap();
    assert_eq!(nightly(&stage, &["--date", "2026-11-20"]).status.code(), Some(0));
    fs::write(stage.path("inbox/crm.csv"), roster(3, 160)).unwrap();
    assert_eq!(nightly(&stage, &["--date", "2026-11-28T02:00"]).status.code(), Some(0));
    fs::write(stage.path("inbox/crm-new.csv"), roster(3, 160)).unwrap();
    let status = nightly(&stage, &["status", "--date", "2026-11-29T02:30"]);
    let words = String::from_utf8_lossy(&status.stdout).into_owned();
    for part in [
        "last run: 28 November 2026, 02:00 UTC, 1 day ago: 1 file judged; exit code 0",
        "newest output: outbox/crm/2026-11-28/crm.",
        "last judged on 28 November 2026 (crm.csv): 3 rows, 3 customers, 0 to review",
        "trend: 3 customers, and 2 on 20 November 2026; Specialist 3, was 0; Q&A 0, was 2",
        "in the inbox for the next run: crm-new.csv",
    ] {
        assert!(words.contains(part), "{part}\n{words}");
    }
    let json = nightly(&stage, &["status", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["rosters"][0]["last"]["customers_a_week_before"], 2);
}
