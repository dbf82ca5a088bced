//! Where AWS's services are.

use std::env;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What names of regions begin with, and the end of host names in their partition; all others are as in `aws`.
const PARTITIONS: [(&str, &str); 6] = [
    ("cn-", "amazonaws.com.cn"),
    ("eu-isoe-", "cloud.adc-e.uk"),
    ("eusc-", "amazonaws.eu"),
    ("us-iso-", "c2s.ic.gov"),
    ("us-isob-", "sc2s.sgov.gov"),
    ("us-isof-", "csp.hci.ic.gov"),
];

/// What is encoded in a key: all but unreserved characters and the slash, as S3 signs it.
const KEY: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The end of host names in a region's partition.
pub(super) fn dns_suffix(region: &str) -> &'static str {
    let known = PARTITIONS.iter().find(|(prefix, _)| region.starts_with(prefix));
    known.map_or("amazonaws.com", |(_, suffix)| suffix)
}

/// Which endpoints to use: AWS's variables, which its SDKs read too.
#[derive(Clone, Debug, Default)]
pub(super) struct Endpoints {
    /// `AWS_ENDPOINT_URL_SQS`, or `AWS_ENDPOINT_URL`.
    pub(super) sqs: Option<String>,
    /// `AWS_ENDPOINT_URL_S3`, or `AWS_ENDPOINT_URL`.
    pub(super) s3: Option<String>,
    /// `AWS_USE_FIPS_ENDPOINT`.
    pub(super) fips: bool,
    /// `AWS_USE_DUALSTACK_ENDPOINT`.
    pub(super) dual_stack: bool,
}

impl Endpoints {
    pub(super) fn from_env() -> Endpoints {
        let text = |name| env::var(name).ok().filter(|value| !value.is_empty());
        let flag = |name| text(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let ignored = flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
        let url = |name| text(name).or_else(|| text("AWS_ENDPOINT_URL")).filter(|_| !ignored);
        Endpoints {
            sqs: url("AWS_ENDPOINT_URL_SQS"),
            s3: url("AWS_ENDPOINT_URL_S3"),
            fips: flag("AWS_USE_FIPS_ENDPOINT"),
            dual_stack: flag("AWS_USE_DUALSTACK_ENDPOINT"),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
