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

/// The positions of marks, in the order of the marks, in one walk over the text.
pub(super) fn positions(text: &str, unit: Unit, marks: &[usize]) -> Vec<Position> {
    let body = without_bom(text);
    let base = text.len() - body.len();
    let mut here = Position { line: 1, column: 1, offset: base };
    let mut found = vec![here; marks.len()];
    let mut order: Vec<usize> = (0..marks.len()).collect();
    order.sort_unstable_by_key(|&index| marks[index]);
    let mut waiting = order.into_iter().peekable();
    let bytes = body.as_bytes();
    let mut chars = 0;
    for (offset, byte) in bytes.iter().enumerate().filter(|(_, byte)| !is_inside_char(**byte)) {
        let Some(&next) = waiting.peek() else { return found };
        let walked = if unit == Unit::Bytes { offset } else { chars };
        if marks[next] <= walked {
            here.offset = base + offset;
            while let Some(index) = waiting.next_if(|&index| marks[index] <= walked) {
                found[index] = here;
            }
        }
        chars += 1;
        if *byte == b'\n' || (*byte == b'\r' && bytes.get(offset + 1) != Some(&b'\n')) {
            here.line += 1;
            here.column = 1;
        } else {
            here.column += 1;
        }
    }
    // Marks behind the last character mean the end.
    here.offset = text.len();
    for index in waiting {
        found[index] = here;
    }
    found
}

/// Whether a byte of UTF-8 belongs to the character before it.
fn is_inside_char(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}
