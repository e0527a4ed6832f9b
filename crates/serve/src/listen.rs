//! Connections: where they come from, how many there are, and how long each may take to say what it wants.

use crate::book::Book;
use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, Result};
use crate::folder::Folder;
use crate::journal::{self, Journal};
use crate::notice::Notice;
use crate::options::{Access, At, Options};
use crate::routes;
use crate::site::{Parts, Site};
use crate::stop;
use crate::write_timeout::WriteTimeout;
use crate::{sweep, work};
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;
use tokio::sync::Semaphore;
use tokio::time::sleep;

/// How long a client has for the head of a request.
const HEAD_TIME: Duration = Duration::from_secs(5);
/// Bytes of such a head.
const HEAD_BYTES: usize = 16 * 1024;
/// File handles that are not for connections.
const OTHER_HANDLES: u64 = 256;

/// Runs the page until it is told to stop; returns what has to be cleaned up once nothing runs any more.
pub(crate) async fn run(
    mut options: Options,
    tell: Arc<dyn Fn(Notice<'_>) + Send + Sync>,
) -> Result<Arc<Site>> {
    check(&options)?;
    options.limits.connections = options.limits.connections.min(handles());
    let (listener, port) = Listener::bind(&options.at).await?;
    let folder = Folder::open(options.state.as_deref())?;
    let history = folder.history();
    let (lines, unread) = history.as_deref().map_or(Ok((Vec::new(), 0)), journal::read)?;
    let book = Book::read(lines);
    let journal = Journal::begin(history.as_deref(), &book.lines())?;
    let site = Arc::new(Site::new(Parts { options, port, folder, book, journal, tell })?);
    if unread > 0 {
        site.log(&format!("{unread} lines of the history could not be read, and are left out"));
    }
    for _ in 0..site.options.limits.runs {
        tokio::spawn(work::all(Arc::clone(&site)));
    }
    tokio::spawn(sweep::all(Arc::clone(&site)));
    let router = routes::router(Arc::clone(&site));
    announce(&site)?;
    tokio::select! {
        () = accept(&site, &listener, &router) => {}
        () = stop::stopped() => {}
    }
    listener.close(&site.options.at);
    Ok(site)
}

/// Refuses to listen where strangers could come from.
fn check(options: &Options) -> Result<()> {
    if let At::Loopback(address) = &options.at
        && !address.ip().is_loopback()
    {
        return Err(refused(&format!("{address} is not an address of this machine alone")));
    }
    match (&options.access, &options.at) {
        (Access::Token, At::Socket(_)) => Err(refused("a browser cannot open a socket in the file system")),
        (Access::Proxy { public, .. }, _) if !is_origin(public) => {
            Err(refused(&format!("`{public}` is not an address such as https://fasttrack.contoso.example")))
        }
        _ => Ok(()),
    }
}

fn is_origin(public: &str) -> bool {
    let host = ["https://", "http://"].iter().find_map(|scheme| public.strip_prefix(scheme));
    host.is_some_and(|host| {
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
    })
}

/// Tells where the page is.
fn announce(site: &Site) -> Result<()> {
    let address = match &site.options.access {
        Access::Token => format!("{}/?token={}", site.address(), site.sessions.token()?),
        Access::Proxy { public, .. } => public.clone(),
    };
    site.tell(Notice::Address(&address));
    Ok(())
}

/// A connection, whatever it came over: with one type for both, HTTP is in the program once.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Where connections come from.
enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener),
}

impl Listener {
    /// Binds it, and returns it with its port.
    async fn bind(at: &At) -> Result<(Self, Option<u16>)> {
        match at {
            At::Loopback(address) => {
                let listener = TcpListener::bind(address).await;
                let listener =
                    listener.map_err(|error| refused(&format!("{address} cannot be used: {error}")))?;
                let port = listener.local_addr().ok().map(|address| address.port());
                Ok((Self::Tcp(listener), port))
            }
            #[cfg(unix)]
            At::Socket(path) => {
                let listener = socket(path);
                let listener = listener
                    .map_err(|error| refused(&format!("`{}` cannot be used: {error}", path.display())))?;
                Ok((Self::Unix(listener), None))
            }
            #[cfg(not(unix))]
            At::Socket(_) => Err(refused("this system has no sockets in the file system")),
        }
    }

    /// Waits for the next connection.
    async fn accept(&self) -> io::Result<Box<dyn Stream>> {
        match self {
            Self::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                // A small answer is sent at once.
                let _ = stream.set_nodelay(true);
                Ok(Box::new(stream))
            }
            #[cfg(unix)]
            Self::Unix(listener) => Ok(Box::new(listener.accept().await?.0)),
        }
    }

    /// Removes what it has in the file system.
    fn close(self, at: &At) {
        drop(self);
        if let At::Socket(path) = at {
            // One that stays is replaced at the next start.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Makes a socket that this user and its group can use; one that nobody listens on any more is replaced.
#[cfg(unix)]
fn socket(path: &Path) -> io::Result<UnixListener> {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt};
    const MODE: u32 = 0o660;
    let is_socket = path.symlink_metadata().is_ok_and(|found| found.file_type().is_socket());
    if is_socket && std::os::unix::net::UnixStream::connect(path).is_err() {
        std::fs::remove_file(path)?;
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(MODE))?;
    Ok(listener)
}

/// Accepts connections for ever.
async fn accept(site: &Arc<Site>, listener: &Listener, router: &Router) {
    let open = Arc::new(Semaphore::new(site.options.limits.connections));
    let patience = site.options.limits.patience;
    loop {
        let Ok(permit) = Arc::clone(&open).acquire_owned().await else { return };
        let router = router.clone();
        if let Ok(stream) = listener.accept().await {
            tokio::spawn(async move {
                serve(stream, patience, router).await;
                drop(permit);
            });
        } else {
            // Too many files are open, say; it passes.
            const PAUSE: Duration = Duration::from_millis(50);
            sleep(PAUSE).await;
        }
    }
}

async fn serve(stream: Box<dyn Stream>, patience: Duration, router: Router) {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).max_buf_size(HEAD_BYTES);
    let stream = TokioIo::new(WriteTimeout::new(stream, patience));
    // What goes wrong on a connection is the client's to see.
    let _ = builder.serve_connection(stream, TowerToHyperService::new(router)).await;
}

/// Returns how many connections the system lets this process have; it is asked for as many as it may.
#[cfg(unix)]
fn handles() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).is_ok();
    let handles = if raised { maximum } else { current };
    let handles = handles.unwrap_or(u64::MAX).saturating_sub(OTHER_HANDLES);
    // A connection that uploads or downloads has a file, too.
    usize::try_from(handles / 2).unwrap_or(usize::MAX).max(1)
}

#[cfg(not(unix))]
fn handles() -> usize {
    usize::MAX
}

/// Returns the error for a page that cannot be run so.
pub(crate) fn refused(why: &str) -> Error {
    Error::output(
        Diagnostic::error(Code::ServeNotPossible, format!("the page cannot be served: {why}"))
            .help("choose another port or folder; see `fasttrack serve --help`"),
    )
}
