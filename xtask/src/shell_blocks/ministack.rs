//! ministack in the place of AWS.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

use super::SUBJECT;
use crate::{Error, root, venv::Venv};

/// ministack, until it is dropped.
pub struct Ministack {
    process: Child,
    endpoint: String,
    programs: PathBuf,
}

impl Ministack {
    /// Starts it, and finds the SAM CLI.
    pub fn start(scratch: &Path) -> Result<Ministack, Error> {
        let mut python = Command::new(Venv::ministack()?.program("python"));
        python.arg(root().join("conformance/serve_ministack.py")).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = python.spawn().map_err(Error::io("start ministack"))?;
        let (input, output) = (process.stdin.as_mut(), process.stdout.take());
        let mut line = String::new();
        if let (Some(input), Some(output)) = (input, output) {
            writeln!(input, "{}", json!({"scratch": scratch})).map_err(Error::io("talk to ministack"))?;
            BufReader::new(output).read_line(&mut line).map_err(Error::io("listen to ministack"))?;
        }
        let answer: Value = serde_json::from_str(&line).map_err(Error::json("ministack"))?;
        let Some(endpoint) = answer["endpoint"].as_str().map(str::to_owned) else {
            return Err(Error::Data { subject: SUBJECT, source: format!("ministack said `{line}`").into() });
        };
        let sam = Venv::ready()?.program("sam");
        let programs = sam.parent().map(Path::to_owned).unwrap_or_default();
        Ok(Ministack { process, endpoint, programs })
    }

    /// The folder of the SAM CLI.
    pub fn programs(&self) -> PathBuf {
        self.programs.clone()
    }

    /// The variables that turn every tool of AWS to it.
    pub fn environment(&self, scratch: &Path) -> [(&'static str, String); 7] {
        [
            ("AWS_ENDPOINT_URL", self.endpoint.clone()),
            ("AWS_ACCESS_KEY_ID", "test".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
            ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
            ("AWS_CONFIG_FILE", scratch.join("no-config").display().to_string()),
            ("SAM_CLI_TELEMETRY", "0".to_owned()),
            ("__SAM_CLI_APP_DIR", scratch.display().to_string()),
        ]
    }
}

impl Drop for Ministack {
    fn drop(&mut self) {
        // It ends when its input does.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
