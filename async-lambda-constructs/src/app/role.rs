//! One role for the functions of an application, instead of one for each.

use cfn_model::{
    Finding, Function, IntoNode, Node, Object, Path, Resource, Template,
    intrinsic::{get_att, sub},
};
use cfn_rules::codes::{AL0129, AL0133};

use super::names;
use crate::{
    Stack,
    iam::{PolicyDocument, Statement},
};

/// The properties of a function that become the role's.
const POLICIES: &str = "Policies";

/// The most characters of all inline policies of a role ("IAM and AWS STS quotas").
const MOST_CHARACTERS: usize = 10_240;
/// Those of a string.
const QUOTES: usize = 2;

/// What a role may do.
#[derive(Default)]
struct Permissions {
    managed: Vec<Node>,
    statements: Vec<Node>,
}

/// Gives one role to these functions, which may do what each of them may. Gives back the role's logical id.
#[track_caller]
pub(super) fn share(stack: &mut Stack, functions: &[String]) -> Option<String> {
    if functions.is_empty() {
        return None;
    }
    let (mut permissions, mut refused) = (Permissions::default(), Vec::new());
    permissions.manage("service-role/AWSLambdaBasicExecutionRole");
    for id in functions {
        let Some(function) = stack.resource(id).cloned() else { continue };
        for (index, policy) in permissions.add(&function["Properties"]) {
            if !refused.contains(&policy) {
                let place = Path(vec!["Resources".into(), id.as_str().into(), "Properties".into(), POLICIES.into()]);
                stack.report(refusal(id, &policy, place.join(index)));
                refused.push(policy);
            }
        }
        stack.remove_property(id, POLICIES);
        stack.override_property(id, "Role", get_att::<String>(names::SHARED_ROLE, "Arn"));
    }
    let assumed = PolicyDocument::assumed_by("lambda.amazonaws.com").into_node();
    let mut properties = Object::from_iter([
        ("AssumeRolePolicyDocument".to_owned(), assumed),
        ("ManagedPolicyArns".to_owned(), permissions.managed.into_node()),
    ]);
    if let Some(policy) = inline("AsyncLambdaTaskPolicy".to_owned(), permissions.statements) {
        properties.insert(POLICIES.to_owned(), vec![policy].into_node());
    }
    stack.add(names::SHARED_ROLE, Resource::raw("AWS::IAM::Role", properties));
    Some(names::SHARED_ROLE.to_owned())
}

/// Lets all functions with the shared role do more.
#[track_caller]
pub(super) fn grant(stack: &mut Stack, function: &str, policy: &Node) {
    let mut permissions = Permissions::default();
    if let Err(policy) = permissions.policy(policy) {
        return stack.report(refusal(function, &policy, Path(vec!["Resources".into(), function.into()])));
    }
    let properties = |stack: &Stack| stack.resource(names::SHARED_ROLE).map(|role| role["Properties"].clone());
    let Some(role) = properties(stack) else { return };
    let managed = role["ManagedPolicyArns"].as_array().map_or(0, <[Node]>::len);
    for (index, policy) in permissions.managed.into_iter().enumerate() {
        let place = Path(vec!["ManagedPolicyArns".into(), (managed + index).into()]);
        stack.override_property(names::SHARED_ROLE, place, policy);
    }
    let number = role[POLICIES].as_array().map_or(0, <[Node]>::len);
    if let Some(policy) = inline(format!("AsyncLambdaGrantedPolicy{number}"), permissions.statements) {
        stack.override_property(names::SHARED_ROLE, Path(vec![POLICIES.into(), number.into()]), policy);
    }
}

/// A policy of the role with these statements; `None` without any.
fn inline(name: String, statements: Vec<Node>) -> Option<Node> {
    if statements.is_empty() {
        return None;
    }
    let mut document = PolicyDocument::new().into_node();
    if let Node::Object(document) = &mut document {
        document.insert("Statement".to_owned(), statements.into_node());
    }
    let policy = [("PolicyName".to_owned(), name.into_node()), ("PolicyDocument".to_owned(), document)];
    Some(Object::from_iter(policy).into_node())
}

