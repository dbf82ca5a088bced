//! The file beside the templates of a program: the order of deployment, and the needs of each stack.

use cfn_model::{Finding, Node, Path, Template};
use cfn_rules::codes::AL0505;
use serde_json::{Map, Value, json};

use super::{check, export::Sharing};
use crate::{Stack, context::Used};

/// The version of the form of the file.
const VERSION: u64 = 1;

/// The part of the file about a stack, as far as it is known before its template is finished.
pub(crate) struct Entry {
    depends_on: Vec<String>,
    value: Map<String, Value>,
}

/// The entries of the stacks, in an order in which they can be deployed; with the position of each stack.
pub(crate) fn manifest(stacks: &[Stack]) -> Vec<(usize, Entry)> {
    check::order(stacks).into_iter().map(|index| (index, entry(stacks, index))).collect()
}

fn entry(stacks: &[Stack], index: usize) -> Entry {
    let stack = &stacks[index];
    let sources = check::sources(stacks, index);
    let depends_on: Vec<String> = sources.into_iter().map(|source| stacks[source].name().to_owned()).collect();
    let exports: Map<String, Value> =
        stack.links().exports.iter().map(|export| (export.name.clone(), export.sharing.as_str().into())).collect();
    let mut imports: Vec<Value> = Vec::new();
    for import in &stack.links().imports() {
        let export = &import.export;
        let import = json!({"stack": export.stack, "name": export.name, "sharing": export.sharing.as_str()});
        if !imports.contains(&import) {
            imports.push(import);
        }
    }
    let mut value = Map::new();
    value.insert("name".to_owned(), stack.name().into());
    value.insert("account".to_owned(), stack.home().account.clone().into());
    value.insert("region".to_owned(), stack.home().region.clone().into());
    if stack.home().is_protected {
        value.insert("terminationProtection".to_owned(), true.into());
    }
    value.insert("exports".to_owned(), exports.into());
    value.insert("imports".to_owned(), imports.into());
    Entry { depends_on, value }
}

impl Entry {
    /// The entry as it is written, with what the finished template and the name of its file say, and with the values from outside
    /// that it was made with.
    pub(crate) fn finished(
        self,
        file: &str,
        template: &Template,
        nested: &[NestedEntry<'_>],
        context: &Used,
        assets: Vec<Value>,
    ) -> Value {
        let Entry { depends_on, mut value, .. } = self;
        value.insert("template".to_owned(), file.into());
        value.insert("dependsOn".to_owned(), depends_on.into());
        value.insert("capabilities".to_owned(), capabilities(template, nested).into());
        value.insert("parameters".to_owned(), parameters(template));
        if !nested.is_empty() {
            value.insert("nested".to_owned(), nested.iter().map(NestedEntry::value).collect());
        }
        let context = context.iter().map(|(key, text)| (key.clone(), text.clone().into()));
        value.insert("context".to_owned(), context.collect::<Map<String, Value>>().into());
        value.insert("assets".to_owned(), assets.into());
        value.into()
    }

    /// The stacks that are deployed before it.
    pub(crate) fn depends_on(&self) -> &[String] {
        &self.depends_on
    }
}

/// A stack inside of another one.
pub(crate) struct NestedEntry<'a> {
    /// Its logical id there.
    pub(crate) id: &'a str,
    pub(crate) file: String,
    pub(crate) template: &'a Template,
    pub(crate) assets: Vec<Value>,
    pub(crate) nested: Vec<NestedEntry<'a>>,
}

impl NestedEntry<'_> {
    fn value(&self) -> Value {
        let mut value = json!({"id": self.id, "template": self.file});
        if !self.assets.is_empty() {
            value["assets"] = self.assets.clone().into();
        }
        if !self.nested.is_empty() {
            value["nested"] = self.nested.iter().map(NestedEntry::value).collect();
        }
        value
    }
}

/// The text of the file.
pub(crate) fn text(stacks: Vec<Value>) -> String {
    format!("{:#}\n", json!({"version": VERSION, "stacks": stacks}))
}

