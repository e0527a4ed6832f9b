//! The Run history sheet: what the runs of a roster came to, one row each by the day of the roster, and their customers by
//! tier as lines of a chart.

use super::roster::tier_style;
use crate::changes::{ChangeKind, Moves};
use crate::policy::Policy;
use crate::report::{Block, CellOut, LineChart, Page, Sheet, Style, Table, Value};
use crate::verdict::Tier;
use crate::verdict::words::{NEEDS_REVIEW, NO_TIER, grouped, rung_name};
use crate::write::page::legible_columns;

/// The name of the sheet. Excel keeps `History` for itself and refuses a sheet that is called so.
pub const NAME: &str = "Run history";

/// The title of its table.
pub const RUNS: &str = "Runs";

/// The columns in front of the tiers, and their widths in characters.
const FRONT: [(&str, f64); 8] = [
    ("Date", 11.0),
    ("Run", 11.0),
    ("Policy", 19.0),
    ("File", 22.0),
    ("Rows", 9.0),
    ("Rows to review", 9.0),
    ("Customers", 11.0),
    ("Paid seats", 11.0),
];

/// Those behind them: who moved.
const MOVES: [&str; 4] = ["Tier higher", "Tier lower", "New", "Gone"];

/// What a run of a roster came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryLine {
    /// The day of the roster, such as `2026-11-28`.
    pub date: String,
    /// The day of the run that judged it.
    pub run: String,
    /// The name of the policy by which it was judged; empty = nobody knows.
    pub policy: String,
    /// The name of the roster's file.
    pub roster: String,
    /// Rows read.
    pub rows: u64,
    /// Rows that need review.
    pub review: u64,
    /// Customers and their paid seats by tier, in the order of the run's policy.
    pub tiers: Vec<(String, u64, u64)>,
    /// Who moved since the run before; `None` = nothing was compared.
    pub moves: Option<Moved>,
}

/// What the runs before this one came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunHistory {
    /// The day of this run.
    pub run: String,
    /// The runs before it, in their order.
    pub lines: Vec<HistoryLine>,
}

/// How many customers moved from one run to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// To a higher tier.
    pub up: u64,
    /// To a lower tier.
    pub down: u64,
    /// Came.
    pub new: u64,
    /// Went.
    pub gone: u64,
}

impl Moved {
    /// Returns those of a comparison.
    #[must_use]
    pub fn of(moves: &Moves) -> Self {
        let of = |kind| moves.of(kind).customers;
        Self {
            up: of(ChangeKind::Up),
            down: of(ChangeKind::Down),
            new: of(ChangeKind::New),
            gone: of(ChangeKind::Gone),
        }
    }
}

impl HistoryLine {
    /// Returns the customers.
    #[must_use]
    pub fn customers(&self) -> u64 {
        self.tiers.iter().map(|(_, customers, _)| customers).sum()
    }

    /// Returns their paid seats.
    #[must_use]
    pub fn seats(&self) -> u64 {
        self.tiers.iter().fold(0, |all, (_, _, seats)| all.saturating_add(*seats))
    }

    /// Returns customers and paid seats of a tier; none, where the run's policy had no such tier.
    fn tier(&self, name: &str) -> (u64, u64) {
        let found = self.tiers.iter().find(|(tier, _, _)| tier == name);
        found.map_or((0, 0), |(_, customers, seats)| (*customers, *seats))
    }
}

/// Returns the sheet: the runs before and this one, by the days of their rosters; of one day, in the order of the runs.
#[must_use]
pub fn sheet(policy: &Policy, earlier: &[HistoryLine], now: HistoryLine) -> Sheet {
    let day = now.date.clone();
    let mut lines: Vec<HistoryLine> = earlier.iter().cloned().chain([now]).collect();
    lines.sort_by(|left, right| left.date.cmp(&right.date));
    let tiers = tiers(policy, &lines);
    let table = table(&tiers, &lines);
    let widths = widths(&tiers);
    let printed = legible_columns(&widths).min(FRONT.len() + tiers.len() + MOVES.len());
    let blocks = vec![
        Block::Title(NAME.to_owned()),
        Block::Line(format!(
            "What the nightly runs of this roster came to, by the date of the roster; the last row of {day} is this workbook."
        )),
        Block::Remark(
            "Run is the day on which the file was judged. The paid seats of each tier, to the right, are not printed."
                .to_owned(),
        ),
        Block::LineChart(chart(&tiers, &lines)),
        Block::Table(table),
    ];
    Sheet { name: NAME, widths, page: Page::Columns(printed), blocks, names: Vec::new() }
}

