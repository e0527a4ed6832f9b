//! From the lines of an additions file to additions; all that is wrong with it is gathered.

use super::entry::Entry;
use super::headings::{Column, Headings};
use super::known::{KnownPlans, Meant, described};
use super::{Additions, PlanRef, Source};
use crate::diagnostic::{Code, Diagnostic, Place, Severity, excerpt};
use crate::error::{Error, ErrorKind, Result};
use crate::fold::fold;
use crate::hash::FastHash;
use crate::plans::find::alike;
use crate::plans::places::PlanIndex;
use crate::plans::{Catalogue, Plan};
use std::borrow::Cow;
use std::collections::HashMap;

/// Most lines of a file: it is made by hand, and every fault of it is told.
pub const LIMIT_LINES: usize = 100_000;

/// What to do about a text that means another product.
pub(super) const OTHERWISE: &str = "write it another way; if your rosters mean your product by it, say so in an \
                                    overrides file with the headings Plan and Means plan";

/// What is wrong with a line or with the headings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub code: Code,
    /// From 0; `None` = the line as a whole.
    pub column: Option<usize>,
    pub message: String,
    pub help: String,
}

/// Something that a line calls its product.
#[derive(Clone, Debug)]
pub(super) struct Called {
    pub text: String,
    pub number: u64,
    pub column: Column,
    pub plan: PlanRef,
}

/// What of a file was said already, folded, and in which line.
#[derive(Debug, Default)]
struct Said {
    guids: HashMap<String, u64, FastHash>,
    ids: HashMap<String, u64, FastHash>,
    /// With the product's place among those of the file.
    names: HashMap<String, (u64, usize), FastHash>,
    /// With the products meant.
    spellings: HashMap<String, (u64, Vec<PlanRef>), FastHash>,
}

/// An additions file on its way from lines to additions.
#[derive(Debug)]
pub struct Reading<'a> {
    pub(super) source: Source<'a>,
    pub(super) headings: Headings,
    known: KnownPlans<'a>,
    /// Lines that are not blank, right or wrong.
    count: usize,
    said: Said,
    additions: Additions,
    /// All that the lines without a fault call their products.
    called: Vec<Called>,
    wrong: Vec<Diagnostic>,
}

impl<'a> Reading<'a> {
    /// Begins with the headings; `plans` and `spellings` are those of the catalogue that is added to.
    ///
    /// # Errors
    /// All that is wrong with the headings, of kind `Policy`: `catalogue-heading-unknown`, `catalogue-heading-twice`,
    /// `catalogue-heading-missing`.
    pub fn new(source: Source<'a>, plans: &'a [Plan], spellings: &[(String, usize)]) -> Result<Self> {
        Self::indexed(source, (plans, Cow::Owned(PlanIndex::new(plans))), spellings)
    }

    /// As [`Reading::new`], with the index of the plans.
    pub(super) fn indexed(
        source: Source<'a>,
        (plans, index): (&'a [Plan], Cow<'a, PlanIndex>),
        spellings: &[(String, usize)],
    ) -> Result<Self> {
        let headings = Headings::find(source.headings).map_err(|wrong| Error {
            kind: ErrorKind::Policy,
            diagnostics: wrong.iter().map(|wrong| source.told(source.header_row, wrong)).collect(),
        })?;
        Ok(Self {
            source,
            headings,
            known: KnownPlans::new(plans, index, spellings, source.from),
            count: 0,
            said: Said::default(),
            additions: Additions::default(),
            called: Vec::new(),
            wrong: Vec::new(),
        })
    }

    /// Takes the next line, its cells as a person reads them; a blank one says nothing.
    ///
    /// # Errors
    /// `catalogue-too-many`, beyond [`LIMIT_LINES`]. What is wrong with a line is kept until the end.
    pub fn line(&mut self, number: u64, cells: &[String]) -> Result<()> {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        self.counted()?;
        if let Err(wrong) = self.take(number, cells) {
            self.wrong.extend(wrong.iter().map(|wrong| self.source.told(number, wrong)));
        }
        Ok(())
    }

    /// Takes a line that cannot be read as it stands: what is wrong with it, in the words of the reader.
    ///
    /// # Errors
    /// `catalogue-too-many`, beyond [`LIMIT_LINES`].
    pub fn flawed(&mut self, number: u64, (code, message, help): (Code, &str, &str)) -> Result<()> {
        self.counted()?;
        let wrong = Wrong { code, column: None, message: message.to_owned(), help: help.to_owned() };
        self.wrong.push(self.source.told(number, &wrong));
        Ok(())
    }

