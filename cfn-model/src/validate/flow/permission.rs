//! What the role of a function may do with queues.

use std::collections::HashMap;

use super::{
    model::{Model, Resource, SAM_FUNCTION, Target, Way, expand, member_path, members},
    text::{Part, Text, fits},
    wiring::here,
};
use crate::{Function, Node, Path, validate::context::Context};

/// What a mapping needs of its role, or it is refused when it is made.
pub(super) const TO_CONSUME: [&str; 3] = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
pub(super) const TO_SEND: &str = "sqs:SendMessage";

/// How many statements of a role are looked at; with more, it may allow anything.
const MOST_STATEMENTS: usize = 256;

/// The longest name of a queue.
const LONGEST_NAME: usize = 80;

/// Managed policies of AWS that say nothing about queues.
const WITHOUT_QUEUES: &[&str] = &[
    "AWSLambdaBasicExecutionRole",
    "AWSLambdaVPCAccessExecutionRole",
    "AWSLambdaDynamoDBExecutionRole",
    "AWSLambdaKinesisExecutionRole",
    "AWSXRayDaemonWriteAccess",
    "AWSXrayWriteOnlyAccess",
    "CloudWatchLambdaInsightsExecutionRolePolicy",
    "AmazonS3ReadOnlyAccess",
    "AmazonS3FullAccess",
    "CloudWatchLogsFullAccess",
];

/// A statement of a policy, as far as it is about identities.
#[derive(Clone, Debug)]
pub(super) struct Statement<'d> {
    pub(super) allows: bool,
    /// `None` where nobody knows.
    pub(super) actions: Option<Vec<&'d str>>,
    pub(super) resources: Vec<Text<'d>>,
    /// It says what it is not about.
    pub(super) inverted: bool,
    /// It holds under a condition only.
    pub(super) conditional: bool,
    /// It is for Lambda's own use, and no sign that the function sends.
    pub(super) internal: bool,
    pub(super) path: Path,
}

/// Everything that a role allows.
#[derive(Clone, Debug, Default)]
pub(super) struct Role<'d> {
    /// What messages call it.
    pub(super) name: String,
    pub(super) statements: Vec<Statement<'d>>,
    /// It may allow more than is known.
    pub(super) open: bool,
    /// The queues that its statements name for sending, and do not only mean among all others.
    pub(super) sends_to: Vec<usize>,
    /// It may deny sending to some queue.
    pub(super) denies: bool,
    /// How much work it is to compare it with a queue.
    pub(super) work: u64,
}

impl<'d> Role<'d> {
    /// Whether an action on a queue is allowed; `None` where nobody knows.
    pub(super) fn may(&self, model: &Model<'d>, action: &str, queue: usize) -> Option<bool> {
        if !model.context.spend_on_policies(self.work) {
            return None;
        }
        let (mut allowed, mut denied, mut perhaps) = (false, false, self.open);
        for statement in &self.statements {
            match statement.covers(model, action, queue) {
                Some(false) => {}
                _ if !statement.allows => denied = true,
                Some(true) if !statement.conditional => allowed = true,
                _ => perhaps = true,
            }
        }
        match (allowed, denied) {
            (true, false) => Some(true),
            (true, true) => None,
            (false, _) => {
                if perhaps {
                    None
                } else {
                    Some(false)
                }
            }
        }
    }

    /// Sums up what it allows to send to.
    fn finish(mut self, model: &Model<'d>) -> Role<'d> {
        if self.statements.len() > MOST_STATEMENTS {
            self.statements.clear();
            self.open = true;
        }
        self.work = self.statements.iter().map(Statement::work).sum();
        // What takes this long is not read to sum it up either.
        if !model.context.spend_on_policies(self.work) {
            self.statements.clear();
            self.open = true;
        }
        let sends = |statement: &&Statement<'d>| statement.has_action(TO_SEND) != Some(false) || statement.inverted;
        self.denies = self.statements.iter().filter(|statement| !statement.allows).any(|statement| sends(&statement));
        let allowing = self.statements.iter().filter(|statement| {
            let is_plain = statement.allows && !statement.inverted && !statement.internal;
            is_plain && statement.has_action(TO_SEND) == Some(true)
        });
        let queues = allowing.flat_map(|statement| &statement.resources).map(|text| model.queue(text, true));
        self.sends_to = queues.filter_map(here).collect();
        self.sends_to.sort_unstable();
        self.sends_to.dedup();
        self
    }
}

impl<'d> Statement<'d> {
    /// Whether an action is among its actions.
    pub(super) fn has_action(&self, action: &str) -> Option<bool> {
        Some(self.actions.as_ref()?.iter().any(|pattern| fits(pattern, action)))
    }

