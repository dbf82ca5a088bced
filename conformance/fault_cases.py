"""What goes wrong, and what must be seen then."""

import json
import random
import socket
import time
from dataclasses import dataclass, field
from email.utils import formatdate

from expectations import (
    Answer, Arrived, AtOnce, Calls, Doubles, Faulty, Handled, InFlight, InOrder, Line, Reason, Related, Sequence,
    SignedAhead, Silent, Stored, Within,
)
from fault_server import REQUEST_ID, dripping, hanging, partly, refused, reset, reset_after, told

# Seconds of the functions that are stopped: a second before, so that a busy machine can still answer in time.
SHORT = 10
HOUR = 3600


@dataclass
class Case:
    """`fault` gets each call and its number; see fault_server.py."""

    name: str
    task: str
    event: dict
    expected: list
    fault: callable = None
    timeout: int = 60
    variables: dict = field(default_factory=dict)
    objects: dict = field(default_factory=dict)
    delay: float = 0


def body(task, payload=None, chain="i", **more):
    envelope = {"source_task_id": "Test", "destination_task_id": task, "invocation_id": chain, **more}
    return json.dumps(envelope if "s3_payload_key" in more else {**envelope, "payload": json.dumps(payload)})


def record(message_id, text, attempt=1, group=None):
    attributes = {"ApproximateReceiveCount": str(attempt), **({"MessageGroupId": group} if group else {})}
    queue = "faults.fifo" if group else "faults"
    return {
        "messageId": message_id, "receiptHandle": "r", "body": text, "attributes": attributes, "messageAttributes": {},
        "md5OfBody": "", "eventSource": "aws:sqs", "eventSourceARN": f"arn:aws:sqs:us-east-1:123456789012:{queue}",
        "awsRegion": "us-east-1",
    }


def job(message_id, kind="ok", wait=0, task="Work", **more):
    return record(message_id, body(task, {"kind": kind, "wait": wait}), **more)


def stored(message_id, key, task="Work", **more):
    return record(message_id, body(task, s3_payload_key=key), **more)


def batch(*records):
    return {"Records": list(records)}


def fan(n, size=10):
    return {"time": "2026-11-23T00:00:00Z", "n": n, "size": size}


def on(service, method, fault, first=None):
    """The fault for all calls of a kind, or for the first ones."""
    left = [first]

    def choose(call, _):
        if call.service != service or call.method != method or left[0] == 0:
            return None
        if left[0] is not None:
            left[0] -= 1
        return fault

    return choose


def to_queue(name, fault):
    return lambda call, _: fault if call.queue == name else None


