//! Templates that the SAM transform refuses although each resource by itself fits its schema.

use std::collections::HashSet;

use cfn_model::{Function, Node, Object, Path, Segment};

use crate::{
    facts::{
        context::{Context, Target},
        suggest, text,
    },
    rules::{
        definition::{On, Reported, Reporter},
        lambda::zip_without_handler,
        policy_templates::check_sam_policy,
    },
};

rule! {
    /// The SAM transform refuses templates whose resources each fit their schema. This rule knows the refusals that people meet:
    ///
    /// - `DeploymentPreference`, `ProvisionedConcurrencyConfig` and `VersionDeletionPolicy` without `AutoPublishAlias`;
    /// - `Auth`, `Cors` and whatever else is written into an OpenAPI document, beside a `DefinitionUri`;
    /// - an event `S3` whose bucket is not in the template, an event `Api` or `HttpApi` whose API is not;
    /// - two events with one method of one path, and an authorizer that the API does not have;
    /// - an event `HttpApi` with `Path` and without `Method`, or the other way round;
    /// - a function that is no image without `Runtime` or `Handler`, and events other than `Api` and `HttpApi` beside
    ///   `TenancyConfig`;
    /// - `Route53` of a domain without its zone;
    /// - a dead-letter queue of a schedule or an event rule with both `Arn` and `Type`, or with neither;
    /// - a resource with the name of the role that the transform makes;
    /// - a policy that is neither a document nor a known policy template, and a policy template without one of its parameters.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Hello:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       CodeUri: s3://code/hello.zip
    ///       Handler: index.handler
    ///       Runtime: nodejs22.x
    ///       DeploymentPreference:
    ///         Type: AllAtOnce
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Hello:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       CodeUri: s3://code/hello.zip
    ///       Handler: index.handler
    ///       Runtime: nodejs22.x
    ///       AutoPublishAlias: live
    ///       DeploymentPreference:
    ///         Type: AllAtOnce
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint 1.58 no longer runs the transform, and says nothing.
    AL0305: error "template that the SAM transform refuses",
    on: On::Document(check),
}

/// Properties that need an alias to point at.
const OF_AN_ALIAS: [(&str, &str); 5] = [
    ("Function", "DeploymentPreference"),
    ("Function", "ProvisionedConcurrencyConfig"),
    ("Function", "VersionDeletionPolicy"),
    ("StateMachine", "DeploymentPreference"),
    ("StateMachine", "UseAliasAsEventTarget"),
];

/// Properties that the transform writes into the definition of an API, which it has to see for that.
const IN_A_DEFINITION: [(&str, &str); 9] = [
    ("Api", "Auth"),
    ("Api", "Cors"),
    ("Api", "DisableExecuteApiEndpoint"),
    ("Api", "GatewayResponses"),
    ("Api", "Models"),
    ("HttpApi", "Auth"),
    ("HttpApi", "CorsConfiguration"),
    ("HttpApi", "DisableExecuteApiEndpoint"),
    ("HttpApi", "Tags"),
];

/// One resource of SAM.
#[derive(Clone, Copy)]
struct Resource<'d> {
    id: &'d str,
    /// The type, without `AWS::Serverless::`.
    kind: &'d str,
    properties: &'d Object,
}

/// A method of an API.
#[derive(PartialEq, Eq, Hash)]
struct Route<'d> {
    /// The logical id of the API; the kind of the one that the transform makes.
    api: &'d str,
    path: &'d str,
    method: String,
}

/// One event of a function or of a state machine.
#[derive(Clone, Copy)]
struct Event<'d> {
    resource: Resource<'d>,
    name: &'d str,
    kind: &'d str,
    properties: Option<&'d Object>,
}

impl Resource<'_> {
    fn path(&self, steps: &[&str]) -> Path {
        let start = ["Resources", self.id, "Properties"];
        Path(start.iter().chain(steps).map(|step| Segment::from(*step)).collect())
    }
}

impl<'d> Event<'d> {
    /// A place below the properties of the event.
    fn path(&self, steps: &[&str]) -> Path {
        self.resource.path(&[&["Events", self.name, "Properties"], steps].concat())
    }

    fn get(&self, name: &str) -> Option<&'d Node> {
        self.properties?.get(name).filter(|value| !matches!(value, Node::Null))
    }
}

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    let mut routes = HashSet::new();
    for (id, resource) in context.section("Resources").into_iter().flatten() {
        let kind = resource.get("Type").and_then(Node::as_str).and_then(|kind| kind.strip_prefix("AWS::Serverless::"));
        let Some(kind) = kind.filter(|_| context.transforms.serverless) else { continue };
        let Some(properties) = resource.get("Properties").and_then(Node::as_object) else { continue };
        let resource = Resource { id, kind, properties };
        needs(resource, report);
        policies(resource, report);
        taken_role(context, resource, report);
        for (name, event) in properties.get("Events").and_then(Node::as_object).into_iter().flatten() {
            let kind = event.get("Type").and_then(Node::as_str).unwrap_or_default();
            let inner = event.get("Properties").and_then(Node::as_object);
            let event = Event { resource, name, kind, properties: inner };
            if properties.contains_key("TenancyConfig") && !matches!(kind, "Api" | "HttpApi" | "") {
                let says = format!("an event `{kind}` must not start a function with `TenancyConfig`");
                fail(report, resource.path(&["Events", name]), &says);
            }
            match kind {
                "S3" => bucket(context, event, report),
                "Api" | "HttpApi" => route(context, event, &mut routes, report),
                "Schedule" | "EventBridgeRule" | "CloudWatchEvent" => dead_letters(event, report),
                _ => {}
            }
        }
    }
}

