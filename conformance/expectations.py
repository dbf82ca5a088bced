"""What must be seen of a run. Each class gives the problems that it has with a run, and can spoil a run so that it has
to have one: that is how `faults.py` shows that no check passes whatever happens."""

import json
import struct
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timezone


@dataclass
class Run:
    """All that was seen of an invocation and of the calls that were made meanwhile."""

    answer: object
    seconds: float
    said: str
    calls: list
    messages: list
    keys: list
    faults: int
    most_in_flight: int
    connections: int

    def lines(self):
        """The structured lines of the log."""
        return [json.loads(line) for line in self.said.splitlines() if line.startswith("{")]

    def failed(self):
        """The ids of the records that were reported."""
        answer = self.answer if isinstance(self.answer, dict) else {}
        failures = answer.get("batchItemFailures", [{"itemIdentifier": "(all)"}])
        return sorted(each["itemIdentifier"] for each in failures)

    def marks(self):
        """What handlers said: `("START", id)` and `("END", id)`, in order."""
        words = [tuple(line.split(" ")) for line in self.said.splitlines()]
        # The emulator's own lines have more words.
        return [each for each in words if len(each) == 2 and each[0] in ("START", "END")]

    def numbers(self):
        """The `n` of the messages that arrived."""
        return [json.loads(json.loads(each)["payload"])["n"] for each in self.messages]


def differs(what, found, expected):
    return [] if found == expected else [f"{what}: expected {expected!r}, found {found!r}"[:700]]


def matches(value, expected):
    return expected(value) if callable(expected) else value == expected


class Faulty:
    """The fault did happen, at least so often."""

    def __init__(self, times=1):
        self.times = times

    def problems(self, run):
        return [] if run.faults >= self.times else [f"faults: expected {self.times} or more, there were {run.faults}"]

    def spoil(self, run):
        run.faults = self.times - 1


class Handled:
    """These records were handled to their end, and once; those that must be reported are, and no other than those that
    may be; whatever is not reported was handled."""

    def __init__(self, ends, must=(), may=()):
        self.ends, self.must, self.may = sorted(ends), set(must), set(may)

    def problems(self, run):
        failed, ends = set(run.failed()), Counter(mark[1] for mark in run.marks() if mark[0] == "END")
        found = []
        if not self.must <= failed <= self.must | self.may:
            found.append(f"reported: must be {self.must} and may be {self.may}, found {failed}: {run.answer!r}"[:700])
        found += [f"{each} was not handled once" for each in self.ends if ends[each] != 1]
        return found + [f"{each} was not handled, and not reported" for each in self.may - failed if not ends[each]]

    def spoil(self, run):
        run.answer = {"batchItemFailures": [{"itemIdentifier": "another"}]}


class Line:
    """A line of the log has these fields; a function judges a value."""

    def __init__(self, **fields):
        self.fields = fields

    def problems(self, run):
        fits = lambda line: all(matches(line.get(name), value) for name, value in self.fields.items())  # noqa: E731
        if any(map(fits, run.lines())):
            return []
        named = {name: "(judged)" if callable(value) else value for name, value in self.fields.items()}
        return [f"no line with {named} among {run.lines()[-6:]}"[:1500]]

    def spoil(self, run):
        run.said = "\n".join(line for line in run.said.splitlines() if not line.startswith("{"))


class Related:
    """Each line with this text belongs to one record: it has the task, one request's id, and all that leads to the
    record. `records` has them by message id: invocation id and attempt."""

    def __init__(self, message, task, records):
        self.message, self.task, self.records = message, task, records

    def problems(self, run):
        lines = [line for line in run.lines() if line["message"] == self.message]
        found = {line.get("messageId"): (line.get("invocationId"), line.get("attempt")) for line in lines}
        requests = {line.get("requestId") for line in lines}
        good = len(requests) == 1 and all(isinstance(each, str) and each for each in requests)
        return [
            *differs(f"records of `{self.message}`", found, self.records),
            *differs("tasks", {line.get("task") for line in lines}, {self.task}),
            *([] if good else [f"request ids: expected one, found {requests}"]),
            *[f"a line without a time or a level: {line}" for line in lines if not {"timestamp", "level"} <= set(line)],
        ]

    def spoil(self, run):
        run.said = run.said.replace('"messageId"', '"id"')


class Silent:
    """None of these texts was written to the log, or answered."""

    def __init__(self, *texts):
        self.texts = texts

    def problems(self, run):
        everything = run.said + repr(run.answer)
        return [f"must not be written: {text[:60]!r}" for text in self.texts if text in everything]

    def spoil(self, run):
        run.said += self.texts[-1]


class Calls:
    """So many calls were made."""

    def __init__(self, least, most=None, service="sqs", method=None):
        self.least, self.most, self.service, self.method = least, least if most is None else most, service, method

    def problems(self, run):
        calls = [each for each in run.calls if each.service == self.service and self.method in (None, each.method)]
        fits = self.least <= len(calls) <= self.most
        return [] if fits else [f"{self.service}: expected {self.least} to {self.most} calls, found {len(calls)}"]

    def spoil(self, run):
        run.calls = run.calls + [Invented(self.service, self.method)] * (self.most + 1)


class Invented:
    """A call that was not made."""

    def __init__(self, service, method, entries=(), headers=()):
        self.service, self.method, self.entries, self.headers, self.at = service, method, entries, dict(headers), 0


class Within:
    """It took at most so many seconds. Far more than it takes, since machines are busy."""

    def __init__(self, seconds):
        self.seconds = seconds

    def problems(self, run):
        return [] if run.seconds <= self.seconds else [f"took {run.seconds:.1f} s, {self.seconds} s at the most"]

    def spoil(self, run):
        run.seconds = self.seconds + 1


