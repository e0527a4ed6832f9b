//! The Run sheet: what was read, how it was understood, by which program and policy; nothing that varies between two
//! equal runs.

use crate::PROGRAM;
use crate::about::{About, Form};
use crate::changes::{Origin, Since};
use crate::diagnostic::excerpt;
use crate::plans::Edition;
use crate::plans::own::OwnCatalogue;
use crate::policy::Policy;
use crate::report::{Block, CellOut, Page, Sheet, Table, policy as policy_sheet};
use crate::roster::columns::{Columns, Field, Found};
use crate::roster::dated::RosterDate;
use crate::roster::overrides::{Overrides, OverridesFile};
use crate::roster::separators::{Mark, Separators};
use crate::summary::Summary;
use crate::verdict::words::grouped;

/// The name of the sheet.
pub const NAME: &str = "Run";

/// The title of the table of what stands above the headings.
pub const ABOVE: &str = "Above the headings, not part of the roster";

/// How the reason of the seats column ends where the user said what separates thousands.
pub const NUMBERS_SAY: &str = " separates thousands, as `--numbers` says";

/// How the table of columns calls those that are not looked at, because the user says so.
pub const IGNORED: &str = "ignored";

/// Its reason where the user says that the roster has no column for a field.
pub const DECLINED: &str = "the user said that the roster has no such column";

/// Its label of the day that the roster is of.
pub const DATE: &str = "Date";

/// The title of the table that counts the rows.
pub const ROWS: &str = "Rows";

/// Its label of all rows of the roster, blank ones and totals lines too.
pub const READ: &str = "Read";

/// Its label of the rows that have a verdict.
pub const CLASSIFIED: &str = "Classified";

/// Its label of those that have none.
pub const REVIEW: &str = "Needs review";

/// Its labels of the catalogue that is part of the program.
pub const CATALOGUE: &str = "Shipped catalogue";

/// Likewise of its hash.
pub const CATALOGUE_SHA256: &str = "SHA-256 of the shipped catalogue";

/// The title of the table that counts faults and remarks.
pub const FAULTS: &str = "Faults and remarks by code";

/// The title of the table of the user's own catalogues.
pub const CATALOGUES: &str = "Own catalogues";

/// The title of the table that says which earlier night was compared.
pub const COMPARED: &str = "Compared with";

/// Returns the sheet.
#[must_use]
pub fn sheet(
    policy: &Policy,
    (about, date): (&About, Option<&RosterDate>),
    (columns, separators): (&Columns, Separators),
    catalogues: &[OwnCatalogue],
    overrides: Option<&Overrides>,
    since: Option<&Since>,
    summary: &Summary,
) -> Sheet {
    let mut blocks = vec![
        Block::Title("Run".to_owned()),
        Block::Line(
            "Two runs on the same roster of the same date with the same policy, catalogues, overrides, flags and \
             version give the same workbook."
                .to_owned(),
        ),
        Block::Table(input((about, date), summary)),
        Block::Table(mapped(about, columns, separators)),
        Block::Table(counts(summary)),
        Block::Table(faults(summary)),
        Block::Table(program(policy)),
    ];
    if !about.above.is_empty() {
        blocks.insert(4, Block::Table(above(about)));
    }
    if !catalogues.is_empty() {
        blocks.push(Block::Table(own_catalogues(catalogues)));
    }
    blocks.extend(overrides.map(|overrides| Block::Table(overridden(overrides, summary))));
    blocks.extend(since.map(|since| Block::Table(compared(since))));
    Sheet {
        name: NAME,
        widths: vec![34.0, 70.0, 44.0, 40.0],
        page: Page::Landscape,
        blocks,
        names: Vec::new(),
    }
}

fn pair(label: &str, text: impl Into<String>) -> Vec<CellOut> {
    vec![CellOut::label(label), CellOut::wrapped(text)]
}

/// A label with a count right behind it.
pub(super) fn count(label: &str, count: u64) -> Vec<CellOut> {
    vec![CellOut::label(label), CellOut::count_beside(count)]
}

fn input((about, date): (&About, Option<&RosterDate>), summary: &Summary) -> Table {
    let mut rows = vec![
        pair("File", about.name.clone()),
        pair("Size", format!("{} bytes", grouped(about.bytes))),
        pair("SHA-256", about.sha256.clone()),
    ];
    rows.extend(date.map(|date| pair(DATE, format!("{} ({})", date.date, date.because()))));
    match &about.form {
        Form::Text { encoding, guess, delimiter } => {
            rows.push(pair("Kind", "text"));
            rows.push(pair("Encoding", encoding_name(encoding, *guess)));
            rows.push(pair("Delimiter", delimiter_name(*delimiter)));
            rows.push(pair("Headings in line", header_row(about)));
        }
        Form::Workbook { sheet, others } => {
            rows.push(pair("Kind", "workbook"));
            rows.push(pair("Sheet", sheet.clone()));
            rows.push(pair(
                "Other sheets, not read",
                if others.is_empty() { "none".to_owned() } else { others.join(", ") },
            ));
            rows.push(pair("Headings in row", header_row(about)));
        }
        Form::Parquet { parts, .. } => {
            rows.push(pair("Kind", "Parquet"));
            if !parts.is_empty() {
                rows.push(pair("Files in the folder", grouped(parts.len() as u64)));
            }
        }
    }
    rows.extend(about.remarks(summary.read, summary.hidden).into_iter().map(|remark| pair("Remark", remark)));
    Table { title: "Roster".to_owned(), rows, ..Table::default() }
}

