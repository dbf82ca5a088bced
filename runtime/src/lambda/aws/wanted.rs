//! Clients that only some applications need.
//!
//! [`Aws`](super::Aws) is used as an object, so whatever its methods call is in every bootstrap. They call these clients
//! through functions that are set by what needs them: `InvokeLater`, `Call`, `Once`, `Table`, `Error::retry_after`, a backoff. Where an
//! application has none of these, the linker leaves the client out.

use std::{sync::OnceLock, time::SystemTime};

use bytes::Bytes;

#[cfg(feature = "table")]
use super::table::{DynamoTables, Tables};
use super::{
    dynamodb::DynamoDb,
    endpoint::Endpoints,
    function::Functions,
    json::Json,
    scheduler::{Group, Scheduler},
    signed::Signed,
};
use crate::{
    BoxFuture,
    once::OnceTable,
    transport::{Called, HiddenMessage, OutgoingMessage, OutgoingSchedule, Refused, TransportError},
};

/// The parts that clients are made of.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    pub(super) client: Signed,
    pub(super) endpoints: Endpoints,
    pub(super) region: String,
    pub(super) group: Group,
    /// `ASYNC_LAMBDA_ONCE_TABLE`.
    pub(super) table: Option<String>,
}

/// A client that is there if something asked for it.
pub(super) struct Wanted<C: ?Sized> {
    make: OnceLock<fn(&Parts) -> Box<C>>,
    name: &'static str,
}

impl<C: ?Sized> Wanted<C> {
    const fn new(name: &'static str) -> Wanted<C> {
        Wanted { make: OnceLock::new(), name }
    }

    fn want(&self, make: fn(&Parts) -> Box<C>) {
        self.make.get_or_init(|| make);
    }

    /// The client. Whatever calls it has asked for it, so an error is a fault of this library.
    pub(super) fn get(&self, parts: &Parts) -> Result<Box<C>, TransportError> {
        let make = self.make.get().ok_or_else(|| format!("nothing of the application asked for {}", self.name));
        make.map(|make| make(parts)).map_err(TransportError::permanent)
    }
}

/// EventBridge Scheduler.
pub(super) trait Schedules: Send + Sync {
    /// Makes a schedule that sends a message to the queue of this URL.
    fn create<'a>(
        &'a self,
        queue_url: &'a str,
        message: &'a OutgoingMessage,
        schedule: &'a OutgoingSchedule,
    ) -> BoxFuture<'a, Result<(), TransportError>>;

    /// The time at which a schedule fires.
    fn time<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SystemTime, TransportError>>;

    /// Deletes a schedule.
    fn delete<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), TransportError>>;
}

/// Functions of the application.
pub(super) trait Calls: Send + Sync {
    /// Invokes a function once, and waits for its answer.
    fn call<'a>(
        &'a self,
        name: &'a str,
        request: Bytes,
        trace_header: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Called, TransportError>>;
}

/// Visibility timeouts of messages.
pub(super) trait Visibility: Send + Sync {
    /// Sets them; returns the messages that SQS refused.
    fn change<'a>(
        &'a self,
        queue_arn: &'a str,
        messages: &'a [HiddenMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>>;
}

pub(super) static SCHEDULES: Wanted<dyn Schedules> = Wanted::new("EventBridge Scheduler");
pub(super) static CALLS: Wanted<dyn Calls> = Wanted::new("calls of functions");
pub(super) static VISIBILITY: Wanted<dyn Visibility> = Wanted::new("visibility timeouts");
pub(super) static ONCE_TABLE: Wanted<dyn OnceTable> = Wanted::new("the table of `Once`");

#[cfg(feature = "table")]
pub(super) static TABLES: Wanted<dyn Tables> = Wanted::new("tables");

/// For tables of the application.
#[cfg(feature = "table")]
pub(crate) fn want_tables() {
    TABLES.want(|Parts { client, endpoints, region, .. }| {
        Box::new(DynamoTables::new(client.clone(), endpoints.clone(), region.clone()))
    });
}

/// For messages with a schedule.
pub(crate) fn want_schedules() {
    SCHEDULES.want(|Parts { client, endpoints, region, group, .. }| {
        let (client, endpoints, region, group) = (client.clone(), endpoints.clone(), region.clone(), group.clone());
        Box::new(Scheduler { client, endpoints, region, group })
    });
}

/// For calls of function tasks.
pub(crate) fn want_calls() {
    CALLS.want(|parts| Box::new(Functions::new(parts.client.clone(), parts.endpoints.clone(), parts.region.clone())));
}

/// For messages that failed and come again after a time of their own.
pub(crate) fn want_visibility() {
    VISIBILITY.want(|parts| Box::new(Json { client: parts.client.clone(), endpoints: parts.endpoints.clone() }));
}

/// For work that is done once for each key.
pub(crate) fn want_once_table() {
    ONCE_TABLE.want(|Parts { client, endpoints, region, table, .. }| {
        Box::new(DynamoDb::new(client.clone(), endpoints.clone(), region.clone(), table.clone()))
    });
}

impl Schedules for Scheduler {
    fn create<'a>(
        &'a self,
        queue_url: &'a str,
        message: &'a OutgoingMessage,
        schedule: &'a OutgoingSchedule,
    ) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(Scheduler::create(self, queue_url, message, schedule))
    }

    fn time<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SystemTime, TransportError>> {
        Box::pin(Scheduler::time(self, name))
    }

    fn delete<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(Scheduler::delete(self, name))
    }
}

impl Calls for Functions {
    fn call<'a>(
        &'a self,
        name: &'a str,
        request: Bytes,
        trace_header: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Called, TransportError>> {
        Box::pin(Functions::call(self, name, request, trace_header))
    }
}

impl Visibility for Json {
    fn change<'a>(
        &'a self,
        queue_arn: &'a str,
        messages: &'a [HiddenMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        Box::pin(self.change_visibility(queue_arn, messages))
    }
}
