//! What can be typed.

use crate::cli::confined;
use crate::cli::nightly::DateAndTime;
#[cfg(feature = "serve")]
use crate::cli::serve;
use clap::{Args, Parser, Subcommand, ValueEnum};
use fasttrack_roster::changes::MaxDrop;
use fasttrack_roster::date::Date;
use fasttrack_roster::error::Error;
use fasttrack_roster::job::split::By;
use fasttrack_roster::nightly::configuration::DEFAULT_FILE;
use fasttrack_roster::output_fields;
use fasttrack_roster::read::{self, Limits};
use fasttrack_roster::roster::columns::{Field, IGNORE, Mapping};
use fasttrack_roster::roster::separators::Mark;
use fasttrack_roster::sql::Dialect;
use fasttrack_roster::steps::Near;
use fasttrack_roster::write;
use std::path::PathBuf;

const EXIT_CODES: &str = "Exit codes:
  0  all rows were classified
  1  internal failure
  2  the command line is not valid
  3  done (the output was written); some rows need review
  4  the roster or the --since file cannot be read, or the roster shrank by more than --max-drop
  5  it is not certain which column is which, or which sheet is the roster
  6  the output cannot be written
  7  another run is writing the same file
  8  the policy, a catalogue, the overrides or the configuration of nightly runs are not valid
  9  nightly: there was nothing to do (only where asked for)
  10 nightly: some rosters failed or did not come";

const NIGHTLY_HELP: &str = "Examples:
  fasttrack nightly init
  fasttrack nightly --dry-run
  fasttrack nightly
  fasttrack nightly status