/// What is behind the row of the headings where the user named it.
pub const ROW_NAMED: &str = " (named by the user)";

fn header_row(about: &About) -> String {
    let named = if about.is_header_row_named { ROW_NAMED } else { "" };
    format!("{}{named}", grouped(about.header_row))
}

/// Returns an encoding, and how it was guessed if it was.
#[must_use]
pub fn encoding_name(encoding: &str, guess: Option<&str>) -> String {
    guess.map_or_else(|| encoding.to_owned(), |guess| format!("{encoding} ({guess})"))
}

/// Returns a delimiter in words.
#[must_use]
pub fn delimiter_name(delimiter: char) -> String {
    match delimiter {
        ',' => "comma".to_owned(),
        ';' => "semicolon".to_owned(),
        '\t' => "tab".to_owned(),
        '|' => "vertical bar".to_owned(),
        other => other.to_string(),
    }
}

fn mapped(about: &About, columns: &Columns, separators: Separators) -> Table {
    let row = |found: &Found| {
        let column = found
            .column
            .map_or("-".to_owned(), |column| format!("{} of {}", column + 1, about.headings.len()));
        let others = if found.others.is_empty() {
            String::new()
        } else {
            format!("; would also fit: {}", found.others.join(", "))
        };
        vec![
            CellOut::label(found.field.word()),
            CellOut::wrapped(found.heading.clone()),
            CellOut::wrapped(format!(
                "{}{others}{}",
                found.why(&|heading| format!("`{heading}`")),
                if found.field == Field::Seats { separators_words(about, separators) } else { String::new() }
            )),
            CellOut::text(column),
        ]
    };
    let mut rows: Vec<_> = columns.found.iter().map(row).collect();
    rows.extend(columns.unread.iter().map(|unread| {
        vec![
            CellOut::label("not read"),
            CellOut::wrapped(unread.heading.clone()),
            CellOut::wrapped(unread.why.clone()),
            CellOut::text(format!("{} of {}", unread.column + 1, about.headings.len())),
        ]
    }));
    rows.extend(settled(about, columns));
    if let Some(export) = columns.export {
        let warning = export.repeats.warning().unwrap_or_default();
        let row = vec![
            CellOut::label("export"),
            CellOut::wrapped(export.name),
            CellOut::wrapped(warning),
            CellOut::text("-"),
        ];
        rows.insert(0, row);
    }
    Table {
        title: "Columns".to_owned(),
        headings: ["Read as", "Heading", "Why", "Column"].map(str::to_owned).to_vec(),
        rows,
        ..Table::default()
    }
}

/// Returns the lines of what the user said is not to be read.
fn settled(about: &About, columns: &Columns) -> Vec<Vec<CellOut>> {
    let ignored = columns.ignored.iter().map(|column| {
        vec![
            CellOut::label(IGNORED),
            CellOut::wrapped(about.headings.get(*column).cloned().unwrap_or_default()),
            CellOut::wrapped("the user said that it is neither read nor watched"),
            CellOut::text(format!("{} of {}", column + 1, about.headings.len())),
        ]
    });
    let declined = columns.declined.iter().map(|field| {
        vec![
            CellOut::label(field.word()),
            CellOut::wrapped("none"),
            CellOut::wrapped(DECLINED),
            CellOut::text("-"),
        ]
    });
    ignored.chain(declined).collect()
}

/// Returns what the other values of the seats column say of `1.234`, with what goes before; empty where they say
/// nothing.
#[must_use]
pub fn separators_words(about: &About, separators: Separators) -> String {
    let place = about.record_word();
    if let Some(mark) = separators.given() {
        return format!("; `{}`{NUMBERS_SAY}", mark.character());
    }
    match separators.thousands() {
        // A comma does where nothing says otherwise.
        Some((Mark::Comma, _)) => String::new(),
        Some((mark, number)) => {
            format!("; `{}` separates thousands, as {place} {number} shows", mark.character())
        }
        None if separators.are_mixed() => "; its values disagree on what separates thousands".to_owned(),
        None => match separators.mark() {
            Some(mark) => {
                format!(
                    "; `{}` separates thousands, as the delimiter and other numbers show",
                    mark.character()
                )
            }
            None => String::new(),
        },
    }
}

