//! The comparison with an earlier night: its rows and those of this night, sorted, folded, and listed as changes.
//!
//! What is held does not grow with the rosters: three heaps of 16 MiB, those of the two nights and of their changes,
//! and some texts on their way. The rest waits in temporary files, some 130 bytes for each row.

mod previous;

use super::RunContext;
use crate::changes::{
    Change, Fall, Fold, Ladders, MaxDrop, Moves, Night, Note, Origin, Since, fallen, remarks,
};
use crate::diagnostic::{Diagnostic, excerpt};
use crate::error::{Error, Result};
use crate::policy::Policy;
use crate::record::Record;
use crate::report::changes::{MOST, cells, more};
use crate::report::run::PROGRAM;
use crate::report::{Style, Value};
use crate::roster::identity::{Identity, plan_number};
use crate::roster::{RosterRow, Understanding};
use crate::scratch::Scratch;
use crate::sort::{Gathered, Sorted, Sorter};
use crate::summary::{Count, Summary};
use crate::verdict::Verdict;
use crate::verdict::words::{rung_name, tier_name};
use crate::write::Writer;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What this night is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Previous {
    /// A workbook that this program wrote.
    Workbook(PathBuf),
    /// The totals of a run report.
    Report(Box<Totals>),
}

/// The totals of an earlier night.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// What it was.
    pub origin: Origin,
    /// Rows and paid seats by tier.
    pub tiers: Vec<(String, Count)>,
}

/// The earlier night, read before the first row of this one is judged.
pub(super) struct Earlier {
    origin: Origin,
    remarks: Vec<String>,
    rows: EarlierRows,
    /// By how much the roster may have shrunk; `None` = by anything.
    max_drop: Option<MaxDrop>,
    /// Where the changes wait that are too many for memory.
    scratch: Scratch,
}

#[expect(clippy::large_enum_variant, reason = "there is one in a run")]
enum EarlierRows {
    /// Only their totals are known.
    Totals(Vec<(String, Count)>),
    /// All of them, and how tenants are told apart in this night's roster.
    NoteBatch { notes: Sorter, ladder: Vec<String>, identity: Identity },
}

impl Earlier {
    /// Reads the earlier night.
    ///
    /// # Errors
    /// Of kind `Input`: `since-not-readable`, `since-not-ours`, `since-cell`, `since-columns`, `since-rows`.
    pub(super) fn read(job: &super::Job, previous: &Previous, known: &RunContext<'_>) -> Result<Self> {
        let now = Origin {
            program: PROGRAM.to_owned(),
            policy: job.policy.name.clone(),
            policy_sha256: job.policy.sha256.clone(),
            catalogues_sha256: known.own.iter().map(|own| own.sha256.clone()).collect(),
            overrides_sha256: known.overrides.map(|overrides| overrides.sha256.clone()),
            ..Origin::default()
        };
        let (origin, rows) = match previous {
            Previous::Report(totals) => (totals.origin.clone(), EarlierRows::Totals(totals.tiers.clone())),
            Previous::Workbook(path) => {
                let previous::Read { origin, notes, ladder, identity } = previous::read(path, job, known)?;
                (origin, EarlierRows::NoteBatch { notes, ladder, identity })
            }
        };
        Ok(Self {
            remarks: remarks(&origin, &now),
            origin,
            rows,
            max_drop: job.max_drop,
            scratch: known.scratch.clone(),
        })
    }

    /// Returns whether changes are listed, and not only totals compared.
    pub(super) fn has_rows(&self) -> bool {
        matches!(self.rows, EarlierRows::NoteBatch { .. })
    }

    /// Returns what makes notes of this night's rows; `None` if only totals are compared.
    pub(super) fn note_maker<'a>(&self, policy: &'a Policy, known: &RunContext<'a>) -> Option<NoteMaker<'a>> {
        let EarlierRows::NoteBatch { identity, .. } = &self.rows else { return None };
        let plain = Understanding::new(known.columns, policy, known.catalogue);
        Some(NoteMaker { identity: identity.clone(), policy, plain })
    }

