//! Columns by a heading that is known, among those that are read.

use super::{Columns, heading_key};
use crate::roster::exports::squeezed;

/// Answers which column of the table has a known heading, folded and without what stands between its words; the
/// leftmost, if several have it. Columns that the user said to ignore are passed over.
pub(in crate::roster) fn headed<'a>(
    headings: &[String],
    columns: &'a Columns,
) -> impl Fn(&&str) -> Option<usize> + use<'a> {
    let keys: Vec<String> = headings.iter().map(|heading| squeezed(&heading_key(heading))).collect();
    move |known| {
        let known = squeezed(known);
        let mut those = keys.iter().enumerate().filter(|(_, key)| **key == known).map(|(column, _)| column);
        those.find(|column| columns.table.contains(column) && !columns.ignored.contains(column))
    }
}
