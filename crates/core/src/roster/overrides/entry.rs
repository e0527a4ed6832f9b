//! What one line of an overrides file names and says, and what is wrong with it.

use super::headings::{Heading, Headings};
use super::tenant_key;
use crate::diagnostic::{Code, excerpt};
use crate::fold::fold;
use crate::plans::Catalogue;
use crate::policy::Policy;
use crate::record::{Flaw, Record};
use crate::roster::understand::text_of;
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

/// What a line names, as written and as it is compared; an empty key names nothing.
pub(super) struct NamedValue {
    tenant: String,
    pub tenant_key: String,
    plan: String,
    pub plan_key: String,
}

/// What a line says.
pub(super) struct Says {
    /// By its place in the policy.
    pub segment: Option<usize>,
    /// As written; the catalogue has it.
    pub plan: Option<String>,
    pub seats: Option<u64>,
    pub reason: String,
}

impl NamedValue {
    /// Returns the name of a plan, whatever the tenant.
    pub(super) fn plan(written: &str) -> Self {
        Self {
            tenant: String::new(),
            tenant_key: String::new(),
            plan: written.to_owned(),
            plan_key: fold(written),
        }
    }

    /// Returns what is named, in words.
    pub(super) fn words(&self) -> String {
        match (self.tenant.is_empty(), self.plan.is_empty()) {
            (false, false) => {
                format!("tenant `{}` and plan `{}`", excerpt(&self.tenant), excerpt(&self.plan))
            }
            (false, true) => format!("only tenant `{}`", excerpt(&self.tenant)),
            _ => format!("only plan `{}`", excerpt(&self.plan)),
        }
    }
}

impl Entry<'_> {
    /// Returns what the line names and says.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub(super) fn read(&self) -> Result<(NamedValue, Says), Vec<Fault>> {
        self.whole().map_err(|fault| vec![fault])?;
        let named = self.named();
        let (segment, plan, seats) = (self.segment(), self.plan(), self.seats());
        let mut wrong: Vec<Fault> = if named.tenant_key.is_empty() && named.plan_key.is_empty() {
            let help = "name the tenant, the plan as the roster writes it, or both".to_owned();
            vec![fault(
                Code::OverrideNamesNothing,
                None,
                "the line names neither a tenant nor a plan".to_owned(),
                help,
            )]
        } else {
            self.out_of_reach(&named)
        };
        let cells = [segment.as_ref().err(), plan.as_ref().err(), seats.as_ref().err()];
        wrong.extend(cells.into_iter().flatten().cloned());
        match (segment, plan, seats) {
            (Ok(segment), Ok(plan), Ok(seats)) if wrong.is_empty() => {
                Ok((named, Says { segment, plan, seats, reason: self.reason() }))
            }
            _ => Err(wrong),
        }
    }

    /// Cells missing at the end of a line are blank ones; but none may stand where no heading says what it is.
    pub(super) fn whole(&self) -> Result<(), Fault> {
        let is_width = |flaw: &Flaw| matches!(flaw, Flaw::Short { .. } | Flaw::Long { .. });
        if let Some(flaw) = self.record.flaw.filter(|flaw| !is_width(flaw)) {
            return Err(flaws::fault(flaw));
        }
        let is_stray = |column: &usize| !self.headings.has(*column) && !self.record.cell(*column).is_blank();
        let Some(column) = (0..self.record.width()).find(is_stray) else { return Ok(()) };
        let shown = self.record.cell(column).shown();
        let message = format!("`{}` is in a column without a heading", excerpt(&shown));
        let help = "a cell to its left may contain a delimiter without quotes around it; if not, give the column a heading";
        Err(fault(Code::OverrideCellStray, None, message, help.to_owned()))
    }

    fn named(&self) -> NamedValue {
        let (tenant, plan) = (self.cell(Heading::Tenant), self.cell(Heading::Plan));
        NamedValue { tenant_key: tenant_key(&tenant), plan_key: fold(&plan), tenant, plan }
    }

    /// What a line says has to be true of all that it names.
    fn out_of_reach(&self, named: &NamedValue) -> Vec<Fault> {
        let (has_tenant, has_plan) = (!named.tenant_key.is_empty(), !named.plan_key.is_empty());
        let says = |heading| !self.cell(heading).is_empty();
        let (says_plan, says_seats) = (says(Heading::MeansPlan), says(Heading::Seats));
        let mut wrong = Vec::new();
        if !says_plan && !says_seats && !says(Heading::Segment) {
            let help = "fill in the segment, the plan it means or the paid seats".to_owned();
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
        wrong
    }

    fn segment(&self) -> Result<Option<usize>, Fault> {
        let written = self.cell(Heading::Segment);
        if written.is_empty() { Ok(None) } else { self.segment_at(Heading::Segment, &written).map(Some) }
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

    /// Returns the plan that is `written` under a heading, if the catalogue has it.
    pub(super) fn plan_at(&self, heading: Heading, written: &str) -> Result<String, Fault> {
        let Err(missed) = self.catalogue.find(written) else {
            return Ok(written.to_owned());
        };
        let (_, message, help) = plan::missed_words(written, &missed);
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

    /// Returns the first reason that is given.
    pub(super) fn reason(&self) -> String {
        let reasons = self.headings.reasons.iter().map(|column| text_of(self.record.cell(*column)));
        reasons.map(|cell| cell.trim().to_owned()).find(|cell| !cell.is_empty()).unwrap_or_default()
    }

    /// Returns a cell as a person reads it, trimmed; nothing where the file has no such column.
    pub(super) fn cell(&self, heading: Heading) -> String {
        let column = self.headings.column(heading);
        column.map_or(String::new(), |column| text_of(self.record.cell(column)).trim().to_owned())
    }
}

/// Returns a fault of an overrides file.
pub(super) fn fault(code: Code, column: Option<usize>, message: String, help: String) -> Fault {
    Fault { code, blocks: true, column, value: String::new(), message, help }
}
