//! Keeps what handlers print out of stdout, where a run as JSON belongs.
//!
//! A program cannot redirect its own stdout without unsafe code or another crate, but it can choose the streams of another:
//! the run happens in a second process of the same program, whose stdout is this one's stderr, and whose stdin is this
//! one's stdout. There it writes its JSON. On Unix the second process takes the place of the first one, so that a signal that
//! is sent to it does not leave the run behind.

use std::{
    env,
    fs::File,
    io::{self, Write},
    process::{Command, ExitCode},
};

/// Marks the second process.
const MARK: &str = "ASYNC_LAMBDA_JSON_TO_STDIN";

/// Whether this is the second process.
pub(super) fn is_second() -> bool {
    env::var_os(MARK).is_some()
}

/// Runs this program once more with the same arguments, and ends as it ended.
pub(super) fn run_again() -> io::Result<ExitCode> {
    let mut command = Command::new(env::current_exe()?);
    command.args(env::args_os().skip(1)).env(MARK, "1").stdin(io::stdout()).stdout(io::stderr());
    finish(command)
}

#[cfg(unix)]
fn finish(mut command: Command) -> io::Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(command.exec())
}

#[cfg(windows)]
fn finish(mut command: Command) -> io::Result<ExitCode> {
    let status = command.status()?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Writes data to the first process' stdout.
pub(super) fn write(text: &str) -> io::Result<()> {
    let mut out = stdout_of_first()?;
    out.write_all(text.as_bytes())?;
    out.flush()
}

#[cfg(unix)]
fn stdout_of_first() -> io::Result<File> {
    use std::os::fd::AsFd;
    Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?))
}

#[cfg(windows)]
fn stdout_of_first() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    Ok(File::from(io::stdin().as_handle().try_clone_to_owned()?))
}
