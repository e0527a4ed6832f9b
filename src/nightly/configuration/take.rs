//! Takes a configuration out of the text of its file.

use super::fields::{Faults, Fields, Taken, items, table};
use super::values::{
    choice, delimiter, duration, encoding, limits, name, numbers, percent, text, texts, time_of_day,
    weekdays, whole, yes_or_no,
};
use super::{Configuration, FailOn, Keep, ReadAs, Series, Settle};
use crate::changes::MaxDrop;
use crate::diagnostic::{Code, excerpt};
use crate::error::{Error, Result};
use crate::nightly::pattern::Pattern;
use crate::policy::Policy;
use crate::report::split::By;
use crate::write::format::Format;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;
use toml::de::{DeTable, DeValue};

/// How long a file has to be unchanged where nothing else is said.
const USUAL_SETTLE: Duration = Duration::from_secs(30);
/// How often a file is tried where nothing else is said.
const USUAL_TRIES: u32 = 3;

/// Sheets have no more rows.
const LIMIT_HEADING_ROW: u32 = 1_048_576;

/// Most rosters of a file.
const LIMIT_ROSTERS: usize = 1_000;

/// Takes the configuration; `path` is the file.
///
/// # Errors
/// Of kind `Policy`: all that is wrong.
pub(super) fn take(written: &str, path: &Path) -> Result<Configuration> {
    let mut faults = Faults::new(written, path.display().to_string());
    let parsed = DeTable::parse(written);
    let taken = match &parsed {
        Ok(parsed) => whole_file(parsed.get_ref(), path, &mut faults),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            faults.add(
                Code::TomlSyntax,
                at,
                error.message().trim().to_owned(),
                syntax_help(
                    error.message(),
                    written.get(..at).unwrap_or_default(),
                    written.get(at..).unwrap_or_default(),
                ),
            );
            None
        }
    };
    faults.into_result()?;
    taken.ok_or_else(|| Error::internal("a configuration without faults could not be read"))
}

/// Says what to do where the file is no TOML; paths of Windows are what people trip over.
fn syntax_help(message: &str, before: &str, after: &str) -> &'static str {
    if message.contains("escape") || message.contains("unicode") {
        return "write `\\` in a path as `/`, or put the path into single quotes: inbox = 'C:\\Rosters\\inbox'";
    }
    let line = [before.lines().next_back(), after.lines().next()].map(Option::unwrap_or_default).concat();
    let value = line.split_once('=').map(|(_, value)| value.trim_start()).unwrap_or_default();
    let is_word = |word: &str| value.starts_with(word);
    if value.starts_with(|letter: char| letter.is_alphabetic() || "/.~*".contains(letter))
        && !["true", "false"].into_iter().any(is_word)
    {
        return "write texts in quotes: name = \"crm\"";
    }
    "the file is in TOML; `fasttrack nightly init` writes one as an example"
}

fn whole_file(top: &DeTable<'_>, path: &Path, faults: &mut Faults<'_>) -> Option<Configuration> {
    let base = path.parent().unwrap_or_else(|| Path::new("")).to_owned();
    let mut top = Fields::new(top, "", 0);
    let night = top.need("night", "begin the file with `[night]`, and name inbox, outbox and state", faults);
    let night = night.and_then(|taken| table(&taken, "[night]", faults));
    let help = "add `[[roster]]` with `name` and `files` for each kind of file that comes";
    let rosters = top.need("roster", help, faults);
    let (night, max_drop) = match night {
        Some(fields) => night_table(fields, path, &base, faults),
        None => (None, None),
    };
    let rosters = rosters.map(|taken| series(&taken, &base, max_drop, faults)).unwrap_or_default();
    top.finish(faults);
    Some(Configuration { rosters, ..night? })
}

