"""A program under the Lambda emulator, with a server that has faults in the place of SQS and S3.

Gets `{"program": path, "only": text, "scratch": folder}` on standard input, and answers as it goes: first whether what
must be seen was seen, then whether each expectation would have noticed if it had not been. Started by
`cargo xtask faults`."""

import copy
import json
import os
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

import environment

REQUEST = json.load(sys.stdin)
SCRATCH = REQUEST["scratch"]
environment.isolate(SCRATCH)

import fault_cases  # noqa: E402
from answers import Report  # noqa: E402
from emulator import Function  # noqa: E402
from expectations import Run  # noqa: E402
from fault_server import FaultServer  # noqa: E402

# Cases at once: most of them wait.
THREADS = 4


def variables(case):
    declared = {
        "ASYNC_LAMBDA_TASK_ID": case.task, "ASYNC_LAMBDA_PAYLOAD_S3_BUCKET": "payloads", "RUST_BACKTRACE": "0",
        "ASYNC_LAMBDA_ACCOUNT_ID": "123456789012", "AWS_LAMBDA_FUNCTION_TIMEOUT": str(case.timeout),
        "ASYNC_LAMBDA_DLQ_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/dead", **case.variables,
    }
    return {name: value for name, value in declared.items() if value is not None}


def run(case, log):
    with FaultServer(case.fault, case.delay, case.objects) as server:
        with Function([REQUEST["program"]], variables(case), server.url, log) as function:
            begin = time.monotonic()
            text = function.answer(case.event).decode()
            seconds = time.monotonic() - begin
            said = function.said()
        try:
            answer = json.loads(text)
        except ValueError:
            answer = text
        return Run(
            answer, seconds, said, list(server.calls), list(server.messages), list(server.objects),
            sum(server.faults.values()), server.most_in_flight, server.connections,
        )


def spoiled(expectation, seen):
    """Whether it notices a run that is not as it should be."""
    another = copy.copy(seen)
    expectation.spoil(another)
    return bool(expectation.problems(another))


def check(number, case):
    report = Report("faults")
    if case.name in fault_cases.PENDING:
        report.skipped(case.name, fault_cases.PENDING[case.name])
        return
    try:
        seen = run(case, os.path.join(SCRATCH, f"fault-{number}.log"))
        problems = [problem for expectation in case.expected for problem in expectation.problems(seen)]
        report.compared(case.name, problems)
        if problems:
            return
        blind = [type(expectation).__name__ for expectation in case.expected if not spoiled(expectation, seen)]
        title = f"{case.name}: {len(case.expected)} expectations would have noticed"
        Report("self-test").compared(title, [f"{name} would not" for name in blind])
    except Exception:  # one broken case must not hide what the others give
        report.failed(case.name, traceback.format_exc(limit=-6))


def main():
    cases = [case for part in fault_cases.PARTS for case in part() if REQUEST["only"] in case.name]
    with ThreadPoolExecutor(THREADS) as threads:
        for each in [threads.submit(check, number, case) for number, case in enumerate(cases)]:
            each.result()


if __name__ == "__main__":
    main()
