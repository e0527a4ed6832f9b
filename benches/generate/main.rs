//! Prints a generated roster: `cargo run --release --example generate-roster -- 1000000 > big.csv`.

mod rows;

use std::io::{BufWriter, Write, stdout};
use std::process::ExitCode;

#[expect(clippy::print_stderr, reason = "a program of its own, for the command line")]
fn main() -> ExitCode {
    let numbers: Vec<u64> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let Some(count) = numbers.first().copied() else {
        eprintln!("usage: generate-roster ROWS [SEED] [MESSY_PER_MILLE] [ROWS_OF_EACH_TENANT]");
        return ExitCode::from(2);
    };
    let recipe = rows::Recipe {
        rows: count,
        seed: numbers.get(1).copied().unwrap_or(1),
        messy_per_mille: numbers.get(2).copied().unwrap_or(10),
    };
    let mut out = BufWriter::new(stdout().lock());
    let written = match numbers.get(3) {
        Some(times) => rows::write_repeated(recipe, *times, &mut out),
        None => rows::write_csv(recipe, &mut out),
    };
    match written.and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the roster cannot be printed: {error}");
            ExitCode::FAILURE
        }
    }
}
