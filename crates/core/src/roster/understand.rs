//! From a record to a roster row: what each cell says, and what is wrong with it.

use super::column_facts::ColumnFacts;
use super::columns::{Columns, TenantFrom};
use super::flaws;
use super::identity::Identity;
use super::lines::{self, Caption, Headings, Line, Outline};
use super::lookup_cache::LookupCache;
use super::onboarding;
use super::overrides::words::Words;
use super::overrides::{self, Fitted, NOT_COUNTED, Overrides, Said, remarks};
use super::payment::{IsTrial, Status, read_payment};
use super::plan::{self, NamedPlan};
use super::plan_columns;
use super::segment::unknown_segment;
use super::separators::Separators;
use super::wanted::Wanted;
use super::watching::{Doubt, watch_for_a_segment};
use super::written::meant;
use super::{Fault, LIMIT_CELL_UNITS, Overridden, RosterRow, RowKind, SegmentFrom, seats, whose};
use crate::diagnostic::{Code, excerpt};
use crate::fold::fold;
use crate::plans::{Catalogue, Plan};
use crate::policy::Policy;
use crate::record::{Cell, Flaw, Record};
use std::borrow::Cow;
use std::sync::Arc;

/// Understands a record: finds its plan, its segment, its paid seats and its faults.
///
/// Cannot fail: what is wrong becomes a fault, and the row stays. For many records see [`Understanding`].
#[must_use]
pub fn understand<'a>(
    record: Record<'_>,
    columns: &'a Columns,
    policy: &'a Policy,
    catalogue: &'a Catalogue,
) -> RosterRow<'a> {
    Understanding::without_memory(columns, policy, catalogue).row(record)
}

/// Understands the records of one roster, one after the other.
///
/// Each row is what [`understand`] makes of it; but a plan, a segment or a status is looked up once and remembered for
/// the rows that repeat it.
#[derive(Clone, Debug)]
pub struct Understanding<'a> {
    columns: &'a Columns,
    pub(super) policy: &'a Policy,
    catalogue: &'a Catalogue,
    facts: ColumnFacts,
    headings: Headings,
    outline: Arc<Outline>,
    is_workbook: bool,
    /// Each record is a customer that was asked for by itself, and no line of a roster.
    is_alone: bool,
    identity: Option<&'a Identity>,
    overrides: Option<&'a Fitted<'a>>,
    numbers: Separators,
    plans: LookupCache<Result<NamedPlan<'a>, Box<Fault>>>,
    /// What plans mean that overrides name, in words.
    meant: LookupCache<Arc<str>>,
    pub(super) segments: LookupCache<Option<usize>>,
    pub(super) standings: LookupCache<Status>,
    pub(super) trials: LookupCache<IsTrial>,
    /// What cells of each column that is watched may change.
    pub(super) watched: Vec<LookupCache<Option<Doubt>>>,
    pub(super) phases: LookupCache<Option<usize>>,
    pub(super) wanted: LookupCache<Option<Arc<Wanted>>>,
}

impl<'a> Understanding<'a> {
    /// Returns an understanding that has seen no record yet.
    #[must_use]
    pub fn new(columns: &'a Columns, policy: &'a Policy, catalogue: &'a Catalogue) -> Self {
        Self {
            columns,
            policy,
            catalogue,
            facts: ColumnFacts::default(),
            headings: Headings::default(),
            outline: Arc::default(),
            is_workbook: false,
            is_alone: false,
            identity: None,
            overrides: None,
            numbers: Separators::default(),
            plans: LookupCache::large(),
            meant: LookupCache::none(),
            segments: LookupCache::new(),
            standings: LookupCache::new(),
            trials: LookupCache::new(),
            watched: columns.watched.iter().map(|_| LookupCache::new()).collect(),
            phases: if columns.phase.is_some() { LookupCache::new() } else { LookupCache::none() },
            wanted: if columns.services.is_some() { LookupCache::new() } else { LookupCache::none() },
        }
    }

