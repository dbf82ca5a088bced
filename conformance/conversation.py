"""What an application says to the queue, the bucket, its callers and the Python package, and what it makes of what
they say. `bootstrap.py` has it said by the real thing, `selftest.py` by one that has faults."""

import json
import os
import sys
import time

from application import batch

LARGE = "x" * 300_000
PYTHON = [sys.executable, "-m", "awslambdaric", "python_side.lambda_handler"]


def message(task, **payload):
    return json.dumps({"source_task_id": "Test", "destination_task_id": task, "invocation_id": "i", **payload})


def request(method, path, body=None, **parameters):
    return {
        "path": path, "httpMethod": method, "headers": {"Accept": "*/*"}, "multiValueHeaders": None,
        "queryStringParameters": None, "multiValueQueryStringParameters": None, "pathParameters": parameters or None,
        "requestContext": {}, "body": body, "isBase64Encoded": False,
    }


def equal(report, check, found, expected):
    problems = [] if found == expected else [f"expected {short(expected)}", f"found    {short(found)}"]
    report.compared(check, problems)


def decoded(text):
    return json.loads(text) if isinstance(text, str) else f"no string: {text!r}"


def short(value):
    text = repr(value)
    return text if len(text) < 600 else f"{text[:300]} ... {text[-200:]}"


def python(application, task):
    """The same function with the Python package as its program."""
    here = os.path.dirname(os.path.abspath(__file__))
    return application.function(task, PYTHON, APPLICATION=application.name, PYTHONPATH=here)


def photo_schedule(photo, report):
    """A schedule's event is answered, and sends one message to the queue of the stack."""
    with photo.function("Tick") as tick:
        equal(report, "a schedule's event is answered", tick.invoke({"time": "2026-11-23T00:00:00Z"}), None)
    sent = photo.waiting("Resize")
    equal(report, "a message is in the queue of the stack", len(sent), 1)
    body = json.loads(sent[0])
    keys = ["destination_task_id", "invocation_id", "payload", "source_task_id"]
    equal(report, "its keys are those of the Python package", sorted(body), keys)
    equal(report, "its payload is JSON in a string", decoded(body.get("payload")), {"key": "a.png", "width": 800})


def photo_batch(photo, report):
    """Of a mixed batch exactly the bad records fail, again and again until they are in the dead-letter queue."""
    good = message("Resize", payload=json.dumps({"key": "good", "width": 1}))
    bad = ["{", message("Resize", payload=json.dumps({"key": 1})), message("Resize", s3_payload_key="2026/11/23/no.json")]
    photo.send("Resize", good, *bad, good)
    with photo.function("Resize") as resize:
        delivered = photo.deliver("Resize", resize)
        equal(report, "mixed batch: exactly the bad records fail", delivered[1:], ([good] * 2, bad))
        kinds = sorted(line["kind"] for line in resize.log_lines() if "messageId" in line and "kind" in line)
        equal(report, "mixed batch: a log line a failed record", kinds, ["message", "payload", "payload_missing"])
        attempts = 1
        while photo.deliver("Resize", resize)[2] and attempts < 20:
            attempts += 1
        limit = photo.deployment.declared("ResizeALQueue")["RedrivePolicy"]["maxReceiveCount"]
        equal(report, "what always fails is tried as often as the queue says", attempts, int(limit))
    equal(report, "what always fails ends in the dead-letter queue of the stack", sorted(photo.dead()), sorted(bad))
    equal(report, "the queue is empty then", photo.waiting("Resize"), [])


def photo_python_receives(photo, report):
    with photo.function("Tick") as tick:
        tick.invoke({"time": "2026-11-23T00:00:00Z"})
    with python(photo, "Resize") as resize:
        answer, _, _ = photo.deliver("Resize", resize)
    expected = {"payload": {"key": "a.png", "width": 800}, "source": "Tick"}
    found = {key: (answer or {}).get(key) for key in expected}
    equal(report, "Rust sends, Python receives: small", found, expected)


def photo_python_sends(photo, report):
    payloads = {"small": {"key": "small.png", "width": 2}, "large": {"key": LARGE, "width": 3}}
    for size, payload in payloads.items():
        with python(photo, "Tick") as tick:
            tick.invoke({"time": "2026-11-23T00:00:00Z", "payload": payload})
        stored = 1 if size == "large" else 0
        equal(report, f"Python sends {size}: payloads in the bucket", len(photo.payloads()), stored)
        with photo.function("Resize") as resize:
            _, good, bad = photo.deliver("Resize", resize)
            equal(report, f"Python sends, Rust receives: {size}", (len(good), len(bad)), (1, 0))
            whole = any(line.startswith(payload["key"]) and "Tick" in line for line in resize.said().splitlines())
            equal(report, f"Python sends {size}: the handler gets the whole", whole, True)
        equal(report, f"Python sends {size}: the payload stays for another delivery", len(photo.payloads()), stored)
        photo.empty_bucket()