    /// How much work it is to compare it with an action and a queue, in letters.
    fn work(&self) -> u64 {
        let actions = self.actions.iter().flatten().map(|action| 4 + action.len());
        let length = |part: &Part<'_>| match part {
            // Each star begins anew at every letter of the name.
            Part::Literal(text) => text.len() + text.matches('*').count() * LONGEST_NAME / 2,
            _ => 1,
        };
        let resources = self.resources.iter().map(|text| 16 + text.0.iter().map(length).sum::<usize>());
        actions.chain(resources).sum::<usize>() as u64
    }

    fn covers(&self, model: &Model<'d>, action: &str, queue: usize) -> Option<bool> {
        if self.inverted {
            return None;
        }
        match self.has_action(action) {
            Some(false) => return Some(false),
            None => return None,
            Some(true) => {}
        }
        self.is_about(model, queue)
    }

    /// Whether a queue is among its resources.
    pub(super) fn is_about(&self, model: &Model<'d>, queue: usize) -> Option<bool> {
        let mut answer = Some(false);
        for text in &self.resources {
            match covers(model, text, queue) {
                Some(true) => return Some(true),
                None => answer = None,
                Some(false) => {}
            }
        }
        answer
    }
}

/// Whether the `Resource` of a statement is about a queue.
fn covers<'d>(model: &Model<'d>, text: &Text<'d>, queue: usize) -> Option<bool> {
    if text.literal() == Some("*") {
        return Some(true);
    }
    let is_wild = |part: &Part<'_>| matches!(part, Part::Literal(text) if text.contains(['*', '?']));
    if text.0.iter().any(is_wild) {
        if text.service().is_some_and(|service| !fits(service, "sqs")) {
            return Some(false);
        }
        let name = text.last_segment();
        let own = model.resources[queue].properties.get("QueueName").and_then(Node::as_str);
        let own = own.filter(|own| own.len() <= LONGEST_NAME);
        return name.literal().zip(own).map(|(pattern, own)| fits(pattern, own));
    }
    match model.queue(text, true) {
        Target::Here(found) => Some(found == queue),
        Target::Elsewhere => Some(false),
        Target::Unknown => None,
    }
}

/// The roles of all functions.
#[derive(Default)]
pub(super) struct Roles<'d> {
    pub(super) roles: Vec<Role<'d>>,
    /// The role of each function, and which functions have a role of their own.
    of: HashMap<usize, usize>,
    users: Vec<usize>,
}

impl<'d> Roles<'d> {
    pub(super) fn new(model: &Model<'d>) -> Roles<'d> {
        let mut reader = Reader { model, attached: HashMap::new(), everywhere: connects(model) };
        reader.attach();
        let mut roles = Roles::default();
        let mut known: HashMap<&str, usize> = HashMap::new();
        for &function in &model.functions {
            let resource = &model.resources[function];
            let (key, role) = match resource.properties.get("Role").map(Text::of) {
                None if resource.kind == SAM_FUNCTION => (resource.id, Some(resource)),
                Some(text) => match text.0.as_slice() {
                    [Part::Attribute(id, "Arn")] => match model.resource(id).map(|number| &model.resources[number]) {
                        Some(role) if role.kind == "AWS::IAM::Role" => (role.id, Some(role)),
                        _ => ("", None),
                    },
                    _ => ("", None),
                },
                None => ("", None),
            };
            let Some(role) = role else { continue };
            let index = *known.entry(key).or_insert_with(|| {
                roles.roles.push(reader.role(role).finish(model));
                roles.users.push(0);
                roles.roles.len() - 1
            });
            roles.users[index] += 1;
            roles.of.insert(function, index);
        }
        roles
    }

    /// The role of a function, where it is known.
    pub(super) fn of(&self, function: usize) -> Option<&Role<'d>> {
        self.of.get(&function).map(|index| &self.roles[*index])
    }

    /// Whether no other function of the template has the same role.
    pub(super) fn is_own(&self, function: usize) -> bool {
        self.of.get(&function).is_some_and(|index| self.users[*index] == 1)
    }
}

/// Whether SAM's connectors give permissions.
fn connects(model: &Model<'_>) -> bool {
    let definitions = model.context.section("Resources");
    definitions.into_iter().flat_map(|section| section.values()).any(|definition| {
        definition.get("Connectors").is_some()
            || definition.get("Type").and_then(Node::as_str) == Some("AWS::Serverless::Connector")
    })
}

struct Reader<'m, 'd> {
    model: &'m Model<'d>,
    /// The policies that are attached to a role, by the role's logical id.
    attached: HashMap<&'d str, Vec<usize>>,
    /// A policy may be attached to any role.
    everywhere: bool,
}

