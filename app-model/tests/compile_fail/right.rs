use async_lambda_model::{MaximumConcurrency, Timeout, schedule};

fn main() {
    assert_eq!(Timeout::of::<900>().get(), 900);
    assert_eq!(MaximumConcurrency::of::<2>().get(), 2);
    assert_eq!(schedule!("rate(1 minute)").as_str(), "rate(1 minute)");
}
