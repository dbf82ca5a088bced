//! Documents inside properties, policies above all. `schema/documents` checks them.

rules! {
    /// The SAM transform copies policies and the definition of a state machine into resources of IAM and Step
    /// Functions. Those services refuse an invalid one when the stack is deployed: a statement without an action, a
    /// state without a type. The rules are those of `E3510`, `E3530` and `E3601`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Steps:
    ///     Type: AWS::Serverless::StateMachine
    ///     Properties:
    ///       Definition:
    ///         StartAt: First
    ///         States:
    ///           First:
    ///             Type: Pass
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Steps:
    ///     Type: AWS::Serverless::StateMachine
    ///     Properties:
    ///       Definition:
    ///         StartAt: First
    ///         States:
    ///           First:
    ///             Type: Pass
    ///             End: true
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint checks such documents only in resources of IAM and Step Functions.
    error AL0303 "invalid policy or state machine in a SAM resource";
    /// The content of a Systems Manager document has a `schemaVersion`: one of the strings `0.3`, `1.0`, `1.2`,
    /// `2.0` and `2.2`. A number is refused. Content that is a string must be JSON or YAML.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Document:
    ///     Type: AWS::SSM::Document
    ///     Properties:
    ///       Content:
    ///         schemaVersion: 2.2
    ///         mainSteps: []
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Document:
    ///     Type: AWS::SSM::Document
    ///     Properties:
    ///       Content:
    ///         schemaVersion: "2.2"
    ///         mainSteps: []
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint 1.58 cannot read content that is a string and reports each as invalid ("a string or stream input is
    /// required"). Here the string is parsed, and its content is checked.
    error E3051 "invalid Systems Manager document";
    /// A policy of a role, user or group has a version, and statements with an `Effect`, either `Action` or
    /// `NotAction`, and either `Resource` or `NotResource`. A `Sid` consists of letters and digits and is unique in
    /// the policy. IAM refuses any other document when the stack is deployed. Mistakes in the policies of a SAM
    /// resource are reported as `AL0303`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Policy:
    ///     Type: AWS::IAM::ManagedPolicy
    ///     Properties:
    ///       PolicyDocument:
    ///         Version: "2012-10-17"
    ///         Statement:
    ///           - Effect: allow
    ///             Action: s3:GetObject
    ///             Resource: arn:aws:s3:::photos/*
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Policy:
    ///     Type: AWS::IAM::ManagedPolicy
    ///     Properties:
    ///       PolicyDocument:
    ///         Version: "2012-10-17"
    ///         Statement:
    ///           - Effect: Allow
    ///             Action: s3:GetObject
    ///             Resource: arn:aws:s3:::photos/*
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// For the operator `Null`, cfn-lint takes any string for `false`.
    error E3510 "invalid identity policy";
    /// Some properties require the ARN of a role, such as `arn:aws:iam::123456789012:role/name` with twelve digits
    /// for the account. A role's name or the ARN of something else is refused.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Task:
    ///     Type: AWS::ECS::TaskDefinition
    ///     Properties:
    ///       ExecutionRoleArn: task-role
    ///       ContainerDefinitions:
    ///         - Name: web
    ///           Image: nginx
    ///           Memory: 512
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Task:
    ///     Type: AWS::ECS::TaskDefinition
    ///     Properties:
    ///       ExecutionRoleArn: arn:aws:iam::123456789012:role/task-role
    ///       ContainerDefinitions:
    ///         - Name: web
    ///           Image: nginx
    ///           Memory: 512
    /// ```
    error E3511 "invalid role ARN";
    /// A policy of a resource, such as a queue, topic, key or bucket, has either `Principal` or `NotPrincipal` in
    /// each statement. As in every policy, a statement has an `Effect`, either `Action` or `NotAction`, and either
    /// `Resource` or `NotResource`; a `Sid` is unique, except in the policy of a bucket.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Key:
    ///     Type: AWS::KMS::Key
    ///     Properties:
    ///       KeyPolicy:
    ///         Version: "2012-10-17"
    ///         Statement:
    ///           - Effect: Allow
    ///             Action: kms:*
    ///             Resource: "*"
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Key:
    ///     Type: AWS::KMS::Key
    ///     Properties:
    ///       KeyPolicy:
    ///         Version: "2012-10-17"
    ///         Statement:
    ///           - Effect: Allow
    ///             Principal:
    ///               AWS: arn:aws:iam::123456789012:root
    ///             Action: kms:*
    ///             Resource: "*"
    /// ```
    error E3512 "invalid resource policy";
    /// The policy of an image repository has in each statement `Principal` or `NotPrincipal`, `Effect`, and either
    /// `Action` or `NotAction`. It has no `Resource`, because that is the repository.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Repository:
    ///     Type: AWS::ECR::Repository
    ///     Properties:
    ///       RepositoryPolicyText:
    ///         Version: "2012-10-17"
    ///         Statement:
    ///           - Effect: Allow
    ///             Action: ecr:BatchGetImage
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Repository:
    ///     Type: AWS::ECR::Repository
    ///     Properties:
    ///       RepositoryPolicyText:
    ///         Version: "2012-10-17"
    ///         Statement:
    ///           - Effect: Allow
    ///             Principal:
    ///               AWS: arn:aws:iam::123456789012:root
    ///             Action: ecr:BatchGetImage
    /// ```
    error E3513 "invalid policy of an image repository";
    /// The resources in the policy of a resource are ARNs, `arn:partition:service:region:account:resource`, or `*`.
    /// The policy of a bucket must name the bucket or its objects: `*` is refused.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Policy:
    ///     Type: AWS::S3::BucketPolicy
    ///     Properties:
    ///       Bucket: photos
    ///       PolicyDocument:
    ///         Version: "2012-10-17"
    ///         Statement:
    ///           - Effect: Allow
    ///             Principal:
    ///               AWS: arn:aws:iam::123456789012:root
    ///             Action: s3:GetObject
    ///             Resource: photos/*
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Policy:
    ///     Type: AWS::S3::BucketPolicy
    ///     Properties:
    ///       Bucket: photos
    ///       PolicyDocument:
    ///         Version: "2012-10-17"
    ///         Statement:
    ///           - Effect: Allow
    ///             Principal:
    ///               AWS: arn:aws:iam::123456789012:root
    ///             Action: s3:GetObject
    ///             Resource: arn:aws:s3:::photos/*
    /// ```
    error E3514 "resource of a policy is not an ARN";
    /// The trust policy of a role says who can assume it. `Principal` is `*`, or an object with `AWS`, `Service`,
    /// `Federated` or `CanonicalUser`. The value of `AWS` is `*`, an account of twelve digits, or the ARN of a
    /// user, role, group, root user or assumed role. A statement has no `Resource`, because that is the role.
    /// Mistakes in the trust policy of a SAM resource are reported as `AL0303`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Role:
    ///     Type: AWS::IAM::Role
    ///     Properties:
    ///       AssumeRolePolicyDocument:
    ///         Version: "2012-10-17"
    ///         Statement:
    ///           - Effect: Allow
    ///             Principal: lambda.amazonaws.com
    ///             Action: sts:AssumeRole
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Role:
    ///     Type: AWS::IAM::Role
    ///     Properties:
    ///       AssumeRolePolicyDocument:
    ///         Version: "2012-10-17"
    ///         Statement:
    ///           - Effect: Allow
    ///             Principal: { Service: lambda.amazonaws.com }
    ///             Action: sts:AssumeRole
    /// ```
    error E3530 "invalid trust policy";
    /// The definition of a state machine follows the Amazon States Language: each state has the properties of its
    /// type and ends or has a next state, and `StartAt` names an existing state. The query language JSONata changes
    /// some properties. Step Functions refuses any other definition when the stack is deployed.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Machine:
    ///     Type: AWS::StepFunctions::StateMachine
    ///     Properties:
    ///       RoleArn: arn:aws:iam::123456789012:role/machine
    ///       Definition:
    ///         StartAt: Work
    ///         States:
    ///           Work:
    ///             Type: Task
    ///             Resource: arn:aws:states:::lambda:invoke
    ///             TimeoutSeconds: 10
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Machine:
    ///     Type: AWS::StepFunctions::StateMachine
    ///     Properties:
    ///       RoleArn: arn:aws:iam::123456789012:role/machine
    ///       Definition:
    ///         StartAt: Work
    ///         States:
    ///           Work:
    ///             Type: Task
    ///             Resource: arn:aws:states:::lambda:invoke
    ///             End: true
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// In a `DefinitionString`, cfn-lint reports a mistake inside a list, such as a choice or a branch, as an
    /// internal error (E1101) and checks nothing else. It reports `${Name}` as a mistake when it is only a part of
    /// a value, although `DefinitionSubstitutions` has the name, and does not report a wrong `StartAt` where a
    /// condition decides which states exist. Mistakes in the definition of an `AWS::Serverless::StateMachine` are
    /// reported as `AL0303`.
    error E3601 "invalid Amazon States Language";
    /// Lambda sets some environment variables itself, such as `AWS_REGION`, and refuses a function that sets one of
    /// them.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Function:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Code:
    ///         ZipFile: "def handler(event, context): pass"
    ///       Handler: index.handler
    ///       Runtime: python3.13
    ///       Role: arn:aws:iam::123456789012:role/function
    ///       Environment:
    ///         Variables:
    ///           AWS_REGION: eu-central-1
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Function:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Code:
    ///         ZipFile: "def handler(event, context): pass"
    ///       Handler: index.handler
    ///       Runtime: python3.13
    ///       Role: arn:aws:iam::123456789012:role/function
    ///       Environment:
    ///         Variables:
    ///           TABLE_REGION: eu-central-1
    /// ```
    error E3663 "environment variable that Lambda reserves";
    /// The version of the policy language is `2012-10-17`. In the older `2008-10-17`, policy variables such as
    /// `${aws:username}` are plain strings.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Policy:
    ///     Type: AWS::IAM::ManagedPolicy
    ///     Properties:
    ///       PolicyDocument:
    ///         Version: "2008-10-17"
    ///         Statement:
    ///           - Effect: Allow
    ///             Action: s3:GetObject
    ///             Resource: arn:aws:s3:::photos/*
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Policy:
    ///     Type: AWS::IAM::ManagedPolicy
    ///     Properties:
    ///       PolicyDocument:
    ///         Version: "2012-10-17"
    ///         Statement:
    ///           - Effect: Allow
    ///             Action: s3:GetObject
    ///             Resource: arn:aws:s3:::photos/*
    /// ```
    warning W2511 "outdated version of the policy language";
    /// IAM accepts any action of the form `service:action`, but one that no service has allows nothing. Upper and
    /// lower case are the same; `*` stands for any string and `?` for any character, and such a pattern must match
    /// at least one action. The policy of a bucket, queue or topic allows only actions of that service. The list of
    /// actions is cfn-lint's.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Policy:
    ///     Type: AWS::IAM::ManagedPolicy
    ///     Properties:
    ///       PolicyDocument:
    ///         Version: "2012-10-17"
    ///         Statement:
    ///           - Effect: Allow
    ///             Action: sqs:SendMessages
    ///             Resource: arn:aws:sqs:eu-central-1:123456789012:jobs
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Policy:
    ///     Type: AWS::IAM::ManagedPolicy
    ///     Properties:
    ///       PolicyDocument:
    ///         Version: "2012-10-17"
    ///         Statement:
    ///           - Effect: Allow
    ///             Action: sqs:SendMessage
    ///             Resource: arn:aws:sqs:eu-central-1:123456789012:jobs
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint reports each action separately at the same place; here one finding lists all. Neither checks
    /// templates with the SAM transform.
    warning W3037 "unknown action in a policy";
}
