//! An upload on its way to the disk; every limit holds while its bytes come.

use crate::body::too_slow;
use crate::options::Limits;
use crate::problem::Problem;
use crate::site::Site;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::fs::File;
use tokio::io::{AsyncWriteExt, BufWriter};
use tokio::time::{Instant, timeout_at};

/// Bytes a second that a client has to send, at least.
const LEAST_RATE: u64 = 1_024;
/// After how many bytes the room is looked at again.
const LOOK_BYTES: u64 = 4 * 1024 * 1024;
/// Bytes that wait to be written.
const BUFFER_BYTES: usize = 64 * 1024;

/// Writes the body to a file that is not there yet, and returns its size.
///
/// # Errors
/// 413, 408, 507; or 422 if the client broke off.
pub(crate) async fn receive(
    site: &Site,
    headers: &HeaderMap,
    body: Body,
    path: &Path,
) -> Result<u64, Problem> {
    let limits = &site.options.limits;
    let declared =
        headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|bytes| bytes > limits.upload_bytes) {
        return Err(too_large(limits));
    }
    let mut arriving = Arriving { site, bytes: 0 };
    arriving.check_room(declared.unwrap_or(0))?;
    let file = File::create_new(path).await.map_err(|error| failed(&error))?;
    let mut file = BufWriter::with_capacity(BUFFER_BYTES, file);
    copy(body, &mut file, &mut arriving).await?;
    file.flush().await.map_err(|error| failed(&error))?;
    Ok(arriving.bytes)
}

async fn copy(
    mut body: Body,
    file: &mut BufWriter<File>,
    arriving: &mut Arriving<'_>,
) -> Result<(), Problem> {
    let limits = &arriving.site.options.limits;
    let mut pace = Pace::new(limits.patience, limits.upload_time);
    let (most, mut looked) = (limits.upload_bytes, 0);
    loop {
        let frame = match timeout_at(pace.until, body.frame()).await {
            Ok(Some(Ok(frame))) => frame,
            Ok(Some(Err(_))) => return Err(Problem::not_valid("the upload was cut short").last()),
            Ok(None) => return Ok(()),
            Err(_) => {
                pace.next()?;
                continue;
            }
        };
        let Ok(part) = frame.into_data() else { continue };
        let bytes = u64::try_from(part.len()).unwrap_or(u64::MAX);
        arriving.add(bytes);
        pace.came(bytes)?;
        if arriving.bytes > most {
            return Err(too_large(&arriving.site.options.limits));
        }
        if arriving.bytes - looked >= LOOK_BYTES {
            looked = arriving.bytes;
            arriving.check_room(0)?;
        }
        file.write_all(&part).await.map_err(|error| failed(&error))?;
    }
}

/// Whether bytes come fast enough: so many in each span of time, and all of them before the end.
struct Pace {
    span: Duration,
    /// When this span ends.
    until: Instant,
    end: Instant,
    /// Bytes of this span.
    bytes: u64,
}

impl Pace {
    fn new(span: Duration, all: Duration) -> Self {
        let now = Instant::now();
        Self { span, until: now + span.min(all), end: now + all, bytes: 0 }
    }

    fn came(&mut self, bytes: u64) -> Result<(), Problem> {
        self.bytes += bytes;
        if Instant::now() >= self.until { self.next() } else { Ok(()) }
    }

    /// Begins another span, if enough came in this one.
    fn next(&mut self) -> Result<(), Problem> {
        let now = Instant::now();
        if now >= self.end || self.bytes < LEAST_RATE * self.span.as_secs() {
            return Err(too_slow());
        }
        self.until = (now + self.span).min(self.end);
        self.bytes = 0;
        Ok(())
    }
}

/// Bytes that are on the disk and not in the book yet; once it is dropped they are none.
struct Arriving<'s> {
    site: &'s Site,
    bytes: u64,
}

impl Arriving<'_> {
    fn add(&mut self, bytes: u64) {
        self.bytes += bytes;
        self.site.arriving.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Looks whether so many more bytes have room.
    fn check_room(&self, bytes: u64) -> Result<(), Problem> {
        self.site.check_room(bytes).map_err(Problem::last)
    }
}

impl Drop for Arriving<'_> {
    fn drop(&mut self) {
        self.site.arriving.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl Site {
    /// Returns how many more bytes may be kept.
    pub(crate) fn room(&self) -> u64 {
        let limits = &self.options.limits;
        let used = self.book().bytes().saturating_add(self.arriving.load(Ordering::Relaxed));
        let free = self.folder.free_bytes().saturating_sub(limits.free_bytes);
        limits.quota_bytes.saturating_sub(used).min(free)
    }

    /// Looks whether so many more bytes have room.
    ///
    /// # Errors
    /// 507.
    pub(crate) fn check_room(&self, bytes: u64) -> Result<(), Problem> {
        let room = self.room();
        if room == 0 || room < bytes { Err(Problem::no_room()) } else { Ok(()) }
    }
}

fn too_large(limits: &Limits) -> Problem {
    const MIB: u64 = 1024 * 1024;
    let most = match limits.upload_bytes / MIB {
        0 => format!("{} bytes", limits.upload_bytes),
        mib => format!("{mib} MB"),
    };
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too-large",
        format!("the file is larger than {most}"),
        "save it as CSV or XLSX without the columns that are not needed, or split it",
    )
    .last()
}

fn failed(error: &std::io::Error) -> Problem {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Problem::no_room().last(),
        _ => Problem::internal().last(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_upload_has_to_keep_a_pace_and_to_end() {
        let second = Duration::from_secs(1);
        let mut pace = Pace::new(20 * second, 60 * second);
        tokio::time::advance(20 * second).await;
        assert!(pace.came(20 * LEAST_RATE).is_ok());
        tokio::time::advance(20 * second).await;
        assert_eq!(pace.came(20 * LEAST_RATE - 1).unwrap_err().status, StatusCode::REQUEST_TIMEOUT);
        let mut pace = Pace::new(20 * second, 60 * second);
        for _ in 0..2 {
            tokio::time::advance(20 * second).await;
            assert!(pace.came(1 << 30).is_ok());
        }
        tokio::time::advance(20 * second).await;
        assert!(pace.came(1 << 30).is_err(), "the whole time is over");
    }
}
