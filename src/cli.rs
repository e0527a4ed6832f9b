//! The command line: what was typed becomes a job; the only place that prints.

mod annotate;
mod args;
mod audit;
mod confined;
mod exit;
mod explain;
mod failure;
mod mapping;
mod nightly;
mod overrides;
mod plans;
mod policy;
mod preview;
mod progress;
#[cfg(feature = "serve")]
mod remembered;
mod say;
#[cfg(feature = "serve")]
mod serve;
mod settled;
mod signals;
mod since;
mod sql;
mod told;
mod workbook;

use args::{Arguments, Command};
use clap::{CommandFactory, Parser};
use exit::Exit;
use fasttrack_roster::error::ErrorKind;
use std::process::ExitCode;
use std::time::Instant;

/// Parses the arguments, runs the command, and returns its exit code.
pub(crate) fn run() -> ExitCode {
    let began = Instant::now();
    signals::make_errors_of_limits();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            say::usage(&error);
            if !error.use_stderr() {
                return Exit::Done.into();
            }
            failure::of_arguments(&error, began);
            return Exit::Failed(ErrorKind::Usage).into();
        }
    };
    if let Some(limits) = arguments.confined
        && let Err(error) = limits.keep_to()
    {
        say::error(&error);
        return Exit::Failed(error.kind).into();
    }
    let wants_report = arguments.command.wants_run_report();
    let done = match arguments.command {
        Command::Annotate(wanted) => annotate::run(&wanted),
        Command::Audit(wanted) => audit::run(&wanted),
        Command::Check(wanted) => annotate::check(&wanted),
        Command::Explain(wanted) => explain::run(&wanted),
        Command::Nightly(wanted) => nightly::run(&wanted),
        Command::Overrides(wanted) => overrides::run(&wanted),
        Command::Plans(wanted) => plans::run(&wanted),
        Command::Preview(wanted) => preview::run(&wanted),
        Command::Policy(wanted) => policy::run(&wanted.action),
        #[cfg(feature = "serve")]
        Command::Serve(wanted) => serve::run(&wanted),
        Command::Sql(wanted) => sql::run(&wanted),
        Command::Workbook(wanted) => workbook::run(&wanted),
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "fasttrack", &mut text);
            say::out_bytes(&text)
        }
        Command::Man => {
            let mut text = Vec::new();
            manual(&mut text).and_then(|()| say::out_bytes(&text))
        }
    };
    match done {
        Ok(exit) => exit.into(),
        Err(error) => {
            say::error(&error);
            if wants_report {
                failure::report(&error, began);
            }
            Exit::Failed(error.kind).into()
        }
    }
}

/// The manual: the program's page, then a section for each command.
fn manual(text: &mut Vec<u8>) -> fasttrack_roster::error::Result<()> {
    let failed =
        |error: std::io::Error| fasttrack_roster::error::Error::internal(format!("no manual: {error}"));
    let mut command = Arguments::command().disable_help_subcommand(true);
    command.build();
    clap_mangen::Man::new(command.clone()).render(text).map_err(failed)?;
    for part in command.get_subcommands() {
        let (mut section, page) = (Vec::new(), clap_mangen::Man::new(part.clone()));
        page.render_synopsis_section(&mut section)
            .and_then(|()| page.render_description_section(&mut section))
            .and_then(|()| page.render_options_section(&mut section))
            .map_err(failed)?;
        // Sections of the program's page become subsections of the command's.
        let section = String::from_utf8_lossy(&section).replace("\n.SH ", "\n.SS ");
        let section = section.strip_prefix(".SH ").map_or(section.clone(), |rest| format!(".SS {rest}"));
        text.extend(format!(".SH \"FASTTRACK {}\"\n", part.get_name().to_uppercase()).bytes());
        text.extend(section.bytes());
    }
    Ok(())
}
