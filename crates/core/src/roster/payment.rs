//! Whether somebody pays for a row's seats.

mod answers;
mod strength;
mod words;

pub(super) use answers::{
    is_answer, is_ended, is_no, is_nothing, is_on_trial, is_unknown_mark, is_yes, standing_of_answer,
};
pub(super) use strength::{Strength, names_an_end, says_trial, strength};

use super::columns::Columns;
use super::overrides::words::meant as meant_by;
use super::overrides::{Said, Stated, StatusSaid, remarks};
use super::understand::{Understanding, as_written};
use super::watching::watch_for_payment;
use super::written::meant;
use super::{Fault, NotPaid, RosterRow};
use crate::diagnostic::{Code, excerpt};
use crate::fold::{fold, letters};
use crate::plans::{PlanKind, Price};
use crate::record::Record;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;
use words::{ACTIVE, ACTIVE_IN_A_STATUS, INACTIVE, INACTIVE_IN_A_STATUS, NO, PAID, TRIAL, YES};

/// What a status says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// The seats count.
    Active,
    /// They do not.
    Inactive,
    /// They do not, since they are only tried out.
    Trial,
    /// Nobody knows the word.
    Unknown,
}

/// What the mark of a trial says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IsTrial {
    Yes,
    No,
    /// The subscription is paid for, but sits on top of another one.
    AddOn,
    Unknown,
}

/// Free plans, trials and subscriptions that are not active count 0 paid seats.
///
/// A word that nobody knows may say so or not: where it decides, the row needs review.
pub(super) fn read_payment(
    record: Record<'_>,
    columns: &Columns,
    known: &mut Understanding<'_>,
    said: &Said<'_>,
    row: &mut RosterRow<'_>,
) {
    let price = row.plan.as_ref().map(|found| found.price);
    if let Some(stated) = said.status {
        row.not_paid = by_a_person(record, columns, (said, stated), row).or_else(|| by_price(price));
        return;
    }
    // Of a plan that is not served, seats that count open nothing that others do not.
    let opens = || {
        let is_served = row.plan.is_none() || row.is_served();
        is_served || row.seats.is_none_or(|seats| known.policy.seats_decide(seats, false))
    };
    let could_count = matches!(price, None | Some(Price::Paid)) && row.seats != Some(0) && opens();
    let (status, is_active) = read_status(record, columns, known, could_count, row);
    let is_trial = match status {
        Some(_) => None,
        None => is_marked_trial(record, columns, known, could_count, row),
    };
    row.not_paid = match (status, is_trial) {
        (Some(reason), _) => Some(reason),
        (None, Some(true)) => Some(NotPaid::Trial),
        (None, _) => by_price(price),
    };
    if row.not_paid.is_none() && could_count {
        watch_for_payment(record, columns, known, is_active || is_trial == Some(false), row);
    }
}

const fn by_price(price: Option<Price>) -> Option<NotPaid> {
    match price {
        Some(Price::Free) => Some(NotPaid::FreePlan),
        Some(Price::Trial) => Some(NotPaid::Trial),
        Some(Price::Paid) | None => None,
    }
}

