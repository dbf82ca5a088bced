//! Waiting for the first of several things. Tokio's `select!` is a procedural macro, with a crate and features of syn that nothing
//! else here needs and everybody who builds waits for.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

/// Waits for one of two futures, and drops the other. Where both are ready, it is the first.
pub(crate) async fn race<T>(first: impl Future<Output = T>, second: impl Future<Output = T>) -> T {
    let (mut first, mut second) = (pin!(first), pin!(second));
    poll_fn(|context| match first.as_mut().poll(context) {
        Poll::Pending => second.as_mut().poll(context),
        ready => ready,
    })
    .await
}
