//! What a run found, in words for a person at a terminal or for a scheduler's log.

use fasttrack_roster::about::Form;
use fasttrack_roster::changes::words_of_counts;
use fasttrack_roster::diagnostic::{excerpt, visible};
use fasttrack_roster::job::files::Files;
use fasttrack_roster::job::split::Parts;
use fasttrack_roster::job::{Done, FAULTS_SHOWN, TableWritten, TablesWritten};
use fasttrack_roster::policy::Policy;
use fasttrack_roster::report::run::{delimiter_name, encoding_name, separators_words};
use fasttrack_roster::roster::columns::{Field, Flag, Found};
use fasttrack_roster::tenants::GAVE_UP;
use fasttrack_roster::verdict::words::{counted, grouped, tier_name};
use std::fmt::Write as _;
use std::time::Duration;

/// Workbooks of values that are named.
const FILES_SHOWN: usize = 40;

/// Values of a column that `check` shows.
const SAMPLES: usize = 3;

/// Returns what a run found; `is_check` = no workbook was asked for.
pub(super) fn told(policy: &Policy, done: &Done, is_check: bool, took: Duration) -> String {
    let mut text = faults(done, is_check);
    text.push_str(&roster(done, is_check));
    text.push_str(&rows(policy, done));
    text.push_str(&to_settle(done, is_check));
    text.push_str(&tenants(done, is_check));
    text.push_str(&since(done));
    text.push_str(&split(done));
    text.push_str(&files(done));
    for own in &done.catalogues {
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let products = counted(number(own.products), "product", "products");
        let spellings = counted(number(own.spellings), "other spelling", "other spellings");
        let _ = writeln!(text, "catalogue {} adds {products} and {spellings}", own.name);
    }
    if let Some(overrides) = &done.overrides {
        let (set, of) = (done.summary.overridden, counted(done.summary.read, "row", "rows"));
        let _ = writeln!(text, "overrides from {}, {} of {of} set", visible(&overrides.name()), grouped(set));
    }
    let _ = write!(text, "policy {}, effective {}", visible(&policy.name), policy.effective);
    if let Some(remark) = policy.poses_as_shipped() {
        let _ = write!(text, "\n  remark: {}", visible(&remark));
    }
    for note in done.overrides.iter().flat_map(|overrides| overrides.notes(&done.summary.override_lines)) {
        let _ = write!(text, "\n{note}");
    }
    text.push_str(&defanged(done));
    text.push_str(&tables(done));
    if let Some(path) = done.written.as_ref().and_then(|written| written.path.as_ref()) {
        let path = visible(&path.display().to_string());
        let _ = write!(text, "\nwrote {path} in {:.1} s", took.as_secs_f64());
    }
    text
}

/// The flat tables that were written.
fn tables(done: &Done) -> String {
    let Some(TablesWritten { folder, files, .. }) = &done.tables else { return String::new() };
    let rows = |file: &TableWritten| format!("{} ({})", file.table.name(), grouped(file.rows));
    let named = files.iter().map(rows).collect::<Vec<_>>().join(", ");
    format!("\ntables in {}: {named}", visible(&folder.display().to_string()))
}

/// What was changed so that no spreadsheet takes it for a formula.
fn defanged(done: &Done) -> String {
    let files = done.tables.iter().flat_map(|tables| &tables.files);
    let all = done.written.iter().chain(files.map(|file| &file.written));
    match all.map(|written| written.defanged).sum::<u64>() {
        0 => String::new(),
        1 => "\n1 cell begins like a formula; it has a ' in front of it in the output".to_owned(),
        cells => {
            format!(
                "\n{} cells begin like formulas; they have a ' in front of them in the output",
                grouped(cells)
            )
        }
    }
}

/// Whether the output holds the annotated roster alone.
fn is_flat(done: &Done) -> bool {
    done.written.as_ref().is_some_and(|written| written.format.is_flat())
}

/// The first faults.
fn faults(done: &Done, is_check: bool) -> String {
    let mut text = String::new();
    for (fault, rows) in &done.faults {
        let _ = writeln!(text, "{}\n", fault.in_rows(*rows));
    }
    let all: u64 = done.summary.faults.values().sum();
    let shown: u64 = done.faults.iter().map(|(_, rows)| rows).sum();
    if all > shown {
        let where_to = match (is_check, is_flat(done)) {
            (true, _) => "`annotate` lists them all",
            (false, true) => "all of them are in the columns `Needs review` and `Remarks`",
            (false, false) => "all of them are on the Review sheet",
        };
        let _ = writeln!(
            text,
            "... and {} more; only the {FAULTS_SHOWN} most frequent are shown, {where_to}\n",
            grouped(all - shown)
        );
    }
    text
}

