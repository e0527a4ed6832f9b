//! What is told to whoever started the page: its address, and a log without names of customers or files.

/// Something to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice<'a> {
    /// Where the page is. With a token in it, it lets in one browser.
    Address(&'a str),
    /// What happened, in words; it names nobody and no file.
    Event(&'a str),
}
