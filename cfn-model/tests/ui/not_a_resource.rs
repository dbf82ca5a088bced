fn main() {
    cfn_model::Template::new().add("Jobs", "AWS::SQS::Queue");
}
