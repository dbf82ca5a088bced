//! Assets, where they were not compiled in: says how to get them.

use std::path::PathBuf;

use cfn_model::{Finding, Path};
use cfn_rules::codes::AL0515;
use serde_json::Value;

use super::{Exit, Session};
use crate::{Stack, Synthesized};

/// A program without the feature writes no assets.
#[derive(Default)]
pub(super) struct Assets;

/// Reports every asset of the stacks that are written.
pub(super) fn resolve(_: &Session<'_>, stacks: &mut [Stack], selected: &[bool], _: &[PathBuf]) -> Assets {
    for (stack, _) in stacks.iter_mut().zip(selected).filter(|(_, selected)| **selected) {
        for recorded in stack.assets().recorded() {
            let message = format!(
                "asset `{}`: must be compiled in, and this program has `async-lambda-constructs` without its feature `assets`",
                recorded.asset.path
            );
            let help = "add `features = [\"assets\"]` to that dependency in Cargo.toml".to_owned();
            let finding = Finding::new(&AL0515, Path::default(), message).help(help);
            stack.report_at(Finding { origin: Some(recorded.origin), ..finding });
        }
    }
    Assets
}

#[expect(clippy::unused_self, reason = "the methods of the assets that are compiled in")]
impl Assets {
    pub(super) fn review(&self, _: usize, _: &mut Synthesized) {}

    pub(super) fn is_empty(&self) -> bool {
        true
    }

    pub(super) fn of_stack(&self, _: usize) -> Vec<Value> {
        Vec::new()
    }

    #[expect(clippy::unnecessary_wraps, reason = "the methods of the assets that are compiled in")]
    pub(super) fn write(&self, _: &mut Session<'_>) -> Result<String, Exit> {
        Ok(String::new())
    }
}
