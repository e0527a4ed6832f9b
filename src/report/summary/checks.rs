//! What was checked, and what a reader should look at.

use super::Told;
use crate::report::{CellOut, Style, Table, Value};
use crate::roster::overrides::Overrides;
use crate::summary::Summary;
use crate::tenants::{GAVE_UP, TenantSummary};
use crate::verdict::words::{counted, grouped};

/// The title of the table.
pub const CHECKS: &str = "Checks";

/// The check that counts the rows by kind.
pub const ACCOUNTED_FOR: &str = "Every row is accounted for";

/// The check that no row needs review.
pub const ALL_JUDGED: &str = "Every row has a verdict";

pub(super) fn table(told: &Told<'_>) -> Table {
    let Told { rows: summary, tenants, overrides, .. } = *told;
    let verdicts = &summary.verdicts;
    let rows = |count: u64| counted(count, "row", "rows");
    let mut lines = vec![
        check(
            ACCOUNTED_FOR,
            format!(
                "{} read = {} classified + {} to review + {} blank + {} footer",
                rows(summary.read),
                grouped(summary.classified()),
                grouped(summary.review()),
                grouped(summary.blank),
                grouped(summary.footer)
            ),
            summary.adds_up(),
        ),
        check(ALL_JUDGED, in_review(summary.review()), summary.review() == 0),
        check(
            "Every segment is known",
            format!(
                "{} judged by the default segment; another segment would change {}",
                rows(verdicts.segment_assumed),
                grouped(verdicts.assumption_matters)
            ),
            verdicts.assumption_matters == 0,
        ),
        check(
            "Every verdict is stated by the source",
            format!(
                "{} judged by an interpretation; see `Why` and the Policy sheet",
                rows(verdicts.interpreted)
            ),
            verdicts.interpreted == 0,
        ),
    ];
    lines.extend(overrides.map(|overrides| by_overrides(summary, overrides)));
    lines.push(remark(
        "Free, trial or inactive",
        format!("{}: their seats count as 0", rows(verdicts.not_paid)),
    ));
    lines.push(remark("Plans FastTrack does not cover", rows(verdicts.not_served)));
    if tenants.gave_up {
        lines.push(check("Every tenant is rolled up", GAVE_UP.to_owned(), false));
    }
    lines.extend((tenants.tenants() > 0).then(|| on_several_rows(tenants)));
    Table {
        title: CHECKS.to_owned(),
        headings: ["Check", "Result", "Figures"].map(str::to_owned).to_vec(),
        rows: lines,
        ..Table::default()
    }
}

fn in_review(rows: u64) -> String {
    match rows {
        0 => "no row needs review".to_owned(),
        1 => "1 row needs review; see the Review sheet".to_owned(),
        rows => format!("{} rows need review; see the Review sheet", grouped(rows)),
    }
}

fn on_several_rows(tenants: &TenantSummary) -> Vec<CellOut> {
    remark(
        "Customers on several rows",
        format!(
            "{} on {}; {} counted once, {} of mixed segments, {} only by adding plans",
            counted(tenants.tenants(), "customer", "customers"),
            counted(tenants.rows, "row", "rows"),
            grouped(tenants.counted_once),
            grouped(tenants.mixed),
            grouped(tenants.only_by_adding)
        ),
    )
}

fn by_overrides(summary: &Summary, overrides: &Overrides) -> Vec<CellOut> {
    let unused = overrides.unused(&summary.override_lines);
    let files: Vec<String> = overrides.files().map(|file| format!("`{}`", file.name)).collect();
    let set = format!("{} set by {}", counted(summary.overridden, "row", "rows"), files.join(" and "));
    let figures = match unused.as_slice() {
        [] => set,
        unused => format!("{set}; no row matches {}", overrides.listed(unused)),
    };
    check("Every override matches a row", figures, unused.is_empty())
}

fn check(what: &str, figures: String, holds: bool) -> Vec<CellOut> {
    let (word, style) = if holds { ("holds", Style::Good) } else { ("look", Style::Warning) };
    vec![CellOut::label(what), CellOut::styled(Value::text(word), style), CellOut::text(figures)]
}

fn remark(what: &str, figures: String) -> Vec<CellOut> {
    vec![
        CellOut::label(what),
        CellOut::styled(Value::text("for your information"), Style::Muted),
        CellOut::text(figures),
    ]
}