/// Policies of the role that are larger than IAM takes, whatever the functions in them will give.
pub(super) fn too_large(template: &Template) -> Option<Finding> {
    let policies = template.resource(names::SHARED_ROLE)?["Properties"][POLICIES].as_array()?;
    let characters: usize = policies.iter().map(|policy| least(template, &policy["PolicyDocument"])).sum();
    let message = format!(
        "role `{}`: its inline policies must have at most {MOST_CHARACTERS} characters together, got at least {characters}",
        names::SHARED_ROLE
    );
    let help = "remove `shared_role` from the application, or give tasks with many permissions `policies` of their own in the \
                config file: they keep roles of their own then"
        .to_owned();
    let place = Path(vec!["Resources".into(), names::SHARED_ROLE.into(), "Properties".into(), POLICIES.into()]);
    (characters > MOST_CHARACTERS)
        .then(|| Finding::new(&AL0133, place, message).actual(characters.to_string()).help(help))
}

/// How many characters a value has at least, as IAM counts: without spaces.
fn least(template: &Template, node: &Node) -> usize {
    match (Function::call(node), node) {
        (Some((Function::GetAtt, argument)), _) => arn(template, argument) + QUOTES,
        (Some((Function::Sub, Node::String(text))), _) => without_placeholders(text) + QUOTES,
        (Some(_), _) => QUOTES,
        (None, Node::String(text)) => text.chars().count() + QUOTES,
        (None, Node::Array(items)) => {
            let items: usize = items.iter().map(|item| least(template, item) + 1).sum();
            items.max(1) + 1
        }
        (None, Node::Object(object)) => {
            let members = object.iter().map(|(name, value)| name.len() + QUOTES + 2 + least(template, value));
            members.sum::<usize>().max(1) + 1
        }
        (None, Node::Bool(_) | Node::Number(_) | Node::Null) => 1,
    }
}

/// How many characters an ARN has at least that is an attribute of a resource.
fn arn(template: &Template, argument: &Node) -> usize {
    let id = argument.as_array().and_then(<[Node]>::first).and_then(Node::as_str);
    let Some(properties) = id.and_then(|id| template.resource(id)).map(|resource| &resource["Properties"]) else {
        return 0;
    };
    let of = |property: &str, start: &str| properties[property].as_str().map(|name| start.len() + name.len());
    of("QueueName", "arn:aws:sqs:sa-east-1:123456789012:")
        .or_else(|| of("FunctionName", "arn:aws:lambda:sa-east-1:123456789012:function:"))
        .unwrap_or(0)
}

/// The characters of a text besides `${..}`.
fn without_placeholders(text: &str) -> usize {
    let parts = text.split("${").enumerate();
    let rest = |(index, part): (usize, &str)| match part.split_once('}') {
        Some((_, rest)) if index > 0 => rest.chars().count(),
        _ => part.chars().count(),
    };
    parts.map(rest).sum()
}

/// Whether a function has the shared role.
pub(super) fn is_shared(function: &Node) -> bool {
    match Function::call(&function["Role"]) {
        Some((Function::GetAtt, Node::Array(argument))) => {
            argument.first().and_then(Node::as_str) == Some(names::SHARED_ROLE)
        }
        _ => false,
    }
}

fn refusal(function: &str, policy: &Node, place: Path) -> Finding {
    let name = policy.as_object().and_then(|policy| policy.keys().next()).map(String::as_str);
    let name = policy.as_str().or(name).unwrap_or_default();
    let message = format!(
        "function `{function}`: a policy of the shared role must be an ARN, a statement or a document, got `{name}`"
    );
    let help = "SAM knows names and templates of policies for roles that it makes itself: write its ARN or its statements, or \
                give the policy to single tasks in the config file, which have roles of their own then"
        .to_owned();
    Finding::new(&AL0129, place, message).actual(name).help(help)
}

