//! Settings of cfn-lint that it does not know.

use cfn_model::Node;

use crate::{
    facts::{context::Context, place::Place, suggest, text},
    rules::definition::{On, Reporter},
};

/// The settings of cfn-lint, and the form of each.
const SETTINGS: [(&str, Form); 7] = [
    ("append_rules", Form::Strings),
    ("configure_rules", Form::Object),
    ("ignore_bad_template", Form::Flag),
    ("ignore_checks", Form::Strings),
    ("include_experimental", Form::Flag),
    ("merge_configs", Form::Flag),
    ("regions", Form::Strings),
];

#[derive(Clone, Copy)]
enum Form {
    Flag,
    Object,
    Strings,
}

rule! {
    /// A setting in `Metadata` that cfn-lint does not know has no effect: rules that should be ignored are not.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Metadata:
    ///   cfn-lint:
    ///     config:
    ///       ignore_check: [W3011]
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Metadata:
    ///   cfn-lint:
    ///     config:
    ///       ignore_checks: [W3011]
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// ```
    W4005: warning "invalid settings of cfn-lint in `Metadata`",
    on: On::Document(check),
}

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    let Some(settings) = context.section("Metadata").and_then(|metadata| metadata.get("cfn-lint")) else { return };
    let metadata = Place::Root.key("Metadata");
    let place = metadata.key("cfn-lint");
    let Node::Object(object) = settings else { return wrong(&place, "an object", settings, report) };
    let place = place.key("config");
    let Some(config) = object.get("config") else { return };
    let Node::Object(config) = config else { return wrong(&place, "an object", config, report) };
    for (name, value) in config {
        let place = place.key(name);
        match (SETTINGS.iter().find(|(known, _)| known == name).map(|(_, form)| *form), value) {
            (None, _) => {
                let message = format!("`{}` is not a setting of cfn-lint", text::shortened(name));
                let reported = report.at(place.to_path(), message).actual(name);
                if let Some(help) = suggest::did_you_mean(name, SETTINGS.map(|(known, _)| known)) {
                    reported.help(help);
                }
                return;
            }
            (Some(Form::Flag), Node::Bool(_)) | (Some(Form::Object), Node::Object(_)) => {}
            (Some(Form::Strings), Node::Array(items)) => {
                for (index, item) in items.iter().enumerate().filter(|(_, item)| item.as_str().is_none()) {
                    wrong(&place.index(index), "a string", item, report);
                }
            }
            (Some(Form::Flag), other) => wrong(&place, "a boolean", other, report),
            (Some(Form::Object), other) => wrong(&place, "an object", other, report),
            (Some(Form::Strings), other) => wrong(&place, "a list of strings", other, report),
        }
    }
}

fn wrong(place: &Place<'_>, expected: &str, node: &Node, report: &mut Reporter<'_>) {
    let actual = text::shown(node);
    let message = format!("`{}` must be {expected}, got {actual}", place.name());
    report.at(place.to_path(), message).expected(expected).actual(actual);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |config: &str| {
            format!("Metadata: {{cfn-lint: {{config: {config}}}}}\nResources: {{Q: {{Type: AWS::SQS::Queue}}}}\n")
        };
        let place = "Metadata/cfn-lint/config";
        check(&RULE, &template("{ignore_checks: [W3010]}"), &[]);
        check(&RULE, &template("[]"), &[(place, "`config` must be an object, got a list of 0 items")]);
        let message = "`ignore_check` is not a setting of cfn-lint";
        check(&RULE, &template("{ignore_check: [W3010]}"), &[(&format!("{place}/ignore_check"), message)]);
        let message = "`ignore_checks[0]` must be a string, got 1";
        check(&RULE, &template("{ignore_checks: [1]}"), &[(&format!("{place}/ignore_checks/0"), message)]);
    }
}