    /// Returns what the file adds.
    ///
    /// # Errors
    /// All that is wrong with its lines, in their order, of kind `Policy`.
    pub fn finish(self) -> Result<Additions> {
        if self.wrong.is_empty() { Ok(self.additions) } else { Err(refused(self.wrong)) }
    }

    /// Returns what the file adds, and the catalogue with it; `catalogue` is the one that is added to.
    ///
    /// What the file calls a product must not have been read as another before, and must be read as that one now.
    ///
    /// # Errors
    /// All that is wrong with its lines, in their order, of kind `Policy`.
    pub fn finish_with(mut self, catalogue: &Catalogue) -> Result<(Catalogue, Additions)> {
        let joined = catalogue.with(&self.additions);
        for called in &self.called {
            let wrong = super::agree::wrong(
                called,
                (&self.headings, self.source.from),
                &self.additions,
                catalogue,
                &joined,
            );
            self.wrong.extend(wrong.map(|wrong| self.source.told(called.number, &wrong)));
        }
        // As they stand in the file; faults of one line stay in their order.
        self.wrong.sort_by_key(|wrong| match &wrong.place {
            Place::Line(line) => *line,
            Place::Record { row, .. } => *row,
            Place::Row { row, .. } | Place::Cell { row, .. } => u64::from(*row),
            Place::File => 0,
        });
        if self.wrong.is_empty() { Ok((joined, self.additions)) } else { Err(refused(self.wrong)) }
    }

    fn counted(&mut self) -> Result<()> {
        self.count += 1;
        if self.count <= LIMIT_LINES {
            return Ok(());
        }
        let message = format!("the catalogue has more than {LIMIT_LINES} lines");
        let diagnostic = Diagnostic::error(Code::CatalogueTooMany, message)
            .in_file(self.source.file)
            .help("is this a catalogue? it lists products and their other spellings, each once");
        Err(Error::new(ErrorKind::Policy, diagnostic))
    }

    fn take(&mut self, number: u64, cells: &[String]) -> std::result::Result<(), Vec<Wrong>> {
        let entry = Entry::read(cells, &self.headings)?;
        match self.known.meant(&entry, &self.headings)? {
            Meant::Known(places) => {
                let meant: Vec<PlanRef> = places.into_iter().map(PlanRef::Known).collect();
                let wrong = self.misspelled(number, &entry.spellings, &meant);
                if !wrong.is_empty() {
                    return Err(wrong);
                }
                self.spell(number, &entry.spellings, &meant);
            }
            Meant::New => {
                let plan = entry.plan(self.source.from, &self.headings)?;
                let meant = [PlanRef::Added(self.additions.plans.len())];
                let mut wrong = self.taken(number, &plan);
                wrong.extend(self.misspelled(number, &entry.spellings, &meant));
                if !wrong.is_empty() {
                    return Err(wrong);
                }
                self.keep(number, plan);
                self.spell(number, &entry.spellings, &meant);
            }
        }
        Ok(())
    }

