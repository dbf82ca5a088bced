//! Which resource types stand in which module, behind which feature.

use std::{collections::BTreeMap, fmt::Write as _, fs, io, path::Path};

use cfn_schema::{ResourceType, resource_types, sorted};

use crate::{emit::Writer, lower, names};

const OWN_FEATURE: &str = include_str!("../data/features.txt");

/// The resource types of a service, which stand in one module.
#[derive(Clone, Debug)]
pub struct Service {
    /// The start of the types' names: `AWS::SQS`.
    pub prefix: String,
    /// The module: `sqs`.
    pub module: String,
    /// The cargo feature: as the module, or `misc`.
    pub feature: String,
    /// Its resource types, sorted by name.
    pub types: Vec<ResourceType>,
}

/// The feature of the services that have none of their own.
pub const MISC: &str = "misc";

/// Every service but SAM, sorted by module.
pub fn services() -> Vec<Service> {
    let mut types: BTreeMap<String, Vec<ResourceType>> = BTreeMap::new();
    for resource in resource_types().filter(|resource| !resource.is_serverless()) {
        let prefix = resource.name().rsplit_once("::").map_or(resource.name(), |(prefix, _)| prefix);
        types.entry(prefix.to_owned()).or_default().push(resource);
    }
    let services: Vec<Service> = types.into_iter().map(|(prefix, types)| service(prefix, types)).collect();
    sorted(services, &|left, right| left.module.cmp(&right.module))
}

fn service(prefix: String, types: Vec<ResourceType>) -> Service {
    let name = prefix.strip_prefix("AWS::").unwrap_or(&prefix);
    let module = names::snake(name);
    let own = types.len() > 1 || OWN_FEATURE.lines().any(|line| line == name);
    let feature = if own { module.clone() } else { MISC.to_owned() };
    Service { module, feature, types, prefix }
}

impl Service {
    /// The Rust text of its module.
    pub fn source(&self) -> String {
        let resources: Vec<_> = self.types.iter().map(|resource| lower::resource(*resource)).collect();
        Writer::new(&resources).finish()
    }
}

/// Writes the modules of the services whose feature is on into `folder`, and `services.rs`, which
/// declares them. A file that would not change is left alone.
///
/// A service whose feature is off is declared too, empty and configured out, so that the compiler names the
/// feature to whoever wants it.
pub fn write_services(folder: &Path, is_on: impl Fn(&str) -> bool) -> io::Result<()> {
    let mut index = String::new();
    for service in &services() {
        let Service { prefix, module, feature, .. } = service;
        if !is_on(feature) {
            let _ = writeln!(index, "#[cfg(feature = {feature:?})] pub mod {module} {{}}");
            continue;
        }
        write_if_changed(&folder.join(format!("{module}.rs")), &service.source())?;
        let _ = writeln!(
            index,
            "/// The resource types `{prefix}::*`.\n\
             #[cfg_attr(docsrs, doc(cfg(feature = {feature:?})))]\n\
             #[allow(clippy::all, clippy::allow_attributes)]\n\
             pub mod {module} {{\n\
             use crate::typed as m;\n\
             include!(concat!(env!(\"OUT_DIR\"), \"/{module}.rs\"));\n\
             }}"
        );
    }
    write_if_changed(&folder.join("services.rs"), &index)
}

/// Writes a file unless it already has this content.
pub fn write_if_changed(path: &Path, content: &str) -> io::Result<()> {
    match fs::read(path) {
        Ok(old) if old == content.as_bytes() => Ok(()),
        _ => fs::write(path, content),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_feature_list_is_needed() {
        let services = services();
        for line in OWN_FEATURE.lines().filter(|line| !line.starts_with('#')) {
            let named = |service: &&Service| service.prefix == format!("AWS::{line}");
            let types = services.iter().find(named).map(|service| service.types.len());
            assert_eq!(types, Some(1), "{line}: is to be a service with one resource type");
        }
    }
}
