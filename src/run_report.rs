//! The run report: what a scheduler reads on standard output, as JSON.

mod failure;
mod words;

pub use failure::{DiagnosticPart, Failure, FailurePart};

use crate::PROGRAM;
use crate::about::{About, Form};
use crate::changes::{ChangeKind, Moved, Since, TierSince};
use crate::customers::Customers;
use crate::findings::to_settle::Word;
use crate::job::files::{self, Files};
use crate::job::split::{Parts, SplitValue};
use crate::job::{Done, Otherwise, TableWritten, TablesWritten};
use crate::plans::Edition;
use crate::plans::own::OwnCatalogue;
use crate::policy::{Entitlement, Policy};
use crate::roster::columns::{Confidence, Found};
use crate::roster::dated::RosterDate;
use crate::roster::overrides::{Overrides, OverridesFile, is_on_review, shown_number};
use crate::summary::{Count, Summary, VerdictCounts};
use crate::verdict::words::tier_name;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;
use words::CheckPart;

/// The version of this shape; grows when a field changes its meaning or goes away, not when one is added.
pub const SCHEMA: u32 = 2;

/// What came of a run.
#[derive(Debug, Serialize)]
pub struct RunReport {
    schema: u32,
    program: &'static str,
    policy: PolicyPart,
    shipped_catalogue: ShippedPart,
    /// The user's own, in order.
    catalogues: Vec<CataloguePart>,
    overrides: Option<OverridesPart>,
    input: InputPart,
    output: Option<OutputPart>,
    rows: RowsPart,
    /// The customers, each counted once; `null` where tenants on several rows could not be rolled up.
    customers: Option<CustomersPart>,
    tenants_on_several_rows: TenantsPart,
    /// What the other shipped policy would change; `null` where it cannot be compared with.
    other_policy: Option<OtherPolicyPart>,
    since: Option<SincePart>,
    /// Whether an earlier night was named that is none yet, so that nothing was compared.
    first_night: bool,
    /// The result in one sentence, as the Summary sheet has it.
    sentence: String,
    checks: Vec<CheckPart>,
    split: Option<SplitPart>,
    split_files: Option<FilesPart>,
    /// The flat tables; `null` where none were asked for.
    tables: Option<TablesPart>,
    faults: BTreeMap<&'static str, u64>,
    /// The words that were not understood, those of most rows first.
    to_settle: Vec<WordPart>,
    /// Rows with a word that is not among them, since there are too many.
    to_settle_beyond_rows: u64,
    duration_seconds: f64,
    finished_unix_seconds: u64,
}

#[derive(Debug, Serialize)]
struct PolicyPart {
    name: String,
    effective: String,
    sha256: String,
}

/// The catalogue that is part of the program.
#[derive(Debug, Serialize)]
struct ShippedPart {
    as_of: String,
    sha256: String,
}

#[derive(Debug, Serialize)]
struct CataloguePart {
    name: String,
    sha256: String,
    /// Products added.
    products: usize,
    /// Other spellings added.
    spellings: usize,
}

#[derive(Debug, Serialize)]
struct OverridesPart {
    name: String,
    sha256: String,
    lines: usize,
    rows_set: u64,
    /// The lines that fit no row.
    unused: Vec<u64>,
    /// The rows of the Review sheet given back that fit no row of the roster.
    unused_review_rows: Vec<u64>,
    /// The files, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<HashedPart>,
}

#[derive(Debug, Serialize)]
struct HashedPart {
    name: String,
    sha256: String,
}

#[derive(Debug, Serialize)]
struct InputPart {
    name: String,
    bytes: u64,
    sha256: String,
    sheet: Option<String>,
    encoding: Option<String>,
    encoding_guess: Option<&'static str>,
    delimiter: Option<char>,
    header_row: u64,
    /// Of when it is, such as `2026-11-28`, and what says so; `null` where nothing does.
    date: Option<String>,
    date_because: Option<String>,
    columns: BTreeMap<&'static str, String>,
    export: Option<&'static str>,
    mapping: Vec<MappedPart>,
    not_read: Vec<String>,
    remarks: Vec<String>,
}

