//! The network: two zones, from which nothing but DynamoDB and S3 is reached.

use super::*;

/// What functions in the network need.
pub struct Shared {
    pub subnets: Export<List<String>>,
    pub security_group: Export<String>,
}

/// The stack, and what it shares.
pub fn stack() -> (Stack, Shared) {
    let mut stack = Stack::new("shop-network");
    stack.description("The network of the shop");
    let network = stack.add("Network", Network::new().zones(2));
    let subnets: List<String> = network.subnets().iter().cloned().collect();
    let shared = Shared {
        subnets: stack.export("Subnets", subnets.into()),
        security_group: stack.export("SecurityGroup", network.security_group()),
    };
    (stack, shared)
}
