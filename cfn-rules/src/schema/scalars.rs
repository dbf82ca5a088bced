//! The keywords of strings, numbers and booleans.
//!
//! CloudFormation is lenient: `"900"` is an integer, `"true"` a boolean and `123` a string.

use std::cmp::Ordering;

use cfn_model::{Finding, Node, Number};
use cfn_schema::{Constant, Constants, Keyword, Number as Bound, Schema, Types};

use super::{At, Checker, Env, Verdict, finding};
use crate::{
    codes as rules,
    facts::{place::Place, suggest, text},
    schema::formats,
};

/// Properties that `aws cloudformation package` and `sam package` replace: a local path can stand there.
pub(crate) const PACKAGED: &[(&str, &str)] = &[
    ("AWS::ApiGateway::RestApi", "BodyS3Location"),
    ("AWS::AppSync::FunctionConfiguration", "RequestMappingTemplateS3Location"),
    ("AWS::AppSync::FunctionConfiguration", "ResponseMappingTemplateS3Location"),
    ("AWS::AppSync::GraphQLSchema", "DefinitionS3Location"),
    ("AWS::AppSync::Resolver", "RequestMappingTemplateS3Location"),
    ("AWS::AppSync::Resolver", "ResponseMappingTemplateS3Location"),
    ("AWS::CodeCommit::Repository", "Code/S3"),
    ("AWS::ElasticBeanstalk::ApplicationVersion", "SourceBundle"),
    ("AWS::Lambda::Function", "Code"),
    ("AWS::Lambda::LayerVersion", "Content"),
    ("AWS::StepFunctions::StateMachine", "DefinitionS3Location"),
];

