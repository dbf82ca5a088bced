//! What validation may ask its caller.

use cfn_model::Object;
use cfn_schema::ResourceType;

use crate::{Day, OwnTypes};

/// Gives the template at a path, as a nested stack names it, or nothing.
pub type NestedTemplates<'o> = &'o dyn Fn(&str) -> Option<Object>;

/// What validation may ask its caller.
#[derive(Clone, Copy, Default)]
pub struct Options<'o> {
    /// Whether a file or folder is there; the path is as the template has it. Without an answer nothing is said about
    /// files, because validation has no disk.
    pub exists: Option<&'o dyn Fn(&str) -> bool>,
    /// Whether the code has been packaged, so that whatever the template names must be there: missing code is an error
    /// (`AL1018`) and no longer a warning (`AL1042`) or information (`AL1043`). Says nothing without `exists`.
    pub packaged: bool,
    /// The template at a local path that a nested stack names: what the stack is given is compared with what that
    /// template wants (`E3043`). Without an answer nothing is said about it.
    pub nested: Option<NestedTemplates<'o>>,
    /// The day, for what AWS refuses from some day on: runtimes with which no function can be created (`E2531`) or
    /// changed (`E2533`). Without a day, the default, both are advice (`W2531`): the same template gives the same
    /// findings on every day. Validation has no clock.
    pub today: Option<Day>,
    /// Resource types beyond those of AWS, or instead of them. Those that a template [brings along](cfn_model::Template::schema)
    /// come first.
    pub types: Option<&'o OwnTypes>,
    /// The regions that the template is for: a resource type that one of them has not is an error (`E3006`). Without any, the
    /// default, it is the region that the template [names](cfn_model::Template::region), and without that nothing is said about
    /// regions. Of a region that [`cfn_schema::regions`] does not list no types are known.
    pub regions: &'o [&'o str],
}

impl Options<'_> {
    /// What is known of a type.
    pub(crate) fn resource_type(&self, kind: &str) -> Option<ResourceType> {
        self.types.and_then(|own| own.get(kind)).or_else(|| cfn_schema::resource_type(kind))
    }
}

impl std::fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let given = |is_there: bool| is_there.then_some("..");
        let (exists, nested) = (given(self.exists.is_some()), given(self.nested.is_some()));
        let mut fields = f.debug_struct("Options");
        fields.field("exists", &exists).field("packaged", &self.packaged);
        fields.field("nested", &nested).field("today", &self.today);
        fields.field("types", &self.types).field("regions", &self.regions).finish()
    }
}
