//! The sections of a template.

use cfn_model::Node;

use crate::{
    facts::{
        context::{self, Context},
        nulls::Part,
        place::Place,
        text,
    },
    rules::definition::{On, Reporter},
};

rule! {
    /// A template has the sections that CloudFormation knows, and `Resources` is required. CloudFormation refuses a
    /// template with any other key at the top level.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resource:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// ```
    E1001: error "unknown or missing section",
    on: On::Document(check),
}

const SECTIONS: [&str; 12] = [
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
];

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    let document = context.document;
    let is_unknown = |name: &&String| !SECTIONS.contains(&name.as_str()) && !context::is_replaced(name);
    for name in document.keys().filter(is_unknown) {
        let message = format!("`{}` is not a section of a template", text::shortened(name));
        let help = context
            .did_you_mean(name, SECTIONS)
            .unwrap_or_else(|| format!("sections are {}", text::listed(SECTIONS, "and")));
        report.at(Place::Root.key(name).to_path(), message).actual(name).help(help);
    }
    if !document.contains_key("Resources") && !context::has_unknown_entries(document) {
        report.at(Place::Root.to_path(), "the template needs the section `Resources`").help("add `Resources`");
    }
    for name in ["Conditions", "Globals", "Hooks", "Rules"] {
        report.section(context, name);
    }
    match document.get("AWSTemplateFormatVersion") {
        None | Some(Node::Null) => {}
        Some(Node::String(version)) if version == "2010-09-09" => {}
        Some(other) => {
            report.must_be(&Place::Root.key("AWSTemplateFormatVersion"), "`2010-09-09`", other);
        }
    }
    report.nulls(context, Part::Section);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let missing = ("", "the template needs the section `Resources`");
        check(&RULE, "{}", &[missing]);
        check(&RULE, "Resource: {}", &[missing, ("Resource", "`Resource` is not a section of a template")]);
        check(
            &RULE,
            "AWSTemplateFormatVersion: 2012-10-17\nConditions: []\nResources: {}\n",
            &[
                ("AWSTemplateFormatVersion", "`AWSTemplateFormatVersion` must be `2010-09-09`, got \"2012-10-17\""),
                ("Conditions", "`Conditions` must be an object, got a list of 0 items"),
            ],
        );
        check(&RULE, "Conditions:\nResources: {}\n", &[("Conditions", "`Conditions` must have a value, got null")]);
        check(&RULE, "Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://a/b}}\n", &[]);
        check(&RULE, "Hooks: {}\nResources: {}\n", &[]);
    }
}
