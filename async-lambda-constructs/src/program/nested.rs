//! Stacks inside of a stack: what goes in, what comes out.

use std::marker::PhantomData;

use cfn_model::{
    Finding, Function, IntoNode, LogicalId, Node, Object, Output, Parameter, Path, Resource, Value,
    intrinsic::{get_att, ref_},
};
use cfn_rules::codes::{AL0521, AL0526};

use super::Shared;
use crate::{Construct, Stack};

/// The types of nested stacks, each with the property that names its template.
const STACK: (&str, &str) = ("AWS::CloudFormation::Stack", "TemplateURL");
const APPLICATION: (&str, &str) = ("AWS::Serverless::Application", "Location");

/// A stack that is deployed as a resource of another one. Its template is written beside that of its parent, and `sam deploy`,
/// `sam package` and `aws cloudformation package` upload it with the parent's.
///
/// ```
/// use async_lambda_constructs::prelude::*;
///
/// let mut storage = Stack::new("shop-storage");
/// let retention = storage.nested_input::<i64>("Retention");
/// let jobs = storage.add("Jobs", sqs::Queue::new().message_retention_period(retention.value()));
/// let jobs_arn = storage.nested_output("JobsArn", jobs.arn());
///
/// let mut shop = Stack::new("shop");
/// let storage = shop.add("Storage", NestedStack::new(storage).input(&retention, 3_600));
/// shop.output("JobsArn", Output::new(storage.output(&jobs_arn)));
///
/// let stacks = Program::new().stack(shop).synthesize()?;
/// assert_eq!(stacks[1].name, "shop-storage");
/// assert!(stacks.iter().all(|stack| !stack.report.has_errors()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct NestedStack {
    stack: Stack,
    parameters: Object,
    is_application: bool,
}

/// A nested stack that is in its parent. It goes wherever a logical id goes.
#[derive(Clone, Debug)]
pub struct NestedStackHandle {
    id: LogicalId,
}

/// A parameter of a nested stack, with its type: [`Stack::nested_input`].
#[derive(Clone, Debug)]
pub struct NestedInput<T> {
    name: String,
    marker: PhantomData<fn() -> T>,
}

/// An output of a nested stack, with its type: [`Stack::nested_output`].
#[derive(Clone, Debug)]
pub struct NestedOutput<T> {
    name: String,
    marker: PhantomData<fn() -> T>,
}

impl NestedStack {
    /// A nested stack with this template. The name of the stack is that of its file, `<name>.template.json`; CloudFormation gives
    /// the stack itself another one.
    pub fn new(stack: Stack) -> NestedStack {
        NestedStack { stack, parameters: Object::default(), is_application: false }
    }

    /// As a resource of the type `AWS::Serverless::Application`, which SAM makes a nested stack of. Default is
    /// `AWS::CloudFormation::Stack`.
    pub fn serverless_application(mut self) -> NestedStack {
        self.is_application = true;
        self
    }

    /// Gives a value to a parameter of the stack.
    pub fn input<T: Shared>(mut self, input: &NestedInput<T>, value: impl Into<Value<T>>) -> NestedStack {
        self.parameters.insert(input.name.clone(), T::pack(value.into()));
        self
    }

    /// Gives a value to a parameter of this name, as JSON: of a template that was read from a file.
    pub fn parameter(mut self, name: impl Into<String>, value: impl IntoNode) -> NestedStack {
        self.parameters.insert(name.into(), value.into_node());
        self
    }
}

impl Construct for NestedStack {
    type Handle = NestedStackHandle;

    #[track_caller]
    fn build(self, id: &str, parent: &mut Stack) -> NestedStackHandle {
        let NestedStack { stack, parameters, is_application } = self;
        let (kind, location) = if is_application { APPLICATION } else { STACK };
        let mut properties = Object::from_iter([(location.to_owned(), file(&stack, "json").into_node())]);
        properties.insert("Parameters".to_owned(), parameters.into_node());
        parent.add(id, Resource::raw(kind, properties));
        for export in &stack.links().exports {
            let place = Path(vec!["Resources".into(), id.into()]);
            let message = format!(
                "export `{}` of nested stack `{}`: must be an output of it, which its parent can export",
                export.name,
                stack.name()
            );
            let help = "use `nested_output`, and `parent.export(.., nested.output(&output))`".to_owned();
            parent.report(Finding::new(&AL0526, place, message).help(help));
        }
        parent.adopt(id, stack);
        NestedStackHandle { id: LogicalId::unchecked(id) }
    }
}

impl NestedStackHandle {
    /// The value of an output of the stack.
    pub fn output<T: Shared>(&self, output: &NestedOutput<T>) -> Value<T> {
        T::unpack(get_att(&self.id, format!("Outputs.{}", output.name)))
    }

