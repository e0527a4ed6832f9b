//! The flat tables of a run: files beside the output that say what the sheets of a workbook say, put in their place
//! together.

use super::done::{TableWritten, TablesWritten};
use super::refuse::{files_read, output_is};
use super::request::{Job, Previous, TablesJob};
use crate::PROGRAM;
use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, Result};
use crate::findings::to_settle::ToSettle;
use crate::output_fields::FlatTable;
use crate::policy::Policy;
use crate::report::tables::{TableCell, TableLayout, of_list, of_sheet, word};
use crate::report::{Style, Value, steps};
use crate::steps::Steps;
use crate::tenants::GAVE_UP;
use crate::write::flat;
use crate::write::folder::{StagedFolder, check, sweep};
use crate::write::format::Format;
use crate::write::lock::Lock;
use crate::write::target::{Target, resolved};
use std::path::Path;
use std::sync::Arc;

/// Keeps the tables against other runs, from before the first row to the last file, and refuses a folder that cannot be
/// replaced.
///
/// # Errors
/// `tables-folder`, `output-is-input`; if another run holds it (kind `Busy`).
pub(super) fn hold(job: &Job) -> Result<Option<Lock>> {
    let Some(TablesJob { folder, .. }) = &job.tables else { return Ok(None) };
    check(folder, is_of_tables)?;
    refuse_what_is_inside(job, folder)?;
    let lock = Lock::take(&resolved(folder), folder)?;
    if lock.is_real() {
        sweep(folder, is_of_tables);
    }
    Ok(Some(lock))
}

/// Whether a file of this name is one that a run writes, whatever its format.
fn is_of_tables(name: &str) -> bool {
    let known = |table: FlatTable, format: Format| {
        name.strip_prefix(table.name()).and_then(|rest| rest.strip_prefix('.')) == Some(format.word())
    };
    FlatTable::ALL.into_iter().any(|table| FORMATS.into_iter().any(|format| known(table, format)))
}

/// The formats that tables may have.
const FORMATS: [Format; 3] = [Format::Csv, Format::Jsonl, Format::Parquet];

/// The folder is replaced as a whole, and with it whatever is in it.
fn refuse_what_is_inside(job: &Job, folder: &Path) -> Result<()> {
    let there = resolved(folder);
    let earlier = match &job.since {
        Some(Previous::Workbook(path)) => Some((path.as_path(), "the workbook that `--since` names")),
        _ => None,
    };
    let output = match &job.target {
        Some(Target::File(path)) => Some((path.as_path(), "the output")),
        _ => None,
    };
    let split = output.filter(|_| job.split_files.is_some());
    let split =
        split.map(|(path, _)| (super::files::folder::beside(path), "the folder of the split workbooks"));
    let others = split.iter().map(|(path, what)| (path.as_path(), *what));
    let mut all = files_read(job).chain(earlier).chain(output).chain(others);
    match all.find(|(path, _)| resolved(path).starts_with(&there)) {
        None => Ok(()),
        Some((path, what)) => {
            let path = format!("{}`, in the folder of the tables, `{}", folder.display(), path.display());
            Err(output_is(&path, what, "name another folder with `--tables`"))
        }
    }
}

/// A table on its way.
struct TableFile {
    table: FlatTable,
    layout: Arc<TableLayout>,
    writer: flat::Writer,
}

/// The tables of a run on their way.
pub(super) struct Tables {
    folder: StagedFolder,
    asked: TablesJob,
    files: Vec<TableFile>,
}

/// What workers make rows of a table with.
#[derive(Clone, Debug)]
pub(super) struct TableMaker {
    layout: Arc<TableLayout>,
    renderer: Arc<flat::Renderer>,
}

/// Rows of a table on their way, as far as they could be stored.
pub(super) struct RowsOfBatch<'r> {
    layout: &'r TableLayout,
    rows: flat::Batch<'r>,
    stored: Result<()>,
}

impl TableMaker {
    /// Begins some rows.
    pub(super) fn batch(&self) -> RowsOfBatch<'_> {
        RowsOfBatch { layout: &self.layout, rows: self.renderer.batch(), stored: Ok(()) }
    }
}

impl RowsOfBatch<'_> {
    /// Makes the next row, unless an earlier one could not be stored.
    pub(super) fn row<'c>(&mut self, cells: impl IntoIterator<Item = TableCell<'c>>) {
        let Self { layout, rows, stored } = self;
        if stored.is_ok() {
            *stored = rows.next_row(|emit| layout.cells(cells, emit));
        }
    }

    /// Ends them.
    ///
    /// # Errors
    /// If one of them could not be stored.
    pub(super) fn finish(self) -> Result<flat::Rendered> {
        self.stored.map(|()| self.rows.finish())
    }
}

