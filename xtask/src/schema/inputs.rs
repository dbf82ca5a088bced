//! What the schema data is made of.

use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{extensions, patches::PatternPatches};

/// The release whose data is used; `conformance/requirements.txt` pins the same.
const CFN_LINT: &str = "1.58.0";

/// The documents whose schemas are used.
const DOCUMENTS: [&str; 7] = [
    "iam/policy",
    "iam/policy_identity",
    "iam/policy_resource",
    "iam/policy_resource_ecr",
    "iam/policy_trust",
    "ssm/document",
    "step_functions/statemachine",
];

/// The parsed inputs.
pub struct Inputs {
    /// The registry schemas by type name.
    pub types: BTreeMap<String, Value>,
    /// The schema of the section `Globals`.
    pub globals: Value,
    /// The schemas of documents inside of properties, by their place in cfn-lint: `iam/policy`.
    pub documents: BTreeMap<&'static str, Value>,
    /// The actions that IAM knows, by service and in lower case.
    pub actions: Value,
    /// `schema/patches/attributes.json`.
    pub attributes: Value,
    /// `schema/patches/patterns.json`.
    pub patterns: PatternPatches,
    /// See [`cfn_schema::fingerprint`].
    pub fingerprint: String,
}

impl Inputs {
    /// Reads everything; `from` overrides the folder of the schemas.
    pub fn read(root: &Path, from: Option<PathBuf>) -> Result<Inputs, Box<dyn Error>> {
        let folder = match from {
            Some(folder) => folder,
            None => installed(&root.join(".venv"))?,
        };
        let mut digest = Digest::default();
        let mut read = |path: PathBuf| -> Result<Value, Box<dyn Error>> {
            let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            digest.update(text.as_bytes());
            Ok(serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?)
        };
        let mut types = BTreeMap::new();
        for provider in ["us-east-1", "sam"] {
            let index = read(folder.join(format!("providers/{provider}.json")))?;
            for (name, file) in index.as_object().ok_or("a provider file must hold an object")? {
                let file = file.as_str().ok_or("a provider file must map types to file names")?;
                types.insert(name.clone(), read(folder.join(format!("resources/{file}.json")))?);
            }
        }
        extensions::mark(&mut types)?;
        let globals = read(folder.join("other/sam/globals.json"))?;
        let mut documents = BTreeMap::new();
        for name in DOCUMENTS {
            documents.insert(name, read(folder.join(format!("other/{name}.json")))?);
        }
        let actions = read(folder.join("../AdditionalSpecs/Policies.json"))?;
        let patches = root.join("schema/patches");
        let attributes = read(patches.join("attributes.json"))?;
        let patterns = PatternPatches::new(&read(patches.join("patterns.json"))?)?;
        let fingerprint = format!("cfn-lint {CFN_LINT} {:016x}", digest.0);
        Ok(Inputs { types, globals, documents, actions, attributes, patterns, fingerprint })
    }
}

/// The data folder of the cfn-lint in a virtual environment, which must be the pinned release.
fn installed(venv: &Path) -> Result<PathBuf, Box<dyn Error>> {
    for entry in fs::read_dir(venv.join("lib")).map_err(|_| "no .venv here: run `cargo xtask venv`")? {
        let packages = entry?.path().join("site-packages");
        if packages.join(format!("cfn_lint-{CFN_LINT}.dist-info")).is_dir() {
            return Ok(packages.join("cfnlint/data/schemas"));
        }
    }
    Err(format!("no cfn-lint {CFN_LINT} in .venv: run `cargo xtask venv`").into())
}

/// FNV-1a, 64 bits: enough to notice a change.
struct Digest(u64);

impl Default for Digest {
    fn default() -> Digest {
        Digest(0xcbf2_9ce4_8422_2325)
    }
}

impl Digest {
    fn update(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
