//! Parameters with `NoEcho` that are shown all the same.

use cfn_model::{Function, Node};

use crate::{
    facts::{substitution::names, text},
    rules::definition::{Call, On, Reporter},
};

rule! {
    /// `NoEcho` hides the value of a parameter in the list of parameters. Outputs and metadata are shown as they are,
    /// with the secret in them.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Parameters:
    ///   Token:
    ///     Type: String
    ///     NoEcho: true
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// Outputs:
    ///   Token:
    ///     Value: !Ref Token
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Parameters:
    ///   Token:
    ///     Type: String
    ///     NoEcho: true
    /// Resources:
    ///   Secret:
    ///     Type: AWS::SecretsManager::Secret
    ///     Properties:
    ///       SecretString: !Ref Token
    /// Outputs:
    ///   Token:
    ///     Value: !Ref Secret
    /// ```
    W2010: warning "`NoEcho` parameter in outputs or metadata",
    on: On::Call(&[Function::Ref, Function::Sub], check),
}

fn check(call: &Call<'_>, report: &mut Reporter<'_>) {
    let (["Outputs", ..] | ["Resources", _, "Metadata", ..]) = call.place.keys().as_slice() else { return };
    match (call.function, call.argument) {
        (Function::Ref, Node::String(name)) => parameter(call, name, report),
        (_, Node::String(text)) => names(text).for_each(|name| parameter(call, name, report)),
        (_, Node::Array(parts)) => {
            if let [Node::String(text), Node::Object(variables)] = parts.as_slice() {
                let own = names(text).filter(|name| !variables.contains_key(*name));
                own.for_each(|name| parameter(call, name, report));
            }
        }
        _ => {}
    }
}

fn parameter(call: &Call<'_>, name: &str, report: &mut Reporter<'_>) {
    let parameter = call.context.section("Parameters").and_then(|all| all.get(name));
    let hidden = parameter.and_then(|parameter| text::scalar(parameter.get("NoEcho")?));
    if hidden.is_some_and(|hidden| matches!(&*hidden, "true" | "True" | "TRUE")) {
        let message = format!("parameter `{name}` is a secret, and `NoEcho` does not hide it here");
        report.at(call.place.to_path(), message).help("leave it out: outputs and metadata are shown as they are");
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |value: &str| {
            format!(
                "Parameters: {{P: {{Type: String, NoEcho: true}}, Q: {{Type: String}}}}\nResources: {{T: {{Type: \
                 AWS::SNS::Topic}}}}\nOutputs: {{O: {{Value: {value}}}}}\n"
            )
        };
        let message = "parameter `P` is a secret, and `NoEcho` does not hide it here";
        check(&RULE, &template("!Ref P"), &[("Outputs/O/Value/Ref", message)]);
        check(&RULE, &template("!Sub 'a-${P}'"), &[("Outputs/O/Value/Fn::Sub", message)]);
        check(&RULE, &template("!Sub ['${P}', {P: !Ref Q}]"), &[]);
        check(&RULE, &template("!Ref Q"), &[]);
    }
}
