//! Who may do what: permissions of Lambda functions, and roles that are known by their name.

use cfn_model::{Finding, Function, Node, Path};
use cfn_pattern::Pattern;

use crate::{
    codes as rules,
    facts::{
        conditions::Fact,
        context::{Context, Target},
        place::Place,
        text,
        values::{if_arguments, is_no_value, is_replaced_later},
    },
};

/// The service that calls a function on behalf of a resource of a type.
const CALLERS: [(&str, &str); 10] = [
    ("AWS::ApiGateway::RestApi", "apigateway.amazonaws.com"),
    ("AWS::ApiGatewayV2::Api", "apigateway.amazonaws.com"),
    ("AWS::Cognito::UserPool", "cognito-idp.amazonaws.com"),
    ("AWS::Config::ConfigRule", "config.amazonaws.com"),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "elasticloadbalancing.amazonaws.com"),
    ("AWS::Events::Rule", "events.amazonaws.com"),
    ("AWS::IoT::TopicRule", "iot.amazonaws.com"),
    ("AWS::Logs::LogGroup", LOGS),
    ("AWS::S3::Bucket", "s3.amazonaws.com"),
    ("AWS::SNS::Topic", "sns.amazonaws.com"),
];

const LOGS: &str = "logs.amazonaws.com";
/// CloudWatch Logs has a principal for each region as well.
const LOGS_OF_A_REGION: &str = r"^logs\.[a-z]{2}(-gov|-iso[a-z]?)?-[a-z]+-[0-9]+\.amazonaws\.com$";

/// How many values of one property are looked at, one for each way in which the conditions in it can turn out.
const MOST_CASES: usize = 64;

/// A value that stands at a place when some conditions are as the facts say.
struct Case<'n> {
    node: &'n Node,
    path: Path,
    facts: Vec<Fact<'n>>,
}

impl<'n> Case<'n> {
    /// What this object's property can be.
    fn property(&self, context: &Context<'_>, name: &str) -> Vec<Case<'n>> {
        let mut cases = Vec::new();
        if let Some(node) = self.node.get(name) {
            gather(context, Case { node, path: self.path.join(name), facts: self.facts.clone() }, &mut cases);
        }
        cases
    }
}

/// Follows `Fn::If` to the values behind it; `AWS::NoValue` is none.
fn gather<'n>(context: &Context<'_>, case: Case<'n>, cases: &mut Vec<Case<'n>>) {
    let Some((condition, branches)) = if_arguments(case.node) else {
        if !is_no_value(case.node) && cases.len() < MOST_CASES {
            cases.push(case);
        }
        return;
    };
    let path = case.path.join(Function::If.name());
    for (position, node) in branches.into_iter().enumerate() {
        let mut facts = case.facts.clone();
        facts.extend(context.conditions.id(condition).map(|id| Fact::Condition(id, position == 0)));
        if context.conditions.satisfiable(&facts) {
            gather(context, Case { node, path: path.join(position + 1), facts }, cases);
        }
    }
}

/// Reports what is wrong with the properties of a resource.
pub(crate) fn check(
    context: &Context<'_>,
    kind: &str,
    properties: &Node,
    place: &Place<'_>,
    facts: &[Fact<'_>],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let look = match kind {
        "AWS::Lambda::Permission" => permission,
        "AWS::CodeBuild::Project" => service_role,
        _ => return findings,
    };
    let mut cases = Vec::new();
    gather(context, Case { node: properties, path: place.to_path(), facts: facts.to_vec() }, &mut cases);
    cases.iter().for_each(|case| look(context, case, &mut findings));
    findings
}

/// A permission to call a function: whether it is for the service that will call, and for one account only.
fn permission(context: &Context<'_>, properties: &Case<'_>, findings: &mut Vec<Finding>) {
    let (mut needs_account, mut mismatch) = (false, None);
    for source in properties.property(context, "SourceArn") {
        let caller = resource(context, source.node);
        let owner = Case { facts: source.facts.clone(), path: properties.path.clone(), node: properties.node };
        // The ARN of a bucket has no account, and anybody can have a bucket of that name when this one is gone.
        let has_no_account = match text::scalar(source.node) {
            Some(arn) => !is_replaced_later(&arn) && !has_account(&arn),
            None => caller == Some("AWS::S3::Bucket"),
        };
        if has_no_account && owner.property(context, "SourceAccount").is_empty() {
            needs_account = true;
        }
        let Some((_, service)) = CALLERS.iter().find(|(kind, _)| caller == Some(*kind)) else { continue };
        let wrong = owner.property(context, "Principal").into_iter().find_map(|principal| {
            let given = text::scalar(principal.node).filter(|given| !is_replaced_later(given))?.into_owned();
            (!is_principal(service, &given)).then_some((principal, given))
        });
        if let Some((principal, given)) = wrong.filter(|_| mismatch.is_none()) {
            let shown = text::shortened(&given);
            let message = format!("`Principal` must be `{service}`, whose resource `SourceArn` names, got `{shown}`");
            mismatch = Some(Finding::new(&rules::W3664, principal.path, message).expected(*service).actual(given));
        }
    }
    findings.extend(mismatch);
    if needs_account {
        let message = "`SourceArn` names no account, and nor does `SourceAccount`";
        let help = "add `SourceAccount: !Ref AWS::AccountId`".to_owned();
        findings.push(Finding::new(&rules::W3663, properties.path.clone(), message).help(help));
    }
}

/// The type of the resource to which a `Ref` or an `Fn::GetAtt` refers.
fn resource<'c>(context: &Context<'c>, node: &Node) -> Option<&'c str> {
    let id = match Function::call(node)? {
        (Function::Ref, Node::String(id)) => id.as_str(),
        (Function::GetAtt, Node::String(argument)) => argument.split('.').next().unwrap_or_default(),
        (Function::GetAtt, Node::Array(arguments)) => arguments.first()?.as_str()?,
        _ => return None,
    };
    match context.target(id)? {
        Target::Resource(kind) => Some(kind),
        _ => None,
    }
}

/// Whether a part of an ARN in the middle is twelve digits.
fn has_account(arn: &str) -> bool {
    let middle = arn.split_once(':').and_then(|(_, rest)| rest.rsplit_once(':')).map_or("", |(middle, _)| middle);
    middle.split(':').any(|part| part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_principal(service: &str, given: &str) -> bool {
    given == service || (service == LOGS && Pattern::new(LOGS_OF_A_REGION).is_ok_and(|pattern| pattern.is_match(given)))
}

/// A build project looks its role up by name, which fails for a role with a path.
fn service_role(context: &Context<'_>, properties: &Case<'_>, findings: &mut Vec<Finding>) {
    for role in properties.property(context, "ServiceRole") {
        let Some((Function::Ref, Node::String(id))) = Function::call(role.node) else { continue };
        let path = context.section("Resources").and_then(|all| all.get(id)?.get("Properties")?.get("Path")?.as_str());
        if let Some(path) = path.filter(|path| !matches!(*path, "" | "/")) {
            let message =
                format!("`Ref` gives the name of `{id}`, which is not enough for a role with the path `{path}`");
            let help = format!("use `Fn::GetAtt` with `{id}.Arn`");
            let place = role.path.join(Function::Ref.name());
            findings.push(Finding::new(&rules::E3050, place, message).help(help));
        }
    }
}
