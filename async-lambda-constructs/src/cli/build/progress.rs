//! How far the compiler is: a line that is written over on a terminal, and a line now and then in a log file.

use std::time::{Duration, Instant};

use serde_json::json;

use super::super::{Session, args::MessageFormat, report::plural};
use crate::package::Progress;

/// How often a log file is told that the compiler is still at work.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// Progress lines while a program is compiled.
pub(super) struct ProgressReport {
    started: Instant,
    colored: bool,
    /// Whether the line on the terminal has something on it.
    is_shown: bool,
    state: State,
}

/// State of the work.
#[derive(Default)]
struct State {
    /// The current step.
    step: String,
    /// How many parts are compiled, and the name of the latest.
    parts: Option<(usize, String)>,
    /// When a log file was last told.
    told: Duration,
}

impl State {
    /// Takes news in, and says whether a log file is to be told now.
    fn note(&mut self, progress: Progress<'_>, elapsed: Duration) -> bool {
        let is_step = match progress {
            Progress::Started { binary, compiler } => {
                self.step = format!("compiling {binary} with {}", compiler.name());
                true
            }
            Progress::Compiled { parts, name } => {
                self.parts = Some((parts, name.to_owned()));
                false
            }
            Progress::Packing { binary } => {
                (self.step, self.parts) = (format!("packing {binary}"), None);
                true
            }
            Progress::Line(_) | Progress::Waiting => false,
        };
        let is_told = is_step || elapsed >= self.told + HEARTBEAT;
        if is_told {
            self.told = elapsed;
        }
        is_told
    }

    fn words(&self) -> String {
        match &self.parts {
            Some((parts, name)) => format!("{}: {}, {name}", self.step, plural(*parts, "part")),
            None => self.step.clone(),
        }
    }
}

impl ProgressReport {
    pub(super) fn new(colored: bool) -> ProgressReport {
        ProgressReport { started: Instant::now(), colored, is_shown: false, state: State::default() }
    }

    /// How many seconds it has taken so far.
    pub(super) fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    pub(super) fn on_progress(&mut self, session: &mut Session<'_>, progress: Progress<'_>) {
        let elapsed = self.started.elapsed();
        let is_told = self.state.note(progress, elapsed);
        if let Progress::Line(line) = progress {
            self.clear(session);
            say_line(session, line);
            return session.err.flush();
        }
        let seconds = elapsed.as_secs();
        match session.message_format {
            MessageFormat::Human if session.environment.surroundings.err_is_terminal => {
                // Cut to what any terminal has room for: a line that wraps cannot be cleared.
                let text: String = format!("{seconds:>4} s  {}", self.state.words()).chars().take(78).collect();
                let style = session.reporter.err;
                session.err.write(&format!("\r\x1b[2K{}", if self.colored { style.name(&text) } else { text }));
                self.is_shown = true;
            }
            _ if !is_told => return,
            MessageFormat::Human => session.err.write(&format!("{seconds:>4} s  {}\n", self.state.words())),
            MessageFormat::Json => {
                let (parts, latest) = self.state.parts.as_ref().map(|(parts, name)| (*parts, name.as_str())).unzip();
                let value = json!({
                    "kind": "progress", "seconds": seconds, "step": self.state.step, "parts": parts, "latest": latest,
                });
                session.err.write(&format!("{value}\n"));
            }
        }
        session.err.flush();
    }

    pub(super) fn clear(&mut self, session: &mut Session<'_>) {
        if self.is_shown {
            session.err.write("\r\x1b[2K");
            self.is_shown = false;
        }
    }
}

/// The compiler's own words go on as they are. For programs, each line is an object.
fn say_line(session: &mut Session<'_>, line: &str) {
    match session.message_format {
        MessageFormat::Human => session.err.write(&format!("{line}\n")),
        MessageFormat::Json => {
            session.err.write(&format!("{}\n", json!({"kind": "compiler", "line": line})));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::State;
    use crate::package::{Compiler, Progress};

    #[test]
    fn a_log_file_is_told_of_steps_and_every_ten_seconds() {
        let mut state = State::default();
        let mut check = |progress: Progress<'_>, seconds: u64, expected: Option<&str>| {
            let is_told = state.note(progress, Duration::from_secs(seconds));
            assert_eq!(is_told.then(|| state.words()).as_deref(), expected, "after {seconds} s");
        };
        let start = Progress::Started { binary: "shop", compiler: Compiler::Cargo };
        check(start, 0, Some("compiling shop with cargo"));
        check(Progress::Waiting, 9, None);
        check(Progress::Compiled { parts: 1, name: "serde" }, 10, Some("compiling shop with cargo: 1 part, serde"));
        check(Progress::Compiled { parts: 2, name: "http" }, 11, None);
        check(Progress::Line("warning: unused"), 19, None);
        check(Progress::Waiting, 20, Some("compiling shop with cargo: 2 parts, http"));
        check(Progress::Packing { binary: "shop" }, 21, Some("packing shop"));
        check(Progress::Waiting, 30, None);
    }
}
