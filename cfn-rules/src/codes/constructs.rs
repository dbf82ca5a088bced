//! What `async-lambda-constructs` reports about an application and its config file. The rules are here so that every
//! code is in one registry.

rules! {
    /// The extras of a managed queue can name the queue and its dead-letter queue by placeholders. Any other placeholder
    /// would stay in the template as it is.
    ///
    /// ## Mistake
    ///
    /// Extras with `$queue_idd`.
    ///
    /// ## Fix
    ///
    /// Write a placeholder that the construct has; the message lists them.
    error AL0001 "unknown placeholder in the extras of a queue";
    /// Tasks, their triggers and the edges between them are checked together before a template is made: names that are
    /// given twice, a target that no task has, an invocation cycle, values beyond Lambda's limits.
    ///
    /// ## Mistake
    ///
    /// A task invokes another one that was never added to the application.
    ///
    /// ## Fix
    ///
    /// Each message names the task, its line, and the change that is needed.
    error AL0002 "invalid application";
    /// `AppStack` has methods that belong to some kinds of tasks only: an async task has a queue, an API task has none.
    ///
    /// ## Mistake
    ///
    /// `stack.task("Report").queue()`, where `Report` is a scheduled task.
    ///
    /// ## Fix
    ///
    /// Ask a task that has one, or check the name of the task.
    error AL0004 "a task does not have what is asked of it";
    /// The config file has a fixed set of keys; `synth config-schema` prints them.
    ///
    /// ## Mistake
    ///
    /// `{"memory": 512}` for a task.
    ///
    /// ## Fix
    ///
    /// Write the key that the message suggests.
    error AL0101 "unknown key in the config file";
    /// Each key of the config file has a type.
    ///
    /// ## Mistake
    ///
    /// `{"layers": "arn:aws:lambda:eu-west-1:123456789012:layer:tools:1"}`, where a list belongs.
    ///
    /// ## Fix
    ///
    /// Write a value of the type that the message names.
    error AL0102 "value of the wrong type in the config file";
    /// The settings of a task stand under its id.
    ///
    /// ## Mistake
    ///
    /// `{"tasks": {"Resise": {}}}`, where the task is `Resize`.
    ///
    /// ## Fix
    ///
    /// Correct the id, or remove the settings.
    error AL0103 "settings of a task that the application does not have";
    /// The API of an application has one domain, so that it can be set for the application and its stages only.
    ///
    /// ## Mistake
    ///
    /// `domain_name` below a task.
    ///
    /// ## Fix
    ///
    /// Move it to the top level or to a stage.
    error AL0104 "domain for a single task";
    /// API Gateway serves a custom domain with a certificate.
    ///
    /// ## Mistake
    ///
    /// `domain_name` without `certificate_arn`.
    ///
    /// ## Fix
    ///
    /// Add `certificate_arn`, or remove the domain.
    error AL0105 "domain without a certificate";
    /// Settings of a stage count when an application is made for that stage.
    ///
    /// ## Mistake
    ///
    /// `synth --stage porduction`, where the config file has `production`.
    ///
    /// ## Fix
    ///
    /// Correct the name of the stage.
    warning AL0106 "stage that the config file does not have";
    /// Lists of two levels are joined. A list that a function gives cannot be.
    ///
    /// ## Mistake
    ///
    /// `layers` is a list at the top level and an `Fn::Split` for a task.
    ///
    /// ## Fix
    ///
    /// Set the list on one level only.
    error AL0107 "list of a function on two levels of the config file";
}
