//! The closed set of functions, and how each is spelled.

use crate::Node;

macro_rules! functions {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $tag:literal;)*) => {
        /// An intrinsic function.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Function { $($(#[$doc])* $variant,)* }

        impl Function {
            /// Every function.
            pub const ALL: &'static [Function] = &[$(Function::$variant),*];

            /// The key of its JSON form: `Fn::GetAtt`.
            pub const fn name(self) -> &'static str {
                match self { $(Function::$variant => $name),* }
            }

            /// The YAML tag of its short form, without the exclamation mark: `GetAtt`.
            pub const fn tag(self) -> &'static str {
                match self { $(Function::$variant => $tag),* }
            }

            /// The function with this JSON key.
            pub fn from_name(name: &str) -> Option<Function> {
                match name { $($name => Some(Function::$variant),)* _ => None }
            }

            /// The function with this YAML tag.
            pub fn from_tag(tag: &str) -> Option<Function> {
                match tag { $($tag => Some(Function::$variant),)* _ => None }
            }
        }
    };
}

functions! {
    /// `Ref`: a parameter's value, a resource's main identifier.
    Ref = "Ref", "Ref";
    /// `Condition`: the value of a named condition. The same key also *names* a condition on a resource.
    Condition = "Condition", "Condition";
    /// `Fn::GetAtt`: an attribute of a resource.
    GetAtt = "Fn::GetAtt", "GetAtt";
    /// `Fn::Sub`: a text with `${...}` in it.
    Sub = "Fn::Sub", "Sub";
    /// `Fn::Join`: a list put together to a text.
    Join = "Fn::Join", "Join";
    /// `Fn::If`: one of two values.
    If = "Fn::If", "If";
    /// `Fn::And`: two to ten conditions at once.
    And = "Fn::And", "And";
    /// `Fn::Or`: one of two to ten conditions.
    Or = "Fn::Or", "Or";
    /// `Fn::Not`: the opposite of a condition.
    Not = "Fn::Not", "Not";
    /// `Fn::Equals`: whether two values are the same.
    Equals = "Fn::Equals", "Equals";
    /// `Fn::Contains`: whether a list holds a value (rules only).
    Contains = "Fn::Contains", "Contains";
    /// `Fn::EachMemberEquals`: whether every member is the value (rules only).
    EachMemberEquals = "Fn::EachMemberEquals", "EachMemberEquals";
    /// `Fn::EachMemberIn`: whether every member is in a list (rules only).
    EachMemberIn = "Fn::EachMemberIn", "EachMemberIn";
    /// `Fn::RefAll`: all values of a parameter type (rules only).
    RefAll = "Fn::RefAll", "RefAll";
    /// `Fn::ValueOf`: an attribute of a parameter's value (rules only).
    ValueOf = "Fn::ValueOf", "ValueOf";
    /// `Fn::ValueOfAll`: attributes of all values of a parameter type (rules only).
    ValueOfAll = "Fn::ValueOfAll", "ValueOfAll";
    /// `Fn::Select`: one member of a list.
    Select = "Fn::Select", "Select";
    /// `Fn::Split`: a text taken apart to a list.
    Split = "Fn::Split", "Split";
    /// `Fn::FindInMap`: a value of a mapping.
    FindInMap = "Fn::FindInMap", "FindInMap";
    /// `Fn::GetAZs`: the availability zones of a region.
    GetAzs = "Fn::GetAZs", "GetAZs";
    /// `Fn::Cidr`: a list of address blocks.
    Cidr = "Fn::Cidr", "Cidr";
    /// `Fn::Base64`: a text in base 64.
    Base64 = "Fn::Base64", "Base64";
    /// `Fn::ImportValue`: an output that another stack exports.
    ImportValue = "Fn::ImportValue", "ImportValue";
    /// `Fn::GetStackOutput`: an output of another stack, in another account or region as well.
    GetStackOutput = "Fn::GetStackOutput", "GetStackOutput";
    /// `Fn::Transform`: what a macro makes of this place.
    Transform = "Fn::Transform", "Transform";
    /// `Fn::Length`: how many members a list has.
    Length = "Fn::Length", "Length";
    /// `Fn::ToJsonString`: an object or a list as JSON text.
    ToJsonString = "Fn::ToJsonString", "ToJsonString";
}

impl Function {
    /// The function that a node calls, and its argument: an object whose one key is a function's name.
    ///
    /// `{"Condition": "X"}` is one only where the value is a string, because a policy statement has
    /// a property of that name too.
    pub fn call(node: &Node) -> Option<(Function, &Node)> {
        let object = node.as_object().filter(|object| object.len() == 1)?;
        let (name, argument) = object.first()?;
        let function = Function::from_name(name)?;
        (function != Function::Condition || argument.as_str().is_some()).then_some((function, argument))
    }
}
