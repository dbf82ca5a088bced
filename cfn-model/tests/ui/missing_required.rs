fn main() {
    cfn_model::lambda::Function::new(cfn_model::lambda::function::Code::new());
}
