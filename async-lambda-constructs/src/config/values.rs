//! Checks of single values of a config file: names, policies, a domain with its certificate.
//!
//! What an intrinsic function gives is unknown and not looked at.

use cfn_model::{Finding, Function, Node, Path, Rule};
use cfn_rules::{check_sam_policy, is_reserved_variable, is_variable_name};

use super::{
    Settings, alarm,
    found::Found,
    functions,
    rules::{
        CERTIFICATE, CODE_SIGNING, DOMAIN, HOSTED_ZONE, IMAGE, KMS_KEY, POLICY, RESERVED, TLS_VERSION, VARIABLE_NAME,
    },
    tags,
};
use crate::{app::is_of_library, explain::suggest::did_you_mean};

/// The security policies that the domain of a REST API can have: `SecurityPolicy` of `CreateDomainName`, as listed in
/// "Supported security policies" of the API Gateway developer guide, read in November 2026.
const TLS_VERSIONS: [&str; 12] = [
    "TLS_1_0",
    "TLS_1_2",
    "SecurityPolicy_TLS12_2018_EDGE",
    "SecurityPolicy_TLS12_PFS_2025_EDGE",
    "SecurityPolicy_TLS13_1_2_2021_06",
    "SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_PQ_2025_09",
    "SecurityPolicy_TLS13_1_3_2025_09",
    "SecurityPolicy_TLS13_1_3_FIPS_2025_09",
    "SecurityPolicy_TLS13_2025_EDGE",
];

/// The longest host name, in bytes.
const LONGEST_NAME: usize = 253;
/// The longest id of a hosted zone, without `/hostedzone/`.
const LONGEST_ZONE_ID: usize = 32;
/// The longest label of a host name, in bytes.
const LONGEST_LABEL: usize = 63;

/// What is wrong with a value at a place.
pub(crate) type Check = fn(&Node, &Path) -> Option<Finding>;

/// Finds what is wrong with the values of one level.
pub(super) fn check(settings: &Settings, found: &mut Found) {
    for (name, setting) in &settings.environment_variables {
        if let Some(rule) = rule_of_variable(name) {
            found.push(rule, || variable(rule, name, &setting.path));
        }
    }
    for setting in &settings.policies {
        policy(&setting.value, &setting.path).into_iter().for_each(|finding| found.push(&POLICY, || finding));
    }
    let texts: [(_, Check); 7] = [
        (&settings.code_signing_config_arn, code_signing_config_arn),
        (&settings.kms_key_arn, kms_key_arn),
        (&settings.hosted_zone_id, hosted_zone_id),
        (&settings.image_uri, image_uri),
        (&settings.domain_name, domain_name),
        (&settings.certificate_arn, certificate_arn),
        (&settings.tls_version, tls_version),
    ];
    for (setting, check) in texts {
        let finding = setting.as_ref().and_then(|setting| check(&setting.value, &setting.path));
        finding.into_iter().for_each(|finding| found.push(finding.rule, || finding));
    }
    let log_group = functions::log_group(&settings.logging_config);
    let others = tags::check(&settings.tags).chain(alarm::check(&settings.queue_age_alarm)).chain(log_group);
    others.for_each(|finding| found.push(finding.rule, || finding));
}

fn rule_of_variable(name: &str) -> Option<&'static Rule> {
    if is_of_library(name) || is_reserved_variable(name) {
        Some(&RESERVED)
    } else {
        (!is_variable_name(name)).then_some(&VARIABLE_NAME)
    }
}

fn variable(rule: &'static Rule, name: &str, path: &Path) -> Finding {
    let shown = shortened(name);
    let (message, help) = if is_of_library(name) {
        let message = format!("`{shown}`: must not be set, because the template sets it for the library");
        (message, "remove it, or give the variable another name")
    } else if is_reserved_variable(name) {
        let message = format!("`{shown}`: must not be set, because Lambda sets it and refuses any other value");
        (message, "remove it, or give the variable another name")
    } else {
        let message = format!(
            "`{shown}`: the name of a variable must be a letter, then at least one letter, digit or underscore"
        );
        (message, "rename it: Lambda refuses a function with such a variable")
    };
    Finding::new(rule, path.clone(), message).actual(name).help(help.to_owned())
}

