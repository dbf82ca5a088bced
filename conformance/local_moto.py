"""Random operations on the endpoint and on moto's SQS, in this process and by the same clock. A difference fails.

Known differences are in `local_moto_known.py`; the random operations keep off them, since one in the state leads to others."""

import random
from unittest import mock

import boto3
import moto.core.utils
from botocore.exceptions import ClientError
from local_endpoint import BEGIN, REGION, check_sums
from moto import mock_aws
from moto.core.utils import utcfromtimestamp

SEEDS = range(4)
OPERATIONS = 600
QUEUES = {
    "dead": {},
    "jobs": {"RedrivePolicy": "dead"},
    "slow": {"DelaySeconds": "5", "VisibilityTimeout": "10"},
    "dead.fifo": {"FifoQueue": "true"},
    "orders.fifo": {"FifoQueue": "true", "RedrivePolicy": "dead.fifo"},
    "events.fifo": {"FifoQueue": "true", "ContentBasedDeduplication": "true"},
}

MESSAGE = {"QueueUrl": "jobs", "MessageBody": "m"}
ENTRY = {"Id": "a", "MessageBody": "m"}
TEXT = {"DataType": "String", "StringValue": "v"}
FIFO = {"QueueUrl": "orders.fifo", "MessageBody": "m"}

# Requests that both refuse.
REFUSED = [
    ("get_queue_url", {"QueueName": "none"}),
    ("send_message", {"QueueUrl": "none", "MessageBody": "m"}),
    ("receive_message", {"QueueUrl": "none"}),
    ("receive_message", {"QueueUrl": "jobs", "MaxNumberOfMessages": 11}),
    ("receive_message", {"QueueUrl": "jobs", "WaitTimeSeconds": 21}),
    ("receive_message", {"QueueUrl": "jobs", "VisibilityTimeout": 43_201}),
    ("send_message", {**MESSAGE, "DelaySeconds": 901}),
    ("send_message", {**MESSAGE, "MessageAttributes": {"a": {**TEXT, "DataType": "Text"}}}),
    ("send_message", {**MESSAGE, "MessageBody": "x" * 1_048_577}),
    ("send_message", FIFO),
    ("send_message", {**FIFO, "MessageGroupId": "g"}),
    ("send_message", {**FIFO, "MessageDeduplicationId": "d"}),
    ("send_message", {**FIFO, "MessageGroupId": "g", "MessageDeduplicationId": "d", "DelaySeconds": 1}),
    ("send_message_batch", {"QueueUrl": "jobs", "Entries": []}),
    ("send_message_batch", {"QueueUrl": "jobs", "Entries": [ENTRY, ENTRY]}),
    ("send_message_batch", {"QueueUrl": "jobs", "Entries": [{**ENTRY, "Id": "a b"}]}),
    ("send_message_batch", {"QueueUrl": "jobs", "Entries": [{**ENTRY, "Id": str(n)} for n in range(11)]}),
    ("send_message_batch", {"QueueUrl": "jobs", "Entries": [{"Id": i, "MessageBody": "x" * 524_289} for i in "ab"]}),
    ("get_queue_attributes", {"QueueUrl": "jobs", "AttributeNames": ["Nothing"]}),
    ("change_message_visibility", {"QueueUrl": "jobs", "ReceiptHandle": "x", "VisibilityTimeout": 43_201}),
    ("change_message_visibility", {"QueueUrl": "jobs", "ReceiptHandle": "x", "VisibilityTimeout": 1}),
]


def checks():
    return [(f"random operations {seed}", lambda endpoint, seed=seed: agree(endpoint, seed)) for seed in SEEDS]


class Pair:
    """The endpoint and moto, with the same queues and the same time."""

    def __init__(self, endpoint):
        self.endpoint, self.now = endpoint, BEGIN
        self.here = endpoint.client("sqs")

    def __enter__(self):
        time = mock.patch.object(moto.core.utils, "utcnow", lambda: utcfromtimestamp(self.now / 1000))
        keys = {"aws_access_key_id": "id", "aws_secret_access_key": "secret", "region_name": REGION}
        self.patches = [time, mock_aws()]
        for patch in self.patches:
            patch.start()
        self.there = boto3.client("sqs", **keys)
        for name, attributes in QUEUES.items():
            attributes = dict(attributes)
            if target := attributes.get("RedrivePolicy"):
                arn = f"arn:aws:sqs:{REGION}:123456789012:{target}"
                attributes["RedrivePolicy"] = f'{{"deadLetterTargetArn":"{arn}","maxReceiveCount":2}}'
            self.there.create_queue(QueueName=name, Attributes=attributes)
        return self

    def __exit__(self, *_):
        for patch in reversed(self.patches):
            patch.stop()

    def advance(self, seconds):
        self.endpoint.advance(seconds)
        self.now += round(seconds * 1000)

    def both(self, operation, arguments, theirs=None):
        """The answers to an operation, or the codes of errors. `theirs` are moto's arguments if they are others."""
        return call(self.here, operation, arguments), call(self.there, operation, theirs or arguments)


