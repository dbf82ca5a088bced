//! What is named exists and fits, and a function is called as it wants to be.

rules! {
    error AL0301 "A name exists, also where nobody knows what it is for";
    error AL0304 "What is called as a function is one";
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
    error E1030 "`Fn::Length` takes a list and needs the transform `AWS::LanguageExtensions`";
    error E1031 "`Fn::ToJsonString` takes an object or a list and needs the transform `AWS::LanguageExtensions`";
    error E1032 "`Fn::ForEach` needs the transform `AWS::LanguageExtensions`";
    error E1033 "`Fn::GetStackOutput` takes the name of a stack and of an output";
    error E1027 "A secure string of the Parameter Store is in a property that takes one";
    error E1050 "A dynamic reference names a service and what it keeps";
    error E1051 "A secret is named in a property of a resource only";
    error E3004 "Resources do not depend on each other in a circle";
    error E3015 "The condition of a resource exists";
    error E3019 "Two resources are not the same thing";
    error E3043 "A nested stack gets the parameters of its template";
    error E6005 "The condition of an output exists";
    error E6101 "The value of an output is a string";
    error E8001 "A condition is a function that is true or false";
    error E8003 "`Fn::Equals` takes two values";
    error E8004 "`Fn::And` takes two to ten conditions";
    error E8005 "`Fn::Not` takes one condition";
    error E8006 "`Fn::Or` takes two to ten conditions";
    warning W1001 "What is referred to is there when it is used";
    warning W1028 "Each branch of `Fn::If` can be taken";
    warning W1030 "What `Ref` gives fits its property";
    warning W1031 "What `Fn::Sub` gives fits its property";
    warning W1032 "What `Fn::Join` gives fits its property";
    warning W1033 "What `Fn::Split` gives fits its property";
    warning W1034 "What `Fn::FindInMap` gives fits its property";
    warning W1035 "What `Fn::Select` gives fits its property";
    warning W1036 "What `Fn::GetAZs` gives fits its property";
    warning W1053 "A dynamic reference has no white space";
    warning W1054 "A pseudo parameter is in `Ref`";
}
