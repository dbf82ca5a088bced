//! IAM policy documents, typed.

use crate::object::{object, object_node};
use cfn_model::{IntoNode, Node, Object, intrinsic::pseudo};

/// A policy document: of a role, a bucket, a queue, a key.
///
/// ```
/// use async_lambda_constructs::iam::{PolicyDocument, Principal, Statement};
/// use cfn_model::intrinsic::sub;
///
/// let tls_only = PolicyDocument::new().statement(
///     Statement::deny(["s3:*"])
///         .principal(Principal::anyone())
///         .resource(sub("${Bucket.Arn}/*"))
///         .condition("Bool", "aws:SecureTransport", "false"),
/// );
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PolicyDocument {
    /// The statements, in order.
    pub statements: Vec<Statement>,
}

/// One statement of a policy document.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Whether it allows or denies.
    pub effect: Effect,
    /// The actions: `sqs:SendMessage`.
    pub actions: Vec<String>,
    /// The resources, as ARNs or intrinsics that give one.
    pub resources: Vec<Node>,
    /// Who it is about: only in policies of resources and in trust policies.
    pub principals: Vec<Principal>,
    /// Operator, key and value of each condition.
    pub conditions: Vec<(String, String, Node)>,
    /// A name for the statement: letters and digits.
    pub sid: Option<String>,
}

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Permits.
    Allow,
    /// Forbids, whatever permits.
    Deny,
}

/// Who a statement is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Principal {
    /// Everybody: `*`.
    Anyone,
    /// A service: `lambda.amazonaws.com`.
    Service(Node),
    /// An account, a role or a user, by ARN or account number.
    Aws(Node),
    /// An identity provider, by ARN.
    Federated(Node),
}

impl PolicyDocument {
    /// A document without statements.
    pub fn new() -> PolicyDocument {
        PolicyDocument::default()
    }

    /// Adds a statement.
    pub fn statement(mut self, statement: Statement) -> PolicyDocument {
        self.statements.push(statement);
        self
    }

    /// Adds the statements of another document.
    pub fn and(mut self, other: PolicyDocument) -> PolicyDocument {
        self.statements.extend(other.statements);
        self
    }

    /// The trust policy of a role that a service takes on: `PolicyDocument::assumed_by("scheduler.amazonaws.com")`.
    pub fn assumed_by(service: impl IntoNode) -> PolicyDocument {
        let statement = Statement::allow(["sts:AssumeRole"]).principal(Principal::Service(service.into_node()));
        PolicyDocument::new().statement(statement)
    }
}

/// The properties of a role: who takes it on, and its one policy, by name.
pub(crate) fn role(trust: PolicyDocument, policy_name: &str, policy: PolicyDocument) -> Object {
    let policy = [("PolicyName", policy_name.into_node()), ("PolicyDocument", policy.into_node())];
    object([("AssumeRolePolicyDocument", trust.into_node()), ("Policies", Node::Array(vec![object_node(policy)]))])
}

/// The statement of a trust policy for a service that acts for this account.
pub(crate) fn trusted_in_account(service: &str) -> Statement {
    Statement::allow(["sts:AssumeRole"]).principal(Principal::service(service)).condition(
        "StringEquals",
        "aws:SourceAccount",
        pseudo::account_id(),
    )
}

impl Statement {
    /// A statement that allows actions.
    pub fn allow<A: Into<String>>(actions: impl IntoIterator<Item = A>) -> Statement {
        Statement::new(Effect::Allow, actions)
    }

    /// A statement that denies actions.
    pub fn deny<A: Into<String>>(actions: impl IntoIterator<Item = A>) -> Statement {
        Statement::new(Effect::Deny, actions)
    }

    fn new<A: Into<String>>(effect: Effect, actions: impl IntoIterator<Item = A>) -> Statement {
        let actions = actions.into_iter().map(Into::into).collect();
        let (resources, principals, conditions) = (Vec::new(), Vec::new(), Vec::new());
        Statement { effect, actions, resources, principals, conditions, sid: None }
    }

    /// Adds a resource: an ARN, or an intrinsic that gives one.
    pub fn resource(mut self, arn: impl IntoNode) -> Statement {
        self.resources.push(arn.into_node());
        self
    }

    /// Adds somebody whom the statement is about.
    pub fn principal(mut self, principal: Principal) -> Statement {
        self.principals.push(principal);
        self
    }

    /// Adds a condition: `condition("ArnLike", "aws:SourceArn", topic.reference())`.
    pub fn condition(mut self, operator: impl Into<String>, key: impl Into<String>, value: impl IntoNode) -> Statement {
        self.conditions.push((operator.into(), key.into(), value.into_node()));
        self
    }

    /// Names the statement.
    pub fn sid(mut self, sid: impl Into<String>) -> Statement {
        self.sid = Some(sid.into());
        self
    }
}

impl Principal {
    /// Everybody.
    pub fn anyone() -> Principal {
        Principal::Anyone
    }