    /// Returns what of a new product belongs to another already.
    fn taken(&self, number: u64, plan: &Plan) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        let mut again = |column: Column, text: &str, first: u64| {
            let message =
                format!("lines {first} and {number} both have the {} `{}`", column.heading(), excerpt(text));
            let help =
                "a product can have only one line; keep one, and write other spellings in `also written as`";
            wrong.push(self.wrong(Code::CatalogueTwice, column, message, help));
        };
        let (guid, id, name) = (&plan.guid, fold(&plan.id), fold(&plan.name));
        if let Some(first) = self.said.guids.get(guid) {
            again(Column::Guid, guid, *first);
        } else if let Some(first) = self.said.ids.get(&id) {
            again(Column::Id, &plan.id, *first);
        } else if let Some((first, place)) = self.said.names.get(&name)
            && self.additions.plans.get(*place).is_some_and(|other| is_repeated(other, plan))
        {
            again(Column::Name, &plan.name, *first);
        }
        // Products that are the same to a verdict may share a name, as published ones do.
        if let Some(other) = self.known.named(&name).find(|other| !alike(&[other, plan])) {
            let message = format!(
                "`{}` is the name of {}, which is a different plan",
                excerpt(&plan.name),
                described(other, self.source.from)
            );
            wrong.push(self.wrong(Code::CatalogueTaken, Column::Name, message, OTHERWISE));
        }
        wrong
    }

    /// Keeps a new product.
    fn keep(&mut self, number: u64, plan: Plan) {
        let place = self.additions.plans.len();
        let meant = PlanRef::Added(place);
        for (column, text) in [(Column::Guid, &plan.guid), (Column::Id, &plan.id), (Column::Name, &plan.name)]
        {
            if !text.is_empty() {
                self.called.push(Called { text: text.clone(), number, column, plan: meant });
            }
        }
        if !plan.guid.is_empty() {
            self.said.guids.insert(plan.guid.clone(), number);
        }
        if !plan.id.is_empty() {
            self.said.ids.insert(fold(&plan.id), number);
        }
        self.said.names.entry(fold(&plan.name)).or_insert((number, place));
        self.additions.plans.push(plan);
    }

    /// Keeps what else the products meant are called.
    fn spell(&mut self, number: u64, spellings: &[String], meant: &[PlanRef]) {
        for spelling in spellings {
            if !matches!(self.is_said(number, spelling, meant), Ok(false)) {
                continue;
            }
            self.said.spellings.insert(fold(spelling), (number, meant.to_vec()));
            for plan in meant {
                self.additions.spellings.push((spelling.clone(), *plan));
            }
            self.called.extend(meant.first().map(|plan| Called {
                text: spelling.clone(),
                number,
                column: Column::Spellings,
                plan: *plan,
            }));
        }
    }

    /// Returns which of the spellings belong to other products.
    fn misspelled(&self, number: u64, spellings: &[String], meant: &[PlanRef]) -> Vec<Wrong> {
        let said = spellings.iter().map(|spelling| self.is_said(number, spelling, meant));
        said.filter_map(std::result::Result::err).collect()
    }

    /// Returns whether the products meant are called so already.
    ///
    /// # Errors
    /// Others are.
    fn is_said(&self, number: u64, spelling: &str, meant: &[PlanRef]) -> std::result::Result<bool, Wrong> {
        let folded = fold(spelling);
        let places = self.known.called(&folded);
        if places.iter().any(|place| meant.contains(&PlanRef::Known(*place))) {
            return Ok(true);
        }
        if let Some(other) = places.first().and_then(|place| self.known.plans.get(*place)) {
            let message =
                format!("`{}` already means {}", excerpt(spelling), described(other, self.source.from));
            return Err(self.wrong(Code::CatalogueTaken, Column::Spellings, message, OTHERWISE));
        }
        match self.said.spellings.get(&folded) {
            None => Ok(false),
            Some((_, others)) if others == meant => Ok(true),
            Some((first, _)) => {
                let message =
                    format!("lines {first} and {number} both have the spelling `{}`", excerpt(spelling));
                let help = "a spelling can mean only one product; keep it where it is right";
                Err(self.wrong(Code::CatalogueTwice, Column::Spellings, message, help))
            }
        }
    }

    fn wrong(&self, code: Code, column: Column, message: String, help: &str) -> Wrong {
        Wrong { code, column: self.headings.place(column), message, help: help.to_owned() }
    }
}

/// Returns whether two products of one name should be one: they differ to a verdict, or nothing tells them apart.
fn is_repeated(one: &Plan, other: &Plan) -> bool {
    let key = |plan: &Plan| (plan.guid.clone(), fold(&plan.id));
    !alike(&[one, other]) || key(one) == key(other)
}

impl Source<'_> {
    /// Returns a fault with its place.
    fn told(&self, number: u64, wrong: &Wrong) -> Diagnostic {
        let place = self.about.map_or(Place::Line(number), |about| about.place(number, wrong.column));
        Diagnostic {
            severity: Severity::Error,
            code: wrong.code,
            file: self.file.to_owned(),
            place,
            heading: wrong.column.and_then(|column| self.headings.get(column).cloned()),
            message: wrong.message.clone(),
            help: wrong.help.clone(),
        }
    }
}

fn refused(diagnostics: Vec<Diagnostic>) -> Error {
    Error { kind: ErrorKind::Policy, diagnostics }
}
