"""ministack on a free port of the loopback interface, and an application in it: its SAM template as a stack, created
through a change set, with its deployment.zip. ministack runs the programs, and hands them the events."""

import copy
import json
import time
import urllib.error
import urllib.request
import uuid

import boto3
from botocore.config import Config
from intrinsics import ACCOUNT, REGION
from loopback import Loopback

ARCHIVES = "archives"
# What belongs to another account, and does not exist here.
FOREIGN = ("Layers", "VpcConfig")
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]


class Ministack(Loopback):
    NAME, START, STOP = "ministack", 120, 20

    def __enter__(self):
        super().__enter__()
        self.client("s3").create_bucket(Bucket=ARCHIVES)
        return self

    def command(self, _):
        return ("ministack",)

    def environment(self, port):
        # Functions get the endpoint from the environment of ministack, so that templates stay as they are.
        return {
            "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "IOT_MTLS_ENABLED": "0",
            "AWS_ENDPOINT_URL": self.url, "MINISTACK_ACCOUNT_ID": ACCOUNT,
        }

    def greet(self):
        try:
            urllib.request.urlopen(self.url, timeout=5).close()
        except urllib.error.HTTPError:
            pass

    def client(self, service):
        # ministack takes the key for the account.
        return boto3.client(
            service, endpoint_url=self.url, region_name=REGION, aws_access_key_id=ACCOUNT, aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 3}, s3={"addressing_style": "path"}),
        )


