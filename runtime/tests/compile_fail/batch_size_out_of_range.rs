use async_lambda::{
    model::{BatchSize, BatchingWindow},
    prelude::*,
};

fn main() {
    let _ = Sqs::new("arn:aws:sqs:us-east-1:123456789012:orders")
        .batch_size(BatchSize::of::<10001>())
        .batching_window_secs(BatchingWindow::of::<301>());
}