    /// A service: `Principal::service("sns.amazonaws.com")`.
    pub fn service(name: impl IntoNode) -> Principal {
        Principal::Service(name.into_node())
    }

    /// An account, a role or a user, by ARN or account number.
    pub fn aws(arn: impl IntoNode) -> Principal {
        Principal::Aws(arn.into_node())
    }
}

impl IntoNode for PolicyDocument {
    fn into_node(self) -> Node {
        object_node([("Version", "2012-10-17".into_node()), ("Statement", self.statements.into_node())])
    }
}

impl IntoNode for Statement {
    fn into_node(self) -> Node {
        let effect = match self.effect {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        };
        let mut statement = Object::default();
        let mut put = |key: &str, value: Node| statement.insert(key.to_owned(), value);
        if let Some(sid) = self.sid {
            put("Sid", sid.into_node());
        }
        put("Effect", effect.into_node());
        if !self.principals.is_empty() {
            put("Principal", principals(self.principals));
        }
        put("Action", self.actions.into_node());
        if !self.resources.is_empty() {
            put("Resource", one_or_more(self.resources));
        }
        if !self.conditions.is_empty() {
            let mut operators = Object::default();
            for (operator, key, value) in self.conditions {
                let keys = operators.entry(operator).or_insert_with(|| Node::Object(Object::default()));
                if let Node::Object(keys) = keys {
                    keys.insert(key, value);
                }
            }
            put("Condition", operators.into_node());
        }
        Node::Object(statement)
    }
}

/// So that `serde_json::json!` takes documents: `json!({"PolicyDocument": document})`.
impl serde::Serialize for PolicyDocument {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.clone().into_node().serialize(serializer)
    }
}

/// So that `serde_json::json!` takes statements.
impl serde::Serialize for Statement {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.clone().into_node().serialize(serializer)
    }
}

fn principals(principals: Vec<Principal>) -> Node {
    let mut kinds = [("Service", Vec::new()), ("AWS", Vec::new()), ("Federated", Vec::new())];
    for principal in principals {
        match principal {
            Principal::Anyone => return "*".into_node(),
            Principal::Service(node) => kinds[0].1.push(node),
            Principal::Aws(node) => kinds[1].1.push(node),
            Principal::Federated(node) => kinds[2].1.push(node),
        }
    }
    let present = kinds.into_iter().filter(|(_, nodes)| !nodes.is_empty());
    Node::Object(present.map(|(kind, nodes)| (kind.to_owned(), one_or_more(nodes))).collect())
}

/// A single member stands for itself, as people write it.
fn one_or_more(nodes: Vec<Node>) -> Node {
    match <[Node; 1]>::try_from(nodes) {
        Ok([only]) => only,
        Err(nodes) => Node::Array(nodes),
    }
}

#[cfg(test)]
mod tests {
    use cfn_model::{IntoNode, intrinsic};
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::{PolicyDocument, Principal, Statement};

    #[test]
    fn a_statement_says_what_was_given_and_no_more() {
        let statement = Statement::allow(["sqs:SendMessage"]).resource(intrinsic::get_att::<String>("Jobs", "Arn"));
        assert_eq!(
            statement.into_node(),
            json!({"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": {"Fn::GetAtt": ["Jobs", "Arn"]}})
                .into_node()
        );
    }

    #[test]
    fn documents_go_into_json() {
        let statement = Statement::allow(["sqs:SendMessage"]).resource("*");
        assert_eq!(
            json!({"Inline": PolicyDocument::new().statement(statement)}),
            json!({"Inline": {"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": "*"}
            ]}})
        );
    }

    #[test]
    fn conditions_of_one_operator_stand_together() {
        let statement = Statement::deny(["s3:*"])
            .sid("TlsOnly")
            .principal(Principal::anyone())
            .resource("a")
            .resource("b")
            .condition("Bool", "aws:SecureTransport", "false")
            .condition("Bool", "aws:PrincipalIsAWSService", "false");
        assert_eq!(
            PolicyDocument::new().statement(statement).into_node(),
            json!({"Version": "2012-10-17", "Statement": [{
                "Sid": "TlsOnly", "Effect": "Deny", "Principal": "*", "Action": ["s3:*"], "Resource": ["a", "b"],
                "Condition": {"Bool": {"aws:SecureTransport": "false", "aws:PrincipalIsAWSService": "false"}}
            }]})
            .into_node()
        );
    }

    #[test]
    fn principals_are_grouped_by_kind() {
        let statement = Statement::allow(["sts:AssumeRole"])
            .principal(Principal::service("lambda.amazonaws.com"))
            .principal(Principal::service("scheduler.amazonaws.com"))
            .principal(Principal::aws("123456789012"));
        assert_eq!(
            statement.into_node()["Principal"],
            json!({"Service": ["lambda.amazonaws.com", "scheduler.amazonaws.com"], "AWS": "123456789012"}).into_node()
        );
    }
}
