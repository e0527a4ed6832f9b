//! How the columns are found: what the user says, then the export, then the headings, then a guess.

mod passed_over;

use super::evidence;
use super::near::{Near, near};
use super::refusals::{self, Flag};
use super::subject::Subject;
use super::watch::{by_user, watched};
use super::{Because, ColumnRequest, Columns, Confidence, Field, Found, Guesses, Mapping, Seen, TenantFrom};
use super::{heading_key, paid, rank};
use crate::diagnostic::Diagnostic;
use crate::error::{Error, ErrorKind, Result};
use crate::roster::exports::{Export, squeezed};
use crate::roster::headings::LEFT_OVER;

/// Returns whether the user says that the roster has no column for a field that it need not have.
pub(super) fn declines(request: ColumnRequest<'_>, field: Field) -> bool {
    const NONE: &str = "-";
    let named = request.mappings.iter().rev().filter(|mapping| mapping.field == Some(field));
    let first = named.min_by_key(|mapping| mapping.file.is_some());
    !field.is_needed() && first.is_some_and(|mapping| mapping.heading.trim() == NONE)
}

/// A roster whose columns are sought.
pub(super) struct Finder<'a> {
    seen: Seen<'a>,
    request: ColumnRequest<'a>,
    /// The headings folded, and the same without blanks.
    keys: Vec<String>,
    squeezed: Vec<String>,
    export: Option<&'static Export>,
    /// The columns that say nothing, as the user says.
    ignored: Vec<usize>,
    /// All that keeps the columns from being certain.
    wrong: Vec<Diagnostic>,
}

impl<'a> Finder<'a> {
    pub(super) fn new(seen: Seen<'a>, request: ColumnRequest<'a>) -> Self {
        let keys: Vec<String> = seen.headings.iter().map(|heading| heading_key(heading)).collect();
        let squeezed: Vec<String> = keys.iter().map(|key| squeezed(key)).collect();
        let export = Export::recognised(&squeezed);
        Self { seen, request, keys, squeezed, export, ignored: Vec::new(), wrong: Vec::new() }
    }

    pub(super) fn find(mut self) -> Result<Columns> {
        let found = self.gathered()?;
        if self.request.guesses == Guesses::Refused {
            for guess in found.iter().filter(|known| known.because.confidence() == Confidence::Guess) {
                let flag = self.flag(guess.field, guess.column);
                self.wrong.push(refusals::uncertain(guess, &flag));
            }
        }
        self.columns(found)
    }

    /// Returns the columns that are there, however many are missing.
    ///
    /// # Errors
    /// If the user names a column that is not there, or names one twice.
    pub(super) fn gathered(&mut self) -> Result<Vec<Found>> {
        let (mut found, request) = (Vec::new(), self.request);
        self.ignore()?;
        for field in Field::ALL.into_iter().filter(|field| !declines(request, *field)) {
            let known = self.by_wish(field)?;
            let known = known.or_else(|| self.known(field, true));
            found.extend(known);
        }
        for field in Field::ALL.into_iter().filter(|field| field.is_needed()) {
            if !found.iter().any(|known: &Found| known.field == field) {
                let guess = self.behind_the_plan(field, &found).or_else(|| self.guess(field, &found));
                found.extend(guess);
            }
        }
        for field in [Field::Status, Field::Trial] {
            let is_missing = !found.iter().any(|known: &Found| known.field == field);
            let is_sought = is_missing && !declines(self.request, field);
            found.extend(if is_sought { self.by_values(field, &found) } else { None });
        }
        found.sort_by_key(|known| Field::ALL.into_iter().position(|field| field == known.field));
        Ok(found)
    }

    /// Returns the column that is a status or marks trials by its values.
    fn by_values(&self, field: Field, found: &[Found]) -> Option<Found> {
        let (column, because, others) =
            paid::by_values(self.seen, field, found, (&self.squeezed, &self.ignored))?;
        Some(self.found(field, column, because, others))
    }

