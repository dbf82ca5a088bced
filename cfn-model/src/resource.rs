//! What can be added to a template: typed resources, raw ones, and the handle that adding gives back.

use std::{fmt, marker::PhantomData, ops::Deref};

use crate::{IntoNode, LogicalId, Node, Object, Value, intrinsic};

/// A resource type that has a Rust struct for its properties. The structs are generated.
pub trait ResourceType: IntoNode {
    /// The name: `AWS::SQS::Queue`.
    const TYPE: &'static str;
    /// What its [`Handle`] offers besides `Ref`: one method for each attribute.
    type Attributes: From<LogicalId>;
}

/// A resource with everything that stands beside its properties: dependencies, condition, policies.
///
/// A typed struct can be added to a template as it is; wrap it when it needs more:
///
/// ```
/// # use cfn_model::{DeletionPolicy, Node, Resource};
/// let table = Resource::raw("AWS::DynamoDB::Table", Node::Null).deletion_policy(DeletionPolicy::Retain);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Resource<T = Raw> {
    definition: Object,
    kind: PhantomData<fn() -> T>,
}

/// The type of a resource that is given as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raw;

/// What happens to the real thing when its resource is removed or its stack is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeletionPolicy {
    /// It is deleted: the default of most types.
    Delete,
    /// It stays.
    Retain,
    /// It stays, but not when its creation is rolled back.
    RetainExceptOnCreate,
    /// A snapshot of it stays, for types that can make one.
    Snapshot,
}

/// Whatever can be added to a template as a resource: a typed struct, a [`Resource`], or the JSON of a
/// whole resource with its `Type`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a resource",
    label = "cannot be added to a template",
    note = "a resource is a typed struct such as `sqs::Queue`, a `Resource` around one, `Resource::raw`, or JSON with a \
            `Type`; a construct is added to a `Stack`, not to a `Template`"
)]
pub trait IntoResource {
    /// The attributes that the handle offers.
    type Attributes: From<LogicalId>;

    /// The JSON form of the whole resource: `Type`, `Properties` and the rest.
    fn into_definition(self) -> Node;
}

/// A resource that is in a template. It is how other resources refer to it.
///
/// It derefs to the attributes of its type, so `queue.arn()` is `Fn::GetAtt: [Jobs, Arn]`, and an attribute
/// that does not exist does not compile.
///
/// ```
/// # use cfn_model::{IntoNode, Resource, Template, Value};
/// # use serde_json::json;
/// let mut template = Template::new();
/// let alerts = template.add("Alerts", Resource::raw("AWS::SNS::Topic", json!({})));
///
/// assert_eq!(alerts.logical_id().as_str(), "Alerts");
/// assert_eq!(alerts.reference().into_node(), json!({"Ref": "Alerts"}));
/// let name: Value<String> = alerts.attribute("TopicName");
/// assert_eq!(name.into_node(), json!({"Fn::GetAtt": ["Alerts", "TopicName"]}));
/// ```
pub struct Handle<A> {
    id: LogicalId,
    attributes: A,
}

/// The attributes of a resource whose type is not known to the compiler.
#[derive(Clone, Debug)]
pub struct AnyAttributes(LogicalId);

impl<T: ResourceType> Resource<T> {
    /// A resource with these properties.
    pub fn new(properties: T) -> Resource<T> {
        Resource { definition: definition(T::TYPE, properties.into_node()), kind: PhantomData }
    }
}

impl Resource {
    /// A resource of any type from the JSON of its properties: for a type that is newer than this
    /// release. Validation looks at it as at any other.
    pub fn raw(type_name: impl Into<String>, properties: impl IntoNode) -> Resource {
        Resource { definition: definition(&type_name.into(), properties.into_node()), kind: PhantomData }
    }
}

fn definition(type_name: &str, properties: Node) -> Object {
    let mut definition = Object::from_iter([("Type".to_owned(), type_name.into_node())]);
    if !matches!(&properties, Node::Null) && properties.as_object().is_none_or(|object| !object.is_empty()) {
        definition.insert("Properties".to_owned(), properties);
    }
    definition
}

impl<T> Resource<T> {
    /// With another name of the type: `Custom::RoleLookup` for a custom resource. Validation looks at properties as that
    /// type has them.
    pub fn type_name(self, name: impl Into<String>) -> Resource<T> {
        self.set("Type", name.into())
    }

    /// Created after, and deleted before, the resource with this logical id.
    pub fn depends_on(mut self, id: impl AsRef<str>) -> Resource<T> {
        let id = id.as_ref().into_node();
        match self.definition.entry("DependsOn".to_owned()).or_insert_with(|| Node::Array(Vec::new())) {
            Node::Array(ids) => ids.push(id),
            other => *other = Node::Array(vec![std::mem::take(other), id]),
        }
        self
    }

    /// Created only when the condition of this name holds.
    pub fn condition(self, name: impl Into<String>) -> Resource<T> {
        self.set("Condition", name.into())
    }

