//! The rules, each with its stable code.

use super::Rule;

macro_rules! rules {
    ($($severity:ident $name:ident $title:literal;)*) => {
        $(
            #[doc = $title]
            pub static $name: Rule = Rule::$severity(stringify!($name), $title);
        )*

        /// Every rule, sorted by code within its family.
        pub static ALL: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    error E0000 "A value is null, which CloudFormation does not accept";
    error E1001 "A template has known sections only, and resources";
    error E1002 "A template has at most 1,000,000 bytes";
    error E1003 "A description has at most 1024 characters";
    error E1004 "A description is a string";
    error E1005 "A transform is a name, or a name with parameters";
    error E1010 "`Fn::GetAtt` names a resource and one of its attributes";
    error E1011 "`Fn::FindInMap` names a mapping and two keys";
    error E1015 "`Fn::GetAZs` takes a region";
    error E1016 "`Fn::ImportValue` takes the name of an export";
    error E1017 "`Fn::Select` takes an index and a list";
    error E1018 "`Fn::Split` takes a delimiter and a text";
    error E1019 "`Fn::Sub` takes a text, and names that exist";
    error E1020 "`Ref` names a parameter, a resource or a pseudo parameter";
    error E1021 "`Fn::Base64` takes a text";
    error E1022 "`Fn::Join` takes a delimiter and a list";
    error E1024 "`Fn::Cidr` takes a block, a count and a size";
    error E1028 "`Fn::If` takes a condition and two values";
    error E1029 "A text with `${Name}` in it is in `Fn::Sub`";
    error E1030 "`Fn::Length` takes a list and needs the transform `AWS::LanguageExtensions`";
    error E1031 "`Fn::ToJsonString` takes an object or a list and needs the transform `AWS::LanguageExtensions`";
    error E1032 "`Fn::ForEach` needs the transform `AWS::LanguageExtensions`";
    error E1033 "`Fn::GetStackOutput` takes the name of a stack and of an output";
    error E1050 "A dynamic reference names a service and what it keeps";
    error E1051 "A secret is named in a property of a resource only";
    error E2001 "A parameter has the properties of its type";
    error E2002 "A parameter has a known type";
    error E2010 "A template has at most 200 parameters";
    error E2011 "The name of a parameter has at most 255 characters";
    error E2015 "The default of a parameter fits its constraints";
    error E3001 "A resource has a type and known attributes";
    error E3002 "A resource has the properties of its type only";
    error E3003 "Required properties are there";
    error E3004 "Resources do not depend on each other in a circle";
    error E3005 "`DependsOn` names other resources";
    error E3006 "The resource type exists";
    error E3007 "Resources and parameters have different names";
    error E3010 "A template has at most 500 resources";
    error E3011 "The logical id of a resource has at most 255 characters";
    error E3012 "A value has the type of its property";
    error E3014 "Exactly one of some properties is there";
    error E3015 "The condition of a resource exists";
    error E3016 "An update policy fits its resource";
    error E3017 "A value fits at least one alternative";
    error E3018 "A value fits exactly one alternative";
    error E3019 "Two resources are not the same thing";
    error E3020 "Properties that exclude each other are not together";
    error E3021 "Properties that need each other are together";
    error E3024 "Tags have different keys that do not begin with `aws:`";
    error E3030 "A value is a member of its enumeration";
    error E3031 "A text matches its pattern";
    error E3032 "A list is neither too short nor too long";
    error E3033 "A text is neither too short nor too long";
    error E3034 "A number is within its range";
    error E3035 "A deletion policy is a known one that the type supports";
    error E3036 "An update replace policy is a known one that the type supports";
    error E3037 "The members of a list are different";
    error E3038 "`AWS::Serverless` types need the transform `AWS::Serverless-2016-10-31`";
    error E3040 "A property that only AWS sets is not in the template";
    error E3055 "A creation policy fits its resource";
    error E3058 "At least one of some properties is there";
    error E3065 "A list has few enough different members";
    error E3066 "`Connectors` and `IgnoreGlobals` need the transform `AWS::Serverless-2016-10-31`";
    error E3724 "`Globals` holds what resources of its kind share, and needs the transform `AWS::Serverless-2016-10-31`";
    error E5001 "A module has no tags and no policies of its own";
    error E6001 "An output has known properties";
    error E6002 "An output has a value";
    error E6003 "The properties of an output have their types";
    error E6005 "The condition of an output exists";
    error E6010 "A template has at most 200 outputs";
    error E6011 "The name of an output has at most 255 characters";
    error E6101 "The value of an output is a string";
    error E6102 "The name of an export is a string";
    error E7001 "A mapping has two levels of keys and simple values";
    error E7002 "The name of a mapping has at most 255 characters";
    error E7010 "A template has at most 200 mappings, a mapping at most 200 keys";
    error E8001 "A condition is a function that is true or false";
    error E8003 "`Fn::Equals` takes two values";
    error E8004 "`Fn::And` takes two to ten conditions";
    error E8005 "`Fn::Not` takes one condition";
    error E8006 "`Fn::Or` takes two to ten conditions";
    error E8007 "`Condition` takes the name of a condition";
    warning W1019 "Every variable of `Fn::Sub` is used";
    warning W3001 "SAM takes no notice of an unknown attribute of a resource";
    info I0001 "The template is too large or too intricate to be looked at in full";
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_are_unique_and_say_the_severity() {
        let mut codes: Vec<_> = super::ALL.iter().map(|rule| rule.code).collect();
        codes.sort_unstable();
        codes.windows(2).for_each(|pair| assert_ne!(pair[0], pair[1]));
        for rule in super::ALL {
            let letter = match rule.severity {
                crate::validate::Severity::Error => 'E',
                crate::validate::Severity::Warning => 'W',
                crate::validate::Severity::Info => 'I',
            };
            assert!(rule.code.starts_with(letter) && !rule.title.ends_with('.'), "{}", rule.code);
        }
    }
}
