//! Renders a sheet of plain data: blocks below each other, charts over their tables.

#[cfg(test)]
mod tests;

use crate::diagnostic::column_letters;
use crate::error::Result;
use crate::failed;
use crate::formats::{FormatCache, GRID_COLOR, attribute, chart_color};
use crate::library::{column_number, note, put, put_formula, put_link};
use crate::model::{
    Block, CellOut, Chart as ChartOut, FilledIn, Formula, LineChart, Page, Sheet, Style, Table, Value,
};
use crate::page;
use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartFont, ChartFormat, ChartLine, ChartPoint, ChartSolidFill, ChartType,
    DataValidation, TableColumn, TableStyle, Worksheet,
};

/// The height of a line of text, in points.
const LINE_HEIGHT: u32 = 15;
/// Words do not fill a line to its end, and bold ones less so; both measured on the widest common font.
const FILLED: f64 = 0.98;
const FILLED_BOLD: f64 = 0.9;
/// A row is never higher than Excel allows (409 points).
const LIMIT_LINES: u32 = 27;
/// The most rows above headings that stay in sight: together a third of a small window.
const LIMIT_ROWS_ABOVE: u32 = 10;
/// How many rows a row of charts takes.
const CHART_ROWS: u32 = 17;
/// The size of a chart, its distance from the edges of its row, and from its left edge to the next, in pixels.
const CHART_MARGIN: u32 = 4;
const CHART_WIDTH: u32 = 520;
const CHART_HEIGHT: u32 = 320;
const CHART_PITCH: u32 = 540;

/// Renders a sheet onto an empty worksheet.
pub(crate) fn render(sheet: &Sheet, worksheet: &mut Worksheet, formats: &mut FormatCache) -> Result<()> {
    worksheet.set_name(sheet.name).map_err(|error| failed(&error))?;
    for (column, width) in sheet.widths.iter().enumerate() {
        worksheet.set_column_width(column_number(column)?, *width).map_err(|error| failed(&error))?;
    }
    for (block, row) in placed(sheet) {
        match block {
            Block::Title(text) => {
                worksheet.set_row_height(row, 28).map_err(|error| failed(&error))?;
                put(worksheet, row, 0, &Value::text(text.as_str()), Style::Title, formats)?;
            }
            Block::Line(text) => {
                put(worksheet, row, 0, &Value::text(text.as_str()), Style::Subtitle, formats)?;
            }
            Block::Remark(text) => {
                put(worksheet, row, 0, &Value::text(text.as_str()), Style::Muted, formats)?;
            }
            Block::Table(table) => {
                render_table(table, (sheet.name, &sheet.widths), row, worksheet, formats)?;
            }
            Block::Charts(charts) => render_charts(sheet, charts, row, worksheet)?,
            Block::LineChart(chart) => render_lines(sheet, chart, row, worksheet)?,
        }
    }
    worksheet.set_screen_gridlines(false);
    set_up_page(sheet, worksheet)
}

fn set_up_page(sheet: &Sheet, worksheet: &mut Worksheet) -> Result<()> {
    page::set_up(worksheet);
    match sheet.page {
        Page::Single | Page::Above(_) => worksheet.set_portrait().set_print_fit_to_pages(1, 1),
        Page::Landscape | Page::Columns(_) => worksheet.set_landscape().set_print_fit_to_pages(1, 0),
    };
    let blocks = placed(sheet);
    let rows = blocks.last().map_or(0, |(block, row)| row + height(block));
    let (rows, columns) = match sheet.page {
        Page::Single | Page::Landscape => return Ok(()),
        Page::Columns(columns) => (rows, columns),
        Page::Above(titles) => {
            let is_one = |block: &Block| matches!(block, Block::Table(table) if titles.contains(&table.title.as_str()));
            let below = blocks.iter().find(|(block, _)| is_one(block));
            // Without the blank row above the table.
            (below.map_or(rows, |(_, row)| row.saturating_sub(1)), columns_with_charts(sheet))
        }
    };
    let last_column = column_number(columns.saturating_sub(1))?;
    let last_row = rows.saturating_sub(1);
    worksheet.set_print_area(0, 0, last_row, last_column).map(|_| ()).map_err(|error| failed(&error))
}

