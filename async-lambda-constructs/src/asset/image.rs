//! Images that `sam build` makes.

use std::panic::Location;

use cfn_model::{IntoNode, Node, Object, Value};

use super::{Asset, Kind};
use crate::Stack;

/// The recipe of a container image, for [`Stack::image`]: a folder with a Dockerfile. Its path counts from the package of the
/// program. The folder is copied under the hash of its content, as a [folder](Asset::folder) is zipped, so that a change of a file
/// changes the template.
#[derive(Clone, Debug)]
#[must_use = "an image does nothing until it is given to a stack"]
pub struct Image {
    context: Asset,
    dockerfile: String,
    target: Option<String>,
    tag: Option<Node>,
    arguments: Object,
}

impl Image {
    /// The image of the `Dockerfile` in a folder, which is the context of the build.
    pub fn new(folder: impl Into<String>) -> Image {
        Image {
            context: Asset { kind: Kind::Image, ..Asset::folder(folder) },
            dockerfile: "Dockerfile".to_owned(),
            target: None,
            tag: None,
            arguments: Object::default(),
        }
    }

    /// Sets the Dockerfile, from the folder on: default `Dockerfile`.
    pub fn dockerfile(mut self, path: impl Into<String>) -> Image {
        self.dockerfile = path.into();
        self
    }

    /// Sets the stage of the Dockerfile that is built: default the last one.
    pub fn target(mut self, stage: impl Into<String>) -> Image {
        self.target = Some(stage.into());
        self
    }

    /// Sets the tag of the image: default that of `sam build`.
    pub fn tag(mut self, tag: impl Into<Value<String>>) -> Image {
        self.tag = Some(tag.into().into_node());
        self
    }

    /// Adds an argument of the build, `ARG` in the Dockerfile.
    pub fn build_argument(mut self, name: impl Into<String>, value: impl Into<String>) -> Image {
        self.arguments.insert(name.into(), value.into().into_node());
        self
    }

    /// Leaves out what these patterns match, as [`Asset::exclude`] does. `.dockerignore` holds beside it.
    pub fn exclude<S: Into<String>>(mut self, patterns: impl IntoIterator<Item = S>) -> Image {
        self.context = self.context.exclude(patterns);
        self
    }
}

impl Stack {
    /// Says how `sam build` makes the image of a function, in the function's `Metadata`. The function is one with the package type
    /// `Image`, and has no `ImageUri`: `sam build` and `sam deploy` put it there.
    ///
    /// ```
    /// use async_lambda_constructs::{Image, prelude::*};
    ///
    /// let mut stack = Stack::new("reports");
    /// let report = stack.add("Report", sam::Function::new().package_type("Image").timeout(60));
    /// stack.image(&report, Image::new("lambda/report").build_argument("PYTHON", "3.13"));
    /// ```
    #[track_caller]
    pub fn image(&mut self, id: impl AsRef<str>, image: Image) {
        let Image { context, dockerfile, target, tag, arguments } = image;
        let token = self.assets().record(context, Some(dockerfile.clone()), Location::caller().into());
        let id = id.as_ref();
        self.override_attribute(id, ["Metadata", "DockerContext"], token);
        self.override_attribute(id, ["Metadata", "Dockerfile"], dockerfile);
        if let Some(target) = target {
            self.override_attribute(id, ["Metadata", "DockerBuildTarget"], target);
        }
        if let Some(tag) = tag {
            self.override_attribute(id, ["Metadata", "DockerTag"], tag);
        }
        if !arguments.is_empty() {
            self.override_attribute(id, ["Metadata", "DockerBuildArgs"], arguments);
        }
    }
}
