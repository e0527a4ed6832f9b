//! What a workbook says of itself: its sheets in order, where their parts stand, its date system, its styles.

use super::package::{Package, damaged, damaged_in};
use super::refused;
use super::sheet::{Styles, attribute, prefixed, walk};
use crate::diagnostic::{Code, excerpt};
use crate::error::Result;
use std::collections::{HashMap, HashSet};

/// A sheet that has cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub name: String,
    pub is_hidden: bool,
    /// The name of its part.
    pub part: String,
}

/// A workbook without its rows.
#[derive(Debug)]
pub(super) struct Book {
    /// In the order of the tabs; at least one, no two of one name.
    pub sheets: Vec<Listed>,
    /// The part with the shared strings, if there is one.
    pub strings: Option<String>,
    pub styles: Styles,
}

/// Reads the parts that describe the workbook.
///
/// # Errors
/// `workbook-damaged`, `workbook-too-large`; `roster-empty` without any sheet that has cells.
pub(super) fn read(package: &mut Package) -> Result<Book> {
    let roots = Relations::read(package, "")?;
    let main =
        roots.of_kind("officeDocument").ok_or_else(|| damaged("it does not say where its sheets are"))?;
    let relations = Relations::read(package, &main)?;
    let (sheets, is_1904) = listed(package, &main, &relations)?;
    check_names(&sheets)?;
    // Careless writers leave out the relation, and Excel looks for the part all the same.
    let find = |kind: &str, usual: &str| {
        let named = relations.of_kind(kind);
        named.or_else(|| Some(resolved(&main, usual)).filter(|usual| package.has(usual)))
    };
    let (strings, styles) = (find("sharedStrings", "sharedStrings.xml"), find("styles", "styles.xml"));
    let styles = match styles {
        Some(part) => {
            let text = package.text(&part)?;
            Styles::read(&text, is_1904).map_err(|harm| damaged_in(&part, &harm))?
        }
        None => Styles::none(is_1904),
    };
    Ok(Book { sheets, strings, styles })
}

/// Returns the sheets that have cells, and whether days are counted from 1904.
fn listed(package: &mut Package, main: &str, relations: &Relations) -> Result<(Vec<Listed>, bool)> {
    let text = package.text(main)?;
    let (mut sheets, mut is_1904) = (Vec::new(), false);
    walk(&text, &mut |around, tag| {
        match (around, tag.local_name().as_ref()) {
            ("workbook", "workbookPr") => {
                let said = attribute(tag, "date1904")?;
                is_1904 = said.is_some_and(|said| matches!(said.trim(), "1" | "true"));
            }
            ("sheets", "sheet") => {
                let name = attribute(tag, "name")?.ok_or("a sheet has no name")?;
                let id = prefixed(tag, "id")?.unwrap_or_default();
                let (kind, part) = relations
                    .targets
                    .get(&id)
                    .ok_or_else(|| format!("the sheet `{name}` is missing from the file"))?;
                // Careless writers have other words for a sheet that is shown.
                let state = attribute(tag, "state")?;
                let is_hidden = state.is_some_and(|state| matches!(&*state, "hidden" | "veryHidden"));
                if kind == "worksheet" {
                    sheets.push(Listed { name, is_hidden, part: part.clone() });
                }
            }
            _ => {}
        }
        Ok(())
    })
    .map_err(|harm| damaged_in(main, &harm))?;
    Ok((sheets, is_1904))
}

pub(super) fn check_names(sheets: &[Listed]) -> Result<()> {
    let mut seen = HashSet::new();
    if let Some(twice) = sheets.iter().find(|sheet| !seen.insert(sheet.name.to_lowercase())) {
        return Err(damaged(&format!("it has two sheets named `{}`", twice.name)));
    }
    if sheets.is_empty() {
        return Err(refused(
            Code::RosterEmpty,
            "the workbook has no sheet with cells",
            "name the workbook with the roster",
        ));
    }
    Ok(())
}

/// What the parts are to the part that they belong to.
pub(super) struct Relations {
    /// The kind, as the last step of its address, and the name of the part, by id; in the order of the file for kinds.
    pub(super) targets: HashMap<String, (String, String)>,
    kinds: Vec<(String, String)>,
}