/// Returns why the status that a person has said means that the seats are not paid for, if it does. It goes before the
/// roster's columns of status and trials; where one of them says something else, that is remarked.
fn by_a_person(
    record: Record<'_>,
    columns: &Columns,
    (said, stated): (&Said<'_>, &Stated<StatusSaid>),
    row: &mut RosterRow<'_>,
) -> Option<NotPaid> {
    let StatusSaid { is, written, .. } = &stated.value;
    (row.overridden.status, row.overridden.trial) = (*is != Status::Trial, *is == Status::Trial);
    for (column, is_of_trials) in [(columns.status, false), (columns.trial, true)] {
        let Some(column) = column.filter(|column| !record.cell(*column).is_blank()) else { continue };
        let cell = as_written(record.cell(column));
        let says = meant(&cell);
        let read = match (is_of_trials, columns.status_asks) {
            (true, _) => match trial_mark(&says) {
                IsTrial::Yes => Status::Trial,
                IsTrial::No | IsTrial::AddOn if *is == Status::Trial => Status::Active,
                // That it is no trial says nothing of another status.
                IsTrial::No | IsTrial::AddOn => *is,
                IsTrial::Unknown => Status::Unknown,
            },
            (false, true) => standing_of_answer(&says),
            (false, false) => standing(&says),
        };
        if read != *is {
            row.faults.push(remarks::status(said, stated, &says, column));
        }
    }
    match is {
        Status::Active | Status::Unknown => None,
        Status::Inactive => Some(NotPaid::Inactive(written.clone())),
        Status::Trial => Some(NotPaid::Trial),
    }
}

/// Returns why the status says that the seats are not paid for, if it does; and whether it says that they are.
fn read_status(
    record: Record<'_>,
    columns: &Columns,
    known: &mut Understanding<'_>,
    could_count: bool,
    row: &mut RosterRow<'_>,
) -> (Option<NotPaid>, bool) {
    let Some(column) = columns.status else { return (None, false) };
    let cell = record.cell(column);
    if cell.is_blank() {
        return (None, false);
    }
    let written = as_written(cell);
    // What yes means depends on the heading, and words are settled for all columns.
    let is_word = |said: &str| !columns.status_asks || !(is_yes(said) || is_no(said));
    let settled = known.words().and_then(|words| {
        let said = meant(&written);
        if is_word(&said) { meant_by(&words.statuses, &said) } else { None }
    });
    let said = match settled {
        Some((is_active, line)) => {
            row.overridden.status = true;
            row.fits(line, if is_active { Status::Active } else { Status::Inactive })
        }
        None if columns.status_asks => known.standings.recall(&written, standing_of_answer),
        None => known.standings.recall(&written, standing),
    };
    match said {
        Status::Active => (None, true),
        Status::Inactive => (Some(NotPaid::Inactive(meant(&written).trim().to_owned())), false),
        Status::Trial => (Some(NotPaid::Trial), false),
        Status::Unknown => {
            let example = ["Active", "Suspended", "Expired"];
            row.faults.push(unknown_word(
                Code::StatusUnknown,
                "status",
                (column, &meant(&written)),
                could_count,
                &example,
            ));
            (None, false)
        }
    }
}

/// Longer texts, in bytes, are sentences and no words of a status.
const LONGEST_BYTES: usize = 256;

/// Returns what a status says: `Active`, `R\u{e9}sili\u{e9}`, `Active (auto-renew off)`.
///
/// Where several words stand together, all of them have to be known and to say the same; of something active that is
/// tried out, that counts.
pub(super) fn standing(written: &str) -> Status {
    if written.len() > LONGEST_BYTES {
        return Status::Unknown;
    }
    let one = |word: &str| STANDINGS.get(&key(word)).copied().unwrap_or(Status::Unknown);
    let whole = one(written);
    if whole != Status::Unknown {
        return whole;
    }
    let mut said = phrases(written).map(one);
    let Some(first) = said.next() else { return Status::Unknown };
    said.fold(first, |before, next| match (before, next) {
        (before, next) if before == next => before,
        (Status::Active, Status::Trial) | (Status::Trial, Status::Active) => Status::Trial,
        _ => Status::Unknown,
    })
}

/// Returns what the mark of a trial says: `yes`, `Trial`, `Paid`; `Add-On, Trial` is a trial.
pub(super) fn trial_mark(written: &str) -> IsTrial {
    if written.len() > LONGEST_BYTES {
        return IsTrial::Unknown;
    }
    let one = |word: &str| MARKS.get(&key(word)).copied().unwrap_or(IsTrial::Unknown);
    let whole = match fold(written).as_str() {
        "1" => IsTrial::Yes,
        "0" | "-" => IsTrial::No,
        _ => one(written),
    };
    if whole != IsTrial::Unknown {
        return whole;
    }
    let mut said = phrases(written).map(one);
    let Some(first) = said.next() else { return IsTrial::Unknown };
    said.fold(first, |before, next| match (before, next) {
        (IsTrial::Yes, _) | (_, IsTrial::Yes) => IsTrial::Yes,
        (IsTrial::Unknown, _) | (_, IsTrial::Unknown) => IsTrial::Unknown,
        (IsTrial::AddOn, _) | (_, IsTrial::AddOn) => IsTrial::AddOn,
        (IsTrial::No, IsTrial::No) => IsTrial::No,
    })
}

/// What a word tells of its column, if it is one that stands in columns of a status or of trials, and in hardly any
/// others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Telling {
    /// It says nothing against the seats.
    Counts,
    /// It says that they are not paid for.
    Against,
}