Exit codes:
  0   all rosters were judged, or there was nothing to do
  1   internal failure
  2   the command line is not valid
  3   done; some rows need review (see fail-on and max-review in the configuration)
  4   the inbox is not there; or all rosters failed, and each would end with 4 by itself (also 5, 6, 8)
  6   the state folder cannot be written
  7   another nightly run is at work
  8   the configuration is not valid
  9   there was nothing to do (only with fail-on = [\"nothing-new\"])
  10  some rosters failed or did not come; the others were judged";

const SQL_HELP: &str = "Example:
  duckdb lake.db \"copy (select distinct plan, segment from roster) to 'distinct.csv'\"
  fasttrack sql --dialect duckdb --plans distinct.csv > verdicts.sql
  duckdb lake.db < verdicts.sql

Run it again when the view `fasttrack_unresolved` has rows.";

const WORKBOOK_HELP: &str = "Examples:
  spark-submit samples/spark/annotate.py s3a://lake/roster lake/fasttrack --map plan=Product
  fasttrack workbook lake/fasttrack -o fasttrack.xlsx

  fasttrack annotate roster.csv --format parquet --tables tables --tables-format parquet --names machine
  fasttrack workbook tables

Exit codes:
  0  done
  1  internal failure
  2  the command line makes no sense
  3  done; some rows need review
  4  the tables are missing, incomplete, not those of one run, or cannot be read
  6  the workbook cannot be written
  7  another run is writing it
  8  the policy is not valid";

const AUDIT_HELP: &str = "Examples:
  fasttrack audit roster.fasttrack.xlsx
  fasttrack audit roster.fasttrack.xlsx --roster roster.csv

Exit codes:
  0  as fasttrack made it, or saved by another program without a change
  1  internal failure
  2  the command line makes no sense
  3  something was changed; each thing is named with its sheet and cell
  4  the workbook or the roster cannot be read, or fasttrack did not write it
  8  the policy, a catalogue or the overrides are not valid, or not those that made the workbook";

/// Reads a customer roster and writes a workbook that says, for every row, which Microsoft FastTrack help the customer
/// is entitled to, and why.
#[derive(Debug, Parser)]
#[command(name = "fasttrack", version, after_help = EXIT_CODES)]
pub(super) struct Arguments {
    /// What the process may use, for one that reads what strangers send
    #[arg(long, hide = true, global = true, value_name = "BYTES,BYTES,SECONDS,PROCESS", value_parser = confined::Limits::read)]
    pub confined: Option<confined::Limits>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Annotate a roster and write the workbook, or the annotated rows as CSV, JSON lines or Parquet
    #[command(after_help = EXIT_CODES)]
    Annotate(Annotate),
    /// Show the columns found, the counts and the faults, without writing a workbook
    #[command(after_help = EXIT_CODES)]
    Check(Check),
    /// Show how a roster is understood, from its first rows
    #[command(after_help = EXIT_CODES)]
    Preview(Preview),
    /// Audit a finished workbook: is it whole, does every verdict follow from its row, which cells were changed since
    #[command(after_help = AUDIT_HELP)]
    Audit(Audit),
    /// Explain one verdict in words
    Explain(Explain),
    /// Judge the files that came since the last run, as fasttrack.toml says: for schedulers
    #[command(after_help = NIGHTLY_HELP)]
    Nightly(Nightly),
    /// Save what was filled in on a workbook's sheet To settle as an overrides file
    #[command(after_help = EXIT_CODES)]
    Overrides(Overrides),
    /// Search the plan catalogue, or print it
    Plans(Plans),
    /// Show or check a policy
    Policy(PolicyCommand),
    /// Open the upload page: drop a roster, see how it is understood, correct it, download the workbook
    #[cfg(feature = "serve")]
    Serve(Box<serve::Serve>),
    /// Print the rule as SQL for a warehouse, over the plans that its rosters name
    #[command(after_help = SQL_HELP)]
    Sql(Sql),
    /// Make the workbook of a roster that was judged elsewhere, such as on Spark: Summary, Next steps, At risk, Review
    #[command(after_help = WORKBOOK_HELP)]
    Workbook(Workbook),
    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

impl Command {
    /// Returns whether a run report was asked for, which tells errors, too.
    pub(super) const fn wants_run_report(&self) -> bool {
        match self {
            Self::Annotate(Annotate { reading, .. }) | Self::Check(Check { reading }) => reading.json,
            Self::Preview(preview) => preview.json,
            Self::Nightly(nightly) => nightly.action.is_none() && nightly.night.json,
            _ => false,
        }
    }
}

/// How a roster is read and judged.
#[derive(Debug, Args)]
pub(super) struct Reading {
    /// The roster: CSV, TSV, XLSX, XLSM, XLSB, XLS, ODS or Parquet, or a folder of Parquet files; `-` is standard input
    #[arg(value_name = "ROSTER")]
    pub roster: PathBuf,
    /// What the roster is called in the output and in messages, whatever the file's name is
    #[arg(long, hide = true, value_name = "NAME")]
    pub called: Option<String>,
    /// The policy: a file, or the name of a shipped one (`fasttrack policy show` lists them)
    #[arg(long, value_name = "FILE")]
    pub policy: Option<String>,
    /// Your own products and spellings, on top of the shipped catalogue: a CSV or XLSX with the headings guid, id,
    /// name, segment, family, kind, price, services, also written as; `fasttrack plans --csv` prints the catalogue in
    /// this form; repeatable
    #[arg(long, value_name = "FILE")]
    pub catalogue: Vec<PathBuf>,
    /// Corrections for what the roster cannot show, by tenant and plan: a CSV or XLSX with the headings Tenant, Plan,
    /// Segment, Means plan, Paid seats, Reason; or what words mean: Kind, As written, Means; or a workbook from
    /// `annotate` with its sheets To settle and Review filled in; repeatable
    #[arg(long, value_name = "FILE")]
    pub overrides: Vec<PathBuf>,
    /// The sheet to read, if the roster is a workbook
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// The row of the headings as Excel numbers it, or the line of a text file, if it is found wrongly; the rows above it
    /// are not read
    #[arg(long, value_name = "N", value_parser = heading_row)]
    pub heading_row: Option<u64>,
    /// Which column is what: FIELD is tenant, plan, seats, segment, status, trial, subscription, owner, country,
    /// renewal, phase or services, or ignore for a column that says nothing of them; HEADING may be `#3` for the
    /// third column, or `-` for none
    #[arg(long, value_name = "FIELD=HEADING", value_parser = mapping)]
    pub map: Vec<Mapping>,
    /// Use the columns saved in this file by `--save-map`; `--map` overrides it
    #[arg(long, value_name = "FILE")]
    pub map_file: Option<PathBuf>,
    /// Save the columns that were used to this file
    #[arg(long, value_name = "FILE")]
    pub save_map: Option<PathBuf>,
    /// Of when the roster is, such as 2026-11-28 [default: what a column, the file's name or its last change says]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub as_of: Option<Date>,
    /// The tenant of every row, for a roster without a tenant column
    #[arg(long, value_name = "NAME")]
    pub tenant: Option<String>,
    /// Refuse columns that are only guesses, even at a terminal
    #[arg(long)]
    pub unattended: bool,
    /// The encoding of a text file, such as `windows-1252`, if it is detected wrongly
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// The delimiter of a text file: one character, or `comma`, `semicolon`, `tab` or `bar`
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    pub delimiter: Option<u8>,
    /// How the roster writes numbers, if `1.234` could be a fraction or thousands
    #[arg(long, value_name = "LIKE", value_parser = numbers)]
    pub numbers: Option<Mark>,
    /// Change a limit: WHAT is bytes, unpacked, rows, columns, record or seconds; AMOUNT may be `none`
    #[arg(long, value_name = "WHAT=AMOUNT", value_parser = limit)]
    pub limit: Vec<String>,
    /// How many threads to use; 0 is one for each core. The result is the same for any number
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = threads)]
    pub threads: usize,
    /// Print only errors
    #[arg(long, short)]
    pub quiet: bool,
    /// Print the run report as JSON on standard output; if the run fails, the errors
    #[arg(long)]
    pub json: bool,
}

impl Reading {
    /// Returns the limits, with those that were typed.
    pub(super) fn limits(&self) -> Result<Limits, Error> {
        limits(&self.limit)
    }
}

/// Returns the limits, with those that were typed.
pub(super) fn limits(written: &[String]) -> Result<Limits, Error> {
    let mut limits = Limits::default();
    // Each of them was tried when it was typed.
    written.iter().try_for_each(|written| limits.set(written)).map_err(Error::internal)?;
    Ok(limits)
}

/// The arguments of `annotate`.
#[derive(Debug, Args)]
pub(super) struct Annotate {
    #[command(flatten)]
    pub reading: Reading,
    /// The file to write; `-` is standard output [default: ROSTER.fasttrack.xlsx next to the
    /// roster; stdin.fasttrack.xlsx for standard input]
    #[arg(long, short, value_name = "OUT.xlsx")]
    pub output: Option<PathBuf>,
    /// Compare with an earlier run: a workbook that `fasttrack` wrote, even the one being replaced; or a run report
    /// from `--json`, of which only the totals are compared
    #[arg(long, value_name = "PREVIOUS")]
    pub since: Option<PathBuf>,
    /// What the file of `--since` is called in the output
    #[arg(long, hide = true, value_name = "NAME", requires = "since")]
    pub since_called: Option<String>,
    /// With `--since`: end with code 4 and replace nothing if rows, customers or paid seats fell by more than this
    /// many percent since the earlier run
    #[arg(long, value_name = "PERCENT", requires = "since", allow_negative_numbers = true, value_parser = MaxDrop::read)]
    pub max_drop: Option<MaxDrop>,
    /// The kind of file to write [default: by the extension of `--output`, else xlsx]
    #[arg(long, value_name = "KIND", value_enum)]
    pub format: Option<Format>,
    /// What the FastTrack columns are called in CSV, JSON lines and Parquet
    #[arg(long, value_name = "KIND", value_enum, default_value_t)]
    pub names: Names,
    /// Also write what the sheets say as files for programs to this folder, which is replaced as a whole: customers,
    /// changes (with `--since`), next steps, at risk, review, to settle
    #[arg(long, value_name = "DIR")]
    pub tables: Option<PathBuf>,
    /// The kind of these files
    #[arg(long, value_name = "KIND", value_enum, default_value_t, requires = "tables")]
    pub tables_format: TablesFormat,
    /// Also write the customers to separate sheets after Roster, one for each value
    #[arg(long, value_name = "KIND", value_enum)]
    pub split: Option<Split>,
    /// Also write the customers to separate workbooks, one for each value, in a folder next to the output
    #[arg(long, value_name = "KIND", value_enum)]
    pub split_files: Option<Split>,
    #[command(flatten)]
    pub making: WriteArguments,
}

/// What customers are split by.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Split {
    /// One for each tier
    Tier,
    /// One for each segment
    Segment,
    /// One for each value in the roster's owner column
    Owner,
}

