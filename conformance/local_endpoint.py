"""The endpoint of `async-lambda-local` as a process, whose clock is moved by hand, and clients of it."""

import base64
import hashlib
import struct
import subprocess
import urllib.request

import boto3
from botocore.config import Config

REGION = "us-east-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": REGION}
ONCE = Config(retries={"total_max_attempts": 1})
# When the clock begins.
BEGIN = 1_795_435_200_000


class Endpoint:
    """A new endpoint: its queues are empty, its clock stands still."""

    def __init__(self, program):
        self.program = program

    def __enter__(self):
        self.process = subprocess.Popen([self.program], stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            raise RuntimeError(f"{self.program}: does not say its address")
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def advance(self, seconds):
        request = urllib.request.Request(f"{self.url}/clock/{round(seconds * 1000)}", method="POST", data=b"")
        urllib.request.urlopen(request, timeout=10).close()

    def queue_url(self, name):
        return f"{self.url}/000000000000/{name}"

    def client(self, service):
        return boto3.client(service, endpoint_url=self.url, region_name=REGION, aws_access_key_id="id",
                            aws_secret_access_key="secret", config=ONCE)

    def sqs(self):
        """A client that compares every checksum of an answer, which boto3 does not."""
        client = self.client("sqs")
        events = client.meta.events
        events.register("provide-client-params.sqs", lambda params, context, **_: context.update(asked=params))
        events.register("after-call.sqs", lambda parsed, context, **_: check_sums(context["asked"], parsed))
        return client


def check_sums(asked, answer):
    """Compares the checksums of sent and received messages with our own."""
    entries = {entry["Id"]: entry for entry in asked.get("Entries", [])}
    sent = [(entries[entry["Id"]], entry) for entry in answer.get("Successful", []) if "MessageId" in entry]
    if "MD5OfMessageBody" in answer:
        sent.append((asked, answer))
    for message, said in sent:
        compare(said["MD5OfMessageBody"], md5(message["MessageBody"].encode()))
        compare(said.get("MD5OfMessageAttributes"), md5_of_attributes(message.get("MessageAttributes")))
    for message in answer.get("Messages", []):
        compare(message["MD5OfBody"], md5(message["Body"].encode()))
        compare(message.get("MD5OfMessageAttributes"), md5_of_attributes(message.get("MessageAttributes")))


def compare(said, expected):
    if said != expected:
        raise AssertionError(f"the checksum must be {expected}, is {said}")


def md5(data):
    return hashlib.md5(data).hexdigest()


def md5_of_attributes(attributes):
    """SQS Developer Guide, "Calculating the MD5 message digest for message attributes"."""
    if not attributes:
        return None
    text = b""
    for name, value in sorted(attributes.items()):
        binary = value["DataType"].startswith("Binary")
        content = value["BinaryValue"] if binary else value["StringValue"].encode()
        for part in (name.encode(), value["DataType"].encode()):
            text += struct.pack(">I", len(part)) + part
        text += (b"\2" if binary else b"\1") + struct.pack(">I", len(content)) + content
    return md5(text)


def base64_text(data):
    return base64.b64encode(data).decode()
