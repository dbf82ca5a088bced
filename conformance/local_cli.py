"""Every operation by the AWS CLI, with the options that its pages show."""

import json
import os
import subprocess
import sys
import tempfile

from local_boto3 import Seen
from local_endpoint import CREDENTIALS, md5

ARN = "arn:aws:sqs:us-east-1:000000000000:"


def checks():
    return [("queues and messages", queues_and_messages), ("move tasks", move_tasks), ("refusals", refusals),
            ("objects", objects)]


def aws(endpoint, *arguments):
    """Runs the CLI. It ignores `AWS_ENDPOINT_URL` in its first major version, so the address is an option."""
    program = os.path.join(os.path.dirname(sys.executable), "aws")
    command = [sys.executable, "-B", program, "--endpoint-url", endpoint.url, *arguments]
    return subprocess.run(command, env={**os.environ, **CREDENTIALS}, capture_output=True, text=True, timeout=60, check=False)


def sqs(endpoint, operation, **options):
    """Runs an operation that must succeed, and gives what it printed."""
    arguments = []
    for name, value in options.items():
        values = value if isinstance(value, list) else [value]
        words = [word if isinstance(word, str) else json.dumps(word) for word in values]
        arguments += [f"--{name.replace('_', '-')}", *words]
    done = aws(endpoint, "sqs", operation, *arguments)
    if done.returncode != 0:
        raise RuntimeError(f"{operation}: {done.stderr}")
    return json.loads(done.stdout) if done.stdout.strip() else {}


