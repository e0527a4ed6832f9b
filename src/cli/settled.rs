//! What was filled in on the sheets of a workbook, as an overrides file: comma-separated text for later runs.

use fasttrack_roster::diagnostic::{Code, Diagnostic};
use fasttrack_roster::error::{Error, Result};
use fasttrack_roster::escape::guarded;
use fasttrack_roster::hash::shown;
use fasttrack_roster::output_fields::headings::SOURCE_ROW;
use fasttrack_roster::policy::Policy;
use fasttrack_roster::roster::overrides::{
    BLANK, Filled, Fits, KIND, MEANS, Overrides, PLAN, RIGHT_PLAN, RIGHT_SEATS, RIGHT_SEGMENT, RIGHT_STATUS,
    ROSTER_SEATS, ROSTER_SEGMENT, ROSTER_STATUS, SUBSCRIPTION, SettledWord, TENANT, WORD,
};
use fasttrack_roster::scratch::Scratch;
use fasttrack_roster::write::Written;
use fasttrack_roster::write::target::{Staged, Target};
use sha2::{Digest, Sha256};
use std::io::Write as _;

/// The heading of the reasons.
const REASON: &str = "Reason";

/// The headings of what words mean.
const OF_WORDS: [&str; 3] = [KIND, WORD, MEANS];

/// The headings of what was filled in for rows.
const OF_ROWS: [&str; 11] = [
    TENANT,
    PLAN,
    SUBSCRIPTION,
    SOURCE_ROW,
    ROSTER_SEATS,
    ROSTER_SEGMENT,
    ROSTER_STATUS,
    RIGHT_PLAN,
    RIGHT_SEATS,
    RIGHT_SEGMENT,
    RIGHT_STATUS,
];

/// Writes what was filled in, in its order; nothing stands at the target before all of it does.
///
/// UTF-8 with its mark, so that a spreadsheet sees what it is; what one would take for a formula gets a `'` before it.
///
/// # Errors
/// If the target cannot be written (kind `Output`), or another run is writing it (kind `Busy`).
pub(super) fn write(overrides: &Overrides, policy: &Policy, target: &Target) -> Result<Written> {
    let text = text(overrides.settled(), &set(overrides), policy);
    let mut staged = Staged::create(target, &Scratch::system())?;
    staged.file().write_all(text.as_bytes()).map_err(|error| {
        let message = format!("the overrides cannot be written: {error}");
        Error::output(
            Diagnostic::error(Code::OutputNotWritable, message)
                .help("free some space, or write elsewhere with `-o`"),
        )
    })?;
    let bytes = u64::try_from(text.len()).unwrap_or(u64::MAX);
    staged.commit(|_| Ok((bytes, shown(Sha256::new_with_prefix(text.as_bytes())))))
}

/// Returns what was filled in for rows and sets something; a note alone is none of an overrides file.
pub(super) fn set(overrides: &Overrides) -> Vec<&Filled> {
    overrides.filled().iter().filter(|filled| filled.sets_something()).collect()
}

fn text(settled: &[SettledWord], filled: &[&Filled], policy: &Policy) -> String {
    let (of_rows, of_words): (&[&str], &[&str]) = match (filled, settled) {
        ([], _) => (&[], &OF_WORDS),
        (_, []) => (&OF_ROWS, &[]),
        _ => (&OF_ROWS, &OF_WORDS),
    };
    let mut text = "\u{feff}".to_owned();
    push(&mut text, of_rows.iter().chain(of_words).copied().chain([REASON]));
    for SettledWord { kind, written, means, reason, .. } in settled {
        let cells = [kind.word(), written, means, reason];
        push(&mut text, std::iter::repeat_n("", of_rows.len()).chain(cells));
    }
    for filled in filled {
        let cells = row(filled, policy);
        let blank = std::iter::repeat_n("", of_words.len());
        push(&mut text, cells.iter().map(String::as_str).chain(blank).chain([filled.note.as_str()]));
    }
    text
}