impl From<Split> for By {
    fn from(said: Split) -> Self {
        match said {
            Split::Tier => Self::Tier,
            Split::Segment => Self::Segment,
            Split::Owner => Self::Owner,
        }
    }
}

/// What kind of file is written.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
    /// A workbook with all sheets
    Xlsx,
    /// The annotated rows as comma-separated text, UTF-8 with a BOM; cells that begin like formulas get a `'` in front
    Csv,
    /// The annotated rows as JSON lines, one object per row
    Jsonl,
    /// The annotated rows as Parquet
    Parquet,
}

impl From<Format> for write::format::Format {
    fn from(said: Format) -> Self {
        match said {
            Format::Xlsx => Self::Xlsx,
            Format::Csv => Self::Csv,
            Format::Jsonl => Self::Jsonl,
            Format::Parquet => Self::Parquet,
        }
    }
}

/// What kind of files the flat tables are.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum TablesFormat {
    /// Comma-separated text, UTF-8 with a BOM; cells that begin like formulas get a `'` in front
    #[default]
    Csv,
    /// JSON lines, one object per row
    Jsonl,
    /// Parquet
    Parquet,
}

impl From<TablesFormat> for write::format::Format {
    fn from(said: TablesFormat) -> Self {
        match said {
            TablesFormat::Csv => Self::Csv,
            TablesFormat::Jsonl => Self::Jsonl,
            TablesFormat::Parquet => Self::Parquet,
        }
    }
}

