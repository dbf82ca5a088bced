fn main() {
    let _ = async_lambda_model::schedule!("cron(0 9 * * MON *)");
}
