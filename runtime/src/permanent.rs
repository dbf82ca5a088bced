//! Errors that no further attempt would change.

use std::fmt;

use crate::{
    BoxError, Error, FromInvocation,
    extract::{Edge, Invocation},
    options::{Accepts, ManagedTask},
};

/// Makes errors permanent: the message goes to its dead-letter queue at once, and does not come again.
///
/// That queue is the one that the message would reach after `max_receive_count` attempts: of the task's
/// [`dead_letters_to`](crate::options::TaskBuilder::dead_letters_to), or the application's. The message has the reason as its
/// attribute `AsyncLambdaReason`, `permanent` as `AsyncLambdaKind`, and `AsyncLambdaTaskId` and `AsyncLambdaMessageId`. If
/// the queue does not take it, it fails as any other, and comes again.
///
/// As a parameter it gives the function the permission `sqs:SendMessage` on that queue, and the variable
/// `ASYNC_LAMBDA_DLQ_URL`: nothing else makes a permanent error. It is for tasks with a queue of their own: `async_task`,
/// `async_batch_task` (per message, with [`Batch::fail`](crate::Batch::fail)) and `dead_letter_task`.
///
/// ```
/// use async_lambda::prelude::*;
///
/// # struct Resize; impl Task for Resize { const ID: &'static str = "Resize"; type Payload = String; }
/// async fn resize(event: ManagedSqsEvent<Resize>, permanent: Permanent) -> Result<(), Error> {
///     if !event.payload.ends_with(".png") {
///         return Err(permanent.error("not an image"));
///     }
///     let width: u32 = "800".parse().map_err(|error| permanent.error(error))?;
///     # let _ = width;
///     Ok(())
/// }
///
/// let app = App::new("demo").async_task(Resize, resize);
/// assert!(app.model().unwrap().tasks[0].writes_dead_letters);
/// ```
#[derive(Debug)]
pub struct Permanent(());

impl Permanent {
    /// One for a test that calls a handler. On Lambda only a parameter is one.
    #[cfg(feature = "local")]
    pub fn in_test() -> Permanent {
        Permanent(())
    }

    /// The error of a message that can never be handled. [`Error::is_permanent`] says that it is one; `is` and `downcast_ref`
    /// find the error that it was made of in [`source`](std::error::Error::source).
    ///
    /// It stays permanent as the source of another error.
    pub fn error(&self, error: impl Into<Error>) -> Error {
        Error::from(PermanentError(error.into().into_inner()))
    }
}

/// An error that no further attempt would change.
#[derive(Debug)]
pub(crate) struct PermanentError(BoxError);

impl fmt::Display for PermanentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for PermanentError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}

#[diagnostic::do_not_recommend]
impl<Tr: Accepts<ManagedTask>> FromInvocation<Tr> for Permanent {
    const EDGES: &'static [Edge] = &[Edge::dead_letters()];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        if invocation.model().writes_dead_letters {
            return Ok(Permanent(()));
        }
        // A handler's own parameter is in the model. An extractor that somebody wrote by hand can hide the edge.
        let task = invocation.task();
        Err(format!("task `{task}`: an extractor takes `Permanent` without its edges: the function has no permission")
            .into())
    }
}
