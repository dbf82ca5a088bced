"""Runs bootstraps under the real Lambda Runtime Interface Emulator, against a moto server.

usage: bootstrap.py PHOTO_APP SHOP

Both are the executables of the examples of that name, built with the feature `aws`. What is compared with the
Python package needs it installed (`pip install async-lambda-unstable`); without it, that check is skipped."""

import http.client
import json
import os
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time

from intrinsics import ACCOUNT, REGION
from server import Server

EMULATOR = os.path.join(sysconfig.get_paths()["purelib"], "samcli", "local", "rapid", "aws-lambda-rie-x86_64")
PATH = "/2015-03-31/functions/function/invocations"
BUCKET = "payloads"
LARGE = "x" * 300_000


class Function:
    """A bootstrap under the emulator."""

    def __init__(self, bootstrap, task, endpoint, scratch):
        self.log = os.path.join(scratch, f"{task}.log")
        self.port, api = free_port(), free_port()
        environment = {
            **os.environ,
            "AWS_LAMBDA_FUNCTION_NAME": task,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": "60",
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_ENDPOINT_URL": endpoint,
            "ASYNC_LAMBDA_ACCOUNT_ID": ACCOUNT,
            "ASYNC_LAMBDA_TASK_ID": task,
            "ASYNC_LAMBDA_PAYLOAD_S3_BUCKET": BUCKET,
        }
        addresses = ["--runtime-interface-emulator-address", f"127.0.0.1:{self.port}"]
        addresses += ["--runtime-api-address", f"127.0.0.1:{api}"]
        self.output = open(self.log, "wb")
        self.process = subprocess.Popen(
            [EMULATOR, *addresses, bootstrap], env=environment, stdout=self.output, stderr=subprocess.STDOUT,
        )

    def __enter__(self):
        for _ in range(500):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.02)
        raise RuntimeError(f"emulator: does not listen, see {self.log}")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        self.output.close()

    def invoke(self, event):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("POST", PATH, json.dumps(event))
        answer = connection.getresponse().read()
        connection.close()
        return json.loads(answer)

    def failures(self, *records):
        """The ids of the records that failed."""
        answer = self.invoke({"Records": list(records)})
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def log_lines(self):
        with open(self.log, errors="replace") as log:
            return [json.loads(line) for line in log if line.startswith("{")]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def record(message_id, body):
    return {
        "messageId": message_id, "receiptHandle": message_id, "body": body, "md5OfBody": "",
        "attributes": {"ApproximateReceiveCount": "1"}, "messageAttributes": {}, "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:queue", "awsRegion": REGION,
    }


def message(task, **payload):
    return json.dumps({"source_task_id": "Test", "destination_task_id": task, "invocation_id": "i", **payload})


def request(method, path, body=None, parameters=None):
    return {
        "path": path, "httpMethod": method, "headers": {"Accept": "*/*"}, "multiValueHeaders": None,
        "queryStringParameters": None, "multiValueQueryStringParameters": None, "pathParameters": parameters,
        "requestContext": {}, "body": body, "isBase64Encoded": False,
    }


