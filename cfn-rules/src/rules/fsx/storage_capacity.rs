//! Storage capacity that the type of file system does not support. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The storage capacity of an FSx file system must be within the range of its type.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::FSx::FileSystem
    ///     Properties:
    ///       FileSystemType: WINDOWS
    ///       SubnetIds:
    ///         - subnet-01234567
    ///       StorageCapacity: 10
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::FSx::FileSystem
    ///     Properties:
    ///       FileSystemType: WINDOWS
    ///       SubnetIds:
    ///         - subnet-01234567
    ///       StorageCapacity: 32
    /// ```
    E3725: error "storage capacity that the type of file system does not support",
    on: On::Extension,
}
