//! Physical names that the service refuses.

use cfn_model::Function;

use crate::{
    facts::{
        context::PSEUDO_PARAMETERS,
        flow::{
            model::{FUNCTION, flag},
            text::{Part, Text},
        },
        values::Value,
    },
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

rule! {
    /// A service refuses a resource whose name has other characters than it allows, or too many. CloudFormation finds out while it
    /// creates the resource, and rolls the stack back. In `Fn::Sub` and `Fn::Join` only the literal parts are checked.
    ///
    /// | property | characters | beside letters and digits |
    /// |---|---|---|
    /// | `QueueName` of `AWS::SQS::Queue` | 1 to 80 | `-` `_`, and `.fifo` at the end for a FIFO queue |
    /// | `TopicName` of `AWS::SNS::Topic` | 1 to 256 | `-` `_`, and `.fifo` at the end for a FIFO topic |
    /// | `FunctionName` of `AWS::Lambda::Function` and `AWS::Serverless::Function` | 1 to 64, or an ARN | `-` `_` |
    /// | `Name` of `AWS::SecretsManager::Secret` | 1 to 512 | `/` `_` `+` `=` `.` `@` `-` |
    /// | `DashboardName` of `AWS::CloudWatch::Dashboard` | 1 to 255 | `-` `_` |
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {QueueName: new jobs}
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {QueueName: new-jobs}
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint has `E3031` for a literal name of an `AWS::Lambda::Function`, which is given instead of this one, and `E3033`
    /// for the length of some names, which is not given beside it.
    AL1046: error "physical name that the service refuses",
    on: On::Resource(
        &[
            "AWS::SQS::Queue",
            "AWS::SNS::Topic",
            "AWS::Lambda::Function",
            "AWS::Serverless::Function",
            "AWS::SecretsManager::Secret",
            "AWS::CloudWatch::Dashboard",
        ],
        check,
    ),
}

/// The ending of the name of a FIFO queue or topic.
const FIFO: &str = ".fifo";

/// What a service allows as a name.
struct Name {
    property: &'static str,
    /// What is named.
    noun: &'static str,
    /// The most characters.
    most: usize,
    /// The characters beside letters and digits.
    others: &'static str,
}

impl Name {
    fn of(kind: &str) -> Option<Name> {
        let (property, noun, most, others) = match kind {
            "AWS::SQS::Queue" => ("QueueName", "queue", 80, "-_"),
            "AWS::SNS::Topic" => ("TopicName", "topic", 256, "-_"),
            "AWS::Lambda::Function" | "AWS::Serverless::Function" => ("FunctionName", "function", 64, "-_"),
            "AWS::SecretsManager::Secret" => ("Name", "secret", 512, "/_+=.@-"),
            "AWS::CloudWatch::Dashboard" => ("DashboardName", "dashboard", 255, "-_"),
            _ => return None,
        };
        Some(Name { property, noun, most, others })
    }

    fn allows(&self, character: char) -> bool {
        character.is_ascii_alphanumeric() || self.others.contains(character)
    }

    fn can_be_fifo(&self) -> bool {
        matches!(self.noun, "queue" | "topic")
    }

    /// Where a service accepts an ARN, or the end of one, that is no name.
    fn is_arn(&self, text: &Text<'_>) -> bool {
        self.noun == "function" && literals(text).any(|(_, literal)| literal.contains(':'))
    }

    /// The literal parts, without what can be the ending of a FIFO name.
    fn checked<'t>(&self, text: &'t Text<'_>) -> impl Iterator<Item = &'t str> {
        let last = text.0.len().saturating_sub(1);
        let endings = if self.can_be_fifo() { FIFO.len() } else { 0 };
        literals(text).map(move |(index, literal)| {
            // A placeholder behind it may be the rest of the ending.
            let shortest = if index == last { FIFO.len() } else { 1 };
            let ending = (shortest..=endings).find_map(|length| literal.strip_suffix(&FIFO[..length]));
            ending.unwrap_or(literal)
        })
    }

    /// "letters, digits, `-` and `_`".
    fn characters(&self) -> String {
        let mut others: Vec<String> = self.others.chars().map(|other| format!("`{other}`")).collect();
        let last = others.pop().unwrap_or_default();
        let ending = if self.can_be_fifo() { ", and end with `.fifo` if it is FIFO" } else { "" };
        format!("letters, digits, {} and {last}{ending}", others.join(", "))
    }

    /// The name with `-` for every character that is not allowed.
    fn repaired(&self, text: &Text<'_>) -> String {
        if let Some(pseudo) = text.literal().filter(|name| PSEUDO_PARAMETERS.contains(name)) {
            return format!("!Ref {pseudo}");
        }
        let mut repaired = text.clone();
        for part in &mut repaired.0 {
            if let Part::Literal(literal) = part {
                let (name, ending) = match literal.strip_suffix(FIFO) {
                    Some(name) if self.can_be_fifo() => (name, FIFO),
                    _ => (literal.as_ref(), ""),
                };
                let name = name.replace(|character| !self.allows(character), "-");
                *literal = (name + ending).into();
            }
        }
        repaired.to_string()
    }
}

fn literals<'t>(text: &'t Text<'_>) -> impl Iterator<Item = (usize, &'t str)> {
    text.0.iter().enumerate().filter_map(|(index, part)| match part {
        Part::Literal(literal) => Some((index, literal.as_ref())),
        _ => None,
    })
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    let Some(name) = Name::of(look.kind) else { return };
    let Name { property, noun, most, .. } = name;
    for value in look.get(property) {
        let Some(node) = value.node else { continue };
        let text = Text::of(node);
        // The schema has the pattern of this one, and E3031 says what is wrong with a literal.
        let is_of_schema = look.kind == FUNCTION && Function::call(node).is_none();
        let is_filled_in_later = literals(&text).any(|(_, literal)| literal.contains("{{"));
        if is_of_schema || is_filled_in_later || name.is_arn(&text) {
            continue;
        }
        let count: usize = literals(&text).map(|(_, literal)| literal.chars().count()).sum();
        let is_wrong = |literal: &str| literal.chars().any(|character| !name.allows(character));
        let (rule, actual, help) = if name.checked(&text).any(is_wrong) {
            let rule = format!("the name must have only {}", name.characters());
            (rule, format!("`{text}`"), format!("write `{}`", name.repaired(&text)))
        } else if count > most {
            let at_least = if text.literal().is_some() { "" } else { "at least " };
            let rule = format!("the name must have at most {most} characters");
            (rule, format!("{at_least}{count}"), "shorten it".to_owned())
        } else if noun == "topic" && fits_other_kind(look, &value, &text) {
            let (rule, help) = match text.last().ends_with(FIFO) {
                true => ("only the name of a FIFO topic may end with `.fifo`", "set `FifoTopic: true`"),
                false => ("the name of a FIFO topic must end with `.fifo`", "append `.fifo`"),
            };
            (rule.to_owned(), format!("`{text}`"), help.to_owned())
        } else {
            continue;
        };
        let mut place = look.path(&value.steps);
        if let Some((function, _)) = Function::call(node) {
            place = place.join(function.name());
        }
        report
            .at(place, format!("{noun} `{}`: {rule}, got {actual}", look.id))
            .help(format!("{help}, or leave `{property}` out and let CloudFormation name it"));
    }
}