/// What the FastTrack columns are called in a file without sheets.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum Names {
    /// The headings of the Roster sheet, with its words as values
    #[default]
    Headings,
    /// Machine names such as `fasttrack_tier`, with typed values: booleans, and nothing where there is no verdict
    Machine,
}

impl From<Names> for output_fields::Names {
    fn from(said: Names) -> Self {
        match said {
            Names::Headings => Self::Headings,
            Names::Machine => Self::Machine,
        }
    }
}

/// How the workbook is made; its cells are the same in any case.
#[derive(Debug, Default, Args)]
pub(super) struct WriteArguments {
    /// How much time to spend on making the workbook small [default: fast]
    #[arg(long, value_name = "HOW", value_enum)]
    pub compression: Option<Compression>,
    /// Who writes the rows of the Roster sheet: the program itself on all cores, or the workbook library on one
    /// [default: streamed]
    #[arg(long, value_name = "WHO", value_enum)]
    pub writer: Option<Writer>,
    /// How many paid seats from a tier still put a customer on the sheets Next steps and At risk [default: 25]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = near_seats)]
    pub near_seats: Option<u64>,
    /// The same as a percentage of the tier's threshold; the larger of the two counts [default: 10]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = near_percent)]
    pub near_percent: Option<u64>,
}

impl WriteArguments {
    /// Returns how close is close.
    pub(super) fn near(&self) -> Near {
        let usual = Near::default();
        Near {
            seats: self.near_seats.unwrap_or(usual.seats),
            percent: self.near_percent.unwrap_or(usual.percent),
        }
    }
}

/// How much time is spent on making the workbook small.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum Compression {
    /// Fastest; the file is about a sixth larger than Excel would make it
    #[default]
    Fast,
    /// A little smaller; takes nearly twice as long
    Balanced,
    /// About as small as Excel would make it; takes about three times as long
    Small,
}

impl From<Compression> for write::Compression {
    fn from(said: Compression) -> Self {
        match said {
            Compression::Fast => Self::Fast,
            Compression::Balanced => Self::Balanced,
            Compression::Small => Self::Small,
        }
    }
}

