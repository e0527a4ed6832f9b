//! In what the engines differ: names, literals, types, and how statements end.

/// An engine that the script is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `DuckDB`.
    Duckdb,
    /// `PostgreSQL`.
    Postgres,
    /// Spark SQL and Databricks.
    Spark,
    /// Snowflake.
    Snowflake,
    /// Google `BigQuery`.
    Bigquery,
    /// Trino, Athena.
    Trino,
    /// SQL Server, Azure SQL, Fabric.
    Tsql,
    /// `SQLite`.
    Sqlite,
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Duckdb,
        Self::Postgres,
        Self::Spark,
        Self::Snowflake,
        Self::Bigquery,
        Self::Trino,
        Self::Tsql,
        Self::Sqlite,
    ];

    /// Returns the word for it, which is also the one of the parsers that know them all.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Duckdb => "duckdb",
            Self::Postgres => "postgres",
            Self::Spark => "spark",
            Self::Snowflake => "snowflake",
            Self::Bigquery => "bigquery",
            Self::Trino => "trino",
            Self::Tsql => "tsql",
            Self::Sqlite => "sqlite",
        }
    }

    /// Returns a name of the user's, quoted, as the engine has it.
    ///
    /// Snowflake has names without quotes in capitals, and would not find them in quotes.
    pub(super) fn name(self, name: &str) -> String {
        let is_plain = |name: &str| {
            name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        match self {
            Self::Snowflake if is_plain(name) => name.to_owned(),
            Self::Spark => format!("`{}`", name.replace('`', "``")),
            Self::Bigquery => format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`")),
            Self::Tsql => format!("[{}]", name.replace(']', "]]")),
            _ => format!("\"{}\"", name.replace('"', "\"\"")),
        }
    }

    /// Returns the name of a table, which may have its schema in front.
    pub(super) fn table(self, name: &str) -> String {
        name.split('.').map(|part| self.name(part)).collect::<Vec<_>>().join(".")
    }

    /// Returns a text as a literal.
    pub(super) fn text(self, text: &str) -> String {
        match self {
            Self::Bigquery | Self::Spark => {
                let escaped = text
                    .replace('\\', "\\\\")
                    .replace('\'', "\\'")
                    .replace('\n', "\\n")
                    .replace('\r', "\\r")
                    .replace('\t', "\\t");
                format!("'{escaped}'")
            }
            Self::Snowflake => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''")),
            Self::Tsql => format!("N'{}'", text.replace('\'', "''")),
            Self::Duckdb | Self::Postgres | Self::Trino | Self::Sqlite => {
                format!("'{}'", text.replace('\'', "''"))
            }
        }
    }

    /// Returns the type of a column of the script's tables.
    pub(super) const fn type_of(self, kind: Kind) -> &'static str {
        match (self, kind) {
            (Self::Spark | Self::Bigquery, Kind::Text) => "string",
            (Self::Duckdb | Self::Snowflake | Self::Trino, Kind::Text) => "varchar",
            (Self::Postgres | Self::Sqlite, Kind::Text) => "text",
            // Texts are compared as they are written, whatever the database compares by.
            (Self::Tsql, Kind::Text) => "nvarchar(4000) collate Latin1_General_BIN2",
            (Self::Bigquery, Kind::Integer) => "int64",
            (Self::Sqlite, Kind::Integer) => "integer",
            (_, Kind::Integer) => "bigint",
        }
    }

    /// Returns what stands behind the columns of a new table.
    pub(super) const fn behind_a_table(self) -> &'static str {
        match self {
            Self::Spark => " using parquet",
            _ => "",
        }
    }

    /// Returns how a view begins.
    pub(super) const fn create_view(self) -> &'static str {
        match self {
            Self::Tsql => "create or alter view",
            Self::Sqlite | Self::Postgres => "create view",
            _ => "create or replace view",
        }
    }

    /// Returns what begins a transaction, where tables and views are part of one.
    pub(super) const fn begin(self) -> Option<&'static str> {
        match self {
            Self::Duckdb | Self::Postgres | Self::Sqlite => Some("begin transaction"),
            _ => None,
        }
    }

    /// Returns what ends it.
    pub(super) const fn commit(self) -> Option<&'static str> {
        match self.begin() {
            Some(_) => Some("commit"),
            None => None,
        }
    }

    /// Returns what puts a text behind another, with a blank behind it.
    pub(super) const fn beside(self) -> &'static str {
        match self {
            Self::Tsql => "+ ",
            _ => "|| ",
        }
    }

    /// Returns a text from its third character on.
    pub(super) fn behind_two(self, text: &str) -> String {
        match self {
            Self::Tsql => format!("substring({text}, 3, 8000)"),
            _ => format!("substr({text}, 3)"),
        }
    }

    /// Returns what ends a statement. For SQL Server it is a batch, in which a view has to stand by itself.
    pub(super) const fn end_of_a_statement(self) -> &'static str {
        match self {
            Self::Tsql => ";\ngo",
            _ => ";",
        }
    }

    /// Returns a roster's text, ready to be compared with one of the script's tables.
    pub(super) fn compared(self, column: &str) -> String {
        match self {
            Self::Tsql => format!("{column} collate Latin1_General_BIN2"),
            _ => column.to_owned(),
        }
    }

    /// Returns the text as the engine compares it: SQL Server does not see blanks at the end.
    pub(super) fn seen(self, text: &str) -> &str {
        match self {
            Self::Tsql => text.trim_end_matches(' '),
            _ => text,
        }
    }

    /// Returns whether every engine can keep a text: some have no zero character, or have a limit.
    pub(super) fn holds(text: &str) -> bool {
        const LONGEST: usize = 4000;
        !text.contains('\0') && text.encode_utf16().count() <= LONGEST
    }

    /// Returns a 0 or 1, or nothing, as a boolean of the engine.
    pub(super) fn boolean(self, number: &str) -> String {
        match self {
            Self::Sqlite => number.to_owned(),
            Self::Tsql => format!("cast({number} as bit)"),
            _ => format!("({number}) = 1"),
        }
    }
}
