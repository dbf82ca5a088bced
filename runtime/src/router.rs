//! A whole router as one API task.

use std::{
    convert::Infallible,
    future::{Future, poll_fn},
    marker::PhantomData,
};

use axum_core::{body::Body, response::IntoResponse};
use http::{Extensions, Request};
use serde_json::Value;
use tower_service::Service;

use crate::{
    ApiEvent, BoxError, BoxFuture, Error, FromInvocation,
    event::proxy_response,
    extract::{Edge, Invocation},
    handler::Handler,
    options::AnyTask,
    trigger::Api,
};

/// A router, or any other tower service of requests, as the handler of an API task: [`mount`] makes one.
#[derive(Clone, Debug)]
pub struct Mounted<R, X = ()> {
    router: R,
    extractors: PhantomData<fn() -> X>,
}

/// Makes a router, an `axum::Router` for example, the handler of an API task.
///
/// Its route is usually `"ANY", "/{proxy+}"`. Each request has the [`ApiEvent`] among its extensions.
pub fn mount<R>(router: R) -> Mounted<R> {
    Mounted { router, extractors: PhantomData }
}

impl<R, X> Mounted<R, X> {
    /// Puts an extractor, `Invoke<T>` for example, among each request's extensions, from where axum's
    /// `Extension<Invoke<T>>` takes it. The task gets its edges.
    pub fn with<N>(self) -> Mounted<R, (X, N)> {
        Mounted { router: self.router, extractors: PhantomData }
    }
}

/// Extractors that become extensions of a request.
pub trait Extracted: 'static {
    /// The edges of all of them.
    const EDGES: &'static [Edge];

    /// Puts them among the extensions.
    ///
    /// # Errors
    ///
    /// The first error of an extractor.
    fn insert(invocation: &Invocation, extensions: &mut Extensions) -> impl Future<Output = Result<(), Error>> + Send;
}

impl Extracted for () {
    const EDGES: &'static [Edge] = &[];

    async fn insert(_: &Invocation, _: &mut Extensions) -> Result<(), Error> {
        Ok(())
    }
}

impl<X, N> Extracted for (X, N)
where
    X: Extracted,
    N: FromInvocation<Api> + Clone + Send + Sync + 'static,
{
    const EDGES: &'static [Edge] = &[Edge::group(X::EDGES), Edge::group(N::EDGES)];

    async fn insert(invocation: &Invocation, extensions: &mut Extensions) -> Result<(), Error> {
        X::insert(invocation, extensions).await?;
        extensions.insert(N::from_invocation(invocation).await?);
        Ok(())
    }
}

/// The arguments of a router: keeps its `Handler` apart from a function's.
pub struct RouterArguments(Infallible);

#[diagnostic::do_not_recommend]
impl<R, X> Handler<Api, RouterArguments> for Mounted<R, X>
where
    X: Extracted,
    R: Service<Request<Body>> + Clone + Send + Sync + 'static,
    R::Response: IntoResponse,
    R::Error: Into<Error>,
    R::Future: Send,
    Self: Clone,
{
    type Kind = AnyTask;
    const EDGES: &'static [Edge] = X::EDGES;

    fn call(mut self, invocation: Invocation) -> BoxFuture<'static, Result<Value, BoxError>> {
        Box::pin(async move {
            let event = <ApiEvent as FromInvocation<Api>>::from_invocation(&invocation).await;
            let mut request = event.map_err(Error::into_inner)?.into_request()?;
            X::insert(&invocation, request.extensions_mut()).await.map_err(Error::into_inner)?;
            let answer = async {
                poll_fn(|context| self.router.poll_ready(context)).await?;
                self.router.call(request).await
            };
            let response = answer.await.map(IntoResponse::into_response).map_err(Into::<Error>::into);
            proxy_response(response.into_response()).await
        })
    }
}
