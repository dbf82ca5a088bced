"""Does a fault of a program, or of a template, make a check of `journey.py` fail? The template is that of readme-app,
the program the stand-in. Started by `cargo xtask conformance --self-test` with the interpreter that has ministack."""

import dataclasses
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import environment

SCRATCH = os.getcwd()
environment.isolate(SCRATCH)

import journey  # noqa: E402
import standin_bootstrap  # noqa: E402
from failures import Failures  # noqa: E402
from ministack_server import Ministack, Stack  # noqa: E402

NAME = "readme-app"
HERE = os.path.dirname(os.path.abspath(__file__))
TEMPLATE = os.path.join(HERE, "..", "examples", NAME, "expected", "template.json")


def properties(template, resource):
    return template["Resources"][resource]["Properties"]


def another_dead_letter_queue(template):
    template["Resources"]["Lost"] = {"Type": "AWS::SQS::Queue"}
    properties(template, "AsyncTask1ALQueue")["RedrivePolicy"]["deadLetterTargetArn"] = {"Fn::GetAtt": ["Lost", "Arn"]}


def failures_are_not_reported(template):
    event = properties(template, "AsyncTask1ALFunc")["Events"]["ManagedSQS"]
    event["Properties"].pop("FunctionResponseTypes")


def a_reference_to_nothing(template):
    properties(template, "AsyncTask1ALQueue")["RedrivePolicy"]["deadLetterTargetArn"] = {"Ref": "NoSuch"}


# fault, the part that is gone through, and the beginning of the check that has to fail
FAULTS = [
    ("nothing sent", journey.chains, "ScheduledTask1ALFunc is invoked by a schedule's event: the chain ends"),
    ("invocations fail", journey.chains, "ScheduledTask1ALFunc is invoked by a schedule's event"),
    ("invocations fail", journey.single, "AsyncTask1ALQueue: a good message is gone"),
    ("failures swallowed", journey.partial, "the dead-letter queue has exactly the bad messages"),
    ("batch fails", journey.partial, "AsyncTask1ALQueue: good messages of a mixed batch are handled once"),
    ("nothing logged", journey.partial, "AsyncTask1ALQueue: a log line each time"),
    (another_dead_letter_queue, journey.partial, "the dead-letter queue has exactly the bad messages"),
    (failures_are_not_reported, journey.partial, "the dead-letter queue has exactly the bad messages"),
    (a_reference_to_nothing, None, "the stack is created"),
]
# Of a fault's run, what is slow may fail as well.
PATIENCE = 20


def run(ministack, number, fault="", part=None):
    """What fails where an application has a fault."""
    name = f"fault-{number}"
    with open(TEMPLATE) as file:
        # Names are unique in an account.
        template = json.loads(file.read().replace("project-name", name))
    properties(template, "AsyncTask1ALQueue")["RedrivePolicy"]["maxReceiveCount"] = 2
    if callable(fault):
        fault(template)
    stack = Stack(ministack, name, template, standin_bootstrap.archive("" if callable(fault) else fault))
    report, way = Failures(), journey.JOURNEYS[NAME]
    try:
        if not fault:
            journey.check(stack, way, report)
        elif journey.created(stack, way, report) and part:
            part(stack, dataclasses.replace(way, patience=PATIENCE), report)
    except Exception as error:  # a check that failed leaves others nothing to look at
        report["the end"] = repr(error)
    return report


def main():
    good = []

    def judge(name, ok, found):
        good.append(ok)
        print(f"{'pass' if ok else 'FAIL'}  self-test  {name}{'' if ok else f': {dict(found)}'}", flush=True)

    with Ministack(SCRATCH) as ministack, ThreadPoolExecutor(len(FAULTS) + 1) as threads:
        sound = threads.submit(run, ministack, 0)
        faulty = [threads.submit(run, ministack, n, *fault[:2]) for n, fault in enumerate(FAULTS, 1)]
        judge("the stand-in has no fault", not sound.result(), sound.result())
        for (fault, _, expected), found in zip(FAULTS, faulty):
            title = fault.__name__.replace("_", " ") if callable(fault) else fault
            seen = any(name.startswith(expected) for name in found.result())
            judge(f"{title}: fails `{expected}`", seen, found.result())
    print(f"{sum(good)} passed, {len(good) - sum(good)} failed")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
