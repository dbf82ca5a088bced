//! Tasks: work that something else does.

use cfn_model::{IntoNode, Node, Object, Value, intrinsic, sqs::QueueHandle};

use super::{
    definition::INTEGRATION,
    flow::{Flow, Shape, State},
    retry::{Retry, retry, retry_service_errors},
};
use crate::{
    access,
    iam::{PolicyDocument, Statement},
};

/// The errors of Lambda itself, which are gone with the next try.
const ERRORS_OF_LAMBDA: [&str; 5] = [
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
];

/// Work that something else does: a function, or another service. The role of the state machine may do just that.
///
/// | | default |
/// |---|---|
/// | a function's input | the state's input |
/// | a function's output | what the function answers, without the data about the call |
/// | errors of Lambda itself, throttling for one | tried 6 times more, as AWS advises |
///
/// ```
/// use async_lambda_constructs::{
///     constructs::states::{Fail, Retry, Task, jsonata},
///     prelude::*,
/// };
///
/// let mut stack = Stack::new("shop");
/// let code = sam::Function::new().handler("bootstrap").runtime(sam::Runtime::ProvidedAl2023).code_uri("target/charge.zip");
/// let charge = stack.add("Charge", code);
/// let charge = Task::invoke("ChargeCard", charge.arn())
///     .arguments(json!({"order": jsonata("$states.input.order")}))
///     .retry(Retry::on(["BankIsBusy"]).attempts(5))
///     .catch(["States.ALL"], Fail::new("NotCharged", "NotCharged", "the bank said no"));
/// ```
#[derive(Clone, Debug)]
#[must_use = "a state does nothing until a state machine has it"]
pub struct Task {
    state: State,
    /// The service and its operation: `sqs:sendMessage`.
    integration: String,
    /// The suffix of the integration: `.waitForTaskToken`.
    pattern: &'static str,
    arguments: Object,
    /// The member of the arguments that a user gives as a whole.
    payload: Option<&'static str>,
    service_errors: &'static [&'static str],
}

impl Task {
    /// Calls a function, and waits for its answer.
    pub fn invoke(name: impl Into<String>, function_arn: impl Into<Value<String>>) -> Task {
        let arn = function_arn.into();
        let policy = access::Function::from_arn(arn.clone()).grant_invoke();
        let arguments = [("FunctionName", arn.into_node()), ("Payload", "{% $states.input %}".into_node())];
        let mut task = Task::new(name, "lambda:invoke", arguments, policy).payload("Payload");
        task.state.set("Output", "{% $states.result.Payload %}");
        task.service_errors = &ERRORS_OF_LAMBDA;
        task
    }

    /// Sends a message to a queue: the state's input, where no [`arguments`](Task::arguments) are given.
    ///
    /// The key of an encrypted queue is [`allow`](Task::allow)ed.
    pub fn send_message(name: impl Into<String>, queue: &QueueHandle) -> Task {
        let policy = access::Queue::from_arn(queue.arn()).grant_send();
        let url: Value<String> = queue.reference();
        let arguments = [("QueueUrl", url.into_node()), ("MessageBody", "{% $states.input %}".into_node())];
        Task::new(name, "sqs:sendMessage", arguments, policy).payload("MessageBody")
    }

    /// Publishes a message to a topic: the state's input, where no [`arguments`](Task::arguments) are given.
    pub fn publish(name: impl Into<String>, topic: &access::Topic) -> Task {
        let arguments = [("TopicArn", topic.arn().into_node()), ("Message", "{% $states.input %}".into_node())];
        Task::new(name, "sns:publish", arguments, topic.grant_publish()).payload("Message")
    }

    /// Reads the item with this key of a table: `json!({"id": {"S": jsonata("$states.input.id")}})`.
    pub fn get_item(name: impl Into<String>, table: &access::Table, key: impl IntoNode) -> Task {
        let policy = table.policy(&["dynamodb:GetItem"], [table.arn()], &["kms:Decrypt"]);
        let arguments = [("TableName", table.arn().into_node()), ("Key", key.into_node())];
        Task::new(name, "dynamodb:getItem", arguments, policy)
    }

    /// Writes an item to a table: `json!({"id": {"S": jsonata("$states.input.id")}})`.
    pub fn put_item(name: impl Into<String>, table: &access::Table, item: impl IntoNode) -> Task {
        let policy = table.policy(&["dynamodb:PutItem"], [table.arn()], &["kms:Decrypt", "kms:GenerateDataKey"]);
        let arguments = [("TableName", table.arn().into_node()), ("Item", item.into_node())];
        Task::new(name, "dynamodb:putItem", arguments, policy)
    }

