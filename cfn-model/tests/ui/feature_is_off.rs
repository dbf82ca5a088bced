fn main() {
    cfn_model::ecs::Cluster::new();
}
