"""What the moto server cannot hold. Whatever stands here is reported as skipped, with its reason.

Looked up in the source of exactly this version: a check fails when another one is installed, so that
the tables are gone through again."""

MOTO = "5.2.5"

_FUNCTION = "moto's CloudFormation does not hand it to its Lambda"

# (type, property) -> reason
PROPERTIES = {
    **{("AWS::Lambda::Function", name): _FUNCTION for name in (
        "Architectures", "CodeSigningConfigArn", "DeadLetterConfig", "EphemeralStorage", "FileSystemConfigs",
        "ImageConfig", "KmsKeyArn", "Layers", "LoggingConfig", "PackageType", "RecursiveLoop", "SnapStart",
        "Tags", "TracingConfig",
    )},
    ("AWS::Lambda::Function", "Code"): "an empty zip stands in for the package",
    ("AWS::Lambda::LayerVersion", "Content"): "an empty zip stands in for the package",
    ("AWS::Lambda::EventSourceMapping", "Tags"): "moto does not list them",
    ("AWS::ApiGateway::RestApi", "Body"): "moto's CloudFormation ignores it",
    ("AWS::ApiGateway::RestApi", "BodyS3Location"): "moto's CloudFormation ignores it",
}

# Types that moto's CloudFormation creates, but not from what SAM and most people write.
TYPES = {
    "AWS::ApiGateway::Deployment": "moto refuses one of an API whose methods are in its body, which it ignores",
}
