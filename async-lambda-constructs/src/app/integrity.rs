//! Checks of an application's template after extras, overrides and own resources: without them messages would be lost, or
//! functions do another task's work.

use async_lambda_model::{AppModel, TaskModel};
use cfn_model::{Finding, Function, IntoNode, Node, Path, Report, Segment, Severity, Template, intrinsic::pseudo};
use cfn_rules::codes::{AL0005 as RESPONSES, AL0006 as VARIABLE};

use super::{
    calls,
    function::{ACCOUNT_ID, APP_NAME, TASK_ID, VARIABLES},
    names, role,
};
use crate::{
    Synthesized,
    config::{self, Found},
    explain::suggest::did_you_mean,
};

/// The property that makes Lambda read what a function answers.
const PROPERTY: &str = "FunctionResponseTypes";
/// The only value of it.
const REPORT: &str = "ReportBatchItemFailures";
/// The property of an event of a topic that makes a queue between the two.
const MADE_QUEUE: &str = "SqsSubscription";
/// The consequence, for the help of findings.
const REASON: &str =
    "the runtime answers with the messages that failed, and without it Lambda deletes them as if they had succeeded";
/// An event source that consumes a queue and is no event of a function.
const MAPPING: &str = "AWS::Lambda::EventSourceMapping";
/// The advice for any function, which says the same in fewer words.
const PARTIAL_BATCH: &str = "AL1007";
/// A null that CloudFormation refuses.
const NULL: &str = "AL0302";

/// Adds the findings to those of a template, each instead of what says less of the same mistake. `name` is the name of
/// the application at the stage.
pub(crate) fn add(model: &AppModel, name: &str, stack: &mut Synthesized) {
    let Synthesized { template, report, .. } = stack;
    let mut found = Found::default();
    for task in &model.tasks {
        if let Some(function) = own_function(template, task) {
            let renamed = Some(name).filter(|name| *name != model.name.as_str());
            variables(task, renamed, function, &mut found);
            events(task, function, &mut found);
        }
    }
    shared_variables(template, &mut found);
    mappings(model, template, &mut found);
    domain(template, &mut found);
    calls::short_timeouts(model, template, &mut found);
    role::too_large(template).into_iter().for_each(|finding| found.push(finding.rule, || finding));
    let (findings, more) = found.finish();
    for finding in &findings {
        if finding.rule.code == RESPONSES.code {
            leave_out_the_same(report, &finding.path);
        } else if finding.rule.severity == Severity::Error {
            report.findings.retain(|other| !other.path.0.starts_with(&finding.path.0));
        }
    }
    let nulls = report.findings.iter().filter(|finding| finding.rule.code == NULL);
    let nulls: Vec<Path> = nulls.map(|finding| finding.path.clone()).collect();
    nulls.iter().for_each(|null| leave_out_what_is_missing(report, null));
    for mut finding in findings.into_iter().chain(more) {
        finding.origin = template.origin(&finding.path);
        report.findings.push(finding);
    }
}

/// Drops what the schema says of a property that is null, which it takes for one that is not there.
fn leave_out_what_is_missing(report: &mut Report, path: &Path) {
    let Some((name, object)) = path.0.split_last() else { return };
    let needs = format!("needs the property `{name}`");
    report.findings.retain(|other| other.path.0 != object || !other.message.contains(&needs));
}

/// Drops what the schema and the flow's rules say of an event source whose property is wrong.
fn leave_out_the_same(report: &mut Report, path: &Path) {
    let end = path.0.iter().position(|step| *step == Segment::from(PROPERTY)).unwrap_or(path.0.len());
    let (properties, property) = (&path.0[..end], &path.0[..path.0.len().min(end + 1)]);
    let event = &properties[..properties.len().saturating_sub(1)];
    report.findings.retain(|other| {
        let is_batch =
            other.rule.code == PARTIAL_BATCH && (other.path.0 == properties || other.path.0.starts_with(property));
        let is_property = other.path.0.starts_with(property);
        // No alternative of an event fits, and this property is why.
        let is_event =
            other.path.0 == event && other.causes.first().is_some_and(|cause| cause.path.0.starts_with(property));
        !(is_batch || is_property || is_event)
    });
}

