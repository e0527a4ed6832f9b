//! The `fasttrack` program: arguments to a job, a job to an exit code.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    // What a guard catches is told as an error; anything else is a mistake of ours and keeps its words.
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !fasttrack_roster::guard::is_guarded() {
            tell(panic);
        }
    }));
    cli::run()
}