/// Takes the table of what holds for all rosters; returns it without them, and by how much each may shrink.
fn night_table(
    mut fields: Fields<'_>,
    path: &Path,
    base: &Path,
    faults: &mut Faults<'_>,
) -> (Option<Configuration>, Option<MaxDrop>) {
    let mut folder = |key, help: &str, faults: &mut Faults<'_>| {
        let taken = fields.need(key, help, faults)?;
        Some((base.join(text(&taken, faults)?), taken.at))
    };
    let inbox = folder("inbox", "name the folder where files come in: inbox = \"inbox\"", faults);
    let outbox = folder("outbox", "name the folder where workbooks go: outbox = \"outbox\"", faults);
    let state = folder("state", "name the folder for ledger and reports: state = \"state\"", faults);
    let done = fields.take("done").and_then(|taken| Some((base.join(text(&taken, faults)?), taken.at)));
    for (other, at) in [&outbox, &state, &done].into_iter().flatten() {
        if inbox.as_ref().is_some_and(|(inbox, _)| plain(inbox).eq(plain(other))) {
            let message = "this folder is the inbox, too".to_owned();
            faults.add(
                Code::NightValue,
                *at,
                message,
                "name another folder: its files would be judged as those that come in",
            );
        }
    }
    let same = |one: &Option<(PathBuf, usize)>, other: &Option<(PathBuf, usize)>| {
        one.as_ref().zip(other.as_ref()).is_some_and(|((one, _), (other, _))| plain(one).eq(plain(other)))
    };
    for (one, other, key) in
        [(&done, &outbox, "outbox"), (&done, &state, "state"), (&state, &outbox, "outbox")]
    {
        if let Some((_, at)) = one.as_ref().filter(|_| same(one, other)) {
            let message = format!("this folder is `{key}`, too");
            faults.add(
                Code::NightValue,
                *at,
                message,
                "name another folder: their files have the same names",
            );
        }
    }
    let settle = settle(&mut fields, faults);
    let tries = fields.take("tries").and_then(|taken| whole(&taken, [1, 100], faults));
    let keep = fields.take("keep").and_then(|taken| keep(&taken, faults));
    let fail_on = fields.take("fail-on").map(|taken| fail_on(&taken, faults));
    let max_review = fields.take("max-review").and_then(|taken| percent(&taken, faults));
    let max_drop = fields.take("max-drop").and_then(|taken| percent(&taken, faults));
    let on_finish = fields.take("on-finish").map(|taken| program(&taken, faults)).unwrap_or_default();
    let metrics = fields.take("metrics").and_then(|taken| text(&taken, faults)).map(|path| base.join(path));
    fields.finish(faults);
    let found = inbox.zip(outbox).zip(state).map(|(((inbox, _), (outbox, _)), (state, _))| Configuration {
        file: path.to_owned(),
        inbox,
        outbox,
        state,
        done: done.map(|(done, _)| done),
        settle: settle.unwrap_or(Settle::Quiet(USUAL_SETTLE)),
        tries: tries.unwrap_or(USUAL_TRIES),
        keep,
        fail_on: fail_on.unwrap_or(FailOn { review: true, nothing: false }),
        max_review,
        on_finish,
        metrics,
        rosters: Vec::new(),
    });
    (found, max_drop)
}

/// Returns a program and its arguments; a text with blanks would be the name of a program that nobody has.
fn program(taken: &Taken<'_>, faults: &mut Faults<'_>) -> Vec<String> {
    if matches!(taken.value, DeValue::String(text) if text.trim().contains(char::is_whitespace)) {
        let help = "write the program and each argument by itself: on-finish = [\"mail\", \"root\"]";
        taken.wrong(faults, "is one text", help);
    }
    texts(taken, faults)
}

/// Returns the parts of a path without those that say nothing.
fn plain(path: &Path) -> impl Iterator<Item = Component<'_>> {
    path.components().filter(|part| *part != Component::CurDir)
}

fn settle(fields: &mut Fields<'_>, faults: &mut Faults<'_>) -> Option<Settle> {
    let quiet = fields.take("settle");
    let marker = fields.take("ready");
    if let (Some(_), Some(marker)) = (&quiet, &marker) {
        marker.wrong(faults, "is beside `settle`", "keep one of both");
    }
    let marker = marker.and_then(|taken| {
        let marker = text(&taken, faults)?;
        if marker.contains(['/', '\\', '*', '?']) {
            let help = "write what is added to the name of the file, such as \".ready\"";
            taken.wrong(faults, "is not the end of a name", help);
            return None;
        }
        Some(Settle::Marker(marker))
    });
    marker.or_else(|| quiet.and_then(|taken| duration(&taken, faults)).map(Settle::Quiet))
}

