//! Adding to the sections besides `Resources`.

use super::{Mapping, Output, Parameter, SERVERLESS_TRANSFORM, Template, TemplateRule};
use crate::{Condition, ForEach, IntoNode, LogicalId, Node, Object, Value, intrinsic};

/// A parameter that is in a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterHandle(LogicalId);

/// A condition that is in a template. It goes wherever a condition's name goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionHandle(LogicalId);

impl Template {
    /// Up to 1,024 bytes about the template.
    pub fn description(&mut self, text: impl Into<String>) {
        *self.section("Description") = Node::String(text.into());
    }

    /// An entry of the section `Metadata`.
    pub fn metadata(&mut self, key: impl Into<String>, value: impl IntoNode) {
        if let Node::Object(entries) = self.section("Metadata") {
            entries.insert(key.into(), value.into_node());
        }
    }

    /// A macro that works on the whole template; once is enough.
    pub fn transform(&mut self, name: &str) {
        let mut names = match self.document.get_mut("Transform").map(std::mem::take) {
            None => Vec::new(),
            Some(Node::Array(names)) => names,
            Some(only) => vec![only],
        };
        if !names.iter().any(|known| known.as_str() == Some(name)) {
            names.push(name.into_node());
        }
        // SAM comes last: it works on what the others made.
        names.sort_by_key(|name| name.as_str() == Some(SERVERLESS_TRANSFORM));
        *self.section("Transform") = match <[Node; 1]>::try_from(names) {
            Ok([only]) => only,
            Err(names) => Node::Array(names),
        };
    }

    /// Values that all SAM resources of a kind have unless they say otherwise. They are merged into what
    /// was given before.
    pub fn globals(&mut self, globals: impl IntoNode) {
        self.merge(Object::from_iter([("Globals".to_owned(), globals.into_node())]));
    }

    /// Adds a parameter.
    #[track_caller]
    pub fn parameter(&mut self, id: impl Into<String>, parameter: Parameter) -> ParameterHandle {
        let id = id.into();
        self.insert("Parameters", id.clone(), parameter.into_node());
        ParameterHandle(LogicalId::unchecked(&id))
    }

    /// Adds a mapping.
    #[track_caller]
    pub fn mapping(&mut self, id: impl Into<String>, mapping: Mapping) {
        self.insert("Mappings", id.into(), mapping.into_node());
    }

    /// Adds a condition.
    #[track_caller]
    pub fn condition(&mut self, id: impl Into<String>, condition: Condition) -> ConditionHandle {
        let id = id.into();
        self.insert("Conditions", id.clone(), condition.into_node());
        ConditionHandle(LogicalId::unchecked(&id))
    }

    /// Adds a check of the parameters.
    #[track_caller]
    pub fn rule(&mut self, id: impl Into<String>, rule: TemplateRule) {
        self.insert("Rules", id.into(), rule.into_node());
    }

    /// Adds an output.
    #[track_caller]
    pub fn output(&mut self, id: impl Into<String>, output: Output) {
        self.insert("Outputs", id.into(), output.into_node());
    }

    /// Adds resources in a loop. Brings the transform `AWS::LanguageExtensions` with it.
    #[track_caller]
    pub fn for_each(&mut self, resources: ForEach) {
        self.transform("AWS::LanguageExtensions");
        let (key, value) = resources.into_entry();
        self.insert("Resources", key, value);
    }

    /// Adds outputs in a loop: each entry is an [`Output`]. Brings the transform `AWS::LanguageExtensions` with it.
    #[track_caller]
    pub fn for_each_output(&mut self, outputs: ForEach) {
        self.transform("AWS::LanguageExtensions");
        let (key, value) = outputs.into_entry();
        self.insert("Outputs", key, value);
    }

    /// Adds conditions in a loop: each entry is a [`Condition`]. Brings the transform `AWS::LanguageExtensions`
    /// with it.
    #[track_caller]
    pub fn for_each_condition(&mut self, conditions: ForEach) {
        self.transform("AWS::LanguageExtensions");
        let (key, value) = conditions.into_entry();
        self.insert("Conditions", key, value);
    }
}

impl ParameterHandle {
    /// The parameter's value. Its type is what the place wants: `String` parameters are used as numbers too.
    pub fn value<T>(&self) -> Value<T> {
        intrinsic::r#ref(self.0.as_str())
    }

    /// The parameter's name.
    pub fn id(&self) -> &LogicalId {
        &self.0
    }
}

impl ConditionHandle {
    /// The condition, to build others of it.
    pub fn get(&self) -> Condition {
        Condition::named(self.0.as_str())
    }
}

/// The parameter's value, wherever JSON goes: `Condition::equals(&stage, "prod")`.
impl IntoNode for &ParameterHandle {
    fn into_node(self) -> Node {
        self.value::<Node>().into_node()
    }
}

impl From<ConditionHandle> for String {
    fn from(condition: ConditionHandle) -> String {
        (&condition).into()
    }
}

impl From<&ConditionHandle> for String {
    fn from(condition: &ConditionHandle) -> String {
        condition.0.as_str().to_owned()
    }
}