impl Tables {
    /// Begins the tables that a job asks for; `is_there` says of a table whether this run has anything to write in it.
    ///
    /// # Errors
    /// If they cannot be written.
    pub(super) fn begin(job: &Job, is_there: impl Fn(FlatTable) -> bool) -> Result<Option<Self>> {
        let Some(asked) = &job.tables else { return Ok(None) };
        let folder = StagedFolder::create(&asked.folder, is_of_tables)?;
        let begin = |table: FlatTable| {
            let layout = TableLayout::new(table, &job.policy, job.names);
            let path = folder.path().join(format!("{}.{}", table.name(), asked.format.word()));
            let options = flat::Options { number: 0, header_row: 0, workers: &job.workers, program: PROGRAM };
            let (target, scratch) =
                (Target::File(path), crate::scratch::Scratch::beside_output(folder.path()));
            let writer = flat::Writer::create(&target, &scratch, asked.format, &layout.fields(), options)?;
            Ok(TableFile { table, layout: Arc::new(layout), writer })
        };
        let files =
            FlatTable::ALL.into_iter().filter(|table| is_there(*table)).map(begin).collect::<Result<_>>()?;
        Ok(Some(Self { folder, asked: asked.clone(), files }))
    }

    /// Returns a table; `None` = this run has none.
    fn file(&mut self, table: FlatTable) -> Option<&mut TableFile> {
        self.files.iter_mut().find(|file| file.table == table)
    }

    /// Returns what workers make the rows of a table with; `None` = there is no such table.
    pub(super) fn maker(&self, table: FlatTable) -> Option<TableMaker> {
        let file = self.files.iter().find(|file| file.table == table)?;
        Some(TableMaker { layout: Arc::clone(&file.layout), renderer: file.writer.renderer() })
    }

    /// Appends rows that workers made; batches come in order.
    ///
    /// # Errors
    /// If they cannot be stored.
    pub(super) fn append(&mut self, table: FlatTable, rows: flat::Rendered) -> Result<()> {
        self.file(table).map_or(Ok(()), |file| file.writer.append(rows))
    }

    /// Writes a row that a sheet has, too.
    ///
    /// # Errors
    /// If it cannot be stored.
    pub(super) fn row(&mut self, table: FlatTable, cells: &[(Value<'_>, Style)]) -> Result<()> {
        self.cells(table, of_sheet(cells))
    }

    /// Writes a row.
    ///
    /// # Errors
    /// If it cannot be stored.
    pub(super) fn cells<'c>(
        &mut self,
        table: FlatTable,
        cells: impl IntoIterator<Item = TableCell<'c>>,
    ) -> Result<()> {
        let Some(TableFile { layout, writer, .. }) = self.file(table) else { return Ok(()) };
        writer.row(|emit| layout.cells(cells, emit))
    }

    /// Writes the tables of what is only known at the end, and makes the files whole, all but the name of their folder.
    ///
    /// # Errors
    /// If that fails; `tables-gave-up`, if tenants on several rows could not be rolled up.
    pub(super) fn complete(
        mut self,
        policy: &Policy,
        (Steps { below, above }, to_settle): (&Steps, &ToSettle),
        gave_up: bool,
    ) -> Result<WholeTables> {
        if gave_up {
            let diagnostic = Diagnostic::error(Code::TablesGaveUp, GAVE_UP)
                .help("leave out `--tables`, or split the roster, all rows of a tenant in one part");
            return Err(Error::output(diagnostic));
        }
        for (table, nearest) in [(FlatTable::NextSteps, below), (FlatTable::AtRisk, above)] {
            let (listed, ..) = nearest.clone().in_order();
            listed.iter().try_for_each(|step| self.cells(table, of_list(&steps::line(policy, step))))?;
        }
        to_settle.words.iter().try_for_each(|settled| self.cells(FlatTable::ToSettle, word(settled)))?;
        let Self { folder, asked, files } = self;
        let complete = |TableFile { table, writer, .. }: TableFile| {
            let rows = writer.rows();
            let written = writer.finish(rows)?;
            let name = format!("{}.{}", table.name(), asked.format.word());
            let path = Some(asked.folder.join(name));
            let written = crate::write::Written { path, ..written };
            Ok(TableWritten { table, rows, written })
        };
        let files = files.into_iter().map(complete).collect::<Result<_>>()?;
        Ok(WholeTables {
            folder,
            tables: TablesWritten { folder: asked.folder, format: asked.format, files },
        })
    }
}

/// Tables that are whole, and not in their place yet.
pub(super) struct WholeTables {
    folder: StagedFolder,
    tables: TablesWritten,
}

impl WholeTables {
    /// Puts them in their place.
    ///
    /// # Errors
    /// If that fails; the output has taken its place by then, which is said.
    pub(super) fn commit(self, output: Option<&crate::write::Written>) -> Result<TablesWritten> {
        let Self { folder, tables } = self;
        let committed = folder.commit();
        committed.map_err(|mut error| {
            let output = output.and_then(|output| output.path.as_ref());
            if let Some((first, output)) = error.diagnostics.first_mut().zip(output) {
                first.message = format!("{}; `{}` was written", first.message, output.display());
            }
            error
        })?;
        Ok(tables)
    }
}
