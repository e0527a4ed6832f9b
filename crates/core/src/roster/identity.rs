//! Which rows of a roster belong together: the same tenant, the same plan of it, the same subscription.
//!
//! Rows are compared by what their cells say, folded. For a whole roster only a number for each is kept, see
//! [`fingerprint`].

use super::columns::{Because, Columns, Field, Found, TenantFrom, headed, heading_key};
use super::headings::{TENANT_DOMAINS, TENANT_IDS, TENANT_NAMES, abroad};
use super::understand::text_of;
use super::written::{before_colon, meant};
use crate::fold::{fold, has_byte, without_braces};
use crate::record::{Cell, Record};
use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use twox_hash::{XxHash3_64, XxHash3_128};

/// Longer texts tell nobody apart.
const LONGEST_BYTES: usize = 1024;

/// The columns that say which rows belong together, each from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Where a tenant is looked for, the surest first; the first that says something counts.
    keys: Vec<usize>,
    /// The tenant of all rows, if it was named on the command line.
    given: Option<String>,
    /// Where the tenant's name for show stands, if that is another column.
    name: Option<usize>,
    subscription: Option<usize>,
    /// Where a tenant stands before the colon of the plan, if it does.
    before_colon: Option<usize>,
}

impl Identity {
    /// Returns the columns of a roster with these headings.
    ///
    /// A tenant's id goes before its domain, that before the tenant's own column, and that before its name; but if the
    /// user named the tenant's column, only that one counts. The name is the column of [`Field::Customer`], if there is
    /// one.
    #[must_use]
    pub fn find(headings: &[String], columns: &Columns) -> Self {
        let headed = headed(headings, columns);
        let all = |known: &[&str], abroad: &[&str]| {
            known.iter().chain(abroad).filter_map(&headed).collect::<Vec<usize>>()
        };
        let mut names = all(&TENANT_NAMES, abroad::TENANT_NAMES);
        if let Some(named) = columns.customer {
            names.retain(|name| *name != named);
            names.insert(0, named);
        }
        let mut keys = Vec::new();
        if let TenantFrom::Column(mapped) = columns.tenant {
            let found = columns.found.iter().find(|found| found.field == Field::Tenant);
            let by_user = |found: &Found| matches!(found.because, Because::Named | Because::InFile(_));
            let by_the_user = found.is_some_and(by_user);
            if !by_the_user {
                keys.extend(all(&TENANT_IDS, abroad::TENANT_IDS));
                keys.extend(all(&TENANT_DOMAINS, abroad::TENANT_DOMAINS));
            }
            keys.push(mapped);
            if !by_the_user {
                keys.extend(names.iter().filter(|name| **name != mapped));
            }
        }
        let is_declined = columns.declined.contains(&Field::Customer);
        let name = names.first().copied().filter(|_| !is_declined);
        Self {
            name: name.filter(|name| keys.first() != Some(name)),
            keys,
            given: match &columns.tenant {
                TenantFrom::Given(name) => Some(name.clone()),
                TenantFrom::Column(_) | TenantFrom::BeforeColon(_) => None,
            },
            subscription: columns.subscription,
            before_colon: match columns.tenant {
                TenantFrom::BeforeColon(column) => Some(column),
                TenantFrom::Column(_) | TenantFrom::Given(_) => None,
            },
        }
    }

