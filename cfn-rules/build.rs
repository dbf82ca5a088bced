//! Lists the rules: each file below `src/rules` with a `rule!` in it is one. A rule is added by adding its file, and the
//! line `mod` that every module has.

use std::{
    env,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=src/rules");
    let folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or_else(missing)?).join("src/rules");
    let mut paths = Vec::new();
    gather(&folder, "crate::rules", &mut paths)?;
    paths.sort_unstable();
    let mut table = String::from("&[\n");
    for path in paths {
        // Writing to a string cannot fail.
        let _ = writeln!(table, "    &{path}::RULE,");
    }
    table.push_str("]\n");
    fs::write(Path::new(&env::var_os("OUT_DIR").ok_or_else(missing)?).join("definitions.rs"), table)
}

fn missing() -> io::Error {
    io::Error::other("cargo sets CARGO_MANIFEST_DIR and OUT_DIR")
}

/// The modules in a folder that have a rule.
fn gather(folder: &Path, module: &str, paths: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(name) = path.file_stem().and_then(|name| name.to_str()) else { continue };
        let inner = format!("{module}::{name}");
        if path.is_dir() {
            gather(&path, &inner, paths)?;
        } else if path.extension().is_some_and(|kind| kind == "rs")
            && fs::read_to_string(&path)?.lines().any(|line| line == "rule! {")
        {
            paths.push(inner);
        }
    }
    Ok(())
}
