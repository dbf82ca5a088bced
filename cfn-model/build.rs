//! Writes the typed resources of the services whose feature is on.

use std::{env, error::Error, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    // The facts are part of this program: it is built anew, and runs again, when they change.
    println!("cargo::rerun-if-changed=build.rs");
    let folder = env::var_os("OUT_DIR").ok_or("OUT_DIR: must be set, as it is by cargo")?;
    cfn_codegen::write_services(Path::new(&folder), |feature| {
        env::var_os(format!("CARGO_FEATURE_{}", feature.to_ascii_uppercase())).is_some()
    })?;
    Ok(())
}
