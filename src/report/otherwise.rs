//! The sheet "Other policy": customers who would get other help under the other shipped policy.

use crate::otherwise::{Differs, OtherPolicy};
use crate::output_fields::headings;
use crate::policy::Policy;
use crate::report::roster::notes::{OWNER, noted};
use crate::report::roster::{tier_looks, tier_style};
use crate::report::{COUNT_FORMAT, Checklist, Column, Printed, Stream, Style, Value};
use crate::verdict::words::{counted, grouped, tier_name};
use crate::verdict::{Entitled, Tier};

/// The name of the sheet.
pub const NAME: &str = "Other policy";

/// Lines of the sheet, at most.
pub const LIMIT_LINES: u64 = 5_000;

/// Headings, widths and notes.
const COLUMNS: [(&str, f64, &str); 11] = [
    ("Customer", 34.0, ""),
    (
        "Paid seats",
        12.0,
        "The seats that count; for a customer on several rows, those of its plans together.",
    ),
    (headings::SEGMENT, 14.0, ""),
    (headings::TIER, 16.0, ""),
    ("Tier there", 16.0, "The tier under the other policy."),
    ("Would gain", 24.0, "What the customer would get under the other policy, and does not get here."),
    ("Would lose", 24.0, "What the customer gets here, and would not get under the other policy."),
    ("Plan", 42.0, "For a customer on several rows, the plans that were counted."),
    ("Owner", 22.0, OWNER),
    (TENANT, 38.0, "What identifies the tenant: an id, a domain or a name."),
    (headings::SOURCE_ROW, 14.0, ""),
];

/// The heading of what identifies the customer.
const TENANT: &str = "Tenant";

/// How many customers would get other help, and what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// Customers.
    pub customers: u64,
    /// By entitlement of the run's policy: those who would gain it.
    pub gain: Vec<u64>,
    /// Likewise: those who would lose it.
    pub lose: Vec<u64>,
}

impl Differences {
    /// Returns none.
    #[must_use]
    pub fn new(policy: &Policy) -> Self {
        let none = vec![0; policy.entitlements.len()];
        Self { customers: 0, gain: none.clone(), lose: none }
    }

    /// Adds a customer.
    pub fn add(&mut self, differs: &Differs) {
        self.customers += 1;
        for (counts, of) in [(&mut self.gain, differs.gains), (&mut self.lose, differs.loses)] {
            for (place, count) in counts.iter_mut().enumerate() {
                *count += u64::from(of.has(place));
            }
        }
    }

    /// Adds those of another part; the order of parts does not matter.
    pub fn merge(&mut self, other: &Self) {
        self.customers += other.customers;
        for (mine, theirs) in [(&mut self.gain, &other.gain), (&mut self.lose, &other.lose)] {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        }
    }
}

/// A customer who would get other help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line or row of the roster; of a customer on several, the first.
    pub number: u64,
    /// What tells the tenant from others.
    pub tenant: String,
    /// Its name, if another column has it.
    pub name: String,
    /// Its plan.
    pub plan: String,
    /// Who looks after it.
    pub owner: String,
    /// Index of its segment.
    pub segment: usize,
    /// Its paid seats.
    pub seats: u64,
    /// Its tier here.
    pub tier: Tier,
    /// What is otherwise there.
    pub differs: Differs,
}

/// Returns the sheet, which a workbook has only if a customer is on it.
#[must_use]
pub fn list(policy: &Policy) -> Checklist {
    let columns = COLUMNS.map(|column| noted(policy, Column::ours(column))).to_vec();
    // What identifies the customer comes last, and is for the screen.
    let short = columns.iter().take_while(|column| column.heading != TENANT).count();
    Checklist {
        choices: Vec::new(),
        links: Vec::new(),
        limit_lines: u32::try_from(LIMIT_LINES).unwrap_or(u32::MAX),
        stream: Stream {
            looks: looks(policy),
            printed: Some(Printed::legible(&columns, short)),
            ..Stream::new(NAME, columns, 1)
        },
    }
}

/// Returns what the cells may be dressed as.
fn looks(policy: &Policy) -> Vec<(Style, String)> {
    let looks = [Style::Plain, Style::Muted].map(|style| (style, String::new()));
    tier_looks(policy).chain(looks).chain([(Style::Figure, COUNT_FORMAT.to_owned())]).collect()
}

