//! A table of DynamoDB, with its indexes.

use super::{Access, Kind};
use crate::iam::PolicyDocument;

/// The kind of [`Table`].
#[derive(Debug)]
pub enum TableKind {}

impl Kind for TableKind {
    const SERVICE: &'static str = "dynamodb";
    const ARN: &'static str = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/{}";
}

/// A table of DynamoDB, with its indexes.
pub type Table = Access<TableKind>;

impl Table {
    /// Reading items: by key, by query, by scan, and in batches.
    pub fn grant_read(&self) -> PolicyDocument {
        self.policy(READ, [self.arn(), self.below("/index/*")], &["kms:Decrypt"])
    }

    /// Writing and deleting items, one by one and in batches.
    pub fn grant_write(&self) -> PolicyDocument {
        self.policy(WRITE, [self.arn()], &["kms:Decrypt", "kms:GenerateDataKey"])
    }

    /// Reading and writing, also in transactions.
    pub fn grant_read_write(&self) -> PolicyDocument {
        let actions: Vec<&str> = READ.iter().chain(WRITE).copied().collect();
        self.policy(&actions, [self.arn(), self.below("/index/*")], &["kms:Decrypt", "kms:GenerateDataKey"])
    }

    /// Reading the stream of changes: the ARN of the table is enough for all of its streams.
    pub fn grant_stream_read(&self) -> PolicyDocument {
        let actions = &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];
        self.policy(actions, [self.below("/stream/*")], &["kms:Decrypt"])
    }
}

const READ: &[&str] = &[
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DescribeTable",
    "dynamodb:GetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
];
const WRITE: &[&str] = &["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"];