impl Checker<'_> {
    pub(super) fn types(&mut self, types: Types, node: &Node, at: At<'_>, env: Env<'_>) -> Verdict {
        let fits =
            matches!(node, Node::Null) || is_of_type(types, node) && !(env.is_strict() && is_other_scalar(types, node));
        if fits || (node.as_str().is_some() && env.rule.is_none() && is_packaged(at.place, env.kind)) {
            return Verdict::Valid;
        }
        self.not_of_type(types, node, at, env)
    }

    fn not_of_type(&mut self, types: Types, node: &Node, at: At<'_>, env: Env<'_>) -> Verdict {
        self.fail(env, || {
            let expected = expected_types(types);
            finding(&rules::E3012, at.place, &format!("must be {expected}"), node).expected(expected)
        })
    }

    pub(super) fn enumeration(
        &mut self,
        values: Constants,
        any_case: bool,
        node: &Node,
        at: At<'_>,
        env: Env<'_>,
    ) -> Verdict {
        let mut compared = 0;
        let is_one = match node {
            // Most are texts that can be nothing but themselves.
            Node::String(text) if !any_case && !is_boolean(text) => values.has(text),
            _ => { values }.any(|value| {
                compared += 1;
                equals(value, node, any_case)
            }),
        };
        // Some lists are long.
        self.work += compared / 16;
        if is_one {
            return Verdict::Valid;
        }
        let context = self.context;
        self.fail(env, || {
            let known: Vec<&str> = values.map(Constant::text).collect();
            let expected = text::listed(known.iter().copied(), "or");
            let help = text::scalar(node).and_then(|given| context.did_you_mean(&given, known));
            finding(&rules::E3030, at.place, &format!("must be {expected}"), node).expected(expected).help(help)
        })
    }

    pub(super) fn constant(&mut self, value: Constant, node: &Node, at: At<'_>, env: Env<'_>) -> Verdict {
        if equals(value, node, false) {
            return Verdict::Valid;
        }
        self.fail(env, || {
            let expected = format!("`{}`", value.text());
            let help = text::scalar(node).and_then(|given| suggest::did_you_mean(&given, [value.text()]));
            finding(&rules::E3002, at.place, &format!("must be {expected}"), node).expected(expected).help(help)
        })
    }

    pub(super) fn pattern(&mut self, pattern: &'static str, node: &Node, at: At<'_>, env: Env<'_>) -> Verdict {
        let Some(given) = text::scalar(node) else { return Verdict::Valid };
        if self.is_match(pattern, &given) {
            return Verdict::Valid;
        }
        self.fail(env, || finding(&rules::E3031, at.place, &format!("must match `{pattern}`"), node).expected(pattern))
    }

    pub(super) fn text_format(&mut self, name: &str, given: &str, node: &Node, at: At<'_>, env: Env<'_>) -> Verdict {
        let Some(format) = formats::broken(name, given) else { return Verdict::Valid };
        if is_free(name, given, env.kind) {
            return Verdict::Valid;
        }
        self.fail(env, || {
            finding(format.rule, at.place, &format!("must be {}", format.expected), node).expected(format.expected)
        })
    }

    pub(super) fn length(
        &mut self,
        schema: Schema,
        keyword: &Keyword,
        given: &str,
        at: At<'_>,
        env: Env<'_>,
    ) -> Verdict {
        let is_json = schema.keywords().any(|keyword| matches!(keyword, Keyword::Format("json")));
        if is_json {
            // Such a length counts the document without its white space.
            return Verdict::Unknown;
        }
        let length = given.chars().count() as u64;
        let expected = match *keyword {
            Keyword::MinLength(least) if length < least => format!("at least {least}"),
            Keyword::MaxLength(most) if length > most => format!("at most {most}"),
            _ => return Verdict::Valid,
        };
        self.fail(env, || {
            let message = format!("`{}` must have {expected} characters, got {length}", at.place.name());
            Finding::new(&rules::E3033, at.place.to_path(), message)
                .expected(format!("{expected} characters"))
                .actual(length.to_string())
        })
    }

    pub(super) fn range(&mut self, keyword: &Keyword, node: &Node, at: At<'_>, env: Env<'_>) -> Verdict {
        let Some(given) = Numeric::of(node) else { return Verdict::Valid };
        let (bound, fits, words) = match keyword {
            Keyword::Minimum(bound) => (bound, given.compare(*bound).is_none_or(Ordering::is_ge), "at least"),
            Keyword::Maximum(bound) => (bound, given.compare(*bound).is_none_or(Ordering::is_le), "at most"),
            Keyword::ExclusiveMinimum(bound) => (bound, given.compare(*bound).is_none_or(Ordering::is_gt), "more than"),
            Keyword::ExclusiveMaximum(bound) => (bound, given.compare(*bound).is_none_or(Ordering::is_lt), "less than"),
            Keyword::MultipleOf(bound) => (bound, given.is_multiple_of(*bound), "a multiple of"),
            _ => return Verdict::Valid,
        };
        if fits {
            return Verdict::Valid;
        }
        let rule = if matches!(keyword, Keyword::MultipleOf(_)) { &rules::E3002 } else { &rules::E3034 };
        self.fail(env, || {
            let expected = format!("{words} {}", bound.as_str());
            finding(rule, at.place, &format!("must be {expected}"), node).expected(expected)
        })
    }
}

/// A number, or a string that is one.
#[derive(Clone, Copy, Debug)]
enum Numeric {
    Int(i64),
    Float(f64),
}

impl Numeric {
    fn of(node: &Node) -> Option<Numeric> {
        match node {
            Node::Number(Number::Int(int)) => Some(Numeric::Int(*int)),
            Node::Number(Number::Decimal(text)) => text.parse().ok().map(Numeric::Float),
            Node::String(text) => {
                let text = text.trim();
                let int = text.parse().ok().map(Numeric::Int);
                int.or_else(|| text.parse().ok().filter(|float: &f64| float.is_finite()).map(Numeric::Float))
            }
            _ => None,
        }
    }

    fn compare(self, bound: Bound) -> Option<Ordering> {
        match (self, bound.as_i64()) {
            (Numeric::Int(int), Some(bound)) => Some(int.cmp(&bound)),
            (Numeric::Int(int), None) => (int as f64).partial_cmp(&bound.as_f64()),
            (Numeric::Float(float), _) => float.partial_cmp(&bound.as_f64()),
        }
    }

    fn is_multiple_of(self, bound: Bound) -> bool {
        match (self, bound.as_i64()) {
            (_, Some(0)) => true,
            (Numeric::Int(int), Some(bound)) => int.wrapping_rem(bound) == 0,
            (given, _) => {
                let given = match given {
                    Numeric::Int(int) => int as f64,
                    Numeric::Float(float) => float,
                };
                let quotient = given / bound.as_f64();
                (quotient - quotient.round()).abs() < 1e-9
            }
        }
    }
}

