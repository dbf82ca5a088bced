"""One chain of runs of shop in ministack, from a request to a dead letter that is sent again: the same as in a local run
and in a `TestApp`, where `examples/shop/tests/chain.rs` compares it with the same list."""

import json
import os
from collections import Counter

from journey import DEAD_LETTERS, VISIBILITY_TIMEOUT, requested, same
from ministack_server import until

APPLICATION = "shop"
HERE = os.path.dirname(os.path.abspath(__file__))
CHAIN = os.path.join(HERE, "..", "examples", APPLICATION, "tests", "chain.json")
PATIENCE = 90
# Members of a line of a log that are not the payload's, of which the handlers of shop log each member.
SAID = {
    "timestamp", "level", "message", "task", "requestId", "messageId", "invocationId", "attempt", "xrayTraceId", "from",
}


def check(stack, report):
    with open(CHAIN) as file:
        expected = json.load(file)
    task, letter = expected["letter"]
    queue = f"{task}ALQueue"
    # Handlers log their payloads at this level.
    stack.set_log_level("DEBUG")
    stack.set_visibility_timeout(queue, VISIBILITY_TIMEOUT)

    _, send = requested("POST", "/orders", json.dumps(expected["request"]).encode(), tuple(expected["answer"]))
    answer, good_answer = send(stack)
    same(report, "one chain: the request is answered", answer, good_answer)

    until(lambda: stack.count(DEAD_LETTERS)[0], lambda count: count > 0, PATIENCE)
    dead = [json.loads(body) for body in stack.taken(DEAD_LETTERS)]
    found = [[each["destination_task_id"], json.loads(each["payload"])] for each in dead]
    same(report, "one chain: the dead letter", found, [[task, letter]])
    if not dead:
        return
    stack.send(queue, json.dumps({**dead[0], "payload": json.dumps(expected["repaired"])}))

    request = ["PostOrder", None, expected["request"], 1, "done" if answer[0] < 400 else "failed"]
    good = counted(expected["runs"])
    look = lambda: counted([request, *runs(stack.logged(), dead[0]["invocation_id"])])  # noqa: E731
    found = until(look, lambda found: good <= found, PATIENCE)
    problems = [f"missing  {run}" for run in (good - found).elements()]
    problems += [f"too many {run}" for run in (found - good).elements()]
    report.compared("one chain: the runs of a local run and of a TestApp", problems)
    for name in (queue, "SendMailALQueue", DEAD_LETTERS):
        left = until(lambda name=name: stack.count(name), lambda count: not any(count), PATIENCE)
        same(report, f"one chain: {name} is empty at the end", left, (0, 0, 0))


def runs(lines, chain):
    """The runs of a chain: task, task that sent the message, payload, attempt, `done` or `failed`. A handler has logged
    what it got, and the library whether that failed."""
    lines = [json.loads(line) for line in lines if line.startswith("{") and chain in line]
    lines = [line for line in lines if line.get("invocationId") == chain]
    failed = {(line["messageId"], line["attempt"]) for line in lines if "kind" in line}
    return [
        [
            line["task"], line["from"], {name: value for name, value in line.items() if name not in SAID},
            line["attempt"], "failed" if (line["messageId"], line["attempt"]) in failed else "done",
        ]
        for line in lines
        if "from" in line
    ]


def counted(runs):
    """Runs at the same time have no order."""
    return Counter(json.dumps(run, sort_keys=True) for run in runs)
