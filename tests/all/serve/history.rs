//! Uploads and runs one after the other: what is compared, what is set right, what is remembered.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test: to fail loudly is its work")]

use super::bytes::{annotate, download};
use super::client::{Page, ROSTER, id};
use serde_json::json;

const MESSY: &str =
    "Kunde X,Was,Zahl\nContoso,House bundle,480\nFabrikam,Office 365 E3,200\nLitware,SPE_E5,75\n";

#[test]
fn guesses_are_shown_and_a_run_of_what_was_shown_confirms_them() {
    let page = Page::start(&[]);
    let upload = page.upload("messy.csv", MESSY.as_bytes());
    let preview = page.post(&format!("/api/v1/uploads/{}/preview", id(&upload)), &json!({})).json();
    assert_eq!(preview["is_certain"], false);
    let field = |name: &str| {
        let fields = preview["fields"].as_array().unwrap();
        fields.iter().find(|field| field["field"] == name).unwrap().clone()
    };
    assert_eq!((&field("seats")["heading"], &field("seats")["is_certain"]), (&json!("Zahl"), &json!(false)));
    assert_eq!(preview["headings"][2]["samples"], json!(["480", "200", "75"]));
    let missing = preview["diagnostics"].as_array().unwrap();
    assert!(missing.iter().all(|found| found["code"] == "column-missing"), "{preview}");
    let settings = json!({"map": {"tenant": "Kunde X", "plan": "Was"}});
    // Nobody has seen it with these settings.
    let run = page.run(&upload, &json!({ "settings": settings }));
    assert_eq!(
        (&run["state"], &run["error"]["code"]),
        (&json!("failed"), &json!("columns-not-certain")),
        "{run}"
    );
    let preview = page
        .post(&format!("/api/v1/uploads/{}/preview", id(&upload)), &json!({ "settings": settings }))
        .json();
    assert_eq!(preview["diagnostics"], json!([]), "{preview}");
    let run = page.run(&upload, &json!({ "settings": settings }));
    assert_eq!(run["state"], "done", "{run}");
    assert_eq!(run["settings"]["map"], json!({"tenant": "Kunde X", "plan": "Was", "seats": "#3"}));
}

#[test]
fn a_fix_settles_all_rows_of_a_word_and_is_the_file_that_an_unattended_run_takes() {
    let state = tempfile::tempdir().unwrap();
    let page = Page::start(&["--state", state.path().to_str().unwrap()]);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("messy.csv"), MESSY).unwrap();
    let upload = super::bytes::upload(&page, &folder.path().join("messy.csv"));
    let settings = json!({"map": {"tenant": "Kunde X", "plan": "Was", "seats": "Zahl"}, "remember": true});
    let first = page.run(&upload, &json!({ "settings": settings }));
    assert_eq!(first["totals"]["needs_review"], 1, "{first}");
    let review = page.get(&format!("/api/v1/runs/{}/review", id(&first))).json();
    let word = &review["words"][0];
    assert_eq!(
        (&word["kind"], &word["as_written"], &word["rows"]),
        (&json!("plan"), &json!("House bundle"), &json!(1))
    );
    is_grouped(&page, &first, &review);
    let fixes = json!({
        "words": [{"kind": "plan", "as_written": "House bundle", "means": "Microsoft 365 E3"}],
        "rows": [{"tenant": "Fabrikam", "plan": "Office 365 E3", "seats": 900, "reason": "asked"}],
    });
    let second = page.run(&upload, &json!({"settings": settings, "fixes": fixes, "since": first["id"]}));
    assert_eq!(second["totals"]["needs_review"], 0, "{second}");
    assert_eq!(second["report"]["since"]["changes"]["kinds"]["from_review"]["customers"], 1);
    assert_eq!(second["report"]["overrides"]["rows_set"], 2);
    let changes = page.get(&format!("/api/v1/runs/{}/changes", id(&second))).json();
    assert_eq!((&changes["columns"][0], &changes["total"]), (&json!("Change"), &json!(2)), "{changes}");
    assert!(changes["rows"].as_array().unwrap().iter().any(|row| row[1] == "Contoso"), "{changes}");
    let settled = page.get(&format!("/api/v1/runs/{}/review", id(&second))).json();
    assert_eq!((&settled["words"][0]["means"], &settled["rows"]), (&json!("Microsoft 365 E3"), &json!([])));
    // The same on the command line.
    let overrides = download(&page, &second, "overrides.csv");
    std::fs::write(folder.path().join("overrides.csv"), &overrides).unwrap();
    std::fs::write(folder.path().join("messy.fasttrack.xlsx"), download(&page, &first, "workbook")).unwrap();
    let flags = [
        "messy.csv",
        "--map=tenant=Kunde X",
        "--map=plan=Was",
        "--map=seats=Zahl",
        "--overrides=overrides.csv",
        "--since=messy.fasttrack.xlsx",
        "-o",
        "again.xlsx",
    ];
    annotate(folder.path(), &flags.map(str::to_owned));
    assert!(download(&page, &second, "workbook") == std::fs::read(folder.path().join("again.xlsx")).unwrap());
    is_remembered(&page, (&settings, &fixes), id(&second));

    // So does a run that nobody watches, with what is in the state folder.
    let remembered = only(&only(&state.path().join("remembered")));
    assert_eq!(std::fs::read(remembered.join("overrides.csv")).unwrap(), overrides);
    let flags = [
        "messy.csv".to_owned(),
        format!("--map-file={}", remembered.join("columns.toml").display()),
        format!("--overrides={}", remembered.join("overrides.csv").display()),
        "--output=nightly.xlsx".to_owned(),
    ];
    annotate(folder.path(), &flags);

    is_listed_and_forgotten(&page, id(&upload));
}

