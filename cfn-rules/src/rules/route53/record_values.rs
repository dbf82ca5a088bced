//! Value of a DNS record that does not fit its type. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The values of a DNS record must have the form of the record's type: an IPv4 address for `A`, an IPv6 address for
    /// `AAAA`, quoted strings for `TXT`. Route 53 refuses the change otherwise.
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
    ///       ResourceRecords:
    ///         - 192.0.2.300
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
    ///       TTL: '300'
    ///       ResourceRecords:
    ///         - 192.0.2.1
    /// ```
    E3023: error "value of a DNS record that does not fit its type",
    on: On::Extension,
}