fn keep(taken: &Taken<'_>, faults: &mut Faults<'_>) -> Option<Keep> {
    const MOST: [u32; 2] = [0, 10_000];
    let mut fields = table(taken, "keep = { nights = 14, weeks = 8, months = 12 }", faults)?;
    let mut number = |key, faults: &mut Faults<'_>| {
        fields.take(key).and_then(|taken| whole(&taken, MOST, faults)).unwrap_or(0)
    };
    let nights = number("nights", faults);
    let keep = Keep { nights, weeks: number("weeks", faults), months: number("months", faults) };
    fields.finish(faults);
    if keep == Keep::default() {
        taken.wrong(faults, "keeps nothing", "say how many nights, weeks or months are kept");
    }
    Some(keep)
}

fn fail_on(taken: &Taken<'_>, faults: &mut Faults<'_>) -> FailOn {
    const REVIEW: &str = "review";
    const NOTHING: &str = "nothing-new";
    let words: Vec<&str> = items(taken)
        .iter()
        .filter_map(|item| choice(item, &[(REVIEW, REVIEW), (NOTHING, NOTHING)], faults))
        .collect();
    FailOn { review: words.contains(&REVIEW), nothing: words.contains(&NOTHING) }
}

fn series(taken: &Taken<'_>, base: &Path, usual: Option<MaxDrop>, faults: &mut Faults<'_>) -> Vec<Series> {
    let items = items(taken);
    if items.len() > LIMIT_ROSTERS || items.is_empty() {
        let help = format!("write 1 to {LIMIT_ROSTERS} tables `[[roster]]`");
        taken.wrong(faults, "has too many tables, or none", &help);
        return Vec::new();
    }
    let mut found: Vec<Series> = Vec::new();
    for item in &items {
        let Some(fields) = table(item, "[[roster]]", faults) else { continue };
        let Some(series) = roster_table(fields, base, usual, faults) else { continue };
        // Folders are told apart without regard to case on some systems.
        if found.iter().any(|other| other.name.eq_ignore_ascii_case(&series.name)) {
            let message = format!("two rosters are called `{}`", excerpt(&series.name));
            faults.add(Code::NameDuplicate, item.at, message, "give each its own name");
        }
        if let Some((pattern, other)) = shadowed(&series, &found) {
            let message = format!(
                "the files `{}` are those of the roster `{}`, too, which has them all",
                excerpt(&pattern.to_string()),
                excerpt(other)
            );
            let help = "give each roster its own files: one belongs to the first roster that it fits";
            faults.add(Code::NightValue, item.at, message, help);
        }
        found.push(series);
    }
    found
}

/// Returns a pattern that a roster before has, too, so that this one would never get a file by it.
fn shadowed<'s>(series: &'s Series, before: &'s [Series]) -> Option<(&'s Pattern, &'s str)> {
    let has = |pattern: &Pattern| before.iter().find(|other| other.files.contains(pattern));
    series.files.iter().find_map(|pattern| Some((pattern, has(pattern)?.name.as_str())))
}

fn roster_table(
    mut fields: Fields<'_>,
    base: &Path,
    usual: Option<MaxDrop>,
    faults: &mut Faults<'_>,
) -> Option<Series> {
    let called = fields.need("name", "give the roster a short name: name = \"crm\"", faults);
    let called = called.and_then(|taken| name(&taken, faults));
    let help = "say which files of the inbox it is: files = \"crm-*.csv\"";
    let files = fields.need("files", help, faults).map(|taken| patterns(&taken, faults));
    let newest_only = fields.take("newest-only").is_some_and(|taken| yes_or_no(&taken, faults));
    let (expect_by, expect_on, max_age) = expected(&mut fields, faults);
    let policy = fields.take("policy").and_then(|taken| text(&taken, faults));
    let policy = policy.map(|name| match Policy::shipped(&name) {
        Some(_) => name,
        None => base.join(name).to_string_lossy().into_owned(),
    });
    let mut paths = |key, faults: &mut Faults<'_>| -> Vec<PathBuf> {
        let paths = fields.take(key).map(|taken| texts(&taken, faults)).unwrap_or_default();
        paths.into_iter().map(|path| base.join(path)).collect()
    };
    let (catalogues, overrides) = (paths("catalogue", faults), paths("overrides", faults));
    let map_file = fields.take("map-file").and_then(|taken| text(&taken, faults));
    let reading = read_as(&mut fields, faults);
    let formats = fields.take("formats").map(|taken| formats(&taken, faults));
    let formats = formats.unwrap_or_else(|| vec![Format::Xlsx]);
    let split_files = fields.take("split-files").and_then(|taken| {
        let by = By::ALL.map(|by| (by.word(), by));
        let by = choice(&taken, &by, faults)?;
        if !formats.contains(&Format::Xlsx) {
            taken.wrong(faults, "needs a workbook", "add \"xlsx\" to `formats`, or remove this line");
        }
        Some(by)
    });
    let at = fields.at;
    let max_drop = fields.take("max-drop").and_then(|taken| percent(&taken, faults)).or(usual);
    let rules = ["policy", "catalogue", "overrides", "map-file"];
    let lines = rules.into_iter().filter_map(|key| Some((key, faults.line(fields.place(key)?)))).collect();
    if max_drop.is_some() && !formats.contains(&Format::Xlsx) {
        let message = "`max-drop` has nothing to compare with, since no workbook is written".to_owned();
        faults.add(Code::NightValue, at, message, "add \"xlsx\" to `formats`, or remove `max-drop`");
    }
    fields.finish(faults);
    Some(Series {
        name: called?,
        files: files?,
        newest_only,
        expect_by,
        expect_on,
        max_age,
        policy,
        catalogues,
        overrides,
        map_file: map_file.map(|path| base.join(path)),
        reading,
        formats,
        split_files,
        max_drop,
        lines,
    })
}

