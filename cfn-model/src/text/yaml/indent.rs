//! Quoted texts whose lines go on further left than YAML has it.
//!
//! PyYAML, and with it most tools for templates, does not mind. White space at the beginning of such a line is no
//! content: some is put there, and the text is read again. Marks are then those of the longer text.

use crate::text::watch::Watch;

/// How many quoted texts are mended: every one costs another reading.
pub(super) const MOST: usize = 64;

/// How much may be put into one quoted text: lines that nobody wrote to be read need more.
const MOST_INSERTED: usize = 100_000;

/// What was put into a text: behind which mark, and how much up to there, itself included.
#[derive(Default)]
pub(super) struct Inserted(Vec<(usize, usize)>);

impl Inserted {
    /// The mark in the text as it was.
    pub(super) fn original(&self, mark: usize) -> usize {
        match self.0.partition_point(|(place, _)| *place < mark) {
            0 => mark,
            count => {
                let (place, length) = self.0[count - 1];
                let before = if count > 1 { self.0[count - 2].1 } else { 0 };
                (mark - length).max(place - before)
            }
        }
    }

    /// Indents the lines of the quoted text that begins at a mark, behind all that were indented before; `None` where
    /// no quoted text is.
    pub(super) fn indent(&mut self, text: &str, start: usize) -> Option<String> {
        let (offset, quote) = text.char_indices().nth(start).filter(|(_, quote)| matches!(quote, '"' | '\''))?;
        let column = text[..offset].chars().rev().take_while(|letter| *letter != '\n').count() + 1;
        let mut made = text[..=offset].to_owned();
        let mut mark = start + 1;
        let mut added = 0;
        let mut rest = text[offset + 1..].chars();
        loop {
            let letter = rest.next()?;
            made.push(letter);
            mark += 1;
            match letter {
                '\n' => {
                    let before = self.0.last().map_or(0, |(_, length)| *length);
                    added += column;
                    if added > MOST_INSERTED {
                        return None;
                    }
                    self.0.push((mark, before + column));
                    made.extend(std::iter::repeat_n(' ', column));
                    mark += column;
                }
                '\\' if quote == '"' => {
                    if let Some(escaped) = rest.clone().next().filter(|escaped| *escaped != '\n') {
                        rest.next();
                        made.push(escaped);
                        mark += 1;
                    }
                }
                // Two quotes are one in a text between single quotes.
                '\'' if quote == '\'' && rest.as_str().starts_with('\'') => {
                    rest.next();
                    made.push('\'');
                    mark += 1;
                }
                _ if letter == quote => break,
                _ => {}
            }
        }
        made.push_str(rest.as_str());
        Some(made)
    }
}

/// Tells an onlooker the marks of the text as it was.
pub(super) struct Shifted<'w, W> {
    pub(super) inserted: &'w Inserted,
    pub(super) watch: &'w mut W,
}

impl<W: Watch> Watch for Shifted<'_, W> {
    fn key(&mut self, key: &str, start: usize, end: usize) {
        self.watch.key(key, self.inserted.original(start), self.inserted.original(end));
    }

    fn item(&mut self, index: usize) {
        self.watch.item(index);
    }

    fn value(&mut self, start: usize, end: usize) {
        self.watch.value(self.inserted.original(start), self.inserted.original(end));
    }

    fn alias(&mut self) {
        self.watch.alias();
    }

    fn merging(&mut self) {
        self.watch.merging();
    }

    fn merged(&mut self) {
        self.watch.merged();
    }

    fn restart(&mut self) {
        self.watch.restart();
    }
}

#[cfg(test)]
mod tests {
    use super::Inserted;

    #[test]
    fn marks_lead_back() {
        let text = "a: \"b\nc\nd\" # e";
        let mut inserted = Inserted::default();
        let made = inserted.indent(text, 3).unwrap();
        assert_eq!(made, "a: \"b\n    c\n    d\" # e");
        for (mark, letter) in text.chars().enumerate() {
            let in_made = made.chars().enumerate().filter(|(_, other)| *other == letter && letter.is_alphabetic());
            for (other, _) in in_made {
                assert_eq!(inserted.original(other), mark, "{letter}");
            }
        }
        assert_eq!(inserted.original(made.len()), text.len());
    }

    #[test]
    fn what_needs_too_much_is_left_alone() {
        let text = format!("{}\"{}\"", " ".repeat(1_000), "a\n".repeat(1_000));
        assert_eq!(Inserted::default().indent(&text, 1_000), None);
        assert_eq!(Inserted::default().indent("a: b", 3), None);
    }
}