/// A bare statement stands for a document that has it.
fn policy(value: &Node, path: &Path) -> Vec<Finding> {
    if value.get("Effect").is_some() && value.get("Statement").is_none() {
        return Vec::new();
    }
    let mut findings = check_sam_policy(&POLICY, value, path, true);
    if let Some(name) = value.as_str().filter(|name| findings.is_empty() && !is_policy_name(name)) {
        let message = format!("a policy must be the name or the ARN of a managed policy, got `{}`", shortened(name));
        let help = "for example `AWSLambdaExecute`, or `arn:aws:iam::123456789012:policy/name`".to_owned();
        findings.push(Finding::new(&POLICY, path.clone(), message).actual(name).help(help));
    }
    findings
}

/// The name of a managed policy, or an ARN with the name behind `policy/`.
fn is_policy_name(text: &str) -> bool {
    if is_resolved_later(text) {
        return true;
    }
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-/".contains(&byte);
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(is_part);
    if !text.starts_with("arn:") {
        return is_name(text);
    }
    let mut parts = text.splitn(6, ':').skip(1);
    let mut next = || parts.next().unwrap_or_default();
    let (partition, service, region, account, resource) = (next(), next(), next(), next(), next());
    is_partition(partition)
        && service == "iam"
        && region.is_empty()
        && (account == "aws" || is_account(account))
        && resource.strip_prefix("policy/").is_some_and(is_name)
}

/// What is wrong with the domain name of an API.
pub(crate) fn domain_name(value: &Node, path: &Path) -> Option<Finding> {
    let name = literal(value)?;
    let help = if name.contains("://") {
        "remove the scheme: `api.example.com`"
    } else if name.contains('/') {
        "remove the path: `api.example.com`"
    } else if name.contains(':') {
        "remove the port: `api.example.com`, which answers on 443"
    } else if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        "write it in lowercase"
    } else if !name.is_ascii() {
        "write it in Punycode: `xn--...`"
    } else if name.contains('*') {
        "a `*` stands for the first label only: `*.example.com`"
    } else {
        "for example `api.example.com`"
    };
    let message = format!(
        "`domain_name`: must be a host name of lowercase letters, digits, hyphens and dots, got `{}`",
        shortened(name)
    );
    (!is_host_name(name)).then(|| Finding::new(&DOMAIN, path.clone(), message).actual(name).help(help.to_owned()))
}

/// A name below a top-level domain; its first label may be `*`, for all names in its place.
fn is_host_name(name: &str) -> bool {
    let mut labels = name.strip_prefix("*.").unwrap_or(name).split('.');
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_label = |label: &str| {
        (1..=LONGEST_LABEL).contains(&label.len())
            && label.bytes().all(is_part)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit());
    name.len() <= LONGEST_NAME
        && name.contains('.')
        && labels.clone().nth(1).is_some()
        && !is_number
        && labels.all(is_label)
}

/// What is wrong with the ARN of a domain's certificate.
pub(crate) fn certificate_arn(value: &Node, path: &Path) -> Option<Finding> {
    let arn = literal(value)?;
    let expected = "arn:aws:acm:<region>:<account>:certificate/<id>";
    let message =
        format!("`certificate_arn`: must be the ARN of a certificate of ACM, `{expected}`, got `{}`", shortened(arn));
    let help = "copy it from ACM, of the region of the API".to_owned();
    (!is_certificate(arn))
        .then(|| Finding::new(&CERTIFICATE, path.clone(), message).expected(expected).actual(arn).help(help))
}

