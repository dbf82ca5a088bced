"""The resources of `benches::ten`, with troposphere. `python ten.py FILE`"""

import sys

from troposphere import GetAtt, Ref, Sub, Template, cloudwatch, logs, s3, serverless, sns, sqs

template = Template()
template.set_transform("AWS::Serverless-2016-10-31")
dlq = template.add_resource(sqs.Queue("OrdersDLQ", MessageRetentionPeriod=1_209_600))
jobs = template.add_resource(
    sqs.Queue(
        "Jobs",
        QueueName="orders-Jobs",
        VisibilityTimeout=360,
        RedrivePolicy=sqs.RedrivePolicy(deadLetterTargetArn=GetAtt(dlq, "Arn"), maxReceiveCount=5),
    )
)
alerts = template.add_resource(sns.Topic("Alerts", TopicName=Sub("${AWS::StackName}-Jobs")))
template.add_resource(
    cloudwatch.Alarm(
        "JobsAge",
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Statistic="Maximum",
        Period=300,
        Threshold=900,
        Dimensions=[cloudwatch.MetricDimension(Name="QueueName", Value=GetAtt(jobs, "QueueName"))],
        AlarmActions=[Ref(alerts)],
    )
)
payloads = template.add_resource(
    s3.Bucket(
        "Payloads",
        BucketEncryption=s3.BucketEncryption(
            ServerSideEncryptionConfiguration=[
                s3.ServerSideEncryptionRule(
                    ServerSideEncryptionByDefault=s3.ServerSideEncryptionByDefault(SSEAlgorithm="AES256")
                )
            ]
        ),
        PublicAccessBlockConfiguration=s3.PublicAccessBlockConfiguration(
            BlockPublicAcls=True, BlockPublicPolicy=True, IgnorePublicAcls=True, RestrictPublicBuckets=True
        ),
        LifecycleConfiguration=s3.LifecycleConfiguration(
            Rules=[s3.LifecycleRule(Id="ExpirePayloads", Status="Enabled", ExpirationInDays=7)]
        ),
    )
)
template.add_resource(
    s3.BucketPolicy(
        "PayloadsPolicy",
        Bucket=Ref(payloads),
        PolicyDocument={
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "s3:*",
                    "Resource": [GetAtt(payloads, "Arn"), Sub("${Payloads.Arn}/*")],
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                }
            ],
        },
    )
)
log = template.add_resource(logs.LogGroup("WorkerLog", RetentionInDays=30))
template.add_resource(
    serverless.Function(
        "Worker",
        Handler="bootstrap",
        Runtime="provided.al2023",
        CodeUri="s3://orders-code/worker.zip",
        MemorySize=512,
        Timeout=60,
        Environment=serverless.Environment(Variables={"BUCKET": Ref(payloads)}),
        Events={"Jobs": serverless.SQSEvent("Jobs", Queue=GetAtt(jobs, "Arn"), BatchSize=10)},
        Policies=[{"S3CrudPolicy": {"BucketName": Ref(payloads)}}],
    )
)
placed = template.add_resource(sns.Topic("Placed", DisplayName="orders that were placed"))
template.add_resource(
    sns.SubscriptionResource(
        "PlacedSubscription",
        TopicArn=Ref(placed),
        Protocol="sqs",
        Endpoint=GetAtt(jobs, "Arn"),
        RawMessageDelivery=True,
    )
)
with open(sys.argv[1], "w") as file:
    file.write(template.to_json())