    /// Returns the understanding for a roster whose columns show this as a whole.
    #[must_use]
    pub fn with_facts(self, facts: ColumnFacts) -> Self {
        Self { facts, ..self }
    }

    /// Returns the understanding for a roster with these headings, on that line or row of a text or of a workbook.
    #[must_use]
    pub fn with_headings(self, headings: &[String], row: u64, is_workbook: bool) -> Self {
        Self { headings: Headings::new(headings, row), is_workbook, ..self }
    }

    /// Returns the understanding for a roster whose lines are this among each other.
    #[must_use]
    pub fn with_outline(self, outline: Arc<Outline>) -> Self {
        Self { outline, ..self }
    }

    /// Returns the understanding for customers that are asked for one by one: none of them is a blank line, a total, or
    /// whatever else stands between the rows of a roster.
    #[must_use]
    pub fn of_customers_alone(self) -> Self {
        Self { is_alone: true, ..self }
    }

    /// Returns what the lines are among each other.
    #[must_use]
    pub fn outline(&self) -> Arc<Outline> {
        Arc::clone(&self.outline)
    }

    /// Returns what a line is by itself; one with a plan that is known is a row.
    pub fn line(&mut self, record: Record<'_>) -> Line {
        let cell = record.cell(self.columns.plan);
        let is_named = names_something(cell) && self.see_named(&as_written(cell), Result::is_ok);
        self.line_of(record, is_named)
    }

    fn line_of(&self, record: Record<'_>, is_named: bool) -> Line {
        if is_named || self.is_alone {
            Line::Row
        } else {
            lines::line(record, self.columns, &self.headings, self.policy)
        }
    }

