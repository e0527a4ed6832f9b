//! Files that are no roster of seats, told by their headings and first rows: lists of users, tables with a column for
//! each plan, files without headings.

use super::evidence;
use super::{ColumnRequest, Field, Seen, heading_key, rank_of};
use crate::diagnostic::{Code, Diagnostic, excerpt};
use crate::error::{Error, ErrorKind, Result};
use crate::record::Cell;
use crate::roster::exports::squeezed;
use crate::roster::seats;
use std::collections::HashSet;

/// Headings of a column that names users, without blanks.
const USERS: [&str; 24] = [
    "userprincipalname",
    "userprincipal",
    "upn",
    "user",
    "users",
    "username",
    "userid",
    "useremail",
    "userlogin",
    "login",
    "loginname",
    "signinname",
    "samaccountname",
    "useraddress",
    "usermail",
    "assignedto",
    "assigneduser",
    "licenseduser",
    "benutzer",
    "benutzername",
    "benutzerprinzipalname",
    "utilisateur",
    "usuario",
    "gebruiker",
];

/// Rows from which on addresses that are all different, each with one seat, are users under any heading.
const LEAST_USERS: usize = 5;

/// Refuses a file that is no roster of seats.
///
/// # Errors
/// Of kind `Columns`: `headings-missing`, `plans-as-columns`, `users-listed`.
pub(super) fn refuse(seen: Seen<'_>, request: ColumnRequest<'_>) -> Result<()> {
    let wrong = plans_as_columns(seen, request)
        .or_else(|| headings_missing(seen, request))
        .or_else(|| users_listed(seen, request));
    wrong.map_or(Ok(()), |diagnostic| Err(Error::new(ErrorKind::Columns, diagnostic)))
}

fn is_named(seen: Seen<'_>, field: Field) -> bool {
    seen.headings.iter().any(|heading| rank_of(field, &heading_key(heading)).is_some())
}

/// Returns the column that the user names for a field.
fn mapped(seen: Seen<'_>, request: ColumnRequest<'_>, field: Field) -> Option<usize> {
    let mapping = request.mappings.iter().rev().find(|mapping| mapping.field == Some(field))?;
    let key = heading_key(&mapping.heading);
    let by_number = || mapping.heading.strip_prefix('#')?.parse::<usize>().ok()?.checked_sub(1);
    seen.headings.iter().position(|heading| heading_key(heading) == key).or_else(by_number)
}

/// The first row is a customer: no heading of a needed column is known, and what stands in the places of headings is a
/// plan, a count, a domain or an id.
fn headings_missing(seen: Seen<'_>, request: ColumnRequest<'_>) -> Option<Diagnostic> {
    const LEAST_VALUES: usize = 2;
    if Field::ALL.into_iter().any(|field| field.is_needed() && is_named(seen, field)) {
        return None;
    }
    let is_count = |text: &str| seats::read(Cell::Text(text)).is_ok();
    let tells = |text: &str| (seen.is_plan)(text) || is_count(text);
    let telling = seen.headings.iter().filter(|text| tells(text)).count();
    let ids =
        seen.headings.iter().filter(|text| evidence::is_domain(text) || evidence::is_guid(text)).count();
    let heading = |field| mapped(seen, request, field).and_then(|column| seen.headings.get(column));
    let is_mapped = heading(Field::Plan).is_some_and(|text| (seen.is_plan)(text))
        || heading(Field::Seats).is_some_and(|text| is_count(text));
    if !(is_mapped || (telling > 0 && telling + ids >= LEAST_VALUES)) {
        return None;
    }
    let shown: Vec<String> = seen
        .headings
        .iter()
        .filter(|text| !text.trim().is_empty())
        .take(4)
        .map(|text| format!("`{}`", excerpt(text)))
        .collect();
    Some(
        Diagnostic::error(
            Code::HeadingsMissing,
            format!("the file has no headings: its first row is {}, which looks like a customer", shown.join(", ")),
        )
        .help("put a row of headings above it, such as Customer, Plan and Seats, so that this customer is not lost"),
    )
}

