//! Whose rows a workbook has, if it has not all of a roster's.

use super::split::By;
use crate::summary::Summary;
use crate::tenants::Tenants;

/// Whose rows a workbook has, and what it takes from the whole roster.
pub(super) struct SplitWorkbook<'p, 'a> {
    /// What customers are split by.
    pub(super) by: By,
    /// The value.
    pub(super) value: &'p str,
    /// Its customers' rows.
    pub(super) rows: u64,
    /// Whether one of them is of a tenant that stands on several rows of the roster.
    pub(super) has_tenants: bool,
    /// The totals of the whole roster.
    pub(super) summary: &'p Summary,
    /// The tenants on several rows of the whole roster.
    pub(super) tenants: &'p Tenants<'a>,
}
