//! The HTTP client that all calls share: hyper's, with HTTP/1.1 only. The one that comes with AWS's SDKs brings HTTP/2
//! along, a tenth of the bootstrap, which neither SQS nor S3 speaks.

use std::{io, time::Duration};

use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
};
use aws_smithy_types::body::SdkBody;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect},
    rt::{TokioExecutor, TokioTimer},
};
use rustls::crypto::ring;

/// Time limit for a TCP connection to be opened.
const CONNECT: Duration = Duration::from_secs(3);

/// The time for which an unused connection is kept.
const IDLE: Duration = Duration::from_secs(60);

/// A client, which keeps its connections. Certificates are only loaded if it is for TLS.
pub(super) fn connector(with_tls: bool) -> io::Result<SharedHttpConnector> {
    let mut tcp = connect::HttpConnector::new();
    tcp.set_connect_timeout(Some(CONNECT));
    tcp.set_nodelay(true);
    let mut builder = Client::builder(TokioExecutor::new());
    builder.pool_timer(TokioTimer::new()).pool_idle_timeout(IDLE);
    if !with_tls {
        return Ok(SharedHttpConnector::new(Connector(builder.build::<_, SdkBody>(tcp))));
    }
    tcp.enforce_http(false);
    let tls = HttpsConnectorBuilder::new().with_provider_and_native_roots(ring::default_provider())?;
    let connector: HttpsConnector<_> = tls.https_or_http().enable_http1().wrap_connector(tcp);
    Ok(SharedHttpConnector::new(Connector(builder.build::<_, SdkBody>(connector))))
}

#[derive(Debug)]
struct Connector<C>(Client<C, SdkBody>);

impl<C> HttpConnector for Connector<C>
where
    C: connect::Connect + Clone + std::fmt::Debug + Send + Sync + 'static,
{
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let client = self.0.clone();
        HttpConnectorFuture::new(async move {
            let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
            let response = client.request(request).await.map_err(|error| ConnectorError::io(error.into()))?;
            HttpResponse::try_from(response.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}
