//! The sheets of a roster that was judged elsewhere: its Summary, the reasons of what needs review, and what they were made
//! from. Its rows are in no sheet, so no figure is a formula.

use super::{
    Listed, SEATS_BY_SEGMENT, TIER_TABLE, Told as OfRoster, WHERE_TO_LOOK, customers, near_a_tier,
    place_to_look, result, shown_tiers, sources,
};
use crate::customers::Customers;
use crate::policy::Policy;
use crate::report::{
    Block, CellOut, Column, Page, Sheet, Stream, Style, Table, Value, ladder, policy as policy_sheet, review,
    run,
};
use crate::summary::Summary;
use crate::tenants::TenantSummary;
use crate::verdict::words::{counted, grouped};

/// Rows that are not in the workbook.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowsElsewhere {
    /// All of them.
    pub read: u64,
    /// Those that need review.
    pub review: u64,
    /// Those that name no tenant.
    pub without_tenant: u64,
}

/// A table that the workbook was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSource {
    /// What it says, in one word.
    pub name: &'static str,
    /// The file, or the folder of files.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// Its hash.
    pub sha256: String,
}

/// A reason why rows need review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewLine {
    /// What is wrong, in words.
    pub reasons: String,
    /// The codes of it.
    pub codes: String,
    /// How many rows have it.
    pub rows: u64,
}

/// What the sheets are made from.
#[derive(Clone, Debug)]
pub struct Told<'a> {
    /// The rules.
    pub policy: &'a Policy,
    /// The name of the roster.
    pub roster: String,
    /// The day on which it was judged, in words; empty = nobody says.
    pub dated: String,
    /// The rows.
    pub rows: RowsElsewhere,
    /// Where they are; `None` = nobody says.
    pub rows_are_at: Option<String>,
    /// Where the tables are.
    pub tables_are_at: String,
    /// What judged them; `None` = nobody says.
    pub program: Option<String>,
    /// The tables.
    pub sources: Vec<TableSource>,
    /// The customers.
    pub customers: &'a Customers,
    /// How many are on the lists.
    pub listed: Listed,
    /// How many reasons the Review sheet has.
    pub reasons: u64,
}

/// Returns the result in one sentence.
#[must_use]
pub fn sentence(told: &Told<'_>) -> String {
    result::words(told.policy, &told.customers.verdicts, told.rows.review, true)
}

/// Returns the Summary.
#[must_use]
pub fn sheet(told: &Told<'_>) -> Sheet {
    let policy = told.policy;
    let (rows, tenants) = (Summary::new(policy), TenantSummary::default());
    let of_roster = OfRoster {
        policy,
        roster: &told.roster,
        dated: &told.dated,
        warning: None,
        rows: &rows,
        customers: Some(told.customers),
        tenants: &tenants,
        overrides: None,
        otherwise: None,
        live: None,
        listed: told.listed,
    };
    let tiers = shown_tiers(&told.customers.verdicts);
    let mut blocks = vec![
        Block::Title(format!("{}{}", super::TITLE, told.roster)),
        Block::Line(result::dated(&of_roster)),
        Block::Line(sentence(told)),
        Block::Line(where_the_rows_are(told)),
    ];
    blocks.extend(policy.poses_as_shipped().map(|remark| Block::Remark(format!("Note: {remark}."))));
    blocks.push(Block::Table(where_to_look(told)));
    let by_tier = customers::by_tier(&of_roster, &tiers);
    let ladder = ladder::small(policy, &by_tier, of_roster.who());
    let charts = customers::charts(&of_roster, &tiers, TIER_TABLE);
    blocks.extend([by_tier, charts].into_iter().chain(ladder));
    blocks.extend(customers::tables(&of_roster, &tiers));
    blocks.push(Block::Remark(
        "The figures are values, not formulas, because the rows and customers that they count are not in this workbook."
            .to_owned(),
    ));
    blocks.push(Block::Table(rows_of(told)));
    blocks.extend(sources(policy));
    let width = policy.segments.len().max(ladder::steps(policy)).max(4) + 2;
    Sheet {
        name: super::NAME,
        widths: [vec![44.0], vec![16.0; width]].concat(),
        // On paper, the results.
        page: Page::Above(&[SEATS_BY_SEGMENT, ROWS]),
        names: Vec::new(),
        blocks,
    }
}

/// The title of the table of rows.
const ROWS: &str = "Rows of the roster, which are not in this workbook";