/// What the roster is, and which column is which.
fn roster(done: &Done, is_check: bool) -> String {
    let mut text = format!("{}\n", about(done));
    for remark in done.about.remarks(done.summary.read, done.summary.hidden) {
        let _ = writeln!(text, "  remark: {}", visible(&remark));
    }
    if let Some(export) = done.columns.export {
        let warning = export.repeats.warning().map_or(String::new(), |warning| format!("; {warning}"));
        let _ = writeln!(text, "  {:<12} {}{warning}", "export", export.name);
    }
    for found in &done.columns.found {
        let _ = writeln!(text, "{}", column(found, done, is_check));
    }
    for unread in &done.columns.unread {
        let flag = Flag::new(unread.field, unread.column, &done.about.headings);
        let (heading, why, word) = (visible(&unread.heading), &unread.why, unread.field.word());
        let _ = writeln!(text, "  not read     `{heading}` ({why}; if it is the {word}, add {flag})");
    }
    text.push_str(&settled(done));
    text
}

/// What became of the rows, and the customers by tier.
fn rows(policy: &Policy, done: &Done) -> String {
    let summary = &done.summary;
    let mut text = format!(
        "{} read = {} classified + {} to review + {} blank + {} footer\n",
        counted(summary.read, "row", "rows"),
        grouped(summary.classified()),
        grouped(summary.review()),
        grouped(summary.blank),
        grouped(summary.footer)
    );
    let [one, several] = if done.customers.is_some() { ["customer", "customers"] } else { ["row", "rows"] };
    for tier in summary.tiers() {
        let count = done.customers().tier(tier);
        if count.rows > 0 {
            let name = tier_name(policy, tier);
            let rows = counted(count.rows, one, several);
            let seats = counted(count.seats, "paid seat", "paid seats");
            let _ = writeln!(text, "  {name:<14}{rows:>22}{seats:>26}");
        }
    }
    text
}

/// Words that were not understood.
fn to_settle(done: &Done, is_check: bool) -> String {
    let (open, beyond) = (done.to_settle.open, done.to_settle.beyond);
    if open == 0 {
        return String::new();
    }
    let words = counted(u64::try_from(open).unwrap_or(u64::MAX), "name or word was", "names or words were");
    let more = if beyond > 0 { ", and more" } else { "" };
    let them = if open == 1 { "it" } else { "them" };
    let where_to = match (is_check, is_flat(done)) {
        (true, _) => format!("`annotate` lists {them} on a sheet To settle"),
        (false, true) => format!("a workbook lists {them} on a sheet To settle (`--format xlsx`)"),
        (false, false) => {
            "fill in the sheet To settle and run again with the workbook as `--overrides`".to_owned()
        }
    };
    format!("{words} not understood{more}; {where_to}\n")
}

/// What stands on several rows.
fn tenants(done: &Done, is_check: bool) -> String {
    let (mut text, tenants) = (String::new(), &done.tenants);
    if tenants.gave_up {
        let _ = writeln!(text, "{GAVE_UP}");
    }
    if tenants.rows > tenants.tenants() {
        let where_to = match (is_check, is_flat(done)) {
            (true, _) => "`annotate` rolls them up",
            (false, true) => "a workbook rolls them up (`--format xlsx`)",
            (false, false) => "see the Tenants sheet",
        };
        let _ = writeln!(
            text,
            "{} on several rows, {} in all; {where_to}",
            counted(tenants.tenants(), "tenant is", "tenants are"),
            grouped(tenants.rows)
        );
    }
    text
}

/// What moved since an earlier night.
fn since(done: &Done) -> String {
    let (mut text, Some(since)) = (String::new(), &done.since) else { return String::new() };
    let name = visible(&since.origin.name);
    let counts = since.moves.as_ref().map(words_of_counts);
    let _ = match (&counts, is_flat(done)) {
        (Some(counts), true) => writeln!(text, "customers since {name}: {counts}"),
        (Some(counts), false) => writeln!(text, "customers since {name}: {counts}; see the Changes sheet"),
        (None, true) => writeln!(text, "since {name}: its totals are in the run report (`--json`)"),
        (None, false) => {
            writeln!(text, "since {name}: its totals are next to the current ones on the Summary sheet")
        }
    };
    for remark in &since.remarks {
        let _ = writeln!(text, "  remark: {}", visible(remark));
    }
    text
}