/// Returns what a word of a status column tells.
pub(super) fn tells_status(written: &str) -> Option<Telling> {
    if written.len() > LONGEST_BYTES || WEAK.contains(&key(written)) {
        return None;
    }
    match standing(written) {
        Status::Active => Some(Telling::Counts),
        Status::Inactive | Status::Trial => Some(Telling::Against),
        Status::Unknown => None,
    }
}

/// Returns what a word of a column of trials tells.
pub(super) fn tells_trial(written: &str) -> Option<Telling> {
    if written.len() > LONGEST_BYTES { None } else { TELLING_TRIALS.get(&key(written)).copied() }
}

/// Words of a status that stand in many other columns, too.
static WEAK: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let words = YES.iter().chain(&NO).chain(&ACTIVE_IN_A_STATUS).chain(&INACTIVE_IN_A_STATUS).chain(&PAID);
    words.map(|word| key(word)).collect()
});

static TELLING_TRIALS: LazyLock<HashMap<String, Telling>> = LazyLock::new(|| {
    let trials = TRIAL.iter().map(|word| (*word, Telling::Against));
    spelled(trials.chain(PAID.iter().map(|word| (*word, Telling::Counts))))
});

/// What each word of a status says, by its letters.
static STANDINGS: LazyLock<HashMap<String, Status>> = LazyLock::new(|| {
    let active = ACTIVE.iter().chain(&ACTIVE_IN_A_STATUS).chain(&YES).chain(&PAID);
    let inactive = INACTIVE.iter().chain(&INACTIVE_IN_A_STATUS).chain(&NO);
    let active = active.map(|word| (*word, Status::Active));
    let inactive = inactive.map(|word| (*word, Status::Inactive));
    spelled(active.chain(inactive).chain(TRIAL.iter().map(|word| (*word, Status::Trial))))
});

/// What each mark of a trial says, by its letters.
static MARKS: LazyLock<HashMap<String, IsTrial>> = LazyLock::new(|| {
    /// What `ProductQualifiers` says of an add-on. Source: Partner Center's new-commerce reconciliation.
    const ADD_ON: [&str; 1] = ["add-on"];
    /// What else a column of trials may say of either.
    const OTHERS: [(&str, IsTrial); 4] =
        [("test", IsTrial::Yes), ("demo", IsTrial::Yes), ("none", IsTrial::No), ("commercial", IsTrial::No)];
    let yes = TRIAL.iter().chain(&YES).map(|word| (*word, IsTrial::Yes));
    let no = PAID.iter().chain(&NO).map(|word| (*word, IsTrial::No));
    spelled(yes.chain(no).chain(ADD_ON.map(|word| (word, IsTrial::AddOn))).chain(OTHERS))
});

