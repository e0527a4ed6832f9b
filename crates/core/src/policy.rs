//! The rules of one effective date, checked: segments, families, entitlements, rungs, services, phases.
//!
//! A policy is data. What the code does differently is an enum ([`PlansServed`], [`Footing`]); what it only carries
//! (segments, families, entitlements) is an entry here and touches no Rust.

mod check;
mod describe;
mod faults;
mod fields;
mod lookup;
mod products;
mod shipped;
mod take;
#[cfg(test)]
mod tests;
mod text;
mod values;
mod vocabulary;
mod written;

use crate::diagnostic::Code;
use sha2::{Digest, Sha256};
use toml::de::DeTable;

use crate::error::{Error, Result};
use faults::Faults;
pub use products::{Product, Standing, StandingBy, Standings, serve_the_same_plans};
pub use shipped::{DEFAULT_NAME, SHIPPED};

/// Most entitlements in a policy: a row's verdict keeps one bit for each.
pub const LIMIT_ENTITLEMENTS: usize = 32;
/// Most services in a policy: a plan keeps one bit for each.
pub const LIMIT_SERVICES: usize = 16;
/// Most segments in a policy: each is a column of the sheet that shows the thresholds.
pub const LIMIT_SEGMENTS: usize = 64;
/// Most entries in any other list of tables; keeps the time to check a policy small, whatever stands in it.
const LIMIT_LIST: usize = 256;
/// Words that every workbook has beside the names of entitlements and the headings of every workbook, so that no
/// entitlement may be named like them.
pub(crate) const OWN_WORDS: [&str; 2] = ["None", "Total"];
/// Largest policy text, in bytes; the shipped ones are a fortieth of it.
const LIMIT_TEXT_BYTES: usize = 1 << 20;

/// How firm the ground is on which a rule stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Footing {
    /// Said by the source text.
    Stated,
    /// Said by Microsoft's public documentation.
    Documented,
    /// Our interpretation.
    Interpreted,
}

/// Where a rule is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The word that rules refer to it by.
    pub id: String,
    /// The title to show.
    pub title: String,
    /// The address without scheme, or empty.
    pub address: String,
    /// As of when: a year, a month or a day, ISO 8601.
    pub date: String,
    /// How firm it is.
    pub footing: Footing,
}

/// A kind of customer for whom the same thresholds hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The word that thresholds and the catalogue refer to it by, such as `nonprofit`.
    pub id: String,
    /// The name to show.
    pub name: String,
    /// What a roster's own segment column may call it, as written in the policy (fold before comparing).
    pub words: Vec<String>,
    /// Its id, its name and its words, folded, as a column's word is compared with them.
    known: Vec<String>,
}

/// A family or a kind of plans, and whether FastTrack serves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanClass {
    /// The word that the catalogue refers to it by.
    pub id: String,
    /// The name to show.
    pub name: String,
    /// Whether plans of it count towards entitlements that ask for an eligible plan, where no [`Product`] fits them.
    pub eligible: bool,
    /// Index into [`Policy::sources`].
    pub source: usize,
}

/// Which plans an entitlement is open to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlansServed {
    /// Any customer at all, also one whose plan is unknown or free.
    Any,
    /// Customers with a paid plan that is eligible, see [`Policy::standing`].
    Eligible,
}

/// The paid seats from which an entitlement is granted in one segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// Paid seats, included; `None` = never in this segment.
    pub seats: Option<u64>,
    /// Index into [`Policy::sources`].
    pub source: usize,
}

/// A service that Microsoft grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entitlement {
    /// The word that rungs and interpretations refer to it by, such as `specialist`.
    pub id: String,
    /// The short name: column heading and tier name, such as `Q&A`.
    pub name: String,
    /// What the customer gets, in a sentence.
    pub grants: String,
    /// What should be known beside it, such as what is given below its threshold; may be empty.
    pub note: String,
    /// Which plans it is open to.
    pub plans: PlansServed,
    /// One threshold a segment, in the order of [`Policy::segments`].
    pub thresholds: Vec<Threshold>,
}

/// A range of seats in which a verdict rests on our reading of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpretation {
    /// A stable word for it.
    pub id: String,
    /// Index into [`Policy::entitlements`].
    pub entitlement: usize,
    /// Indexes into [`Policy::segments`].
    pub segments: Vec<usize>,
    /// Paid seats from which it applies, included.
    pub from: u64,
    /// Paid seats up to which it applies, excluded; `None` = no end.
    pub below: Option<u64>,
    /// Whether the verdict reads `Yes, confirm`.
    pub confirm: bool,
    /// Why it is an interpretation, and what to confirm with whom.
    pub says: String,
    /// Index into [`Policy::sources`].
    pub source: usize,
}

