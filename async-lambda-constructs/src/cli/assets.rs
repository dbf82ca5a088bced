//! The assets of stacks: read, named in the templates, written beside them.

use std::path::{Path, PathBuf};

use cfn_model::{Finding, Node, Path as Place, Rule, Segment};
use cfn_rules::codes::{AL0510, AL0511, AL0512, AL0513, AL0514};
use serde_json::{Value, json};

use super::{Exit, Session, files, report::plural, synth::size};
use crate::{
    Stack, Synthesized,
    asset::{
        Content, Recorded, SCHEME, content,
        pack::{Packed, Places, Problem, pack},
    },
};

/// The folder of assets beside the templates.
const FOLDER: &str = "assets";
/// The same, beside a Cargo.toml: `assets` there is what an application packs into its archive.
const FOLDER_OF_PACKAGE: &str = ".async_lambda/build/assets";

/// What was read.
type Read = Result<Packed, Problem>;

/// The assets of the stacks that are written.
#[derive(Default)]
pub(super) struct Assets {
    /// The folder, as the templates name it and as it was named to the user.
    in_template: String,
    shown: PathBuf,
    folder: PathBuf,
    /// Each once, by its token and what its property wants.
    read: Vec<(String, Content, Read)>,
    /// For each stack the places that have one, with its position in `read`.
    uses: Vec<Vec<(Place, usize)>>,
    /// For each stack the places that are to have one.
    wanted: Vec<Vec<Place>>,
}

/// Reads the assets of the stacks that are written, and puts their paths into the templates. What is wrong with them is reported to
/// the stacks.
pub(super) fn resolve(session: &Session<'_>, stacks: &mut [Stack], selected: &[bool], targets: &[PathBuf]) -> Assets {
    let recorded: Vec<Recorded> = stacks.iter().flat_map(|stack| stack.assets().recorded()).collect();
    let mut assets =
        Assets { uses: vec![Vec::new(); stacks.len()], wanted: vec![Vec::new(); stacks.len()], ..Assets::default() };
    let found: Vec<Vec<(Place, String)>> = stacks.iter().map(tokens).collect();
    if recorded.is_empty() && found.iter().all(Vec::is_empty) {
        return assets;
    }
    let places = assets.places(session, targets);
    for (index, stack) in stacks.iter_mut().enumerate().filter(|(index, _)| selected[*index]) {
        for (place, token) in &found[index] {
            assets.resolve(index, stack, place, token, &recorded, &places);
        }
        assets.wanted[index] = found[index].iter().map(|(place, _)| place.clone()).collect();
        for unused in stack.assets().recorded() {
            if found.iter().flatten().all(|(_, token)| *token != unused.token) {
                let message = format!("asset `{}`: a property must have it, none does", unused.asset.path);
                let help = "remove it, or give it to a property: `.code_uri(&code)`".to_owned();
                stack.report_at(at(&AL0512, &unused, Place::default(), message, Some(help)));
            }
        }
    }
    assets
}

impl Assets {
    fn places(&mut self, session: &Session<'_>, targets: &[PathBuf]) -> Places {
        let environment = session.environment;
        let first = targets.first().filter(|path| *path != Path::new("-"));
        let beside = first.and_then(|path| path.parent()).map(Path::to_owned).unwrap_or_default();
        let is_package = environment.path(&beside).join("Cargo.toml").is_file();
        self.in_template = if is_package { FOLDER_OF_PACKAGE } else { FOLDER }.to_owned();
        self.shown = beside.join(&self.in_template);
        self.folder = environment.path(&self.shown);
        // A folder of its own has nothing else in it.
        let written = if is_package || beside == Path::new("") {
            let files = targets.iter().filter(|path| *path != Path::new("-")).map(|path| environment.path(path));
            files.chain([self.folder.clone()]).collect()
        } else {
            vec![environment.path(&beside)]
        };
        let base = environment.manifest_directory.clone().unwrap_or_else(|| environment.surroundings.directory.clone());
        Places { base, output: self.folder.clone(), written }
    }