    /// Returns what tells a record's tenant from others, folded; `None` if nothing does.
    #[must_use]
    pub fn tenant<'r>(&self, record: Record<'r>) -> Option<Cow<'r, str>> {
        if self.given.is_some() {
            return Some(Cow::Borrowed(""));
        }
        self.cell(record).or_else(|| record.above().map(|(tenant, ..)| Cell::Text(tenant))).map(key)
    }

    /// The cell that tells a record's tenant from others.
    fn cell<'r>(&self, record: Record<'r>) -> Option<Cell<'r>> {
        let before_colon = self.before_colon.and_then(|column| match record.cell(column) {
            Cell::Text(text) => before_colon(text).map(Cell::Text),
            _ => None,
        });
        let cells = before_colon.into_iter().chain(self.keys.iter().map(|column| record.cell(*column)));
        cells.into_iter().find(|cell| says_whose(*cell))
    }

    /// Returns whether none of the cells that tell a record's tenant shows anything.
    #[must_use]
    pub fn is_blank(&self, record: Record<'_>) -> bool {
        let has_no_cells = self.given.is_some() || self.before_colon.is_some();
        !has_no_cells && self.keys.iter().all(|column| record.cell(*column).is_blank())
    }

    /// Returns the tenant as its row shows it: the id, domain or name that tells it from others, then its name.
    #[must_use]
    pub fn shown(&self, record: Record<'_>) -> (String, String) {
        let (tenant, name) = self.shows(record);
        (tenant.into_owned(), name.into_owned())
    }

    /// Returns the same without a copy, where the row has it as it is shown.
    #[must_use]
    pub fn shows<'r>(&'r self, record: Record<'r>) -> (Cow<'r, str>, Cow<'r, str>) {
        if let Some(given) = &self.given {
            return (Cow::Borrowed(given), Cow::Borrowed(""));
        }
        let cell = self.cell(record);
        if let (None, Some((tenant, name, _))) = (cell, record.above()) {
            return (Cow::Borrowed(tenant), Cow::Borrowed(name));
        }
        let name = self.name.map(|column| record.cell(column));
        (cell.map(shortened).unwrap_or_default(), name.map(shortened).unwrap_or_default())
    }

    /// Returns the column, from 0, by which a person tells tenants apart: that of their names, else the surest; `None` if
    /// no column of its own names them.
    #[must_use]
    pub fn shown_in(&self) -> Option<usize> {
        self.name.or_else(|| self.keys.first().copied())
    }

    /// Returns the tenant of all rows, if it was named for them.
    #[must_use]
    pub fn given(&self) -> Option<&str> {
        self.given.as_deref()
    }

    /// Returns how to tell tenants apart in this roster, of `mine` headings, and in another one, of `theirs`, so that
    /// the same tenant has the same key in both: by the columns that both have.
    ///
    /// Where they have none in common, by those that were `taken` for the tenant, here and there. `None` if there is no
    /// such column.
    #[must_use]
    pub fn shared(
        &self,
        mine: &[String],
        theirs: &[String],
        taken: [Option<usize>; 2],
    ) -> Option<(Self, Self)> {
        let folded: Vec<String> = theirs.iter().map(|heading| heading_key(heading)).collect();
        let place = |column: usize| {
            let key = mine.get(column).map(|heading| heading_key(heading)).filter(|key| !key.is_empty())?;
            folded.iter().position(|other| *other == key)
        };
        let both = self.keys.iter().filter_map(|column| Some((*column, place(*column)?)));
        let (mut keys, mut their_keys): (Vec<usize>, Vec<usize>) = both.unzip();
        let [my_tenant, their_tenant] = taken;
        if let (Some(column), Some(other), true) = (my_tenant, their_tenant, keys.is_empty()) {
            (keys, their_keys) = (vec![column], vec![other]);
        }
        let their_colon = self.before_colon.and_then(|column| place(column).or(their_tenant));
        if keys.is_empty() && their_colon.is_none() && self.given.is_none() {
            return None;
        }
        let others = Self {
            keys: their_keys,
            given: self.given.clone(),
            name: self.name.and_then(place),
            subscription: None,
            before_colon: their_colon,
        };
        Some((Self { keys, ..self.clone() }, others))
    }

    /// Returns the fingerprint of a record's tenant; 0 if nothing tells it from others.
    #[must_use]
    pub fn tenant_number(&self, record: Record<'_>) -> u64 {
        self.tenant(record).map_or(0, |tenant| fingerprint(Of::Tenant, [&tenant, ""]))
    }

    /// Returns the fingerprint of a tenant that [`Identity::shown`] shows so; `None` if nothing is shown.
    #[must_use]
    pub fn number_of(&self, shown: &str) -> Option<u64> {
        if shown.trim().is_empty() {
            return None;
        }
        let tenant = if self.given.is_some() { String::new() } else { tenant_key(shown) };
        Some(fingerprint(Of::Tenant, [&tenant, ""]))
    }

    /// Returns the fingerprint of a record's subscription; `None` if it names none.
    #[must_use]
    pub fn subscription(&self, record: Record<'_>) -> Option<u64> {
        let cell = record.cell(self.subscription?);
        says_whose(cell).then(|| fingerprint(Of::Subscription, [&key(cell), ""]))
    }
}

