//! The services that a customer wants, as the cell of a roster lists them.

use super::LIMIT_CELL_UNITS;
use crate::policy::Policy;
use std::ops::Range;

/// Parts of a cell that are looked at one by one; what stands behind them stays together, as written.
const LIMIT_PARTS: usize = 100;
/// Longer parts, in bytes, name no service.
const LIMIT_BYTES: usize = 1024;

/// The services that a customer wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Those that the policy names, as a set over [`Policy::services`]: bit 0 is the first.
    pub known: u16,
    /// What names none of them, as written, in order.
    pub others: Vec<String>,
}

impl Wanted {
    /// Reads a cell such as `Exchange Online; Teams, Power BI`; `None` = it has nothing but separators.
    ///
    /// Services are parted by `;`, `,`, `/` or a line break; by `&`, `+`, `|` or "and" only where a part names one: of
    /// `Teams & Foo`, `Foo` is no service, and `Research & Development` is one text. What is no service is kept as
    /// written. Of a cell that is longer than a workbook can hold, as much as that is read.
    #[must_use]
    pub fn read(policy: &Policy, written: &str) -> Option<Self> {
        let mut wanted = Self::default();
        let written = within_limit(written);
        if wanted.add(policy, written) {
            return Some(wanted);
        }
        let parts = written.splitn(LIMIT_PARTS, [';', ',', '/', '\n', '\r']);
        for part in parts.map(str::trim).filter(|part| part.contains(|c| !is_separator(c))) {
            if !wanted.add(policy, part) && !wanted.add_several(policy, part) {
                wanted.others.push(part.to_owned());
            }
        }
        (wanted != Self::default()).then_some(wanted)
    }

    /// Adds the service that a text names; returns whether it names one.
    fn add(&mut self, policy: &Policy, text: &str) -> bool {
        let service = if text.len() <= LIMIT_BYTES { policy.service_by_word(text) } else { None };
        let bit =
            service.and_then(|service| u32::try_from(service).ok()).and_then(|bit| 1_u16.checked_shl(bit));
        self.known |= bit.unwrap_or(0);
        bit.is_some()
    }

    /// Adds what a text such as `Teams and Yammer` lists; returns whether at least one of its parts names a service.
    ///
    /// Parts that name none stand as written, those beside each other together.
    fn add_several(&mut self, policy: &Policy, text: &str) -> bool {
        if text.len() > LIMIT_BYTES {
            return false;
        }
        let mut all = Self::default();
        let mut strange: Option<Range<usize>> = None;
        for part in parts(text) {
            let words: Vec<&str> = text.get(part.clone()).unwrap_or_default().split_whitespace().collect();
            if all.add(policy, &words.join(" ")) {
                all.put_aside(text, strange.take());
            } else if !words.is_empty() {
                strange = Some(strange.map_or(part.start, |before| before.start)..part.end);
            }
        }
        all.put_aside(text, strange);
        if all.known == 0 {
            return false;
        }
        self.known |= all.known;
        self.others.append(&mut all.others);
        true
    }

    fn put_aside(&mut self, text: &str, strange: Option<Range<usize>>) {
        self.others.extend(strange.and_then(|range| text.get(range)).map(|text| text.trim().to_owned()));
    }
}

/// Returns where the parts of a text stand between each `&`, `+`, `|` and "and"; some may be blank.
fn parts(text: &str) -> Vec<Range<usize>> {
    const SIGNS: [char; 3] = ['&', '+', '|'];
    let (mut parts, mut start, mut at) = (Vec::new(), 0, 0);
    for word in text.split_inclusive(|letter: char| letter.is_whitespace() || SIGNS.contains(&letter)) {
        let bare = word.trim_end_matches(|letter: char| letter.is_whitespace() || SIGNS.contains(&letter));
        let end = at + bare.len();
        if bare.eq_ignore_ascii_case("and") {
            parts.push(start..at);
            start = end;
        }
        at += word.len();
        if word.ends_with(SIGNS) {
            parts.push(start..end);
            start = at;
        }
    }
    parts.push(start..text.len());
    parts
}

fn is_separator(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, ';' | ',' | '/')
}