/// How a column was found.
#[derive(Debug, Serialize)]
struct MappedPart {
    field: &'static str,
    heading: String,
    /// From 1; `None` = named for all rows.
    column: Option<usize>,
    is_certain: bool,
    because: String,
    would_fit_too: Vec<String>,
    instead_of: Option<String>,
}

#[derive(Debug, Serialize)]
struct OutputPart {
    format: &'static str,
    path: Option<PathBuf>,
    bytes: u64,
    sha256: String,
    /// Cells of a CSV that begin as formulas do, and got a `'` before them.
    defanged_cells: u64,
}

#[derive(Debug, Serialize)]
struct RowsPart {
    read: u64,
    classified: u64,
    needs_review: u64,
    blank: u64,
    footer: u64,
    hidden: u64,
    /// Each row judged by itself.
    tiers: Vec<RowCount>,
}

/// The customers: tenants, each counted once.
#[derive(Debug, Serialize)]
struct CustomersPart {
    customers: u64,
    paid_seats: u64,
    on_several_rows: u64,
    tiers: Vec<CustomerCount>,
    entitlements: Vec<EntitlementPart>,
    /// Why customers are on the lowest tier or none.
    lowest_tier: LowestPart,
}

#[derive(Debug, Serialize)]
struct OtherPolicyPart {
    policy: String,
    customers_with_other_help: u64,
    entitlements: Vec<OtherEntitlementPart>,
    /// The same in words, as the Summary has it; it says what only one of the policies has.
    words: String,
}

#[derive(Debug, Serialize)]
struct OtherEntitlementPart {
    entitlement: String,
    would_gain: u64,
    would_lose: u64,
}

#[derive(Debug, Serialize)]
struct LowestPart {
    too_few_seats: u64,
    plan_not_served: u64,
    not_paid_or_not_active: u64,
}

/// A word that was not understood.
#[derive(Debug, Serialize)]
struct WordPart {
    kind: &'static str,
    as_written: String,
    rows: u64,
    /// As far as they can be read.
    seats: u64,
    candidates: Vec<String>,
}

/// What the customers were split over.
#[derive(Debug, Serialize)]
struct SplitPart {
    by: &'static str,
    parts: Vec<ValuePart>,
}

#[derive(Debug, Serialize)]
struct ValuePart {
    value: String,
    rows: u64,
    sheet: String,
}

/// The workbooks that the customers were split over.
#[derive(Debug, Serialize)]
struct FilesPart {
    by: &'static str,
    folder: String,
    parts: Vec<FilePart>,
    /// Other workbooks in the folder.
    others: Vec<String>,
}

#[derive(Debug, Serialize)]
struct FilePart {
    value: String,
    rows: u64,
    path: String,
    bytes: u64,
    sha256: String,
}

/// The flat tables.
#[derive(Debug, Serialize)]
struct TablesPart {
    format: &'static str,
    folder: String,
    files: Vec<TablePart>,
}

#[derive(Debug, Serialize)]
struct TablePart {
    table: &'static str,
    rows: u64,
    path: String,
    bytes: u64,
    sha256: String,
    defanged_cells: u64,
}

/// What moved since an earlier night.
#[derive(Debug, Serialize)]
struct SincePart {
    name: String,
    kind: &'static str,
    sha256: String,
    program: String,
    policy: String,
    policy_sha256: String,
    catalogues_sha256: Vec<String>,
    /// `null` where there were none.
    overrides_sha256: Option<String>,
    remarks: Vec<String>,
    /// What `tiers` count: `customers` or `rows`.
    counted: &'static str,
    tiers: Vec<TierPart>,
    /// `null` where only totals were compared.
    changes: Option<ChangesPart>,
}

#[derive(Debug, Serialize)]
struct TierPart {
    tier: String,
    before: u64,
    now: u64,
    paid_seats_before: u64,
    paid_seats_now: u64,
}

#[derive(Debug, Serialize)]
struct ChangesPart {
    /// Each customer once, by the first kind that fits.
    kinds: BTreeMap<&'static str, KindPart>,
    /// Of all kinds.
    with_other_plans: u64,
    with_other_segment: u64,
    with_other_seats: u64,
}