    /// Changes the item with this key of a table as an expression says: `SET paid = :paid`. The values of the expression, and its names,
    /// are given by [`arguments`](Task::arguments): `ExpressionAttributeValues`, `ExpressionAttributeNames`.
    pub fn update_item(
        name: impl Into<String>,
        table: &access::Table,
        key: impl IntoNode,
        update: impl Into<Value<String>>,
    ) -> Task {
        let policy = table.policy(&["dynamodb:UpdateItem"], [table.arn()], &["kms:Decrypt", "kms:GenerateDataKey"]);
        let update = update.into().into_node();
        let arguments =
            [("TableName", table.arn().into_node()), ("Key", key.into_node()), ("UpdateExpression", update)];
        Task::new(name, "dynamodb:updateItem", arguments, policy)
    }

    /// Puts an event on a bus: its source, the type of its detail, and as detail the state's input, where no
    /// [`arguments`](Task::arguments) are given.
    pub fn put_event(
        name: impl Into<String>,
        bus: &access::Bus,
        source: impl Into<Value<String>>,
        detail_type: impl Into<Value<String>>,
    ) -> Task {
        let arguments = [
            ("EventBusName", bus.arn().into_node()),
            ("Source", source.into().into_node()),
            ("DetailType", detail_type.into().into_node()),
            ("Detail", "{% $states.input %}".into_node()),
        ];
        Task::new(name, "events:putEvents", arguments, bus.grant_put_events()).payload("Detail")
    }

    /// Starts an execution of another state machine, and goes on at once. Its input is the state's, where no
    /// [`arguments`](Task::arguments) are given.
    pub fn start_execution(name: impl Into<String>, machine: &access::StateMachine) -> Task {
        let arguments = [("StateMachineArn", machine.arn().into_node()), ("Input", "{% $states.input %}".into_node())];
        Task::new(name, "states:startExecution", arguments, machine.grant_start_execution()).payload("Input")
    }

    /// Starts an execution of another state machine, which is a standard one, and goes on with its output when it is done.
    pub fn run_execution(name: impl Into<String>, machine: &access::StateMachine) -> Task {
        let mut task = Task::start_execution(name, machine);
        task.pattern = ".sync:2";
        task.state.set("Output", "{% $states.result.Output %}");
        task.state.waits_for = Some("an execution of another state machine");
        let rule = intrinsic::sub(
            "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule",
        );
        let watch = PolicyDocument::new()
            .statement(
                Statement::allow(["states:DescribeExecution", "states:StopExecution"])
                    .resource(machine.executions_arn()),
            )
            .statement(Statement::allow(["events:DescribeRule", "events:PutRule", "events:PutTargets"]).resource(rule));
        task.allow(watch)
    }

    /// Any other operation that Step Functions offers, by the end of its ARN: `aws-sdk:s3:headObject`, with its arguments. What the role
    /// needs for it is [`allow`](Task::allow)ed.
    pub fn call(name: impl Into<String>, operation: impl Into<String>, arguments: Object) -> Task {
        let mut task = Task::new(name, "", [], PolicyDocument::new());
        task.integration = operation.into();
        task.arguments = arguments;
        task.state.allowed.clear();
        task
    }

    fn new<const N: usize>(
        name: impl Into<String>,
        integration: &str,
        arguments: [(&str, Node); N],
        policy: PolicyDocument,
    ) -> Task {
        let mut state = State::new("Task", name, Shape::Plain);
        state.allowed.push(policy);
        let arguments = arguments.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Task { state, integration: integration.to_owned(), pattern: "", arguments, payload: None, service_errors: &[] }
    }

    fn payload(mut self, member: &'static str) -> Task {
        self.payload = Some(member);
        self
    }

    /// What it is given, as JSON with expressions in it. Of a function, a message, an event and an execution this is their content; of
    /// other operations these are further arguments, by the names that the service gives them.
    pub fn arguments(mut self, value: impl IntoNode) -> Task {
        let value = value.into_node();
        match (self.payload, value) {
            (Some(member), value) => {
                self.arguments.insert(member.to_owned(), value);
            }
            (None, Node::Object(more)) => self.arguments.extend(more),
            (None, other) => {
                let message = format!("the arguments of `{}` must be an object, got {}", self.state.name, other.kind());
                self.state.problems.push((
                    message,
                    "name each argument as the service does: `json!({\"ReturnValues\": \"ALL_NEW\"})`",
                ));
            }
        }
        self
    }

