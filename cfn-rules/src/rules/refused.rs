//! What the SAM transform refuses although each resource by itself fits its schema.

use std::collections::HashSet;

use cfn_model::{Finding, Function, Node, Object, Path, Segment};

use super::policy_templates::check_sam_policy;
use crate::{
    codes as rules,
    facts::{
        context::{Context, Target},
        suggest, text,
    },
};

/// What needs an alias to point at.
const OF_AN_ALIAS: [(&str, &str); 5] = [
    ("Function", "DeploymentPreference"),
    ("Function", "ProvisionedConcurrencyConfig"),
    ("Function", "VersionDeletionPolicy"),
    ("StateMachine", "DeploymentPreference"),
    ("StateMachine", "UseAliasAsEventTarget"),
];

/// What the transform writes into the definition of an API, which it has to see for that.
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

/// What the transform says no to.
pub(crate) fn findings(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut routes = HashSet::new();
    for (id, resource) in context.section("Resources").into_iter().flatten() {
        let kind = resource.get("Type").and_then(Node::as_str).and_then(|kind| kind.strip_prefix("AWS::Serverless::"));
        let Some(kind) = kind.filter(|_| context.transforms.serverless) else { continue };
        let Some(properties) = resource.get("Properties").and_then(Node::as_object) else { continue };
        let resource = Resource { id, kind, properties };
        needs(resource, &mut findings);
        policies(resource, &mut findings);
        taken_role(context, resource, &mut findings);
        for (name, event) in properties.get("Events").and_then(Node::as_object).into_iter().flatten() {
            let kind = event.get("Type").and_then(Node::as_str).unwrap_or_default();
            let inner = event.get("Properties").and_then(Node::as_object);
            let event = Event { resource, name, kind, properties: inner };
            if properties.contains_key("TenancyConfig") && !matches!(kind, "Api" | "HttpApi" | "") {
                let says = format!("an event `{kind}` must not start a function with `TenancyConfig`");
                findings.push(fail(resource.path(&["Events", name]), says));
            }
            match kind {
                "S3" => findings.extend(bucket(context, event)),
                "Api" | "HttpApi" => route(context, event, &mut routes, &mut findings),
                "Schedule" | "EventBridgeRule" | "CloudWatchEvent" => findings.extend(dead_letters(event)),
                _ => {}
            }
        }
    }
    findings
}

fn fail(path: Path, says: String) -> Finding {
    Finding::new(&rules::AL0305, path, format!("{says}, or the SAM transform refuses the template"))
}

fn is_plain(object: &Object) -> bool {
    !object.keys().any(|key| key == "Ref" || key.starts_with("Fn::"))
}

/// Properties that need another one, or that go with another one never.
fn needs(resource: Resource<'_>, findings: &mut Vec<Finding>) {
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
                findings.push(fail(resource.path(&[name]), says).help("add `AutoPublishAlias`".to_owned()));
            }
        }
    }
    if has("DefinitionUri") && !has("DefinitionBody") {
        for name in of_kind(&IN_A_DEFINITION) {
            let says = format!("`{name}` must not be together with `DefinitionUri`, into which nothing can be written");
            let help = "use `DefinitionBody`, with `AWS::Include` for a file of its own".to_owned();
            findings.push(fail(resource.path(&[name]), says).help(help));
        }
    }
    let is_image = has("ImageUri") || properties.get("PackageType").is_some_and(|kind| kind.as_str() != Some("Zip"));
    let is_zip = kind == "Function" && !is_image;
    for name in ["Runtime", "Handler"].into_iter().filter(|name| is_zip && !has(name)) {
        let says = format!("a function that is no image needs `{name}`");
        let steps: &[&str] = if properties.contains_key(name) { &[name] } else { &[] };
        findings.push(fail(resource.path(steps), says).help(format!("add `{name}`")));
    }
    let zone = properties.get("Domain").and_then(|domain| domain.get("Route53")?.as_object());
    let names_zone = |zone: &&Object| ["HostedZoneId", "HostedZoneName"].iter().any(|name| zone.contains_key(*name));
    if zone.filter(|zone| is_plain(zone) && !names_zone(zone)).is_some() && matches!(kind, "Api" | "HttpApi") {
        let says = "`Route53` needs `HostedZoneId` or `HostedZoneName`".to_owned();
        findings.push(fail(resource.path(&["Domain", "Route53"]), says));
    }
}

