"""What exists in the server, in the words of CloudFormation.

A reader gets the physical id and gives every property that it can see; `None` where there is none."""

import json

import by_api
from botocore.exceptions import ClientError


def tags(pairs):
    """A list of tags, from the mapping that some services answer with."""
    return [{"Key": key, "Value": value} for key, value in pairs.items()]


def document(text):
    return json.loads(text) if isinstance(text, str) else text


def answer(call, *path, **arguments):
    """A part of what a call answers; `None` where the service says that there is no such thing."""
    try:
        result = call(**arguments)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if "NotFound" in code or code.startswith("NoSuch"):
            return None
        raise
    for step in path:
        result = (result or {}).get(step)
    return result


def queue(deployment, url, _):
    client = deployment.client("sqs")
    attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    names = (
        "ContentBasedDeduplication", "DeduplicationScope", "DelaySeconds", "FifoQueue", "FifoThroughputLimit",
        "KmsDataKeyReusePeriodSeconds", "KmsMasterKeyId", "MaximumMessageSize", "MessageRetentionPeriod",
        "ReceiveMessageWaitTimeSeconds", "SqsManagedSseEnabled", "VisibilityTimeout",
    )
    return {
        **{name: attributes.get(name) for name in names},
        "QueueName": attributes["QueueArn"].rsplit(":", 1)[1],
        "RedrivePolicy": document(attributes.get("RedrivePolicy")),
        "RedriveAllowPolicy": document(attributes.get("RedriveAllowPolicy")),
        "Tags": tags(client.list_queue_tags(QueueUrl=url).get("Tags", {})),
    }


def function(deployment, name, _):
    whole = deployment.client("lambda").get_function(FunctionName=name)
    configuration = whole["Configuration"]
    twin = answer(deployment.client("lambda").get_function, FunctionName=by_api.twin_name(name)) or {}
    names = ("Description", "Environment", "FunctionName", "Handler", "MemorySize", "Role", "Runtime", "Timeout")
    return {
        **{name: configuration.get(name) for name in names},
        "ReservedConcurrentExecutions": whole.get("Concurrency", {}).get("ReservedConcurrentExecutions"),
        "VpcConfig": configuration.get("VpcConfig"),
        **{name: twin.get("Configuration", {}).get(name) for name in by_api.OF_TWIN},
        "Tags": tags(twin.get("Tags", {})),
    }


def event_source_mapping(deployment, uuid, declared):
    mapping = deployment.client("lambda").get_event_source_mapping(UUID=uuid)
    names = (
        "BatchSize", "BisectBatchOnFunctionError", "DestinationConfig", "EventSourceArn", "FilterCriteria",
        "FunctionResponseTypes", "MaximumBatchingWindowInSeconds", "MaximumRecordAgeInSeconds",
        "MaximumRetryAttempts", "ParallelizationFactor", "ScalingConfig", "StartingPosition",
        "TumblingWindowInSeconds",
    )
    function_arn = mapping["FunctionArn"]
    by_arn = str(declared.get("FunctionName")).startswith("arn:")
    return {
        **{name: mapping.get(name) for name in names},
        "Enabled": mapping["State"] == "Enabled",
        "FunctionName": function_arn if by_arn else function_arn.rsplit(":", 1)[1],
    }


def permission(deployment, statement, declared):
    client = deployment.client("lambda")
    created = document(statement)["Sid"]
    policy = document(client.get_policy(FunctionName=declared["FunctionName"])["Policy"])
    found = next(statement for statement in policy["Statement"] if statement["Sid"] == created)
    condition, principal, function_arn = found.get("Condition", {}), found["Principal"], found["Resource"]
    by_arn = declared["FunctionName"].startswith("arn:")
    return {
        "Action": found["Action"],
        "FunctionName": function_arn if by_arn else function_arn.rsplit(":", 1)[1],
        "Principal": principal.get("Service", principal.get("AWS")) if isinstance(principal, dict) else principal,
        "SourceAccount": condition.get("StringEquals", {}).get("AWS:SourceAccount"),
        "SourceArn": condition.get("ArnLike", {}).get("AWS:SourceArn"),
    }


