//! How long AWS supports the runtimes of functions.

use cfn_model::{Function, Node, Rule};

use super::check::{Check, Look};
use crate::{
    Day, codes as rules,
    facts::value::{Step, Value},
    rules::functions,
};

pub(crate) static CHECKS: &[Check] = &[("AWS::Lambda::Function", runtime), ("AWS::Serverless::Function", runtime)];

/// How long AWS does what for a runtime.
struct Life {
    name: &'static str,
    /// From here on it gets no corrections.
    deprecated: Day,
    /// From here on no function can be created with it.
    no_new: Day,
    /// From here on no function that has it can be changed.
    no_change: Day,
    successor: Option<&'static str>,
}

/// The day of the table, for whoever gives none.
const KNOWN_ON: Day = Day::on(2026, 11, 20);

/// The runtimes by name, from the table of the AWS documentation as cfn-lint 1.58 has it.
static LIVES: &[Life] = &[
    Life {
        name: "dotnet10",
        deprecated: Day::on(2028, 11, 14),
        no_new: Day::on(2028, 12, 14),
        no_change: Day::on(2029, 1, 15),
        successor: None,
    },
    Life {
        name: "dotnet6",
        deprecated: Day::on(2024, 12, 20),
        no_new: Day::on(2027, 2, 1),
        no_change: Day::on(2027, 3, 3),
        successor: Some("dotnet10"),
    },
    Life {
        name: "dotnet8",
        deprecated: Day::on(2026, 11, 10),
        no_new: Day::on(2027, 2, 1),
        no_change: Day::on(2027, 3, 3),
        successor: Some("dotnet10"),
    },
    Life {
        name: "dotnetcore1.0",
        deprecated: Day::on(2019, 6, 27),
        no_new: Day::on(2019, 6, 30),
        no_change: Day::on(2019, 7, 30),
        successor: Some("dotnet10"),
    },
    Life {
        name: "dotnetcore2.0",
        deprecated: Day::on(2019, 5, 30),
        no_new: Day::on(2019, 4, 30),
        no_change: Day::on(2019, 5, 30),
        successor: Some("dotnet10"),
    },
    Life {
        name: "dotnetcore2.1",
        deprecated: Day::on(2022, 1, 5),
        no_new: Day::on(2022, 1, 5),
        no_change: Day::on(2022, 4, 13),
        successor: Some("dotnet10"),
    },
    Life {
        name: "dotnetcore3.1",
        deprecated: Day::on(2023, 4, 3),
        no_new: Day::on(2023, 4, 3),
        no_change: Day::on(2023, 5, 3),
        successor: Some("dotnet10"),
    },
    Life {
        name: "go1.x",
        deprecated: Day::on(2024, 1, 8),
        no_new: Day::on(2024, 2, 8),
        no_change: Day::on(2027, 3, 3),
        successor: Some("provided.al2023"),
    },
    Life {
        name: "java11",
        deprecated: Day::on(2027, 6, 30),
        no_new: Day::on(2027, 7, 31),
        no_change: Day::on(2027, 8, 31),
        successor: Some("java25"),
    },
    Life {
        name: "java17",
        deprecated: Day::on(2027, 6, 30),
        no_new: Day::on(2027, 7, 31),
        no_change: Day::on(2027, 8, 31),
        successor: Some("java25"),
    },
    Life {
        name: "java21",
        deprecated: Day::on(2029, 6, 30),
        no_new: Day::on(2029, 7, 31),
        no_change: Day::on(2029, 8, 31),
        successor: Some("java25"),
    },
    Life {
        name: "java25",
        deprecated: Day::on(2029, 6, 30),
        no_new: Day::on(2029, 7, 31),
        no_change: Day::on(2029, 8, 31),
        successor: None,
    },
    Life {
        name: "java8",
        deprecated: Day::on(2024, 1, 8),
        no_new: Day::on(2024, 2, 8),
        no_change: Day::on(2027, 3, 3),
        successor: Some("java25"),
    },
    Life {
        name: "java8.al2",
        deprecated: Day::on(2027, 6, 30),
        no_new: Day::on(2027, 7, 31),
        no_change: Day::on(2027, 8, 31),
        successor: Some("java25"),
    },
    Life {
        name: "nodejs",
        deprecated: Day::on(2016, 8, 30),
        no_new: Day::on(2016, 9, 30),
        no_change: Day::on(2016, 10, 31),
        successor: Some("nodejs24.x"),
    },
    Life {
        name: "nodejs10.x",
        deprecated: Day::on(2021, 7, 30),
        no_new: Day::on(2021, 7, 30),
        no_change: Day::on(2022, 2, 14),
        successor: Some("nodejs24.x"),
    },
    Life {
        name: "nodejs12.x",
        deprecated: Day::on(2023, 3, 31),
        no_new: Day::on(2023, 3, 31),
        no_change: Day::on(2023, 4, 30),
        successor: Some("nodejs24.x"),
    },
    Life {
        name: "nodejs14.x",
        deprecated: Day::on(2023, 12, 4),
        no_new: Day::on(2024, 1, 9),
        no_change: Day::on(2027, 3, 3),
        successor: Some("nodejs24.x"),
    },
    Life {
        name: "nodejs16.x",
        deprecated: Day::on(2024, 6, 12),
        no_new: Day::on(2027, 2, 1),
        no_change: Day::on(2027, 3, 3),
        successor: Some("nodejs24.x"),
    },
    Life {
        name: "nodejs18.x",
        deprecated: Day::on(2025, 9, 1),
        no_new: Day::on(2027, 2, 1),
        no_change: Day::on(2027, 3, 3),
        successor: Some("nodejs24.x"),
    },
    Life {
        name: "nodejs20.x",
        deprecated: Day::on(2026, 4, 30),
        no_new: Day::on(2027, 2, 1),
        no_change: Day::on(2027, 3, 3),
        successor: Some("nodejs24.x"),
    },
    Life {
        name: "nodejs22.x",
        deprecated: Day::on(2027, 4, 30),
        no_new: Day::on(2027, 6, 1),
        no_change: Day::on(2027, 7, 1),
        successor: Some("nodejs24.x"),
    },
    Life {
        name: "nodejs24.x",
        deprecated: Day::on(2028, 4, 30),
        no_new: Day::on(2028, 6, 1),
        no_change: Day::on(2028, 7, 1),
        successor: None,
    },
    Life {
        name: "nodejs4.3",
        deprecated: Day::on(2020, 3, 5),
        no_new: Day::on(2020, 2, 3),
        no_change: Day::on(2020, 3, 5),
        successor: Some("nodejs24.x"),
    },
    Life {
        name: "nodejs4.3-edge",
        deprecated: Day::on(2020, 3, 5),
        no_new: Day::on(2019, 3, 31),
        no_change: Day::on(2019, 4, 30),
        successor: Some("nodejs24.x"),
    },
    Life {
        name: "nodejs6.10",
        deprecated: Day::on(2019, 8, 12),
        no_new: Day::on(2019, 7, 12),
        no_change: Day::on(2019, 8, 12),
        successor: Some("nodejs24.x"),
    },
    Life {
        name: "nodejs8.10",
        deprecated: Day::on(2020, 3, 6),
        no_new: Day::on(2020, 2, 4),
        no_change: Day::on(2020, 3, 6),
        successor: Some("nodejs24.x"),
    },
    Life {
        name: "provided",
        deprecated: Day::on(2024, 1, 8),
        no_new: Day::on(2024, 2, 8),
        no_change: Day::on(2027, 3, 3),
        successor: Some("provided.al2023"),
    },
    Life {
        name: "provided.al2",
        deprecated: Day::on(2026, 7, 31),
        no_new: Day::on(2027, 2, 1),
        no_change: Day::on(2027, 3, 3),
        successor: Some("provided.al2023"),
    },
    Life {
        name: "provided.al2023",
        deprecated: Day::on(2029, 6, 30),
        no_new: Day::on(2029, 7, 31),
        no_change: Day::on(2029, 8, 31),
        successor: None,
    },
    Life {
        name: "python2.7",
        deprecated: Day::on(2021, 7, 15),
        no_new: Day::on(2021, 7, 15),
        no_change: Day::on(2022, 5, 30),
        successor: Some("python3.14"),
    },
    Life {
        name: "python3.10",
        deprecated: Day::on(2026, 10, 31),
        no_new: Day::on(2027, 2, 1),
        no_change: Day::on(2027, 3, 3),
        successor: Some("python3.14"),
    },
    Life {
        name: "python3.11",
        deprecated: Day::on(2027, 6, 30),
        no_new: Day::on(2027, 7, 31),
        no_change: Day::on(2027, 8, 31),
        successor: Some("python3.14"),
    },
    Life {
        name: "python3.12",
        deprecated: Day::on(2028, 10, 31),
        no_new: Day::on(2028, 11, 30),
        no_change: Day::on(2029, 1, 10),
        successor: Some("python3.14"),
    },
    Life {
        name: "python3.13",
        deprecated: Day::on(2029, 6, 30),
        no_new: Day::on(2029, 7, 31),
        no_change: Day::on(2029, 8, 31),
        successor: Some("python3.14"),
    },
    Life {
        name: "python3.14",
        deprecated: Day::on(2029, 6, 30),
        no_new: Day::on(2029, 7, 31),
        no_change: Day::on(2029, 8, 31),
        successor: None,
    },
    Life {
        name: "python3.6",
        deprecated: Day::on(2022, 7, 18),
        no_new: Day::on(2022, 7, 18),
        no_change: Day::on(2022, 8, 29),
        successor: Some("python3.14"),
    },
    Life {
        name: "python3.7",
        deprecated: Day::on(2023, 12, 4),
        no_new: Day::on(2024, 1, 9),
        no_change: Day::on(2027, 3, 3),
        successor: Some("python3.14"),
    },
    Life {
        name: "python3.8",
        deprecated: Day::on(2024, 10, 14),
        no_new: Day::on(2027, 2, 1),
        no_change: Day::on(2027, 3, 3),
        successor: Some("python3.14"),
    },
    Life {
        name: "python3.9",
        deprecated: Day::on(2025, 12, 15),
        no_new: Day::on(2027, 2, 1),
        no_change: Day::on(2027, 3, 3),
        successor: Some("python3.14"),
    },
    Life {
        name: "ruby2.5",
        deprecated: Day::on(2021, 7, 30),
        no_new: Day::on(2021, 7, 30),
        no_change: Day::on(2022, 3, 31),
        successor: Some("ruby4.0"),
    },
    Life {
        name: "ruby2.7",
        deprecated: Day::on(2023, 12, 7),
        no_new: Day::on(2024, 1, 9),
        no_change: Day::on(2027, 3, 3),
        successor: Some("ruby4.0"),
    },
    Life {
        name: "ruby3.2",
        deprecated: Day::on(2026, 3, 31),
        no_new: Day::on(2027, 2, 1),
        no_change: Day::on(2027, 3, 3),
        successor: Some("ruby4.0"),
    },
    Life {
        name: "ruby3.3",
        deprecated: Day::on(2027, 3, 31),
        no_new: Day::on(2027, 4, 30),
        no_change: Day::on(2027, 5, 31),
        successor: Some("ruby4.0"),
    },
    Life {
        name: "ruby3.4",
        deprecated: Day::on(2028, 3, 31),
        no_new: Day::on(2028, 4, 30),
        no_change: Day::on(2028, 5, 31),
        successor: Some("ruby4.0"),
    },
    Life {
        name: "ruby4.0",
        deprecated: Day::on(2029, 3, 31),
        no_new: Day::on(2029, 4, 30),
        no_change: Day::on(2029, 5, 31),
        successor: None,
    },
];

