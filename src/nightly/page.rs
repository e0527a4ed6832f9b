//! The report of a night as a page that a person can open: no script, nothing from elsewhere.

use super::end::{RosterEnd, State};
use super::outcome::Failure;
use super::run::Night;
use super::words;
use crate::PROGRAM;
use crate::verdict::words::grouped;
use std::fmt::Write as _;
use std::path::Path;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;\
    color:#1b1b1b;background:#fff}h1{font-size:1.5rem}table{border-collapse:collapse;width:100%;margin:1rem 0}\
    th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #ccc}\
    td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}.bad{border-left:.4rem solid #a4262c;padding-left:1rem;\
    margin:1rem 0}.help{color:#444}code{font-family:ui-monospace,monospace;overflow-wrap:anywhere}\
    @media(prefers-color-scheme:dark){body{color:#eee;background:#1b1b1b}.help{color:#bbb}th,td{border-color:#444}}";

/// Returns the page of a night.
#[must_use]
pub fn page(night: &Night) -> String {
    let day = night.began.words();
    let mut text = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width\">\n<title>FastTrack rosters: run of {day}</title>\n<style>{STYLE}</style>\n\
         <h1>FastTrack rosters: run of {day}</h1>\n<p>{}.</p>\n",
        capital(&escaped(&words::parts_of_night(night)))
    );
    let wrong: Vec<&RosterEnd> =
        night.rosters.iter().filter(|end| words::needs_a_person(end.state)).collect();
    if !wrong.is_empty() {
        text.push_str("<h2>What to do</h2>\n");
        for end in wrong {
            problem(&mut text, end);
        }
    }
    text.push_str("<h2>Files</h2>\n");
    table(&mut text, night);
    let remarks = night.remarks.iter().map(|remark| marked(remark));
    let strangers = night.strangers.iter().map(|name| {
        format!("<code>{}</code> in the inbox fits no roster of the configuration", escaped(name))
    });
    let remarks: Vec<String> = remarks.chain(strangers).collect();
    if !remarks.is_empty() {
        text.push_str("<h2>Remarks</h2>\n<ul>\n");
        for remark in remarks {
            let _ = writeln!(text, "<li>{remark}");
        }
        text.push_str("</ul>\n");
    }
    let _ = writeln!(text, "<p class=\"help\">{PROGRAM}, {} to {}</p>\n</html>", night.began, night.ended);
    text
}

fn problem(text: &mut String, end: &RosterEnd) {
    let file =
        end.input.as_ref().map_or(String::new(), |input| format!(" (<code>{}</code>)", escaped(input)));
    let _ = writeln!(
        text,
        "<div class=\"bad\">\n<p><strong>{}</strong>{file}: {}</p>",
        escaped(&end.roster),
        escaped(&words::sentence(end))
    );
    for found in end.failure.iter().flat_map(|failure: &Failure| &failure.diagnostics) {
        let place = found.place.to_string();
        let place = if place.is_empty() { place } else { format!(" ({place})") };
        let _ = writeln!(
            text,
            "<p>{}{}<br><span class=\"help\">{}</span></p>",
            marked(&capital(&found.message)),
            escaped(&place),
            marked(&capital(&found.help))
        );
    }
    text.push_str("</div>\n");
}

fn table(text: &mut String, night: &Night) {
    text.push_str(
        "<table>\n<thead><tr><th>Roster<th>File<th>Result<th class=\"n\">Rows<th class=\"n\">Customers\
         <th class=\"n\">To review<th>Workbook</tr></thead>\n<tbody>\n",
    );
    for end in night.rosters.iter().filter(|end| end.state != State::Older) {
        let figures = end.done.as_ref().map(|done| {
            let [read, _, review, _, _] = done.rows;
            [read, done.tiers.iter().map(|(_, customers, _)| customers).sum(), review].map(grouped)
        });
        let [rows, customers, review] = figures.unwrap_or_default();
        let outputs: Vec<String> = end.outputs.iter().map(|path| link(path)).collect();
        let remarks: Vec<String> = end
            .remarks
            .iter()
            .map(|remark| format!("<br><span class=\"help\">{}</span>", marked(remark)))
            .collect();
        let remarks = remarks.concat();
        let _ = writeln!(
            text,
            "<tr><td>{}<td>{}<td>{}{remarks}<td class=\"n\">{rows}<td class=\"n\">{customers}<td class=\"n\">{review}\
             <td>{}</tr>",
            escaped(&end.roster),
            escaped(end.input.as_deref().unwrap_or_default()),
            escaped(&words::sentence(end)),
            outputs.join("<br>")
        );
    }
    text.push_str("</tbody>\n</table>\n");
}

/// Returns the name of a file as a link to it, for whoever opens the page where the file is.
fn link(path: &Path) -> String {
    let shown = format!("<code>{}</code>", escaped(&path.display().to_string()));
    let Ok(absolute) = std::path::absolute(path) else { return shown };
    let mut address = "file://".to_owned();
    let absolute = absolute.to_string_lossy().replace('\\', "/");
    if !absolute.starts_with('/') {
        address.push('/');
    }
    for byte in absolute.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~:".contains(&byte) {
            address.push(char::from(byte));
        } else {
            let _ = write!(address, "%{byte:02X}");
        }
    }
    format!("<a href=\"{address}\">{shown}</a>")
}

/// Nothing from a roster or a file's name becomes HTML.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in crate::diagnostic::visible(text).chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter => safe.push(letter),
        }
    }
    safe
}

/// Words with what they quote in backticks, as messages have it, set apart.
fn marked(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // An odd backtick is one of the text.
    let pairs = (parts.len() - 1) / 2 * 2;
    let mut safe = String::new();
    for (place, part) in parts.iter().enumerate() {
        let between = match place {
            0 => "",
            place if place > pairs => "`",
            place if place % 2 == 1 => "<code>",
            _ => "</code>",
        };
        safe.push_str(between);
        safe.push_str(&escaped(part));
    }
    safe
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_workbook_is_a_link_whatever_it_is_called() {
        let wanted =
            "<a href=\"file:///srv/a%20%3Cb%3E%22.xlsx\"><code>/srv/a &lt;b&gt;&quot;.xlsx</code></a>";
        assert_eq!(link(Path::new("/srv/a <b>\".xlsx")), wanted);
    }

    #[test]
    fn nothing_becomes_html() {
        let text = escaped("<script>alert('a' & \"b\")</script>\u{1b}[2J");
        assert!(!text.contains(['<', '>', '"', '\'', '\u{1b}']), "{text}");
    }

    #[test]
    fn what_messages_quote_is_set_apart() {
        assert_eq!(marked("no `<b>` in `crm`"), "no <code>&lt;b&gt;</code> in <code>crm</code>");
        assert_eq!(marked("`a` and an odd ` one"), "<code>a</code> and an odd ` one");
        assert_eq!(marked("``` x"), "<code></code>` x");
        assert_eq!(marked(""), "");
    }
}