/// Whether the name of a topic is certainly that of the other kind, FIFO or standard. Of queues, AL1010 says so.
fn fits_other_kind<'d>(look: &Look<'_, 'd>, value: &Value<'d>, text: &Text<'_>) -> bool {
    let last = text.last();
    let is_open = last.is_empty() || text.literal().is_none() && FIFO.ends_with(last);
    let ends = last.ends_with(FIFO);
    let is_fifo = |way: Value<'_>| way.node.map_or(Some(false), flag);
    // A literal `.fifo` behind a placeholder is the ending, whatever the placeholder is.
    (ends || !is_open) && look.under(value, "FifoTopic").into_iter().any(|way| is_fifo(way) == Some(!ends))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    const CHARACTERS: &str = "the name must have only letters, digits, `-` and `_`";

    fn named(kind: &str, properties: &str) -> String {
        format!("Resources: {{R: {{Type: {kind}, Properties: {{{properties}}}}}}}\n")
    }

    #[test]
    fn names_that_are_refused() {
        let long = "a".repeat(81);
        let fifo = ", and end with `.fifo` if it is FIFO, got";
        let more = "the name must have only letters, digits, `/`, `_`, `+`, `=`, `.`, `@` and `-`";
        for (kind, properties, place, message) in [
            (
                "AWS::SQS::Queue",
                "QueueName: new jobs",
                "QueueName",
                format!("queue `R`: {CHARACTERS}{fifo} `new jobs`"),
            ),
            ("AWS::SQS::Queue", "QueueName: jobs.v2", "QueueName", format!("queue `R`: {CHARACTERS}{fifo} `jobs.v2`")),
            (
                "AWS::SQS::Queue",
                "FifoQueue: true, QueueName: 'jobs!.fifo'",
                "QueueName",
                format!("queue `R`: {CHARACTERS}{fifo} `jobs!.fifo`"),
            ),
            (
                "AWS::SQS::Queue",
                "QueueName: !Sub '${AWS::StackName} jobs'",
                "QueueName/Fn::Sub",
                format!("queue `R`: {CHARACTERS}{fifo} `${{AWS::StackName}} jobs`"),
            ),
            (
                "AWS::SQS::Queue",
                &format!("QueueName: {long}"),
                "QueueName",
                "queue `R`: the name must have at most 80 characters, got 81".to_owned(),
            ),
            (
                "AWS::SQS::Queue",
                &format!("QueueName: !Sub '{long}${{AWS::Region}}'"),
                "QueueName/Fn::Sub",
                "queue `R`: the name must have at most 80 characters, got at least 81".to_owned(),
            ),
            ("AWS::SNS::Topic", "TopicName: ü", "TopicName", format!("topic `R`: {CHARACTERS}{fifo} `ü`")),
            (
                "AWS::SNS::Topic",
                "TopicName: news.fifo",
                "TopicName",
                "topic `R`: only the name of a FIFO topic may end with `.fifo`, got `news.fifo`".to_owned(),
            ),
            (
                "AWS::SNS::Topic",
                "TopicName: news, FifoTopic: true",
                "TopicName",
                "topic `R`: the name of a FIFO topic must end with `.fifo`, got `news`".to_owned(),
            ),
            (
                "AWS::Lambda::Function",
                "FunctionName: !Sub '${AWS::StackName}.resize'",
                "FunctionName/Fn::Sub",
                format!("function `R`: {CHARACTERS}, got `${{AWS::StackName}}.resize`"),
            ),
            (
                "AWS::Serverless::Function",
                "FunctionName: my resize",
                "FunctionName",
                format!("function `R`: {CHARACTERS}, got `my resize`"),
            ),
            ("AWS::SecretsManager::Secret", "Name: 'a b'", "Name", format!("secret `R`: {more}, got `a b`")),
            (
                "AWS::CloudWatch::Dashboard",
                "DashboardName: !Join [' ', [a, !Ref AWS::Region]]",
                "DashboardName/Fn::Join",
                format!("dashboard `R`: {CHARACTERS}, got `a ${{AWS::Region}}`"),
            ),
        ] {
            let place = format!("Resources/R/Properties/{place}");
            check(&RULE, &named(kind, properties), &[(&place, &message)]);
        }
    }

    #[test]
    fn names_that_are_accepted_or_not_known() {
        for (kind, properties) in [
            ("AWS::SQS::Queue", "QueueName: Jobs_2-a"),
            ("AWS::SQS::Queue", "FifoQueue: true, QueueName: jobs.fifo"),
            ("AWS::SQS::Queue", "FifoQueue: true, QueueName: !Sub 'jobs.${AWS::StackName}'"),
            ("AWS::SQS::Queue", "FifoQueue: true, QueueName: !Sub '${AWS::StackName}.fifo'"),
            ("AWS::SQS::Queue", "QueueName: !Ref AWS::StackName"),
            ("AWS::SQS::Queue", "QueueName: '{{resolve:ssm:/the/name}}'"),
            ("AWS::SQS::Queue", "QueueName: ''"),
            ("AWS::SNS::Topic", "FifoTopic: true, TopicName: news.fifo"),
            ("AWS::SNS::Topic", "FifoTopic: true, TopicName: !Sub 'news-${AWS::StackName}'"),
            ("AWS::SNS::Topic", "FifoTopic: !Ref AWS::StackName, TopicName: news"),
            ("AWS::Lambda::Function", "FunctionName: resize-1_a"),
            ("AWS::Serverless::Function", "FunctionName: 'arn:aws:lambda:eu-west-1:123456789012:function:resize'"),
            ("AWS::Serverless::Function", "FunctionName: '123456789012:function:resize'"),
            ("AWS::SecretsManager::Secret", "Name: '/jobs/a_b+c=d.e@f-g'"),
            ("AWS::CloudWatch::Dashboard", "DashboardName: Jobs_2-a"),
        ] {
            check(&RULE, &named(kind, properties), &[]);
        }
    }

    #[test]
    fn a_literal_that_the_schema_refuses_is_reported_once() {
        let template = named("AWS::Lambda::Function", "FunctionName: a b, Role: r, Code: {ZipFile: x}");
        let findings = crate::testing::findings(&template);
        let about_name = findings.iter().filter(|finding| finding.path.to_string().ends_with("/FunctionName"));
        assert_eq!(about_name.map(|finding| finding.rule.code).collect::<Vec<_>>(), ["E3031"]);
    }

    #[test]
    fn the_fix_is_a_name_that_is_accepted() {
        for (kind, properties, expected) in [
            ("AWS::SQS::Queue", "FifoQueue: true, QueueName: new jobs.fifo", "write `new-jobs.fifo`"),
            ("AWS::SQS::Queue", "QueueName: AWS::StackName", "write `!Ref AWS::StackName`"),
            ("AWS::SNS::Topic", "TopicName: !Sub 'a ${AWS::Region}'", "write `a-${AWS::Region}`"),
        ] {
            let findings = crate::testing::findings(&named(kind, properties));
            let found = findings.iter().find(|finding| finding.rule.code == RULE.rule.code);
            let help = found.and_then(|finding| finding.help.as_deref()).unwrap_or_default();
            assert!(help.starts_with(expected), "{help}");
        }
    }
}