def nowhere():
    """An endpoint at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


OK = {"kind": "ok"}
PAYLOAD = {"a/b.json": json.dumps(OK).encode()}
MIDDLE = batch(job("1"), stored("2", "a/b.json"), job("3"))
# Record 1 is done, 2 is what goes wrong, and 3 is done if there is time.
STOPPED = Handled(["1"], must=["2"], may=["3"])
NAMED = Line(messageId="2", kind=lambda kind: kind in ("deadline", "payload_load"), level="ERROR")
IN_TIME = Silent("Task timed out")


def deadline():
    """Whatever hangs or panics, the other records stay as they are."""
    get, delete = on("s3", "GET", hanging), on("s3", "DELETE", hanging)
    hung = [Faulty(), STOPPED, NAMED, IN_TIME]
    yield Case("GetObject hangs", "Work", MIDDLE, hung, get, SHORT)
    yield Case("GetObject drips", "Work", MIDDLE, hung, on("s3", "GET", dripping), SHORT)
    yield Case(
        "DeleteObject hangs", "Work", MIDDLE,
        [Faulty(), Handled(["1", "2"], may=["3"]), IN_TIME, Line(level="WARN", messageId="2")],
        delete, SHORT, {"DELETE_PAYLOADS": "1"}, PAYLOAD,
    )
    chain = [record(each, body("Chain", 1, **more)) for each, more in (("1", {}), ("2", {"hops": 9}), ("3", {}))]
    yield Case(
        "the dead-letter queue hangs", "Chain", batch(*chain),
        [Faulty(), STOPPED, IN_TIME, Line(messageId="2", kind=lambda kind: kind in ("deadline", "recursion"))],
        to_queue("dead", hanging), SHORT,
    )
    echo = batch(*(record(each, body("Echo", 1)) for each in ("1", "2")))
    yield Case(
        "SQS hangs in a handler", "Echo", echo,
        [Faulty(), Handled([], must=["1"], may=["2"]), IN_TIME, Line(messageId="1", level="ERROR")],
        on("sqs", "POST", hanging), SHORT,
    )
    for title, kind in (("a handler waits for too long", "ok"), ("a handler panics when it is stopped", "bomb")):
        event = batch(job("1"), job("2", kind, wait=60_000), job("3"))
        yield Case(title, "Work", event, [STOPPED, Line(messageId="2", kind="deadline"), IN_TIME], None, SHORT)
    yield Case(
        "10,000 records, and time for a part", "Work", batch(*(job(str(each), wait=5) for each in range(10_000))),
        [
            Answer(lambda answer: isinstance(answer, dict) and 5000 < len(answer.get("batchItemFailures", ())) < 1e4),
            Line(kind="deadline", records=lambda count: isinstance(count, int) and count > 5000), IN_TIME,
        ],
        None, SHORT,
    )
    for title, kind in (("a handler", "block"), ("a task that a handler spawned", "spawn")):
        yield Case(
            f"{title} blocks the thread", "Work", batch(job("1"), job("2", kind, wait=60_000), job("3")),
            [
                Answer(lambda answer: "Task timed out" in str(answer)),
                Line(messageId="2", kind="deadline", remainingMs=lambda left: isinstance(left, int) and 0 < left < 1e3),
            ],
            None, SHORT,
        )
    for title, kind in (("a panic's value panics when it is dropped", "bombs"), ("a field of a span panics", "field")):
        yield Case(
            title, "Work", batch(job("1"), job("2", kind), job("3")),
            [Handled(["1", "3"], must=["2"]), Line(messageId="2", kind="panic", message="record failed"), IN_TIME],
            None, SHORT,
        )


def sending():
    """Permanent errors stop at once, the others are tried again, and no message is lost or sent for nothing."""
    denied = refused("AccessDeniedException", "not authorized to perform: sqs:sendmessage", 403)
    why = Reason("AccessDeniedException", "not authorized to perform: sqs:sendmessage", REQUEST_ID)
    for count, most in ((25, 3), (1000, 32)):
        yield Case(
            f"access denied, {count} messages", "Fan", fan(count),
            [Faulty(), Arrived(count, range(count)), Calls(1, most), Within(30), why], on("sqs", "POST", denied),
        )
    for code, status in (("QueueDoesNotExist", 400), ("ExpiredToken", 403), ("BatchRequestTooLong", 400)):
        yield Case(
            f"{code}: one call", "Fan", fan(1), [Arrived(1, [0]), Calls(1), Reason(code, "why", REQUEST_ID)],
            on("sqs", "POST", refused(code, "why", status)),
        )
    yield Case(
        "a setting is missing: no call", "Fan", fan(25),
        [Arrived(25, range(25)), Calls(0), Reason("ASYNC_LAMBDA_ACCOUNT_ID"), Within(30)],
        None, variables={"ASYNC_LAMBDA_ACCOUNT_ID": None},
    )
    yield Case(
        "503 for good", "Fan", fan(1),
        [Faulty(2), Arrived(1, [0]), Calls(2, 6), Reason("ServiceUnavailable", REQUEST_ID), Within(40)],
        on("sqs", "POST", refused("ServiceUnavailable", "come back later", 503)),
    )
    yield Case(
        "nobody listens", "Fan", fan(1), [Arrived(1, [0]), Calls(0), Reason("SendMessageBatch"), Within(40)],
        variables={"AWS_ENDPOINT_URL": nowhere()},
    )
    for title, fault, times in (
        ("500 twice", refused("InternalFailure", "no", 500), 2), ("throttled twice", refused("RequestThrottled"), 2),
        ("a reset before the answer", reset, 1), ("no JSON in an answer", told("<html>"), 1),
        ("no lists in an answer", told("{}"), 1),
        ("empty lists in an answer", told('{"Successful":[],"Failed":[]}'), 1),
        ("some messages fail for a while", partly({"3": ("InternalError", "no", False)}), 1),
        ("nothing is said of some messages", partly(lost=("1", "4")), 1),
    ):
        yield Case(
            f"{title}: sent again", "Fan", fan(25), [Faulty(times), Arrived(25), Line(level="WARN")],
            on("sqs", "POST", fault, times),
        )
    yield Case(
        "a reset after the queue took them: at least once", "Fan", fan(25), [Faulty(), Arrived(25, again=True)],
        on("sqs", "POST", reset_after, 1),
    )
    yield Case(
        "an empty answer for good: nothing counts as sent", "Fan", fan(10),
        [Faulty(2), Arrived(10, range(10)), Calls(2, 6)], on("sqs", "POST", told('{"Successful":[],"Failed":[]}')),
    )
    yield Case(
        "the sender's fault: not sent again", "Fan", fan(10),
        [Faulty(), Arrived(10, [3]), Calls(1), Reason("InvalidMessageContents", "bad character")],
        on("sqs", "POST", partly({"3": ("InvalidMessageContents", "bad character", True)})),
    )
    yield Case(
        "no answer to the first attempt: sent again", "Fan", fan(1), [Faulty(), Arrived(1), Calls(2), Within(25)],
        on("sqs", "POST", hanging, 1), timeout=30,
    )
    skew = refused("RequestTimeTooSkewed", "skew", 403, {"Date": formatdate(time.time() + HOUR, usegmt=True)})
    yield Case(
        "a clock that is an hour behind", "Fan", fan(1), [Faulty(), Arrived(1), Calls(2), SignedAhead(HOUR)],
        on("sqs", "POST", skew, 1),
    )
    yield Case(
        "a clock that is an hour behind, many calls at once", "Fan", fan(1000),
        [Faulty(2), Arrived(1000), SignedAhead(HOUR)],
        lambda call, _: None if call.ahead() > HOUR / 2 else skew, delay=0.05,
    )
    for url in ("http://", "http://a b/", "127.0.0.1:9"):
        yield Case(
            f"no endpoint, `{url}`: said without the request", "Fan", fan(1, 100),
            [Arrived(1, [0]), Calls(0), Reason("AWS_ENDPOINT_URL", url), Silent("x" * 30)],
            variables={"AWS_ENDPOINT_URL": url},
        )
    large = fan(3, 300_000)
    for title, fault, times in (("500 once", refused("InternalError", "no", 500), 1), ("a reset", reset, 1)):
        yield Case(
            f"PutObject: {title}, then stored", "Fan", large, [Faulty(), Calls(4, service="s3"), Calls(1)],
            on("s3", "PUT", fault, times),
        )
    yield Case(
        "PutObject is denied: nothing is sent", "Fan", large,
        [Faulty(), Calls(0), Calls(1, 3, "s3"), Reason("AccessDenied", "no", REQUEST_ID)],
        on("s3", "PUT", refused("AccessDenied", "no", 403)),
    )
    yield Case(
        "many batches: calls at once", "Fan", fan(1000), [Arrived(1000), InFlight(2, 16, 16), InOrder(), Calls(100)],
        delay=0.03,
    )
    yield Case("two batches: one connection", "Fan", fan(20), [Arrived(20), InFlight(1, 1, 1), InOrder()], delay=0.03)


def logs():
    """Every line leads to its record; nothing is in it that must not leave the process."""
    spans = [record(each, body("Work", {"kind": "span"}, chain=f"chain-{each}"), int(each)) for each in "123"]
    related = {each: (f"chain-{each}", int(each)) for each in "123"}
    yield Case(
        "a handler's span does not hide what a line belongs to", "Work", batch(*spans),
        [
            Handled("123"), Related("a line in a span", "Work", related),
            Line(**{"level": "INFO", "fields.level": "mine", "fields.message": "mine", "fields.attempt": 7}),
        ],
    )
    records = [record(each, body("Work", {"kind": "log"}, chain=f"chain-{each}"), int(each)) for each in "123"]
    lines = ("a line of the handler", "a warning of the handler")
    yield Case(
        "lines of handlers lead to their records", "Work", batch(*records),
        [Handled("123"), *(Related(line, "Work", related) for line in lines)],
    )
    directive = {
        "Namespace": "Faults", "Dimensions": [["Application", "Task"]],
        "Metrics": [
            {"Name": name, "Unit": unit} for name, unit in (
                ("Handled", "Count"), ("Failed", "Count"), ("Failed.error", "Count"), ("BatchSize", "Count"),
                ("Duration", "Milliseconds"),
            )
        ],
    }
    counted = {"Handled": 1, "Failed": 1, "Failed.error": 1, "BatchSize": 2}
    yield Case(
        "metrics are a line, which Lambda lets through", "Work", batch(job("1"), job("2", "error")),
        [
            Handled("1", must="2"),
            Line(
                message="metrics", level="ERROR", Application="faults-prod", Task="Work", **counted,
                requestId=lambda request: bool(request),
                Duration=lambda durations: isinstance(durations, list) and len(durations) == 2,
                _aws=lambda aws: bool(aws) and aws["CloudWatchMetrics"] == [directive],
            ),
        ],
        variables={"METRICS": "1", "ASYNC_LAMBDA_APP_NAME": "faults-prod", "AWS_LAMBDA_LOG_LEVEL": "ERROR"},
    )
    failing = [record(each, body("Work", {"kind": "error"}, chain=f"chain-{each}"), int(each)) for each in "123"]
    yield Case(
        "lines about failures lead to their records", "Work", batch(*failing),
        [Handled([], must="123"), Related("record failed", "Work", related)],
    )
    secrets = {
        "AWS_ACCESS_KEY_ID": "AKIDOFTHETEST", "AWS_SECRET_ACCESS_KEY": "secretofthetest",
        "AWS_SESSION_TOKEN": "tokenofthetest",
    }
    yield Case(
        "no secret and no body at level TRACE", "Fan", fan(3, 300_000),
        [Faulty(3), Line(level="WARN"), Silent(*secrets.values(), "AWS4-HMAC", "Signature", "x" * 30)],
        lambda call, number: refused("InternalError", "no", 500) if number < 3 else None,
        variables={"AWS_LAMBDA_LOG_LEVEL": "TRACE", **secrets},
    )


def payloads():
    """What is in a payload, and what is wrong with it."""
    random.seed(1)
    numbers = [random.uniform(0, 1) for _ in range(2500)] + [1.7e9 + random.random() * 1e8 for _ in range(2500)]
    yield Case("5,000 doubles, to the last bit", "Echo", batch(record("1", body("Echo", numbers))), [Doubles(numbers)])
    again = batch(stored("1", "a/b.json", attempt=2))
    yield Case("a payload stays for a redelivery", "Work", again, [Handled(["1"]), Stored("a/b.json")], objects=PAYLOAD)
    yield Case(
        "a payload is deleted after success, as an option", "Work", again, [Handled(["1"]), Stored()],
        objects=PAYLOAD, variables={"DELETE_PAYLOADS": "1"},
    )
    yield Case(
        "a payload that was stored in parts", "Work", again, [Faulty(), Handled(["1"]), Calls(1, service="s3")],
        on("s3", "GET", told(json.dumps(OK), {"x-amz-checksum-sha256": f"{'A' * 43}=-2"})),
    )
    yield Case(
        "a payload of a record that fails is not deleted", "Work", again, [Handled([], must=["1"]), Stored("a/b.json")],
        objects={"a/b.json": b'{"kind": "error"}'}, variables={"DELETE_PAYLOADS": "1"},
    )
    kinds = {
        "message": record("message", "{"), "payload": record("payload", body("Work", 7)),
        "error": job("error", "error"), "panic": job("panic", "panic"),
        "payload_missing": stored("payload_missing", "none.json"),
        "payload_load": stored("payload_load", "broken.json"),
    }
    broken = refused("InternalError", "no", 500)
    yield Case(
        "kinds of failures", "Work", batch(*kinds.values(), job("ok")),
        [Handled(["ok"], must=kinds), *(Line(messageId=each, kind=each, level="ERROR") for each in kinds)],
        lambda call, _: broken if call.key == "broken.json" else None,
    )
    yield Case(
        "initialization fails", "Work", batch(job("1")),
        [
            Line(level="ERROR", kind="init", reason="the database is down"),
            Answer(lambda answer: answer.get("errorMessage") == "the database is down"),
        ],
        variables={"INIT": "error"},
    )
    yield Case(
        "initialization fails, and a thread is left", "Work", batch(job("1")),
        [
            Line(level="ERROR", kind="init", reason="the driver does not answer"),
            Answer(lambda answer: "the driver does not answer" in str(answer)),
        ],
        variables={"INIT": "thread"},
    )
    yield Case(
        "initialization hangs", "Work", batch(job("1")), [Line(level="WARN", kind="init", seconds=4)], None, SHORT,
        {"INIT": "hang"},
    )
    yield Case(
        "initialization panics", "Work", batch(job("1")),
        [
            Line(level="ERROR", kind="init", reason="panic: the state panics"),
            Answer(lambda answer: answer.get("errorMessage") == "panic: the state panics"),
        ],
        variables={"INIT": "panic"},
    )


def concurrency():
    """Records at once where the task says so, and in order within a group."""
    ten = [str(number) for number in range(10)]
    several = batch(*(job(each, wait=500, task="Wide") for each in ten))
    yield Case("ten records at once", "Wide", several, [Handled(ten), AtOnce(10)])
    one = batch(*(job(each, wait=20) for each in "123"))
    yield Case("one record at a time, by default", "Work", one, [Handled("123"), AtOnce(1), Sequence("1", "2", "3")])
    kinds = {"a1": "ok", "b1": "error", "a2": "ok", "b2": "ok", "a3": "ok"}
    groups = batch(*(job(each, kind, 50, "Wide", group=each[0]) for each, kind in kinds.items()))
    yield Case(
        "groups keep their order", "Wide", groups,
        [
            Handled(["a1", "a2", "a3"], must=["b1", "b2"]), Sequence("a1", "a2", "a3"),
            Line(messageId="b1", kind="error"), Line(messageId="b2", kind="order"),
        ],
    )
    stopped = [job("1", task="Wide"), job("2", wait=60_000, task="Wide"), job("3", task="Wide")]
    yield Case(
        "one of several at once is stopped", "Wide", batch(*stopped),
        [Handled(["1", "3"], must=["2"]), Line(messageId="2", kind="deadline"), IN_TIME], None, SHORT,
    )


# Cases that wait for the runtime: name -> reason.
PENDING = {}
PARTS = (deadline, sending, logs, payloads, concurrency)
