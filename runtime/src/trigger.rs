//! What starts a task, as types: a handler's parameters are checked against them.

use std::marker::PhantomData;

use crate::Task;

/// What starts a task. Nobody else can add one: each has its own event and its own way to run.
pub trait Trigger: sealed::Trigger + 'static {}

/// Messages of the queue that belongs to the async task `T`.
pub struct Managed<T>(PhantomData<fn() -> T>);
/// Messages of somebody else's queue.
pub struct Queue;
/// A schedule.
pub struct Schedule;
/// Requests to a route.
pub struct Api;

impl<T: Task> Trigger for Managed<T> {}
impl Trigger for Queue {}
impl Trigger for Schedule {}
impl Trigger for Api {}

mod sealed {
    pub trait Trigger {}
    impl<T> Trigger for super::Managed<T> {}
    impl Trigger for super::Queue {}
    impl Trigger for super::Schedule {}
    impl Trigger for super::Api {}
}
