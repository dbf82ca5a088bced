//! What validation may ask its caller.

use cfn_model::Object;

use crate::Day;

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
}

impl std::fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let given = |is_there: bool| is_there.then_some("..");
        let (exists, nested) = (given(self.exists.is_some()), given(self.nested.is_some()));
        let mut fields = f.debug_struct("Options");
        fields.field("exists", &exists).field("packaged", &self.packaged);
        fields.field("nested", &nested).field("today", &self.today).finish()
    }
}
