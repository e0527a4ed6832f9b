//! `docs/columns.md` lists the FastTrack columns as the program has them.
//!
//! `FASTTRACK_BLESS=1 cargo test --test all columns_doc::` writes the lists anew; read them before you commit them.
#![allow(clippy::unwrap_used, reason = "a helper of tests: to fail loudly is its work")]

use fasttrack_roster::output_fields::{Appears, FlatTable, OutputField, TableField, output_fields};
use fasttrack_roster::policy::Policy;
use std::fmt::Write as _;
use std::path::Path;

/// What the lists stand between, each with its name.
const BEGIN: &str = "<!-- list of columns: ";
const END: &str = "<!-- end of the list -->\n";

/// Returns a table of fields; the default policy says what depends on a policy.
fn table(is_listed: impl Fn(&OutputField) -> bool) -> String {
    let mut text = "| heading | `--names machine` | type | what it says | values | from |\n\
                    | --- | --- | --- | --- | --- | --- |\n"
        .to_owned();
    let fields = output_fields(&Policy::default_shipped().unwrap()).into_iter();
    for field in fields.filter(|field| is_listed(field)) {
        let OutputField { name, heading, field_type, unit, meaning, values, source, .. } = field;
        let heading = heading.map_or(String::new(), |heading| format!("`{heading}`"));
        let unit = if unit.is_empty() { String::new() } else { format!(" ({unit})") };
        let cells =
            [heading, format!("`{name}`"), format!("{}{unit}", field_type.word()), meaning, values, source];
        writeln!(text, "| {} |", cells.map(|cell| cell.replace('|', "\\|")).join(" | ")).unwrap();
    }
    text
}

/// Returns the columns of a flat table.
fn of_flat_table(table: FlatTable) -> String {
    let mut text =
        "| heading | `--names machine` | type | what it says |\n| --- | --- | --- | --- |\n".to_owned();
    for field in table.fields(&Policy::default_shipped().unwrap()) {
        let TableField { name, heading, field_type, unit, meaning } = field;
        let heading = heading.map_or(String::new(), |heading| format!("`{heading}`"));
        let unit = if unit.is_empty() { String::new() } else { format!(" ({unit})") };
        let cells = [heading, format!("`{name}`"), format!("{}{unit}", field_type.word()), meaning];
        writeln!(text, "| {} |", cells.map(|cell| cell.replace('|', "\\|")).join(" | ")).unwrap();
    }
    text
}

#[test]
fn the_lists_of_columns_are_those_of_the_program() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join("columns.md");
    let found = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let mut wanted = found.clone();
    let of_sheet = table(|field| field.appears != Appears::InFiles);
    let of_files = table(|field| field.appears == Appears::InFiles);
    let of_rows = [("sheet".to_owned(), of_sheet), ("files".to_owned(), of_files)];
    let of_tables = FlatTable::ALL.map(|table| (format!("table {}", table.name()), of_flat_table(table)));
    for (name, list) in of_rows.into_iter().chain(of_tables) {
        let begin = format!("{BEGIN}{name} -->\n");
        let (before, rest) = wanted.split_once(&begin).unwrap();
        let (_, behind) = rest.split_once(END).unwrap();
        wanted = format!("{before}{begin}{list}{END}{behind}");
    }
    if std::env::var_os("FASTTRACK_BLESS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
        return;
    }
    assert!(
        found == wanted,
        "docs/columns.md is not what the list of columns says; see the head of this file"
    );
}
