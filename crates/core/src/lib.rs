//! Judges which FastTrack help a customer is entitled to.
//!
//! Pure: no file, no thread, no clock, no workbook. What any program builds on that has rows and wants verdicts:
//!
//! 1. [`record`]s are the lines of a roster, whatever file they came from, [`about`] says what that file was.
//! 2. [`roster`] understands a record: whose it is, which plan of the catalogue ([`plans`]), which segment, how many
//!    paid seats; what is wrong becomes a [`diagnostic`], and the row stays.
//! 3. [`verdict`] judges it by the [`policy`]: which entitlements, which tier, why, how sure, how far to the next.
//! 4. [`summary`], [`tenants`], [`steps`], [`findings`] and [`changes`] count and collect verdicts.
//!
//! ```
//! use fasttrack_core::policy::Policy;
//!
//! let policy = Policy::default_shipped()?;
//! let education = policy.segment_by_word("edu").unwrap_or_default();
//! let specialist = policy.entitlement("specialist").unwrap_or_default();
//! let threshold = policy.threshold(specialist, education).and_then(|threshold| threshold.seats);
//! assert_eq!(threshold, Some(1000));
//! # Ok::<(), fasttrack_core::error::Error>(())
//! ```

pub mod about;
pub mod changes;
pub mod diagnostic;
pub mod error;
pub mod escape;
pub mod findings;
pub mod fold;
pub mod guard;
pub mod hash;
pub mod plans;
pub mod policy;
pub mod record;
pub mod roster;
pub mod steps;
pub mod summary;
pub mod tenants;
pub mod verdict;
