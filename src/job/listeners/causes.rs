//! What is wrong with the rows by its kind, with the rows and the customers that have it.

use crate::error::Result;
use crate::findings::causes::Causes;
use crate::job::judged::Judged;
use crate::job::listener::Listener;
use crate::job::sink::Sink;
use crate::record::Records;
use crate::roster::Understanding;

/// Counts rows and customers by what is wrong.
pub(in crate::job) struct CauseCounter;

impl<'a> Listener<'a> for CauseCounter {
    type Gathering<'r> = Causes;
    type Part = Causes;
    type Whole = Causes;

    fn begin(&self, _records: &Records) -> Causes {
        Causes::default()
    }

    fn hear(&self, judged: &Judged<'_, '_, 'a>, causes: &mut Causes) {
        causes.see(&judged.row, || judged.identity.tenant_number(judged.record));
    }

    fn end(&self, causes: Causes, _records: &Records, _understanding: &Understanding<'a>) -> Causes {
        causes
    }

    fn start(&self) -> Causes {
        Causes::default()
    }

    fn join(&self, whole: &mut Causes, part: Causes, _sink: &mut Sink<'_>) -> Result<()> {
        whole.merge(part);
        Ok(())
    }
}
