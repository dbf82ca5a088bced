//! The application in a cloud on this machine: how its messages travel there, and how its tasks run in this process.

mod in_process;
mod transport;

pub(crate) use in_process::InProcess;
pub(crate) use transport::CloudTransport;

tokio::task_local! {
    /// The run that is in hand, so that what it sends is known to be its.
    pub(crate) static RUN: async_lambda_local::run::RunId;
}
