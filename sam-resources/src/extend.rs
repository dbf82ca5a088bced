//! What a list or map property would be clumsy to write: one entry at a time.

use cfn_model::{IntoNode, List, Map, Node, Object, Value};

use crate::{Event, Function, Policy, StateMachine, event, function};

impl Function {
    /// Adds an entry to `Events`: what starts the function.
    pub fn event(mut self, name: impl Into<String>, source: impl Into<Event>) -> Function {
        insert(&mut self.events, name.into(), source.into());
        self
    }

    /// Adds a member to `Policies`: what the function may do.
    pub fn policy(mut self, policy: impl Into<Policy>) -> Function {
        push(&mut self.policies, policy.into());
        self
    }

    /// Adds an entry to `Environment.Variables`.
    pub fn environment_variable(mut self, name: impl Into<String>, value: impl Into<Value<String>>) -> Function {
        edit(&mut self.environment, function::Environment::new, |environment| {
            edit(&mut environment.variables, Map::default, |variables| {
                variables.0.insert(name.into(), value.into());
            });
        });
        self
    }

    /// Adds an entry to `Tags`.
    pub fn tag(mut self, name: impl Into<String>, value: impl Into<Value<String>>) -> Function {
        tag(&mut self.tags, name.into(), value.into());
        self
    }
}

impl StateMachine {
    /// Adds an entry to `Events`: what starts the state machine.
    pub fn event(mut self, name: impl Into<String>, source: impl Into<Event>) -> StateMachine {
        insert(&mut self.events, name.into(), source.into());
        self
    }

    /// Adds a member to `Policies`: what the state machine may do.
    pub fn policy(mut self, policy: impl Into<Policy>) -> StateMachine {
        push(&mut self.policies, policy.into());
        self
    }

    /// Adds an entry to `Tags`.
    pub fn tag(mut self, name: impl Into<String>, value: impl Into<Value<String>>) -> StateMachine {
        tag(&mut self.tags, name.into(), value.into());
        self
    }
}

/// Changes the literal in a property, which an intrinsic for the whole property makes way for.
fn edit<T>(property: &mut Option<Value<T>>, new: impl FnOnce() -> T, change: impl FnOnce(&mut T)) {
    let mut literal = match property.take() {
        Some(Value::Literal(literal)) => literal,
        Some(Value::Intrinsic(_)) | None => new(),
    };
    change(&mut literal);
    *property = Some(Value::Literal(literal));
}

fn insert<T>(property: &mut Option<Value<Map<T>>>, name: String, value: T) {
    edit(property, Map::default, |map| {
        map.0.insert(name, Value::Literal(value));
    });
}

fn push<T>(property: &mut Option<Value<List<T>>>, member: T) {
    edit(property, List::default, |list| list.0.push(Value::Literal(member)));
}

fn tag(property: &mut Option<Node>, name: String, value: Value<String>) {
    if let Node::Object(tags) = property.get_or_insert_with(|| Node::Object(Object::default())) {
        tags.insert(name, value.into_node());
    }
}

/// `report_batch_item_failures` of the event sources that can.
macro_rules! batches {
    ($($source:ident: $types:ident,)*) => {$(
        impl event::$source {
            /// Whether the function says which records of a batch failed, so that only these come again:
            /// `FunctionResponseTypes` with `ReportBatchItemFailures`.
            pub fn report_batch_item_failures(mut self, report: bool) -> event::$source {
                self.function_response_types =
                    report.then(|| [event::$types::ReportBatchItemFailures].into());
                self
            }
        }
    )*};
}

batches! {
    DynamoDb: FunctionResponseTypes,
    Kinesis: FunctionResponseTypes,
    Msk: FunctionResponseTypes,
    Sqs: FunctionResponseTypes,
}
