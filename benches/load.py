"""Measures conformance/program under the Lambda Runtime Interface Emulator, and the same tasks on the Python package,
with an SQS that takes a while for a call. Prints JSON. Run by `benches/compare` with the interpreter of `.venv`.

usage: load.py PROGRAM SCRATCH RUNS"""

import json
import os
import statistics
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "conformance"))
PROGRAM, SCRATCH, RUNS = sys.argv[1], sys.argv[2], int(sys.argv[3])

import environment  # noqa: E402

environment.isolate(SCRATCH)

from emulator import Function  # noqa: E402
from fault_cases import batch, fan, job  # noqa: E402
from fault_server import FaultServer  # noqa: E402

PYTHON = [sys.executable, "-B", "-m", "awslambdaric", "python_load.lambda_handler"]
# Seconds that SQS takes for a call.
CALL = 0.010
MESSAGES, RECORDS = 1000, 10


def environment_of(task):
    return {
        "ASYNC_LAMBDA_TASK_ID": task, "ASYNC_LAMBDA_PAYLOAD_S3_BUCKET": "payloads", "PYTHONPATH": str(HERE),
        "ASYNC_LAMBDA_ACCOUNT_ID": "123456789012", "AWS_LAMBDA_FUNCTION_TIMEOUT": "300",
    }


def seconds(command, task, events):
    """From the first request to the last answer, one after the other, in a new execution environment."""
    with FaultServer(delay=CALL) as server:
        log = os.path.join(SCRATCH, f"load-{task}.log")
        with Function(command, environment_of(task), server.url, log) as function:
            begin = time.perf_counter()
            answers = [function.answer(event) for event in events]
            elapsed = time.perf_counter() - begin
        if any(b"errorType" in each or b"itemIdentifier" in each for each in answers):
            raise RuntimeError(f"{command}: must succeed, got {answers[0][:500]}")
        if task == "Fan" and len(server.messages) != MESSAGES:
            raise RuntimeError(f"{command}: must send {MESSAGES} messages, {len(server.messages)} arrived")
    return elapsed


def main():
    records = [job(str(number), wait=300, task="Wide") for number in range(RECORDS)]
    work = {
        "fan": ("Fan", [fan(MESSAGES)], [fan(MESSAGES)]),
        # The Python package handles the first record of a batch only, so each has a batch of its own.
        "batch": ("Wide", [batch(*records)], [batch(each) for each in records]),
    }
    found = {}
    for name, (task, ours, theirs) in work.items():
        found[name] = {
            "rust": statistics.median(seconds([PROGRAM], task, ours) for _ in range(RUNS)),
            "python": seconds(PYTHON, task, theirs),
        }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
