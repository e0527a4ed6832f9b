//! Fixes: what cannot be used is refused when it is given, and what was right once is not taken for right for ever.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test: to fail loudly is its work")]

use super::client::Page;
use serde_json::{Value, json};

const ROSTER: &str = "Tenant,Plan,Paid seats\nContoso,House bundle,480\nFabrikam,SPE_E3,ca. 600\n";

#[test]
fn a_fix_that_nobody_can_use_is_refused_when_it_is_given_with_its_place() {
    let page = Page::start(&[]);
    let run = page.done("roster.csv", ROSTER.as_bytes());
    let word = |means: &str| json!({"kind": "plan", "as_written": "House bundle", "means": means});
    let right = json!({"tenant": "Fabrikam", "plan": "SPE_E3", "seats": 600});
    for means in ["zzzz", "Copilot"] {
        let fixes = json!({"words": [word("SPE_E5"), {"kind": "plan", "as_written": "Other", "means": means}],
            "rows": [right, {"tenant": "Contoso", "plan": "x", "status": "unheard of"}]});
        let of_upload = format!("/api/v1/uploads/{}/runs", run["upload"].as_str().unwrap());
        for (path, asked) in
            [("/api/v1/fixes", json!({ "fixes": fixes })), (of_upload.as_str(), json!({ "fixes": fixes }))]
        {
            let answer = page.post(path, &asked);
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (422, "fixes-not-valid"),
                "{}",
                answer.text()
            );
            let wrong = answer.json()["error"]["diagnostics"].clone();
            let about: Vec<&Value> = wrong.as_array().unwrap().iter().map(|one| &one["fix"]).collect();
            assert_eq!(
                about,
                [&json!({"word": fixes["words"][1]}), &json!({"row": fixes["rows"][1]})],
                "{wrong}"
            );
            assert!(wrong[0]["message"].as_str().unwrap().contains(means), "{wrong}");
        }
    }
    // No run came of it, and the result is there as before.
    let upload = page.get(&format!("/api/v1/uploads/{}", run["upload"].as_str().unwrap())).json();
    assert_eq!((upload["runs"].as_array().unwrap().len(), &upload["runs"][0]["id"]), (1, &run["id"]));
    assert_eq!(upload["fixes"], json!({}));
    let fixes = json!({"words": [word("SPE_E5")], "rows": [right]});
    assert_eq!(page.post("/api/v1/fixes", &json!({ "fixes": fixes })).status, 204);
    assert_eq!(page.post("/api/v1/fixes", &json!({"fixes": fixes, "policy": "none"})).status, 422);
    let run = page.run(&json!({"id": run["upload"]}), &json!({ "fixes": fixes }));
    assert_eq!((&run["state"], &run["totals"]["needs_review"]), (&json!("done"), &json!(0)), "{run}");
}

#[test]
fn what_a_plan_means_is_known_in_files_with_other_headings_too() {
    let page = Page::start(&[]);
    let run = page.done("roster.csv", ROSTER.as_bytes());
    let words = json!([{"kind": "plan", "as_written": "House bundle", "means": "SPE_E5"}]);
    let rows = json!([{"tenant": "Fabrikam", "plan": "SPE_E3", "seats": 600, "seats_in_roster": "ca. 600"}]);
    let fixes = json!({"words": words, "rows": rows});
    let run = page.run(&json!({"id": run["upload"]}), &json!({ "fixes": fixes }));
    assert_eq!(run["state"], "done", "{run}");
    let other = page.upload("other.csv", b"Company,Product,Seats\nLitware,House bundle,480\n");
    assert_eq!(other["fixes"], json!({ "words": words }));
    // The same headings, and another cell: it is read, and what was said of the other one is told.
    let next = page.upload("next.csv", ROSTER.replace("ca. 600", "120").as_bytes());
    assert_eq!(next["fixes"], fixes);
    let run = page.run(&next, &json!({}));
    assert_eq!(
        (&run["totals"]["paid_seats"], &run["totals"]["needs_review"]),
        (&json!(600), &json!(0)),
        "{run}"
    );
    assert_eq!(run["report"]["faults"]["override-outdated"], 1);
}
