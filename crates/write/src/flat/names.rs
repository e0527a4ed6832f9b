//! Names of columns for files in which each has to have one of its own.

use crate::model::Field;
use std::collections::{HashMap, HashSet};

/// Returns a name for each column, all of them different whatever their case: its heading, with ` (2)` and so on behind
/// it where it stands there again, or `Column 3` where there is none.
pub(super) fn unique(fields: &[Field]) -> Vec<String> {
    let key = |name: &str| name.trim().to_lowercase();
    // Nobody else gets a name that stands there as a heading.
    let headings: HashSet<String> = fields.iter().map(|field| key(&field.heading)).collect();
    let mut taken = HashSet::new();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut names = Vec::with_capacity(fields.len());
    for (column, field) in (1..).zip(fields) {
        let is_blank = field.heading.trim().is_empty();
        let wanted = if is_blank { format!("Column {column}") } else { field.heading.clone() };
        let is_own = |name: &str| !is_blank || !headings.contains(name);
        if is_own(&key(&wanted)) && taken.insert(key(&wanted)) {
            names.push(wanted);
            continue;
        }
        let number = numbers.entry(key(&wanted)).or_insert(1);
        let name = loop {
            *number += 1;
            let name = format!("{wanted} ({number})");
            if !headings.contains(&key(&name)) && taken.insert(key(&name)) {
                break name;
            }
        };
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Kind;

    fn named(headings: &[&str]) -> Vec<String> {
        let field = |heading: &&str| Field { heading: (*heading).to_owned(), kind: Kind::Roster };
        unique(&headings.iter().map(field).collect::<Vec<_>>())
    }

    #[test]
    fn headings_that_stand_there_once_are_the_names() {
        assert_eq!(named(&["Tenant", " Plan ", "Paid seats"]), ["Tenant", " Plan ", "Paid seats"]);
    }

    #[test]
    fn others_get_a_number_that_no_heading_has() {
        assert_eq!(named(&["A", "a", "A (2)", "A ", ""]), ["A", "a (3)", "A (2)", "A  (4)", "Column 5"]);
        assert_eq!(named(&["", "Column 1", " "]), ["Column 1 (2)", "Column 1", "Column 3"]);
        let many = vec!["x"; 16_300];
        let names: HashSet<String> = named(&many).into_iter().collect();
        assert_eq!(names.len(), many.len());
    }
}