def queues_and_messages(endpoint):
    seen, url = Seen(), endpoint.queue_url("jobs")
    seen.equal("get-queue-url", sqs(endpoint, "get-queue-url", queue_name="jobs")["QueueUrl"], url)
    listed = sqs(endpoint, "list-queues", queue_name_prefix="dead", page_size=1)
    seen.equal("list-queues", listed["QueueUrls"], [endpoint.queue_url("dead"), endpoint.queue_url("dead.fifo")])
    seen.equal("create-queue", sqs(endpoint, "create-queue", queue_name="jobs")["QueueUrl"], url)
    sources = sqs(endpoint, "list-dead-letter-source-queues", queue_url=endpoint.queue_url("dead"))
    seen.equal("list-dead-letter-source-queues", sources["queueUrls"], [url])
    seen.equal("list-queue-tags", sqs(endpoint, "list-queue-tags", queue_url=url), {})
    attribute = {"City": {"DataType": "String", "StringValue": "Any City"}, "B": {"DataType": "Binary", "BinaryValue": "xyz"}}
    sent = sqs(endpoint, "send-message", queue_url=url, message_body="Grüße aus Köln", delay_seconds="1",
               message_attributes=attribute)
    seen.equal("checksum", sent["MD5OfMessageBody"], md5("Grüße aus Köln".encode()))
    endpoint.advance(1)
    received = sqs(endpoint, "receive-message", queue_url=url, attribute_names="All", message_attribute_names="All",
                   max_number_of_messages="10", visibility_timeout="9", wait_time_seconds="0")
    [message] = received["Messages"]
    # The first major version takes the bytes themselves, and shows their base64.
    attribute["B"]["BinaryValue"] = "eHl6"
    seen.equal("receive-message", (message["Body"], message["MessageAttributes"]), ("Grüße aus Köln", attribute))
    handle = message["ReceiptHandle"]
    sqs(endpoint, "change-message-visibility", queue_url=url, receipt_handle=handle, visibility_timeout="60")
    names = ["ApproximateNumberOfMessagesNotVisible", "QueueArn"]
    attributes = sqs(endpoint, "get-queue-attributes", queue_url=url, attribute_names=names)["Attributes"]
    seen.equal("get-queue-attributes", attributes, {"ApproximateNumberOfMessagesNotVisible": "1", "QueueArn": f"{ARN}jobs"})
    sqs(endpoint, "delete-message", queue_url=url, receipt_handle=handle)
    entries = [{"Id": str(number), "MessageBody": f"m{number}"} for number in range(3)]
    sent = sqs(endpoint, "send-message-batch", queue_url=url, entries=[entries])
    seen.equal("send-message-batch", len(sent["Successful"]), 3)
    messages = sqs(endpoint, "receive-message", queue_url=url, max_number_of_messages="10")["Messages"]
    entries = [{"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]} for number, message in enumerate(messages)]
    hidden = sqs(endpoint, "change-message-visibility-batch", queue_url=url,
                 entries=[[{**entry, "VisibilityTimeout": 5} for entry in entries]])
    seen.equal("change-message-visibility-batch", len(hidden["Successful"]), 3)
    deleted = sqs(endpoint, "delete-message-batch", queue_url=url, entries=[entries])
    seen.equal("delete-message-batch", len(deleted["Successful"]), 3)
    fifo = endpoint.queue_url("orders.fifo")
    sent = sqs(endpoint, "send-message", queue_url=fifo, message_body="m", message_group_id="g", message_deduplication_id="d")
    seen.equal("sequence number", len(sent["SequenceNumber"]), 20)
    sqs(endpoint, "purge-queue", queue_url=fifo)
    seen.equal("empty", sqs(endpoint, "receive-message", queue_url=fifo), {})
    return seen.problems


def move_tasks(endpoint):
    seen, dead = Seen(), endpoint.queue_url("dead")
    sqs(endpoint, "send-message", queue_url=dead, message_body="m")
    source = {"source_arn": f"{ARN}dead"}
    started = sqs(endpoint, "start-message-move-task", **source, destination_arn=f"{ARN}slow",
                  max_number_of_messages_per_second="1")
    [task] = sqs(endpoint, "list-message-move-tasks", **source)["Results"]
    seen.equal("task", (task["Status"], task["TaskHandle"]), ("RUNNING", started["TaskHandle"]))
    cancelled = sqs(endpoint, "cancel-message-move-task", task_handle=started["TaskHandle"])
    seen.equal("cancelled", cancelled, {"ApproximateNumberOfMessagesMoved": 1})
    return seen.problems


def refusals(endpoint):
    seen, url = Seen(), endpoint.queue_url("jobs")
    for code, part, arguments in [
        ("AWS.SimpleQueueService.NonExistentQueue", "which has `dead`, `jobs`", ["get-queue-url", "--queue-name", "none"]),
        ("ReceiptHandleIsInvalid", '"x"', ["delete-message", "--queue-url", url, "--receipt-handle", "x"]),
        ("AWS.SimpleQueueService.UnsupportedOperation", "the application's code",
         ["set-queue-attributes", "--queue-url", url, "--attributes", "VisibilityTimeout=5"]),
        ("AWS.SimpleQueueService.UnsupportedOperation", "the application's code", ["delete-queue", "--queue-url", url]),
    ]:
        done = aws(endpoint, "sqs", *arguments)
        told = f"({code})" in done.stderr and part in done.stderr
        seen.equal(arguments[0], (done.returncode != 0, told or done.stderr), (True, True))
    return seen.problems


def objects(endpoint):
    seen = Seen()
    with tempfile.TemporaryDirectory() as folder:
        there, back = os.path.join(folder, "there"), os.path.join(folder, "back")
        with open(there, "w", encoding="utf-8") as file:
            file.write("payload")
        for arguments in [["cp", there, "s3://payloads/a/b.json"], ["cp", "s3://payloads/a/b.json", back]]:
            done = aws(endpoint, "s3", *arguments)
            seen.equal(" ".join(arguments[:1]), (done.returncode, done.stderr), (0, ""))
        with open(back, encoding="utf-8") as file:
            seen.equal("body", file.read(), "payload")
    seen.equal("ls", aws(endpoint, "s3", "ls", "s3://payloads").stdout.split(), ["PRE", "a/"])
    seen.equal("ls", aws(endpoint, "s3", "ls", "s3://payloads", "--recursive").stdout.split()[2:], ["7", "a/b.json"])
    seen.equal("rm", aws(endpoint, "s3", "rm", "s3://payloads/a/b.json").returncode, 0)
    seen.equal("ls", aws(endpoint, "s3", "ls", "s3://payloads", "--recursive").stdout, "")
    return seen.problems