def call(client, operation, arguments):
    try:
        answer = getattr(client, operation)(**arguments)
    except ClientError as error:
        return short(error.response["Error"]["Code"])
    answer.pop("ResponseMetadata")
    check_sums(arguments, answer)
    return answer


def short(code):
    """moto writes some codes without what stands before the last point."""
    return code.rsplit(".", 1)[-1]


class Random:
    """Operations, and the messages that they can speak of."""

    def __init__(self, pair, seed):
        self.pair, self.random = pair, random.Random(seed)
        self.count, self.purged, self.problems = 0, {}, []
        # What was received last of each body: the queue, the two handles, and until when they count.
        self.received = {}

    def step(self):
        kinds = [self.send, self.send, self.batch, self.receive, self.receive, self.receive, self.delete, self.delete_batch,
                 self.hide, self.hide_batch, self.time, self.time, self.attributes, self.purge, self.refused]
        weights = [3, 3, 2, 3, 3, 3, 3, 1, 2, 1, 2, 2, 1, 0.1, 1]
        self.random.choices(kinds, weights)[0]()
        # A timeout ends here at its millisecond, and in moto after it: no operation is at one.
        self.pair.advance(0.001)

    def compare(self, what, here, there):
        if here != there:
            self.problems.append(f"{what}: here {here!r}, moto {there!r}")

    def message(self, queue):
        self.count += 1
        message = {"MessageBody": f"{self.count} {self.random.choice(['ä', '<x/>', '{}', chr(0x1f511)])}"}
        if self.random.random() < 0.5:
            values = [
                {"DataType": "String", "StringValue": f"v{self.count}"},
                {"DataType": "Number.int", "StringValue": str(self.count)},
                {"DataType": "Binary", "BinaryValue": bytes([self.count % 256, 0])},
            ]
            names = self.random.sample(["a", "a.b", "B", "c-d_e"], self.random.randint(1, 3))
            message["MessageAttributes"] = {name: self.random.choice(values) for name in names}
        if queue.endswith(".fifo"):
            message["MessageGroupId"] = self.random.choice("gh")
            if queue == "orders.fifo":
                message["MessageDeduplicationId"] = f"id-{self.count}"
        elif self.random.random() < 0.3:
            message["DelaySeconds"] = self.random.choice([0, 1, 7])
        return message

    def target(self):
        return self.random.choice(["jobs", "jobs", "slow", "orders.fifo", "events.fifo"])

    def send(self):
        queue = self.target()
        message = self.message(queue)
        here, there = self.pair.both("send_message", {"QueueUrl": queue, **message})
        self.compare(f"send to {queue} {message}", sent(here), sent(there))

    def batch(self):
        queue = self.target()
        entries = [{"Id": f"e-{number}", **self.message(queue)} for number in range(self.random.randint(1, 5))]
        here, there = self.pair.both("send_message_batch", {"QueueUrl": queue, "Entries": entries})
        self.compare(f"batch to {queue}", [sent(entry) for entry in here["Successful"]],
                     [sent(entry) for entry in there["Successful"]])

    def receive(self):
        queue = self.random.choice(list(QUEUES))
        fifo = queue.endswith(".fifo")
        arguments = {"QueueUrl": queue, "MaxNumberOfMessages": 1 if fifo else self.random.randint(1, 10)}
        if timeout := self.random.choice([None, 1, 4, 20]):
            arguments["VisibilityTimeout"] = timeout
        names = self.random.choice([[], ["All"], ["a"], ["a.*"], ["B", "none"]])
        arguments["MessageAttributeNames"] = names
        arguments["MessageSystemAttributeNames"] = self.random.choice([[], ["All"], ["ApproximateReceiveCount"]])
        here, there = self.pair.both("receive_message", arguments)
        self.compare(f"receive {arguments}", messages(queue, here), messages(queue, there))
        default = 10 if queue == "slow" else 30
        until = self.pair.now + (timeout or default) * 1000
        for mine, other in zip(here.get("Messages", []), there.get("Messages", [])):
            self.received[mine["Body"]] = (queue, mine["ReceiptHandle"], other["ReceiptHandle"], until)

    def some(self, most):
        """Messages of one queue that are in flight, by their bodies."""
        flying = {body: entry for body, entry in self.received.items() if entry[3] > self.pair.now}
        if not flying:
            return None, []
        queue = self.random.choice(list(flying.values()))[0]
        bodies = [body for body, entry in flying.items() if entry[0] == queue]
        return queue, self.random.sample(bodies, min(len(bodies), most))

    def entries(self, bodies, place, more):
        return [{"Id": str(number), "ReceiptHandle": self.received[body][place], **more} for number, body in enumerate(bodies)]

    def delete(self):
        queue, bodies = self.some(1)
        for body in bodies:
            _, here, there, _ = self.received.pop(body)
            for _ in range(self.random.choice([1, 1, 2])):
                both = self.pair.both("delete_message", {"QueueUrl": queue, "ReceiptHandle": here},
                                      {"QueueUrl": queue, "ReceiptHandle": there})
                self.compare(f"delete of {queue}", *both)

    def delete_batch(self):
        queue, bodies = self.some(4)
        if bodies:
            both = self.pair.both("delete_message_batch", {"QueueUrl": queue, "Entries": self.entries(bodies, 1, {})},
                                  {"QueueUrl": queue, "Entries": self.entries(bodies, 2, {})})
            self.compare(f"delete batch of {queue}", *map(outcome, both))
            for body in bodies:
                self.received.pop(body)

    def hide(self):
        queue, bodies = self.some(1)
        timeout = self.random.choice([0, 2, 15, 60])
        for body in bodies:
            _, here, there, _ = self.received[body]
            both = self.pair.both("change_message_visibility",
                                  {"QueueUrl": queue, "ReceiptHandle": here, "VisibilityTimeout": timeout},
                                  {"QueueUrl": queue, "ReceiptHandle": there, "VisibilityTimeout": timeout})
            self.compare(f"hide of {queue}", *both)
            self.hidden(body, timeout)

    def hide_batch(self):
        queue, bodies = self.some(3)
        timeout = self.random.choice([0, 3, 33])
        if bodies:
            more = {"VisibilityTimeout": timeout}
            both = self.pair.both("change_message_visibility_batch",
                                  {"QueueUrl": queue, "Entries": self.entries(bodies, 1, more)},
                                  {"QueueUrl": queue, "Entries": self.entries(bodies, 2, more)})
            self.compare(f"hide batch of {queue}", *map(outcome, both))
            for body in bodies:
                self.hidden(body, timeout)

    def hidden(self, body, timeout):
        queue, here, there, _ = self.received[body]
        self.received[body] = (queue, here, there, self.pair.now + timeout * 1000)

    def time(self):
        self.pair.advance(self.random.choice([0.5, 1, 3, 9, 31]))

    def attributes(self):
        queue = self.random.choice(list(QUEUES))
        names = ["VisibilityTimeout", "DelaySeconds", "FifoQueue", "ContentBasedDeduplication", "MessageRetentionPeriod",
                 "ReceiveMessageWaitTimeSeconds", "MaximumMessageSize", "ApproximateNumberOfMessages",
                 "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"]
        here, there = self.pair.both("get_queue_attributes", {"QueueUrl": queue, "AttributeNames": names})
        self.compare(f"attributes of {queue}", here, there)

    def purge(self):
        queue = self.random.choice(list(QUEUES))
        # Here a FIFO queue remembers duplicates of what was purged, and moto purges once a minute.
        if self.pair.now - self.purged.get(queue, 0) > 61_000:
            self.purged[queue] = self.pair.now
            self.compare(f"purge of {queue}", *self.pair.both("purge_queue", {"QueueUrl": queue}))
            self.received = {body: entry for body, entry in self.received.items() if entry[0] != queue}

    def refused(self):
        operation, arguments = self.random.choice(REFUSED)
        here, there = self.pair.both(operation, arguments)
        self.compare(f"{operation} {arguments}"[:200], here, there)


