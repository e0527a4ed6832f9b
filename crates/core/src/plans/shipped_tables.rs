//! Tests of the tables beside the catalogue: they use known words, name each product once and agree with one another.

use super::shipped::{ADDITIONS, ALIASES, CATALOGUE, DOUBTS, SERVICE_PLANS};
use super::table::rows;
use super::words::words;
use super::{FAMILIES, KINDS, PRICES, SEGMENTS, Services};
use crate::fold::fold;
use csv::StringRecord;
use std::collections::{BTreeMap, BTreeSet};

/// Places of columns; the first eight are the same in `additions.csv` and `catalogue.csv`.
const GUID: usize = 0;
const ID: usize = 1;
const NAME: usize = 2;
const SPELLINGS: usize = 8;

fn additions() -> Vec<StringRecord> {
    rows(ADDITIONS, 11).unwrap()
}

fn catalogue() -> Vec<StringRecord> {
    rows(CATALOGUE, 9).unwrap()
}

fn spellings(record: &StringRecord) -> impl Iterator<Item = &str> {
    record[SPELLINGS].split(" | ").filter(|spelling| !spelling.is_empty())
}

/// Returns segment, family, kind and price.
fn words_of(record: &StringRecord) -> [&str; 4] {
    [&record[3], &record[4], &record[5], &record[6]]
}

#[test]
fn additions_have_the_columns_that_a_catalogue_of_ones_own_has() {
    let heading = "guid,id,name,segment,family,kind,price,services,also written as,source,date";
    assert_eq!(ADDITIONS.lines().next(), Some(heading));
}

#[test]
fn additions_use_no_words_but_those_named() {
    for record in additions() {
        let [segment, family, kind, price] = words_of(&record);
        assert!(SEGMENTS.contains(&segment) && FAMILIES.contains(&family), "{record:?}");
        assert!(KINDS.contains(&kind) && PRICES.contains(&price), "{record:?}");
        assert!(Services::from_words(&record[7]).is_some(), "{record:?}");
    }
}

#[test]
fn every_addition_has_a_name_a_source_and_its_date() {
    for record in additions() {
        let date = &record[10];
        let is_date = match date.split_once('-') {
            Some((year, month)) => year.len() == 4 && ("01"..="12").contains(&month),
            None => date.len() == 4,
        };
        assert!(!record[NAME].is_empty() && !record[9].is_empty(), "{record:?}");
        assert!(is_date && date.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit()), "{record:?}");
    }
}

#[test]
fn a_guid_of_an_addition_is_five_groups_in_lower_case() {
    for record in additions().iter().filter(|record| !record[GUID].is_empty()) {
        let groups: Vec<usize> = record[GUID].split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12], "{record:?}");
        assert!(
            record[GUID].bytes().all(|byte| byte == b'-' || matches!(byte, b'0'..=b'9' | b'a'..=b'f')),
            "{record:?}"
        );
    }
}

#[test]
fn no_addition_repeats_a_guid_or_an_id() {
    for column in [GUID, ID] {
        let mut seen: BTreeSet<String> = catalogue().iter().map(|record| fold(&record[column])).collect();
        for record in additions().iter().filter(|record| !record[column].is_empty()) {
            assert!(seen.insert(fold(&record[column])), "{record:?}");
        }
    }
}

#[test]
fn lines_of_one_name_are_the_same_to_a_verdict() {
    let lines = [catalogue(), additions()].concat();
    let mut known: BTreeMap<String, [&str; 4]> = BTreeMap::new();
    for record in &lines {
        let said = *known.entry(fold(&record[NAME])).or_insert_with(|| words_of(record));
        assert_eq!(said, words_of(record), "{record:?}");
    }
}

#[test]
fn another_spelling_names_one_product_and_hides_no_name() {
    let names: BTreeSet<String> =
        [catalogue(), additions()].concat().iter().map(|record| words(&record[NAME])).collect();
    let mut meant: BTreeMap<String, String> =
        rows(ALIASES, 2).unwrap().iter().map(|record| (words(&record[0]), fold(&record[1]))).collect();
    for alias in meant.keys() {
        assert!(!names.contains(alias), "{alias}");
    }
    for record in &additions() {
        for spelling in spellings(record) {
            let spelled = words(spelling);
            assert!(!names.contains(&spelled), "{spelling} of {record:?}");
            let name = fold(&record[NAME]);
            assert_eq!(*meant.entry(spelled).or_insert_with(|| name.clone()), name, "{spelling}");
        }
    }
}

#[test]
fn a_service_plan_is_listed_once_and_is_no_product() {
    let mut seen: BTreeSet<String> =
        [catalogue(), additions()].concat().iter().map(|record| fold(&record[ID])).collect();
    for record in rows(SERVICE_PLANS, 2).unwrap() {
        assert!(seen.insert(fold(&record[0])), "{record:?}");
    }
}

#[test]
fn a_doubt_is_about_a_known_product_and_says_what_to_check() {
    let lines = [catalogue(), additions()].concat();
    for record in rows(DOUBTS, 3).unwrap() {
        let is_known = |line: &StringRecord| [&line[ID], &line[NAME]].contains(&&record[0]);
        assert!(lines.iter().any(is_known), "{record:?}");
        assert!(record[1].is_empty() || SEGMENTS.contains(&&record[1]), "{record:?}");
        assert!(!record[2].is_empty(), "{record:?}");
    }
}
