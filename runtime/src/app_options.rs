//! Options of an application: defaults of its tasks, and what is one for all of them.

use async_lambda_model::{
    Architecture, Backoff, EphemeralStorage, IntoBounded, LogRetention, LogRetentionError, MemorySize, Origin,
    OutOfRange, PayloadRetention, Problem, QueueRetention, ReservedConcurrency, RetryDelay,
};

use crate::App;

impl App {
    /// Memory of the functions of tasks that say nothing else, in MB: 128 to 10,240, default 128.
    ///
    /// ```
    /// use async_lambda::{model::MemorySize, prelude::*};
    ///
    /// async fn tick(_: ScheduledEvent) -> Result<(), Error> { Ok(()) }
    ///
    /// let app = App::new("demo")
    ///     .memory_mb(256)
    ///     .scheduled_task("Small", schedule!("rate(1 day)"), tick)
    ///     .scheduled_task("Large", schedule!("rate(1 day)"), task(tick).memory_mb(1024));
    ///
    /// let memory = app.model().unwrap().tasks.into_iter().map(|task| task.options.memory).collect::<Vec<_>>();
    /// assert_eq!(memory, [Some(MemorySize::of::<256>()), Some(MemorySize::of::<1024>())]);
    /// ```
    #[track_caller]
    pub fn memory_mb(mut self, memory: impl IntoBounded<MemorySize>) -> App {
        self.defaults.memory = self.checked(memory.into_bounded());
        self
    }

    /// Size of `/tmp` of tasks that say nothing else, in MB: 512 to 10,240, default 512.
    #[track_caller]
    pub fn ephemeral_storage_mb(mut self, size: impl IntoBounded<EphemeralStorage>) -> App {
        self.defaults.ephemeral_storage = self.checked(size.into_bounded());
        self
    }

    /// [`TaskBuilder::reserved_concurrency`](crate::options::TaskBuilder::reserved_concurrency) of each task that says
    /// nothing else.
    #[track_caller]
    pub fn reserved_concurrency(mut self, concurrency: impl IntoBounded<ReservedConcurrency>) -> App {
        self.defaults.reserved_concurrency = self.checked(concurrency.into_bounded());
        self
    }

    /// [`TaskBuilder::queue_retention_secs`](crate::options::TaskBuilder::queue_retention_secs) of async tasks that say
    /// nothing else: 60 to 1,036,800 s, default 4 days.
    #[track_caller]
    pub fn queue_retention_secs(mut self, retention: impl IntoBounded<QueueRetention>) -> App {
        self.defaults.queue_retention = self.checked(retention.into_bounded());
        self
    }

    /// [`TaskBuilder::backoff_secs`](crate::options::TaskBuilder::backoff_secs) of each task with a queue that says nothing else:
    /// 0 to 42,000 s each.
    #[track_caller]
    pub fn backoff_secs(mut self, first: impl IntoBounded<RetryDelay>, most: impl IntoBounded<RetryDelay>) -> App {
        crate::wanted::visibility();
        let (first, most) = (self.checked(first.into_bounded()), self.checked(most.into_bounded()));
        self.defaults.backoff = first.zip(most).map(|(first, most)| Backoff { first, most });
        self
    }

    /// The time for which payloads stay in the bucket, in days: 14 to 36,500, default 30. A message can wait for 14 days, in
    /// its queue and in the dead-letter queue, and needs its payload then.
    ///
    /// A shorter time applies to payloads that are there already, too.
    #[track_caller]
    pub fn payload_retention_days(mut self, days: impl IntoBounded<PayloadRetention>) -> App {
        self.options.payload_retention = self.checked(days.into_bounded());
        self
    }

    /// A log group of its own for each function, which keeps its lines for so many days: 1, 3, 5, 7, 14, 30, 60, 90, 120,
    /// 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 (CloudWatch Logs, `retentionInDays`).
    ///
    /// Without it Lambda makes the log groups, `/aws/lambda/<function>`, which keep their lines for ever. These have names
    /// of CloudFormation's, so that they do not collide with those, and go away with their task.
    ///
    /// ```
    /// use async_lambda::{model::LogRetention, prelude::*};
    ///
    /// assert!(App::new("demo").log_retention_days(LogRetention::of::<14>()).model().is_ok());
    ///
    /// let problems = App::new("demo").log_retention_days(15).model().unwrap_err();
    /// assert!(problems[0].to_string().ends_with("2922, 3288, 3653 days, got 15"));
    /// ```
    #[track_caller]
    pub fn log_retention_days<N>(mut self, days: N) -> App
    where
        N: TryInto<LogRetention>,
        N::Error: Into<LogRetentionError>,
    {
        match days.try_into() {
            Ok(days) => self.options.log_retention = Some(days),
            Err(error) => self.problems.push(Problem::LogRetention { source: error.into(), origin: Origin::caller() }),
        }
        self
    }

