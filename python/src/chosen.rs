//! Which column of a table is which: as the caller names them.

use arrow_schema::{ArrowError, Schema};
use fasttrack_core::roster::columns::{Columns, TenantFrom};
use pyo3::prelude::*;

/// The names of the columns, each `None` where the table has none.
#[derive(Clone, Debug, FromPyObject)]
pub(crate) struct Names {
    #[pyo3(item)]
    pub(crate) tenant: String,
    #[pyo3(item)]
    pub(crate) plan: String,
    #[pyo3(item)]
    pub(crate) seats: String,
    #[pyo3(item)]
    pub(crate) segment: Option<String>,
    #[pyo3(item)]
    pub(crate) status: Option<String>,
    #[pyo3(item)]
    pub(crate) trial: Option<String>,
    #[pyo3(item)]
    pub(crate) subscription: Option<String>,
}

/// The columns that are read.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    /// Where they are in the table.
    pub(crate) places: Vec<usize>,
    /// Their names, in that order.
    pub(crate) headings: Vec<String>,
    /// What each of `places` means.
    pub(crate) columns: Columns,
}

impl Names {
    /// Returns where the columns are in a table.
    ///
    /// # Errors
    /// All names that the table does not have, with those that it has.
    pub(crate) fn find(&self, schema: &Schema) -> Result<Chosen, ArrowError> {
        let needed = [("tenant", &self.tenant), ("plan", &self.plan), ("seats", &self.seats)];
        let others = [
            ("segment", &self.segment),
            ("status", &self.status),
            ("trial", &self.trial),
            ("subscription", &self.subscription),
        ];
        let others = others.into_iter().filter_map(|(field, name)| Some((field, name.as_ref()?)));
        let named: Vec<(&str, &String)> = needed.into_iter().chain(others).collect();
        let missing: Vec<String> = named
            .iter()
            .filter(|(_, name)| schema.index_of(name).is_err())
            .map(|(field, name)| format!("`{name}` ({field}=)"))
            .collect();
        if !missing.is_empty() {
            let columns: Vec<String> =
                schema.fields().iter().map(|field| format!("`{}`", field.name())).collect();
            return Err(ArrowError::SchemaError(format!(
                "the table has no column {}; name your columns, such as plan=\"Product\"; the columns are: {}",
                missing.join(", "),
                columns.join(", ")
            )));
        }
        let places = named.iter().map(|(_, name)| schema.index_of(name)).collect::<Result<Vec<_>, _>>()?;
        let place = |wanted: &str| named.iter().position(|(field, _)| *field == wanted);
        let columns = Columns {
            segment: place("segment"),
            status: place("status"),
            trial: place("trial"),
            subscription: place("subscription"),
            ..Columns::of(TenantFrom::Column(0), 1, 2)
        };
        Ok(Chosen { places, headings: named.into_iter().map(|(_, name)| name.clone()).collect(), columns })
    }
}

impl Chosen {
    /// Returns the columns that show something as a whole, and what they mean among themselves: to read only those takes
    /// half the time.
    pub(crate) fn of_facts(&self) -> (Vec<usize>, Columns) {
        let read = [Some(0), Some(self.columns.seats), self.columns.subscription];
        let places = read.into_iter().flatten().filter_map(|at| self.places.get(at).copied()).collect();
        let subscription = self.columns.subscription.map(|_| 2);
        // No plan is read.
        (places, Columns { subscription, ..Columns::of(TenantFrom::Column(0), 0, 1) })
    }
}