/// The properties of a task's function, unless something else was made of it: another runtime, somebody else's image.
fn own_function<'t>(template: &'t Template, task: &TaskModel) -> Option<&'t Node> {
    let function = template.resource(&names::function(task.id.as_str()))?;
    let properties = &function["Properties"];
    let is = |name: &str, fits: &dyn Fn(&str) -> bool| properties[name].as_str().is_some_and(fits);
    let is_program = is("Handler", &|handler| handler == "bootstrap")
        && is("Runtime", &|runtime| runtime.starts_with("provided"))
        && ["ImageUri", "InlineCode"].iter().all(|name| matches!(properties[*name], Node::Null))
        && !is("PackageType", &|kind| kind == "Image");
    // That of the settings gives the function another name.
    let of_image = names::physical_of_image("", task.id.as_str());
    let is_image = is("PackageType", &|kind| kind == "Image") && is("FunctionName", &|name| name.ends_with(&of_image));
    let is_ours = function["Type"].as_str() == Some("AWS::Serverless::Function") && (is_program || is_image);
    is_ours.then_some(properties)
}

pub(super) fn place(id: &str, steps: &[&str]) -> Path {
    let start = ["Resources", id, "Properties"];
    Path(start.iter().chain(steps).map(|step| Segment::from(*step)).collect())
}

/// The variables by which a function knows which task it is, and where the queues of the others are.
fn variables(task: &TaskModel, renamed: Option<&str>, function: &Node, found: &mut Found) {
    let id = task.id.as_str();
    let at = |steps: &[&str]| place(&names::function(id), steps);
    let help = "remove the override: without it the function does not know what it is".to_owned();
    let Some(environment) = known_object(&function["Environment"]) else { return };
    let Some(variables) = environment.map_or(Some(None), |environment| known_object(&environment["Variables"])) else {
        return;
    };
    let Some(variables) = variables else {
        let message = format!("task `{id}`: the variables that the template sets for the library must stay, got none");
        let steps: &[&str] = if environment.is_some() { &["Environment", "Variables"] } else { &["Environment"] };
        return found.push(&VARIABLE, || Finding::new(&VARIABLE, at(steps), message).help(help));
    };
    let app_name = renamed.map_or(Node::Null, IntoNode::into_node);
    let all = [(TASK_ID, id.into_node()), (ACCOUNT_ID, pseudo::account_id().into_node()), (APP_NAME, app_name)];
    for (name, expected) in all {
        let given = &variables[name];
        if *given == expected {
            continue;
        }
        let got = match given {
            Node::Null => "none".to_owned(),
            Node::String(text) => format!("`{text}`"),
            other => other.kind().to_owned(),
        };
        let message =
            format!("task `{id}`: variable `{name}` must be as the template sets it for the library, got {got}");
        let place = at(&["Environment", "Variables", name]);
        found.push(&VARIABLE, || Finding::new(&VARIABLE, place, message).actual(got).help(help.clone()));
    }
}

/// Variables of the library that `Globals` gives to all functions, also to those that must not have them.
fn shared_variables(template: &Template, found: &mut Found) {
    let steps = ["Globals", "Function", "Environment", "Variables"];
    let [section, below @ ..] = steps;
    let shared = template.document().get(section);
    let variables = below.iter().try_fold(shared, |node, step| node.map(|node| node.get(step)));
    for name in VARIABLES.iter().filter(|name| variables.flatten().is_some_and(|given| given.get(name).is_some())) {
        let place = Path(steps.iter().chain([name]).map(|step| Segment::from(*step)).collect());
        let message = format!("`Globals`: variable `{name}` must not be set, the template sets it for the library");
        let help = "remove it, or use another name".to_owned();
        found.push(&VARIABLE, || Finding::new(&VARIABLE, place, message).actual(*name).help(help));
    }
}

/// `Some(None)` for a missing object, `None` for a value that only the deployment knows.
fn known_object(node: &Node) -> Option<Option<&Node>> {
    match node {
        Node::Object(_) if Function::call(node).is_none() => Some(Some(node)),
        Node::Null => Some(None),
        _ => None,
    }
}

