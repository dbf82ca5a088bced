//! Resource types that do not exist.

use cfn_model::{Node, Object};
use cfn_schema::Regions;

use crate::{
    facts::{conditions::Fact, context::Context, kinds::is_third_party, text},
    rules::definition::{Entry, On, Reporter},
};

rule! {
    /// A resource type exists in the registry of AWS, or is a custom one: `Custom::Name`. Types of third parties
    /// and modules are not looked up.
    ///
    /// Where the region of the template is known (`--region`, `Stack::in_region`), the type exists there. A resource whose
    /// condition never holds in the region is not looked at.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Quee
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// ```
    E3006: error "unknown resource type",
    on: On::Section("Resources", check),
}

/// How many regions are named.
const MOST_NAMED: usize = 6;

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    let context = entry.context;
    let Some(resource) = entry.object() else { return };
    let Some(kind) = resource.get("Type").and_then(Node::as_str) else { return };
    let known = context.resource_type(kind);
    let regions = match known {
        Some(known) => known.regions(),
        None => cfn_schema::elsewhere(kind),
    };
    let is_known = kind.starts_with("Custom::")
        || kind.ends_with("::MODULE")
        || is_third_party(kind)
        || context.transforms.macros
        || known.is_some()
        || (regions.is_some() && !context.options.regions.is_empty());
    let path = || entry.place.key("Type").to_path();
    if !is_known {
        let (message, help) = match regions {
            Some(regions) => (
                format!("`{kind}` does not exist in `us-east-1`, which counts where no region is given"),
                Some(format!("it exists in {}: give the region, `--region`", named(regions))),
            ),
            None => (
                format!("`{}` is not a resource type", text::shortened(kind)),
                context.did_you_mean(kind, cfn_schema::resource_types().map(|known| known.name())),
            ),
        };
        report.at(path(), message).actual(kind).help_if(help);
    } else if let Some(regions) = regions {
        let lacking = |region: &&&str| regions.has(region) == Some(false) && can_be_in(context, resource, region);
        let lacking: Vec<&str> = context.options.regions.iter().filter(lacking).copied().collect();
        if !lacking.is_empty() {
            let message = format!("`{kind}` does not exist in {}", text::listed(lacking, "and"));
            report.at(path(), message).actual(kind).help(format!("it exists in {}", named(regions)));
        }
    }
}

/// Whether the condition of a resource can hold in a region.
fn can_be_in(context: &Context<'_>, resource: &Object, region: &str) -> bool {
    let condition = resource.get("Condition").and_then(Node::as_str).and_then(|name| context.conditions.id(name));
    condition.is_none_or(|condition| {
        let facts = [Fact::Condition(condition, true), Fact::Parameter("AWS::Region", region.into())];
        context.conditions.satisfiable_with(&facts, &|_| None)
    })
}

/// The regions where they are few, otherwise how many there are.
fn named(regions: Regions) -> String {
    let names: Vec<&str> = regions.names().collect();
    match names.len() {
        0 => "no region".to_owned(),
        1..=MOST_NAMED => text::listed(names, "and"),
        count => format!("{count} other regions"),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::{
        Options,
        testing::{check, findings_with},
    };

    #[test]
    fn cases() {
        let template = |kind: &str| format!("Resources: {{R: {{Type: {kind}}}}}\n");
        for kind in ["AWS::SQS::Queue", "Custom::Thing", "My::Org::Thing::MODULE", "MongoDB::Atlas::Cluster"] {
            check(&RULE, &template(kind), &[]);
        }
        check(&RULE, &template("AWS::SQS::Queu"), &[("Resources/R/Type", "`AWS::SQS::Queu` is not a resource type")]);
        check(&RULE, "Transform: Macro\nResources: {R: {Type: My::Own::Type}}\n", &[]);
    }

    #[test]
    fn regions() {
        let check = |regions: &[&str], template: &str, expected: &[(&str, Option<&str>)]| {
            let found = findings_with(template, &Options { regions, ..Options::default() });
            let found = found.iter().filter(|finding| finding.rule.code == RULE.rule.code);
            let found: Vec<_> = found.map(|finding| (finding.message.as_str(), finding.help.as_deref())).collect();
            assert_eq!(found, expected, "{regions:?} {template}");
        };
        let queue = "Resources: {R: {Type: AWS::SQS::Queue}}\n";
        check(&["us-east-1", "mx-central-1", "nowhere"], queue, &[]);
        let farm = "Resources: {R: {Type: AWS::DeviceFarm::Project, Properties: {Name: x}}}\n";
        check(&["us-west-2"], farm, &[]);
        let help = Some("it exists in `us-west-2`");
        check(&["us-west-2", "eu-west-1"], farm, &[("`AWS::DeviceFarm::Project` does not exist in `eu-west-1`", help)]);
        check(
            &[],
            farm,
            &[(
                "`AWS::DeviceFarm::Project` does not exist in `us-east-1`, which counts where no region is given",
                Some("it exists in `us-west-2`: give the region, `--region`"),
            )],
        );
        // No types are known of this region.
        check(&["me-south-1"], farm, &[]);
        let template = |condition: &str| {
            format!(
                "Conditions: {{There: !Equals [!Ref AWS::Region, us-east-1], Here: !Not [{{Condition: There}}]}}\n\
                 Resources: {{R: {{Type: AWS::AppRunner::Service, Condition: {condition}, Properties: {{SourceConfiguration: {{}}}}}}}}\n"
            )
        };
        check(&["us-east-1", "af-south-1"], &template("There"), &[]);
        let known = cfn_schema::resource_type("AWS::AppRunner::Service").and_then(|known| known.regions()).unwrap();
        let help = format!("it exists in {} other regions", known.names().count());
        let expected = [("`AWS::AppRunner::Service` does not exist in `af-south-1`", Some(help.as_str()))];
        check(&["us-east-1", "af-south-1"], &template("Here"), &expected);
        let sam = "Transform: AWS::Serverless-2016-10-31\nResources: {R: {Type: AWS::Serverless::SimpleTable}}\n";
        check(&["mx-central-1"], sam, &[]);
    }
}
