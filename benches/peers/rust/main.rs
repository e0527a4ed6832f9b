//! csv or calamine, and `rust_xlsxwriter`: `peer-calamine ROSTER OUT.xlsx JOB.json`, the last as `job.py` prints it.
//!
//! In constant memory: rows go to a temporary file at once, each with its texts. The library's usual mode keeps all
//! cells and a table of texts until the end, and takes twice the CPU time for the same cells.

mod job;
mod out;
mod roster;

use job::Job;
use std::error::Error;
use std::fs::File;
use std::io::BufReader;
use std::process::ExitCode;

#[expect(clippy::print_stderr, reason = "a program of its own, for the command line")]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [roster, out, job] = arguments.as_slice() else {
        eprintln!("usage: peer-calamine ROSTER OUT.xlsx JOB.json");
        return ExitCode::from(2);
    };
    match annotate(roster, out, job) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{roster}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn annotate(roster: &str, out: &str, job: &str) -> Result<(), Box<dyn Error>> {
    let job: Job = serde_json::from_reader(BufReader::new(File::open(job)?))?;
    let mut book = out::Book::new(&job)?;
    roster::each_row(roster, |row| book.add(row, &job.judge(row.plan, row.seats, row.segment)?))?;
    book.save(out, &job)
}