impl<'d> Reader<'_, 'd> {
    /// Finds the policies that name the roles to which they belong.
    fn attach(&mut self) {
        let model = self.model;
        let roles = model.of_type("AWS::IAM::Role");
        let names: HashMap<&str, &'d str> =
            roles.filter_map(|role| Some((role.properties.get("RoleName")?.as_str()?, role.id))).collect();
        for (number, policy) in model.resources.iter().enumerate() {
            let keys: &[&str] = match policy.kind {
                "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" => &["Roles"],
                "AWS::IAM::RolePolicy" => &["RoleName"],
                _ => continue,
            };
            for (_, way) in members(model.context, policy.ways(model.context, keys)) {
                let Some(node) = way.node else { continue };
                match Text::of(node).0.as_slice() {
                    [Part::Name(id)] if model.context.resource(id).is_some() => {
                        self.attached.entry(id).or_default().push(number);
                    }
                    [Part::Literal(name)] => {
                        if let Some(id) = names.get(name.as_ref()) {
                            self.attached.entry(id).or_default().push(number);
                        }
                    }
                    _ => self.everywhere = true,
                }
            }
        }
    }

    /// The role that an `AWS::IAM::Role` is, or that SAM makes for a function.
    fn role(&self, resource: &Resource<'d>) -> Role<'d> {
        let model = self.model;
        let open = self.everywhere || model.context.is_open();
        let mut role = Role { name: format!("role `{}`", resource.id), open, ..Role::default() };
        let mut id = resource.id.to_owned();
        if resource.kind == SAM_FUNCTION {
            role.name = format!("role of function `{id}`");
            id.push_str("Role");
            self.serverless(resource, &mut role);
        } else {
            let managed = resource.ways(model.context, &["ManagedPolicyArns"]);
            for (index, way) in members(model.context, managed) {
                let place = member_path(&resource.path(&["ManagedPolicyArns"]), index);
                way.node.into_iter().for_each(|node| self.managed(node, &place, &mut role));
            }
        }
        let own = documents(model.context, resource);
        role.open |= own.is_none();
        for (place, document) in own.into_iter().flatten() {
            self.document(document, &place, &mut role);
        }
        for &policy in self.attached.get(id.as_str()).into_iter().flatten() {
            let policy = &model.resources[policy];
            match documents(model.context, policy) {
                Some(found) => {
                    found.into_iter().for_each(|(place, document)| self.document(document, &place, &mut role));
                }
                None => role.open = true,
            }
        }
        role
    }

    /// The policies of a SAM function, and those that SAM adds for its events and its dead letters.
    fn serverless(&self, function: &Resource<'d>, role: &mut Role<'d>) {
        let context = self.model.context;
        let place = function.path(&["Policies"]);
        for (index, way) in members(context, function.ways(context, &["Policies"])) {
            let Some(node) = way.node else { continue };
            let place = member_path(&place, index);
            match node {
                Node::Object(policy) if policy.contains_key("Statement") => {}
                Node::Object(policy) if Function::call(node).is_none() => {
                    policy.iter().for_each(|(name, parameters)| template(name, parameters, &place, role));
                }
                _ => self.managed(node, &place, role),
            }
        }
        let events = function.properties.get("Events").and_then(Node::as_object);
        let sqs = |event: &Node| matches!(event["Type"].as_str(), Some("SQS") | None);
        if events.is_some_and(|events| events.values().any(sqs)) {
            role.statements.push(Statement::of_mappings(&place));
        }
        if let Some(target) = function.properties.get("DeadLetterQueue").and_then(|queue| queue.get("TargetArn")) {
            let mut statement = Statement::everywhere(vec![TO_SEND], &place);
            statement.resources = vec![Text::of(target)];
            statement.internal = true;
            role.statements.push(statement);
        }
        role.open |= function.properties.get("EventInvokeConfig").is_some();
    }

    /// A policy that is named and not written out.
    fn managed(&self, node: &'d Node, place: &Path, role: &mut Role<'d>) {
        let text = Text::of(node);
        if let [Part::Name(id)] = text.0.as_slice()
            && let Some(policy) = self.model.resource(id).map(|number| &self.model.resources[number])
            && policy.kind == "AWS::IAM::ManagedPolicy"
            && let Some(document) = policy.properties.get("PolicyDocument")
        {
            return self.document(document, &policy.path(&["PolicyDocument"]), role);
        }
        let of_aws =
            text.last().contains(":iam::aws:policy/") || text.literal().is_some_and(|name| !name.contains(':'));
        let name = text.last_segment();
        match name.literal().filter(|_| of_aws) {
            Some("AWSLambdaSQSQueueExecutionRole") => {
                role.statements.push(Statement::of_mappings(place));
            }
            Some("AmazonSQSReadOnlyAccess") => {
                let actions = vec!["sqs:ReceiveMessage", "sqs:Get*", "sqs:List*"];
                role.statements.push(Statement::everywhere(actions, place));
            }
            Some("AmazonSQSFullAccess" | "AdministratorAccess" | "PowerUserAccess") => {
                role.statements.push(Statement::everywhere(vec!["sqs:*"], place));
            }
            Some(name) if WITHOUT_QUEUES.contains(&name) => {}
            _ => role.open = true,
        }
    }

    fn document(&self, document: &'d Node, place: &Path, role: &mut Role<'d>) {
        let found = statements(self.model.context, document, place);
        match found {
            Some(statements) => role.statements.extend(statements),
            None => role.open = true,
        }
    }
}

