//! How a file is understood: the row of the headings, files that cannot be read, and what groups of rows have in common.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test: to fail loudly is its work")]

use super::bytes::{annotate, download, upload};
use super::client::{Page, id, page_folders};
use serde_json::{Value, json};
use std::path::Path;

/// Lines of which the first looks most like headings, and the third has them.
const LINES: [[&str; 3]; 5] = [
    ["Tenant", "Plan", "Paid seats"],
    ["explained on the intranet", "", ""],
    ["Account", "Product", "Licences"],
    ["Contoso", "SPE_E3", "480"],
    ["Fabrikam", "House bundle", "200"],
];

fn text() -> String {
    LINES.map(|cells| cells.join(",")).join("\n")
}

fn preview(page: &Page, upload: &Value, settings: &Value) -> super::client::Answer {
    page.post(&format!("/api/v1/uploads/{}/preview", id(upload)), &json!({ "settings": settings }))
}

fn save_workbook(path: &Path) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0..).zip(LINES) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write(row, column, cell).unwrap();
        }
    }
    book.save(path).unwrap();
}

#[test]
fn a_row_of_headings_that_is_chosen_makes_the_bytes_of_the_command_line() {
    let page = Page::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("roster.csv"), text()).unwrap();
    save_workbook(&folder.path().join("roster.xlsx"));
    for name in ["roster.csv", "roster.xlsx"] {
        let uploaded = upload(&page, &folder.path().join(name));
        let seen = preview(&page, &uploaded, &json!({})).json();
        assert_eq!(seen["input"]["header_row"], 1);
        assert_eq!(seen["rows"][2], json!({"row": 3, "cells": LINES[2]}));
        let settings = json!({"heading_row": 3});
        let seen = preview(&page, &uploaded, &settings).json();
        assert_eq!(
            (&seen["input"]["header_row"], &seen["headings"][0]["heading"]),
            (&json!(3), &json!("Account"))
        );
        assert_eq!(seen["rows"][0], json!({"row": 1, "cells": LINES[0]}), "the others can still be chosen");
        let run = page.run(&uploaded, &json!({ "settings": settings }));
        assert_eq!((&run["state"], &run["totals"]["customers"]), (&json!("done"), &json!(2)), "{run}");
        annotate(folder.path(), &[name, "--heading-row=3", "-o", "out.xlsx"].map(str::to_owned));
        let written = std::fs::read(folder.path().join("out.xlsx")).unwrap();
        assert!(download(&page, &run, "workbook") == written, "{name}");
        for (row, code) in [(2, "columns-not-certain"), (9, "roster-not-read"), (0, "request-not-valid")] {
            let settings = json!({ "heading_row": row });
            let answer = preview(&page, &uploaded, &settings);
            let code = if row == 2 { "" } else { code };
            assert_eq!((answer.status == 200, answer.code().as_str()), (row == 2, code), "{}", answer.text());
        }
    }
}

#[test]
fn a_row_of_headings_and_its_fixes_are_remembered_for_files_of_that_kind() {
    let page = Page::start(&[]);
    let first = page.upload("one.csv", text().as_bytes());
    let settings = json!({"heading_row": 3, "remember": true});
    assert_eq!(preview(&page, &first, &settings).status, 200);
    let fixes = json!({"words": [{"kind": "plan", "as_written": "House bundle", "means": "SPE_E3"}]});
    let run = page.run(&first, &json!({"settings": settings, "fixes": fixes}));
    assert_eq!((&run["state"], &run["totals"]["needs_review"]), (&json!("done"), &json!(0)), "{run}");
    let next = page.upload("two.csv", text().replace("480", "700").as_bytes());
    assert_eq!((&next["settings"], &next["fixes"], &next["remembered"]), (&settings, &fixes, &json!(true)));
    let run = page.run(&next, &json!({"settings": next["settings"], "since": "last"}));
    assert_eq!((&run["state"], &run["since"]["name"]), (&json!("done"), &json!("one.csv")), "{run}");
    assert_eq!(page.ask("DELETE", &format!("/api/v1/remembered/{}", id(&next)), b"").status, 204);
    let last = page.upload("three.csv", text().as_bytes());
    assert_eq!(
        (&last["settings"], &last["fixes"], &last["remembered"]),
        (&json!({}), &json!({}), &json!(false))
    );
}

#[test]
fn a_file_that_cannot_be_read_is_looked_at_once() {
    let page = Page::start(&[]);
    let upload = page.upload("roster.csv", b"\"Tenant,Plan,Paid seats\nContoso,SPE_E3,480\n");
    let first = preview(&page, &upload, &json!({}));
    assert_eq!((first.status, first.code().as_str()), (422, "roster-not-read"), "{}", first.text());
    // Whoever looks again now would find another file.
    let folder = page_folders(page.temporary.path())[0].join("files").join(id(&upload));
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let roster = files.into_iter().find(|path| path.is_file()).unwrap();
    std::fs::write(roster, "Tenant,Plan,Paid seats\nContoso,SPE_E3,480\n").unwrap();
    let again = preview(&page, &upload, &json!({}));
    assert_eq!((again.status, again.text()), (422, first.text()));
    assert_eq!(
        preview(&page, &upload, &json!({"delimiter": ";"})).status,
        200,
        "other settings are another question"
    );
}

#[test]
fn a_group_says_what_its_rows_have_in_common() {
    let page = Page::start(&[]);
    let roster = "Tenant,Plan,Paid seats\nContoso,SPE_E3,many\nFabrikam,SPE_E3,a few\nLitware,SPE_E3,12.5\n";
    let run = page.done("roster.csv", roster.as_bytes());
    let review = page.get(&format!("/api/v1/runs/{}/review", id(&run))).json();
    let group = |code: &str| {
        let groups = review["groups"].as_array().unwrap();
        groups.iter().find(|group| group["code"] == code).unwrap().clone()
    };
    let several = group("seats-unreadable");
    assert_eq!(
        (&several["problem"], &several["rows"]),
        (&json!("the paid seats are not a number"), &json!(2))
    );
    let said = several["what_to_do"].as_str().unwrap();
    assert!(!said.contains("many") && !said.contains("few"), "{said}");
    let one = group("seats-not-whole");
    assert!(
        one["problem"].as_str().unwrap().contains("12.5"),
        "what is true of one row is told whole: {one}"
    );
}
