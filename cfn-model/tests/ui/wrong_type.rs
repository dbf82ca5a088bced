fn main() {
    cfn_model::sqs::Queue::new().delay_seconds("30");
}
