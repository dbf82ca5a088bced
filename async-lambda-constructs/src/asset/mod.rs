//! Assets: files and folders of the program that become the code of a function, a definition, an image.
//!
//! A stack only writes down what it wants: [`Stack::asset`] gives a value that stands in the template for the asset, and touches no
//! file. `synth` reads the files, writes them into the folder of the template under the hash of their content, and puts that path
//! into the template, where `sam` and `aws cloudformation package` find it.

mod image;
#[cfg(feature = "assets")]
pub(crate) mod pack;
#[cfg(feature = "assets")]
mod pattern;
#[cfg(feature = "assets")]
mod property;

use std::{cell::RefCell, panic::Location};

use cfn_model::{IntoNode, Node, Origin, Value};

use crate::Stack;

pub use image::Image;
#[cfg(feature = "assets")]
pub(crate) use property::{Content, content};

/// What stands before the token of an asset.
pub(crate) const SCHEME: &str = "asset://";

/// A file or a folder of the program, for [`Stack::asset`].
///
/// Its path counts from the package of the program, where its Cargo.toml is; `../shared` is a folder of the workspace.
///
/// - A folder becomes an archive, with hidden files, without [what is excluded](Asset::exclude), and without `.git`, `.DS_Store` and
///   `__pycache__`, which differ from one machine to the next. Times and owners do not count, nor the order of files; of modes the
///   executable bit does. A link becomes what it leads to, which has to be in the folder.
/// - A file is handed on as it is: a definition, a template, an archive. Where Lambda wants an archive, any other file becomes
///   one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an asset does nothing until it is given to a stack"]
pub struct Asset {
    pub(crate) kind: Kind,
    pub(crate) path: String,
    pub(crate) excluded: Vec<String>,
}

/// The kinds of assets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Folder,
    /// The folder of a Dockerfile, with its path in the folder.
    Image,
}

impl Kind {
    /// Its name in the manifest.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Kind::File => "file",
            Kind::Folder => "folder",
            Kind::Image => "image",
        }
    }
}

impl Asset {
    /// A folder, which becomes an archive.
    pub fn folder(path: impl Into<String>) -> Asset {
        Asset { kind: Kind::Folder, path: path.into(), excluded: Vec::new() }
    }

    /// A file: a definition, a template, an archive, the code of a function.
    pub fn file(path: impl Into<String>) -> Asset {
        Asset { kind: Kind::File, path: path.into(), excluded: Vec::new() }
    }

    /// Leaves out what these patterns match, as in `.gitignore`: `*.pyc` and `tests/` at any depth, `/docs` and `lib/*.md` from the
    /// folder on, `**` for any number of folders.
    pub fn exclude<S: Into<String>>(mut self, patterns: impl IntoIterator<Item = S>) -> Asset {
        self.excluded.extend(patterns.into_iter().map(Into::into));
        self
    }

    /// The text that stands for it in the template. It says all of the description, so the same asset has the same one.
    fn token(&self) -> String {
        let patterns: Vec<String> =
            self.excluded.iter().map(|pattern| pattern.replace('\\', "\\\\").replace(',', "\\,")).collect();
        let excluded = if patterns.is_empty() { String::new() } else { format!("?exclude={}", patterns.join(",")) };
        format!("{SCHEME}{}/{}{excluded}", self.kind.as_str(), self.path)
    }
}

/// An asset of a stack, to stand in a property: `.code_uri(&code)`, `json!({"Code": code})`, and for a typed property
/// `.code(code.value())`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetValue {
    token: String,
}

impl AssetValue {
    /// The value for a typed property.
    pub fn value<T>(&self) -> Value<T> {
        Value::raw(self)
    }
}

impl IntoNode for &AssetValue {
    fn into_node(self) -> Node {
        Node::String(self.token.clone())
    }
}

impl IntoNode for AssetValue {
    fn into_node(self) -> Node {
        Node::String(self.token)
    }
}

impl From<&AssetValue> for Value<String> {
    fn from(asset: &AssetValue) -> Value<String> {
        asset.value()
    }
}

/// So that `serde_json::json!` takes it.
impl serde::Serialize for AssetValue {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.token)
    }
}

/// An asset that a stack wants, with the line that says so.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Recorded {
    pub(crate) token: String,
    pub(crate) asset: Asset,
    /// The Dockerfile of an image, from its folder on.
    pub(crate) dockerfile: Option<String>,
    pub(crate) origin: Origin,
}

/// The assets of a stack.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Assets(RefCell<Vec<Recorded>>);

impl Assets {
    pub(crate) fn recorded(&self) -> Vec<Recorded> {
        self.0.borrow().clone()
    }

    fn record(&self, asset: Asset, dockerfile: Option<String>, origin: Origin) -> String {
        let token = asset.token();
        let mut all = self.0.borrow_mut();
        if all.iter().all(|known| known.token != token || known.dockerfile != dockerfile) {
            all.push(Recorded { token: token.clone(), asset, dockerfile, origin });
        }
        token
    }
}

impl Stack {
    /// The value of an asset, for a property that `sam` and `aws cloudformation package` upload: the code of a function or a layer, an
    /// API definition, a state machine, a nested template, a script of Glue. Files are read by `synth`, and need the feature `assets`.
    ///
    /// ```
    /// use async_lambda_constructs::{Asset, prelude::*};
    ///
    /// let mut stack = Stack::new("reports");
    /// let code = stack.asset(Asset::folder("lambda/report").exclude(["tests/", "*.md"]));
    /// stack.add(
    ///     "Report",
    ///     sam::Function::new().handler("index.handler").runtime("python3.13").timeout(60).code_uri(&code),
    /// );
    /// ```
    #[track_caller]
    pub fn asset(&self, asset: Asset) -> AssetValue {
        AssetValue { token: self.assets().record(asset, None, Location::caller().into()) }
    }
}
