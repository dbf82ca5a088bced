"""Applications with groups in ministack: each group is a nested stack. An example with its program, and 400 tasks of every
kind with a stand-in, of which one group gets a task more.

Gets `{"example": {"template", "zip"}, "before": folder, "after": folder, "scratch": folder}` on standard input, where the
folders have the templates of the 400 tasks, and answers as it goes. Started by `cargo xtask conformance --groups`."""

import io
import json
import os
import sys
import traceback
import urllib.error
import urllib.request
import zipfile
from concurrent.futures import ThreadPoolExecutor

import environment

REQUEST = json.load(sys.stdin)
environment.isolate(REQUEST["scratch"])

from answers import Report  # noqa: E402
from failures import Failures  # noqa: E402
from intrinsics import ACCOUNT, REGION  # noqa: E402
from journey import TIME, managed, same  # noqa: E402
from ministack_server import Ministack, Stack, until  # noqa: E402
from translate import translate  # noqa: E402

NESTED = "AWS::CloudFormation::Stack"
# Seconds until what has not come is missing.
PATIENCE = 60
# Of a fault's run.
PATIENCE_WITH_FAULT = 15
# Answers requests, and writes the name of its function and the bodies of its messages to its log.
PROGRAM = """
import json, os, urllib.request
base = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"
name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
while True:
    with urllib.request.urlopen(f"{base}/next") as response:
        request, event = response.headers["Lambda-Runtime-Aws-Request-Id"], json.load(response)
    answer = {"batchItemFailures": []}
    for record in event.get("Records", []):
        print(name, record.get("body", "a change"), flush=True)
    if "httpMethod" in event:
        answer = {"statusCode": 200, "body": name}
    urllib.request.urlopen(f"{base}/{request}/response", json.dumps(answer).encode()).close()
"""


