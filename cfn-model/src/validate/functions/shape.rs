//! The arguments of each function, as far as they are plain lists.

use super::{Function, Kind, Scope, Walker, result};
use crate::{
    Node,
    validate::{Finding, place::Place, rules, text},
};

use Function::{
    Base64, Cidr, FindInMap, GetAtt, GetAzs, GetStackOutput, If, ImportValue, Join, Length, Ref, Select, Split, Sub,
    ToJsonString, Transform,
};

/// The functions that an argument can be.
type Allowed = &'static [Function];

const BASE64: Allowed = &[
    Base64,
    Cidr,
    FindInMap,
    GetAtt,
    GetStackOutput,
    If,
    ImportValue,
    Join,
    Length,
    Select,
    Sub,
    ToJsonString,
    Transform,
    Ref,
];
const CIDR: Allowed = &[FindInMap, GetAtt, If, ImportValue, Select, Sub, Ref];
const GET_AZS: Allowed = &[GetAtt, If, Join, Select, Sub, Ref];
const OUTPUT: Allowed = &[Base64, FindInMap, GetAtt, If, ImportValue, Join, Select, Sub, Ref];
const IMPORT: Allowed = &[Base64, FindInMap, If, Join, Select, Sub, Ref];
const JOIN_LIST: Allowed = &[Cidr, FindInMap, GetAtt, GetAzs, If, Split, Ref];
const JOIN_ITEM: Allowed =
    &[Base64, FindInMap, GetAtt, GetStackOutput, If, ImportValue, Join, Select, Sub, Transform, Ref];
const LENGTH: Allowed = &[Ref, FindInMap, Split, If, GetAzs];
const SELECT_INDEX: Allowed = &[Ref, FindInMap];
const SELECT_INDEX_EXTENDED: Allowed = &[Ref, FindInMap, Length];
const SELECT_LIST: Allowed = &[FindInMap, GetAtt, GetAzs, If, Split, Cidr, Ref];
const SELECT_ITEM: Allowed = &[FindInMap, GetAtt, GetStackOutput, If, Ref];
const SPLIT: Allowed = &[Base64, FindInMap, GetAtt, GetAzs, If, ImportValue, Join, Select, Sub, Ref];
const TO_JSON: Allowed = &[FindInMap, GetAtt, GetAzs, If, Select, Split, Ref];

/// Whether a text is a block of IPv4 or IPv6 addresses: `10.0.0.0/16`.
fn is_block(text: &str) -> bool {
    text.split_once('/').is_some_and(|(address, size)| {
        let fits = |most: u8| size.len() <= 3 && size.parse::<u8>().is_ok_and(|size| size <= most);
        match address.parse::<std::net::IpAddr>() {
            Ok(std::net::IpAddr::V4(_)) => fits(32),
            Ok(std::net::IpAddr::V6(_)) => fits(128),
            Err(_) => false,
        }
    })
}

