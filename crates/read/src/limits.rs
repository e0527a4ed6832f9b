//! How much a roster may take before it is refused: sizes, counts, time.
//!
//! Each limit is far above what honest rosters have, is told with the flag that changes it, and depends on the bytes of
//! the file alone; only the time does not.

use super::{at_line, refused};
use crate::diagnostic::Code;
use crate::error::{Error, Result};
use crate::record::LIMIT_CELLS;
use std::time::Instant;

/// The limits of one run; `u64::MAX` = none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes that one sheet of a workbook may have when it is unpacked; also those looked at to find the sheet.
    pub unpacked: u64,
    /// Rows below the headings, blank ones among them.
    pub rows: u64,
    /// Columns; no more than [`LIMIT_CELLS`].
    pub columns: u64,
    /// Bytes of one row of a text, decoded; no more than 1 GiB.
    pub record: u64,
    /// Seconds from the opening of the roster; checked before each block of rows.
    pub seconds: u64,
}

/// A mebibyte.
const MIB: u64 = 1024 * 1024;
/// No record is longer, whatever is asked for: it is held in memory more than once.
const MOST_RECORD_BYTES: u64 = 1024 * MIB;

impl Default for Limits {
    /// Ten times the largest roster we know of, and of a workbook four times a full sheet with sixteen columns.
    fn default() -> Self {
        Self {
            bytes: 20_000_000_000,
            unpacked: 4096 * MIB,
            rows: 100_000_000,
            columns: LIMIT_CELLS as u64,
            record: 16 * MIB,
            seconds: 3_600,
        }
    }
}

impl Limits {
    /// The names, as they are written.
    pub const NAMES: [&str; 6] = ["bytes", "unpacked", "rows", "columns", "record", "seconds"];

    /// Sets one limit, written as `rows=500000` or `bytes=2GB`; the amount may be `none`.
    ///
    /// Sizes may have a unit: `KB`, `MB`, `GB` of thousands, `KiB`, `MiB`, `GiB` of 1,024.
    ///
    /// # Errors
    /// What is wrong with it, in words: no such limit, no amount, or more than can be held.
    pub fn set(&mut self, written: &str) -> std::result::Result<(), String> {
        let (name, amount) =
            written.split_once('=').ok_or("write it as WHAT=AMOUNT, such as `rows=500000` or `bytes=2GB`")?;
        let is_size = matches!(name, "bytes" | "unpacked" | "record");
        let (limit, most) = match name {
            "bytes" => (&mut self.bytes, u64::MAX),
            "unpacked" => (&mut self.unpacked, u64::MAX),
            "rows" => (&mut self.rows, u64::MAX),
            "columns" => (&mut self.columns, LIMIT_CELLS as u64),
            "record" => (&mut self.record, MOST_RECORD_BYTES),
            "seconds" => (&mut self.seconds, u64::MAX),
            _ => return Err(format!("`{name}` is not a limit; the limits are {}", Self::NAMES.join(", "))),
        };
        let amount = if amount == "none" { Some(most) } else { amount_of(amount, is_size) };
        let amount = amount.ok_or(if is_size {
            "write the amount in whole bytes, or with KB, MB or GB after it"
        } else {
            "write the amount as a whole number, or `none`"
        })?;
        if amount > most {
            return Err(format!("`{name}` can be {most} at most"));
        }
        *limit = amount;
        Ok(())
    }

    /// Refuses a file that is too large.
    ///
    /// # Errors
    /// `too-many-bytes`.
    pub(super) fn check_bytes(&self, bytes: u64) -> Result<()> {
        if bytes <= self.bytes {
            return Ok(());
        }
        Err(refused(
            Code::TooManyBytes,
            format!("the file is larger than {}", size(self.bytes)),
            "if it is a roster and not another file, allow more with `--limit bytes=AMOUNT`; or split it",
        ))
    }

    /// Refuses a roster with too many columns.
    ///
    /// # Errors
    /// `too-many-columns`.
    pub(super) fn check_columns(&self, columns: usize) -> Result<()> {
        if columns as u64 <= self.columns {
            return Ok(());
        }
        Err(refused(
            Code::TooManyColumns,
            format!("the roster has {columns} columns; {} are allowed", self.columns),
            "remove columns, or allow more with `--limit columns=AMOUNT`",
        ))
    }

    /// Refuses a roster with too many rows; `ordinal` is that of a row on line `number`.
    ///
    /// # Errors
    /// `too-many-rows`.
    pub(super) fn check_rows(&self, ordinal: u64) -> Result<()> {
        if ordinal <= self.rows {
            return Ok(());
        }
        Err(refused(
            Code::TooManyRows,
            format!("the roster has more than {} rows", self.rows),
            "split it, or allow more with `--limit rows=AMOUNT`",
        ))
    }