/// All of it is in the list of what is remembered, until it is forgotten.
fn is_listed_and_forgotten(page: &Page, upload: &str) {
    let all = page.get("/api/v1/remembered").json();
    let entry = &all["remembered"][0];
    assert_eq!(
        (&entry["name"], &entry["fixes"], &entry["settings"]),
        (&json!("next.csv"), &json!(2), &json!(true))
    );
    assert_eq!(entry["columns"], json!(["Kunde X", "Was", "Zahl"]), "{all}");
    let of_entry = format!("/api/v1/remembered/{}", entry["id"].as_str().unwrap());
    assert_eq!(page.ask("DELETE", &of_entry, b"").status, 204);
    assert_eq!(page.get("/api/v1/remembered").json(), json!({"remembered": []}));
    assert_eq!(page.ask("DELETE", &of_entry, b"").status, 404);
    assert_eq!(page.ask("DELETE", &format!("/api/v1/remembered/{upload}"), b"").status, 204);
    let forgotten = page.upload("next.csv", MESSY.as_bytes());
    assert_eq!((&forgotten["remembered"], &forgotten["fixes"]), (&json!(false), &json!({})));
    assert_eq!(forgotten["settings"], json!({}));
}

/// What needs review is there by kind and line by line.
fn is_grouped(page: &Page, first: &serde_json::Value, review: &serde_json::Value) {
    assert_eq!((&review["words"][0]["means"], &review["rows_total"]), (&json!(null), &json!(1)));
    let (group, row) = (&review["groups"][0], &review["rows"][0]);
    assert_eq!((&group["code"], &group["rows"]), (&json!("plan-unknown"), &json!(1)), "{review}");
    assert_eq!(
        (&row["tenant"], &row["plan"], &row["seats"]),
        (&json!("Contoso"), &json!("House bundle"), &json!("480"))
    );
    let none = page.get(&format!("/api/v1/runs/{}/review?code=seats-blank", id(first))).json();
    assert_eq!((&none["rows"], &none["rows_total"]), (&json!([]), &json!(0)));
}

/// The next roster of that kind begins with all of it.
fn is_remembered(page: &Page, (settings, fixes): (&serde_json::Value, &serde_json::Value), last: &str) {
    let next = page.upload("next.csv", MESSY.replace("480", "481").as_bytes());
    assert_eq!((&next["remembered"], &next["fixes"]), (&json!(true), fixes));
    assert_eq!(next["settings"]["map"], settings["map"]);
    let run = page.run(&next, &json!({"settings": next["settings"], "since": "last"}));
    assert_eq!((&run["totals"]["needs_review"], &run["fixes"]), (&json!(0), fixes), "{run}");
    assert_eq!(run["since"]["run"], last, "the newest of another upload");
    assert_eq!(run["report"]["since"]["changes"]["kinds"]["more_seats"]["customers"], 1);
}