fn is_certificate(arn: &str) -> bool {
    let parts: Vec<&str> = arn.split(':').collect();
    let ["arn", partition, "acm", region, account, resource] = parts.as_slice() else { return false };
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_id = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_partition(partition)
        && region.contains('-')
        && region.bytes().all(is_part)
        && is_account(account)
        && resource.strip_prefix("certificate/").is_some_and(is_id)
}

/// What is wrong with the TLS version of a domain.
pub(crate) fn tls_version(value: &Node, path: &Path) -> Option<Finding> {
    let version = literal(value)?;
    let message = format!("`tls_version`: must be one that API Gateway has, got `{}`", shortened(version));
    let help = did_you_mean(version, TLS_VERSIONS).unwrap_or_else(|| "`TLS_1_2` accepts TLS 1.2 and 1.3".to_owned());
    (!TLS_VERSIONS.contains(&version)).then(|| {
        Finding::new(&TLS_VERSION, path.clone(), message).expected(TLS_VERSIONS.join(", ")).actual(version).help(help)
    })
}

fn hosted_zone_id(value: &Node, path: &Path) -> Option<Finding> {
    let id = literal(value)?;
    let is_part = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let is_id = id.starts_with('Z') && id.len() <= LONGEST_ZONE_ID && id.bytes().all(is_part);
    let message = format!("`hosted_zone_id`: must be a `Z`, then capital letters and digits, got `{}`", shortened(id));
    let help = match id.strip_prefix("/hostedzone/") {
        Some(_) => "remove `/hostedzone/`",
        None => "copy the hosted zone ID from Route 53: `Z1D633PJN98FT9`",
    };
    (!is_id).then(|| Finding::new(&HOSTED_ZONE, path.clone(), message).actual(id).help(help.to_owned()))
}

/// Permissions name a key by its ARN: neither an alias nor a bare id would do.
fn kms_key_arn(value: &Node, path: &Path) -> Option<Finding> {
    let arn = literal(value)?;
    let expected = "arn:aws:kms:<region>:<account>:key/<id>";
    let parts: Vec<&str> = arn.split(':').collect();
    let is_key = match parts.as_slice() {
        ["arn", partition, "kms", region, account, resource] => {
            is_partition(partition)
                && !region.is_empty()
                && is_account(account)
                && resource.strip_prefix("key/").is_some_and(|id| !id.is_empty())
        }
        _ => false,
    };
    let message = format!("`kms_key_arn`: must be the ARN of a key of KMS, `{expected}`, got `{}`", shortened(arn));
    let help = "copy the ARN of the key itself, not that of an alias".to_owned();
    (!is_key).then(|| Finding::new(&KMS_KEY, path.clone(), message).expected(expected).actual(arn).help(help))
}

/// Lambda takes a configuration of its own region only, and signatures are made for it with a profile of AWS Signer.
fn code_signing_config_arn(value: &Node, path: &Path) -> Option<Finding> {
    let arn = literal(value)?;
    let expected = "arn:aws:lambda:<region>:<account>:code-signing-config:csc-<id>";
    let parts: Vec<&str> = arn.split(':').collect();
    let is_id = |id: &str| id.len() == 17 && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let is_config = match parts.as_slice() {
        ["arn", partition, "lambda", region, account, "code-signing-config", id] => {
            is_partition(partition)
                && !region.is_empty()
                && is_account(account)
                && id.strip_prefix("csc-").is_some_and(is_id)
        }
        _ => false,
    };
    let message = format!(
        "`code_signing_config_arn`: must be the ARN of a code signing configuration of Lambda, `{expected}`, got `{}`",
        shortened(arn)
    );
    let help =
        "copy it from Lambda, of the region of the functions: the profile of AWS Signer is named in it".to_owned();
    (!is_config).then(|| Finding::new(&CODE_SIGNING, path.clone(), message).expected(expected).actual(arn).help(help))
}

