"""What every-task says to its twin in Python and hears from it, for the kinds of tasks that version 0.6.15 of the
package has: lanes, message groups, delays, tasks of other applications, dead letters, batches, streams, functions.
`every_kind.py` has it said by the real thing, and then has one of `FAULTS` in between."""

import json
import os
from dataclasses import dataclass, field

from application import batch
from conversation import LARGE, equal, message, request
from intrinsics import ACCOUNT, REGION
from lambda_calls import LambdaCalls

HERE = os.path.dirname(os.path.abspath(__file__))
RUST, PYTHON = "Rust", "Python"
WAYS = [(RUST, PYTHON), (PYTHON, RUST)]
TARGET = "arn:aws:scheduler:::aws-sdk:sqs:sendMessage"


class Spoiled:
    """A function of ours with a fault between Lambda and it."""

    def __init__(self, function, fault):
        self.function, self.fault = function, fault

    def __enter__(self):
        self.function.__enter__()
        return self

    def __exit__(self, *how):
        self.function.__exit__(*how)

    def invoke(self, event):
        return self.fault.answer(self.function.invoke(self.fault.event(event)))

    def said(self):
        return self.function.said()


@dataclass
class Fault:
    """What a function of ours gets and gives instead."""

    environment: dict = field(default_factory=dict)
    event: callable = lambda event: event
    answer: callable = lambda answer: answer


class Pair:
    """every-task and its twin over one stack: either side of each task. `interpreter` has the Python package, `twin` is
    the folder of the twin."""

    def __init__(self, application, interpreter, twin, fault=None):
        self.ours, self.interpreter, self.twin, self.fault = application, interpreter, twin, fault
        self.scheduler = application.deployment.client("scheduler")
        self.group = application.deployment.made["AsyncLambdaDelayScheduleGroup"]
        # A letter of moto brings along how often it was received before, and would be given up at once; SQS counts
        # anew.
        letters = application.deployment.declared("LettersALQueue")["RedrivePolicy"]
        application.sqs.set_queue_attributes(
            QueueUrl=application.queue("Letters"),
            Attributes={"RedrivePolicy": json.dumps({**letters, "maxReceiveCount": 1000})},
        )
        self.billing = application.sqs.create_queue(QueueName="billing-Invoice")["QueueUrl"]
        declared = application.deployment.resources["ShipALFunc"]["Properties"]["Environment"]["Variables"]
        # In Python every function has them.
        self.delays = application.deployment.evaluator.value(
            {name: value for name, value in declared.items() if name.startswith("ASYNC_LAMBDA_DELAY")},
        )

    def function(self, side, task, **more):
        if side == RUST and self.fault:
            return Spoiled(self.ours.function(task, **{**more, **self.fault.environment}), self.fault)
        if side == RUST:
            return self.ours.function(task, **more)
        return self._python(task, "app", self.twin, **more)

    def other(self, task):
        """A function of the other application."""
        more = {"ASYNC_LAMBDA_TASK_ID": task, "AWS_LAMBDA_FUNCTION_NAME": f"billing-{task}"}
        return self._python("Remind", "python_billing", HERE, **more)

    def _python(self, task, module, folder, **more):
        command = [self.interpreter, "-m", "awslambdaric", f"{module}.lambda_handler"]
        return self.ours.function(task, command, PYTHONPATH=folder, **self.delays, **more)

    def handled(self, side, task, lane=0):
        """What a side makes of the messages of a task's queue: what it says, the messages that did not fail, and those
        that did."""
        with self.function(side, task) as function:
            _, good, bad = self.ours.deliver(task, function, lane=lane)
            return function.said().splitlines(), good, bad

    def until_dead(self, side, task):
        """Has a side try what is in a task's queue until it is a dead letter. How often it tries."""
        with self.function(side, task) as function:
            attempts = 0
            while self.ours.deliver(task, function)[2] and attempts < 20:
                attempts += 1
        return attempts


def order(**more):
    return {"id": 7, "customer": "ada", "items": 200, **more}


def without_id(body):
    return {key: value for key, value in json.loads(body).items() if key != "invocation_id"}


