"""Does a template of ours that loses something of Python's stack make a check of `moving.py` fail? Started by
`cargo xtask conformance --self-test` with the interpreter that has ministack."""

import copy
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import environment

SCRATCH = os.getcwd()
environment.isolate(SCRATCH)

import moving  # noqa: E402
from failures import Failures  # noqa: E402
from ministack_server import Ministack  # noqa: E402

EXAMPLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "examples", "every-task")
# Of the types that the faults are about.
CREATE_ONLY = {
    "AWS::S3::Bucket": ["BucketName"], "AWS::SQS::Queue": ["QueueName", "FifoQueue"],
    "AWS::Scheduler::ScheduleGroup": ["Name"], "AWS::Lambda::EventSourceMapping": ["EventSourceArn"],
}


def properties(template, resource):
    return template["Resources"][resource]["Properties"]


def another_queue_name(template):
    properties(template, "CountALQueue")["QueueName"] = "orders-count"


def another_logical_id(template):
    template["Resources"]["Words"] = template["Resources"].pop("AsyncLambdaDLQ")
    for resource in template["Resources"].values():
        resource["Properties"] = json.loads(json.dumps(resource["Properties"]).replace("AsyncLambdaDLQ", "Words"))


def a_name_for_the_bucket(template):
    properties(template, "AsyncLambdaPayloadBucket")["BucketName"] = "orders-payloads"


def another_schedule_group(template):
    properties(template, "AsyncLambdaDelayScheduleGroup")["Name"] = "orders-later"


TEMPLATES, CHANGE_SET = "none: no queue, bucket", "the change set removes and replaces none"
STAY, STATE = "those that stay are the same ones", "messages, a payload and a schedule are still there"
# fault, parts of the checks that have to fail
FAULTS = [
    (another_queue_name, [TEMPLATES, CHANGE_SET, STAY, STATE]),
    (another_logical_id, ["none: the move removes", CHANGE_SET, STAY, STATE]),
    (a_name_for_the_bucket, [TEMPLATES, STAY, STATE]),
    (another_schedule_group, [TEMPLATES, STAY, STATE]),
]


def run(number, python, ours, fault=None):
    """What fails where a template has a fault."""
    report, ours, scratch = Failures(), copy.deepcopy(ours), os.path.join(SCRATCH, f"moving-{number}")
    if fault:
        fault(ours)
    os.makedirs(scratch, exist_ok=True)
    request = {"stage": "none", "name": "orders", "python": python, "ours": ours, "create_only": CREATE_ONLY}
    moving.compare(request, report)
    # Each its own, since names are unique in an account.
    with Ministack(scratch) as ministack:
        moving.move(request, ministack, report)
    return report


def main():
    good = []

    def judge(name, ok, found):
        good.append(ok)
        print(f"{'pass' if ok else 'FAIL'}  self-test  {name}{'' if ok else f': {dict(found)}'}", flush=True)

    with open(os.path.join(EXAMPLE, "tests", "golden", "none.json")) as file:
        python = json.load(file)
    with open(os.path.join(EXAMPLE, "expected", "template.json")) as file:
        ours = json.load(file)
    with ThreadPoolExecutor(len(FAULTS) + 1) as threads:
        sound = threads.submit(run, 0, python, ours).result
        found = [threads.submit(run, n, python, ours, fault).result for n, (fault, _) in enumerate(FAULTS, 1)]
        judge("the template of every-task has no fault", not sound(), sound())
        for (fault, expected), found in zip(FAULTS, found):
            for check in expected:
                seen = any(check in name for name in found())
                judge(f"{fault.__name__.replace('_', ' ')}: fails `{check}`", seen, found())
    print(f"{sum(good)} passed, {len(good) - sum(good)} failed")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
