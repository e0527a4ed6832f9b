//! A user's own catalogue, from the file to the workbook.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::{job, run, sheet, shown, under};
use fasttrack_roster::job::{Job, Previous};
use fasttrack_roster::pipeline::Workers;

const ROSTER: &str = "Customer,Plan,Paid seats\nContoso,Workplace E3,600\nFabrikam,SPE_E3,600\n";
const OWN: &str = "id,name,segment,family,kind,price,also written as\n\
    CWS_E3,Contoso Workplace Suite E3,commercial,microsoft-365,base,paid,Workplace E3\n";

#[test]
fn the_run_sheet_names_each_catalogue_and_any_number_of_threads_writes_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("roster.csv"), ROSTER).unwrap();
    std::fs::write(path("own.csv"), OWN).unwrap();
    std::fs::write(path("more.csv"), "id,also written as\nCWS_E3,CWS three\n").unwrap();
    let written = [1, 2, 8].map(|threads| {
        let catalogues = vec![path("own.csv"), path("more.csv")];
        let done = run(&Job {
            workers: Workers::new(threads).unwrap(),
            catalogues,
            ..job(&path("roster.csv"), &path("out.xlsx"))
        })
        .unwrap();
        let rows = sheet(&path("out.xlsx"), "Run");
        for own in &done.catalogues {
            let cells = [&own.name, &own.sha256, &own.products.to_string(), &own.spellings.to_string()];
            let is_it = |row: &Vec<_>| cells.iter().enumerate().all(|(at, cell)| shown(row, at) == **cell);
            assert!(rows.iter().any(is_it), "{cells:?}");
        }
        assert_eq!((done.catalogues.len(), done.summary.review()), (2, 0));
        std::fs::read(path("out.xlsx")).unwrap()
    });
    assert!(written[1] == written[0] && written[2] == written[0], "threads show in the workbook");
    let roster = sheet(&path("out.xlsx"), "Roster");
    assert_eq!(under(&roster, 1, "FastTrack tier"), under(&roster, 2, "FastTrack tier"));
}

#[test]
fn another_catalogue_than_then_is_said_of_what_moved() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("roster.csv"), ROSTER).unwrap();
    std::fs::write(path("own.csv"), OWN).unwrap();
    let with = |catalogue: Option<&str>, since: Option<&str>, output: &str| {
        let catalogues = catalogue.map(path).into_iter().collect();
        let since = since.map(|since| Previous::Workbook(path(since)));
        run(&Job { catalogues, since, ..job(&path("roster.csv"), &path(output)) }).unwrap()
    };
    assert_eq!(with(None, None, "without.xlsx").summary.review(), 1);
    let remarks = |done: fasttrack_roster::job::Done| done.since.unwrap().remarks;
    let told = remarks(with(Some("own.csv"), Some("without.xlsx"), "with.xlsx"));
    assert!(told[0].starts_with("your own catalogues have changed"), "{told:?}");
    assert_eq!(remarks(with(Some("own.csv"), Some("with.xlsx"), "again.xlsx")), [""; 0]);
}
