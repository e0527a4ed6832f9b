//! Which column of a roster is which.

use crate::diagnostic::Diagnostic;
use crate::error::{Error, ErrorKind, Result};
use crate::fold::fold;
use crate::roster::headings::{PLAN, SEATS, SEGMENT, STATUS, TENANT, TRIAL};

/// Why a column is taken that the user names.
pub(super) const NAMED_BY_USER: &str = "named on the command line";

/// What a column can mean to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// Whose row it is.
    Tenant,
    /// What was bought.
    Plan,
    /// For how many it was paid.
    Seats,
    /// What kind of customer it is.
    Segment,
    /// Whether the subscription is active.
    Status,
    /// Whether it is a trial.
    Trial,
}

impl Field {
    /// All of them, the needed ones first.
    pub const ALL: [Self; 6] =
        [Self::Tenant, Self::Plan, Self::Seats, Self::Segment, Self::Status, Self::Trial];

    /// Returns the word for it in `--map` and in messages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::Plan => "plan",
            Self::Seats => "seats",
            Self::Segment => "segment",
            Self::Status => "status",
            Self::Trial => "trial",
        }
    }

    /// Returns whether a roster cannot be read without it.
    #[must_use]
    pub const fn is_needed(self) -> bool {
        matches!(self, Self::Tenant | Self::Plan | Self::Seats)
    }

    /// Returns the headings that name it, folded, best first.
    #[must_use]
    pub const fn headings(self) -> &'static [&'static str] {
        match self {
            Self::Tenant => &TENANT,
            Self::Plan => &PLAN,
            Self::Seats => &SEATS,
            Self::Segment => &SEGMENT,
            Self::Status => &STATUS,
            Self::Trial => &TRIAL,
        }
    }

    /// Returns the field that a word of the command line names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.word() == fold(word))
    }
}

/// A column that the user names on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// What it means.
    pub field: Field,
    /// Its heading, or `#3` for the third column.
    pub heading: String,
}

/// Where the tenant of a row is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TenantFrom {
    /// In a column, from 0.
    Column(usize),
    /// All rows belong to the tenant named on the command line.
    Given(String),
}

/// Which column is which, each from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// Whose row it is.
    pub tenant: TenantFrom,
    /// What was bought.
    pub plan: usize,
    /// For how many it was paid.
    pub seats: usize,
    /// What kind of customer it is.
    pub segment: Option<usize>,
    /// Whether the subscription is active.
    pub status: Option<usize>,
    /// Whether it is a trial.
    pub trial: Option<usize>,
    /// How each was found, for the Run sheet and `check`.
    pub found: Vec<Found>,
}

impl Columns {
    /// Returns whether the tenant, the plan or the seats are read from this column.
    #[must_use]
    pub fn are_read(&self, column: usize) -> bool {
        self.tenant == TenantFrom::Column(column) || self.plan == column || self.seats == column
    }
}

/// How a column was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it means.
    pub field: Field,
    /// The column, from 0; `None` = named on the command line for all rows.
    pub column: Option<usize>,
    /// Its heading, or the tenant given.
    pub heading: String,
    /// Why it was taken, in words.
    pub because: String,
    /// Other columns that would have fitted, best first.
    pub others: Vec<String>,
}

/// Returns how much a row looks like the headings of a roster: 3 for each needed field it names, 1 for each other.
///
/// The sheet, the header row and the delimiter with the best score are taken.
#[must_use]
pub fn score(cells: &[String]) -> u32 {
    let folded: Vec<String> = cells.iter().map(|cell| heading_key(cell)).collect();
    Field::ALL
        .into_iter()
        .filter(|field| folded.iter().any(|key| rank(*field, key).is_some()))
        .map(|field| if field.is_needed() { 3 } else { 1 })
        .sum()
}

/// Finds the columns: first those that `mappings` name, then by the known headings, best first.
///
/// # Errors
/// All at once, of kind `Columns`: a needed column that is not there, two columns with the same fitting heading; of
/// kind `Usage`: a mapping to a heading that the roster does not have.
pub fn find(headings: &[String], mappings: &[Mapping], tenant: Option<&str>) -> Result<Columns> {
    let keys: Vec<String> = headings.iter().map(|heading| heading_key(heading)).collect();
    let mut wrong = Vec::new();
    let mut found: Vec<Found> = Vec::new();
    for field in Field::ALL {
        if field == Field::Tenant
            && let Some(name) = tenant
        {
            if mappings.iter().any(|mapping| mapping.field == Field::Tenant) {
                return Err(Error::new(ErrorKind::Usage, given_twice()));
            }
            found.push(given_tenant(name));
            continue;
        }
        let mapped = mappings.iter().rev().find(|mapping| mapping.field == field);
        let column = match mapped {
            Some(mapping) => by_mapping(mapping, headings, &keys).map(Some)?,
            None => by_heading(field, headings, &keys, &mut wrong),
        };
        found.extend(column);
        if field.is_needed() && !found.iter().any(|column| column.field == field) {
            wrong.push(missing(field));
        }
    }
    // The headings are listed once, however many columns are missing.
    if let Some(last) = wrong.iter_mut().rev().find(|found| found.code == "column-missing") {
        last.help = format!("{}; {}", last.help, headings_help(headings));
    }
    let column = |field| found.iter().find(|found| found.field == field).and_then(|found| found.column);
    let tenant = match tenant {
        Some(name) => Some(TenantFrom::Given(name.to_owned())),
        None => column(Field::Tenant).map(TenantFrom::Column),
    };
    match (tenant, column(Field::Plan), column(Field::Seats)) {
        (Some(tenant), Some(plan), Some(seats)) if wrong.is_empty() => Ok(Columns {
            tenant,
            plan,
            seats,
            segment: column(Field::Segment),
            status: column(Field::Status),
            trial: column(Field::Trial),
            found,
        }),
        _ => Err(Error { kind: ErrorKind::Columns, diagnostics: wrong }),
    }
}

