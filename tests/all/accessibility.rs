//! Whether everybody can read the workbook: looked for in its own XML.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

use crate::support::{job, parts};
use fasttrack_roster::job::annotate as run;
use fasttrack_roster::job::unwatched;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Contrast of text that everybody can read. Source: WCAG 2.2, success criterion 1.4.6 (enhanced).
const LEAST_CONTRAST: f64 = 7.0;

/// Annotates the sample, with all that is only there on demand.
fn annotated(folder: &Path) -> PathBuf {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/roster.csv");
    let output = folder.join("out.xlsx");
    run(&job(&sample, &output), &unwatched).unwrap();
    output
}

fn part(workbook: &Path, name: &str) -> String {
    let [(_, text)] = parts(workbook, name).try_into().unwrap();
    text
}

/// The elements of a name, each from its `<` to its end.
fn elements<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(&open) {
        let element = &rest[at..];
        rest = &element[open.len()..];
        if !rest.starts_with([' ', '>', '/']) {
            continue;
        }
        let head = element.find('>').unwrap() + 1;
        let end =
            if element[..head].ends_with("/>") { head } else { element.find(&close).unwrap() + close.len() };
        found.push(&element[..end]);
    }
    found
}

fn attribute<'t>(element: &'t str, name: &str) -> Option<&'t str> {
    let head = &element[..element.find('>')?];
    head.split_once(&format!(" {name}=\""))?.1.split_once('"').map(|(value, _)| value)
}

/// Relative luminance of an `AARRGGBB` color. Source: WCAG 2.2.
fn luminance(color: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(2) + 0.7152 * channel(4) + 0.0722 * channel(6)
}

fn contrast(left: &str, right: &str) -> f64 {
    let (left, right) = (luminance(left), luminance(right));
    (left.max(right) + 0.05) / (left.min(right) + 0.05)
}

const BLACK: &str = "FF000000";
const WHITE: &str = "FFFFFFFF";

/// The color of a font; without one, or with that of the theme's text, it is black.
fn ink(font: &str) -> String {
    let color = elements(font, "color").first().and_then(|color| attribute(color, "rgb"));
    color.unwrap_or(BLACK).to_owned()
}

/// The color behind a cell; without one it is white.
fn ground(fill: &str, name: &str) -> String {
    elements(fill, name).first().and_then(|color| attribute(color, "rgb")).unwrap_or(WHITE).to_owned()
}

#[test]
fn every_pair_of_colors_has_contrast() {
    let folder = tempfile::tempdir().unwrap();
    let styles = part(&annotated(folder.path()), "xl/styles.xml");
    let section = |name: &str| elements(&styles, name)[0];
    let fonts: Vec<String> = elements(section("fonts"), "font").into_iter().map(ink).collect();
    let fills: Vec<String> =
        elements(section("fills"), "fill").into_iter().map(|fill| ground(fill, "fgColor")).collect();
    let number = |xf: &str, name: &str| attribute(xf, name).unwrap().parse::<usize>().unwrap();
    let mut pairs: BTreeSet<(String, String)> = elements(section("cellXfs"), "xf")
        .into_iter()
        .map(|xf| (fonts[number(xf, "fontId")].clone(), fills[number(xf, "fillId")].clone()))
        .collect();
    assert!(pairs.len() > 8, "{pairs:?}");
    // A highlight changes the ground of plain cells alone.
    let highlights = elements(section("dxfs"), "dxf");
    assert!(highlights.len() > 4);
    for highlight in highlights {
        let fill = elements(highlight, "fill");
        let text = elements(highlight, "font").first().map_or(BLACK.to_owned(), |font| ink(font));
        pairs.extend(fill.first().map(|fill| (text.clone(), ground(fill, "bgColor"))));
    }
    for (ink, ground) in &pairs {
        let found = contrast(ink, ground);
        assert!(found >= LEAST_CONTRAST, "#{ink} on #{ground} has a contrast of {found:.1}");
    }
}

#[test]
fn every_chart_is_told_in_words_with_its_figures() {
    let folder = tempfile::tempdir().unwrap();
    let workbook = annotated(folder.path());
    let drawings = parts(&workbook, "xl/drawings/drawing");
    let frames: Vec<&str> =
        drawings.iter().flat_map(|(_, text)| elements(text, "xdr:graphicFrame")).collect();
    assert_eq!(frames.len(), parts(&workbook, "xl/charts/chart").len());
    assert_eq!(frames.len(), 3);
    let charts = parts(&workbook, "xl/charts/chart");
    for (_, chart) in &charts {
        assert!(chart.contains("<c:title>") && chart.contains("<c:showVal val=\"1\"/>"));
    }
    for frame in frames {
        let words = attribute(elements(frame, "xdr:cNvPr")[0], "descr").unwrap();
        let figures = words.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()).count();
        assert!(words.len() > 60 && figures >= 5, "{words}");
    }
}

