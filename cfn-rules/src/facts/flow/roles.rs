//! What the role of a function may do with queues.

use std::collections::HashMap;

use cfn_model::{Function, Node, Path};

use super::{
    model::{FUNCTION, Model, QUEUE, Resource, SAM_FUNCTION, Target, UNKNOWN, member_path, members, properties},
    permission::{Document, Statement, TO_CONSUME, TO_PUBLISH, TO_SEND, documents, statements},
    text::{Part, Text},
};
use crate::facts::{conditions::Fact, values::Value};

/// How many statements of a role are looked at; with more, it may allow anything.
const MOST_STATEMENTS: usize = 256;
/// How many statements that are not always there are looked at together.
const MOST_ALTERNATIVES: usize = 8;

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
    "AmazonDynamoDBFullAccess",
    "AmazonDynamoDBReadOnlyAccess",
    "AmazonSNSFullAccess",
    "CloudWatchLogsFullAccess",
];

/// Everything that a role allows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Role<'d> {
    /// What messages call it.
    pub(crate) name: String,
    pub(crate) statements: Vec<Statement<'d>>,
    /// It may allow more than is known.
    pub(crate) open: bool,
    /// The queues that its statements name for sending, and do not only mean among all others; with when they do.
    pub(crate) sends_to: Vec<(usize, Vec<Fact<'d>>)>,
    /// The topics that its statements name for publishing.
    pub(crate) publishes_to: Vec<(usize, Vec<Fact<'d>>)>,
    /// It may deny sending to some queue.
    pub(crate) denies: bool,
    /// How much work it is to compare it with a queue.
    pub(crate) work: u64,
}

impl<'d> Role<'d> {
    /// Whether an action on a queue is always allowed where the facts hold; `None` where nobody knows.
    pub(crate) fn may(&self, model: &Model<'d>, action: &str, queue: usize, facts: &[Fact<'d>]) -> Option<bool> {
        if !model.context.spend_on_policies(self.work) {
            return None;
        }
        let (mut when, mut perhaps) = (Vec::new(), self.open);
        for statement in &self.statements {
            let covers = statement.covers(model, action, queue);
            if statement.allows {
                perhaps |= covers.perhaps || statement.conditional && !covers.when.is_empty();
                when.extend(covers.when.into_iter().filter(|_| !statement.conditional));
            } else if !statement.conditional && covers.when.iter().any(|when| model.together(&[facts, when])) {
                return Some(false);
            }
        }
        match when.iter().any(Vec::is_empty) {
            true => Some(true),
            false if perhaps => None,
            false => Some(!none_holds(model, facts.to_vec(), &when)),
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
        let queue = |text: &Text<'d>| match model.queue(text, true) {
            Target::Here(queue) => Some(queue),
            _ => None,
        };
        self.sends_to = self.named(TO_SEND, &queue);
        self.publishes_to = self.named(TO_PUBLISH, &|text| topic(model, text));
        self
    }

    /// The resources on which an action is allowed by name.
    fn named(&self, action: &str, find: &dyn Fn(&Text<'d>) -> Option<usize>) -> Vec<(usize, Vec<Fact<'d>>)> {
        let mut found = Vec::new();
        for statement in self.statements.iter().filter(|one| one.allows && !one.inverted && !one.internal) {
            if statement.has_action(action) != Some(true) {
                continue;
            }
            for (when, text) in &statement.resources {
                let facts = || [statement.facts.as_slice(), when].concat();
                found.extend(find(text).map(|number| (number, facts())));
            }
        }
        found.sort_by_key(|(number, facts)| (*number, facts.len()));
        found.dedup();
        found
    }
}

/// Whether there is a scenario in which at least one fact of each list does not hold.
fn none_holds<'d>(model: &Model<'d>, facts: Vec<Fact<'d>>, lists: &[Vec<Fact<'d>>]) -> bool {
    let Some((first, rest)) = lists.split_first() else { return model.together(&[&facts]) };
    if lists.len() > MOST_ALTERNATIVES {
        return false;
    }
    first.iter().any(|fact| match fact {
        Fact::Condition(id, holds) => {
            let facts = [facts.as_slice(), &[Fact::Condition(*id, !holds)]].concat();
            model.together(&[&facts]) && none_holds(model, facts, rest)
        }
        Fact::Parameter(..) => false,
    })
}

/// The topic that an ARN or a name leads to.
pub(crate) fn topic(model: &Model<'_>, text: &Text<'_>) -> Option<usize> {
    let is_topic = |id: &str| model.resource(id).filter(|number| model.resources[*number].kind == "AWS::SNS::Topic");
    match text.last_segment().0.as_slice() {
        [Part::Name(id) | Part::Attribute(id, _)] => is_topic(id),
        _ => None,
    }
}

/// The roles of all functions.
#[derive(Default)]
pub(crate) struct Roles<'d> {
    pub(crate) roles: Vec<Role<'d>>,
    /// The role of each function, and how many functions have a role.
    of: HashMap<usize, usize>,
    users: Vec<usize>,
}

