//! A large part into blocks of whole children of one element: rows of `<sheetData>`, strings of `<sst>`.
//!
//! What stands before and behind those children is parsed here; the blocks between are not. A border is the last start
//! of a child among the bytes at hand, found without parsing: in well-formed XML such bytes stand nowhere else but in
//! comments, CDATA and instructions, and a block cut there does not parse, so that it is refused and never misread.

use super::xml::{Harm, Outline, broken_off, malformed};
use crate::error::{Error, Result};
use crate::package::{PackagePart, damaged_in, too_large};
use memchr::memmem;
use quick_xml::events::Event;
use quick_xml::reader::Reader;

/// Bytes of a block: enough to pay for handing it to another thread, little enough to keep all of them busy.
const BLOCK_BYTES: usize = 256 * 1024;
/// A block is cut no shorter: that much hardly holds two rows.
const LEAST_BYTES: usize = 256;
/// One row or string can hardly be longer: 16,384 cells of 1 KiB.
const CHILD_BYTES: usize = 16 * 1024 * 1024;
/// A tag or text in front of the children or behind them can hardly be longer.
const EVENT_BYTES: usize = 4 * 1024 * 1024;

/// Which children of which element are cut.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// The document's root.
    root: &'static str,
    /// The element whose children are cut; the root itself, or an element in it.
    container: &'static str,
    child: &'static str,
}

/// The rows of a worksheet.
pub(crate) const SHEET: Plan = Plan { root: "worksheet", container: "sheetData", child: "row" };
/// The shared strings of a workbook.
pub(super) const STRINGS: Plan = Plan { root: "sst", container: "sst", child: "si" };

/// Cuts one part.
pub(crate) struct Cutter<'a> {
    xml: Reader<PackagePart<'a>>,
    outline: Outline,
    plan: Plan,
    buffer: Vec<u8>,
    /// `<row` and `</sheetData` with the prefix that the part uses; empty before the container has begun.
    child: Vec<u8>,
    end: Vec<u8>,
    is_over: bool,
}

impl<'a> Cutter<'a> {
    /// Reads up to the first child.
    ///
    /// # Errors
    /// `workbook-damaged`, `workbook-too-large`.
    pub(crate) fn new(part: PackagePart<'a>, plan: Plan) -> Result<Self> {
        let mut cutter = Self {
            xml: Reader::from_reader(part),
            outline: Outline::default(),
            plan,
            buffer: Vec::new(),
            child: Vec::new(),
            end: Vec::new(),
            is_over: false,
        };
        while cutter.child.is_empty() && !cutter.is_over {
            cutter.step()?;
        }
        if cutter.is_over {
            cutter.finish()?;
        }
        Ok(cutter)
    }

    /// Returns what a child's start tag begins with, such as `<row`.
    pub(super) fn child(&self) -> &[u8] {
        &self.child
    }

    /// Returns the next children, in no more than about `most` bytes if there are several; none of them behind the
    /// last, when the part was read to its end and its checksum was right.
    ///
    /// # Errors
    /// `workbook-damaged`, `workbook-too-large`.
    pub(crate) fn next(&mut self, most: usize) -> Result<Option<Vec<u8>>> {
        let mut wanted = most.clamp(LEAST_BYTES, BLOCK_BYTES);
        let mut searched = 0;
        while !self.is_over {
            let part = self.xml.get_mut();
            let may_go_on = part.fill(wanted)?;
            let ahead = part.ahead().get(..wanted).unwrap_or(part.ahead());
            // The end's tag may have begun before the bytes that were searched.
            let from = searched_from(searched, self.end.len());
            let end = find_tag(ahead, &self.end, from);
            // Behind a child that is longer than a block no further ones are taken: many short ones could follow it.
            let border = if searched == 0 {
                last_tag(ahead, &self.child)
            } else {
                find_tag(ahead, &self.child, searched_from(searched, self.child.len()).max(1))
            };
            let border = border.filter(|border| *border > 0);
            let is_next = |end: &usize| searched == 0 || border.is_none_or(|border| *end < border);
            if let Some(end) = end.filter(is_next) {
                let block = part.cut_off(end);
                self.finish()?;
                return Ok(Some(block).filter(|block| !block.is_empty()));
            }
            if let Some(border) = border {
                return Ok(Some(part.cut_off(border)));
            }
            if !may_go_on && ahead.len() < wanted {
                return Err(self.harmed(&broken_off()));
            }
            if ahead.len() > CHILD_BYTES {
                let name = part.name();
                return Err(too_large(&format!("one row or text of it is longer than 16 MiB ({name})")));
            }
            searched = ahead.len();
            wanted = wanted.saturating_mul(2);
        }
        Ok(None)
    }

