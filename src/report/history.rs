//! The Run history sheet: what the runs of a roster came to, one line each, and their customers by tier as lines of a chart.

use super::roster::tier_style;
use crate::changes::{ChangeKind, Moves};
use crate::policy::Policy;
use crate::report::{Block, CellOut, LineChart, Page, Sheet, Style, Table, Value};
use crate::verdict::Tier;
use crate::verdict::words::{NEEDS_REVIEW, NO_TIER, grouped, rung_name};

/// The name of the sheet. Excel keeps `History` for itself and refuses a sheet that is called so.
pub const NAME: &str = "Run history";

/// The title of its table.
pub const RUNS: &str = "Runs";

/// The heading of the file's name.
const ROSTER: &str = "Roster";

/// Columns in front of the tiers: the day, the roster, rows, rows to review, customers, paid seats.
const BEFORE_TIERS: usize = 6;

/// What a run of a roster came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryLine {
    /// Its day, such as `2026-11-28`.
    pub night: String,
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

/// Returns the sheet; `lines` are the runs, the oldest first and this one last.
#[must_use]
pub fn sheet(policy: &Policy, lines: &[HistoryLine]) -> Sheet {
    let tiers = tiers(policy, lines);
    let table = table(&tiers, lines);
    let widths = table.headings.iter().map(|heading| width(heading)).collect();
    let blocks = vec![
        Block::Title(NAME.to_owned()),
        Block::Line(
            "What the nightly runs of this roster came to, the oldest first; the last line is this workbook."
                .to_owned(),
        ),
        Block::LineChart(chart(&tiers, lines)),
        Block::Table(table),
    ];
    Sheet { name: NAME, widths, page: Page::Landscape, blocks, names: Vec::new() }
}

/// Returns the width of a column: its heading is on one line.
fn width(heading: &str) -> f64 {
    const DATE_OR_FIGURE: u32 = 14;
    const ROSTER_NAME: f64 = 34.0;
    /// For the letters are bold, and figures are set off from the right.
    const BESIDE: u32 = 3;
    if heading == ROSTER {
        return ROSTER_NAME;
    }
    let letters = u32::try_from(heading.chars().count()).unwrap_or(DATE_OR_FIGURE);
    f64::from(letters.saturating_add(BESIDE).max(DATE_OR_FIGURE))
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
            format!("{}: {}", line.night, tiers.iter().map(of).collect::<Vec<_>>().join(", "))
        })
        .collect();
    let line =
        |(place, (name, style)): (usize, &(String, Style))| (name.clone(), BEFORE_TIERS + place, *style);
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
    let mut headings =
        ["Date", ROSTER, "Rows", "Rows to review", "Customers", "Paid seats"].map(str::to_owned).to_vec();
    headings.extend(tiers.iter().map(|(name, _)| name.clone()));
    headings.extend(tiers.iter().map(|(name, _)| format!("{name}: paid seats")));
    headings.extend(["Tier higher", "Tier lower", "New", "Gone"].map(str::to_owned));
    let row = |line: &HistoryLine| {
        let mut cells = vec![CellOut::label(line.night.clone()), CellOut::text(line.roster.clone())];
        let figures = [line.rows, line.review, line.customers(), line.seats()];
        let customers = tiers.iter().map(|(name, _)| line.tier(name).0);
        let seats = tiers.iter().map(|(name, _)| line.tier(name).1);
        cells.extend(figures.into_iter().chain(customers).chain(seats).map(CellOut::count));
        let moves = line.moves.map(|moved| [moved.up, moved.down, moved.new, moved.gone]);
        let blank = CellOut::styled(Value::Blank, Style::Body);
        match moves {
            Some(moves) => cells.extend(moves.map(CellOut::count)),
            None => cells.extend(std::iter::repeat_n(blank, 4)),
        }
        cells
    };
    Table { title: RUNS.to_owned(), headings, rows: lines.iter().map(row).collect(), ..Table::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(night: &str, tiers: &[(&str, u64, u64)]) -> HistoryLine {
        let tiers = tiers.iter().map(|(name, customers, seats)| ((*name).to_owned(), *customers, *seats));
        HistoryLine { night: night.to_owned(), rows: 9, tiers: tiers.collect(), ..HistoryLine::default() }
    }

    #[test]
    fn each_run_is_a_line_with_its_tiers_under_their_headings() {
        let policy = Policy::default_shipped().unwrap();
        let lines = [
            line("2026-11-27", &[("Portal", 1, 10), ("Older tier", 2, 20)]),
            line("2026-11-28", &[("Migration", 3, 1_500), (NEEDS_REVIEW, 1, 0)]),
        ];
        let sheet = sheet(&policy, &lines);
        let Block::Table(table) = &sheet.blocks[3] else { panic!("a table") };
        let shown = |row: usize, heading: &str| {
            let column = table.headings.iter().position(|known| known == heading).unwrap();
            table.rows[row][column].value.clone()
        };
        assert!(table.rows.iter().all(|row| row.len() == table.headings.len()));
        assert_eq!(shown(0, "Older tier"), Value::Count(2));
        assert_eq!(shown(1, "Older tier"), Value::Count(0));
        assert_eq!(shown(1, "Migration: paid seats"), Value::Count(1_500));
        assert_eq!((shown(1, "Customers"), shown(0, "Tier higher")), (Value::Count(4), Value::Blank));
        assert!(!table.headings.contains(&NO_TIER.to_owned()), "nobody has none");
        let Block::LineChart(chart) = &sheet.blocks[2] else { panic!("a chart") };
        for (name, column, _) in &chart.lines {
            assert_eq!(table.headings[*column], *name);
        }
    }
}
