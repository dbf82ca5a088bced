//! A scheduled function that sends to a queue, and a function that works on it, from constructs.

use async_lambda_constructs::prelude::*;

#[cfg(test)]
mod tests;

const APP: &str = "project-name";

fn stack() -> Stack {
    let mut stack = Stack::new(APP);
    stack.description("One scheduled task that sends to one asynchronous task");

    let payloads = stack.add("AsyncLambdaPayloadBucket", PayloadBucket::new());
    let dead_letters = stack.add(
        "AsyncLambdaDLQ",
        sqs::Queue::new().message_retention_period(14 * 24 * 60 * 60).sqs_managed_sse_enabled(true),
    );
    let jobs = ManagedQueue::new()
        .queue_name(format!("{APP}-AsyncTask1"))
        .visibility_timeout(6 * 60)
        .dead_letter(&dead_letters, 5)
        .customize_queue(|queue| queue.sqs_managed_sse_enabled(true));
    let jobs = stack.add("AsyncTask1ALQueue", jobs);

    let scheduled = function("ScheduledTask1", &payloads).policy(jobs.grant_send()).policy(payloads.grant_write());
    let scheduled = ScheduledFunction::new(scheduled, schedule!("rate(15 minutes)"))
        .event_name("ScheduledEvent")
        .customize_schedule(|schedule| schedule.name(format!("{APP}-ScheduledTask1")));
    stack.add("ScheduledTask1ALFunc", scheduled);

    let worker = function("AsyncTask1", &payloads).policy(payloads.grant_read()).policy(payloads.grant_delete());
    let worker = SqsFunction::new(worker, jobs.arn()).event_name("ManagedSQS").batch_size(BatchSize::of::<1>());
    stack.add("AsyncTask1ALFunc", worker);

    stack.output("AsyncTask1QueueUrl", Output::new(jobs.url()).description("Where messages for AsyncTask1 go"));
    stack
}

/// What the functions have in common: one binary, which looks at its environment to learn which task it is.
fn function(task: &str, payloads: &s3::BucketHandle) -> sam::Function {
    sam::Function::new()
        .function_name(format!("{APP}-{task}"))
        .handler("bootstrap")
        .runtime(sam::Runtime::ProvidedAl2023)
        .architectures([sam::Architecture::X86_64])
        .code_uri(".async_lambda/build/deployment.zip")
        .memory_size(128)
        .timeout(60)
        .tracing("Active")
        .environment_variable("ASYNC_LAMBDA_PAYLOAD_S3_BUCKET", payloads.reference())
        .environment_variable("ASYNC_LAMBDA_TASK_ID", task)
        .environment_variable("ASYNC_LAMBDA_ACCOUNT_ID", pseudo::account_id())
}

fn main() -> std::process::ExitCode {
    async_lambda_constructs::main(stack())
}
