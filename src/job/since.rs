//! The comparison with an earlier night: its rows and those of this night, with what tenants on several come to, sorted,
//! folded, and listed as changes of customers.
//!
//! What is held does not grow with the rosters: three heaps of 16 MiB, those of the two nights and of their changes,
//! and some texts on their way. The rest waits in temporary files, some 130 bytes for each row.

mod previous;
pub(super) mod together;
mod totals;

use super::context::RunContext;
use super::listeners::notes::NoteMaker;
use super::request::{Job, Previous, Totals};
use super::sink::Sink;
use crate::PROGRAM;
use crate::changes::{
    self, Change, ChangeKind, Counted, Fall, Fold, Ladders, MaxDrop, Moves, Night, Noted, Origin, Since,
    TierSince, by_rows, fallen, remarks,
};
use crate::diagnostic::{Code, Diagnostic, excerpt};
use crate::error::{Error, Result};
use crate::output_fields::FlatTable;
use crate::policy::Policy;
use crate::report::changes::{MOST, cells, more};
use crate::report::tables::change;
use crate::report::{Style, Value};
use crate::roster::Understanding;
use crate::roster::identity::Identity;
use crate::roster::overrides::Overrides;
use crate::scratch::Scratch;
use crate::sort::{Sorted, Sorter};
use crate::summary::{Count, Summary, VerdictCounts};
use crate::verdict::words::{rung_name, tier_name};
use crate::write::SheetId;
use std::collections::BTreeMap;

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
    Totals(Box<Totals>),
    /// All of them, and how tenants are told apart in this night's roster.
    All { notes: Sorter, ladder: Vec<String>, identity: Identity },
}

impl Earlier {
    /// Reads the earlier night.
    ///
    /// # Errors
    /// Of kind `Input`: `since-not-readable`, `since-not-ours`, `since-cell`, `since-columns`, `since-rows`.
    pub(super) fn read(job: &Job, previous: &Previous, known: &RunContext<'_>) -> Result<Self> {
        let now = Origin {
            program: PROGRAM.to_owned(),
            policy: job.policy.name.clone(),
            policy_sha256: job.policy.sha256.clone(),
            catalogues_sha256: known.own.iter().map(|own| own.sha256.clone()).collect(),
            overrides_sha256: known.overrides.map(Overrides::sha256),
            ..Origin::default()
        };
        let (mut origin, rows) = match previous {
            Previous::Report(totals) => (totals.origin.clone(), EarlierRows::Totals(totals.clone())),
            Previous::Workbook(path) => {
                let previous::Read { origin, notes, ladder, identity } = previous::read(path, job, known)?;
                (origin, EarlierRows::All { notes, ladder, identity })
            }
        };
        if let Some(name) = &job.since_called {
            origin.name.clone_from(name);
        }
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
        matches!(self.rows, EarlierRows::All { .. })
    }

    /// Returns what makes notes of this night's rows; `None` if only totals are compared.
    pub(super) fn note_maker<'a>(&self, policy: &'a Policy, known: &RunContext<'a>) -> Option<NoteMaker<'a>> {
        let EarlierRows::All { identity, .. } = &self.rows else { return None };
        let plain = Understanding::new(known.columns, policy, known.catalogue);
        Some(NoteMaker { identity: identity.clone(), policy, plain, scratch: known.scratch })
    }

