//! The output of a process, by lines.

use std::{
    future::poll_fn,
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, ReadBuf},
    process::{Child, Command},
};

use crate::race::race;

/// The longest line, in bytes. A longer one becomes several.
const LONGEST: usize = 256 << 10;

/// The streams that a process prints to.
pub(super) struct Output(Vec<Stream>);

struct Stream {
    pipe: Box<dyn AsyncRead + Send + Unpin>,
    /// The beginning of a line.
    begun: Vec<u8>,
}

impl Output {
    /// Starts a process. On Unix it prints to one pipe, so that the lines of stdout and stderr stay in order.
    #[cfg(unix)]
    pub(super) fn of(mut command: Command) -> io::Result<(Child, Output)> {
        let (reader, writer) = io::pipe()?;
        let pipe = tokio::net::unix::pipe::Receiver::from_owned_fd(reader.into())?;
        let child = command.stdout(writer.try_clone()?).stderr(writer).spawn()?;
        // The command, which has the other ends of the pipe, is dropped here.
        Ok((child, Output(vec![Stream { pipe: Box::new(pipe), begun: Vec::new() }])))
    }

    /// Starts a process.
    #[cfg(not(unix))]
    pub(super) fn of(mut command: Command) -> io::Result<(Child, Output)> {
        use std::process::Stdio;
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let mut streams = Vec::new();
        if let Some(pipe) = child.stdout.take() {
            streams.push(Stream { pipe: Box::new(pipe), begun: Vec::new() });
        }
        if let Some(pipe) = child.stderr.take() {
            streams.push(Stream { pipe: Box::new(pipe), begun: Vec::new() });
        }
        Ok((child, Output(streams)))
    }

    /// Waits until there is something to read. Returns the lines that are complete, maybe none. Nothing comes from a process
    /// that has closed its streams.
    pub(super) async fn lines(&mut self) -> Vec<String> {
        poll_fn(|context| self.poll(context)).await
    }

    /// The lines that are there, and those that are not complete.
    pub(super) async fn rest(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        // Another process can have the pipe, and print without an end.
        for _ in 0..256 {
            let more = async { Some(self.lines().await) };
            let more = tokio::task::unconstrained(race(more, std::future::ready(None)));
            match more.await {
                Some(more) => lines.extend(more),
                None => break,
            }
        }
        let begun = self.0.iter_mut().map(|stream| std::mem::take(&mut stream.begun));
        lines.extend(begun.filter(|begun| !begun.is_empty()).map(|begun| text(&begun)));
        lines
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Vec<String>> {
        let mut at = 0;
        while at < self.0.len() {
            let stream = &mut self.0[at];
            let mut bytes = [0; 8192];
            let mut buffer = ReadBuf::new(&mut bytes);
            match Pin::new(&mut stream.pipe).poll_read(context, &mut buffer) {
                Poll::Pending => at += 1,
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => return Poll::Ready(stream.take(buffer.filled())),
                Poll::Ready(_) => {
                    let begun = self.0.remove(at).begun;
                    if !begun.is_empty() {
                        return Poll::Ready(vec![text(&begun)]);
                    }
                }
            }
        }
        Poll::Pending
    }
}

impl Stream {
    fn take(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.begun.extend(piece);
            if piece.ends_with(b"\n") || self.begun.len() >= LONGEST {
                lines.push(text(&self.begun));
                self.begun.clear();
            }
        }
        lines
    }
}

/// A line without its end.
fn text(line: &[u8]) -> String {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[tokio::test]
    async fn output_becomes_lines() {
        let stream = |bytes: &'static [u8]| Stream { pipe: Box::new(bytes), begun: Vec::new() };
        let mut output = Output(vec![stream(b"one\r\n\ntw"), stream(b"\xffthree")]);
        assert_eq!(output.lines().await, ["one", ""]);
        assert_eq!(output.lines().await, ["tw"]);
        assert_eq!(output.rest().await, ["\u{fffd}three"]);
        let mut output = Output(vec![stream(&[b'x'; 3 * LONGEST / 2])]);
        let lines: Vec<usize> = output.rest().await.iter().map(String::len).collect();
        assert_eq!(lines, [LONGEST, LONGEST / 2]);
    }
}