/// What a policy template of SAM allows on queues.
fn template<'d>(name: &str, parameters: &'d Node, place: &Path, role: &mut Role<'d>) {
    let actions = match name {
        "SQSSendMessagePolicy" => vec![TO_SEND],
        "SQSPollerPolicy" => TO_CONSUME.to_vec(),
        name => return role.open |= !name.ends_with("Policy"),
    };
    let mut statement = Statement::everywhere(actions, &place.join(name));
    statement.resources = parameters.get("QueueName").into_iter().map(Text::of).collect();
    role.statements.push(statement);
}

/// The policy documents that a resource holds for an identity, each with its place; `None` where one is unknown.
pub(super) fn documents<'d>(context: &Context<'_>, resource: &Resource<'d>) -> Option<Vec<(Path, &'d Node)>> {
    let (key, inner) = match resource.kind {
        SAM_FUNCTION | "AWS::Serverless::StateMachine" => ("Policies", None),
        "AWS::IAM::Role" | "AWS::IAM::User" | "AWS::IAM::Group" => ("Policies", Some("PolicyDocument")),
        "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" | "AWS::IAM::RolePolicy" => ("PolicyDocument", None),
        _ => return Some(Vec::new()),
    };
    let mut found = Vec::new();
    for (index, way) in members(context, resource.ways(context, &[key])) {
        let Some(node) = way.node else { continue };
        let place = member_path(&resource.path(&[key]), index);
        match inner {
            Some(inner) => found.push((place.join(inner), node.get(inner)?)),
            None if node.get("Statement").is_some() => found.push((place, node)),
            None if resource.kind.starts_with("AWS::Serverless::") => {}
            None => return None,
        }
    }
    Some(found)
}

impl<'d> Statement<'d> {
    /// What `AWSLambdaSQSQueueExecutionRole` allows.
    fn of_mappings(place: &Path) -> Statement<'d> {
        Statement { internal: true, ..Statement::everywhere(TO_CONSUME.to_vec(), place) }
    }

    fn everywhere(actions: Vec<&'d str>, place: &Path) -> Statement<'d> {
        Statement {
            allows: true,
            actions: Some(actions),
            resources: vec![Text(vec![Part::Literal("*".into())])],
            inverted: false,
            conditional: false,
            internal: false,
            path: place.clone(),
        }
    }
}

/// The statements of a policy document; `None` where some are unknown.
pub(super) fn statements<'d>(context: &Context<'_>, document: &'d Node, place: &Path) -> Option<Vec<Statement<'d>>> {
    let mut found = Vec::new();
    for way in expand(context, Some(document), Vec::new()) {
        let Some(document) = way.node else { continue };
        let list = document.as_object().filter(|_| Function::call(document).is_none())?.get("Statement")?;
        for (index, way) in members(context, expand(context, Some(list), Vec::new())) {
            let Some(node) = way.node else { continue };
            let statement = node.as_object().filter(|_| Function::call(node).is_none())?;
            let list = |key: &str| -> Vec<Way<'d>> {
                let ways = statement.get(key).map(|node| expand(context, Some(node), Vec::new())).unwrap_or_default();
                members(context, ways).into_iter().map(|(_, way)| way).collect()
            };
            found.push(Statement {
                allows: statement.get("Effect").and_then(Node::as_str) == Some("Allow"),
                actions: list("Action").iter().map(|way| way.node.map_or(Some(""), Node::as_str)).collect(),
                resources: list("Resource").iter().filter_map(|way| way.node.map(Text::of)).collect(),
                inverted: statement.contains_key("NotAction") || statement.contains_key("NotResource"),
                conditional: statement.contains_key("Condition"),
                internal: false,
                path: member_path(&place.join("Statement"), index),
            });
        }
    }
    Some(found)
}