impl Permissions {
    /// A managed policy of AWS.
    fn manage(&mut self, name: &str) {
        self.managed_arn(&sub(format!("arn:${{AWS::Partition}}:iam::aws:policy/{name}")).into_node());
    }

    fn managed_arn(&mut self, arn: &Node) {
        if !self.managed.contains(arn) {
            self.managed.push(arn.clone());
        }
    }

    /// What the function itself may do, and what SAM would add for its network, its traces, its streams and its dead letters. Gives back
    /// the policies that only SAM understands, with their index.
    fn add(&mut self, function: &Node) -> Vec<(usize, Node)> {
        if function.get("VpcConfig").is_some() {
            self.manage("service-role/AWSLambdaVPCAccessExecutionRole");
        }
        if function["Tracing"].as_str() == Some("Active") {
            self.manage("AWSXRayDaemonWriteAccess");
        }
        if let Some(target) = function["DeadLetterQueue"].get("TargetArn") {
            self.statement(&Statement::allow(["sqs:SendMessage"]).resource(target.clone()).into_node());
        }
        let events = function["Events"].as_object().into_iter().flat_map(Object::values);
        for event in events.filter(|event| event["Type"].as_str() == Some("DynamoDB")) {
            let read = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];
            let stream = event["Properties"]["Stream"].clone();
            self.statement(&Statement::allow(read).resource(stream).into_node());
            self.statement(&Statement::allow(["dynamodb:ListStreams"]).resource("*").into_node());
        }
        let policies = function[POLICIES].as_array().unwrap_or_default().iter().enumerate();
        policies.filter_map(|(index, policy)| Some((index, self.policy(policy).err()?))).collect()
    }

    fn policy(&mut self, policy: &Node) -> Result<(), Node> {
        match (policy, policy.get("Statement")) {
            (Node::String(arn), _) if arn.starts_with("arn:") => self.managed_arn(policy),
            (_, Some(Node::Array(statements))) => statements.iter().for_each(|statement| self.statement(statement)),
            (_, Some(statement)) => self.statement(statement),
            _ if Function::call(policy).is_some() => self.managed_arn(policy),
            _ => return Err(policy.clone()),
        }
        Ok(())
    }

    /// Adds a statement, to one that differs in its resources only where there is one: a role has room for 10,240
    /// characters.
    fn statement(&mut self, statement: &Node) {
        // Two functions may say the same with the same name.
        if self.statements.contains(statement) {
            return;
        }
        let alike =
            |known: &&mut Node| is_plain(known) && is_plain(statement) && known["Action"] == statement["Action"];
        match self.statements.iter_mut().find(alike) {
            Some(Node::Object(known)) => {
                let is_new = |resource: &Node| !known_in(&known["Resource"], resource);
                let more: Vec<Node> = list(&statement["Resource"]).into_iter().filter(is_new).collect();
                if !more.is_empty() {
                    let all = [list(&known["Resource"]), more].concat();
                    known.insert("Resource".to_owned(), all.into_node());
                }
            }
            _ => self.statements.push(statement.clone()),
        }
    }
}

/// Whether a statement allows actions on resources, and says nothing else.
fn is_plain(statement: &Node) -> bool {
    let keys = ["Effect", "Action", "Resource"];
    let has_others = statement.as_object().is_none_or(|object| !object.keys().all(|key| keys.contains(&key.as_str())));
    !has_others && statement["Effect"].as_str() == Some("Allow")
}

fn list(node: &Node) -> Vec<Node> {
    node.as_array().map_or_else(|| vec![node.clone()], <[Node]>::to_vec)
}

fn known_in(node: &Node, value: &Node) -> bool {
    node == value || node.as_array().is_some_and(|items| items.contains(value))
}
