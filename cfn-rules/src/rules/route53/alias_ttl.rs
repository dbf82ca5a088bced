//! TTL on an alias record. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// An alias record takes the TTL of its target. Route 53 refuses a record with `AliasTarget` that sets `TTL`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Route53::RecordSet
    ///     Properties:
    ///       HostedZoneName: example.com.
    ///       Name: www.example.com.
    ///       Type: A
    ///       TTL: '300'
    ///       AliasTarget:
    ///         DNSName: lb.example.com
    ///         HostedZoneId: Z1
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Route53::RecordSet
    ///     Properties:
    ///       HostedZoneName: example.com.
    ///       Name: www.example.com.
    ///       Type: A
    ///       AliasTarget:
    ///         DNSName: lb.example.com
    ///         HostedZoneId: Z1
    /// ```
    E3029: error "TTL on an alias record",
    on: On::Extension,
}
