//! References, mappings and conditions that functions name.

rules! {
    /// A reference to a name that is not in the template makes the deployment fail wherever it is. This code is for
    /// places where a property has several forms, such as the events of a SAM function, for modules, whose properties
    /// nobody knows, and for keys of mappings where the property takes any value.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Hello:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       CodeUri: s3://code/hello.zip
    ///       Handler: index.handler
    ///       Runtime: nodejs22.x
    ///       Events:
    ///         Get:
    ///           Type: Api
    ///           Properties:
    ///             Path: /
    ///             Method: get
    ///             RestApiId: !Ref Gatway
    ///   Gateway:
    ///     Type: AWS::Serverless::Api
    ///     Properties:
    ///       StageName: prod
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Hello:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       CodeUri: s3://code/hello.zip
    ///       Handler: index.handler
    ///       Runtime: nodejs22.x
    ///       Events:
    ///         Get:
    ///           Type: Api
    ///           Properties:
    ///             Path: /
    ///             Method: get
    ///             RestApiId: !Ref Gateway
    ///   Gateway:
    ///     Type: AWS::Serverless::Api
    ///     Properties:
    ///       StageName: prod
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint does not look at functions inside of `anyOf` and `oneOf`, because it does not know which form is meant,
    /// and looks keys of mappings up only where a schema restricts the value. Whether a name exists does not depend on
    /// either.
    error AL0301 "undefined reference where a property has several forms";
    /// CloudFormation rejects a template that calls a function it does not have. In YAML, `!GetAttr` is short for
    /// `Fn::GetAttr`: a misspelled tag is a misspelled function.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Subb jobs-${AWS::Region}
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Sub jobs-${AWS::Region}
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint reports that the value does not have the type of the property, and nothing where any object is allowed.
    error AL0304 "unknown intrinsic function";
    /// `Fn::GetAtt` takes the logical id of a resource and the name of an attribute of its type. Each type has its own
    /// attributes, and the result of `Ref` is often not among them.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///   Address:
    ///     Type: AWS::SSM::Parameter
    ///     Properties:
    ///       Type: String
    ///       Value: !GetAtt Jobs.ARN
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///   Address:
    ///     Type: AWS::SSM::Parameter
    ///     Properties:
    ///       Type: String
    ///       Value: !GetAtt Jobs.Arn
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// The SAM transform keeps the logical ids of `AWS::Serverless::GraphQLApi` and
    /// `AWS::Serverless::CapacityProvider`, so that `!GetAtt Api.ApiId` and `!GetAtt Provider.Arn` have the values of
    /// the resources that it makes. cfn-lint asks the resource of SAM, which has no such attribute.
    error E1010 "invalid `Fn::GetAtt`";
    /// `Fn::FindInMap` takes the name of a mapping and two keys. Keys that are known, because they are strings or
    /// because another `Fn::FindInMap` gives them, must be in the mapping; where the first key is the region, the
    /// second must be in one of a region.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Mappings:
    ///   Delay:
    ///     prod:
    ///       Seconds: 30
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       DelaySeconds: !FindInMap [Delay, production, Seconds]
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Mappings:
    ///   Delay:
    ///     prod:
    ///       Seconds: 30
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       DelaySeconds: !FindInMap [Delay, prod, Seconds]
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// With options in the wrong place cfn-lint stops with an exception, and reports nothing about the rest of the
    /// template. `DefaultValue`, and keys where the property takes any value, are looked up here as well, by
    /// [AL0301](#al0301).
    error E1011 "invalid `Fn::FindInMap`, or a key that is not in its mapping";
    /// `Fn::Sub` takes a string, or a list of a string and an object of variables. Each `${Name}` in the string is a
    /// variable, a parameter, a pseudo parameter, a resource, or a resource with one of its attributes; `${!Name}` is
    /// not replaced.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Sub jobs-${Stag}
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Parameters:
    ///   Stage:
    ///     Type: String
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Sub jobs-${Stage}
    /// ```
    error E1019 "invalid `Fn::Sub`, or an undefined variable in it";
    /// `Ref` takes the name of a parameter, a resource or a pseudo parameter such as `AWS::Region`. For an attribute
    /// there is `Fn::GetAtt`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       RedrivePolicy:
    ///         deadLetterTargetArn: !Ref Failed.Arn
    ///         maxReceiveCount: 5
    ///   Failed:
    ///     Type: AWS::SQS::Queue
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       RedrivePolicy:
    ///         deadLetterTargetArn: !GetAtt Failed.Arn
    ///         maxReceiveCount: 5
    ///   Failed:
    ///     Type: AWS::SQS::Queue
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint sorts the two sides of an `Fn::Equals` before it looks at them, so that it may report the other side.
    /// Where that makes a difference, the finding is at the comparison here.
    error E1020 "`Ref` to an undefined name";
    /// `Fn::If` takes a list of three: the name of a condition, the value for when it is true and the value for when it
    /// is false. `AWS::NoValue` removes the property. The name is a plain string: CloudFormation accepts no function in
    /// its place, not even one that a loop would replace.
    ///
    /// ## Mistake
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
    ///     Properties:
    ///       DelaySeconds: !If [IsProd, 30]
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
    ///     Properties:
    ///       DelaySeconds: !If [IsProd, 30, !Ref AWS::NoValue]
    /// ```
    error E1028 "invalid `Fn::If`, or an undefined condition in it";
    /// The `Condition` of a resource is the name of a condition of the template.
    ///
    /// ## Mistake
    ///
    /// ```yaml
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
    error E3015 "undefined condition of a resource";
    /// The `Condition` of an output is the name of a condition of the template.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// Outputs:
    ///   Url:
    ///     Value: !Ref Jobs
    ///     Condition: IsProd
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
    ///     Value: !Ref Jobs
    /// ```
    error E6005 "undefined condition of an output";
}