def sent(answer):
    """What both say of a message that was sent; ids are their own."""
    own = {"MessageId", "SequenceNumber", "MD5OfMessageSystemAttributes"}
    return {name: value for name, value in answer.items() if name not in own} if isinstance(answer, dict) else answer


def outcome(answer):
    return [entry["Id"] for entry in answer["Successful"]], [(entry["Id"], entry["Code"]) for entry in answer.get("Failed", [])]


def messages(queue, answer):
    """What both say of messages that were received."""
    own = {"MessageId", "ReceiptHandle"}
    received = []
    for message in answer.get("Messages", []):
        message = {name: value for name, value in message.items() if name not in own}
        # The sender is an account here and a name there, the number is of their own; the rest is in `KNOWN`.
        unlike = {"SenderId", "SequenceNumber", "DeadLetterQueueSourceArn"}
        if queue == "dead.fifo":
            unlike |= {"MessageDeduplicationId", "SentTimestamp"}
        if "Attributes" in message:
            attributes = message["Attributes"]
            message["Attributes"] = {name: value for name, value in attributes.items() if name not in unlike}
        received.append(message)
    return received


def agree(endpoint, seed):
    with Pair(endpoint) as pair:
        run = Random(pair, seed)
        for number in range(OPERATIONS):
            run.step()
            if run.problems:
                return [f"operation {number} of seed {seed}", *run.problems]
    return []
