//! A folder with an inbox, a configuration, and a clock that stands still.

use fasttrack_roster::error::Result;
use fasttrack_roster::nightly::clock::{Clock, Moment};
use fasttrack_roster::nightly::configuration::Configuration;
use fasttrack_roster::nightly::{Asked, Night, RosterEnd, State, run};
use fasttrack_roster::pipeline::Workers;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// A clock at a moment of its own; files are as old as they are.
pub(crate) struct Still(pub(crate) i64);

impl Still {
    /// `2026-11-28T02:00`.
    pub(crate) fn at(written: &str) -> Self {
        let (day, time) = written.split_once('T').unwrap();
        let (hours, minutes) = time.split_once(':').unwrap();
        let day = fasttrack_roster::date::Date::iso(day).unwrap().number();
        Self(day * 86_400 + hours.parse::<i64>().unwrap() * 3_600 + minutes.parse::<i64>().unwrap() * 60)
    }
}

impl Clock for Still {
    fn now(&self) -> Moment {
        Moment { seconds: self.0 }
    }

    fn age(&self, changed: SystemTime) -> Option<Duration> {
        SystemTime::now().duration_since(changed).ok()
    }

    fn wait(&self, time: Duration) {
        std::thread::sleep(time);
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
}

pub(crate) struct Stage {
    folder: TempDir,
}

impl Stage {
    /// A stage with these tables of rosters, whose files are complete at once.
    pub(crate) fn new(rosters: &str) -> Self {
        Self::with("settle = \"0s\"\n", rosters)
    }

    /// A stage with these lines for all rosters, and these tables of them.
    pub(crate) fn with(night: &str, rosters: &str) -> Self {
        let stage = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(stage.path("in")).unwrap();
        stage.configure(night, rosters);
        stage
    }

    pub(crate) fn configure(&self, night: &str, rosters: &str) {
        let text =
            format!("[night]\ninbox = \"in\"\noutbox = \"out\"\nstate = \"state\"\n{night}\n{rosters}");
        fs::write(self.path("fasttrack.toml"), text).unwrap();
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    pub(crate) fn put(&self, name: &str, text: &str) {
        self.put_bytes(name, text.as_bytes());
    }

    pub(crate) fn put_bytes(&self, name: &str, bytes: &[u8]) {
        let path = self.path("in").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub(crate) fn night(&self, time: &str) -> Night {
        self.night_again(time, &[])
    }

    pub(crate) fn night_again(&self, time: &str, again: &[&str]) -> Night {
        self.try_night(time, again).unwrap()
    }

    pub(crate) fn try_night(&self, time: &str, again: &[&str]) -> Result<Night> {
        self.with_clock(&Still::at(time), again, false, &mut |_| {})
    }

    pub(crate) fn dry(&self, time: &str) -> Night {
        self.with_clock(&Still::at(time), &[], true, &mut |_| {}).unwrap()
    }

    pub(crate) fn configuration(&self) -> Configuration {
        Configuration::load(&self.path("fasttrack.toml")).unwrap()
    }

    pub(crate) fn with_clock(
        &self,
        clock: &dyn Clock,
        again: &[&str],
        is_dry: bool,
        tell: &mut dyn FnMut(&RosterEnd),
    ) -> Result<Night> {
        let configuration = self.configuration();
        let again = again.iter().map(|name| (*name).to_owned()).collect();
        let workers = Workers::new(2).unwrap();
        let notice = &|_: &str| {};
        let asked = Asked { configuration: &configuration, clock, workers, again, is_dry, notice };
        run(&asked, tell).map(|(night, _)| night)
    }

    /// All files of the outbox, with their bytes.
    pub(crate) fn outputs(&self) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        below(&self.path("out"), "", &mut found);
        found
    }
}

pub(crate) fn below(folder: &Path, before: &str, found: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.map(std::io::Result::unwrap) {
        let name = format!("{before}{}", entry.file_name().into_string().unwrap());
        if entry.path().is_dir() {
            below(&entry.path(), &format!("{name}/"), found);
        } else {
            found.insert(name, fs::read(entry.path()).unwrap());
        }
    }
}

/// A roster of so many customers, each with so many paid seats of one plan.
pub(crate) fn roster(customers: u32, seats: u32) -> String {
    let mut text = "Tenant,Plan,Paid seats\n".to_owned();
    for customer in 0..customers {
        let _ = writeln!(text, "Contoso {customer},SPE_E3,{seats}");
    }
    text
}

pub(crate) fn states(night: &Night) -> Vec<(&str, State)> {
    night.rosters.iter().map(|end| (end.roster.as_str(), end.state)).collect()
}
