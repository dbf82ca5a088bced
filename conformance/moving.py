"""A stack that moves from the Python package's template to ours, in ministack: the change set, what it would replace,
and what is still there when it has been executed.

Gets `{"subject", "name", "stages": [{"stage", "python": template, "ours": template}], "create_only": {type: [path]},
"scratch": folder}` on standard input, and answers as it goes. Started by `cargo xtask conformance`."""

import copy
import json
import os
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

import environment

REQUEST = json.load(sys.stdin) if __name__ == "__main__" else {}
if REQUEST:
    environment.isolate(REQUEST["scratch"])

import standin_bootstrap  # noqa: E402
import translate  # noqa: E402
from answers import Report  # noqa: E402
from ministack_server import Ministack, Stack  # noqa: E402

# What has a state that would be lost with it.
LASTING = (
    "AWS::SQS::Queue", "AWS::S3::Bucket", "AWS::Scheduler::ScheduleGroup", "AWS::Scheduler::Schedule",
    "AWS::SNS::Topic", "AWS::Lambda::Function", "AWS::Lambda::EventSourceMapping", "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Stage",
)
# Logical id, without the number at its end -> why the move removes it.
REMOVED = {
    "AsyncLambdaCreateDelaySchedulesPolicy": "a function that makes schedules has the permission in its own role",
    "SendToAllAsyncLambdaQueuesPolicy": "each function may send to the queues of its signature",
    "AsyncLambdaQueueAgeAlarm": "each queue has its own alarm",
}
SCHEDULE = "order-7"
DELAY_SECS = 2
PAYLOAD = "2026/11/23/payload.json"


def moves(before, after, create_only):
    """What a change of templates without SAM does to the resources of the first: the removed ones, and those that are
    replaced with the property that does it. A property that cannot change replaces the resource when its value does, or
    when it refers to a resource that is replaced, as in CloudFormation."""
    before, after = before["Resources"], after["Resources"]
    removed, replaced = sorted(set(before) - set(after)), {}
    while True:
        found = {}
        for name in set(before) & set(after):
            if before[name]["Type"] != after[name]["Type"]:
                found[name] = "Type"
                continue
            for path in create_only.get(before[name]["Type"], []):
                values = [at(each[name].get("Properties", {}), path.split("/")) for each in (before, after)]
                if values[0] != values[1] or references(values[1]) & set(replaced):
                    found[name] = path
        if found == replaced:
            return removed, replaced
        replaced = found


def at(properties, path):
    """The values at a path, in which `*` is any member."""
    if not path:
        return properties
    if path[0] == "*":
        members = properties.values() if isinstance(properties, dict) else properties
        return [at(member, path[1:]) for member in members or []]
    return at(properties.get(path[0]), path[1:]) if isinstance(properties, dict) else None


def references(value):
    """The logical ids that a value refers to."""
    if isinstance(value, list):
        return set().union(*map(references, value))
    if not isinstance(value, dict):
        return set()
    found = references(list(value.values()))
    for key, argument in value.items():
        if key == "Ref":
            found.add(argument)
        if key == "Fn::GetAtt":
            found.add(argument.split(".")[0] if isinstance(argument, str) else argument[0])
        if key == "Fn::Sub":
            text = argument if isinstance(argument, str) else argument[0]
            found |= {part.split("}")[0].split(".")[0] for part in text.split("${")[1:]}
    return found


def is_expected(name):
    return name.rstrip("0123456789") in REMOVED


def compare(request, report):
    """The templates, without an emulator: those that are removed, replaced, or made a second time under one name."""
    before, after = (translate.translate(request[side]) for side in ("python", "ours"))
    removed, replaced = moves(before, after, request["create_only"])
    unexpected = [f"{name} is removed" for name in removed if not is_expected(name)]
    report.compared(f"{request['stage']}: the move removes {', '.join(filter(is_expected, removed))} only", unexpected)
    lost = [
        f"{name} is replaced, because of its {path}" for name, path in sorted(replaced.items())
        if before["Resources"][name]["Type"] in LASTING
    ]
    report.compared(f"{request['stage']}: no queue, bucket, schedule group, function or API is replaced", lost)


def quiet(template):
    """The template as it can be moved in ministack: event source mappings do not take messages, and what ministack does
    not know is left out, which is alarms over an expression and the record of a domain."""
    template = copy.deepcopy(template)
    for name, resource in list(template["Resources"].items()):
        properties = resource.get("Properties", {})
        for source in properties.get("Events", {}).values():
            if "Enabled" in source["Properties"]:
                source["Properties"]["Enabled"] = False
        properties.pop("Domain", None)
        if "Metrics" in properties or resource["Type"] == "AWS::CertificateManager::Certificate":
            del template["Resources"][name]
    return template


