//! The sheets of a workbook that are not streamed, made of what came of the run.

use super::done::Done;
use super::files::plan::SplitPlan;
use super::request::Job;
use super::split_workbook::SplitWorkbook;
use super::workbook::FRONT;
use crate::error::Result;
use crate::findings::causes::Causes;
use crate::policy::Policy;
use crate::report;
use crate::report::history::{HistoryLine, Moved};
use crate::report::live::Live;
use crate::report::steps::ListSheet;
use crate::report::summary::Listed;
use crate::roster::dated::RosterDate;
use crate::steps::Steps;
use crate::verdict::words::tier_name;
use crate::write::Writer;

/// What the sheets tell.
pub(super) struct Told<'a> {
    /// What came of the job, but for the file.
    pub(super) done: &'a Done,
    pub(super) files: Option<&'a SplitPlan>,
    pub(super) part: Option<&'a SplitWorkbook<'a, 'a>>,
    pub(super) live: Option<Live>,
    /// Rows on the Onboarding sheet.
    pub(super) onboarding: u64,
    /// What is wrong with the rows, by its kind.
    pub(super) causes: Option<Causes>,
    /// Sheets that stand behind all others.
    pub(super) further: Vec<report::Sheet>,
}

/// Returns the sheets, in order; the streamed ones stand between those in front and the others. The lists get their rows
/// from `writer`.
///
/// # Errors
/// If those cannot be stored.
pub(super) fn of(job: &Job, told: Told<'_>, steps: Steps, writer: &mut Writer) -> Result<Vec<report::Sheet>> {
    let policy = &job.policy;
    let mut first = summary_sheet(policy, &told, &steps);
    let Told { done, part, causes, further, .. } = told;
    let mut last = report::run::sheet(
        policy,
        (&done.about, done.date.as_ref()),
        (&done.columns, done.separators),
        &done.catalogues,
        done.overrides.as_ref(),
        done.since.as_ref(),
        &done.summary,
    );
    if let Some(part) = part {
        let all = part.summary.customers();
        report::split::part_on_top(&mut first, part.by, part.value, part.rows, all);
        report::split::part_on_run(&mut last, part.by, part.value, part.rows, all);
    }
    report::to_settle::on_top(&mut first, &done.to_settle);
    let causes = causes.map(|causes| causes.in_order()).unwrap_or_default();
    report::review::causes::on_top(&mut first, &causes);
    let [next, risk] = report::steps::sheets(policy, steps, job.near, done.tenants.gave_up);
    let (next, risk) = (filled(&next, policy, writer)?, filled(&risk, policy, writer)?);
    let causes = report::review::causes::sheet(&causes, &done.summary);
    let settle = report::to_settle::sheet(&done.to_settle);
    let history = history(job, done, part.is_some());
    let behind = [report::guide::sheet(policy), report::policy::sheet(policy), last];
    let by = report::breakdown::sheet(policy, done.customers.as_ref());
    let front: [report::Sheet; FRONT] = [first, next, risk, by];
    Ok(front.into_iter().chain(causes).chain(settle).chain(history).chain(behind).chain(further).collect())
}

/// Returns the sheet of what earlier runs came to, with this one among them; only where somebody keeps them, and not of
/// parts of a roster, which those runs did not count.
fn history(job: &Job, done: &Done, is_part: bool) -> Option<report::Sheet> {
    let earlier = job.history.as_ref().filter(|_| !is_part)?;
    let policy = &job.policy;
    let customers = done.customers();
    let tier = |tier| {
        let count = customers.tier(tier);
        (tier_name(policy, tier).to_owned(), count.rows, count.seats)
    };
    let now = HistoryLine {
        date: done.date.as_ref().map_or_else(|| earlier.run.clone(), |dated| dated.date.to_string()),
        run: earlier.run.clone(),
        policy: policy.name.clone(),
        roster: done.about.name.clone(),
        rows: done.summary.read,
        review: done.summary.review(),
        tiers: customers.tiers().map(tier).collect(),
        moves: done.since.as_ref().and_then(|since| since.moves.as_ref()).map(Moved::of),
    };
    Some(report::history::sheet(policy, &earlier.lines, now))
}

/// Gives a sheet the rows of its list.
fn filled(list: &ListSheet, policy: &Policy, writer: &mut Writer) -> Result<report::Sheet> {
    let mut sheet = list.sheet.clone();
    if list.rows() > 0 {
        writer.fill(&mut sheet, list.rows(), |row| list.cells(policy, row))?;
    }
    Ok(sheet)
}

/// Returns the Summary of all that is told.
fn summary_sheet(policy: &Policy, told: &Told<'_>, steps: &Steps) -> report::Sheet {
    let Told { done, files, live, onboarding, .. } = told;
    let warning = done.columns.export.and_then(|export| export.repeats.warning());
    let listed = Listed { below: steps.below.all, above: steps.above.all, onboarding: *onboarding };
    let mut sheet = report::summary::sheet(&report::summary::Told {
        policy,
        roster: &done.about.name,
        dated: &done.date.as_ref().map(RosterDate::words).unwrap_or_default(),
        warning,
        rows: &done.summary,
        customers: done.customers.as_ref(),
        tenants: &done.tenants,
        overrides: done.overrides.as_ref(),
        otherwise: done.otherwise.as_ref().map(|otherwise| otherwise.words.as_str()),
        live: *live,
        listed,
    });
    if let Some(since) = &done.since {
        report::changes::on_top(&mut sheet, policy, since);
    }
    if let Some(split) = &done.split {
        let parts = split.parts.iter().map(|part| (part.value.as_str(), part.rows, part.sheet.as_str()));
        report::split::on_top(&mut sheet, split.by, parts);
    }
    if let Some(files) = files {
        report::split::files_on_top(&mut sheet, files.by(), files.count(), done.summary.customers());
    }
    sheet
}
