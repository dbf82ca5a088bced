fn main() {
    cfn_model::sqs::Queue::new().delay_seconds(true);
}
