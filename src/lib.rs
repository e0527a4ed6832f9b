//! From a customer roster to the FastTrack help each customer is entitled to.

pub mod about;
pub mod diagnostic;
pub mod error;
pub mod fold;
pub mod guard;
pub mod hash;
pub mod pipeline;
pub mod plans;
pub mod policy;
pub mod read;
pub mod record;
pub mod report;
pub mod roster;
pub mod summary;
pub mod verdict;
pub mod write;
