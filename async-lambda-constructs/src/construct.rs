//! What a construct is.

use cfn_model::{Handle, IntoResource};

use crate::Stack;

/// A piece of infrastructure that is more than one resource, in the user's vocabulary: what [`Stack::add`] takes. Every
/// resource is one, too.
///
/// A construct is described first and added once. It adds ordinary resources: to change one, look it up in the stack by
/// its logical id.
///
/// ```
/// use async_lambda_constructs::prelude::*;
///
/// /// A topic, and a queue that gets what is announced there.
/// struct Inbox;
///
/// impl Construct for Inbox {
///     type Handle = ManagedQueueHandle;
///
///     fn build(self, id: &str, stack: &mut Stack) -> ManagedQueueHandle {
///         let topic = stack.add(format!("{id}Topic"), sns::Topic::new());
///         let queue = stack.add(id, ManagedQueue::new().visibility_timeout(360));
///         stack.add(format!("{id}Subscription"), QueueSubscription::new(&topic, &queue));
///         queue
///     }
/// }
///
/// let mut stack = Stack::new("orders");
/// let orders = stack.add("Orders", Inbox);
/// stack.output("OrdersUrl", Output::new(orders.url()));
/// assert!(stack.resource("OrdersTopic").is_some());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a resource nor a construct",
    label = "cannot be added to a stack",
    note = "a resource is a typed struct such as `sqs::Queue`, a `Resource` around one, `Resource::raw`, or JSON with a \
            `Type`; a construct implements `Construct`"
)]
pub trait Construct {
    /// What others need to refer to it: the handles of its resources.
    type Handle;

    /// Adds its resources to the stack, under logical ids that begin with `id`: what [`Stack::add`] calls. A finding
    /// about one of them points at the line in here that added it, and names the line that added the construct. With
    /// `#[track_caller]`, as the constructs of this crate have it, it points at the latter alone.
    fn build(self, id: &str, stack: &mut Stack) -> Self::Handle;
}

#[diagnostic::do_not_recommend]
impl<R: IntoResource> Construct for R {
    type Handle = Handle<R::Attributes>;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> Handle<R::Attributes> {
        stack.template_mut().add(id, self)
    }
}
