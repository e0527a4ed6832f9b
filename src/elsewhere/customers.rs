//! The customers: counted, and those near a tier listed.

use super::tables::{Places, Table, Wrong, count, truth};
use super::{Job, differs};
use crate::customers::Customers;
use crate::date::Date;
use crate::diagnostic::excerpt;
use crate::error::Result;
use crate::output_fields::FlatTable;
use crate::pipeline;
use crate::policy::{PlansServed, Policy};
use crate::read::Block;
use crate::record::{Record, Records};
use crate::report::summary::elsewhere::TableSource;
use crate::roster::{Overridden, SegmentFrom};
use crate::scratch::Scratch;
use crate::steps::{Step, Steps};
use crate::summary::WhyLowest;
use crate::verdict::words::{grouped, tier_name};
use crate::verdict::{DecidedBy, Entitled, Facts, Tier, Verdict, judge_together};

/// The columns that any such table has, whatever the policy.
const NEEDED: [&str; 8] = [
    "tenant",
    "fasttrack_segment",
    "eligible",
    "seats_counted",
    "fasttrack_tier",
    "next_tier",
    "seats_to_next_tier",
    "rows",
];
/// A column of the job that the tables of `annotate` do not have.
const TENANT_KEY: &str = "tenant_key";

/// What was read.
pub(super) struct Read {
    pub counts: Customers,
    pub steps: Steps,
    /// Rows of all customers.
    pub rows: u64,
    pub sources: Vec<TableSource>,
}

/// Where the columns are.
struct Columns {
    places: Places,
    tenant: Option<usize>,
    name: Option<usize>,
    plans: Option<usize>,
    owner: Option<usize>,
    renewal: Option<usize>,
    segment: Option<usize>,
    eligible: Option<usize>,
    seats: Option<usize>,
    tier: Option<usize>,
    rows: Option<usize>,
    number: Option<usize>,
    /// For each entitlement, whether there is it, and whether it is to be confirmed.
    entitled: Vec<[Option<usize>; 2]>,
}

/// Reads all customers.
///
/// # Errors
/// `summary-missing`, `summary-unfinished`, `summary-columns`, `summary-differs`, and those of reading the table.
pub(super) fn read(job: &Job, policy: &Policy, scratch: &Scratch) -> Result<Read> {
    let table = Table::needed(&job.folder, FlatTable::Customers.name(), scratch)?;
    let columns = columns(&table, policy)?;
    let sources = vec![table.source()];
    let about = table.reader.about.clone();
    let mut reader = table.reader;
    let mut all = Part::new(policy);
    let known = Known { job, policy, columns: &columns };
    pipeline::ordered(
        &job.workers,
        |emit: &mut dyn FnMut(Block) -> Result<()>| reader.read(emit),
        |block| {
            let records = block.records()?;
            known.part(&records).map_err(|wrong| wrong.error(&about))
        },
        |part| {
            if let Some(differing) = part.differing {
                return Err(differing.error());
            }
            all.counts.merge(&part.counts);
            all.steps.merge(part.steps);
            all.rows += part.rows;
            Ok(())
        },
    )?;
    let Part { mut counts, steps, rows, .. } = all;
    // The table does not say what keeps a customer low: a plan that is not served, or one that is not paid for.
    counts.verdicts.lowest = [crate::summary::Count::default(); WhyLowest::ALL.len()];
    Ok(Read { counts, steps, rows, sources })
}

fn columns(table: &Table, policy: &Policy) -> Result<Columns> {
    let entitled = |entitlement: &crate::policy::Entitlement| {
        [format!("entitled_{}", entitlement.id), format!("confirm_{}", entitlement.id)]
    };
    let entitled: Vec<[String; 2]> = policy.entitlements.iter().map(entitled).collect();
    let needed: Vec<String> =
        NEEDED.iter().map(|name| (*name).to_owned()).chain(entitled.iter().flatten().cloned()).collect();
    let fields = FlatTable::Customers.fields(policy).into_iter().map(|field| field.name);
    let known: Vec<String> = fields.chain([TENANT_KEY.to_owned()]).collect();
    let places = table.places(&needed, &known)?;
    let of = |name: &str| places.of(name);
    Ok(Columns {
        tenant: of("tenant"),
        name: of("customer"),
        plans: of("plans"),
        owner: of("owner"),
        renewal: of("renewal"),
        segment: of("fasttrack_segment"),
        eligible: of("eligible"),
        seats: of("seats_counted"),
        tier: of("fasttrack_tier"),
        rows: of("rows"),
        number: of("source_row"),
        entitled: entitled.iter().map(|[is, confirm]| [of(is), of(confirm)]).collect(),
        places,
    })
}

/// Some of the customers.
struct Part {
    counts: Customers,
    steps: Steps,
    rows: u64,
    /// The first whose tier is not that of the policy.
    differing: Option<Differing>,
}

impl Part {
    fn new(policy: &Policy) -> Self {
        Self { counts: Customers::new(policy, &[]), steps: Steps::new(policy), rows: 0, differing: None }
    }
}

/// A customer whose tier is not that of the policy.
struct Differing {
    tenant: String,
    told: String,
    judged: String,
    seats: u64,
}

impl Differing {
    fn error(&self) -> crate::error::Error {
        let Self { tenant, told, judged, seats } = self;
        differs(
            format!(
                "`{}` is on the tier `{told}`, but with {} paid seats the policy gives `{judged}`",
                excerpt(tenant),
                grouped(*seats)
            ),
            "the table was made with another policy, or was changed: run the job again",
        )
    }
}