    /// Returns what a cell names as a plan; `None` = it is blank or shows an error.
    pub(super) fn named_at(
        &mut self,
        record: Record<'_>,
        column: usize,
    ) -> Option<Result<NamedPlan<'a>, Box<Fault>>> {
        let cell = record.cell(column);
        names_something(cell).then(|| self.named(&as_written(cell)))
    }

    /// Returns the understanding for a roster of which more columns than the one of the tenant say whose a row is.
    #[must_use]
    pub fn with_identity(self, identity: &'a Identity) -> Self {
        Self { identity: Some(identity), ..self }
    }

    /// Returns the understanding for a roster of which something is known of its numbers before any cell is read.
    #[must_use]
    pub fn with_numbers(self, numbers: Separators) -> Self {
        Self { numbers, ..self }
    }

    /// Returns what is known of the roster's numbers before any cell is read.
    #[must_use]
    pub const fn numbers(&self) -> Separators {
        self.numbers
    }

    /// Returns the seats that overrides say a record has, and whether they leave it out: then it has none.
    pub(super) fn settled_seats(&self, record: Record<'_>) -> (Option<u64>, bool) {
        let Some(overrides) = self.overrides else { return (None, false) };
        let said = overrides.fit(record);
        let is_left_out = said.leaves_out().is_some();
        let seats = said.seats.map(|stated| stated.value);
        (if is_left_out { Some(0) } else { seats }, is_left_out)
    }

    /// Returns the rules that it reads by.
    #[must_use]
    pub const fn policy(&self) -> &'a Policy {
        self.policy
    }

    /// Returns the columns it reads.
    #[must_use]
    pub const fn columns(&self) -> &'a Columns {
        self.columns
    }

    /// Returns the plan of a record, if the catalogue has it.
    #[must_use]
    pub fn plan(&mut self, record: Record<'_>) -> Option<&'a Plan> {
        let said = self.overrides.map(|overrides| overrides.fit(record)).unwrap_or_default();
        if let (Some(overrides), Some(NOT_COUNTED)) = (said.of, said.plan.map(|meant| meant.value.as_str())) {
            return Some(overrides.not_counted(&self.plan_key(record)));
        }
        self.plan_or(record, said.plan.map(|meant| meant.value.as_str()))
    }

    /// Returns the plan of a record as overrides name it.
    fn plan_key(&self, record: Record<'_>) -> String {
        let written = text_of(record.cell(self.columns.plan));
        let before_colon = matches!(self.columns.tenant, TenantFrom::BeforeColon(_));
        let behind = written.split_once(':').filter(|_| before_colon).map(|(_, behind)| behind);
        fold(behind.unwrap_or(&written))
    }

    /// Returns the plan that overrides say a record has.
    fn plan_meant(
        &mut self,
        record: Record<'_>,
        (overrides, meant): (Option<&'a Overrides>, &str),
    ) -> Result<NamedPlan<'a>, Box<Fault>> {
        match overrides {
            Some(overrides) if meant == NOT_COUNTED => {
                Ok(plan::not_counted(overrides.not_counted(&self.plan_key(record)), self.policy))
            }
            _ => self.named(meant),
        }
    }

    /// Returns the plan of a record as the roster has it, whatever overrides say.
    pub(super) fn plan_of_roster(&mut self, record: Record<'_>) -> Option<&'a Plan> {
        self.plan_or(record, None)
    }

    /// Returns whether there are overrides, which may say of a plan that it is another.
    pub(super) const fn has_overrides(&self) -> bool {
        self.overrides.is_some()
    }

    /// Returns the plan that is `meant`; where nothing is, that which the record names.
    fn plan_or(&mut self, record: Record<'_>, meant: Option<&str>) -> Option<&'a Plan> {
        let cell = record.cell(self.columns.plan);
        let plan = |named: &Result<NamedPlan<'a>, _>| named.as_ref().ok().map(|named| named.found.plan);
        match meant {
            Some(meant) => self.see_named(meant, plan),
            None if matches!(cell, Cell::Error(_)) => None,
            None if cell.is_blank() => {
                plan_columns::elsewhere(record, self.columns, self).map(|(_, named)| named.found.plan)
            }
            None => self.see_named(&as_written(cell), plan),
        }
    }

    /// Returns what the overrides say that words mean.
    pub(super) fn words(&self) -> Option<&'a Words> {
        self.overrides.map(Fitted::words)
    }

    /// Returns the plan that a cell names, as it was written; or what is wrong with it.
    fn named(&mut self, written: &str) -> Result<NamedPlan<'a>, Box<Fault>> {
        self.see_named(written, Result::clone)
    }

    /// Returns what `see` makes of it.
    fn see_named<R>(
        &mut self,
        written: &str,
        see: impl FnOnce(&Result<NamedPlan<'a>, Box<Fault>>) -> R,
    ) -> R {
        let (column, policy, catalogue) = (self.columns.plan, self.policy, self.catalogue);
        self.plans.see(written, |says| plan::named(says, column, policy, catalogue), see)
    }

    /// Returns whether a line of text is a row like those of `width` cells: the last may be missing, and where the plan
    /// has to stand there is one.
    fn is_row(&mut self, line: &str, width: usize) -> bool {
        const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];
        DELIMITERS.into_iter().any(|delimiter| {
            let cells: Vec<&str> = line.split(delimiter).take(width).collect();
            let plan = cells.get(self.columns.plan).filter(|_| cells.len() + 1 >= width);
            plan.is_some_and(|plan| self.named(plan.trim_matches(['"', ' '])).is_ok())
        })
    }

    /// Returns an understanding that looks everything up each time: slow, and plainly right.
    #[must_use]
    pub fn without_memory(columns: &'a Columns, policy: &'a Policy, catalogue: &'a Catalogue) -> Self {
        Self {
            plans: LookupCache::none(),
            segments: LookupCache::none(),
            standings: LookupCache::none(),
            trials: LookupCache::none(),
            watched: columns.watched.iter().map(|_| LookupCache::none()).collect(),
            phases: LookupCache::none(),
            wanted: LookupCache::none(),
            ..Self::new(columns, policy, catalogue)
        }
    }

    /// Returns the understanding with overrides, which go before what the plan's cell and the seats' cell say.
    #[must_use]
    pub fn overriding(self, overrides: Option<&'a Fitted<'a>>) -> Self {
        let meant = if overrides.is_some() { LookupCache::new() } else { LookupCache::none() };
        Self { overrides, meant, ..self }
    }

    /// Understands the next record: finds its plan, its segment, its paid seats and its faults.
    ///
    /// Cannot fail: what is wrong becomes a fault, and the row stays.
    #[must_use]
    pub fn row(&mut self, record: Record<'_>) -> RosterRow<'a> {
        self.row_on(record, &mut Line::Row)
    }

    /// The same; `line` becomes what the record is by itself.
    pub fn row_on(&mut self, record: Record<'_>, line: &mut Line) -> RosterRow<'a> {
        if record.is_blank() && !self.is_alone && !record.flaw.is_some_and(Flaw::is_uncalculated) {
            *line = Line::Row;
            let beyond = record.flaw.filter(|flaw| matches!(flaw, Flaw::Beyond { .. }));
            let faults = beyond.map(flaws::fault).into_iter().collect();
            return RosterRow { kind: RowKind::Blank, faults, ..self.unread() };
        }
        let named = self.named_at(record, self.columns.plan);
        *line = self.line_of(record, matches!(named, Some(Ok(_))));
        let line = &*line;
        let columns = self.columns;
        let mut row = self.unread();
        if let Some(kind) = self.between_rows(line, record) {
            return RosterRow { kind, ..self.no_customer(line, record) };
        }
        let mut said = self.overrides.map(|overrides| overrides.fit(record)).unwrap_or_default();
        if let Some(stated) = said.leaves_out() {
            row.faults.push(remarks::left_out(&said, stated));
            return RosterRow { kind: RowKind::Footer, override_lines: said.lines, ..row };
        }
        if let Some(number) = self.outline.other_table(record.number) {
            row.faults.push(lines::in_other_table(number));
            return row;
        }
        row.faults.extend(record.flaw.filter(|flaw| concerns(*flaw, columns)).map(flaws::fault));
        row.faults.extend(record.is_hidden.then(flaws::hidden));
        row.faults.extend(remarks::unclear(&said));
        row.faults.extend(remarks::outdated_words(&said, self.policy));
        row.override_lines = std::mem::take(&mut said.lines);
        whose::read(record, columns, (self.facts, self.identity), &mut row);
        self.read_plan(record, (&said, named), &mut row);
        read_seats(record, columns, (self.facts.separators.with(self.numbers), &said), &mut row);
        row.faults.extend(amount_beside(record, columns, &said, &row));
        let unknown = self.read_segment(record, &said, &mut row);
        self.read_caption(record.number, &said, &mut row);
        watch_for_a_segment(record, columns, self, &mut row);
        self.doubt_price(&mut row);
        read_payment(record, columns, self, &said, &mut row);
        if row.not_paid.is_some() {
            // Without paid seats every segment gets the same.
            row.faults.retain(|fault| fault.code != Code::SegmentNotRead);
        }
        if let Some(unknown) = unknown {
            row.faults.push(unknown_segment(unknown, &said, self.policy, &row));
        }
        onboarding::read(record, self, &mut row);
        find_swallowed_lines(record, self, &mut row);
        find_changed_cells(record, columns, &mut row);
        if matches!(
            record.flaw,
            Some(Flaw::Short { .. } | Flaw::OpenQuote { .. } | Flaw::Uncalculated { .. })
        ) {
            forgive_the_missing(&mut row);
        } else if let Line::Caption(caption) = line {
            row.faults.retain(|fault| !matches!(fault.code, Code::PlanMissing | Code::SeatsMissing));
            row.faults.push(lines::alone(caption.text(), record));
        }
        if matches!(line, Line::Total(_)) {
            forgive_the_missing(&mut row);
            row.faults.push(lines::doubtful_total(record, columns));
        }
        row
    }

    /// Returns a line that is between the customers' rows.
    fn no_customer(&self, line: &Line, record: Record<'_>) -> RosterRow<'a> {
        let mut row = self.unread();
        row.faults.extend(record.flaw.filter(|flaw| flaw.is_uncalculated()).map(flaws::footer_fault));
        row.faults.extend(lines::remark(line, record, self.columns));
        // Whoever left it out was right, and the line of the overrides fits it.
        let said = self.overrides.map(|overrides| overrides.fit(record)).unwrap_or_default();
        row.override_lines = if said.leaves_out().is_some() { said.lines } else { Vec::new() };
        row
    }

    /// Remarks where it is doubtful whether a plan is paid for.
    fn doubt_price(&self, row: &mut RosterRow<'a>) {
        let Some(found) = &row.plan else { return };
        let segment = self.policy.segments.get(row.segment).map_or("", |segment| segment.id.as_str());
        row.faults.extend(plan::doubt(found, segment, self.columns.plan));
    }

    /// Returns a customer's row of which nothing is read yet.
    fn unread(&self) -> RosterRow<'a> {
        RosterRow {
            kind: RowKind::Customer,
            plan: None,
            standing: None,
            recognised: None,
            segment: self.policy.default_segment,
            segment_from: SegmentFrom::Assumed,
            seats: None,
            overridden: Overridden::default(),
            override_lines: Vec::new(),
            not_paid: None,
            phase: None,
            wanted: None,
            faults: Vec::new(),
        }
    }

    /// Returns what a line is that is no customer's row; `None` for a row, and for what may be one.
    fn between_rows(&self, line: &Line, record: Record<'_>) -> Option<RowKind> {
        match line {
            Line::Row | Line::Caption(Caption::Unknown(_)) => None,
            Line::Total(_) if self.outline.is_doubtful(record.number) => None,
            _ => Some(RowKind::Footer),
        }
    }

    /// A caption tells the segment of the rows below it that nothing of their own tells; or it may change what they are.
    fn read_caption(&self, number: u64, said: &Said<'_>, row: &mut RosterRow<'_>) {
        let Some((at, caption)) = self.outline.caption(number) else { return };
        match (caption, row.segment_from) {
            (Caption::Paid(_), _) => {}
            (Caption::NotPaid(_), _) if said.status.is_some() => {}
            (_, SegmentFrom::Column | SegmentFrom::Override) if !matches!(caption, Caption::NotPaid(_)) => {}
            (Caption::Segment(_, segment), SegmentFrom::Assumed) => {
                (row.segment, row.segment_from) = (*segment, SegmentFrom::Caption);
            }
            (Caption::Segment(_, segment), _) if *segment == row.segment => {}
            _ => row.faults.push(lines::below_caption(caption, *at)),
        }
    }

    /// Finds the plan, and with it the segment that its name or id shows.
    ///
    /// `named` is what the plan's cell names; `None` = it is blank or shows an error.
    fn read_plan(
        &mut self,
        record: Record<'_>,
        (said, named): (&Said<'a>, Option<Result<NamedPlan<'a>, Box<Fault>>>),
        row: &mut RosterRow<'a>,
    ) {
        let column = self.columns.plan;
        let cell = record.cell(column);
        if cell.is_blank()
            && said.plan.is_none()
            && let Some((other, NamedPlan { found, standing, segment, recognised })) =
                plan_columns::elsewhere(record, self.columns, self)
        {
            row.plan = Some(found);
            row.standing = Some(standing);
            row.recognised = Some(recognised);
            (row.segment, row.segment_from) = segment.unwrap_or((row.segment, row.segment_from));
            row.faults.push(plan_columns::named_elsewhere(record, column, other));
            return;
        }
        let mut named = named.unwrap_or_else(|| Err(Box::new(no_plan(cell, column))));
        let mut overriding = None;
        if let Some(meant) = said.plan {
            let other = self.plan_meant(record, (said.of, &meant.value));
            row.overridden.plan = !is_same(&named, &other);
            if let (Ok(known), true) = (&named, row.overridden.plan) {
                row.faults.push(remarks::plan(said, meant, &text_of(cell), known.found.plan, column));
            }
            if let (Ok(other), true, true) = (&other, row.overridden.plan, meant.value != NOT_COUNTED) {
                overriding = Some(self.meant.recall(&meant.value, |_| plan::overriding(other)));
            }
            named = other;
        }
        if let (Ok(read), None) = (&named, said.plan) {
            row.faults.extend(plan_columns::differing(record, self.columns, read, self));
        }
        match named {
            Ok(NamedPlan { found, standing, segment, recognised }) => {
                row.faults.extend(plan::readings(&found, column, cell));
                row.plan = Some(found);
                row.standing = Some(standing);
                row.recognised = Some(overriding.unwrap_or(recognised));
                if let Some(shown) = segment {
                    (row.segment, row.segment_from) = shown;
                }
            }
            Err(fault) => row.faults.push(*fault),
        }
    }
}

/// Returns the fault of a row whose plan's cell is blank or shows an error.
fn no_plan(cell: Cell<'_>, column: usize) -> Fault {
    let (code, message, help) = if let Cell::Error(error) = cell {
        let help = "correct the formula, or type the plan";
        (Code::CellError, format!("the cell shows the error `{error}`"), help)
    } else {
        let help = "fill in the plan's name, product id or GUID";
        (Code::PlanMissing, "no plan in this row".to_owned(), help)
    };
    plan::fault(code, column, &text_of(cell), message, help.to_owned())
}

/// A flaw of some cell matters only if that cell is read as a count.
fn concerns(flaw: Flaw, columns: &Columns) -> bool {
    match flaw {
        Flaw::Restyled { column } => column.is_none_or(|column| column == columns.seats),
        _ => true,
    }
}

fn is_same(left: &Result<NamedPlan<'_>, Box<Fault>>, right: &Result<NamedPlan<'_>, Box<Fault>>) -> bool {
    matches!((left, right), (Ok(left), Ok(right)) if overrides::is_same(&left.found, &right.found))
}

/// Returns the remark on a number beside the plan's name that is not the number of seats, unless a person said that.
fn amount_beside(
    record: Record<'_>,
    columns: &Columns,
    said: &Said<'_>,
    row: &RosterRow<'_>,
) -> Option<Fault> {
    let found = row.plan.as_ref().filter(|found| found.amount.is_some() && said.seats.is_none())?;
    plan::amount(found, row.seats, columns.plan, &text_of(record.cell(columns.plan)))
}

/// Where cells are known to be lost, that they are missing is no fault of its own.
fn forgive_the_missing(row: &mut RosterRow<'_>) {
    const MISSING: [Code; 3] = [Code::TenantMissing, Code::PlanMissing, Code::SeatsMissing];
    row.faults.retain(|fault| !MISSING.contains(&fault.code));
}

fn read_seats(
    record: Record<'_>,
    columns: &Columns,
    (separators, said): (Separators, &Said<'_>),
    row: &mut RosterRow<'_>,
) {
    let cell = record.cell(columns.seats);
    let read = seats::read_in(cell, separators);
    if let Some((stated, _)) = &said.outdated {
        row.faults.push(remarks::outdated(said, stated, cell, columns.seats));
    }
    if let Some(stated) = said.seats.filter(|stated| read != Ok(stated.value)) {
        row.seats = Some(stated.value);
        row.overridden.seats = true;
        row.faults.push(remarks::seats(said, stated, cell, columns.seats));
        return;
    }
    match read {
        Ok(count) => {
            row.seats = Some(count);
            row.faults.extend(columns.grace.and_then(|column| in_grace(record, column, count)));
        }
        Err(wrong) => row.faults.push(Fault {
            code: wrong.code(),
            blocks: true,
            column: Some(columns.seats),
            value: cell.shown(),
            message: wrong.message(cell),
            help: wrong.help().to_owned(),
        }),
    }
}

/// Returns the remark on a subscription without enabled seats, some of which are in their grace period.
fn in_grace(record: Record<'_>, column: usize, enabled: u64) -> Option<Fault> {
    let cell = record.cell(column);
    let count = seats::read(cell).ok().filter(|count| enabled == 0 && *count > 0)?;
    Some(Fault {
        code: Code::SeatsInGrace,
        blocks: false,
        column: Some(column),
        value: cell.shown(),
        message: format!("no seats are enabled, and {count} are in their grace period (warning)"),
        help: "ask whether the customer renews; if so, the seats count again".to_owned(),
    })
}

/// A stray quote can swallow the lines down to the next one: a tenant or plan with a line break and a delimiter in it
/// may be several customers, and so may any cell with a line in it that is a row by itself.
fn find_swallowed_lines(record: Record<'_>, known: &mut Understanding<'_>, row: &mut RosterRow<'_>) {
    let columns = known.columns;
    // A cell of a workbook is one cell, whatever is in it.
    if known.is_workbook {
        return;
    }
    for column in 0..record.width() {
        let Cell::Text(text) = record.cell(column) else { continue };
        if !spans_lines(text) {
            continue;
        }
        let is_named = columns.tenant == TenantFrom::Column(column) || columns.plan == column;
        let mut has_row = || text.split(['\n', '\r']).skip(1).any(|line| known.is_row(line, record.width()));
        if (is_named && text.contains([',', ';', '\t', '|'])) || has_row() {
            row.faults.push(Fault {
                code: Code::CellSpansLines,
                blocks: true,
                column: Some(column),
                value: text.to_owned(),
                message: "the cell has several lines, with delimiters in them: it may be several rows"
                    .to_owned(),
                help: "look for a quote that should not be there, in the first and the last of these lines"
                    .to_owned(),
            });
        }
    }
}

/// A text in one line, as nearly all are, has no control character at all: that is seen many bytes at a time.
fn spans_lines(text: &str) -> bool {
    text.bytes().fold(u8::MAX, u8::min) < b' ' && text.contains(['\n', '\r'])
}

/// What the Roster sheet cannot show as it came: a workbook cell holds no longer text, and an error value becomes text.
fn find_changed_cells(record: Record<'_>, columns: &Columns, row: &mut RosterRow<'_>) {
    if record.is_ordinary(LIMIT_CELL_UNITS) {
        return;
    }
    for column in 0..record.width() {
        let (code, value, message, help) = match record.cell(column) {
            Cell::Text(text) if is_too_long(text) => (
                Code::CellTooLong,
                excerpt(text),
                format!("the cell is longer than the {LIMIT_CELL_UNITS} characters that a workbook can hold"),
                "the Roster sheet shows its beginning; the whole text is in your roster",
            ),
            Cell::Error(error) if !columns.are_read(column) => (
                Code::CellError,
                error.to_owned(),
                format!("the cell shows the error `{error}`; the Roster sheet shows it as text"),
                "correct the formula",
            ),
            _ => continue,
        };
        row.faults.push(Fault {
            code,
            blocks: false,
            column: Some(column),
            value,
            message,
            help: help.to_owned(),
        });
    }
}

/// Many cells may share one very long text, so no more of it is looked at than the limit.
fn is_too_long(text: &str) -> bool {
    // A unit of UTF-16 takes three bytes of UTF-8 at most.
    text.len() > 3 * LIMIT_CELL_UNITS
        || (text.len() > LIMIT_CELL_UNITS && text.encode_utf16().nth(LIMIT_CELL_UNITS).is_some())
}

/// Returns whether a cell holds what may be a plan's name.
fn names_something(cell: Cell<'_>) -> bool {
    !cell.is_blank() && !matches!(cell, Cell::Error(_))
}

/// Returns a cell as it was written, which is what the memories know it by: what it says is found out once.
pub(super) fn as_written(cell: Cell<'_>) -> Cow<'_, str> {
    match cell {
        Cell::Text(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.shown()),
    }
}

/// Returns what a cell says, as a person reads it.
pub(super) fn text_of(cell: Cell<'_>) -> Cow<'_, str> {
    match cell {
        Cell::Text(text) => meant(text),
        other => Cow::Owned(other.shown()),
    }
}
