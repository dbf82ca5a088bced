//! What is compiled: the package, its binary, its features.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{PackageError, Request, toolchain};

/// The binary that is this program itself, and the feature that it needs: neither goes to Lambda.
const SYNTH: &str = "synth";
/// The feature that brings what runs on Lambda, where a package keeps that apart.
const FEATURE: &str = "aws";
/// The profile that is compiled with.
pub(super) const PROFILE: &str = "bootstrap";

/// What to package, where it was named. Otherwise it is the package of the `synth` that runs, and its binary that is
/// not `synth`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The name of a package of the workspace.
    pub package: Option<String>,
    /// The name of a binary of the package.
    pub binary: Option<String>,
}

/// What is compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Project {
    pub(super) package: String,
    pub(super) binary: String,
    pub(super) features: Vec<String>,
    /// Whether the default features are left out: where one of them brings synthesis, which has no place on Lambda.
    pub(super) without_defaults: bool,
    pub(super) manifest: PathBuf,
    /// The folder of the manifest.
    pub(super) directory: PathBuf,
    /// Where cargo puts what it makes.
    pub(super) target_directory: PathBuf,
    /// Whether the workspace says itself how a `bootstrap` is compiled.
    pub(super) has_profile: bool,
}

/// Asks cargo.
pub(super) fn find(request: &Request) -> Result<Project, PackageError> {
    let folder = &request.manifest_directory;
    if !folder.join("Cargo.toml").is_file() {
        return Err(PackageError::NoPackage { folder: folder.clone() });
    }
    let mut command = toolchain::command(request, &request.programs.cargo);
    command.args(["metadata", "--no-deps", "--format-version=1", "--manifest-path"]).arg(folder.join("Cargo.toml"));
    let output = toolchain::output(command)?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr).trim().trim_start_matches("error: ").to_owned();
        return Err(PackageError::Metadata { message });
    }
    let metadata = serde_json::from_slice(&output.stdout)
        .map_err(|error| PackageError::Metadata { message: format!("must print JSON: {error}") })?;
    let mut project = select(&metadata, folder, &request.selection)?;
    // Profiles are read from the root of the workspace, and are not among the metadata.
    let root = Path::new(text(&metadata["workspace_root"])).join("Cargo.toml");
    let manifest = fs::read_to_string(&root).map_err(|error| PackageError::read(&root, error))?;
    project.has_profile = defines_profile(&manifest);
    Ok(project)
}

/// Whether a manifest has the profile's table, as cargo's documentation writes it.
fn defines_profile(manifest: &str) -> bool {
    manifest.lines().any(|line| {
        let line = line.split('#').next().unwrap_or_default();
        let inner = line.trim().strip_prefix('[').and_then(|line| line.strip_suffix(']'));
        inner.is_some_and(|name| name.split('.').map(str::trim).eq(["profile", PROFILE]))
    })
}

fn select(metadata: &Value, folder: &Path, selection: &Selection) -> Result<Project, PackageError> {
    let packages = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    let package = match &selection.package {
        Some(name) => packages.iter().find(|package| package["name"] == **name).ok_or_else(|| {
            PackageError::UnknownPackage { name: name.clone(), known: packages.iter().map(name_of).collect() }
        })?,
        None => packages
            .iter()
            .find(|package| manifest_of(package).parent().is_some_and(|parent| is_same(parent, folder)))
            .ok_or_else(|| PackageError::NoPackage { folder: folder.to_owned() })?,
    };
    let binary = binary(package, selection.binary.as_deref())?;
    let mut features: Vec<String> = strings(&binary["required-features"]).collect();
    let defaults: Vec<String> = strings(&package["features"]["default"]).collect();
    let without_defaults = defaults.iter().any(|feature| feature == SYNTH);
    if without_defaults {
        // `dep:x` is no feature that a command line can name; it is there when another default asks for it.
        features.extend(defaults.into_iter().filter(|feature| feature != SYNTH && !feature.starts_with("dep:")));
    }
    if package["features"].get(FEATURE).is_some() && !features.iter().any(|feature| feature == FEATURE) {
        features.push(FEATURE.to_owned());
    }
    let manifest = manifest_of(package).to_owned();
    Ok(Project {
        package: name_of(package),
        binary: name_of(binary),
        features,
        without_defaults,
        directory: manifest.parent().map(Path::to_owned).unwrap_or_default(),
        manifest,
        target_directory: text(&metadata["target_directory"]).into(),
        has_profile: false,
    })
}