class Checks:
    def __init__(self, photo_app, shop, server, scratch):
        self.photo_app, self.shop = photo_app, shop
        self.sqs, self.s3 = server.client("sqs"), server.client("s3")
        self.endpoint, self.scratch = server.url, scratch
        names = ["photo-app-Resize", "shop-BuildReport", "shop-SendMail"]
        self.queues = {name: self.sqs.create_queue(QueueName=name)["QueueUrl"] for name in names}
        self.s3.create_bucket(Bucket=BUCKET)
        self.failed = 0

    def function(self, bootstrap, task):
        return Function(bootstrap, task, self.endpoint, self.scratch)

    def equal(self, subject, found, expected):
        if found == expected:
            print(f"pass  {subject}")
        else:
            self.failed += 1
            print(f"FAIL  {subject}\n      expected {expected}\n      found    {found}")

    def received(self, queue):
        url = self.queues[queue]
        messages = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for each in messages:
            self.sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
        return [each["Body"] for each in messages]

    def run(self):
        with self.function(self.photo_app, "Tick") as tick:
            self.equal("schedule: answer", tick.invoke({"time": "2026-11-23T00:00:00Z"}), None)
        sent = self.received("photo-app-Resize")
        self.equal("schedule: one message", len(sent), 1)
        body = json.loads(sent[0])
        self.equal("message: keys", sorted(body), ["destination_task_id", "invocation_id", "payload", "source_task_id"])
        self.equal("message: payload", json.loads(body["payload"]), {"key": "a.png", "width": 800})
        self.resize(sent[0])
        self.orders()
        self.python_receives(sent[0])

    def resize(self, good):
        with self.function(self.photo_app, "Resize") as resize:
            wrong = message("Resize", payload=json.dumps({"key": 1}))
            records = [record("good", good), record("json", "{"), record("shape", wrong), record("good2", good)]
            self.equal("mixed batch: bad records", resize.failures(*records), ["json", "shape"])
            lines = [(line["message_id"], line["kind"]) for line in resize.log_lines()]
            self.equal("mixed batch: log lines", lines, [("json", "message"), ("shape", "error")])
            self.s3.put_object(Bucket=BUCKET, Key="2026/11/23/a.json", Body=json.dumps({"key": LARGE, "width": 1}))
            large = message("Resize", s3_payload_key="2026/11/23/a.json")
            gone = message("Resize", s3_payload_key="2026/11/23/b.json")
            failed = resize.failures(record("large", large), record("gone", gone))
            self.equal("large payload: received", failed, ["gone"])
            left = self.s3.list_objects_v2(Bucket=BUCKET)["KeyCount"]
            self.equal("large payload: deleted", left, 0)

    def orders(self):
        with self.function(self.shop, "PostOrder") as post:
            answer = post.invoke(request("POST", "/orders", '{"id": 7, "item": "tea"}'))
            self.equal("request: created", (answer["statusCode"], answer["body"]), (201, "/orders/7"))
            self.equal("request: wrong body", post.invoke(request("POST", "/orders", "{"))["statusCode"], 400)
            self.equal("request: nonsense", post.invoke({})["errorType"], "Error")
        self.equal("request: one message", len(self.received("shop-BuildReport")), 1)
        with self.function(self.shop, "Import") as orders:
            bodies = {"good": '{"id": 1, "item": "tea"}', "panic": '{"id": 0, "item": "tea"}', "json": "id=1"}
            records = [record(message_id, body) for message_id, body in bodies.items()]
            self.equal("somebody else's queue: bad records", orders.failures(*records), ["panic", "json"])
        with self.function(self.shop, "NightlyReport") as nightly:
            nightly.invoke({"time": "2026-11-23T" + "0" * 300_000})
        body = json.loads(self.received("shop-BuildReport")[0])
        self.equal("schedule: day", json.loads(body["payload"]), {"day": "2026-11-23"})
        with self.function(self.shop, "BuildReport") as build:
            report = message("BuildReport", payload=json.dumps({"day": LARGE}))
            self.equal("large report: built", build.failures(record("large", report)), [])
        keys = [each["Key"] for each in self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
        self.equal("large payload: stored by day", [key.count("/") for key in keys], [3])
        text = json.loads(self.s3.get_object(Bucket=BUCKET, Key=keys[0])["Body"].read())["text"]
        self.equal("large payload: whole", text, f"nothing was sold on {LARGE}")

    def python_receives(self, body):
        try:
            from async_lambda import AsyncLambdaController
        except ImportError:
            print("skip  python receives: async-lambda-unstable is not installed")
            return
        controller, received = AsyncLambdaController(), []
        controller.async_task("Resize")(lambda event: received.append((event.payload, event.source_task_id)))
        os.environ.update(AWS_REGION=REGION, ASYNC_LAMBDA_ACCOUNT_ID=ACCOUNT)
        controller.handle_invocation({"Records": [record("m", body)]}, None, task_id="Resize")
        self.equal("python receives", received, [({"key": "a.png", "width": 800}, "Tick")])


def main():
    photo_app, shop = (os.path.abspath(path) for path in sys.argv[1:3])
    with tempfile.TemporaryDirectory() as scratch, Server(scratch) as server:
        checks = Checks(photo_app, shop, server, scratch)
        checks.run()
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