impl<'d> Roles<'d> {
    pub(crate) fn new(model: &Model<'d>) -> Roles<'d> {
        let mut reader = Reader { model, attached: HashMap::new(), connected: HashMap::new(), everywhere: false };
        reader.attach();
        reader.connect();
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
                roles.roles.push(reader.role(role));
                roles.users.push(0);
                roles.roles.len() - 1
            });
            roles.users[index] += 1;
            roles.of.insert(function, index);
            roles.roles[index].statements.extend(reader.connected.remove(&function).into_iter().flatten());
        }
        roles.add_queue_policies(model, &known);
        roles.roles = roles.roles.into_iter().map(|role| role.finish(model)).collect();
        roles
    }

    /// Adds what policies of queues allow a role of the template by its ARN.
    fn add_queue_policies(&mut self, model: &Model<'d>, known: &HashMap<&str, usize>) {
        let context = model.context;
        for policy in model.queue_policies.iter().map(|number| &model.resources[*number]) {
            let Some(node) = policy.properties.get("PolicyDocument") else { continue };
            let document = Document { place: policy.path(&["PolicyDocument"]), node, facts: policy.facts.clone() };
            let here = |(_, way): (_, Value<'d>)| match model.queue(&Text::of(way.node?), true) {
                Target::Here(queue) => Some((way.facts, Text(vec![Part::Attribute(model.resources[queue].id, "Arn")]))),
                _ => None,
            };
            let queues: Vec<_> =
                members(context, policy.ways(context, &["Queues"])).into_iter().filter_map(here).collect();
            for statement in statements(context, &document).unwrap_or_default() {
                let Some(principals) = statement.principal.and_then(|principal| principal.get("AWS")) else { continue };
                for principal in principals.as_array().unwrap_or(std::slice::from_ref(principals)) {
                    let index = match Text::of(principal).0.as_slice() {
                        [Part::Attribute(id, "Arn")] => known.get(id).or_else(|| known.get(id.strip_suffix("Role")?)),
                        _ => None,
                    };
                    let Some(role) = index.map(|index| &mut self.roles[*index]) else { continue };
                    if role.statements.len() <= MOST_STATEMENTS {
                        role.statements.push(Statement { resources: queues.clone(), ..statement.clone() });
                    }
                }
            }
        }
    }

    /// The role of a function, where it is known.
    pub(crate) fn of(&self, function: usize) -> Option<&Role<'d>> {
        self.of.get(&function).map(|index| &self.roles[*index])
    }

    /// Whether no other function of the template has the same role.
    pub(crate) fn is_own(&self, function: usize) -> bool {
        self.of.get(&function).is_some_and(|index| self.users[*index] == 1)
    }
}

