//! Queues that are encrypted with a key of the account, instead of SQS's own.

use cfn_model::Path;

use crate::{Stack, config::Setting};

/// Gives the key to these queues, and says which part of them comes from the config file.
pub(super) fn queues(stack: &mut Stack, queues: &[String], key: &Setting) -> Vec<(Path, Path)> {
    let mut places = Vec::new();
    for id in queues {
        // SQS takes one of the two.
        stack.remove_property(id, "SqsManagedSseEnabled");
        stack.override_property(id, "KmsMasterKeyId", key.value.clone());
        let place = ["Resources", id, "Properties", "KmsMasterKeyId"];
        places.push((Path(place.map(Into::into).to_vec()), key.path.clone()));
    }
    places
}
