//! The keyword `format`: what an id, an ARN or a network looks like.
//!
//! A format is an entry of [`FORMATS`]: its name in the schemas, the rule that a wrong text breaks, and a parser.
//! Formats without an entry say nothing about the text; they are compared when one resource names another (`links`).

mod arn;
mod links;
pub(crate) mod network;
#[cfg(test)]
mod tests;

use cfn_model::Rule;

use crate::codes as rules;

pub(crate) use links::{Mismatch, mismatch};

/// One format.
#[derive(Debug)]
pub(crate) struct Format {
    /// The name in the schemas.
    name: &'static str,
    /// What a text of another form breaks.
    pub(crate) rule: &'static Rule,
    /// How such a text looks, after "must be".
    pub(crate) expected: &'static str,
    fits: fn(&str) -> bool,
}

/// Every format with a form, sorted by name.
static FORMATS: [Format; 20] = [
    Format {
        name: "AWS::ACM::Certificate.Arn",
        rule: &rules::E1159,
        expected: "the ARN of an ACM certificate",
        fits: |text| arn::resource(text, "acm").is_some_and(|rest| rest.strip_prefix("certificate/").is_some_and(some)),
    },
    Format {
        name: "AWS::EC2::Image.Id",
        rule: &rules::E1152,
        expected: "`ami-` and 8 or 17 digits or lower-case letters",
        fits: |text| id(text, "ami-", |byte| byte.is_ascii_digit() || byte.is_ascii_lowercase()),
    },
    Format {
        name: "AWS::EC2::SecurityGroup.Id",
        rule: &rules::E1150,
        expected: "`sg-` and 8 or 17 hexadecimal digits",
        fits: |text| id(text, "sg-", |byte| byte.is_ascii_hexdigit()),
    },
    Format {
        name: "AWS::EC2::SecurityGroup.Name",
        rule: &rules::E1153,
        expected: "letters, digits, spaces and the characters `._-:/()#,@[]+=&;{}!$*`",
        fits: |text| some(text) && text.bytes().all(|byte| alphanumeric_or(byte, b" ._-:/()#,@[]+=&;{}!$*")),
    },
    Format {
        name: "AWS::EC2::Subnet.Id",
        rule: &rules::E1154,
        expected: "`subnet-` and 8 or 17 hexadecimal digits",
        fits: |text| id(text, "subnet-", |byte| byte.is_ascii_hexdigit()),
    },
    Format {
        name: "AWS::EC2::VPC.Id",
        rule: &rules::E1151,
        expected: "`vpc-` and 8 or 17 hexadecimal digits",
        fits: |text| id(text, "vpc-", |byte| byte.is_ascii_hexdigit()),
    },
    Format {
        name: "AWS::IAM::Role.Arn",
        rule: &rules::E1156,
        expected: "the ARN of a role",
        fits: |text| arn::global(text, "iam").is_some_and(|rest| rest.strip_prefix("role/").is_some_and(some)),
    },
    Format {
        name: "AWS::KMS::Alias.AliasName",
        rule: &rules::E1164,
        expected: "`alias/` and a name",
        fits: |text| alias(text, b":/_-"),
    },
    Format {
        name: "AWS::KMS::Key.Arn",
        rule: &rules::E1157,
        expected: "the ARN of a KMS key",
        fits: |text| {
            let name = |rest: &'_ str| ["key/", "alias/"].iter().any(|kind| rest.strip_prefix(kind).is_some_and(some));
            arn::resource(text, "kms").is_some_and(name)
        },
    },
    Format {
        name: "AWS::KMS::Key.Id",
        rule: &rules::E1162,
        expected: "the id of a KMS key, or `alias/` and a name",
        fits: |text| alias(text, b"/_-") || is_key_id(text),
    },
    Format {
        name: "AWS::Lambda::Function.Arn",
        rule: &rules::E1160,
        expected: "the ARN of a function",
        fits: |text| arn::resource(text, "lambda").is_some_and(|rest| rest.strip_prefix("function:").is_some_and(some)),
    },
    Format {
        name: "AWS::Logs::LogGroup.Name",
        rule: &rules::E1155,
        expected: "1 to 512 letters, digits and the characters `.-_/#`",
        fits: |text| (1..=512).contains(&text.len()) && text.bytes().all(|byte| alphanumeric_or(byte, b".-_/#")),
    },
    Format {
        name: "AWS::S3::Bucket.Name",
        rule: &rules::E1161,
        expected: "3 to 63 lower-case letters, digits, dots and hyphens, with a letter or a digit beside each dot",
        fits: is_bucket,
    },
    Format {
        name: "AWS::SNS::Topic.Arn",
        rule: &rules::E1158,
        expected: "the ARN of a topic",
        fits: |text| arn::resource(text, "sns").is_some_and(some),
    },
    Format { name: "date-time", rule: &rules::E3002, expected: "a date and a time", fits: is_date_time },
    Format { name: "email", rule: &rules::E3002, expected: "an e-mail address", fits: |text| text.contains('@') },
    Format { name: "ipv4", rule: &rules::E3002, expected: "an IPv4 address", fits: network::is_v4_address },
    Format {
        name: "ipv4-network",
        rule: &rules::E3002,
        expected: "an IPv4 network such as `10.0.0.0/16`",
        fits: |text| network::v4(text).is_some(),
    },
    Format { name: "ipv6", rule: &rules::E3002, expected: "an IPv6 address", fits: network::is_v6_address },
    Format {
        name: "ipv6-network",
        rule: &rules::E3002,
        expected: "an IPv6 network such as `2001:db8::/56`",
        fits: |text| network::v6(text).is_some(),
    },
];