/// Returns the cells of a customer.
#[must_use]
pub fn cells<'a>(policy: &'a Policy, other: &'a Policy, line: &'a Line) -> Vec<(Value<'a>, Style)> {
    let plain = |text: &'a str| (Value::text(text), Style::Plain);
    let names = |of: Entitled| {
        let named = policy.entitlements.iter().enumerate().filter(|(place, _)| of.has(*place));
        named.map(|(_, entitlement)| entitlement.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let words = |of: Entitled| (Value::Text(names(of).into()), Style::Plain);
    vec![
        plain(if line.name.is_empty() { &line.tenant } else { &line.name }),
        (Value::Count(line.seats), Style::Figure),
        plain(policy.segments.get(line.segment).map_or("", |segment| segment.name.as_str())),
        (Value::text(tier_name(policy, line.tier)), tier_style(line.tier)),
        plain(tier_name(other, line.differs.tier)),
        words(line.differs.gains),
        words(line.differs.loses),
        plain(&line.plan),
        plain(&line.owner),
        plain(&line.tenant),
        (Value::Count(line.number), Style::Figure),
    ]
}

/// Returns the last line of a sheet that does not hold all of them.
#[must_use]
pub fn beyond(further: u64) -> [(Value<'static>, Style); 1] {
    let customers = counted(further, "further customer is", "further customers are");
    let words = format!("{customers} not on this sheet, which holds {}.", grouped(LIMIT_LINES));
    [(Value::text(words), Style::Muted)]
}

/// Returns in words what the other policy would change.
#[must_use]
pub fn words(policy: &Policy, other: &OtherPolicy, differences: &Differences) -> String {
    let (name, title) = (&other.policy().name, &other.policy().title);
    let alone = not_compared(policy, other);
    if differences.customers == 0 && alone.is_empty() {
        return format!("Under the policy {name} ({title}), every customer would get the same help.");
    }
    if differences.customers == 0 {
        let same = other.shared().filter_map(|place| policy.entitlements.get(place));
        let same: Vec<&str> = same.map(|entitlement| entitlement.name.as_str()).collect();
        return format!(
            "Under the policy {name} ({title}), every customer would get the same of {}.{alone}",
            same.join(", ")
        );
    }
    let moved = other.shared().flat_map(|place| {
        let name = policy.entitlements.get(place).map_or("", |entitlement| entitlement.name.as_str());
        let of = |counts: &[u64], word: &str| {
            let count = counts.get(place).copied().filter(|count| *count > 0)?;
            Some(format!("{} {word} {name}", grouped(count)))
        };
        [of(&differences.gain, "would gain"), of(&differences.lose, "would lose")].into_iter().flatten()
    });
    format!(
        "The choice of the policy matters to {}: under {name} ({title}), {}.{alone} See the sheet {NAME}.",
        counted(differences.customers, "customer", "customers"),
        moved.collect::<Vec<_>>().join(", ")
    )
}

/// Returns in words what is not compared, since only one of the policies has it: without it, customers are on other tiers.
fn not_compared(policy: &Policy, other: &OtherPolicy) -> String {
    let words = |what: &str, names: &[String]| {
        if names.is_empty() { String::new() } else { format!(" That policy {what} {}.", names.join(", ")) }
    };
    let [here, there] = other.alone(policy);
    format!("{}{}", words("does not have", &here), words("also has", &there))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_one_of_two_policies_has_is_never_said_to_be_the_same() {
        let [course, docs] =
            ["fasttrack-learn-2021", "fasttrack-docs-2021"].map(|name| Policy::named(name).unwrap().unwrap());
        let said = |own: &Policy, other: Policy| {
            let other = OtherPolicy::new(own, other).unwrap();
            words(own, &other, &Differences::new(own))
        };
        let told = said(&course, docs.clone());
        assert!(told.contains("the same of Portal, Specialist, Migration. "), "{told}");
        assert!(told.ends_with("That policy does not have Q&A."), "{told}");
        let told = said(&docs, course.clone());
        assert!(told.ends_with("That policy also has Q&A."), "{told}");
        assert!(said(&course, course.clone()).ends_with("every customer would get the same help."));
    }
}
