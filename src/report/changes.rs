//! The Changes sheet: what moved since an earlier night, the losses first; and its counts on top of the Summary.

use crate::changes::{Change, ChangeKind, Moves, Side, Since, TierSince, words};
use crate::policy::Policy;
use crate::report::summary::{WHERE_TO_LOOK, place_to_look};
use crate::report::{Block, CellOut, Column, Printed, Sheet, Stream, Style, Table, Value};
use crate::summary::Count;
use crate::verdict::Tier;
use crate::verdict::words::{NEEDS_REVIEW, NO_TIER, grouped, tier_name};
use std::borrow::Cow;

/// The name of the sheet.
pub const NAME: &str = "Changes";

/// How many changes the sheet lists at most: its headings and a line that says how many more there are take two of the
/// rows that a sheet has.
pub const MOST: u64 = 1_048_574;

/// The number format of differences: a sign in front of what is more, too.
const DIFFERENCE_FORMAT: &str = "+#,##0;-#,##0;0";

/// Kinds that the Summary shows even where none moved that way.
const SHOWN: [ChangeKind; 5] =
    [ChangeKind::Down, ChangeKind::Gone, ChangeKind::Up, ChangeKind::New, ChangeKind::Unchanged];

/// Headings, widths and notes.
const COLUMNS: [(&str, f64, &str); 16] = [
    ("Change", 20.0, "What changed for the customer. If several things changed, the most important one."),
    ("Tenant", 38.0, "What identifies the tenant: an id, a domain or a name."),
    ("Name", 30.0, ""),
    (
        "Plans",
        34.0,
        "As this roster writes them, at most eight; of a customer that is gone, as the earlier roster wrote them.",
    ),
    (
        "Tier before",
        16.0,
        "The customer's tier in the earlier run: with one row, that of the row; with several, that of all its plans \
         together, as on the Tenants sheet.",
    ),
    (
        "Tier now",
        16.0,
        "The customer's tier in this run: with one row, that of the row; with several, that of all its plans together, \
         as on the Tenants sheet.",
    ),
    (
        "Seats before",
        14.0,
        "The paid seats that counted for the customer: with several rows, those on the Tenants sheet. Blank where none \
         could be read.",
    ),
    (
        "Seats now",
        14.0,
        "The paid seats that count for the customer: with several rows, those on the Tenants sheet. Blank where none can \
         be read.",
    ),
    ("Difference", 14.0, "Seats now minus seats before. Missing seats count as 0."),
    ("Plans before", 30.0, "The earlier plans, where the customer has others now."),
    (
        "Segment before",
        18.0,
        "The segment by which the customer was judged. If it was in several, all are listed in brackets.",
    ),
    (
        "Segment now",
        18.0,
        "The segment by which the customer is judged. If it is in several, all are listed in brackets.",
    ),
    ("Rows before", 13.0, "How many rows the customer had in the earlier roster."),
    ("Rows now", 13.0, "How many rows the customer has in this roster."),
    ("In review now", 15.0, "How many of these rows need review."),
    ("What changed", 64.0, "All changes, in words, with the plans that changed most."),
];

/// Where some of the columns stand, from 0.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    /// What changed.
    pub kind: usize,
    /// The seats before.
    pub before: usize,
    /// The seats now.
    pub now: usize,
    /// Their difference.
    pub difference: usize,
}

/// Where they stand on this sheet.
pub const AT: Places = Places { kind: 0, before: 6, now: 7, difference: 8 };

/// How the title of the Summary's table ends that counts the lines by their kind.
const COUNTS: &str = ": customers by what changed; see the Changes sheet";

/// Returns whether a text is the title of the Summary's table that counts the lines by their kind.
#[must_use]
pub fn is_counts_title(text: &str) -> bool {
    text.starts_with("Since ") && text.ends_with(COUNTS)
}

/// Returns the sheet's columns.
#[must_use]
pub fn stream() -> Stream {
    let columns = COLUMNS.map(Column::ours).to_vec();
    Stream {
        nothing: "Nothing changed.",
        printed: Some(Printed::legible(&columns, columns.len())),
        ..Stream::new(NAME, columns, 2)
    }
}

/// Returns the cells of one change; `has_other_rules` = something else than the roster moved too.
#[must_use]
pub fn cells<'a>(policy: &Policy, change: &'a Change, has_other_rules: bool) -> Vec<(Value<'a>, Style)> {
    let (before, now) = (change.before.as_ref(), change.now.as_ref());
    let [tenant, name] = change.side().map_or(["", ""], |side| side.shown.each_ref().map(String::as_str));
    let plain = |text: Cow<'a, str>| (Value::Text(text), Style::Plain);
    let plans = |side: Option<&'a Side>| plain(side.map(|side| side.plans.words()).unwrap_or_default());
    let segment = |side: Option<&'a Side>| plain(side.map(Side::segment).unwrap_or_default());
    let tier = |side: Option<&'a Side>| match side {
        Some(side) => (Value::text(side.tier.as_str()), style_of(policy, &side.tier)),
        None => (Value::Blank, Style::Plain),
    };
    let count = |count: Option<u64>| match count {
        Some(count) => (Value::Count(count), Style::Figure),
        None => (Value::Blank, Style::Plain),
    };
    let style = match change.kind {
        ChangeKind::Down | ChangeKind::Gone | ChangeKind::ToReview => Style::Warning,
        ChangeKind::Up | ChangeKind::New => Style::Good,
        _ => Style::Plain,
    };
    vec![
        (Value::text(change.kind.name()), style),
        plain(tenant.into()),
        plain(name.into()),
        plans(change.side()),
        tier(before),
        tier(now),
        count(before.and_then(|side| side.seats)),
        count(now.and_then(|side| side.seats)),
        (difference(change.seats()), Style::Figure),
        plans(before.filter(|_| change.has_other_plans())),
        segment(before),
        segment(now),
        count(before.map(|side| side.rows)),
        count(now.map(|side| side.rows)),
        count(now.map(|side| side.review).filter(|review| *review > 0)),
        plain(words(change, has_other_rules).into()),
    ]
}