    /// Refuses a row of a text that is too long.
    ///
    /// # Errors
    /// `record-too-long`, at the line where it begins.
    pub(super) fn check_record(&self, line: u64, bytes: usize) -> Result<()> {
        if bytes as u64 <= self.record {
            return Ok(());
        }
        let message = format!("the row that begins here is longer than {}", size(self.record));
        let help = "check for missing line breaks and whether this is a roster; or allow more with `--limit \
                    record=AMOUNT`";
        Err(at_line(line, refused(Code::RecordTooLong, message, help)))
    }
}

/// Returns a size in the largest unit that gives a whole number.
pub(super) fn size(bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1024 * MIB, "GiB"), (MIB, "MiB"), (1_000_000, "MB")];
    match units.into_iter().find(|(unit, _)| bytes >= *unit && bytes.is_multiple_of(*unit)) {
        Some((unit, name)) => format!("{} {name}", bytes / unit),
        None => format!("{bytes} bytes"),
    }
}

/// Returns a whole number; a size may have a unit behind it.
fn amount_of(written: &str, is_size: bool) -> Option<u64> {
    let end = written.find(|c: char| !c.is_ascii_digit()).unwrap_or(written.len());
    let (digits, unit) = written.split_at_checked(end)?;
    let factor = match unit.trim().to_ascii_lowercase().as_str() {
        "" => 1,
        _ if !is_size => return None,
        "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        "kib" => 1024,
        "mib" => MIB,
        "gib" => 1024 * MIB,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

/// The time of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    began: Instant,
    seconds: u64,
}

impl Clock {
    /// Starts to count.
    pub(super) fn start(limits: &Limits) -> Self {
        Self { began: Instant::now(), seconds: limits.seconds }
    }

    /// Ends a run that takes too long.
    ///
    /// # Errors
    /// `too-much-time`.
    pub(super) fn check(&self) -> Result<()> {
        if self.began.elapsed().as_secs() < self.seconds {
            return Ok(());
        }
        Err(late(self.seconds))
    }
}

fn late(seconds: u64) -> Error {
    refused(
        Code::TooMuchTime,
        format!("the run was stopped after {seconds} seconds; no workbook was written"),
        "split the roster, or allow more time with `--limit seconds=AMOUNT`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(written: &str) -> std::result::Result<Limits, String> {
        let mut limits = Limits::default();
        limits.set(written).map(|()| limits)
    }

    #[test]
    fn amounts_are_whole_numbers_and_sizes_may_have_units() {
        assert_eq!(set("rows=500000").unwrap().rows, 500_000);
        assert_eq!(set("bytes=2GB").unwrap().bytes, 2_000_000_000);
        assert_eq!(set("bytes=2 gib").unwrap().bytes, 2_147_483_648);
        assert_eq!(set("record=1k").unwrap().record, 1_000);
        assert_eq!(set("seconds=none").unwrap().seconds, u64::MAX);
        assert_eq!(set("columns=none").unwrap().columns, LIMIT_CELLS as u64);
        for wrong in [
            "rows",
            "rows=",
            "rows=1k",
            "rows=-1",
            "bytes=1.5GB",
            "cells=4",
            "columns=99999",
            "bytes=99999999999GB",
        ] {
            assert!(set(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn sizes_are_shown_in_the_unit_that_fits() {
        let shown = [20_000_000_000, 1024 * MIB, 16 * MIB, 5_000_000, 100].map(size);
        assert_eq!(shown, ["20 GB", "1 GiB", "16 MiB", "5 MB", "100 bytes"]);
    }

    #[test]
    fn each_limit_is_included_and_names_its_flag() {
        let limits = Limits { bytes: 5, rows: 5, columns: 5, record: 5, ..Limits::default() };
        let checks = |amount: u64| {
            let count = usize::try_from(amount).unwrap();
            [
                ("bytes", limits.check_bytes(amount)),
                ("rows", limits.check_rows(amount)),
                ("columns", limits.check_columns(count)),
                ("record", limits.check_record(1, count)),
            ]
        };
        for (name, checked) in checks(5) {
            assert!(checked.is_ok(), "{name}");
        }
        for (name, checked) in checks(6) {
            let error = checked.unwrap_err().to_string();
            assert!(error.contains(&format!("--limit {name}=")), "{error}");
        }
    }

    #[test]
    fn a_run_without_time_ends_and_one_without_limit_goes_on() {
        let check = |seconds| Clock::start(&Limits { seconds, ..Limits::default() }).check();
        assert_eq!(check(0).unwrap_err().diagnostics[0].code.as_str(), "too-much-time");
        assert!(check(u64::MAX).is_ok());
    }

    proptest! {
        #[test]
        fn any_words_are_answered(written in "(bytes|rows|seconds|\\PC{0,4})=?\\PC{0,12}") {
            let _ = set(&written);
        }
    }
}
