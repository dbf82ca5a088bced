//! The API of an application, and its certificate.

use std::collections::BTreeSet;

use async_lambda_model::{Cors, MediaType, TaskModel};
use cfn_model::{IntoNode, Node, Object, Path, Resource, Value};

use super::{application::place, hardened, names};
use crate::{
    RestApi, RestApiHandle, Stack,
    config::{Setting, Settings, is_true},
};

/// The first task of each path that has none for `OPTIONS`. A path with `ANY` has one too: an API lets preflight requests pass
/// its authorizer only on a method `OPTIONS` of its own.
pub(super) fn preflights(tasks: &[TaskModel]) -> BTreeSet<String> {
    let routes = || tasks.iter().filter_map(|task| Some((task.trigger.route()?, task.id.as_str())));
    let mut seen = BTreeSet::new();
    let first = routes().filter(|(route, _)| seen.insert(route.path.as_str()));
    let takes_options = |path: &str| routes().any(|(route, _)| route.path == path && route.method == "OPTIONS");
    first.filter(|(route, _)| !takes_options(&route.path)).map(|(_, id)| id.to_owned()).collect()
}

/// CORS as functions read it.
pub(super) fn cors_variable(cors: &Cors) -> String {
    cors.to_json().to_string()
}

/// Adds the API, and its certificate where that is made.
pub(super) fn add(
    stack: &mut Stack,
    settings: &Settings,
    binary_media_types: &[String],
    cors: Option<&Cors>,
) -> RestApiHandle {
    let certificate = match (&settings.domain_name, &settings.hosted_zone_id) {
        (Some(domain), Some(zone)) if settings.auto_create_acm_certificate.as_ref().is_some_and(is_true) => {
            Some(stack.add(names::CERTIFICATE, certificate(domain, zone)).reference())
        }
        _ => settings.certificate_arn.as_ref().map(|arn| Value::<String>::raw(arn.value.clone())),
    };
    let api = api(settings, certificate, binary_media_types);
    stack.add(names::API, cors.cloned().into_iter().fold(api, RestApi::cors))
}

/// A certificate for the domain, which a record in its hosted zone proves.
fn certificate(domain: &Setting, zone: &Setting) -> Resource {
    let proof = Object::from_iter([
        ("DomainName".to_owned(), domain.value.clone()),
        ("HostedZoneId".to_owned(), zone.value.clone()),
    ]);
    let properties = [
        ("DomainName", domain.value.clone()),
        ("ValidationMethod", "DNS".into_node()),
        ("DomainValidationOptions", vec![proof.into_node()].into_node()),
    ];
    let properties = properties.into_iter().map(|(name, value)| (name.to_owned(), value));
    Resource::raw("AWS::CertificateManager::Certificate", properties.collect::<Object>())
}

fn api(settings: &Settings, certificate: Option<Value<String>>, binary_media_types: &[String]) -> RestApi {
    let mut api = RestApi::new("prod").customize_api(|api| api.tracing_enabled(true));
    if !binary_media_types.is_empty() {
        api = api.binary_media_types(binary_media_types);
    }
    let value = |setting: &Setting| Value::<String>::raw(setting.value.clone());
    if let (Some(domain), Some(certificate)) = (&settings.domain_name, certificate) {
        api = api.domain(value(domain), certificate);
        if let Some(zone) = &settings.hosted_zone_id {
            api = api.hosted_zone(value(zone));
        }
        if let Some(version) = &settings.tls_version {
            api = api.tls_version(value(version));
        }
    }
    if !settings.method_settings.is_empty() {
        let members: Vec<Node> = settings.method_settings.iter().map(|setting| setting.value.clone()).collect();
        api = api.customize_api(|api| api.method_settings(Value::raw(members)));
    }
    if let Some(days) = &settings.api_access_log_days {
        api = api.access_logs(Value::<i64>::raw(days.value.clone()));
    } else if settings.hardened.as_ref().is_some_and(is_true) {
        api = api.access_logs(hardened::ACCESS_LOG_DAYS);
    }
    api
}

/// Which part of the API comes from which part of the file.
pub(super) fn places(settings: &Settings, media_types: &[String]) -> impl Iterator<Item = (Path, Path)> {
    let of_domain =
        |name, setting: &Setting| (place(names::API, &["Properties", "Domain", name]), setting.path.clone());
    let domain = settings.domain_name.as_ref().map(move |setting| of_domain("DomainName", setting));
    let certificate = settings.certificate_arn.as_ref().map(move |setting| of_domain("CertificateArn", setting));
    let version = settings.tls_version.as_ref().map(move |setting| of_domain("SecurityPolicy", setting));
    let days = settings.api_access_log_days.as_ref().map(|setting| {
        (place(RestApi::access_logs_id(names::API), &["Properties", "RetentionInDays"]), setting.path.clone())
    });
    let zone = settings
        .hosted_zone_id
        .as_ref()
        .map(|setting| (place(names::API, &["Properties", "Domain", "Route53", "HostedZoneId"]), setting.path.clone()));
    let methods = settings.method_settings.iter().enumerate().map(|(index, setting)| {
        (place(names::API, &["Properties", "MethodSettings"]).join(index), setting.path.clone())
    });
    let cors = settings.cors.values().next().into_iter().flat_map(|first| {
        let places = ["Cors", "GatewayResponses"].map(|name| place(names::API, &["Properties", name]));
        places.map(|place| (place, Path(first.path.0[..first.path.0.len() - 1].to_vec())))
    });
    let new = settings.auto_create_acm_certificate.as_ref();
    let new = new.map(|setting| (place(names::CERTIFICATE, &["Properties"]), setting.path.clone()));
    let media_types = settings.binary_media_types.iter().filter_map(|setting| {
        let index = media_types.iter().position(|media_type| setting.value.as_str() == Some(media_type))?;
        Some((place(names::API, &["Properties", "BinaryMediaTypes"]).join(index), setting.path.clone()))
    });
    let single = domain.into_iter().chain(certificate).chain(version).chain(days).chain(zone).chain(new);
    single.chain(cors).chain(methods).chain(media_types)
}

/// Those in code, then those in the settings, each once.
pub(super) fn binary_media_types(in_code: &[MediaType], settings: &Settings) -> Vec<String> {
    let in_settings = settings.binary_media_types.iter().filter_map(|setting| setting.value.as_str());
    let mut all = Vec::new();
    for media_type in in_code.iter().map(MediaType::as_str).chain(in_settings) {
        if !all.iter().any(|known| known == media_type) {
            all.push(media_type.to_owned());
        }
    }
    all
}
