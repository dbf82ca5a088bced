//! What works, and could be better.

rules! {
    info I3042 "hardcoded partition in an ARN";
    warning W1011 "secret in a parameter instead of a dynamic reference";
    warning W2010 "`NoEcho` parameter in outputs or metadata";
    warning W2501 "password is written out or shown";
    warning W2530 "`SnapStart` without a published version";
    warning W3002 "local path that packaging must replace";
    warning W3005 "redundant `DependsOn`";
    warning W3010 "hardcoded availability zone";
    warning W4001 "interface names an undefined parameter";
    warning W4005 "invalid settings of cfn-lint in `Metadata`";
    warning W6001 "output that exports an import";
    warning W8003 "`Fn::Equals` is always true or always false";
}
