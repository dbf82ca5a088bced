//! Values of one stack that another one uses.

use std::{cell::RefCell, marker::PhantomData, panic::Location};

use cfn_model::{
    Finding, IntoNode, Node, Origin, Output, Path, Resource, Value,
    intrinsic::{List, get_stack_output, import_value, join, split},
};
use cfn_rules::codes::AL0508;
use serde_json::json;

use super::Home;
use crate::Stack;

/// The way of a value from one stack to another.
///
/// | | strength | reach | when it changes |
/// |---|---|---|---|
/// | `Export` | strong: CloudFormation refuses to change or delete an export that a stack imports | same account and region | the exporting stack cannot change it |
/// | `Parameter` | weak | same account and region | the other stack has the new value with its next update |
/// | `Output` | weak | every account and region of the partition | the other stack has the new value with its next update |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sharing {
    /// An exported output, `<stack>-<name>`, and `Fn::ImportValue`.
    #[default]
    Export,
    /// A parameter of Systems Manager, `/<stack>/<name>`, and a dynamic reference.
    Parameter,
    /// An output and `Fn::GetStackOutput`.
    Output,
}

impl Sharing {
    /// Its name in messages and in the manifest.
    pub fn as_str(self) -> &'static str {
        match self {
            Sharing::Export => "export",
            Sharing::Parameter => "parameter",
            Sharing::Output => "output",
        }
    }
}

/// A value of one stack that other stacks of the program use: what [`Stack::export`] gives, and [`Stack::import`] takes.
#[derive(Clone, Debug)]
#[must_use = "an export that no stack imports is a warning"]
pub struct Export<T> {
    link: Exported,
    role: Option<Node>,
    marker: PhantomData<fn() -> T>,
}

impl<T> Export<T> {
    /// Sets the role that CloudFormation assumes to read an output of another account. It must be one of that account, and only
    /// [`Sharing::Output`] needs it.
    pub fn role_arn(mut self, role: impl IntoNode) -> Export<T> {
        self.role = Some(role.into_node());
        self
    }
}

/// A type that can be shared between stacks. All values between stacks are strings; lists are joined with commas on the way.
pub trait Shared: IntoNode + Sized {
    /// Whether it is a list, which only an [export](Sharing::Export) hands on: `Fn::Split` takes none of the other references.
    const IS_LIST: bool = false;
    /// Whether it is `true` or `false`.
    const IS_BOOLEAN: bool = false;
    /// The type of a parameter with such a value.
    const PARAMETER_TYPE: &'static str;

    /// The value as one string.
    fn pack(value: Value<Self>) -> Node;

    /// The value that a string stands for.
    fn unpack(text: Value<String>) -> Value<Self>;
}

impl Shared for String {
    const PARAMETER_TYPE: &'static str = "String";

    fn pack(value: Value<String>) -> Node {
        value.into_node()
    }

    fn unpack(text: Value<String>) -> Value<String> {
        text
    }
}

impl Shared for List<String> {
    const IS_LIST: bool = true;
    const PARAMETER_TYPE: &'static str = "CommaDelimitedList";

    fn pack(value: Value<List<String>>) -> Node {
        join(",", value).into_node()
    }

    fn unpack(text: Value<String>) -> Value<List<String>> {
        split(",", text)
    }
}

macro_rules! shared_as_text {
    ($($type:ty: $parameter:literal, $is_boolean:literal);*) => {$(
        impl Shared for $type {
            const IS_BOOLEAN: bool = $is_boolean;
            const PARAMETER_TYPE: &'static str = $parameter;

            fn pack(value: Value<$type>) -> Node {
                match value {
                    Value::Literal(literal) => literal.to_string().into_node(),
                    Value::Intrinsic(_) => value.into_node(),
                }
            }

            fn unpack(text: Value<String>) -> Value<$type> {
                text.cast()
            }
        }
    )*};
}

shared_as_text!(i64: "Number", false; f64: "Number", false; bool: "String", true);

/// An export, as the checks of the program see it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Exported {
    pub(crate) stack: String,
    pub(crate) home: Home,
    pub(crate) name: String,
    pub(crate) sharing: Sharing,
    pub(crate) origin: Origin,
}

