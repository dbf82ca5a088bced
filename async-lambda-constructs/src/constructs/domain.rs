//! A name for an API, or for something else.

use cfn_model::{
    IntoNode, Value,
    api_gateway_v2::{self, DomainNameHandle, domain_name::DomainNameConfiguration},
    intrinsic::join,
    route53::{self, record_set::AliasTarget},
};

use super::{
    CertificateHandle, HttpApiHandle,
    certificate::{report_name, report_zone},
    report,
};
use crate::{Construct, Stack};

/// A name in a hosted zone of Route 53 for an API, or for something else that has a name and a zone of AWS's.
///
/// | | default |
/// |---|---|
/// | records | A and AAAA, as aliases, which cost nothing per query and follow the addresses of their target |
/// | addresses of an API | IPv4 and IPv6 |
/// | TLS | 1.2 and later: API Gateway offers older versions to nobody |
/// | endpoint of an API | regional: HTTP APIs have no other |
///
/// ```
/// use async_lambda_constructs::{
///     constructs::{Certificate, Domain, HttpApi, Route},
///     prelude::*,
/// };
///
/// let mut stack = Stack::new("shop");
/// let zone = stack.parameter("Zone", Parameter::new("AWS::Route53::HostedZone::Id"));
/// let code = sam::Function::new().handler("bootstrap").runtime(sam::Runtime::ProvidedAl2023).code_uri("target/api.zip");
/// let shop = stack.add("Shop", code);
/// let api = stack.add("Api", HttpApi::new().route(Route::get("/orders/{id}", shop.arn())).only_by_domain());
/// let certificate = stack.add("Certificate", Certificate::new("api.example.com", zone.value::<String>()));
/// let domain = Domain::http_api("api.example.com", zone.value::<String>(), &api, &certificate);
/// let domain = stack.add("ApiDomain", domain);
/// stack.output("Url", Output::new(domain.url()));
/// assert!(!stack.validate().has_errors());
/// ```
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct Domain {
    name: Value<String>,
    zone_id: Value<String>,
    target: Target,
}

#[derive(Clone, Debug)]
enum Target {
    Api {
        api_id: Value<String>,
        stage: Value<String>,
        path: Option<Value<String>>,
        certificate: CertificateHandle,
        domain: Box<api_gateway_v2::DomainName>,
    },
    Alias {
        dns_name: Value<String>,
        zone_id: Value<String>,
    },
}

/// A name that is in a stack.
#[derive(Clone, Debug)]
pub struct DomainHandle {
    name: Value<String>,
    domain: Option<DomainNameHandle>,
}

impl Domain {
    /// The name of an HTTP API.
    pub fn http_api(
        name: impl Into<Value<String>>,
        hosted_zone_id: impl Into<Value<String>>,
        api: &HttpApiHandle,
        certificate: &CertificateHandle,
    ) -> Domain {
        Domain::api(name, hosted_zone_id, api.id(), api.stage(), certificate)
    }

    /// The name of a stage of an API of API Gateway, by the API's id: an HTTP API, or a REST API whose endpoint is regional.
    pub fn api(
        name: impl Into<Value<String>>,
        hosted_zone_id: impl Into<Value<String>>,
        api_id: impl Into<Value<String>>,
        stage: impl Into<Value<String>>,
        certificate: &CertificateHandle,
    ) -> Domain {
        let name = name.into();
        let target = Target::Api {
            api_id: api_id.into(),
            stage: stage.into(),
            path: None,
            certificate: certificate.clone(),
            domain: Box::new(api_gateway_v2::DomainName::new(name.clone())),
        };
        Domain { name, zone_id: hosted_zone_id.into(), target }
    }

    /// The name of something else, by the name and the hosted zone that AWS has given it: a load balancer, a distribution of CloudFront
    /// (whose zone is `Z2FDTNDATAQYW2`).
    pub fn alias(
        name: impl Into<Value<String>>,
        hosted_zone_id: impl Into<Value<String>>,
        target_name: impl Into<Value<String>>,
        target_zone_id: impl Into<Value<String>>,
    ) -> Domain {
        let target = Target::Alias { dns_name: target_name.into(), zone_id: target_zone_id.into() };
        Domain { name: name.into(), zone_id: hosted_zone_id.into(), target }
    }

    /// The path below the name at which an API is: `v1`, without slashes at its ends. All paths by default.
    pub fn path(mut self, below: impl Into<Value<String>>) -> Domain {
        if let Target::Api { path, .. } = &mut self.target {
            *path = Some(below.into());
        }
        self
    }

    /// Any other property of the API's domain name: `customize_domain_name(|domain| domain.mutual_tls_authentication(..))`. Those of
    /// an alias are all said.
    pub fn customize_domain_name(
        mut self,
        change: impl FnOnce(api_gateway_v2::DomainName) -> api_gateway_v2::DomainName,
    ) -> Domain {
        if let Target::Api { domain, .. } = &mut self.target {
            **domain = change((**domain).clone());
        }
        self
    }
}

impl Construct for Domain {
    type Handle = DomainHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> DomainHandle {
        let what = format!("domain `{id}`");
        let (alias, domain, reported) = match self.target {
            Target::Api { api_id, stage, path, certificate, domain } => {
                let configuration = DomainNameConfiguration::new()
                    .certificate_arn(certificate.arn())
                    .endpoint_type("REGIONAL")
                    .ip_address_type("dualstack")
                    .security_policy("TLS_1_2");
                let mut domain = *domain;
                if domain.domain_name_configurations.is_none() {
                    domain = domain.domain_name_configurations([configuration]);
                }
                let domain = stack.add(id, domain);
                let mut mapping = api_gateway_v2::ApiMapping::new(api_id, domain.reference(), stage);
                mapping.api_mapping_key = path;
                stack.add(format!("{id}Mapping"), mapping);
                let names = self.name.literal().and_then(|name| Some((name, certificate.names_without(name)?)));
                if let Some((name, names)) = names {
                    let message = format!("{what}: the certificate must be for `{name}`, is for `{names}`");
                    report(
                        stack,
                        id,
                        message,
                        "add the name to the certificate: `.name(..)`; `*.example.com` stands for one label",
                    );
                }
                let alias = AliasTarget::new(domain.regional_domain_name(), domain.regional_hosted_zone_id());
                (alias, Some(domain), id.to_owned())
            }
            Target::Alias { dns_name, zone_id } => (AliasTarget::new(dns_name, zone_id), None, format!("{id}A")),
        };
        for (suffix, kind) in [("A", "A"), ("AAAA", "AAAA")] {
            let record = route53::RecordSet::new(self.name.clone(), kind)
                .hosted_zone_id(self.zone_id.clone())
                .alias_target(alias.clone());
            stack.add(format!("{id}{suffix}"), record);
        }
        // API Gateway takes a wildcard for a name of its own, and so does Route 53.
        report_name(stack, &reported, &what, &self.name, true);
        report_zone(stack, &reported, &what, &self.zone_id);
        DomainHandle { name: self.name, domain }
    }
}

impl DomainHandle {
    /// The name.
    pub fn name(&self) -> Value<String> {
        self.name.clone()
    }

    /// The URL: `https://` and the name.
    pub fn url(&self) -> Value<String> {
        match self.name.literal() {
            Some(name) => format!("https://{name}").into(),
            None => join("", ["https://".into_node(), self.name().into_node()]),
        }
    }

    /// The domain name of API Gateway; an alias has none.
    pub fn resource(&self) -> Option<&DomainNameHandle> {
        self.domain.as_ref()
    }
}