/// Who writes the rows of the Roster sheet.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum Writer {
    /// The program itself, on all cores
    #[default]
    Streamed,
    /// The workbook library, on one core: slower, for comparison
    #[value(name = "stock")]
    Library,
}

impl From<Writer> for write::Method {
    fn from(said: Writer) -> Self {
        match said {
            Writer::Streamed => Self::Streamed,
            Writer::Library => Self::Library,
        }
    }
}

/// The arguments of `check`.
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    pub reading: Reading,
}

/// The arguments of `preview`.
#[derive(Debug, Args)]
pub(super) struct Preview {
    /// The roster, as for `annotate`
    #[arg(value_name = "ROSTER")]
    pub roster: PathBuf,
    /// What the roster is called in messages, whatever the file's name is
    #[arg(long, hide = true, value_name = "NAME")]
    pub called: Option<String>,
    /// Your own products and spellings, on top of the shipped catalogue; repeatable
    #[arg(long, value_name = "FILE")]
    pub catalogue: Vec<PathBuf>,
    /// The sheet to read, if the roster is a workbook
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// The row of the headings, as for `annotate`
    #[arg(long, value_name = "N", value_parser = heading_row)]
    pub heading_row: Option<u64>,
    /// Which column is what, as for `annotate`
    #[arg(long, value_name = "FIELD=HEADING", value_parser = mapping)]
    pub map: Vec<Mapping>,
    /// Of when the roster is, such as 2026-11-28
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub as_of: Option<Date>,
    /// The tenant of every row, for a roster without a tenant column
    #[arg(long, value_name = "NAME")]
    pub tenant: Option<String>,
    /// The encoding of a text file, if it is detected wrongly
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// The delimiter of a text file: one character, or `comma`, `semicolon`, `tab` or `bar`
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    pub delimiter: Option<u8>,
    /// Change a limit, as for `annotate`
    #[arg(long, value_name = "WHAT=AMOUNT", value_parser = limit)]
    pub limit: Vec<String>,
    /// Print it as JSON on standard output; if the roster cannot be read, the errors
    #[arg(long)]
    pub json: bool,
}

/// The arguments of `audit`.
#[derive(Debug, Args)]
pub(super) struct Audit {
    /// The finished workbook, as `annotate` wrote it
    #[arg(value_name = "WORKBOOK")]
    pub workbook: PathBuf,
    /// The roster that it should have been made from: its SHA-256 and every cell are compared
    #[arg(long, value_name = "FILE")]
    pub roster: Option<PathBuf>,
    /// The policy that made it: a file, or the name of a shipped one [default: the shipped one that the Run sheet names by
    /// its SHA-256, else the thresholds on the Policy sheet]
    #[arg(long, value_name = "FILE")]
    pub policy: Option<String>,
    /// The catalogues of your own that it was made with; repeatable
    #[arg(long, value_name = "FILE")]
    pub catalogue: Vec<PathBuf>,
    /// The overrides that it was made with, in the same order, so that its lists can be compared; repeatable
    #[arg(long, value_name = "FILE")]
    pub overrides: Vec<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}

/// The arguments of `explain`.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The plan: name, product id or GUID
    #[arg(long, value_name = "PLAN")]
    pub plan: String,
    /// The paid seats, as a roster would write them
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub seats: String,
    /// The segment, if it is known
    #[arg(long, value_name = "SEGMENT")]
    pub segment: Option<String>,
    /// The subscription's status, if it is known
    #[arg(long, value_name = "STATUS")]
    pub status: Option<String>,
    /// How the seats are written, if `1.234` could be a fraction or thousands
    #[arg(long, value_name = "LIKE", value_parser = numbers)]
    pub numbers: Option<Mark>,
    /// What words mean, as for `annotate`; repeatable
    #[arg(long, value_name = "FILE")]
    pub overrides: Vec<PathBuf>,
    /// The policy: a file, or the name of a shipped one
    #[arg(long, value_name = "FILE")]
    pub policy: Option<String>,
    /// Your own products and spellings, on top of the shipped catalogue; repeatable
    #[arg(long, value_name = "FILE")]
    pub catalogue: Vec<PathBuf>,
}