fn is_of_type(types: Types, node: &Node) -> bool {
    let scalar = |text: Option<&str>| {
        types.contains(Types::STRING)
            || text.is_some_and(|text| {
                (types.contains(Types::INTEGER) && text.trim().parse::<i128>().is_ok())
                    || (types.contains(Types::NUMBER) && text.trim().parse::<f64>().is_ok())
                    || (types.contains(Types::BOOLEAN) && is_boolean(text))
            })
    };
    match node {
        Node::Null => types.contains(Types::NULL),
        Node::Array(_) => types.contains(Types::ARRAY),
        Node::Object(_) => types.contains(Types::OBJECT),
        Node::Bool(_) => types.contains(Types::BOOLEAN) || scalar(None),
        Node::String(text) => scalar(Some(text)),
        Node::Number(number) => {
            let whole = match number {
                Number::Int(_) => true,
                Number::Decimal(_) => number.as_f64().fract() == 0.0,
            };
            types.contains(Types::NUMBER) || (whole && types.contains(Types::INTEGER)) || scalar(None)
        }
    }
}

/// Whether a value has the type only because CloudFormation takes one scalar for another.
fn is_other_scalar(types: Types, node: &Node) -> bool {
    match node {
        Node::String(_) => !types.contains(Types::STRING),
        Node::Bool(_) => !types.contains(Types::BOOLEAN),
        Node::Number(_) => !types.contains(Types::NUMBER) && !types.contains(Types::INTEGER),
        _ => false,
    }
}

fn is_boolean(text: &str) -> bool {
    matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
}

pub(super) fn expected_types(types: Types) -> String {
    let mut names: Vec<String> = types
        .names()
        .map(|name| match name {
            "array" => "a list".to_owned(),
            "integer" | "object" => format!("an {name}"),
            other => format!("a {other}"),
        })
        .collect();
    match names.pop() {
        Some(last) if !names.is_empty() => format!("{} or {last}", names.join(", ")),
        last => last.unwrap_or_default(),
    }
}

fn equals(value: Constant, node: &Node, any_case: bool) -> bool {
    let Some(given) = text::scalar(node) else {
        return matches!(value, Constant::Json(json) if json == compact(node));
    };
    let wanted = value.text();
    if given == wanted || (any_case && given.eq_ignore_ascii_case(wanted)) {
        return true;
    }
    match node {
        // `"True"` and `true` are the same to CloudFormation.
        Node::Bool(_) => is_boolean(wanted) && wanted.eq_ignore_ascii_case(&given),
        Node::String(text) => {
            matches!(wanted, "true" | "false") && is_boolean(text) && wanted.eq_ignore_ascii_case(text)
        }
        Node::Number(number) => {
            matches!(value, Constant::Json(_)) && wanted.parse().is_ok_and(|wanted: f64| wanted == number.as_f64())
        }
        _ => false,
    }
}

/// The JSON text of a list or an object without white space, as the schemas have it.
fn compact(node: &Node) -> String {
    match node {
        Node::Array(items) => format!("[{}]", items.iter().map(compact).collect::<Vec<_>>().join(",")),
        Node::Object(object) => {
            let entries: Vec<_> = object.iter().map(|(key, value)| format!("{key:?}:{}", compact(value))).collect();
            format!("{{{}}}", entries.join(","))
        }
        Node::String(text) => format!("{text:?}"),
        other => text::scalar(other).map_or_else(|| "null".to_owned(), |text| text.into_owned()),
    }
}

/// Whether a type takes a text that has not the format.
fn is_free(format: &str, given: &str, kind: &str) -> bool {
    match kind {
        // The parameter store is asked for the image when an instance starts.
        "AWS::EC2::LaunchTemplate" => format == "AWS::EC2::Image.Id" && given.starts_with("resolve:ssm"),
        // No name is as good as none.
        "AWS::S3::Bucket" => given.is_empty() && format == "AWS::S3::Bucket.Name",
        _ => false,
    }
}

/// Whether a local path can stand here until the template is packaged.
fn is_packaged(place: &Place<'_>, kind: &str) -> bool {
    PACKAGED.iter().filter(|(packaged, _)| *packaged == kind).any(|(_, path)| {
        let keys = place.keys();
        keys.len() > 3 && keys[3..].iter().copied().filter(|key| *key != "Fn::If").eq(path.split('/'))
    })
}