class State:
    """What is in a stack: messages, a payload, a schedule."""

    def __init__(self, stack):
        self.stack, self.messages = stack, {}
        self.bucket = stack.made["AsyncLambdaPayloadBucket"]
        self.group = stack.made["AsyncLambdaDelayScheduleGroup"]
        self.queues = [name for name, each in stack.template["Resources"].items() if each["Type"] == "AWS::SQS::Queue"]

    def fill(self):
        for queue in self.queues:
            url = self.stack.url(queue)
            for more in ({}, {"MessageGroupId": "ada"}, {"DelaySeconds": DELAY_SECS}):
                body = f"{queue} {json.dumps(more)}"
                self.stack.clients["sqs"].send_message(QueueUrl=url, MessageBody=body, **more)
                self.messages.setdefault(queue, []).append(body)
        self.stack.clients["s3"].put_object(Bucket=self.bucket, Key=PAYLOAD, Body=b"{}")
        self.stack.clients["scheduler"].create_schedule(
            Name=SCHEDULE, GroupName=self.group, ScheduleExpression="at(2099-01-01T00:00:00)",
            FlexibleTimeWindow={"Mode": "OFF"}, ActionAfterCompletion="DELETE",
            Target={"Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage", "RoleArn": "arn:aws:iam::123456789012:role/r",
                    "Input": json.dumps({"QueueUrl": self.stack.url("RemindALQueue"), "MessageBody": "later"})},
        )

    def problems(self):
        """What is not there any more."""
        found = []
        time.sleep(DELAY_SECS)
        for queue, sent in self.messages.items():
            left = self._left(queue)
            if left != sorted(sent):
                found.append(f"{queue}: {len(sent)} messages before, {left} after")
        objects = self._or_nothing("s3", "list_objects_v2", Bucket=self.bucket).get("Contents", [])
        keys = [each["Key"] for each in objects]
        if keys != [PAYLOAD]:
            found.append(f"payloads: {keys}")
        schedules = self._or_nothing("scheduler", "list_schedules", GroupName=self.group).get("Schedules", [])
        if [each["Name"] for each in schedules] != [SCHEDULE]:
            found.append(f"schedules of group {self.group}: {schedules}")
        return found

    def _left(self, queue):
        try:
            return sorted(self.stack.taken(queue))
        except (KeyError, self.stack.clients["sqs"].exceptions.QueueDoesNotExist):
            return []

    def _or_nothing(self, service, method, **arguments):
        client = self.stack.clients[service]
        try:
            return getattr(client, method)(**arguments)
        except client.exceptions.ClientError:
            return {}


def move(request, ministack, report):
    """The change set, and what it leaves."""
    name, stage, archive = request["name"], request["stage"], standin_bootstrap.archive()
    stack = Stack(ministack, name, quiet(request["python"]), archive)
    stack.create()
    report.compared(f"{stage}: Python's stack is created", stack.problems())
    if stack.problems():
        return
    before, state = dict(stack.made), State(stack)
    state.fill()
    stack.update(quiet(request["ours"]))
    changes = {each["LogicalResourceId"]: each for each in stack.resource_changes if each["ResourceType"] in LASTING}
    known = set(translate.translate(stack.template)["Resources"])
    gone = [f"{name}: {each['Action']}" for name, each in changes.items() if each["Action"] not in ("Add", "Modify")]
    gone += [f"{name}: replaced" for name, each in changes.items() if each.get("Replacement") == "True"]
    unknown = [f"{name}: in no template" for name in sorted(set(changes) - known)]
    report.compared(f"{stage}: the change set removes and replaces none of {len(changes)}", gone + unknown)
    report.compared(f"{stage}: the change set is executed", stack.problems())
    others = [
        f"{name} was {physical}, is {stack.made.get(name)}" for name, physical in before.items()
        if stack.made.get(name) != physical and not is_expected(name)
    ]
    report.compared(f"{stage}: {len(before)} resources of Python's stack: those that stay are the same ones", others)
    count = sum(map(len, state.messages.values()))
    report.compared(f"{stage}: {count} messages, a payload and a schedule are still there", state.problems())


def check(stage):
    report, scratch = Report(REQUEST["subject"]), os.path.join(REQUEST["scratch"], f"moving-{stage['stage']}")
    try:
        os.makedirs(scratch, exist_ok=True)
        with open(stage["python"]) as python, open(stage["ours"]) as ours:
            request = {**REQUEST, **stage, "python": json.load(python), "ours": json.load(ours)}
        compare(request, report)
        with Ministack(scratch) as ministack:
            move(request, ministack, report)
    except Exception:  # one broken stage must not hide what the others give
        report.failed(f"{stage['stage']}: moving.py ran to its end", traceback.format_exc(limit=-6))


def main():
    with ThreadPoolExecutor() as threads:
        for each in [threads.submit(check, stage) for stage in REQUEST["stages"]]:
            each.result()


if __name__ == "__main__":
    main()