/// A table of customers by plans: the headings are plans, and counts stand below them.
fn plans_as_columns(seen: Seen<'_>, request: ColumnRequest<'_>) -> Option<Diagnostic> {
    const LEAST_PLANS: usize = 2;
    if is_named(seen, Field::Plan) || mapped(seen, request, Field::Plan).is_some() {
        return None;
    }
    let is_count = |text: &String| text.trim().is_empty() || seats::read(Cell::Text(text)).is_ok();
    let has_counts = |column: usize| seen.rows.iter().filter_map(|row| row.get(column)).all(is_count);
    let plans: Vec<String> = seen
        .headings
        .iter()
        .enumerate()
        .filter(|(column, heading)| {
            ((seen.is_plan)(heading) || is_short_plan(heading)) && has_counts(*column)
        })
        .map(|(_, heading)| format!("`{}`", excerpt(heading)))
        .collect();
    // Below a first row that is a customer, its plan is no heading.
    if plans.len() < LEAST_PLANS || seen.rows.is_empty() {
        return None;
    }
    Some(
        Diagnostic::error(
            Code::PlansAsColumns,
            format!("the table has a column for each plan ({})", plans.into_iter().take(4).collect::<Vec<_>>().join(", ")),
        )
        .help("list each customer's plans below each other, with columns for the customer, the plan and its paid seats"),
    )
}

/// `E3`, `F1`: how people head such columns.
fn is_short_plan(heading: &str) -> bool {
    let bare = heading.trim().as_bytes();
    matches!(bare, [letter, b'1'..=b'7'] if matches!(letter.to_ascii_uppercase(), b'A' | b'E' | b'F' | b'G'))
}

/// One row a user: addresses that are all different, and no count of seats beside them, or one seat in every row.
fn users_listed(seen: Seen<'_>, request: ColumnRequest<'_>) -> Option<Diagnostic> {
    let addresses = (0..seen.headings.len()).filter(|column| are_addresses(seen, *column));
    let key = |column: usize| squeezed(&heading_key(seen.headings.get(column).map_or("", String::as_str)));
    let names_users = |column: usize| USERS.contains(&key(column).as_str());
    // `User` may be a name, with `E-mail` beside it.
    let has_users = (0..seen.headings.len()).any(names_users);
    let named: Vec<(usize, bool)> = addresses
        .map(|column| (column, names_users(column) || (has_users && key(column).contains("mail"))))
        .collect();
    let counts = (0..seen.headings.len()).filter(|column| counts(seen, *column));
    let (mut has_ones, mut has_counts) = (false, false);
    for column in counts {
        let is_seats = mapped(seen, request, Field::Seats).map_or_else(
            || {
                seen.headings
                    .get(column)
                    .is_some_and(|heading| rank_of(Field::Seats, &heading_key(heading)).is_some())
            },
            |mapped| mapped == column,
        );
        let are_ones = values(seen, column).all(|value| value.trim() == "1");
        has_ones |= are_ones && is_seats;
        has_counts |= !are_ones && (is_seats || !evidence::is_never_seats(seen.headings.get(column)?));
    }
    // Addresses without any count are a list of people, too.
    let has_no_seats =
        !has_ones && !is_named(seen, Field::Seats) && mapped(seen, request, Field::Seats).is_none();
    let is_list = |(column, is_user): &(usize, bool)| {
        let is_long = values(seen, *column).count() >= LEAST_USERS;
        let is_mail = has_no_seats && key(*column).contains("mail");
        !has_counts && (*is_user || is_mail || (has_ones && is_long))
    };
    let (column, _) = named.into_iter().find(is_list)?;
    let heading = seen.headings.get(column).map_or("", String::as_str);
    let message = format!(
        "the file lists users (column `{}`), one row for each user, and has no count of paid seats",
        excerpt(heading)
    );
    Some(Diagnostic::error(Code::UsersListed, message).help(
        "export the subscriptions of each customer with their paid seats, such as Billing > Licenses in the admin center",
    ))
}