/// The arguments of `nightly`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Nightly {
    #[command(subcommand)]
    pub action: Option<NightlyAction>,
    #[command(flatten)]
    pub night: NightArguments,
}

/// How a night is run.
#[derive(Debug, Args)]
pub(super) struct NightArguments {
    /// The configuration
    #[arg(value_name = "FILE", default_value = DEFAULT_FILE)]
    pub config: PathBuf,
    /// Say what would be done, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print the report of the run as JSON on standard output
    #[arg(long)]
    pub json: bool,
    /// Run as if it were this day, such as 2026-11-28, or this time of it in UTC, such as 2026-11-28T06:00
    #[arg(long, value_name = "DATE", value_parser = date_and_time)]
    pub date: Option<DateAndTime>,
    /// Try again what failed, or release what shrank: the name of a roster, or of one file; repeatable
    #[arg(long, value_name = "NAME")]
    pub again: Vec<String>,
    /// How the lines on standard error are written
    #[arg(long, value_name = "KIND", value_enum, default_value_t)]
    pub log_format: LogFormat,
    /// How many threads to use; 0 is one for each core. The result is the same for any number
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = threads)]
    pub threads: usize,
    /// Print only what needs a person
    #[arg(long, short)]
    pub quiet: bool,
}

/// How the lines on standard error are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// In words
    #[default]
    Text,
    /// One JSON object a line
    Json,
}

#[derive(Debug, Subcommand)]
pub(super) enum NightlyAction {
    /// Say what came, what did not, what is wrong, and how the figures move
    Status {
        /// The configuration
        #[arg(value_name = "FILE", default_value = DEFAULT_FILE)]
        config: PathBuf,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
        /// Look as if it were this day, or this time of it in UTC
        #[arg(long, value_name = "DATE", value_parser = date_and_time)]
        date: Option<DateAndTime>,
        /// End with the exit code of how things are, for monitoring: 0, 3, or 4 to 10 if something is wrong
        #[arg(long)]
        exit_code: bool,
    },
    /// Write a configuration to begin with, for the files that are in `inbox`
    Init {
        /// The file to write; one that is there is not replaced
        #[arg(value_name = "FILE", default_value = DEFAULT_FILE)]
        config: PathBuf,
    },
    /// Print what people set right on the upload page as lines for the configuration: overrides, columns, how the file is
    /// read
    #[cfg(feature = "serve")]
    Remembered(Remembered),
}

/// The arguments of `nightly remembered`.
#[cfg(feature = "serve")]
#[derive(Debug, Args)]
pub(super) struct Remembered {
    /// The folder that `fasttrack serve --state` names
    #[arg(value_name = "DIR")]
    pub page: PathBuf,
    /// The configuration
    #[arg(value_name = "FILE", default_value = DEFAULT_FILE)]
    pub config: PathBuf,
    /// Whose fixes, as the proxy names the user [default: those of all]
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
}

/// The arguments of `overrides`.
#[derive(Debug, Args)]
pub(super) struct Overrides {
    /// The workbook that was filled in
    #[arg(value_name = "FROM.xlsx")]
    pub from: PathBuf,
    /// The file to write; `-` is standard output, which is also the default
    #[arg(long, short, value_name = "OVERRIDES.csv")]
    pub output: Option<PathBuf>,
    /// The policy: a file, or the name of a shipped one; its segments are the ones that words can mean
    #[arg(long, value_name = "FILE")]
    pub policy: Option<String>,
}

/// The arguments of `plans`.
#[derive(Debug, Args)]
pub(super) struct Plans {
    /// A plan as a roster writes it, or words that must all appear in the name, id, GUID, family or segment
    pub words: Vec<String>,
    /// How many to show; 0 = all [default: 40; with --csv all]
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Print them as CSV in the form that `--catalogue` reads, so that you can copy lines into your own file
    #[arg(long)]
    pub csv: bool,
    /// Print them as JSON: name, id, guid, family and segment of each
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Your own products and spellings, on top of the shipped catalogue; repeatable
    #[arg(long, value_name = "FILE")]
    pub catalogue: Vec<PathBuf>,
}