fn above(about: &About) -> Table {
    let row = |(number, cells): &(u64, Vec<String>)| {
        vec![
            CellOut::label(grouped(*number)),
            CellOut::wrapped(
                cells.iter().filter(|cell| !cell.is_empty()).cloned().collect::<Vec<_>>().join(" | "),
            ),
        ]
    };
    Table {
        title: ABOVE.to_owned(),
        headings: ["Row", "Text"].map(str::to_owned).to_vec(),
        rows: about.above.iter().map(row).collect(),
        ..Table::default()
    }
}

fn counts(summary: &Summary) -> Table {
    Table {
        title: ROWS.to_owned(),
        headings: Vec::new(),
        rows: vec![
            count(READ, summary.read),
            count(CLASSIFIED, summary.classified()),
            count(REVIEW, summary.review()),
            count("Blank", summary.blank),
            count("Footer", summary.footer),
        ],
        ..Table::default()
    }
}

fn faults(summary: &Summary) -> Table {
    let rows: Vec<_> = summary.faults.iter().map(|(code, faults)| count(code.as_str(), *faults)).collect();
    Table {
        title: FAULTS.to_owned(),
        headings: ["Code", "Count"].map(str::to_owned).to_vec(),
        rows: if rows.is_empty() { vec![count("none", 0)] } else { rows },
        ..Table::default()
    }
}

fn own_catalogues(catalogues: &[OwnCatalogue]) -> Table {
    let number = |count: usize| CellOut::count_beside(u64::try_from(count).unwrap_or(u64::MAX));
    let row = |own: &OwnCatalogue| {
        vec![
            CellOut::wrapped(own.name.clone()),
            CellOut::wrapped(own.sha256.clone()),
            number(own.products),
            number(own.spellings),
        ]
    };
    Table {
        title: CATALOGUES.to_owned(),
        headings: ["File", "SHA-256", "Products added", "Other spellings added"].map(str::to_owned).to_vec(),
        rows: catalogues.iter().map(row).collect(),
        ..Table::default()
    }
}

fn overridden(overrides: &Overrides, summary: &Summary) -> Table {
    let unused = overrides.unused(&summary.override_lines);
    let mut rows = vec![pair("File", overrides.name()), pair("SHA-256", overrides.sha256())];
    if overrides.files().nth(1).is_some() {
        let sum = |file: &OverridesFile| pair(&format!("SHA-256 of {}", file.name), file.sha256.clone());
        rows.extend(overrides.files().map(sum));
    }
    rows.extend([
        count("Lines", u64::try_from(overrides.count()).unwrap_or(u64::MAX)),
        count("Rows set", summary.overridden),
        pair("Fitting no row", if unused.is_empty() { "none".to_owned() } else { overrides.listed(&unused) }),
    ]);
    Table { title: "Overrides".to_owned(), rows, ..Table::default() }
}

/// What the earlier night was; what it says of itself is not ours, and may be long.
fn compared(since: &Since) -> Table {
    let Origin { name, sha256, program, policy, policy_sha256, catalogues_sha256, overrides_sha256 } =
        &since.origin;
    let none = || "none".to_owned();
    let hash = |text: &str| text.chars().take(64).collect::<String>();
    let mut rows = vec![
        pair("File", name.clone()),
        pair("Kind", since.kind()),
        pair("SHA-256", sha256.clone()),
        pair("Program", excerpt(program)),
        pair("Policy", excerpt(policy)),
        pair(policy_sheet::SHA256, hash(policy_sha256)),
        pair(
            "SHA-256 of own catalogues",
            if catalogues_sha256.is_empty() {
                none()
            } else {
                catalogues_sha256.iter().map(|text| hash(text)).collect::<Vec<_>>().join(", ")
            },
        ),
        pair("SHA-256 of the overrides", overrides_sha256.as_deref().map_or_else(none, hash)),
    ];
    rows.extend(since.remarks.iter().map(|remark| pair("Remark", remark.clone())));
    Table { title: COMPARED.to_owned(), rows, ..Table::default() }
}

fn program(policy: &Policy) -> Table {
    let edition = Edition::shipped();
    Table {
        title: "Program and policy".to_owned(),
        headings: Vec::new(),
        rows: vec![
            pair("Program", PROGRAM),
            pair("Policy", format!("{}, effective {}", policy.name, policy.effective)),
            pair(policy_sheet::SHA256, policy.sha256.clone()),
            pair(CATALOGUE, format!("as of {}", edition.as_of)),
            pair(CATALOGUE_SHA256, edition.sha256.clone()),
        ],
        ..Table::default()
    }
}
