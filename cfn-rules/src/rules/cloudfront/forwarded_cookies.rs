//! Invalid choice of forwarded cookies. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A cache behavior without a cache policy forwards `all` cookies, `none`, or those of a `whitelist`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::CloudFront::Distribution
    ///     Properties:
    ///       DistributionConfig:
    ///         Enabled: true
    ///         Origins:
    ///           - Id: web
    ///             DomainName: web.example.com
    ///         DefaultCacheBehavior:
    ///           TargetOriginId: web
    ///           ViewerProtocolPolicy: https-only
    ///           ForwardedValues:
    ///             QueryString: false
    ///             Cookies:
    ///               Forward: some
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::CloudFront::Distribution
    ///     Properties:
    ///       DistributionConfig:
    ///         Enabled: true
    ///         Origins:
    ///           - Id: web
    ///             DomainName: web.example.com
    ///         DefaultCacheBehavior:
    ///           TargetOriginId: web
    ///           ViewerProtocolPolicy: https-only
    ///           ForwardedValues:
    ///             QueryString: false
    ///             Cookies:
    ///               Forward: all
    /// ```
    E3722: error "invalid choice of forwarded cookies",
    on: On::Extension,
}
