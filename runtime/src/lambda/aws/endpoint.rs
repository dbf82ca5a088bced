//! The addresses of AWS's services.

use std::env;

use http::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::AwsError;

/// The beginnings of names of regions, their partition, and the end of host names in it; all others are as in `aws`.
const PARTITIONS: [(&str, &str, &str); 7] = [
    ("cn-", "aws-cn", "amazonaws.com.cn"),
    ("eu-isoe-", "aws-iso-e", "cloud.adc-e.uk"),
    ("eusc-", "aws-eusc", "amazonaws.eu"),
    ("us-gov-", "aws-us-gov", DNS_SUFFIX),
    ("us-iso-", "aws-iso", "c2s.ic.gov"),
    ("us-isob-", "aws-iso-b", "sc2s.sgov.gov"),
    ("us-isof-", "aws-iso-f", "csp.hci.ic.gov"),
];

/// The end of host names in most partitions.
const DNS_SUFFIX: &str = "amazonaws.com";

/// The characters that are encoded in a key: all but unreserved characters and the slash, as S3 signs it.
const KEY: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Whether a text can be the name of a region, which is a part of host names.
pub(super) fn is_region(text: &str) -> bool {
    let is_right = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&text.len()) && text.bytes().all(is_right) && !text.starts_with('-') && !text.ends_with('-')
}

/// The end of host names in a region's partition.
pub(super) fn dns_suffix(region: &str) -> &'static str {
    let known = PARTITIONS.iter().find(|(prefix, _, _)| region.starts_with(prefix));
    known.map_or(DNS_SUFFIX, |(_, _, suffix)| suffix)
}

/// The partition of a region: the second part of ARNs.
pub(super) fn partition(region: &str) -> &'static str {
    let known = PARTITIONS.iter().find(|(prefix, _, _)| region.starts_with(prefix));
    known.map_or("aws", |(_, partition, _)| partition)
}

/// The same for endpoints with IPv6 as well.
fn dual_stack_suffix(region: &str) -> &'static str {
    match dns_suffix(region) {
        "amazonaws.com" => "api.aws",
        "amazonaws.com.cn" => "api.amazonwebservices.com.cn",
        other => other,
    }
}

/// The endpoints to use: AWS's variables, which its SDKs read too.
#[derive(Clone, Debug, Default)]
pub(super) struct Endpoints {
    /// `AWS_ENDPOINT_URL_SQS`, or `AWS_ENDPOINT_URL`.
    pub(super) sqs: Option<String>,
    /// `AWS_ENDPOINT_URL_S3`, or `AWS_ENDPOINT_URL`.
    pub(super) s3: Option<String>,
    /// `AWS_ENDPOINT_URL_SCHEDULER`, or `AWS_ENDPOINT_URL`.
    pub(super) scheduler: Option<String>,
    /// `AWS_ENDPOINT_URL_LAMBDA`, or `AWS_ENDPOINT_URL`.
    pub(super) lambda: Option<String>,
    /// `AWS_ENDPOINT_URL_DYNAMODB`, or `AWS_ENDPOINT_URL`.
    pub(super) dynamodb: Option<String>,
    /// `AWS_USE_FIPS_ENDPOINT`.
    pub(super) fips: bool,
    /// `AWS_USE_DUALSTACK_ENDPOINT`.
    pub(super) dual_stack: bool,
}

impl Endpoints {
    pub(super) fn from_env() -> Result<Endpoints, AwsError> {
        let flag = |name| variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let ignored = flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
        let url = |name| {
            let given = [name, "AWS_ENDPOINT_URL"].into_iter().find_map(|name| Some((name, variable(name)?)));
            given.filter(|_| !ignored).map(|(name, url)| checked(name, url)).transpose()
        };
        Ok(Endpoints {
            sqs: url("AWS_ENDPOINT_URL_SQS")?,
            s3: url("AWS_ENDPOINT_URL_S3")?,
            scheduler: url("AWS_ENDPOINT_URL_SCHEDULER")?,
            lambda: url("AWS_ENDPOINT_URL_LAMBDA")?,
            dynamodb: url("AWS_ENDPOINT_URL_DYNAMODB")?,
            fips: flag("AWS_USE_FIPS_ENDPOINT"),
            dual_stack: flag("AWS_USE_DUALSTACK_ENDPOINT"),
        })
    }

    /// The address of EventBridge Scheduler.
    pub(super) fn scheduler(&self, region: &str) -> String {
        if let Some(url) = &self.scheduler {
            return url.trim_end_matches('/').to_owned();
        }
        let service = if self.fips { "scheduler-fips" } else { "scheduler" };
        let suffix = match (self.dual_stack, partition(region)) {
            (true, "aws" | "aws-us-gov") => "api.aws",
            (true, "aws-cn") => "api.amazonwebservices.com.cn",
            _ => dns_suffix(region),
        };
        format!("https://{service}.{region}.{suffix}")
    }