def lanes(pair, sender, receiver, report):
    """An order is placed, paid in a lane of its own, and billed by another application."""
    ours, way = pair.ours, f"{sender} sends, {receiver} receives"
    with pair.function(receiver, "Price") as price, LambdaCalls(orders_Price=price) as calls:
        with pair.function(sender, "PlaceOrder", AWS_ENDPOINT_URL_LAMBDA=calls.url) as place:
            answer = place.invoke(request("POST", "/orders", json.dumps(order())))
    found = (answer.get("statusCode"), json.loads(answer.get("body") or "null"))
    equal(report, f"{way}: a request is answered, with a price", found, (200, {"id": 7, "price": 1400}))
    equal(report, f"{way}: nothing is in lane 0", ours.waiting("Pay"), [])
    paid = ours.seen(ours.queue("Pay", 1))
    groups = [each["Attributes"].get("MessageGroupId") for each in paid]
    equal(report, f"{way}: one message is in lane 1, with its group", groups, ["ada"])
    said, good, _ = pair.handled(receiver, "Pay", lane=1)
    equal(report, f"{way}: the lane's message is handled", len(good), 1)
    line = "ada pays for order 7 in lane 1, ada"
    equal(report, f"{way}: the handler knows lane and group", said.count(line), 1)
    billed = ours.seen(pair.billing)
    ids = [json.loads(each["Body"])["invocation_id"] for each in paid + billed]
    equal(report, f"{way}: a chain keeps its invocation id", ids, [ids[0]] * 2)
    groups = [each["Attributes"].get("MessageGroupId") for each in billed]
    equal(report, f"{way}: a message group is passed on", groups, ["ada"])
    expected = {
        "source_task_id": "Pay", "destination_task_id": "billing-Invoice", "source_app": "orders", "payload": order(),
    }
    found = [{**without_id(each["Body"]), "payload": payload(each["Body"])} for each in billed]
    found = [{key: each.get(key) for key in expected} for each in found]
    equal(report, f"{receiver} sends to another application: the message", found, [expected])
    with pair.other("Invoice") as invoice:
        answer, _, _ = ours.hand_over(pair.billing, invoice)
    expected = {"payload": order(), "source": "Pay", "group": "ada"}
    equal(report, f"{receiver} sends to another application, Python receives", answer, expected)


def delays(pair, sender, receiver, report):
    """The schedule that `lanes` has led to, and the message that Scheduler sends then."""
    ours, way = pair.ours, f"{sender} sends later, {receiver} receives"
    if sender == RUST:
        said, good, bad = pair.handled(RUST, "Ship")
        steps = [line for line in said if line.startswith("order 7: ")]
        equal(report, "messages of one group are handled in order", steps, ["order 7: pack", "order 7: send"])
        equal(report, "messages of one group: none fails", (len(good), bad), (2, []))
    schedule = pair.scheduler.get_schedule(Name="order-7", GroupName=pair.group)
    target = schedule["Target"]
    sent = json.loads(target["Input"])
    expected = {
        "ActionAfterCompletion": "DELETE", "FlexibleTimeWindow": {"Mode": "OFF"}, "ScheduleExpressionTimezone": "UTC",
        "GroupName": pair.group,
    }
    equal(report, f"{way}: the schedule", {key: schedule.get(key) for key in expected}, expected)
    found = (target["Arn"], target["DeadLetterConfig"]["Arn"].rsplit(":", 1)[1], sent["DelaySeconds"])
    equal(report, f"{way}: the target of the schedule", found, (TARGET, "orders-delay-dlq", 900))
    # Rust's sender has a group of its own, that of a FIFO task, which is passed on.
    group = {RUST: {"MessageGroupId": "7"}, PYTHON: {}}[sender]
    found = {key: value for key, value in sent.items() if key not in ("MessageBody", "QueueUrl", "DelaySeconds")}
    equal(report, f"{way}: the message's group", found, group)
    if sender == PYTHON:
        ours.send("Ship", message("Ship", payload='"send"'), MessageGroupId="7", MessageDeduplicationId="again")
        said, _, bad = pair.handled(RUST, "Ship")
        equal(report, "an id that Python has taken is taken for Rust", len(bad), 1)
        taken = [line for line in said if "order-7" in line and "messageId" in line]
        equal(report, "an id that is taken: a log line names it", len(taken), 1)
        ours.drain(ours.queue("Ship"))
    # As Scheduler does, but for the wait.
    ours.sqs.send_message(**{**sent, "DelaySeconds": 0})
    pair.scheduler.delete_schedule(Name="order-7", GroupName=pair.group)
    said, good, bad = pair.handled(receiver, "Remind")
    equal(report, f"{way}: the message is handled", (len(good), len(bad)), (1, 0))
    equal(report, f"{way}: the handler gets it", said.count("order 7 is on its way"), 1)


