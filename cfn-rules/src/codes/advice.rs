//! What works, and could be better.

rules! {
    info I3042 "An ARN does not have its partition written out";
    warning W1011 "A secret is a dynamic reference, not a parameter";
    warning W2010 "A parameter with `NoEcho` does not go into outputs or metadata";
    warning W2501 "A password is neither written out nor shown";
    warning W2530 "A function with `SnapStart` publishes versions";
    warning W3002 "A local path is replaced by packaging before deployment";
    warning W3005 "`DependsOn` says what nothing else says";
    warning W3010 "An availability zone is not written out";
    warning W4001 "The interface of a template names its parameters";
    warning W4005 "The settings of cfn-lint in `Metadata` are known ones";
    warning W6001 "An output is not what another stack exports";
    warning W8003 "`Fn::Equals` compares what can differ";
}
