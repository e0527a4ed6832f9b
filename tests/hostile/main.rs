//! Files made to hurt: each one gets an answer from the program itself, in little memory, and without an endless loop.
//!
//! Every case here is made by the code beside it. A case says either why the file is refused, by exit code and code of
//! the message, or how many rows are read; then every row is accounted for. On Linux the program runs with
//! [`program::MEMORY_KIB`] of address space, so that whatever believes a promise of the file fails. How long each case
//! takes is printed by `FASTTRACK_HOSTILE_TIMES=1 cargo test --test hostile -- --nocapture`, and judged by nobody.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::format_collect,
    reason = "a helper of tests: to fail loudly is its work"
)]

mod archive;
mod archives;
mod columnar;
mod files;
mod old_books;
mod program;
mod sheets;
mod texts;
