//! A resource type.

use crate::{
    Extension, Regions,
    binary::{List, behind, bytes, string, types, word},
    schema::{Properties, Schema, Strings},
    tag,
};

/// The facts about one resource type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceType {
    record: u32,
}

impl ResourceType {
    pub(crate) fn find(name: &str) -> Option<ResourceType> {
        let all = types();
        let (mut low, mut high) = (0, all.len);
        while low < high {
            let middle = low.midpoint(high);
            let found = ResourceType { record: all.get(middle) };
            match bytes(found.field(tag::RECORD_NAME)).cmp(name.as_bytes()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Some(found),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    pub(crate) fn all() -> impl ExactSizeIterator<Item = ResourceType> {
        types().iter().map(|record| ResourceType { record })
    }

    #[cfg(feature = "build")]
    pub(crate) fn at(record: u32) -> ResourceType {
        ResourceType { record }
    }

    fn field(self, position: usize) -> u32 {
        word(self.record + position as u32)
    }

    fn list(self, position: usize) -> Strings {
        Strings(List::at(self.field(position)))
    }

    /// `AWS::SQS::Queue`.
    pub fn name(self) -> &'static str {
        string(self.field(tag::RECORD_NAME))
    }

    /// The service, the middle of the name: `SQS`.
    pub fn service(self) -> &'static str {
        self.name().split("::").nth(1).unwrap_or_default()
    }

    /// Whether it is one of SAM's, which needs the transform `AWS::Serverless-2016-10-31`.
    pub fn is_serverless(self) -> bool {
        self.name().starts_with("AWS::Serverless::")
    }

    /// The schema of its properties.
    pub fn schema(self) -> Schema {
        Schema(self.field(tag::RECORD_NODE))
    }

    /// What `Fn::GetAtt` offers: name, such as `Endpoint.Address`, and schema. A `*` in a name stands for
    /// any text: `Outputs.*` of a nested stack.
    pub fn attributes(self) -> Properties {
        Properties(List::at(self.field(tag::RECORD_ATTRIBUTES)))
    }

    /// The schema of an attribute, by its name in a `Fn::GetAtt`.
    pub fn attribute(self, name: &str) -> Option<Schema> {
        let attributes = self.attributes();
        attributes.get(name).or_else(|| {
            attributes.filter(|(pattern, _)| matches_wildcard(pattern, name)).map(|(_, schema)| schema).next()
        })
    }

    /// Paths of properties that only AWS sets. Like all paths here: names joined by `/`, `*` for any
    /// list member or key.
    pub fn read_only(self) -> Strings {
        self.list(tag::RECORD_READ_ONLY)
    }

    /// Paths of properties that cannot change: a change replaces the resource.
    pub fn create_only(self) -> Strings {
        self.list(tag::RECORD_CREATE_ONLY)
    }

    /// Paths of properties that replace the resource on some changes.
    pub fn conditional_create_only(self) -> Strings {
        self.list(tag::RECORD_CONDITIONAL_CREATE_ONLY)
    }

    /// Paths of properties that AWS never shows again, such as passwords.
    pub fn write_only(self) -> Strings {
        self.list(tag::RECORD_WRITE_ONLY)
    }

    /// Paths of properties that should not be used any more.
    pub fn deprecated(self) -> Strings {
        self.list(tag::RECORD_DEPRECATED)
    }

    /// Paths of the properties that together identify a resource of this type.
    pub fn primary_identifier(self) -> Strings {
        self.list(tag::RECORD_PRIMARY_IDENTIFIER)
    }

    /// The path of the property that holds its tags, for a type that can be tagged.
    pub fn tag_property(self) -> Option<&'static str> {
        Some(string(self.field(tag::RECORD_TAGS))).filter(|path| !path.is_empty())
    }

    /// What becomes of the service: `maintenance`, `sunset` or `shutdown`, and the day from which on. Nothing for one
    /// that stays.
    pub fn lifecycle(self) -> Option<(&'static str, &'static str)> {
        let text = string(self.field(tag::RECORD_LIFECYCLE));
        (!text.is_empty()).then(|| text.split_once(' ').unwrap_or((text, "")))
    }

    /// The regions that have it. Nothing for a type of SAM, which is everywhere, and for one of a user.
    pub fn regions(self) -> Option<Regions> {
        Some(self.field(tag::RECORD_REGIONS)).filter(|set| *set != 0).map(Regions)
    }

    /// The rules about its values that the schema does not say.
    pub fn extensions(self) -> impl ExactSizeIterator<Item = Extension> {
        Extension::of(self)
    }

    /// Whether a user brought it along.
    fn is_own(self) -> bool {
        self.record >= behind().0
    }

    /// The page of the CloudFormation or SAM reference about it. Empty for a type that a user brought along.
    pub fn documentation_url(self) -> String {
        if self.is_own() {
            return String::new();
        }
        let name = self.name().to_ascii_lowercase();
        match name.split("::").collect::<Vec<_>>().as_slice() {
            ["aws", "serverless", kind] => format!(
                "https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-{kind}.html"
            ),
            [vendor, service, kind @ ..] => format!(
                "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/{vendor}-resource-{service}-{}.html",
                kind.join("-")
            ),
            _ => "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/".to_owned(),
        }
    }
}

/// Whether `text` is `pattern`, in which each `*` stands for any text.
pub fn matches_wildcard(pattern: &str, text: &str) -> bool {
    let Some((head, mut tail)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut rest) = text.strip_prefix(head) else {
        return false;
    };
    while let Some((middle, after)) = tail.split_once('*') {
        let Some(position) = rest.find(middle) else {
            return false;
        };
        rest = &rest[position + middle.len()..];
        tail = after;
    }
    rest.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::matches_wildcard;

    #[test]
    fn wildcards() {
        let check = |form, text, expected| assert_eq!(matches_wildcard(form, text), expected, "{form} {text}");
        check("jobs", "jobs", true);
        check("jobs", "jobs2", false);
        check("*", "", true);
        check("jobs-*", "jobs-", true);
        check("*-jobs", "a-jobs-jobs", true);
        check("a*a", "a", false);
        check("a*b*c", "a-b-b-c", true);
        check("a*c*b*", "a-b-c", false);
        check("**", "x", true);
    }
}
