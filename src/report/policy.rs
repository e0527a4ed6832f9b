//! The Policy sheet: the rules that were applied, with their thresholds in named cells.

use crate::policy::{Entitlement, PlanClass, PlansServed, Policy, Product};
use crate::report::guide::sources;
use crate::report::{Block, CellOut, Page, Sheet, Style, Table, Value};
use crate::verdict::words::grouped;

/// The name of the sheet.
pub const NAME: &str = "Policy";

/// What stands beside an entitlement that is open to any plan.
pub const ANY_PLAN: &str = "any plan";

/// The label of the policy's hash, here and on the Run sheet.
pub const SHA256: &str = "SHA-256 of the policy";

/// The label of the tiers, which stand beside it with ` < ` between them.
pub const LADDER: &str = "Tiers, lowest first";

/// The title of the table of interpretations.
pub const INTERPRETATIONS: &str = "Interpretations: where the source leaves room for them";

/// The title of the table of thresholds.
pub const THRESHOLDS: &str = "Paid seats from which an entitlement is granted";

/// Returns the sheet.
#[must_use]
pub fn sheet(policy: &Policy) -> Sheet {
    sheet_with(
        policy,
        "A threshold includes its number: at 150, a customer with 150 paid seats has enough. If you change one here, the \
         what-if table on Summary changes with it; the verdicts keep the numbers of the run.",
    )
}

/// Returns the sheet for a workbook without a what-if table: no figure follows what is changed on it.
#[must_use]
pub fn sheet_alone(policy: &Policy) -> Sheet {
    sheet_with(
        policy,
        "A threshold includes its number: at 150, a customer with 150 paid seats has enough. If you change one here, \
         nothing follows: the verdicts have the numbers of the run.",
    )
}

fn sheet_with(policy: &Policy, of_thresholds: &str) -> Sheet {
    let mut blocks = vec![
        Block::Title("Policy".to_owned()),
        Block::Line(policy.title.clone()),
        Block::Table(about(policy)),
        Block::Table(thresholds(policy)),
        Block::Remark(of_thresholds.to_owned()),
        Block::Table(interpretations(policy)),
    ];
    if !policy.products.is_empty() {
        blocks.push(Block::Table(products(policy)));
    }
    blocks.extend([
        Block::Table(classes("Plan families", "Family", &policy.families, policy)),
        Block::Table(classes("Kinds of plans", "Kind", &policy.kinds, policy)),
        Block::Table(sources(policy)),
    ]);
    Sheet {
        name: NAME,
        widths: [vec![36.0, 66.0, 34.0], vec![18.0; policy.segments.len().max(2)]].concat(),
        page: Page::Landscape,
        names: Vec::new(),
        blocks,
    }
}

fn about(policy: &Policy) -> Table {
    let source = policy.sources.get(policy.source).map_or("", |source| source.title.as_str());
    let rungs = policy.rungs.iter().filter_map(|index| policy.entitlements.get(*index));
    let ladder = rungs.map(|entitlement| entitlement.name.as_str()).collect::<Vec<_>>().join(" < ");
    let row = |label: &str, text: &str| vec![CellOut::label(label), CellOut::wrapped(text)];
    Table {
        title: String::new(),
        headings: Vec::new(),
        rows: vec![
            row("Name", &policy.name),
            row("Effective", &policy.effective),
            row("Source", source),
            row(LADDER, &ladder),
            row("About", &policy.about),
            row(SHA256, &policy.sha256),
        ],
        ..Table::default()
    }
}

