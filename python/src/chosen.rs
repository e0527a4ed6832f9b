//! Which column of a table is which: as the caller names them.

use arrow_schema::{ArrowError, Schema};
use fasttrack_core::roster::columns::{Columns, Field, TenantFrom};
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

/// Fields that decide a verdict and need not be named: a table that has a column for one, and does not name it, is told.
const UNNAMED: [Field; 3] = [Field::Segment, Field::Status, Field::Trial];

impl Names {
    /// Returns the fields that are named, with the name of each: those that are needed first.
    fn named(&self) -> Vec<(Field, &str)> {
        let needed = [(Field::Tenant, &self.tenant), (Field::Plan, &self.plan), (Field::Seats, &self.seats)];
        let others = [
            (Field::Segment, &self.segment),
            (Field::Status, &self.status),
            (Field::Trial, &self.trial),
            (Field::Subscription, &self.subscription),
        ];
        let others = others.into_iter().filter_map(|(field, name)| Some((field, name.as_ref()?)));
        needed.into_iter().chain(others).map(|(field, name)| (field, name.as_str())).collect()
    }

    /// Checks that a table has the columns that are named.
    ///
    /// # Errors
    /// All names that it does not have, with those that were probably meant, and all that it has.
    pub(crate) fn check(&self, columns: &[&str]) -> Result<(), ArrowError> {
        let named = self.named();
        let missing: Vec<_> = named.iter().filter(|(_, name)| !columns.contains(name)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let free: Vec<&str> =
            columns.iter().filter(|column| named.iter().all(|(_, name)| name != *column)).copied().collect();
        let meant = missing
            .iter()
            .filter_map(|(field, name)| Some(format!("{}=\"{}\"", field.word(), field.meant(name, &free)?)));
        let meant: Vec<String> = meant.collect();
        let help = if meant.is_empty() {
            "name your columns, such as plan=\"Product\"".to_owned()
        } else {
            format!("did you mean {}?", meant.join(", "))
        };
        let listed =
            |texts: &[&str]| texts.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let missing: Vec<String> =
            missing.iter().map(|(field, name)| format!("`{name}` ({}=)", field.word())).collect();
        Err(ArrowError::SchemaError(format!(
            "the table has no column {}; {help}; the columns are: {}",
            missing.join(", "),
            listed(columns)
        )))
    }

    /// Returns columns that are headed as a field is that is not named, with its word: of each field, the first.
    pub(crate) fn unread(&self, columns: &[&str]) -> Vec<(&'static str, String)> {
        let named = self.named();
        let unnamed = UNNAMED.into_iter().filter(|field| named.iter().all(|(of, _)| of != field));
        let first = |field: Field| {
            let free = columns.iter().filter(|column| named.iter().all(|(_, name)| name != *column));
            let found = free.copied().find(|column| field.is_named(column))?;
            Some((field.word(), found.to_owned()))
        };
        unnamed.filter_map(first).collect()
    }

    /// Returns where the columns are in a table.
    ///
    /// # Errors
    /// All names that the table does not have, with those that it has.
    pub(crate) fn find(&self, schema: &Schema) -> Result<Chosen, ArrowError> {
        let columns: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        self.check(&columns)?;
        let named = self.named();
        let places = named.iter().map(|(_, name)| schema.index_of(name)).collect::<Result<Vec<_>, _>>()?;
        let place = |wanted: Field| named.iter().position(|(field, _)| *field == wanted);
        let columns = Columns {
            segment: place(Field::Segment),
            status: place(Field::Status),
            trial: place(Field::Trial),
            subscription: place(Field::Subscription),
            ..Columns::of(TenantFrom::Column(0), 1, 2)
        };
        Ok(Chosen { places, headings: named.into_iter().map(|(_, name)| name.to_owned()).collect(), columns })
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