/// What is wrong with the name of an image. Its repository is not looked at: `sam package` takes local images too.
pub(crate) fn image_uri(value: &Node, path: &Path) -> Option<Finding> {
    let image = literal(value)?;
    let help = match image.contains("://") {
        true => "remove the scheme: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:1`",
        false => "for example `123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:1`",
    };
    let is_image = !image.is_empty() && !image.contains("://") && !image.contains(char::is_whitespace);
    let message = format!("`image_uri`: must name a container image, got `{}`", shortened(image));
    (!is_image).then(|| Finding::new(&IMAGE, path.clone(), message).actual(image).help(help.to_owned()))
}

/// A string that CloudFormation does not replace.
pub(super) fn literal(value: &Node) -> Option<&str> {
    value.as_str().filter(|text| Function::call(value).is_none() && !is_resolved_later(text))
}

fn is_resolved_later(text: &str) -> bool {
    text.contains("{{resolve:")
}

fn is_partition(text: &str) -> bool {
    text == "aws"
        || text
            .strip_prefix("aws-")
            .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'))
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The text, or its beginning.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_certificate, is_host_name, is_policy_name};

    #[test]
    fn host_names() {
        let check = |name: &str, expected| assert_eq!(is_host_name(name), expected, "{name}");
        for name in ["example.com", "api.example.com", "*.example.com", "a-b.c1.io", "xn--bcher-kva.example"] {
            check(name, true);
        }
        for name in [
            "",
            "x",
            "localhost",
            "https://api.example.com",
            "api.example.com/v1",
            "api.example.com:443",
            "API.example.com",
            "api example.com",
            "a..b.com",
            ".example.com",
            "example.com.",
            "-a.com",
            "a-.com",
            "a_b.com",
            "a.*.com",
            "*example.com",
            "*.com",
            "*",
            "*.",
            "192.168.0.1",
            "bücher.example",
            "a@b.com",
            "a.com?x",
            "a.com ",
        ] {
            check(name, false);
        }
        let label = "a".repeat(63);
        check(&format!("{label}.com"), true);
        check(&format!("a{label}.com"), false);
        check(&format!("{}com", format!("{label}.").repeat(4)), false);
    }

    #[test]
    fn certificates() {
        let check = |arn: &str, expected| assert_eq!(is_certificate(arn), expected, "{arn}");
        let id = "11111111-2222-3333-4444-555555555555";
        for partition in ["aws", "aws-cn", "aws-us-gov", "aws-iso-b"] {
            check(&format!("arn:{partition}:acm:eu-west-1:123456789012:certificate/{id}"), true);
        }
        for arn in [
            "",
            "x",
            "arn",
            "arn:aws:acm:eu-west-1:123456789012:certificate/",
            "arn:aws:acm::123456789012:certificate/a",
            "arn:aws:acm:eu-west-1:12345:certificate/a",
            "arn:aws:iam::123456789012:server-certificate/a",
            "arn:aws:acm:eu-west-1:123456789012:a",
            "arn:aws:acm:eu-west-1:123456789012:certificate/a:b",
            "arn:amazon:acm:eu-west-1:123456789012:certificate/a",
            " arn:aws:acm:eu-west-1:123456789012:certificate/a",
        ] {
            check(arn, false);
        }
    }

    #[test]
    fn policies() {
        let check = |text: &str, expected| assert_eq!(is_policy_name(text), expected, "{text}");
        for text in [
            "AWSLambdaExecute",
            "a",
            "service-role/AWSLambdaRole",
            "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
            "arn:aws-cn:iam::123456789012:policy/path/name",
            "{{resolve:ssm:policy}}",
        ] {
            check(text, true);
        }
        for text in ["", "a b", "arn:aws:iam::123456789012:role/a", "arn:aws:s3:::a", "arn:aws:iam::1:policy/a", "arn:"]
        {
            check(text, false);
        }
    }
}
