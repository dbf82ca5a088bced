//! A small client for signed requests, for services of which a few calls are needed: an SDK for three calls of S3 was
//! two fifths of the bootstrap's compile time. It shares the SDK's HTTP client.
//!
//! It makes one attempt; retries are [`retry`](crate::retry)'s.

use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sigv4::{
    http_request::{
        PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
        UriPathNormalizationMode, sign,
    },
    sign::v4::SigningParams,
};
use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::client::{
    http::{HttpConnector, SharedHttpConnector},
    orchestrator::HttpRequest,
};
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;

use super::{AwsError, clock::Clock};
use crate::transport::TransportError;

/// Signs requests and sends them.
#[derive(Clone, Debug)]
pub(super) struct Signed {
    pub(super) connector: SharedHttpConnector,
    pub(super) credentials: SharedCredentialsProvider,
    pub(super) clock: Clock,
}

/// The service and the region that a request is for.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    /// The service and its operation, for errors.
    pub(super) call: &'static str,
    /// The service's name in signatures.
    pub(super) service: &'static str,
    pub(super) region: &'a str,
}

impl Signed {
    /// Sends a request whose body has this SHA-256. Returns the answer, whatever its status.
    pub(super) async fn send(
        &self,
        scope: Scope<'_>,
        request: http::Request<Bytes>,
        sha256: &[u8],
    ) -> Result<http::Response<SdkBody>, TransportError> {
        let failed = |error: &dyn std::error::Error| TransportError::permanent(AwsError::network(scope.call, error));
        let request = self.signed(scope, request, sha256).await?;
        let request = HttpRequest::try_from(request.map(SdkBody::from)).map_err(|error| failed(&error))?;
        let response = self.connector.call(request).await.map_err(|error| match error.is_user() {
            true => failed(&error),
            false => TransportError::transient(AwsError::network(scope.call, &error)),
        })?;
        response.try_into_http1x().map_err(|error| failed(&error))
    }

    async fn signed(
        &self,
        scope: Scope<'_>,
        mut request: http::Request<Bytes>,
        sha256: &[u8],
    ) -> Result<http::Request<Bytes>, TransportError> {
        let failed = |error: &dyn std::error::Error| TransportError::permanent(AwsError::network(scope.call, error));
        let identity = self.credentials.provide_credentials().await.map_err(|error| failed(&error))?.into();
        let mut settings = SigningSettings::default();
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region(scope.region)
            .name(scope.service)
            .time(self.clock.now())
            .settings(settings)
            .build()
            .map_err(|error| failed(&error))?;
        let headers: Result<Vec<_>, _> =
            request.headers().iter().map(|(name, value)| Ok((name.as_str(), value.to_str()?))).collect();
        let headers = headers.map_err(|error: http::header::ToStrError| failed(&error))?;
        let body = SignableBody::Precomputed(hex(sha256));
        let signable =
            SignableRequest::new(request.method().as_str(), request.uri().to_string(), headers.into_iter(), body);
        let signable = signable.map_err(|error| failed(&error))?;
        let (instructions, _) = sign(signable, &parameters.into()).map_err(|error| failed(&error))?.into_parts();
        instructions.apply_to_request_http1x(&mut request);
        Ok(request)
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
