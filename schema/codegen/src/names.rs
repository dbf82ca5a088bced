//! CloudFormation's names as Rust's.

use std::sync::LazyLock;

use cfn_schema::sorted;

const EXCEPTIONS: &str = include_str!("../data/words.txt");

/// Rust's keywords, which get a `_` behind them.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// The words of a name, in lower case: `KMSMasterKeyId` is `kms`, `master`, `key`, `id`.
///
/// A word is capitals, small letters and digits in this order. The last of several capitals belongs to the
/// next word when small letters follow it, unless they are the `s` of a plural: `VPCId`, `SubnetIDs`.
pub fn words(text: &str) -> Vec<String> {
    split(text, exception)
}

fn split(text: &str, exception: fn(&str) -> Option<(usize, String)>) -> Vec<String> {
    let mut words = Vec::new();
    for chunk in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|chunk| !chunk.is_empty()) {
        let mut rest = chunk;
        while !rest.is_empty() {
            let (length, word) = exception(rest).unwrap_or_else(|| {
                let length = word_length(rest.as_bytes());
                (length, rest[..length].to_ascii_lowercase())
            });
            words.push(word);
            rest = &rest[length..];
        }
    }
    words
}

/// The lines of the table, as what is written and what it becomes, the longest first.
static TABLE: LazyLock<Vec<(&str, String)>> = LazyLock::new(|| {
    let lines = EXCEPTIONS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let table: Vec<_> = lines
        .map(|line| match line.split_once('=') {
            Some((written, becomes)) => (written, becomes.to_owned()),
            None => (line, line.to_ascii_lowercase()),
        })
        .collect();
    sorted(table, &|left, right| right.0.len().cmp(&left.0.len()))
});

/// The longest word of the table that `text` starts with: its length and what it becomes.
fn exception(text: &str) -> Option<(usize, String)> {
    TABLE.iter().filter(|(written, _)| text.starts_with(written)).find_map(|(written, becomes)| {
        let rest = &text[written.len()..];
        let plural = if is_plural(rest.as_bytes()) { "s" } else { "" };
        let ends = !rest[plural.len()..].starts_with(|c: char| c.is_ascii_lowercase());
        ends.then(|| (written.len() + plural.len(), format!("{becomes}{plural}")))
    })
}

fn is_plural(rest: &[u8]) -> bool {
    rest.first() == Some(&b's') && !rest.get(1).is_some_and(u8::is_ascii_lowercase)
}

fn word_length(text: &[u8]) -> usize {
    let run = |from: usize, matches: fn(&u8) -> bool| text[from..].iter().take_while(|byte| matches(byte)).count();
    let capitals = run(0, u8::is_ascii_uppercase);
    let small = run(capitals, u8::is_ascii_lowercase);
    if capitals > 1 && small > 0 && !is_plural(&text[capitals..]) {
        return capitals - 1;
    }
    let digits = capitals + small + run(capitals + small, u8::is_ascii_digit);
    // `1080p`, `x86a`: what follows the digits in small letters is no word of its own.
    digits + run(digits, u8::is_ascii_lowercase)
}

/// A name for a field, method or module: `kms_master_key_id`, `type_`.
pub fn snake(text: &str) -> String {
    let name = words(text).join("_");
    match name.as_str() {
        "" => "any".to_owned(),
        // `new` is what makes a struct.
        "self" | "super" | "crate" | "new" => name + "_",
        keyword if KEYWORDS.contains(&keyword) => name + "_",
        digit if digit.starts_with(|c: char| c.is_ascii_digit()) => format!("n{name}"),
        _ => name,
    }
}

/// A name for a type: the definition's own, where it is one. `SSESpecification` stays as it is.
pub fn type_name(text: &str) -> String {
    let own = text.rsplit(['.', ':']).next().unwrap_or(text);
    let mut name = String::new();
    for part in own.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()) {
        name.push_str(&part[..1].to_ascii_uppercase());
        name.push_str(&part[1..]);
    }
    match name.as_str() {
        "" => "Any".to_owned(),
        "Self" => "Self_".to_owned(),
        digit if digit.starts_with(|c: char| c.is_ascii_digit()) => format!("N{name}"),
        _ => name,
    }
}

