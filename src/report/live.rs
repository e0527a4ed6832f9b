//! Formulas that work the Summary's figures out over the Roster and Tenants sheets, so that they follow when someone
//! changes a row or a threshold.
//!
//! A customer on one row is counted there, where `Rows of the tenant` is blank; one on several rows on the Tenants sheet.

use super::roster::{Counted, FOOTER, NAME};
use super::tenants::{self, CountedTenants};
use super::{Formula, LIMIT_LITERAL, LIMIT_LIVE_ROWS, policy as policy_sheet};
use crate::diagnostic::column_letters;
use crate::policy::{Entitlement, PlansServed, Policy};
use crate::verdict::Tier;
use crate::verdict::words::{ANSWERS, tier_name};

/// Rows of a roster up to which the figures are formulas; each of them looks at every row.
pub const LIMIT_ROWS: u64 = LIMIT_LIVE_ROWS;

/// Formulas are no longer than this, in characters. Source: Excel's published limits.
const LIMIT_FORMULA: usize = 8192;

const TIERS: &str = "roster_tier";
const WHY: &str = "roster_why";

/// A criterion that blank cells fit: the rows of customers that are on no other row.
const ONLY_ROW: &str = "roster_rows_of_the_tenant,\"=\"";

/// The names of the ranges on one sheet.
#[derive(Clone, Copy)]
struct Ranges {
    /// What all of them begin with.
    prefix: &'static str,
    /// Criteria that each of its rows has to fit, too; empty = none.
    and: &'static str,
    /// Whether the seats that count for what is open to any plan are a column of their own.
    has_any_plan: bool,
}

impl Ranges {
    /// All rows of customers.
    const ROWS: Self = Self { prefix: "roster", and: "", has_any_plan: false };
    /// The rows of customers that are on no other row.
    const ONLY_ROWS: Self = Self { and: ONLY_ROW, ..Self::ROWS };

    fn tiers(self) -> String {
        format!("{}_tier", self.prefix)
    }

    fn segments(self) -> String {
        format!("{}_segment", self.prefix)
    }

    fn seats(self) -> String {
        format!("{}_seats_counted", self.prefix)
    }

    fn seats_of_any_plan(self) -> String {
        if self.has_any_plan { format!("{}_seats_of_any_plan", self.prefix) } else { self.seats() }
    }

    fn eligible(self) -> String {
        format!("{}_eligible", self.prefix)
    }

    /// `roster_gets_specialist`. The word in it keeps it from the names of the other columns.
    fn granted(self, entitlement: &Entitlement) -> String {
        let clean = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        format!("{}_gets_{}", self.prefix, entitlement.id.chars().map(clean).collect::<String>())
    }

    /// `COUNTIFS` with these criteria.
    fn count(self, criteria: &str) -> String {
        format!("COUNTIFS({criteria}{})", self.and_only())
    }

    /// `SUMIFS` of the seats with these criteria.
    fn sum(self, criteria: &str) -> String {
        format!("SUMIFS({},{criteria}{})", self.seats(), self.and_only())
    }

    fn and_only(self) -> String {
        if self.and.is_empty() { String::new() } else { format!(",{}", self.and) }
    }
}

/// A criterion that any text fits, but no blank cell.
const ANY: &str = "?*";

/// What a figure counts over: all rows of customers, or those of a tier, of a segment, of both.
#[derive(Clone, Copy, Debug, Default)]
pub struct Where<'a> {
    /// The tier's name.
    pub tier: Option<&'a str>,
    /// The segment's name.
    pub segment: Option<&'a str>,
}

/// The rows of a roster that formulas may count over; there is none if the figures stay as they are.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    rows: u64,
    columns: Counted,
    /// How many tenants are on several rows, and where their columns are; `None` = none is.
    tenants: Option<(u64, CountedTenants)>,
}

impl Live {
    /// Returns the rows of a roster with so many below its headings; `None` if there are none, or too many.
    #[must_use]
    pub fn over(rows: u64, columns: Counted) -> Option<Self> {
        (1..=LIMIT_ROWS).contains(&rows).then_some(Self { rows, columns, tenants: None })
    }

    /// Counts `tenants` on several rows on their own sheet.
    #[must_use]
    pub fn with_tenants(self, tenants: u64, columns: CountedTenants) -> Self {
        let has_both = tenants > 0 && self.columns.tenant_rows.is_some();
        Self { tenants: has_both.then_some((tenants, columns)), ..self }
    }

    /// The ranges over which customers are counted.
    fn of_customers(self) -> Vec<Ranges> {
        let Some((_, columns)) = self.tenants else { return vec![Ranges::ROWS] };
        let has_any_plan = columns.of_any_plan.is_some();
        vec![Ranges::ONLY_ROWS, Ranges { prefix: "tenants", and: "", has_any_plan }]
    }

