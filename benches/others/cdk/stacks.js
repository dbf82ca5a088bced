// The program of examples/three-stacks, with the CDK's own constructs. `node stacks.js FOLDER BOOTSTRAP`, the second with the code
// of the tasks
const path = require("path");
const { App, Aspects, CfnOutput, Duration, RemovalPolicy, Stack, Tags, aws_apigateway: apigateway, aws_cloudwatch: cloudwatch,
  aws_cloudwatch_actions: actions, aws_dynamodb: dynamodb, aws_ec2: ec2, aws_events: events, aws_events_targets: targets,
  aws_lambda: lambda, aws_lambda_event_sources: sources, aws_logs: logs, aws_s3: s3, aws_sns: sns,
  aws_sns_subscriptions: subscriptions, aws_sqs: sqs } = require("aws-cdk-lib");

const app = new App({ outdir: process.argv[2], analyticsReporting: false });
const mail = app.node.tryGetContext("mail") ?? "shop@example.com";
const keepDays = Number(app.node.tryGetContext("keep-days") ?? 30);

class NetworkStack extends Stack {
  constructor(scope, id) {
    super(scope, id, { description: "The network of the shop" });
    this.vpc = new ec2.Vpc(this, "Network", {
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: "isolated", subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
      gatewayEndpoints: {
        s3: { service: ec2.GatewayVpcEndpointAwsService.S3 },
        dynamodb: { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB },
      },
      restrictDefaultSecurityGroup: false,
    });
    this.securityGroup = new ec2.SecurityGroup(this, "Functions", { vpc: this.vpc });
  }
}

class DataStack extends Stack {
  constructor(scope, id) {
    super(scope, id, { description: "What the shop keeps" });
    this.people = new sns.Topic(this, "People");
    this.people.addSubscription(new subscriptions.EmailSubscription(mail));
    this.orders = new dynamodb.Table(this, "Orders", {
      partitionKey: { name: "id", type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    });
    this.reports = new s3.Bucket(this, "Reports", {
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      versioned: true,
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(7) },
        { noncurrentVersionExpiration: Duration.days(30) },
        { expiration: Duration.days(keepDays) },
      ],
    });
    const throttled = new cloudwatch.MathExpression({
      expression: "FILL(reads, 0) + FILL(writes, 0)",
      usingMetrics: {
        reads: this.orders.metric("ReadThrottleEvents", { statistic: "Sum" }),
        writes: this.orders.metric("WriteThrottleEvents", { statistic: "Sum" }),
      },
    });
    alarm(this, "OrdersThrottled", throttled, this.people);
  }
}

function alarm(scope, id, metric, topic) {
  const made = new cloudwatch.Alarm(scope, id, {
    metric,
    threshold: 0,
    evaluationPeriods: 1,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
  made.addAlarmAction(new actions.SnsAction(topic));
}

class ServiceStack extends Stack {
  constructor(scope, id, network, data) {
    super(scope, id, { description: "Takes orders and charges them" });
    const dead = new sqs.Queue(this, "DeadLetters", { retentionPeriod: Duration.days(14), encryption: sqs.QueueEncryption.SQS_MANAGED });
    const payloads = new s3.Bucket(this, "Payloads", {
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      lifecycleRules: [{ expiration: Duration.days(30), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
    const jobs = new sqs.Queue(this, "ChargeQueue", {
      visibilityTimeout: Duration.seconds(360),
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      deadLetterQueue: { queue: dead, maxReceiveCount: 5 },
    });
    const task = (name, seconds, environment) =>
      new lambda.Function(this, name, {
        code: lambda.Code.fromAsset(process.argv[3]),
        handler: "bootstrap",
        runtime: lambda.Runtime.PROVIDED_AL2023,
        memorySize: 256,
        timeout: Duration.seconds(seconds),
        tracing: lambda.Tracing.ACTIVE,
        environment: { ...environment, ORDERS: data.orders.tableName, PAYLOADS: payloads.bucketName },
      });
    const create = task("Create", 29, { CHARGE_QUEUE: jobs.queueUrl });
    const charge = task("Charge", 60, {});
    jobs.grantSendMessages(create);
    payloads.grantWrite(create);
    payloads.grantRead(charge);
    data.orders.grantWriteData(create);
    data.orders.grantReadWriteData(charge);
    charge.addEventSource(new sources.SqsEventSource(jobs, { batchSize: 10, reportBatchItemFailures: true }));
    const api = new apigateway.RestApi(this, "Api", { deployOptions: { tracingEnabled: true } });
    api.root.addResource("orders").addMethod("POST", new apigateway.LambdaIntegration(create));

    const log = new logs.LogGroup(this, "ReportLogs", { retention: logs.RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY });
    const report = new lambda.Function(this, "Report", {
      code: lambda.Code.fromAsset(path.join(__dirname, "../../../examples/three-stacks/lambda/report")),
      handler: "index.handler",
      runtime: lambda.Runtime.PYTHON_3_13,
      timeout: Duration.seconds(60),
      tracing: lambda.Tracing.ACTIVE,
      loggingFormat: lambda.LoggingFormat.JSON,
      logGroup: log,
      vpc: network.vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      securityGroups: [network.securityGroup],
      environment: { ORDERS: data.orders.tableName, REPORTS: data.reports.bucketName },
    });
    data.orders.grantReadData(report);
    data.reports.grantWrite(report);
    new events.Rule(this, "Nightly", {
      schedule: events.Schedule.cron({ minute: "0", hour: "3" }),
      targets: [new targets.LambdaFunction(report)],
    });
    alarm(this, "ReportFails", report.metricErrors(), data.people);
    alarm(this, "DeadLettersAlarm", dead.metricApproximateNumberOfMessagesVisible({ statistic: "Maximum" }), data.people);
    new cloudwatch.Dashboard(this, "Dashboard", {
      widgets: [
        [new cloudwatch.SingleValueWidget({ title: "Dead letters", metrics: [dead.metricApproximateNumberOfMessagesVisible()] }),
          new cloudwatch.GraphWidget({ title: "API: requests", left: [api.metricCount(), api.metricClientError(), api.metricServerError()] }),
          new cloudwatch.GraphWidget({ title: "API: latency", left: [api.metricLatency({ statistic: "p99" })] })],
        row(create),
        [new cloudwatch.GraphWidget({ title: "Queue", left: [jobs.metricApproximateNumberOfMessagesVisible(), jobs.metricApproximateNumberOfMessagesNotVisible()] }),
          new cloudwatch.GraphWidget({ title: "Queue: age", left: [jobs.metricApproximateAgeOfOldestMessage()] }),
          ...row(charge)],
      ],
    });
  }
}

function row(task) {
  return [
    new cloudwatch.GraphWidget({ title: "Function", left: [task.metricInvocations(), task.metricErrors(), task.metricThrottles()] }),
    new cloudwatch.GraphWidget({ title: "Function: duration", left: [task.metricDuration({ statistic: "p99" }), task.metricDuration()] }),
  ];
}

const network = new NetworkStack(app, "shop-network");
const data = new DataStack(app, "shop-data");
new ServiceStack(app, "shop", network, data);
Tags.of(app).add("team", "orders");
app.synth();
