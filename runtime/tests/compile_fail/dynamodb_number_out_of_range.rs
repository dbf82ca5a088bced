use async_lambda::{
    model::{ParallelizationFactor, StreamRecordAge, StreamRetryAttempts},
    prelude::*,
};

fn main() {
    let _ = DynamoDb::new("arn")
        .maximum_retry_attempts(StreamRetryAttempts::of::<10001>())
        .maximum_record_age_secs(StreamRecordAge::of::<59>())
        .parallelization_factor(ParallelizationFactor::of::<11>());
}
