//! The keywords of resource schemas: an entry for each. `schema/` interprets them.

rules! {
    /// A resource has only the properties of its type, and an object inside it only the properties of that object.
    /// CloudFormation refuses the template and names only the first one.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       VisibiltyTimeout: 30
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       VisibilityTimeout: 30
    /// ```
    error E3002 "unknown property";
    /// Some properties are required, of a resource and of the objects inside it. A property with the value
    /// `AWS::NoValue` is missing too.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Mails:
    ///     Type: AWS::SNS::Subscription
    ///     Properties:
    ///       Protocol: email
    ///       Endpoint: team@example.com
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Alerts:
    ///     Type: AWS::SNS::Topic
    ///   Mails:
    ///     Type: AWS::SNS::Subscription
    ///     Properties:
    ///       TopicArn: !Ref Alerts
    ///       Protocol: email
    ///       Endpoint: team@example.com
    /// ```
    error E3003 "required property is missing";
    /// Each property has a type. CloudFormation converts between strings, numbers and booleans, so that `"30"` is a
    /// number, but not between a single value and a list, or between a string and an object.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       DelaySeconds: half a minute
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       DelaySeconds: 30
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// Two cases that cfn-lint 1.58 does not report are reported: a SAM function whose `Properties` is a string,
    /// and a list as `MutualTlsAuthentication` of a SAM API. SAM refuses both.
    error E3012 "value of the wrong type";
    /// Some properties are alternatives of which exactly one is required. With none or with two of them the
    /// deployment fails.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Web:
    ///     Type: AWS::EC2::SecurityGroupIngress
    ///     Properties:
    ///       GroupId: sg-0123456789abcdef0
    ///       IpProtocol: tcp
    ///       FromPort: 443
    ///       ToPort: 443
    ///       CidrIp: 10.0.0.0/8
    ///       SourceSecurityGroupId: sg-0123456789abcdef1
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Web:
    ///     Type: AWS::EC2::SecurityGroupIngress
    ///     Properties:
    ///       GroupId: sg-0123456789abcdef0
    ///       IpProtocol: tcp
    ///       FromPort: 443
    ///       ToPort: 443
    ///       CidrIp: 10.0.0.0/8
    /// ```
    error E3014 "not exactly one of alternative properties";
    /// A property can have several forms, and its value must match at least one. The finding lists why each form
    /// does not match, the closest one first.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Worker:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Handler: index.handler
    ///       Runtime: python3.13
    ///       InlineCode: "def handler(event, context): pass"
    ///       Events:
    ///         Jobs:
    ///           Type: SQS
    ///           Properties:
    ///             BatchSize: 10
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Worker:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Handler: index.handler
    ///       Runtime: python3.13
    ///       InlineCode: "def handler(event, context): pass"
    ///       Events:
    ///         Jobs:
    ///           Type: SQS
    ///           Properties:
    ///             Queue: arn:aws:sqs:eu-west-1:123456789012:jobs
    /// ```
    error E3017 "value matches none of its possible forms";
    /// A property can have several forms of which its value must match exactly one. A value that matches none or
    /// two of them is refused.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Exclusion:
    ///     Type: AWS::EC2::VPCBlockPublicAccessExclusion
    ///     Properties:
    ///       InternetGatewayExclusionMode: allow-egress
    ///       VpcId: vpc-0123456789abcdef0
    ///       SubnetId: subnet-0123456789abcdef0
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Exclusion:
    ///     Type: AWS::EC2::VPCBlockPublicAccessExclusion
    ///     Properties:
    ///       InternetGatewayExclusionMode: allow-egress
    ///       VpcId: vpc-0123456789abcdef0
    /// ```
    error E3018 "value does not match exactly one of its possible forms";
    /// Some properties exclude each other: the service refuses them together, or ignores one of them.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Private:
    ///     Type: AWS::EC2::Subnet
    ///     Properties:
    ///       VpcId: vpc-0123456789abcdef0
    ///       CidrBlock: 10.0.1.0/24
    ///       AvailabilityZone: !Select [0, !GetAZs '']
    ///       AvailabilityZoneId: euw1-az1
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Private:
    ///     Type: AWS::EC2::Subnet
    ///     Properties:
    ///       VpcId: vpc-0123456789abcdef0
    ///       CidrBlock: 10.0.1.0/24
    ///       AvailabilityZone: !Select [0, !GetAZs '']
    /// ```
    error E3020 "properties that exclude each other";
    /// Some properties require another one, without which the service refuses or ignores them.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Group:
    ///     Type: AWS::EC2::SecurityGroup
    ///     Properties:
    ///       GroupDescription: web
    ///       SecurityGroupEgress:
    ///         - IpProtocol: tcp
    ///           FromPort: 443
    ///           ToPort: 443
    ///           CidrIp: 10.0.0.0/8
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Group:
    ///     Type: AWS::EC2::SecurityGroup
    ///     Properties:
    ///       GroupDescription: web
    ///       VpcId: vpc-0123456789abcdef0
    ///       SecurityGroupEgress:
    ///         - IpProtocol: tcp
    ///           FromPort: 443
    ///           ToPort: 443
    ///           CidrIp: 10.0.0.0/8
    /// ```
    error E3021 "property without another one that it requires";
    /// Some properties allow only certain values. The finding lists them, or suggests the most similar one.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Orders:
    ///     Type: AWS::DynamoDB::Table
    ///     Properties:
    ///       BillingMode: PAY_PER_REQUEST
    ///       AttributeDefinitions:
    ///         - AttributeName: id
    ///           AttributeType: String
    ///       KeySchema:
    ///         - AttributeName: id
    ///           KeyType: HASH
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Orders:
    ///     Type: AWS::DynamoDB::Table
    ///     Properties:
    ///       BillingMode: PAY_PER_REQUEST
    ///       AttributeDefinitions:
    ///         - AttributeName: id
    ///           AttributeType: S
    ///       KeySchema:
    ///         - AttributeName: id
    ///           KeyType: HASH
    /// ```
    error E3030 "value is not one of the allowed values";
    /// Some strings must match a regular expression. An expression without anchors may match anywhere in the
    /// string.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Worker:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Role: arn:aws:iam::123456789012:role/worker
    ///       Handler: index.handler
    ///       Runtime: python3.13
    ///       Code:
    ///         ZipFile: "def handler(event, context): pass"
    ///       FunctionName: my worker
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Worker:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Role: arn:aws:iam::123456789012:role/worker
    ///       Handler: index.handler
    ///       Runtime: python3.13
    ///       Code:
    ///         ZipFile: "def handler(event, context): pass"
    ///       FunctionName: my-worker
    /// ```
    error E3031 "string does not match its pattern";
    /// A list has a minimum and a maximum number of members. They are counted for each combination of conditions
    /// that is possible, without members that are `AWS::NoValue`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Worker:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Role: arn:aws:iam::123456789012:role/worker
    ///       Handler: index.handler
    ///       Runtime: python3.13
    ///       Code:
    ///         ZipFile: "def handler(event, context): pass"
    ///       Architectures: [x86_64, arm64]
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Worker:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Role: arn:aws:iam::123456789012:role/worker
    ///       Handler: index.handler
    ///       Runtime: python3.13
    ///       Code:
    ///         ZipFile: "def handler(event, context): pass"
    ///       Architectures: [arm64]
    /// ```
    error E3032 "list with too few or too many members";
    /// A string has a minimum and a maximum length.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Worker:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Role: arn:aws:iam::123456789012:role/worker
    ///       Handler: index.handler
    ///       Runtime: python3.13
    ///       Code:
    ///         ZipFile: "def handler(event, context): pass"
    ///       Description: far too long a text to describe what the function does far too long a text to describe what the function does far too long a text to describe what the function does far too long a text to describe what the function does far too long a text to describe what the function does
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Worker:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Role: arn:aws:iam::123456789012:role/worker
    ///       Handler: index.handler
    ///       Runtime: python3.13
    ///       Code:
    ///         ZipFile: "def handler(event, context): pass"
    ///       Description: resizes photos
    /// ```
    error E3033 "string is too short or too long";
    /// A number has a minimum and a maximum. A string that holds a number is checked too, because CloudFormation
    /// converts it.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       MaximumMessageSize: 100
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       MaximumMessageSize: 1024
    /// ```
    error E3034 "number is out of range";
    /// Some lists must not have the same member twice.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Web:
    ///     Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    ///     Properties:
    ///       Subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef0]
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Web:
    ///     Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    ///     Properties:
    ///       Subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
    /// ```
    error E3037 "duplicate members of a list";
    /// Of some properties at least one is required.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Private:
    ///     Type: AWS::EC2::Subnet
    ///     Properties:
    ///       VpcId: vpc-0123456789abcdef0
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Private:
    ///     Type: AWS::EC2::Subnet
    ///     Properties:
    ///       VpcId: vpc-0123456789abcdef0
    ///       CidrBlock: 10.0.1.0/24
    /// ```
    error E3058 "none of several properties, one of which is required";
    /// Some lists allow only a certain number of different members, however often each is repeated.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Full:
    ///     Type: AWS::CloudWatch::Alarm
    ///     Properties:
    ///       Namespace: AWS/SQS
    ///       MetricName: ApproximateNumberOfMessagesVisible
    ///       Statistic: Maximum
    ///       Period: 300
    ///       EvaluationPeriods: 1
    ///       Threshold: 100
    ///       ComparisonOperator: GreaterThanThreshold
    ///       AlarmActions:
    ///         - arn:aws:sns:eu-west-1:123456789012:team-1
    ///         - arn:aws:sns:eu-west-1:123456789012:team-2
    ///         - arn:aws:sns:eu-west-1:123456789012:team-3
    ///         - arn:aws:sns:eu-west-1:123456789012:team-4
    ///         - arn:aws:sns:eu-west-1:123456789012:team-5
    ///         - arn:aws:sns:eu-west-1:123456789012:team-6
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Full:
    ///     Type: AWS::CloudWatch::Alarm
    ///     Properties:
    ///       Namespace: AWS/SQS
    ///       MetricName: ApproximateNumberOfMessagesVisible
    ///       Statistic: Maximum
    ///       Period: 300
    ///       EvaluationPeriods: 1
    ///       Threshold: 100
    ///       ComparisonOperator: GreaterThanThreshold
    ///       AlarmActions:
    ///         - arn:aws:sns:eu-west-1:123456789012:team-1
    ///         - arn:aws:sns:eu-west-1:123456789012:team-2
    ///         - arn:aws:sns:eu-west-1:123456789012:team-3
    ///         - arn:aws:sns:eu-west-1:123456789012:team-4
    ///         - arn:aws:sns:eu-west-1:123456789012:team-5
    /// ```
    error E3065 "too many different members of a list";
}