class Stack:
    """An application in a ministack."""

    def __init__(self, ministack, name, template, archive):
        self.ministack, self.name, self.template = ministack, name, template
        names = ("cloudformation", "lambda", "logs", "s3", "scheduler", "sns", "sqs")
        self.clients = {service: ministack.client(service) for service in names}
        self.give(archive)
        self.changes, self.status, self.failures, self.made = set(), "not created", [], {}
        # Of the last change set, as CloudFormation describes them.
        self.resource_changes = []

    def give(self, archive):
        """The deployment.zip of all functions; of a stack that is there, with its next update."""
        self.archive = f"{uuid.uuid4().hex}.zip"
        self.clients["s3"].put_object(Bucket=ARCHIVES, Key=self.archive, Body=archive)

    def upload(self, template):
        """The URL of a template, which is the same for the same template. A template of more than 51,200 bytes needs one."""
        text = json.dumps(template)
        key = f"{uuid.uuid5(uuid.NAMESPACE_OID, text)}.template"
        self.clients["s3"].put_object(Bucket=ARCHIVES, Key=key, Body=text.encode())
        return f"{self.ministack.url}/{ARCHIVES}/{key}"

    def create(self):
        """Creates what other accounts own, and the stack."""
        for queue in {queue for queue in self.queues().values() if queue.startswith("arn:")}:
            self._create_queue(queue.rsplit(":", 1)[1])
        self._change("CREATE")

    def update(self, template):
        """Gives the stack another template."""
        self.template = template
        self._change("UPDATE")

    def problems(self):
        """What keeps it from being as its template says."""
        complete = self.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE") and not self.failures
        return [] if complete else [self.status, *self.failures]

    def _change(self, kind):
        cloudformation, change_set = self.clients["cloudformation"], "c" + uuid.uuid4().hex
        cloudformation.create_change_set(
            StackName=self.name, ChangeSetName=change_set, ChangeSetType=kind,
            TemplateURL=self.upload(self._packaged()), Capabilities=CAPABILITIES,
        )
        pending = ("CREATE_PENDING", "CREATE_IN_PROGRESS")
        description = until(
            lambda: cloudformation.describe_change_set(StackName=self.name, ChangeSetName=change_set),
            lambda found: found["Status"] not in pending,
        )
        self.status = f"change set {description['Status']}: {description.get('StatusReason')}"
        self.resource_changes = [each["ResourceChange"] for each in description.get("Changes", [])]
        self.changes = {each["LogicalResourceId"] for each in self.resource_changes if each["Action"] == "Add"}
        if description["Status"] != "CREATE_COMPLETE":
            return
        cloudformation.execute_change_set(StackName=self.name, ChangeSetName=change_set)
        self.status = until(
            lambda: cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]["StackStatus"],
            # A stack that is updated is complete before, too.
            lambda status: status.endswith(("_COMPLETE", "_FAILED")) and (kind in status or "ROLLBACK" in status),
        )
        for event in cloudformation.describe_stack_events(StackName=self.name)["StackEvents"]:
            if "FAILED" in event["ResourceStatus"]:
                self.failures.append(f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}")
        resources = cloudformation.describe_stack_resources(StackName=self.name)["StackResources"]
        self.made = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in resources}

    def _create_queue(self, name):
        attributes = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
        self.clients["sqs"].create_queue(QueueName=name, Attributes=attributes)

    def _packaged(self):
        return self.packaged(self.template)

    def packaged(self, template):
        """A template after packaging."""
        template = copy.deepcopy(template)
        functions = [template.get("Globals", {}).get("Function", {})]
        for resource in template["Resources"].values():
            if "CodeUri" in resource.get("Properties", {}):
                resource["Properties"]["CodeUri"] = f"s3://{ARCHIVES}/{self.archive}"
                functions.append(resource["Properties"])
        for properties in functions:
            for foreign in FOREIGN:
                properties.pop(foreign, None)
        return template

    def functions(self):
        """The declared functions by logical id."""
        resources = self.template["Resources"].items()
        return {name: each["Properties"] for name, each in resources if each["Type"] == "AWS::Serverless::Function"}

    def queues(self):
        """Function -> the queue that gives it messages, that of its first lane: a logical id, or an ARN."""
        found = {}
        for name, declared in self.functions().items():
            for source in declared.get("Events", {}).values():
                if source["Type"] == "SQS":
                    queue = source["Properties"]["Queue"]
                    found.setdefault(name, queue if isinstance(queue, str) else queue["Fn::GetAtt"][0])
        return found

    def invoke(self, function, event):
        """The answer of a function, and the kind of error that it ended with."""
        answer = self.clients["lambda"].invoke(FunctionName=self.made[function], Payload=json.dumps(event))
        return json.loads(answer["Payload"].read() or "null"), answer.get("FunctionError")

    def url(self, queue):
        if queue.startswith("arn:"):
            return self.clients["sqs"].get_queue_url(QueueName=queue.rsplit(":", 1)[1])["QueueUrl"]
        return self.made[queue]

    def send(self, queue, *bodies):
        """Gives the ids of the messages."""
        url = self.url(queue)
        return [self.clients["sqs"].send_message(QueueUrl=url, MessageBody=body)["MessageId"] for body in bodies]

    def count(self, queue):
        """How many messages are in a queue: visible, in flight, delayed."""
        names = ["ApproximateNumberOfMessages" + more for more in ("", "NotVisible", "Delayed")]
        found = self.clients["sqs"].get_queue_attributes(QueueUrl=self.url(queue), AttributeNames=names)
        return tuple(int(found["Attributes"][name]) for name in names)

    def set_visibility_timeout(self, queue, seconds):
        """Instead of waiting for minutes until what failed is there again."""
        self.clients["sqs"].set_queue_attributes(
            QueueUrl=self.url(queue), Attributes={"VisibilityTimeout": str(seconds)},
        )

    def set_log_level(self, level):
        """What `ApplicationLogLevel` of a function does, which ministack leaves out."""
        for name in self.functions():
            function = self.clients["lambda"].get_function_configuration(FunctionName=self.made[name])
            variables = {**function["Environment"]["Variables"], "AWS_LAMBDA_LOG_LEVEL": level}
            self.clients["lambda"].update_function_configuration(
                FunctionName=self.made[name], Environment={"Variables": variables},
            )

    def set_mapping(self, function, **changes):
        """Changes the event source mapping of a function."""
        mappings = self.clients["lambda"].list_event_source_mappings(FunctionName=self.made[function])
        for mapping in mappings["EventSourceMappings"]:
            self.clients["lambda"].update_event_source_mapping(UUID=mapping["UUID"], **changes)

    def taken(self, queue):
        """The bodies of the visible messages of a queue, which are taken out."""
        bodies, url = [], self.url(queue)
        while messages := self.clients["sqs"].receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for each in messages:
                bodies.append(each["Body"])
                self.clients["sqs"].delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
        return bodies

    def logged(self):
        """The lines of all functions' logs."""
        lines = []
        for name in self.functions():
            pages = self.clients["logs"].get_paginator("filter_log_events")
            try:
                for page in pages.paginate(logGroupName=f"/aws/lambda/{self.made[name]}"):
                    for event in page["events"]:
                        lines += event["message"].splitlines()
            except self.clients["logs"].exceptions.ResourceNotFoundException:
                pass  # It has not run yet.
        return lines


def until(look, fits, seconds=120):
    """What `look` gives when it fits, or when the time is up."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if fits(found) or time.monotonic() > deadline:
            return found
        time.sleep(0.2)
