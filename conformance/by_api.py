"""What moto's CloudFormation cannot create or loses track of, created through the API of the service itself.

The API checks the request against the model of the real service, and holds what it accepted."""

import functools
import json

import gaps
import translate
from moto.iam import aws_managed_policies


class Refused(Exception):
    """What a service would refuse."""


def call(deployment, service, method, **arguments):
    """Calls a service, with scalars in the types of its API: CloudFormation takes `"60"` for a number."""
    client = deployment.client(service)
    operation = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method])
    return getattr(client, method)(**coerced(operation.input_shape, arguments))


def coerced(shape, value):
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        return {key: coerced(shape.members[key], item) if key in shape.members else item for key, item in value.items()}
    if kind == "map" and isinstance(value, dict):
        return {key: coerced(shape.value, item) for key, item in value.items()}
    if kind == "list" and isinstance(value, list):
        return [coerced(shape.member, item) for item in value]
    if kind == "string" and isinstance(value, (bool, int, float)):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    if kind in ("integer", "long") and isinstance(value, str) and value.lstrip("-").isdigit():
        return int(value)
    if kind in ("float", "double") and isinstance(value, str) and value.lstrip("-").replace(".", "", 1).isdigit():
        return float(value)
    return value


def schedule_group(deployment, properties):
    call(deployment, "scheduler", "create_schedule_group", **properties)
    return properties["Name"]


def schedule(deployment, properties):
    call(deployment, "scheduler", "create_schedule", **properties)
    return properties["Name"]


def alarm(deployment, properties):
    name = properties.setdefault("AlarmName", f"{deployment.name}-{len(deployment.made)}")
    call(deployment, "cloudwatch", "put_metric_alarm", **properties)
    return name


def bucket_policy(deployment, properties):
    policy = json.dumps(properties["PolicyDocument"])
    call(deployment, "s3", "put_bucket_policy", Bucket=properties["Bucket"], Policy=policy)
    return properties["Bucket"]


def queue_policy(deployment, properties):
    attributes = {"Policy": json.dumps(properties["PolicyDocument"])}
    for url in properties["Queues"]:
        call(deployment, "sqs", "set_queue_attributes", QueueUrl=url, Attributes=attributes)
    return properties["Queues"][0]


def topic_policy(deployment, properties):
    policy = json.dumps(properties["PolicyDocument"])
    for topic in properties["Topics"]:
        call(deployment, "sns", "set_topic_attributes", TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    return properties["Topics"][0]


def subscription(deployment, properties):
    texts = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in properties.items()
        if name not in ("TopicArn", "Protocol", "Endpoint", "Region")
    }
    return call(deployment, "sns", "subscribe", 
        TopicArn=properties["TopicArn"], Protocol=properties["Protocol"], Endpoint=properties["Endpoint"],
        Attributes=texts, ReturnSubscriptionArn=True,
    )["SubscriptionArn"]


def permission(deployment, properties):
    statement = f"s{len(deployment.made)}"
    return call(deployment, "lambda", "add_permission", StatementId=statement, **properties)["Statement"]


# type -> (how it is created, the property that is its Ref)
CREATE = {
    "AWS::CloudWatch::Alarm": (alarm, "AlarmName"),
    "AWS::Lambda::Permission": (permission, None),
    "AWS::S3::BucketPolicy": (bucket_policy, "Bucket"),
    "AWS::SNS::Subscription": (subscription, None),
    "AWS::SNS::TopicPolicy": (topic_policy, None),
    "AWS::SQS::QueuePolicy": (queue_policy, None),
    "AWS::Scheduler::Schedule": (schedule, "Name"),
    "AWS::Scheduler::ScheduleGroup": (schedule_group, "Name"),
}


def lifecycle(deployment, bucket, properties):
    rules = [lifecycle_rule(rule) for rule in properties["LifecycleConfiguration"]["Rules"]]
    configuration = {"Rules": rules}
    call(deployment, "s3", "put_bucket_lifecycle_configuration", Bucket=bucket, LifecycleConfiguration=configuration)