fn values(seen: Seen<'_>, column: usize) -> impl Iterator<Item = &String> {
    seen.rows.iter().filter_map(move |row| row.get(column)).filter(|value| !value.trim().is_empty())
}

/// Most values are addresses, no two of them the same.
fn are_addresses(seen: Seen<'_>, column: usize) -> bool {
    const LEAST: usize = 2;
    let all = values(seen, column).count();
    let addresses: Vec<String> = values(seen, column)
        .map(|value| value.trim().to_lowercase())
        .filter(|value| is_address(value))
        .collect();
    let different = addresses.iter().collect::<HashSet<_>>().len();
    addresses.len() >= LEAST && addresses.len() * 5 >= all * 4 && different == addresses.len()
}

fn is_address(value: &str) -> bool {
    value.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty() && !name.contains(char::is_whitespace) && evidence::is_domain(domain)
    })
}

/// All values are whole numbers.
fn counts(seen: Seen<'_>, column: usize) -> bool {
    let mut values = values(seen, column).peekable();
    values.peek().is_some() && values.all(|value| seats::read(Cell::Text(value)).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::columns::Guesses;

    fn refused(headings: &[&str], rows: &[&[&str]]) -> Option<&'static str> {
        let headings: Vec<String> = headings.iter().map(|text| (*text).to_owned()).collect();
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|text| (*text).to_owned()).collect()).collect();
        let is_plan = |text: &str| ["SPE_E3", "Microsoft 365 E3", "Business Premium"].contains(&text);
        let seen = Seen { headings: &headings, rows: &rows, is_plan: &is_plan };
        let request = ColumnRequest { mappings: &[], tenant: None, guesses: Guesses::Used };
        refuse(seen, request)
            .err()
            .and_then(|error| error.diagnostics.first().map(|found| found.code.as_str()))
    }

    #[test]
    fn a_customer_in_the_place_of_headings_is_told() {
        let rows: [&[&str]; 1] = [&["fabrikam.example", "SPE_E3", "150"]];
        assert_eq!(refused(&["contoso.example", "SPE_E3", "600"], &rows), Some("headings-missing"));
        assert_eq!(refused(&["Contoso", "SPE_E3", "600"], &rows), Some("headings-missing"));
        assert_eq!(refused(&["Customer", "Plan", "Seats"], &rows), None);
        assert_eq!(refused(&["Klantnaam", "Pakket", "Stuks"], &rows), None);
        assert_eq!(refused(&["Customer", "Plan", "2025", "2026"], &rows), None);
    }

    #[test]
    fn a_column_for_each_plan_is_told() {
        let rows: [&[&str]; 2] = [&["Contoso", "600", "20", ""], &["Fabrikam", "", "", "149"]];
        assert_eq!(refused(&["Customer", "E3", "E5", "Business Premium"], &rows), Some("plans-as-columns"));
        assert_eq!(refused(&["Customer", "Plan", "E5", "E3"], &rows), None);
    }

    #[test]
    fn users_are_told_from_contacts() {
        let users: [&[&str]; 2] = [
            &["Contoso", "a@contoso.example", "SPE_E3", "1"],
            &["Contoso", "b@contoso.example", "SPE_E3", "1"],
        ];
        assert_eq!(refused(&["Company", "UPN", "Product", "Licenses"], &users), Some("users-listed"));
        assert_eq!(
            refused(&["Company", "Contact", "Product", "Licenses"], &users),
            None,
            "two rows are too few"
        );
        let contacts: [&[&str]; 2] = [
            &["Contoso", "a@contoso.example", "SPE_E3", "600"],
            &["Fabrikam", "b@fabrikam.example", "SPE_E3", "1"],
        ];
        assert_eq!(refused(&["Company", "User", "Product", "Licenses"], &contacts), None);
        let bare: [&[&str]; 2] = [&["a@contoso.example", "SPE_E3"], &["b@contoso.example", "SPE_E3"]];
        assert_eq!(refused(&["UserPrincipalName", "Licenses"], &bare), Some("users-listed"));
    }
}
