//! What is compared, and its bytes: they sort by tenant; of each tenant first what it comes to as a whole, then its rows
//! by plan, then night, then row.

use super::plan::MovedPlans;
use super::side::{PlanNames, Side};

/// Characters of a text that are kept; no name that a person reads is longer.
const CHARACTERS: usize = 200;

/// How the bytes of what a tenant comes to go on behind the tenant, and how those of a row.
const TOGETHER: u8 = 0;
const ROW: u8 = 1;

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
        to.push(ROW);
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
        let tenant = from.number()?;
        if from.byte()? != ROW {
            return None;
        }
        Some(Self {
            tenant,
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

/// What a tenant on several rows comes to in one of the two nights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Together<'a> {
    /// The fingerprint of the tenant, as that of its rows.
    pub tenant: u64,
    /// Whether it is this night, not the earlier one.
    pub is_now: bool,
    /// How many rows it has.
    pub rows: u64,
    /// The paid seats that it was judged on.
    pub seats: u64,
    /// The name of its tier.
    pub tier: &'a str,
    /// The names of its segments, the one that it was judged by first.
    pub segments: Vec<&'a str>,
}

impl<'a> Together<'a> {
    /// Appends its bytes; texts are cut behind 200 characters.
    pub fn write(&self, to: &mut Vec<u8>) {
        to.extend(self.tenant.to_be_bytes());
        to.push(TOGETHER);
        to.push(u8::from(self.is_now));
        to.extend(self.rows.to_be_bytes());
        to.extend(self.seats.to_be_bytes());
        put_text(self.tier, to);
        put_texts(self.segments.iter().copied(), to);
    }

    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut from = Bytes(bytes);
        let tenant = from.number()?;
        if from.byte()? != TOGETHER {
            return None;
        }
        let (is_now, rows, seats) = (from.byte()? == 1, from.number()?, from.number()?);
        Some(Self { tenant, is_now, rows, seats, tier: from.text()?, segments: from.texts()? })
    }
}

/// What is compared: a row, or what a tenant on several rows comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Noted<'a> {
    /// What a tenant on several rows comes to.
    Together(Together<'a>),
    /// A row.
    Row(Note<'a>),
}

impl<'a> Noted<'a> {
    /// Returns what these are the bytes of; `None` if they are nothing's.
    #[must_use]
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        match Note::read(bytes) {
            Some(row) => Some(Self::Row(row)),
            None => Together::read(bytes).map(Self::Together),
        }
    }

    pub(super) const fn tenant(&self) -> u64 {
        match self {
            Self::Together(together) => together.tenant,
            Self::Row(row) => row.tenant,
        }
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

fn put_texts<'t>(texts: impl ExactSizeIterator<Item = &'t str>, to: &mut Vec<u8>) {
    let count = u8::try_from(texts.len()).unwrap_or(u8::MAX);
    to.push(count);
    texts.take(usize::from(count)).for_each(|text| put_text(text, to));
}

/// Appends the bytes of one side of a change.
pub(super) fn put_side(side: Option<&Side>, to: &mut Vec<u8>) {
    to.push(u8::from(side.is_some()));
    let Some(side) = side else { return };
    for number in [side.ordinal, side.rows, side.review, side.plans.count] {
        to.extend(number.to_be_bytes());
    }
    put_seats(side.seats, to);
    to.push(u8::from(side.is_together));
    for text in [&side.tier].into_iter().chain(&side.shown) {
        put_text(text, to);
    }
    put_texts(side.segments.iter().map(String::as_str), to);
    put_texts(side.plans.named.iter().map(String::as_str), to);
}

/// Appends the bytes of the plans that moved.
pub(super) fn put_moved(moved: &MovedPlans, to: &mut Vec<u8>) {
    for number in [moved.count, moved.came_or_went, moved.only_rows] {
        to.extend(number.to_be_bytes());
    }
    put_texts(moved.told.iter().map(String::as_str), to);
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

    fn texts(&mut self) -> Option<Vec<&'a str>> {
        (0..self.byte()?).map(|_| self.text()).collect()
    }

    fn owned(&mut self) -> Option<Vec<String>> {
        Some(self.texts()?.into_iter().map(str::to_owned).collect())
    }

    /// Reads a side of a change, if there is one.
    pub(super) fn side(&mut self, to: &mut Option<Side>) -> Option<()> {
        if self.byte()? == 0 {
            return Some(());
        }
        let [ordinal, rows, review, count] = [self.number()?, self.number()?, self.number()?, self.number()?];
        let seats = self.seats()?.count;
        let is_together = self.byte()? == 1;
        let [tier, tenant, name] = [self.text()?, self.text()?, self.text()?].map(str::to_owned);
        let segments = self.owned()?;
        let plans = PlanNames { named: self.owned()?, count };
        let shown = [tenant, name];
        *to = Some(Side { ordinal, rows, review, seats, tier, segments, is_together, shown, plans });
        Some(())
    }

    /// Reads the plans that moved.
    pub(super) fn moved(&mut self) -> Option<MovedPlans> {
        let [count, came_or_went, only_rows] = [self.number()?, self.number()?, self.number()?];
        Some(MovedPlans { told: self.owned()?, count, came_or_went, only_rows })
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
                prop_assert_eq!(Noted::read(&bytes[..end]), None);
            }
        }

        #[test]
        fn what_a_tenant_comes_to_sorts_in_front_of_its_rows(
            tenant in any::<u8>(), row in any::<(u8, u8, bool, u8)>(), (is_now, rows) in any::<(bool, u64)>(),
        ) {
            let together = Together {
                tenant: tenant.into(), is_now, rows, seats: 7, tier: "Q&A", segments: vec!["Education", "Commercial"],
            };
            let (mut bytes, mut of_row) = (Vec::new(), Vec::new());
            together.write(&mut bytes);
            let note = Note {
                tenant: row.0.into(), plan: row.1.into(), is_now: row.2, ordinal: row.3.into(), seats: None,
                tier: "", segment: "", shown: [""; 3],
            };
            note.write(&mut of_row);
            prop_assert_eq!(bytes < of_row, tenant <= row.0);
            prop_assert_eq!(Noted::read(&bytes), Some(Noted::Together(together)));
            prop_assert_eq!(Noted::read(&of_row), Some(Noted::Row(note)));
            for end in 0..bytes.len() {
                prop_assert_eq!(Noted::read(&bytes[..end]), None);
            }
        }
    }
}