/// Words by their letters, with and without the dots of German ones.
fn spelled<T: Copy>(words: impl Iterator<Item = (&'static str, T)>) -> HashMap<String, T> {
    let mut known = HashMap::new();
    for (word, said) in words {
        let long = fold(word).replace('\u{e4}', "ae").replace('\u{f6}', "oe").replace('\u{fc}', "ue");
        known.insert(key(word), said);
        known.insert(key(&long), said);
    }
    known
}

fn key(word: &str) -> String {
    letters(word).collect()
}

/// The words that stand together in one cell.
fn phrases(written: &str) -> impl Iterator<Item = &str> {
    const PARTING: [char; 9] = ['/', '(', ')', ',', ';', ':', '|', '\u{2013}', '\u{2014}'];
    let parts = written.split(PARTING).flat_map(|part| part.split(" - "));
    parts.filter(|part| letters(part).next().is_some())
}

/// Returns whether the mark says that it is a trial; `None` = it says neither.
fn is_marked_trial(
    record: Record<'_>,
    columns: &Columns,
    known: &mut Understanding<'_>,
    could_count: bool,
    row: &mut RosterRow<'_>,
) -> Option<bool> {
    let column = columns.trial?;
    let cell = record.cell(column);
    if cell.is_blank() {
        return None;
    }
    let written = as_written(cell);
    let settled = known.words().and_then(|words| meant_by(&words.trials, &meant(&written)));
    let is_trial = match settled {
        Some((is_trial, line)) => {
            row.overridden.trial = true;
            row.fits(line, if is_trial { IsTrial::Yes } else { IsTrial::No })
        }
        None => known.trials.recall(&written, trial_mark),
    };
    if is_trial == IsTrial::AddOn
        && let Some(found) = row.plan.as_ref().filter(|found| found.plan.kind == PlanKind::Base)
    {
        row.faults.push(marked_add_on(column, &meant(&written), &found.plan.name));
    }
    if is_trial == IsTrial::Unknown {
        let what = "mark of a trial";
        row.faults.push(unknown_word(
            Code::TrialUnknown,
            what,
            (column, &meant(&written)),
            could_count,
            &["Yes", "No"],
        ));
    }
    match is_trial {
        IsTrial::Yes => Some(true),
        IsTrial::No => Some(false),
        IsTrial::AddOn | IsTrial::Unknown => None,
    }
}

/// The catalogue and not the mark says what a plan is: some suites are sold as add-ons to others.
fn marked_add_on(column: usize, written: &str, plan: &str) -> Fault {
    Fault {
        code: Code::AddOnMarked,
        blocks: false,
        column: Some(column),
        value: written.to_owned(),
        message: format!(
            "the roster marks it as an add-on, but `{plan}` is a full plan and was judged as one"
        ),
        help: "if it only extends another plan, its seats should not count".to_owned(),
    }
}

/// `blocks` = the word could decide whether the row's seats count.
fn unknown_word(
    code: Code,
    what: &str,
    (column, written): (usize, &str),
    blocks: bool,
    known: &[&str],
) -> Fault {
    let shown = excerpt(written);
    let message = if blocks {
        format!("`{shown}` is not a known {what}, so it is not clear whether the seats are paid for")
    } else {
        format!("`{shown}` is not a known {what}; no seats of this row count either way")
    };
    Fault {
        code,
        blocks,
        column: Some(column),
        value: written.to_owned(),
        message,
        help: format!("write a known word, such as {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_status_are_known_in_seven_languages() {
        for word in [
            "Active",
            "ENABLED",
            "In Grace",
            "Renewed",
            "Aktiv",
            "verlaengert",
            "Actif",
            "En cours",
            "Vigente",
            "Attivo",
            "Actief",
            "Ativo",
            "active\u{200b}",
            "OK",
            "Active (auto-renew off)",
            "Active - renewing",
            "Auto-Renew: on",
        ] {
            assert_eq!(standing(word), Status::Active, "{word}");
        }
        for word in [
            "Suspended",
            "LockedOut",
            "locked out",
            "Churned",
            "Gek\u{fc}ndigt",
            "Gekuendigt",
            "gekundigt",
            "R\u{e9}sili\u{e9}e",
            "resilie",
            "Caducado",
            "Scaduto",
            "Be\u{eb}indigd",
            "Encerrado",
            "Pending",
            "Cancelled / Expired",
        ] {
            assert_eq!(standing(word), Status::Inactive, "{word}");
        }
        for word in ["Trial", "Testversion", "Active (trial)", "Essai gratuit"] {
            assert_eq!(standing(word), Status::Trial, "{word}");
        }
        for word in [
            "In contact",
            "Published",
            "Closed Won",
            "Active / Suspended",
            "Active until 2031-01-01",
            "?",
            "1",
            "0",
        ] {
            assert_eq!(standing(word), Status::Unknown, "{word}");
        }
    }

    #[test]
    fn marks_of_a_trial_are_known_in_seven_languages() {
        for word in
            ["Yes", "TRUE", "1", "Trial", "ja", "Oui", "S\u{ed}", "Testversion", "Add-On, Trial", "Free"]
        {
            assert_eq!(trial_mark(word), IsTrial::Yes, "{word}");
        }
        for word in ["No", "false", "0", "-", "Paid", "nein", "Payant", "n\u{e3}o", "None"] {
            assert_eq!(trial_mark(word), IsTrial::No, "{word}");
        }
        assert_eq!((trial_mark("Add-On"), trial_mark("perhaps")), (IsTrial::AddOn, IsTrial::Unknown));
    }

    #[test]
    fn no_word_says_two_things() {
        let lists = [
            [&ACTIVE[..], &ACTIVE_IN_A_STATUS, &YES, &PAID].concat(),
            [&INACTIVE[..], &INACTIVE_IN_A_STATUS, &NO].concat(),
            TRIAL.to_vec(),
        ];
        let keys = lists.map(|list| list.into_iter().map(key).collect::<HashSet<_>>());
        for (place, list) in keys.iter().enumerate() {
            for other in &keys[place + 1..] {
                assert_eq!(list.intersection(other).collect::<Vec<_>>(), Vec::<&String>::new());
            }
        }
    }
}