    /// The address at which a function is invoked.
    pub(super) fn function(&self, region: &str, name: &str) -> String {
        let service = if self.fips { "lambda-fips" } else { "lambda" };
        let host = match dns_suffix(region) {
            // The other partitions have a domain of their own for it, or none.
            "amazonaws.com" if self.dual_stack => format!("https://{service}.{region}.api.aws"),
            suffix => format!("https://{service}.{region}.{suffix}"),
        };
        let host = self.lambda.as_ref().map_or(host, |url| url.trim_end_matches('/').to_owned());
        format!("{host}/2015-03-31/functions/{name}/invocations")
    }

    /// The address of SQS, as its SDK has it.
    pub(super) fn queues(&self, region: &str) -> String {
        self.regional(self.sqs.as_ref(), "sqs", region)
    }

    /// The address of DynamoDB, as its SDK has it.
    pub(super) fn dynamodb(&self, region: &str) -> String {
        self.regional(self.dynamodb.as_ref(), "dynamodb", region)
    }

    fn regional(&self, own: Option<&String>, service: &str, region: &str) -> String {
        if let Some(url) = own {
            return url.clone();
        }
        // In GovCloud, these endpoints are all FIPS.
        let is_named = self.fips && (self.dual_stack || !region.starts_with("us-gov-"));
        let fips = if is_named { "-fips" } else { "" };
        let suffix = if self.dual_stack { dual_stack_suffix(region) } else { dns_suffix(region) };
        format!("https://{service}{fips}.{region}.{suffix}")
    }

    /// The address of an object: with the bucket in the host name where that is possible, else in the path.
    pub(super) fn object(&self, region: &str, bucket: &str, key: &str) -> String {
        let key = utf8_percent_encode(key, &KEY);
        if let Some(url) = &self.s3 {
            // Another endpoint than AWS's has no host name for each bucket.
            return format!("{}/{bucket}/{key}", url.trim_end_matches('/'));
        }
        let service = if self.fips { "s3-fips" } else { "s3" };
        let dual_stack = if self.dual_stack { "dualstack." } else { "" };
        let host = format!("{service}.{dual_stack}{region}.{}", dns_suffix(region));
        if bucket.contains('.') {
            // No certificate is for a host name with another dot.
            format!("https://{host}/{bucket}/{key}")
        } else {
            format!("https://{bucket}.{host}/{key}")
        }
    }
}