/// Headings are compared without case, byte order mark, and with underscores and dashes as blanks.
pub(super) fn heading_key(heading: &str) -> String {
    fold(&heading.replace(['_', '-', '\u{feff}'], " "))
}

fn squeezed(key: &str) -> String {
    key.chars().filter(|c| !c.is_whitespace()).collect()
}

fn given_tenant(name: &str) -> Found {
    Found {
        field: Field::Tenant,
        column: None,
        heading: name.to_owned(),
        because: "named on the command line for every row".to_owned(),
        others: Vec::new(),
    }
}

fn given_twice() -> Diagnostic {
    Diagnostic::error("usage", "`--tenant` and `--map tenant` both say whose rows these are")
        .help("keep `--map tenant` if the roster has a column for it, else `--tenant`")
}

fn by_mapping(mapping: &Mapping, headings: &[String], keys: &[String]) -> Result<Found> {
    let key = heading_key(&mapping.heading);
    let by_number = mapping.heading.strip_prefix('#').and_then(|number| number.parse::<usize>().ok());
    let mut named = keys.iter().enumerate().filter(|(_, known)| **known == key).map(|(column, _)| column);
    let column = named.next().or_else(|| by_number.and_then(|number| number.checked_sub(1)));
    let same: Vec<usize> = column.into_iter().chain(named).collect();
    if same.len() > 1 {
        return Err(Error::new(ErrorKind::Columns, doubtful(mapping.field, &same)));
    }
    match column.and_then(|column| headings.get(column).map(|heading| (column, heading))) {
        Some((column, heading)) => Ok(Found {
            field: mapping.field,
            column: Some(column),
            heading: heading.clone(),
            because: NAMED_BY_USER.to_owned(),
            others: Vec::new(),
        }),
        None => Err(Error::new(
            ErrorKind::Usage,
            Diagnostic::error(
                "heading-not-found",
                format!(
                    "the roster has no heading `{}`, which `--map {}` asks for",
                    mapping.heading,
                    mapping.field.word()
                ),
            )
            .help(headings_help(headings)),
        )),
    }
}

fn by_heading(
    field: Field,
    headings: &[String],
    keys: &[String],
    wrong: &mut Vec<Diagnostic>,
) -> Option<Found> {
    let mut fitting: Vec<(usize, usize)> = keys
        .iter()
        .enumerate()
        .filter_map(|(column, key)| rank(field, key).map(|rank| (rank, column)))
        .collect();
    fitting.sort_unstable();
    let (best, column) = *fitting.first()?;
    let same: Vec<usize> =
        fitting.iter().filter(|(rank, _)| *rank == best).map(|(_, column)| *column).collect();
    if same.len() > 1 {
        wrong.push(doubtful(field, &same));
    }
    let name = |column: usize| headings.get(column).cloned().unwrap_or_default();
    Some(Found {
        field,
        column: Some(column),
        heading: name(column),
        because: "by its heading".to_owned(),
        others: fitting.iter().skip(1).map(|(_, column)| name(*column)).collect(),
    })
}

/// Columns that cannot be told apart by their headings.
fn doubtful(field: Field, columns: &[usize]) -> Diagnostic {
    let numbers: Vec<String> = columns.iter().map(|column| format!("#{}", column + 1)).collect();
    Diagnostic::error(
        "column-doubtful",
        format!("columns {} have the same heading for {}", numbers.join(" and "), article(field)),
    )
    .help(format!(
        "say which one with `--map {}={}`",
        field.word(),
        numbers.first().map_or("", String::as_str)
    ))
}

/// The place of a heading in the field's list; `TenantId` fits `tenant id`.
pub(super) fn rank(field: Field, key: &str) -> Option<usize> {
    let squeezed_key = squeezed(key);
    field.headings().iter().position(|known| *known == key || squeezed(known) == squeezed_key)
}

