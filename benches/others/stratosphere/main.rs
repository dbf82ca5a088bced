//! Two queues, a topic and a bucket with stratosphere.

use stratosphere::{
    services::aws::{s3, sns, sqs},
    template::*,
};

fn main() {
    let template = Template::build(|t| {
        t.resource("OrdersDLQ", sqs::Queue! { message_retention_period: 1_209_600 });
        t.resource("Jobs", sqs::Queue! { visibility_timeout: 360 });
        t.resource("Placed", sns::Topic! { display_name: "orders that were placed" });
        t.resource("Payloads", s3::Bucket! {});
    });
    println!("{}", serde_json::to_string_pretty(&template).expect("a template is JSON"));
}