def dead_letters(pair, failing, receiver, report):
    """What one side cannot handle is a dead letter of the other."""
    ours, way = pair.ours, f"{failing} fails, {receiver} gets the dead letter"
    bad = message("Pay", payload=json.dumps({"id": 7}))
    ours.send("Pay", bad)
    attempts = pair.until_dead(failing, "Pay")
    limit = ours.deployment.declared("PayALQueue")["RedrivePolicy"]["maxReceiveCount"]
    equal(report, f"{way}: as often as the queue says", attempts, int(limit))
    equal(report, f"{way}: the message is the same", ours.waiting("Letters"), [bad])
    _, good, _ = pair.handled(receiver, "Letters")
    equal(report, f"{way}: the dead letter is handled", good, [bad])
    said, good, _ = pair.handled(failing, "Remind")
    equal(report, f"{way}: what its handler sends is handled", len(good), 1)
    line = "a message to Pay was given up: see the log"
    equal(report, f"{way}: the handler knows the task", said.count(line), 1)


def given_up(pair, receiver, report):
    """A permanent error puts a message among the dead letters at once, with its reason."""
    ours, way = pair.ours, f"Rust gives up a message, {receiver} gets it"
    body = message("Pay", payload=json.dumps(order(customer="")))
    ours.send("Pay", body)
    _, good, bad = pair.handled(RUST, "Pay")
    equal(report, f"{way}: it does not come again", (good, bad), ([body], []))
    letters = ours.seen(ours.queue("Letters"))
    equal(report, f"{way}: it is a dead letter", [each["Body"] for each in letters], [body])
    reasons = [each.get("MessageAttributes", {}).get("AsyncLambdaReason", {}).get("StringValue") for each in letters]
    equal(report, f"{way}: with the reason", reasons, ["an order needs a customer"])
    _, good, _ = pair.handled(receiver, "Letters")
    equal(report, f"{way}: the dead letter is handled", good, [body])
    said, _, _ = pair.handled(PYTHON, "Remind")
    reason = "an order needs a customer" if receiver == RUST else "see the log"
    line = f"a message to Pay was given up: {reason}"
    equal(report, f"{way}: the handler knows what its side can", said.count(line), 1)


def batches(pair, sender, receiver, report):
    way = f"{sender} sends many, {receiver} receives them at once"
    with pair.function(sender, "Nightly") as nightly:
        nightly.invoke({"time": "2026-11-23T03:00:00Z"})
    said, good, bad = pair.handled(receiver, "Count")
    equal(report, f"{way}: all are handled", (sorted(payload(each) for each in good), bad), ([1, 2, 3], []))
    equal(report, f"{way}: in one call", said.count("3 messages in lane 0: 6"), 1)


def mixed_batch(pair, report):
    """Of Python's messages, exactly those fail that the handler fails, and what cannot be read."""
    good = [message("Count", payload="1"), message("Count", payload="2")]
    bad = [message("Count", payload="0"), message("Count", payload='"one"')]
    pair.ours.send("Count", good[0], *bad, good[1])
    _, handled, failed = pair.handled(RUST, "Count")
    equal(report, "a mixed batch in one call: exactly the bad messages fail", (handled, failed), (good, bad))
    pair.ours.drain(pair.ours.queue("Count"))


def payload(body):
    return json.loads(json.loads(body)["payload"])