/// The arguments of `sql`.
#[derive(Debug, Args)]
pub(super) struct Sql {
    /// The engine: duckdb, postgres, spark, snowflake, bigquery, trino, tsql or sqlite
    #[arg(long, value_name = "ENGINE", value_parser = dialect)]
    pub dialect: Dialect,
    /// The distinct texts of the roster: a file with a column for the plan, and for the segment, the status and the seats
    /// if they are texts too
    #[arg(long, value_name = "DISTINCT.csv")]
    pub plans: PathBuf,
    /// The table or view with the roster
    #[arg(long, value_name = "NAME", default_value = "roster")]
    pub table: String,
    /// The schema for the tables and views of the script [default: that of the session]
    #[arg(long, value_name = "NAME")]
    pub schema: Option<String>,
    /// Name a column of the roster, and of the file with the distinct texts: tenant, plan, seats, segment or status;
    /// repeatable [default: the same word]
    #[arg(long, value_name = "FIELD=COLUMN", value_parser = sql_column)]
    pub map: Vec<(Field, String)>,
    /// How seats that are texts are written, if `1.234` could be a fraction or thousands
    #[arg(long, value_name = "LIKE", value_parser = numbers)]
    pub numbers: Option<Mark>,
    /// A further column of the roster that the view is to have; repeatable
    #[arg(long, value_name = "COLUMN")]
    pub keep: Vec<String>,
    /// The policy: a file, or the name of a shipped one
    #[arg(long, value_name = "FILE")]
    pub policy: Option<String>,
    /// Your own products and spellings, on top of the shipped catalogue; repeatable
    #[arg(long, value_name = "FILE")]
    pub catalogue: Vec<PathBuf>,
}

/// The arguments of `workbook`.
#[derive(Debug, Args)]
pub(super) struct Workbook {
    /// The folder with the tables: what samples/spark/annotate.py wrote, or `annotate --tables DIR --names machine`
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// The file to write; `-` is standard output [default: DIR.fasttrack.xlsx next to the folder]
    #[arg(long, short, value_name = "OUT.xlsx")]
    pub output: Option<PathBuf>,
    /// The policy that the tables were judged by, where they do not name it: a file, or the name of a shipped one
    #[arg(long, value_name = "FILE")]
    pub policy: Option<String>,
    /// How many paid seats from a tier still put a customer on the sheets Next steps and At risk [default: 25]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = near_seats)]
    pub near_seats: Option<u64>,
    /// The same as a percentage of the tier's threshold; the larger of the two counts [default: 10]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = near_percent)]
    pub near_percent: Option<u64>,
    /// How many threads to use; 0 = one for each core
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = threads)]
    pub threads: usize,
    /// Print only errors
    #[arg(long, short)]
    pub quiet: bool,
}

/// The arguments of `policy`.
#[derive(Debug, Args)]
pub(super) struct PolicyCommand {
    #[command(subcommand)]
    pub action: PolicyAction,
}

#[derive(Debug, Subcommand)]
pub(super) enum PolicyAction {
    /// Show a policy in words
    Show {
        /// A file, or the name of a shipped policy [default: the one that `annotate` uses]
        #[arg(value_name = "FILE")]
        policy: Option<String>,
        /// Print the policy file itself, as a start for your own
        #[arg(long)]
        toml: bool,
        /// Show whether a plan is eligible, and which rule of which source says so
        #[arg(long, value_name = "PLAN", conflicts_with = "toml")]
        plan: Option<String>,
    },
    /// Check a policy and list everything that is wrong with it
    Check {
        /// A file, or the name of a shipped policy
        #[arg(value_name = "FILE")]
        policy: String,
    },
}