    /// Reads what stands behind the container.
    fn finish(&mut self) -> Result<()> {
        self.is_over = true;
        while self.step()? {}
        Ok(())
    }

    /// Parses one event before or behind the children; returns whether there may be more.
    fn step(&mut self) -> Result<bool> {
        self.buffer.clear();
        self.xml.get_mut().allowance.allow(EVENT_BYTES);
        let event = match self.xml.read_event_into(&mut self.buffer) {
            Ok(event) => event,
            Err(error) => {
                let harm = malformed(&error);
                return Err(self.harmed(&harm));
            }
        };
        let is_first = self.outline.depth == 0;
        let seen = self.outline.see(&event);
        let is_start = matches!(event, Event::Start(_));
        let is_end = matches!(event, Event::Eof);
        let mut harm = seen.err();
        if let Event::Start(tag) | Event::Empty(tag) = &event {
            let name = tag.local_name();
            // A second root is not counted: it is harm already.
            let depth = self.outline.depth.saturating_sub(u32::from(is_start));
            if is_first && name.as_ref() != self.plan.root {
                harm.get_or_insert_with(|| {
                    format!("it is not the part that it should be (its root is not `{}`)", self.plan.root)
                });
            }
            if name.as_ref() == self.plan.container
                && depth == u32::from(self.plan.container != self.plan.root)
            {
                if !self.child.is_empty() || self.is_over {
                    harm.get_or_insert_with(|| format!("`{}` begins twice", self.plan.container));
                }
                let prefix =
                    tag.name().prefix().map_or(String::new(), |prefix| format!("{}:", prefix.into_inner()));
                self.child = format!("<{prefix}{}", self.plan.child).into_bytes();
                self.end = format!("</{prefix}{}", self.plan.container).into_bytes();
                self.is_over = !is_start;
            }
        }
        if is_end && self.child.is_empty() {
            harm.get_or_insert_with(|| format!("it has no `{}`", self.plan.container));
        }
        harm.map_or(Ok(!is_end), |harm| Err(self.harmed(&harm)))
    }

    fn harmed(&mut self, harm: &Harm) -> Error {
        let part = self.xml.get_mut();
        part.allowance.harm().unwrap_or_else(|| damaged_in(part.name(), harm))
    }
}

/// Returns where to search on, when everything up to `searched` was searched for something of this length.
fn searched_from(searched: usize, length: usize) -> usize {
    searched.saturating_sub(length + 1)
}

/// Returns the first place of a tag that begins so.
fn find_tag(bytes: &[u8], start: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    memmem::find_iter(rest, start).find(|at| ends_name(rest, at + start.len())).map(|at| at + from)
}

/// Returns the last place of a tag that begins so.
pub(super) fn last_tag(bytes: &[u8], start: &[u8]) -> Option<usize> {
    memmem::rfind_iter(bytes, start).find(|at| ends_name(bytes, at + start.len()))
}

/// Returns whether a tag's name ends before this place.
pub(super) fn ends_name(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at), Some(b'>' | b'/' | b' ' | b'\t' | b'\r' | b'\n'))
}
