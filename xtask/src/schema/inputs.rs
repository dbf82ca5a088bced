//! The inputs of the schema data.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{documents, patches::PatternPatches};

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

/// The region whose instance types and engines count.
const REGION: &str = "us-east-1";

/// The parsed inputs.
pub struct Inputs {
    /// The registry schemas by type name.
    pub types: BTreeMap<String, Value>,
    /// The types of each region that the source knows of.
    pub regions: BTreeMap<String, BTreeSet<String>>,
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
    /// `schema/extensions.json`, each with its schema.
    pub extensions: Vec<Extension>,
    /// See [`cfn_schema::fingerprint`].
    pub fingerprint: String,
}

/// A schema beyond that of the type, and the rule that it is.
pub struct Extension {
    /// The code of the rule.
    pub rule: String,
    /// Type and path below its properties: `AWS::EC2::Instance/BlockDeviceMappings/*/Ebs`.
    pub at: Vec<String>,
    /// Whether each mistake is reported, and not the first one only.
    pub all: bool,
    /// The schema.
    pub schema: Value,
}

impl Inputs {
    /// Reads everything: the schemas of a release of cfn-lint, which are in a folder, or else in the environment.
    pub fn read(root: &Path, release: &str, from: Option<PathBuf>) -> Result<Inputs, Box<dyn Error>> {
        let folder = match from {
            Some(folder) => folder,
            None => installed(&root.join(".venv"), release)?,
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
        let mut regions = BTreeMap::new();
        for region in region_names(&folder.join("providers"))? {
            let index = read(folder.join(format!("providers/{region}.json")))?;
            let index = index.as_object().ok_or("a provider file must hold an object")?;
            regions.insert(region, index.keys().cloned().collect());
        }
        documents::mark(&mut types)?;
        let globals = read(folder.join("other/sam/globals.json"))?;
        let mut documents = BTreeMap::new();
        for name in DOCUMENTS {
            documents.insert(name, read(folder.join(format!("other/{name}.json")))?);
        }
        let actions = read(folder.join("../AdditionalSpecs/Policies.json"))?;
        let patches = root.join("schema/patches");
        let attributes = read(patches.join("attributes.json"))?;
        let patterns = PatternPatches::new(&read(patches.join("patterns.json"))?)?;
        let mut extensions = Vec::new();
        for entry in read(root.join("schema/extensions.json"))?.as_array().ok_or("extensions.json: must be a list")? {
            let text = |value: &Value| value.as_str().map(str::to_owned).ok_or("extensions.json: must be a string");
            let mut schema = read(folder.join("extensions").join(text(&entry["file"])?))?;
            if entry["region"] == true {
                // cfn-lint looks at its first region unless it is told to look at others.
                schema = schema[REGION].take();
            }
            if let Some(name) = entry["anyCase"].as_str() {
                in_any_case(&mut schema, name);
            }
            let at = entry["at"].as_array().ok_or("extensions.json: `at` must be a list")?.iter().map(text);
            let at = at.collect::<Result<_, _>>()?;
            let all = entry["all"] == true;
            extensions.push(Extension { rule: text(&entry["rule"])?, at, all, schema });
        }
        let fingerprint = format!("cfn-lint {release} {:016x}", digest.0);
        Ok(Inputs { types, regions, globals, documents, actions, attributes, patterns, extensions, fingerprint })
    }
}

impl Inputs {
    /// The regions that have a type: a bit for each, lowest first. None for a type of SAM.
    pub fn regions_of(&self, name: &str) -> u64 {
        let bits = self.regions.values().enumerate();
        bits.filter(|(_, types)| types.contains(name)).map(|(bit, _)| 1 << bit).sum()
    }
}

/// The regions of whose types there is a list, sorted.
fn region_names(folder: &Path) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if path.extension().is_some_and(|extension| extension == "json") && name != "sam" {
            names.insert(name.to_owned());
        }
    }
    Ok(names)
}

/// Makes the case of a property's value not matter, as the service sees it.
fn in_any_case(schema: &mut Value, name: &str) {
    match schema {
        Value::Object(keywords) => {
            if let Some(Value::Object(property)) = keywords.get_mut("properties").and_then(|map| map.get_mut(name)) {
                let values = property.remove("const").map(|value| Value::from(vec![value])).or(property.remove("enum"));
                if let Some(values) = values {
                    property.insert("enumCaseInsensitive".to_owned(), values);
                }
                if let Some(Value::String(pattern)) = property.get_mut("pattern") {
                    pattern.insert_str(0, "(?i)");
                }
            }
            keywords.values_mut().for_each(|inner| in_any_case(inner, name));
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| in_any_case(inner, name)),
        _ => {}
    }
}

/// The release that `conformance/requirements.txt` pins.
pub fn pinned(root: &Path) -> Result<String, Box<dyn Error>> {
    let path = root.join("conformance/requirements.txt");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let release = text.lines().find_map(|line| line.strip_prefix("cfn-lint=="));
    Ok(release.ok_or("conformance/requirements.txt: must pin cfn-lint")?.trim().to_owned())
}

/// The data folder of the cfn-lint in a virtual environment, which must be the pinned release.
fn installed(venv: &Path, release: &str) -> Result<PathBuf, Box<dyn Error>> {
    for entry in fs::read_dir(venv.join("lib")).map_err(|_| "no .venv here: run `cargo xtask venv`")? {
        let packages = entry?.path().join("site-packages");
        if packages.join(format!("cfn_lint-{release}.dist-info")).is_dir() {
            return Ok(packages.join("cfnlint/data/schemas"));
        }
    }
    Err(format!("no cfn-lint {release} in .venv: run `cargo xtask venv`").into())
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