    /// The processor that the functions are for: default [`Architecture::X86_64`]. `synth build` compiles for it.
    ///
    /// ```
    /// use async_lambda::{model::Architecture, prelude::*};
    ///
    /// let app = App::new("demo").architecture(Architecture::Arm64);
    /// assert_eq!(app.model().unwrap().options.architecture, Some(Architecture::Arm64));
    /// ```
    pub fn architecture(mut self, architecture: Architecture) -> App {
        self.options.architecture = Some(architecture);
        self
    }

    /// One role for all functions, `AsyncLambdaSharedFunctionRole`, instead of one for each: a resource less for each task,
    /// where a stack has too many. The role may do what any of the functions may, so a function may more than its signature
    /// says. A task with `policies` of its own in the config file keeps its own role.
    pub fn shared_role(mut self) -> App {
        self.options.shared_role = true;
        self
    }

    #[track_caller]
    fn checked<V>(&mut self, value: Result<V, OutOfRange>) -> Option<V> {
        match value {
            Ok(value) => Some(value),
            Err(source) => {
                self.problems.push(Problem::Default { source, origin: Origin::caller() });
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use async_lambda_model::{PayloadRetention, QueueRetention, ReservedConcurrency};

    use crate::prelude::*;

    struct Work;
    impl Task for Work {
        const ID: &'static str = "Work";
        type Payload = ();
    }

    async fn work(_: ManagedSqsEvent<Work>) -> Result<(), Error> {
        Ok(())
    }

    async fn tick(_: ScheduledEvent) -> Result<(), Error> {
        Ok(())
    }

    #[test]
    fn defaults_are_for_tasks_that_say_nothing_else() {
        let inner = App::new("inner").reserved_concurrency(9).async_task(Work, work).payload_retention_days(90);
        let app = App::new("demo")
            .reserved_concurrency(5)
            .queue_retention_secs(86_400)
            .scheduled_task("Tick", schedule!("rate(1 day)"), tick)
            .merge(inner)
            .payload_retention_days(60);
        let model = app.model().unwrap();
        let of = |id: &str| model.task(id).unwrap().options.clone();
        assert_eq!(of("Tick").reserved_concurrency, Some(ReservedConcurrency::of::<5>()));
        // A schedule has no queue.
        assert_eq!(of("Tick").queue_retention, None);
        assert_eq!(of("Work").reserved_concurrency, Some(ReservedConcurrency::of::<9>()));
        assert_eq!(of("Work").queue_retention, Some(QueueRetention::of::<86_400>()));
        assert_eq!(model.options.payload_retention, Some(PayloadRetention::of::<60>()));
        let own = App::new("demo")
            .queue_retention_secs(86_400)
            .async_task(Work, task(work).queue_retention_secs(7_200).reserved_concurrency(1));
        let own = own.model().unwrap().tasks[0].options.clone();
        assert_eq!(own.queue_retention, Some(QueueRetention::of::<7_200>()));
        assert_eq!(own.reserved_concurrency, Some(ReservedConcurrency::of::<1>()));
    }

    #[test]
    fn numbers_out_of_range_are_problems_with_their_line() {
        let app = App::new("demo")
            .memory_mb(1)
            .ephemeral_storage_mb(1)
            .reserved_concurrency(0)
            .queue_retention_secs(1_209_600)
            .payload_retention_days(7)
            .log_retention_days(2);
        let problems: Vec<String> = app.model().unwrap_err().iter().map(|problem| problem.message()).collect();
        assert_eq!(
            problems,
            [
                "application: memory size: must be 128 to 10240 MB, got 1 MB",
                "application: ephemeral storage: must be 512 to 10240 MB, got 1 MB",
                "application: reserved concurrency: must be 1 to 100000, got 0",
                "application: queue retention: must be 60 to 1036800 s, got 1209600 s",
                "application: payload retention: must be 14 to 36500 days, got 7 days",
                "application: log retention: must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, \
                 1096, 1827, 2192, 2557, 2922, 3288, 3653 days, got 2",
            ]
        );
        let lines: Vec<u32> = app.model().unwrap_err().iter().map(|problem| problem.origin().line).collect();
        assert!(lines.windows(2).all(|pair| pair[1] == pair[0] + 1), "{lines:?}");
    }
}
