fn main() {
    let queue: cfn_model::sqs::QueueHandle = cfn_model::Handle::new(cfn_model::LogicalId::new("Jobs").unwrap());
    queue.urn();
}