/// Returns what a cell names as it is shown on the sheets that hold some of the roster's rows.
///
/// Tenants are held by the hundred thousand; no name that a person reads is longer.
#[must_use]
pub fn shortened(cell: Cell<'_>) -> Cow<'_, str> {
    match cell {
        Cell::Text(text) | Cell::Error(text) => Cow::Borrowed(short(text)),
        other => Cow::Owned(short(&other.shown()).to_owned()),
    }
}

fn short(text: &str) -> &str {
    const CHARACTERS: usize = 200;
    let text = text.trim();
    // No character is shorter than a byte.
    if text.len() <= CHARACTERS {
        return text;
    }
    let end = text.char_indices().nth(CHARACTERS).map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or(text)
}

/// Returns what a cell says, as it is compared with others: folded; a GUID without its braces, a number without a
/// fraction of nothing, an id whose letters differ by their case in a form in which they do not.
fn key(cell: Cell<'_>) -> Cow<'_, str> {
    let text = text_of(cell);
    if let Some(id) = case_safe(text.trim()) {
        return Cow::Owned(id);
    }
    // Most ids and domains are folded as they stand.
    let changes = |byte: u8| !byte.is_ascii_graphic() || byte.is_ascii_uppercase() || byte == b'{';
    if !has_byte(text.as_bytes(), changes) {
        return match without_fraction(&text) {
            Some(whole) => Cow::Owned(whole.to_owned()),
            None => text,
        };
    }
    let folded = fold(&text);
    let bare = without_braces(&folded);
    Cow::Owned(without_fraction(bare).unwrap_or(bare).to_owned())
}

/// Returns what a tenant, written anywhere, is compared by.
#[must_use]
pub fn tenant_key(written: &str) -> String {
    key(Cell::Text(written)).into_owned()
}

/// `640117.0` is `640117`: programs write ids so that they took for numbers.
fn without_fraction(text: &str) -> Option<&str> {
    if !text.ends_with('0') {
        return None;
    }
    let (whole, zeros) = text.rsplit_once(['.', ','])?;
    let is_number = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && zeros.bytes().all(|byte| byte == b'0')).then_some(whole)
}

/// Returns the id of a CRM record, whose 15 letters and digits differ by their case, as the same CRM writes it where case
/// does not count: three letters more say which of them are capitals.
///
/// Source: Salesforce, "Convert 15-character IDs to 18-character IDs". An id begins with the kind of record (`001`,
/// `a0B`) and is mostly digits in front; names of 15 letters are no such ids.
fn case_safe(text: &str) -> Option<String> {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    const LENGTH: usize = 15;
    const LEAST_DIGITS: usize = 3;
    if text.len() != LENGTH || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let begins_so = text.bytes().take(2).any(|byte| byte.is_ascii_digit());
    // Where no letter is there, its case does not count.
    if !begins_so || digits < LEAST_DIGITS || digits == LENGTH {
        return None;
    }
    let (chunks, _) = text.as_bytes().as_chunks::<5>();
    let mark = |chunk: &[u8; 5]| {
        let capitals = chunk.iter().enumerate().filter(|(_, byte)| byte.is_ascii_uppercase());
        let place = capitals.fold(0, |place, (bit, _)| place | 1_usize << bit);
        LETTERS.get(place).map_or('a', |letter| char::from(*letter))
    };
    let full: String = text.chars().chain(chunks.iter().map(mark)).collect();
    Some(full.to_ascii_lowercase())
}

/// Blanks, errors and ids that a spreadsheet has shortened tell nobody apart.
fn says_whose(cell: Cell<'_>) -> bool {
    match cell {
        // One very long text may stand in millions of cells of a workbook; it is no id, domain or name.
        Cell::Text(text) if text.len() > LONGEST_BYTES => false,
        Cell::Text(_) if cell.is_blank() => false,
        Cell::Text(text) => {
            let text = meant(text);
            !is_placeholder(&text) && !is_shortened(&text)
        }
        Cell::Number { .. } => true,
        Cell::Blank | Cell::Error(_) | Cell::Bool(_) | Cell::Date { .. } => false,
    }
}

/// What people and programs write where there is nothing to write.
pub(super) fn is_placeholder(text: &str) -> bool {
    const WORDS: [&str; 8] = ["n/a", "na", "none", "null", "nil", "unknown", "tbd", "#n/a"];
    const LONGEST_BYTES: usize = "unknown".len();
    let text = text.trim();
    if text.len() > LONGEST_BYTES && text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) {
        return false;
    }
    let says_nothing =
        |c: char| c.is_whitespace() || c.is_ascii_punctuation() || matches!(c, '0' | '\u{2013}' | '\u{2014}');
    text.chars().all(says_nothing) || WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Returns whether a text is a number as a spreadsheet shows it in too narrow a cell: `1.23E+15`. Its digits are lost.
///
/// ```
/// use fasttrack_core::roster::identity::is_shortened;
/// assert!(is_shortened(" 1,23E+15 ") && is_shortened("4E+11"));
/// assert!(!is_shortened("E3") && !is_shortened("1e3") && !is_shortened("12E+"));
/// ```
#[must_use]
pub fn is_shortened(text: &str) -> bool {
    // Nearly no text has a plus: that is seen without a search for two letters.
    if !has_byte(text.as_bytes(), |byte| byte == b'+') {
        return false;
    }
    let Some((number, exponent)) = text.trim().split_once("E+") else { return false };
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    [whole, fraction, exponent]
        .iter()
        .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

/// What a fingerprint is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// A tenant.
    Tenant,
    /// A plan of a tenant.
    TenantAndPlan,
    /// A subscription.
    Subscription,
    /// A plan, whosever it is.
    Plan,
    /// A plan of a tenant, as it is written.
    TenantAndWords,
    /// A plan of a tenant, whatever overrides say of it.
    TenantAndPlanOfRoster,
}

/// What tells a tenant from others, as a number that is the same for the same folded words, and for others surely another.
///
/// **source**: XXH3, 128 bits: two of a million different texts have the same number once in 10^26 rosters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TenantId(u128);

impl TenantId {
    /// Returns the number of what tells a tenant from others, folded.
    #[must_use]
    pub fn of(folded: &str) -> Self {
        Self(XxHash3_128::oneshot(folded.as_bytes()))
    }
}

impl Hash for TenantId {
    /// Half of a hash is a hash.
    fn hash<H: Hasher>(&self, state: &mut H) {
        #[expect(clippy::cast_possible_truncation, reason = "the other half is not needed")]
        state.write_u64(self.0 as u64);
    }
}

/// Returns the fingerprint of a plan: of the catalogue's key, or of the words of its cell where it has none.
#[must_use]
pub fn plan_number(known: Option<&str>, cell: Cell<'_>) -> u64 {
    match known {
        Some(key) => fingerprint(Of::Plan, [key, "known"]),
        None => fingerprint(Of::Plan, [&fold(&text_of(cell)), ""]),
    }
}

/// Returns a number that is the same for the same words, and almost surely another for others.
///
/// - **source**: XXH3, 64 bits: two of a million different texts have the same number once in 37 million rosters.
/// - the same in every run of every build.
#[must_use]
pub fn fingerprint(of: Of, [first, second]: [&str; 2]) -> u64 {
    let number = XxHash3_64::oneshot_with_seed(of as u64, first.as_bytes());
    if second.is_empty() { number } else { XxHash3_64::oneshot_with_seed(number, second.as_bytes()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Records;
    use crate::roster::columns::{self, Mapping};

    fn record(cells: &[&str]) -> Records {
        let mut records = Records::default();
        records.begin(2, 1);
        for cell in cells {
            records.push_text(cell);
        }
        records
    }

    fn tenant(
        headings: &[&str],
        cells: &[&str],
        mappings: &[Mapping],
        given: Option<&str>,
    ) -> Option<String> {
        let headings: Vec<String> = headings.iter().map(|cell| (*cell).to_owned()).collect();
        let columns = columns::find(&headings, mappings, given).unwrap();
        let records = record(cells);
        let identity = Identity::find(&headings, &columns);
        identity.tenant(records.iter().next().unwrap()).map(Cow::into_owned)
    }

    const HEADINGS: [&str; 5] = ["Customer", "Customer ID", "Domain", "Plan", "Seats"];
    const GUID: &str = "{71C18690-EE42-490B-A71B-54D8D101B5B9}";

    #[test]
    fn an_id_goes_before_a_domain_and_that_before_a_name() {
        let of = |cells: &[&str]| tenant(&HEADINGS, cells, &[], None);
        let bare_guid = "71c18690-ee42-490b-a71b-54d8d101b5b9";
        assert_eq!(of(&["Contoso", GUID, "contoso.com"]).as_deref(), Some(bare_guid));
        assert_eq!(of(&["Contoso", bare_guid, ""]).as_deref(), Some(bare_guid));
        assert_eq!(of(&["Contoso", "1.23E+15", "Contoso.COM "]).as_deref(), Some("contoso.com"));
        assert_eq!(of(&[" CONTOSO  Ltd", "", ""]).as_deref(), Some("contoso ltd"));
        assert_eq!(of(&["", " ", ""]), None);
        assert_eq!(of(&["Contoso", "n/a", "-"]).as_deref(), Some("contoso"));
        assert_eq!(of(&["", "00000000-0000-0000-0000-000000000000", "NULL"]), None);
    }

    #[test]
    fn the_column_that_the_user_names_is_the_only_one() {
        let mapping = Mapping { field: Some(Field::Tenant), heading: "Customer".to_owned(), file: None };
        let of = |cells: &[&str]| tenant(&HEADINGS, cells, std::slice::from_ref(&mapping), None);
        assert_eq!(of(&["Contoso", GUID, "contoso.com"]).as_deref(), Some("contoso"));
        assert_eq!(of(&["", GUID, "contoso.com"]), None);
    }

    #[test]
    fn a_tenant_named_on_the_command_line_is_that_of_every_row() {
        let of = |cells: &[&str]| tenant(&HEADINGS, cells, &[], Some("Contoso"));
        assert_eq!(of(&["Fabrikam", GUID, ""]), of(&["", "", ""]));
        assert!(of(&[]).is_some());
    }

    #[test]
    fn the_name_is_for_show() {
        let headings = HEADINGS.map(str::to_owned);
        let columns = columns::find(&headings, &[], None).unwrap();
        let records = record(&["Contoso", GUID, "contoso.com"]);
        let shown = Identity::find(&headings, &columns).shown(records.iter().next().unwrap());
        assert_eq!(shown, (GUID.to_owned(), "Contoso".to_owned()));
    }

    #[test]
    fn a_name_under_any_heading_is_shown_if_the_user_says_so() {
        let shown = |headings: [&str; 4], named: &[(&str, &str)]| {
            let mapping = |(field, heading): &(&str, &str)| Mapping {
                field: Field::from_word(field),
                heading: (*heading).to_owned(),
                file: None,
            };
            let mappings: Vec<Mapping> = named.iter().map(mapping).collect();
            let headings = headings.map(str::to_owned);
            let columns = columns::find(&headings, &mappings, None).unwrap();
            let records = record(&[GUID, "Contoso", "SPE_E3", "5"]);
            Identity::find(&headings, &columns).shown(records.iter().next().unwrap())
        };
        let is = |name: &str| (GUID.to_owned(), name.to_owned());
        let legal = ["Tenant ID", "Legal entity", "Plan", "Seats"];
        assert_eq!(shown(legal, &[]), is(""));
        assert_eq!(shown(legal, &[("customer", "Legal entity")]), is("Contoso"));
        let account = ["Tenant", "Account name", "Plan", "Seats"];
        assert_eq!(shown(account, &[]), is("Contoso"));
        assert_eq!(shown(account, &[("tenant", "Tenant"), ("customer", "#2")]), is("Contoso"));
        assert_eq!(shown(account, &[("customer", "-")]), is(""));
        assert_eq!(shown(account, &[("ignore", "Account name")]), is(""));
    }

    #[test]
    fn a_tenant_has_the_number_of_what_is_shown_of_it() {
        let headings = HEADINGS.map(str::to_owned);
        let columns = columns::find(&headings, &[], None).unwrap();
        let identity = Identity::find(&headings, &columns);
        let named = Identity { given: Some("Contoso".to_owned()), ..identity.clone() };
        for cells in [["Contoso", GUID, ""], ["Contoso", "", " Contoso.COM"], [" CONTOSO  Ltd", "", ""]] {
            let records = record(&cells);
            let record = records.iter().next().unwrap();
            for identity in [&identity, &named] {
                let (shown, _) = identity.shown(record);
                assert_eq!(identity.number_of(&shown), Some(identity.tenant_number(record)), "{cells:?}");
            }
        }
        assert_eq!(identity.number_of(" "), None);
    }

    #[test]
    fn ids_whose_letters_differ_by_their_case_are_told_apart() {
        let key = tenant_key;
        assert_ne!(key("001B000000Qr7xA"), key("001B000000Qr7xa"));
        assert_eq!(key("001B000000Qr7xA"), key("001B000000Qr7xA "));
        // The long form of the same id, in any case.
        assert_eq!(key("001A0000006Vm9rIAC"), key("001A0000006Vm9r"));
        assert_eq!(key("001a0000006vm9riac"), key("001A0000006Vm9r"));
        // Names and domains are none.
        assert_eq!(key("ContosoElectric"), key("CONTOSOELECTRIC"));
        assert_eq!(key("Fabrikam2Global"), key("fabrikam2global"));
    }

    #[test]
    fn one_tenant_is_known_however_a_program_wrote_it() {
        let key = tenant_key;
        for written in [
            "contoso",
            "\u{202a}Contoso\u{202c}",
            "=\"contoso\"",
            "'contoso",
            "Con\u{200b}toso",
            "\u{ff23}ontoso",
        ] {
            assert_eq!(key(written), "contoso", "{written:?}");
        }
        assert_eq!(key("R&amp;D Lab"), key("r&d lab"));
        assert_eq!(
            (key("640117.0"), key("640117.00"), key("640117")),
            (key("640117"), key("640117"), "640117".to_owned())
        );
        assert_ne!(key("10.10"), key("10"));
        assert_ne!(key("640117.5"), key("640117"));
    }

    #[test]
    fn names_are_shown_up_to_two_hundred_characters() {
        let long = "\u{e4}".repeat(201);
        let shown = |text: &str| shortened(Cell::Text(text)).into_owned();
        assert_eq!(shown(" Contoso \t"), "Contoso");
        assert_eq!(shown(&long), "\u{e4}".repeat(200));
        assert_eq!(
            [100, 199, 200].map(|length| shown(&"\u{e4}".repeat(length)).chars().count()),
            [100, 199, 200]
        );
        assert_eq!(shown(&format!("{}\u{1f600}\u{1f600}", "a".repeat(199))).chars().count(), 200);
        assert_eq!(shortened(Cell::Number { value: 42.0, format: "00000", written: "" }), "00042");
        assert_eq!(shortened(Cell::Blank), "");
    }

    #[test]
    fn tenants_have_the_same_number_only_if_they_are_the_same() {
        let numbers: std::collections::HashSet<TenantId> =
            (0..10_000).map(|number| TenantId::of(&format!("contoso-{}", number % 5_000))).collect();
        assert_eq!(numbers.len(), 5_000);
        assert!(numbers.contains(&TenantId::of("contoso-17")) && !numbers.contains(&TenantId::of("")));
    }

    #[test]
    fn fingerprints_differ_by_what_they_are_of() {
        let all = [Of::Tenant, Of::TenantAndPlan, Of::Subscription].map(|of| fingerprint(of, ["a", "b"]));
        assert!(all[0] != all[1] && all[1] != all[2] && all[0] != all[2]);
        assert_ne!(fingerprint(Of::Tenant, ["ab", ""]), fingerprint(Of::Tenant, ["a", "b"]));
    }
}
