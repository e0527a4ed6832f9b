//! What a policy promises: the shipped ones hold, each slip is named with its line, new entries need no Rust.

mod data;
mod eligible;
mod faults;
mod shapes;
mod shipped;

use super::*;
use crate::diagnostic::{Diagnostic, Place};
use crate::error::ErrorKind;

/// The default policy with the first `old` in it replaced.
fn edited(old: &str, new: &str) -> String {
    replaced(include_str!("default.toml"), old, new)
}

fn replaced(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "the default policy has no {old}");
    text.replacen(old, new, 1)
}

fn faults_of(text: &str) -> Vec<Diagnostic> {
    match Policy::read(text, "policy.toml") {
        Ok(_) => Vec::new(),
        Err(error) => {
            assert_eq!(error.kind, ErrorKind::Policy);
            error.diagnostics
        }
    }
}

fn codes_and_lines(text: &str) -> Vec<(&'static str, u64)> {
    let line = |fault: &Diagnostic| match fault.place {
        Place::Line(line) => line,
        _ => 0,
    };
    faults_of(text).iter().map(|fault| (fault.code.as_str(), line(fault))).collect()
}

/// The line, from 1, on which `marker` first stands.
fn line_of(text: &str, marker: &str) -> u64 {
    let (before, _) = text.split_once(marker).unwrap_or_else(|| panic!("no {marker}"));
    let skipped = marker.bytes().take_while(|byte| *byte == b'\n').count();
    u64::try_from(before.matches('\n').count() + skipped + 1).unwrap()
}

/// Replaces `old` in the default policy and expects one fault, on the line where `marker` stands after that.
fn assert_fault(old: &str, new: &str, code: &str, marker: &str) {
    let text = edited(old, new);
    assert_eq!(codes_and_lines(&text), [(code, line_of(&text, marker))], "{:#?}", faults_of(&text));
    for fault in faults_of(&text) {
        assert!(!fault.help.is_empty() && !fault.message.ends_with('.'), "{fault}");
    }
}
