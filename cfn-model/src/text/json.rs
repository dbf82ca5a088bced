//! The reader of JSON: RFC 8259 to the letter, but for a byte order mark, which it skips.
//!
//! `serde_json` gives no places, takes a key twice, and has no limit on nodes.

use indexmap::map::Entry;

use super::{ErrorKind, Limits, ReadError, error::Fault, limits::Budget, position::Unit, watch::Watch, without_bom};
use crate::{Node, Number, Object};

/// Reads a JSON text.
///
/// Numbers keep their digits; a key may stand only once in an object.
///
/// # Errors
///
/// [`ReadError`]: not JSON, a key that stands twice, or more than the limits allow.
pub fn read(text: &str, limits: &Limits) -> Result<Node, ReadError> {
    read_watched(text, limits, &mut ())
}

pub(super) fn read_watched<W: Watch>(text: &str, limits: &Limits, watch: &mut W) -> Result<Node, ReadError> {
    let body = without_bom(text);
    let result = Budget::new(text, limits)
        .and_then(|budget| Reader { text: body, at: 0, budget, key_marks: Vec::new(), watch }.document());
    result.map_err(|fault| fault.resolve(text, Unit::Bytes))
}

struct Reader<'t, 'w, W> {
    text: &'t str,
    /// The next byte. Always at the boundary of a character.
    at: usize,
    budget: Budget,
    /// Where the keys of all open objects stand, those of the innermost last.
    key_marks: Vec<usize>,
    watch: &'w mut W,
}

