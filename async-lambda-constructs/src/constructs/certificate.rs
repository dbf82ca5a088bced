//! A certificate of ACM.

use cfn_model::{
    Value,
    certificate_manager::{self, certificate::DomainValidationOption},
};

use super::report;
use crate::{Construct, Stack, metric::Metric};

/// The longest name that the first name of a certificate can have.
const LONGEST_COMMON_NAME: usize = 64;

/// A certificate of ACM for names of a hosted zone of Route 53.
///
/// | | default |
/// |---|---|
/// | proof that the names are yours | by records in the hosted zone, which CloudFormation makes, and which stay: ACM renews by them, unasked |
/// | key | RSA with 2048 bits, ACM's default, which every client and every service of AWS takes |
///
/// A certificate of an API is made in the API's region; one of a CloudFront distribution in `us-east-1`.
///
/// ```
/// use async_lambda_constructs::{
///     constructs::{Alarm, Certificate},
///     prelude::*,
/// };
///
/// let mut stack = Stack::new("shop");
/// let zone = stack.parameter("Zone", Parameter::new("AWS::Route53::HostedZone::Id"));
/// let certificate = Certificate::new("shop.example.com", zone.value::<String>()).name("*.shop.example.com");
/// let certificate = stack.add("Certificate", certificate);
/// stack.add("CertificateExpires", Alarm::below(certificate.metric_days_to_expiry(), 30));
/// assert!(!stack.validate().has_errors());
/// ```
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct Certificate {
    names: Vec<Value<String>>,
    zone_id: Value<String>,
    certificate: certificate_manager::Certificate,
}

/// A certificate that is in a stack, or elsewhere.
#[derive(Clone, Debug)]
pub struct CertificateHandle {
    arn: Value<String>,
    /// The names that are known; `None` of a certificate of somewhere else.
    names: Option<Vec<Value<String>>>,
}

impl Certificate {
    /// A certificate for this name, `shop.example.com` or `*.example.com`, whose hosted zone has this id. The first name has at most 64
    /// characters.
    pub fn new(domain_name: impl Into<Value<String>>, hosted_zone_id: impl Into<Value<String>>) -> Certificate {
        let name = domain_name.into();
        let certificate = certificate_manager::Certificate::new(name.clone()).validation_method("DNS");
        Certificate { names: vec![name], zone_id: hosted_zone_id.into(), certificate }
    }

    /// One more name of the same hosted zone: a certificate has 10, until AWS allows more.
    pub fn name(mut self, domain_name: impl Into<Value<String>>) -> Certificate {
        self.names.push(domain_name.into());
        self
    }

    /// Any other property: `customize_certificate(|certificate| certificate.key_algorithm("EC_prime256v1"))`.
    pub fn customize_certificate(
        mut self,
        change: impl FnOnce(certificate_manager::Certificate) -> certificate_manager::Certificate,
    ) -> Certificate {
        self.certificate = change(self.certificate);
        self
    }
}

impl Construct for Certificate {
    type Handle = CertificateHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> CertificateHandle {
        let options: Vec<DomainValidationOption> = self
            .names
            .iter()
            .map(|name| DomainValidationOption::new().domain_name(name.clone()).hosted_zone_id(self.zone_id.clone()))
            .collect();
        let mut certificate = self.certificate.domain_validation_options(options);
        if self.names.len() > 1 {
            certificate = certificate.subject_alternative_names(self.names[1..].to_vec());
        }
        let certificate = stack.add(id, certificate);
        let what = format!("certificate `{id}`");
        self.names.iter().for_each(|name| report_name(stack, id, &what, name, true));
        report_zone(stack, id, &what, &self.zone_id);
        if let Some(name) = self.names[0].literal().filter(|name| name.len() > LONGEST_COMMON_NAME) {
            let message = format!(
                "{what}: the first name must have at most {LONGEST_COMMON_NAME} characters, `{name}` has {}",
                name.len()
            );
            report(stack, id, message, "begin with a shorter one, and add this by `.name(..)`");
        }
        for (index, name) in self.names.iter().enumerate() {
            if let Some(name) = name.literal().filter(|_| self.names[..index].contains(name)) {
                report(stack, id, format!("{what}: each name must be given once, got `{name}` again"), "remove it");
            }
        }
        CertificateHandle { arn: certificate.reference(), names: Some(self.names) }
    }
}

impl CertificateHandle {
    /// A certificate that is elsewhere, by its ARN.
    pub fn from_arn(arn: impl Into<Value<String>>) -> CertificateHandle {
        CertificateHandle { arn: arn.into(), names: None }
    }

    /// Its ARN.
    pub fn arn(&self) -> Value<String> {
        self.arn.clone()
    }

    /// How many days it is valid for, at least. ACM reports it twice a day, and renews 60 days before the end.
    pub fn metric_days_to_expiry(&self) -> Metric {
        Metric::new("AWS/CertificateManager", "DaysToExpiry")
            .dimension("CertificateArn", self.arn())
            .statistic("Minimum")
            .period(86_400)
            .label("days to expiry")
    }

    /// The names of the certificate, if it is certainly not for this name.
    pub(super) fn names_without(&self, name: &str) -> Option<String> {
        let names: Vec<&str> =
            self.names.as_ref()?.iter().map(|name| name.literal().map(String::as_str)).collect::<Option<_>>()?;
        let is_covered = names.iter().any(|pattern| {
            let under = pattern.strip_prefix("*.").and_then(|parent| name.strip_suffix(parent)?.strip_suffix('.'));
            pattern.eq_ignore_ascii_case(name) || under.is_some_and(|label| !label.is_empty() && !label.contains('.'))
        });
        (!is_covered).then(|| names.join("`, `"))
    }
}

/// Reports a text that is no domain name.
#[track_caller]
pub(super) fn report_name(stack: &mut Stack, id: &str, what: &str, name: &Value<String>, may_be_wildcard: bool) {
    let Some(name) = name.literal() else { return };
    let plain = name.strip_prefix("*.").filter(|_| may_be_wildcard).unwrap_or(name);
    if !is_domain_name(plain) {
        let message = format!("{what}: must have a domain name such as `shop.example.com`, got `{name}`");
        report(
            stack,
            id,
            message,
            "labels of letters, digits and hyphens with dots between them, without `https://` and without a path",
        );
    }
}

/// Reports a text that is no id of a hosted zone.
#[track_caller]
pub(super) fn report_zone(stack: &mut Stack, id: &str, what: &str, zone: &Value<String>) {
    let Some(zone) = zone.literal() else { return };
    let is_id = zone.starts_with('Z')
        && zone.len() <= 32
        && zone.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if !is_id {
        let message =
            format!("{what}: must have the id of a hosted zone such as `Z0123456789ABCDEFGHIJ`, got `{zone}`");
        report(stack, id, message, "`aws route53 list-hosted-zones-by-name` lists the ids, without `/hosted-zone/`");
    }
}

fn is_domain_name(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    name.len() <= 253 && name.contains('.') && name.split('.').all(is_label)
}
