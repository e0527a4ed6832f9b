//! How many customers there are by country: a listener that only the tests have, to show what a new one takes.

use crate::about::About;
use crate::error::Result;
use crate::job::judged::Judged;
use crate::job::listener::Listener;
use crate::record::Records;
use crate::report::{Block, CellOut, Page, Sheet, Style, Table, Value};
use crate::roster::Understanding;
use crate::write::Writer;
use std::collections::BTreeMap;

/// Counts customers by what a column says.
pub(in crate::job) struct CustomersByCountry {
    column: usize,
}

impl CustomersByCountry {
    /// Returns what counts customers by the column `Country`; `None` if the roster has none.
    pub(super) fn of(about: &About) -> Option<Self> {
        let column = about.headings.iter().position(|heading| heading == "Country")?;
        Some(Self { column })
    }
}

impl<'a> Listener<'a> for CustomersByCountry {
    type Gathering<'r> = BTreeMap<String, u64>;
    type Part = BTreeMap<String, u64>;
    type Whole = BTreeMap<String, u64>;

    fn begin(&self, _records: &Records) -> BTreeMap<String, u64> {
        BTreeMap::new()
    }

    fn hear(&self, judged: &Judged<'_, '_, 'a>, counts: &mut BTreeMap<String, u64>) {
        if judged.customer().is_some() {
            *counts.entry(judged.record.cell(self.column).shown()).or_default() += 1;
        }
    }

    fn end(
        &self,
        counts: BTreeMap<String, u64>,
        _: &Records,
        _: &Understanding<'a>,
    ) -> BTreeMap<String, u64> {
        counts
    }

    fn start(&self) -> BTreeMap<String, u64> {
        BTreeMap::new()
    }

    fn join(
        &self,
        whole: &mut BTreeMap<String, u64>,
        part: BTreeMap<String, u64>,
        _writer: Option<&mut Writer>,
    ) -> Result<()> {
        for (country, customers) in part {
            *whole.entry(country).or_default() += customers;
        }
        Ok(())
    }

    fn sheet(&self, whole: &BTreeMap<String, u64>) -> Option<Sheet> {
        let row = |(country, customers): (&String, &u64)| {
            vec![CellOut::text(country), CellOut::styled(Value::Count(*customers), Style::Figure)]
        };
        let table = Table {
            headings: ["Country", "Customers"].map(str::to_owned).to_vec(),
            rows: whole.iter().map(row).collect(),
            ..Table::default()
        };
        let blocks = vec![Block::Title("Customers by country".to_owned()), Block::Table(table)];
        Some(Sheet {
            name: "Countries",
            widths: vec![24.0, 12.0],
            page: Page::Single,
            blocks,
            names: Vec::new(),
        })
    }
}

#[test]
fn a_new_listener_has_a_sheet_of_its_own() -> std::result::Result<(), Box<dyn std::error::Error>> {
    use crate::job::{Job, annotate, unwatched};
    use calamine::{Reader, open_workbook_auto};

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
