//! The arguments of each function.

use std::ops::RangeInclusive;

use Function::{
    Base64, Cidr, FindInMap, GetAtt, GetAzs, GetStackOutput, If, ImportValue, Join, Length, Ref, Select, Split, Sub,
    ToJsonString, Transform,
};
use cfn_model::{Node, Severity};

use super::{
    Function, Scope, Walker,
    slot::{Allowed, Limit, Slot, Wanted},
};
use crate::{
    codes as rules,
    facts::{place::Place, text, values::is_replaced_later},
};

/// A string, and no function.
const KNOWN: Slot = Slot::text(&[]);
const BASE64: Slot = Slot::text(&[
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
]);
const CIDR: Allowed = &[FindInMap, GetAtt, If, ImportValue, Select, Sub, Ref];
const BLOCK: Slot = Slot::text(CIDR).limited(Limit::Block);
const COUNT: Slot = Slot::integer(CIDR, Limit::Range(1, 256));
const SIZE: Slot = Slot::integer(CIDR, Limit::Range(1, 128));
const GET_AZS: Slot = Slot::text(&[GetAtt, If, Join, Select, Sub, Ref]).limited(Limit::Region);
const STACK_OUTPUT: Slot = Slot::text(&[Base64, FindInMap, GetAtt, If, ImportValue, Join, Select, Sub, Ref]);
const IMPORT: Slot = Slot::text(&[Base64, FindInMap, If, Join, Select, Sub, Ref]);
const JOIN_LIST: Slot = Slot::list(&[Cidr, FindInMap, GetAtt, GetAzs, If, Split, Ref], Some(&JOIN_ITEM));
const JOIN_ITEM: Slot =
    Slot::text(&[Base64, FindInMap, GetAtt, GetStackOutput, If, ImportValue, Join, Select, Sub, Transform, Ref]);
const LENGTH: Slot = Slot::list(&[Ref, FindInMap, Split, If, GetAzs], Some(&LENGTH_ITEM));
const LENGTH_ITEM: Slot = Slot::anything(&[If, Base64, FindInMap, Join, Select, Split, Sub, ToJsonString, GetAzs, Ref]);
const SELECT_INDEX: Allowed = &[Ref, FindInMap];
const SELECT_INDEX_EXTENDED: Allowed = &[Ref, FindInMap, Length];
const SELECT_LIST: Slot = Slot::list(&[FindInMap, GetAtt, GetAzs, If, Split, Cidr, Ref], Some(&SELECT_ITEM));
const SELECT_ITEM: Slot = Slot::anything(&[FindInMap, GetAtt, GetStackOutput, If, Ref]);
const SPLIT: Slot = Slot::text(&[Base64, FindInMap, GetAtt, GetAzs, If, ImportValue, Join, Select, Sub, Ref]);
const TO_JSON: Slot = Slot {
    wanted: Wanted::Structure,
    functions: &[FindInMap, GetAtt, GetAzs, If, Select, Split, Ref],
    limit: Limit::None,
    members: None,
};

