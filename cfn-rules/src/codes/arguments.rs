//! Arguments of functions, whose shapes are in `rules/functions`.

rules! {
    /// `Fn::GetAZs` takes the name of a region that exists, as a string or by `Ref`; an empty string is the region of
    /// the stack.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Workers:
    ///     Type: AWS::AutoScaling::AutoScalingGroup
    ///     Properties:
    ///       MinSize: "1"
    ///       MaxSize: "2"
    ///       LaunchConfigurationName: workers
    ///       AvailabilityZones: !GetAZs [eu-west-1]
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Workers:
    ///     Type: AWS::AutoScaling::AutoScalingGroup
    ///     Properties:
    ///       MinSize: "1"
    ///       MaxSize: "2"
    ///       LaunchConfigurationName: workers
    ///       AvailabilityZones: !GetAZs ""
    /// ```
    error E1015 "invalid argument of `Fn::GetAZs`";
    /// `Fn::ImportValue` takes the name of an export of another stack: a string, or a function that results in one. It
    /// cannot depend on a resource, because it is resolved before there is any.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       KmsMasterKeyId: !ImportValue [shared-key]
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       KmsMasterKeyId: !ImportValue shared-key
    /// ```
    error E1016 "invalid argument of `Fn::ImportValue`";
    /// `Fn::Select` takes a list of two: an index, counted from 0, and the list to select from.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Select [first, [jobs, mails]]
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Select [0, [jobs, mails]]
    /// ```
    error E1017 "invalid arguments of `Fn::Select`";
    /// `Fn::Split` takes a list of two: a delimiter, which is a plain string, and the string to split. Its result is a
    /// list.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Web:
    ///     Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    ///     Properties:
    ///       Subnets: !Split [!Ref AWS::Region, "subnet-0123456789abcdef0,subnet-0123456789abcdef1"]
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Web:
    ///     Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    ///     Properties:
    ///       Subnets: !Split [",", "subnet-0123456789abcdef0,subnet-0123456789abcdef1"]
    /// ```
    error E1018 "invalid arguments of `Fn::Split`";
    /// `Fn::Base64` takes a string, or a function that results in one.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Server:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       ImageId: ami-0123456789abcdef0
    ///       UserData: !Base64 [echo hello]
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Server:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       ImageId: ami-0123456789abcdef0
    ///       UserData: !Base64 echo hello
    /// ```
    error E1021 "invalid argument of `Fn::Base64`";
    /// `Fn::Join` takes a list of two: a delimiter, which is a plain string, and the list of strings to join.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Join ["-", jobs, prod]
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Join ["-", [jobs, prod]]
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// Where the argument is not a list, cfn-lint reports an exception of its own beside the mistake.
    error E1022 "invalid arguments of `Fn::Join`";
    /// `Fn::Cidr` takes a list of two or three: a block of addresses, how many blocks to make of it, from 1 to 256, and
    /// how many bits of each are for hosts.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Network:
    ///     Type: AWS::EC2::VPC
    ///     Properties:
    ///       CidrBlock: 10.0.0.0/16
    ///   Private:
    ///     Type: Custom::Subnets
    ///     Properties:
    ///       ServiceToken: arn:aws:lambda:eu-west-1:123456789012:function:subnets
    ///       Blocks: !Cidr [!GetAtt Network.CidrBlock, 300, 8]
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Network:
    ///     Type: AWS::EC2::VPC
    ///     Properties:
    ///       CidrBlock: 10.0.0.0/16
    ///   Private:
    ///     Type: Custom::Subnets
    ///     Properties:
    ///       ServiceToken: arn:aws:lambda:eu-west-1:123456789012:function:subnets
    ///       Blocks: !Cidr [!GetAtt Network.CidrBlock, 4, 8]
    /// ```
    error E1024 "invalid arguments of `Fn::Cidr`";
    /// `Fn::Length` counts the members of a list. CloudFormation knows it only with the transform
    /// `AWS::LanguageExtensions`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Parameters:
    ///   Names:
    ///     Type: CommaDelimitedList
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       DelaySeconds:
    ///         Fn::Length: !Ref Names
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: AWS::LanguageExtensions
    /// Parameters:
    ///   Names:
    ///     Type: CommaDelimitedList
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       DelaySeconds:
    ///         Fn::Length: !Ref Names
    /// ```
    error E1030 "invalid `Fn::Length`, or one without `AWS::LanguageExtensions`";
    /// `Fn::ToJsonString` makes a string of an object or a list. CloudFormation knows it only with the transform
    /// `AWS::LanguageExtensions`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Settings:
    ///     Type: AWS::SSM::Parameter
    ///     Properties:
    ///       Type: String
    ///       Value:
    ///         Fn::ToJsonString:
    ///           delay: 30
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: AWS::LanguageExtensions
    /// Resources:
    ///   Settings:
    ///     Type: AWS::SSM::Parameter
    ///     Properties:
    ///       Type: String
    ///       Value:
    ///         Fn::ToJsonString:
    ///           delay: 30
    /// ```
    error E1031 "invalid `Fn::ToJsonString`, or one without `AWS::LanguageExtensions`";
    /// `Fn::GetStackOutput` takes an object with the name of a stack and that of one of its outputs; the region and the
    /// role to read it with are optional.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       KmsMasterKeyId:
    ///         Fn::GetStackOutput:
    ///           StackName: shared
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       KmsMasterKeyId:
    ///         Fn::GetStackOutput:
    ///           StackName: shared
    ///           OutputName: Key
    /// ```
    error E1033 "invalid arguments of `Fn::GetStackOutput`";
    /// The value of an output is a string. A list must be joined, and so must an attribute that is a list.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// Outputs:
    ///   Url:
    ///     Value: [!Ref Jobs, !GetAtt Jobs.Arn]
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// Outputs:
    ///   Url:
    ///     Value: !Join [",", [!Ref Jobs, !GetAtt Jobs.Arn]]
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// An empty list and an empty object are not strings either: cfn-lint leaves out the check of every value that
    /// counts as false in Python.
    error E6101 "output value that is not a string";
    /// A condition is `Fn::Equals`, `Fn::And`, `Fn::Or`, `Fn::Not` or the name of another condition. A plain string or
    /// number is neither true nor false.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Parameters:
    ///   Stage:
    ///     Type: String
    /// Conditions:
    ///   IsProd: prod
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Condition: IsProd
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Parameters:
    ///   Stage:
    ///     Type: String
    /// Conditions:
    ///   IsProd: !Equals [!Ref Stage, prod]
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Condition: IsProd
    /// ```
    error E8001 "condition that is neither true nor false";
    /// `Fn::Equals` takes a list of two values: strings, numbers, or functions that result in one.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Parameters:
    ///   Stage:
    ///     Type: String
    /// Conditions:
    ///   IsProd: !Equals [!Ref Stage]
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Condition: IsProd
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Parameters:
    ///   Stage:
    ///     Type: String
    /// Conditions:
    ///   IsProd: !Equals [!Ref Stage, prod]
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Condition: IsProd
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint sorts the two sides of `Fn::Equals` before it looks at them, so that its place can be that of the other
    /// side. Where that happens the finding here is at the comparison, which both places are in.
    error E8003 "invalid arguments of `Fn::Equals`";
    /// `Fn::And` takes a list of two to ten conditions.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Parameters:
    ///   Stage:
    ///     Type: String
    /// Conditions:
    ///   IsProd: !And [!Equals [!Ref Stage, prod]]
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Condition: IsProd
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Parameters:
    ///   Stage:
    ///     Type: String
    /// Conditions:
    ///   IsProd: !And [!Equals [!Ref Stage, prod], !Equals [!Ref AWS::Region, eu-west-1]]
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Condition: IsProd
    /// ```
    error E8004 "invalid arguments of `Fn::And`";
    /// `Fn::Not` takes a list of one condition.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Parameters:
    ///   Stage:
    ///     Type: String
    /// Conditions:
    ///   IsProd: !Not [!Equals [!Ref Stage, dev], !Equals [!Ref Stage, test]]
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Condition: IsProd
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Parameters:
    ///   Stage:
    ///     Type: String
    /// Conditions:
    ///   IsProd: !Not [!Equals [!Ref Stage, dev]]
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Condition: IsProd
    /// ```
    error E8005 "invalid arguments of `Fn::Not`";
    /// `Fn::Or` takes a list of two to ten conditions.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Parameters:
    ///   Stage:
    ///     Type: String
    /// Conditions:
    ///   IsProd: !Or [!Equals [!Ref Stage, prod]]
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Condition: IsProd
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Parameters:
    ///   Stage:
    ///     Type: String
    /// Conditions:
    ///   IsProd: !Or [!Equals [!Ref Stage, prod], !Equals [!Ref Stage, live]]
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Condition: IsProd
    /// ```
    error E8006 "invalid arguments of `Fn::Or`";
}
