//! From a question to its verdict, without a file: what any program calls that has customers and wants their verdicts.
//!
//! [`Rules`] are made once and shared; a [`Judge`] is cheap, and each worker may have its own. One question is asked with
//! [`Judge::ask`], many with [`Judge::ask_all`], and what the plans of one tenant come to with [`Judge::roll_up`]. What
//! was not understood of many, each thing once, is told by [`Judge::findings`]; rows of one tenant, or of one plan, are
//! brought together by [`tenant_key`] and [`Judge::plan_key`], which are the same text in every build.
//!
//! ```
//! use fasttrack_core::judge::{Judge, Question, Rules};
//!
//! let judge = Judge::new(Rules::shipped()?);
//! let judged = judge.ask(Question { plan: "M365 E3", seats: "1,200", segment: "Education", ..Question::default() })?;
//! assert_eq!(judged.tier(), "Migration");
//! assert!(judged.is_entitled("migration") && !judged.needs_review());
//! let judged = judge.ask(Question { plan: "Workplace E3", seats: "1,200", ..Question::default() })?;
//! assert_eq!((judged.tier(), judged.faults()[0].code.as_str()), ("Needs review", "plan-unknown"));
//! # Ok::<(), fasttrack_core::error::Error>(())
//! ```

use crate::error::{Error, Result};
use crate::findings::Findings;
use crate::fold::fold;
use crate::plans::Catalogue;
use crate::policy::Policy;
use crate::record::Records;
use crate::roster::columns::{Columns, TenantFrom};
pub use crate::roster::identity::tenant_key;
use crate::roster::overrides::{Fitted, Overrides};
use crate::roster::separators::Separators;
use crate::roster::{Fault, RosterRow, SegmentFrom, Understanding};
use crate::tenants::{Once, Rollup, Tenant, TenantPart};
use crate::verdict::words::{tier_name, why};
use crate::verdict::{Facts, Verdict, judge};
use std::sync::Arc;

/// The columns of the record that a question is put into.
const PLAN: usize = 0;
const SEATS: usize = 1;
const SEGMENT: usize = 2;
const STATUS: usize = 3;

/// What is judged by: thresholds, and what plans are.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The policy.
    pub policy: Policy,
    /// The plan catalogue.
    pub catalogue: Catalogue,
}

impl Rules {
    /// Returns rules of one's own, ready to be shared.
    #[must_use]
    pub fn new(policy: Policy, catalogue: Catalogue) -> Arc<Self> {
        Arc::new(Self { policy, catalogue })
    }

    /// Returns the policy and the catalogue that are shipped.
    ///
    /// # Errors
    /// Internal: what is shipped has a fault.
    pub fn shipped() -> Result<Arc<Self>> {
        Ok(Self::new(Policy::default_shipped()?, Catalogue::shipped()?))
    }
}

/// What is known of a customer, each as a roster would write it; empty = not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Question<'q> {
    /// The plan: name, product id or GUID.
    pub plan: &'q str,
    /// The paid seats; digits may be grouped.
    pub seats: &'q str,
    /// The segment, in any word that the policy knows.
    pub segment: &'q str,
    /// The status of the subscription.
    pub status: &'q str,
}

/// A customer, judged.
#[derive(Clone, Debug)]
pub struct Judged<'j> {
    /// The rules it was judged by.
    pub rules: &'j Rules,
    /// What was understood of the question, and what is wrong with it.
    pub row: RosterRow<'j>,
    /// The verdict.
    pub verdict: Verdict,
}

impl<'j> Judged<'j> {
    /// Returns the name of the tier; `Needs review` where a fault keeps it from one.
    #[must_use]
    pub fn tier(&self) -> &'j str {
        tier_name(&self.rules.policy, self.verdict.tier)
    }

    /// Returns whether the customer has an entitlement, by its id in the policy; also where it has to be confirmed.
    #[must_use]
    pub fn is_entitled(&self, entitlement: &str) -> bool {
        self.rules.policy.entitlement(entitlement).is_some_and(|place| self.verdict.granted.has(place))
    }

    /// Returns whether an entitlement has to be confirmed with Microsoft.
    #[must_use]
    pub fn must_be_confirmed(&self, entitlement: &str) -> bool {
        self.rules.policy.entitlement(entitlement).is_some_and(|place| self.verdict.confirm.has(place))
    }

    /// Returns why, in words.
    #[must_use]
    pub fn why(&self) -> String {
        why(&self.rules.policy, Facts::of(&self.row), &self.verdict)
    }

    /// Returns whether a fault keeps the customer from a verdict.
    #[must_use]
    pub fn needs_review(&self) -> bool {
        self.row.needs_review()
    }

    /// Returns all that is wrong with the question; what does not block is a remark.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.row.faults
    }
}

