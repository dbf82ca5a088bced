//! A stream of Kinesis.

use super::{Access, Kind};
use crate::iam::PolicyDocument;

/// The kind of [`Stream`].
#[derive(Debug)]
pub enum StreamKind {}

impl Kind for StreamKind {
    const SERVICE: &'static str = "kinesis";
    const ARN: &'static str = "arn:${AWS::Partition}:kinesis:${AWS::Region}:${AWS::AccountId}:stream/{}";
}

/// A stream of Kinesis.
pub type Stream = Access<StreamKind>;

impl Stream {
    /// Reading records.
    pub fn grant_read(&self) -> PolicyDocument {
        let actions =
            &["kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"];
        self.policy(actions, [self.arn()], &["kms:Decrypt"])
    }

    /// Writing records, one by one and in batches.
    pub fn grant_write(&self) -> PolicyDocument {
        let actions = &["kinesis:ListShards", "kinesis:PutRecord", "kinesis:PutRecords"];
        self.policy(actions, [self.arn()], &["kms:GenerateDataKey"])
    }
}
