//! The name of a project: of its crate, its application and its stack.

use std::path::Path;

use crate::error::Error;

/// The longest name. Functions are called `NAME-TASK`, and have at most 64 characters.
pub const MAX_LENGTH: usize = 48;

/// Names that the project needs for other things; cargo's message for these comes late, and is about cycles.
const DEPENDENCIES: [&str; 6] =
    ["async_lambda", "async_lambda_constructs", "cfn_model", "serde", "serde_json", "tokio"];

/// Folders of cargo's own in `target/`: it refuses programs of these names, after the project is made.
const FOLDERS: [&str; 4] = ["build", "deps", "examples", "incremental"];

/// The name that was given, or the folder's. What else cargo refuses, such as keywords, `cargo new` says.
pub fn of(given: Option<&str>, folder: &Path) -> Result<String, Error> {
    let name = match given {
        Some(name) => name.to_owned(),
        None => folder.file_name().ok_or_else(|| Error::NoName(folder.to_owned()))?.to_string_lossy().into_owned(),
    };
    let is_valid = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        && name.len() <= MAX_LENGTH;
    if !is_valid {
        return Err(Error::Name(name));
    }
    if name == "synth" {
        return Err(Error::Taken { name, what: "the program of the infrastructure".to_owned() });
    }
    if FOLDERS.contains(&name.as_str()) {
        return Err(Error::Taken { name, what: "a folder in which cargo builds".to_owned() });
    }
    if DEPENDENCIES.contains(&name.replace('-', "_").as_str()) {
        return Err(Error::Taken { name, what: "a crate that the project depends on".to_owned() });
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn names() {
        let check = |folder: &str, expected: Result<&str, &str>| {
            let found = of(None, Path::new(folder)).map_err(|error| error.to_string());
            assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned), "{folder}");
        };
        check("my-app_2", Ok("my-app_2"));
        check("../apps/my-app", Ok("my-app"));
        check("..", Err("folder `..`: must end with the name of the project"));
        for name in ["2fast", "-x", "_x", "a b", "ü", "a.b", &"x".repeat(49)] {
            let rule = "must begin with a letter and have at most 48 letters, digits, `-` and `_`";
            check(name, Err(&format!("name `{name}`: {rule}")));
        }
        check("synth", Err("name `synth`: must not be that of the program of the infrastructure"));
        check("deps", Err("name `deps`: must not be that of a folder in which cargo builds"));
        check("async_lambda", Err("name `async_lambda`: must not be that of a crate that the project depends on"));
        check("async-lambda", Err("name `async-lambda`: must not be that of a crate that the project depends on"));
        assert_eq!(of(Some("other"), Path::new("..")).unwrap(), "other");
    }
}
