use async_lambda_model::{MaximumConcurrency, Timeout};

fn main() {
    let _ = Timeout::of::<901>();
    let _ = MaximumConcurrency::of::<1>();
}
