//! Cells of our own rows that lead to another cell of the workbook.
//!
//! A sheet names such cells behind its rows, in a list of its own (ECMA-376, part 1, 18.3.1.48), where the workbook
//! library has put those of its own cells already.

use crate::model::LIMIT_LINKS;
use crate::template::letters;
use std::borrow::Cow;
use std::fmt::Write as _;

const BEGIN: &str = "<hyperlinks>";
const END: &str = "</hyperlinks>";
/// What stands right behind the list; every sheet that the library makes has it.
const BEHIND: &str = "<pageMargins ";

/// The links of one part of a sheet, as XML.
#[derive(Debug, Default)]
pub(crate) struct Links {
    xml: String,
    count: u32,
}

impl Links {
    /// Lets a cell lead to another; its row counts from 1, its column from 0. Returns whether the sheet can have one more.
    pub(crate) fn add(&mut self, row: u64, column: usize, shown: u64, to: &str) -> bool {
        if self.count >= LIMIT_LINKS {
            return false;
        }
        self.count += 1;
        let to = escaped(to);
        let cell = letters(column);
        let _ = write!(self.xml, "<hyperlink ref=\"{cell}{row}\" location=\"{to}\" display=\"{shown}\"/>");
        true
    }

    /// Returns what stands behind the rows of a sheet with these links in it; `None` = it has no place for them.
    pub(crate) fn put_into<'x>(&self, behind: &'x str) -> Option<Cow<'x, str>> {
        if self.count == 0 {
            return Some(Cow::Borrowed(behind));
        }
        let with_links = if let Some((before, rest)) = behind.split_once(END) {
            format!("{before}{}{END}{rest}", self.xml)
        } else {
            let (before, rest) = behind.split_at_checked(behind.find(BEHIND)?)?;
            format!("{before}{BEGIN}{}{END}{rest}", self.xml)
        };
        Some(Cow::Owned(with_links))
    }
}

/// Returns text as it stands between quotes in XML.
fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"']) {
        return Cow::Borrowed(text);
    }
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    Cow::Owned(text.replace('"', "&quot;"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_stand_where_a_sheet_has_them() {
        let mut links = Links::default();
        let behind = "</sheetData><dataValidations/><pageMargins left=\"0.4\"/></worksheet>";
        assert_eq!(links.put_into(behind).unwrap(), behind);
        assert!(links.add(2, 0, 7, "Roster!A5"));
        assert!(links.add(3, 27, 8, "'R & <D>'!A6"));
        let list = "<hyperlink ref=\"A2\" location=\"Roster!A5\" display=\"7\"/>\
                    <hyperlink ref=\"AB3\" location=\"'R &amp; &lt;D&gt;'!A6\" display=\"8\"/>";
        let wanted = behind.replace("<page", &format!("<hyperlinks>{list}</hyperlinks><page"));
        assert_eq!(links.put_into(behind).unwrap(), wanted);
        let own = "</sheetData><hyperlinks><hyperlink ref=\"F1\"/></hyperlinks><pageMargins /></worksheet>";
        let wanted = own.replace("</hyperlinks>", &format!("{list}</hyperlinks>"));
        assert_eq!(links.put_into(own).unwrap(), wanted);
        assert!(links.put_into("</sheetData></worksheet>").is_none(), "no place for them");
    }

    #[test]
    fn a_sheet_has_so_many_links_and_no_more() {
        let mut links = Links::default();
        assert!((0..u64::from(LIMIT_LINKS)).all(|row| links.add(row + 2, 0, row, "Roster!A2")));
        assert!(!links.add(70_000, 0, 1, "Roster!A2"));
    }
}
