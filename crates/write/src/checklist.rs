//! A streamed sheet that people fill in: begun with its first row, so that a workbook without any has no such sheet.

use crate::choices::offer;
use crate::error::Result;
use crate::failed;
use crate::formats::FormatCache;
use crate::library::{LibraryPart, Streamed, column_number};
use crate::model::{Checklist, Style, Value};
use rust_xlsxwriter::{FormatAlign, FormatUnderline, Url, Workbook, Worksheet};

/// The sheet, whether it was begun or not.
pub(crate) struct OnDemand {
    checklist: Checklist,
    begun: Option<Streamed>,
}

impl OnDemand {
    /// Returns the sheet without a row.
    pub(crate) const fn new(checklist: Checklist) -> Self {
        Self { checklist, begun: None }
    }

    /// Writes a row behind the others.
    pub(crate) fn row(
        &mut self,
        cells: &[(Value<'_>, Style)],
        workbook: &mut Workbook,
        formats: &mut FormatCache,
    ) -> Result<()> {
        let streamed = match &mut self.begun {
            Some(streamed) => streamed,
            none => none.insert(begin(&self.checklist, workbook, formats)?),
        };
        streamed.row(cells, workbook, formats)
    }

    /// Ends the sheet and returns its parts: none if it has no row.
    pub(crate) fn end(self, formats: &mut FormatCache) -> Result<Vec<LibraryPart>> {
        let Self { checklist, begun } = self;
        let mut parts = begun.map_or(Ok(Vec::new()), |streamed| streamed.end(formats))?;
        for part in &mut parts {
            offer_choices(&checklist, part.rows.saturating_sub(1), &mut part.worksheet)?;
        }
        Ok(parts)
    }
}

/// Gives the cells that are filled in, in so many rows below the headings, their lists.
pub(crate) fn offer_choices(checklist: &Checklist, rows: u64, worksheet: &mut Worksheet) -> Result<()> {
    let lines = u32::try_from(rows).unwrap_or(u32::MAX).min(checklist.limit_lines);
    checklist.choices.iter().try_for_each(|choice| offer(choice, lines, worksheet))
}

/// Begins the sheet.
fn begin(checklist: &Checklist, workbook: &mut Workbook, formats: &mut FormatCache) -> Result<Streamed> {
    let mut streamed = Streamed::begin(checklist.stream.clone(), workbook, formats)?;
    streamed.limit_table(checklist.limit_lines);
    link(checklist, streamed.worksheet(), formats)?;
    Ok(streamed)
}

/// Lets the headings that lead elsewhere do so; they are bold and underlined.
pub(crate) fn link(
    checklist: &Checklist,
    worksheet: &mut Worksheet,
    formats: &mut FormatCache,
) -> Result<()> {
    for (column, name) in &checklist.links {
        let Some(heading) = checklist.stream.columns.get(*column) else { continue };
        let link = Url::new(format!("internal:{name}")).set_text(heading.heading.as_str());
        let format = formats.format(heading.style, "").clone().set_bold();
        let format = format.set_underline(FormatUnderline::Single).set_align(FormatAlign::VerticalCenter);
        worksheet
            .write_url_with_format(0, column_number(*column)?, link, &format)
            .map_err(|error| failed(&error))?;
    }
    Ok(())
}