fn where_the_rows_are(told: &Told<'_>) -> String {
    let rows = counted(told.rows.read, "row is", "rows are");
    match &told.rows_are_at {
        Some(place) => {
            format!("The {rows} in {place}, each with its verdict; this workbook has none of them.")
        }
        None => {
            format!("The {rows} not in this workbook; the output of the run has them, each with its verdict.")
        }
    }
}

fn where_to_look(told: &Told<'_>) -> Table {
    let Listed { below, above, .. } = told.listed;
    let mut rows = Vec::from(near_a_tier(below, above));
    let reasons = "rows that could not be judged: the reasons, and how many rows have each";
    rows.push(place_to_look(review::NAME, told.rows.review, reasons));
    Table {
        title: WHERE_TO_LOOK.to_owned(),
        headings: ["Sheet", "How many", "Who"].map(str::to_owned).to_vec(),
        rows,
        ..Table::default()
    }
}

fn rows_of(told: &Told<'_>) -> Table {
    let RowsElsewhere { read, review, without_tenant } = told.rows;
    let row = |what: &str, count: u64| vec![CellOut::label(what), CellOut::count(count)];
    let mut rows = vec![
        row("Rows", read),
        row("of these, need review", review),
        row("Customers on several rows", told.customers.on_several_rows),
    ];
    if without_tenant > 0 {
        rows.insert(2, row("of these, name no tenant", without_tenant));
    }
    Table {
        title: ROWS.to_owned(),
        headings: ["Rows", "Count"].map(str::to_owned).to_vec(),
        rows,
        ..Table::default()
    }
}

/// Returns the columns of the Review sheet.
#[must_use]
pub fn review_stream() -> Stream {
    let columns = [
        ("What is wrong", 100.0, "Why these rows could not be judged. A row may have several reasons."),
        ("Rows", 12.0, "How many rows have just these reasons."),
        (
            "Code",
            40.0,
            "The short names of the problems, the same in every run; filter the annotated rows by them.",
        ),
    ];
    Stream {
        nothing: "Nothing to review.",
        looks: vec![(Style::Plain, String::new()), (Style::Figure, crate::report::COUNT_FORMAT.to_owned())],
        ..Stream::new(review::NAME, columns.map(Column::ours).to_vec(), 1)
    }
}

/// Returns the cells of a line of it.
#[must_use]
pub fn review_cells(line: &ReviewLine) -> [(Value<'_>, Style); 3] {
    [
        (Value::text(line.reasons.as_str()), Style::Plain),
        (Value::Count(line.rows), Style::Figure),
        (Value::text(line.codes.as_str()), Style::Plain),
    ]
}

/// Returns the Run sheet: what the workbook was made from.
#[must_use]
pub fn run_sheet(told: &Told<'_>) -> Sheet {
    let policy = told.policy;
    let pair = |label: &str, text: String| vec![CellOut::label(label), CellOut::wrapped(text)];
    let mut about = vec![pair("Roster", told.roster.clone()), pair("Tables", told.tables_are_at.clone())];
    about.extend(told.rows_are_at.clone().map(|place| pair("Annotated rows", place)));
    about.extend(told.program.clone().map(|program| pair("Judged by", program)));
    about.extend([
        pair("Workbook by", crate::PROGRAM.to_owned()),
        pair("Policy", format!("{}, effective {}", policy.name, policy.effective)),
        pair(policy_sheet::SHA256, policy.sha256.clone()),
    ]);
    let source = |source: &TableSource| {
        vec![
            CellOut::label(source.name),
            CellOut::wrapped(source.file.clone()),
            CellOut::wrapped(source.sha256.clone()),
            CellOut::text(format!("{} bytes", grouped(source.bytes))),
        ]
    };
    let blocks = vec![
        Block::Title(run::NAME.to_owned()),
        Block::Line(
            "The rows were judged elsewhere, and this workbook was made from the tables that came of it. The same tables \
             give the same workbook."
                .to_owned(),
        ),
        Block::Table(Table { title: "What it is about".to_owned(), rows: about, ..Table::default() }),
        Block::Table(Table {
            title: "Tables".to_owned(),
            headings: ["Table", "File or folder", "SHA-256", "Size"].map(str::to_owned).to_vec(),
            rows: told.sources.iter().map(source).collect(),
            ..Table::default()
        }),
    ];
    Sheet {
        name: run::NAME,
        widths: vec![34.0, 70.0, 70.0, 24.0],
        page: Page::Landscape,
        blocks,
        names: Vec::new(),
    }
}
