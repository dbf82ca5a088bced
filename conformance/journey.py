"""What happens to an application in ministack, and what must be seen then: counts of queues, lines of logs, and what is
in the dead-letter queue. `end_to_end.py` has real programs go through it, `selftest_end_to_end.py` one with faults."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field

from ministack_server import until

# Seconds until a message that failed is visible again. Long enough for an invocation on a busy machine.
VISIBILITY_TIMEOUT = 4
BATCH = 10
DEAD_LETTERS = "AsyncLambdaDLQ"
TIME = "2026-11-23T03:00:00Z"


@dataclass
class Consumer:
    """A function that gets messages: a body that it handles, and the line that somebody writes to a log then."""

    good: callable
    line: callable = None
    bad: tuple = ()
    # Whether `Once` keeps a second message with the same key from doing the work again.
    once: bool = False


@dataclass
class Journey:
    """Functions with messages, the beginnings of chains, and the lines at their ends."""

    consumers: dict
    chains: list = field(default_factory=list)
    # Seconds until what has not come is missing.
    patience: int = 120


def managed(task, payload, line, once=False):
    """A task's message; `payload` and `line` are made of a word by which a message is known again."""
    def body(text):
        envelope = {"source_task_id": "Test", "destination_task_id": task, "invocation_id": "i", "payload": text}
        return json.dumps(envelope)

    bad = (lambda word: f"{{ {word}", lambda word: body(json.dumps(word)))
    return Consumer(lambda word: body(json.dumps(payload(word))), line, bad, once)


def scheduled(function):
    def start(stack):
        return stack.invoke(function, {"time": TIME}), (None, None)

    return f"{function} is invoked by a schedule's event", start


def requested(method, path, body, expected):
    """A request over HTTP to the stage of the application's API."""
    def start(stack):
        base = f"{stack.ministack.url}/restapis/{stack.made['AsyncLambdaAPIGateway']}"
        stage = stack.template["Resources"]["AsyncLambdaAPIGateway"]["Properties"]["StageName"]
        request = urllib.request.Request(f"{base}/{stage}/_user_request_{path}", body, method=method)
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return (response.status, response.read().decode()), expected
        except urllib.error.HTTPError as error:
            return (error.code, error.read().decode()), expected

    return f"{method} {path} is answered", start


def asked(function, method, path, body, expected):
    """A request's event, where ministack has no route for it: it passes over `x-amazon-apigateway-any-method`."""
    def start(stack):
        answer, _ = stack.invoke(function, {
            "path": path, "httpMethod": method, "headers": {"Content-Type": "application/json"}, "body": body,
            "multiValueHeaders": None, "queryStringParameters": None, "multiValueQueryStringParameters": None,
            "pathParameters": {"proxy": path[1:]}, "requestContext": {}, "isBase64Encoded": False,
        })
        return (answer.get("statusCode"), answer.get("body")), expected

    return f"{method} {path} is answered", start


def published(topic, message):
    """A message to a topic of the application."""
    def start(stack):
        stack.clients["sns"].publish(TopicArn=stack.made[topic], Message=message)
        return None, None

    return f"a message is published to {topic}", start


def mail(day):
    return f"to owner@example.com: nothing was sold on {day}"


def announced(stack, item, cents):
    return f"{item} costs {cents} cents, for {stack.made['Announcements']}"


def order(word):
    return json.dumps({"id": 1, "item": word})


def price(word):
    return json.dumps({"item": word, "cents": 7})


JOURNEYS = {
    "photo-app": Journey(
        {
            "ResizeALFunc": managed(
                "Resize", lambda word: {"key": word, "width": 1}, lambda _, word: f'{word} from Some("Test")',
            ),
        },
        [(*scheduled("TickALFunc"), lambda _: 'a.png from Some("Tick")')],
    ),
    "shop": Journey(
        {
            "BuildReportALFunc": managed("BuildReport", lambda word: {"day": word}, lambda _, word: mail(word)),
            "SendMailALFunc": managed(
                "SendMail", lambda word: {"to": word, "text": "hello"}, lambda _, word: f"to {word}: hello",
            ),
            # It logs nothing, and what fails is for the owner of the queue to see to.
            "ImportALFunc": Consumer(order, bad=(lambda word: f"{{ {word}",)),
        },
        [
            (*scheduled("NightlyReportALFunc"), lambda _: mail("2026-11-23")),
            (*requested("POST", "/orders", b'{"id": 7, "item": "tea"}', (201, "/orders/7")), lambda _: mail("today")),
            (*requested("GET", "/orders/8", None, (404, "")), None),
        ],
    ),
    "price-alerts": Journey(
        {
            "AnnounceALFunc": managed(
                "Announce", lambda word: {"item": word, "cents": 7}, lambda stack, word: announced(stack, word, 7), True,
            ),
            "PriceALFunc": Consumer(
                price, lambda stack, word: announced(stack, word, 7),
                (lambda word: f"{{ {word}", json.dumps),
            ),
        },
        [(*published("Feed", '{"item": "tea", "cents": 9}'), lambda stack: announced(stack, "tea", 9))],
    ),
    "axum-api": Journey(
        {"GreetALFunc": managed("Greet", lambda word: {"name": word}, lambda _, word: f"hello {word}")},
        [
            (*asked("WebALFunc", "GET", "/hello/you", None, (200, "hello you")), None),
            (*asked("WebALFunc", "POST", "/greetings", '{"name": "all"}', (202, "")), lambda _: "hello all"),
        ],
    ),
    "readme-app": Journey(
        {"AsyncTask1ALFunc": managed("AsyncTask1", lambda word: {"text": word}, lambda _, word: word)},
        [(*scheduled("ScheduledTask1ALFunc"), lambda _: f"at {TIME}")],
    ),
}