    fn columns(mut self, found: Vec<Found>) -> Result<Columns> {
        let settled = self.settled(&found);
        // A renewal that reads `Cancelled` tells of the status, too.
        let decide: Vec<Found> = found.iter().filter(|known| known.field.decides()).cloned().collect();
        let column = |field| found.iter().find(|known| known.field == field).and_then(|known| known.column);
        let is_behind = found.iter().any(|known| known.because == Because::BeforeColon);
        let tenant = match (self.request.tenant, column(Field::Tenant)) {
            (Some(name), _) => Some(TenantFrom::Given(name.to_owned())),
            (None, Some(column)) if is_behind => Some(TenantFrom::BeforeColon(column)),
            (None, column) => column.map(TenantFrom::Column),
        };
        match (tenant, column(Field::Plan), column(Field::Seats)) {
            (Some(tenant), Some(plan), Some(seats)) if self.wrong.is_empty() => Ok(Columns {
                tenant,
                plan,
                seats,
                customer: column(Field::Customer),
                segment: column(Field::Segment),
                status: column(Field::Status),
                trial: column(Field::Trial),
                subscription: column(Field::Subscription),
                owner: column(Field::Owner),
                country: column(Field::Country),
                renewal: column(Field::Renewal),
                phase: column(Field::Phase),
                services: column(Field::Services),
                table: 0..usize::MAX,
                export: self.export,
                status_asks: column(Field::Status)
                    .is_some_and(|column| Subject::of(&self.heading(column)).asks_nearly_whether_active()),
                unread: self.unread(&decide, &settled),
                watched: watched(self.seen, &decide, (&self.squeezed, &[settled, self.units()].concat())),
                other_plans: self.other_plans(&found),
                grace: self.export.and_then(Export::grace).and_then(|heading| self.headed(heading)),
                declined: Field::ALL.into_iter().filter(|field| declines(self.request, *field)).collect(),
                ignored: self.ignored,
                found,
            }),
            _ => {
                refusals::list_headings(&mut self.wrong, self.seen.headings);
                Err(Error { kind: ErrorKind::Columns, diagnostics: self.wrong })
            }
        }
    }

    /// Returns the column that the user names.
    fn by_wish(&mut self, field: Field) -> Result<Option<Found>> {
        let named = |in_file: bool| {
            let all = self.request.mappings.iter().rev();
            all.filter(move |mapping| mapping.field == Some(field))
                .find(|mapping| mapping.file.is_some() == in_file)
        };
        let (on_line, in_file) = (named(false), named(true));
        if let (Field::Tenant, Some(name)) = (field, self.request.tenant) {
            if on_line.is_some() {
                return Err(Error::new(ErrorKind::Usage, refusals::given_twice()));
            }
            let instead_of = self.known(field, false).map(|known| known.heading);
            let heading = name.to_owned();
            let because = Because::Given;
            return Ok(Some(Found { field, column: None, heading, because, others: Vec::new(), instead_of }));
        }
        let Some(mapping) = on_line.or(in_file) else { return Ok(None) };
        let column = self.mapped(mapping)?;
        if self.ignored.contains(&column) && !self.is_named_rather_than_ignored(mapping, column)? {
            return Ok(None);
        }
        let because = mapping.file.clone().map_or(Because::Named, Because::InFile);
        let instead_of =
            self.known(field, false).filter(|known| known.column != Some(column)).map(|known| known.heading);
        let heading = self.heading(column);
        Ok(Some(Found { field, column: Some(column), heading, because, others: Vec::new(), instead_of }))
    }

    /// Returns the column that a mapping names.
    fn mapped(&self, mapping: &Mapping) -> Result<usize> {
        let key = heading_key(&mapping.heading);
        let by_number = mapping.heading.strip_prefix('#').and_then(|number| number.parse::<usize>().ok());
        let mut named =
            self.keys.iter().enumerate().filter(|(_, known)| **known == key).map(|(column, _)| column);
        let column = named.next().or_else(|| by_number.and_then(|number| number.checked_sub(1)));
        let same: Vec<usize> = column.into_iter().chain(named).collect();
        if same.len() > 1 {
            return Err(Error::new(ErrorKind::Columns, refusals::doubtful(mapping.field, &same)));
        }
        column.filter(|column| *column < self.seen.headings.len()).ok_or_else(|| {
            // A file was right once, and may be used where nobody watches: then it is the roster that changed.
            let kind = if mapping.file.is_some() { ErrorKind::Columns } else { ErrorKind::Usage };
            Error::new(kind, refusals::not_found(mapping, self.seen.headings))
        })
    }

