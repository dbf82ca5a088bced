"""every-task in ministack, after its stack has moved from its twin in Python: the bootstrap handles what Python has
left in queues, and then each kind of task is begun and followed to its end.

Gets `{"application": {"name", "template", "zip"}, "python": template, "scratch": folder}` on standard input, and
answers as it goes. Started by `cargo xtask conformance --every-kind`."""

import json
import os
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor

import environment

REQUEST = json.load(sys.stdin)
environment.isolate(REQUEST["scratch"])

import standin_bootstrap  # noqa: E402
from answers import Report  # noqa: E402
from failures import Failures  # noqa: E402
from journey import TIME, same  # noqa: E402
from ministack_server import Ministack, Stack, until  # noqa: E402
from moving import quiet  # noqa: E402

# Seconds until what has not come is missing.
PATIENCE = 90
# Of a fault's run, what is slow may fail as well.
PATIENCE_WITH_FAULT = 15
BILLING = "arn:aws:sqs:us-east-1:123456789012:billing-Invoice"
LEGACY = "arn:aws:sqs:us-east-1:123456789012:orders.fifo"
PAY, COUNT, REMIND = "PayALQueue", "CountALQueue", "RemindALQueue"


def order(**more):
    return {"id": 7, "customer": "ada", "items": 200, **more}


def message(task, payload):
    """A message as Python writes it."""
    return json.dumps({
        "source_task_id": "Test", "destination_task_id": task, "invocation_id": "i", "payload": json.dumps(payload),
    })


def table(ministack, *templates):
    """A table in the place of that of somebody else: the templates with the ARN of its stream."""
    made = ministack.client("dynamodb").create_table(
        TableName="Orders", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]["LatestStreamArn"]
    changed = templates[0]["Resources"]["ChangedALFunc"]["Properties"]
    declared = changed["Events"]["DynamoDBEvent"]["Properties"]["Stream"]
    return [json.loads(json.dumps(each).replace(declared, made)) for each in templates]


class Moved:
    """The stack, and lines of logs that are waited for."""

    def __init__(self, stack, report, patience):
        self.stack, self.report, self.patience, self.expected = stack, report, patience, []

    def send(self, queue, body, **more):
        self.stack.clients["sqs"].send_message(QueueUrl=self.stack.url(queue), MessageBody=body, **more)

    def expect(self, title, *lines):
        self.expected += [(title, line) for line in lines]

    def settle(self):
        """Waits for all lines, and reports each."""
        found = until(self.stack.logged, lambda logged: all(line in logged for _, line in self.expected), self.patience)
        for title, line in self.expected:
            same(self.report, f"{title}: `{line}`", found.count(line), 1)
        self.expected = []
        return found


def left_by_python(moved):
    """Messages in Python's queues, of each kind, before anything of ours is there."""
    title = "left by Python, handled in Rust"
    moved.send(PAY, message("Pay", order(id=1)), MessageGroupId="ada")
    moved.expect(title, "ada pays for order 1 in lane 0, ada")
    moved.send("PayALQueueL2", message("Pay", order(id=2)))
    moved.expect(title, "ada pays for order 2 in lane 2, no group")
    moved.send(REMIND, message("Remind", "left by Python"))
    moved.expect(title, "left by Python")
    moved.send("LettersALQueue", message("Count", "not a number"))
    moved.expect(title, "a message to Count was given up: see the log")


def every_kind(moved):
    """What begins with a request, a schedule, a record and a message, and ends with lines in logs."""
    stack = moved.stack
    answer, _ = stack.invoke("PlaceOrderALFunc", {
        "path": "/orders", "httpMethod": "POST", "headers": {}, "body": json.dumps(order()), "requestContext": {},
        "multiValueHeaders": None, "queryStringParameters": None, "multiValueQueryStringParameters": None,
        "pathParameters": None, "isBase64Encoded": False,
    })
    found = (answer.get("statusCode"), json.loads(answer.get("body") or "null"))
    same(moved.report, "a request, answered with what another function says", found, (200, {"id": 7, "price": 1400}))
    moved.expect("a request", "ada pays for order 7 in lane 1, ada", "order 7: pack", "order 7: send")
    moved.send(LEGACY, json.dumps(order(id=8, items=1)), MessageGroupId="g", MessageDeduplicationId="d")
    moved.expect("somebody else's queue", "ada pays for order 8 in lane 0, g")
    moved.send(PAY, message("Pay", order(customer="")))
    moved.expect("a permanent error", "a message to Pay was given up: an order needs a customer")
    moved.settle()
    schedules = stack.clients["scheduler"]
    target = schedules.get_schedule(Name="order-7", GroupName=stack.made["AsyncLambdaDelayScheduleGroup"])["Target"]
    # As Scheduler does, but for the wait: ministack does not send to queues.
    stack.clients["sqs"].send_message(**{**json.loads(target["Input"]), "DelaySeconds": 0})
    moved.expect("a message for a later time", "order 7 is on its way")
    moved.settle()


