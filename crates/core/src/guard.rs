//! A net under the libraries that panic where they could return an error.
//!
//! A workbook library that meets a full disk, or a reader that meets a file made to hurt, may panic. [`guarded`] turns
//! that into a message, and [`is_guarded`] lets the program keep the panic's own words off the terminal.

use std::any::Any;
use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Returns whether this thread is inside a [`guarded`] call, so that a panic will be caught and told as an error.
#[must_use]
pub fn is_guarded() -> bool {
    DEPTH.get() > 0
}

/// Calls `call`; nothing that it was working on may be used after an error.
///
/// # Errors
/// The words of the panic.
pub fn guarded<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    DEPTH.set(DEPTH.get() + 1);
    let outcome = catch_unwind(AssertUnwindSafe(call));
    DEPTH.set(DEPTH.get().saturating_sub(1));
    outcome.map_err(|panic| words(panic.as_ref()))
}

/// Returns the words of a panic, as far as it has any.
fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no reason given".to_owned())
}

/// Returns the error of the system that a panic tells of, as a library words it that expects no error.
#[must_use]
pub fn system_error(words: &str) -> Option<io::Error> {
    let (_, rest) = words.split_once("Os { code: ")?;
    let (code, _) = rest.split_once(',')?;
    code.parse().ok().map(io::Error::from_raw_os_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_its_words() {
        assert_eq!(guarded(|| 7), Ok(7));
        let caught = guarded(|| -> u8 { panic!("room for {} more", 0) });
        assert_eq!(caught, Err("room for 0 more".to_owned()));
        assert!(!is_guarded());
    }

    #[test]
    fn a_panic_over_a_full_disk_tells_which_error_it_was() {
        let full = || io::Error::from_raw_os_error(28);
        let words = guarded(|| -> u8 { panic!("no room: {:?}", full()) }).unwrap_err();
        assert_eq!(system_error(&words).map(|error| error.kind()), Some(full().kind()), "{words}");
        assert!(system_error("index out of bounds").is_none());
    }

    #[test]
    fn a_thread_knows_whether_it_is_guarded() {
        assert_eq!(guarded(|| (is_guarded(), guarded(is_guarded))), Ok((true, Ok(true))));
        assert!(!is_guarded());
    }
}
