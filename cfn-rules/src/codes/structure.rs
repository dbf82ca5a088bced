//! Sections of a template that the walk over function calls checks, and the limits of a check.

rules! {
    /// `Transform` is the name of a macro, a list of such names, or an object with `Name` and `Parameters`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Transform:
    ///   Macro: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// ```
    error E1005 "invalid transform";
    /// An assertion is a condition function, or a function that only rules have, such as `Fn::Contains`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Parameters:
    ///   Stage:
    ///     Type: String
    /// Rules:
    ///   KnownStage:
    ///     Assertions:
    ///       - Assert: !Ref Stage
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Ref Stage
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Parameters:
    ///   Stage:
    ///     Type: String
    /// Rules:
    ///   KnownStage:
    ///     Assertions:
    ///       - Assert: !Equals [!Ref Stage, prod]
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Ref Stage
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint does not check the arguments of `Fn::Contains` and the other functions that only rules have. A
    /// reference to an undefined parameter fails there as anywhere else, and is reported (`E1020`).
    error E1701 "assertion of a rule is not a condition";
    /// The condition of a rule is a condition function, or a function that only rules have, such as `Fn::Contains`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Parameters:
    ///   Stage:
    ///     Type: String
    /// Rules:
    ///   KnownStage:
    ///     RuleCondition: !Ref Stage
    ///     Assertions:
    ///       - Assert: !Equals [!Ref Stage, prod]
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Ref Stage
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Parameters:
    ///   Stage:
    ///     Type: String
    /// Rules:
    ///   KnownStage:
    ///     RuleCondition: !Equals [!Ref Stage, prod]
    ///     Assertions:
    ///       - Assert: !Equals [!Ref Stage, prod]
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Ref Stage
    /// ```
    error E1702 "condition of a rule is not a condition";
    /// The name of an export is a string, by which other stacks import the value.
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
    ///     Export:
    ///       Name: [jobs]
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
    ///     Export:
    ///       Name: !Sub ${AWS::StackName}-jobs
    /// ```
    error E6102 "name of an export is not a string";
}