/// The names of all formats.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().map(|format| format.name)
}

/// Whether a format has a form.
pub(crate) fn is_known(name: &str) -> bool {
    FORMATS.binary_search_by(|format| format.name.cmp(name)).is_ok()
}

/// The format with this name that the text has not.
pub(crate) fn broken(name: &str, text: &str) -> Option<&'static Format> {
    let index = FORMATS.binary_search_by(|format| format.name.cmp(name)).ok()?;
    let format = &FORMATS[index];
    // A block of YAML ends with a line break, which the services take no notice of.
    let text = text.strip_suffix('\n').unwrap_or(text);
    (!(format.fits)(text)).then_some(format)
}

fn some(text: &str) -> bool {
    !text.is_empty()
}

fn alphanumeric_or(byte: u8, others: &[u8]) -> bool {
    byte.is_ascii_alphanumeric() || others.contains(&byte)
}

/// Whether a text is a prefix and 8 digits, or 17, as ids have had since 2018.
fn id(text: &str, prefix: &str, is_digit: fn(&u8) -> bool) -> bool {
    text.strip_prefix(prefix)
        .is_some_and(|digits| matches!(digits.len(), 8 | 17) && digits.as_bytes().iter().all(is_digit))
}

fn alias(text: &str, others: &[u8]) -> bool {
    let name = text.strip_prefix("alias/");
    name.is_some_and(|name| some(name) && name.bytes().all(|byte| alphanumeric_or(byte, others)))
}

/// A UUID in lower case, or the id of a multi-region key.
fn is_key_id(text: &str) -> bool {
    let is_hex = |digits: &str| digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    match text.strip_prefix("mrk-") {
        Some(digits) => digits.len() == 32 && is_hex(digits),
        None => text.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && text.split('-').all(is_hex),
    }
}

fn is_bucket(name: &str) -> bool {
    let is_edge = |byte: Option<&u8>| matches!(byte, Some(b'.' | b'-'));
    let bytes = name.as_bytes();
    (3..=63).contains(&bytes.len())
        && bytes.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-'))
        && !is_edge(bytes.first())
        && !is_edge(bytes.last())
        && !["..", "-.", ".-"].iter().any(|pair| name.contains(pair))
}

/// RFC 3339: `2024-01-31T23:59:59.5Z`, with `+01:00` in place of `Z` as well.
fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once('T') else { return false };
    let digits = |text: &str, range: std::ops::RangeInclusive<u32>| {
        text.len() == 2
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && text.parse().is_ok_and(|n| range.contains(&n))
    };
    let date: Vec<&str> = date.split('-').collect();
    let is_date = match date.as_slice() {
        [year, month, day] => {
            year.len() == 4
                && year.bytes().all(|byte| byte.is_ascii_digit())
                && digits(month, 1..=12)
                && digits(day, 0..=99)
        }
        _ => false,
    };
    let clock = |text: &str, parts: usize| {
        text.split(':').count() == parts && text.split(':').zip([23, 59, 59]).all(|(part, most)| digits(part, 0..=most))
    };
    let (time, zone) = match time.find(['Z', '+', '-']) {
        Some(position) => time.split_at(position),
        None => return false,
    };
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let is_zone = zone == "Z" || zone.strip_prefix(['+', '-']).is_some_and(|zone| clock(zone, 2));
    is_date && clock(time, 3) && some(fraction) && fraction.bytes().all(|byte| byte.is_ascii_digit()) && is_zone
}
