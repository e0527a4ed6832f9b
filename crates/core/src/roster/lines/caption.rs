//! Captions: texts alone in their row that say what the rows below are.

use crate::diagnostic::excerpt;
use crate::fold::fold;
use crate::policy::Policy;
use crate::roster::columns::Columns;
use std::sync::Arc;

/// Words around the one that counts, folded.
const AROUND: [&str; 45] = [
    "customers",
    "customer",
    "accounts",
    "account",
    "tenants",
    "tenant",
    "clients",
    "client",
    "segment",
    "sector",
    "plans",
    "plan",
    "licenses",
    "licences",
    "subscriptions",
    "organizations",
    "organisations",
    "institutions",
    "all",
    "our",
    "the",
    "only",
    "of",
    "for",
    "and",
    "pricing",
    "offers",
    "section",
    "group",
    "kunden",
    "kunde",
    "kundensegment",
    "bereich",
    "secteur",
    "clientes",
    "clienti",
    "klanten",
    "type",
    "category",
    "roster",
    "list",
    "seats",
    "contracts",
    "deals",
    "segmento",
];

/// Words for rows whose seats are not paid for, folded.
const NOT_PAID: [&str; 36] = [
    "trial",
    "trials",
    "expired",
    "cancelled",
    "canceled",
    "suspended",
    "inactive",
    "ended",
    "lapsed",
    "churned",
    "former",
    "lost",
    "disabled",
    "deleted",
    "free",
    "terminated",
    "not active",
    "prospects",
    "pipeline",
    "testversionen",
    "abgelaufen",
    "gek\u{fc}ndigt",
    "ehemalige",
    "inaktiv",
    "essais",
    "expir\u{e9}",
    "r\u{e9}sili\u{e9}",
    "inactifs",
    "vencidos",
    "cancelados",
    "inactivos",
    "scaduti",
    "sospesi",
    "verlopen",
    "opgezegd",
    "inactief",
];

/// Words for rows whose seats are paid for, as a roster says it that has others, too; folded.
const PAID: [&str; 14] = [
    "active", "current", "live", "paid", "paying", "renewed", "enabled", "aktiv", "aktive", "actif",
    "actifs", "activos", "attivi", "actief",
];

/// Longer texts are no captions.
const LONGEST_BYTES: usize = 120;

/// A text alone in its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caption {
    /// It names a segment, by its index in the policy.
    Segment(Arc<str>, usize),
    /// It says that seats are paid for.
    Paid(Arc<str>),
    /// It says that seats are not paid for.
    NotPaid(Arc<str>),
    /// Nobody knows; it may be a customer of which all else is missing.
    Unknown(Arc<str>),
}

impl Caption {
    /// Returns the text.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Segment(text, _) | Self::Paid(text) | Self::NotPaid(text) | Self::Unknown(text) => text,
        }
    }

    /// Returns what it does to the rows below, in words.
    pub(super) const fn says(&self) -> &'static str {
        match self {
            Self::Segment(..) => "the rows below are judged in that segment, unless they name another one",
            Self::Paid(_) => "it changes nothing for the rows below",
            Self::NotPaid(_) | Self::Unknown(_) => {
                "the rows below need review, because it may change what they are"
            }
        }
    }
}

/// Returns the caption that a text is which is alone in its row, in `column`; `None` if it cannot be one.
pub(super) fn read(text: &str, column: usize, columns: &Columns, policy: &Policy) -> Option<Caption> {
    if text.len() > LONGEST_BYTES || !text.chars().any(char::is_alphabetic) || column == columns.seats {
        return None;
    }
    let shown: Arc<str> = excerpt(text.trim()).into();
    let known = known(text, policy);
    match known {
        Some(KnownCaption::Segment(segment)) => Some(Caption::Segment(shown, segment)),
        Some(KnownCaption::Paid) => Some(Caption::Paid(shown)),
        Some(KnownCaption::NotPaid) => Some(Caption::NotPaid(shown)),
        // A plan that nobody knows is one, whatever else is missing.
        None => (column != columns.plan).then_some(Caption::Unknown(shown)),
    }
}

