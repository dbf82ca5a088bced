//! Rules about documents inside of properties, policies above all.

rules! {
    error AL0303 "invalid policy or state machine in a SAM resource";
    error E3051 "invalid Systems Manager document";
    error E3510 "invalid identity policy";
    error E3511 "invalid role ARN";
    error E3512 "invalid resource policy";
    error E3513 "invalid policy of an image repository";
    error E3514 "resource of a policy is not an ARN";
    error E3530 "invalid trust policy";
    error E3601 "invalid Amazon States Language";
    error E3663 "environment variable that Lambda reserves";
    warning W2511 "outdated version of the policy language";
    warning W3037 "unknown action in a policy";
}
