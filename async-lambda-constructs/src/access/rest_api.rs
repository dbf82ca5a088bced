//! A REST API of API Gateway.

use super::{Access, Kind};
use crate::iam::PolicyDocument;

/// The kind of [`RestApi`].
#[derive(Debug)]
pub enum RestApiKind {}

impl Kind for RestApiKind {
    const SERVICE: &'static str = "apigateway";
    const ARN: &'static str = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:{}";
}

/// A REST API of API Gateway; its name is its id, as `Ref` gives it.
pub type RestApi = Access<RestApiKind>;

impl RestApi {
    /// Calling a route whose authorization is `AWS_IAM`: the stage, the method and the path, each of which can be `*`.
    pub fn grant_invoke(&self, stage: &str, method: &str, path: &str) -> PolicyDocument {
        let path = path.trim_start_matches('/');
        self.policy(&["execute-api:Invoke"], [self.below(&format!("/{stage}/{method}/{path}"))], &[])
    }
}
