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
    /// `stack.task_by_id("Report").queue()`, where `Report` is a scheduled task.
    ///
    /// ## Fix
    ///
    /// Ask a task that has one, or check the name of the task.
    error AL0004 "a task does not have what is asked of it";
    /// Lambda deletes the messages of a batch whose function does not say which of them failed: a task answers with the
    /// failed messages, and Lambda reads the answer only when the event source has
    /// `FunctionResponseTypes: [ReportBatchItemFailures]`.
    ///
    /// ## Mistake
    ///
    /// Extras that set `FunctionResponseTypes: []` for an event of a task.
    ///
    /// ## Fix
    ///
    /// Remove the property from the extras, or set it to `[ReportBatchItemFailures]`.
    error AL0005 "failed messages not reported by an event source of a task";
    /// The library reads some environment variables of its functions, `ASYNC_LAMBDA_TASK_ID` first of all. With another
    /// value a function does the work of another task, or none.
    ///
    /// ## Mistake
    ///
    /// Extras that set `ASYNC_LAMBDA_TASK_ID` of a function.
    ///
    /// ## Fix
    ///
    /// Remove the variable from the extras.
    error AL0006 "environment variable of the library replaced";
    /// A construct of the library gets values that do not fit each other, or that no resource can be made of: an attribute of a
    /// table with two types, a state of a state machine that leads to nowhere.
    ///
    /// ## Mistake
    ///
    /// A `Table` whose key says that `id` is a string, with an index whose key says that it is a number.
    ///
    /// ## Fix
    ///
    /// The message names the construct, its value and the rule.
    error AL0007 "construct with values that do not fit";
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
    /// Some settings are of the application as a whole: all tasks share one API with its domain, one image, one alarm for
    /// their queues. They can be set for the application and its stages only.
    ///
    /// ## Mistake
    ///
    /// `domain_name` below a task.
    ///
    /// ## Fix
    ///
    /// Move it to the top level or to a stage.
    error AL0104 "setting of the application for a single task";
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
    /// `--stage` chooses the settings of a stage. A stage that the config file does not name would give a template without
    /// any of them; without stages in the file, or without a file, the program itself must look at the stage
    /// (`AppStack::stage`).
    ///
    /// ## Mistake
    ///
    /// `synth --stage porduction`, where the config file has `production`; `synth --stage production` in another folder than
    /// that of `.async_lambda/config.json`.
    ///
    /// ## Fix
    ///
    /// Correct the name of the stage. Declare one that has no settings of its own: `{"stages": {"staging": {}}}`.
    error AL0106 "stage that the config file does not have";
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
    /// Lambda sets some environment variables itself and refuses a function that sets them, and the template sets those
    /// that the library reads.
    ///
    /// ## Mistake
    ///
    /// `{"environment_variables": {"AWS_REGION": "eu-west-1"}}`.
    ///
    /// ## Fix
    ///
    /// Remove the variable, or give it another name.
    error AL0108 "reserved environment variable in the config file";
    /// The name of an environment variable is a letter, then at least one letter, digit or underscore.
    ///
    /// ## Mistake
    ///
    /// `{"environment_variables": {"log-level": "info"}}`.
    ///
    /// ## Fix
    ///
    /// `{"environment_variables": {"LOG_LEVEL": "info"}}`.
    error AL0109 "invalid name of an environment variable in the config file";
    /// The environment variables of a function have at most 4 KB together, names and values.
    ///
    /// ## Mistake
    ///
    /// A variable with a document of 10 KB.
    ///
    /// ## Fix
    ///
    /// Keep the document in a parameter of Systems Manager or in an object of S3, and set its name.
    error AL0110 "too many bytes of environment variables in the config file";
    /// A policy is the name or the ARN of a managed policy, a document with `Statement`, or a policy template of SAM with
    /// its parameters.
    ///
    /// ## Mistake
    ///
    /// `{"policies": [{"SQSPolerPolicy": {"QueueName": "jobs"}}]}`.
    ///
    /// ## Fix
    ///
    /// `{"policies": [{"SQSPollerPolicy": {"QueueName": "jobs"}}]}`.
    error AL0111 "invalid policy in the config file";
    /// A function in a network has subnets and security groups. Lambda refuses one without the other.
    ///
    /// ## Mistake
    ///
    /// `{"subnet_ids": ["subnet-0123abcd"]}`.
    ///
    /// ## Fix
    ///
    /// `{"subnet_ids": ["subnet-0123abcd"], "security_group_ids": ["sg-0123abcd"]}`.
    error AL0112 "subnets without security groups, or security groups without subnets, in the config file";
    /// The domain of an API is a host name.
    ///
    /// ## Mistake
    ///
    /// `{"domain_name": "https://api.example.com"}`.
    ///
    /// ## Fix
    ///
    /// `{"domain_name": "api.example.com"}`.
    error AL0113 "invalid domain name in the config file";
    /// The certificate of a domain is named by its ARN.
    ///
    /// ## Mistake
    ///
    /// `{"certificate_arn": "api.example.com"}`.
    ///
    /// ## Fix
    ///
    /// Copy the ARN from ACM, of the region of the API.
    error AL0114 "invalid certificate ARN in the config file";
    /// API Gateway has a fixed set of TLS versions.
    ///
    /// ## Mistake
    ///
    /// `{"tls_version": "1.2"}`.
    ///
    /// ## Fix
    ///
    /// `{"tls_version": "TLS_1_2"}`.
    error AL0115 "unknown TLS version in the config file";
    /// A list, the variables, the tasks and the stages of a config file have at most 2,048 entries each, and the settings
    /// of all tasks fit into a template.
    ///
    /// ## Mistake
    ///
    /// A list of 10,000 layers.
    ///
    /// ## Fix
    ///
    /// Shorten the list, or give it to fewer tasks.
    error AL0116 "settings too large for a template";
    /// Settings of a task at a stage count at that stage only. A file that lists its stages at the top has probably misspelt
    /// one that is not in the list.
    ///
    /// ## Mistake
    ///
    /// `{"stages": {"prod": {}}, "tasks": {"Resize": {"stages": {"prodd": {"layers": []}}}}}`.
    ///
    /// ## Fix
    ///
    /// Correct the name of the stage, or add it to the `stages` at the top.
    error AL0117 "stage of a task that the application does not have";
    /// A certificate and a TLS version are those of a domain. Without one in the whole file, they do nothing.
    ///
    /// ## Mistake
    ///
    /// `{"certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"}`.
    ///
    /// ## Fix
    ///
    /// Add `domain_name`, or remove the certificate.
    error AL0118 "certificate or TLS version without a domain in the config file";
    /// Lambda takes a log level only where the logs are JSON: with `LogFormat: Text`, which is the default, it refuses the
    /// function.
    ///
    /// ## Mistake
    ///
    /// `{"logging_config": {"ApplicationLogLevel": "WARN"}}`.
    ///
    /// ## Fix
    ///
    /// `{"logging_config": {"LogFormat": "JSON", "ApplicationLogLevel": "WARN"}}`.
    error AL0119 "log level without JSON logs in the config file";
    /// A tag has a key of 1 to 128 characters and a value of up to 256: letters, digits, spaces and `_.:/=+-@`. Keys that
    /// begin with `aws:` are AWS's own. A resource has at most 50 tags, and SAM gives each function one.
    ///
    /// ## Mistake
    ///
    /// `{"tags": {"aws:team": "core"}}`.
    ///
    /// ## Fix
    ///
    /// `{"tags": {"team": "core"}}`.
    error AL0120 "invalid tag in the config file";
    /// A hosted zone of Route 53 is named by its id: a `Z`, then capital letters and digits.
    ///
    /// ## Mistake
    ///
    /// `{"hosted_zone_id": "example.com"}`.
    ///
    /// ## Fix
    ///
    /// `{"hosted_zone_id": "Z1D633PJN98FT9"}`.
    error AL0121 "invalid id of a hosted zone in the config file";
    /// A certificate that is made for the domain is proved by a record in its hosted zone, and takes the place of one that
    /// is there already.
    ///
    /// ## Mistake
    ///
    /// `{"domain_name": "api.example.com", "auto_create_acm_certificate": true}`.
    ///
    /// ## Fix
    ///
    /// Add `hosted_zone_id`, and remove `certificate_arn`.
    error AL0122 "certificate that cannot be made";
    /// The alarm of the queues has a threshold in seconds. Its period is a multiple of 60 s, because SQS measures once a
    /// minute, and at most the seven days over which CloudWatch looks.
    ///
    /// ## Mistake
    ///
    /// `{"queue_age_alarm": {"period": 90}}`.
    ///
    /// ## Fix
    ///
    /// `{"queue_age_alarm": {"threshold": 900, "period": 60}}`.
    error AL0123 "invalid alarm of the queues in the config file";
    /// A function with a container image has all its code in it, and Lambda refuses layers beside it. The image is named as
    /// in its repository, without a scheme.
    ///
    /// ## Mistake
    ///
    /// `{"image_uri": "https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:1"}`.
    ///
    /// ## Fix
    ///
    /// `{"image_uri": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:1"}`.
    error AL0124 "invalid container image in the config file";
    /// A log group is named by 1 to 512 letters, digits and `._-/#`.
    ///
    /// ## Mistake
    ///
    /// `{"logging_config": {"LogGroup": "arn:aws:logs:eu-west-1:123456789012:log-group:/shop"}}`.
    ///
    /// ## Fix
    ///
    /// `{"logging_config": {"LogGroup": "/shop"}}`.
    error AL0125 "invalid name of a log group in the config file";
    /// `App::log_retention_days` makes a log group for each function. A `LogGroup` in the config file would leave it empty,
    /// and its retention without effect.
    ///
    /// ## Mistake
    ///
    /// `{"logging_config": {"LogGroup": "/shop"}}`, where the application has `log_retention_days(14)`.
    ///
    /// ## Fix
    ///
    /// Remove one of the two.
    error AL0126 "log group in the config file of functions that have their own";
    /// Permissions name a KMS key by its ARN, so an alias or an id cannot stand for it.
    ///
    /// ## Mistake
    ///
    /// `{"kms_key_arn": "alias/shop"}`.
    ///
    /// ## Fix
    ///
    /// `{"kms_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"}`.
    error AL0127 "invalid KMS key in the config file";
    /// The name of an application is 1 to 62 letters, digits, `-` and `_`, and with a task's id the name of a function,
    /// which has at most 64 characters. In the config file `{app}` stands for the name in code, and `{stage}` for the stage,
    /// which has to be given then.
    ///
    /// ## Mistake
    ///
    /// `{"name": "{app}.{stage}"}`.
    ///
    /// ## Fix
    ///
    /// `{"name": "{app}-{stage}"}`.
    error AL0128 "invalid name of an application in the config file";
    /// Names of managed policies and policy templates of SAM are for roles that SAM makes. With `App::shared_role` the
    /// application has a role of IAM, which takes ARNs, statements and documents.
    ///
    /// ## Mistake
    ///
    /// `{"policies": ["AmazonSESFullAccess"]}` in the config file of an application with a shared role.
    ///
    /// ## Fix
    ///
    /// `{"policies": ["arn:aws:iam::aws:policy/AmazonSESFullAccess"]}`.
    error AL0129 "policy of SAM in a shared role";
    /// Browsers compare the origin of a page, `scheme://host[:port]`, as a whole, and take `*` neither beside others nor with
    /// credentials. The functions add the headers, so the application needs `App::cors` in code; the config file changes what
    /// that says, for a stage for example.
    ///
    /// ## Mistake
    ///
    /// `{"cors": {"allow_origins": ["shop.example/"]}}`.
    ///
    /// ## Fix
    ///
    /// `{"cors": {"allow_origins": ["https://shop.example"]}}`, and `.cors(Cors::new(["https://shop.example"]))` in code.
    error AL0130 "invalid cross-origin resource sharing in the config file";
    /// Lambda checks the signature of an archive by a code signing configuration, which the ARN names. An image has no archive:
    /// its signature is checked elsewhere.
    ///
    /// ## Mistake
    ///
    /// `{"code_signing_config_arn": "csc-0123456789abcdef0"}`.
    ///
    /// ## Fix
    ///
    /// `{"code_signing_config_arn": "arn:aws:lambda:eu-west-1:123456789012:code-signing-config:csc-0123456789abcdef0"}`.
    error AL0131 "invalid code signing configuration in the config file";
    /// `record_concurrency`, `batch_size` and `batch_window` have the ranges that they have in code, alone and together: above a
    /// batch size of 10 there is a window, and FIFO queues have neither. A task that is started by something else has none.
    ///
    /// ## Mistake
    ///
    /// `{"tasks": {"Tick": {"batch_size": 10}}}`, where `Tick` has a schedule.
    ///
    /// ## Fix
    ///
    /// Remove it.
    error AL0132 "invalid number of a queue or a stream in the config file";
    /// IAM takes 10,240 characters of inline policies in a role, without spaces. With `App::shared_role` all functions have one
    /// role, with the permissions of all of them. A task with `policies` of its own in the config file keeps its own role.
    ///
    /// ## Mistake
    ///
    /// `App::shared_role` for an application of 200 async tasks.
    ///
    /// ## Fix
    ///
    /// Leave it out: each function has a role of its own then.
    error AL0133 "too many permissions for a shared role";
    /// A task that calls a function task waits for its answer. If its own time is up first, it gets none, and the call was
    /// made in vain.
    ///
    /// ## Mistake
    ///
    /// `Call<Price>` in the signature of an API task, which has 29 s, where `Price` has 60 s.
    ///
    /// ## Fix
    ///
    /// `.function_task(Price, task(price).timeout_secs(10))`.
    warning AL0134 "caller with less time than the function that it calls";
}
