//! Ordered parallel batches ([`pipeline`]), sorting ([`mod@sort`]) and counting ([`tally`]) of more than memory holds.

pub mod pipeline;
pub mod scratch;
pub mod sort;
pub mod tally;
pub mod threads;

use fasttrack_core::{diagnostic, error, roster};
