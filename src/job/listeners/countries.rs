//! How many customers there are by country: a listener that only the tests have, to show what a new one takes.

use crate::about::About;
use crate::error::Result;
use crate::job::judged::Judged;
use crate::job::listener::Listener;
use crate::job::sink::Sink;
use crate::record::Records;
use crate::report::{Block, CellOut, Page, Sheet, Style, Table, Value};
use crate::roster::Understanding;
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
        _sink: &mut Sink<'_>,
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

mod tests;