impl Walker<'_> {
    /// Checks a call; `place` is that of the arguments.
    pub(super) fn call(&mut self, function: Function, argument: &Node, place: &Place<'_>, scope: Scope) {
        let inside = scope.inside(function);
        if function == ImportValue && matches!(place.keys().as_slice(), ["Outputs", _, "Value", ..]) {
            let message = "an output must not be what another stack exports";
            let help = "let those who need it import it themselves".to_owned();
            self.findings.push(Finding::new(&rules::W6001, place.to_path(), message).help(help));
        }
        match function {
            Ref => self.reference(argument, place, scope),
            GetAtt => self.attribute(argument, place, scope),
            Sub => self.sub(argument, place, scope),
            FindInMap => self.find_in_map(argument, place, scope),
            If => self.if_call(argument, place, scope),
            Base64 => self.scalar(function, argument, place, BASE64, inside),
            GetAzs => self.scalar(function, argument, place, GET_AZS, inside),
            ImportValue => self.scalar(function, argument, place, IMPORT, inside),
            Join => {
                let Some([delimiter, list]) = self.list_of(function, argument, place, scope) else { return };
                self.text(function, delimiter, &place.index(0), inside);
                self.list(function, list, &place.index(1), (JOIN_LIST, Some(JOIN_ITEM)), inside);
            }
            Split => {
                let Some([delimiter, source]) = self.list_of(function, argument, place, scope) else { return };
                self.text(function, delimiter, &place.index(0), inside);
                self.scalar(function, source, &place.index(1), SPLIT, inside);
            }
            Select => self.select(argument, place, scope),
            Cidr => self.cidr(argument, place, scope),
            GetStackOutput => self.stack_output(argument, place, scope),
            Length | ToJsonString => self.extension(function, argument, place, scope),
            // What a macro or a rule takes is its own matter.
            _ => self.walk(argument, place, scope),
        }
    }

    /// The arguments, when they are a list with so many members.
    fn list_of<'n, const N: usize>(
        &mut self,
        function: Function,
        argument: &'n Node,
        place: &Place<'_>,
        scope: Scope,
    ) -> Option<&'n [Node; N]> {
        let list = argument.as_array().and_then(|items| items.try_into().ok());
        if list.is_none() {
            self.wrong(function, argument, place, &format!("a list of {N}"), scope);
        }
        list
    }

    /// A string that must be known.
    fn text(&mut self, function: Function, node: &Node, place: &Place<'_>, scope: Scope) {
        if text::scalar(node).is_none() {
            self.wrong(function, node, place, "a string here", scope);
        }
    }

    /// A string, or a function that gives one.
    pub(super) fn scalar(
        &mut self,
        function: Function,
        node: &Node,
        place: &Place<'_>,
        allowed: Allowed,
        scope: Scope,
    ) {
        match self.called(node, scope) {
            Some(call) => self.nested(function, call, (node, Kind::Scalar), place, allowed, scope),
            // A null is reported for what it is.
            None if *node == Node::Null => {}
            None if text::scalar(node).is_none() => self.wrong(function, node, place, "a string here", scope),
            None => {
                if let Node::String(text) = node {
                    self.literal(text, place, scope);
                }
            }
        }
    }

    /// A list, or a function that gives one. `items` are the functions that a member can be; without them, members
    /// can be anything.
    fn list(
        &mut self,
        function: Function,
        node: &Node,
        place: &Place<'_>,
        (allowed, items): (Allowed, Option<Allowed>),
        scope: Scope,
    ) {
        match (self.called(node, scope), node) {
            (Some(call), _) => self.nested(function, call, (node, Kind::List), place, allowed, scope),
            (None, Node::Array(members)) => {
                for (index, member) in members.iter().enumerate() {
                    let place = place.index(index);
                    match items {
                        Some(items) => self.scalar(function, member, &place, items, scope),
                        None => self.walk(member, &place, scope),
                    }
                }
            }
            (None, _) => self.wrong(function, node, place, "a list here", scope),
        }
    }

    /// A function as an argument of another.
    fn nested(
        &mut self,
        function: Function,
        (inner, argument): (Function, &Node),
        (node, wanted): (&Node, Kind),
        place: &Place<'_>,
        allowed: Allowed,
        scope: Scope,
    ) {
        if !allowed.contains(&inner) {
            let names = text::listed(allowed.iter().map(|function| function.name()), "or");
            let message = format!("`{}` cannot have `{}` here, only {names}", function.name(), inner.name());
            self.fail(scope.code(function), place, message);
            // It is wrong, and a dependency all the same.
            let found = self.findings.len();
            self.walk(node, place, scope);
            self.findings.truncate(found);
            return;
        }
        let given = result(self.context, inner, argument);
        if given != Kind::Any && wanted != Kind::Any && given != wanted {
            let expected = if wanted == Kind::List { "a list here" } else { "a string here" };
            let rule = scope.code(if inner == Ref { Ref } else { function });
            let message = format!("`{}` takes {expected}, got the result of `{}`", function.name(), inner.name());
            self.fail(rule, place, message);
        }
        if inner == If {
            // Both branches have to be what the `Fn::If` stands for.
            return self.branches(function, argument, place, (allowed, wanted), scope);
        }
        self.walk(node, place, scope);
    }

    fn branches(
        &mut self,
        function: Function,
        argument: &Node,
        place: &Place<'_>,
        (allowed, wanted): (Allowed, Kind),
        scope: Scope,
    ) {
        let place = place.key(If.name());
        let Some(branches) = self.if_shape(argument, &place, scope) else { return };
        self.each_branch(argument, branches, &place, |walker, branch, place| match wanted {
            Kind::Scalar => walker.scalar(function, branch, place, allowed, scope),
            _ => walker.walk(branch, place, scope),
        });
    }

    fn select(&mut self, argument: &Node, place: &Place<'_>, scope: Scope) {
        let Some([index, list]) = self.list_of(Select, argument, place, scope) else { return };
        let inside = scope.inside(Select);
        let first = place.index(0);
        let allowed = if self.context.transforms.language_extensions { SELECT_INDEX_EXTENDED } else { SELECT_INDEX };
        match (self.called(index, scope), text::scalar(index).and_then(|text| text.trim().parse::<i64>().ok())) {
            (Some(call), _) => self.nested(Select, call, (index, Kind::Scalar), &first, allowed, inside),
            (None, Some(number)) => {
                let count = list.as_array().map(|items| items.len() as i64);
                if number < 0 || count.is_some_and(|count| number >= count) {
                    let expected = match count {
                        Some(count) => format!("an index from 0 to {}", count - 1),
                        None => "an index of 0 or more".to_owned(),
                    };
                    self.wrong(Select, index, &first, &expected, inside);
                }
            }
            (None, None) => self.wrong(Select, index, &first, "an integer as index", inside),
        }
        match (self.called(list, scope), list) {
            (None, Node::Array(items)) => {
                for (position, item) in items.iter().enumerate() {
                    let place = place.index(1);
                    let place = place.index(position);
                    match self.called(item, scope) {
                        Some(call) => self.nested(Select, call, (item, Kind::Any), &place, SELECT_ITEM, inside),
                        None => self.walk(item, &place, inside),
                    }
                }
            }
            _ => self.list(Select, list, &place.index(1), (SELECT_LIST, None), inside),
        }
    }

    fn cidr(&mut self, argument: &Node, place: &Place<'_>, scope: Scope) {
        let inside = scope.inside(Cidr);
        let Some(arguments @ [block, count, ..]) = argument.as_array().filter(|items| items.len() <= 3) else {
            return self.wrong(Cidr, argument, place, "a list of a block, a count and, perhaps, a size", scope);
        };
        self.scalar(Cidr, block, &place.index(0), CIDR, inside);
        if let Node::String(text) = block
            && !is_block(text)
        {
            self.wrong(Cidr, block, &place.index(0), "a block of addresses such as `10.0.0.0/16`", inside);
        }
        for (index, (node, most)) in [count].into_iter().chain(arguments.get(2)).zip([256, 128]).enumerate() {
            let place = place.index(index + 1);
            match (self.called(node, scope), text::scalar(node).and_then(|text| text.trim().parse::<i64>().ok())) {
                (Some(call), _) => self.nested(Cidr, call, (node, Kind::Scalar), &place, CIDR, inside),
                (None, Some(number)) if (1..=most).contains(&number) => {}
                _ => self.wrong(Cidr, node, &place, &format!("a number from 1 to {most}"), inside),
            }
        }
    }

    fn stack_output(&mut self, argument: &Node, place: &Place<'_>, scope: Scope) {
        let inside = scope.inside(GetStackOutput);
        let Node::Object(object) = argument else {
            return self.wrong(GetStackOutput, argument, place, "an object with `StackName` and `OutputName`", scope);
        };
        for (key, value) in object {
            let place = place.key(key);
            match key.as_str() {
                "StackName" | "OutputName" | "Region" | "RoleArn" => {
                    self.scalar(GetStackOutput, value, &place, OUTPUT, inside);
                }
                _ => {
                    let message = format!("`Fn::GetStackOutput` has no `{}`", text::shortened(key));
                    self.fail(scope.code(GetStackOutput), &place, message);
                }
            }
        }
        for key in ["StackName", "OutputName"].into_iter().filter(|key| !object.contains_key(*key)) {
            self.fail(scope.code(GetStackOutput), place, format!("`Fn::GetStackOutput` needs `{key}`"));
        }
    }

    /// The functions that the transform `AWS::LanguageExtensions` brings.
    fn extension(&mut self, function: Function, argument: &Node, place: &Place<'_>, scope: Scope) {
        if !self.context.transforms.language_extensions {
            let rule = super::rule(function);
            let message = format!("`{}` needs the transform `AWS::LanguageExtensions`", function.name());
            let at = match place {
                Place::Key(call, _) => call,
                _ => place,
            };
            return self.fail(rule, at, message);
        }
        let inside = scope.inside(function);
        let allowed = if function == Length { LENGTH } else { TO_JSON };
        match (self.called(argument, scope), argument) {
            (Some(call), _) => self.nested(function, call, (argument, Kind::Any), place, allowed, inside),
            (None, Node::Array(_)) => self.walk(argument, place, inside),
            (None, Node::Object(_)) if function == ToJsonString => self.walk(argument, place, inside),
            _ if function == Length => self.wrong(function, argument, place, "a list", scope),
            _ => self.wrong(function, argument, place, "an object or a list", scope),
        }
    }
}
