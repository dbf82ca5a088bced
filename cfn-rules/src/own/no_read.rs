//! Without the feature `schemas`: a program that brings no types along does not compile what reads them.

use cfn_model::{Node, Path};
use cfn_schema::ResourceType;

use super::SchemaError;

pub(super) fn read(_: &str, _: &Node) -> Result<ResourceType, SchemaError> {
    Err(SchemaError {
        path: Path::default(),
        message: "cannot be read: this program was compiled without the feature `schemas`".to_owned(),
        help: Some("write `async-lambda-constructs = { version = \"0.1\", features = [\"schemas\"] }`".to_owned()),
    })
}
