//! Files are deleted when their time is over; the history keeps their lines.

use crate::clock;
use crate::site::Site;
use crate::uploads::remove_files;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// How often it is looked, at least.
const LOOK: Duration = Duration::from_mins(1);

/// Deletes files whose time is over, as long as the page is there.
pub(crate) async fn all(site: Arc<Site>) {
    let keep = site.options.limits.keep;
    loop {
        sleep(LOOK.min(keep)).await;
        let now = clock::now();
        let over = site.book().here(|upload| upload.uploaded.saturating_add(keep.as_secs()) <= now);
        for upload in over {
            if remove_files(&site, &upload).await.is_ok() {
                site.log(&format!("upload {}: its files are deleted, their time is over", upload.short()));
            }
        }
    }
}
