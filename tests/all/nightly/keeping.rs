//! Which outputs stay.

use super::stage::{Stage, roster};

#[test]
fn outputs_that_are_not_kept_any_more_go_and_those_that_somebody_changed_stay() {
    let keep = "settle = \"0s\"\nkeep = { nights = 2, months = 2 }\n";
    let stage =
        Stage::with(keep, "[[roster]]\nname = \"crm\"\nfiles = \"crm-*.csv\"\nsplit-files = \"tier\"\n");
    let days = ["2026-10-30", "2026-10-31", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-28"];
    for (number, day) in (1..).zip(days) {
        stage.put(&format!("crm-{day}.csv"), &roster(number, 140));
        stage.night(&format!("{day}T02:00"));
        if day == "2026-11-25" {
            let name = stage.outputs().into_keys().find(|name| name.contains("/crm-2026-11-25.")).unwrap();
            let path = stage.path("out").join(&name);
            let bytes = [std::fs::read(&path).unwrap(), b"changed".to_vec()].concat();
            std::fs::write(path, bytes).unwrap();
        }
    }
    let folders = crate::support::names(&stage.path("out/crm"));
    assert_eq!(folders, ["2026-10-31", "2026-11-25", "2026-11-27", "2026-11-28", "latest.xlsx"]);
    let of_25: Vec<String> = stage.outputs().into_keys().filter(|name| name.contains("2026-11-25")).collect();
    assert_eq!(of_25.len(), 1, "its split workbooks went: {of_25:?}");
    // What went is not made again, though its roster is still in the inbox.
    let before = stage.outputs();
    assert_eq!(stage.night("2026-11-28T03:00").ends.done, 0);
    assert_eq!(stage.outputs(), before);
}
