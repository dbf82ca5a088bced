//! The regions that have a resource type.

use crate::{
    binary::{regions, word},
    tag::REGION_WORDS,
};

/// A set of regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Regions(pub(crate) u32);

impl Regions {
    /// Whether the region is one of them. Nothing for a region of which no types are known.
    ///
    /// ```
    /// let project = cfn_schema::elsewhere("AWS::DeviceFarm::Project").unwrap();
    /// assert_eq!(project.has("us-west-2"), Some(true));
    /// assert_eq!(project.has("us-east-1"), Some(false));
    /// assert_eq!(project.has("Frankfurt"), None);
    /// ```
    pub fn has(self, region: &str) -> Option<bool> {
        regions().position(|known| known == region).map(|bit| self.bit(bit))
    }

    /// Their names, sorted.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        regions().enumerate().filter(move |(bit, _)| self.bit(*bit)).map(|(_, name)| name)
    }

    fn bit(self, bit: usize) -> bool {
        let bits = 32;
        debug_assert!(bit / bits < REGION_WORDS, "the builder counts the regions");
        word(self.0 + (bit / bits) as u32) >> (bit % bits) & 1 == 1
    }
}
