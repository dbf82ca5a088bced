//! Looking a property up, through the conditions that decide what it is.

use cfn_model::{Function, Node, Path, Segment};

use crate::facts::{
    conditions::Fact,
    context::{Context, PSEUDO_PARAMETERS},
};

/// How many ways in which one look-up can turn out are followed.
const MOST: usize = 256;

/// A step of a path below the properties of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step<'d> {
    Key(&'d str),
    Index(usize),
}

/// What stands somewhere when some facts hold; nothing, perhaps.
#[derive(Clone, Debug)]
pub(crate) struct Value<'d> {
    pub(crate) node: Option<&'d Node>,
    pub(crate) steps: Vec<Step<'d>>,
    pub(crate) facts: Vec<Fact>,
}

impl<'d> Value<'d> {
    /// Every way in which what stands at a path can turn out; names are joined by `/`, and `*` stands for every member
    /// of a list. What a function other than `Fn::If` decides ends the way.
    pub(crate) fn get(&self, context: &Context<'_>, path: &'d str) -> Vec<Value<'d>> {
        let path: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
        let mut found = Vec::new();
        self.clone().follow(context, &path, &mut found);
        found
    }

    /// The first of the ways in which something is there; otherwise, where nothing is.
    pub(crate) fn first(&self, context: &Context<'_>, path: &'d str) -> Value<'d> {
        let mut found = self.get(context, path);
        let position = found.iter().position(|value| value.node.is_some()).unwrap_or(0);
        match position < found.len() {
            true => found.swap_remove(position),
            false => Value { node: None, steps: self.steps.clone(), facts: self.facts.clone() },
        }
    }

    fn follow(self, context: &Context<'_>, path: &[&'d str], found: &mut Vec<Value<'d>>) {
        let Some(node) = self.node.filter(|node| found.len() < MOST && !is_no_value(node)) else {
            if found.len() < MOST {
                let removed = self.node.map(|_| Step::Key(Function::Ref.name()));
                let steps = self.steps.into_iter().chain(removed).collect();
                found.push(Value { node: None, steps, facts: self.facts });
            }
            return;
        };
        if let Some((condition, branches)) = if_arguments(node) {
            let id = context.conditions.id(condition);
            for (position, branch) in branches.into_iter().enumerate() {
                let mut facts = self.facts.clone();
                facts.extend(id.map(|id| (id, position == 0)));
                if context.conditions.satisfiable(&facts) {
                    let steps =
                        [&self.steps[..], &[Step::Key(Function::If.name()), Step::Index(position + 1)]].concat();
                    Value { node: Some(branch), steps, facts }.follow(context, path, found);
                }
            }
            return;
        }
        let with = |step, node| Value { node, steps: [&self.steps[..], &[step]].concat(), facts: self.facts.clone() };
        match (path, node) {
            ([], _) => found.push(self),
            _ if Function::call(node).is_some() => {}
            (["*", rest @ ..], Node::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    with(Step::Index(index), Some(item)).follow(context, rest, found);
                }
            }
            ([name, rest @ ..], Node::Object(object)) => {
                with(Step::Key(name), object.get(*name)).follow(context, rest, found);
            }
            _ => found.push(Value { node: None, ..self }),
        }
    }

    /// The text, where it is one and no function.
    pub(crate) fn text(&self) -> Option<&'d str> {
        self.node?.as_str()
    }

    /// The number, or the number that the text is.
    pub(crate) fn number(&self) -> Option<f64> {
        match self.node? {
            Node::Number(number) => Some(number.as_f64()),
            Node::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        }
    }

    /// The boolean, or the one that the text is; `default` where nothing is.
    pub(crate) fn boolean(&self, default: bool) -> Option<bool> {
        match self.node {
            None => Some(default),
            Some(Node::Bool(value)) => Some(*value),
            Some(Node::String(text)) if text.eq_ignore_ascii_case("true") => Some(true),
            Some(Node::String(text)) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// Whether a function decides what it is.
    pub(crate) fn is_call(&self) -> bool {
        self.node.is_some_and(|node| Function::call(node).is_some())
    }

    /// The resource that it names with `Ref` or `Fn::GetAtt`.
    pub(crate) fn resource(&self) -> Option<&'d str> {
        match Function::call(self.node?)? {
            (Function::Ref, Node::String(name)) => Some(name),
            (Function::GetAtt, Node::String(name)) => name.split('.').next(),
            (Function::GetAtt, Node::Array(parts)) => parts.first()?.as_str(),
            _ => None,
        }
    }
}

/// The path of a step below the properties of a resource.
pub(crate) fn path(id: &str, steps: &[Step<'_>]) -> Path {
    let mut segments = vec![Segment::from("Resources"), Segment::from(id), Segment::from("Properties")];
    segments.extend(steps.iter().map(|step| match step {
        Step::Key(key) => Segment::from(*key),
        Step::Index(index) => Segment::from(*index),
    }));
    Path(segments)
}

/// The arguments of an `Fn::If` that is well formed.
pub(crate) fn if_arguments(node: &Node) -> Option<(&str, [&Node; 2])> {
    match Function::call(node)? {
        (Function::If, Node::Array(arguments)) => match arguments.as_slice() {
            [Node::String(condition), then, otherwise] => Some((condition, [then, otherwise])),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a node is `Ref: AWS::NoValue`.
pub(crate) fn is_no_value(node: &Node) -> bool {
    matches!(Function::call(node), Some((Function::Ref, Node::String(name))) if name == "AWS::NoValue")
}

/// Whether CloudFormation puts another text into the place of this one, or somebody forgot a `Ref`.
pub(crate) fn is_replaced_later(text: &str) -> bool {
    match text.as_bytes() {
        [b'A', b'W', b'S', b':', ..] => PSEUDO_PARAMETERS.contains(&text),
        _ => text.contains("{{") && text.contains("resolve"),
    }
}