def batches(moved):
    """A schedule and a stream. How many messages are in a batch depends on when they come, so sums are compared."""
    stack = moved.stack
    stack.invoke("NightlyALFunc", {"time": TIME})
    stack.ministack.client("dynamodb").put_item(
        TableName="Orders", Item={"id": {"N": "9"}, "customer": {"S": "ada"}, "items": {"N": "5"}},
    )
    # Once is enough: the backoff of the application is 10 s, and more each time.
    limit(stack, COUNT, 1)
    moved.send(COUNT, message("Count", 0))

    def handled():
        lines = [line.split() for line in stack.logged() if " messages in lane 0: " in line]
        return sum(int(line[0]) for line in lines), sum(int(line[-1]) for line in lines)

    found = until(handled, lambda found: found == (5, 11), moved.patience)
    same(moved.report, "a schedule, a stream, a message that fails: handled in batches", found, (5, 11))
    # One was left by Python.
    line, title = "a message to Count was given up: see the log", "what fails in a batch is a dead letter"
    found = until(lambda: stack.logged().count(line), lambda count: count == 2, moved.patience)
    same(moved.report, f"{title}: `{line}`", found, 2)


def limit(stack, queue, count):
    """How often a message may be received."""
    sqs, url = stack.clients["sqs"], stack.url(queue)
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])["Attributes"]["RedrivePolicy"]
    policy = {**json.loads(found), "maxReceiveCount": count}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": json.dumps(policy)})


def check(ministack, report, fault=None, patience=PATIENCE):
    with open(REQUEST["python"]) as python, open(REQUEST["application"]["template"]) as ours:
        python, ours = table(ministack, json.load(python), json.load(ours))
    with open(REQUEST["application"]["zip"], "rb") as file:
        program = file.read()
    if fault:
        fault(ours)
    stack = Stack(ministack, "orders", quiet(python), standin_bootstrap.archive())
    stack.clients["sqs"].create_queue(QueueName=BILLING.rsplit(":", 1)[1])
    stack.create()
    report.compared("Python's stack is created", stack.problems())
    moved = Moved(stack, report, patience)
    left_by_python(moved)
    stack.give(program)
    stack.update(ours)
    report.compared("the stack moves", stack.problems())
    moved.settle()
    every_kind(moved)
    batches(moved)
    queues = [name for name, each in ours["Resources"].items() if each["Type"] == "AWS::SQS::Queue"]
    left = until(
        lambda: {name: count for name in queues if any(count := stack.count(name))}, lambda left: not left, patience,
    )
    same(report, f"{len(queues)} queues are empty", left, {})
    billed = [json.loads(json.loads(body)["payload"])["id"] for body in stack.taken(BILLING)]
    same(report, "another application gets what is paid", sorted(billed), [1, 2, 7, 8])


def events(template, function):
    return template["Resources"][function]["Properties"]["Events"]


def a_lane_without_a_mapping(template):
    del events(template, "PayALFunc")["ManagedSQSL2"]


def failures_not_reported(template):
    del events(template, "CountALFunc")["ManagedSQS"]["Properties"]["FunctionResponseTypes"]


def a_stream_that_is_not_read(template):
    del events(template, "ChangedALFunc")["DynamoDBEvent"]


# fault, and a part of the check that has to fail
FAULTS = [
    (a_lane_without_a_mapping, "left by Python, handled in Rust: `ada pays for order 2 in lane 2"),
    (failures_not_reported, "what fails in a batch is a dead letter"),
    (a_stream_that_is_not_read, "handled in batches"),
]


def run(name, report, *arguments):
    scratch = os.path.join(REQUEST["scratch"], f"moved-{name}")
    try:
        os.makedirs(scratch, exist_ok=True)
        with Ministack(scratch) as ministack:
            check(ministack, report, *arguments)
    except Exception:  # what broke is one line among the others
        report.failed("moved.py ran to its end", traceback.format_exc(limit=-6))
    return report


def main():
    report = Report(f"{REQUEST['application']['name']}, moved, in ministack")
    run("sound", report)
    with ThreadPoolExecutor() as threads:
        faulty = [
            threads.submit(run, fault.__name__, Failures(), fault, PATIENCE_WITH_FAULT).result for fault, _ in FAULTS
        ]
        for (fault, expected), found in zip(FAULTS, faulty):
            seen = any(expected in check for check in found())
            title = fault.__name__.replace("_", " ")
            report.compared(f"self-test: {title}: fails `{expected}`", [] if seen else [str(dict(found()))])


if __name__ == "__main__":
    main()
