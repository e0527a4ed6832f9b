//! Grouped reports: a tenant is named in the first row of its group, and the cells below it are blank.
//!
//! Whether a roster is one is seen from all its rows: the first names a tenant, no tenant is named twice in a row, and
//! the rows without one have all else. Then each of them is read as the tenant's above it, with a remark; its cells stay
//! as they came.

use super::Line;
use crate::diagnostic::{Code, excerpt};
use crate::fold;
use crate::record::{Record, Records};
use crate::roster::Fault;
use crate::roster::columns::{Columns, TenantFrom};
use crate::roster::identity::{Identity, shortened};
use crate::roster::understand::Understanding;
use std::sync::Arc;

/// Fewer rows without a tenant are slips.
const LEAST_ROWS: u64 = 2;
/// One row of so many, at least, has none.
const ROWS_PER_BLANK: u64 = 5;

/// The tenant that the rows below may belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Carried {
    /// What tells it from others, and its name for show, as they are shown.
    tenant: Arc<str>,
    name: Arc<str>,
    /// Its segment, as the row shows it; empty where it shows none.
    segment: Arc<str>,
    /// Whether the row says how its subscription stands, so that one that does not may stand likewise.
    has_status: bool,
    /// Where it is named.
    number: u64,
}

/// What rows show of groups.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups {
    rows: u64,
    blank: u64,
    /// Rows without a tenant that lack something else.
    incomplete: u64,
    /// Whether the first row names a tenant.
    first_is_named: Option<bool>,
    first: Option<u64>,
    last: Option<u64>,
    /// A tenant was named twice in a row.
    names_twice: bool,
    carried: After,
}

/// Whose the next row without a tenant may be.
#[derive(Clone, Debug, Default)]
enum After {
    /// As before.
    #[default]
    Same,
    Nobody,
    Tenant(Carried),
}

impl Groups {
    /// Looks at the next record; `tenant` is the number of its tenant, if it names one.
    pub(super) fn see(&mut self, record: Record<'_>, is_row: bool, tenant: Option<u64>, columns: &Columns) {
        let TenantFrom::Column(column) = columns.tenant else { return };
        if !is_row {
            self.carried = After::Nobody;
            return;
        }
        self.rows += 1;
        self.first_is_named.get_or_insert(tenant.is_some());
        if tenant.is_some() {
            self.names_twice |= self.last == tenant;
            self.first = self.first.or(tenant);
            self.last = tenant;
            // Held back: only the last of a batch is asked for.
            self.carried = After::Same;
        } else if record.cell(column).is_blank() {
            self.blank += 1;
            let is_whole = !record.cell(columns.plan).is_blank() && !record.cell(columns.seats).is_blank();
            self.incomplete += u64::from(!is_whole);
        } else {
            self.carried = After::Nobody;
        }
    }

    /// Says which tenant the batch named last, if no line came behind it that ends a group.
    pub(super) fn end(&mut self, named: Option<Carried>) {
        if let (After::Same, Some(named)) = (&self.carried, named) {
            self.carried = After::Tenant(named);
        }
    }

    pub(super) fn merge(&mut self, next: Self) {
        self.rows += next.rows;
        self.blank += next.blank;
        self.incomplete += next.incomplete;
        self.first_is_named = self.first_is_named.or(next.first_is_named);
        self.names_twice |= next.names_twice || (next.first.is_some() && next.first == self.last);
        self.first = self.first.or(next.first);
        self.last = next.last.or(self.last);
        match next.carried {
            After::Same => {}
            other => self.carried = other,
        }
    }

    /// Returns the tenant that the next rows may belong to.
    pub(super) fn carried(&self) -> Option<&Carried> {
        match &self.carried {
            After::Tenant(carried) => Some(carried),
            After::Same | After::Nobody => None,
        }
    }

    /// Returns whether the pattern is plain.
    pub(super) fn are_plain(&self) -> bool {
        self.first_is_named == Some(true)
            && !self.names_twice
            && self.incomplete == 0
            && self.blank >= LEAST_ROWS
            && self.blank * ROWS_PER_BLANK >= self.rows
    }
}

/// Returns the tenant that a record names.
pub(super) fn carried(record: Record<'_>, identity: &Identity, columns: &Columns) -> Carried {
    let (tenant, name) = identity.shown(record);
    let segment =
        columns.segment.map(|column| shortened(record.cell(column)).into_owned()).unwrap_or_default();
    let (tenant, name, segment) = (tenant.into(), name.into(), segment.into());
    Carried { tenant, name, segment, has_status: has_status(record, columns), number: record.number }
}

fn has_status(record: Record<'_>, columns: &Columns) -> bool {
    [columns.status, columns.trial].into_iter().flatten().any(|column| !record.cell(column).is_blank())
}

/// Says of each row without a tenant whose it is, in a grouped report; `records` are a block of it.
pub fn name_tenants(records: &mut Records, identity: &Identity, understanding: &mut Understanding<'_>) {
    let outline = understanding.outline();
    let columns = understanding.columns();
    let TenantFrom::Column(column) = columns.tenant else { return };
    let first = records.iter().next().map_or(0, |record| record.number);
    let place = outline.carried.binary_search_by_key(&first, |(number, _)| *number).ok();
    let mut carried = place.and_then(|place| outline.carried.get(place)).map(|(_, carried)| carried.clone());
    let mut named: Vec<(usize, Carried)> = Vec::new();
    let mut last = None;
    for (index, record) in records.iter().enumerate() {
        // A row that is left out is blank, and ends a group.
        if last.is_some_and(|last| record.ordinal > last + 1) {
            carried = None;
        }
        last = Some(record.ordinal);
        let is_row = !record.is_blank()
            && matches!(understanding.line(record), Line::Row | Line::Caption(super::Caption::Unknown(_)));
        if !is_row {
            carried = None;
        } else if identity.tenant(record).is_some() {
            carried = Some(self::carried(record, identity, columns));
        } else if record.cell(column).is_blank() {
            let is_plain = |carried: &&Carried| has_status(record, columns) || !carried.has_status;
            named.extend(carried.as_ref().filter(is_plain).map(|carried| (index, carried.clone())));
        } else {
            carried = None;
        }
    }
    for (index, Carried { tenant, name, segment, number, .. }) in named {
        records.name_above(index, [&tenant, &name, &segment], number);
    }
}

/// Returns the remark on a row whose tenant is named above it.
pub(crate) fn remark(tenant: &str, number: u64, column: usize) -> Fault {
    Fault {
        code: Code::TenantFromAbove,
        blocks: false,
        column: Some(column),
        value: String::new(),
        message: format!(
            "no tenant in this row; it was read as `{}`, which row {number} names",
            excerpt(fold::squeeze(tenant).as_str())
        ),
        help: "do nothing if the roster is grouped by tenant; otherwise fill in the cell".to_owned(),
    }
}
