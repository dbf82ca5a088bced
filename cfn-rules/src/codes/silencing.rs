//! Suppressions: each has a reason and matches a finding. `report::silence` checks them.

rules! {
    /// A suppression, in the `cfn-validate` metadata or by `Template::ignore` in Rust, needs a reason, so that a
    /// later reader can see whether it still applies. Without a reason nothing is suppressed.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Metadata:
    ///       cfn-validate:
    ///         ignore:
    ///           E3034: ""
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
    ///     Metadata:
    ///       cfn-validate:
    ///         ignore:
    ///           E3034: the limit of this account was raised
    ///     Properties:
    ///       MaximumMessageSize: 100
    /// ```
    warning AL0201 "suppression without a reason";
    /// A suppression names the full code of a rule. `cfn-validate --list-rules` lists them.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Metadata:
    ///       cfn-validate:
    ///         ignore:
    ///           E3304: the limit of this account was raised
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
    ///     Metadata:
    ///       cfn-validate:
    ///         ignore:
    ///           E3034: the limit of this account was raised
    ///     Properties:
    ///       MaximumMessageSize: 100
    /// ```
    warning AL0202 "suppression of an unknown code";
    /// A suppression must match a finding. After the mistake is fixed, it would only hide the next one.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Metadata:
    ///       cfn-validate:
    ///         ignore:
    ///           E3030: the limit of this account was raised
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
    ///     Metadata:
    ///       cfn-validate:
    ///         ignore:
    ///           E3034: the limit of this account was raised
    ///     Properties:
    ///       MaximumMessageSize: 100
    /// ```
    warning AL0203 "suppression that matches no finding";
}