/// Returns how many columns the sheet takes with its charts, which may be wider than all columns that have a width.
fn columns_with_charts(sheet: &Sheet) -> usize {
    let charts = sheet.blocks.iter().map(|block| match block {
        Block::Charts(charts) => u32::try_from(charts.len()).unwrap_or(u32::MAX),
        Block::LineChart(_) => 2,
        _ => 0,
    });
    let right = |charts: u32| CHART_MARGIN + (charts - 1).saturating_mul(CHART_PITCH) + CHART_WIDTH;
    let right = charts.max().filter(|charts| *charts > 0).map_or(0, right);
    let beyond = f64::from(right) - page::pixels(sheet.widths.iter().copied());
    let further = (0..sheet.widths.len()).take_while(|further| page::pixels_of_usual(*further) < beyond);
    sheet.widths.len() + further.count()
}

/// Returns the defined names of a workbook's sheets, each with the cell that it stands for.
pub(crate) fn defined_names(sheets: &[Sheet]) -> Vec<(String, String)> {
    let mut names = Vec::new();
    for sheet in sheets {
        names.extend(sheet.names.iter().map(|(name, range)| (name.clone(), format!("={range}"))));
        for (block, top) in placed(sheet) {
            let Block::Table(table) = block else { continue };
            let first = first_row(table, top);
            for (row, cells) in (first + 1..).zip(&table.rows) {
                for (column, cell) in (0..).zip(cells) {
                    let Some(name) = &cell.name else { continue };
                    let letters = column_letters(column);
                    names.push((name.clone(), format!("='{}'!${letters}${row}", sheet.name)));
                }
            }
        }
    }
    names
}

/// Returns each block with its first row, counted from 0; an empty row stands between blocks that are not lines.
fn placed(sheet: &Sheet) -> Vec<(&Block, u32)> {
    let mut row = 0;
    let mut placed = Vec::with_capacity(sheet.blocks.len());
    for block in &sheet.blocks {
        if !matches!(block, Block::Title(_) | Block::Line(_) | Block::Remark(_)) {
            row += 1;
        }
        placed.push((block, row));
        row += height(block);
    }
    placed
}

/// Returns the table of a sheet that has a filter, and its first row, counted from 0.
pub(crate) fn filtered(sheet: &mut Sheet) -> Option<(u32, &mut Table)> {
    let is_filtered = |block: &Block| matches!(block, Block::Table(table) if table.has_filter);
    let place = sheet.blocks.iter().position(is_filtered)?;
    let top = placed(sheet).get(place).map(|(_, top)| *top)?;
    match sheet.blocks.get_mut(place) {
        Some(Block::Table(table)) => Some((first_row(table, top), table)),
        _ => None,
    }
}

