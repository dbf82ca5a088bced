// The resources of `benches::ten`, with the CDK's own constructs. `node ten.js FOLDER`
const { App, Duration, Stack, aws_cloudwatch: cloudwatch, aws_logs: logs, aws_s3: s3, aws_sam: sam, aws_sns: sns,
  aws_sqs: sqs } = require("aws-cdk-lib");

const app = new App({ outdir: process.argv[2], analyticsReporting: false });
const stack = new Stack(app, "orders");
const dlq = new sqs.Queue(stack, "OrdersDLQ", { retentionPeriod: Duration.days(14) });
const jobs = new sqs.Queue(stack, "Jobs", {
  queueName: "orders-Jobs",
  visibilityTimeout: Duration.seconds(360),
  deadLetterQueue: { queue: dlq, maxReceiveCount: 5 },
});
const alerts = new sns.Topic(stack, "Alerts", { topicName: `${stack.stackName}-Jobs` });
const alarm = jobs.metricApproximateAgeOfOldestMessage().createAlarm(stack, "JobsAge", {
  threshold: 900,
  evaluationPeriods: 1,
  comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
});
alarm.addAlarmAction({ bind: () => ({ alarmActionArn: alerts.topicArn }) });
const payloads = new s3.Bucket(stack, "Payloads", {
  encryption: s3.BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  lifecycleRules: [{ expiration: Duration.days(7), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
});
const log = new logs.LogGroup(stack, "WorkerLog", { retention: logs.RetentionDays.ONE_MONTH });
new sam.CfnFunction(stack, "Worker", {
  handler: "bootstrap",
  runtime: "provided.al2023",
  codeUri: "s3://orders-code/worker.zip",
  memorySize: 512,
  timeout: 60,
  loggingConfig: { logGroup: log.logGroupName },
  environment: { variables: { BUCKET: payloads.bucketName } },
  events: { Jobs: { type: "SQS", properties: { queue: jobs.queueArn, batchSize: 10 } } },
  policies: [{ s3CrudPolicy: { bucketName: payloads.bucketName } }],
});
const placed = new sns.Topic(stack, "Placed", { displayName: "orders that were placed" });
new sns.Subscription(stack, "PlacedSubscription", {
  topic: placed,
  protocol: sns.SubscriptionProtocol.SQS,
  endpoint: jobs.queueArn,
  rawMessageDelivery: true,
});
app.synth();
