//! From a customer roster to the FastTrack help each customer is entitled to.
//!
//! The walk of one row:
//!
//! 1. [`read`] finds out what the file is, where its headings stand, and gives its lines in blocks of [`record`]s,
//!    each with its place.
//! 2. [`roster`] understands a record: whose it is, which plan of the catalogue ([`plans`]), which segment, how many
//!    paid seats; what is wrong becomes a fault, and the row stays.
//! 3. [`verdict`] judges it by the [`policy`]: which entitlements, which tier, why, how sure, how far to the next.
//! 4. [`summary`] adds it to the totals.
//! 5. [`report`] lays its cells out as plain data, and the other sheets likewise; [`mod@write`] renders them: the row
//!    at once, where it was judged, into compressed XML, the other sheets at the end; into a workbook that is whole or
//!    absent.
//!
//! Beside these, [`steps`] lists who stands close to a tier, and [`changes`] tells what moved since an earlier night,
//! over notes that [`sort`] brings in order; [`findings`] gather what is wrong with the rows, each thing once.
//!
//! [`audit`] looks at a finished workbook again, by code that none of these share with it, but for the judging.
//!
//! [`sql`] writes the same rule for a warehouse, and [`mod@elsewhere`] makes the workbook of what a cluster judged.
//!
//! [`job`] joins these, over the ordered parallel batches of [`pipeline`]. Nouns ([`policy`], [`plans`],
//! [`record`], [`roster`], [`verdict`], [`summary`], [`report`]) touch nothing outside; verbs ([`read`], [`mod@write`])
//! do nothing else and never see each other.
//!
//! ```
//! use fasttrack_roster::job::{Job, annotate};
//! use fasttrack_roster::pipeline::Workers;
//! use fasttrack_roster::policy::Policy;
//! use fasttrack_roster::read::Input;
//! use fasttrack_roster::write::target::Target;
//! use std::ops::ControlFlow;
//!
//! # let folder = tempfile::tempdir()?;
//! # let output = folder.path().join("annotated.xlsx");
//! // Runs may share their workers, each with a clone.
//! let workers = Workers::new(2)?;
//! let roster = Input::File("samples/roster.csv".into());
//! let job = Job {
//!     target: Some(Target::File(output)),
//!     workers: workers.clone(),
//!     ..Job::new(roster, Policy::default_shipped()?)
//! };
//! // What watches the run may stop it.
//! let done = annotate(&job, &|_rows| ControlFlow::Continue(()))?;
//! assert!(done.summary.customers() > 0 && done.written.is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod audit;
pub mod elsewhere;
pub mod job;
pub mod nightly;
pub mod report;
pub mod run_report;
pub mod sql;

pub use fasttrack_batch::{handles, pipeline, scratch, sort, tally, threads};
pub use fasttrack_core::{
    PROGRAM, about, changes, customers, date, diagnostic, error, escape, findings, fold, guard, hash, judge,
    otherwise, output_fields, plans, policy, record, roster, steps, summary, tenants, verdict,
};
pub use fasttrack_read as read;
#[cfg(feature = "serve")]
pub use fasttrack_serve as serve;
pub use fasttrack_write as write;