def role(deployment, name, _):
    client = deployment.client("iam")
    found = client.get_role(RoleName=name)["Role"]
    attached = client.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    inline = client.list_role_policies(RoleName=name)["PolicyNames"]
    return {
        "AssumeRolePolicyDocument": document(found["AssumeRolePolicyDocument"]),
        "Description": found.get("Description"),
        "ManagedPolicyArns": [policy["PolicyArn"] for policy in attached] + deployment.aws_policies.get(name, []),
        "MaxSessionDuration": found.get("MaxSessionDuration"),
        "Path": found["Path"],
        "PermissionsBoundary": found.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
        "Policies": [
            {
                "PolicyName": policy,
                "PolicyDocument": document(client.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]),
            }
            for policy in inline
        ],
        "RoleName": found["RoleName"],
        "Tags": client.list_role_tags(RoleName=name)["Tags"],
    }


def managed_policy(deployment, arn, _):
    client = deployment.client("iam")
    found = client.get_policy(PolicyArn=arn)["Policy"]
    version = client.get_policy_version(PolicyArn=arn, VersionId=found["DefaultVersionId"])["PolicyVersion"]
    return {
        "Description": found.get("Description"),
        "ManagedPolicyName": found["PolicyName"],
        "Path": found["Path"],
        "PolicyDocument": document(version["Document"]),
    }


def bucket(deployment, name, declared):
    client = deployment.client("s3")
    encryption = answer(client.get_bucket_encryption, "ServerSideEncryptionConfiguration", "Rules", Bucket=name)
    return {
        "BucketEncryption": encryption and {
            "ServerSideEncryptionConfiguration": [
                {"ServerSideEncryptionByDefault": rule.get("ApplyServerSideEncryptionByDefault"), **rule}
                for rule in encryption
            ],
        },
        "BucketName": name,
        "LifecycleConfiguration": bucket_lifecycle(client, name, declared),
        "OwnershipControls": answer(client.get_bucket_ownership_controls, "OwnershipControls", Bucket=name),
        "PublicAccessBlockConfiguration": answer(
            client.get_public_access_block, "PublicAccessBlockConfiguration", Bucket=name
        ),
        "Tags": answer(client.get_bucket_tagging, "TagSet", Bucket=name),
        "VersioningConfiguration": answer(client.get_bucket_versioning, Bucket=name),
    }


def bucket_lifecycle(client, name, declared):
    rules = answer(client.get_bucket_lifecycle_configuration, "Rules", Bucket=name)
    if not rules:
        return None
    shaped = []
    for rule in rules:
        expiration = rule.get("Expiration", {})
        shaped.append({
            "Id": rule.get("ID"),
            "Status": rule["Status"],
            "Prefix": rule.get("Filter", {}).get("Prefix"),
            "ExpirationInDays": expiration.get("Days"),
            "ExpiredObjectDeleteMarker": expiration.get("ExpiredObjectDeleteMarker"),
            "AbortIncompleteMultipartUpload": rule.get("AbortIncompleteMultipartUpload"),
            "NoncurrentVersionExpiration": rule.get("NoncurrentVersionExpiration"),
            "Transitions": [
                {"StorageClass": step["StorageClass"], "TransitionInDays": step.get("Days")}
                for step in rule.get("Transitions", [])
            ],
        })
    return {"Rules": shaped}


def bucket_policy(deployment, name, _):
    policy = answer(deployment.client("s3").get_bucket_policy, "Policy", Bucket=name)
    return {"Bucket": name, "PolicyDocument": document(policy)}


def queue_policy(deployment, _, declared):
    client = deployment.client("sqs")
    found = {"Queues": [], "PolicyDocument": None}
    for url in declared["Queues"]:
        answered = client.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
        policy = answered.get("Attributes", {}).get("Policy")
        if document(policy) == declared["PolicyDocument"]:
            found = {"Queues": [*found["Queues"], url], "PolicyDocument": document(policy)}
    return found


def topic(deployment, arn, _):
    client = deployment.client("sns")
    attributes = client.get_topic_attributes(TopicArn=arn)["Attributes"]
    return {
        "ContentBasedDeduplication": attributes.get("ContentBasedDeduplication"),
        "DisplayName": attributes.get("DisplayName"),
        "FifoTopic": attributes.get("FifoTopic"),
        "KmsMasterKeyId": attributes.get("KmsMasterKeyId"),
        "Subscription": [
            {"Endpoint": each["Endpoint"], "Protocol": each["Protocol"]}
            for each in client.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
        ],
        "TopicName": arn.rsplit(":", 1)[1],
    }


