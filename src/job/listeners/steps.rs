//! Who stands close to a tier, of the tenants with one row; a tenant on several is looked at as a whole.

use crate::error::Result;
use crate::job::judged::Judged;
use crate::job::listener::Listener;
use crate::job::request::Job;
use crate::job::said::SaidOf;
use crate::job::sink::Sink;
use crate::policy::Policy;
use crate::record::Records;
use crate::roster::{RosterRow, Understanding};
use crate::steps::{Distance, Near, Step, Steps};
use crate::verdict::Verdict;
use std::sync::atomic::{AtomicU64, Ordering};

/// Collects those close to a tier.
pub(in crate::job) struct StepsOfRows<'j> {
    policy: &'j Policy,
    near: Near,
    said: SaidOf,
    /// The seats beyond which nobody is on the lists any more, as far as is known; what comes of it does not depend on
    /// when a worker learns of them.
    limits: [AtomicU64; 2],
}

impl<'j> StepsOfRows<'j> {
    /// Returns what collects those that a job calls close.
    pub(super) const fn new(job: &'j Job, said: SaidOf) -> Self {
        Self { policy: &job.policy, near: job.near, said, limits: [const { AtomicU64::new(u64::MAX) }; 2] }
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
        Steps::within(self.policy, self.limits.each_ref().map(|limit| limit.load(Ordering::Relaxed)))
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

    fn join(&self, whole: &mut Steps, part: Steps, _sink: &mut Sink<'_>) -> Result<()> {
        whole.merge(part);
        for (limit, known) in self.limits.iter().zip(whole.limits()) {
            limit.store(known, Ordering::Relaxed);
        }
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
        owner: judged.owner().into_owned(),
        renewal: None,
        segment: row.segment,
        seats: verdict.seats_counted.unwrap_or(0),
        tier: verdict.tier,
    }
}
