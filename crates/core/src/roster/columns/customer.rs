//! What the customer is called, beside what tells it from others.

use super::{Because, Columns, Field, Found, TenantFrom, headed};
use crate::roster::headings::{TENANT_NAMES, abroad};

/// Finds the column of the customers' names by its heading, unless the user said which it is, or that there is none.
///
/// It is none of its own where the tenant is read from it.
pub(super) fn name(columns: &mut Columns, headings: &[String]) {
    let is_said = columns.customer.is_some() || columns.declined.contains(&Field::Customer);
    // Where all rows are of one tenant, nothing else is read of them.
    if is_said || matches!(columns.tenant, TenantFrom::Given(_)) {
        return;
    }
    let names = TENANT_NAMES.iter().chain(abroad::TENANT_NAMES);
    let there: Vec<usize> = names.filter_map(headed(headings, columns)).collect();
    let Some((column, others)) = there.split_first() else { return };
    if columns.tenant == TenantFrom::Column(*column) {
        return;
    }
    let heading = |column: &usize| headings.get(*column).cloned().unwrap_or_default();
    columns.customer = Some(*column);
    columns.found.push(Found {
        field: Field::Customer,
        column: Some(*column),
        heading: heading(column),
        because: Because::Heading,
        others: others.iter().map(heading).collect(),
        instead_of: None,
    });
    columns.found.sort_by_key(|known| Field::ALL.into_iter().position(|field| field == known.field));
}
