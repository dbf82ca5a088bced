//! What both readers tell while they read.

/// Somebody who looks on while a text is read. Marks are in the unit of the reader.
///
/// Every method does nothing by default, so that reading without an onlooker, `()`, costs nothing.
pub(super) trait Watch {
    /// The next value is that of a key; the key's own text stands between the marks.
    fn key(&mut self, _key: &str, _start: usize, _end: usize) {}

    /// The next value is a member of a list.
    fn item(&mut self, _index: usize) {}

    /// The value is complete, and stood between the marks.
    fn value(&mut self, _start: usize, _end: usize) {}

    /// The next value is an alias: what follows repeats what stands elsewhere.
    fn alias(&mut self) {}

    /// The next value is a scalar of YAML without quotes, tag and alias.
    fn plain(&mut self, _text: &str) {}

    /// What comes until [`Watch::merged`] is merged into the current object from another one.
    fn merging(&mut self) {}

    /// A merge is over.
    fn merged(&mut self) {}

    /// The text is read again from its beginning, in another language.
    fn restart(&mut self) {}
}

impl Watch for () {}