    /// Returns the column that the export or its heading shows; `is_told` = what is wrong with it is noted.
    fn known(&mut self, field: Field, is_told: bool) -> Option<Found> {
        let noted = self.wrong.len();
        let found = self.by_export(field).or_else(|| self.by_heading(field));
        if !is_told {
            self.wrong.truncate(noted);
        }
        found
    }

    fn by_export(&mut self, field: Field) -> Option<Found> {
        let heading = self.export?.heading(field, &self.squeezed)?;
        let named = self.squeezed.iter().enumerate().filter(|(_, key)| *key == heading);
        let named = named.map(|(column, _)| column).filter(|column| !self.ignored.contains(column));
        let same: Vec<usize> = named.collect();
        let column = *same.first()?;
        if same.len() > 1 {
            self.wrong.push(refusals::doubtful(Some(field), &same));
        }
        let others = self.fitting(field).into_iter().map(|(_, other)| other).filter(|other| *other != column);
        Some(self.found(field, column, Because::Export, others.collect()))
    }

    fn by_heading(&mut self, field: Field) -> Option<Found> {
        let fitting = self.fitting(field);
        let (best, first) = *fitting.first()?;
        let same: Vec<usize> =
            fitting.iter().filter(|(rank, _)| *rank == best).map(|(_, column)| *column).collect();
        if same.len() > 1 {
            self.wrong.push(refusals::doubtful(Some(field), &same));
        }
        let others: Vec<usize> = fitting.iter().skip(1).map(|(_, column)| *column).collect();
        if !matches!(field, Field::Plan | Field::Seats)
            || !evidence::against(self.seen, field, first).is_against(field)
        {
            return Some(self.found(field, first, Because::Heading, others));
        }
        // None of its values fits: one that has the better values goes before it.
        let better = others.iter().find(|other| evidence::of(self.seen, field, **other).is_for(field));
        let Some(better) = better.copied() else {
            return Some(self.found(field, first, Because::Heading, others));
        };
        let because = Because::ValuesBefore(self.heading(first));
        let others = others.into_iter().filter(|other| *other != better).collect();
        Some(self.found(field, better, because, others))
    }

    /// Returns the columns whose heading is on the field's list: (rank, column), best first.
    ///
    /// Beside seats that are assigned, available ones are those that are left over.
    fn fitting(&self, field: Field) -> Vec<(usize, usize)> {
        let has_assigned = || self.squeezed.iter().any(|key| evidence::is_given_out(key));
        let is_left_over = |key: &str| field == Field::Seats && key.contains(LEFT_OVER) && has_assigned();
        let keys = self.squeezed.iter().enumerate().filter(|(column, _)| !self.ignored.contains(column));
        let ranked = keys.filter_map(|(column, key)| Some((rank(field, key)?, column, key)));
        let mut fitting: Vec<(usize, usize)> =
            ranked.filter(|(.., key)| !is_left_over(key)).map(|(rank, column, _)| (rank, column)).collect();
        fitting.sort_unstable();
        fitting
    }

    fn headed(&self, squeezed: &str) -> Option<usize> {
        let named = self.squeezed.iter().enumerate().filter(|(_, key)| *key == squeezed);
        let mut named = named.map(|(column, _)| column);
        named.find(|column| !self.ignored.contains(column))
    }

    /// Returns the columns of an export that count units which are not paid seats.
    fn units(&self) -> Vec<usize> {
        let units = self.export.into_iter().flat_map(Export::units);
        units.filter_map(|heading| self.headed(heading)).collect()
    }

