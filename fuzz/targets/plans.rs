//! Any text as a plan: found the same whatever its case and blanks, and never found where two plans fit.
#![no_main]

use fasttrack_roster::plans::Catalogue;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::shipped().expect("the shipped catalogue"));

fuzz_target!(|text: &str| {
    let found = CATALOGUE.find(text).map(|found| found.plan);
    if let Ok(plan) = found {
        for other in [format!(" {text}\t"), text.to_ascii_uppercase(), text.to_ascii_lowercase()] {
            assert_eq!(CATALOGUE.find(&other).map(|found| found.plan).ok(), Some(plan), "{other:?}");
        }
        assert!(text.chars().any(char::is_alphanumeric));
    }
    // A search for what is long takes its time, and finds nothing.
    if text.len() < 100 {
        let plans = CATALOGUE.search(text);
        assert!(plans.len() <= CATALOGUE.plans().len());
    }
});
