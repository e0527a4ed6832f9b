//! The texts that the cells of a workbook share.

use super::cut::{Cutter, STRINGS};
use super::ids::Ids;
use super::plain;
use super::text::{ahead, is_idle, item, next, skip, unexpected};
use super::xml::{Harm, check_attributes};
use crate::error::Result;
use crate::package::{NOT_UTF8, PackagePart, damaged_in, too_large};
use crate::threads::spawned;
use quick_xml::events::Event;
use quick_xml::reader::Reader;
use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use uuid::Uuid;

/// Strings a workbook may share: as many as fill the largest sheet with sixteen columns of them.
const LIMIT: usize = 16 * 1_048_576;
/// Bytes of one string: more than twice what the 32,767 characters of a cell can take, and little enough that rows full
/// of it are looked at in time.
const LIMIT_BYTES: usize = 256 * 1024;

/// Blocks that wait to be parsed; bounds memory.
const WAITING: usize = 4;

/// All of them, one behind the other in one text, but for ids.
#[derive(Clone, Debug, Default)]
pub(crate) struct Strings {
    text: Arc<String>,
    /// Where each ends. A part of at most 1 GiB holds no text that is longer.
    ends: Vec<u32>,
    /// Those of the workbook in XML that are ids, and take no room in the text.
    ids: Ids,
    /// Bytes of the longest.
    longest: usize,
    /// Those whose digits may not belong together, rising; hardly any workbook has one.
    restyled: Vec<usize>,
}

impl Strings {
    /// Reads the part, inflating it here and parsing it on a thread of its own. What it promises to hold is not asked.
    ///
    /// # Errors
    /// `workbook-damaged`, `workbook-too-large`.
    pub(crate) fn read(part: PackagePart<'_>) -> Result<Self> {
        let name = part.name().to_owned();
        let mut cutter = Cutter::new(part, STRINGS)?;
        thread::scope(|threads| {
            let (blocks, queue) = sync_channel(WAITING);
            let name = name.as_str();
            let parser = spawned(threads, move || parse(&queue, name))?;
            let cut = loop {
                match cutter.next(usize::MAX) {
                    Ok(Some(block)) => {
                        // Nobody takes it only after an error of the parser, which is the one to report.
                        if blocks.send(block).is_err() {
                            break Ok(());
                        }
                    }
                    Ok(None) => break Ok(()),
                    Err(error) => break Err(error),
                }
            };
            drop(blocks);
            let parsed = parser.join().unwrap_or_else(|_| Err(damaged_in(name, "the texts cannot be read")));
            parsed.and_then(|strings| cut.map(|()| strings))
        })
    }

    /// Adds one, for workbooks that are not written in XML; an id is a part of the text there, like any other.
    ///
    /// # Errors
    /// `workbook-too-large`.
    pub(crate) fn push(&mut self, text: &str) -> Result<()> {
        let all = Arc::make_mut(&mut self.text);
        all.push_str(text);
        self.longest = self.longest.max(text.len());
        self.ends.push(
            u32::try_from(all.len()).map_err(|_| too_large("its shared strings are longer than 4 GiB"))?,
        );
        self.check()
    }

    fn check(&self) -> Result<()> {
        if self.longest > LIMIT_BYTES {
            return Err(too_large("one of its shared strings is longer than 256 KiB"));
        }
        if self.ends.len() > LIMIT {
            return Err(too_large(&format!("it has more than {LIMIT} shared strings")));
        }
        Ok(())
    }

    /// Returns the text that they are parts of.
    pub(crate) fn text(&self) -> &Arc<String> {
        &self.text
    }

    /// Returns the bytes of the longest.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }

    /// Returns one of them, counted from 0.
    #[cfg(test)]
    fn get(&self, index: usize) -> Option<String> {
        let text = |part| self.text.get(part).map(str::to_owned);
        self.id(index).map(|id| id.to_string()).or_else(|| text(self.part(index)?))
    }

    /// Returns one of them that is an id, counted from 0; `None` = it is a [part](Self::part) of the text.
    pub(crate) fn id(&self, index: usize) -> Option<Uuid> {
        self.ids.get(index)
    }

    /// Returns whether digits of one of them, counted from 0, are struck out or raised.
    pub(crate) fn is_restyled(&self, index: usize) -> bool {
        !self.restyled.is_empty() && self.restyled.binary_search(&index).is_ok()
    }

