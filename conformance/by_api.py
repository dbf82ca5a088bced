"""What moto's CloudFormation cannot create, created through the API of the service itself.

The API checks the request against the model of the real service, and holds what it accepted."""

import json


def schedule_group(deployment, properties):
    deployment.client("scheduler").create_schedule_group(**properties)
    return properties["Name"]


def schedule(deployment, properties):
    deployment.client("scheduler").create_schedule(**properties)
    return properties["Name"]


def alarm(deployment, properties):
    name = properties.setdefault("AlarmName", f"{deployment.name}-{len(deployment.made)}")
    deployment.client("cloudwatch").put_metric_alarm(**properties)
    return name


def bucket_policy(deployment, properties):
    policy = json.dumps(properties["PolicyDocument"])
    deployment.client("s3").put_bucket_policy(Bucket=properties["Bucket"], Policy=policy)
    return properties["Bucket"]


def queue_policy(deployment, properties):
    attributes = {"Policy": json.dumps(properties["PolicyDocument"])}
    for url in properties["Queues"]:
        deployment.client("sqs").set_queue_attributes(QueueUrl=url, Attributes=attributes)
    return properties["Queues"][0]


def topic_policy(deployment, properties):
    policy = json.dumps(properties["PolicyDocument"])
    for topic in properties["Topics"]:
        deployment.client("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    return properties["Topics"][0]


def subscription(deployment, properties):
    texts = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in properties.items()
        if name not in ("TopicArn", "Protocol", "Endpoint", "Region")
    }
    return deployment.client("sns").subscribe(
        TopicArn=properties["TopicArn"], Protocol=properties["Protocol"], Endpoint=properties["Endpoint"],
        Attributes=texts, ReturnSubscriptionArn=True,
    )["SubscriptionArn"]


# type -> (how it is created, the property that is its Ref)
CREATE = {
    "AWS::CloudWatch::Alarm": (alarm, "AlarmName"),
    "AWS::S3::BucketPolicy": (bucket_policy, "Bucket"),
    "AWS::SNS::Subscription": (subscription, None),
    "AWS::SNS::TopicPolicy": (topic_policy, None),
    "AWS::SQS::QueuePolicy": (queue_policy, None),
    "AWS::Scheduler::Schedule": (schedule, "Name"),
    "AWS::Scheduler::ScheduleGroup": (schedule_group, "Name"),
}


def lifecycle(deployment, bucket, declared):
    rules = [lifecycle_rule(rule) for rule in declared["Rules"]]
    configuration = {"Rules": rules}
    deployment.client("s3").put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=configuration)


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


def public_access_block(deployment, bucket, declared):
    deployment.client("s3").put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=declared)


def versioning(deployment, bucket, declared):
    deployment.client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration=declared)


def ownership(deployment, bucket, declared):
    deployment.client("s3").put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=declared)


def inline_policies(deployment, role, declared):
    for policy in declared:
        # IAM takes a document without a version, such as the translator makes; moto refuses it.
        document = json.dumps({"Version": "2012-10-17", **policy["PolicyDocument"]})
        deployment.client("iam").put_role_policy(RoleName=role, PolicyName=policy["PolicyName"], PolicyDocument=document)


def managed_policies(deployment, role, declared):
    for arn in declared:
        deployment.client("iam").attach_role_policy(RoleName=role, PolicyArn=arn)


# (type, property that moto's CloudFormation drops or does not check) -> how it is put in place
COMPLETE = {
    ("AWS::IAM::Role", "ManagedPolicyArns"): managed_policies,
    ("AWS::IAM::Role", "Policies"): inline_policies,
    ("AWS::S3::Bucket", "LifecycleConfiguration"): lifecycle,
    ("AWS::S3::Bucket", "OwnershipControls"): ownership,
    ("AWS::S3::Bucket", "PublicAccessBlockConfiguration"): public_access_block,
    ("AWS::S3::Bucket", "VersioningConfiguration"): versioning,
}
