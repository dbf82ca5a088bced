//! The section `Transform`. The rule is in a table, because it is about calls of `Fn::Transform` too.

use cfn_model::Node;

use crate::{
    codes::E1005,
    facts::{context::Context, nulls::Part, place::Place, suggest, text},
    found::Findings,
    rules::definition::Reporter,
};

/// Checks the section.
pub(crate) fn check(context: &Context<'_>, findings: &mut Findings) {
    let report = &mut Reporter { rule: &E1005, findings };
    let place = Place::Root.key("Transform");
    match context.document.get("Transform") {
        None => {}
        Some(Node::Array(all)) => {
            for (index, one) in all.iter().enumerate() {
                transform(one, &place.index(index), report);
            }
        }
        Some(one) => transform(one, &place, report),
    }
    report.nulls(context, Part::Transform);
}

fn transform(node: &Node, place: &Place<'_>, report: &mut Reporter<'_>) {
    let object = match node {
        Node::String(_) | Node::Null => return,
        Node::Object(object) => object,
        other => {
            report.must_be(place, "the name of a transform", other);
            return;
        }
    };
    for (key, value) in object {
        let place = place.key(key);
        match key.as_str() {
            "Name" if value.as_str().is_none() => {
                report.must_be(&place, "a string", value);
            }
            "Name" => {}
            "Parameters" => {
                report.object(&place, value);
            }
            _ => {
                let message = format!("`{}` is not a property of a transform", text::shortened(key));
                let help = suggest::did_you_mean(key, ["Name", "Parameters"]);
                report.at(place.to_path(), message).actual(key).help_if(help);
            }
        }
    }
    if !object.contains_key("Name") {
        report.at(place.to_path(), "a transform needs `Name`").help("add `Name`");
    }
}

#[cfg(test)]
mod tests {
    use crate::{codes::E1005, testing::check_rule};

    #[test]
    fn cases() {
        let template = |transform: &str| format!("Transform: {transform}\nResources: {{}}\n");
        check_rule(&E1005, &template("[AWS::LanguageExtensions, {Name: M, Parameters: {}}]"), &[]);
        check_rule(
            &E1005,
            &template("{Nmae: M}"),
            &[("Transform", "a transform needs `Name`"), ("Transform/Nmae", "`Nmae` is not a property of a transform")],
        );
        check_rule(
            &E1005,
            &template("[3, [M], {Name: 3, Parameters: a}]"),
            &[
                ("Transform/0", "`Transform[0]` must be the name of a transform, got 3"),
                ("Transform/1", "`Transform[1]` must be the name of a transform, got a list of 1 item"),
                ("Transform/2/Name", "`Name` must be a string, got 3"),
                ("Transform/2/Parameters", "`Parameters` must be an object, got \"a\""),
            ],
        );
        check_rule(&E1005, &template(""), &[("Transform", "`Transform` must have a value, got null")]);
    }
}
