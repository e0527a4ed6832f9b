//! The figures of the Summary: whether they follow from the rows.

use super::book::Row;
use super::columns::Ours;
use super::paper::{fits, laid_out_from, shown, title_row};
use super::report::{Finding, FindingKind, Findings};
use super::totals::Totals;
use crate::customers::Customers;
use crate::policy::Policy;
use crate::report::live::Live;
use crate::report::summary::{
    ACCOUNTED_FOR, ALL_JUDGED, BY_ENTITLEMENT, BY_ROW, BY_SEGMENT, BY_TIER, CHECKS, CUSTOMERS, Listed, NAME,
    ROWS, SEATS_BY_SEGMENT, Told, WHAT_IF, sheet,
};
use crate::report::tenants::columns_counted;
use crate::report::{Block, Table, ladder};
use crate::summary::{Summary, VerdictCounts};
use crate::tenants::TenantSummary;

/// The tables that follow from the rows alone, by their titles.
const TABLES: [&str; 8] =
    [ROWS, BY_ROW, BY_TIER, ladder::TITLE, BY_SEGMENT, SEATS_BY_SEGMENT, BY_ENTITLEMENT, WHAT_IF];

/// The lines of the checks that follow from the rows alone.
const LINES: [&str; 6] = [
    ACCOUNTED_FOR,
    ALL_JUDGED,
    "Every segment is known",
    "Every verdict is stated by the source",
    "Free, trial or inactive",
    "Plans FastTrack does not cover",
];

/// Compares the figures with the totals of the rows: as they were written, or as they are now, since formulas follow what
/// is changed by hand.
pub(super) fn compare(
    policy: &Policy,
    (totals, ours): (&Totals, &Ours),
    has_checks: bool,
    found: &[Row],
    findings: &mut Findings,
) {
    let form = Form::of(found);
    let live = title_row(found, WHAT_IF).and_then(|_| Live::over(1, ours.counted()));
    let live = live.map(|live| live.with_tenants(totals.tenants.tenants(), columns_counted(policy)));
    let of = |rows: &Summary, customers: &VerdictCounts| {
        let verdicts = if form == Form::RowsAsCustomers { &rows.verdicts } else { customers };
        let customers = Customers { verdicts: verdicts.clone(), ..Customers::new(policy, &[]) };
        let customers = (form != Form::Rows).then_some(&customers);
        let none = TenantSummary::new(policy);
        let tenants = if form == Form::Customers { &totals.tenants } else { &none };
        let (roster, dated, warning, overrides, listed) = ("", "", None, None, Listed::default());
        let otherwise = None;
        sheet(&Told {
            policy,
            roster,
            dated,
            warning,
            rows,
            customers,
            tenants,
            overrides,
            otherwise,
            live,
            listed,
        })
        .blocks
    };
    let (made, now) = (of(&totals.made, &totals.customers), of(&totals.now, &totals.customers_now));
    for title in TABLES.iter().filter(|title| **title != WHAT_IF || live.is_some()) {
        let title = if form == Form::Rows { title.replace(CUSTOMERS, "Rows") } else { (*title).to_owned() };
        // Earlier versions drew no ladder.
        let is_there = !title.ends_with(ladder::ON_EACH_STEP) || title_row(found, &title).is_some();
        if let (true, Some(made), Some(now)) = (is_there, table(&made, &title), table(&now, &title)) {
            compare_table(made, now, found, findings);
        }
    }
    if let Some(made) = table(&made, CHECKS).filter(|_| has_checks) {
        compare_checks(made, found, findings);
    }
}

/// What the Summary counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Customers, each once.
    Customers,
    /// Rows, since tenants on several could not be rolled up.
    Rows,
    /// Rows that it calls customers, as programs did before customers were counted.
    RowsAsCustomers,
}

impl Form {
    fn of(found: &[Row]) -> Self {
        const TITLE_BEFORE: &str = "FastTrack entitlements";
        if found.first().is_some_and(|row| row.text(0) == TITLE_BEFORE) {
            Self::RowsAsCustomers
        } else if title_row(found, &BY_TIER.replace(CUSTOMERS, "Rows")).is_some() {
            Self::Rows
        } else {
            Self::Customers
        }
    }
}

fn table<'b>(blocks: &'b [Block], title: &str) -> Option<&'b Table> {
    blocks.iter().find_map(|block| match block {
        Block::Table(table) if table.title == title => Some(table),
        _ => None,
    })
}

fn compare_table(made: &Table, now: &Table, found: &[Row], findings: &mut Findings) {
    let Some(top) = title_row(found, &made.title) else {
        let message = format!("the table `{}` is not there", made.title);
        return findings.add(Finding::of(FindingKind::Figure, Some(NAME), message));
    };
    let now = laid_out_from(now, top);
    for ((row, column), wanted) in laid_out_from(made, top) {
        let cell = found.iter().find(|line| line.number == row).and_then(|line| line.cell(column));
        let follows = now.get(&(row, column)).is_some_and(|now| fits(now, cell));
        if !fits(&wanted, cell) && !follows {
            findings.add(changed((row, column), &wanted, cell));
        }
    }
}

/// Compares the lines of the checks that follow from the rows, wherever they stand in their table.
fn compare_checks(made: &Table, found: &[Row], findings: &mut Findings) {
    let Some(top) = title_row(found, CHECKS) else {
        return findings.add(Finding::of(FindingKind::Figure, Some(NAME), "the table `Checks` is not there"));
    };
    for cells in &made.rows {
        let Some(label) = cells.first().and_then(|label| shown(&label.value)) else { continue };
        if !LINES.contains(&label.as_str()) {
            continue;
        }
        let Some(line) = found.iter().find(|line| line.number > top && line.text(0) == label) else {
            let message = format!("the line `{label}` of the checks is not there");
            findings.add(Finding::of(FindingKind::Figure, Some(NAME), message));
            continue;
        };
        for (column, wanted) in cells.iter().enumerate() {
            if !fits(&wanted.value, line.cell(column)) {
                findings.add(changed((line.number, column), &wanted.value, line.cell(column)));
            }
        }
    }
}

fn changed(
    (row, column): (u32, usize),
    wanted: &crate::report::Value<'_>,
    cell: Option<&super::book::Seen>,
) -> Finding {
    let is = cell.map(super::book::Seen::shown).unwrap_or_default();
    let message = "it does not follow from the rows of the Roster sheet";
    let was = Some(shown(wanted).unwrap_or_default());
    Finding::of(FindingKind::Figure, Some(NAME), message).at(row, column).changed(was, Some(is))
}
