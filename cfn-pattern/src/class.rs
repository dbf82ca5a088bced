//! Sets of characters: what one place of a pattern accepts.

use super::category;

/// A set of characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Class {
    items: Vec<Item>,
    negated: bool,
    ignore_case: bool,
    /// The answer for every ASCII character, so that most texts never look at the items.
    ascii: [u64; 2],
}

/// A part of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// The code points from the first to the last. They may be surrogates, which no text has.
    Range(u32, u32),
    Property(Property),
    Not(Property),
}

/// A property that a character has or has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Property {
    /// The general category is one of these: bit `n` stands for the category of that number.
    Categories(u32),
    Space,
    Word,
}

impl Class {
    pub(super) fn new(items: Vec<Item>, negated: bool, ignore_case: bool) -> Class {
        let mut class = Class { items, negated, ignore_case, ascii: [0; 2] };
        for item in &class.items {
            match *item {
                Item::Range(low, high) => (low..=high.min(127)).for_each(|code| add(&mut class.ascii, code)),
                Item::Property(property) => add_where(&mut class.ascii, |c| property.has(c)),
                Item::Not(property) => add_where(&mut class.ascii, |c| !property.has(c)),
            }
        }
        if ignore_case {
            for upper in u32::from('A')..=u32::from('Z') {
                let lower = upper + 32;
                if has(class.ascii, upper) || has(class.ascii, lower) {
                    add(&mut class.ascii, upper);
                    add(&mut class.ascii, lower);
                }
            }
        }
        if negated {
            class.ascii = class.ascii.map(|word| !word);
        }
        class
    }

    /// Which characters of `text` the class has.
    pub(super) fn find(&self, text: &Text) -> Vec<u64> {
        match text {
            Text::Ascii(bytes) => pack(bytes, |byte| has(self.ascii, u32::from(*byte))),
            Text::Wide(chars) => pack(chars, |c| self.has(*c)),
        }
    }

    fn has(&self, c: char) -> bool {
        if c.is_ascii() {
            return has(self.ascii, u32::from(c));
        }
        let found = self.lists(c) || self.ignore_case && other_cases(c).any(|other| self.lists(other));
        found != self.negated
    }

    fn lists(&self, c: char) -> bool {
        self.items.iter().any(|item| match *item {
            Item::Range(low, high) => (low..=high).contains(&u32::from(c)),
            Item::Property(property) => property.has(c),
            Item::Not(property) => !property.has(c),
        })
    }
}

fn add(ascii: &mut [u64; 2], code: u32) {
    ascii[code as usize / 64] |= 1 << (code % 64);
}

fn add_where(ascii: &mut [u64; 2], accepts: impl Fn(char) -> bool) {
    (0..128u8).filter(|code| accepts(char::from(*code))).for_each(|code| add(ascii, u32::from(code)));
}

fn has(ascii: [u64; 2], code: u32) -> bool {
    ascii[(code / 64) as usize & 1] >> (code % 64) & 1 == 1
}

fn other_cases(c: char) -> impl Iterator<Item = char> {
    let upper = c.to_uppercase();
    upper.clone().chain(upper.flat_map(char::to_lowercase)).chain(c.to_lowercase())
}

fn pack<T>(text: &[T], accepts: impl Fn(&T) -> bool) -> Vec<u64> {
    text.chunks(64)
        .map(|chunk| chunk.iter().rev().fold(0, |word, character| word << 1 | u64::from(accepts(character))))
        .collect()
}

impl Property {
    pub(super) const DIGIT: Property = Property::Categories(1 << 8);

    /// The property that a pattern calls `name`: a general category, a group of them, or a POSIX class.
    pub(super) fn named(name: &str) -> Option<Property> {
        match name.to_ascii_lowercase().as_str() {
            "alpha" => return Some(Property::Categories(category::group("L")? | category::group("Nl")?)),
            "digit" => return Some(Property::DIGIT),
            "alnum" => {
                return Some(Property::Categories(
                    category::group("L")? | category::group("Nl")? | category::group("Nd")?,
                ));
            }
            "upper" => return Some(Property::Categories(category::group("Lu")?)),
            "lower" => return Some(Property::Categories(category::group("Ll")?)),
            "punct" => return Some(Property::Categories(category::group("P")?)),
            "space" => return Some(Property::Space),
            "word" => return Some(Property::Word),
            "cntrl" => return Some(Property::Categories(category::group("Cc")?)),
            "graph" => return Some(Property::Categories(graph()?)),
            "print" => return Some(Property::Categories(graph()? | category::group("Zs")?)),
            _ => {}
        }
        category::group(name).map(Property::Categories)
    }

    fn has(self, c: char) -> bool {
        match self {
            Property::Categories(wanted) => wanted >> category::of(c) & 1 == 1,
            Property::Space => c.is_whitespace(),
            Property::Word if c.is_ascii() => c.is_ascii_alphanumeric() || c == '_',
            // UTS #18: alphabetic, marks, decimal digits, connectors and joiners.
            Property::Word => {
                c.is_alphabetic() || matches!(c, '\u{200c}' | '\u{200d}') || WORD >> category::of(c) & 1 == 1
            }
        }
    }
}

/// Mn, Mc, Me, Nd, Pc.
const WORD: u32 = 0b111 << 5 | 1 << 8 | 1 << 11;

fn graph() -> Option<u32> {
    Some(!(category::group("Z")? | category::group("Cc")? | category::group("Cs")? | category::group("Cn")?))
}

/// A text, split into characters only if it has to be.
pub(super) enum Text<'t> {
    Ascii(&'t [u8]),
    Wide(Vec<char>),
}

impl<'t> Text<'t> {
    pub(super) fn new(text: &'t str) -> Text<'t> {
        if text.is_ascii() { Text::Ascii(text.as_bytes()) } else { Text::Wide(text.chars().collect()) }
    }

    /// How many characters it has.
    pub(super) fn len(&self) -> usize {
        match self {
            Text::Ascii(bytes) => bytes.len(),
            Text::Wide(chars) => chars.len(),
        }
    }

    pub(super) fn ends_with_newline(&self) -> bool {
        match self {
            Text::Ascii(bytes) => bytes.last() == Some(&b'\n'),
            Text::Wide(chars) => chars.last() == Some(&'\n'),
        }
    }
}