#[derive(Debug, Serialize)]
struct KindPart {
    customers: u64,
    paid_seats_before: u64,
    paid_seats_now: u64,
}

/// What the tenants that stand on several rows come to.
#[derive(Debug, Serialize)]
struct TenantsPart {
    tenants: u64,
    rows: u64,
    counted_once: u64,
    mixed_segments: u64,
    only_by_adding_plans: u64,
    gave_up: bool,
    tiers: Vec<TenantCount>,
}

#[derive(Debug, Serialize)]
struct TenantCount {
    tier: String,
    tenants: u64,
    paid_seats: u64,
}

#[derive(Debug, Serialize)]
struct RowCount {
    tier: String,
    rows: u64,
    paid_seats: u64,
}

#[derive(Debug, Serialize)]
struct CustomerCount {
    tier: String,
    customers: u64,
    paid_seats: u64,
}

#[derive(Debug, Serialize)]
struct EntitlementPart {
    entitlement: String,
    customers: u64,
    to_confirm: u64,
    paid_seats: u64,
}

impl RunReport {
    /// Returns the report of a run; `finished` is the time since 1970-01-01 00:00 UTC at its end.
    #[must_use]
    pub fn new(policy: &Policy, done: &Done, duration: Duration, finished: Duration) -> Self {
        let summary = &done.summary;
        let named = |tier| {
            let Count { rows, seats } = summary.tier(tier);
            RowCount { tier: tier_name(policy, tier).to_owned(), rows, paid_seats: seats }
        };
        let written = done.written.as_ref();
        let (sentence, checks) = words::of(policy, done);
        Self {
            schema: SCHEMA,
            program: PROGRAM,
            policy: PolicyPart {
                name: policy.name.clone(),
                effective: policy.effective.clone(),
                sha256: policy.sha256.clone(),
            },
            shipped_catalogue: shipped_catalogue(),
            catalogues: done.catalogues.iter().map(catalogue).collect(),
            overrides: done.overrides.as_ref().map(|overrides| overrides_part(overrides, summary)),
            input: input(done),
            output: written.map(|w| OutputPart {
                format: w.format.word(),
                path: w.path.clone(),
                bytes: w.bytes,
                sha256: w.sha256.clone(),
                defanged_cells: w.defanged,
            }),
            rows: RowsPart {
                read: summary.read,
                classified: summary.classified(),
                needs_review: summary.review(),
                blank: summary.blank,
                footer: summary.footer,
                hidden: summary.hidden,
                tiers: summary.tiers().map(named).collect(),
            },
            customers: done.customers.as_ref().map(|counted| customers(policy, counted)),
            tenants_on_several_rows: tenants(policy, done),
            other_policy: done.otherwise.as_ref().map(|otherwise| other_policy(policy, otherwise)),
            since: done.since.as_ref().map(compared),
            first_night: false,
            sentence,
            checks,
            split: done.split.as_ref().map(split),
            split_files: done.files.as_ref().map(files),
            tables: done.tables.as_ref().map(tables),
            faults: summary.faults.iter().map(|(code, rows)| (code.as_str(), *rows)).collect(),
            to_settle: done.to_settle.open().iter().map(word).collect(),
            to_settle_beyond_rows: done.to_settle.beyond,
            duration_seconds: duration.as_secs_f64(),
            finished_unix_seconds: finished.as_secs(),
        }
    }

    /// Says whether an earlier night was named that is none yet, so that nothing was compared; else it is not.
    #[must_use]
    pub const fn first_night(mut self, is_it: bool) -> Self {
        self.first_night = is_it;
        self
    }
}

fn shipped_catalogue() -> ShippedPart {
    let Edition { as_of, sha256 } = Edition::shipped().clone();
    ShippedPart { as_of, sha256 }
}