    /// Compares both nights, and lists the changes.
    ///
    /// # Errors
    /// If the roster shrank by more than it may (`roster-shrank`), there is no room for temporary files, or the workbook
    /// cannot be stored.
    pub(super) fn compare(
        self,
        policy: &Policy,
        now: ThisNight<'_>,
        (sink, sheet): (&mut Sink<'_>, Option<SheetId>),
    ) -> Result<Since> {
        let Self { origin, mut remarks, rows, max_drop, scratch } = self;
        let has_other_rules = !remarks.is_empty();
        match rows {
            EarlierRows::Totals(before) => {
                let compared = totals::compare(policy, &before, &now);
                remarks.extend(shrunk(&origin.name, compared.nights, max_drop)?);
                remarks.extend(compared.remarks(max_drop.is_some()));
                let (counted, tiers) = (compared.counted, compared.tiers);
                Ok(Since { origin, remarks, has_other_rules, counted, tiers, moves: None })
            }
            EarlierRows::All { notes, ladder, .. } => {
                let rungs = 0..policy.rungs.len();
                let ladders = Ladders {
                    before: ladder,
                    now: rungs.map(|rung| rung_name(policy, rung).to_owned()).collect(),
                };
                let mine = now.notes.ok_or_else(|| Error::internal("no notes of this night's rows"))?;
                let (changes, moves, totals) = folded([notes, mine], ladders, &scratch)?;
                remarks.extend(shrunk(&origin.name, totals.nights, max_drop)?);
                let counts = (moves.changed(), MOST);
                let (writer, tables) = sink.both();
                let mut on_sheet = writer.zip(sheet);
                let mut put = |cells: &[(Value<'_>, Style)]| match &mut on_sheet {
                    Some((writer, sheet)) => writer.row(*sheet, cells),
                    None => Ok(()),
                };
                let mut put_change = tables.map(|tables| {
                    move |of: &Change, cells: &[(Value<'_>, Style)]| {
                        tables.cells(FlatTable::Changes, change(of, cells))
                    }
                });
                let in_table = put_change.as_mut().map(|put| put as &mut PutChange<'_>);
                list(policy, changes, counts, has_other_rules, (&mut put, in_table))?;
                remarks.extend(by_rows(&totals));
                remarks.extend(have_nothing_in_common(&moves).then(|| {
                    "no customer is in both rosters: they may be rosters of different customers".to_owned()
                }));
                let tiers = in_order(policy, now.summary, totals.tiers);
                let counted = Counted::Customers;
                Ok(Since { origin, remarks, has_other_rules, counted, tiers, moves: Some(moves) })
            }
        }
    }
}

/// What of this night is compared.
pub(super) struct ThisNight<'n> {
    /// Its rows, counted.
    pub(super) summary: &'n Summary,
    /// Its customers by tier; `None` = tenants on several rows could not be rolled up.
    pub(super) customers: Option<&'n VerdictCounts>,
    /// Its rows, and what the tenants on several of them come to; `None` = only totals are compared.
    pub(super) notes: Option<Sorter>,
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
    Err(Error::input(Diagnostic::error(Code::RosterShrank, message).help(help)))
}

fn have_nothing_in_common(moves: &Moves) -> bool {
    use ChangeKind::{Gone, New, Unchanged};
    let [gone, new, unchanged] = [Gone, New, Unchanged].map(|kind| moves.of(kind).customers);
    gone > 0 && new > 0 && unchanged == 0 && moves.changed() == gone + new
}

/// Tiers in the order of this night's policy, then those that only the earlier night has.
fn in_order(policy: &Policy, summary: &Summary, mut found: BTreeMap<String, [Count; 2]>) -> Vec<TierSince> {
    let mine = summary.tiers().map(|tier| {
        let name = tier_name(policy, tier).to_owned();
        let counts = found.remove(&name).unwrap_or_default();
        (name, counts)
    });
    let mine: Vec<_> = mine.collect();
    let since = |(tier, [before, now]): (String, [Count; 2])| TierSince { tier, before, now };
    mine.into_iter().chain(found).map(since).collect()
}

/// Folds both nights; returns the changes on their way to their order, and the totals.
fn folded(
    nights: [Sorter; 2],
    ladders: Ladders,
    scratch: &Scratch,
) -> Result<(Sorter, Moves, changes::Totals)> {
    let (mut fold, mut moves) = (Fold::new(ladders), Moves::default());
    let (mut changes, mut bytes) = (Sorter::new(scratch), Vec::new());
    let mut emit = |change: &Change| {
        moves.add(change);
        if change.kind == ChangeKind::Unchanged {
            return Ok(());
        }
        bytes.clear();
        change.write(&mut bytes);
        changes.push(&bytes)
    };
    let (mut sorted, mut record) = (Sorted::of(nights)?, Vec::new());
    while sorted.next(&mut record)? {
        let note = Noted::read(&record).ok_or_else(|| Error::internal("a note cannot be read back"))?;
        fold.add(&note, &mut emit)?;
    }
    let totals = fold.end(&mut emit)?;
    Ok((changes, moves, totals))
}

/// What takes the cells of a row of the Changes sheet.
type PutRow<'a> = dyn FnMut(&[(Value<'_>, Style)]) -> Result<()> + 'a;

/// What takes a change, and the cells of its row, for the table of changes.
type PutChange<'a> = dyn FnMut(&Change, &[(Value<'_>, Style)]) -> Result<()> + 'a;

/// Puts the rows of the Changes sheet: of all changes the first, `most` of them, and how many more there are. The table,
/// if there is one, has all of them.
fn list(
    policy: &Policy,
    changes: Sorter,
    (all, most): (u64, u64),
    has_other_rules: bool,
    (put, mut in_table): (&mut PutRow<'_>, Option<&mut PutChange<'_>>),
) -> Result<()> {
    let (mut sorted, mut record, mut listed) = (Sorted::of([changes])?, Vec::new(), 0);
    while (listed < most || in_table.is_some()) && sorted.next(&mut record)? {
        let change = Change::read(&record).ok_or_else(|| Error::internal("a change cannot be read back"))?;
        let cells = cells(policy, &change, has_other_rules);
        if listed < most {
            put(&cells)?;
        }
        if let Some(in_table) = &mut in_table {
            in_table(&change, &cells)?;
        }
        listed += 1;
    }
    if all > most {
        put(&more(all - most))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
