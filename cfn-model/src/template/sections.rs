//! Adding to the sections besides `Resources`.

use super::{Mapping, Output, Parameter, SERVERLESS_TRANSFORM, Template, TemplateRule};
use crate::{Condition, ForEach, IntoNode, LogicalId, Node, Object, Value, intrinsic};

/// The transform that loops need.
const LANGUAGE_EXTENSIONS: &str = "AWS::LanguageExtensions";

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

    /// Adds a macro that works on the whole template: its name, or an object with its `Name` and its `Parameters`. One
    /// that is there already is not added again.
    ///
    /// CloudFormation runs the macros in the order of the list, and that is the order in which they were added. What is
    /// there is not moved. Only `AWS::LanguageExtensions` goes in front of SAM's transform, as AWS wants it. Add a macro
    /// that makes SAM resources before the first resource of SAM, which brings SAM's transform with it.
    ///
    /// ```
    /// use cfn_model::Template;
    ///
    /// let mut template = Template::new();
    /// template.transform(cfn_model::SERVERLESS_TRANSFORM);
    /// template.transform(serde_json::json!({"Name": "DatadogServerless", "Parameters": {"nodeLayerVersion": 43}}));
    /// ```
    pub fn transform(&mut self, transform: impl IntoNode) {
        let transform = transform.into_node();
        let mut transforms = match self.document.get_mut("Transform").map(std::mem::take) {
            None | Some(Node::Null) => Vec::new(),
            Some(Node::Array(transforms)) => transforms,
            Some(only) => vec![only],
        };
        let is_there = transforms.iter().any(|known| match &transform {
            Node::String(name) => transform_name(known) == Some(name),
            other => known == other,
        });
        if !is_there {
            let is_early = transform_name(&transform) == Some(LANGUAGE_EXTENSIONS);
            let serverless = transforms.iter().position(|known| transform_name(known) == Some(SERVERLESS_TRANSFORM));
            let place = serverless.filter(|_| is_early).unwrap_or(transforms.len());
            transforms.insert(place, transform);
        }
        *self.section("Transform") = match <[Node; 1]>::try_from(transforms) {
            Ok([only]) => only,
            Err(transforms) => Node::Array(transforms),
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
        self.transform(LANGUAGE_EXTENSIONS);
        let (key, value) = resources.into_entry();
        self.insert("Resources", key, value);
    }

    /// Adds outputs in a loop: each entry is an [`Output`]. Brings the transform `AWS::LanguageExtensions` with it.
    #[track_caller]
    pub fn for_each_output(&mut self, outputs: ForEach) {
        self.transform(LANGUAGE_EXTENSIONS);
        let (key, value) = outputs.into_entry();
        self.insert("Outputs", key, value);
    }

    /// Adds conditions in a loop: each entry is a [`Condition`]. Brings the transform `AWS::LanguageExtensions`
    /// with it.
    #[track_caller]
    pub fn for_each_condition(&mut self, conditions: ForEach) {
        self.transform(LANGUAGE_EXTENSIONS);
        let (key, value) = conditions.into_entry();
        self.insert("Conditions", key, value);
    }
}

/// The name of an entry of `Transform`: a string, or an object with parameters.
fn transform_name(node: &Node) -> Option<&str> {
    match node {
        Node::Object(_) => node["Name"].as_str(),
        other => other.as_str(),
    }
}

impl ParameterHandle {
    /// The parameter's value. Its type is what the place wants: `String` parameters are used as numbers too.
    pub fn value<T>(&self) -> Value<T> {
        intrinsic::ref_(self.0.as_str())
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
