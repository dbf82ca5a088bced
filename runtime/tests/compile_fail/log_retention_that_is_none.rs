use async_lambda::{model::LogRetention, prelude::*};

fn main() {
    App::new("demo").log_retention_days(LogRetention::of::<15>());
}
