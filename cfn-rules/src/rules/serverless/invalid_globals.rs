//! The section `Globals`. The schema of its properties is checked with those of the resources, under this rule.

use crate::{
    facts::{context::Context, place::Place, sam, text},
    rules::definition::{On, Reporter},
};

rule! {
    /// `Globals` holds properties that all SAM functions, APIs or tables share. Not every property can be shared,
    /// and the section needs the SAM transform.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Globals:
    ///   Function:
    ///     Timeot: 30
    /// Resources:
    ///   Orders:
    ///     Type: AWS::Serverless::SimpleTable
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Globals:
    ///   Function:
    ///     Timeout: 30
    /// Resources:
    ///   Orders:
    ///     Type: AWS::Serverless::SimpleTable
    /// ```
    E3724: error "invalid Globals",
    on: On::Document(check),
}

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    let Some(globals) = context.section("Globals") else { return };
    if !context.transforms.serverless {
        let message = "`Globals` needs the transform `AWS::Serverless-2016-10-31`";
        let help = "add `Transform: AWS::Serverless-2016-10-31`";
        report.at(Place::Root.key("Globals").to_path(), message).help(help);
        return;
    }
    let section = Place::Root.key("Resources");
    for (id, resource) in context.section("Resources").into_iter().flatten() {
        let about = sam::GLOBALS.iter().find(|(_, kind)| resource["Type"].as_str() == Some(kind));
        let shared = about.and_then(|(key, _)| Some((key, globals.get(*key)?.as_object()?)));
        let (Some((kind, shared)), Some(ignored)) = (shared, resource["IgnoreGlobals"].as_array()) else { continue };
        let place = section.key(id);
        let place = place.key("IgnoreGlobals");
        for (index, name) in ignored.iter().enumerate() {
            let Some(name) = name.as_str().filter(|name| !shared.contains_key(*name)) else { continue };
            let message = format!("`{}` is not a property of `Globals/{kind}`", text::shortened(name));
            let help = context.did_you_mean(name, shared.keys().map(String::as_str));
            report.at(place.index(index).to_path(), message).help_if(help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |transform: &str, globals: &str, ignored: &str| {
            format!(
                "{transform}Globals: {globals}\nResources: {{F: {{Type: AWS::Serverless::Function, IgnoreGlobals: \
                 {ignored}, Properties: {{CodeUri: s3://a/b, Handler: a.b, Runtime: python3.13}}}}}}\n"
            )
        };
        let sam = "Transform: AWS::Serverless-2016-10-31\n";
        check(&RULE, &template(sam, "{Function: {Timeout: 3}}", "[Timeout]"), &[]);
        check(
            &RULE,
            &template("", "{Function: {Timeout: 3}}", "[Timeout]"),
            &[("Globals", "`Globals` needs the transform `AWS::Serverless-2016-10-31`")],
        );
        check(
            &RULE,
            &template(sam, "{Function: {Timeout: 3}}", "[Timeuot]"),
            &[("Resources/F/IgnoreGlobals/0", "`Timeuot` is not a property of `Globals/Function`")],
        );
        check(
            &RULE,
            &template(sam, "{Function: {Tiemout: 3}}", "'*'"),
            &[("Globals/Function/Tiemout", "`Tiemout` is not a property of `Function`")],
        );
    }
}
