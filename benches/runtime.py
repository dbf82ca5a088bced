"""Measures photo-app under the Lambda Runtime Interface Emulator, and the same tasks on the Python package, in one
stack of a moto server. Prints JSON. Run by `benches/compare` with the interpreter of `.venv`.

usage: runtime.py TEMPLATE BOOTSTRAP SCRATCH COLD WARM"""

import http.client
import json
import os
import statistics
import sys
import time
from pathlib import Path

CONFORMANCE = Path(__file__).resolve().parent.parent / "conformance"
sys.path.insert(0, str(CONFORMANCE))
TEMPLATE, BOOTSTRAP, SCRATCH = sys.argv[1:4]
COLD, WARM = int(sys.argv[4]), int(sys.argv[5])

import environment  # noqa: E402

environment.isolate(SCRATCH)

from application import Application  # noqa: E402
from conversation import message, python  # noqa: E402
from emulator import PATH  # noqa: E402
from server import Server  # noqa: E402

TICK = {"time": "2026-11-23T00:00:00Z"}


class Quiet:
    """A report of which only failures are of interest."""

    def failed(self, check, detail):
        raise RuntimeError(f"{check}: {detail}")

    def compared(self, check, problems):
        if problems:
            self.failed(check, "\n".join(problems))


def record(photo):
    """An event with one message of the queue."""
    body = message("Resize", payload=json.dumps({"key": "a.png", "width": 800}))
    return {"Records": [{
        "messageId": "m", "receiptHandle": "r", "body": body, "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {}, "md5OfBody": "", "eventSource": "aws:sqs", "awsRegion": "us-east-1",
        "eventSourceARN": photo.deployment.queue_arn(photo.queue("Resize")),
    }]}


def timed(function, event):
    """ms to the answer."""
    body = json.dumps(event)
    connection = http.client.HTTPConnection("127.0.0.1", function.port, timeout=60)
    start = time.perf_counter()
    connection.request("POST", PATH, body)
    answer = connection.getresponse().read()
    elapsed = (time.perf_counter() - start) * 1e3
    connection.close()
    if b"errorType" in answer:
        raise RuntimeError(f"{function.command}: must succeed, got {answer[:500]}")
    return elapsed


def resident(function):
    """MB of the program, without the emulator."""
    total = 0
    for child in function.children():
        with open(f"/proc/{child}/status") as file:
            total += next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
    return total / 1024


def cpu(function):
    """ms that the program has worked, all threads."""
    total = 0
    for child in function.children():
        for thread in os.listdir(f"/proc/{child}/task"):
            with open(f"/proc/{child}/task/{thread}/schedstat") as file:
                total += int(file.read().split()[0])
    return total / 1e6


def main():
    with open(TEMPLATE) as file, Server(SCRATCH) as server:
        photo = Application("photo-app", json.load(file), [BOOTSTRAP], server, SCRATCH, Quiet())
        programs = {"rust": photo.function, "python": lambda task: python(photo, task)}
        events = {"nothing": ("Resize", record(photo)), "one": ("Tick", TICK)}
        found = {
            name: {sent: {"cold": [], "cpu": [], "memory": []} for sent in events} | {"warm": []} for name in programs
        }
        # In turn, so that what else the machine does meets all alike.
        for _ in range(COLD):
            for name, program in programs.items():
                for sent, (task, event) in events.items():
                    with program(task) as function:
                        found[name][sent]["cold"].append(timed(function, event))
                        found[name][sent]["cpu"].append(cpu(function))
                        found[name][sent]["memory"].append(resident(function))
        for _ in range(3):
            for name, program in programs.items():
                with program("Tick") as function:
                    for _ in range(10):
                        timed(function, TICK)
                    before = cpu(function)
                    for _ in range(WARM):
                        timed(function, TICK)
                    found[name]["warm"].append((cpu(function) - before) / WARM)
        result = {"size": os.path.getsize(BOOTSTRAP) / 1e6}
        for name, runs in found.items():
            result[name] = {"warm": min(runs["warm"])}
            for sent in events:
                medians = {what: statistics.median(values) for what, values in runs[sent].items()}
                result[name][sent] = {**medians, "cold_min": min(runs[sent]["cold"])}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
