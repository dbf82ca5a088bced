//! Functions from a zip file without a handler or a runtime.

use cfn_model::{Finding, Node, Object, Path, Segment};

use super::runtimes::FUNCTIONS;
use crate::{
    facts::values::Step,
    rules::{
        definition::{On, Reporter},
        serverless::refused,
        values::Look,
    },
};

rule! {
    /// A function from a zip file needs `Handler` and `Runtime`. A function from an image has neither: they are part of
    /// the image.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Role: arn:aws:iam::123456789012:role/Run
    ///       Code:
    ///         S3Bucket: code-of-mine
    ///         S3Key: code.zip
    ///       Runtime: python3.13
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Role: arn:aws:iam::123456789012:role/Run
    ///       Code:
    ///         S3Bucket: code-of-mine
    ///         S3Key: code.zip
    ///       Handler: main.run
    ///       Runtime: python3.13
    /// ```
    W2533: warning "function from a zip file without a handler or a runtime",
    on: On::Resource(FUNCTIONS, check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    let Some(steps) = package(look) else { return };
    // What the SAM transform refuses is an error, AL0305, with this as its cause.
    let is_transformed = look.kind == "AWS::Serverless::Function" && look.context.transforms.serverless;
    let properties = look.resource.get("Properties").and_then(Node::as_object).filter(|_| is_transformed);
    let is_refused = |name: &str| properties.is_some_and(|properties| refused::is_needed(properties, name));
    for name in ["Handler", "Runtime"].into_iter().filter(|name| !is_refused(name)) {
        // Missing in one case at least.
        if look.get(name).iter().any(|value| value.node.is_none()) {
            report.at(look.path(&steps), message(name));
        }
    }
}

fn message(name: &str) -> String {
    format!("a function from a zip file needs `{name}`")
}

/// The finding about a function of SAM that lacks a property.
pub(crate) fn of_serverless(id: &str, properties: &Object, name: &str) -> Finding {
    let package = ["PackageType", "CodeUri", "InlineCode"].into_iter().find(|name| properties.contains_key(*name));
    let path = ["Resources", id, "Properties"].into_iter().chain(package).map(Segment::from);
    Finding::new(&RULE.rule, Path(path.collect()), message(name))
}

/// The property that says that the function comes from a zip file. `None` where it does not.
fn package(look: &Look<'_, '_>) -> Option<Vec<Step<'static>>> {
    let is_serverless = look.kind == "AWS::Serverless::Function";
    let is_there = |path| look.root.first(look.context, path).node.is_some();
    match look.root.first(look.context, "PackageType").text() {
        Some("Zip") => Some(vec![Step::Key("PackageType")]),
        Some("Image") if is_serverless => None,
        _ if is_serverless && is_there("ImageUri") => None,
        _ if is_serverless => {
            let from = ["CodeUri", "InlineCode"].into_iter().find(|name| is_there(name));
            Some(from.map(Step::Key).into_iter().collect())
        }
        _ => ["Code/ZipFile", "Code/S3Key"].into_iter().any(is_there).then(|| vec![Step::Key("Code")]),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let function = |properties: &str| {
            format!("Resources: {{F: {{Type: AWS::Lambda::Function, Properties: {{{properties}}}}}}}\n")
        };
        let place = "Resources/F/Properties/Code";
        let handler = (place, "a function from a zip file needs `Handler`");
        let runtime = (place, "a function from a zip file needs `Runtime`");
        check(&RULE, &function("Code: {ZipFile: a}"), &[handler, runtime]);
        check(&RULE, &function("Code: {S3Key: a}, Runtime: python3.13"), &[handler]);
        check(&RULE, &function("Code: {ImageUri: a}"), &[]);
        check(&RULE, &function("Code: {ZipFile: a}, Runtime: python3.13, Handler: a.b"), &[]);
    }
}
