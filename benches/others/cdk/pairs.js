// The resources of `benches::pairs`, with the CDK's own constructs. `node pairs.js FOLDER`
const { App, Duration, Stack, aws_cloudwatch: cloudwatch, aws_iam: iam, aws_lambda: lambda, aws_s3: s3,
  aws_sqs: sqs } = require("aws-cdk-lib");

const app = new App({ outdir: process.argv[2], analyticsReporting: false });
for (let number = 1; number <= 5; number++) {
  const stack = new Stack(app, `part${number}`);
  const dlq = new sqs.Queue(stack, "DLQ", { retentionPeriod: Duration.days(14) });
  const code = lambda.Code.fromBucketV2(s3.Bucket.fromBucketName(stack, "Code", "code"), "task.zip");
  for (let index = 0; index < 80; index++) {
    const id = `Task${index}`;
    const queue = new sqs.Queue(stack, id, {
      queueName: `part${number}-${id}`,
      visibilityTimeout: Duration.seconds(360),
      deadLetterQueue: { queue: dlq, maxReceiveCount: 5 },
    });
    queue.metricApproximateAgeOfOldestMessage().createAlarm(stack, `${id}Age`, {
      threshold: 900,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    });
    const role = new iam.Role(stack, `${id}Role`, {
      assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName("service-role/AWSLambdaBasicExecutionRole")],
      inlinePolicies: {
        consume: new iam.PolicyDocument({
          statements: [new iam.PolicyStatement({
            actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
            resources: [queue.queueArn],
          })],
        }),
      },
    });
    const target = new lambda.Function(stack, `${id}Function`, {
      code,
      role,
      handler: "bootstrap",
      runtime: lambda.Runtime.PROVIDED_AL2023,
      memorySize: 512,
      timeout: Duration.seconds(60),
      environment: { QUEUE_URL: queue.queueUrl },
    });
    new lambda.EventSourceMapping(stack, `${id}Source`, {
      target,
      eventSourceArn: queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
    });
  }
}
app.synth();