/// Returns the one folder in a folder.
fn only(folder: &std::path::Path) -> std::path::PathBuf {
    let mut entries = std::fs::read_dir(folder).unwrap();
    let first = entries.next().unwrap().unwrap().path();
    assert!(entries.next().is_none());
    first
}

#[test]
fn any_two_runs_are_compared_and_one_can_be_run_again_with_another_policy() {
    let page = Page::start(&[]);
    let first = page.done("one.csv", ROSTER.as_bytes());
    page.done("two.csv", ROSTER.replace("480", "700").as_bytes());
    let third = page.upload("three.csv", ROSTER.replace("Fabrikam", "Litware").as_bytes());
    let run = page.run(&third, &json!({"since": first["id"], "settings": {"policy": "fasttrack-docs-2021"}}));
    assert_eq!(
        (&run["since"]["name"], &run["policy"]),
        (&json!("one.csv"), &json!("fasttrack-docs-2021")),
        "{run}"
    );
    let kinds = &run["report"]["since"]["changes"]["kinds"];
    assert_eq!((&kinds["new"]["customers"], &kinds["gone"]["customers"]), (&json!(1), &json!(1)));
    let unknown = page.post(
        &format!("/api/v1/uploads/{}/runs", id(&third)),
        &json!({"since": "0123456789abcdef0123456789abcdef"}),
    );
    assert_eq!(unknown.status, 422);
    // Where there is none with the same headings, nothing is compared.
    let other = page.upload("other.csv", ROSTER.replace("Paid seats", "Licences").as_bytes());
    let run = page.run(&other, &json!({"since": "last"}));
    assert_eq!((&run["state"], &run["since"]), (&json!("done"), &json!(null)));
}

#[test]
fn a_sheet_that_was_shown_is_the_one_that_is_read() {
    let page = Page::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, tenant) in [("North", "Contoso"), ("South", "Litware")] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        for (row, cells) in [["Tenant", "Plan", "Paid seats"], [tenant, "SPE_E3", "480"]].iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                let (row, column) = (u32::try_from(row).unwrap(), u16::try_from(column).unwrap());
                sheet.write(row, column, *cell).unwrap();
            }
        }
    }
    book.save(&path).unwrap();
    let upload = super::bytes::upload(&page, &path);
    let preview = |settings: &serde_json::Value| {
        page.post(&format!("/api/v1/uploads/{}/preview", id(&upload)), &json!({ "settings": settings }))
            .json()
    };
    let seen = preview(&json!({}));
    assert_eq!(
        (&seen["input"]["sheet"], &seen["input"]["sheets"]),
        (&json!("North"), &json!(["North", "South"]))
    );
    assert_eq!(seen["is_certain"], false);
    let run = page.run(&upload, &json!({}));
    assert_eq!((&run["state"], &run["settings"]), (&json!("done"), &json!({"sheet": "North"})), "{run}");
    let south = json!({"sheet": "South"});
    assert_eq!(preview(&south)["headings"][0]["samples"], json!(["Litware"]));
    assert_eq!(page.run(&upload, &json!({ "settings": south }))["state"], "done");
}

#[test]
fn a_history_is_listed_newest_first_and_whoever_waits_hears_of_a_change() {
    let page = Page::start(&[]);
    let first = page.done("one.csv", ROSTER.as_bytes());
    page.done("two.csv", ROSTER.as_bytes());
    let uploads = page.get("/api/v1/uploads").json()["uploads"].clone();
    assert_eq!((&uploads[0]["name"], &uploads[1]["name"]), (&json!("two.csv"), &json!("one.csv")));
    let run = &uploads[1]["runs"][0];
    assert_eq!((&run["id"], &run["totals"]["customers"]), (&first["id"], &json!(2)));
    assert!(run.get("report").is_none() && first["report"]["schema"] == 2);
    assert!(first["sentence"].as_str().unwrap().starts_with("2 customers, 680 paid seats"), "{first}");
    assert_eq!(first["checks"][0]["result"], "holds");
    assert!(first["report"]["output"]["path"] == "one.fasttrack.xlsx");
    let plans = page.get("/api/v1/plans?q=business+premium").json()["plans"].clone();
    assert_eq!(
        (&plans[0]["name"], &plans[0]["id"]),
        (&json!("Microsoft 365 Business Premium"), &json!("SPB"))
    );
    assert!(plans.as_array().unwrap().len() <= 20);
    assert_eq!(page.get(&format!("/api/v1/plans?q={}", "a".repeat(201))).status, 422);
}
