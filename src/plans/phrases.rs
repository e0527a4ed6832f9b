//! The phrases that show a segment or a price, as tables; [`super::words`] reads them.

use super::Price;

/// One phrase and what it says.
pub(super) struct Phrase {
    pub(super) words: &'static str,
    pub(super) segment: Option<&'static str>,
    pub(super) price: Option<Price>,
    /// Whether the phrase is set aside to find the plan it qualifies; `false` where it makes another plan.
    pub(super) aside: bool,
}

const fn student_use(words: &'static str) -> Phrase {
    Phrase { words, segment: Some(EDUCATION), price: Some(Price::Free), aside: true }
}

const fn shows(words: &'static str, segment: &'static str) -> Phrase {
    Phrase { words, segment: Some(segment), price: None, aside: true }
}

const fn costs(words: &'static str, price: Price) -> Phrase {
    Phrase { words, segment: None, price: Some(price), aside: true }
}

/// A word that makes another plan and says that nobody pays for it.
const fn marks(words: &'static str) -> Phrase {
    Phrase { words, segment: None, price: Some(Price::Trial), aside: false }
}

const fn says_nothing(words: &'static str) -> Phrase {
    Phrase { words, segment: None, price: None, aside: true }
}

pub(super) const EDUCATION: &str = "education";
pub(super) const NONPROFIT: &str = "nonprofit";
pub(super) const GOVERNMENT: &str = "government";

/// The phrases, longer before shorter where one begins another. A phrase matches whole words.
pub(super) const PHRASES: &[Phrase] = &[
    // Not a government plan: a commercial plan that a government tenant may hold.
    says_nothing("gcc compatible"),
    student_use("for students use benefits"),
    student_use("students use benefits"),
    student_use("for student use benefits"),
    student_use("student use benefits"),
    student_use("for students use benefit"),
    student_use("students use benefit"),
    student_use("for student use benefit"),
    student_use("student use benefit"),
    shows("education faculty pricing", EDUCATION),
    shows("education student pricing", EDUCATION),
    shows("education pricing", EDUCATION),
    shows("academic pricing", EDUCATION),
    shows("faculty pricing", EDUCATION),
    shows("student pricing", EDUCATION),
    shows("education faculty", EDUCATION),
    shows("education student", EDUCATION),
    shows("for faculty", EDUCATION),
    shows("for students", EDUCATION),
    shows("for student", EDUCATION),
    shows("for alumni", EDUCATION),
    shows("for education", EDUCATION),
    shows("for edu", EDUCATION),
    shows("faculty", EDUCATION),
    shows("students", EDUCATION),
    shows("student", EDUCATION),
    shows("alumni", EDUCATION),
    shows("academic", EDUCATION),
    shows("education", EDUCATION),
    shows("homeschool", EDUCATION),
    shows("edu", EDUCATION),
    Phrase { words: "nonprofit donation", segment: Some(NONPROFIT), price: Some(Price::Free), aside: true },
    Phrase { words: "nonprofit grant", segment: Some(NONPROFIT), price: Some(Price::Free), aside: true },
    Phrase { words: "donation", segment: Some(NONPROFIT), price: Some(Price::Free), aside: true },
    shows("nonprofit staff pricing", NONPROFIT),
    shows("non profit staff pricing", NONPROFIT),
    shows("nonprofit pricing", NONPROFIT),
    shows("non profit pricing", NONPROFIT),
    shows("not for profit", NONPROFIT),
    shows("for nonprofits", NONPROFIT),
    shows("for nonprofit", NONPROFIT),
    shows("nonprofits", NONPROFIT),
    shows("nonprofit", NONPROFIT),
    shows("non profit", NONPROFIT),
    shows("charity pricing", NONPROFIT),
    shows("charity", NONPROFIT),
    shows("us government pricing", GOVERNMENT),
    shows("government pricing", GOVERNMENT),
    shows("for us government", GOVERNMENT),
    shows("for government", GOVERNMENT),
    shows("us government", GOVERNMENT),
    shows("government", GOVERNMENT),
    shows("usgov gcchigh", GOVERNMENT),
    shows("usgov dod", GOVERNMENT),
    shows("for gcc high", GOVERNMENT),
    shows("for gcchigh", GOVERNMENT),
    shows("for gcc", GOVERNMENT),
    shows("for dod", GOVERNMENT),
    shows("gcc high", GOVERNMENT),
    shows("gcchigh", GOVERNMENT),
    shows("usgov", GOVERNMENT),
    shows("gcc", GOVERNMENT),
    shows("dod", GOVERNMENT),
    shows("gov", GOVERNMENT),
    costs("viral trial", Price::Trial),
    costs("free trial", Price::Trial),
    costs("vtrial", Price::Trial),
    costs("trial", Price::Trial),
    costs("tria", Price::Trial),
    costs("viral", Price::Trial),
    costs("free", Price::Free),
    costs("grant", Price::Free),
    marks("exploratory"),
    marks("preview"),
    marks("developer"),
    marks("test"),
    // Terms of sale; the plan and its price stay the same.
    says_nothing("annual commitment"),
    says_nothing("monthly commitment"),
    says_nothing("1 year commitment"),
    says_nothing("3 year commitment"),
    says_nothing("one year commitment"),
    says_nothing("three year commitment"),
    says_nothing("annual term"),
    says_nothing("monthly term"),
    says_nothing("1 year term"),
    says_nothing("3 year term"),
    says_nothing("annual subscription"),
    says_nothing("monthly subscription"),
    says_nothing("billed annually"),
    says_nothing("billed monthly"),
    says_nothing("annual billing"),
    says_nothing("monthly billing"),
    says_nothing("month to month"),
    says_nothing("annual"),
    says_nothing("monthly"),
    says_nothing("p1y"),
    says_nothing("p1m"),
    says_nothing("p3y"),
    says_nothing("nce"),
    says_nothing("csp"),
    says_nothing("new commerce experience"),
    says_nothing("new commerce"),
    says_nothing("corporate pricing"),
    says_nothing("corporate"),
    says_nothing("commercial"),
];

/// Abbreviations of product lines, by whole words.
pub(super) const SPELLINGS: &[(&str, &str)] = &[
    ("m365", "microsoft 365"),
    ("ms365", "microsoft 365"),
    ("microsoft365", "microsoft 365"),
    ("o365", "office 365"),
    ("office365", "office 365"),
    ("ems", "enterprise mobility security"),
    ("aad", "azure active directory"),
    ("win10", "windows 10"),
    ("powerbi", "power bi"),
    ("powerapps", "power apps"),
];

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