    /// A formula over each of them, added up.
    fn over_customers(self, formula: impl Fn(Ranges) -> Option<String>) -> Option<Formula> {
        let each: Option<Vec<String>> = self.of_customers().into_iter().map(formula).collect();
        written(each?.join("+"))
    }

    /// Returns the names of the ranges that the formulas use, each with its range.
    #[must_use]
    pub fn names(&self, policy: &Policy) -> Vec<(String, String)> {
        let columns = self.columns;
        let range = |sheet: &str, rows: u64, column: usize| {
            let letters = column_letters(u32::try_from(column).unwrap_or(u32::MAX));
            format!("{sheet}!${letters}$2:${letters}${}", rows + 1)
        };
        let mut names = Vec::new();
        let mut name =
            |(sheet, rows): (&str, u64), ranges: Ranges, places: [(String, Option<usize>); 6], first| {
                let there = places.into_iter().filter_map(|(name, column)| Some((name, column?)));
                let entitlements = policy.entitlements.iter().map(|entitlement| ranges.granted(entitlement));
                let all = there.chain(entitlements.zip(first..));
                names.extend(all.map(|(name, column)| (name, range(sheet, rows, column))));
            };
        let rows = Ranges::ROWS;
        let places = [
            (rows.tiers(), Some(columns.tier)),
            (rows.segments(), Some(columns.segment)),
            (rows.seats(), Some(columns.seats)),
            (rows.eligible(), Some(columns.eligible)),
            (WHY.to_owned(), Some(columns.why)),
            ("roster_rows_of_the_tenant".to_owned(), self.tenants.and(columns.tenant_rows)),
        ];
        name((NAME, self.rows), rows, places, columns.entitlements);
        if let Some((count, columns)) = self.tenants {
            let tenants = Ranges { prefix: "tenants", and: "", has_any_plan: true };
            let places = [
                (tenants.tiers(), Some(columns.tier)),
                (tenants.segments(), Some(columns.segment)),
                (tenants.seats(), Some(columns.seats)),
                (tenants.eligible(), Some(columns.eligible)),
                (tenants.seats_of_any_plan(), columns.of_any_plan),
                (String::new(), None),
            ];
            name((tenants::NAME, count), tenants, places, columns.entitlements);
        }
        names
    }

    /// Returns the formula for the rows of customers.
    #[must_use]
    pub fn rows(self, of: Where<'_>) -> Option<Formula> {
        written(Ranges::ROWS.count(&criteria(Ranges::ROWS, of)?))
    }

    /// Returns the formula for their paid seats.
    #[must_use]
    pub fn seats_of_rows(self, of: Where<'_>) -> Option<Formula> {
        written(Ranges::ROWS.sum(&criteria(Ranges::ROWS, of)?))
    }

    /// Returns the formula for customers.
    #[must_use]
    pub fn customers(self, of: Where<'_>) -> Option<Formula> {
        self.over_customers(|ranges| Some(ranges.count(&criteria(ranges, of)?)))
    }

    /// Returns the formula for their paid seats.
    #[must_use]
    pub fn seats(self, of: Where<'_>) -> Option<Formula> {
        self.over_customers(|ranges| Some(ranges.sum(&criteria(ranges, of)?)))
    }

    /// Returns the formula for all rows read.
    #[must_use]
    pub fn read(self) -> Option<Formula> {
        written(format!("ROWS({TIERS})"))
    }

    /// Returns the formula for the rows with a verdict.
    #[must_use]
    pub fn classified(self, policy: &Policy) -> Option<Formula> {
        let review = literal(tier_name(policy, Tier::NeedsReview))?;
        written(format!("COUNTIFS({TIERS},\"{ANY}\")-COUNTIFS({TIERS},{review})"))
    }

    /// Returns the formula for totals lines and closing remarks.
    #[must_use]
    pub fn footer(self) -> Option<Formula> {
        written(format!("COUNTIFS({WHY},{})", literal(FOOTER)?))
    }

    /// Returns the formula for the rows with nothing in them.
    #[must_use]
    pub fn blank(self) -> Option<Formula> {
        written(format!("ROWS({TIERS})-COUNTIFS({TIERS},\"{ANY}\")-COUNTIFS({WHY},{})", literal(FOOTER)?))
    }

    /// Returns the formulas for the customers that are granted an entitlement, for those of them to be confirmed, and for
    /// the paid seats of the former.
    #[must_use]
    pub fn granted(self, entitlement: &Entitlement) -> [Option<Formula>; 3] {
        let [_, _, confirm] = ANSWERS;
        // `Yes` and `Yes, confirm`.
        let granted = |ranges: Ranges| format!("{},\"Yes*\"", ranges.granted(entitlement));
        [
            self.over_customers(|ranges| Some(ranges.count(&granted(ranges)))),
            self.over_customers(|ranges| {
                Some(ranges.count(&format!("{},{}", ranges.granted(entitlement), literal(confirm)?)))
            }),
            self.over_customers(|ranges| Some(ranges.sum(&granted(ranges)))),
        ]
    }

