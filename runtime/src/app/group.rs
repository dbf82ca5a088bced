//! Groups of tasks, which become nested stacks.

use std::sync::Arc;

use async_lambda_model::{GroupName, Origin, Problem};

use super::App;

impl App {
    /// Registers tasks in a group: 1 to 32 letters and digits. A group is deployed as a nested stack, for applications with more
    /// than the 500 resources of one stack. Names, queues, permissions and local runs are the same as without; the payload
    /// bucket, the dead-letter queues and the API stay in the stack of the application.
    ///
    /// The tasks of a group inside of this one, and those with [`TaskBuilder::group`](crate::options::TaskBuilder::group), keep
    /// theirs.
    ///
    /// ```
    /// use async_lambda::prelude::*;
    ///
    /// mod billing {
    ///     use async_lambda::prelude::*;
    ///
    ///     async fn invoices(_: ScheduledEvent) -> Result<(), Error> { Ok(()) }
    ///
    ///     pub fn tasks(app: App) -> App {
    ///         app.scheduled_task("Invoices", schedule!("rate(1 day)"), invoices)
    ///     }
    /// }
    ///
    /// let app = App::new("shop").group("billing", billing::tasks);
    /// assert_eq!(app.model().unwrap().tasks[0].options.group.as_ref().unwrap().as_str(), "billing");
    /// ```
    #[track_caller]
    pub fn group(mut self, name: impl Into<String>, tasks: impl FnOnce(App) -> App) -> App {
        let group = GroupName::new(name.into());
        if let Err(source) = &group {
            self.problems.push(Problem::Name { source: source.clone(), origin: Origin::caller() });
        }
        let first = self.tasks.len();
        let mut app = tasks(self);
        for task in app.tasks.iter_mut().skip(first) {
            let options = &mut Arc::make_mut(&mut task.model).options;
            options.group = options.group.take().or_else(|| group.clone().ok());
        }
        app
    }
}