/// A name for the variant of an enum: `PAY_PER_REQUEST` is `PayPerRequest`, `python3.12` is `Python3_12`.
pub fn variant(text: &str) -> String {
    let mut name = String::new();
    // `CloudWatch` and `DynamoDb` read better here than `Cloudwatch` and `Dynamodb`.
    for word in split(text, |_| None) {
        let digits = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        if digits(name.chars().last()) && digits(word.chars().next()) {
            name.push('_');
        }
        name.push_str(&word[..1].to_ascii_uppercase());
        name.push_str(&word[1..]);
    }
    match name.as_str() {
        "" if text == "*" => "Any".to_owned(),
        "" => "Empty".to_owned(),
        // `Other` holds the texts that are not known, and `Self` is a keyword.
        "Other" | "Self" => name + "Value",
        digit if digit.starts_with(|c: char| c.is_ascii_digit()) => format!("V{name}"),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_snake_case() {
        let check = |input: &str, expected: &str| assert_eq!(snake(input), expected, "{input}");
        check("DelaySeconds", "delay_seconds");
        check("KMSMasterKeyId", "kms_master_key_id");
        check("KmsMasterKeyId", "kms_master_key_id");
        check("VPCId", "vpc_id");
        check("SubnetIDs", "subnet_ids");
        check("ARNs", "arns");
        check("VPCSecurityGroups", "vpc_security_groups");
        check("DBInstanceClass", "db_instance_class");
        check("EnableIPv6Support", "enable_ipv6_support");
        check("Ipv6CidrBlock", "ipv6_cidr_block");
        check("EC2KeyName", "ec2_key_name");
        check("S3Bucket", "s3_bucket");
        check("SSESpecification", "sse_specification");
        check("SSES3", "sse_s3");
        check("H264Settings", "h264_settings");
        check("MD5OfBody", "md5_of_body");
        check("Type", "type_");
        check("Ref", "ref_");
        check("New", "new_");
        check("Self", "self_");
        check("Endpoint.Address", "endpoint_address");
        check("x-amz-meta", "x_amz_meta");
        check("executorMemory", "executor_memory");
        check("IoTSiteWise", "iot_sitewise");
        check("LoRaWANDevice", "lorawan_device");
        check("ElasticLoadBalancingV2", "elastic_load_balancing_v2");
        check("KinesisFirehose", "kinesis_firehose");
        check("DynamoDB", "dynamodb");
        check("DynamoDBv2Action", "dynamodb_v2_action");
        check("GraphQLApi", "graphql_api");
        check("MemoryGiBPerVCpu", "memory_gib_per_vcpu");
        check("AZs", "azs");
        check("16x", "n16x");
    }

    #[test]
    fn texts_become_variants() {
        let check = |input: &str, expected: &str| assert_eq!(variant(input), expected, "{input}");
        check("ENABLED", "Enabled");
        check("PAY_PER_REQUEST", "PayPerRequest");
        check("BucketOwnerPreferred", "BucketOwnerPreferred");
        check("provided.al2023", "ProvidedAl2023");
        check("python3.12", "Python3_12");
        check("nodejs20.x", "Nodejs20X");
        check("arm64", "Arm64");
        check("x86_64", "X86_64");
        check("aws:kms:dsse", "AwsKmsDsse");
        check("GREATER_THAN", "GreaterThan");
        check("Other", "OtherValue");
        check("SELF", "SelfValue");
        check("1.0", "V1_0");
        check("7", "V7");
        check("*", "Any");
        check("", "Empty");
        check("Bytes/Second", "BytesSecond");
        check("us-east-1", "UsEast1");
        check("AES256", "Aes256");
        check("CloudWatch", "CloudWatch");
        check("DynamoDB", "DynamoDb");
    }

    #[test]
    fn definitions_keep_their_names() {
        let check = |input: &str, expected: &str| assert_eq!(type_name(input), expected, "{input}");
        check("SSESpecification", "SSESpecification");
        check("AWS::DynamoDB::Table.SSESpecification", "SSESpecification");
        check("arnOrId", "ArnOrId");
        check("map", "Map");
        check("a-b_c", "ABC");
    }
}