/// What customers are read with.
struct Known<'k> {
    job: &'k Job,
    policy: &'k Policy,
    columns: &'k Columns,
}

impl Known<'_> {
    fn part(&self, records: &Records) -> std::result::Result<Part, Wrong> {
        let mut part = Part::new(self.policy);
        for record in records.iter().filter(|record| !record.is_blank()) {
            let (segment, verdict, by_policy) = self.verdict(record)?;
            let seats = verdict.seats_counted.unwrap_or(0);
            let rows = count(record, self.columns.rows)?.unwrap_or(1);
            if part.differing.is_none() {
                part.differing = self.differing(record, by_policy, &verdict);
            }
            part.counts.verdicts.add(&verdict, segment, SegmentFrom::Column, seats);
            part.counts.on_several_rows += u64::from(rows > 1);
            part.rows += rows;
            let seen = (segment, &verdict, self.job.near);
            let mut number = Ok(None);
            part.steps.see(self.policy, seen, &mut |distance| {
                let columns = self.columns;
                let text = |place| columns.places.text(record, place);
                if let Ok(None) = number {
                    number = count(record, columns.number);
                }
                Step {
                    distance,
                    number: number.as_ref().ok().copied().flatten().unwrap_or(0),
                    rows,
                    tenant: text(columns.tenant),
                    name: text(columns.name),
                    plan: text(columns.plans),
                    owner: text(columns.owner),
                    renewal: Date::iso(&text(columns.renewal)),
                    segment,
                    seats,
                    tier: verdict.tier,
                }
            });
            number?;
        }
        Ok(part)
    }

    /// Returns the segment and the verdict that the table tells, and the tier that the policy gives.
    fn verdict(&self, record: Record<'_>) -> std::result::Result<(usize, Verdict, Tier), Wrong> {
        let Columns { places, segment, tier, seats, eligible, entitled, .. } = self.columns;
        let wrong = |place: &Option<usize>, wanted: &str| Wrong::of(record, place.unwrap_or(0), wanted);
        let name = places.text(record, *segment);
        let found = self.policy.segments.iter().position(|segment| segment.name == name);
        let segment = found.ok_or_else(|| wrong(segment, "a segment of the policy"))?;
        let told = places.text(record, *tier);
        let tier = self.tier(&told).ok_or_else(|| wrong(tier, "a tier of the policy"))?;
        let seats_counted = count(record, *seats)?;
        let decided_by = match truth(record, *eligible)? {
            _ if tier == Tier::NeedsReview => DecidedBy::Review,
            Some(true) => DecidedBy::Seats,
            _ => DecidedBy::Product,
        };
        let has = |which: usize| {
            let answer = |columns: &[Option<usize>; 2]| truth(record, columns.get(which).copied().flatten());
            let answers: std::result::Result<Vec<bool>, Wrong> =
                entitled.iter().map(|columns| answer(columns).map(Option::unwrap_or_default)).collect();
            answers.map(|answers| Entitled::of(answers.into_iter()))
        };
        let (granted, confirm) = (has(0)?, has(1)?);
        let judged = self.judged(segment, decided_by, seats_counted.unwrap_or(0));
        // What any customer has is no verdict to go on with, so the tables do not tell it.
        let granted = if decided_by == DecidedBy::Review { judged.granted } else { granted };
        let by_policy = judged.tier;
        Ok((segment, Verdict { tier, granted, confirm, seats_counted, decided_by, ..judged }, by_policy))
    }

    fn tier(&self, told: &str) -> Option<Tier> {
        let rungs = (0..self.policy.rungs.len()).map(Tier::Rung);
        if told.is_empty() {
            return Some(Tier::NeedsReview);
        }
        rungs.chain([Tier::None, Tier::NeedsReview]).find(|tier| tier_name(self.policy, *tier) == told)
    }

    fn judged(&self, segment: usize, decided_by: DecidedBy, seats: u64) -> Verdict {
        let facts = Facts {
            seats: Some(seats),
            not_paid: None,
            segment,
            segment_from: SegmentFrom::Column,
            plan: None,
            standing: None,
            readings: &[],
            overridden: Overridden::default(),
            needs_review: decided_by == DecidedBy::Review,
        };
        let of_any_plan = if decided_by == DecidedBy::Review { 0 } else { seats };
        judge_together(self.policy, facts, decided_by, of_any_plan)
    }

    /// Returns what is wrong if the policy gives another tier; not where entitlements that are open to any plan ask for
    /// seats, since the table does not say those.
    fn differing(&self, record: Record<'_>, by_policy: Tier, verdict: &Verdict) -> Option<Differing> {
        let asks = |entitlement: &crate::policy::Entitlement| {
            entitlement.plans == PlansServed::Any
                && entitlement
                    .thresholds
                    .iter()
                    .any(|threshold| threshold.seats.is_some_and(|seats| seats > 0))
        };
        if self.policy.entitlements.iter().any(asks) || verdict.decided_by == DecidedBy::Review {
            return None;
        }
        (by_policy != verdict.tier).then(|| Differing {
            tenant: self.columns.places.text(record, self.columns.tenant),
            told: tier_name(self.policy, verdict.tier).to_owned(),
            judged: tier_name(self.policy, by_policy).to_owned(),
            seats: verdict.seats_counted.unwrap_or(0),
        })
    }
}
