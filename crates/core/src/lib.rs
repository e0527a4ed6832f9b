//! Judges which FastTrack help a customer is entitled to.
//!
//! Pure: no file, no thread, no clock, no workbook. What any program builds on that has rows and wants verdicts:
//!
//! 1. [`record`]s are the lines of a roster, whatever file they came from, [`about`] says what that file was.
//! 2. [`roster`] understands a record: whose it is, which plan of the catalogue ([`plans`]), which segment, how many
//!    paid seats; what is wrong becomes a [`diagnostic`], and the row stays.
//! 3. [`verdict`] judges it by the [`policy`]: which entitlements, which tier, why, how sure, how far to the next.
//! 4. [`summary`], [`tenants`], [`steps`], [`findings`] and [`changes`] count and collect verdicts.
//! 5. [`output_fields`] lists the columns in which all of that is told.
//!
//! Who has no roster but a question asks a [`judge`]:
//!
//! ```
//! use fasttrack_core::judge::{Judge, Question, Rules};
//!
//! let judge = Judge::new(Rules::shipped()?);
//! let judged = judge.ask(Question { plan: "Office 365 E3", seats: "480", ..Question::default() })?;
//! println!("{}: {}", judged.tier(), judged.why());
//! # assert_eq!(judged.tier(), "Specialist");
//! # Ok::<(), fasttrack_core::error::Error>(())
//! ```

pub mod about;
pub mod changes;
pub mod code;
pub mod customers;
pub mod date;
pub mod diagnostic;
pub mod error;
pub mod escape;
pub mod figures;
pub mod findings;
pub mod fold;
pub mod guard;
pub mod hash;
pub mod judge;
pub mod otherwise;
pub mod output_fields;
pub mod plans;
pub mod policy;
pub mod record;
pub mod roster;
pub mod steps;
pub mod summary;
pub mod tenants;
pub mod verdict;

/// The name and version of the program, as it writes them into all that it makes.
pub const PROGRAM: &str = concat!("fasttrack ", env!("CARGO_PKG_VERSION"));
