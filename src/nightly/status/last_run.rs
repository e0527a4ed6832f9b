//! The last run: when it was, what it came to, whether it came to its end, and whether runs come as often as they use to.

use crate::error::Result;
use crate::nightly::clock::Moment;
use crate::nightly::ledger::{Lines, Night};
use crate::nightly::missing::length;
use crate::nightly::outcome::{NOTHING_NEW, REVIEW};
use crate::nightly::{began, lock};
use crate::verdict::words::{counted, grouped};
use serde::Serialize;
use std::path::Path;
use std::time::Duration;

/// The last run.
#[derive(Clone, Debug, Serialize)]
pub(super) struct LastRun {
    pub(super) ended: String,
    pub(super) exit_code: u8,
    pub(super) seconds_ago: u64,
    /// Files that were judged, and those that failed or are set aside, with rosters that did not come.
    pub(super) done: u32,
    pub(super) failed: u32,
    pub(super) in_words: String,
}

impl LastRun {
    pub(super) fn new(night: &Night, now: Moment) -> Self {
        let ended = Moment { seconds: night.at };
        let ago = now.since(ended);
        let (done, failed) = (u64::from(night.done), u64::from(night.failed));
        let parts = [
            (done > 0).then(|| format!("{} judged", counted(done, "file", "files"))),
            (failed > 0).then(|| format!("{} failed or did not come", grouped(failed))),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let is_quiet = [0, REVIEW, NOTHING_NEW].contains(&night.code);
        let parts = match (parts.is_empty(), is_quiet) {
            (true, true) => "nothing to do".to_owned(),
            (true, false) => {
                "it could not begin, or not go on; see `latest.html` in the state folder".to_owned()
            }
            _ => parts.join(", "),
        };
        let ago_words = length(rounded(ago));
        Self {
            ended: ended.to_string(),
            exit_code: night.code,
            seconds_ago: ago.as_secs(),
            done: night.done,
            failed: night.failed,
            in_words: format!("{}, {ago_words} ago: {parts}; exit code {}", ended.words(), night.code),
        }
    }
}

/// What a run that is at work, or one that did not come to its end, left.
pub(super) fn unfinished(state: &Path) -> Result<Vec<String>> {
    let left = began::left(state)?;
    if lock::is_held(state) {
        return Ok(vec!["a run is at work now; what it has done is told here".to_owned()]);
    }
    let Some(last) = left.last() else { return Ok(Vec::new()) };
    Ok(vec![format!(
        "the run of {} did not come to its end: it was stopped, or the machine went down, while it judged `{}` or after \
         that; the next run makes up for it",
        Moment { seconds: last.at }.words(),
        last.input
    )])
}

/// Where runs did not come as often as they use to.
pub(super) struct Gaps {
    pub(super) told: Vec<String>,
    /// Whether the next one should have come by now.
    pub(super) is_overdue: bool,
}

/// Says where runs did not come as often as they use to: before the last one, or since.
///
/// Days are counted, and not hours: somebody may have run several times on one of them.
pub(super) fn gaps(lines: &Lines, now: Moment) -> Gaps {
    /// Days with runs that show how often they come.
    const LOOKED_AT: usize = 15;
    let mut ends: Vec<Moment> = lines.nights().rev().map(|night| Moment { seconds: night.at }).collect();
    let last = ends.first().copied();
    // The last run of each day, the newest day first; a clock may have been set back.
    ends.dedup_by_key(|end| end.day());
    ends.truncate(LOOKED_AT);
    let between: Vec<i64> = ends
        .windows(2)
        .filter_map(|pair| Some(pair.first()?.day().days_since(pair.last()?.day())))
        .filter(|days| *days > 0)
        .collect();
    let mut gaps = Gaps { told: Vec::new(), is_overdue: false };
    let (Some(last), Some((newest, before))) = (last, between.split_first()) else { return gaps };
    // Weekends count: the longest pause that is usual, and half of it again.
    let is_long = |days: i64, usual: &[i64]| usual.iter().max().is_some_and(|most| days > most + most / 2);
    if is_long(*newest, before)
        && let [other, one, ..] = ends.as_slice()
    {
        let first = lines.nights().map(|night| Moment { seconds: night.at });
        let first = first.into_iter().find(|night| night.day() == other.day()).unwrap_or(*other);
        gaps.told.push(format!("there was no run between {} and {}", one.words(), first.words()));
    }
    if is_long(now.day().days_since(last.day()), &between) {
        gaps.is_overdue = true;
        gaps.told.push(format!(
            "there was no run for {}: see whether the scheduler is on, and what it says of the run",
            length(rounded(now.since(last)))
        ));
    }
    gaps
}

/// Nobody wants to know the seconds of yesterday.
fn rounded(time: Duration) -> Duration {
    let seconds = time.as_secs();
    let unit = match seconds {
        0..60 => 1,
        60..7_200 => 60,
        7_200..172_800 => 3_600,
        _ => 86_400,
    };
    Duration::from_secs(seconds / unit * unit)
}
