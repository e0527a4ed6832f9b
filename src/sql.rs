//! The rule as SQL, for data that stays in a warehouse: generated from the policy, over texts that the judging resolved.
//!
//! What people write (plans, words for segments, statuses, seats that are texts) is not parsed in SQL: the distinct texts
//! are resolved here, once, and become tables to join with. What is left is arithmetic, which every engine has: the
//! thresholds of the policy as `case` expressions. A text that was not resolved is never guessed: its rows come out as
//! needing review, and one view lists such texts.

mod dialect;
mod resolved;
mod rules;
mod view;

pub use dialect::Dialect;
pub use resolved::Distinct;

use crate::judge::Judge;
use crate::roster::columns::Field;
use crate::roster::separators::Mark;
use dialect::Kind;
use resolved::Words;
use std::fmt::Write as _;

/// How many rows one `insert` has: some engines take no more than a thousand.
const ROWS_OF_AN_INSERT: usize = 500;

/// The roster in the warehouse, and what the script is to call its own tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The engine.
    pub dialect: Dialect,
    /// The table or view that holds the roster; may have its schema in front.
    pub table: String,
    /// The schema for the tables and views of the script; `None` = the one that the session has.
    pub schema: Option<String>,
    /// The columns of the roster that differ from the default, which is the field's word.
    pub columns: Vec<(Field, String)>,
    /// Further columns of the roster that the view is to have.
    pub keep: Vec<String>,
    /// The mark that parts thousands in seats that are texts; `None` = what the distinct ones show.
    pub numbers: Option<Mark>,
}

impl Request {
    /// Returns the roster's column of a field.
    fn column(&self, field: Field) -> &str {
        let named = self.columns.iter().rev().find(|(of, _)| *of == field);
        named.map_or(field.word(), |(_, column)| column.as_str())
    }

    /// Returns a table or view of the script, with its schema.
    fn own(&self, name: &str) -> String {
        self.schema.as_ref().map_or_else(
            || format!("fasttrack_{name}"),
            |schema| format!("{}.fasttrack_{name}", self.dialect.name(schema)),
        )
    }
}

/// Returns the script: tables of resolved texts, a view of verdicts, a view of texts that are not resolved.
///
/// - **shape**: the same texts, rules and request give the same script, byte for byte. It may be run again: it replaces
///   what an earlier one made, in one transaction where the engine has such for tables and views; else the views go first,
///   so that an old one never stands on new tables.
/// - the view has the roster's columns of the fields and of [`Request::keep`], then the verdict under the machine names of
///   [`crate::output_fields`]. `why`, the reasons and the remarks are not in it: they are words, which the judging has.
///
/// Cannot fail: what is not resolved needs review.
#[must_use]
pub fn script(judge: &Judge<'_>, distinct: &Distinct, request: &Request) -> String {
    let dialect = request.dialect;
    let words = Words::resolve(judge, distinct, request);
    let mut text = header(judge, &words, (distinct, request));
    let mut statements: Vec<String> = dialect.begin().map(str::to_owned).into_iter().collect();
    // What is wrong with the roster's columns is told before anything is replaced.
    statements.push(view::check(&words, request));
    // No old view is to be asked over new tables, should the script end early.
    statements
        .extend(["verdicts", "unresolved"].map(|name| format!("drop view if exists {}", request.own(name))));
    for table in words.tables() {
        let name = request.own(table.name);
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(|(column, kind)| format!("{column} {}", dialect.type_of(*kind)))
            .collect();
        statements.push(format!("drop table if exists {name}"));
        statements.push(format!("create table {name} ({}){}", columns.join(", "), dialect.behind_a_table()));
        for rows in table.rows.chunks(ROWS_OF_AN_INSERT) {
            let rows: Vec<String> = rows.iter().map(|row| format!("({})", row.join(", "))).collect();
            statements.push(format!("insert into {name} values\n{}", rows.join(",\n")));
        }
    }
    let policy = &judge.rules().policy;
    statements.push(view::verdicts(policy, &words, request));
    statements.push(view::unresolved(&words, request));
    statements.extend(dialect.commit().map(str::to_owned));
    for statement in statements {
        let _ = write!(text, "\n{statement}{}\n", dialect.end_of_a_statement());
    }
    text
}

/// What a reader of the script, or of a warehouse that keeps it, has to know.
fn header(judge: &Judge<'_>, words: &Words, (distinct, request): (&Distinct, &Request)) -> String {
    let policy = &judge.rules().policy;
    let counts: Vec<String> =
        words.tables().map(|table| format!("{} {}", table.rows.len(), table.name)).collect();
    let lines = [
        format!(
            "FastTrack verdicts in SQL ({}), by fasttrack {}",
            request.dialect.word(),
            env!("CARGO_PKG_VERSION")
        ),
        format!("policy: {}, effective {}", policy.name, policy.effective),
        format!("policy sha256: {}", policy.sha256),
        format!("texts resolved: {}", counts.join(", ")),
        format!("read from the columns: {}", columns_of(distinct)),
        format!("verdicts: {}", request.own("verdicts")),
        format!("texts that are not resolved, whose rows need review: {}", request.own("unresolved")),
    ];
    // A line break would end the comment.
    lines.iter().fold(String::new(), |text, line| text + "-- " + &line.replace(['\n', '\r'], " ") + "\n")
}

/// Which texts came from which heading of the file, and what is not in it.
fn columns_of(distinct: &Distinct) -> String {
    let of = |field: Field, without: &str| {
        let found = distinct.headings.iter().find(|(of, _)| *of == field);
        let from = found.map_or_else(|| without.to_owned(), |(_, heading)| format!("`{heading}`"));
        format!("{} from {from}", field.word())
    };
    [
        of(Field::Plan, "no column"),
        of(Field::Segment, "no column (the roster's is not read)"),
        of(Field::Status, "no column (the roster's is not read, all rows are active)"),
        of(Field::Seats, "no column (the roster's are numbers)"),
    ]
    .join(", ")
}

/// A table of the script.
struct Table {
    name: &'static str,
    columns: Vec<(&'static str, Kind)>,
    /// Literals, a row each.
    rows: Vec<Vec<String>>,
}
