//! How the keys of objects are hashed.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    sync::LazyLock,
};

/// Hashes the keys of an [`Object`](crate::Object), and other short keys, with one multiplication for eight bytes: with
/// the standard library's hash, hashing was a tenth of a validation.
///
/// A seed that is another one in every process keeps a hostile template from choosing keys that collide.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeyHash;

/// The state of a hash on its way. See [`KeyHash`].
#[derive(Clone, Debug)]
pub struct KeyHasher {
    state: u64,
    factor: u64,
}

/// Where a hash starts, and what it multiplies with.
static SEED: LazyLock<(u64, u64)> = LazyLock::new(|| {
    let random = RandomState::new();
    // An odd factor loses nothing.
    (random.hash_one("state"), random.hash_one("factor") | 1)
});

impl BuildHasher for KeyHash {
    type Hasher = KeyHasher;

    fn build_hasher(&self) -> KeyHasher {
        let (state, factor) = *SEED;
        KeyHasher { state, factor }
    }
}

impl KeyHasher {
    fn add(&mut self, word: u64) {
        let product = u128::from(self.state ^ word) * u128::from(self.factor);
        // The upper half depends on all bits below it, and the lower half on none above it: together they mix.
        self.state = (product as u64) ^ ((product >> 64) as u64);
    }
}

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        words.iter().for_each(|word| self.add(u64::from_le_bytes(*word)));
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        // At most seven bytes are left, so the eighth has room for how many: no text looks like a shorter one.
        last[7] = rest.len() as u8;
        self.add(u64::from_le_bytes(last));
    }

    fn write_u8(&mut self, byte: u8) {
        // `str` ends so; the length is in the hash already.
        self.state = self.state.wrapping_add(byte.into());
    }

    fn finish(&self) -> u64 {
        self.state
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn different_keys_have_different_hashes() {
        let mut seen = HashSet::new();
        let mut check = |key: &str| assert!(seen.insert(KeyHash.hash_one(key)), "{key:?}");
        ["", "\0", "\0\0", "a", "a\0", "\0a", "abcdefg", "abcdefg\0", "abcdefgh", "abcdefgh\0"]
            .into_iter()
            .for_each(&mut check);
        for number in 0..100_000 {
            check(&format!("Queue{number}"));
        }
    }

    #[test]
    fn hashes_are_spread_over_small_tables() {
        let mut buckets = [0; 64];
        for number in 0..6_400 {
            buckets[(KeyHash.hash_one(format!("Task{number}Role")) % 64) as usize] += 1;
        }
        assert!(buckets.iter().all(|count| (40..200).contains(count)), "{buckets:?}");
    }
}