    /// Returns where in the text one of them stands, counted from 0; what is an [id](Self::id) is not there.
    pub(crate) fn part(&self, index: usize) -> Option<Range<usize>> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        Some(start as usize..end as usize)
    }

    fn add(&mut self, block: &str) -> std::result::Result<(), Harm> {
        let Self { text: shared, ends, ids, longest, restyled } = self;
        // Nobody else has it yet, so that nothing is copied.
        let all = Arc::make_mut(shared);
        let mut begin = all.len();
        let mut close = |all: &mut String, ends: &mut Vec<u32>| {
            *longest = all.len().saturating_sub(begin).max(*longest);
            if ids.take(all.get(begin..).unwrap_or_default()) {
                all.truncate(begin);
            }
            begin = all.len();
            ends.push(u32::try_from(begin).unwrap_or(u32::MAX));
        };
        let mut xml = Reader::from_str(block);
        loop {
            while let Some((text, rest)) = plain::string(ahead(&mut xml, block)) {
                all.push_str(text);
                close(all, ends);
                *xml.get_mut() = rest.as_bytes();
            }
            let event = next(&mut xml)?;
            match &event {
                Event::Start(tag) | Event::Empty(tag) => {
                    let is_empty = matches!(event, Event::Empty(_));
                    check_attributes(tag)?;
                    match tag.local_name().as_ref() {
                        "si" => {
                            if !is_empty && item(&mut xml, all)? {
                                restyled.push(ends.len());
                            }
                            close(all, ends);
                        }
                        "extLst" if is_empty => {}
                        "extLst" => skip(&mut xml)?,
                        _ => return Err(unexpected(&event)),
                    }
                }
                Event::Eof => return Ok(()),
                other if is_idle(other) => {}
                _ => return Err(unexpected(&event)),
            }
        }
    }
}

/// Parses blocks as they come.
fn parse(blocks: &Receiver<Vec<u8>>, name: &str) -> Result<Strings> {
    let mut strings = Strings::default();
    for block in blocks {
        let block = String::from_utf8(block).map_err(|_| damaged_in(name, NOT_UTF8))?;
        strings.add(&block).map_err(|harm| {
            damaged_in(name, &format!("after the text {} (counted from 0), {harm}", strings.ends.len()))
        })?;
        strings.check()?;
    }
    Ok(strings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(block: &str) -> std::result::Result<Vec<String>, Harm> {
        let mut strings = Strings::default();
        strings.add(block)?;
        Ok((0..strings.ends.len()).map(|index| strings.get(index).unwrap()).collect())
    }

    #[test]
    fn every_string_has_its_number_empty_ones_too() {
        let block = "<si><t>a</t></si><si/><si><t/></si>\n<!-- <si> --><x:si><x:t>b</x:t></x:si><si><t>\u{20ac}</t></si><extLst><ext/></extLst>";
        assert_eq!(read(block).unwrap(), ["a", "", "", "b", "\u{20ac}"]);
        let ids = "<si><t>a</t></si><si><t>6ba7b810-9dad-11d1-80b4-00c04fd430c8</t></si><si><r><t>6BA7B810-</t></r></si>";
        assert_eq!(read(ids).unwrap(), ["a", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "6BA7B810-"]);
        assert_eq!(Strings::default().get(0), None);
    }

    #[test]
    fn what_is_no_string_is_refused() {
        for block in ["<t>a</t>", "<si><t>a</t>", "a", "<si></t>", "<si><t>a</t></si></sst>"] {
            assert!(read(block).is_err(), "{block}");
        }
    }

    proptest! {
        #[test]
        fn the_short_way_and_the_long_way_agree(texts in prop::collection::vec("[a-c _x04;\r\n\u{e4}]{0,9}|6ba7b810-9dad-11d1-80b4-00c04fd430c[0-9a-fA-F]|_x0041_|&amp;|&lt;b|<b/>|&x;|<!-- -->", 0..6), kept in any::<bool>()) {
            let space = if kept { " xml:space=\"preserve\"" } else { "" };
            let written = |start: &str| texts.iter().map(|text| format!("{start}<t{space}>{text}</t></si>")).collect::<Vec<_>>().concat();
            // The short way knows no blank there.
            prop_assert_eq!(read(&written("<si>")), read(&written("<si >")));
        }
    }
}