/// The capabilities that CloudFormation wants for a template and those of the stacks inside of it.
fn capabilities(template: &Template, nested: &[NestedEntry<'_>]) -> Vec<&'static str> {
    let (mut iam, mut named) = (false, false);
    let mut templates = vec![template];
    let mut pending: Vec<&NestedEntry<'_>> = nested.iter().collect();
    while let Some(entry) = pending.pop() {
        templates.push(entry.template);
        pending.extend(&entry.nested);
    }
    for (_, resource) in templates.iter().flat_map(|template| template.resources()) {
        let kind = resource["Type"].as_str().unwrap_or_default();
        if kind.starts_with("AWS::IAM::") {
            let names = ["RoleName", "ManagedPolicyName", "UserName", "GroupName", "InstanceProfileName"];
            iam = true;
            named |= names.iter().any(|name| resource["Properties"][*name] != Node::Null);
        }
        // SAM makes roles of functions and of what calls them.
        iam |= kind.starts_with("AWS::Serverless::");
    }
    let expands = templates.iter().any(|template| template.document().contains_key("Transform"));
    let all = [(iam && !named, "CAPABILITY_IAM"), (named, "CAPABILITY_NAMED_IAM"), (expands, "CAPABILITY_AUTO_EXPAND")];
    all.into_iter().filter_map(|(is_needed, name)| is_needed.then_some(name)).collect()
}

/// The parameters, each with its default; `null` for one that has to be given.
fn parameters(template: &Template) -> Value {
    let parameters = template.document().get("Parameters").and_then(Node::as_object);
    let defaults = parameters.into_iter().flatten().map(|(name, parameter)| {
        let default = serde_json::to_value(&parameter["Default"]).unwrap_or_default();
        (name.clone(), default)
    });
    Value::Object(defaults.collect())
}

/// The file of the last synthesis.
pub(crate) struct Previous(Vec<Value>);

impl Previous {
    /// Reads it. `None` if it is not one of this program.
    pub(crate) fn read(text: &str) -> Option<Previous> {
        let value: Value = serde_json::from_str(text).ok()?;
        (value["version"] == VERSION).then_some(())?;
        Some(Previous(value["stacks"].as_array()?.clone()))
    }

    /// The entry of a stack, where it had one.
    pub(crate) fn entry(&self, stack: &str) -> Option<&Value> {
        self.0.iter().find(|entry| entry["name"] == stack)
    }

    /// Reports exports that are gone, and that a stack of the last synthesis imports: CloudFormation refuses to delete them as
    /// long as that stack is not updated.
    pub(crate) fn check(&self, stacks: &mut [Stack]) {
        for stack in stacks {
            for (export, user) in self.strong_imports_of(stack.name()) {
                let is_there =
                    |known: &super::export::Exported| known.name == export && known.sharing == Sharing::Export;
                if stack.links().exports.iter().any(is_there) {
                    continue;
                }
                let name = stack.name();
                let message = format!(
                    "export `{export}` of stack `{name}`: must stay, stack `{user}` imports it as it was last synthesized"
                );
                let help = "keep it for one more deployment, in which that stack does without it; then remove it. If what is in the \
                            folder is of another stage, give each stage a folder of its own: `--output out/prod/`";
                stack.report_at(Finding::new(&AL0505, Path::default(), message).help(help.to_owned()));
            }
        }
    }

    /// The exports of a stack that others imported, each with the first of them.
    fn strong_imports_of(&self, stack: &str) -> Vec<(String, String)> {
        let mut found: Vec<(String, String)> = Vec::new();
        for user in &self.0 {
            for import in user["imports"].as_array().into_iter().flatten() {
                if import["stack"] == stack && import["sharing"] == Sharing::Export.as_str() {
                    let name = import["name"].as_str().unwrap_or_default().to_owned();
                    if found.iter().all(|(known, _)| *known != name) {
                        found.push((name, user["name"].as_str().unwrap_or_default().to_owned()));
                    }
                }
            }
        }
        found
    }
}