/// The events that are queues and streams.
fn events(task: &TaskModel, function: &Node, found: &mut Found) {
    if !task.trigger.reports_failures() {
        return;
    }
    let (id, events) = (names::function(task.id.as_str()), function["Events"].as_object());
    for (name, event) in events.into_iter().flatten() {
        let properties = &event["Properties"];
        // That it must not be null is said of itself.
        if Function::call(properties).is_some() || event.get("Properties") == Some(&Node::Null) {
            continue;
        }
        let place = |property: &str| place(&id, &["Events", name, "Properties", property]);
        let subject = format!("event `{name}` of task `{}`", task.id);
        let wrong = match event["Type"].as_str() {
            Some("SQS" | "DynamoDB") => response(&subject, properties.get(PROPERTY), place(PROPERTY)),
            Some("SNS") => made_queue(&subject, &properties[MADE_QUEUE], place(MADE_QUEUE)),
            _ => None,
        };
        wrong.into_iter().for_each(|finding| found.push(&RESPONSES, || finding));
    }
}

/// A queue that SAM makes between a topic and a function, whose event source mapping cannot be changed.
fn made_queue(subject: &str, value: &Node, place: Path) -> Option<Finding> {
    let is_made = match value {
        Node::Bool(is_made) => *is_made,
        Node::Object(_) => Function::call(value).is_none(),
        _ => false,
    };
    let message = format!("{subject}: `{MADE_QUEUE}` must not be used, its queue has no `{PROPERTY}: [{REPORT}]`");
    let help =
        format!("add a queue of your own, subscribe it to the topic, and give the event the type `SQS`: {REASON}");
    is_made.then(|| Finding::new(&RESPONSES, place, message).help(help))
}

/// Event source mappings that are resources of their own.
fn mappings(model: &AppModel, template: &Template, found: &mut Found) {
    for (id, mapping) in template.resources().filter(|(_, resource)| resource["Type"].as_str() == Some(MAPPING)) {
        let properties = &mapping["Properties"];
        let called = model.tasks.iter().find(|task| {
            let id = names::function(task.id.as_str());
            let physical = template.resource(&id).and_then(|function| function["Properties"]["FunctionName"].as_str());
            names_function(&properties["FunctionName"], &id, physical.unwrap_or_default())
        });
        let Some(task) = called.filter(|task| own_function(template, task).is_some()) else { continue };
        if reports_failures(template, &properties["EventSourceArn"]) {
            let subject = format!("event source mapping `{id}` of task `{}`", task.id);
            let wrong = response(&subject, properties.get(PROPERTY), place(id, &[PROPERTY]));
            wrong.into_iter().for_each(|finding| found.push(&RESPONSES, || finding));
        }
    }
}

/// Whether a value is the name or the ARN of a function, or of an alias or a version of it.
fn names_function(node: &Node, id: &str, physical: &str) -> bool {
    let is_name = |name: &str| {
        let name = name.rsplit_once(":function:").map_or(name, |(_, name)| name);
        name.split(':').next() == Some(physical)
    };
    match (Function::call(node), node) {
        (Some((Function::Sub, Node::Array(parts))), _) => {
            parts.first().and_then(Node::as_str).is_some_and(|text| names_in_text(text, id) || is_name(text))
        }
        (Some((Function::Sub, Node::String(text))), _) => names_in_text(text, id) || is_name(text),
        (Some(_), _) => reference(node) == Some(id),
        (None, Node::String(name)) => is_name(name),
        _ => false,
    }
}

fn names_in_text(text: &str, id: &str) -> bool {
    text.contains(&format!("${{{id}}}")) || text.contains(&format!("${{{id}."))
}

/// The logical id to which a `Ref` or an `Fn::GetAtt` refers.
fn reference(node: &Node) -> Option<&str> {
    match Function::call(node)? {
        (Function::Ref, Node::String(id)) => Some(id),
        (Function::GetAtt, Node::String(argument)) => argument.split('.').next(),
        (Function::GetAtt, Node::Array(arguments)) => arguments.first()?.as_str(),
        _ => None,
    }
}

/// The types of resources whose records a function answers for one by one, each with the attribute that its source's ARN is.
const SOURCES: [(&str, &str); 2] = [("AWS::SQS::Queue", "Arn"), ("AWS::DynamoDB::Table", "StreamArn")];

