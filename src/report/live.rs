//! Formulas that work the Summary's figures out over the rows of the Roster sheet, so that they follow when someone
//! mends a row or changes a threshold.

use super::roster::{Counted, FOOTER, NAME};
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
const SEGMENTS: &str = "roster_segment";
const SEATS: &str = "roster_seats_counted";
const ELIGIBLE: &str = "roster_eligible";
const WHY: &str = "roster_why";

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
}

impl Live {
    /// Returns the rows of a roster with so many below its headings; `None` if there are none, or too many.
    #[must_use]
    pub fn over(rows: u64, columns: Counted) -> Option<Self> {
        (1..=LIMIT_ROWS).contains(&rows).then_some(Self { rows, columns })
    }

    /// Returns the names of the ranges that the formulas use, each with its range.
    #[must_use]
    pub fn names(&self, policy: &Policy) -> Vec<(String, String)> {
        let columns = self.columns;
        let range = |column: usize| {
            let letters = column_letters(u32::try_from(column).unwrap_or(u32::MAX));
            format!("{NAME}!${letters}$2:${letters}${}", self.rows + 1)
        };
        let ours = [
            (TIERS, columns.tier),
            (SEGMENTS, columns.segment),
            (SEATS, columns.seats),
            (ELIGIBLE, columns.eligible),
            (WHY, columns.why),
        ];
        let entitlements = (columns.entitlements..)
            .zip(&policy.entitlements)
            .map(|(column, entitlement)| (granted_name(entitlement), range(column)));
        ours.map(|(name, column)| (name.to_owned(), range(column))).into_iter().chain(entitlements).collect()
    }

    /// Returns the formula for the rows of customers.
    #[must_use]
    pub fn rows(self, of: Where<'_>) -> Option<Formula> {
        written(format!("COUNTIFS({})", criteria(of)?))
    }

    /// Returns the formula for their paid seats.
    #[must_use]
    pub fn seats(self, of: Where<'_>) -> Option<Formula> {
        written(format!("SUMIFS({SEATS},{})", criteria(of)?))
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

    /// Returns the formulas for the rows that are granted an entitlement, for those of them to be confirmed, and for
    /// the paid seats of the former.
    #[must_use]
    pub fn granted(self, entitlement: &Entitlement) -> [Option<Formula>; 3] {
        let name = granted_name(entitlement);
        let [_, _, confirm] = ANSWERS;
        // `Yes` and `Yes, confirm`.
        [
            written(format!("COUNTIFS({name},\"Yes*\")")),
            literal(confirm).and_then(|confirm| written(format!("COUNTIFS({name},{confirm})"))),
            written(format!("SUMIFS({SEATS},{name},\"Yes*\")")),
        ]
    }

    /// Returns the formula for the rows that the thresholds of the Policy sheet would grant an entitlement.
    #[must_use]
    pub fn by_thresholds(self, policy: &Policy, entitlement: &Entitlement) -> Option<Formula> {
        let review = literal(tier_name(policy, Tier::NeedsReview))?;
        let counts: Option<Vec<String>> = policy
            .segments
            .iter()
            .map(|segment| {
                let from = policy_sheet::defined_name(&entitlement.id, &segment.id);
                let of = literal(&segment.name)?;
                Some(match entitlement.plans {
                    PlansServed::Eligible => {
                        format!("COUNTIFS({SEGMENTS},{of},{ELIGIBLE},\"Yes\",{SEATS},\">=\"&{from})")
                    }
                    // A row that needs review is judged as if it had no seats.
                    PlansServed::Any => format!(
                        "COUNTIFS({SEGMENTS},{of},{TIERS},\"<>\"&{review},{SEATS},\">=\"&{from})\
                         +IF(N({from})<=0,COUNTIFS({SEGMENTS},{of},{TIERS},{review})*ISNUMBER({from}),0)"
                    ),
                })
            })
            .collect();
        written(counts?.join("+"))
    }
}

fn written(formula: String) -> Option<Formula> {
    (formula.len() <= LIMIT_FORMULA).then_some(Formula::Written(formula))
}

/// A row of a customer has a tier.
fn criteria(of: Where<'_>) -> Option<String> {
    let tier = match of.tier {
        Some(tier) => literal(tier)?,
        None => format!("\"{ANY}\""),
    };
    let segment = match of.segment {
        Some(segment) => format!(",{SEGMENTS},{}", literal(segment)?),
        None => String::new(),
    };
    Some(format!("{TIERS},{tier}{segment}"))
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

/// Returns the name of an entitlement's column of the Roster sheet: `roster_specialist`.
fn granted_name(entitlement: &Entitlement) -> String {
    let clean = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    // The prefix keeps it from the names of the other columns.
    format!("roster_gets_{}", entitlement.id.chars().map(clean).collect::<String>())
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
        let columns = Counted { segment: 3, eligible: 5, seats: 6, tier: 7, entitlements: 8, why: 14 };
        assert!(Live::over(0, columns).is_none());
        assert!(Live::over(LIMIT_ROWS + 1, columns).is_none());
        let policy = Policy::default_shipped().unwrap();
        let names = Live::over(LIMIT_ROWS, columns).unwrap().names(&policy);
        assert_eq!(names[0], ("roster_tier".to_owned(), "Roster!$H$2:$H$250001".to_owned()));
        assert_eq!(names.last().unwrap().1, "Roster!$L$2:$L$250001");
    }
}