def stream(pair, sender, receiver, report):
    way = f"{sender} reads a stream, {receiver} receives"
    image = {"id": {"N": "7"}, "customer": {"S": "ada"}, "items": {"N": "5"}}
    record = {
        "eventID": "1", "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "eventSourceARN": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/Orders/stream/2026-11-23T00:00:00.000",
        "dynamodb": {
            "ApproximateCreationDateTime": 1795392000, "Keys": {"id": {"N": "7"}}, "NewImage": image,
            "SequenceNumber": "100000000000000000001", "SizeBytes": 26, "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }
    with pair.function(sender, "Changed") as changed:
        answer = changed.invoke({"Records": [record]})
    equal(report, f"{way}: no record fails", (answer or {}).get("batchItemFailures", []), [])
    said, good, _ = pair.handled(receiver, "Count")
    equal(report, f"{way}: the message", [payload(each) for each in good], [5])
    equal(report, f"{way}: the handler gets it", said.count("1 messages in lane 0: 5"), 1)


def foreign_queue(pair, sender, receiver, report):
    """A message of somebody else's queue, small and so large that its payload goes through the bucket."""
    ours, way = pair.ours, f"{sender} imports, {receiver} receives"
    for customer, where in [("ada", "inline"), (LARGE, "in the bucket")]:
        record = {"MessageId": "m", "ReceiptHandle": "r", "MD5OfBody": "", "Body": json.dumps(order(customer=customer))}
        record["Attributes"] = {"ApproximateReceiveCount": "1", "MessageGroupId": "7"}
        with pair.function(sender, "Import") as imported:
            imported.invoke(batch(f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders.fifo", [record]))
        sent = [without_id(body) for body in ours.waiting("Pay")]
        equal(report, f"{way}: {where}", [("s3_payload_key" in each) for each in sent], [customer == LARGE])
        # No other application can read the bucket, so nobody is billed.
        with pair.function(receiver, "Pay") as pay:
            ours.deliver("Pay", pay)
            start = f"{customer} pays for order 7 in lane 0,"
            said = [line for line in pay.said().splitlines() if line.startswith(start)]
        equal(report, f"{way}: the handler gets the whole, {where}", len(said), 1)
        for url in (ours.queue("Pay"), pair.billing):
            ours.drain(url)
    ours.empty_bucket()


def other_application(pair, report):
    with pair.other("Due") as due:
        due.invoke({"time": "2026-11-23T03:00:00Z"})
    sent = [without_id(body).get("source_app") for body in pair.ours.waiting("Remind")]
    equal(report, "another application in Python sends: one message", sent, ["billing"])
    said, good, _ = pair.handled(RUST, "Remind")
    equal(report, "another application in Python sends, Rust receives", len(good), 1)
    equal(report, "another application in Python sends: the handler gets it", said.count("an invoice is due"), 1)


def check(pair, report):
    """Every check."""
    for sender, receiver in WAYS:
        for part in (lanes, delays, dead_letters, batches, stream, foreign_queue):
            part(pair, sender, receiver, report)
        given_up(pair, receiver, report)
    mixed_batch(pair, report)
    other_application(pair, report)


def record(change):
    """An event whose records are changed."""
    return lambda event: {"Records": [change(each) for each in event["Records"]]} if "Records" in event else event


def without(attributes, name):
    def change(each):
        return {**each, attributes: {key: value for key, value in each[attributes].items() if key != name}}

    return record(change)


def later(pair, report):
    """What `lanes` would have led to, and the schedule."""
    for step in ("pack", "send"):
        body = message("Ship", payload=json.dumps(step))
        pair.ours.send("Ship", body, MessageGroupId="7", MessageDeduplicationId=step)
    delays(pair, RUST, PYTHON, report)


def of_lane_0(each):
    return {**each, "eventSourceARN": each["eventSourceARN"].removesuffix("-L1")}


def all_is_well(answer):
    return {"batchItemFailures": []} if "batchItemFailures" in (answer or {}) else answer


# fault, what goes wrong, a part of the above and its arguments, the end of the check that has to fail
FAULTS = [
    ("another lane", Fault(event=record(of_lane_0)), lanes, (PYTHON, RUST), "the handler knows lane and group"),
    (
        "no group", Fault(event=without("attributes", "MessageGroupId")), lanes, (PYTHON, RUST),
        "a message group is passed on",
    ),
    (
        "another name", Fault({"ASYNC_LAMBDA_APP_NAME": "others"}), lanes, (RUST, PYTHON),
        "one message is in lane 1, with its group",
    ),
    (
        "no answer", Fault({"AWS_ENDPOINT_URL_LAMBDA": "http://127.0.0.1:9"}), lanes, (RUST, PYTHON),
        "a request is answered, with a price",
    ),
    ("failures swallowed", Fault(answer=all_is_well), dead_letters, (RUST, PYTHON), "as often as the queue says"),
    ("failures swallowed", Fault(answer=all_is_well), mixed_batch, (), "exactly the bad messages fail"),
    (
        "no reason", Fault(event=without("messageAttributes", "AsyncLambdaReason")), given_up, (RUST,),
        "the handler knows what its side can",
    ),
    (
        "another bucket", Fault({"ASYNC_LAMBDA_PAYLOAD_S3_BUCKET": "other"}), foreign_queue, (PYTHON, RUST),
        "the handler gets the whole, in the bucket",
    ),
    ("another group", Fault({"ASYNC_LAMBDA_DELAY_SCHEDULE_GROUP": "other"}), later, (), "none fails"),
    ("no records", Fault(event=lambda event: {"Records": []}), stream, (RUST, PYTHON), "the message"),
    ("another task", Fault({"ASYNC_LAMBDA_TASK_ID": "Price"}), batches, (RUST, PYTHON), "all are handled"),
]