impl<'t, W: Watch> Reader<'t, '_, W> {
    fn document(mut self) -> Result<Node, Box<Fault>> {
        self.skip_space();
        if self.peek().is_none() {
            return Err(Fault::nowhere(ErrorKind::Empty));
        }
        let start = self.at;
        let node = self.value("a value")?;
        self.watch.value(start, self.at);
        self.skip_space();
        if self.peek().is_some() { Err(self.unexpected("the end of the text")) } else { Ok(node) }
    }

    /// A value that begins right here; `expected` is for the error where none does.
    fn value(&mut self, expected: &'static str) -> Result<Node, Box<Fault>> {
        self.budget.node(self.at)?;
        match self.peek() {
            Some(b'"') => self.string().map(Node::String),
            Some(b'{') => self.object(),
            Some(b'[') => self.array(),
            Some(b'-' | b'0'..=b'9') => self.number().map(Node::Number),
            Some(b't') => self.word("true", Node::Bool(true), expected),
            Some(b'f') => self.word("false", Node::Bool(false), expected),
            Some(b'n') => self.word("null", Node::Null, expected),
            _ => Err(self.unexpected(expected)),
        }
    }

    fn word(&mut self, word: &str, node: Node, expected: &'static str) -> Result<Node, Box<Fault>> {
        let rest = &self.text[self.at..];
        let ends = |byte: &u8| !byte.is_ascii_alphanumeric() && *byte != b'_';
        if rest.starts_with(word) && rest.as_bytes().get(word.len()).is_none_or(ends) {
            self.at += word.len();
            return Ok(node);
        }
        Err(self.unexpected(expected))
    }

    fn object(&mut self) -> Result<Node, Box<Fault>> {
        self.budget.enter(self.at)?;
        self.at += 1;
        self.skip_space();
        let mut object = Object::default();
        let base = self.key_marks.len();
        if self.peek() == Some(b'}') {
            self.at += 1;
        } else {
            let mut expected = "a key in `\"` or `}`";
            loop {
                self.member(&mut object, base, expected)?;
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b'}') => break self.at += 1,
                    _ => return Err(self.unexpected("`,` or `}` after a value")),
                }
                self.skip_space();
                expected = "a key in `\"` after `,`";
            }
        }
        // Most have one member and room for three; memory that is not touched costs nothing.
        object.shrink_to_fit();
        self.key_marks.truncate(base);
        self.budget.leave();
        Ok(Node::Object(object))
    }

    fn member(&mut self, object: &mut Object, base: usize, expected: &'static str) -> Result<(), Box<Fault>> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected(expected));
        }
        let key_start = self.at;
        let key = self.string()?;
        self.watch.key(&key, key_start, self.at);
        let length = key.len();
        self.budget.key(key_start, length)?;
        let entry = match object.entry(key) {
            Entry::Vacant(entry) => entry,
            Entry::Occupied(entry) => {
                return Err(Fault::duplicate(key_start, self.key_marks[base + entry.index()], entry.key()));
            }
        };
        self.key_marks.push(key_start);
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(self.unexpected("`:` after a key"));
        }
        self.at += 1;
        self.skip_space();
        let start = self.at;
        let node = self.value("a value after `:`")?;
        self.watch.value(start, self.at);
        entry.insert(node);
        self.budget.key_done(length);
        self.skip_space();
        Ok(())
    }

    fn array(&mut self) -> Result<Node, Box<Fault>> {
        self.budget.enter(self.at)?;
        self.at += 1;
        self.skip_space();
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
        } else {
            let mut expected = "a value or `]`";
            loop {
                self.watch.item(items.len());
                let start = self.at;
                let node = self.value(expected)?;
                self.watch.value(start, self.at);
                items.push(node);
                self.skip_space();
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b']') => break self.at += 1,
                    _ => return Err(self.unexpected("`,` or `]` after a value")),
                }
                self.skip_space();
                expected = "a value after `,`";
            }
        }
        items.shrink_to_fit();
        self.budget.leave();
        Ok(Node::Array(items))
    }

    fn number(&mut self) -> Result<Number, Box<Fault>> {
        let start = self.at;
        self.skip(b"-");
        match self.peek() {
            Some(b'0') => {
                self.at += 1;
                if matches!(self.peek(), Some(b'0'..=b'9')) {
                    return Err(self.unexpected("no digit after a leading `0`"));
                }
            }
            _ => self.digits("a digit after `-`")?,
        }
        if self.skip(b".") {
            self.digits("a digit after `.`")?;
        }
        if self.skip(b"eE") {
            self.skip(b"+-");
            self.digits("a digit in the exponent")?;
        }
        Ok(Number::from_json(&self.text[start..self.at]))
    }

    fn digits(&mut self, expected: &'static str) -> Result<(), Box<Fault>> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(self.unexpected(expected)) } else { Ok(()) }
    }

    /// A string, from its opening to behind its closing quote.
    fn string(&mut self) -> Result<String, Box<Fault>> {
        self.at += 1;
        let plain = self.plain_run();
        if self.skip(b"\"") {
            return Ok(plain.to_owned());
        }
        let mut string = plain.to_owned();
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(string);
                }
                Some(b'\\') => string.push(self.escape()?),
                Some(0..0x20) => return Err(self.unexpected("an escape such as `\\n` or a closing `\"`")),
                _ => return Err(self.unexpected("a closing `\"`")),
            }
            let run = self.plain_run();
            string.push_str(run);
        }
    }

    /// The characters of a string up to one that needs a closer look.
    fn plain_run(&mut self) -> &'t str {
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        let length = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).unwrap_or(rest.len());
        self.at += length;
        &self.text[start..self.at]
    }

    fn escape(&mut self) -> Result<char, Box<Fault>> {
        let start = self.at;
        self.at += 1;
        let char = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => byte as char,
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode_escape(start);
            }
            _ => return Err(self.unexpected("one of `\"\\/bfnrtu` after `\\`")),
        };
        self.at += 1;
        Ok(char)
    }

    /// The character of `\uXXXX`, or of a pair of them; `start` is the mark of the backslash.
    fn unicode_escape(&mut self, start: usize) -> Result<char, Box<Fault>> {
        let lone = |reader: &Self| {
            let found = format!("`{}`", &reader.text[start..start + 6]);
            Fault::at(start, ErrorKind::Unexpected { expected: "a pair of surrogates, high then low", found })
        };
        let unit = self.hex4()?;
        if let Some(char) = char::from_u32(unit) {
            return Ok(char);
        }
        if unit >= 0xdc00 || !self.text[self.at..].starts_with("\\u") {
            return Err(lone(self));
        }
        self.at += 2;
        let low = self.hex4()?;
        if !(0xdc00..0xe000).contains(&low) {
            return Err(lone(self));
        }
        char::from_u32(0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00)).ok_or_else(|| lone(self))
    }

    fn hex4(&mut self) -> Result<u32, Box<Fault>> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| (byte as char).to_digit(16));
            let Some(digit) = digit else { return Err(self.unexpected("four hexadecimal digits after `\\u`")) };
            unit = unit * 16 + digit;
            self.at += 1;
        }
        Ok(unit)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over the next byte where it is one of `bytes`, all of them ASCII.
    fn skip(&mut self, bytes: &[u8]) -> bool {
        let there = self.peek().is_some_and(|byte| bytes.contains(&byte));
        self.at += usize::from(there);
        there
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn unexpected(&self, expected: &'static str) -> Box<Fault> {
        /// Of a longer word, the message shows only the beginning.
        const SHOWN: usize = 20;
        let rest = &self.text[self.at..];
        let is_word = |char: char| char.is_alphanumeric() || char == '_';
        let found = match rest.chars().next() {
            None => "the end of the text".to_owned(),
            Some(char) if is_word(char) => {
                format!("`{}`", rest.chars().take_while(|char| is_word(*char)).take(SHOWN).collect::<String>())
            }
            Some('\n' | '\r') => "the end of the line".to_owned(),
            Some(char) if char.is_control() || char.is_whitespace() => format!("U+{:04X}", char as u32),
            Some(char) => format!("`{char}`"),
        };
        Fault::at(self.at, ErrorKind::Unexpected { expected, found })
    }
}
