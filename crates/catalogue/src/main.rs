//! Prints the catalogue that the rules derive from Microsoft's published list, or a review of what it would change.
//!
//! `cargo run -p fasttrack-catalogue -- product-plans.csv [--review]`
//!
//! A tool for those who maintain the catalogue; nothing of it is part of the program.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "printing is all that this program does")]

mod derive;
mod review;
mod rules;

use fasttrack_core::plans::{Catalogue, PlanFrom};
use std::error::Error;
use std::process::ExitCode;

fn main() -> ExitCode {
    match printed() {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn printed() -> Result<String, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (options, files): (Vec<_>, Vec<_>) = arguments.iter().partition(|word| word.starts_with("--"));
    let [file] = files.as_slice() else {
        return Err("name one file: product-plans.csv [--review]".into());
    };
    let derived = derive::derive(&std::fs::read_to_string(file)?, derive::DECISIONS)?;
    match options.as_slice() {
        [] => Ok(derive::write(&derived)?),
        [option] if *option == "--review" => {
            let catalogue = Catalogue::shipped()?;
            let published = catalogue.plans().iter().filter(|plan| plan.from == PlanFrom::Published);
            Ok(review::review(&published.cloned().collect::<Vec<_>>(), &derived))
        }
        _ => Err("the only option is --review".into()),
    }
}