/// Returns the cells of a row's line: its names as far as they find it again, and what was filled in.
fn row(filled: &Filled, policy: &Policy) -> [String; OF_ROWS.len()] {
    let Filled { names, number, fits, plan, seats, segment, status, then, .. } = filled;
    let only = |is_so: bool, text: &str| if is_so { text.to_owned() } else { String::new() };
    // What the cells said then, so that what they say later is not replaced in silence.
    let said = |is_set: bool, then: &Option<String>| match then.as_deref().filter(|_| is_set) {
        Some("") => BLANK.to_owned(),
        then => then.unwrap_or_default().to_owned(),
    };
    let (is_row, is_plan) = (*fits == Fits::Row, *fits != Fits::Subscription);
    let number = number.filter(|_| is_row).map(|number| number.to_string());
    let segment = segment.and_then(|place| policy.segments.get(place));
    [
        only(is_plan, &names.tenant),
        // Beside a subscription it says for which plan another was filled in.
        only(is_plan || !plan.is_empty(), &names.plan),
        only(*fits != Fits::TenantAndPlan, &names.subscription),
        number.unwrap_or_default(),
        match only(is_row || seats.is_some(), &names.seats) {
            blank if blank.is_empty() && seats.is_some() => BLANK.to_owned(),
            seats => seats,
        },
        said(segment.is_some(), &then.segment),
        said(!status.is_empty(), &then.status),
        plan.clone(),
        seats.map(|seats| seats.to_string()).unwrap_or_default(),
        segment.map(|segment| segment.name.clone()).unwrap_or_default(),
        status.clone(),
    ]
}

fn push<'c>(text: &mut String, cells: impl Iterator<Item = &'c str>) {
    let quoted = |cell: &str| {
        let cell = guarded(cell);
        let is_quoted = cell.contains(['"', ',', ';', '\r', '\n', '\t']);
        if is_quoted { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.into_owned() }
    };
    text.push_str(&cells.map(quoted).collect::<Vec<_>>().join(","));
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use fasttrack_roster::roster::overrides::{RowNames, SaidThen, WordKind};

    #[test]
    fn no_word_becomes_a_formula_or_two_cells() {
        let settled = SettledWord {
            kind: WordKind::Plan,
            written: "=E3, \"new\"".to_owned(),
            means: "SPE_E3".to_owned(),
            reason: String::new(),
            line: 7,
        };
        let policy = Policy::default_shipped().unwrap();
        assert_eq!(
            text(&[settled], &[], &policy),
            "\u{feff}Kind,As written,Means,Reason\r\nplan,\"'=E3, \"\"new\"\"\",SPE_E3,\r\n"
        );
    }

    #[test]
    fn each_line_names_what_finds_its_row_again_and_no_more() {
        let policy = Policy::default_shipped().unwrap();
        let names = RowNames {
            tenant: "Contoso".to_owned(),
            name: String::new(),
            plan: "=E3".to_owned(),
            seats: "12.5".to_owned(),
            subscription: "4711".to_owned(),
            ..RowNames::default()
        };
        let filled = |fits| Filled {
            line: 2,
            names: names.clone(),
            number: Some(9),
            fits,
            plan: "SPE_E3".to_owned(),
            seats: Some(12),
            segment: policy.segment("nonprofit"),
            status: "Active".to_owned(),
            note: "asked, by phone".to_owned(),
            then: SaidThen {
                segment: Some(String::new()),
                status: Some("Live".to_owned()),
                ..SaidThen::default()
            },
        };
        let all = [Fits::Subscription, Fits::TenantAndPlan, Fits::Row].map(filled);
        assert_eq!(
            text(&[], &all.iter().collect::<Vec<_>>(), &policy),
            "\u{feff}Tenant,Plan,Subscription id,Source row,Seats in roster,Segment in roster,Status in roster,\
             Right plan,Right seats,Right segment,Right status,Reason\r\n\
             ,'=E3,4711,,12.5,(blank),Live,SPE_E3,12,Nonprofit,Active,\"asked, by phone\"\r\n\
             Contoso,'=E3,,,12.5,(blank),Live,SPE_E3,12,Nonprofit,Active,\"asked, by phone\"\r\n\
             Contoso,'=E3,4711,9,12.5,(blank),Live,SPE_E3,12,Nonprofit,Active,\"asked, by phone\"\r\n"
        );
    }
}