fn fail<'r>(report: &'r mut Reporter<'_>, path: Path, says: &str) -> Reported<'r> {
    report.at(path, format!("{says}, or the SAM transform refuses the template"))
}

fn is_plain(object: &Object) -> bool {
    !object.keys().any(|key| key == "Ref" || key.starts_with("Fn::"))
}

/// Properties that need another one, or that go with another one never.
fn needs(resource: Resource<'_>, report: &mut Reporter<'_>) {
    let Resource { kind, properties, .. } = resource;
    let has = |name: &str| properties.get(name).is_some_and(|value| !matches!(value, Node::Null));
    let of_kind = |table: &'static [(&str, &'static str)]| {
        let names = table.iter().filter(move |(of, _)| *of == kind).map(|(_, name)| *name);
        names.filter(|name| has(name))
    };
    if !has("AutoPublishAlias") {
        for name in of_kind(&OF_AN_ALIAS) {
            let is_on = properties[name].get("Enabled").unwrap_or(&properties[name]);
            if !matches!(is_on, Node::Bool(false))
                && (name != "DeploymentPreference" || Function::call(is_on).is_none())
            {
                let says = format!("`{name}` needs `AutoPublishAlias`");
                fail(report, resource.path(&[name]), &says).help("add `AutoPublishAlias`");
            }
        }
    }
    if has("DefinitionUri") && !has("DefinitionBody") {
        for name in of_kind(&IN_A_DEFINITION) {
            let says = format!("`{name}` must not be together with `DefinitionUri`, into which nothing can be written");
            let help = "use `DefinitionBody`, with `AWS::Include` for a file of its own";
            fail(report, resource.path(&[name]), &says).help(help);
        }
    }
    for name in ["Runtime", "Handler"].into_iter().filter(|name| kind == "Function" && is_needed(properties, name)) {
        let says = format!("a function that is no image needs `{name}`");
        let steps: &[&str] = if properties.contains_key(name) { &[name] } else { &[] };
        let cause = zip_without_handler::of_serverless(resource.id, properties, name);
        fail(report, resource.path(steps), &says).help(format!("add `{name}`")).cause(cause);
    }
    let zone = properties.get("Domain").and_then(|domain| domain.get("Route53")?.as_object());
    let names_zone = |zone: &&Object| ["HostedZoneId", "HostedZoneName"].iter().any(|name| zone.contains_key(*name));
    if zone.filter(|zone| is_plain(zone) && !names_zone(zone)).is_some() && matches!(kind, "Api" | "HttpApi") {
        fail(report, resource.path(&["Domain", "Route53"]), "`Route53` needs `HostedZoneId` or `HostedZoneName`");
    }
}

/// Whether the transform refuses a function because it has no `Handler` or no `Runtime`.
pub(crate) fn is_needed(function: &Object, name: &str) -> bool {
    let has = |name: &str| function.get(name).is_some_and(|value| !matches!(value, Node::Null));
    let is_image = has("ImageUri") || function.get("PackageType").is_some_and(|kind| kind.as_str() != Some("Zip"));
    !is_image && !has(name)
}

/// Managed policies, documents and policy templates. The transform reads them although there is a `Role`.
fn policies(resource: Resource<'_>, report: &mut Reporter<'_>) {
    if !matches!(resource.kind, "Function" | "StateMachine") {
        return;
    }
    let place = resource.path(&["Policies"]);
    match resource.properties.get("Policies") {
        Some(Node::Array(all)) => {
            for (index, policy) in all.iter().enumerate() {
                report.all(check_sam_policy(&RULE.rule, policy, &place.join(index), false));
            }
        }
        Some(Node::Object(none)) if none.is_empty() => {}
        Some(policy) => report.all(check_sam_policy(&RULE.rule, policy, &place, false)),
        None => {}
    }
}

/// The transform makes a role of this name.
fn taken_role(context: &Context<'_>, resource: Resource<'_>, report: &mut Reporter<'_>) {
    let role = format!("{}Role", resource.id);
    let makes_one = matches!(resource.kind, "Function" | "StateMachine") && !resource.properties.contains_key("Role");
    if makes_one && context.section("Resources").is_some_and(|resources| resources.contains_key(&role)) {
        let path = Path(vec![Segment::from("Resources"), Segment::from(role.as_str())]);
        let says = format!("`{role}` must be another name, because the transform makes the role of `{}`", resource.id);
        let help = format!("rename it, or give `{}` the property `Role`", resource.id);
        fail(report, path, &says).help(help);
    }
}