/// Returns the caption that one of the lines above the headings is, the last that says something.
pub(crate) fn above(lines: &[(u64, Vec<String>)], policy: &Policy) -> Option<(u64, Caption)> {
    lines.iter().rev().find_map(|(number, cells)| {
        let mut filled = cells.iter().filter(|cell| !cell.trim().is_empty());
        let (text, None) = (filled.next()?, filled.next()) else { return None };
        let shown: Arc<str> = excerpt(text.trim()).into();
        let caption = match known(text, policy)? {
            KnownCaption::Segment(segment) => Caption::Segment(shown, segment),
            KnownCaption::Paid => Caption::Paid(shown),
            KnownCaption::NotPaid => Caption::NotPaid(shown),
        };
        Some((*number, caption))
    })
}

enum KnownCaption {
    Segment(usize),
    Paid,
    NotPaid,
}

fn known(text: &str, policy: &Policy) -> Option<KnownCaption> {
    if text.len() > LONGEST_BYTES {
        return None;
    }
    let folded = fold(text);
    // `Education (12)` counts its rows.
    let bare = match folded.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) {
        Some((word, count)) if count.chars().any(|c| c.is_ascii_digit()) => word,
        _ => &folded,
    };
    let bare = bare.trim_matches(|c: char| !c.is_alphanumeric() && c != '(' && c != ')');
    let words = bare.split(|c: char| c.is_whitespace() || matches!(c, ':' | '-' | '/' | ',' | '=' | '>'));
    let kept: Vec<&str> = words.filter(|word| !word.is_empty() && !AROUND.contains(word)).collect();
    let kept = kept.join(" ");
    [bare, kept.as_str()].into_iter().find_map(|word| {
        let segment = segment(word, policy).map(KnownCaption::Segment);
        let is_paid = || PAID.contains(&word).then_some(KnownCaption::Paid);
        segment.or_else(|| NOT_PAID.contains(&word).then_some(KnownCaption::NotPaid)).or_else(is_paid)
    })
}

fn segment(word: &str, policy: &Policy) -> Option<usize> {
    let singular = || {
        let ends = [("ies", "y"), ("s", "")];
        ends.into_iter()
            .find_map(|(many, one)| policy.segment_by_word(&format!("{}{one}", word.strip_suffix(many)?)))
    };
    policy.segment_by_word(word).or_else(singular)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::columns::TenantFrom;

    #[expect(clippy::option_option, reason = "no caption, one that says nothing, and what one says")]
    fn told(text: &str) -> Option<Option<String>> {
        let policy = Policy::default_shipped().unwrap();
        let columns = Columns::of(TenantFrom::Column(0), 1, 2);
        match read(text, 0, &columns, &policy)? {
            Caption::Segment(_, segment) => Some(Some(policy.segments[segment].id.clone())),
            Caption::Paid(_) => Some(Some("paid".to_owned())),
            Caption::NotPaid(_) => Some(Some("not paid".to_owned())),
            Caption::Unknown(_) => Some(None),
        }
    }

    #[test]
    fn a_caption_names_a_segment_in_many_ways() {
        for (text, segment) in [
            ("Education", "education"),
            ("Education customers", "education"),
            ("Segment: Education", "education"),
            ("NONPROFIT:", "nonprofit"),
            ("Nonprofits (12)", "nonprofit"),
            ("Charities", "nonprofit"),
            ("Government accounts", "government"),
            ("Active customers", "paid"),
            ("Trials", "not paid"),
            ("Former customers", "not paid"),
        ] {
            assert_eq!(told(text), Some(Some(segment.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_name_alone_in_its_row_may_be_anything() {
        for text in ["Contoso", "Contoso Education", "West desk"] {
            assert_eq!(told(text), Some(None), "{text}");
        }
        assert_eq!(told("---"), None);
    }

    #[test]
    fn a_banner_above_the_headings_may_be_a_caption() {
        let policy = Policy::default_shipped().unwrap();
        let line = |number, text: &str| (number, vec![text.to_owned()]);
        let found = above(&[line(1, "Education customers"), line(2, "as of June")], &policy);
        assert_eq!(
            found.map(|(number, caption)| (number, caption.text().to_owned())),
            Some((1, "Education customers".to_owned()))
        );
        assert_eq!(above(&[line(1, "FastTrack 2026")], &policy), None);
    }
}
