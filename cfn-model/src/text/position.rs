//! Lines and columns.

use std::fmt;

use super::without_bom;

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1. A line ends at `\n`, `\r\n` or `\r`.
    pub line: usize,
    /// The column, from 1, in characters. A byte order mark takes none.
    pub column: usize,
    /// How many bytes stand before it.
    pub offset: usize,
}

/// A stretch of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// The place of its first character.
    pub start: Position,
    /// The place behind its last character.
    pub end: Position,
}

impl Span {
    /// The stretch as a range of bytes, to cut it out of the text.
    pub fn bytes(&self) -> std::ops::Range<usize> {
        self.start.offset..self.end.offset
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// What a mark counts: readers work behind the byte order mark, each in the unit that it has at hand.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Unit {
    Bytes,
    Chars,
}

/// The positions of marks, in the order of the marks, in one walk over the text. A mark behind the last character means
/// the end.
pub(super) fn positions(text: &str, unit: Unit, marks: &[usize]) -> Vec<Position> {
    let body = without_bom(text);
    let base = text.len() - body.len();
    let mut walker = Walker { body, chars: 0, here: Position { line: 1, column: 1, offset: 0 } };
    let mut found = vec![walker.here; marks.len()];
    let mut order: Vec<usize> = (0..marks.len()).collect();
    order.sort_unstable_by_key(|&index| marks[index]);
    for index in order {
        walker.walk_to(unit, marks[index]);
        found[index] = Position { offset: base + walker.here.offset, ..walker.here };
    }
    found
}

/// Walks over a text in strides, which is much faster than character by character.
struct Walker<'t> {
    body: &'t str,
    here: Position,
    /// How many characters stand before it, where marks count them.
    chars: usize,
}

impl Walker<'_> {
    fn walk_to(&mut self, unit: Unit, mark: usize) {
        let rest = &self.body[self.here.offset..];
        let length = match unit {
            Unit::Bytes => rest.len().min(mark - self.here.offset),
            Unit::Chars => {
                let mut chars = rest.chars();
                match mark - self.chars {
                    0 => 0,
                    count => chars.nth(count - 1).map_or(rest.len(), |_| rest.len() - chars.as_str().len()),
                }
            }
        };
        let stride = &rest.as_bytes()[..length];
        // Only a `\r` without a `\n` behind it ends a line by itself.
        let is_break = |at: usize| match stride[at] {
            b'\n' => true,
            b'\r' => rest.as_bytes().get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        if unit == Unit::Chars {
            self.chars = mark;
        }
        self.here.offset += length;
        match (0..length).rfind(|&at| is_break(at)) {
            None => self.here.column += count(stride, is_start),
            Some(last) => {
                self.here.line += match stride.contains(&b'\r') {
                    false => count(stride, |byte| byte == b'\n'),
                    true => (0..length).filter(|&at| is_break(at)).count(),
                };
                self.here.column = 1 + count(&stride[last + 1..], is_start);
            }
        }
    }
}

/// Whether a character of UTF-8 begins with the byte.
fn is_start(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

/// How many of the bytes are wanted. Counted in bytes, and so sixteen at a time.
fn count(bytes: &[u8], is_wanted: impl Fn(u8) -> bool) -> usize {
    let of_chunk = |chunk: &[u8]| chunk.iter().map(|byte| u8::from(is_wanted(*byte))).sum::<u8>();
    bytes.chunks(u8::MAX.into()).map(|chunk| usize::from(of_chunk(chunk))).sum()
}
