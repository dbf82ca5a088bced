//! Members of `Policies`, which the SAM transform makes statements of: names, documents and policy templates.

use cfn_model::{Finding, Function, Node, Object, Path, Rule};

use crate::facts::{suggest, text};

/// What a member can be.
const EXPECTED: &str = "the name or ARN of a managed policy, a document with `Statement`, or a policy template of SAM";

/// What is wrong with a member of `Policies` of a function or a state machine of SAM, by a rule.
///
/// The SAM transform takes no notice of a parameter that a policy template does not have, and takes the bare name of a
/// template for that of a managed policy, which IAM refuses; `is_strict` reports both.
///
/// ```
/// use cfn_model::{IntoNode, Path};
/// use cfn_rules::{check_sam_policy, codes};
///
/// let policy = serde_json::json!({"SQSPolerPolicy": {"QueueName": "jobs"}}).into_node();
/// let findings = check_sam_policy(&codes::AL0303, &policy, &Path::default(), false);
/// assert_eq!(findings[0].help.as_deref(), Some("did you mean `SQSPollerPolicy`?"));
/// ```
pub fn check_sam_policy(rule: &'static Rule, policy: &Node, place: &Path, is_strict: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    member(rule, policy, place, is_strict, &mut findings);
    findings
}

fn member(rule: &'static Rule, policy: &Node, place: &Path, is_strict: bool, findings: &mut Vec<Finding>) {
    match (policy, Function::call(policy)) {
        (_, Some((Function::If, Node::Array(branches)))) => {
            let place = place.join(Function::If.name());
            for (index, branch) in branches.iter().enumerate().skip(1) {
                member(rule, branch, &place.join(index), is_strict, findings);
            }
        }
        (_, Some(_)) => {}
        (Node::Object(policy), None) if policy.contains_key("Statement") => {}
        (Node::Object(policy), None) => template(rule, policy, place, is_strict, findings),
        (Node::String(name), None) if is_strict => {
            if let Some(template) = cfn_schema::policy_templates().find(|template| template.name() == name) {
                let message = format!("policy template `{name}` must be an object with its parameters, got its name");
                let parameters: Vec<String> =
                    template.parameters().map(|parameter| format!("\"{parameter}\": ...")).collect();
                let help = format!("write `{{\"{name}\": {{{}}}}}`", parameters.join(", "));
                findings.push(Finding::new(rule, place.clone(), message).actual(name).help(help));
            }
        }
        _ => {}
    }
}

fn template(rule: &'static Rule, policy: &Object, place: &Path, is_strict: bool, findings: &mut Vec<Finding>) {
    let mut entries = policy.iter();
    let (Some((name, parameters)), None) = (entries.next(), entries.next()) else {
        let found = match policy.is_empty() {
            true => "an empty object".to_owned(),
            false => format!("an object with {}", text::listed(policy.keys().map(String::as_str), "and")),
        };
        let message = format!("a policy must be {EXPECTED}, got {found}");
        let help = "a document has the key `Statement`, and a policy template is alone in its object".to_owned();
        return findings.push(Finding::new(rule, place.clone(), message).expected(EXPECTED).help(help));
    };
    let here = place.join(name.as_str());
    let Some(template) = cfn_schema::policy_templates().find(|template| template.name() == name) else {
        let message = format!("policy `{}` must be a policy template of SAM", text::shortened(name));
        let help = suggest::did_you_mean(name, cfn_schema::policy_templates().map(|template| template.name()))
            .unwrap_or_else(|| "a policy document has the key `Statement`".to_owned());
        return findings.push(Finding::new(rule, here, message).expected(EXPECTED).actual(name).help(help));
    };
    let expected = text::listed(template.parameters(), "and");
    let has_none = template.parameters().next().is_none();
    if Function::call(parameters).is_some() || !matches!(parameters, Node::Object(_)) {
        let message = format!("the parameters of `{name}` must be an object, got {}", text::shown(parameters));
        let help = if has_none { "write `{}`".to_owned() } else { format!("its parameters are {expected}") };
        return findings.push(Finding::new(rule, here, message).expected("an object").help(help));
    }
    let given = || parameters.as_object().into_iter().flatten().map(|(parameter, _)| parameter.as_str());
    let unknown: Vec<&str> = given().filter(|given| template.parameters().all(|known| known != *given)).collect();
    let missing: Vec<&str> = template.parameters().filter(|known| given().all(|given| given != *known)).collect();
    for parameter in &missing {
        let message = format!("policy template `{name}` needs the parameter `{parameter}`");
        // One that is misspelt is that one mistake, where it stands.
        let misspelt = unknown.iter().find(|given| suggest::did_you_mean(given, [*parameter]).is_some());
        let (place, help) = match misspelt {
            Some(given) => (here.join(*given), format!("did you mean `{parameter}` by `{}`?", text::shortened(given))),
            None => (here.clone(), format!("its parameters are {expected}")),
        };
        let finding = Finding::new(rule, place, message).expected(expected.clone()).help(help);
        findings.push(match misspelt {
            Some(given) => finding.actual(*given),
            None => finding,
        });
    }
    for parameter in unknown.into_iter().filter(|_| is_strict && missing.is_empty()) {
        let message = format!("policy template `{name}` has no parameter `{}`", text::shortened(parameter));
        let help = if has_none { "it has none".to_owned() } else { format!("its parameters are {expected}") };
        findings.push(
            Finding::new(rule, here.join(parameter), message).expected(expected.clone()).actual(parameter).help(help),
        );
    }
}
