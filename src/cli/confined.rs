//! What a process may use that reads what strangers send: memory, the size of a file, time, and no longer than whoever
//! started it.

use fasttrack_roster::error::Result;

/// What it may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    /// Bytes of memory, as the system counts what is reserved.
    memory: u64,
    /// Bytes of the largest file that it writes.
    file: u64,
    /// Seconds of all cores together.
    seconds: u64,
    /// The process that started it: it ends with that one.
    parent: i32,
}

impl Limits {
    /// Reads `BYTES,BYTES,SECONDS,PROCESS`: memory, file, time, and who started it.
    ///
    /// # Errors
    /// If that is something else.
    pub(super) fn read(written: &str) -> std::result::Result<Self, String> {
        let numbers: Vec<u64> = written.split(',').filter_map(|number| number.parse().ok()).collect();
        match numbers.as_slice() {
            [memory, file, seconds, parent] => Ok(Self {
                memory: *memory,
                file: *file,
                seconds: *seconds,
                parent: i32::try_from(*parent).map_err(|_| "that is no process".to_owned())?,
            }),
            _ => Err("write four numbers".to_owned()),
        }
    }

    /// Holds this process to the limits, as far as the system has them.
    ///
    /// # Errors
    /// If the system refuses one.
    #[cfg(all(unix, feature = "serve"))]
    pub(super) fn keep_to(self) -> Result<()> {
        use fasttrack_roster::error::Error;
        let failed = |error| Error::internal(format!("the process cannot be held to its limits: {error}"));
        self.end_with_parent().map_err(failed)?;
        self.limit_resources().map_err(failed)
    }

    /// There are no such limits.
    #[cfg(not(all(unix, feature = "serve")))]
    #[expect(clippy::unnecessary_wraps, reason = "other systems have limits")]
    pub(super) const fn keep_to(self) -> Result<()> {
        let Self { .. } = self;
        Ok(())
    }

    #[cfg(all(unix, feature = "serve"))]
    fn limit_resources(self) -> rustix::io::Result<()> {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limits = [
            (Resource::As, self.memory),
            (Resource::Fsize, self.file),
            (Resource::Cpu, self.seconds),
            // What was in memory when a process died is nobody's business.
            (Resource::Core, 0),
        ];
        for (resource, most) in limits {
            // Who is already held to less stays so.
            let most = getrlimit(resource).maximum.map_or(most, |so_far| so_far.min(most));
            setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
        }
        Ok(())
    }

    /// Asks the system to end this process when the one that started it ends.
    #[cfg(all(target_os = "linux", feature = "serve"))]
    fn end_with_parent(self) -> rustix::io::Result<()> {
        use rustix::process::{Signal, getppid, set_parent_process_death_signal};
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // It may have ended before that was asked for.
        match getppid() {
            Some(parent) if parent.as_raw_nonzero().get() == self.parent => Ok(()),
            _ => Err(rustix::io::Errno::SRCH),
        }
    }

    #[cfg(all(unix, not(target_os = "linux"), feature = "serve"))]
    #[expect(clippy::unnecessary_wraps, reason = "other systems can")]
    fn end_with_parent(self) -> rustix::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_numbers_are_limits_and_nothing_else_is() {
        assert_eq!(Limits::read("1,2,3,4"), Ok(Limits { memory: 1, file: 2, seconds: 3, parent: 4 }));
        for wrong in ["", "1,2,3", "1,2,3,4,5", "1,2,3,x", "1,2,3,-4", "1,2,3,4294967296"] {
            assert!(Limits::read(wrong).is_err(), "{wrong}");
        }
    }
}