def subscription(deployment, arn, _):
    attributes = deployment.client("sns").get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    return {
        "Endpoint": attributes["Endpoint"],
        "FilterPolicy": document(attributes.get("FilterPolicy")),
        "Protocol": attributes["Protocol"],
        "RawMessageDelivery": attributes.get("RawMessageDelivery"),
        "TopicArn": attributes["TopicArn"],
    }


def rule(deployment, name, _):
    client = deployment.client("events")
    name = name.rsplit("/", 1)[-1]
    found = client.describe_rule(Name=name)
    return {
        "Description": found.get("Description"),
        "EventPattern": document(found.get("EventPattern")),
        "Name": found["Name"],
        "ScheduleExpression": found.get("ScheduleExpression"),
        "State": found["State"],
        "Targets": client.list_targets_by_rule(Rule=name)["Targets"],
    }


def schedule(deployment, name, declared):
    group = declared.get("GroupName", "default")
    return deployment.client("scheduler").get_schedule(Name=name, GroupName=group)


def schedule_group(deployment, name, _):
    client = deployment.client("scheduler")
    found = client.get_schedule_group(Name=name)
    return {"Name": found["Name"], "Tags": client.list_tags_for_resource(ResourceArn=found["Arn"])["Tags"]}


def alarm(deployment, name, _):
    found = deployment.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return found[0] if found else {}


def log_group(deployment, name, _):
    groups = deployment.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    found = next(group for group in groups if group["logGroupName"] == name)
    return {"LogGroupName": name, "RetentionInDays": found.get("retentionInDays"), "KmsKeyId": found.get("kmsKeyId")}


def table(deployment, name, _):
    found = deployment.client("dynamodb").describe_table(TableName=name)["Table"]
    return {
        "AttributeDefinitions": found["AttributeDefinitions"],
        "BillingMode": found.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
        "KeySchema": found["KeySchema"],
        "TableName": found["TableName"],
    }


READ = {
    "AWS::CloudWatch::Alarm": alarm,
    "AWS::DynamoDB::Table": table,
    "AWS::Events::Rule": rule,
    "AWS::IAM::ManagedPolicy": managed_policy,
    "AWS::IAM::Role": role,
    "AWS::Lambda::EventSourceMapping": event_source_mapping,
    "AWS::Lambda::Function": function,
    "AWS::Lambda::Permission": permission,
    "AWS::Logs::LogGroup": log_group,
    "AWS::S3::Bucket": bucket,
    "AWS::S3::BucketPolicy": bucket_policy,
    "AWS::SNS::Subscription": subscription,
    "AWS::SNS::Topic": topic,
    "AWS::SQS::Queue": queue,
    "AWS::SQS::QueuePolicy": queue_policy,
    "AWS::Scheduler::Schedule": schedule,
    "AWS::Scheduler::ScheduleGroup": schedule_group,
}


def asked(service, method, argument, *path):
    """An attribute that a call gives for the physical id."""
    return lambda deployment, name: answer(getattr(deployment.client(service), method), *path, **{argument: name})


# type -> attribute -> its value, as the server gives it
ATTRIBUTES = {
    "AWS::DynamoDB::Table": {"Arn": asked("dynamodb", "describe_table", "TableName", "Table", "TableArn")},
    "AWS::Events::Rule": {
        "Arn": lambda deployment, name: deployment.client("events").describe_rule(Name=name.rsplit("/", 1)[-1])["Arn"],
    },
    "AWS::IAM::Role": {"Arn": asked("iam", "get_role", "RoleName", "Role", "Arn")},
    "AWS::Lambda::Function": {
        "Arn": asked("lambda", "get_function", "FunctionName", "Configuration", "FunctionArn"),
    },
    "AWS::S3::Bucket": {"Arn": lambda deployment, name: f"arn:aws:s3:::{name}"},
    "AWS::SNS::Topic": {
        "TopicArn": lambda deployment, arn: arn,
        "TopicName": lambda deployment, arn: arn.rsplit(":", 1)[1],
    },
    "AWS::SQS::Queue": {
        "Arn": lambda deployment, url: deployment.queue_arn(url),
        "QueueName": lambda deployment, url: url.rsplit("/", 1)[1],
        "QueueUrl": lambda deployment, url: url,
    },
    "AWS::Scheduler::ScheduleGroup": {"Arn": asked("scheduler", "get_schedule_group", "Name", "Arn")},
}