/// Managed policies, documents and policy templates. The transform reads them although there is a `Role`.
fn policies(resource: Resource<'_>, findings: &mut Vec<Finding>) {
    if !matches!(resource.kind, "Function" | "StateMachine") {
        return;
    }
    let place = resource.path(&["Policies"]);
    match resource.properties.get("Policies") {
        Some(Node::Array(all)) => {
            for (index, policy) in all.iter().enumerate() {
                findings.extend(check_sam_policy(&rules::AL0305, policy, &place.join(index), false));
            }
        }
        Some(Node::Object(none)) if none.is_empty() => {}
        Some(policy) => findings.extend(check_sam_policy(&rules::AL0305, policy, &place, false)),
        None => {}
    }
}

/// The transform makes a role of this name.
fn taken_role(context: &Context<'_>, resource: Resource<'_>, findings: &mut Vec<Finding>) {
    let role = format!("{}Role", resource.id);
    let makes_one = matches!(resource.kind, "Function" | "StateMachine") && !resource.properties.contains_key("Role");
    if makes_one && context.section("Resources").is_some_and(|resources| resources.contains_key(&role)) {
        let path = Path(vec![Segment::from("Resources"), Segment::from(role.as_str())]);
        let says = format!("`{role}` must be another name, because the transform makes the role of `{}`", resource.id);
        let help = format!("rename it, or give `{}` the property `Role`", resource.id);
        findings.push(fail(path, says).help(help));
    }
}

/// The bucket of an event gets a notification, so it has to be in the template.
fn bucket(context: &Context<'_>, event: Event<'_>) -> Option<Finding> {
    let given = event.get("Bucket")?;
    let is_there = match Function::call(given) {
        Some((Function::Ref, Node::String(name))) => match context.target(name) {
            // That a name does not exist is said elsewhere.
            None | Some(Target::Resource(_) | Target::Unknown) => true,
            Some(Target::Parameter(_) | Target::Pseudo) => false,
        },
        Some(_) => false,
        None => !matches!(given, Node::String(_)),
    };
    let says = || format!("`Bucket` must be a `Ref` to a bucket of this template, got {}", text::shown(given));
    (!is_there).then(|| fail(event.path(&["Bucket"]), says()))
}

/// A queue for what cannot be delivered is one that there is, or one that the transform makes.
fn dead_letters(event: Event<'_>) -> Option<Finding> {
    let queue = event.get("DeadLetterConfig")?.as_object().filter(|queue| is_plain(queue))?;
    let is_wrong = queue.contains_key("Arn") == queue.contains_key("Type");
    let says = "`DeadLetterConfig` needs either `Arn` or `Type`".to_owned();
    is_wrong.then(|| fail(event.path(&["DeadLetterConfig"]), says))
}

/// An event has an API of its kind, an authorizer of that API, and a method of a path for itself.
fn route<'d>(context: &Context<'d>, event: Event<'d>, routes: &mut HashSet<Route<'d>>, findings: &mut Vec<Finding>) {
    let key = if event.kind == "Api" { "RestApiId" } else { "ApiId" };
    let Some(api) = api(context, event, key) else {
        let says = format!("`{key}` must be a `Ref` to an `AWS::Serverless::{}` of this template", event.kind);
        return findings.push(fail(event.path(&[key]), says));
    };
    findings.extend(authorizer(context, api, event));
    let [path, method] = ["Path", "Method"].map(|key| event.get(key));
    if event.kind == "HttpApi" && path.is_some() != method.is_some() {
        let says = "an event `HttpApi` needs both `Path` and `Method`, or neither".to_owned();
        findings.push(fail(event.path(&[]), says));
    }
    if let (Some(path), Some(method)) = (path.and_then(Node::as_str), method.and_then(Node::as_str)) {
        let says = format!("`{method}` of `{}` must be one event's only", text::shortened(path));
        if !routes.insert(Route { api, path, method: method.to_ascii_lowercase() }) {
            findings.push(fail(event.path(&["Path"]), says));
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
fn authorizer(context: &Context<'_>, api: &str, event: Event<'_>) -> Option<Finding> {
    let name = event.get("Auth")?.get("Authorizer")?.as_str().filter(|name| !matches!(*name, "NONE" | "AWS_IAM"))?;
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
    let known: Vec<&str> = known.into_iter().flat_map(|all| all.keys().map(String::as_str)).collect();
    let says = || format!("`{}` must be an authorizer of the API", text::shortened(name));
    (!known.contains(&name)).then(|| {
        let finding = fail(event.path(&["Auth", "Authorizer"]), says());
        finding.actual(name).help(suggest::did_you_mean(name, known.iter().copied()))
    })
}