    /// The id of the stack, which is an ARN.
    pub fn reference(&self) -> Value<String> {
        ref_(self.id.as_str())
    }

    /// The logical id in the parent.
    pub fn logical_id(&self) -> &LogicalId {
        &self.id
    }
}

impl AsRef<str> for NestedStackHandle {
    fn as_ref(&self) -> &str {
        self.id.as_str()
    }
}

impl<T: Shared> NestedInput<T> {
    /// The value, in the nested stack.
    pub fn value(&self) -> Value<T> {
        ref_(self.name.as_str())
    }
}

impl Stack {
    /// Adds a parameter for the stack around this one, with a type: text, number, `true` or `false`, or a list of texts.
    /// [`NestedStack::input`] gives the value. The name is 1 to 255 letters and digits.
    #[track_caller]
    pub fn nested_input<T: Shared>(&mut self, name: impl Into<String>) -> NestedInput<T> {
        let name = name.into();
        let parameter = Parameter::new(T::PARAMETER_TYPE);
        let parameter = if T::IS_BOOLEAN { parameter.allowed_values(vec!["true", "false"]) } else { parameter };
        self.parameter(name.as_str(), parameter);
        NestedInput { name, marker: PhantomData }
    }

    /// Adds an output for the stack around this one, which reads it with [`NestedStackHandle::output`]. The name is 1 to 255
    /// letters and digits.
    #[track_caller]
    pub fn nested_output<T: Shared>(&mut self, name: impl Into<String>, value: Value<T>) -> NestedOutput<T> {
        let name = name.into();
        self.output(name.as_str(), Output::new(Value::<String>::raw(T::pack(value))));
        NestedOutput { name, marker: PhantomData }
    }
}

/// The name of the file of a nested stack's template.
pub(crate) fn file(stack: &Stack, extension: &str) -> String {
    format!("{}.template.{extension}", stack.name())
}

/// The nested stack's property with the place of its template.
pub(crate) fn location(resource: &Node) -> Option<&'static str> {
    let kind = resource["Type"].as_str()?;
    [STACK, APPLICATION].into_iter().find(|(known, _)| *known == kind).map(|(_, location)| location)
}

/// Reports outputs that a nested stack does not have.
pub(crate) fn check_outputs(parent: &mut Stack, id: &str, stack: &Stack) {
    let mut wanted = Vec::new();
    for (section, value) in parent.document() {
        outputs_in(value, id, Path(vec![section.as_str().into()]), &mut wanted);
    }
    let outputs = stack.document().get("Outputs").and_then(Node::as_object);
    let has = |name: &str| outputs.is_some_and(|outputs| outputs.contains_key(name));
    for (name, path) in wanted.into_iter().filter(|(name, _)| !has(name)) {
        let message = format!("`Outputs.{name}` of `{id}`: must be an output of stack `{}`", stack.name());
        let known = outputs.into_iter().flatten().map(|(name, _)| name.as_str());
        let help = crate::explain::suggest::did_you_mean(&name, known)
            .unwrap_or_else(|| "make it with `nested_output` of that stack".to_owned());
        parent.report_at(Finding::new(&AL0521, path, message).actual(name).help(help));
    }
}

/// The outputs of a nested stack to which a value refers, each with its place.
fn outputs_in(node: &Node, id: &str, path: Path, found: &mut Vec<(String, Path)>) {
    if let Some((function @ (Function::GetAtt | Function::Sub), argument)) = Function::call(node) {
        let texts: Vec<String> = match (function, argument) {
            (Function::GetAtt, Node::Array(parts)) => {
                vec![parts.iter().filter_map(Node::as_str).collect::<Vec<_>>().join(".")]
            }
            (Function::GetAtt, Node::String(text)) => vec![text.clone()],
            (Function::Sub, Node::String(text)) => placeholders(text),
            (Function::Sub, Node::Array(parts)) => parts.first().and_then(Node::as_str).map_or(vec![], placeholders),
            _ => vec![],
        };
        let start = format!("{id}.Outputs.");
        found.extend(texts.iter().filter_map(|text| Some((text.strip_prefix(&start)?.to_owned(), path.clone()))));
    }
    match node {
        Node::Object(object) => {
            object.iter().for_each(|(key, value)| outputs_in(value, id, path.join(key.as_str()), found));
        }
        Node::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| outputs_in(value, id, path.join(index), found));
        }
        _ => {}
    }
}

fn placeholders(text: &str) -> Vec<String> {
    text.split("${").skip(1).filter_map(|part| Some(part.split_once('}')?.0.trim().to_owned())).collect()
}
