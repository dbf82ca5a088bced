//! Rules about documents inside of properties, policies above all, and about who may do what.

rules! {
    error AL0303 "A document in a resource of SAM is as IAM or the states language has it";
    error AL0305 "The SAM transform accepts the template";
    error E3050 "A role that is known by its name has no path";
    error E3051 "A document of Systems Manager is as its schema has it";
    error E3510 "A policy of an identity is as IAM has it";
    error E3511 "The ARN of a role is one";
    error E3512 "A policy of a resource is as IAM has it";
    error E3513 "A policy of an image repository is as IAM has it";
    error E3514 "The resources of a policy are ARNs";
    error E3530 "A trust policy is as IAM has it";
    error E3601 "A state machine is as the states language has it";
    error E3663 "No environment variable has a name that Lambda keeps for itself";
    warning W2511 "A policy has the current version of the policy language";
    warning W3037 "A policy names actions that exist";
    warning W3663 "A permission for something without an account in its ARN names the account";
    warning W3664 "A permission is for the service whose resource it names";
}