def stand_in():
    """A deployment.zip of the program."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as files:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o755 << 16
        files.writestr(entry, f"#!{sys.executable}\n{PROGRAM}")
    return content.getvalue()


def nested(template):
    """A template as ministack takes it in a nested stack: it does not know the SAM transform there, and forgets the ARNs of
    what is there already when such a stack is updated."""
    template = translate(template)

    def arn(name):
        declared = template["Resources"][name]
        of_service = {
            "AWS::IAM::Role": f"arn:aws:iam::{ACCOUNT}:role/${{{name}}}",
            "AWS::Lambda::Function": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:${{{name}}}",
            "AWS::SQS::Queue": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{declared['Properties'].get('QueueName')}",
        }
        return {"Fn::Sub": of_service[declared["Type"]]}

    def rewritten(node):
        if isinstance(node, list):
            return [rewritten(each) for each in node]
        if not isinstance(node, dict):
            return node
        if list(node) == ["Fn::GetAtt"] and node["Fn::GetAtt"][1] == "Arn":
            return arn(node["Fn::GetAtt"][0])
        return {key: rewritten(value) for key, value in node.items()}

    return rewritten(template)


def read(folder):
    """The template of an application, and those of its groups by their logical ids."""
    def template(name):
        with open(os.path.join(folder, name)) as file:
            return json.load(file)

    root = template("template.json")
    groups = {name: each for name, each in root["Resources"].items() if each["Type"] == NESTED}
    return root, {name: template(each["Properties"]["TemplateURL"]) for name, each in groups.items()}


class Grouped:
    """A stack with nested stacks: each group's template is uploaded, as `sam package` does."""

    def __init__(self, ministack, name, archive):
        self.ministack, self.parts = ministack, {}
        self.stack = Stack(ministack, name, {"Resources": {}}, archive)

    def deploy(self, root, parts):
        """Creates the stack, or updates it. Gives what went wrong."""
        is_update, self.parts = bool(self.parts), parts
        for group, part in parts.items():
            root["Resources"][group]["Properties"]["TemplateURL"] = self.stack.upload(nested(self.stack.packaged(part)))
        self.stack.template = root
        self.stack.update(root) if is_update else self.stack.create()
        return self.stack.problems()

    def made(self):
        """Logical id -> physical id, of all stacks."""
        found = dict(self.stack.made)
        for group in self.parts:
            resources = self.stack.clients["cloudformation"].describe_stack_resources(StackName=self.stack.made[group])
            found |= {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in resources["StackResources"]}
        return found

    def declared(self):
        """Logical id -> resource, of all templates."""
        found = dict(self.stack.template["Resources"])
        for part in self.parts.values():
            found |= part["Resources"]
        return found

    def url(self, queue):
        """Of a queue of the application, or of an ARN."""
        if not queue.startswith("arn:"):
            queue = self.declared()[queue]["Properties"]["QueueName"]
        return self.stack.clients["sqs"].get_queue_url(QueueName=queue.rsplit(":", 1)[-1])["QueueUrl"]

    def send(self, queue, body, **more):
        self.stack.clients["sqs"].send_message(QueueUrl=self.url(queue), MessageBody=body, **more)

    def invoke(self, function, event):
        self.stack.clients["lambda"].invoke(FunctionName=self.made()[function], Payload=json.dumps(event))

    def request(self, method, path):
        """What the API answers: it is the application's, and has routes to functions of groups."""
        api = self.stack.made["AsyncLambdaAPIGateway"]
        stage = self.stack.template["Resources"]["AsyncLambdaAPIGateway"]["Properties"]["StageName"]
        url = f"{self.ministack.url}/restapis/{api}/{stage}/_user_request_{path}"
        try:
            with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=60) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def logged(self, function):
        """The lines of a function's log."""
        logs = self.stack.clients["logs"]
        try:
            pages = list(logs.get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{self.made()[function]}"))
        except logs.exceptions.ResourceNotFoundException:
            return []  # It has not run yet.
        return [line for page in pages for event in page["events"] for line in event["message"].splitlines()]

    def expect(self, report, title, function, line, patience=PATIENCE):
        """Waits for a line in the log of a function, which must be there once."""
        found = until(lambda: self.logged(function), lambda found: line in found, patience)
        same(report, f"{title}: `{line}`", found.count(line), 1)


def example(ministack, report):
    """The example: chains through its groups, by its own program."""
    folder = os.path.dirname(REQUEST["example"]["template"])
    with open(REQUEST["example"]["zip"], "rb") as file:
        grouped = Grouped(ministack, "groups-app", file.read())
    problems = grouped.deploy(*read(folder))
    report.compared("the stack is created, and those of its groups", problems)
    if problems:
        return
    same(report, "POST /orders/7 is answered by a function of a group", grouped.request("POST", "/orders/7")[0], 202)
    grouped.expect(report, "what it sends to its own group", "PackALFunc", "packed 7")
    grouped.expect(report, "what it sends to another one, and that to none", "MailALFunc", "mail: an invoice for 7")
    same(report, "GET /status is answered by a function of no group", grouped.request("GET", "/status"), (200, "open"))
    grouped.invoke("RemindAllALFunc", {"time": TIME})
    grouped.expect(report, "a schedule of a group", "MailALFunc", "mail: an invoice for everything")
    attributes = {"VisibilityTimeout": "2"}
    grouped.stack.clients["sqs"].set_queue_attributes(QueueUrl=grouped.url("InvoiceALQueue"), Attributes=attributes)
    grouped.send("InvoiceALQueue", "nonsense")
    grouped.expect(report, "a dead letter of a group goes to a task of none", "LostALFunc", "lost: nonsense")


def of_others(ministack, templates):
    """Makes the queues of somebody else, and tables in the place of theirs. ARN of a stream in templates -> that of the table."""
    streams = {}
    for template in templates:
        for declared in template["Resources"].values():
            for event in declared.get("Properties", {}).get("Events", {}).values():
                queue, stream = (event["Properties"].get(name) for name in ("Queue", "Stream"))
                if isinstance(queue, str):
                    ministack.client("sqs").create_queue(QueueName=queue.rsplit(":", 1)[1])
                if stream:
                    streams[stream] = ministack.client("dynamodb").create_table(
                        TableName=stream.split("/")[1], BillingMode="PAY_PER_REQUEST",
                        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
                    )["TableDescription"]["LatestStreamArn"]
    return streams


def with_streams(templates, streams):
    text = json.dumps(templates)
    for old, new in streams.items():
        text = text.replace(old, new)
    return json.loads(text)


def four_hundred(ministack, report, fault=None, patience=PATIENCE):
    """Tasks of every kind in every group; then one more in one group."""
    before, after = read(REQUEST["before"]), read(REQUEST["after"])
    streams = of_others(ministack, before[1].values())
    before, after = with_streams(before, streams), with_streams(after, streams)
    if fault:
        fault(before, after)
    grouped = Grouped(ministack, "grouped", stand_in())
    problems = grouped.deploy(*before)
    report.compared("the stack is created, and those of its groups", problems)
    if problems:
        return
    made, declared = grouped.made(), grouped.declared()
    functions = [name for name, each in declared.items() if each["Type"] == "AWS::Serverless::Function"]
    same(report, "functions", len(functions), 400)
    same(report, "resources that are missing", sorted(set(declared) - set(made)), [])
    for number, group in enumerate(grouped.parts):
        events(grouped, report, number, group)
    for number, group in enumerate(grouped.parts):
        for kind, line in EVENTS:
            function = f"{kind}{number}ALFunc"
            grouped.expect(report, group, function, f"{made[function]} {line}", patience)
    report.compared("the stack gets a task more", grouped.deploy(*after))
    changes = [each["LogicalResourceId"] for each in grouped.stack.resource_changes]
    same(report, "the update is about one nested stack", changes, ["billingALGroup"])
    now = grouped.made()
    new = ["NewALFunc", "NewALFuncManagedSQS", "NewALFuncRole", "NewALQueue"]
    same(report, "what it adds", sorted(set(now) - set(made)), new)
    same(report, "what it removes or replaces", sorted(name for name in made if made[name] != now.get(name)), [])
    if "NewALQueue" in now:
        grouped.send("NewALQueue", "a message")
        grouped.expect(report, "the new task", "NewALFunc", f"{now['NewALFunc']} a message", patience)


# What the functions of a group write after `events`.
EVENTS = [
    ("Pay", "a message"), ("Count", "one of a batch"), ("Ship", "in order"), ("Import", "of somebody else"),
    ("Changed", "a change"),
]


def events(grouped, report, number, group):
    """An event for every kind of task of a group."""
    route, function = f"/orders{number}/7", f"Order{number}ALFunc"
    same(report, f"{group}: POST {route} is answered", grouped.request("POST", route), (200, grouped.made()[function]))
    grouped.send(f"Pay{number}ALQueue", "a message")
    grouped.send(f"Count{number}ALQueue", "one of a batch")
    grouped.send(f"Ship{number}ALQueue", "in order", MessageGroupId="g", MessageDeduplicationId="d")
    grouped.send(f"arn:aws:sqs:{REGION}:{ACCOUNT}:legacy-{number}", "of somebody else")
    grouped.ministack.client("dynamodb").put_item(TableName=f"Items{number}", Item={"id": {"S": "7"}})


def a_queue_that_nobody_reads(before, _):
    del before[1]["mailALGroup"]["Resources"]["Pay2ALFunc"]["Properties"]["Events"]["ManagedSQS"]


def a_route_that_is_missing(before, after):
    for root, _ in (before, after):
        del root["Resources"]["AsyncLambdaAPIGateway"]["Properties"]["DefinitionBody"]["paths"]["/orders3/{id}"]


def another_name(_, after):
    after[1]["searchALGroup"]["Resources"]["Pay5ALQueue"]["Properties"]["QueueName"] = "another-name"


# fault, and a part of the check that has to fail
FAULTS = [
    (a_queue_that_nobody_reads, "mailALGroup: `grouped-Pay2 a message`"),
    (a_route_that_is_missing, "ordersALGroup: POST /orders3/7 is answered"),
    (another_name, "what it removes or replaces"),
]


def run(name, report, check, *arguments):
    scratch = os.path.join(REQUEST["scratch"], f"groups-{name}")
    try:
        os.makedirs(scratch, exist_ok=True)
        with Ministack(scratch) as ministack:
            check(ministack, report, *arguments)
    except Exception:  # what broke is one line among the others
        report.failed("groups.py ran to its end", traceback.format_exc(limit=-6))
    return report


def main():
    run("example", Report("groups-app in ministack"), example)
    report = Report("400 tasks in groups, in ministack")
    run("sound", report, four_hundred)
    with ThreadPoolExecutor() as threads:
        faulty = [
            threads.submit(run, fault.__name__, Failures(), four_hundred, fault, PATIENCE_WITH_FAULT).result
            for fault, _ in FAULTS
        ]
        for (fault, expected), found in zip(FAULTS, faulty):
            seen = any(expected in check for check in found())
            title = fault.__name__.replace("_", " ")
            report.compared(f"self-test: {title}: fails `{expected}`", [] if seen else [str(dict(found()))])


if __name__ == "__main__":
    main()
