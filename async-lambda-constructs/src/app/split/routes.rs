//! The API of an application with groups: SAM adds a route to an API of the same template only, so the API has a definition with
//! all routes, and the function of a group has the permission that SAM would have made.

use cfn_model::{Finding, Function, IntoNode, Node, Object, Path, Resource, intrinsic::ref_};
use cfn_rules::codes::AL0524;
use serde_json::json;

use crate::Stack;

/// The events of an API that SAM reads from the function.
const KNOWN: [&str; 3] = ["RestApiId", "Path", "Method"];
/// The credentials of the caller, with which an API invokes a function where its authorizer is `AWS_IAM`.
const CALLER: &str = "arn:aws:iam::*:user/*";

/// A route of an API.
struct Route {
    api: String,
    function: String,
    event: String,
    method: String,
    path: String,
    /// The condition of the function.
    condition: Option<String>,
}

/// Gives a definition to each API with a route of a function in a group, and takes the events of those functions away.
pub(super) fn define(stack: &mut Stack) {
    let routes = routes(stack);
    let mut apis: Vec<&str> = Vec::new();
    for route in routes.iter().filter(|route| stack.groups().contains_key(&route.function)) {
        if !apis.contains(&route.api.as_str()) {
            apis.push(&route.api);
        }
    }
    let mut found = Vec::new();
    for api in apis {
        let of_api: Vec<&Route> = routes.iter().filter(|route| route.api == api).collect();
        let properties = stack.resource(api).map(|api| api["Properties"].clone()).unwrap_or_default();
        // A definition of one's own has its routes.
        if properties.get("DefinitionBody").is_none() && properties.get("DefinitionUri").is_none() {
            found.extend(of_api.iter().flat_map(|route| lost(stack, route)));
            set(stack, api, "DefinitionBody", definition(&of_api, credentials(&properties)));
        }
        let suffix = properties["StageName"].as_str().unwrap_or("Stage").to_owned();
        for route in of_api {
            permit(stack, route, &suffix);
        }
    }
    found.into_iter().for_each(|finding| stack.report_at(finding));
}

/// The routes of all functions, on APIs of the template.
fn routes(stack: &Stack) -> Vec<Route> {
    let mut routes = Vec::new();
    for (function, resource) in stack.resources() {
        for (event, definition) in resource["Properties"]["Events"].as_object().into_iter().flatten() {
            let properties = &definition["Properties"];
            let api = Function::call(&properties["RestApiId"])
                .filter(|(function, _)| *function == Function::Ref)
                .and_then(|(_, api)| api.as_str());
            let (Some("Api"), Some(api), Some(method), Some(path)) =
                (definition["Type"].as_str(), api, properties["Method"].as_str(), properties["Path"].as_str())
            else {
                continue;
            };
            routes.push(Route {
                api: api.to_owned(),
                function: function.to_owned(),
                event: event.clone(),
                method: method.to_lowercase(),
                path: path.to_owned(),
                condition: resource["Condition"].as_str().map(str::to_owned),
            });
        }
    }
    routes
}

/// What SAM takes from an event into a definition that it makes itself.
fn lost(stack: &Stack, route: &Route) -> Vec<Finding> {
    let steps = ["Resources", &route.function, "Properties", "Events", &route.event, "Properties"];
    let at = Path(steps.map(Into::into).to_vec());
    let event = stack.resource(&route.function).map(|function| &function["Properties"]["Events"][route.event.as_str()]);
    let properties = event.and_then(|event| event["Properties"].as_object()).into_iter().flatten();
    let more = properties.filter(|(name, _)| !KNOWN.contains(&name.as_str())).map(|(name, _)| {
        let message = format!(
            "event `{}` of `{}`: must have no `{name}` in an application with groups of API tasks, where the API has an explicit \
             definition",
            route.event, route.function
        );
        let help = format!(
            "say it for the whole API, or give `{}` a `DefinitionBody` of your own with all routes",
            route.api
        );
        Finding::new(&AL0524, at.join(name.as_str()), message).actual(name.as_str()).help(help)
    });
    let conditional = route.condition.iter().map(|condition| {
        let message = format!(
            "function `{}`: must have no condition in an application with groups of API tasks, got `{condition}`",
            route.function
        );
        let help = format!("give `{}` a `DefinitionBody` of your own with all routes", route.api);
        let place = Path(vec!["Resources".into(), route.function.as_str().into(), "Condition".into()]);
        Finding::new(&AL0524, place, message).actual(condition.as_str()).help(help)
    });
    more.chain(conditional).collect()
}

