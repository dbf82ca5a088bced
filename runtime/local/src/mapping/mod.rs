//! Event source mappings: messages become an event, and the answer says which of them are done.

mod event;
pub mod filter;
mod poller;
mod response;

pub(crate) use event::system_attributes;
pub use event::{ACCOUNT, REGION, queue_arn, record};
pub use poller::poll;
pub use response::failed;
