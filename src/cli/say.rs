//! Printing: results to standard output, everything said about them to standard error.

use crate::cli::exit::Exit;
use fasttrack_roster::diagnostic::Diagnostic;
use fasttrack_roster::error::{Error, Result};
use std::io::{self, Write};

/// Prints a result.
///
/// # Errors
/// If standard output is closed or full; a reader that has seen enough (`| head`) is no error.
pub fn out(text: &str) -> Result<Exit> {
    out_bytes(text.as_bytes())
}

/// Prints a result as bytes; see [`out`].
pub fn out_bytes(bytes: &[u8]) -> Result<Exit> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(Exit::Done),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::Done),
        Err(error) => Err(Error::output(
            Diagnostic::error("output-not-writable", format!("standard output cannot be written: {error}"))
                .help("make room where it goes, or send it elsewhere"),
        )),
    }
}

/// Says something about a result, on standard error.
pub fn note(text: &str) {
    // There is nowhere left to report that standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Says why there is no workbook, on standard error.
pub fn error(error: &Error) {
    note(&error.to_string());
}