fn missing(field: Field) -> Diagnostic {
    let help = match field {
        Field::Tenant => {
            "name the column with `--map tenant=HEADING`, or the one customer of this file with `--tenant NAME`"
        }
        Field::Plan => "name the column with `--map plan=HEADING`",
        _ => "name the column of seats paid for (not assigned, not used) with `--map seats=HEADING`",
    };
    Diagnostic::error("column-missing", format!("no column for {}", article(field))).help(help)
}

const fn article(field: Field) -> &'static str {
    match field {
        Field::Tenant => "the tenant",
        Field::Plan => "the plan",
        Field::Seats => "the paid seats",
        Field::Segment => "the segment",
        Field::Status => "the status",
        Field::Trial => "trials",
    }
}

fn headings_help(headings: &[String]) -> String {
    const SHOWN: usize = 20;
    let named: Vec<String> =
        headings.iter().filter(|h| !h.trim().is_empty()).map(|h| format!("`{h}`")).collect();
    let more = named.len().saturating_sub(SHOWN);
    let shown = named.into_iter().take(SHOWN).collect::<Vec<_>>().join(", ");
    match (shown.is_empty(), more) {
        (true, _) => "no headings were found".to_owned(),
        (false, 0) => format!("the headings found are {shown}"),
        (false, more) => format!("the headings found are {shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headings(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    fn found(cells: &[&str]) -> Columns {
        find(&headings(cells), &[], None).expect("a roster")
    }

    #[test]
    fn headings_are_known_in_any_case_and_with_any_blanks() {
        let columns = found(&["SKU_Part-Number", " PAID\u{a0}Seats ", "\u{feff}TenantId"]);
        assert_eq!((columns.plan, columns.seats, columns.tenant), (0, 1, TenantFrom::Column(2)));
    }

    #[test]
    fn of_two_that_fit_the_first_of_the_list_is_taken_and_the_other_named() {
        let columns = found(&["Domain", "Customer", "Plan", "Quantity", "Paid seats"]);
        assert_eq!((columns.tenant, columns.seats), (TenantFrom::Column(1), 4));
        let seats = columns.found.iter().find(|found| found.field == Field::Seats).expect("found");
        assert_eq!(seats.others, ["Quantity"]);
    }

    #[test]
    fn assigned_and_consumed_counts_are_never_paid_seats() {
        let error =
            find(&headings(&["Tenant", "Plan", "Assigned licenses", "ConsumedUnits", "Price"]), &[], None);
        let codes: Vec<_> = error.expect_err("no seats").diagnostics.iter().map(|found| found.code).collect();
        assert_eq!(codes, ["column-missing"]);
    }

    #[test]
    fn all_missing_columns_are_named_at_once() {
        let error = find(&headings(&["Colour", "Shape"]), &[], None).expect_err("no roster");
        assert_eq!(error.kind, ErrorKind::Columns);
        assert_eq!(error.diagnostics.len(), 3);
        assert!(error.to_string().contains("`Colour`, `Shape`"));
    }

    #[test]
    fn the_command_line_goes_before_the_headings() {
        let cells = headings(&["Customer", "Plan", "Seats", "Our count"]);
        let by = |heading: &str| {
            let mapping = Mapping { field: Field::Seats, heading: heading.to_owned() };
            find(&cells, &[mapping], Some("Contoso"))
        };
        assert_eq!(by("our COUNT").map(|columns| columns.seats).ok(), Some(3));
        assert_eq!(
            by("#4").map(|columns| columns.tenant).ok(),
            Some(TenantFrom::Given("Contoso".to_owned()))
        );
        assert_eq!(by("#0").expect_err("from 1").kind, ErrorKind::Usage);
        assert_eq!(by("Nothing").expect_err("not there").kind, ErrorKind::Usage);
    }

    #[test]
    fn a_mapping_to_one_of_two_equal_headings_is_in_doubt() {
        let cells = headings(&["Tenant", "Plan", "Amount", "Amount"]);
        let by = |heading: &str| {
            find(&cells, &[Mapping { field: Field::Seats, heading: heading.to_owned() }], None)
        };
        assert_eq!(by("Amount").expect_err("in doubt").kind, ErrorKind::Columns);
        assert_eq!(by("#4").map(|columns| columns.seats).ok(), Some(3));
    }

    #[test]
    fn the_same_heading_twice_is_in_doubt() {
        let error = find(&headings(&["Tenant", "Plan", "Seats", "seats"]), &[], None).expect_err("in doubt");
        assert_eq!(error.diagnostics.first().map(|found| found.code), Some("column-doubtful"));
        assert!(error.to_string().contains("#3 and #4"));
    }

    #[test]
    fn a_heading_row_scores_above_a_row_of_customers() {
        assert!(score(&headings(&["Customer", "Product", "Quantity"])) == 9);
        assert_eq!(score(&headings(&["Contoso", "Microsoft 365 E3", "480"])), 0);
    }
}
