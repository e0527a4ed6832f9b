//! A row as far as it is compared, and its bytes: they sort by tenant, then plan, then night, then row.

use crate::changes::Side;

/// Characters of a text that are kept; no name that a person reads is longer.
const CHARACTERS: usize = 200;

/// A row of one of the two nights, as far as it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note<'a> {
    /// The fingerprint of its tenant; 0 = the row names none.
    pub tenant: u64,
    /// The fingerprint of its plan.
    pub plan: u64,
    /// Whether it is a row of this night, not of the earlier one.
    pub is_now: bool,
    /// Which row below the headings it is; rises from row to row.
    pub ordinal: u64,
    /// The paid seats that its verdict counted; `None` = unreadable.
    pub seats: Option<u64>,
    /// The name of its tier.
    pub tier: &'a str,
    /// The name of its segment.
    pub segment: &'a str,
    /// What tells its tenant from others, the tenant's name, and the plan, as the row shows them.
    pub shown: [&'a str; 3],
}

impl<'a> Note<'a> {
    /// Appends its bytes; texts are cut behind 200 characters.
    pub fn write(&self, to: &mut Vec<u8>) {
        to.extend(self.tenant.to_be_bytes());
        to.extend(self.plan.to_be_bytes());
        to.push(u8::from(self.is_now));
        to.extend(self.ordinal.to_be_bytes());
        put_seats(self.seats, to);
        for text in [self.tier, self.segment].iter().chain(&self.shown) {
            put_text(text, to);
        }
    }

    /// Returns the note that these are the bytes of; `None` if they are none's.
    #[must_use]
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut from = Bytes(bytes);
        Some(Self {
            tenant: from.number()?,
            plan: from.number()?,
            is_now: from.byte()? == 1,
            ordinal: from.number()?,
            seats: from.seats()?.count,
            tier: from.text()?,
            segment: from.text()?,
            shown: [from.text()?, from.text()?, from.text()?],
        })
    }
}

fn put_seats(seats: Option<u64>, to: &mut Vec<u8>) {
    to.push(u8::from(seats.is_some()));
    to.extend(seats.unwrap_or(0).to_be_bytes());
}

fn put_text(text: &str, to: &mut Vec<u8>) {
    let end = if text.len() <= CHARACTERS { None } else { text.char_indices().nth(CHARACTERS) };
    let cut = end.and_then(|(end, _)| text.get(..end)).unwrap_or(text);
    to.extend(u16::try_from(cut.len()).unwrap_or(0).to_be_bytes());
    to.extend(cut.bytes());
}

/// Appends the bytes of one side of a change.
pub(super) fn put_side(side: Option<&Side>, to: &mut Vec<u8>) {
    to.push(u8::from(side.is_some()));
    let Some(side) = side else { return };
    for number in [side.ordinal, side.rows, side.review] {
        to.extend(number.to_be_bytes());
    }
    put_seats(side.seats, to);
    to.push(u8::try_from(side.segments.len()).unwrap_or(u8::MAX));
    for text in [&side.tier].into_iter().chain(&side.shown).chain(&side.segments) {
        put_text(text, to);
    }
}

/// Paid seats that were read back.
struct Seats {
    count: Option<u64>,
}

/// Bytes on their way to be understood.
pub(super) struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(head)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        Some(u64::from_be_bytes(self.take(8)?.try_into().ok()?))
    }

    fn seats(&mut self) -> Option<Seats> {
        let (is_known, count) = (self.byte()? == 1, self.number()?);
        Some(Seats { count: is_known.then_some(count) })
    }

    fn text(&mut self) -> Option<&'a str> {
        let bytes = u16::from_be_bytes(self.take(2)?.try_into().ok()?);
        std::str::from_utf8(self.take(usize::from(bytes))?).ok()
    }

    /// Reads a side of a change, if there is one.
    pub(super) fn side(&mut self, to: &mut Option<Side>) -> Option<()> {
        if self.byte()? == 0 {
            return Some(());
        }
        let [ordinal, rows, review] = [self.number()?, self.number()?, self.number()?];
        let seats = self.seats()?.count;
        let count = self.byte()?;
        let mut text = || self.text().map(str::to_owned);
        let tier = text()?;
        let shown = [text()?, text()?, text()?];
        let segments = (0..count).map(|_| text()).collect::<Option<Vec<_>>>()?;
        *to = Some(Side { ordinal, rows, review, seats, tier, segments, shown });
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_note_is_what_its_bytes_say_and_sorts_as_they_do(
            left in any::<(u8, u8, bool, u8)>(), right in any::<(u8, u8, bool, u8)>(),
            seats in any::<Option<u64>>(), text in "\\PC{0,260}",
        ) {
            let note = |(tenant, plan, is_now, ordinal): (u8, u8, bool, u8)| Note {
                tenant: tenant.into(), plan: plan.into(), is_now, ordinal: ordinal.into(), seats,
                tier: "Q&A", segment: &text, shown: ["contoso.com", "", &text],
            };
            let bytes = |key| {
                let mut bytes = Vec::new();
                note(key).write(&mut bytes);
                bytes
            };
            prop_assert_eq!(bytes(left).cmp(&bytes(right)), left.cmp(&right));
            let bytes = bytes(left);
            let read = Note::read(&bytes).unwrap();
            prop_assert_eq!(read.segment, text.chars().take(CHARACTERS).collect::<String>());
            prop_assert_eq!(Note { segment: &text, shown: ["contoso.com", "", &text], ..read }, note(left));
            for end in 0..bytes.len() {
                prop_assert_eq!(Note::read(&bytes[..end]), None);
            }
        }
    }
}
