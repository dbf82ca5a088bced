//! How the keys of objects are hashed.

use std::{hash::BuildHasher, sync::LazyLock};

use foldhash::fast::{FoldHasher, RandomState};

/// Hashes the keys of an [`Object`](crate::Object), and other short keys, with [`foldhash`]: with the standard library's
/// hash, hashing was a tenth of a validation.
///
/// The seed is another one in every process, which keeps a template from choosing keys that collide. It is not kept in
/// the object, which is smaller for it.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeyHash;

static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::default);

impl BuildHasher for KeyHash {
    type Hasher = FoldHasher<'static>;

    fn build_hasher(&self) -> FoldHasher<'static> {
        SEED.build_hasher()
    }
}
