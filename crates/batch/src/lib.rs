//! Ordered parallel batches ([`pipeline`]), sorting ([`mod@sort`]) and counting ([`tally`]) of more than memory holds; and
//! the files that others give or that go with the run ([`handles`], [`scratch`]).

pub mod handles;
pub mod pipeline;
pub mod scratch;
pub mod sort;
pub mod tally;
pub mod threads;

use fasttrack_core::{diagnostic, error, roster};
