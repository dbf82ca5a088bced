//! A stream whose reader may go away.

use std::io::{self, ErrorKind, Write};

/// A stream that is written to until nobody reads any more: `synth explain | head` is no failure.
pub struct Stream<'a> {
    stream: &'a mut dyn Write,
    state: State,
}

enum State {
    Open,
    /// The reader is gone. The rest is for nobody.
    Closed,
    Failed(io::Error),
}

impl<'a> Stream<'a> {
    /// A stream that nobody has closed yet.
    pub fn new(stream: &'a mut dyn Write) -> Stream<'a> {
        Stream { stream, state: State::Open }
    }

    /// Writes; what goes wrong is told by [`Stream::finish`].
    pub fn write(&mut self, text: &str) {
        if matches!(self.state, State::Open) {
            let result = self.stream.write_all(text.as_bytes());
            self.note(result);
        }
    }

    /// Shows what was written so far; what goes wrong is told by [`Stream::finish`].
    pub fn flush(&mut self) {
        if matches!(self.state, State::Open) {
            let result = self.stream.flush();
            self.note(result);
        }
    }

    /// Flushes, and says whether everything was written.
    pub fn finish(&mut self) -> io::Result<()> {
        self.flush();
        match std::mem::replace(&mut self.state, State::Closed) {
            State::Failed(error) => Err(error),
            State::Open | State::Closed => Ok(()),
        }
    }

    fn note(&mut self, result: io::Result<()>) {
        match result {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::BrokenPipe => self.state = State::Closed,
            Err(error) => self.state = State::Failed(error),
        }
    }
}

/// The system's words without the number that Rust adds.
pub fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