#[test]
fn tables_have_their_headings_in_sight_and_on_every_page() {
    let folder = tempfile::tempdir().unwrap();
    let workbook = annotated(folder.path());
    let book = part(&workbook, "xl/workbook.xml");
    let names: Vec<&str> =
        elements(&book, "sheet").into_iter().map(|sheet| attribute(sheet, "name").unwrap()).collect();
    let streamed = ["Roster", "Tenants", "Onboarding", "Other policy", "Review"];
    for (number, name) in (1..).zip(&names) {
        let sheet = part(&workbook, &format!("xl/worksheets/sheet{number}.xml"));
        assert!(!sheet.contains("<mergeCell"), "{name} has merged cells");
        assert!(sheet.contains("<pageSetup") && sheet.contains("fitToPage"), "{name} prints as it comes");
        assert!(sheet.contains("Page &amp;P of &amp;N"), "{name} has no page numbers");
        let is_list = streamed.contains(name)
            || ["Next steps", "At risk", "Review summary", "To settle"].contains(name);
        assert_eq!(sheet.contains("state=\"frozen\""), is_list, "{name}");
        let index = number - 1;
        let titles = elements(&book, "definedName").into_iter().any(|defined| {
            attribute(defined, "name") == Some("_xlnm.Print_Titles")
                && attribute(defined, "localSheetId") == Some(&index.to_string())
        });
        assert_eq!(titles, is_list, "{name} repeats its headings");
    }
    assert!(streamed.iter().all(|name| names.contains(name)));
    // Tables know which of their rows is the heading.
    for (name, table) in parts(&workbook, "xl/tables/") {
        assert!(!table.contains("headerRowCount=\"0\""), "{name}");
        assert!(
            elements(&table, "tableColumn")
                .into_iter()
                .all(|column| attribute(column, "name").is_some_and(|name| name.len() > 2))
        );
    }
}

#[test]
fn no_color_says_what_no_word_says() {
    let folder = tempfile::tempdir().unwrap();
    let workbook = annotated(folder.path());
    let styles = part(&workbook, "xl/styles.xml");
    let fills: Vec<String> = elements(elements(&styles, "fills")[0], "fill")
        .into_iter()
        .map(|fill| ground(fill, "fgColor"))
        .collect();
    let is_colored: Vec<bool> = elements(elements(&styles, "cellXfs")[0], "xf")
        .into_iter()
        .map(|xf| fills[attribute(xf, "fillId").unwrap().parse::<usize>().unwrap()] != WHITE)
        .collect();
    let mut colored = BTreeMap::new();
    for (name, sheet) in parts(&workbook, "xl/worksheets/sheet") {
        for cell in elements(&sheet, "c") {
            let style = attribute(cell, "s").map_or(0, |style| style.parse::<usize>().unwrap());
            if is_colored[style] {
                *colored.entry(name.clone()).or_insert(0) += 1;
                assert!(
                    cell.contains("<v>") || cell.contains("<t"),
                    "{name}: {cell} is colored and says nothing"
                );
            }
        }
        // What is highlighted is so for a word.
        for rule in elements(&sheet, "cfRule") {
            assert!(rule.contains("=\"") || rule.contains("LEN("), "{name}: {rule}");
        }
    }
    assert!(colored.len() > 4, "{colored:?}");
}

#[test]
fn the_workbook_says_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let workbook = annotated(folder.path());
    let core = part(&workbook, "docProps/core.xml");
    for name in ["dc:title", "dc:subject", "dc:creator"] {
        assert!(elements(&core, name)[0].len() > 2 * name.len() + 10, "{name}");
    }
    // Of the roster, the policy and the shipped catalogue.
    let custom = part(&workbook, "docProps/custom.xml");
    let hashes = elements(&custom, "vt:lpwstr")
        .into_iter()
        .filter(|hash| hash.len() == 64 + "<vt:lpwstr></vt:lpwstr>".len());
    assert_eq!(hashes.count(), 3, "{custom}");
    // Our columns are explained, each beside its heading: on Next steps, At risk, Roster, Tenants, Onboarding, Other
    // policy, Review, Review summary, To settle.
    let notes = parts(&workbook, "xl/comments").into_iter();
    let counts: Vec<usize> = notes.map(|(_, notes)| elements(&notes, "comment").len()).collect();
    let entitlements = 4;
    assert_eq!(
        counts,
        [11, 11, crate::support::OURS.len() + 3, 17 + entitlements, 13, 10, 17, 5, 6],
        "a heading that says it itself has none"
    );
}
