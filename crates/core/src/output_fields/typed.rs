//! What the columns of a verdict hold wherever their values are typed: the same in files, in Arrow tables and in Python.

use super::OutputColumn;
use crate::policy::Policy;
use crate::verdict::words::{rung_name, tier_name};
use crate::verdict::{DecidedBy, Verdict};

impl OutputColumn {
    /// Returns what a column of booleans says of a verdict.
    ///
    /// `None` for other columns, and for a row in review: what any customer has is no verdict to go on with. Only whether
    /// it needs review is known of such a row.
    #[must_use]
    pub fn boolean(self, verdict: &Verdict) -> Option<bool> {
        let is_review = verdict.decided_by == DecidedBy::Review;
        match self {
            Self::IsReview => Some(is_review),
            _ if is_review => None,
            Self::Eligible => Some(verdict.decided_by == DecidedBy::Seats),
            Self::Entitled(entitlement) => Some(verdict.granted.has(entitlement)),
            Self::Confirm(entitlement) => {
                Some(verdict.granted.has(entitlement) && verdict.confirm.has(entitlement))
            }
            _ => None,
        }
    }

    /// Returns the paid seats that a column has of a verdict; `None` if it has none, and for other columns.
    #[must_use]
    pub fn seats(self, verdict: &Verdict) -> Option<u64> {
        match self {
            Self::SeatsCounted => verdict.seats_counted,
            Self::SeatsToNext => verdict.next.map(|next| next.seats),
            _ => None,
        }
    }

    /// Returns the tier that a column names; `None` if there is none, as for a row in review, and for other columns.
    #[must_use]
    pub fn tier<'p>(self, policy: &'p Policy, verdict: &Verdict) -> Option<&'p str> {
        match self {
            Self::Tier if verdict.decided_by == DecidedBy::Review => None,
            Self::Tier => Some(tier_name(policy, verdict.tier)),
            Self::NextTier => verdict.next.map(|next| rung_name(policy, next.rung)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::{Judge, Question, Rules};

    #[test]
    fn a_row_in_review_has_no_typed_verdict_but_that_it_needs_review() {
        let judge = Judge::new(Rules::shipped().expect("shipped"));
        let told = |plan| judge.ask(Question { plan, seats: "480", ..Question::default() }).expect("a row");
        let (judged, in_review) = (told("Office 365 E3"), told("Workplace E3"));
        let policy = &judged.rules.policy;
        let granted = [OutputColumn::Eligible, OutputColumn::Entitled(0), OutputColumn::Confirm(0)];
        assert_eq!(
            granted.map(|column| column.boolean(&judged.verdict)),
            [Some(true), Some(true), Some(false)]
        );
        assert_eq!(granted.map(|column| column.boolean(&in_review.verdict)), [None; 3]);
        let tiers = [OutputColumn::Tier, OutputColumn::NextTier];
        assert_eq!(
            tiers.map(|column| column.tier(policy, &judged.verdict)),
            [Some("Specialist"), Some("Migration")]
        );
        assert_eq!(tiers.map(|column| column.tier(policy, &in_review.verdict)), [None; 2]);
        assert_eq!(OutputColumn::SeatsToNext.seats(&judged.verdict), Some(20));
        assert_eq!(OutputColumn::IsReview.boolean(&in_review.verdict), Some(true));
    }
}