/// A variable of the environment. An empty one counts as not set, as for AWS's SDKs.
pub(super) fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// An endpoint that requests can be sent to. The SDK's own message about another one has the request in it.
fn checked(variable: &'static str, url: String) -> Result<String, AwsError> {
    let is_right = url.parse::<Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.authority().is_some_and(|authority| {
                // Nothing else than a host and a port: no user, no text for a port.
                let host = authority.host();
                !host.is_empty() && (authority.as_str() == host || authority.port_u16().is_some())
            })
            && uri.query().is_none()
    });
    if is_right {
        return Ok(url);
    }
    let rule = "an address that begins with http:// or https:// and has a host, without a query";
    Err(AwsError::Variable { variable, rule, value: url })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_addresses() {
        for (url, expected) in [
            ("http://127.0.0.1:4566", true),
            ("https://localhost/some/path/", true),
            ("http://[::1]:4566", true),
            ("127.0.0.1:4566", false),
            ("localhost", false),
            ("http://", false),
            ("https:///path", false),
            ("http://a b/", false),
            (" http://localhost", false),
            ("ftp://localhost", false),
            ("http://localhost?a=b", false),
            ("http://localhost:port", false),
        ] {
            assert_eq!(checked("AWS_ENDPOINT_URL", url.to_owned()).is_ok(), expected, "{url}");
        }
        let error = checked("AWS_ENDPOINT_URL", "localhost".to_owned()).unwrap_err().to_string();
        assert!(error.starts_with("environment: `AWS_ENDPOINT_URL` must be an address"), "{error}");
    }

    #[test]
    fn regions_are_parts_of_host_names() {
        for (text, expected) in [
            ("us-east-1", true),
            ("local", true),
            ("", false),
            ("us east", false),
            ("a.b", false),
            ("a/", false),
            ("-a", false),
        ] {
            assert_eq!(is_region(text), expected, "{text}");
        }
    }

    /// As `aws-sdk-sqs` tests its endpoints.
    #[test]
    fn queues_have_an_address() {
        for (region, fips, dual_stack, expected) in [
            ("us-east-1", false, false, "https://sqs.us-east-1.amazonaws.com"),
            ("us-east-1", true, false, "https://sqs-fips.us-east-1.amazonaws.com"),
            ("us-east-1", true, true, "https://sqs-fips.us-east-1.api.aws"),
            ("us-east-1", false, true, "https://sqs.us-east-1.api.aws"),
            ("cn-north-1", false, false, "https://sqs.cn-north-1.amazonaws.com.cn"),
            ("cn-north-1", true, true, "https://sqs-fips.cn-north-1.api.amazonwebservices.com.cn"),
            ("cn-north-1", true, false, "https://sqs-fips.cn-north-1.amazonaws.com.cn"),
            ("us-gov-west-1", false, false, "https://sqs.us-gov-west-1.amazonaws.com"),
            ("us-gov-east-1", true, true, "https://sqs-fips.us-gov-east-1.api.aws"),
            ("us-gov-east-1", true, false, "https://sqs.us-gov-east-1.amazonaws.com"),
            ("us-iso-east-1", true, false, "https://sqs-fips.us-iso-east-1.c2s.ic.gov"),
        ] {
            let endpoints = Endpoints { fips, dual_stack, ..Endpoints::default() };
            assert_eq!(endpoints.queues(region), expected, "{region} {fips} {dual_stack}");
        }
        let local = Endpoints { sqs: Some("http://127.0.0.1:4566".to_owned()), ..Endpoints::default() };
        assert_eq!(local.queues("us-east-1"), "http://127.0.0.1:4566");
    }

    #[test]
    fn dynamodb_has_an_address() {
        for (region, fips, dual_stack, expected) in [
            ("eu-west-1", false, false, "https://dynamodb.eu-west-1.amazonaws.com"),
            ("us-east-1", true, false, "https://dynamodb-fips.us-east-1.amazonaws.com"),
            ("us-east-1", true, true, "https://dynamodb-fips.us-east-1.api.aws"),
            ("eu-west-1", false, true, "https://dynamodb.eu-west-1.api.aws"),
            ("cn-north-1", false, false, "https://dynamodb.cn-north-1.amazonaws.com.cn"),
            ("us-gov-west-1", true, false, "https://dynamodb.us-gov-west-1.amazonaws.com"),
        ] {
            let endpoints = Endpoints { fips, dual_stack, ..Endpoints::default() };
            assert_eq!(endpoints.dynamodb(region), expected, "{region} {fips} {dual_stack}");
        }
        let local = Endpoints { dynamodb: Some("http://127.0.0.1:8000".to_owned()), ..Endpoints::default() };
        assert_eq!(local.dynamodb("us-east-1"), "http://127.0.0.1:8000");
    }

    #[test]
    fn scheduler_has_an_address() {
        let aws = Endpoints::default();
        let fips = Endpoints { fips: true, dual_stack: true, ..Endpoints::default() };
        let local = Endpoints { scheduler: Some("http://127.0.0.1:4566/".to_owned()), ..Endpoints::default() };
        for (endpoints, region, expected) in [
            (&aws, "us-east-1", "https://scheduler.us-east-1.amazonaws.com"),
            (&aws, "cn-north-1", "https://scheduler.cn-north-1.amazonaws.com.cn"),
            (&fips, "us-gov-west-1", "https://scheduler-fips.us-gov-west-1.api.aws"),
            (&local, "us-east-1", "http://127.0.0.1:4566"),
        ] {
            assert_eq!(endpoints.scheduler(region), expected);
        }
        let partitions = ["eu-west-1", "cn-north-1", "us-gov-east-1", "us-isob-east-1"].map(partition);
        assert_eq!(partitions, ["aws", "aws-cn", "aws-us-gov", "aws-iso-b"]);
    }

    #[test]
    fn objects_have_an_address() {
        let aws = Endpoints::default();
        let fips = Endpoints { fips: true, dual_stack: true, ..Endpoints::default() };
        let local = Endpoints { s3: Some("http://127.0.0.1:4566/".to_owned()), ..Endpoints::default() };
        for (endpoints, region, bucket, key, expected) in [
            (&aws, "us-east-1", "b", "2026/11/23/x.json", "https://b.s3.us-east-1.amazonaws.com/2026/11/23/x.json"),
            (&aws, "cn-north-1", "b", "x", "https://b.s3.cn-north-1.amazonaws.com.cn/x"),
            (&aws, "us-east-1", "a.b", "x", "https://s3.us-east-1.amazonaws.com/a.b/x"),
            (&aws, "us-east-1", "b", "a b?#ü/+", "https://b.s3.us-east-1.amazonaws.com/a%20b%3F%23%C3%BC/%2B"),
            (&fips, "us-gov-west-1", "b", "x", "https://b.s3-fips.dualstack.us-gov-west-1.amazonaws.com/x"),
            (&local, "us-east-1", "b", "x", "http://127.0.0.1:4566/b/x"),
        ] {
            assert_eq!(endpoints.object(region, bucket, key), expected);
        }
    }

    #[test]
    fn functions_have_an_address() {
        let aws = Endpoints::default();
        let fips = Endpoints { fips: true, dual_stack: true, ..Endpoints::default() };
        let local = Endpoints { lambda: Some("http://127.0.0.1:4566/".to_owned()), ..Endpoints::default() };
        for (endpoints, region, expected) in [
            (&aws, "eu-west-1", "https://lambda.eu-west-1.amazonaws.com"),
            (&aws, "cn-north-1", "https://lambda.cn-north-1.amazonaws.com.cn"),
            (&fips, "us-gov-west-1", "https://lambda-fips.us-gov-west-1.api.aws"),
            (&local, "eu-west-1", "http://127.0.0.1:4566"),
        ] {
            let expected = format!("{expected}/2015-03-31/functions/shop-Price/invocations");
            assert_eq!(endpoints.function(region, "shop-Price"), expected);
        }
    }
}
