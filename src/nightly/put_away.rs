//! What follows when a file is judged: the copy of the newest output beside the folders, and the way out of the inbox.

use super::configuration::{Series, Settle};
use super::end::RosterEnd;
use super::fingerprint::Looked;
use super::inbox::{Found, Seen};
use super::ledger::Done;
use super::outbox;
use super::rosters::Rosters;
use super::settle::marker_of;
use std::fs;

impl Rosters<'_> {
    /// What follows when a file is judged, in this run or in one before that was cut off: the copy of the newest output,
    /// and the inbox.
    pub(super) fn settled(
        &self,
        end: RosterEnd,
        series: &Series,
        (file, looked): (&Found, &Looked),
        done: Done,
    ) -> RosterEnd {
        if self.written.is_none() {
            return end.with_outputs(done, self.configuration);
        }
        let mut end = end;
        let newest = self.lines().newest_of(&series.name);
        if newest.is_some_and(|newest| newest.key == done.key) {
            for extension in done.outputs.keys() {
                if let Err(error) = outbox::set_latest(&self.configuration.outbox, &done, extension) {
                    end.remarks.push(format!("`latest.{extension}` was not replaced: {error}"));
                }
            }
        }
        if let Some(folder) = &self.configuration.done {
            let to = folder.join(&done.roster).join(&done.night);
            if let Err(error) = self.take_away(file, looked, &to) {
                end.remarks.push(format!("the file was not moved out of the inbox: {error}"));
            }
        }
        end.with_outputs(done, self.configuration)
    }

    /// Whether a file is in the inbox, and not where judged files are moved to.
    pub(super) fn is_in_inbox(&self, file: &Found) -> bool {
        file.path == self.configuration.inbox.join(&file.name)
    }

    /// Moves a file out of the inbox, if it is still the one that was judged.
    fn take_away(&self, file: &Found, looked: &Looked, to: &std::path::Path) -> std::io::Result<()> {
        if !self.is_in_inbox(file) {
            return Ok(());
        }
        let is_same = fs::metadata(&file.path).is_ok_and(|there| Seen::of(&there) == file.seen);
        if !is_same || looked.file.metadata().is_ok_and(|open| Seen::of(&open) != file.seen) {
            return Ok(());
        }
        let name = file.name.rsplit('/').next().unwrap_or_default();
        outbox::take_away(&file.path, to, name)?;
        // A marker that stayed would release the next file before it is written to its end.
        if let Settle::Marker(marker) = &self.configuration.settle {
            let _ = fs::remove_file(marker_of(&file.path, marker));
        }
        Ok(())
    }
}
