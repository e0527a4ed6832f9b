//! Which cells of a row are not what they have to be, if it was judged by certain facts.

use super::book::{Row, Seen};
use super::judged::{Guess, Judged, Wanted, status};
use super::own::Own;
use super::rows::AuditContext;
use super::words::{Told, ToldReason};
use crate::verdict::words::grouped;

/// A cell that does not say what it has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub column: usize,
    /// What has to stand there, empty for a blank cell; `None` = it cannot be known.
    pub was: Option<String>,
}

/// Compares the cells of a row with what they have to be.
pub(super) fn differences(
    row: &Row,
    (known, own): (&AuditContext<'_>, &mut Own<'_>),
    (guess, made): (&Guess<'_, '_>, &Judged),
    told: &Told<'_>,
) -> Vec<Difference> {
    let (ours, policy) = (&known.ours, &known.rules.policy);
    let segment = policy.segments.get(made.segment).map_or("", |segment| segment.name.as_str());
    let mut found = Vec::new();
    let mut look = |column: usize, wanted: &Wanted| found.extend(difference(row, column, wanted));
    let text = |text: &str| Wanted::Text(text.to_owned());
    look(ours.segment(), &text(segment));
    look(ours.from(), &text(made.from.words()));
    look(ours.eligible(), &made.eligible);
    look(ours.seats(), &made.seats.map_or(Wanted::Blank, Wanted::Count));
    look(ours.tier(), &text(&made.tier));
    for (place, answer) in made.answers.iter().enumerate() {
        look(ours.entitlements + place, &text(answer));
    }
    look(ours.next(), &made.next);
    look(ours.missing(), &made.missing);
    look(ours.why(), &made.why);
    look(ours.recognised(), &recognised(row, known, guess, made));
    look(ours.services(), &services(known, guess, made));
    let is_review = made.verdict.decided_by == crate::verdict::DecidedBy::Review;
    let has_review = row.cell(ours.review()).is_some();
    look(
        ours.review(),
        &match (is_review, has_review) {
            (true, true) => Wanted::Fits,
            (true, false) => Wanted::Other,
            (false, _) => Wanted::Blank,
        },
    );
    if let Some(column) = ours.rows_of_tenant {
        look(column, &rows_of_tenant(told));
    }
    found.extend(own_cells(row, own, (guess, made), policy));
    found
}

fn difference(row: &Row, column: usize, wanted: &Wanted) -> Option<Difference> {
    let cell = row.cell(column);
    let was = match wanted {
        Wanted::Fits => return None,
        Wanted::Other => None,
        Wanted::Blank if cell.is_none() => return None,
        Wanted::Blank => Some(String::new()),
        Wanted::Text(text)
            if cell.and_then(Seen::text).is_some_and(|found| super::paper::same_text(found, text)) =>
        {
            return None;
        }
        Wanted::Text(text) => Some(text.clone()),
        Wanted::Count(count) if cell.and_then(Seen::count) == Some(*count) => return None,
        Wanted::Count(count) => Some(count.to_string()),
    };
    Some(Difference { column, was })
}

/// A row that is not judged tells no plan, unless a person named it.
fn recognised(row: &Row, known: &AuditContext<'_>, guess: &Guess<'_, '_>, made: &Judged) -> Wanted {
    let words = row.text(known.ours.recognised());
    if made.verdict.decided_by == crate::verdict::DecidedBy::Review {
        let is_told = words.is_empty() || words.contains(", override");
        return if is_told { Wanted::Fits } else { Wanted::Blank };
    }
    let is_known = guess.recognised.is_some() || !known.has_plans;
    if is_known && row.cell(known.ours.recognised()).is_some() { Wanted::Fits } else { Wanted::Other }
}

fn services(known: &AuditContext<'_>, guess: &Guess<'_, '_>, made: &Judged) -> Wanted {
    let policy = &known.rules.policy;
    let is_review = made.verdict.decided_by == crate::verdict::DecidedBy::Review;
    let Some(recognised) = guess.recognised.filter(|_| !is_review) else { return Wanted::Fits };
    if !policy.standing(recognised.plan).eligible {
        return Wanted::Blank;
    }
    let names = policy.service_names(recognised.plan.services);
    if names.is_empty() { Wanted::Blank } else { Wanted::Text(names) }
}

fn rows_of_tenant(told: &Told<'_>) -> Wanted {
    match super::words::number(told.rows_of_tenant) {
        Some(rows) => Wanted::Count(rows),
        None => Wanted::Blank,
    }
}

/// The roster's own cells, as far as a verdict must fit them.
fn own_cells(
    row: &Row,
    own: &mut Own<'_>,
    (guess, made): (&Guess<'_, '_>, &Judged),
    policy: &crate::policy::Policy,
) -> Vec<Difference> {
    let mut found = Vec::new();
    let is_review = made.verdict.decided_by == crate::verdict::DecidedBy::Review;
    let seats = if matches!(guess.ground, ToldReason::NotPaid(_)) { Some(guess.unpaid) } else { made.seats };
    if let (Some(column), Some(cell), Some(seats), false) =
        (own.seats_column, own.seats(row), seats, is_review)
        && cell != seats
    {
        found.push(Difference { column, was: Some(grouped(seats).replace(',', "")) });
    }
    if let (Some(column), Some(segment)) = (own.segment_column, own.segment(row, policy)) {
        let is_read = made.from == crate::roster::SegmentFrom::Column && segment == made.segment;
        if !is_read {
            found.push(Difference { column, was: None });
        }
    }
    if let (Some(column), Some(status)) = (own.status_column, status(&guess.ground))
        && !Own::says(row, column, status)
    {
        found.push(Difference { column, was: Some(status.to_owned()) });
    }
    if let (Some(column), Some(recognised), false) = (own.plan_column, guess.recognised, is_review)
        && !own.names(row, recognised.plan)
    {
        found.push(Difference { column, was: None });
    }
    found
}