def check(stack, journey, report):
    """Every check."""
    if created(stack, journey, report):
        for part in (chains, single, again, partial):
            part(stack, journey, report)


def created(stack, journey, report):
    """Whether there is a stack to go on with."""
    stack.create()
    missing = sorted(set(stack.template["Resources"]) - stack.changes)
    report.compared("the change set adds every resource", [f"missing {name}" for name in missing])
    complete = stack.status == "CREATE_COMPLETE" and not stack.failures
    report.compared("the stack is created", [] if complete else [stack.status, *stack.failures])
    known, declared = sorted(journey.consumers), sorted(stack.queues())
    same(report, "the functions that get messages are known here", known, declared)
    return complete and known == declared


def chains(stack, journey, report):
    """What begins with an event, and ends with a line in a log."""
    for title, start, end in journey.chains:
        found, expected = start(stack)
        same(report, title, found, expected)
    lines = [(title, end(stack)) for title, _, end in journey.chains if end is not None]
    found = until(stack.logged, lambda logged: all(line in logged for _, line in lines), journey.patience)
    for title, line in lines:
        same(report, f"{title}: the chain ends with one line", found.count(line), 1)


def single(stack, journey, report):
    """With the mapping as it is declared: a good message is handled once, and is gone."""
    queues, expected = stack.queues(), {}
    for name, consumer in journey.consumers.items():
        stack.send(queues[name], consumer.good(f"single-{name}"))
        if consumer.line:
            expected[name] = consumer.line(stack, f"single-{name}")
    logged = until(stack.logged, lambda logged: all(line in logged for line in expected.values()), journey.patience)
    for name, queue in queues.items():
        count = until(lambda queue=queue: stack.count(queue), lambda count: not any(count), journey.patience)
        same(report, f"{queue}: a good message is gone", count, (0, 0, 0))
    for name, line in expected.items():
        same(report, f"{queues[name]}: a good message is handled once", logged.count(line), 1)


def again(stack, journey, report):
    """The good message of `single` once more."""
    for name, consumer in journey.consumers.items():
        if consumer.once:
            queue = stack.queues()[name]
            stack.send(queue, consumer.good(f"single-{name}"))
            count = until(lambda queue=queue: stack.count(queue), lambda count: not any(count), journey.patience)
            same(report, f"{queue}: a second message with the same key is gone", count, (0, 0, 0))
            found = stack.logged().count(consumer.line(stack, f"single-{name}"))
            same(report, f"{queue}: a second message with the same key does nothing", found, 1)


def partial(stack, journey, report):
    """A batch of good and bad messages: the good ones are handled once, the bad ones come back until they are dead."""
    queues, bad, good, ids = stack.queues(), {}, {}, {}
    for name, consumer in journey.consumers.items():
        good[name] = [f"first-{name}", f"last-{name}"]
        bad[name] = [each(f"bad-{name}") for each in consumer.bad]
        first, last = map(consumer.good, good[name])
        stack.set_mapping(name, Enabled=False)
        stack.set_visibility_timeout(queues[name], VISIBILITY_TIMEOUT)
        _, *ids[name], _ = stack.send(queues[name], first, *bad[name], last)
    for name in journey.consumers:
        stack.set_mapping(name, Enabled=True, BatchSize=BATCH)
    redriven = [name for name in bad if not queues[name].startswith("arn:")]
    buried = sorted(body for name in redriven for body in bad[name])
    until(lambda: stack.count(DEAD_LETTERS)[0], lambda count: count >= len(buried), journey.patience)
    same(report, "the dead-letter queue has exactly the bad messages", sorted(stack.taken(DEAD_LETTERS)), buried)
    logging = {name: each.line for name, each in journey.consumers.items() if each.line}
    lines = {name: [line(stack, word) for word in good[name]] for name, line in logging.items()}
    wanted = [line for each in lines.values() for line in each]
    logged = until(stack.logged, lambda logged: all(line in logged for line in wanted), journey.patience)
    for name, queue in queues.items():
        left = 0 if name in redriven else len(bad[name])
        total = lambda queue=queue: sum(stack.count(queue))  # noqa: E731
        count = until(total, lambda count, left=left: count == left, journey.patience)
        same(report, f"{queue}: messages that are left after a mixed batch", count, left)
        if name in lines:
            times = [logged.count(line) for line in lines[name]]
            same(report, f"{queue}: good messages of a mixed batch are handled once", times, [1, 1])
        if name in redriven:
            limit = int(stack.template["Resources"][queue]["Properties"]["RedrivePolicy"]["maxReceiveCount"])
            failures = [failed(logged, message) for message in ids[name]]
            title = f"{queue}: a log line each time that a bad message fails"
            same(report, title, failures, [limit] * len(ids[name]))


def failed(logged, message_id):
    """How many lines say that a record failed, and with what kind."""
    lines = [json.loads(line) for line in logged if line.startswith("{") and message_id in line]
    return len([line for line in lines if line.get("messageId") == message_id and line.get("kind")])


def same(report, check, found, expected):
    report.compared(check, [] if found == expected else [f"expected {expected!r}", f"found    {found!r}"])