/// What the customers were split over.
fn split(done: &Done) -> String {
    let Some(Parts { by, parts }) = &done.split else { return String::new() };
    let sheets = u64::try_from(parts.len()).unwrap_or(u64::MAX);
    let mut text = format!("split by {}: {}\n", by.word(), counted(sheets, "sheet", "sheets"));
    for part in parts {
        let _ =
            writeln!(text, "  sheet {:<31} {:>15}", visible(&part.sheet), counted(part.rows, "row", "rows"));
    }
    text
}

/// The workbooks that the customers were split over.
fn files(done: &Done) -> String {
    let Some(Files { by, folder, parts, others }) = &done.files else { return String::new() };
    let count = u64::try_from(parts.len()).unwrap_or(u64::MAX);
    let (by, folder) = (by.word(), folder.display().to_string());
    let mut text =
        format!("split by {by}: {} in {}\n", counted(count, "workbook", "workbooks"), visible(&folder));
    for part in parts.iter().take(FILES_SHOWN) {
        let name = part.written.path.as_ref().and_then(|path| path.file_name()).unwrap_or_default();
        let name = visible(&name.to_string_lossy());
        let _ = writeln!(text, "  {name:<37} {:>15}", counted(part.rows, "row", "rows"));
    }
    let more = count.saturating_sub(u64::try_from(FILES_SHOWN).unwrap_or(u64::MAX));
    if more > 0 {
        let _ = writeln!(text, "  ... and {} more; `--json` names them all", grouped(more));
    }
    if let Some(first) = others.first() {
        let count = counted(u64::try_from(others.len()).unwrap_or(u64::MAX), "workbook", "workbooks");
        let others = if others.len() == 1 { "" } else { " and others" };
        let first = visible(first);
        let _ = writeln!(
            text,
            "  remark: the folder also holds {count} that this run did not write: {first}{others}"
        );
    }
    text
}

fn about(done: &Done) -> String {
    let (about, name) = (&done.about, visible(&done.about.name));
    match &about.form {
        Form::Text { encoding, guess, delimiter } => {
            let (encoding, delimiter) = (encoding_name(encoding, *guess), delimiter_name(*delimiter));
            format!("{name}: text, {encoding}, {delimiter}, headings in line {}", about.header_row)
        }
        Form::Workbook { sheet, .. } => {
            format!("{name}: workbook, sheet `{}`, headings in row {}", visible(sheet), about.header_row)
        }
        Form::Parquet { parts, rows, .. } => {
            let rows = counted(*rows, "row", "rows");
            match parts.len() as u64 {
                0 => format!("{name}: Parquet, {rows}"),
                files => {
                    format!("{name}: folder of {}, {rows}", counted(files, "Parquet file", "Parquet files"))
                }
            }
        }
    }
}

/// The flags that settle what was guessed.
fn settled(done: &Done) -> String {
    let headings = &done.about.headings;
    let flag =
        |found: &Found| found.column.map(|column| Flag::new(found.field, column, headings).to_string());
    let flags: Vec<String> = done.columns.guesses().filter_map(flag).collect();
    if flags.is_empty() {
        return String::new();
    }
    format!(
        "  if a guess is right, confirm it next time with {}, or save all columns with --save-map\n",
        visible(&flags.join(" "))
    )
}

fn column(found: &Found, done: &Done, with_samples: bool) -> String {
    let quoted = |heading: &str| format!("`{}`", visible(heading));
    let mut text =
        format!("  {:<12} {} ({})", found.field.word(), quoted(&found.heading), found.why(&quoted));
    if found.field == Field::Seats {
        text.push_str(&separators_words(&done.about, done.separators));
    }
    if let Some(column) = found.column.filter(|_| with_samples) {
        let cells = done.about.first.iter().filter_map(|cells| cells.get(column));
        let filled = cells.filter(|cell| !cell.trim().is_empty()).take(SAMPLES);
        let samples: Vec<String> = filled.map(|cell| format!("`{}`", visible(&excerpt(cell)))).collect();
        if !samples.is_empty() {
            let _ = write!(text, ": {}", samples.join(", "));
        }
    }
    if !found.others.is_empty() {
        let others: Vec<String> = found.others.iter().map(|other| format!("`{}`", visible(other))).collect();
        let _ = write!(text, "; {} would also fit", others.join(", "));
    }
    text
}