    /// Returns the formula for the customers that the thresholds of the Policy sheet would grant an entitlement.
    #[must_use]
    pub fn by_thresholds(self, policy: &Policy, entitlement: &Entitlement) -> Option<Formula> {
        self.over_customers(|ranges| by_thresholds(policy, entitlement, ranges))
    }
}

fn by_thresholds(policy: &Policy, entitlement: &Entitlement, ranges: Ranges) -> Option<String> {
    let review = literal(tier_name(policy, Tier::NeedsReview))?;
    let (tiers, segments) = (ranges.tiers(), ranges.segments());
    let counts: Option<Vec<String>> = policy
        .segments
        .iter()
        .map(|segment| {
            let from = policy_sheet::defined_name(&entitlement.id, &segment.id);
            let of = literal(&segment.name)?;
            Some(match entitlement.plans {
                PlansServed::Eligible => {
                    let (eligible, seats) = (ranges.eligible(), ranges.seats());
                    ranges.count(&format!("{segments},{of},{eligible},\"Yes\",{seats},\">=\"&{from}"))
                }
                // Who needs review is judged as if there were no seats.
                PlansServed::Any => {
                    let seats = ranges.seats_of_any_plan();
                    let judged = ranges
                        .count(&format!("{segments},{of},{tiers},\"<>\"&{review},{seats},\">=\"&{from}"));
                    let unjudged = ranges.count(&format!("{segments},{of},{tiers},{review}"));
                    format!("{judged}+IF(N({from})<=0,{unjudged}*ISNUMBER({from}),0)")
                }
            })
        })
        .collect();
    Some(counts?.join("+"))
}

fn written(formula: String) -> Option<Formula> {
    (formula.len() <= LIMIT_FORMULA).then_some(Formula::Written(formula))
}

/// A row of a customer has a tier.
fn criteria(ranges: Ranges, of: Where<'_>) -> Option<String> {
    let tier = match of.tier {
        Some(tier) => literal(tier)?,
        None => format!("\"{ANY}\""),
    };
    let segment = match of.segment {
        Some(segment) => format!(",{},{}", ranges.segments(), literal(segment)?),
        None => String::new(),
    };
    Some(format!("{},{tier}{segment}", ranges.tiers()))
}

/// Returns a text as a criterion that fits this text alone; `None` if a formula cannot hold it.
///
/// A policy may name a tier or a segment as it likes: `*`, `?` and `~` stand for themselves only behind a `~`, and a
/// comparison at its beginning only behind a `=`.
fn literal(text: &str) -> Option<String> {
    let mut criterion = String::with_capacity(text.len() + 2);
    if text.starts_with(['=', '<', '>']) {
        criterion.push('=');
    }
    for letter in text.chars() {
        if matches!(letter, '*' | '?' | '~') {
            criterion.push('~');
        }
        if letter == '"' {
            criterion.push('"');
        }
        criterion.push(letter);
    }
    let is_short = criterion.chars().count() <= LIMIT_LITERAL;
    (is_short && !text.is_empty() && !text.contains(char::is_control)).then(|| format!("\"{criterion}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_criterion_fits_its_text_alone() {
        for (text, criterion) in [
            ("Migration", "\"Migration\""),
            ("R&D *new*?", "\"R&D ~*new~*~?\""),
            ("so \"called\"~", "\"so \"\"called\"\"~~\""),
            (">500", "\"=>500\""),
        ] {
            assert_eq!(literal(text).as_deref(), Some(criterion));
        }
        assert_eq!(literal(""), None);
        assert_eq!(literal("a\tb"), None);
        assert_eq!(literal(&"x".repeat(256)), None);
    }

    #[test]
    fn beyond_a_size_figures_stay_as_they_are() {
        let columns = Counted {
            segment: 3,
            eligible: 5,
            seats: 6,
            tier: 7,
            entitlements: 8,
            why: 14,
            tenant_rows: None,
        };
        assert!(Live::over(0, columns).is_none());
        assert!(Live::over(LIMIT_ROWS + 1, columns).is_none());
        let policy = Policy::default_shipped().unwrap();
        let names = Live::over(LIMIT_ROWS, columns).unwrap().names(&policy);
        assert_eq!(names[0], ("roster_tier".to_owned(), "Roster!$H$2:$H$250001".to_owned()));
        assert_eq!(names.last().unwrap().1, "Roster!$L$2:$L$250001");
    }
}