/// A cloud service that the FastTrack Center assists with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// The word that the catalogue refers to it by, such as `exchange-online`.
    pub id: String,
    /// The name to show.
    pub name: String,
    /// The year in which Microsoft retired it, if it did.
    pub retired: Option<u16>,
    /// What rosters call it beside its name, as written in the policy (fold before comparing).
    pub words: Vec<String>,
}

/// A phase of onboarding and who does what in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// The name to show.
    pub name: String,
    /// What a roster's own phase column may call it beside its name, as written in the policy (fold before comparing).
    pub words: Vec<String>,
    /// What Microsoft does, one line each.
    pub microsoft: Vec<String>,
    /// What the customer does at least, one line each.
    pub customer: Vec<String>,
}

/// Something to read on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The title to show.
    pub title: String,
    /// The address without scheme.
    pub address: String,
}

/// The rules of one effective date, checked; there is no other way to get one than [`Policy::read`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The name it is chosen by, such as `fasttrack-learn-2021`.
    pub name: String,
    /// The title to show.
    pub title: String,
    /// From when it holds, ISO 8601.
    pub effective: String,
    /// One paragraph: what it carries and how it differs from others.
    pub about: String,
    /// Index into [`Policy::sources`]: the text that the policy as a whole is taken from.
    pub source: usize,
    /// Index into [`Policy::sources`]: what says that only seats somebody pays for count.
    pub paid_seats_source: usize,
    /// Where rules are written.
    pub sources: Vec<Source>,
    /// The segments, in the order of display.
    pub segments: Vec<Segment>,
    /// Index into [`Policy::segments`]: the one assumed when nothing shows another.
    pub default_segment: usize,
    /// The families of plans.
    pub families: Vec<PlanClass>,
    /// The kinds of plans (base, add-on, ...).
    pub kinds: Vec<PlanClass>,
    /// Products that are eligible, or not, whatever their family and kind; the first that fits a plan decides.
    pub products: Vec<Product>,
    /// The entitlements, in the order of display; at most 32.
    pub entitlements: Vec<Entitlement>,
    /// The rungs, lowest first: indexes into [`Policy::entitlements`].
    pub rungs: Vec<usize>,
    /// Index into [`Policy::entitlements`]: the one with which onboarding begins; `None` = none does.
    pub onboarding: Option<usize>,
    /// Which verdicts are interpretation.
    pub interpretations: Vec<Interpretation>,
    /// The services that FastTrack assists with, at most 16: those of the plan catalogue in its order, which is the
    /// source's, then others.
    pub services: Vec<Service>,
    /// The phases of onboarding, in order.
    pub phases: Vec<Phase>,
    /// Further reading, in order.
    pub readings: Vec<Reading>,
    /// SHA-256 of the policy's text, lower case hexadecimal.
    pub sha256: String,
}

impl Policy {
    /// Reads and checks the text of a policy; `file` is how messages name it.
    ///
    /// # Errors
    /// All faults of the text at once, as one [`Error`] of kind `Policy`, in the order of their lines. Where the text
    /// is no TOML, is of another schema or has a list that is too long, only that is told beside what single keys lack:
    /// what else seems wrong may follow from it.
    pub fn read(text: &str, file: &str) -> Result<Self> {
        let mut faults = Faults::new(text, file);
        let policy = read_text(text, &mut faults);
        faults.into_result()?;
        policy.ok_or_else(|| Error::internal("a policy without faults could not be read"))
    }
}

fn read_text(text: &str, faults: &mut Faults) -> Option<Policy> {
    if text.len() > LIMIT_TEXT_BYTES {
        let message = format!("the policy has {} bytes; at most {LIMIT_TEXT_BYTES} are allowed", text.len());
        faults.add(Code::PolicyTooLarge, 0, message, "is this a policy file?");
        return None;
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    tell_syntax(&errors, faults);
    if !faults.is_empty() {
        return None;
    }
    let written = take::take(table.get_ref(), faults)?;
    Some(check::check(written, sha256(text), faults))
}

/// Tells the first fault of syntax on each line; those after it on the same line mostly follow from it.
fn tell_syntax(errors: &[toml::de::Error], faults: &mut Faults) {
    let mut told = None;
    for error in errors {
        let line = error.span().map_or(0, |span| faults.line(span.start));
        if told != Some(line) {
            let help = "the file is in TOML: text in quotes, lists in brackets, one `key = value` per line";
            faults.add(Code::TomlSyntax, line, error.message().trim().to_owned(), help);
        }
        told = Some(line);
    }
}

fn sha256(text: &str) -> String {
    crate::hash::shown(Sha256::new_with_prefix(text.as_bytes()))
}