fn overrides_part(overrides: &Overrides, summary: &Summary) -> OverridesPart {
    let unused = overrides.unused(&summary.override_lines);
    let (of_review, unused): (Vec<u64>, Vec<u64>) = unused.into_iter().partition(|line| is_on_review(*line));
    let shown = |lines: Vec<u64>| lines.into_iter().map(shown_number).collect();
    let part = |file: &OverridesFile| HashedPart { name: file.name.clone(), sha256: file.sha256.clone() };
    let files: Vec<HashedPart> = overrides.files().map(part).collect();
    OverridesPart {
        name: overrides.name(),
        sha256: overrides.sha256(),
        lines: overrides.count(),
        rows_set: summary.overridden,
        unused: shown(unused),
        unused_review_rows: shown(of_review),
        files: if files.len() > 1 { files } else { Vec::new() },
    }
}

fn catalogue(own: &OwnCatalogue) -> CataloguePart {
    let OwnCatalogue { name, sha256, products, spellings } = own.clone();
    CataloguePart { name, sha256, products, spellings }
}

fn word(word: &Word) -> WordPart {
    WordPart {
        kind: word.kind.word(),
        as_written: word.written.clone(),
        rows: word.rows.unwrap_or(0),
        seats: word.seats.unwrap_or(0),
        candidates: word.candidates.clone(),
    }
}

fn split(split: &Parts) -> SplitPart {
    let part = |part: &SplitValue| ValuePart {
        value: part.value.clone(),
        rows: part.rows,
        sheet: part.sheet.clone(),
    };
    SplitPart { by: split.by.word(), parts: split.parts.iter().map(part).collect() }
}

fn files(files: &Files) -> FilesPart {
    let part = |part: &files::FilePart| FilePart {
        value: part.value.clone(),
        rows: part.rows,
        path: part.written.path.as_ref().map(|path| path.display().to_string()).unwrap_or_default(),
        bytes: part.written.bytes,
        sha256: part.written.sha256.clone(),
    };
    FilesPart {
        by: files.by.word(),
        folder: files.folder.display().to_string(),
        parts: files.parts.iter().map(part).collect(),
        others: files.others.clone(),
    }
}

fn tables(tables: &TablesWritten) -> TablesPart {
    let part = |file: &TableWritten| TablePart {
        table: file.table.name(),
        rows: file.rows,
        path: file.written.path.as_ref().map(|path| path.display().to_string()).unwrap_or_default(),
        bytes: file.written.bytes,
        sha256: file.written.sha256.clone(),
        defanged_cells: file.written.defanged,
    };
    TablesPart {
        format: tables.format.word(),
        folder: tables.folder.display().to_string(),
        files: tables.files.iter().map(part).collect(),
    }
}

fn compared(since: &Since) -> SincePart {
    let kind = |moved: Moved| KindPart {
        customers: moved.customers,
        paid_seats_before: moved.seats_before,
        paid_seats_now: moved.seats_now,
    };
    let changes = since.moves.as_ref().map(|moves| ChangesPart {
        kinds: ChangeKind::ALL.into_iter().map(|of| (of.id(), kind(moves.of(of)))).collect(),
        with_other_plans: moves.other_plans,
        with_other_segment: moves.other_segment,
        with_other_seats: moves.other_seats,
    });
    let tier = |of: &TierSince| TierPart {
        tier: of.tier.clone(),
        before: of.before.rows,
        now: of.now.rows,
        paid_seats_before: of.before.seats,
        paid_seats_now: of.now.seats,
    };
    let origin = since.origin.clone();
    SincePart {
        name: origin.name,
        kind: since.kind(),
        sha256: origin.sha256,
        program: origin.program,
        policy: origin.policy,
        policy_sha256: origin.policy_sha256,
        catalogues_sha256: origin.catalogues_sha256,
        overrides_sha256: origin.overrides_sha256,
        remarks: since.remarks.clone(),
        counted: since.counted.word(),
        tiers: since.tiers.iter().map(tier).collect(),
        changes,
    }
}