fn thresholds(policy: &Policy) -> Table {
    let row = |entitlement: &Entitlement| {
        let plans = match entitlement.plans {
            PlansServed::Any => ANY_PLAN,
            PlansServed::Eligible => "eligible plans, paid for",
        };
        let mut ids: Vec<&str> = entitlement
            .thresholds
            .iter()
            .filter_map(|threshold| policy.sources.get(threshold.source).map(|source| source.id.as_str()))
            .collect();
        ids.dedup();
        let seats = policy.segments.iter().zip(&entitlement.thresholds).map(|(segment, threshold)| {
            let value = threshold.seats.map_or(Value::text("never"), Value::Count);
            CellOut::styled(value, Style::Strong).named(defined_name(&entitlement.id, &segment.id))
        });
        [CellOut::label(entitlement.name.clone()), CellOut::text(plans), CellOut::text(ids.join(", "))]
            .into_iter()
            .chain(seats)
            .collect()
    };
    let segments = policy.segments.iter().map(|segment| segment.name.clone());
    Table {
        title: THRESHOLDS.to_owned(),
        headings: ["Entitlement", "Open to", "Source"]
            .map(str::to_owned)
            .into_iter()
            .chain(segments)
            .collect(),
        rows: policy.entitlements.iter().map(row).collect(),
        ..Table::default()
    }
}

/// Returns the defined name of a threshold cell: `from_specialist_education`.
///
/// Letters, digits and underscores only, as Excel asks for; the prefix keeps it from reading like a cell address.
#[must_use]
pub fn defined_name(entitlement: &str, segment: &str) -> String {
    let clean = |text: &str| -> String {
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
    };
    format!("from_{}_{}", clean(entitlement), clean(segment))
}

fn interpretations(policy: &Policy) -> Table {
    let row = |reading: &crate::policy::Interpretation| {
        let name =
            policy.entitlements.get(reading.entitlement).map_or("", |entitlement| entitlement.name.as_str());
        let segments: Vec<&str> = reading
            .segments
            .iter()
            .filter_map(|segment| policy.segments.get(*segment).map(|segment| segment.name.as_str()))
            .collect();
        let range = match reading.below {
            Some(below) => format!("{} to {}", grouped(reading.from), grouped(below.saturating_sub(1))),
            None => format!("{} and more", grouped(reading.from)),
        };
        let confirm = if reading.confirm { "Yes, confirm" } else { "Yes" };
        vec![
            CellOut::label(name),
            CellOut::wrapped(reading.says.clone()),
            CellOut::wrapped(segments.join(", ")),
            CellOut::text(range),
            CellOut::text(confirm),
        ]
    };
    Table {
        title: INTERPRETATIONS.to_owned(),
        headings: ["Entitlement", "How it is read", "Segments", "Paid seats", "Shown as"]
            .map(str::to_owned)
            .to_vec(),
        rows: policy.interpretations.iter().map(row).collect(),
        ..Table::default()
    }
}

fn classes(title: &str, heading: &str, classes: &[PlanClass], policy: &Policy) -> Table {
    let row = |class: &PlanClass| {
        let [source, footing] = source_and_footing(policy, class.source);
        vec![CellOut::label(class.name.clone()), eligible(class.eligible), source, footing]
    };
    Table {
        title: title.to_owned(),
        headings: [heading, "Counts towards entitlements", "Source", "Footing"].map(str::to_owned).to_vec(),
        rows: classes.iter().map(row).collect(),
        ..Table::default()
    }
}

/// What the policy says of single products.
fn products(policy: &Policy) -> Table {
    let row = |product: &Product| {
        let [source, footing] = source_and_footing(policy, product.source);
        vec![CellOut::label(product.name.clone()), eligible(product.eligible), source, footing]
    };
    Table {
        title: "Plans listed by product: the first that matches decides, before family and kind".to_owned(),
        headings: ["Product", "Counts towards entitlements", "Source", "Footing"].map(str::to_owned).to_vec(),
        rows: policy.products.iter().map(row).collect(),
        ..Table::default()
    }
}

fn eligible(is_eligible: bool) -> CellOut {
    CellOut::text(if is_eligible { "eligible" } else { "not eligible" })
}

fn source_and_footing(policy: &Policy, source: usize) -> [CellOut; 2] {
    let source = policy.sources.get(source);
    [
        CellOut::text(source.map_or("", |source| source.id.as_str())),
        CellOut::text(source.map_or("", |source| source.footing.word())),
    ]
}