    /// Another argument, by the name that the service gives it: `("MessageGroupId", jsonata("$states.input.customer"))`.
    pub fn argument(mut self, name: &str, value: impl IntoNode) -> Task {
        self.arguments.insert(name.to_owned(), value.into_node());
        self
    }

    /// Goes on when somebody has sent the task's token back, with what they sent. The arguments have the token,
    /// `$states.context.Task.Token`, in them.
    pub fn wait_for_token(mut self) -> Task {
        self.pattern = ".waitForTaskToken";
        // The result is what comes with the token.
        self.state.fields.shift_remove("Output");
        self.state.waits_for = Some("a task token");
        self
    }

    /// Allows the role something more: a key of KMS, say.
    pub fn allow(mut self, policy: PolicyDocument) -> Task {
        self.state.allowed.push(policy);
        self
    }

    /// Fails with `States.Timeout` after so many seconds: 1 to 99,999,999.
    pub fn timeout_seconds(mut self, seconds: u32) -> Task {
        self.state.set("TimeoutSeconds", seconds);
        self
    }

    /// Without the tries after errors of Lambda itself.
    pub fn without_default_retry(mut self) -> Task {
        self.service_errors = &[];
        self
    }

    /// Tries again after these errors.
    pub fn retry(mut self, again: Retry) -> Task {
        retry(&mut self.state, again);
        self
    }

    /// Goes on here after one of these errors, when there are no tries left: `["States.ALL"]` is any. What it gets is the error, with
    /// `Error` and `Cause`. It ends by itself; `go_to` leads back.
    pub fn catch<E: Into<String>>(mut self, errors: impl IntoIterator<Item = E>, flow: impl Into<Flow>) -> Task {
        self.state.catches.push((errors.into_iter().map(Into::into).collect(), flow.into()));
        self
    }

    /// What it hands to the next state: JSON with expressions in it, in which `$states.result` is the answer as it came.
    pub fn output(mut self, value: impl IntoNode) -> Task {
        self.state.set("Output", value);
        self
    }
    /// Keeps values in variables, an object with one member each: later states have them as `$name`.
    pub fn assign(mut self, variables: impl IntoNode) -> Task {
        self.state.set("Assign", variables);
        self
    }

    /// A comment in the definition.
    pub fn comment(mut self, text: impl Into<String>) -> Task {
        self.state.set("Comment", text.into());
        self
    }

    /// Goes on with this state, or these.
    pub fn then(self, next: impl Into<Flow>) -> Flow {
        Flow::from(self).then(next)
    }

    /// Goes on with a state that is elsewhere in the same state machine, by its name.
    pub fn go_to(self, state: impl Into<String>) -> Flow {
        Flow::from(self).go_to(state)
    }
}

impl From<Task> for Flow {
    fn from(task: Task) -> Flow {
        let Task { mut state, integration, pattern, arguments, service_errors, .. } = task;
        if pattern == ".waitForTaskToken" && !has_token(&arguments) {
            let message =
                format!("the arguments of `{}` must have the task token that it waits for, have none", state.name);
            state.problems.push((message, "put `jsonata(\"$states.context.Task.Token\")` into them"));
        }
        if !service_errors.is_empty() {
            retry_service_errors(&mut state, service_errors);
        }
        let arguments = match integration.as_str() {
            "events:putEvents" => Object::from_iter([("Entries".to_owned(), vec![arguments.into_node()].into_node())]),
            _ => arguments,
        };
        let resource: Value<String> = intrinsic::sub(format!("{INTEGRATION}{integration}{pattern}"));
        let mut fields = Object::from_iter([
            ("Type".to_owned(), "Task".into_node()),
            ("Resource".to_owned(), resource.into_node()),
            ("Arguments".to_owned(), arguments.into_node()),
        ]);
        fields.extend(state.fields.into_iter().filter(|(name, _)| name != "Type"));
        state.fields = fields;
        state.into()
    }
}

/// Whether an expression in the arguments has the token of the task, or the whole context with it.
fn has_token(arguments: &Object) -> bool {
    fn is_in(node: &Node) -> bool {
        match node {
            Node::String(text) => text.contains("Task.Token"),
            Node::Array(items) => items.iter().any(is_in),
            Node::Object(members) => members.values().any(is_in),
            _ => false,
        }
    }
    arguments.values().any(is_in)
}