/// Returns the widths of the columns: as narrow as their longest word allows, so that all up to who moved are on one page.
fn widths(tiers: &[(String, Style)]) -> Vec<f64> {
    const LEAST: u32 = 9;
    const MOST: u32 = 20;
    /// For the letters are bold, and figures are set off from the right.
    const BESIDE: u32 = 2;
    let word = |name: &str| {
        let letters = name.split_whitespace().map(|word| word.chars().count()).max().unwrap_or_default();
        f64::from(u32::try_from(letters).unwrap_or(MOST).saturating_add(BESIDE).clamp(LEAST, MOST))
    };
    let front = FRONT.iter().map(|(_, width)| *width);
    let names = || tiers.iter().map(|(name, _)| word(name));
    front.chain(names()).chain(MOVES.iter().map(|heading| word(heading))).chain(names()).collect()
}

/// The tiers that somebody had, those of this policy first, each with its style.
fn tiers(policy: &Policy, lines: &[HistoryLine]) -> Vec<(String, Style)> {
    let rungs = (0..policy.rungs.len()).map(|rung| (rung_name(policy, rung).to_owned(), Tier::Rung(rung)));
    let others = [(NO_TIER.to_owned(), Tier::None), (NEEDS_REVIEW.to_owned(), Tier::NeedsReview)];
    let mut tiers: Vec<(String, Style)> =
        rungs.chain(others).map(|(name, tier)| (name, tier_style(tier))).collect();
    let is_empty = |name: &str| lines.iter().all(|line| line.tier(name).0 == 0);
    tiers.retain(|(name, style)| matches!(style, Style::Rung(_)) || !is_empty(name));
    // Earlier runs may have had another policy.
    for (name, customers, _) in lines.iter().flat_map(|line| &line.tiers) {
        if *customers > 0 && !tiers.iter().any(|(known, _)| known == name) {
            tiers.push((name.clone(), Style::NoTier));
        }
    }
    tiers
}

fn chart(tiers: &[(String, Style)], lines: &[HistoryLine]) -> LineChart {
    let title = "Customers by tier";
    let ends = [lines.first(), lines.last()].into_iter().flatten();
    let ends: Vec<String> = ends
        .map(|line| {
            let of = |(name, _): &(String, Style)| format!("{name} {}", grouped(line.tier(name).0));
            format!("{}: {}", line.date, tiers.iter().map(of).collect::<Vec<_>>().join(", "))
        })
        .collect();
    let line =
        |(place, (name, style)): (usize, &(String, Style))| (name.clone(), FRONT.len() + place, *style);
    LineChart {
        title: title.to_owned(),
        alt: format!("Line chart over {} runs. {title}, first and last: {}.", lines.len(), ends.join("; ")),
        table: 0,
        rows: lines.len(),
        lines: tiers.iter().enumerate().map(line).collect(),
        axis: "Customers".to_owned(),
    }
}

fn table(tiers: &[(String, Style)], lines: &[HistoryLine]) -> Table {
    let mut headings: Vec<String> = FRONT.iter().map(|(heading, _)| (*heading).to_owned()).collect();
    headings.extend(tiers.iter().map(|(name, _)| name.clone()));
    headings.extend(MOVES.map(str::to_owned));
    headings.extend(tiers.iter().map(|(name, _)| format!("{name}: paid seats")));
    let rows = lines.iter().map(|line| row(tiers, line)).collect();
    Table { title: RUNS.to_owned(), headings, rows, repeats_headings: true, ..Table::default() }
}

