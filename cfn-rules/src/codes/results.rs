//! Results of functions that a property does not accept.

rules! {
    /// The default and the allowed values of a parameter are followed into the property that refers to it. With a value
    /// that the property does not accept, the deployment fails for everybody who leaves the parameter as it is.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Parameters:
    ///   Timeout:
    ///     Type: Number
    ///     Default: 50000
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       VisibilityTimeout: !Ref Timeout
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Parameters:
    ///   Timeout:
    ///     Type: Number
    ///     Default: 50
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       VisibilityTimeout: !Ref Timeout
    /// ```
    warning W1030 "value of `Ref` that its property does not accept";
    /// The string that `Fn::Sub` makes, as far as its variables are known, must be one that the property accepts.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Parameters:
    ///   Minutes:
    ///     Type: Number
    ///     Default: 99
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       DelaySeconds: !Sub ${Minutes}00
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Parameters:
    ///   Minutes:
    ///     Type: Number
    ///     Default: 5
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       DelaySeconds: !Sub ${Minutes}00
    /// ```
    warning W1031 "result of `Fn::Sub` that its property does not accept";
    /// The string that `Fn::Join` makes, as far as its parts are known, must be one that the property accepts.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       DelaySeconds: !Join ['', ['90', '01']]
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       DelaySeconds: !Join ['', ['9', '0']]
    /// ```
    warning W1032 "result of `Fn::Join` that its property does not accept";
    /// The list that `Fn::Split` makes, as far as the string is known, must be one that the property accepts.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Pool:
    ///     Type: AWS::Cognito::UserPool
    ///     Properties:
    ///       AutoVerifiedAttributes: !Split [',', 'email,mail']
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Pool:
    ///     Type: AWS::Cognito::UserPool
    ///     Properties:
    ///       AutoVerifiedAttributes: !Split [',', 'email,phone_number']
    /// ```
    warning W1033 "result of `Fn::Split` that its property does not accept";
    /// The property must accept the value that `Fn::FindInMap` finds. Where the region or the account decides, one
    /// accepted value is enough: the others may be for other stacks.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Mappings:
    ///   Timeouts:
    ///     prod:
    ///       Seconds: 50000
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       VisibilityTimeout: !FindInMap [Timeouts, prod, Seconds]
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Mappings:
    ///   Timeouts:
    ///     prod:
    ///       Seconds: 50
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       VisibilityTimeout: !FindInMap [Timeouts, prod, Seconds]
    /// ```
    warning W1034 "result of `Fn::FindInMap` that its property does not accept";
    /// The property must accept the member that `Fn::Select` selects, as far as it is known.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       DelaySeconds: !Select [1, ['5', '5000']]
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       DelaySeconds: !Select [0, ['5', '5000']]
    /// ```
    warning W1035 "result of `Fn::Select` that its property does not accept";
    /// The property must accept the names of zones that `Fn::GetAZs` results in.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Pool:
    ///     Type: AWS::Cognito::UserPool
    ///     Properties:
    ///       AutoVerifiedAttributes: !GetAZs us-east-1
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Pool:
    ///     Type: AWS::Cognito::UserPool
    ///     Properties:
    ///       AutoVerifiedAttributes: [email]
    /// ```
    warning W1036 "result of `Fn::GetAZs` that its property does not accept";
}
