//! How long AWS supports the runtimes of functions.

use super::{
    check::{Check, Look},
    value::Step,
};
use crate::validate::rules;

pub(super) static CHECKS: &[Check] = &[("AWS::Lambda::Function", runtime), ("AWS::Serverless::Function", runtime)];

/// A runtime without support, the day since which it has none, and what comes after it.
type Ended = (&'static str, &'static str, &'static str);

/// The runtimes whose support had ended on 20 November 2026, by name. From the table of the AWS documentation as
/// cfn-lint 1.58 has it; there is no clock here, so the same template gives the same findings on every day.
static ENDED: &[Ended] = &[
    ("dotnet6", "2024-12-20", "dotnet10"),
    ("dotnet8", "2026-11-10", "dotnet10"),
    ("dotnet9", "2026-11-10", "dotnet10"),
    ("dotnetcore1.0", "2019-06-27", "dotnet10"),
    ("dotnetcore2.0", "2019-05-30", "dotnet10"),
    ("dotnetcore2.1", "2022-01-05", "dotnet10"),
    ("dotnetcore3.1", "2023-04-03", "dotnet10"),
    ("go1.x", "2024-01-08", "provided.al2023"),
    ("java8", "2024-01-08", "java25"),
    ("nodejs", "2016-08-30", "nodejs24.x"),
    ("nodejs10.x", "2021-07-30", "nodejs24.x"),
    ("nodejs12.x", "2023-03-31", "nodejs24.x"),
    ("nodejs14.x", "2023-12-04", "nodejs24.x"),
    ("nodejs16.x", "2024-06-12", "nodejs24.x"),
    ("nodejs18.x", "2025-09-01", "nodejs24.x"),
    ("nodejs20.x", "2026-04-30", "nodejs24.x"),
    ("nodejs4.3", "2020-03-05", "nodejs24.x"),
    ("nodejs4.3-edge", "2020-03-05", "nodejs24.x"),
    ("nodejs6.10", "2019-08-12", "nodejs24.x"),
    ("nodejs8.10", "2020-03-06", "nodejs24.x"),
    ("provided", "2024-01-08", "provided.al2023"),
    ("provided.al2", "2026-07-31", "provided.al2023"),
    ("python2.7", "2021-07-15", "python3.14"),
    ("python3.10", "2026-10-31", "python3.14"),
    ("python3.6", "2022-07-18", "python3.14"),
    ("python3.7", "2023-12-04", "python3.14"),
    ("python3.8", "2024-10-14", "python3.14"),
    ("python3.9", "2025-12-15", "python3.14"),
    ("ruby2.5", "2021-07-30", "ruby4.0"),
    ("ruby2.7", "2023-12-07", "ruby4.0"),
    ("ruby3.2", "2026-03-31", "ruby4.0"),
];

fn runtime(look: &mut Look<'_, '_>) {
    for value in look.get("Runtime") {
        let known = value.text().and_then(|name| ENDED.binary_search_by_key(&name, |(known, ..)| known).ok());
        if let Some((name, since, successor)) = known.map(|index| ENDED[index]) {
            let message = format!("AWS supports `{name}` no more since {since}");
            look.fail(&rules::W2531, &value.steps, message).help = Some(format!("use `{successor}`"));
        }
    }
    missing(look);
}

/// What a function from a zip file needs and has not.
fn missing(look: &mut Look<'_, '_>) {
    let is_serverless = look.kind == "AWS::Serverless::Function";
    let is_image = |look: &Look<'_, '_>| look.root.first(look.context, "ImageUri").node.is_some();
    let origin = match look.root.first(look.context, "PackageType").text() {
        Some("Zip") => Some(vec![Step::Key("PackageType")]),
        Some("Image") if is_serverless => None,
        _ if is_serverless && is_image(look) => None,
        _ if is_serverless => {
            let from =
                ["CodeUri", "InlineCode"].into_iter().find(|name| look.root.first(look.context, name).node.is_some());
            Some(from.map(Step::Key).into_iter().collect())
        }
        _ => ["Code/ZipFile", "Code/S3Key"]
            .iter()
            .any(|path| look.root.first(look.context, path).node.is_some())
            .then(|| vec![Step::Key("Code")]),
    };
    let Some(steps) = origin else { return };
    for name in ["Handler", "Runtime"] {
        // A way in which it is not there, for certain.
        if look.get(name).iter().any(|value| value.node.is_none()) {
            look.fail(&rules::W2533, &steps, format!("a function from a zip file needs `{name}`"));
        }
    }
}
