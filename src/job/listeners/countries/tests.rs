//! A whole run with a listener that only the tests have.

use crate::job::{Job, annotate, unwatched};
use calamine::{Reader, open_workbook_auto};

#[test]
fn a_new_listener_has_a_sheet_of_its_own() -> Result<(), Box<dyn std::error::Error>> {
    const COUNTRIES: [&str; 3] = ["Belgium", "Chile", "Norway"];
    let folder = tempfile::tempdir()?;
    let (input, output) = (folder.path().join("roster.csv"), folder.path().join("out.xlsx"));
    let rows = (0..10_000).map(|number| format!("Contoso {number},E3,480,{}\n", COUNTRIES[number % 3]));
    std::fs::write(
        &input,
        format!("Tenant,Plan,Paid seats,Country\n{}Total,,,\n", rows.collect::<String>()),
    )?;
    for threads in [1, 3] {
        let policy = crate::policy::Policy::default_shipped()?;
        let job = Job {
            target: Some(crate::write::target::Target::File(output.clone())),
            workers: crate::pipeline::Workers::new(threads)?,
            ..Job::new(crate::read::Input::File(input.clone()), policy)
        };
        annotate(&job, &unwatched)?;
        let sheet = open_workbook_auto(&output)?.worksheet_range("Countries")?;
        let told: Vec<String> = sheet.rows().map(|row| format!("{} {}", row[0], row[1])).collect();
        assert!(
            told.ends_with(&["Belgium 3334", "Chile 3333", "Norway 3333"].map(str::to_owned)),
            "{told:?}"
        );
    }
    Ok(())
}
