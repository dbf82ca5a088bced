"""What the moto server cannot hold. Whatever stands here is reported as skipped, with its reason.

Looked up in the source of exactly this version: a check fails when another one is installed, so that
the tables are gone through again."""

MOTO = "5.2.5"

# (type, property) -> reason
PROPERTIES = {
    **{("AWS::Lambda::Function", name): "moto's Lambda does not hold it" for name in (
        "CodeSigningConfigArn", "DeadLetterConfig", "FileSystemConfigs", "ImageConfig", "KmsKeyArn", "Layers",
        "LoggingConfig", "PackageType", "RecursiveLoop",
    )},
    ("AWS::Lambda::Function", "Code"): "an empty zip stands in for the package",
    ("AWS::Lambda::LayerVersion", "Content"): "an empty zip stands in for the package",
    ("AWS::Lambda::EventSourceMapping", "Tags"): "moto does not list them",
    ("AWS::ApiGateway::RestApi", "Body"): "moto's CloudFormation ignores it",
    ("AWS::ApiGateway::RestApi", "BodyS3Location"): "moto's CloudFormation ignores it",
}

# Types that moto's CloudFormation creates, but not from what SAM and most people write.
TYPES = {
    "AWS::CloudFormation::Stack": "its template is checked as a stack of its own, with the parameters that it gets here",
    "AWS::Lambda::Version": "moto's CloudFormation loses track of it",
    "AWS::ApiGateway::Deployment": "moto refuses one of an API whose methods are in its body, which it ignores",
}

# type -> the property that names something that exists; moto looks for it
NEEDS = {
    "AWS::Lambda::EventSourceMapping": "EventSourceArn",
    "AWS::Route53::RecordSet": "HostedZoneId",
    "AWS::Route53::RecordSetGroup": "HostedZoneId",
}
