"""Does a fault of a bootstrap, or of its stack, make a check of `conversation.py` fail?"""

import json
import os
import sys

import conversation
from application import Application

HERE = os.path.dirname(os.path.abspath(__file__))
STAND_IN = [sys.executable, "-m", "awslambdaric", "standin.handler"]


def another_dead_letter_queue(template):
    template["Resources"]["Lost"] = {"Type": "AWS::SQS::Queue"}
    policy = template["Resources"]["ResizeALQueue"]["Properties"]["RedrivePolicy"]
    policy["deadLetterTargetArn"] = {"Fn::GetAtt": ["Lost", "Arn"]}


def chain(shop, report):
    conversation.shop_python_receives(shop, conversation.shop_chain(shop, report), report)


# fault -> application, what is run, the check that has to fail
FAULTS = [
    ("nothing sent", "photo-app", conversation.photo_schedule, "a message is in the queue"),
    ("payload no string", "photo-app", conversation.photo_schedule, "its payload is JSON in a string"),
    ("other keys", "photo-app", conversation.photo_schedule, "its keys are those"),
    ("other keys", "photo-app", conversation.photo_python_receives, "Rust sends, Python receives: small"),
    ("batch fails", "photo-app", conversation.photo_batch, "mixed batch: exactly the bad records fail"),
    ("failures swallowed", "photo-app", conversation.photo_batch, "what always fails ends in the dead-letter queue"),
    (another_dead_letter_queue, "photo-app", conversation.photo_batch, "what always fails ends in the dead-letter queue"),
    ("bucket not read", "photo-app", conversation.photo_python_sends, "Python sends, Rust receives: large"),
    ("bucket emptied", "photo-app", conversation.photo_python_sends, "Python sends large: the payload stays"),
    ("requests refused", "shop", conversation.shop_api, "a request is answered"),
    ("failures swallowed", "shop", conversation.shop_queue, "somebody else's queue"),
    ("large inline", "shop", conversation.shop_chain, "a large payload is stored by day"),
    ("no delay", "shop", conversation.shop_chain, "a message with a delay"),
    ("chain broken", "shop", chain, "a chain keeps its invocation id"),
]


def stand_in(name, fault, server, scratch, report):
    """An application whose functions run the stand-in."""
    with open(os.path.join(HERE, "..", "examples", name, "expected", "template.json")) as file:
        template = json.load(file)
    if callable(fault):
        fault(template)
    application = Application(name, template, STAND_IN, server, scratch, report)
    application.variables = {"PYTHONPATH": HERE, "FAULT": "" if callable(fault) else fault}
    return application


def run(server, scratch, answers):
    """Gives the name of each case, whether it is as it should be, and what failed."""
    server.reset()
    report = answers()
    applications = [stand_in(name, "", server, scratch, report) for name in ("photo-app", "shop")]
    conversation.check(*applications, lambda _: report)
    yield "the stand-in has no fault", not report, report
    for fault, name, part, expected in FAULTS:
        server.reset()
        report = answers()
        try:
            part(stand_in(name, fault, server, scratch, report), report)
        except Exception as error:  # a check that failed leaves others nothing to look at
            report["the end"] = repr(error)
        title = fault.__name__.replace("_", " ") if callable(fault) else fault
        yield f"{title}: fails `{expected}`", any(check.startswith(expected) for check in report), report