/// Returns the line below the last change that the sheet has room for.
#[must_use]
pub fn more(count: u64) -> [(Value<'static>, Style); 1] {
    let words = format!("... and {} more that do not fit on this sheet; Summary counts all", grouped(count));
    [(Value::Text(words.into()), Style::Muted)]
}

/// The earlier night's tier may be one that this policy does not have.
fn style_of(policy: &Policy, tier: &str) -> Style {
    match tier {
        NEEDS_REVIEW => Style::Review,
        NO_TIER => Style::NoTier,
        tier => {
            let rungs = 0..policy.rungs.len();
            let found = rungs.clone().find(|rung| tier_name(policy, Tier::Rung(*rung)) == tier);
            found.map_or(Style::Plain, Style::Rung)
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of seats are far below 2^53")]
fn difference([before, now]: [u64; 2]) -> Value<'static> {
    Value::Number { value: now as f64 - before as f64, format: DIFFERENCE_FORMAT, written: "" }
}

/// Puts the counts on top of the Summary: in front of its first table.
pub fn on_top(sheet: &mut Sheet, policy: &Policy, since: &Since) {
    let place = sheet.blocks.iter().position(|block| matches!(block, Block::Table(_)));
    let place = place.unwrap_or(sheet.blocks.len());
    let name = &since.origin.name;
    let mut ours: Vec<Block> =
        since.remarks.iter().map(|remark| Block::Remark(format!("Note: {remark}."))).collect();
    let mut tables = Vec::new();
    tables.extend(since.moves.as_ref().map(|moves| by_kind(name, moves)));
    tables.push(by_tier(name, policy, since));
    let count = tables.len();
    ours.extend(tables.into_iter().map(Block::Table));
    let leads = since
        .moves
        .as_ref()
        .map(|moves| place_to_look(NAME, moves.changed(), "customers who changed since then, losses first"));
    for block in &mut sheet.blocks {
        if let Block::Table(table) = block
            && table.title == WHERE_TO_LOOK
        {
            table.rows.splice(0..0, leads.clone());
        }
    }
    // Charts name their table by its place on the sheet.
    for block in &mut sheet.blocks {
        if let Block::Charts(charts) = block {
            for chart in charts {
                chart.table += count;
            }
        }
    }
    sheet.blocks.splice(place..place, ours);
}

fn by_kind(name: &str, moves: &Moves) -> Table {
    let row = |kind: ChangeKind| {
        let count = moves.of(kind);
        vec![
            CellOut::label(kind.name()),
            CellOut::count(count.customers),
            CellOut::count(count.seats_before),
            CellOut::count(count.seats_now),
            CellOut::styled(difference([count.seats_before, count.seats_now]), Style::Body),
        ]
    };
    let all = |label: &str, count: u64| {
        vec![CellOut::styled(Value::text(label.to_owned()), Style::Muted), CellOut::count(count)]
    };
    let mut rows: Vec<Vec<CellOut>> = ChangeKind::ALL
        .into_iter()
        .filter(|kind| SHOWN.contains(kind) || moves.of(*kind).customers > 0)
        .map(row)
        .collect();
    let across = [
        ("of all: other plans", moves.other_plans),
        ("of all: another segment", moves.other_segment),
        ("of all: other seats", moves.other_seats),
    ];
    rows.extend(across.into_iter().filter(|(_, count)| *count > 0).map(|(label, count)| all(label, count)));
    Table {
        title: format!("Since {name}{COUNTS}"),
        headings: ["Change", "Customers", "Seats before", "Seats now", "Difference"]
            .map(str::to_owned)
            .to_vec(),
        rows,
        ..Table::default()
    }
}

fn by_tier(name: &str, policy: &Policy, since: &Since) -> Table {
    let counts = |before: Count, now: Count| {
        [
            CellOut::count(before.rows),
            CellOut::count(now.rows),
            CellOut::styled(difference([before.rows, now.rows]), Style::Body),
            CellOut::count(before.seats),
            CellOut::count(now.seats),
            CellOut::styled(difference([before.seats, now.seats]), Style::Body),
        ]
    };
    let (mut rows, mut all) = (Vec::new(), [Count::default(); 2]);
    for TierSince { tier, before, now } in &since.tiers {
        // As on the table of this night alone.
        if tier == NO_TIER && before.rows + now.rows == 0 {
            continue;
        }
        all.iter_mut().zip([before, now]).for_each(|(sum, count)| sum.merge(*count));
        let label = CellOut::styled(Value::text(tier.clone()), style_of(policy, tier));
        rows.push([label].into_iter().chain(counts(*before, *now)).collect());
    }
    let [before, now] = all;
    let total = [CellOut::styled(Value::text("Total".to_owned()), Style::Body)];
    let total =
        total.into_iter().chain(counts(before, now)).map(|cell| CellOut { style: Style::Total, ..cell });
    rows.push(total.collect());
    Table {
        title: format!("Since {name}: {} and paid seats by tier", since.counted.word()),
        headings: ["Tier", "Before", "Now", "Difference", "Seats before", "Seats now", "Seats difference"]
            .map(str::to_owned)
            .to_vec(),
        rows,
        ..Table::default()
    }
}
