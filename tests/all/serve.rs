//! The upload page as a process: what it lets in, what it does with it, and what it leaves behind.
#![cfg(feature = "serve")]

mod bytes;
pub(crate) mod client;
mod described;
mod ends;
mod fixes;
mod full;
mod history;
mod limits;
mod proxy;
mod security;
mod understood;
