//! What the system says by a signal that would end the program, where an error tells more.

/// Lets a file that grows beyond the limit of its size (`ulimit -f`) be an error of the write, which is told, instead
/// of the end of the program.
#[cfg(unix)]
pub(super) fn make_errors_of_limits() {
    use signal_hook::{consts::SIGXFSZ, flag};
    // Nobody asks whether it came: that there is a handler is enough. Without one, the program ends as others do.
    let _ = flag::register(SIGXFSZ, std::sync::Arc::default());
}

/// There is no such limit.
#[cfg(not(unix))]
pub const fn make_errors_of_limits() {}
