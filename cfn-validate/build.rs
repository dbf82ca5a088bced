//! Puts the pages of the rules, `rules/*.md`, into a table: a page is added by adding its file.

use std::{env, fmt::Write as _, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=rules");
    let folder = Path::new(&env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("rules");
    let mut codes: Vec<String> = fs::read_dir(&folder)
        .expect("the folder of the pages can be read")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".md").map(str::to_owned))
        .collect();
    codes.sort_unstable();
    let mut table = String::from("[\n");
    for code in codes {
        // Relative to the package: a target folder may be shared by several checkouts.
        let page = format!("/rules/{code}.md");
        let _ = writeln!(table, "    ({code:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {page:?}))),");
    }
    table.push_str("]\n");
    let target = Path::new(&env::var_os("OUT_DIR").expect("cargo sets it")).join("pages.rs");
    fs::write(target, table).expect("the table can be written");
}
