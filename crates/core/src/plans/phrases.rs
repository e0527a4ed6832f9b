//! The words of product ids and the tiers that show a segment or a price; [`super::words`] reads them.

use super::Price;

pub(super) const EDUCATION: &str = "education";
pub(super) const NONPROFIT: &str = "nonprofit";
pub(super) const GOVERNMENT: &str = "government";

/// Words of a product id, and what they say. The published ids join them with `_`.
pub(super) const ID_WORDS: &[(&str, Option<&str>, Option<Price>)] = &[
    ("edu", Some(EDUCATION), None),
    ("m365edu", Some(EDUCATION), None),
    ("faculty", Some(EDUCATION), None),
    ("fac", Some(EDUCATION), None),
    ("student", Some(EDUCATION), None),
    ("students", Some(EDUCATION), None),
    ("stu", Some(EDUCATION), None),
    ("alumni", Some(EDUCATION), None),
    ("stuusebnft", Some(EDUCATION), Some(Price::Free)),
    ("donation", Some(NONPROFIT), Some(Price::Free)),
    ("gov", Some(GOVERNMENT), None),
    ("gcc", Some(GOVERNMENT), None),
    ("gcchigh", Some(GOVERNMENT), None),
    ("usgov", Some(GOVERNMENT), None),
    ("dod", Some(GOVERNMENT), None),
    ("trial", None, Some(Price::Trial)),
    ("vtrial", None, Some(Price::Trial)),
    ("viral", None, Some(Price::Trial)),
    ("preview", None, Some(Price::Trial)),
    ("exploratory", None, Some(Price::Trial)),
    ("test", None, Some(Price::Trial)),
    // Signed up for by one information worker, without the organisation.
    ("iw", None, Some(Price::Trial)),
    ("free", None, Some(Price::Free)),
];

/// Words after which a tier such as `A3` is a tier, not the name of something else.
pub(super) const BEFORE_TIER: &[&str] = &["365", "security", "enterprise", "windows", "11", "10", "plan"];
/// Tiers sold to education and to government only.
pub(super) const TIERS: &[(&str, &str)] = &[
    ("a1", EDUCATION),
    ("a3", EDUCATION),
    ("a5", EDUCATION),
    ("g1", GOVERNMENT),
    ("g3", GOVERNMENT),
    ("g5", GOVERNMENT),
];
