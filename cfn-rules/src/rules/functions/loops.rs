//! The transform `AWS::LanguageExtensions`: `Fn::ForEach`, unrolled where its collection is known, and `Fn::FindInMap` and
//! `Fn::Sub` where their results are known.
//!
//! The unrolled template is validated. [`Origins`] leads from a place in it back to the body of the loop.

use std::collections::HashMap;

use cfn_model::{Finding, Function, Node, Object, Path, Segment};

use crate::{
    Options,
    facts::{
        context::{Context, Repeated, Transforms},
        text,
        values::results,
    },
};

/// How many nodes all loops together may make, long texts counting as several; with more, the loops are left as they
/// are.
const MOST_NODES: usize = crate::limits::LIMITS.unrolled;
/// The longest string that a loop makes, in bytes: no template is longer.
const LONGEST: usize = 1_000_000;
/// How deep loops and bodies are followed; the readers allow 128 levels.
const DEEPEST: usize = 256;

/// Where the entries of an unrolled template come from.
#[derive(Debug, Default)]
pub(crate) struct Origins(HashMap<Path, Path>);

/// A template with its loops unrolled.
pub(crate) struct Unrolled {
    pub(crate) document: Object,
    pub(crate) origins: Origins,
    pub(crate) repeated: Repeated,
}

/// The template with its loops unrolled, `None` where there is nothing to unroll; and whether there is too much.
pub(crate) fn unrolled(document: &Object) -> (Option<Unrolled>, bool) {
    if !Transforms::new(document).language_extensions {
        return (None, false);
    }
    let context = Context::new(document, Options::default());
    let (origins, repeated) = Default::default();
    let mut loops = Loops { context: &context, origins, repeated, made: 0, unrolled: false };
    let mut path = Path::default();
    match loops.object(document, &mut path.clone(), &mut path, &[], 0) {
        None => (None, true),
        Some(document) => {
            let Loops { origins, repeated, unrolled, .. } = loops;
            (unrolled.then_some(Unrolled { document, origins, repeated }), false)
        }
    }
}

impl Origins {
    /// Leads the findings back to the bodies of the loops, and keeps one of several about a body.
    pub(crate) fn lead_back(&self, findings: &mut Vec<Finding>) {
        let mut seen = std::collections::HashSet::new();
        findings.retain_mut(|finding| match self.of(&finding.path) {
            None => true,
            Some(path) => {
                finding.path = path;
                for cause in &mut finding.causes {
                    if let Some(path) = self.of(&cause.path) {
                        cause.path = path;
                    }
                }
                seen.insert((finding.rule.code, finding.path.clone()))
            }
        });
    }

    /// The place in the document, for one that a loop made.
    fn of(&self, path: &Path) -> Option<Path> {
        (1..=path.0.len()).rev().find_map(|length| {
            let origin = self.0.get(&Path(path.0[..length].to_vec()))?;
            Some(Path([origin.0.as_slice(), &path.0[length..]].concat()))
        })
    }
}

struct Loops<'c> {
    context: &'c Context<'c>,
    origins: Origins,
    repeated: Repeated,
    made: usize,
    unrolled: bool,
}

/// The name of a loop's variable, and its value.
type Variable<'v> = (&'v str, &'v str);

