//! Printing: results to standard output, everything said about them to standard error.

use crate::cli::args::Arguments;
use crate::cli::exit::Exit;
use clap::Parser as _;
use fasttrack_roster::diagnostic::{Code, Diagnostic, visible, visible_lines};
use fasttrack_roster::error::{Error, Result};
use std::io::{self, Write};

/// Prints a result in words; what could steer a terminal is made visible.
///
/// # Errors
/// If standard output is closed or full; a reader that has seen enough (`| head`) is no error.
pub(super) fn out(text: &str) -> Result<Exit> {
    out_bytes(visible_lines(text).as_bytes())
}

/// Prints a result for programs, as it is; see [`out`].
pub(super) fn out_bytes(bytes: &[u8]) -> Result<Exit> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(Exit::Done),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::Done),
        Err(error) => Err(Error::output(
            Diagnostic::error(Code::OutputNotWritable, format!("standard output cannot be written: {error}"))
                .help("free some space where it goes, or send it elsewhere"),
        )),
    }
}

/// Says something about a result, on standard error; what could steer a terminal is made visible.
pub(super) fn note(text: &str) {
    // There is nowhere left to report that standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{}", visible_lines(text));
}

/// Says why there is no workbook, on standard error.
pub(super) fn error(error: &Error) {
    note(&error.to_string());
}

/// Prints what is wrong with the arguments, or the help that they ask for.
pub(super) fn usage(error: &clap::Error) {
    let typed: Vec<String> =
        std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let shown: Vec<String> = typed.iter().map(|argument| visible(argument)).collect();
    if typed == shown {
        // Nothing can be said any more if even this cannot be printed.
        let _ = error.print();
        return;
    }
    // What is wrong with the arguments is wrong with them as they are shown, too.
    match Arguments::try_parse_from(shown) {
        Err(error) => drop(error.print()),
        Ok(_) => note(&error.render().to_string()),
    }
}
