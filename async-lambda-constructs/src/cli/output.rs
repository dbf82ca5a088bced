//! A stream whose reader may go away.

use std::io::{self, ErrorKind, Write};

/// A stream that is written to until nobody reads any more: `synth explain | head` is no failure.
pub(super) struct Output<'a> {
    stream: &'a mut dyn Write,
    state: State,
}

enum State {
    Open,
    /// The reader is gone. The rest is for nobody.
    Closed,
    Failed(io::Error),
}

impl<'a> Output<'a> {
    pub(super) fn new(stream: &'a mut dyn Write) -> Output<'a> {
        Output { stream, state: State::Open }
    }

    /// Writes; what goes wrong is told by [`Output::finish`].
    pub(super) fn write(&mut self, text: &str) {
        if matches!(self.state, State::Open) {
            let result = self.stream.write_all(text.as_bytes());
            self.note(result);
        }
    }

    /// Shows what was written so far; what goes wrong is told by [`Output::finish`].
    pub(super) fn flush(&mut self) {
        if matches!(self.state, State::Open) {
            let result = self.stream.flush();
            self.note(result);
        }
    }

    /// Flushes, and says whether everything was written.
    pub(super) fn finish(&mut self) -> io::Result<()> {
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