    /// Compares both nights, and lists the changes; `now` are the notes of this night.
    ///
    /// # Errors
    /// If the roster shrank by more than it may (`roster-shrank`), there is no room for temporary files, or the workbook
    /// cannot be stored.
    pub(super) fn compare(
        self,
        policy: &Policy,
        summary: &Summary,
        now: Sorter,
        writer: Option<&mut Writer>,
    ) -> Result<Since> {
        let Self { origin, mut remarks, rows, max_drop, scratch } = self;
        let has_other_rules = !remarks.is_empty();
        let (found, moves) = match rows {
            EarlierRows::Totals(tiers) => {
                let nights = [totals(tiers.iter().map(|(_, count)| *count)), totals(of_now(summary))];
                remarks.extend(shrunk(&origin.name, nights, max_drop)?);
                remarks.extend(max_drop.map(|_| {
                    "`--max-drop` checked only rows and paid seats: a run report does not say how many customers \
                     there were"
                        .to_owned()
                }));
                (tiers.into_iter().collect(), None)
            }
            EarlierRows::NoteBatch { notes, ladder, .. } => {
                let rungs = 0..policy.rungs.len();
                let ladders = Ladders {
                    before: ladder,
                    now: rungs.map(|rung| rung_name(policy, rung).to_owned()).collect(),
                };
                let (changes, moves, (tiers, nights)) = folded([notes, now], ladders, &scratch)?;
                remarks.extend(shrunk(&origin.name, nights, max_drop)?);
                if let Some(writer) = writer {
                    let mut put = |cells: &[(Value<'_>, Style)]| writer.change_row(cells);
                    list(policy, changes, (moves.changed(), MOST), has_other_rules, &mut put)?;
                }
                remarks.extend(have_nothing_in_common(&moves).then(|| {
                    "no tenant is in both rosters with the same plan: they may be rosters of different customers"
                        .to_owned()
                }));
                (tiers, Some(moves))
            }
        };
        let tiers = in_order(policy, summary, found);
        Ok(Since { origin, remarks, has_other_rules, tiers, moves })
    }
}

/// Refuses a roster that shrank by more than it may; returns what to say where there was nothing to compare with.
fn shrunk(name: &str, [before, now]: [Night; 2], max_drop: Option<MaxDrop>) -> Result<Option<String>> {
    let Some(most) = max_drop else { return Ok(None) };
    if before == Night::default() {
        return Ok(Some(
            "`--max-drop` had nothing to compare with: the earlier run has no customers".to_owned(),
        ));
    }
    let falls = fallen(before, now, most);
    if falls.is_empty() {
        return Ok(None);
    }
    let told = falls.iter().map(Fall::to_string).collect::<Vec<_>>().join(", ");
    let message = format!(
        "the roster shrank since `{}`: {told}; `--max-drop {most}` allows at most {most} %",
        excerpt(name)
    );
    let help = "check whether the export is complete; if it is, use a higher `--max-drop` or leave it out; nothing \
                was replaced";
    Err(Error::input(Diagnostic::error("roster-shrank", message).help(help)))
}

/// Rows and paid seats of this night by tier.
fn of_now(summary: &Summary) -> impl Iterator<Item = Count> + '_ {
    summary.tiers().map(|tier| summary.tier(tier))
}

/// Adds up what a run report says of a night, which is not how many customers there were.
fn totals(tiers: impl Iterator<Item = Count>) -> Night {
    tiers.fold(Night::default(), |night, count| Night {
        rows: night.rows.saturating_add(count.rows),
        seats: night.seats.saturating_add(count.seats),
        ..night
    })
}

fn have_nothing_in_common(moves: &Moves) -> bool {
    use crate::changes::ChangeKind::{Gone, New, Unchanged};
    let [gone, new, unchanged] = [Gone, New, Unchanged].map(|kind| moves.of(kind).customers);
    gone > 0 && new > 0 && unchanged == 0 && moves.changed() == gone + new
}

/// Tiers in the order of this night's policy, then those that only the earlier night has.
fn in_order(policy: &Policy, summary: &Summary, mut found: BTreeMap<String, Count>) -> Vec<(String, Count)> {
    let mut tiers: Vec<(String, Count)> = Vec::new();
    for tier in summary.tiers() {
        let name = tier_name(policy, tier);
        let count = found.remove(name).unwrap_or_default();
        tiers.push((name.to_owned(), count));
    }
    tiers.extend(found);
    tiers
}

/// Tiers of the earlier night, and the figures of both.
type Figures = (BTreeMap<String, Count>, [Night; 2]);

/// Folds both nights; returns the changes on their way to their order, and the totals.
fn folded(nights: [Sorter; 2], ladders: Ladders, scratch: &Scratch) -> Result<(Sorter, Moves, Figures)> {
    let (mut fold, mut moves) = (Fold::new(ladders), Moves::default());
    let (mut changes, mut bytes) = (Sorter::new(scratch), Vec::new());
    let mut emit = |change: &Change| {
        moves.add(change);
        if change.kind == crate::changes::ChangeKind::Unchanged {
            return Ok(());
        }
        bytes.clear();
        change.write(&mut bytes);
        changes.push(&bytes)
    };
    let (mut sorted, mut record) = (Sorted::of(nights)?, Vec::new());
    while sorted.next(&mut record)? {
        let note = Note::read(&record).ok_or_else(|| Error::internal("a note cannot be read back"))?;
        fold.add(&note, &mut emit)?;
    }
    let figures = fold.end(&mut emit)?;
    Ok((changes, moves, figures))
}

/// What takes the cells of a row.
type PutRow<'a> = dyn FnMut(&[(Value<'_>, Style)]) -> Result<()> + 'a;