    /// Returns the other columns that name plans, best first; none where the user chose one.
    fn other_plans(&self, found: &[Found]) -> Vec<usize> {
        if found.iter().any(|known| known.field == Field::Plan && by_user(known)) {
            return Vec::new();
        }
        let of_export = self.export.into_iter().flat_map(Export::plans).filter_map(|key| self.headed(key));
        let named = of_export.chain(self.fitting(Field::Plan).into_iter().map(|(_, column)| column));
        let mut others: Vec<usize> = Vec::new();
        for column in named {
            let is_taken = found.iter().any(|known| known.column == Some(column)) || others.contains(&column);
            if !is_taken && evidence::of(self.seen, Field::Plan, column).fitting > 0 {
                others.push(column);
            }
        }
        others
    }

    /// Returns the tenant that stands before the colon of the plan's `contoso:ENTERPRISEPACK`.
    fn behind_the_plan(&self, field: Field, found: &[Found]) -> Option<Found> {
        const HEADING: &str = "accountskuid";
        let plan = found.iter().find(|known| known.field == Field::Plan).and_then(|known| known.column)?;
        let is_account_sku = self.squeezed.get(plan).is_some_and(|key| key == HEADING);
        (field == Field::Tenant && is_account_sku)
            .then(|| self.found(field, plan, Because::BeforeColon, Vec::new()))
    }

    /// Returns a column that looks like a needed field: by a near heading, else by its values.
    fn guess(&mut self, field: Field, found: &[Found]) -> Option<Found> {
        if let Some(lack) = self.export.and_then(|export| export.lack(field)) {
            self.wrong.push(Diagnostic::error(lack.code, lack.message).help(lack.help));
            return None;
        }
        let mut taken: Vec<usize> = found.iter().filter_map(|known| known.column).collect();
        taken.extend(&self.ignored);
        let named = self.near(field, &taken);
        if let Some((nearest, column)) = named.first() {
            let others = named.iter().skip(1).map(|(_, other)| *other).collect();
            let is_same = self.keys.get(*column).is_some_and(|key| key == nearest.known);
            let because = if is_same { Because::Likely } else { Because::Near(nearest.known) };
            return Some(self.found(field, *column, because, others));
        }
        let by_values = evidence::columns(self.seen, field, &taken);
        let all: Vec<usize> = by_values.iter().map(|(column, _)| *column).collect();
        match by_values.first() {
            // Two ways to write the plan say the same; two columns of numbers do not.
            Some((column, evidence)) if all.len() == 1 || field == Field::Plan => {
                let evidence::Evidence { what, fitting, of } = *evidence;
                let others = all.into_iter().skip(1).collect();
                Some(self.found(field, *column, Because::Values { what, fitting, of }, others))
            }
            _ => {
                let candidates = all.iter().map(|column| self.heading(*column)).collect::<Vec<_>>();
                self.wrong.push(refusals::missing(field, &candidates));
                None
            }
        }
    }

    /// Returns the columns with a near heading, nearest first, but for those whose values speak against it.
    fn near(&self, field: Field, taken: &[usize]) -> Vec<(Near, usize)> {
        let free = self.seen.headings.iter().enumerate().filter(|(column, _)| !taken.contains(column));
        let mut named: Vec<(Near, usize)> = free
            .filter_map(|(column, heading)| Some((near(heading, field)?, column)))
            .filter(|(_, column)| {
                !matches!(field, Field::Plan | Field::Seats)
                    || !evidence::of(self.seen, field, *column).is_against(field)
            })
            .collect();
        named.sort_unstable();
        named
    }

    fn found(&self, field: Field, column: usize, because: Because, others: Vec<usize>) -> Found {
        let others = others.into_iter().map(|other| self.heading(other)).collect();
        let heading = self.heading(column);
        Found { field, column: Some(column), heading, because, others, instead_of: None }
    }

    fn heading(&self, column: usize) -> String {
        self.seen.headings.get(column).cloned().unwrap_or_default()
    }

    fn flag(&self, field: Field, column: Option<usize>) -> Flag {
        Flag::new(field, column.unwrap_or(0), self.seen.headings)
    }
}
