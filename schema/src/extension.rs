//! Rules about the values of one resource type that its schema does not say.

use crate::{
    ResourceType,
    binary::{List, extensions, string, word},
    schema::Schema,
};

/// A schema of its own for the properties of a resource type, or for a part of them: how values go together, which
/// names are taken, which instance types there are. What breaks it breaks one rule of cfn-lint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension {
    record: u32,
}

impl Extension {
    /// The extensions of a resource type, by rule.
    pub(crate) fn of(resource: ResourceType) -> impl ExactSizeIterator<Item = Extension> {
        let all = extensions();
        let list = all.find(resource.name()).map_or(List::EMPTY, |index| List::at(all.pair(index).1));
        list.iter().map(|record| Extension { record })
    }

    /// The code of the rule, such as `E3639`.
    pub fn rule(self) -> &'static str {
        string(word(self.record))
    }

    /// Where the schema holds: names joined by `/`, `*` for any list member; empty for the properties themselves.
    pub fn path(self) -> &'static str {
        string(word(self.record + 1))
    }

    /// The schema.
    pub fn schema(self) -> Schema {
        Schema(word(self.record + 2))
    }

    /// Whether each mistake is reported. Where it is not, only the one that is nearest to the top is.
    pub fn reports_all(self) -> bool {
        word(self.record + 3) != 0
    }
}
