//! The rows of a roster: text by the csv crate, workbooks by calamine.

use calamine::{CellType, DataType, Range, Reader, ReaderRef, Sheets, open_workbook_auto};
use std::error::Error;
use std::path::Path;

/// The columns of a roster, in their order.
pub(crate) struct Row<'a> {
    pub(crate) tenant: &'a str,
    pub(crate) name: &'a str,
    pub(crate) domain: &'a str,
    pub(crate) country: &'a str,
    pub(crate) plan: &'a str,
    pub(crate) seats: u32,
    /// Empty if the cell is blank.
    pub(crate) segment: &'a str,
    pub(crate) renewal: Renewal<'a>,
}

/// A day as the roster has it.
pub(crate) enum Renewal<'a> {
    Text(&'a str),
    Serial(f64),
    Iso(&'a str),
}

/// Gives the rows below the headings to `take`, in their order.
pub(crate) fn each_row(
    path: &str,
    mut take: impl FnMut(&Row<'_>) -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    const NO_SHEET: &str = "no sheet";
    if Path::new(path).extension().is_some_and(|extension| extension == "csv") {
        return each_record(path, take);
    }
    match open_workbook_auto(path)? {
        // These two lend their shared texts.
        Sheets::Xlsx(mut book) => each_line(&book.worksheet_range_at_ref(0).ok_or(NO_SHEET)??, &mut take),
        Sheets::Xlsb(mut book) => each_line(&book.worksheet_range_at_ref(0).ok_or(NO_SHEET)??, &mut take),
        mut book => each_line(&book.worksheet_range_at(0).ok_or(NO_SHEET)??, &mut take),
    }
}

fn each_record(
    path: &str,
    mut take: impl FnMut(&Row<'_>) -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let mut reader = csv::Reader::from_path(path)?;
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record)? {
        let text = |column| record.get(column).unwrap_or_default();
        take(&Row {
            tenant: text(0),
            name: text(1),
            domain: text(2),
            country: text(3),
            plan: text(4),
            seats: text(5).parse()?,
            segment: text(6),
            renewal: Renewal::Text(text(7)),
        })?;
    }
    Ok(())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of seats is whole and small"
)]
fn each_line<T: DataType + CellType>(
    range: &Range<T>,
    take: &mut impl FnMut(&Row<'_>) -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    for cells in range.rows().skip(1) {
        let [tenant, name, domain, country, plan, seats, segment, renewal] = cells else {
            return Err("a row of another width".into());
        };
        take(&Row {
            tenant: text(tenant),
            name: text(name),
            domain: text(domain),
            country: text(country),
            plan: text(plan),
            seats: seats.as_f64().ok_or("seats that are no number")? as u32,
            segment: text(segment),
            renewal: match (renewal.get_datetime(), renewal.get_datetime_iso()) {
                (Some(day), _) => Renewal::Serial(day.as_f64()),
                (_, Some(day)) => Renewal::Iso(day),
                _ => Renewal::Text(text(renewal)),
            },
        })?;
    }
    Ok(())
}

/// Gives a cell's text; a blank cell has none.
fn text<T: DataType>(cell: &T) -> &str {
    cell.get_string().unwrap_or_default()
}