def shop_api(shop, report):
    with shop.function("PostOrder") as post:
        answer = post.invoke(request("POST", "/orders", '{"id": 7, "item": "tea"}'))
        equal(report, "a request is answered", (answer["statusCode"], answer["body"]), (201, "/orders/7"))
        answer = post.invoke(request("POST", "/orders", "{"))
        equal(report, "a request with a wrong body is answered", answer["statusCode"], 400)
        equal(report, "an event that is no request is an error", post.invoke({}).get("errorType"), "event")
    with shop.function("GetOrder") as get:
        answer = get.invoke(request("GET", "/orders/7", id="7"))
        equal(report, "a request for what is not there is answered", answer["statusCode"], 404)
    sent = [json.loads(json.loads(body)["payload"]) for body in shop.waiting("BuildReport")]
    equal(report, "a request sends one message", sent, [{"day": "today"}])


def shop_queue(shop, report):
    """Somebody else's queue is not of this stack, so its records are made here."""
    bodies = {"good": '{"id": 1, "item": "tea"}', "panic": '{"id": 0, "item": "tea"}', "json": "id=1"}
    messages = [
        {"MessageId": name, "ReceiptHandle": name, "Body": body, "MD5OfBody": "",
         "Attributes": {"ApproximateReceiveCount": "1"}}
        for name, body in bodies.items()
    ]
    with shop.function("Import") as orders:
        answer = orders.invoke(batch("arn:aws:sqs:us-east-1:123456789012:legacy-orders", messages))
    failed = [each["itemIdentifier"] for each in answer["batchItemFailures"]]
    equal(report, "somebody else's queue: an error and a panic fail their records", failed, ["panic", "json"])


def shop_chain(shop, report):
    """A schedule sends a small payload, its receiver a large one, which waits for 30 seconds."""
    with shop.function("NightlyReport") as nightly:
        nightly.invoke({"time": "2026-11-23T03:00:00Z"})
    chain = [json.loads(body)["invocation_id"] for body in shop.waiting("BuildReport")]
    with shop.function("BuildReport") as build:
        equal(report, "a small payload is received", len(shop.deliver("BuildReport", build)[1]), len(chain))
    shop.send("BuildReport", message("BuildReport", payload=json.dumps({"day": LARGE})))
    with shop.function("BuildReport") as build:
        _, good, bad = shop.deliver("BuildReport", build)
    equal(report, "a message of 300 kB is received", (len(good), len(bad)), (1, 0))
    parts = [key.split("/") for key in shop.payloads()]
    equal(report, "a large payload is stored by day", [len(key) for key in parts], [4])
    stored = shop.s3.get_object(Bucket=shop.bucket, Key="/".join(parts[0]))["Body"].read()
    equal(report, "a large payload is whole", json.loads(stored)["text"], f"nothing was sold on {LARGE}")
    equal(report, "a message with a delay is not there at once", shop.waiting("SendMail"), [])
    return chain


def shop_python_receives(shop, chain, report):
    """What `shop_chain` sent, when its delay is over."""
    answers, deadline = [], time.monotonic() + 60
    with python(shop, "SendMail") as mail:
        # One by one: the Python package handles the first record of a batch only.
        while len(answers) < len(chain) + 1 and time.monotonic() < deadline:
            answer, _, _ = shop.deliver("SendMail", mail, at_most=1)
            if answer is None:
                time.sleep(0.5)
            else:
                answers.append(answer)
    texts = [f"nothing was sold on {day}" for day in [LARGE, "2026-11-23", "today"]]
    found = sorted((each.get("payload") or {}).get("text", "") for each in answers)
    equal(report, "Rust sends, Python receives: small and large, when the delay is over", found, sorted(texts))
    equal(report, "Rust sends large: Python deletes what it received", shop.payloads(), [])
    ids = sorted(each.get("invocation_id", "") for each in answers)
    equal(report, "a chain keeps its invocation id", ids, sorted([*chain, "i"]))


def check(photo, shop, report):
    """Every check; `report` gives the report of an application."""
    of_photo, of_shop = report(photo.name), report(shop.name)
    shop_api(shop, of_shop)
    shop_queue(shop, of_shop)
    chain = shop_chain(shop, of_shop)
    photo_schedule(photo, of_photo)
    with photo.function("Resize") as resize:
        delivered = photo.deliver("Resize", resize)
        equal(of_photo, "Rust sends, Rust receives", (len(delivered[1]), len(delivered[2])), (1, 0))
    photo_batch(photo, of_photo)
    photo_python_receives(photo, of_photo)
    photo_python_sends(photo, of_photo)
    shop_python_receives(shop, chain, of_shop)