    /// What happens when the resource is removed from its stack. A function as the policy, such as
    /// `if_("IsProd", "Retain", "Delete")`, needs the transform `AWS::LanguageExtensions`.
    pub fn deletion_policy(self, policy: impl Into<Value<DeletionPolicy>>) -> Resource<T> {
        self.set("DeletionPolicy", policy.into())
    }

    /// What happens to the old thing when a change replaces it. Functions are as in [`Resource::deletion_policy`].
    pub fn update_replace_policy(self, policy: impl Into<Value<DeletionPolicy>>) -> Resource<T> {
        self.set("UpdateReplacePolicy", policy.into())
    }

    /// How an Auto Scaling group, an alias or a cluster is updated; the JSON of `UpdatePolicy`.
    pub fn update_policy(self, policy: impl IntoNode) -> Resource<T> {
        self.set("UpdatePolicy", policy)
    }

    /// What has to happen before the resource counts as created; the JSON of `CreationPolicy`.
    pub fn creation_policy(self, policy: impl IntoNode) -> Resource<T> {
        self.set("CreationPolicy", policy)
    }

    /// An entry of the resource's `Metadata`.
    pub fn metadata(mut self, key: impl Into<String>, value: impl IntoNode) -> Resource<T> {
        let metadata = self.definition.entry("Metadata".to_owned()).or_insert_with(|| Node::Object(Object::default()));
        if let Node::Object(entries) = metadata {
            entries.insert(key.into(), value.into_node());
        }
        self
    }

    fn set(mut self, key: &str, value: impl IntoNode) -> Resource<T> {
        self.definition.insert(key.to_owned(), value.into_node());
        self
    }
}

impl DeletionPolicy {
    /// The text in the template.
    pub const fn as_str(self) -> &'static str {
        match self {
            DeletionPolicy::Delete => "Delete",
            DeletionPolicy::Retain => "Retain",
            DeletionPolicy::RetainExceptOnCreate => "RetainExceptOnCreate",
            DeletionPolicy::Snapshot => "Snapshot",
        }
    }
}

impl IntoNode for DeletionPolicy {
    fn into_node(self) -> Node {
        self.as_str().into_node()
    }
}

/// For `if_("IsProd", "Retain", "Delete")`. Validation reports a policy that does not exist.
impl From<&str> for Value<DeletionPolicy> {
    fn from(text: &str) -> Value<DeletionPolicy> {
        use DeletionPolicy::{Delete, Retain, RetainExceptOnCreate, Snapshot};
        match [Delete, Retain, RetainExceptOnCreate, Snapshot].into_iter().find(|policy| policy.as_str() == text) {
            Some(policy) => Value::Literal(policy),
            None => Value::raw(text),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: ResourceType> IntoResource for T {
    type Attributes = T::Attributes;

    fn into_definition(self) -> Node {
        Resource::new(self).definition.into_node()
    }
}

impl<T: ResourceType> IntoResource for Resource<T> {
    type Attributes = T::Attributes;

    fn into_definition(self) -> Node {
        self.definition.into_node()
    }
}

impl IntoResource for Resource<Raw> {
    type Attributes = AnyAttributes;

    fn into_definition(self) -> Node {
        self.definition.into_node()
    }
}

impl IntoResource for Node {
    type Attributes = AnyAttributes;

    fn into_definition(self) -> Node {
        self
    }
}

impl IntoResource for serde_json::Value {
    type Attributes = AnyAttributes;

    fn into_definition(self) -> Node {
        self.into_node()
    }
}

impl<A: From<LogicalId>> Handle<A> {
    /// A handle on a resource that is known to be in the template: one that was read from a file, say.
    pub fn new(id: LogicalId) -> Handle<A> {
        Handle { attributes: A::from(id.clone()), id }
    }
}

impl<A> Handle<A> {
    /// The resource's name inside its template.
    pub fn logical_id(&self) -> &LogicalId {
        &self.id
    }

    /// `Ref`: the resource's main identifier; which that is, its type's documentation says.
    pub fn reference(&self) -> Value<String> {
        intrinsic::ref_(self.id.as_str())
    }

    /// `Fn::GetAtt` with an attribute by name, checked by validation: for one that is newer than this release.
    pub fn attribute<T>(&self, name: impl Into<String>) -> Value<T> {
        intrinsic::get_att(self.id.as_str(), name)
    }
}

impl<A> Deref for Handle<A> {
    type Target = A;

    fn deref(&self) -> &A {
        &self.attributes
    }
}

impl<A> AsRef<str> for Handle<A> {
    fn as_ref(&self) -> &str {
        &self.id
    }
}

impl<A: From<LogicalId>> Clone for Handle<A> {
    fn clone(&self) -> Handle<A> {
        Handle::new(self.id.clone())
    }
}

impl<A> fmt::Debug for Handle<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Handle").field(&self.id.as_str()).finish()
    }
}

impl From<LogicalId> for AnyAttributes {
    fn from(id: LogicalId) -> AnyAttributes {
        AnyAttributes(id)
    }
}

impl AnyAttributes {
    /// The resource's name inside its template.
    pub fn id(&self) -> &LogicalId {
        &self.0
    }
}
