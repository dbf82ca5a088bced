//! The types of parameters.

use cfn_model::Node;

use crate::{
    facts::{
        kinds::{AWS_TYPES, PARAMETER_TYPES},
        suggest, text,
    },
    rules::definition::{Entry, On, Reporter},
};

rule! {
    /// The type of a parameter is `String`, `Number`, a list of those, or a type of AWS such as
    /// `AWS::EC2::VPC::Id`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Parameters:
    ///   Delay:
    ///     Type: Integer
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       DelaySeconds: !Ref Delay
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Parameters:
    ///   Delay:
    ///     Type: Number
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       DelaySeconds: !Ref Delay
    /// ```
    E2002: error "unknown parameter type",
    on: On::Section("Parameters", check),
}

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    let kind = entry.object().and_then(|parameter| parameter.get("Type")).and_then(Node::as_str);
    let Some(kind) = kind.filter(|kind| !is_type(kind)) else { return };
    let message = format!("`{}` is not a type of a parameter", text::shortened(kind));
    let help = suggest::did_you_mean(kind, PARAMETER_TYPES.into_iter().chain(AWS_TYPES));
    report.at(entry.place.key("Type").to_path(), message).actual(kind).help_if(help);
}

/// Whether CloudFormation accepts the type: it does not look into the brackets.
fn is_type(kind: &str) -> bool {
    let wrapped = kind.starts_with("List<") || kind.starts_with("AWS::SSM::Parameter::Value<");
    wrapped || PARAMETER_TYPES.contains(&kind) || AWS_TYPES.contains(&kind)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let parameter = |kind: &str| format!("Parameters: {{P: {{Type: {kind}}}}}\nResources: {{}}\n");
        for kind in ["String", "List<Number>", "AWS::EC2::VPC::Id", "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"] {
            check(&RULE, &parameter(kind), &[]);
        }
        check(&RULE, &parameter("Text"), &[("Parameters/P/Type", "`Text` is not a type of a parameter")]);
    }
}
