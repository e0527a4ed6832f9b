//! The exports in `samples/exports/`: each is recognised, needs no flag but the tenant it does not have, and every row
//! of it gets the verdict that stands in `samples/exports/expected/`.
//!
//! `FASTTRACK_BLESS=1 cargo test --test all exports::` writes the expectations anew; read them before you commit them.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of tests: to fail loudly is its work"
)]

use fasttrack_roster::error::{Error, ErrorKind};
use fasttrack_roster::job::{Done, Job};
use fasttrack_roster::roster::columns::{Confidence, TenantFrom};
use fasttrack_roster::roster::exports::{EXPORTS, Repeats};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A sample, and what it has to be taken for.
struct Sample {
    file: &'static str,
    export: &'static str,
    /// The tenant to give, if the export has none.
    tenant: Option<&'static str>,
    repeats: Repeats,
    /// The headings of tenant (empty = given), plan and seats.
    columns: [&'static str; 3],
}

const SAMPLES: [Sample; 10] = [
    Sample {
        file: "admin-center-licenses",
        export: "Microsoft 365 admin center, licenses",
        tenant: Some("Contoso"),
        repeats: Repeats::Nothing,
        columns: ["", "Product Title", "Total Licenses"],
    },
    Sample {
        file: "partner-center-subscriptions",
        export: "Partner Center, subscriptions of a customer",
        tenant: Some("Fabrikam"),
        repeats: Repeats::Nothing,
        columns: ["", "Subscription", "Quantity"],
    },
    Sample {
        file: "csp-license-based-reconciliation",
        export: "CSP license-based reconciliation",
        tenant: None,
        repeats: Repeats::Subscription,
        columns: ["CustomerId", "OfferName", "Quantity"],
    },
    Sample {
        file: "csp-new-commerce-reconciliation",
        export: "CSP new-commerce reconciliation",
        tenant: None,
        repeats: Repeats::Subscription,
        columns: ["CustomerId", "SkuName", "Quantity"],
    },
    Sample {
        file: "msol-account-sku",
        export: "Get-MsolAccountSku",
        tenant: None,
        repeats: Repeats::Nothing,
        columns: ["AccountSkuId", "AccountSkuId", "ActiveUnits"],
    },
    Sample {
        file: "mg-subscribed-sku-with-units",
        export: "Get-MgSubscribedSku with its units",
        tenant: None,
        repeats: Repeats::Nothing,
        columns: ["AccountName", "SkuPartNumber", "Enabled"],
    },
    Sample {
        file: "cipp-license-report",
        export: "CIPP license report",
        tenant: None,
        repeats: Repeats::Nothing,
        columns: ["Tenant", "skuId", "TotalLicenses"],
    },
    Sample {
        file: "fasttrack-insights",
        export: "FastTrack Insights",
        tenant: None,
        repeats: Repeats::Workload,
        columns: ["Tenant ID", "SKU", "PAU"],
    },
    Sample {
        file: "salesforce-accounts",
        export: "Salesforce, accounts",
        tenant: None,
        repeats: Repeats::Nothing,
        columns: ["Account Name", "Product Name", "Licenses Sold"],
    },
    Sample {
        file: "dynamics-accounts",
        export: "Dynamics 365, accounts",
        tenant: None,
        repeats: Repeats::Nothing,
        columns: ["Account Name", "Product", "Seats"],
    },
];

/// The roster as this program's users keep it, and the export whose seats are lost, have tests of their own.
const WITHOUT_A_VERDICT_HERE: [&str; 2] = ["FastTrack roster", "Get-MgSubscribedSku"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join("exports")
}

fn annotated(file: &str, tenant: Option<&str>) -> Result<(Done, String), Error> {
    let place = tempfile::tempdir().unwrap();
    let output = place.path().join("out.xlsx");
    let input = folder().join(format!("{file}.csv"));
    let job = Job { tenant: tenant.map(str::to_owned), ..crate::support::job(&input, &output) };
    let done = crate::support::run(&job)?;
    let verdicts = verdicts(&done, &output);
    Ok((done, verdicts))
}

/// The verdicts of a workbook as lines: whose, what and how many as they were read, then what was made of it.
fn verdicts(done: &Done, output: &Path) -> String {
    const SHOWN: [&str; 5] =
        ["FastTrack segment", "Seats counted", "FastTrack tier", "Migration", "Needs review"];
    let rows = crate::support::sheet(output, "Roster");
    let place = |heading: &str| rows[0].iter().position(|cell| *cell == heading).unwrap();
    let mut text =
        String::from("tenant | plan | seats | segment | seats counted | tier | migration | needs review\n");
    for row in &rows[1..] {
        let tenant = match &done.columns.tenant {
            TenantFrom::Given(name) => name.clone(),
            TenantFrom::Column(column) => crate::support::shown(row, *column),
            TenantFrom::BeforeColon(column) => {
                crate::support::shown(row, *column).split(':').next().unwrap().to_owned()
            }
        };
        let read = [
            tenant,
            crate::support::shown(row, done.columns.plan),
            crate::support::shown(row, done.columns.seats),
        ];
        let made = SHOWN.map(|heading| crate::support::shown(row, place(heading)));
        let cells: Vec<String> = read.into_iter().chain(made).collect();
        writeln!(text, "{}", cells.join(" | ").trim_end()).unwrap();
    }
    text
}

#[test]
fn every_row_of_every_export_gets_its_verdict_without_a_flag_for_its_columns() {
    for sample in SAMPLES {
        let (done, verdicts) = annotated(sample.file, sample.tenant).unwrap();
        let expected = folder().join("expected").join(format!("{}.txt", sample.file));
        if std::env::var_os("FASTTRACK_BLESS").is_some() {
            std::fs::write(&expected, &verdicts).unwrap();
        }
        let expected = std::fs::read_to_string(&expected).unwrap_or_default().replace("\r\n", "\n");
        assert_eq!(verdicts, expected, "{}", sample.file);
        let of = |field: usize| done.columns.found[field].clone();
        assert!((0..3).all(|field| of(field).because.confidence() == Confidence::Certain), "{}", sample.file);
        let [tenant, plan, seats] = sample.columns;
        assert_eq!((of(1).heading.as_str(), of(2).heading.as_str()), (plan, seats), "{}", sample.file);
        assert_eq!(of(0).heading, sample.tenant.unwrap_or(tenant), "{}", sample.file);
    }
}

#[test]
fn every_export_is_recognised_and_says_what_it_repeats() {
    for sample in SAMPLES {
        let (done, _) = annotated(sample.file, sample.tenant).unwrap();
        let export = done.columns.export.unwrap();
        assert_eq!((export.name, export.repeats), (sample.export, sample.repeats));
    }
    let named: Vec<&str> = SAMPLES.iter().map(|sample| sample.export).collect();
    for export in &EXPORTS {
        assert!(
            named.contains(&export.name) || WITHOUT_A_VERDICT_HERE.contains(&export.name),
            "no sample of {}",
            export.name
        );
    }
}

#[test]
fn an_export_without_a_tenant_asks_for_it_by_name() {
    for sample in SAMPLES.iter().filter(|sample| sample.tenant.is_some()) {
        let error = annotated(sample.file, None).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Columns);
        let (who, _) = sample.export.split_once(',').unwrap();
        let said = error.to_string();
        assert!(said.contains(who) && said.contains("--tenant NAME"), "{said}");
        assert_eq!(error.diagnostics.len(), 1, "{said}");
    }
}

#[test]
fn seats_that_were_lost_in_the_export_are_told_with_the_command_that_keeps_them() {
    let error = annotated("mg-subscribed-sku", None).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Columns);
    assert_eq!(error.diagnostics.iter().map(|found| found.code.as_str()).collect::<Vec<_>>(), ["seats-lost"]);
    assert!(error.to_string().contains("$_.PrepaidUnits.Enabled"));
}

#[test]
fn the_sample_roster_is_recognised_as_our_own() {
    for name in ["roster.csv", "roster.xlsx"] {
        let place = tempfile::tempdir().unwrap();
        let input = folder().join("..").join(name);
        let done = crate::support::run(&crate::support::job(&input, &place.path().join("out.xlsx"))).unwrap();
        assert_eq!(done.columns.export.map(|export| export.name), Some("FastTrack roster"));
    }
}