fn mapping(written: &str) -> Result<Mapping, String> {
    let (field, heading) =
        written.split_once('=').ok_or("write it as FIELD=HEADING, such as `seats=Quantity`")?;
    let meant = Field::from_word(field);
    if meant.is_none() && field.trim() != IGNORE {
        let known: Vec<&str> = Field::ALL.into_iter().map(Field::word).collect();
        return Err(format!("`{field}` is not a field; the fields are {}, or `{IGNORE}`", known.join(", ")));
    }
    if heading.trim().is_empty() {
        return Err("there is no heading after `=`".to_owned());
    }
    Ok(Mapping { field: meant, heading: heading.to_owned(), file: None })
}

fn dialect(written: &str) -> Result<Dialect, String> {
    let known = Dialect::ALL.into_iter().find(|dialect| dialect.word() == written);
    let words = Dialect::ALL.map(Dialect::word).join(", ");
    known.ok_or_else(|| format!("the engines are {words}"))
}

fn sql_column(written: &str) -> Result<(Field, String), String> {
    const FIELDS: [Field; 5] = [Field::Tenant, Field::Plan, Field::Seats, Field::Segment, Field::Status];
    let (field, column) =
        written.split_once('=').ok_or("write it as FIELD=COLUMN, such as `seats=paid_seats`")?;
    let known = || FIELDS.map(Field::word).join(", ");
    let meant = Field::from_word(field).filter(|meant| FIELDS.contains(meant));
    let meant = meant
        .ok_or_else(|| format!("`{}` is not a field of `sql`; the fields are {}", field.trim(), known()))?;
    if column.trim().is_empty() {
        return Err("there is no column after `=`".to_owned());
    }
    Ok((meant, column.to_owned()))
}

fn heading_row(written: &str) -> Result<u64, String> {
    let number = written.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| "write the number of a row, 1 or more".to_owned())
}

fn numbers(written: &str) -> Result<Mark, String> {
    Mark::of_example(written).ok_or_else(|| "write `1.234,56` or `1,234.56`".to_owned())
}

fn delimiter(written: &str) -> Result<u8, String> {
    read::delimiter(written).map_err(str::to_owned)
}

fn limit(written: &str) -> Result<String, String> {
    Limits::default().set(written).map(|()| written.to_owned())
}

fn date(written: &str) -> Result<Date, String> {
    Date::iso(written).ok_or_else(|| "write year, month and day, such as 2026-11-28".to_owned())
}

fn date_and_time(written: &str) -> Result<DateAndTime, String> {
    let wrong = || "write a day such as 2026-11-28, or with a time in UTC, 2026-11-28T06:00".to_owned();
    let Some((day, time)) = written.split_once('T') else { return Ok((date(written)?, None)) };
    let number = |part: &str, below: i64| {
        let is_number = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse::<i64>().ok()).flatten().filter(|number| *number < below)
    };
    let parts: Vec<&str> = time.trim_end_matches('Z').split(':').collect();
    let (hours, minutes, seconds) = match parts.as_slice() {
        [hours, minutes] => (number(hours, 24), number(minutes, 60), Some(0)),
        [hours, minutes, seconds] => (number(hours, 24), number(minutes, 60), number(seconds, 60)),
        _ => return Err(wrong()),
    };
    let (Some(hours), Some(minutes), Some(seconds)) = (hours, minutes, seconds) else { return Err(wrong()) };
    let day = Date::iso(day).ok_or_else(wrong)?;
    Ok((day, Some(hours * 3_600 + minutes * 60 + seconds)))
}

fn near_seats(written: &str) -> Result<u64, String> {
    written.parse().map_err(|_| "write a whole number of paid seats, 0 or more".to_owned())
}

fn near_percent(written: &str) -> Result<u64, String> {
    let percent = written.parse().ok().filter(|percent| *percent <= 100);
    percent.ok_or_else(|| "write a whole number from 0 to 100".to_owned())
}

fn threads(written: &str) -> Result<usize, String> {
    const LIMIT_THREADS: usize = 256;
    match written.parse::<usize>() {
        Ok(threads) if threads <= LIMIT_THREADS => Ok(threads),
        _ => Err(format!("write a whole number from 0 to {LIMIT_THREADS}")),
    }
}
