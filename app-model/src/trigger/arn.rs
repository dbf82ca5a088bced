//! ARNs of what is not the application's.

use std::fmt;

use serde_json::Value;

macro_rules! source_arn {
    ($(#[$doc:meta])* $name:ident, $literal:literal, $intrinsic:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(untagged))]
        pub enum $name {
            #[doc = $literal]
            Literal(String),
            #[doc = $intrinsic]
            Intrinsic(Value),
        }

        impl $name {
            /// As JSON: the ARN, or the function as it is.
            pub(super) fn data(&self) -> Value {
                match self {
                    $name::Literal(arn) => arn.as_str().into(),
                    $name::Intrinsic(function) => function.clone(),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $name::Literal(arn) => f.write_str(arn),
                    $name::Intrinsic(function) => write!(f, "{function}"),
                }
            }
        }

        impl From<&str> for $name {
            fn from(arn: &str) -> $name {
                $name::Literal(arn.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(arn: String) -> $name {
                $name::Literal(arn)
            }
        }

        impl From<Value> for $name {
            fn from(value: Value) -> $name {
                match value {
                    Value::String(arn) => $name::Literal(arn),
                    function => $name::Intrinsic(function),
                }
            }
        }
    };
}

source_arn! {
    /// The ARN of a queue: a text, or an intrinsic function that CloudFormation makes into one.
    QueueArn, "`arn:aws:sqs:us-east-1:123456789012:orders`.", "`{\"Fn::ImportValue\": \"OrdersQueueArn\"}`."
}

source_arn! {
    /// The ARN of the stream of a table: a text, or an intrinsic function that CloudFormation makes into one.
    StreamArn,
    "`arn:aws:dynamodb:us-east-1:123456789012:table/Orders/stream/2026-11-23T00:00:00.000`.",
    "`{\"Fn::GetAtt\": [\"Orders\", \"StreamArn\"]}`."
}