struct Reader<'m, 'd> {
    model: &'m Model<'d>,
    /// The policies that are attached to a role, by the role's logical id; with when they are.
    attached: HashMap<&'d str, Vec<(usize, Vec<Fact<'d>>)>>,
    /// What connectors allow the role of a function.
    connected: HashMap<usize, Vec<Statement<'d>>>,
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
                        self.attached.entry(id).or_default().push((number, way.facts));
                    }
                    [Part::Literal(name)] => {
                        if let Some(id) = names.get(name.as_ref()) {
                            self.attached.entry(id).or_default().push((number, way.facts));
                        }
                    }
                    _ => self.everywhere = true,
                }
            }
        }
    }

    /// Finds what SAM's connectors allow, those of their own and those in resources.
    fn connect(&mut self) {
        let model = self.model;
        let definitions = model.context.section("Resources").into_iter().flatten();
        for (id, definition) in definitions {
            let inner = definition.get("Connectors").and_then(Node::as_object).into_iter().flatten();
            for connector in inner.map(|(_, connector)| properties(connector)) {
                self.connector(Some(id), connector);
            }
            if definition.get("Type").and_then(Node::as_str) == Some("AWS::Serverless::Connector") {
                let connector = properties(definition);
                let source = connector.get("Source").and_then(|source| source.get("Id")?.as_str());
                self.connector(source, connector);
            }
        }
    }

    fn connector(&mut self, source: Option<&str>, connector: &'d Node) {
        let model = self.model;
        let destination = connector.get("Destination").unwrap_or(&UNKNOWN);
        let permissions = connector.get("Permissions").and_then(Node::as_array).unwrap_or_default();
        for end in destination.as_array().unwrap_or(std::slice::from_ref(destination)) {
            let find = |id: &str| model.resource(id);
            let ends = source.and_then(find).zip(end.get("Id").and_then(Node::as_str).and_then(find));
            let Some((from, to)) = ends else {
                self.everywhere = true;
                continue;
            };
            let is_function = |number: usize| matches!(model.resources[number].kind, FUNCTION | SAM_FUNCTION);
            let is_queue = |number: usize| model.resources[number].kind == QUEUE;
            let (function, queue) = match (is_function(from) && is_queue(to), is_queue(from) && is_function(to)) {
                (true, _) => (from, to),
                (_, true) => (to, from),
                _ => continue,
            };
            let mut actions = Vec::new();
            for permission in permissions.iter().filter_map(Node::as_str) {
                match permission {
                    "Read" => actions.extend(["sqs:ReceiveMessage", "sqs:GetQueueAttributes"]),
                    "Write" if function == from => actions.extend([TO_SEND, "sqs:DeleteMessage"]),
                    "Write" => actions.push("sqs:DeleteMessage"),
                    _ => {}
                }
            }
            let mut statement = Statement::everywhere(actions, &Path::default());
            statement.resources = vec![(Vec::new(), Text(vec![Part::Attribute(model.resources[queue].id, "Arn")]))];
            self.connected.entry(function).or_default().push(statement);
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
                way.node.into_iter().for_each(|node| self.managed(node, &place, &way.facts, &mut role));
            }
        }
        let own = documents(model.context, resource);
        role.open |= own.is_none();
        own.into_iter().flatten().for_each(|document| self.document(document, &mut role));
        for (policy, when) in self.attached.get(id.as_str()).into_iter().flatten() {
            match documents(model.context, &model.resources[*policy]) {
                Some(found) => found.into_iter().for_each(|mut document| {
                    document.facts.extend_from_slice(when);
                    self.document(document, &mut role);
                }),
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
                    policy.iter().for_each(|(name, parameters)| template(name, parameters, &place, &way.facts, role));
                }
                _ => self.managed(node, &place, &way.facts, role),
            }
        }
        let events = function.properties.get("Events").and_then(Node::as_object);
        // What is no event of a queue brings no permission for queues, but for the queue of a topic's event.
        let sqs = |event: &Node| match event["Type"].as_str() {
            Some("SNS") => properties(event).get("SqsSubscription").is_some(),
            kind => matches!(kind, Some("SQS") | None),
        };
        if events.is_some_and(|events| events.values().any(sqs)) {
            role.statements.push(Statement::of_mappings(&place));
        }
        if let Some(target) = function.properties.get("DeadLetterQueue").and_then(|queue| queue.get("TargetArn")) {
            let mut statement = Statement::everywhere(vec![TO_SEND], &place);
            statement.resources = vec![(Vec::new(), Text::of(target))];
            statement.internal = true;
            role.statements.push(statement);
        }
        role.open |= function.properties.get("EventInvokeConfig").is_some();
    }

    /// A policy that is named and not written out.
    fn managed(&self, node: &'d Node, place: &Path, facts: &[Fact<'d>], role: &mut Role<'d>) {
        let text = Text::of(node);
        if let [Part::Name(id)] = text.0.as_slice()
            && let Some(policy) = self.model.resource(id).map(|number| &self.model.resources[number])
            && policy.kind == "AWS::IAM::ManagedPolicy"
            && let Some(node) = policy.properties.get("PolicyDocument")
        {
            let facts = [policy.facts.as_slice(), facts].concat();
            return self.document(Document { place: policy.path(&["PolicyDocument"]), node, facts }, role);
        }
        let of_aws =
            text.last().contains(":iam::aws:policy/") || text.literal().is_some_and(|name| !name.contains(':'));
        let name = text.last_segment();
        let statement = match name.literal().filter(|_| of_aws) {
            Some("AWSLambdaSQSQueueExecutionRole") => Statement { polls: true, ..Statement::of_mappings(place) },
            Some("AmazonSQSReadOnlyAccess") => {
                Statement::everywhere(vec!["sqs:ReceiveMessage", "sqs:Get*", "sqs:List*"], place)
            }
            Some("AmazonSQSFullAccess" | "AdministratorAccess" | "PowerUserAccess") => {
                Statement::everywhere(vec!["sqs:*"], place)
            }
            Some(name) if WITHOUT_QUEUES.contains(&name) => return,
            _ => return role.open = true,
        };
        role.statements.push(Statement { facts: facts.to_vec(), ..statement });
    }

    fn document(&self, document: Document<'d>, role: &mut Role<'d>) {
        match statements(self.model.context, &document) {
            Some(statements) => role.statements.extend(statements),
            None => role.open = true,
        }
    }
}

/// What a policy template of SAM allows on queues.
fn template<'d>(name: &str, parameters: &'d Node, place: &Path, facts: &[Fact<'d>], role: &mut Role<'d>) {
    let (actions, key) = match name {
        "SQSSendMessagePolicy" => (vec![TO_SEND], "QueueName"),
        "SQSPollerPolicy" => (TO_CONSUME.to_vec(), "QueueName"),
        "SNSPublishMessagePolicy" => (vec![TO_PUBLISH], "TopicName"),
        name => return role.open |= !name.ends_with("Policy"),
    };
    let mut statement = Statement::everywhere(actions, &place.join(name));
    statement.resources = parameters.get(key).into_iter().map(|node| (Vec::new(), Text::of(node))).collect();
    statement.named = true;
    statement.facts = facts.to_vec();
    role.statements.push(statement);
}
