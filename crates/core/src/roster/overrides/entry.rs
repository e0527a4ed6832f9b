//! What one line of an overrides file names and says, and what is wrong with it.

use super::headings::{Heading, Headings};
use super::named::NamedValue;
use super::{BLANK, Fits, NOT_COUNTED, RIGHT_STATUSES, SaidThen, StatusSaid, tenant_key};
use crate::diagnostic::{Code, excerpt};
use crate::escape::unguarded;
use crate::fold::fold;
use crate::plans::Catalogue;
use crate::policy::Policy;
use crate::record::{Cell, Flaw, Record};
use crate::roster::understand::{as_written, text_of};
use crate::roster::{Fault, flaws, plan, seats};

/// A line, and what is needed to understand it.
pub(super) struct Entry<'a> {
    pub record: Record<'a>,
    pub headings: &'a Headings,
    pub policy: &'a Policy,
    pub catalogue: &'a Catalogue,
    /// Whether the file is text.
    pub is_text: bool,
}

/// What a line says.
#[derive(Clone, Debug, Default)]
pub(super) struct Says {
    /// By its place in the policy.
    pub segment: Option<usize>,
    /// As written; the catalogue has it, or it is [`NOT_COUNTED`].
    pub plan: Option<String>,
    pub seats: Option<u64>,
    /// What the roster's own cells said, as far as the line says.
    pub then: SaidThen,
    /// The segment that counts whatever the roster's own column says; by its place in the policy.
    pub right_segment: Option<usize>,
    pub status: Option<StatusSaid>,
    pub reason: String,
}

