//! The rosters in `samples/`: one as text, one as a workbook that a person made; both say the same.

use calamine::{Data, Reader, Xlsx, open_workbook};
use fasttrack_roster::job::unwatched;
use fasttrack_roster::job::{Done, Job, annotate};
use fasttrack_roster::output_fields::{Appears, output_fields};
use fasttrack_roster::policy::Policy;
use fasttrack_roster::verdict::words::tier_name;
use std::error::Error;
use std::path::{Path, PathBuf};

const CSV: &str = "roster.csv";
const WORKBOOK: &str = "roster.xlsx";

type Tried<T> = Result<T, Box<dyn Error>>;

/// The columns that both samples begin with.
const OWN_COLUMNS: usize = 11;

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)
}

fn annotated(name: &str, output: &Path, policy: Policy) -> Tried<Done> {
    Ok(annotate(&job(name, output, policy), &unwatched)?)
}

fn job(name: &str, output: &Path, policy: Policy) -> Job {
    Job { policy, ..crate::support::job(&sample(name), output) }
}

fn default_policy() -> Tried<Policy> {
    Ok(Policy::default_shipped()?)
}

/// The Roster sheet of a sample's workbook, headings first, every cell as text.
fn roster_sheet(name: &str) -> Tried<Vec<Vec<String>>> {
    let folder = tempfile::tempdir()?;
    let output = folder.path().join("annotated.xlsx");
    annotated(name, &output, default_policy()?)?;
    let mut workbook: Xlsx<_> = open_workbook(&output)?;
    let range = workbook.worksheet_range("Roster")?;
    Ok(range.rows().map(|cells| cells.iter().map(Data::to_string).collect()).collect())
}

/// The rows of a Roster sheet, our columns only.
fn verdicts(name: &str) -> Tried<Vec<Vec<String>>> {
    Ok(roster_sheet(name)?.into_iter().map(|cells| cells.into_iter().skip(OWN_COLUMNS).collect()).collect())
}

fn customers_by_tier(done: &Done, policy: &Policy) -> Vec<(String, u64)> {
    done.summary
        .tiers()
        .map(|tier| (tier_name(policy, tier).to_owned(), done.summary.tier(tier).rows))
        .filter(|(_, customers)| *customers > 0)
        .collect()
}

#[test]
fn the_text_and_the_workbook_get_the_same_verdicts() -> Tried<()> {
    let (text, workbook) = (verdicts(CSV)?, verdicts(WORKBOOK)?);
    for (row, (left, right)) in text.iter().zip(&workbook).enumerate() {
        // Where a row is in the roster is another place in each.
        let but_source = |cells: &[String]| cells.split_last().map(|(_, cells)| cells.to_vec());
        assert_eq!(but_source(left), but_source(right), "row {} of the Roster sheet", row + 1);
    }
    assert_eq!(text.len(), workbook.len());
    Ok(())
}

#[test]
fn our_columns_stand_behind_the_rosters_own_in_their_order() -> Tried<()> {
    let policy = default_policy()?;
    let fields = output_fields(&policy).into_iter();
    let fields = fields
        .filter(|field| matches!(field.appears, Appears::Always | Appears::WithRepeats | Appears::Last));
    let expected: Vec<String> = fields.filter_map(|field| field.heading).collect();
    assert_eq!(verdicts(CSV)?[0], expected);
    assert_eq!(verdicts(WORKBOOK)?[0], expected);
    Ok(())
}

#[test]
fn every_row_of_the_sample_is_accounted_for() -> Tried<()> {
    for name in [CSV, WORKBOOK] {
        let folder = tempfile::tempdir()?;
        let summary = annotated(name, &folder.path().join("annotated.xlsx"), default_policy()?)?.summary;
        let counts = (summary.read, summary.classified(), summary.review(), summary.blank, summary.footer);
        assert_eq!(counts, (41, 35, 4, 1, 1), "{name}");
    }
    Ok(())
}

