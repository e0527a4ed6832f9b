//! The begin of the output: what it is called, and which streamed sheets it has.

use super::output::Output;
use super::request::Job;
use super::split_workbook::SplitWorkbook;
use crate::PROGRAM;
use crate::about::About;
use crate::date::Date;
use crate::error::Result;
use crate::plans::Edition;
use crate::report::roster::Layout;
use crate::report::{self, Stream, review};
use crate::roster::columns::Columns;
use crate::scratch::Scratch;
use crate::write::target::Target;
use crate::write::{self, Properties, SharedTexts, SheetId, Streams, WriteOptions, Writer};

/// Sheets in front of the streamed ones: the Summary, Next steps, At risk, Breakdown.
pub(super) const FRONT: usize = 4;

/// Which sheets a workbook has that not all have.
#[derive(Clone, Copy)]
pub(super) struct Has {
    /// One of tenants that stand on several rows.
    pub(super) tenants: bool,
    /// One of changes.
    pub(super) changes: bool,
}

/// The streamed sheets of a workbook; what is `None` it does not have.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SheetIds {
    /// That of the changes since an earlier night.
    pub(super) changes: Option<SheetId>,
    /// That of the tenants on several rows.
    pub(super) tenants: Option<SheetId>,
    /// That of the customers to be onboarded.
    pub(super) onboarding: Option<SheetId>,
    /// That of the customers who would get other help under another policy.
    pub(super) otherwise: Option<SheetId>,
    /// That of the faults.
    pub(super) review: Option<SheetId>,
}

/// Begins the output; `part` says whose rows it has, if it has not all.
///
/// # Errors
/// If it cannot be written.
pub(super) fn begin(
    (job, target): (&Job, &Target),
    scratch: &Scratch,
    (about, columns): (&About, &Columns),
    (layout, shared): (&Layout<'_>, SharedTexts),
    has: Has,
    part: Option<&SplitWorkbook<'_, '_>>,
) -> Result<(Output, SheetIds)> {
    if job.format.is_flat() {
        let fields = layout.fields(about);
        let number = layout.source_row();
        let header_row = about.header_row;
        let (workers, program) = (&job.workers, PROGRAM);
        let options = write::flat::Options { number, header_row, workers, program };
        let writer = write::flat::Writer::create(target, scratch, job.format, &fields, options)?;
        return Ok((Output::Flat(Box::new(writer)), SheetIds::default()));
    }
    let properties = Properties {
        title: match part {
            Some(part) => format!("FastTrack entitlements: {}, {}", about.name, part.value),
            None => format!("FastTrack entitlements: {}", about.name),
        },
        subject: format!(
            "{}, effective {}; policy {}",
            job.policy.title, job.policy.effective, job.policy.name
        ),
        program: PROGRAM.to_owned(),
        made_from: vec![
            ("Roster SHA-256".to_owned(), about.sha256.clone()),
            ("Policy SHA-256".to_owned(), job.policy.sha256.clone()),
            ("Catalogue SHA-256".to_owned(), Edition::shipped().sha256.clone()),
        ],
        date: Date::first_of(&job.policy.effective).map(|date| date.to_string()).unwrap_or_default(),
    };
    let making =
        WriteOptions { method: job.method, compression: job.compression, workers: job.workers.clone() };
    let mut streams = Streams::new(FRONT, layout.stream(about, columns));
    streams.share(shared);
    streams.announce(report::steps::looks(&job.policy));
    if job.split.is_some() {
        streams.split();
    }
    let changes = Stream { looks: report::changes::looks(&job.policy), ..report::changes::stream() };
    let sheets = SheetIds {
        changes: has.changes.then(|| streams.add_before(changes)),
        tenants: has.tenants.then(|| streams.add_behind(report::tenants::stream(&job.policy))),
        onboarding: report::onboarding::checklist(&job.policy).map(|sheet| streams.add_checklist(sheet)),
        otherwise: Some(streams.add_checklist(report::otherwise::list(&job.policy))),
        review: Some(streams.add_behind(review::stream(&job.policy))),
    };
    let writer = Writer::create(target, scratch, making, streams, &properties)?;
    Ok((Output::Workbook(Box::new(writer)), sheets))
}