def lifecycle_rule(declared):
    """A rule of CloudFormation in the shape of the API."""
    rule = {"Status": declared["Status"], "Filter": {"Prefix": declared.get("Prefix", "")}}
    expiration = {
        name: declared[f"Expiration{suffix}"]
        for name, suffix in (("Days", "InDays"), ("Date", "Date"))
        if f"Expiration{suffix}" in declared
    }
    if "ExpiredObjectDeleteMarker" in declared:
        expiration["ExpiredObjectDeleteMarker"] = declared["ExpiredObjectDeleteMarker"]
    if expiration:
        rule["Expiration"] = expiration
    if "Id" in declared:
        rule["ID"] = declared["Id"]
    if "AbortIncompleteMultipartUpload" in declared:
        rule["AbortIncompleteMultipartUpload"] = declared["AbortIncompleteMultipartUpload"]
    if "NoncurrentVersionExpiration" in declared:
        rule["NoncurrentVersionExpiration"] = declared["NoncurrentVersionExpiration"]
    if "Transitions" in declared:
        rule["Transitions"] = [
            {"StorageClass": step["StorageClass"], "Days": step["TransitionInDays"]} for step in declared["Transitions"]
        ]
    return rule


def public_access_block(deployment, bucket, properties):
    block = properties["PublicAccessBlockConfiguration"]
    call(deployment, "s3", "put_public_access_block", Bucket=bucket, PublicAccessBlockConfiguration=block)


def versioning(deployment, bucket, properties):
    versions = properties["VersioningConfiguration"]
    call(deployment, "s3", "put_bucket_versioning", Bucket=bucket, VersioningConfiguration=versions)


def ownership(deployment, bucket, properties):
    owner = properties["OwnershipControls"]
    call(deployment, "s3", "put_bucket_ownership_controls", Bucket=bucket, OwnershipControls=owner)


def inline_policies(deployment, role, properties):
    for policy in properties["Policies"]:
        # IAM takes a document without a version, such as the translator makes; moto refuses it.
        document = json.dumps({"Version": "2012-10-17", **policy["PolicyDocument"]})
        name = policy["PolicyName"]
        call(deployment, "iam", "put_role_policy", RoleName=role, PolicyName=name, PolicyDocument=document)


def managed_policies(deployment, role, properties):
    for arn in properties["ManagedPolicyArns"]:
        if not arn.startswith("arn:aws:iam::aws:"):
            call(deployment, "iam", "attach_role_policy", RoleName=role, PolicyArn=arn)
        elif arn not in aws_policies():
            raise Refused(f"AWS has no policy {arn}")
        else:
            deployment.aws_policies.setdefault(role, []).append(arn)


@functools.cache
def aws_policies():
    """ARN -> document of the policies that AWS manages. The server would take them from this list too, and
    three seconds to do so for every stack."""
    policies = json.loads(aws_managed_policies.aws_managed_policies_data)
    return {f"arn:aws:iam::aws:policy{policy['Path']}{name}": policy["Document"] for name, policy in policies.items()}


# What moto's CloudFormation does not hand to its Lambda, although that holds it.
OF_TWIN = ("Architectures", "EphemeralStorage", "SnapStart", "Tags", "TracingConfig")


def twin_name(function):
    return f"{function[-50:]}-by-api"


def twin(deployment, function, properties):
    """A second function, made through the API from everything that is declared of the first."""
    # Concurrency is a call of its own.
    unknown = {key for kind, key in gaps.PROPERTIES if kind == "AWS::Lambda::Function"}
    left_out = {"ReservedConcurrentExecutions", *unknown}
    properties = {key: value for key, value in properties.items() if key not in left_out}
    properties["FunctionName"] = twin_name(function)
    properties["Code"] = {"S3Bucket": translate.BUCKET, "S3Key": translate.KEY}
    properties["Tags"] = {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}
    call(deployment, "lambda", "create_function", **properties)


# type -> what moto's CloudFormation drops or does not check, and how it is put in place
COMPLETE = {
    "AWS::IAM::Role": [(("ManagedPolicyArns",), managed_policies), (("Policies",), inline_policies)],
    "AWS::Lambda::Function": [(OF_TWIN, twin)],
    "AWS::S3::Bucket": [
        (("LifecycleConfiguration",), lifecycle),
        (("OwnershipControls",), ownership),
        (("PublicAccessBlockConfiguration",), public_access_block),
        (("VersioningConfiguration",), versioning),
    ],
}


def completes(kind, key):
    return any(key in keys for keys, _ in COMPLETE.get(kind, []))