    fn resolve(
        &mut self,
        index: usize,
        stack: &mut Stack,
        place: &Place,
        token: &str,
        recorded: &[Recorded],
        places: &Places,
    ) {
        // The line of the stack itself comes first.
        let own = stack.assets().recorded();
        let Some(asset) = own.iter().chain(recorded).find(|asset| asset.token == token) else {
            let message = format!("`{token}`: must be an asset of a stack of the program, and be the whole value");
            let help = "give `main` the stack whose `asset(..)` it is".to_owned();
            return stack.report_at(Finding::new(&AL0511, place.clone(), message).help(help));
        };
        let (source, id) = (&asset.asset.path, place.logical_id().map_or("", |(_, id)| id));
        let kind = stack.resource(id).and_then(|resource| resource["Type"].as_str()).unwrap_or_default().to_owned();
        let Some(content) = content(&kind, place) else {
            let message =
                format!("asset `{source}`: must stand in a property that packaging uploads, and is in `{place}`");
            let help =
                "such a property is the code of a function or a layer, a definition, a nested template".to_owned();
            return stack.report_at(at(&AL0511, asset, place.clone(), message, Some(help)));
        };
        let known = self.read.iter().position(|(known, wanted, _)| known == token && *wanted == content);
        let position = known.unwrap_or_else(|| {
            let images = recorded.iter().filter(|asset| asset.token == token);
            let dockerfiles: Vec<&str> = images.filter_map(|asset| asset.dockerfile.as_deref()).collect();
            self.read.push((token.to_owned(), content, pack(&asset.asset, &dockerfiles, content, places)));
            self.read.len() - 1
        });
        let finding = |rule, message: &str, help| at(rule, asset, place.clone(), message.to_owned(), help);
        match &self.read[position].2 {
            Ok(packed) => {
                let path = format!("{}/{}", self.in_template, packed.name);
                let inside = Place(place.0[2..].to_vec());
                if packed.is_beyond_direct_upload() {
                    let source = &packed.source;
                    let bytes = size(usize::try_from(packed.bytes).unwrap_or(usize::MAX));
                    let message = format!("asset `{source}`: at most 50 MB can be uploaded in a request, got {bytes}");
                    let help = "`sam deploy` and `aws cloudformation package` take it through S3".to_owned();
                    stack.report_at(finding(&AL0514, &message, Some(help)));
                }
                let origin = stack.origin(place);
                stack.set_origin(origin);
                stack.override_attribute(id, inside, path);
                stack.set_origin(None);
                self.uses[index].push((place.clone(), position));
            }
            Err(Problem::Unreadable { message, help }) => {
                stack.report_at(finding(&AL0510, message, help.clone()));
            }
            Err(Problem::Unfit { message, help }) => {
                stack.report_at(finding(&AL0511, message, Some(help.clone())));
            }
            Err(Problem::TooLarge { message }) => {
                let help = "leave files out, `.exclude([..])`, move some into a layer, or use an image".to_owned();
                stack.report_at(finding(&AL0513, message, Some(help)));
            }
        }
    }

    /// Takes back that packaging has to replace a path: of an asset that is what it is for.
    pub(super) fn review(&self, index: usize, stack: &mut Synthesized) {
        let is_asset = |path: &Place| self.wanted[index].contains(path);
        stack.report.findings.retain(|finding| finding.rule.code != "W3002" || !is_asset(&finding.path));
    }

    /// Whether a stack that is written has one.
    pub(super) fn is_empty(&self) -> bool {
        self.uses.iter().all(Vec::is_empty)
    }

    /// The assets of a stack, as the manifest has them.
    pub(super) fn of_stack(&self, index: usize) -> Vec<Value> {
        let uses = self.uses.get(index).map(Vec::as_slice).unwrap_or_default();
        let mut positions: Vec<usize> = uses.iter().map(|(_, position)| *position).collect();
        positions.sort_unstable();
        positions.dedup();
        let entry = |position: usize| {
            let packed = self.read[position].2.as_ref().ok()?;
            let used_by = uses.iter().filter(|(_, of)| *of == position).map(|(place, _)| place.to_string());
            Some(json!({
                "sha256": packed.hash,
                "path": format!("{}/{}", self.in_template, packed.name),
                "source": packed.source,
                "packaging": packed.packaging,
                "properties": used_by.collect::<Vec<_>>(),
            }))
        };
        positions.into_iter().filter_map(entry).collect()
    }

    /// Writes those that are not there yet, and gives a line about each.
    pub(super) fn write(&self, session: &mut Session<'_>) -> Result<String, Exit> {
        let mut lines = String::new();
        let mut names: Vec<&str> = Vec::new();
        for packed in self.read.iter().filter_map(|(_, _, read)| read.as_ref().ok()) {
            if names.contains(&packed.name.as_str()) {
                continue;
            }
            names.push(&packed.name);
            let shown = files::display(&self.shown.join(&packed.name));
            let style = session.reporter.err;
            match packed.write(&self.folder) {
                Ok(is_new) => {
                    lines += &format!(
                        "{} {} (`{}`, {}, {})\n",
                        style.good(if is_new { "wrote" } else { "unchanged" }),
                        style.bold(&shown),
                        packed.source,
                        plural(packed.files, "file"),
                        size(usize::try_from(packed.bytes).unwrap_or(usize::MAX)),
                    );
                }
                Err(error) => {
                    let message = format!("{shown}: cannot be written: {}", files::plain(&error));
                    return Err(session.fail(message, None));
                }
            }
        }
        Ok(lines)
    }
}

/// A finding with the line of the asset.
fn at(rule: &'static Rule, asset: &Recorded, place: Place, message: String, help: Option<String>) -> Finding {
    Finding { origin: Some(asset.origin), help, ..Finding::new(rule, place, message) }
}

/// The places of a template whose text is a token, or has one in it.
fn tokens(stack: &Stack) -> Vec<(Place, String)> {
    fn walk(node: &Node, path: &mut Vec<Segment>, found: &mut Vec<(Place, String)>) {
        match node {
            Node::String(text) if text.contains(SCHEME) => found.push((Place(path.clone()), text.clone())),
            Node::Object(object) => {
                for (key, value) in object {
                    path.push(key.as_str().into());
                    walk(value, path, found);
                    path.pop();
                }
            }
            Node::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    path.push(index.into());
                    walk(value, path, found);
                    path.pop();
                }
            }
            Node::Null | Node::Bool(_) | Node::Number(_) | Node::String(_) => {}
        }
    }
    let mut found = Vec::new();
    for (section, node) in stack.document() {
        walk(node, &mut vec![section.as_str().into()], &mut found);
    }
    found
}
