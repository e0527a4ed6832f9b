//! What listens to judged rows.

use super::judged::Judged;
use super::sink::Sink;
use crate::error::Result;
use crate::record::Records;
use crate::report::Sheet;
use crate::roster::Understanding;

/// Counts or collects something of judged rows: a part for each batch, made by a worker, joined in the order of the
/// roster.
///
/// A worker begins a part, lets it hear the rows of its batch, and ends it; the thread that has the output joins it. What
/// comes of the whole does not depend on the number of workers.
pub(super) trait Listener<'a>: Sync {
    /// What is gathered of a batch while its rows go by.
    type Gathering<'r>
    where
        Self: 'r;
    /// The same, when all have gone by.
    type Part: Send;
    /// What is gathered of the roster.
    type Whole;

    /// Begins the part of a batch.
    fn begin<'r>(&'r self, records: &'r Records) -> Self::Gathering<'r>;

    /// Hears of the next row of the batch.
    fn hear<'r>(&'r self, judged: &Judged<'_, 'r, 'a>, gathering: &mut Self::Gathering<'r>);

    /// Ends the part; `understanding` is what read the rows.
    fn end<'r>(
        &'r self,
        gathering: Self::Gathering<'r>,
        records: &'r Records,
        understanding: &Understanding<'a>,
    ) -> Self::Part;

    /// Returns the whole of no parts.
    fn start(&self) -> Self::Whole;

    /// Adds the next part; `sink` takes the rows of a sheet or a flat table of its own.
    ///
    /// # Errors
    /// If they cannot be stored, there is no room for temporary files, or there is more than may be.
    fn join(&self, whole: &mut Self::Whole, part: Self::Part, sink: &mut Sink<'_>) -> Result<()>;

    /// Returns a sheet made of the whole, which stands behind the others of its workbook; most have none.
    fn sheet(&self, _whole: &Self::Whole) -> Option<Sheet> {
        None
    }
}

/// One that not all runs need.
impl<'a, L: Listener<'a>> Listener<'a> for Option<L> {
    type Gathering<'r>
        = Option<L::Gathering<'r>>
    where
        Self: 'r;
    type Part = Option<L::Part>;
    type Whole = Option<L::Whole>;

    fn begin<'r>(&'r self, records: &'r Records) -> Self::Gathering<'r> {
        self.as_ref().map(|listener| listener.begin(records))
    }

    fn hear<'r>(&'r self, judged: &Judged<'_, 'r, 'a>, gathering: &mut Self::Gathering<'r>) {
        if let (Some(listener), Some(gathering)) = (self, gathering) {
            listener.hear(judged, gathering);
        }
    }

    fn end<'r>(
        &'r self,
        gathering: Self::Gathering<'r>,
        records: &'r Records,
        understanding: &Understanding<'a>,
    ) -> Self::Part {
        self.as_ref()
            .zip(gathering)
            .map(|(listener, gathering)| listener.end(gathering, records, understanding))
    }

    fn start(&self) -> Self::Whole {
        self.as_ref().map(Listener::start)
    }

    fn join(&self, whole: &mut Self::Whole, part: Self::Part, sink: &mut Sink<'_>) -> Result<()> {
        match (self, whole, part) {
            (Some(listener), Some(whole), Some(part)) => listener.join(whole, part, sink),
            _ => Ok(()),
        }
    }

    fn sheet(&self, whole: &Self::Whole) -> Option<Sheet> {
        self.as_ref().zip(whole.as_ref()).and_then(|(listener, whole)| listener.sheet(whole))
    }
}
