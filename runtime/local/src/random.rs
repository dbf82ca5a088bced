//! Randomness, for numbers that differ from one start of a program to the next.

use std::hash::{BuildHasher, RandomState};

/// A number that nobody can guess: as random as the keys of hash maps.
pub fn seed() -> u64 {
    RandomState::new().hash_one(0)
}