/// Puts the rows of the Changes sheet: of all changes the first, `most` of them, and how many more there are.
fn list(
    policy: &Policy,
    changes: Sorter,
    (all, most): (u64, u64),
    has_other_rules: bool,
    put: &mut PutRow<'_>,
) -> Result<()> {
    let (mut sorted, mut record, mut listed) = (Sorted::of([changes])?, Vec::new(), 0);
    while listed < most && sorted.next(&mut record)? {
        let change = Change::read(&record).ok_or_else(|| Error::internal("a change cannot be read back"))?;
        put(&cells(policy, &change, has_other_rules))?;
        listed += 1;
    }
    if all > listed {
        put(&more(all - listed))?;
    }
    Ok(())
}

/// What a worker has to know to note rows of this night.
pub(super) struct NoteMaker<'a> {
    identity: Identity,
    policy: &'a Policy,
    /// One that has seen no record yet, and knows no overrides.
    plain: Understanding<'a>,
}

/// Notes of a batch of rows.
pub(super) struct NoteBatch<'a> {
    note_maker: &'a NoteMaker<'a>,
    plain: Understanding<'a>,
    notes: Gathered,
}

impl<'a> NoteMaker<'a> {
    /// Begins a batch.
    pub(super) fn batch(&'a self) -> NoteBatch<'a> {
        NoteBatch { note_maker: self, plain: self.plain.clone(), notes: Gathered::default() }
    }
}

impl NoteBatch<'_> {
    /// Notes a row with its verdict.
    pub(super) fn add(&mut self, record: Record<'_>, row: &RosterRow<'_>, verdict: &Verdict) {
        let NoteMaker { identity, policy, .. } = self.note_maker;
        let column = self.plain.columns().plan;
        // What an overrides file calls the plan is another night's business.
        let known = if row.overridden.plan {
            self.plain.plan(record)
        } else {
            row.plan.as_ref().map(|found| found.plan)
        };
        let cell = record.cell(column);
        let (tenant, name) = identity.shown(record);
        let bought = cell.shown();
        let note = Note {
            tenant: identity.tenant_number(record),
            plan: plan_number(known.map(crate::plans::Plan::key), cell),
            is_now: true,
            ordinal: record.ordinal,
            seats: verdict.seats_counted,
            tier: tier_name(policy, verdict.tier),
            segment: policy.segments.get(row.segment).map_or("", |segment| segment.name.as_str()),
            shown: [&tenant, &name, bought.trim()],
        };
        self.notes.add(|bytes| note.write(bytes));
    }

    /// Returns the notes.
    pub(super) fn finish(self) -> Gathered {
        self.notes
    }
}

#[cfg(test)]
mod tests;
