//! Writes the typed resources, the event sources and the policy templates.

use std::{env, error::Error, fmt::Write as _, path::Path};

use cfn_codegen::{names, write_if_changed};

fn main() -> Result<(), Box<dyn Error>> {
    // The facts and the policies are part of this program: it is built anew, and runs again, when they change.
    println!("cargo::rerun-if-changed=build.rs");
    let folder = env::var_os("OUT_DIR").ok_or("OUT_DIR: must be set, as it is by cargo")?;
    let folder = Path::new(&folder);
    write_if_changed(&folder.join("resources.rs"), &cfn_codegen::sam_resources())?;
    write_if_changed(&folder.join("events.rs"), &cfn_codegen::sam_events())?;
    write_if_changed(&folder.join("policies.rs"), &policies()?)?;
    Ok(())
}

/// A constructor of `Policy` for each template.
fn policies() -> Result<String, std::fmt::Error> {
    let mut out = String::from("impl Policy {\n");
    for template in cfn_codegen::policy_templates() {
        let parameters: Vec<(&str, String)> = template.parameters().map(|name| (name, names::snake(name))).collect();
        let template = template.name();
        let name = names::snake(template.strip_suffix("Policy").unwrap_or(template));
        let arguments = parameters.iter().map(|(_, name)| format!("{name}: impl Into<Value<String>>, "));
        let entries = parameters.iter().map(|(parameter, name)| format!("({parameter:?}, {name}.into()), "));
        writeln!(out, "/// The policy template `{template}`.")?;
        writeln!(out, "pub fn {name}({}) -> Policy {{", arguments.collect::<String>())?;
        writeln!(out, "Policy::template({template:?}, [{}])", entries.collect::<String>())?;
        writeln!(out, "}}")?;
    }
    out.push_str("}\n");
    Ok(out)
}
