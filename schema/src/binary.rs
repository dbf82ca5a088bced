//! Reading the two data files, and what a user brought along behind them.

use crate::{own, regions::Regions, schema::Schema, schema::Strings, tag};

// Statics, because a constant would be in the program once for each unit of code that reads it.
static WORDS: &[u8] = include_bytes!("../data/schemas.bin");
static TEXT: &str = include_str!("../data/schemas.txt");

const FINGERPRINT: u32 = fixed(0);
const STRINGS: u32 = fixed(1);
const STRING_COUNT: u32 = fixed(2);
const TYPES: u32 = fixed(3);
const GLOBALS: u32 = fixed(4);
const EXTENSIONS: u32 = fixed(5);
const REGIONS: u32 = fixed(6);
const ELSEWHERE: u32 = fixed(7);

/// The word at an offset of the data. The builder wrote every offset, and a test walks all of them.
const fn fixed(offset: u32) -> u32 {
    u32::from_le_bytes(WORDS.as_chunks().0[offset as usize])
}

/// The word at an offset.
pub(crate) fn word(offset: u32) -> u32 {
    let words = WORDS.as_chunks().0;
    match words.get(offset as usize) {
        Some(bytes) => u32::from_le_bytes(*bytes),
        None => own::word(offset as usize - words.len()),
    }
}

/// The string with a number.
pub(crate) fn string(number: u32) -> &'static str {
    match number.checked_sub(STRING_COUNT) {
        None => &TEXT[fixed(STRINGS + number) as usize..fixed(STRINGS + number + 1) as usize],
        Some(behind) => own::string(behind as usize),
    }
}

/// The bytes of the string with a number: to compare them, nobody has to look for the ends of characters.
pub(crate) fn bytes(number: u32) -> &'static [u8] {
    match number.checked_sub(STRING_COUNT) {
        None => &TEXT.as_bytes()[fixed(STRINGS + number) as usize..fixed(STRINGS + number + 1) as usize],
        Some(behind) => own::string(behind as usize).as_bytes(),
    }
}

/// The offset behind the last word of the data, and the number behind its last string.
pub(crate) fn behind() -> (u32, u32) {
    (WORDS.as_chunks::<4>().0.len() as u32, STRING_COUNT)
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

/// The names of the regions whose types are known.
pub(crate) fn regions() -> Strings {
    Strings(List::at(REGIONS))
}

/// The regions of a type that is not in the data because its region has it not.
pub(crate) fn elsewhere(name: &str) -> Option<Regions> {
    let all = List::at(ELSEWHERE);
    all.find(name).map(|index| Regions(all.pair(index).1))
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
