//! Properties of SAM resources that the transform copies into a resource of AWS, whose schema says more about them.

use cfn_model::{Finding, Node, Path, Segment};

use super::{Checker, Env};
use crate::{
    codes::E3030,
    facts::{
        conditions::Fact,
        place::Place,
        text,
        values::{Step, Value},
    },
};

/// A type of SAM, a property, and the type that has the same property.
const COPIED: [(&str, &str, &str); 5] = [
    ("AWS::Serverless::Function", "Architectures", "AWS::Lambda::Function"),
    ("AWS::Serverless::Function", "Environment", "AWS::Lambda::Function"),
    ("AWS::Serverless::Function", "Runtime", "AWS::Lambda::Function"),
    ("AWS::Serverless::LayerVersion", "CompatibleArchitectures", "AWS::Lambda::LayerVersion"),
    ("AWS::Serverless::LayerVersion", "CompatibleRuntimes", "AWS::Lambda::LayerVersion"),
];

/// The types of a key, which SAM writes as `S`, `N` and `B`.
const KEY_TYPES: [&str; 3] = ["Binary", "Number", "String"];

impl Checker<'_> {
    /// Checks the copied properties of a resource of SAM.
    pub(crate) fn copied(&mut self, kind: &str, properties: &Node, place: &Place<'_>, facts: &[Fact<'_>]) {
        for (_, name, target) in COPIED.iter().filter(|(from, ..)| *from == kind) {
            let schema = cfn_schema::resource_type(target).and_then(|target| target.schema().property(name));
            if let (Some(node), Some(schema)) = (properties.get(name), schema) {
                self.run(schema, node, &place.key(name), Env::report(kind, facts));
            }
        }
        if kind == "AWS::Serverless::SimpleTable" {
            self.key_type(properties, place, facts);
        }
    }

    fn key_type(&mut self, properties: &Node, place: &Place<'_>, facts: &[Fact<'_>]) {
        let root = Value { node: Some(properties), steps: Vec::new(), facts: facts.to_vec() };
        for value in root.get(self.context, "PrimaryKey/Type") {
            let Some(given) = value.text().filter(|given| !KEY_TYPES.contains(given) && !given.contains("{{")) else {
                continue;
            };
            let expected = text::listed(KEY_TYPES, "or");
            let message = format!("`Type` must be {expected}, got \"{}\"", text::shortened(given));
            let help = self.context.did_you_mean(given, KEY_TYPES);
            let finding = Finding::new(&E3030, below(place, &value.steps), message);
            self.findings.push(finding.expected(expected).actual(given).help(help));
        }
    }
}

fn below(place: &Place<'_>, steps: &[Step<'_>]) -> Path {
    let mut path = place.to_path();
    path.0.extend(steps.iter().map(|step| match step {
        Step::Key(key) => Segment::from(*key),
        Step::Index(index) => Segment::from(*index),
    }));
    path
}

#[cfg(test)]
mod tests {
    use crate::{
        codes::{E3002, E3030},
        testing::check_rule,
    };

    fn resource(kind: &str, properties: &str) -> String {
        format!(
            "Transform: AWS::Serverless-2016-10-31\nConditions: {{C: !Equals [!Ref AWS::Region, a]}}\nResources: {{R: \
             {{Type: AWS::Serverless::{kind}, Properties: {properties}}}}}\n"
        )
    }

    #[track_caller]
    fn places(template: &str, expected: &[&str]) {
        let found = crate::testing::findings(template);
        let found: Vec<_> =
            found.iter().filter(|one| one.rule.code == E3030.code).map(|one| one.path.to_string()).collect();
        let expected: Vec<_> = expected.iter().map(|path| format!("Resources/R/Properties/{path}")).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn functions_and_layers() {
        let function = |more: &str| resource("Function", &format!("{{CodeUri: s3://b/k, Handler: a.b, {more}}}"));
        places(&function("Runtime: nodejs22.x, Architectures: [arm64]"), &[]);
        places(&function("Runtime: nodejs222.x, Architectures: [arm65]"), &["Runtime", "Architectures/0"]);
        places(&function("Runtime: !If [C, nodejs222.x, nodejs22.x]"), &["Runtime/Fn::If/1"]);
        let layer = |runtime: &str| {
            resource("LayerVersion", &format!("{{ContentUri: s3://b/l, CompatibleRuntimes: [{runtime}]}}"))
        };
        places(&layer("python3.13"), &[]);
        places(&layer("python9.9"), &["CompatibleRuntimes/0"]);
        // The same runtime in `Globals` is one finding.
        let shared = "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {Runtime: nodejs222.x}}\nResources:\n  R: \
                      &F {Type: AWS::Serverless::Function, Properties: {CodeUri: s3://b/k, Handler: a.b}}\n  S: *F\n";
        places(shared, &["Runtime"]);
    }

    #[test]
    fn names_of_variables() {
        let template = resource(
            "Function",
            "{CodeUri: s3://b/k, Handler: a.b, Runtime: nodejs22.x, Environment: {Variables: {A: b, 1my: c, MY_OK: d}}}",
        );
        // As for a function of AWS, the pattern may match anywhere; AL1040 reports `1my`.
        let message = "the names in `Variables` must match `[a-zA-Z][a-zA-Z0-9_]+`, got `A`";
        check_rule(&E3002, &template, &[("Resources/R/Properties/Environment/Variables/A", message)]);
    }

    #[test]
    fn key_types() {
        let table = |kind: &str| resource("SimpleTable", &format!("{{PrimaryKey: {{Name: id, Type: {kind}}}}}"));
        places(&table("String"), &[]);
        places(&table("!Ref AWS::NoValue"), &[]);
        places(&table("Strng"), &["PrimaryKey/Type"]);
        places(&table("!If [C, String, Strng]"), &["PrimaryKey/Type/Fn::If/2"]);
        check_rule(
            &E3030,
            &table("Strng"),
            &[(
                "Resources/R/Properties/PrimaryKey/Type",
                "`Type` must be `Binary`, `Number` or `String`, got \"Strng\"",
            )],
        );
    }
}
