//! The properties of a parameter.

use cfn_model::{Node, Object};

use crate::{
    facts::{
        context::{self, Context},
        names::is_name,
        nulls::Part,
        place::Place,
        suggest, text,
    },
    rules::{
        definition::{On, Reporter},
        expect::entries,
    },
};

rule! {
    /// A parameter has a `Type`, and optionally a default, a description, constraints and `NoEcho`. CloudFormation
    /// refuses other keys, and a constraint that the type does not allow.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Parameters:
    ///   Delay:
    ///     Type: Number
    ///     Defaults: 30
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
    ///     Default: 30
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       DelaySeconds: !Ref Delay
    /// ```
    E2001: error "invalid parameter",
    on: On::Document(check),
}

/// The properties of a parameter, and the form of each.
const PROPERTIES: [(&str, Form); 11] = [
    ("AllowedPattern", Form::String),
    ("AllowedValues", Form::List),
    ("ConstraintDescription", Form::String),
    ("Default", Form::String),
    ("Description", Form::String),
    ("MaxLength", Form::Length(4096)),
    ("MaxValue", Form::Number),
    ("MinLength", Form::Length(i64::MAX)),
    ("MinValue", Form::Number),
    ("NoEcho", Form::Boolean),
    ("Type", Form::String),
];

#[derive(Clone, Copy)]
enum Form {
    String,
    List,
    /// An integer up to this one.
    Length(i64),
    Number,
    Boolean,
}

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    report.section(context, "Parameters");
    report.nulls(context, Part::Parameter);
    let section = Place::Root.key("Parameters");
    for (name, node) in entries(context, "Parameters") {
        let place = section.key(name);
        report.name(&place, name);
        if let Some(parameter) = is_name(name).then(|| report.object(&place, node)).flatten() {
            check_parameter(parameter, &place, report);
        }
    }
}

fn check_parameter(parameter: &Object, place: &Place<'_>, report: &mut Reporter<'_>) {
    let kind = parameter.get("Type").and_then(Node::as_str);
    for (key, value) in parameter.iter().filter(|(key, _)| !context::is_replaced(key)) {
        let place = place.key(key);
        let known = PROPERTIES.iter().find(|(name, _)| name == key).map(|(_, form)| *form);
        let fits = match key.as_str() {
            "MinValue" | "MaxValue" => kind == Some("Number"),
            "MinLength" | "MaxLength" | "AllowedPattern" => kind != Some("Number"),
            _ => true,
        };
        match known {
            None => {
                let message = format!("`{}` is not a property of a parameter", text::shortened(key));
                let help = suggest::did_you_mean(key, PROPERTIES.map(|(name, _)| name));
                report.at(place.to_path(), message).help_if(help);
            }
            Some(_) if !fits => {
                let message = match kind {
                    Some(kind) => format!("`{key}` is not allowed for the type `{}`", text::shortened(kind)),
                    None => format!("`{key}` is allowed for the type `Number` only"),
                };
                report.at(place.to_path(), message);
            }
            Some(form) => property(form, value, &place, report),
        }
    }
    if matches!(parameter.get("Type"), None | Some(Node::Null)) && !context::has_unknown_entries(parameter) {
        let message = format!("`{}` needs the property `Type`", place.name());
        report.at(place.to_path(), message).help("add `Type`");
    }
}

fn property(form: Form, value: &Node, place: &Place<'_>, report: &mut Reporter<'_>) {
    let scalar = text::scalar(value);
    let given = scalar.as_deref();
    let expected = match (form, given) {
        (Form::String, Some(_)) => None,
        (Form::String, None) => Some("a string".to_owned()),
        (Form::Length(most), Some(given)) => match given.trim().parse::<i64>() {
            Ok(length) if length <= most => None,
            Ok(_) => Some(format!("at most {most}")),
            // CloudFormation drops the decimals of a number.
            Err(_) if matches!(value, Node::Number(_)) => None,
            Err(_) => Some("an integer".to_owned()),
        },
        (Form::Length(_), None) => Some("an integer".to_owned()),
        (Form::Number, Some(given)) if is_number(given) && !matches!(value, Node::Bool(_)) => None,
        (Form::Number, _) => Some("a number".to_owned()),
        (Form::Boolean, Some(given)) if text::is_boolean(given) => None,
        (Form::Boolean, _) => Some("a boolean".to_owned()),
        (Form::List, _) => match value.as_array() {
            Some(items) => {
                for (index, item) in items.iter().enumerate().filter(|(_, item)| text::scalar(item).is_none()) {
                    report.must_be(&place.index(index), "a string", item);
                }
                None
            }
            None => Some("a list".to_owned()),
        },
    };
    if let Some(expected) = expected {
        report.must_be(place, &expected, value);
    }
}

fn is_number(text: &str) -> bool {
    text.trim().parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[track_caller]
    fn parameter(parameter: &str, expected: &[(&str, &str)]) {
        check(&RULE, &format!("Parameters: {{P: {parameter}}}\nResources: {{}}\n"), expected);
    }

    #[test]
    fn properties() {
        parameter("{Type: String, Default: a, AllowedValues: [a, b], NoEcho: 'true'}", &[]);
        let missing = ("Parameters/P", "`P` needs the property `Type`");
        parameter("{Default: a}", &[missing]);
        parameter("", &[("Parameters/P", "`P` must have a value, got null")]);
        parameter("{Type: }", &[missing, ("Parameters/P/Type", "`Type` must be a string, got null")]);
        parameter(
            "{Type: String, default: a}",
            &[("Parameters/P/default", "`default` is not a property of a parameter")],
        );
        parameter(
            "{Type: String, MaxValue: 3}",
            &[("Parameters/P/MaxValue", "`MaxValue` is not allowed for the type `String`")],
        );
        parameter(
            "{Type: Number, MaxLength: 3}",
            &[("Parameters/P/MaxLength", "`MaxLength` is not allowed for the type `Number`")],
        );
        parameter(
            "{MaxValue: 1}",
            &[missing, ("Parameters/P/MaxValue", "`MaxValue` is allowed for the type `Number` only")],
        );
    }

    #[test]
    fn forms() {
        parameter(
            "{Type: String, MaxLength: 5000}",
            &[("Parameters/P/MaxLength", "`MaxLength` must be at most 4096, got 5000")],
        );
        parameter(
            "{Type: String, MaxLength: '1.5'}",
            &[("Parameters/P/MaxLength", "`MaxLength` must be an integer, got \"1.5\"")],
        );
        parameter("{Type: String, MinLength: 1.5}", &[]);
        parameter(
            "{Type: String, NoEcho: maybe}",
            &[("Parameters/P/NoEcho", "`NoEcho` must be a boolean, got \"maybe\"")],
        );
        parameter(
            "{Type: String, AllowedValues: [a, []]}",
            &[("Parameters/P/AllowedValues/1", "`AllowedValues[1]` must be a string, got a list of 0 items")],
        );
        parameter("{Type: String, Default: }", &[("Parameters/P/Default", "`Default` must be a string, got null")]);
    }

    #[test]
    fn a_wrong_name_is_the_only_finding() {
        check(
            &RULE,
            "Parameters: {a-b: {Type: 1}}\nResources: {}\n",
            &[("Parameters/a-b", "`a-b` must consist of letters and digits")],
        );
        check(
            &RULE,
            "Parameters: []\nResources: {}\n",
            &[("Parameters", "`Parameters` must be an object, got a list of 0 items")],
        );
    }
}
