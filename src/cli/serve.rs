//! `fasttrack serve`.

use crate::cli::exit::Exit;
use crate::cli::say;
use clap::Args;
use fasttrack_roster::error::Result;
use fasttrack_roster::read::Limits as RosterLimits;
use fasttrack_roster::serve::{Access, At, Limits, Notice, Options, serve};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// Bytes of a megabyte, as the flags count them.
const MIB: u64 = 1024 * 1024;

/// The arguments of `serve`.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Open the page in the browser
    #[arg(long)]
    open: bool,
    /// The port to listen on [default: any that is free]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// Keep the history and what is remembered in this folder; `fasttrack nightly remembered DIR` takes it over into nightly
    /// runs [default: nothing is kept]
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Hours after which uploads and workbooks are deleted
    #[arg(long, value_name = "HOURS", default_value_t = 8.0, value_parser = hours)]
    keep: f64,
    /// A policy that can be chosen: a file, or the name of a shipped one; repeatable, the first is the default
    /// [default: the shipped ones]
    #[arg(long, value_name = "FILE")]
    policy: Vec<String>,
    /// Your own products and spellings, for every roster; repeatable
    #[arg(long, value_name = "FILE")]
    catalogue: Vec<PathBuf>,
    /// Change a limit for every roster, as for `annotate`
    #[arg(long, value_name = "WHAT=AMOUNT", value_parser = limit)]
    limit: Vec<String>,
    /// Megabytes of an upload
    #[arg(long, value_name = "MB", default_value_t = 1024, value_parser = clap::value_parser!(u64).range(1..))]
    upload_size: u64,
    /// Megabytes of all files together
    #[arg(long, value_name = "MB", default_value_t = 20 * 1024, value_parser = clap::value_parser!(u64).range(1..))]
    quota: u64,
    /// Megabytes of the disk to leave free
    #[arg(long, value_name = "MB", default_value_t = 512)]
    leave_free: u64,
    /// Runs at once
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
    runs: u16,
    /// Runs that may wait
    #[arg(long, value_name = "N", default_value_t = 200)]
    queue: u16,
    /// Uploads at once
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    uploads: u16,
    /// Seconds after which a client is given up that sends less than 1 kB a second, or takes nothing
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=3600))]
    patience: u64,
    /// Megabytes of memory that may be reserved for reading a roster
    #[arg(long, value_name = "MB", default_value_t = 8 * 1024, value_parser = clap::value_parser!(u64).range(64..))]
    memory: u64,
    /// Run behind a reverse proxy that signs people in, for a team
    #[arg(long, requires = "user_header", requires = "public")]
    behind_proxy: bool,
    /// The header in which the proxy names the user who is signed in
    #[arg(long, value_name = "NAME", requires = "behind_proxy", value_parser = header)]
    user_header: Option<String>,
    /// The address that people use, such as `https://fasttrack.contoso.example`
    #[arg(long, value_name = "ADDRESS", requires = "behind_proxy")]
    public: Option<String>,
    /// Listen on this address of this machine instead of 127.0.0.1
    #[arg(long, value_name = "IP", conflicts_with = "socket")]
    address: Option<IpAddr>,
    /// Listen on a socket in the file system instead of a port
    #[arg(long, value_name = "PATH", requires = "behind_proxy", conflicts_with = "port")]
    socket: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// If the page cannot be served.
pub(super) fn run(wanted: &Serve) -> Result<Exit> {
    let is_opened = wanted.open;
    serve(options(wanted), move |notice| match notice {
        Notice::Address(address) => {
            // Without standard output there is still the browser.
            let _ = say::out(&format!("{address}\n"));
            if is_opened && open::that_detached(address).is_err() {
                say::note("no browser could be opened; open the address yourself");
            }
        }
        Notice::Event(event) => say::note(event),
    })?;
    Ok(Exit::Done)
}

fn options(wanted: &Serve) -> Options {
    let access = match (&wanted.user_header, &wanted.public) {
        (Some(user_header), Some(public)) => Access::Proxy {
            user_header: user_header.clone(),
            public: public.trim_end_matches('/').to_owned(),
        },
        _ => Access::Token,
    };
    let ip = wanted.address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let own = || At::Loopback(SocketAddr::new(ip, wanted.port));
    let at = wanted.socket.clone().map_or_else(own, At::Socket);
    Options {
        at,
        access,
        state: wanted.state.clone(),
        policies: wanted.policy.clone(),
        catalogues: wanted.catalogue.clone(),
        roster_limits: wanted.limit.clone(),
        limits: Limits {
            upload_bytes: wanted.upload_size.saturating_mul(MIB),
            quota_bytes: wanted.quota.saturating_mul(MIB),
            free_bytes: wanted.leave_free.saturating_mul(MIB),
            keep: Duration::from_secs_f64(wanted.keep * 3_600.0),
            uploads: usize::from(wanted.uploads),
            runs: usize::from(wanted.runs),
            queue: usize::from(wanted.queue),
            patience: Duration::from_secs(wanted.patience),
            child_memory: wanted.memory.saturating_mul(MIB),
            ..Limits::default()
        },
    }
}

fn limit(written: &str) -> std::result::Result<String, String> {
    RosterLimits::default().set(written).map(|()| written.to_owned())
}

fn hours(written: &str) -> std::result::Result<f64, String> {
    const LIMIT_HOURS: f64 = 24.0 * 366.0;
    let hours = written.parse().ok().filter(|hours| (0.001..=LIMIT_HOURS).contains(hours));
    hours.ok_or_else(|| "write a number of hours, such as 8 or 0.5".to_owned())
}

fn header(written: &str) -> std::result::Result<String, String> {
    let is_name =
        !written.is_empty() && written.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_name {
        Ok(written.to_ascii_lowercase())
    } else {
        Err("write the name of a header, such as X-Forwarded-User".to_owned())
    }
}
