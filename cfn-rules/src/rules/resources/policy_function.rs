//! Functions in `DeletionPolicy` and `UpdateReplacePolicy`.

use cfn_model::{Function, Node};

use crate::{
    facts::{
        context::{Context, Target},
        place::Place,
        values::if_arguments,
    },
    rules::definition::{Entry, On, Reporter},
};

rule! {
    /// `DeletionPolicy` and `UpdateReplacePolicy` are strings. Only the transform `AWS::LanguageExtensions` resolves a
    /// function in them, from parameters, mappings and conditions; without it CloudFormation refuses the template ("Every
    /// DeletionPolicy member must be a string").
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Parameters:
    ///   Policy:
    ///     Type: String
    ///     AllowedValues: [Delete, Retain]
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     DeletionPolicy: !Ref Policy
    ///     UpdateReplacePolicy: Retain
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: AWS::LanguageExtensions
    /// Parameters:
    ///   Policy:
    ///     Type: String
    ///     AllowedValues: [Delete, Retain]
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     DeletionPolicy: !Ref Policy
    ///     UpdateReplacePolicy: Retain
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint accepts such functions with and without the transform.
    AL0309: error "function that a deletion policy cannot have",
    on: On::Section("Resources", check),
}

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    let context = entry.context;
    let Some(resource) = entry.object().filter(|_| !context.transforms.macros) else { return };
    for name in ["DeletionPolicy", "UpdateReplacePolicy"] {
        let Some(policy) = resource.get(name) else { continue };
        let place = entry.place.key(name);
        if context.transforms.language_extensions {
            references(context, policy, &place, report);
        } else if let Some(function) = Function::call(policy).map(|(function, _)| function).filter(is_resolved) {
            let message = format!("`{name}` must be a string, got `{}`", function.name());
            report
                .at(place.to_path(), message)
                .actual(function.name())
                .help("add `AWS::LanguageExtensions` to `Transform`, which resolves the function");
        }
    }
}

/// Whether the language extensions resolve a function in a policy. Others are invalid policies for E3035 and E3036.
fn is_resolved(function: &Function) -> bool {
    use Function::{FindInMap, If, Ref, Select, Sub};
    matches!(function, FindInMap | If | Ref | Select | Sub)
}

/// Reports references to resources, which do not exist yet when the language extensions resolve them.
fn references(context: &Context<'_>, node: &Node, place: &Place<'_>, report: &mut Reporter<'_>) {
    if let Some((_, branches)) = if_arguments(node) {
        let place = place.key(Function::If.name());
        for (index, branch) in branches.into_iter().enumerate() {
            references(context, branch, &place.index(index + 1), report);
        }
    } else if let Some((Function::Ref, Node::String(name))) = Function::call(node)
        && let Some(Target::Resource(_)) = context.target(name)
    {
        let message = format!("`{}` must refer to a parameter, got the resource `{name}`", place.name());
        report.at(place.key(Function::Ref.name()).to_path(), message).actual(name);
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    fn template(transform: &str, policy: &str) -> String {
        format!(
            "{transform}Parameters: {{P: {{Type: String}}}}\nConditions: {{C: !Equals [!Ref P, a]}}\nMappings: {{M: {{a: \
             {{b: Retain}}}}}}\nResources: {{Q: {{Type: AWS::SQS::Queue, DeletionPolicy: {policy}, UpdateReplacePolicy: \
             Retain}}, Other: {{Type: AWS::SQS::Queue}}}}\n"
        )
    }

    const EXTENSIONS: &str = "Transform: AWS::LanguageExtensions\n";

    #[test]
    fn functions_need_the_transform() {
        for (policy, function) in
            [("!Ref P", "Ref"), ("!If [C, Retain, Delete]", "Fn::If"), ("!FindInMap [M, a, b]", "Fn::FindInMap")]
        {
            let message = format!("`DeletionPolicy` must be a string, got `{function}`");
            check(&RULE, &template("", policy), &[("Resources/Q/DeletionPolicy", &message)]);
            let sam = "Transform: AWS::Serverless-2016-10-31\n";
            check(&RULE, &template(sam, policy), &[("Resources/Q/DeletionPolicy", &message)]);
            check(&RULE, &template(EXTENSIONS, policy), &[]);
            check(&RULE, &template("Transform: Macro\n", policy), &[]);
        }
        check(&RULE, &template("", "Retain"), &[]);
        // E3035 reports it.
        check(&RULE, &template("", "!GetAtt Other.Arn"), &[]);
    }

    #[test]
    fn resources_do_not_exist_yet() {
        let message = "`DeletionPolicy` must refer to a parameter, got the resource `Other`";
        check(&RULE, &template(EXTENSIONS, "!Ref Other"), &[("Resources/Q/DeletionPolicy/Ref", message)]);
        check(
            &RULE,
            &template(EXTENSIONS, "!If [C, !Ref Other, !Ref P]"),
            &[("Resources/Q/DeletionPolicy/Fn::If/1/Ref", message)],
        );
    }
}