#[test]
fn the_sample_has_customers_on_every_tier() -> Tried<()> {
    let policy = default_policy()?;
    let folder = tempfile::tempdir()?;
    let done = annotated(CSV, &folder.path().join("annotated.xlsx"), policy.clone())?;
    let expected = [("Portal", 6), ("Q&A", 10), ("Specialist", 8), ("Migration", 11), ("Needs review", 4)];
    assert_eq!(customers_by_tier(&done, &policy), expected.map(|(tier, rows)| (tier.to_owned(), rows)));
    Ok(())
}

#[test]
fn the_messy_rows_of_the_sample_have_one_fault_each() -> Tried<()> {
    for name in [CSV, WORKBOOK] {
        let folder = tempfile::tempdir()?;
        let summary = annotated(name, &folder.path().join("annotated.xlsx"), default_policy()?)?.summary;
        let faults: Vec<(&str, u64)> =
            summary.faults.iter().map(|(code, rows)| (code.as_str(), *rows)).collect();
        // Two of its plans are doubtful in price, which is a remark.
        let codes = [
            ("plan-price-doubtful", 2),
            ("plan-unknown", 1),
            ("seats-missing", 1),
            ("seats-not-whole", 1),
            ("segment-unknown", 1),
            ("tenant-elsewhere", 1),
        ];
        assert_eq!(faults, codes, "{name}");
    }
    Ok(())
}

#[test]
fn an_agreement_from_100_seats_lifts_commercial_customers_to_the_specialist() -> Tried<()> {
    let text = std::fs::read_to_string(sample("policy-example.toml"))?;
    let policy = Policy::read(&text, "policy-example.toml")?;
    let folder = tempfile::tempdir()?;
    let done = annotated(CSV, &folder.path().join("annotated.xlsx"), policy.clone())?;
    // Wingtip Toys, with 149 seats, is the one commercial customer between 100 and 149.
    let expected = [("Portal", 6), ("Q&A", 9), ("Specialist", 9), ("Migration", 11), ("Needs review", 4)];
    assert_eq!(customers_by_tier(&done, &policy), expected.map(|(tier, rows)| (tier.to_owned(), rows)));
    Ok(())
}

#[test]
fn every_line_of_the_sample_overrides_fits_a_row_of_both_samples() -> Tried<()> {
    for name in [CSV, WORKBOOK] {
        let folder = tempfile::tempdir()?;
        let job = Job {
            overrides: vec![sample("overrides.csv")],
            ..job(name, &folder.path().join("annotated.xlsx"), default_policy()?)
        };
        let done = annotate(&job, &unwatched)?;
        assert_eq!((done.summary.overridden, done.summary.review()), (5, 1), "{name}");
        let unused = done.overrides.map(|overrides| overrides.unused(&done.summary.override_lines));
        assert_eq!(unused, Some(Vec::new()), "{name}");
    }
    Ok(())
}

#[test]
fn the_sample_catalogue_has_no_fault_and_its_names_are_read() -> Tried<()> {
    let loaded = fasttrack_roster::job::catalogues::load(&[sample("catalogue.csv")])?;
    assert_eq!((loaded.own[0].products, loaded.own[0].spellings), (3, 5));
    for (written, key) in [
        ("workplace e3", "CWS_E3"),
        ("Arbeitsplatz Komplett", "SPE_E3"),
        ("contoso phone flat", "Contoso Phone"),
    ] {
        let found = loaded.catalogue.find(written).map(|found| found.plan.key().to_owned());
        assert_eq!(found.ok().as_deref(), Some(key));
    }
    Ok(())
}

#[test]
fn a_hyperlink_formula_written_as_text_stays_text() -> Tried<()> {
    for name in [CSV, WORKBOOK] {
        let links =
            roster_sheet(name)?.into_iter().filter(|cells| cells[2].starts_with("=HYPERLINK(")).count();
        assert_eq!(links, 1, "{name}");
    }
    Ok(())
}

#[test]
fn customer_numbers_keep_their_leading_zeros_in_the_text() -> Tried<()> {
    assert_eq!(roster_sheet(CSV)?[1][0], "00117");
    Ok(())
}