impl Entry<'_> {
    /// Returns what the line names and says.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub(super) fn read(&self) -> Result<(NamedValue, Says), Vec<Fault>> {
        self.whole().map_err(|fault| vec![fault])?;
        let named = self.named();
        let mut wrong = match &named {
            Err(fault) => vec![fault.clone()],
            Ok(named) => self.out_of_reach(named),
        };
        match (named, self.says(&mut wrong)) {
            (Ok(named), Some(says)) if wrong.is_empty() => Ok((named, says)),
            _ => Err(wrong),
        }
    }

    /// Returns what is filled in on a line of the Review sheet; `None` if nothing is.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub(super) fn filled_in(&self) -> Result<Option<(NamedValue, Says)>, Vec<Fault>> {
        // A formula whose value nobody has worked out reads as blank, but somebody has filled it in.
        let of_formula = |column: &usize| self.record.flaw == Some(Flaw::Uncalculated { column: *column });
        if let Some(column) = self.headings.filled_in().find(of_formula) {
            return Err(vec![not_worked_out(column)]);
        }
        if self.headings.filled_in().all(|column| self.record.cell(column).is_blank()) {
            return Ok(None);
        }
        self.whole().map_err(|fault| vec![fault])?;
        let mut wrong = Vec::new();
        let named = self.found_again().map_err(|fault| wrong.push(fault));
        match (named, self.says(&mut wrong)) {
            (Ok(named), Some(says)) if wrong.is_empty() => Ok(Some((named, says))),
            _ => Err(wrong),
        }
    }

    /// Returns what the line says; what is wrong with its cells is added to `wrong`.
    fn says(&self, wrong: &mut Vec<Fault>) -> Option<Says> {
        let segment = self.segment_under(Heading::Segment);
        let right_segment = self.segment_under(Heading::RightSegment);
        let (plan, seats, status) = (self.plan(), self.seats(), self.status());
        let cells = [
            segment.as_ref().err(),
            plan.as_ref().err(),
            seats.as_ref().err(),
            right_segment.as_ref().err(),
            status.as_ref().err(),
        ];
        wrong.extend(cells.into_iter().flatten().cloned());
        let reason = self.reason();
        Some(Says {
            segment: segment.ok()?,
            plan: plan.ok()?,
            seats: seats.ok()?,
            then: SaidThen {
                plan: self.in_roster(Heading::Plan),
                seats: self.in_roster(Heading::RosterSeats),
                segment: self.in_roster(Heading::RosterSegment),
                status: self.in_roster(Heading::RosterStatus),
            },
            right_segment: right_segment.ok()?,
            status: status.ok()?,
            reason,
        })
    }

    /// Returns what the roster's own cell said, as the line has it; `None` = the line does not say.
    ///
    /// A Review sheet says so of every row; in a file a blank cell says nothing.
    fn in_roster(&self, heading: Heading) -> Option<String> {
        self.headings.column(heading)?;
        let said = self.unguarded(heading);
        let is_said = self.headings.is_review() || !said.is_empty();
        is_said.then(|| if said == BLANK { String::new() } else { said })
    }

    /// Cells missing at the end of a line are blank ones; but none may stand where no heading says what it is.
    pub(super) fn whole(&self) -> Result<(), Fault> {
        let is_width = |flaw: &Flaw| matches!(flaw, Flaw::Short { .. } | Flaw::Long { .. });
        match self.record.flaw.filter(|flaw| !is_width(flaw)) {
            Some(Flaw::Uncalculated { column }) => return Err(not_worked_out(column)),
            Some(flaw) => return Err(flaws::fault(flaw)),
            None => {}
        }
        let is_stray = |column: &usize| !self.headings.has(*column) && !self.record.cell(*column).is_blank();
        let Some(column) = (0..self.record.width()).find(is_stray) else { return Ok(()) };
        let shown = self.record.cell(column).shown();
        let message = format!("`{}` is in a column without a heading", excerpt(&shown));
        let help = "a cell to its left may contain a delimiter without quotes around it; if not, give the column a heading";
        Err(fault(Code::OverrideCellStray, None, message, help.to_owned()))
    }

    /// Returns what a line of a file names: one row, a subscription, or a tenant and its plan.
    fn named(&self) -> Result<NamedValue, Fault> {
        let mut named = self.all_names();
        let row = self.cell(Heading::SourceRow);
        if !row.is_empty() {
            let seats = self.cell(Heading::RosterSeats);
            let seats = if seats == BLANK { String::new() } else { fold(&seats) };
            named.row = Some((self.source_row(&row)?, seats));
            return Ok(named);
        }
        if !named.subscription_key.is_empty() {
            return Ok(named.by_subscription());
        }
        if named.tenant_key.is_empty() && named.plan_key.is_empty() {
            let help = "name the tenant, the plan as the roster writes it, or both".to_owned();
            let message = "the line names neither a tenant nor a plan".to_owned();
            return Err(fault(Code::OverrideNamesNothing, None, message, help));
        }
        Ok(named)
    }

    /// Returns what a line of the Review sheet names, as the sheet itself says that its row is found again.
    fn found_again(&self) -> Result<NamedValue, Fault> {
        let named = self.all_names();
        let fits = self.cell(Heading::Fits);
        let found = match Fits::from_words(&fits) {
            Some(Fits::Subscription) if !named.subscription_key.is_empty() => named.by_subscription(),
            Some(Fits::TenantAndPlan) if !named.tenant_key.is_empty() && !named.plan_key.is_empty() => named,
            Some(Fits::Row) => {
                let row = self.source_row(&self.cell(Heading::SourceRow))?;
                NamedValue { row: Some((row, fold(&self.cell(Heading::RosterSeats)))), ..named }
            }
            _ => {
                let message = "the line does not say any more which row it is about".to_owned();
                let help = "copy the line from the workbook as fasttrack wrote it, and change only what is to be filled in";
                let column = self.headings.column(Heading::Fits);
                return Err(fault(Code::OverrideNamesNothing, column, message, help.to_owned()));
            }
        };
        Ok(found)
    }

    fn all_names(&self) -> NamedValue {
        let [tenant, plan, subscription] =
            [Heading::Tenant, Heading::Plan, Heading::Subscription].map(|heading| self.unguarded(heading));
        NamedValue {
            tenant_key: tenant_key(&tenant),
            plan_key: fold(&plan),
            subscription_key: tenant_key(&subscription),
            tenant,
            plan,
            subscription,
            row: None,
        }
    }

    fn source_row(&self, written: &str) -> Result<u64, Fault> {
        seats::read(Cell::Text(written)).map_err(|_| {
            let message = format!("`{}` is not the number of a row of the roster", excerpt(written));
            let help = "write the line or row where the roster has it, in digits".to_owned();
            fault(Code::OverrideNamesNothing, self.headings.column(Heading::SourceRow), message, help)
        })
    }

    /// What a line says has to be true of all that it names.
    fn out_of_reach(&self, named: &NamedValue) -> Vec<Fault> {
        let is_one_row = named.row.is_some() || !named.subscription_key.is_empty();
        let has_tenant = is_one_row || !named.tenant_key.is_empty();
        let has_plan = is_one_row || !named.plan_key.is_empty();
        let says = |heading| !self.cell(heading).is_empty();
        let (says_plan, says_seats) = (says(Heading::MeansPlan), says(Heading::Seats));
        let others = [Heading::Segment, Heading::RightSegment, Heading::Status];
        let mut wrong = Vec::new();
        if !says_plan && !says_seats && !others.into_iter().any(says) {
            let help = "fill in the segment, the plan it means, the paid seats or the status".to_owned();
            wrong.push(fault(
                Code::OverrideSetsNothing,
                None,
                "the line names a row but sets nothing".to_owned(),
                help,
            ));
        }
        if says_plan && !has_plan {
            let help = "fill in the plan as the roster writes it".to_owned();
            let message = "the line says what a plan means, but not which plan".to_owned();
            wrong.push(fault(Code::OverrideReach, self.headings.column(Heading::MeansPlan), message, help));
        }
        if says_seats && !(has_tenant && has_plan) {
            let help = "fill in both: a tenant may have several plans, and a plan many tenants".to_owned();
            let message = "paid seats need both the tenant and the plan that they belong to".to_owned();
            wrong.push(fault(Code::OverrideReach, self.headings.column(Heading::Seats), message, help));
        }
        // Of a total nobody knows more than its name.
        let leaves_out = || StatusSaid::read(&self.cell(Heading::Status)).is_some_and(|said| said.leaves_out);
        if says(Heading::Status) && !(has_tenant && has_plan) && !leaves_out() {
            let help = "fill in both: other subscriptions of the tenant may have another status".to_owned();
            let message = "a status needs both the tenant and the plan that it belongs to".to_owned();
            wrong.push(fault(Code::OverrideReach, self.headings.column(Heading::Status), message, help));
        }
        wrong
    }

    fn segment_under(&self, heading: Heading) -> Result<Option<usize>, Fault> {
        let written = self.cell(heading);
        if written.is_empty() { Ok(None) } else { self.segment_at(heading, &written).map(Some) }
    }

    fn status(&self) -> Result<Option<StatusSaid>, Fault> {
        let written = self.cell(Heading::Status);
        if written.is_empty() {
            return Ok(None);
        }
        StatusSaid::read(&written).map(Some).ok_or_else(|| {
            let message = format!("`{}` is not a known status", excerpt(&written));
            let help = format!("write one of: {}", RIGHT_STATUSES.join(", "));
            fault(Code::OverrideStatusUnknown, self.headings.column(Heading::Status), message, help)
        })
    }

    /// Returns the segment that is `written` under a heading.
    pub(super) fn segment_at(&self, heading: Heading, written: &str) -> Result<usize, Fault> {
        self.policy.segment_by_word(written).ok_or_else(|| {
            let known: Vec<&str> = self.policy.segments.iter().map(|segment| segment.name.as_str()).collect();
            let message = format!("`{}` is not a segment that the policy knows", excerpt(written));
            let help = format!("write one of: {}", known.join(", "));
            fault(Code::OverrideSegmentUnknown, self.headings.column(heading), message, help)
        })
    }

    fn plan(&self) -> Result<Option<String>, Fault> {
        let written = self.cell(Heading::MeansPlan);
        if written.is_empty() { Ok(None) } else { self.plan_at(Heading::MeansPlan, &written).map(Some) }
    }

    /// Returns the plan that is `written` under a heading, if the catalogue has it, or that it does not count.
    pub(super) fn plan_at(&self, heading: Heading, written: &str) -> Result<String, Fault> {
        if [NOT_COUNTED, "does not count"].contains(&fold(written).as_str()) {
            return Ok(NOT_COUNTED.to_owned());
        }
        let Err(missed) = self.catalogue.find(written) else {
            return Ok(written.to_owned());
        };
        let (_, message, help) = plan::missed_words(written, &missed);
        let help = format!("{help}; if it does not count, write `{NOT_COUNTED}`");
        Err(fault(Code::OverridePlanUnknown, self.headings.column(heading), message, help))
    }

    fn seats(&self) -> Result<Option<u64>, Fault> {
        let Some(column) = self.headings.column(Heading::Seats) else { return Ok(None) };
        let cell = self.record.cell(column);
        if cell.is_blank() {
            return Ok(None);
        }
        let not_seats = |wrong: seats::NotSeats| {
            fault(wrong.code(), Some(column), wrong.message(cell), wrong.help().to_owned())
        };
        seats::read(cell).map(Some).map_err(not_seats)
    }

    /// Returns the first reason that is given, without the mark of ours. It is a person's own words, which go back and forth
    /// between workbooks and files: nothing else is taken off, as it is from what is compared.
    pub(super) fn reason(&self) -> String {
        let reasons = self.headings.reasons.iter().map(|column| as_written(self.record.cell(*column)));
        let reason = reasons.map(|cell| cell.trim().to_owned()).find(|cell| !cell.is_empty());
        reason.map_or(String::new(), |reason| self.without_mark(reason))
    }

    /// Returns a cell as [`Entry::cell`] does, without the mark of ours.
    pub(super) fn unguarded(&self, heading: Heading) -> String {
        self.without_mark(self.cell(heading))
    }

    /// Comma-separated text of ours has a mark before what a spreadsheet would take for a formula.
    fn without_mark(&self, cell: String) -> String {
        if self.is_text { unguarded(&cell).to_owned() } else { cell }
    }

    /// Returns a cell as a person reads it, trimmed; nothing where the file has no such column.
    pub(super) fn cell(&self, heading: Heading) -> String {
        let column = self.headings.column(heading);
        column.map_or(String::new(), |column| text_of(self.record.cell(column)).trim().to_owned())
    }
}

/// Returns the fault of a cell with a formula that was never worked out.
fn not_worked_out(column: usize) -> Fault {
    let message =
        "the cell contains a formula that was never calculated, so nobody knows its value".to_owned();
    let help = "type the value itself; or open the file in Excel, save it, and run again".to_owned();
    fault(Code::FormulaWithoutValue, Some(column), message, help)
}

/// Returns a fault of an overrides file.
pub(super) fn fault(code: Code, column: Option<usize>, message: String, help: String) -> Fault {
    Fault { code, blocks: true, column, value: String::new(), message, help }
}