/// The target of a package that goes to Lambda.
fn binary<'a>(package: &'a Value, asked: Option<&str>) -> Result<&'a Value, PackageError> {
    let targets = package["targets"].as_array().map_or(&[][..], Vec::as_slice);
    let mut binaries: Vec<&Value> =
        targets.iter().filter(|target| strings(&target["kind"]).any(|kind| kind == "bin")).collect();
    let names = |binaries: &[&Value]| binaries.iter().map(|binary| name_of(binary)).collect();
    if let Some(asked) = asked {
        let found = binaries.iter().find(|binary| binary["name"] == asked).copied();
        return found.ok_or_else(|| PackageError::UnknownBinary {
            name: asked.to_owned(),
            package: name_of(package),
            binaries: names(&binaries),
        });
    }
    binaries.retain(|binary| binary["name"] != SYNTH);
    match binaries.as_slice() {
        [] => Err(PackageError::NoBinary { package: name_of(package) }),
        [one] => Ok(one),
        several => several
            .iter()
            .find(|binary| binary["name"] == package["default_run"])
            .copied()
            .ok_or_else(|| PackageError::SeveralBinaries { package: name_of(package), binaries: names(several) }),
    }
}

/// The same folder, however it is written.
fn is_same(a: &Path, b: &Path) -> bool {
    a == b || matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}

fn manifest_of(package: &Value) -> &Path {
    Path::new(text(&package["manifest_path"]))
}

fn name_of(value: &Value) -> String {
    text(&value["name"]).to_owned()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn strings(value: &Value) -> impl Iterator<Item = String> {
    value.as_array().into_iter().flatten().map(|value| text(value).to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn metadata() -> Value {
        let package = |name: &str, binaries: &[&str], more: Value| {
            let mut targets = vec![json!({"kind": ["lib"], "name": name})];
            targets.extend(binaries.iter().map(|name| json!({"kind": ["bin"], "name": name})));
            let mut package = json!({"name": name, "targets": targets, "features": {}, "default_run": null,
                "manifest_path": format!("/w/{name}/Cargo.toml")});
            package.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            package
        };
        let guarded = json!({"targets": [{"kind": ["bin"], "name": "guarded", "required-features": ["on", "aws"]}],
            "features": {"aws": [], "on": []}});
        json!({"target_directory": "/w/target", "packages": [
            package("photo", &["photo", "synth"], json!({"features": {"aws": ["x/aws"]}})),
            package("plain", &["synth", "work"], json!({})),
            package("tools", &["one", "synth", "two"], json!({})),
            package("default", &["one", "synth", "two"], json!({"default_run": "two"})),
            package("template", &["synth"], json!({})),
            package("guarded", &[], guarded),
            package("apart", &["apart", "synth"], json!({"features": {"default": ["synth", "dep:x", "more"], "aws": []}})),
        ]})
    }

    #[test]
    fn the_table_of_the_profile_is_found() {
        for (manifest, expected) in [
            ("", false),
            ("[profile.release]\nlto = true\n", false),
            ("# [profile.bootstrap]\n", false),
            ("[profile.bootstrap.package.x]\n", false),
            ("[package]\n\n[profile.bootstrap]\ninherits = \"release\"", true),
            ("  [ profile . bootstrap ] # small\r\n", true),
        ] {
            assert_eq!(defines_profile(manifest), expected, "{manifest}");
        }
    }

    #[test]
    fn the_binary_that_is_not_synth_is_compiled() {
        fn check(folder: &str, package: Option<&str>, binary: Option<&str>, expected: &str) {
            let selection = Selection { package: package.map(str::to_owned), binary: binary.map(str::to_owned) };
            let found = match select(&metadata(), Path::new(folder), &selection) {
                Ok(found) => {
                    let without = if found.without_defaults { " without defaults" } else { "" };
                    let directory = found.directory.display();
                    format!("{} {} {:?}{without} {directory}", found.package, found.binary, found.features)
                }
                Err(error) => error.to_string(),
            };
            assert_eq!(found, expected);
        }
        check("/w/photo", None, None, "photo photo [\"aws\"] /w/photo");
        check("/w/photo", Some("plain"), None, "plain work [] /w/plain");
        check("/w/plain", None, Some("synth"), "plain synth [] /w/plain");
        check("/w/default", None, None, "default two [] /w/default");
        check("/w/guarded", None, None, "guarded guarded [\"on\", \"aws\"] /w/guarded");
        check("/w/apart", None, None, "apart apart [\"more\", \"aws\"] without defaults /w/apart");
        check("/w/tools", None, None, "package `tools`: there must be one binary other than `synth`, got `one`, `two`");
        check("/w/template", None, None, "package `template`: must have a binary other than `synth`, and has none");
        check(
            "/w/plain",
            None,
            Some("wrok"),
            "binary `wrok`: must be one of package `plain`, which has `synth`, `work`",
        );
        check(
            "/w/photo",
            Some("foto"),
            None,
            "package `foto`: must be one of the workspace, which has `photo`, `plain`, `tools`, `default`, `template`, \
             `guarded`, `apart`",
        );
        check("/w", None, None, "/w: must be the folder of a package, and cargo knows none there");
    }
}