/// Takes when a roster is expected: the minute of the day, the days of the week, and how old the last one may be.
fn expected(fields: &mut Fields<'_>, faults: &mut Faults<'_>) -> (Option<u32>, [bool; 7], Option<Duration>) {
    let expect_by = fields.take("expect-by").and_then(|taken| time_of_day(&taken, faults));
    let expect_on = fields.take("expect-on");
    if let Some(taken) = expect_on.as_ref().filter(|_| expect_by.is_none()) {
        taken.wrong(faults, "is without `expect-by`", "say by when, too: expect-by = \"02:00\"");
    }
    let expect_on = expect_on.map_or([true; 7], |taken| weekdays(&taken, faults));
    let max_age = fields.take("max-age").and_then(|taken| {
        let found = duration(&taken, faults)?;
        if found.is_zero() {
            taken.wrong(faults, "is no time at all", "write how old the last one may be, such as \"8d\"");
        }
        Some(found)
    });
    (expect_by, expect_on, max_age)
}

fn read_as(fields: &mut Fields<'_>, faults: &mut Faults<'_>) -> ReadAs {
    ReadAs {
        sheet: fields.take("sheet").and_then(|taken| text(&taken, faults)),
        heading_row: fields
            .take("heading-row")
            .and_then(|taken| whole(&taken, [1, LIMIT_HEADING_ROW], faults))
            .map(u64::from),
        tenant: fields.take("tenant").and_then(|taken| text(&taken, faults)),
        encoding: fields.take("encoding").and_then(|taken| encoding(&taken, faults)),
        delimiter: fields.take("delimiter").and_then(|taken| delimiter(&taken, faults)),
        numbers: fields.take("numbers").and_then(|taken| numbers(&taken, faults)),
        limits: fields.take("limit").map(|taken| limits(&taken, faults)).unwrap_or_default(),
    }
}

fn patterns(taken: &Taken<'_>, faults: &mut Faults<'_>) -> Vec<Pattern> {
    let mut found = Vec::new();
    for item in items(taken) {
        let Some(written) = text(&item, faults) else { continue };
        match Pattern::read(&written) {
            Ok(pattern) => found.push(pattern),
            Err(why) => {
                item.wrong(
                    faults,
                    why,
                    "write a name with `*` and `?`, such as \"crm-*.csv\" or \"**/crm.xlsx\", and several of them as a list; `?` stands \
                     for any character, such as a bracket",
                );
            }
        }
    }
    if matches!(taken.value, DeValue::Array(list) if list.is_empty()) {
        taken.wrong(faults, "is an empty list", "write at least one pattern in it");
    }
    found
}

fn formats(taken: &Taken<'_>, faults: &mut Faults<'_>) -> Vec<Format> {
    let words = Format::ALL.map(|format| (format.word(), format));
    let mut found = Vec::new();
    for item in items(taken) {
        match choice(&item, &words, faults) {
            Some(format) if found.contains(&format) => {
                item.wrong(faults, "is said twice", "remove one of them");
            }
            Some(format) => found.push(format),
            None => {}
        }
    }
    if matches!(taken.value, DeValue::Array(list) if list.is_empty()) {
        taken.wrong(faults, "is an empty list", "write at least one format in it, such as \"xlsx\"");
    }
    found
}