/// Returns the name of the table on the sheet that is called so: blanks are no part of one.
pub(crate) fn table_name(sheet: &str) -> String {
    sheet.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

/// Returns how many rows a block takes.
fn height(block: &Block) -> u32 {
    match block {
        Block::Title(_) | Block::Line(_) | Block::Remark(_) => 1,
        Block::Table(table) => {
            first_row(table, 0) + u32::try_from(table.rows.len() + table.further).unwrap_or(0)
        }
        Block::Charts(charts) if charts.is_empty() => 0,
        Block::Charts(_) | Block::LineChart(_) => CHART_ROWS,
    }
}

fn first_row(table: &Table, top: u32) -> u32 {
    top + u32::from(!table.title.is_empty()) + u32::from(!table.headings.is_empty())
}

/// Makes a table of the program's own out of a table: it can be sorted, filtered and named in formulas. Its headings stay
/// in sight, unless so much stands above them that little room would be left for the rows.
fn make_table(
    table: &Table,
    name: &str,
    first: u32,
    worksheet: &mut Worksheet,
    formats: &mut FormatCache,
) -> Result<()> {
    let columns: Vec<TableColumn> = table
        .headings
        .iter()
        .enumerate()
        .map(|(column, heading)| {
            let style = if is_numeric(table, column) { Style::NumberHeading } else { Style::ColumnHeading };
            TableColumn::new().set_header(attribute(heading)).set_header_format(formats.format(style, ""))
        })
        .collect();
    let heading = first.saturating_sub(1);
    let last_row = heading + u32::try_from(table.rows.len()).unwrap_or(0);
    let last_column = column_number(table.headings.len().saturating_sub(1))?;
    let made = rust_xlsxwriter::Table::new()
        .set_name(table_name(name))
        .set_columns(&columns)
        .set_style(TableStyle::Light1);
    worksheet
        .add_table(heading, 0, last_row, last_column, &made)
        .and_then(|worksheet| worksheet.set_repeat_rows(heading, heading))
        .map_err(|error| failed(&error))?;
    if heading < LIMIT_ROWS_ABOVE {
        worksheet.set_freeze_panes(first, 0).map_err(|error| failed(&error))?;
    }
    Ok(())
}

fn render_table(
    table: &Table,
    (name, widths): (&str, &[f64]),
    top: u32,
    worksheet: &mut Worksheet,
    formats: &mut FormatCache,
) -> Result<()> {
    if !table.title.is_empty() {
        put(worksheet, top, 0, &Value::text(table.title.as_str()), Style::Heading, formats)?;
    }
    let first = first_row(table, top);
    if table.has_filter && !table.rows.is_empty() {
        make_table(table, name, first, worksheet, formats)?;
    }
    for (column, heading) in
        table.headings.iter().enumerate().filter(|_| !table.has_filter || table.rows.is_empty())
    {
        let style = if is_numeric(table, column) { Style::NumberHeading } else { Style::ColumnHeading };
        put(worksheet, first.saturating_sub(1), column, &Value::text(heading.as_str()), style, formats)?;
    }
    if table.repeats_headings && !table.has_filter {
        repeat_headings(table, widths, first.saturating_sub(1), worksheet)?;
    }
    for (column, words) in table.notes.iter().enumerate().filter(|(_, words)| !words.is_empty()) {
        worksheet
            .insert_note(first.saturating_sub(1), column_number(column)?, &note(words))
            .map_err(|error| failed(&error))?;
    }
    if let Some(filled_in) = &table.filled_in {
        offer(table, filled_in, first, worksheet)?;
    }
    for (row, cells) in (first..).zip(&table.rows) {
        let lines = cells.iter().zip(widths).map(|(cell, width)| lines(cell, *width)).max().unwrap_or(1);
        if lines > 1 {
            worksheet.set_row_height(row, lines * LINE_HEIGHT).map_err(|error| failed(&error))?;
        }
        for (column, cell) in cells.iter().enumerate() {
            match (&cell.formula, &cell.link) {
                (Some(formula), _) => {
                    let formula = formula_of(formula, (first, table.rows.len()), (row, column));
                    put_formula(worksheet, (row, column), &formula, cell, formats)?;
                }
                (None, Some(sheet)) => put_link(worksheet, (row, column), sheet, cell, formats)?,
                (None, None) => put(worksheet, row, column, &cell.value, cell.style, formats)?,
            }
        }
    }
    Ok(())
}

/// Repeats the row of a table's headings on every printed page, as high as they need it in their columns.
fn repeat_headings(table: &Table, widths: &[f64], row: u32, worksheet: &mut Worksheet) -> Result<()> {
    let lines =
        table.headings.iter().zip(widths).map(|(heading, width)| page::plain_heading_lines(heading, *width));
    let lines = lines.max().unwrap_or(1).min(LIMIT_LINES);
    worksheet
        .set_row_height(row, lines * LINE_HEIGHT)
        .and_then(|worksheet| worksheet.set_repeat_rows(row, row))
        .map(|_| ())
        .map_err(|error| failed(&error))
}

/// Gives the cells that are filled in a list to choose from: what stands behind each of them in its row, but for columns of
/// a person's own words. Rows below each other with lists of one kind have one rule.
fn offer(table: &Table, filled_in: &FilledIn, first: u32, worksheet: &mut Worksheet) -> Result<()> {
    let column = column_number(filled_in.column)?;
    let before = filled_in.column + filled_in.free_columns;
    let kind = |row: usize| {
        let listed = table.rows.get(row).map_or(0, |cells| cells.len().saturating_sub(before + 1));
        (listed, filled_in.is_open.get(row).copied().unwrap_or(true))
    };
    let rows: Vec<(usize, bool)> = (0..table.rows.len()).map(kind).collect();
    let mut at = first;
    for run in rows.chunk_by(|one, other| one == other) {
        let last = at + u32::try_from(run.len()).unwrap_or(0).saturating_sub(1);
        if let Some((listed, is_open)) = run.first().filter(|(listed, _)| *listed > 0) {
            let letters = |behind: usize| column_letters(u32::try_from(before + behind).unwrap_or(u32::MAX));
            // The row moves with the cell.
            let cells = format!("=${}{}:${}{}", letters(1), at + 1, letters(*listed), at + 1);
            let offered = DataValidation::new()
                .allow_list_formula(rust_xlsxwriter::Formula::new(cells))
                .show_error_message(!is_open)
                .set_error_message("Choose one of the candidates in the same row.")
                .map_err(|error| failed(&error))?;
            worksheet
                .add_data_validation(at, column, last, column, &offered)
                .map_err(|error| failed(&error))?;
        }
        at = last + 1;
    }
    Ok(())
}

/// Returns a formula as it stands in its cell; the rows of its table begin at `first`, counted from 0.
fn formula_of(formula: &Formula, (first, rows): (u32, usize), (row, column): (u32, usize)) -> String {
    let cell = |row: u32, column: usize| {
        format!("{}{}", column_letters(u32::try_from(column).unwrap_or(u32::MAX)), row + 1)
    };
    let before = column.saturating_sub(1);
    match formula {
        Formula::Written(written) => written.clone(),
        Formula::SumAbove => format!("SUM({}:{})", cell(first, column), cell(row.saturating_sub(1), column)),
        Formula::SumLeft => format!("SUM({}:{})", cell(row, 1), cell(row, before)),
        Formula::Difference => format!("{}-{}", cell(row, before), cell(row, before.saturating_sub(1))),
        Formula::ShareOfLast => {
            let last = cell(first + u32::try_from(rows).unwrap_or(1).saturating_sub(1), before);
            format!("IF({last}=0,0,{}/{last})", cell(row, before))
        }
    }
}

fn is_numeric(table: &Table, column: usize) -> bool {
    let cells = table.rows.iter().filter_map(|cells| cells.get(column));
    // The first that is not blank: of the first run of a roster there may be nothing to say.
    let first = cells.into_iter().find(|cell| !matches!(cell.value, Value::Blank));
    let is_figure =
        |cell: &CellOut| matches!(cell.value, Value::Count(_) | Value::Share(_) | Value::Number { .. });
    first.is_some_and(|cell| is_figure(cell) && cell.style != Style::Beside)
}

/// Returns how many lines a wrapped cell takes; not every program works that out when it opens a workbook.
fn lines(cell: &CellOut, width: f64) -> u32 {
    let Value::Text(text) = &cell.value else { return 1 };
    let filled = match cell.style {
        Style::Wrapped | Style::Step(_) | Style::Gap => FILLED,
        Style::Label | Style::FirstStep(_) | Style::StepLabel | Style::Axis => FILLED_BOLD,
        _ => return 1,
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a width is small")]
    let room = ((width * filled) as usize).max(1);
    let lines = text.lines().map(|line| line.chars().count().div_ceil(room).max(1)).sum::<usize>();
    u32::try_from(lines).unwrap_or(1).clamp(1, LIMIT_LINES)
}

fn render_charts(sheet: &Sheet, charts: &[ChartOut], row: u32, worksheet: &mut Worksheet) -> Result<()> {
    for (index, chart) in (0..).zip(charts) {
        let Some(first) = first_row_of_table(sheet, chart.table) else { continue };
        let drawn = draw(sheet.name, chart, first)?;
        worksheet
            .insert_chart_with_offset(row, 0, &drawn, CHART_MARGIN + index * CHART_PITCH, CHART_MARGIN)
            .map_err(|error| failed(&error))?;
    }
    Ok(())
}

/// Returns the first row of a sheet's table below its headings, counted from 0; tables are counted from 0, too.
fn first_row_of_table(sheet: &Sheet, number: usize) -> Option<u32> {
    let mut tables = placed(sheet).into_iter().filter_map(|(block, top)| match block {
        Block::Table(table) => Some(first_row(table, top)),
        _ => None,
    });
    tables.nth(number)
}

/// Draws a chart with a line for each of some columns, twice as wide as others.
fn render_lines(sheet: &Sheet, chart: &LineChart, row: u32, worksheet: &mut Worksheet) -> Result<()> {
    let Some(first) = first_row_of_table(sheet, chart.table) else { return Ok(()) };
    let last = first + u32::try_from(chart.rows).unwrap_or(1).saturating_sub(1);
    let mut drawn = Chart::new(ChartType::Line);
    for (name, column, style) in &chart.lines {
        let column = column_number(*column)?;
        let color = ChartLine::new().set_color(chart_color(*style)).set_width(2.25).clone();
        drawn
            .add_series()
            .set_name(attribute(name).as_str())
            .set_categories((sheet.name, first, 0, last, 0))
            .set_values((sheet.name, first, column, last, column))
            .set_format(ChartFormat::new().set_line(&color));
    }
    label(&mut drawn, &chart.title, &chart.axis);
    drawn.set_alt_text(attribute(&chart.alt)).set_width(CHART_PITCH + CHART_WIDTH).set_height(CHART_HEIGHT);
    worksheet
        .insert_chart_with_offset(row, 0, &drawn, CHART_MARGIN, CHART_MARGIN)
        .map(|_| ())
        .map_err(|error| failed(&error))
}

/// Gives a chart its title, and an axis of counts.
fn label(drawn: &mut Chart, title: &str, axis: &str) {
    drawn.title().set_name(attribute(title).as_str()).set_font(ChartFont::new().set_size(13).set_bold());
    let faint = ChartLine::new().set_color(GRID_COLOR).clone();
    drawn
        .y_axis()
        .set_name(attribute(axis).as_str())
        .set_num_format("#,##0")
        .set_min(0)
        .set_major_gridlines_line(&faint);
}

fn draw(sheet: &str, chart: &ChartOut, first: u32) -> Result<Chart> {
    let last = first + u32::try_from(chart.rows).unwrap_or(1).saturating_sub(1);
    let values = column_number(chart.values)?;
    let points: Vec<ChartPoint> = chart
        .styles
        .iter()
        .map(|style| {
            let fill = ChartSolidFill::new().set_color(chart_color(*style)).clone();
            ChartPoint::new().set_format(ChartFormat::new().set_solid_fill(&fill))
        })
        .collect();
    let mut drawn = Chart::new(ChartType::Column);
    drawn
        .add_series()
        .set_name(attribute(&chart.axis).as_str())
        .set_categories((sheet, first, 0, last, 0))
        .set_values((sheet, first, values, last, values))
        .set_points(&points)
        .set_gap(60)
        .set_data_label(ChartDataLabel::new().show_value().set_num_format("#,##0"));
    label(&mut drawn, &chart.title, &chart.axis);
    drawn.legend().set_hidden();
    drawn.set_alt_text(attribute(&chart.alt)).set_width(CHART_WIDTH).set_height(CHART_HEIGHT);
    Ok(drawn)
}