impl Walker<'_> {
    /// Checks a call; `place` is that of the arguments.
    pub(super) fn call(&mut self, function: Function, argument: &Node, place: &Place<'_>, scope: Scope) {
        let before = self.findings.len();
        let inside = scope.inside(function);
        let mut fill = |slot| self.fill(slot, argument, place, Self::owner(function, inside), inside);
        match function {
            Base64 => fill(BASE64),
            GetAzs => fill(GET_AZS),
            ImportValue => fill(IMPORT),
            Ref => self.reference(argument, place, scope),
            GetAtt => self.attribute(argument, place, scope),
            Sub => self.sub(argument, place, scope),
            FindInMap => self.find_in_map(argument, place, scope),
            If => self.if_call(argument, place, scope),
            Join => self.parts(function, argument, place, (2..=2, &[KNOWN, JOIN_LIST]), scope),
            Split => {
                self.parts(function, argument, place, (2..=2, &[KNOWN, SPLIT]), scope);
                self.split_of_secret(argument, place, scope);
            }
            Select => self.select(argument, place, scope),
            Cidr => self.parts(function, argument, place, (2..=3, &[BLOCK, COUNT, SIZE]), scope),
            GetStackOutput => self.stack_output(argument, place, scope),
            Length | ToJsonString => self.extension(function, argument, place, scope),
            // A macro takes any arguments; references in them must exist all the same.
            Transform => self.walk_beyond(argument, place, scope),
            // So do the functions of rules.
            _ => self.walk(argument, place, scope),
        }
        // Branches are shown where they are visited.
        if function != If && !self.has_errors_since(before) {
            self.show(function, argument, place);
        }
    }

    /// Checks a value that may never be used, so that a mistake in it has a code of its own.
    pub(super) fn walk_beyond(&mut self, node: &Node, place: &Place<'_>, scope: Scope) {
        let found = self.findings.len();
        self.walk(node, place, scope);
        for finding in &mut self.findings[found..] {
            if finding.rule.severity == Severity::Error && !std::ptr::eq(finding.rule, &rules::AL0304) {
                finding.rule = &rules::AL0301;
            }
        }
    }

    /// Checks a list of arguments, each by itself as well when there are too few or too many.
    pub(super) fn parts(
        &mut self,
        function: Function,
        argument: &Node,
        place: &Place<'_>,
        (counts, slots): (RangeInclusive<usize>, &[Slot]),
        scope: Scope,
    ) {
        let inside = scope.inside(function);
        let Some(items) = self.list_of(function, argument, place, &counts, inside) else { return };
        for (index, (slot, item)) in slots.iter().zip(items).enumerate() {
            self.fill(*slot, item, &place.index(index), Self::owner(function, inside), inside);
        }
        for (index, item) in items.iter().enumerate().skip(slots.len()) {
            self.depend(item, &place.index(index));
        }
    }

    /// The arguments where they are a list; reports anything else, and a wrong number of them.
    fn list_of<'n>(
        &mut self,
        function: Function,
        argument: &'n Node,
        place: &Place<'_>,
        counts: &RangeInclusive<usize>,
        inside: Scope,
    ) -> Option<&'n [Node]> {
        if let Node::String(text) = argument
            && is_replaced_later(text)
        {
            self.literal(text, place, inside);
            return None;
        }
        let list = argument.as_array();
        if list.is_none_or(|items| !counts.contains(&items.len())) {
            let (least, most) = (counts.start(), counts.end());
            let expected =
                if least == most { format!("a list of {least}") } else { format!("a list of {least} to {most}") };
            self.wrong(function, argument, place, &expected, inside);
        }
        if list.is_none() {
            self.depend(argument, place);
        }
        list
    }

    fn select(&mut self, argument: &Node, place: &Place<'_>, scope: Scope) {
        let list = argument.as_array().filter(|items| items.len() == 2).and_then(|items| items[1].as_array());
        let last = list.map_or(i64::MAX, |items| items.len() as i64 - 1);
        let allowed = if self.context.transforms.language_extensions { SELECT_INDEX_EXTENDED } else { SELECT_INDEX };
        let index = Slot::integer(allowed, Limit::Range(0, last));
        self.parts(Select, argument, place, (2..=2, &[index, SELECT_LIST]), scope);
    }

    /// Reports a dynamic reference, which is replaced after functions were called.
    fn split_of_secret(&mut self, argument: &Node, place: &Place<'_>, scope: Scope) {
        let Some([_, Node::String(text)]) = argument.as_array() else { return };
        if text.contains("{{resolve:") && text.contains("}}") {
            let rule = scope.inside(Split).code(Split);
            let message = "`Fn::Split` cannot split a dynamic reference: it is replaced later";
            self.fail(rule, &place.index(1), message);
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
                    self.fill(STACK_OUTPUT, value, &place, Self::owner(GetStackOutput, inside), inside);
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

    /// The functions of the transform `AWS::LanguageExtensions`. Their rule replaces that of any place.
    fn extension(&mut self, function: Function, argument: &Node, place: &Place<'_>, scope: Scope) {
        let rule = super::rule(function);
        if !self.context.transforms.language_extensions {
            let message = format!("`{}` needs the transform `AWS::LanguageExtensions`", function.name());
            let at = match place {
                Place::Key(call, _) => call,
                _ => place,
            };
            self.depend(argument, place);
            return self.fail(rule, at, message);
        }
        let inside = Scope { place: Some(rule), ..scope.inside(function) };
        let inside = Scope { no_lists: function == ToJsonString, ..inside };
        let slot = if function == Length { LENGTH } else { TO_JSON };
        self.fill(slot, argument, place, Self::owner(function, inside), inside);
    }
}