fn row(tiers: &[(String, Style)], line: &HistoryLine) -> Vec<CellOut> {
    let blank = || CellOut::styled(Value::Blank, Style::Body);
    let wrapped = |text: &str| CellOut::styled(Value::text(text.to_owned()), Style::Wrapped);
    let mut cells = vec![CellOut::label(line.date.clone()), CellOut::text(line.run.clone())];
    cells.push(if line.policy.is_empty() { blank() } else { wrapped(&line.policy) });
    cells.push(wrapped(&line.roster));
    let figures = [line.rows, line.review, line.customers(), line.seats()];
    let customers = tiers.iter().map(|(name, _)| line.tier(name).0);
    cells.extend(figures.into_iter().chain(customers).map(CellOut::count));
    match line.moves {
        Some(Moved { up, down, new, gone }) => cells.extend([up, down, new, gone].map(CellOut::count)),
        None => cells.extend(MOVES.map(|_| blank())),
    }
    cells.extend(tiers.iter().map(|(name, _)| CellOut::count(line.tier(name).1)));
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(date: &str, tiers: &[(&str, u64, u64)]) -> HistoryLine {
        let tiers = tiers.iter().map(|(name, customers, seats)| ((*name).to_owned(), *customers, *seats));
        HistoryLine { date: date.to_owned(), rows: 9, tiers: tiers.collect(), ..HistoryLine::default() }
    }

    fn parts(sheet: &Sheet) -> (&LineChart, &Table) {
        match sheet.blocks.as_slice() {
            [.., Block::LineChart(chart), Block::Table(table)] => (chart, table),
            other => panic!("a chart and a table, not {other:?}"),
        }
    }

    #[test]
    fn each_run_is_a_row_with_its_tiers_under_their_headings() {
        let policy = Policy::default_shipped().unwrap();
        let earlier = [line("2026-11-27", &[("Portal", 1, 10), ("Older tier", 2, 20)])];
        let now = line("2026-11-28", &[("Migration", 3, 1_500), (NEEDS_REVIEW, 1, 0)]);
        let sheet = sheet(&policy, &earlier, now);
        let (chart, table) = parts(&sheet);
        let shown = |row: usize, heading: &str| {
            let column = table.headings.iter().position(|known| known == heading).unwrap();
            table.rows[row][column].value.clone()
        };
        assert!(table.rows.iter().all(|row| row.len() == table.headings.len()));
        assert_eq!(sheet.widths.len(), table.headings.len());
        assert_eq!(shown(0, "Older tier"), Value::Count(2));
        assert_eq!(shown(1, "Older tier"), Value::Count(0));
        assert_eq!(shown(1, "Migration: paid seats"), Value::Count(1_500));
        assert_eq!((shown(1, "Customers"), shown(0, "Tier higher")), (Value::Count(4), Value::Blank));
        assert!(!table.headings.contains(&NO_TIER.to_owned()), "nobody has none");
        for (name, column, _) in &chart.lines {
            assert_eq!(table.headings[*column], *name);
        }
    }

    #[test]
    fn rows_are_in_the_order_of_their_dates_and_of_one_date_in_that_of_the_runs() {
        let policy = Policy::default_shipped().unwrap();
        let named = |date: &str, roster: &str| HistoryLine { roster: roster.to_owned(), ..line(date, &[]) };
        let earlier =
            [named("2026-11-28", "first"), named("2026-11-26", "late"), named("2026-11-28", "second")];
        let sheet = sheet(&policy, &earlier, named("2026-11-27", "now"));
        let (_, table) = parts(&sheet);
        let rosters: Vec<Value<'_>> = table.rows.iter().map(|row| row[3].value.clone()).collect();
        assert_eq!(rosters, ["late", "now", "first", "second"].map(Value::text));
        let Block::Line(words) = &sheet.blocks[1] else { panic!("a line") };
        assert!(words.contains("the last row of 2026-11-27 is this workbook"), "{words}");
    }
}