impl Relations {
    /// Reads the relations of a part; of the archive itself where the name is empty.
    pub(super) fn read(package: &mut Package, of: &str) -> Result<Self> {
        let (folder, name) = of.rsplit_once('/').unwrap_or(("", of));
        let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let part = format!("{folder}_rels/{name}.rels");
        let text = package.text(&part)?;
        let mut relations = Self { targets: HashMap::new(), kinds: Vec::new() };
        let mut seen = HashSet::new();
        walk(&text, &mut |around, tag| {
            if (around, tag.local_name().as_ref()) != ("Relationships", "Relationship") {
                return Ok(());
            }
            let kind = attribute(tag, "Type")?.unwrap_or_default();
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            let target = attribute(tag, "Target")?.unwrap_or_default();
            let id = attribute(tag, "Id")?;
            // Which of two is meant nobody can say, and programs differ.
            if let Some(id) = id.as_ref().filter(|id| !seen.insert((*id).clone())) {
                return Err(format!("two relationships have the id `{}`", excerpt(id)));
            }
            let is_elsewhere = attribute(tag, "TargetMode")?.is_some_and(|mode| mode == "External");
            if !is_elsewhere {
                let target = resolved(of, &target);
                relations.kinds.push((kind.clone(), target.clone()));
                if let Some(id) = id {
                    relations.targets.insert(id, (kind, target));
                }
            }
            Ok(())
        })
        .map_err(|harm| damaged_in(&part, &harm))?;
        Ok(relations)
    }

    /// Returns the name of the first part of a kind.
    pub(super) fn of_kind(&self, wanted: &str) -> Option<String> {
        self.kinds.iter().find(|(kind, _)| kind == wanted).map(|(_, target)| target.clone())
    }
}

/// Returns the name of the part that a target means, seen from another part.
fn resolved(from: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let (folder, _) = from.rsplit_once('/').unwrap_or_default();
    let whole = if target.starts_with('/') { target } else { format!("{folder}/{target}") };
    let mut steps: Vec<&str> = Vec::new();
    for step in whole.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            _ => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests_support::{Parts, code_of, read_all, zipped};

    #[test]
    fn relations_of_one_id_are_refused_wherever_they_point() {
        let book = |relation: &str| {
            let mut list =
                Parts::new("<row><c t=\"str\"><v>Tenant</v></c></row><row><c><v>1</v></c></row>").list();
            for (_, bytes) in list.iter_mut().filter(|(name, _)| name == "xl/_rels/workbook.xml.rels") {
                let text = String::from_utf8(bytes.clone()).unwrap();
                *bytes =
                    text.replace("</Relationships>", &format!("{relation}</Relationships>")).into_bytes();
            }
            zipped(&list.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect::<Vec<_>>())
        };
        let relation =
            |id: &str, rest: &str| book(&format!("<Relationship {id} Type=\"x/x\" Target=\"x.xml\"{rest}/>"));
        assert_eq!(code_of(&relation("Id=\"rId1\"", "")), "workbook-damaged");
        assert_eq!(code_of(&relation("Id=\"rId1\"", " TargetMode=\"External\"")), "workbook-damaged");
        for id in ["", "Id=\"rId2\"", "y:Id=\"rId1\""] {
            assert_eq!(read_all(&relation(id, "")).unwrap().1.len(), 1, "{id}");
        }
    }

    #[test]
    fn only_a_sheet_that_says_it_is_hidden_is_hidden() {
        let book = |state: &str| {
            let mut list = Parts::new("<row><c t=\"str\"><v>Tenant</v></c></row>").list();
            for (_, bytes) in list.iter_mut().filter(|(name, _)| name == "xl/workbook.xml") {
                let text = String::from_utf8(bytes.clone()).unwrap();
                *bytes = text.replace("<sheet ", &format!("<sheet state=\"{state}\" ")).into_bytes();
            }
            zipped(&list.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect::<Vec<_>>())
        };
        for state in ["visible", "show", ""] {
            assert_eq!(read_all(&book(state)).unwrap().0.sheet(), Some("Roster"), "{state}");
        }
        for state in ["hidden", "veryHidden"] {
            assert_eq!(code_of(&book(state)), "sheet-missing", "{state}");
        }
    }

    #[test]
    fn targets_are_resolved_from_the_part_that_names_them() {
        for (from, target, wanted) in [
            ("xl/workbook.xml", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/workbook.xml", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/workbook.xml", "../custom/./sheet.xml", "custom/sheet.xml"),
            ("workbook.xml", "sheet.xml", "sheet.xml"),
            ("", "xl/workbook.xml", "xl/workbook.xml"),
            ("", "/xl\\workbook.xml", "xl/workbook.xml"),
            ("a/b.xml", "../../../c.xml", "c.xml"),
        ] {
            assert_eq!(resolved(from, target), wanted);
        }
    }
}
