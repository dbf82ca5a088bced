//! Reading the two data files.

use crate::{schema::Schema, tag};

// Statics, because a constant would be in the program once for each unit of code that reads it.
static WORDS: &[u8] = include_bytes!("../data/schemas.bin");
static TEXT: &str = include_str!("../data/schemas.txt");

const FINGERPRINT: u32 = word(0);
const STRINGS: u32 = word(1);
const SLOTS: u32 = word(3);
const TYPES: u32 = word(4);
const GLOBALS: u32 = word(5);
const EXTENSIONS: u32 = word(6);

/// The word at an offset. The builder wrote every offset, and a test walks all of them.
pub(crate) const fn word(offset: u32) -> u32 {
    u32::from_le_bytes(WORDS.as_chunks().0[offset as usize])
}

/// The string with a number.
pub(crate) fn string(number: u32) -> &'static str {
    &TEXT[word(STRINGS + number) as usize..word(STRINGS + number + 1) as usize]
}

/// The bytes of the string with a number: to compare them, nobody has to look for the ends of characters.
pub(crate) fn bytes(number: u32) -> &'static [u8] {
    &TEXT.as_bytes()[word(STRINGS + number) as usize..word(STRINGS + number + 1) as usize]
}

/// The node that a slot stands for.
pub(crate) fn slot(number: u32) -> u32 {
    word(SLOTS + number)
}

/// The list of type records.
pub(crate) fn types() -> List {
    List::at(TYPES)
}

pub(crate) fn fingerprint() -> &'static str {
    string(FINGERPRINT)
}

pub(crate) fn globals() -> Schema {
    Schema(GLOBALS)
}

/// The lists of extension records, by type name.
pub(crate) fn extensions() -> List {
    List::at(EXTENSIONS)
}

/// A counted run of words, or of pairs of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct List {
    first: u32,
    pub(crate) len: u32,
}

impl List {
    pub(crate) const EMPTY: List = List { first: 0, len: 0 };

    pub(crate) fn at(offset: u32) -> List {
        List { first: offset + 1, len: word(offset) }
    }

    pub(crate) fn get(self, index: u32) -> u32 {
        word(self.first + index)
    }

    pub(crate) fn pair(self, index: u32) -> (u32, u32) {
        (word(self.first + index * 2), word(self.first + index * 2 + 1))
    }

    pub(crate) fn take_first(&mut self) -> Option<u32> {
        self.len = self.len.checked_sub(1)?;
        self.first += 1;
        Some(word(self.first - 1))
    }

    pub(crate) fn take_first_pair(&mut self) -> Option<(u32, u32)> {
        self.len = self.len.checked_sub(1)?;
        self.first += 2;
        Some((word(self.first - 2), word(self.first - 1)))
    }

    pub(crate) fn iter(self) -> impl ExactSizeIterator<Item = u32> + Clone {
        (self.first..self.first + self.len).map(word)
    }

    /// The position of the pair whose key is `text`, in a list that is sorted by key.
    pub(crate) fn find(self, text: &str) -> Option<u32> {
        let (mut low, mut high) = (0, self.len);
        while low < high {
            let middle = low.midpoint(high);
            match bytes(self.pair(middle).0).cmp(text.as_bytes()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }
}

/// The keyword entries of a node, as tag and operand.
pub(crate) fn entries(node: u32) -> impl ExactSizeIterator<Item = (tag::Tag, u32)> + Clone {
    List::at(node).iter().map(|entry| (tag::Tag::ALL[(entry >> 24) as usize], entry & 0x00ff_ffff))
}