/// The bucket of an event gets a notification, so it has to be in the template.
fn bucket(context: &Context<'_>, event: Event<'_>, report: &mut Reporter<'_>) {
    let Some(given) = event.get("Bucket") else { return };
    let is_there = match Function::call(given) {
        Some((Function::Ref, Node::String(name))) => match context.target(name) {
            // That a name does not exist is said elsewhere.
            None | Some(Target::Resource(_) | Target::Unknown) => true,
            Some(Target::Parameter(_) | Target::Pseudo) => false,
        },
        Some(_) => false,
        None => !matches!(given, Node::String(_)),
    };
    if !is_there {
        let says = format!("`Bucket` must be a `Ref` to a bucket of this template, got {}", text::shown(given));
        fail(report, event.path(&["Bucket"]), &says);
    }
}

/// A queue for what cannot be delivered is one that there is, or one that the transform makes.
fn dead_letters(event: Event<'_>, report: &mut Reporter<'_>) {
    let queue = event.get("DeadLetterConfig").and_then(Node::as_object).filter(|queue| is_plain(queue));
    if queue.is_some_and(|queue| queue.contains_key("Arn") == queue.contains_key("Type")) {
        fail(report, event.path(&["DeadLetterConfig"]), "`DeadLetterConfig` needs either `Arn` or `Type`");
    }
}

/// An event has an API of its kind, an authorizer of that API, and a method of a path for itself.
fn route<'d>(context: &Context<'d>, event: Event<'d>, routes: &mut HashSet<Route<'d>>, report: &mut Reporter<'_>) {
    let key = if event.kind == "Api" { "RestApiId" } else { "ApiId" };
    let Some(api) = api(context, event, key) else {
        let says = format!("`{key}` must be a `Ref` to an `AWS::Serverless::{}` of this template", event.kind);
        fail(report, event.path(&[key]), &says);
        return;
    };
    authorizer(context, api, event, report);
    let [path, method] = ["Path", "Method"].map(|key| event.get(key));
    if event.kind == "HttpApi" && path.is_some() != method.is_some() {
        fail(report, event.path(&[]), "an event `HttpApi` needs both `Path` and `Method`, or neither");
    }
    if let (Some(path), Some(method)) = (path.and_then(Node::as_str), method.and_then(Node::as_str)) {
        let says = format!("`{method}` of `{}` must be one event's only", text::shortened(path));
        if !routes.insert(Route { api, path, method: method.to_ascii_lowercase() }) {
            fail(report, event.path(&["Path"]), &says);
        }
    }
}

/// The API of an event: its logical id, or the kind of the one that the transform makes. Nothing for what is none.
fn api<'d>(context: &Context<'d>, event: Event<'d>, key: &str) -> Option<&'d str> {
    let Some(given) = event.get(key) else { return Some(event.kind) };
    let (name, is_reference) = match (given, Function::call(given)) {
        (Node::String(name), _) => (name, false),
        (_, Some((Function::Ref, Node::String(name)))) if name == "AWS::NoValue" => return Some(event.kind),
        (_, Some((Function::Ref, Node::String(name)))) => (name, true),
        _ => return None,
    };
    let is_api = match context.target(name) {
        Some(Target::Resource(found)) => event.kind == "HttpApi" || found != "AWS::Serverless::HttpApi",
        Some(Target::Parameter(_) | Target::Pseudo) => false,
        Some(Target::Unknown) => true,
        // That a name does not exist is said elsewhere.
        None => is_reference,
    };
    is_api.then_some(name)
}

/// The authorizer of an event is one of the API's.
fn authorizer(context: &Context<'_>, api: &str, event: Event<'_>, report: &mut Reporter<'_>) {
    let name = event.get("Auth").and_then(|auth| auth.get("Authorizer")?.as_str());
    let Some(name) = name.filter(|name| !matches!(*name, "NONE" | "AWS_IAM")) else { return };
    let Some(known) = authorizers(context, api, event) else { return };
    if !known.contains(&name) {
        let says = format!("`{}` must be an authorizer of the API", text::shortened(name));
        let reported = fail(report, event.path(&["Auth", "Authorizer"]), &says).actual(name);
        if let Some(help) = suggest::did_you_mean(name, known.iter().copied()) {
            reported.help(help);
        }
    }
}

/// The authorizers of an API. `None` where a function decides what they are.
fn authorizers<'d>(context: &Context<'d>, api: &str, event: Event<'_>) -> Option<Vec<&'d str>> {
    let properties = match context.section("Resources")?.get(api) {
        Some(resource) => resource.get("Properties"),
        None => context.section("Globals").and_then(|globals| globals.get(event.kind)),
    };
    let auth = properties.and_then(|properties| properties.get("Auth"));
    if auth.is_some_and(|auth| Function::call(auth).is_some()) {
        return None;
    }
    let known = match auth.and_then(|auth| auth.get("Authorizers")) {
        Some(authorizers) => Some(authorizers.as_object().filter(|all| is_plain(all))?),
        None => None,
    };
    Some(known.into_iter().flat_map(|all| all.keys().map(String::as_str)).collect())
}