fn input(done: &Done) -> InputPart {
    let About { name, bytes, sha256, form, header_row, .. } = &done.about;
    let (sheet, encoding, encoding_guess, delimiter) = match form {
        Form::Text { encoding, guess, delimiter } => (None, Some(encoding.clone()), *guess, Some(*delimiter)),
        Form::Workbook { sheet, .. } => (Some(sheet.clone()), None, None, None),
        Form::Parquet { .. } => (None, None, None, None),
    };
    InputPart {
        name: name.clone(),
        bytes: *bytes,
        sha256: sha256.clone(),
        sheet,
        encoding,
        encoding_guess,
        delimiter,
        header_row: *header_row,
        date: done.date.as_ref().map(|dated| dated.date.to_string()),
        date_because: done.date.as_ref().map(RosterDate::because),
        columns: done.columns.found.iter().map(|found| (found.field.word(), found.heading.clone())).collect(),
        export: done.columns.export.map(|export| export.name),
        mapping: done.columns.found.iter().map(mapped).collect(),
        not_read: done.columns.unread.iter().map(|unread| unread.heading.clone()).collect(),
        remarks: done.about.remarks(done.summary.read, done.summary.hidden),
    }
}

fn mapped(found: &Found) -> MappedPart {
    MappedPart {
        field: found.field.word(),
        heading: found.heading.clone(),
        column: found.column.map(|column| column + 1),
        is_certain: found.because.confidence() == Confidence::Certain,
        because: found.because.words(&|heading| format!("`{heading}`")),
        would_fit_too: found.others.clone(),
        instead_of: found.instead_of.clone(),
    }
}

fn tenants(policy: &Policy, done: &Done) -> TenantsPart {
    let totals = &done.tenants;
    let tier = |tier| {
        let Count { rows: tenants, seats: paid_seats } = totals.tier(tier);
        TenantCount { tier: tier_name(policy, tier).to_owned(), tenants, paid_seats }
    };
    TenantsPart {
        tenants: totals.tenants(),
        rows: totals.rows,
        counted_once: totals.counted_once,
        mixed_segments: totals.mixed,
        only_by_adding_plans: totals.only_by_adding,
        gave_up: totals.gave_up,
        tiers: done.summary.tiers().map(tier).collect(),
    }
}

fn customers(policy: &Policy, counted: &Customers) -> CustomersPart {
    let verdicts = &counted.verdicts;
    let tier = |tier| {
        let Count { rows: customers, seats: paid_seats } = verdicts.tier(tier);
        CustomerCount { tier: tier_name(policy, tier).to_owned(), customers, paid_seats }
    };
    let [small, not_served, not_paid] = verdicts.lowest.map(|count| count.rows);
    CustomersPart {
        customers: verdicts.all().rows,
        paid_seats: verdicts.all().seats,
        on_several_rows: counted.on_several_rows,
        tiers: verdicts.tiers().map(tier).collect(),
        entitlements: entitlements(policy, verdicts),
        lowest_tier: LowestPart {
            too_few_seats: small,
            plan_not_served: not_served,
            not_paid_or_not_active: not_paid,
        },
    }
}

fn other_policy(policy: &Policy, otherwise: &Otherwise) -> OtherPolicyPart {
    let differences = &otherwise.differences;
    let counts = differences.gain.iter().zip(&differences.lose);
    let part = |(entitlement, (gain, lose)): (&Entitlement, (&u64, &u64))| OtherEntitlementPart {
        entitlement: entitlement.name.clone(),
        would_gain: *gain,
        would_lose: *lose,
    };
    OtherPolicyPart {
        policy: otherwise.policy.clone(),
        customers_with_other_help: differences.customers,
        entitlements: policy.entitlements.iter().zip(counts).map(part).collect(),
        words: otherwise.words.clone(),
    }
}

fn entitlements(policy: &Policy, verdicts: &VerdictCounts) -> Vec<EntitlementPart> {
    let counts = verdicts.granted.iter().zip(&verdicts.confirm);
    policy
        .entitlements
        .iter()
        .zip(counts)
        .map(|(entitlement, (granted, confirm))| EntitlementPart {
            entitlement: entitlement.name.clone(),
            customers: granted.rows,
            to_confirm: confirm.rows,
            paid_seats: granted.seats,
        })
        .collect()
}
