//! The workbook, by `rust_xlsxwriter`.

use crate::job::{Job, Verdict};
use crate::roster::{Renewal, Row};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
use std::error::Error;

pub(crate) struct Book {
    inner: Workbook,
    day: Format,
    /// The row that is written next; the headings are row 0.
    at: u32,
    /// Customers and paid seats of each tier.
    totals: Vec<(String, u32, u64)>,
}

impl Book {
    pub(crate) fn new(job: &Job) -> Result<Self, Box<dyn Error>> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet_with_constant_memory()?;
        sheet.set_name("Roster")?.set_freeze_panes(1, 0)?;
        let bold = Format::new().set_bold();
        sheet.write_row_with_format(0, 0, job.own.iter().chain(&job.added), &bold)?;
        Ok(Self {
            inner: book,
            day: Format::new().set_num_format("yyyy-mm-dd"),
            at: 1,
            totals: job.tiers.iter().map(|tier| (tier.clone(), 0, 0)).collect(),
        })
    }

    pub(crate) fn add(&mut self, row: &Row<'_>, verdict: &Verdict<'_>) -> Result<(), Box<dyn Error>> {
        let at = self.at;
        self.at += 1;
        let sheet = self.inner.worksheet_from_index(0)?;
        for (column, text) in (0..).zip([row.tenant, row.name, row.domain, row.country, row.plan]) {
            sheet.write_string(at, column, text)?;
        }
        sheet.write_number(at, 5, row.seats)?;
        if !row.segment.is_empty() {
            sheet.write_string(at, 6, row.segment)?;
        }
        match row.renewal {
            Renewal::Text(text) => sheet.write_string(at, 7, text)?,
            Renewal::Serial(day) => sheet.write_number_with_format(at, 7, day, &self.day)?,
            Renewal::Iso(day) => {
                sheet.write_datetime_with_format(at, 7, ExcelDateTime::parse_from_str(day)?, &self.day)?
            }
        };
        write_verdict(sheet, at, verdict)?;
        if let Some(total) = self.totals.iter_mut().find(|total| total.0 == verdict.tier) {
            total.1 += 1;
            total.2 += u64::from(verdict.seats);
        }
        Ok(())
    }

    /// Writes the summary, and the file.
    pub(crate) fn save(mut self, path: &str, job: &Job) -> Result<(), Box<dyn Error>> {
        let last = u16::try_from(job.own.len() + job.added.len())? - 1;
        self.inner.worksheet_from_index(0)?.autofilter(0, 0, self.at - 1, last)?;
        let sheet = self.inner.add_worksheet().set_name("Summary")?;
        sheet.write_row_with_format(0, 0, &job.summary, &Format::new().set_bold())?;
        for (at, (tier, customers, seats)) in (1..).zip(self.totals) {
            sheet.write(at, 0, tier)?.write(at, 1, customers)?.write(at, 2, seats)?;
        }
        Ok(self.inner.save(path)?)
    }
}

fn write_verdict(sheet: &mut Worksheet, at: u32, verdict: &Verdict<'_>) -> Result<(), Box<dyn Error>> {
    sheet.write_string(at, 8, verdict.segment)?;
    sheet.write_number(at, 9, verdict.seats)?;
    sheet.write_string(at, 10, verdict.tier)?;
    sheet.write_string(at, 11, verdict.qa)?;
    sheet.write_string(at, 12, verdict.specialist)?;
    sheet.write_string(at, 13, verdict.migration)?;
    if let Some((tier, seats)) = verdict.next {
        sheet.write_string(at, 14, tier)?;
        sheet.write_number(at, 15, seats)?;
    }
    Ok(())
}
