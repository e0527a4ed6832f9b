//! `fasttrack nightly`: every file that came, judged once.

use crate::cli::args::{LogFormat, NightArguments, Nightly, NightlyAction};
use crate::cli::exit::Exit;
use crate::cli::say;
use fasttrack_roster::diagnostic::{Code, Diagnostic};
use fasttrack_roster::error::{Error, ErrorKind, Result};
use fasttrack_roster::nightly::clock::{Clock, Moment};
use fasttrack_roster::nightly::configuration::{Configuration, DEFAULT_FILE};
use fasttrack_roster::nightly::report::{self, Log, NightReport};
use fasttrack_roster::nightly::{self, Asked, RosterEnd, hook, metrics, starter, status, words};
use fasttrack_roster::pipeline::Workers;
use fasttrack_roster::verdict::words::counted;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Runs the command.
///
/// # Errors
/// If the configuration is not valid, or the run cannot begin or go on.
pub(super) fn run(wanted: &Nightly) -> Result<Exit> {
    match &wanted.action {
        None => night(&wanted.night),
        Some(NightlyAction::Status { config, json, date, exit_code }) => {
            let configuration = Configuration::load(config)?;
            let status = status::status(&configuration, &SystemClock::new(*date))?;
            let said = if *json { say::out(&report::text(&status)?) } else { say::out(&status.to_string()) }?;
            Ok(if *exit_code { exit(status.exit_code()) } else { said })
        }
        Some(NightlyAction::Init { config }) => init(config),
        #[cfg(feature = "serve")]
        Some(NightlyAction::Remembered(wanted)) => crate::cli::remembered::run(wanted),
    }
}

fn night(wanted: &NightArguments) -> Result<Exit> {
    let configuration = Configuration::load(&wanted.config)?;
    let clock = SystemClock::new(wanted.date);
    let asked = Asked {
        configuration: &configuration,
        clock: &clock,
        workers: Workers::new(wanted.threads)?,
        again: wanted.again.clone(),
        is_dry: wanted.dry_run,
        notice: &|words| {
            if !wanted.quiet && wanted.log_format == LogFormat::Text {
                say::note(words);
            }
        },
    };
    let (night, _held) = nightly::run(&asked, &mut |end| tell(end, wanted))?;
    for remark in &night.remarks {
        remark_of(remark, wanted);
    }
    for name in &night.strangers {
        remark_of(&format!("`{name}` in the inbox fits no roster of the configuration"), wanted);
    }
    let (mut places, mut exit) = (None, exit(night.code));
    if !wanted.dry_run {
        places = Some(report::write(&night, &configuration)?);
        // Whoever watches the figures has to learn that they stand still, and everybody else what happened.
        if let Err(error) = metrics::write(&night, &configuration) {
            say::error(&error);
            exit = if night.ends.failures() > 0 { exit } else { Exit::Failed(ErrorKind::Output) };
        }
    }
    if wanted.json {
        say::out_bytes(report::text(&NightReport::new(&night))?.as_bytes())?;
    }
    if let Some(places) = &places
        && let Err(why) = hook::run(&night, &configuration, places, &clock)
    {
        remark_of(&why, wanted);
    }
    if !wanted.quiet || night.ends.failures() > 0 {
        let page = places.map_or(String::new(), |_| {
            format!("; report: {}", configuration.state.join("latest.html").display())
        });
        match wanted.log_format {
            LogFormat::Text => say::note(&format!("{}{page}", words::of_night(&night))),
            LogFormat::Json => say::note(&Log::night(&night).line()?),
        }
    }
    Ok(exit)
}

fn tell(end: &RosterEnd, wanted: &NightArguments) {
    if wanted.quiet && !words::needs_a_person(end.state) {
        return;
    }
    match wanted.log_format {
        LogFormat::Text => say::note(&words::lines(end)),
        LogFormat::Json => {
            if let Ok(line) = Log::roster(end).line() {
                say::note(&line);
            }
        }
    }
}

fn remark_of(remark: &str, wanted: &NightArguments) {
    match wanted.log_format {
        LogFormat::Text => say::note(&format!("remark: {remark}")),
        LogFormat::Json => {
            if let Ok(line) = Log::remark(remark).line() {
                say::note(&line);
            }
        }
    }
}

/// Writes a configuration to begin with, and makes its inbox; one that is there is never replaced.
fn init(path: &Path) -> Result<Exit> {
    let folder = path.parent().unwrap_or_else(|| Path::new("")).to_owned();
    let failed = |error: std::io::Error| {
        let message = format!("`{}` cannot be written: {error}", path.display());
        let help = "choose another name, or move what is there";
        Error::output(Diagnostic::error(Code::OutputNotWritable, message).help(help))
    };
    let text = starter::text(&folder);
    let mut file = std::fs::File::create_new(path).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    std::fs::create_dir_all(folder.join(starter::INBOX)).map_err(failed)?;
    let (shown, inbox) = (path.display(), folder.join(starter::INBOX));
    let config = if path == Path::new(DEFAULT_FILE) { String::new() } else { format!(" {shown}") };
    let found = u64::try_from(starter::kinds(&folder)).unwrap_or(0);
    let wrote = match found {
        0 => format!("wrote {shown}\nput files into {} and name them in {shown}", inbox.display()),
        _ => format!(
            "wrote {shown} with {} for the files in {}\nlook through {shown}",
            counted(found, "roster", "rosters"),
            inbox.display()
        ),
    };
    say::note(&format!("{wrote}, then try: fasttrack nightly{config} --dry-run"));
    Ok(Exit::Done)
}

/// What a night's code is to the system.
fn exit(code: u8) -> Exit {
    const KINDS: [ErrorKind; 6] = [
        ErrorKind::Usage,
        ErrorKind::Input,
        ErrorKind::Columns,
        ErrorKind::Output,
        ErrorKind::Busy,
        ErrorKind::Policy,
    ];
    match code {
        0 => Exit::Done,
        3 => Exit::Review,
        9 => Exit::Nothing,
        10 => Exit::SomeFailed,
        _ => {
            let kind = KINDS.into_iter().find(|kind| kind.exit_code() == code);
            Exit::Failed(kind.unwrap_or(ErrorKind::Internal))
        }
    }
}

/// The clock of the system, or one that was set by `--date`.
struct SystemClock {
    began: Instant,
    /// Seconds since 1970-01-01 00:00 UTC at the beginning.
    start: i64,
}

/// What `--date` says: a day, and perhaps the seconds of it.
pub(super) type DateAndTime = (fasttrack_roster::date::Date, Option<i64>);

impl SystemClock {
    fn new(date: Option<DateAndTime>) -> Self {
        const DAY: i64 = 86_400;
        let system = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let system = i64::try_from(system.as_secs()).unwrap_or(0);
        let start = date.map_or(system, |(day, time)| {
            day.number() * DAY + time.unwrap_or_else(|| system.rem_euclid(DAY))
        });
        Self { began: Instant::now(), start }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        let elapsed = i64::try_from(self.began.elapsed().as_secs()).unwrap_or(0);
        Moment { seconds: self.start.saturating_add(elapsed) }
    }

    fn age(&self, changed: SystemTime) -> Option<Duration> {
        // Whatever `--date` says: files have the system's time.
        SystemTime::now().duration_since(changed).ok()
    }

    fn wait(&self, time: Duration) {
        std::thread::sleep(time);
    }

    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}