/// The definition that SAM would make.
fn definition(routes: &[&Route], credentials: Option<Node>) -> Node {
    let mut paths = Object::default();
    for route in routes {
        let uri = format!(
            "arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{{}.Arn}}/invocations",
            route.function
        );
        let mut integration = json!({"type": "aws_proxy", "httpMethod": "POST", "uri": {"Fn::Sub": uri}}).into_node();
        if let (Some(credentials), Node::Object(integration)) = (&credentials, &mut integration) {
            integration.insert("credentials".to_owned(), credentials.clone());
        }
        let operation = [
            ("x-amazon-apigateway-integration".to_owned(), integration),
            ("responses".to_owned(), json!({}).into_node()),
        ];
        let method = if route.method == "any" { "x-amazon-apigateway-any-method" } else { &route.method };
        let path = paths.entry(route.path.clone()).or_insert_with(|| Node::Object(Object::default()));
        if let Node::Object(path) = path {
            path.insert(method.to_owned(), Object::from_iter(operation).into_node());
        }
    }
    let mut definition = json!({
        "swagger": "2.0", "info": {"version": "1.0", "title": {"Ref": "AWS::StackName"}},
    })
    .into_node();
    if let Node::Object(definition) = &mut definition {
        definition.insert("paths".to_owned(), paths.into_node());
    }
    definition
}

/// The credentials that SAM gives integrations where the API's authorizer is `AWS_IAM`.
fn credentials(api: &Node) -> Option<Node> {
    let auth = &api["Auth"];
    if auth["DefaultAuthorizer"].as_str() != Some("AWS_IAM") {
        return None;
    }
    match &auth["InvokeRole"] {
        Node::String(role) if role == "NONE" => None,
        Node::Null => Some(CALLER.into_node()),
        Node::String(role) if role == "CALLER_CREDENTIALS" => Some(CALLER.into_node()),
        role => Some(role.clone()),
    }
}

/// Lets the API invoke a function of a group, as SAM does for those of its own template.
fn permit(stack: &mut Stack, route: &Route, suffix: &str) {
    let Some(group) = stack.groups().get(&route.function).cloned() else { return };
    let line = stack.origin(&Path(vec!["Resources".into(), route.function.as_str().into()]));
    stack.set_origin(line);
    let method = if route.method == "any" { "*".to_owned() } else { route.method.to_uppercase() };
    let path = match route.path.as_str() {
        "/" => "/",
        path => path.trim_end_matches('/'),
    };
    let source = format!(
        "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{{}}}/*/{method}{}",
        route.api,
        without_parameters(path),
    );
    let properties = Object::from_iter([
        ("Action".to_owned(), "lambda:InvokeFunction".into_node()),
        ("FunctionName".to_owned(), ref_::<String>(route.function.as_str()).into_node()),
        ("Principal".to_owned(), "apigateway.amazonaws.com".into_node()),
        ("SourceArn".to_owned(), json!({"Fn::Sub": source}).into_node()),
    ]);
    let id = format!("{}{}Permission{suffix}", route.function, route.event);
    stack.add(id.as_str(), Resource::raw("AWS::Lambda::Permission", properties));
    stack.place([&id], &group);
    remove(stack, &route.function, &route.event);
    stack.set_origin(None);
}

/// A path with `*` for each parameter.
fn without_parameters(path: &str) -> String {
    let mut result = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        result.push_str(before);
        result.push('*');
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    result + rest
}

/// Sets a property without a line of its own.
fn set(stack: &mut Stack, id: &str, property: &str, value: Node) {
    if let Some(Node::Object(properties)) = resource_mut(stack, id).and_then(|resource| resource.get_mut("Properties"))
    {
        properties.insert(property.to_owned(), value);
    }
}

/// Removes an event, and the whole of them with the last one.
fn remove(stack: &mut Stack, id: &str, event: &str) {
    let properties = resource_mut(stack, id).and_then(|resource| resource.get_mut("Properties")?.as_object_mut());
    let Some(properties) = properties else { return };
    if let Some(Node::Object(events)) = properties.get_mut("Events") {
        events.shift_remove(event);
        if events.is_empty() {
            properties.shift_remove("Events");
        }
    }
}

fn resource_mut<'s>(stack: &'s mut Stack, id: &str) -> Option<&'s mut Object> {
    let resources = stack.template_mut().document_mut().get_mut("Resources")?.as_object_mut()?;
    resources.get_mut(id)?.as_object_mut()
}

#[cfg(test)]
mod tests {
    use super::without_parameters;

    #[test]
    fn parameters_are_any_text() {
        let check = |path: &str, expected: &str| assert_eq!(without_parameters(path), expected);
        check("/", "/");
        check("/orders/{id}/items", "/orders/*/items");
        check("/{proxy+}", "/*");
    }
}
