//! The services that a customer wants, as the cell of a roster lists them.

use super::LIMIT_CELL_UNITS;
use crate::policy::Policy;

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
    /// Services are parted by `;`, `,`, `/` or a line break; by `&`, `+`, `|` or "and" only where each part names one.
    /// What is no service is kept as written. Of a cell that is longer than a workbook can hold, as much as that is read.
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

    /// Adds the services of a text such as `Teams and Yammer`; none, unless each of its parts names one.
    fn add_several(&mut self, policy: &Policy, text: &str) -> bool {
        if text.len() > LIMIT_BYTES {
            return false;
        }
        let spaced = text.replace(['&', '+', '|'], " & ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let parts = words.split(|word| *word == "&" || word.eq_ignore_ascii_case("and"));
        let mut all = Self::default();
        let mut parts = parts.filter(|part| !part.is_empty());
        let is_known = parts.all(|part| all.add(policy, &part.join(" ")));
        if is_known {
            self.known |= all.known;
        }
        is_known && all.known != 0
    }
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
        assert_eq!(read("Teams and Telephony"), (vec![], vec!["Teams and Telephony".to_owned()]));
        assert_eq!(Wanted::read(&policy(), " ; ,/\n"), None);
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
                // Each word is a service that is told, or a list of such, or stands there as written.
                let told = |word: &str| {
                    policy.service_by_word(word).is_some_and(|service| wanted.known >> service & 1 == 1)
                };
                let mut parts = word.split(['&', '+', ' ']).filter(|part| !part.is_empty()).peekable();
                let is_list = parts.peek().is_some() && parts.all(told);
                if !told(word) && !is_list {
                    prop_assert_eq!(others.next().map(String::as_str), Some(word));
                }
            }
            prop_assert_eq!(others.next(), None);
        }
    }
}