impl Loops<'_> {
    /// An object with its loops unrolled; `None` when there is too much of it. `here` is its place in what is made,
    /// `origin` its place in the document.
    fn object(
        &mut self,
        object: &Object,
        here: &mut Path,
        origin: &mut Path,
        variables: &[Variable<'_>],
        depth: usize,
    ) -> Option<Object> {
        let mut made = Object::with_capacity_and_hasher(object.len(), Default::default());
        self.entries(&mut made, object, (here, origin), variables, depth)?;
        Some(made)
    }

    /// Adds the entries of an object, or those of the body of a loop.
    fn entries(
        &mut self,
        made: &mut Object,
        object: &Object,
        (here, origin): (&mut Path, &mut Path),
        variables: &[Variable<'_>],
        depth: usize,
    ) -> Option<()> {
        for (key, value) in object {
            let parts = key.strip_prefix("Fn::ForEach").and_then(|_| value.as_array());
            let Some([Node::String(name), collection, Node::Object(body)]) = parts else {
                self.entry(made, key, value, (here, origin), variables, depth)?;
                continue;
            };
            // Inside of another loop the collection is read again and again.
            if !variables.is_empty() {
                self.spend(collection.size())?;
            }
            let Some(values) = self.collection(collection, variables) else {
                made.entry(key.clone()).or_insert_with(|| value.clone());
                continue;
            };
            self.unrolled = true;
            let length = origin.0.len();
            origin.0.extend([Segment::from(key.as_str()), Segment::from(2)]);
            for value in &values {
                self.spend(1)?;
                let inner = [variables, &[(name, value)]].concat();
                self.entries(made, body, (here, origin), &inner, depth + 1)?;
            }
            origin.0.truncate(length);
        }
        Some(())
    }

    fn entry(
        &mut self,
        made: &mut Object,
        key: &str,
        value: &Node,
        (here, origin): (&mut Path, &mut Path),
        variables: &[Variable<'_>],
        depth: usize,
    ) -> Option<()> {
        let new_key = self.replaced(key, variables)?;
        here.0.push(Segment::from(new_key.as_str()));
        origin.0.push(Segment::from(key));
        if made.contains_key(&new_key) {
            // Of a loop and an entry that is written, it is the loop that is wrong.
            let maker = self.origins.0.get(here).filter(|_| variables.is_empty()).unwrap_or(origin).clone();
            self.spend(1 + length(&maker) / 32)?;
            self.repeated.insert((maker, new_key));
        } else {
            if !variables.is_empty() && here != origin {
                self.spend(length(here) / 32)?;
                self.origins.0.insert(here.clone(), origin.clone());
            }
            let node = self.node(value, here, origin, variables, depth + 1)?;
            made.insert(new_key, node);
        }
        here.0.pop();
        origin.0.pop();
        Some(())
    }

    fn node(
        &mut self,
        node: &Node,
        here: &mut Path,
        origin: &mut Path,
        variables: &[Variable<'_>],
        depth: usize,
    ) -> Option<Node> {
        self.spend(1)?;
        if depth > DEEPEST {
            return None;
        }
        if let Some((Function::FindInMap, arguments)) = Function::call(node)
            && let Some(value) = self.found_in_map(&with_variables(arguments, variables, 0))
        {
            // The transform puts in what a mapping is known to have.
            self.unrolled = true;
            return self.node(&value, here, origin, &[], depth + 1);
        }
        if let Some((Function::Sub, Node::String(text))) = Function::call(node)
            && !text.contains("${")
            && !text.contains("&{")
        {
            self.unrolled = true;
            return Some(Node::String(text.clone()));
        }
        if let (Some((function, Node::String(argument))), false) = (Function::call(node), variables.is_empty()) {
            let value = variables.iter().rev().find(|(name, _)| name == argument).map(|(_, value)| *value);
            match (function, value) {
                (Function::Ref, Some(value)) => return Some(Node::String(value.to_owned())),
                (Function::Sub, _) => {
                    let text = self.replaced(argument, variables)?;
                    return Some(match text.contains("${") {
                        true => Node::Object(Object::from_iter([(function.name().to_owned(), Node::String(text))])),
                        false => Node::String(text),
                    });
                }
                _ => {}
            }
        }
        Some(match node {
            Node::Object(object) => {
                let mut made = self.object(object, here, origin, variables, depth)?;
                keep_called_condition(node, &mut made);
                Node::Object(made)
            }
            Node::Array(items) => {
                let mut made = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    here.0.push(Segment::from(index));
                    origin.0.push(Segment::from(index));
                    made.push(self.node(item, here, origin, variables, depth + 1)?);
                    here.0.pop();
                    origin.0.pop();
                }
                Node::Array(made)
            }
            Node::String(text) => Node::String(self.replaced(text, variables)?),
            other => other.clone(),
        })
    }

    /// What `Fn::FindInMap` gives for keys that are written there.
    fn found_in_map(&self, arguments: &Node) -> Option<Node> {
        let [map, keys @ ..] = arguments.as_array()?.get(..3)? else { return None };
        let mut value = self.context.section("Mappings")?.get(map.as_str()?)?;
        for key in keys {
            value = value.get(key.as_str()?)?;
        }
        matches!(value, Node::String(_) | Node::Number(_) | Node::Bool(_) | Node::Array(_)).then(|| value.clone())
    }

    /// [`replaced`], which is paid for by its length.
    fn replaced(&mut self, text: &str, variables: &[Variable<'_>]) -> Option<String> {
        let text = replaced(text, variables)?;
        self.spend(text.len() / 32)?;
        Some(text)
    }

    /// Counts the nodes that are made; `None` when there are too many.
    fn spend(&mut self, nodes: usize) -> Option<()> {
        self.made += nodes;
        (self.made <= MOST_NODES).then_some(())
    }

    /// The values that a loop runs over, where they are known.
    fn collection(&self, node: &Node, variables: &[Variable<'_>]) -> Option<Vec<String>> {
        let list = |node: &Node| -> Option<Vec<String>> {
            node.as_array()?
                .iter()
                .map(|item| {
                    let known = results(self.context, item, &[]).into_iter().next()?;
                    text::scalar(&known.node).map(|text| text.into_owned())
                })
                .collect()
        };
        let node = with_variables(node, variables, 0);
        match Function::call(&node) {
            None => list(&node),
            Some(_) => list(&results(self.context, &node, &[]).into_iter().next()?.node),
        }
    }
}

/// `Fn::If` takes the name of a condition as it is written, before the transform replaces anything.
fn keep_called_condition(node: &Node, made: &mut Object) {
    if let Some((function @ Function::If, Node::Array(parts))) = Function::call(node)
        && let Some(condition) = parts.first().filter(|condition| Function::call(condition).is_some())
        && let Some(Node::Array(made)) = made.get_mut(function.name())
        && let Some(first) = made.first_mut()
    {
        *first = condition.clone();
    }
}

/// How many bytes the keys of a path have.
fn length(path: &Path) -> usize {
    let bytes = |segment: &Segment| match segment {
        Segment::Key(key) => key.len(),
        Segment::Index(_) => 0,
    };
    path.0.iter().map(bytes).sum()
}

/// A node with the references to loop variables replaced.
fn with_variables(node: &Node, variables: &[Variable<'_>], depth: usize) -> Node {
    let value = |name: &str| variables.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| *value);
    match (Function::call(node), node) {
        (Some((Function::Ref, Node::String(name))), _) if value(name).is_some() => {
            Node::String(value(name).unwrap_or_default().to_owned())
        }
        (_, Node::Array(items)) if depth < DEEPEST => {
            Node::Array(items.iter().map(|item| with_variables(item, variables, depth + 1)).collect())
        }
        (_, Node::Object(object)) if depth < DEEPEST => {
            let entries = object.iter().map(|(key, value)| (key.clone(), with_variables(value, variables, depth + 1)));
            Node::Object(entries.collect())
        }
        (_, Node::String(text)) => Node::String(replaced(text, variables).unwrap_or_else(|| text.clone())),
        (_, other) => other.clone(),
    }
}

/// A string with `${Name}` replaced by the value, and `&{Name}` by its letters and digits; `None` when it would become
/// longer than [`LONGEST`].
fn replaced(text: &str, variables: &[Variable<'_>]) -> Option<String> {
    if variables.is_empty() || !text.contains('{') {
        return Some(text.to_owned());
    }
    let mut text = text.to_owned();
    for (name, value) in variables.iter().rev() {
        let letters: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
        for (mark, value) in [(format!("${{{name}}}"), *value), (format!("&{{{name}}}"), &letters)] {
            let times = text.matches(&mark).count();
            if text.len() + times * value.len() > LONGEST {
                return None;
            }
            if times > 0 {
                text = text.replace(&mark, value);
            }
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    #[test]
    fn replaces_both_spellings() {
        let check =
            |text, expected| assert_eq!(super::replaced(text, &[("A", "x.1"), ("B", "y")]).as_deref(), Some(expected));
        check("Queue${A}-${B}", "Queuex.1-y");
        check("Queue&{A}", "Queuex1");
        check("${C} $A {A}", "${C} $A {A}");
    }
}
