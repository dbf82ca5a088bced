"""Runs the arm64 bootstrap of photo-app once, under qemu: a batch of a good and a bad record through a Runtime API of
a few lines. Standard library only. Started by `cargo xtask arm64`.

usage: arm64.py ROOT_FOLDER    the folder that arm64.sh has made"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from answers import Report

# Seconds: qemu translates as it goes.
PATIENCE = 120
AARCH64 = 183


def message(payload):
    body = {"source_task_id": "Tick", "destination_task_id": "Resize", "invocation_id": "i", "payload": payload}
    return json.dumps(body)


def record(message_id, body):
    return {
        "messageId": message_id, "receiptHandle": "r", "body": body, "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {}, "md5OfBody": "", "eventSource": "aws:sqs", "awsRegion": "us-east-1",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:photo-app-Resize",
    }


EVENT = {"Records": [record("good", message('{"key": "arm.png", "width": 1}')), record("bad", "no JSON")]}


class RuntimeApi(ThreadingHTTPServer):
    """Gives one event, and keeps what is answered."""

    daemon_threads = True

    def __init__(self):
        self.given, self.answers, self.answered = False, [], threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, *_):
        pass  # The program is gone, and with it its connection.


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.server.given:
            self.server.answered.wait()
            time.sleep(PATIENCE)
            return
        self.server.given = True
        event = json.dumps(EVENT).encode()
        self.send_response(200)
        for name, value in {
            "Lambda-Runtime-Aws-Request-Id": "r", "Content-Type": "application/json", "Content-Length": len(event),
            "Lambda-Runtime-Deadline-Ms": int((time.time() + PATIENCE) * 1000),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:123456789012:function:photo-app-Resize",
        }.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(event)

    def do_POST(self):
        self.server.answers.append((self.path, self.body().decode()))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.answered.set()

    def body(self):
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)


def unpacked(root):
    """The program of the archive, where it can be run in the root."""
    archive = os.path.join(root, "root/project/examples/photo-app/.async_lambda/build/deployment.zip")
    path = os.path.join(root, "root/bootstrap")
    with zipfile.ZipFile(archive) as content, open(path, "wb") as program:
        program.write(content.read("bootstrap"))
    os.chmod(path, 0o755)
    return path


def main():
    root, report = sys.argv[1], Report("arm64")
    with open(unpacked(root), "rb") as program:
        header = program.read(20)
    machine = int.from_bytes(header[18:20], "little")
    report.compared("the program is one for arm64", [] if machine == AARCH64 else [f"its machine is {machine}"])
    server = RuntimeApi()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = {
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_address[1]}", "ASYNC_LAMBDA_TASK_ID": "Resize",
        "AWS_REGION": "us-east-1", "AWS_LAMBDA_FUNCTION_NAME": "photo-app-Resize", "AWS_LAMBDA_LOG_STREAM_NAME": "s",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128", "AWS_LAMBDA_FUNCTION_VERSION": "1", "AWS_LAMBDA_LOG_GROUP_NAME": "g",
        "PATH": os.environ["PATH"],
    }
    command = ["chroot", root, "/usr/bin/qemu-aarch64", "-L", "/usr/aarch64-linux-gnu", "/root/bootstrap"]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        server.answered.wait(PATIENCE)
        process.terminate()
        process.wait()
        log.seek(0)
        said = log.read()
    expected = ("/2018-06-01/runtime/invocation/r/response", {"batchItemFailures": [{"itemIdentifier": "bad"}]})
    found = [(path, json.loads(text)) for path, text in server.answers]
    report.compared("exactly the bad record is reported", [] if found == [expected] else [f"{found!r}\n{said}"])
    report.compared("the good record is handled", [] if "arm.png from" in said else [said])
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    named = [line for line in lines if line.get("messageId") == "bad" and line.get("kind") == "message"]
    report.compared("a log line names the bad record", [] if named else [said])


if __name__ == "__main__":
    main()
