fn main() {
    let _ = async_lambda_model::schedule!("rate(15 minute)");
}
