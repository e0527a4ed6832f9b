//! What is wrong with the rows, each thing once.

use crate::error::Result;
use crate::findings::Findings;
use crate::job::judged::Judged;
use crate::job::listener::Listener;
use crate::job::sink::Sink;
use crate::record::Records;
use crate::roster::Understanding;

/// Gathers faults.
pub(in crate::job) struct FaultCollector;

impl<'a> Listener<'a> for FaultCollector {
    type Gathering<'r> = Findings;
    type Part = Findings;
    type Whole = Findings;

    fn begin(&self, _records: &Records) -> Findings {
        Findings::default()
    }

    fn hear(&self, judged: &Judged<'_, '_, 'a>, findings: &mut Findings) {
        findings.see(&judged.row, judged.record.number, judged.understanding.columns());
    }

    fn end(&self, findings: Findings, _records: &Records, _understanding: &Understanding<'a>) -> Findings {
        findings
    }

    fn start(&self) -> Findings {
        Findings::default()
    }

    fn join(&self, whole: &mut Findings, part: Findings, _sink: &mut Sink<'_>) -> Result<()> {
        whole.merge(part);
        Ok(())
    }
}