/// Judges customers by rules that are shared.
#[derive(Clone, Debug)]
pub struct Judge<'o> {
    rules: Arc<Rules>,
    columns: Columns,
    numbers: Separators,
    fitted: Option<Fitted<'o>>,
}

impl Judge<'static> {
    /// Returns a judge by these rules.
    #[must_use]
    pub fn new(rules: Arc<Rules>) -> Self {
        let columns = Columns {
            segment: Some(SEGMENT),
            status: Some(STATUS),
            ..Columns::of(TenantFrom::Given("the customer".to_owned()), PLAN, SEATS)
        };
        Self { rules, columns, numbers: Separators::default(), fitted: None }
    }
}

impl<'o> Judge<'o> {
    /// Returns the judge for seats that are written like this, where `1.200` may be a fraction or thousands.
    #[must_use]
    pub fn with_numbers(self, numbers: Separators) -> Self {
        Self { numbers, ..self }
    }

    /// Returns the judge with what words mean by an overrides file. Lines for single tenants do not fit: a question names
    /// none.
    #[must_use]
    pub fn overriding<'n>(self, overrides: &'n Overrides) -> Judge<'n>
    where
        'o: 'n,
    {
        let fitted = Some(Fitted::new(overrides, &[], &self.columns));
        Judge { fitted, ..self }
    }

    /// Returns the rules.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Judges one customer. What is wrong with the question becomes a fault of the answer.
    ///
    /// # Errors
    /// Internal.
    pub fn ask<'j>(&'j self, question: Question<'_>) -> Result<Judged<'j>> {
        let judged = self.judged([question], |columns, policy, catalogue| {
            Understanding::without_memory(columns, policy, catalogue)
        });
        judged.into_iter().next().ok_or_else(|| Error::internal("a question without an answer"))
    }

    /// Judges many customers, each by itself; a word that is repeated is looked up once. The answers are in the order of
    /// the questions.
    #[must_use]
    pub fn ask_all<'j, 'q>(&'j self, questions: impl IntoIterator<Item = Question<'q>>) -> Vec<Judged<'j>> {
        self.judged(questions, Understanding::new)
    }

    fn judged<'j, 'q>(
        &'j self,
        questions: impl IntoIterator<Item = Question<'q>>,
        understanding: impl FnOnce(&'j Columns, &'j Policy, &'j Catalogue) -> Understanding<'j>,
    ) -> Vec<Judged<'j>> {
        let rules = &*self.rules;
        let mut records = Records::default();
        for (number, question) in (1..).zip(questions) {
            records.begin(number, number);
            for cell in [question.plan, question.seats, question.segment, question.status] {
                records.push_text(cell);
            }
        }
        let mut understanding = understanding(&self.columns, &rules.policy, &rules.catalogue)
            .with_numbers(self.numbers)
            .overriding(self.fitted.as_ref())
            .of_customers_alone();
        let judged = |record| {
            let mut row = understanding.row(record);
            if row.segment_from == SegmentFrom::Column {
                row.segment_from = SegmentFrom::Given;
            }
            let verdict = judge(&rules.policy, Facts::of(&row));
            Judged { rules, row, verdict }
        };
        records.iter().map(judged).collect()
    }

    /// Returns what is wrong with many answers, each thing once with how many of them have it, and the words among it that
    /// were not understood: what a person settles once for all of them. They are numbered from 1 in the order given.
    #[must_use]
    pub fn findings(&self, judged: &[Judged<'_>]) -> Findings {
        let mut findings = Findings::default();
        for (number, judged) in (1..).zip(judged) {
            findings.see(&judged.row, number, &self.columns);
        }
        findings
    }

    /// Returns what tells a plan from others, folded: the product id of the catalogue, or the name of one that has none,
    /// however the plan is written; what the catalogue does not know, as it is written.
    ///
    /// ```
    /// use fasttrack_core::judge::{Judge, Rules, tenant_key};
    ///
    /// let judge = Judge::new(Rules::shipped()?);
    /// assert_eq!(judge.plan_key("Microsoft 365 E3"), judge.plan_key("spe_e3"));
    /// assert_eq!(judge.plan_key(" Workplace  E3"), "workplace e3");
    /// assert_eq!(tenant_key(" CONTOSO  Ltd"), "contoso ltd");
    /// # Ok::<(), fasttrack_core::error::Error>(())
    /// ```
    #[must_use]
    pub fn plan_key(&self, written: &str) -> String {
        self.rules.catalogue.find(written).map_or_else(|_| fold(written), |found| fold(found.plan.key()))
    }

    /// Returns what the plans of one tenant come to together; their order does not matter.
    #[must_use]
    pub fn roll_up<'j>(&'j self, plans: &[Judged<'j>]) -> Rollup<'j> {
        let parts = (1..)
            .zip(plans)
            .map(|(number, judged)| TenantPart::of(&judged.row, &judged.verdict, number, None));
        Rollup::of(&self.rules.policy, &Tenant::of(parts), Once::Lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge() -> Judge<'static> {
        Judge::new(Rules::shipped().unwrap())
    }

    fn question<'q>(plan: &'q str, seats: &'q str) -> Question<'q> {
        Question { plan, seats, ..Question::default() }
    }

    #[test]
    fn a_question_is_a_customer_whatever_it_says() {
        let judge = judge();
        for (plan, seats, codes) in [
            ("", "", vec!["plan-missing", "seats-missing"]),
            ("Total", "600", vec!["plan-unknown"]),
            ("Education", "", vec!["plan-unknown", "seats-missing"]),
            ("-----", "---", vec!["plan-unknown", "seats-unreadable"]),
            ("Plan", "Seats", vec!["plan-unknown", "seats-unreadable"]),
        ] {
            let judged = judge.ask(question(plan, seats)).unwrap();
            let found: Vec<&str> = judged.faults().iter().map(|fault| fault.code.as_str()).collect();
            assert!(judged.needs_review(), "{plan} {seats}");
            assert_eq!(found, codes, "{plan} {seats}");
            assert_eq!(judged.tier(), "Needs review");
        }
    }

    #[test]
    fn many_questions_have_the_answers_of_each() {
        let judge = judge();
        let asked =
            [("SPE_E3", "600"), ("Total", "600"), ("", ""), ("SPE_E3", "60"), ("Office 365 E1 EDU", "5000")];
        let together = judge.ask_all(asked.iter().map(|(plan, seats)| question(plan, seats)));
        assert_eq!(together.len(), asked.len());
        for (judged, (plan, seats)) in together.iter().zip(asked) {
            let alone = judge.ask(question(plan, seats)).unwrap();
            assert_eq!((&alone.row, alone.verdict, alone.why()), (&judged.row, judged.verdict, judged.why()));
        }
        assert_eq!(judge.ask_all([]).len(), 0);
    }

    #[test]
    fn what_many_answers_have_wrong_is_told_once_with_its_words() {
        use crate::roster::overrides::WordKind;

        let judge = judge();
        let status = |status| Question { status, ..question("SPE_E3", "600") };
        let judged =
            judge.ask_all([status("Zyx"), question("Workplace E3", "5"), status("zyx "), status("Active")]);
        let findings = judge.findings(&judged);
        let words = findings.words();
        let told: Vec<_> =
            words.iter().map(|(kind, word, found)| (*kind, *word, found.number, found.rows)).collect();
        assert_eq!(told, [(WordKind::Status, "Zyx", 1, 2), (WordKind::Plan, "Workplace E3", 2, 1)]);
    }

    #[test]
    fn plans_of_a_tenant_add_up_in_any_order() {
        let judge = judge();
        let mut judged =
            judge.ask_all([question("SPE_E3", "100"), question("SPE_F1", "450"), question("EMS", "400")]);
        let seats = judge.roll_up(&judged).seats;
        judged.reverse();
        assert_eq!((seats, judge.roll_up(&judged).seats), (550, 550));
        assert_eq!(judge.roll_up(&[]).seats, 0);
    }
}