/// Whether the source of records is a queue or the stream of a table.
fn reports_failures(template: &Template, source: &Node) -> bool {
    if let Some(id) = reference(source) {
        let kind = template.resource(id).and_then(|resource| resource["Type"].as_str());
        return SOURCES.iter().any(|(known, _)| kind == Some(known));
    }
    let text = match Function::call(source) {
        Some((Function::Sub, Node::Array(parts))) => parts.first().and_then(Node::as_str),
        Some((Function::Sub, argument)) => argument.as_str(),
        _ => source.as_str(),
    };
    text.is_some_and(|text| text.contains(":sqs:") || text.contains(":dynamodb:") || names_source(template, text))
}

fn names_source(template: &Template, text: &str) -> bool {
    template.resources().any(|(id, resource)| {
        let kind = resource["Type"].as_str();
        let source = SOURCES.iter().find(|(known, _)| kind == Some(known));
        source.is_some_and(|(_, attribute)| text.contains(&format!("${{{id}.{attribute}}}")))
    })
}

/// A finding about the property's value, unless only the deployment knows it.
fn response(subject: &str, value: Option<&Node>, place: Path) -> Option<Finding> {
    let (got, place, help) = lacking(value, place)?;
    let message = format!("{subject}: `{PROPERTY}` must be `[{REPORT}]`, got {got}");
    let help = help.map_or_else(|| format!("remove the override: {REASON}"), |help| format!("{help} {REASON}"));
    Some(Finding::new(&RESPONSES, place, message).expected(format!("[{REPORT}]")).help(help))
}

fn lacking(value: Option<&Node>, place: Path) -> Option<(String, Path, Option<String>)> {
    let Some(node) = value else { return Some(("none".to_owned(), place, None)) };
    match Function::call(node) {
        Some((Function::Ref, name)) if name.as_str() == Some("AWS::NoValue") => {
            return Some(("none".to_owned(), place, None));
        }
        Some((Function::If, Node::Array(branches))) => {
            let place = place.join(Function::If.name());
            let mut branches = branches.iter().enumerate().skip(1);
            return branches.find_map(|(index, branch)| lacking(Some(branch), place.join(index)));
        }
        Some(_) => return None,
        None => {}
    }
    match node {
        Node::Null => Some(("null".to_owned(), place, None)),
        Node::Array(members) => {
            let no_value = |member: &Node| matches!(Function::call(member), Some((Function::Ref, name)) if name.as_str() == Some("AWS::NoValue"));
            if members.iter().any(|member| member.as_str() == Some(REPORT)) {
                let count = members.iter().filter(|member| !no_value(member)).count();
                return (count > 1).then(|| (format!("{count} members"), place, None));
            }
            if members.iter().all(no_value) {
                return Some(("an empty list".to_owned(), place, None));
            }
            // Only strings are known for certain.
            let (index, text) =
                members.iter().enumerate().find_map(|(index, member)| Some((index, member.as_str()?)))?;
            let is_known = members.iter().all(|member| member.as_str().is_some() || no_value(member));
            is_known.then(|| (format!("`{text}`"), place.join(index), did_you_mean(text, [REPORT])))
        }
        Node::String(text) => Some((format!("the string `{text}`"), place, did_you_mean(text, [REPORT]))),
        Node::Bool(_) => Some(("a boolean".to_owned(), place, None)),
        Node::Number(_) => Some(("a number".to_owned(), place, None)),
        Node::Object(_) => Some(("an object".to_owned(), place, None)),
    }
}

/// The domain of the API, where extras or an override have changed what the settings say.
fn domain(template: &Template, found: &mut Found) {
    let Some(domain) = template.resource(names::API).map(|api| &api["Properties"]["Domain"]) else { return };
    let checks: [(_, config::Check); 3] = [
        ("DomainName", config::domain_name),
        ("CertificateArn", config::certificate_arn),
        ("SecurityPolicy", config::tls_version),
    ];
    for (name, check) in checks {
        let wrong = domain.get(name).and_then(|value| check(value, &place(names::API, &["Domain", name])));
        wrong.into_iter().for_each(|finding| found.push(finding.rule, || finding));
    }
}
