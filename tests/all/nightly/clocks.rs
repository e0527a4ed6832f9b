//! Time: rosters that do not come, clocks that are set back, daylight saving.

use super::stage::{Stage, roster, states};
use fasttrack_roster::nightly::State;

const EXPECTED: &str = "[[roster]]\nname = \"crm\"\nfiles = \"crm-*.csv\"\nexpect-by = \"06:00\"\nmax-age = \"3d\"\n\
    [[roster]]\nname = \"other\"\nfiles = \"other.csv\"\n";

#[test]
fn a_roster_that_does_not_come_is_an_alarm_of_its_own() {
    let stage = Stage::new(EXPECTED);
    stage.put("other.csv", &roster(2, 140));
    stage.put("crm-2026-11-27.csv", &roster(2, 140));
    assert_eq!(stage.night("2026-11-27T07:00").code, 0);
    assert_eq!(stage.night("2026-11-28T05:59").code, 0);
    let late = stage.night("2026-11-28T06:00");
    assert_eq!((late.code, late.ends.missing), (10, 1));
    let told = late.rosters.iter().find(|end| end.state == State::Missing).unwrap();
    let words = told.failure.as_ref().unwrap().diagnostics[0].to_string();
    assert!(words.contains("expected by 06:00 UTC; it last came on 27 November 2026"), "{words}");
    stage.put("crm-2026-11-28.csv", &roster(3, 140));
    assert_eq!(stage.night("2026-11-28T07:00").code, 0);
    assert_eq!(stage.night("2026-11-28T23:00").code, 0);
    // Before the time of day, that of the day before counts: whoever runs once a night is told, too.
    assert_eq!(stage.night("2026-11-29T05:00").code, 0);
    let late = stage.night("2026-11-30T05:00");
    assert_eq!((late.code, late.ends.missing), (10, 1));
    let told = late.rosters.iter().find(|end| end.state == State::Missing).unwrap();
    let words = told.failure.as_ref().unwrap().diagnostics[0].to_string();
    assert!(
        words.contains("expected by 06:00 UTC on 29 November 2026; it last came on 28 November 2026"),
        "{words}"
    );
}

#[test]
fn a_file_that_is_never_complete_has_not_come() {
    let stage = Stage::with(
        "ready = \".ready\"\n",
        "[[roster]]\nname = \"crm\"\nfiles = \"crm.csv\"\nexpect-by = \"06:00\"\n",
    );
    stage.put("crm.csv", &roster(2, 140));
    let night = stage.night("2026-11-28T06:00");
    assert_eq!((night.code, states(&night)), (10, vec![("crm", State::Waiting), ("crm", State::Missing)]));
    assert!(
        night.rosters[1].remarks[0].contains("`crm.csv` is in the inbox"),
        "{:?}",
        night.rosters[1].remarks
    );
}

#[test]
fn a_clock_that_is_set_back_changes_no_order_and_replaces_nothing() {
    let stage = Stage::with(
        "settle = \"0s\"\nkeep = { nights = 1 }\n",
        "[[roster]]\nname = \"crm\"\nfiles = \"crm.csv\"\n",
    );
    stage.put("crm.csv", &roster(2, 140));
    stage.night("2026-11-28T02:00");
    stage.put("crm.csv", &roster(4, 140));
    let back = stage.night("2026-11-20T02:00");
    assert_eq!(states(&back), [("crm", State::Done)]);
    assert_eq!(back.rosters[0].compared_with.as_deref(), Some("2026-11-28"));
    assert!(
        back.remarks.iter().any(|remark| remark.contains("the clock was set back")),
        "{:?}",
        back.remarks
    );
    let workbooks = || stage.outputs().into_keys().filter(|name| name.contains(".fasttrack.")).count();
    assert_eq!(workbooks(), 2, "neither the newest nor what it was compared with is removed");
    assert_eq!(states(&stage.night("2026-11-29T02:00")), [("crm", State::Known)]);
}

#[test]
fn daylight_saving_makes_no_night_twice_and_leaves_none_out() {
    // In Berlin, 2026-10-25 has an hour twice, and 2026-03-29 lacks one.
    for (days, zone) in [
        (["2026-10-24", "2026-10-25", "2026-10-26"], "Europe/Berlin"),
        (["2026-03-28", "2026-03-29", "2026-03-30"], "America/New_York"),
    ] {
        let stage = Stage::new("[[roster]]\nname = \"crm\"\nfiles = \"crm.csv\"\nexpect-by = \"00:30\"\n");
        for (number, day) in (1..).zip(days) {
            stage.put("crm.csv", &roster(number, 140));
            for hour in ["00:45", "01:30", "02:30"] {
                let output = std::process::Command::new(env!("CARGO_BIN_EXE_fasttrack"))
                    .current_dir(stage.folder())
                    .env("TZ", zone)
                    .args(["nightly", "--quiet", "--date", &format!("{day}T{hour}")])
                    .output()
                    .unwrap();
                assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
            }
        }
        let folders: Vec<String> = crate::support::names(&stage.path("out/crm"));
        assert_eq!(folders[..3], days, "{zone}");
    }
}
