//! Types that a user brings along, in the same form as the data, behind it.
//!
//! They stay until the process ends, so that a [`Schema`](crate::Schema) is a number and its strings are static. The same
//! schema twice is there once.

#[cfg(feature = "build")]
mod add;

use std::sync::OnceLock;

#[cfg(feature = "build")]
pub use add::{add_type, load};

/// Words, and strings, of a page.
const PAGE: usize = 1024;
/// 8 million words, which leaves room for the data within operands of 24 bits.
const WORD_PAGES: usize = 8192;
/// A million strings.
const STRING_PAGES: usize = 1024;

static WORDS: [OnceLock<Box<[u32]>>; WORD_PAGES] = [const { OnceLock::new() }; WORD_PAGES];
static STRINGS: [OnceLock<Box<[&'static str]>>; STRING_PAGES] = [const { OnceLock::new() }; STRING_PAGES];

/// The word at an offset behind the data.
pub(crate) fn word(offset: usize) -> u32 {
    WORDS[offset / PAGE].get().expect("an offset is handed out when its page is there")[offset % PAGE]
}

/// The string with a number behind the data.
pub(crate) fn string(number: usize) -> &'static str {
    STRINGS[number / PAGE].get().expect("a number is handed out when its page is there")[number % PAGE]
}