/// As much as a workbook's cell can hold at least.
fn within_limit(text: &str) -> &str {
    if text.len() <= LIMIT_CELL_UNITS {
        return text;
    }
    text.char_indices().nth(LIMIT_CELL_UNITS).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn policy() -> Policy {
        Policy::default_shipped().unwrap()
    }

    fn read(written: &str) -> (Vec<&'static str>, Vec<String>) {
        let wanted = Wanted::read(&policy(), written).unwrap_or_default();
        let known = crate::plans::Services(wanted.known).words().collect();
        (known, wanted.others)
    }

    #[test]
    fn services_are_known_by_name_and_by_what_people_call_them() {
        for (written, id) in [
            ("Exchange", "exchange-online"),
            ("exo", "exchange-online"),
            ("SPO", "sharepoint-online"),
            ("One Drive", "onedrive-for-business"),
            ("OD4B", "onedrive-for-business"),
            ("Viva Engage", "yammer-enterprise"),
            ("SfB", "skype-for-business-online"),
            ("PowerBI", "power-bi"),
            ("Project", "project-online"),
            ("Office 365 ProPlus", "microsoft-365-apps"),
            ("M365\u{a0}Apps", "microsoft-365-apps"),
            ("StaffHub", "staffhub"),
            ("teams", "teams"),
        ] {
            assert_eq!(read(written), (vec![id], vec![]), "{written}");
        }
    }

    #[test]
    fn a_cell_lists_several_in_any_of_the_usual_ways() {
        let three = vec!["exchange-online", "teams", "power-bi"];
        for written in [
            "Exchange Online; Teams, Power BI",
            "Teams/PBI/EXO",
            "Power BI\r\nTeams\nExchange\n",
            "Exchange & Teams and Power BI",
            "EXO + Teams; ,; PBI, pbi",
        ] {
            assert_eq!(read(written), (three.clone(), vec![]), "{written}");
        }
        assert_eq!(Wanted::read(&policy(), " ; ,/\n"), None);
    }

    #[test]
    fn what_is_no_service_stands_as_written_beside_those_that_are() {
        for (written, known, others) in [
            ("Teams & Exchange & Foo", &["exchange-online", "teams"][..], &["Foo"][..]),
            ("Teams and Telephony", &["teams"], &["Telephony"]),
            ("R & D  +x and PBI|AND & Y", &["power-bi"], &["R & D  +x", "Y"]),
            ("and Foo &Teams", &["teams"], &["Foo"]),
            ("Research & Development", &[], &["Research & Development"]),
            ("Teams Brandand Foo; Yammer+\u{e9}", &["yammer-enterprise"], &["Teams Brandand Foo", "\u{e9}"]),
        ] {
            let others: Vec<String> = others.iter().map(|other| (*other).to_owned()).collect();
            assert_eq!(read(written), (known.to_vec(), others), "{written}");
        }
    }

    #[test]
    fn of_very_many_parts_the_rest_stays_together() {
        let written = "x,".repeat(1000);
        let (_, others) = read(&written);
        assert_eq!(others.len(), LIMIT_PARTS);
        assert_eq!(others.iter().map(|part| part.matches('x').count()).sum::<usize>(), 1000);
        let long = "\u{e9}".repeat(LIMIT_CELL_UNITS + 5);
        assert_eq!(read(&long).1, [long.chars().take(LIMIT_CELL_UNITS).collect::<String>()]);
    }

    proptest! {
        #[test]
        fn no_word_is_lost(
            words in prop::collection::vec(
                prop_oneof![
                    Just("Exchange".to_owned()), Just("PBI".to_owned()), Just("Yammer".to_owned()),
                    "[A-Za-z][A-Za-z=&+(. -]{0,11}",
                ],
                1..20,
            ),
            separators in prop::collection::vec("[;,/\n]|; |\r\n| , ", 20),
        ) {
            let mixed = words.iter().zip(&separators).flat_map(|(word, separator)| [word.as_str(), separator]);
            let written: String = mixed.collect();
            let policy = policy();
            let wanted = Wanted::read(&policy, &written).unwrap_or_default();
            let mut others = wanted.others.iter();
            for word in words.iter().map(|word| word.trim()).filter(|word| !word.is_empty()) {
                // Each word is a service that is told, or stands there as written, or in pieces that are either.
                let told = |word: &str| {
                    policy.service_by_word(word).is_some_and(|service| wanted.known >> service & 1 == 1)
                };
                let is_sign = |letter: char| matches!(letter, '&' | '+');
                let pieces: Vec<&str> = word.split(is_sign).map(str::trim).collect();
                if told(word) {
                    continue;
                }
                if !pieces.iter().any(|piece| told(piece)) {
                    prop_assert_eq!(others.next().map(String::as_str), Some(word));
                    continue;
                }
                let strange = pieces.split(|piece| told(piece)).map(|run| run.iter().copied());
                for run in strange.map(|run| run.filter(|piece| !piece.is_empty()).collect::<Vec<_>>()) {
                    if !run.is_empty() {
                        let found = others.next().map(|text| text.split(is_sign).map(str::trim).collect::<Vec<_>>());
                        let found = found.unwrap_or_default();
                        prop_assert_eq!(found.into_iter().filter(|piece| !piece.is_empty()).collect::<Vec<_>>(), run);
                    }
                }
            }
            prop_assert_eq!(others.next(), None);
        }
    }
}
