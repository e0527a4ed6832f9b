//! Ids among the texts of a workbook: the id of each of a million tenants is a text of 36 bytes, of which 16 are enough.

use uuid::Uuid;

/// Bytes of an id as text.
pub(super) const ID_BYTES: usize = 36;
/// Texts in one word of bits.
const TOGETHER: usize = u64::BITS as usize;

/// Which of the texts are ids, and these.
#[derive(Clone, Debug, Default)]
pub(super) struct Ids {
    values: Vec<Uuid>,
    /// Texts so far.
    texts: usize,
    /// A bit for each text, set if it is an id.
    bits: Vec<u64>,
    /// How many ids there are before each word of bits.
    before: Vec<u32>,
}

impl Ids {
    /// Takes the next text; returns whether it is an id in its usual form, `6ba7b810-9dad-11d1-80b4-00c04fd430c8`, and is kept
    /// here. One in capital letters is a text like any other.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let bit = self.texts % TOGETHER;
        if bit == 0 {
            self.bits.push(0);
            self.before.push(u32::try_from(self.values.len()).unwrap_or(u32::MAX));
        }
        self.texts += 1;
        let id = (text.len() == ID_BYTES).then(|| Uuid::try_parse(text).ok()).flatten();
        let Some(id) = id.filter(|id| id.hyphenated().encode_lower(&mut [0; ID_BYTES]) == text) else {
            return false;
        };
        if let Some(bits) = self.bits.last_mut() {
            *bits |= 1 << bit;
        }
        self.values.push(id);
        true
    }

    /// Returns the id that a text is, counted from 0; `None` = it is none that is kept here.
    pub(super) fn get(&self, text: usize) -> Option<Uuid> {
        let (word, bit) = (text / TOGETHER, text % TOGETHER);
        let bits = *self.bits.get(word)?;
        let is_set = bits >> bit & 1 == 1;
        let below = (bits & ((1 << bit) - 1)).count_ones();
        let place = self.before.get(word)?.checked_add(below)?;
        self.values.get(place as usize).filter(|_| is_set).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_id_comes_back_in_its_place(texts in prop::collection::vec(
            prop_oneof!["[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", "[0-9a-f-]{36}", "[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", "[a-z]{0,3}"],
            0..300,
        )) {
            let mut ids = Ids::default();
            let taken: Vec<bool> = texts.iter().map(|text| ids.take(text)).collect();
            for (place, (text, is_taken)) in texts.iter().zip(taken).enumerate() {
                let found = ids.get(place).map(|id| id.to_string());
                prop_assert_eq!(found, is_taken.then(|| text.clone()));
            }
            prop_assert_eq!(ids.get(texts.len()), None);
        }
    }

    #[test]
    fn only_the_usual_form_is_an_id() {
        const ID: &str = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
        assert!(Ids::default().take(ID));
        for other in [
            ID.to_uppercase(),
            format!("{{{ID}}}"),
            format!("urn:uuid:{ID}"),
            ID.replace('-', ""),
            format!("{ID} "),
            ID.replace("6b", "\u{e4}"),
            "6ba7b8109-dad-11d1-80b4-00c04fd430c8".to_owned(),
            String::new(),
        ] {
            assert!(!Ids::default().take(&other), "{other}");
        }
    }
}
