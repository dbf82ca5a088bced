use async_lambda_model::MetricNamespace;

const SHOP: MetricNamespace = MetricNamespace::literal("AWS/Shop");

fn main() {
    println!("{SHOP}");
}