class Arrived:
    """Of so many messages each arrived, once or at least once, but those that were not sent."""

    def __init__(self, count, unsent=(), again=False):
        self.numbers, self.unsent, self.again = set(range(count)) - set(unsent), sorted(unsent), again

    def problems(self, run):
        found = Counter(run.numbers())
        twice = [] if self.again else [number for number, times in found.items() if times > 1]
        answer = run.answer if isinstance(run.answer, dict) else {}
        return [
            *differs("arrived", sorted(found), sorted(self.numbers)),
            *differs("arrived more than once", twice, []),
            *differs("unsent", answer.get("unsent"), self.unsent),
            *([] if bool(answer.get("error")) == bool(self.unsent) else [f"the error is {answer.get('error')!r}"]),
        ]

    def spoil(self, run):
        run.messages, run.answer = run.messages[1:], {**run.answer, "unsent": [*self.unsent, 4711]}


class Reason:
    """The answer's error, and each line that says why, is one line with these words."""

    def __init__(self, *words):
        self.words = words

    def problems(self, run):
        error = run.answer.get("error") if isinstance(run.answer, dict) else None
        reasons = [("answer", error or "")]
        reasons += [("log", str(line.get("reason"))) for line in run.lines() if line["level"] in ("WARN", "ERROR")]
        missing = [(where, word, text[:300]) for where, text in reasons for word in self.words if word not in text]
        lines = [text[:300] for _, text in reasons if "\n" in text or len(text) > 600]
        return [f"{where}: {word!r} is not in {text!r}" for where, word, text in missing] + [
            f"no short line: {text!r}" for text in lines
        ]

    def spoil(self, run):
        run.answer = {**run.answer, "error": "dispatch failure"}


class InFlight:
    """So many calls were on their way at once, over at most so many connections."""

    def __init__(self, least, most, connections):
        self.least, self.most, self.connections = least, most, connections

    def problems(self, run):
        fits = self.least <= run.most_in_flight <= self.most
        found = [] if fits else [f"in flight: expected {self.least} to {self.most}, were {run.most_in_flight}"]
        few = run.connections <= self.connections
        return found if few else [*found, f"connections: {self.connections} at the most, were {run.connections}"]

    def spoil(self, run):
        run.most_in_flight, run.connections = self.most + 1, self.connections + 1


class InOrder:
    """The entries of each call are in the order in which they were given."""

    def problems(self, run):
        bodies = [[json.loads(each["MessageBody"]) for each in call.entries] for call in run.calls]
        numbers = [[json.loads(each["payload"])["n"] for each in entries] for entries in bodies]
        return [f"entries: {each}" for each in numbers if each != sorted(each)]

    def spoil(self, run):
        entries = [{"MessageBody": json.dumps({"payload": json.dumps({"n": n})})} for n in (2, 1)]
        run.calls = [*run.calls, Invented("sqs", "POST", entries)]


class AtOnce:
    """The most handlers that ran at once."""

    def __init__(self, expected):
        self.expected = expected

    def problems(self, run):
        running = most = 0
        for mark, _ in run.marks():
            running += 1 if mark == "START" else -1
            most = max(most, running)
        return differs("handlers at once", most, self.expected)

    def spoil(self, run):
        run.said = run.said.replace("START", "END")


class Sequence:
    """Of these records each began when the one before it had ended."""

    def __init__(self, *ids):
        self.ids = ids

    def problems(self, run):
        expected = [(mark, each) for each in self.ids for mark in ("START", "END")]
        return differs("order", [each for each in run.marks() if each[1] in self.ids], expected)

    def spoil(self, run):
        run.said = "\n".join(reversed(run.said.splitlines()))


class Doubles:
    """The list of the only message has the same doubles, to the last bit."""

    def __init__(self, numbers):
        self.bits = [struct.pack(">d", each) for each in numbers]

    def problems(self, run):
        found = [struct.pack(">d", each) for each in json.loads(json.loads(run.messages[0])["payload"])]
        changed = sum(a != b for a, b in zip(found, self.bits))
        return differs("numbers", len(found), len(self.bits)) + differs("changed", changed, 0)

    def spoil(self, run):
        envelope = json.loads(run.messages[0])
        numbers = json.loads(envelope["payload"])
        numbers[0] = numbers[0] * (1 + 2**-52)
        run.messages = [json.dumps({**envelope, "payload": json.dumps(numbers)})]


class Stored:
    """The keys in the bucket."""

    def __init__(self, *keys):
        self.keys = sorted(keys)

    def problems(self, run):
        return differs("keys in the bucket", sorted(run.keys), self.keys)

    def spoil(self, run):
        run.keys = [*run.keys, "another"]


class Answer:
    """The answer is so; a function judges it."""

    def __init__(self, expected):
        self.expected = expected

    def problems(self, run):
        return [] if matches(run.answer, self.expected) else [f"answer: {run.answer!r}"[:700]]

    def spoil(self, run):
        run.answer = {"errorType": "something else"}


class SignedAhead:
    """The last call was signed with a clock that is so many seconds ahead."""

    def __init__(self, seconds):
        self.seconds = seconds

    def problems(self, run):
        text = {name.lower(): value for name, value in run.calls[-1].headers.items()}.get("x-amz-date", "")
        signed = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc).timestamp()
        ahead = signed - run.calls[-1].at
        return [] if abs(ahead - self.seconds) < 60 else [f"signed {ahead:.0f} s ahead, not {self.seconds}"]

    def spoil(self, run):
        run.calls = [*run.calls, Invented("sqs", "POST", headers={"x-amz-date": "20260101T000000Z"})]