fn runtime(look: &mut Look<'_, '_>) {
    for value in look.get("Runtime") {
        let Some(node) = value.node else { continue };
        match Function::call(node) {
            None => {
                if let Some((rule, message, successor)) = node.as_str().and_then(|name| ended(name, look.context.today))
                {
                    look.fail(rule, &value.steps, message).help = successor.map(|name| format!("use `{name}`"));
                }
            }
            Some((function, _)) => result(look, function, node, &value),
        }
    }
    missing(look);
}

/// What a call gives is a runtime too.
fn result(look: &mut Look<'_, '_>, function: Function, node: &Node, value: &Value<'_>) {
    let Some(rule) = functions::rule_of_result(function) else { return };
    let mut found = None;
    for known in functions::values(look.context, node, &value.facts) {
        let end = known.node.as_str().and_then(|name| ended(name, look.context.today.or(Some(KNOWN_ON))));
        match end {
            // What nobody can choose is what will be there.
            None if known.chosen.is_empty() => return,
            None => {}
            Some(end) => found = found.or(Some(end)),
        }
    }
    if let Some((_, message, successor)) = found {
        let steps = [&value.steps[..], &[Step::Key(function.name())]].concat();
        look.fail(rule, &steps, message).help = successor.map(|name| format!("use `{name}`"));
    }
}

/// Whether AWS does less for a runtime than it did, and what comes after it. Without a day it is advice, because else a
/// template would be an error that was none the day before.
fn ended(name: &str, today: Option<Day>) -> Option<(&'static Rule, String, Option<&'static str>)> {
    let index = LIVES.binary_search_by_key(&name, |life| life.name).ok()?;
    let Life { deprecated, no_new, no_change, successor, .. } = LIVES[index];
    let day = today.unwrap_or(KNOWN_ON);
    let (rule, message) = if no_change <= day {
        (&rules::E2533, format!("AWS changes no function with `{name}` since {no_change}"))
    } else if no_new <= day {
        (&rules::E2531, format!("AWS creates no function with `{name}` since {no_new}"))
    } else if deprecated <= day {
        (&rules::W2531, format!("AWS supports `{name}` no more since {deprecated}"))
    } else {
        return None;
    };
    Some((if today.is_some() { rule } else { &rules::W2531 }, message, successor))
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
