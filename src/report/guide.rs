//! The FastTrack guide sheet: what each tier gets, the services, the phases and who does what in them.

use crate::policy::{Entitlement, Policy};
use crate::report::ladder::Ladders;
use crate::report::{Block, CellOut, Page, Sheet, Style, Table, Value};
use crate::verdict::words::grouped;

/// The name of the sheet.
pub const NAME: &str = "FastTrack guide";

/// Returns the sheet.
#[must_use]
pub fn sheet(policy: &Policy) -> Sheet {
    let ladders = Ladders::of(policy);
    let mut blocks = vec![
        Block::Title("FastTrack guide".to_owned()),
        Block::Line(format!("By {}, effective {}", policy.title, policy.effective)),
        Block::Remark(ladders.plans()),
    ];
    blocks.extend(ladders.blocks());
    blocks.extend(
        [entitlements(policy), phases(policy), services(policy), sources(policy), readings(policy)]
            .map(Block::Table),
    );
    Sheet { name: NAME, widths: widths(ladders.columns()), page: Page::Landscape, names: Vec::new(), blocks }
}

/// The widths for pictures of so many columns, in which the texts of the tables below stand, too: together they are no
/// wider than a window, unless there are so many that their words would no longer fit.
fn widths(columns: usize) -> Vec<f64> {
    const LABELS: f64 = 26.0;
    const TOGETHER: f64 = 152.0;
    /// The columns of text that the tables have.
    const TEXTS: usize = 3;
    let columns = columns.max(TEXTS);
    let width = u32::try_from(columns).map_or(0.0, |columns| TOGETHER / f64::from(columns)).floor();
    [vec![LABELS], vec![width.clamp(24.0, 50.0); columns]].concat()
}

fn readings(policy: &Policy) -> Table {
    let row = |reading: &crate::policy::Reading| {
        vec![
            CellOut::styled(Value::text(reading.title.clone()), Style::Label),
            CellOut::wrapped(reading.address.clone()),
        ]
    };
    Table {
        title: "Further reading".to_owned(),
        headings: ["Title", "Where"].map(str::to_owned).to_vec(),
        rows: policy.readings.iter().map(row).collect(),
        ..Table::default()
    }
}

fn entitlements(policy: &Policy) -> Table {
    let row = |entitlement: &Entitlement| {
        vec![
            CellOut::label(entitlement.name.clone()),
            CellOut::wrapped(entitlement.grants.clone()),
            CellOut::wrapped(from(policy, entitlement)),
            CellOut::wrapped(entitlement.note.clone()),
        ]
    };
    Table {
        title: "What a customer gets".to_owned(),
        headings: ["Entitlement", "What it is", "From how many paid seats", "To be known"]
            .map(str::to_owned)
            .to_vec(),
        rows: policy.entitlements.iter().map(row).collect(),
        ..Table::default()
    }
}

/// Segments with the same threshold share a clause: "150 (commercial, government), 1,000 (education, nonprofit)".
fn from(policy: &Policy, entitlement: &Entitlement) -> String {
    let mut groups: Vec<(Option<u64>, Vec<&str>)> = Vec::new();
    for (segment, threshold) in policy.segments.iter().zip(&entitlement.thresholds) {
        match groups.iter_mut().find(|(seats, _)| *seats == threshold.seats) {
            Some((_, names)) => names.push(&segment.name),
            None => groups.push((threshold.seats, vec![&segment.name])),
        }
    }
    let words = |seats: Option<u64>| match seats {
        None => "never".to_owned(),
        Some(0) => "every customer".to_owned(),
        Some(seats) => grouped(seats),
    };
    match groups.as_slice() {
        [(seats, _)] => format!("{} (every segment)", words(*seats)),
        groups => groups
            .iter()
            .map(|(seats, names)| format!("{} ({})", words(*seats), names.join(", ")))
            .collect::<Vec<_>>()
            .join("; "),
    }
}

/// Returns the name of the cell that tells of the n-th phase, from 0, which the Onboarding sheet leads to.
#[must_use]
pub fn phase_name(phase: usize) -> String {
    format!("onboarding_phase_{}", phase + 1)
}

fn phases(policy: &Policy) -> Table {
    let lines = |lines: &[String]| {
        CellOut::wrapped(lines.iter().map(|line| format!("\u{2022} {line}")).collect::<Vec<_>>().join("\n"))
    };
    let row = |(number, phase): (usize, &crate::policy::Phase)| {
        vec![
            CellOut::label(format!("{}. {}", number + 1, phase.name)).named(phase_name(number)),
            lines(&phase.microsoft),
            lines(&phase.customer),
        ]
    };
    Table {
        title: "The phases of onboarding, for customers who reach a specialist".to_owned(),
        headings: ["Phase", "What Microsoft does (remotely)", "What the customer does (at least)"]
            .map(str::to_owned)
            .to_vec(),
        rows: policy.phases.iter().enumerate().map(row).collect(),
        ..Table::default()
    }
}

fn services(policy: &Policy) -> Table {
    let row = |(number, service): (usize, &crate::policy::Service)| {
        let note = service.retired.map_or(String::new(), |year| {
            format!("retired by Microsoft in {year}; listed because the source lists it")
        });
        vec![
            CellOut::label(format!("{}.", number + 1)),
            CellOut::text(service.name.clone()),
            CellOut::styled(Value::text(note), Style::Muted),
        ]
    };
    Table {
        title: "Services that the FastTrack Center assists with".to_owned(),
        headings: ["Number", "Service", "Note"].map(str::to_owned).to_vec(),
        rows: policy.services.iter().enumerate().map(row).collect(),
        ..Table::default()
    }
}

/// Returns the table of sources, which the Policy sheet shows too.
pub(crate) fn sources(policy: &Policy) -> Table {
    let row = |source: &crate::policy::Source| {
        vec![
            CellOut::label(source.id.clone()),
            CellOut::wrapped(source.title.clone()),
            CellOut::wrapped(source.address.clone()),
            CellOut::text(source.date.clone()),
        ]
    };
    Table {
        title: "Sources".to_owned(),
        headings: ["Source", "Title", "Where", "As of"].map(str::to_owned).to_vec(),
        rows: policy.sources.iter().map(row).collect(),
        ..Table::default()
    }
}
