//! Who stands close to a tier, of the tenants with one row; a tenant on several is looked at as a whole.

use crate::error::Result;
use crate::job::judged::Judged;
use crate::job::listener::Listener;
use crate::job::request::Job;
use crate::job::said::SaidOf;
use crate::policy::Policy;
use crate::record::Records;
use crate::roster::{RosterRow, Understanding};
use crate::steps::{Distance, Near, Step, Steps};
use crate::verdict::Verdict;
use crate::write::Writer;

/// Collects those close to a tier.
pub(in crate::job) struct StepsOfRows<'j> {
    policy: &'j Policy,
    near: Near,
    said: SaidOf,
}

impl<'j> StepsOfRows<'j> {
    /// Returns what collects those that a job calls close.
    pub(super) const fn new(job: &'j Job, said: SaidOf) -> Self {
        Self { policy: &job.policy, near: job.near, said }
    }
}

impl<'a> Listener<'a> for StepsOfRows<'_> {
    type Gathering<'r>
        = Steps
    where
        Self: 'r;
    type Part = Steps;
    type Whole = Steps;

    fn begin(&self, _records: &Records) -> Steps {
        Steps::new(self.policy)
    }

    fn hear(&self, judged: &Judged<'_, '_, 'a>, steps: &mut Steps) {
        let Some((row, verdict)) = judged.customer().filter(|_| judged.repeats.tenant.is_none()) else {
            return;
        };
        let close = (row.segment, verdict, self.near);
        steps.see(self.policy, close, &mut |distance| Step {
            renewal: self.said.renewal(judged),
            ..step(judged, row, verdict, distance)
        });
    }

    fn end(&self, steps: Steps, _records: &Records, _understanding: &Understanding<'a>) -> Steps {
        steps
    }

    fn start(&self) -> Steps {
        Steps::new(self.policy)
    }

    fn join(&self, whole: &mut Steps, part: Steps, _writer: Option<&mut Writer>) -> Result<()> {
        whole.merge(part);
        Ok(())
    }
}

/// Returns a row's line on the lists.
fn step(judged: &Judged<'_, '_, '_>, row: &RosterRow<'_>, verdict: &Verdict, distance: Distance) -> Step {
    let (tenant, name) = judged.shown();
    Step {
        distance,
        number: judged.record.number,
        rows: 1,
        tenant,
        name,
        plan: row.plan.as_ref().map(|found| found.plan.name.clone()).unwrap_or_default(),
        owner: judged.owner(),
        renewal: None,
        segment: row.segment,
        seats: verdict.seats_counted.unwrap_or(0),
        tier: verdict.tier,
    }
}