/// An import, as the checks of the program see it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Imported {
    pub(crate) export: Exported,
    pub(crate) has_role: bool,
    pub(crate) origin: Origin,
}

/// The exports and imports of a stack.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Links {
    pub(crate) exports: Vec<Exported>,
    // So that `stack.add(.., stack.import(..))` is one expression.
    imports: RefCell<Vec<Imported>>,
}

impl Links {
    pub(crate) fn imports(&self) -> Vec<Imported> {
        self.imports.borrow().clone()
    }

    /// Takes over the imports of a nested stack, which is deployed with this one.
    pub(crate) fn adopt(&self, nested: &Links) {
        self.imports.borrow_mut().extend(nested.imports());
    }
}

impl Stack {
    /// Makes a value of this stack available to other stacks of the program, as an [exported](Sharing::Export) output. The name
    /// is 1 to 255 letters and digits, unique among the outputs of the stack; the export is called `<stack>-<name>`.
    ///
    /// ```
    /// use async_lambda_constructs::prelude::*;
    ///
    /// let mut data = Stack::new("data");
    /// let jobs = data.add("Jobs", ManagedQueue::new());
    /// let jobs_arn = data.export("JobsArn", jobs.arn());
    ///
    /// let mut service = Stack::new("service");
    /// let statement = Statement::allow(["sqs:SendMessage"]).resource(service.import(&jobs_arn));
    /// # let _ = statement;
    /// ```
    #[track_caller]
    pub fn export<T: Shared>(&mut self, name: &str, value: Value<T>) -> Export<T> {
        self.export_by(Sharing::Export, name, value)
    }

    /// Makes a value of this stack available to other stacks of the program in one of [several ways](Sharing).
    #[track_caller]
    pub fn export_by<T: Shared>(&mut self, sharing: Sharing, name: &str, value: Value<T>) -> Export<T> {
        let value = T::pack(value);
        let stack = self.name().to_owned();
        if T::IS_LIST && sharing != Sharing::Export {
            let way = sharing.as_str();
            let message = format!("export `{name}`: a list must be shared as an export, got its way `{way}`");
            let help = "leave the way out: `export(..)`; or share its members one by one";
            self.report(Finding::new(&AL0508, Path::default(), message).help(help.to_owned()));
        }
        match sharing {
            Sharing::Export => {
                let output = Output::new(Value::<String>::raw(value)).export_name(format!("{stack}-{name}"));
                self.output(name, output);
            }
            Sharing::Output => self.output(name, Output::new(Value::<String>::raw(value))),
            Sharing::Parameter => {
                let properties = json!({"Name": parameter(&stack, name), "Type": "String", "Value": value});
                self.add(format!("{name}Parameter"), Resource::raw("AWS::SSM::Parameter", properties));
            }
        }
        let origin = Location::caller().into();
        let link = Exported { stack, home: self.home().clone(), name: name.to_owned(), sharing, origin };
        self.links_mut().exports.push(link.clone());
        Export { link, role: None, marker: PhantomData }
    }

    /// The value of another stack of the program.
    ///
    /// Synthesis refuses imports of stacks that are not in the program, stacks that import from each other, and ways that do not
    /// reach from one stack to the other.
    #[track_caller]
    pub fn import<T: Shared>(&self, export: &Export<T>) -> Value<T> {
        let Exported { stack, home, name, sharing, .. } = &export.link;
        let text: Value<String> = match sharing {
            Sharing::Export => import_value(format!("{stack}-{name}")),
            Sharing::Parameter => format!("{{{{resolve:ssm:{}}}}}", parameter(stack, name)).into(),
            Sharing::Output => {
                let mut output = get_stack_output(stack.as_str(), name.as_str());
                if let Some(region) =
                    home.region.as_deref().filter(|region| self.home().region.as_deref() != Some(region))
                {
                    output = output.region(region);
                }
                if let Some(role) = &export.role {
                    output = output.role_arn(role.clone());
                }
                output.into()
            }
        };
        let (export, has_role) = (export.link.clone(), export.role.is_some());
        self.links().imports.borrow_mut().push(Imported { export, has_role, origin: Location::caller().into() });
        T::unpack(text)
    }
}

/// The name of the parameter of Systems Manager.
fn parameter(stack: &str, name: &str) -> String {
    format!("/{stack}/{name}")
}
