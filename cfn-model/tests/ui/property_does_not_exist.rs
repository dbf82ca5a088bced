fn main() {
    cfn_model::sqs::Queue::new().visibility(30);
}
