//! The main job: a roster in, judged row by row on all cores, an annotated workbook or another file out.
//!
//! The way of a row: `run` finds out what there is to know before the first row; `pass` sends blocks of records to the
//! workers (`worker`), who understand and judge each row; a judged row is heard by the `listeners`, and becomes a row of
//! the output in `rows`; `finish` makes the other sheets of what the listeners gathered.

pub mod catalogues;
mod census;
mod context;
mod done;
pub mod files;
mod finish;
mod first_rows;
mod judged;
mod listener;
mod listeners;
mod open_files;
mod output;
mod overrides;
mod own_files;
mod pass;
pub mod preview;
mod progress;
mod refuse;
mod request;
mod review;
mod roll_up;
mod rows;
mod run;
mod said;
mod sheets;
mod since;
mod sink;
pub mod split;
mod split_sheets;
mod split_workbook;
mod tables;
mod understandings;
mod workbook;
mod worker;

pub use done::{Done, FAULTS_SHOWN, Otherwise, TableWritten, TablesWritten};
pub use overrides::load as load_overrides;
pub use own_files::OwnFiles;
pub use progress::{Progress, unwatched};
pub use refuse::is_same_file;
pub use request::{Job, Previous, TablesJob, Totals};
pub use run::annotate;
