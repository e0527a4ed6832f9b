//! Columns that are read as nothing: because the user says so, or because a roster need not have them.

use super::super::{Field, Found, Mapping, Unread, paid, refusals};
use super::{Finder, declines};
use crate::error::{Error, ErrorKind, Result};

impl Finder<'_> {
    /// Notes the columns that say nothing of any field, as the user says.
    ///
    /// One that a file names and that is gone is none that could be missed.
    pub(super) fn ignore(&mut self) -> Result<()> {
        for mapping in self.request.mappings.iter().filter(|mapping| mapping.field.is_none()) {
            match self.mapped(mapping) {
                Ok(column) => self.ignored.push(column),
                Err(error) if mapping.file.is_none() => return Err(error),
                Err(_) => {}
            }
        }
        self.ignored.sort_unstable();
        self.ignored.dedup();
        Ok(())
    }

    /// Returns whether a column that one mapping names and another ignores is read: the command line goes before a file.
    ///
    /// # Errors
    /// Both are in one place.
    pub(super) fn is_named_rather_than_ignored(&mut self, named: &Mapping, column: usize) -> Result<bool> {
        let ignoring = self.request.mappings.iter().filter(|mapping| mapping.field.is_none());
        let is_on_line = ignoring
            .filter(|mapping| mapping.file.is_none())
            .any(|mapping| self.mapped(mapping).is_ok_and(|ignored| ignored == column));
        match (&named.file, is_on_line) {
            (None, false) => self.ignored.retain(|ignored| *ignored != column),
            (Some(_), true) => return Ok(false),
            (None, true) => return Err(Error::new(ErrorKind::Usage, refusals::named_and_ignored(named))),
            (Some(_), false) => {
                return Err(Error::new(ErrorKind::Columns, refusals::named_and_ignored(named)));
            }
        }
        Ok(true)
    }

    /// Returns the columns that are read as nothing because the user says so; of a field that is declined those that
    /// would have been read.
    pub(super) fn settled(&mut self, found: &[Found]) -> Vec<usize> {
        let (mut settled, request) = (self.ignored.clone(), self.request);
        for field in Field::ALL.into_iter().filter(|field| declines(request, *field)) {
            let would_be = self.known(field, false).or_else(|| match field {
                Field::Status | Field::Trial => self.by_values(field, found),
                _ => None,
            });
            settled.extend(would_be.and_then(|known| known.column));
        }
        settled
    }

    /// Returns the columns that nearly name a field which changes verdicts and is not found: they are read as nothing,
    /// since a roster need not have them, but somebody should know.
    pub(super) fn unread(&self, found: &[Found], settled: &[usize]) -> Vec<Unread> {
        let read = found.iter().filter_map(|known| known.column);
        let taken: Vec<usize> = read.chain(settled.iter().copied()).collect();
        let missing = [Field::Segment, Field::Status, Field::Trial]
            .into_iter()
            .filter(|field| !found.iter().any(|known| known.field == *field));
        let unread = |field| {
            let (nearest, column) = self.near(field, &taken).into_iter().next()?;
            let why = format!("its heading is near `{}`", nearest.known);
            Some(Unread { field, heading: self.heading(column), column, why })
        };
        let by_heading = missing.filter(|field| !declines(self.request, *field)).filter_map(unread);
        let by_values = paid::unread(self.seen, found, (&self.squeezed, settled));
        let mut all: Vec<Unread> = by_values;
        for unread in by_heading {
            if !all.iter().any(|known| known.column == unread.column) {
                all.push(unread);
            }
        }
        all
    }
}
