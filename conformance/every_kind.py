"""Runs what `synth -- build` made of every-task under the real Lambda Runtime Interface Emulator, in a stack of a moto
server, with its twin on the Python package at the other end.

Gets `{"application": {"name", "template", "zip"}, "interpreter": Python with the package, "twin": folder of the twin,
"scratch": folder}` on standard input, and answers as it goes. Started by `cargo xtask conformance --every-kind`."""

import json
import sys
import traceback

import environment

REQUEST = json.load(sys.stdin)
environment.isolate(REQUEST["scratch"])

import kinds  # noqa: E402
from answers import Report  # noqa: E402
from application import Application, unpacked  # noqa: E402
from failures import Failures  # noqa: E402
from server import Server  # noqa: E402


def pair(server, report, fault=None):
    name, scratch = REQUEST["application"]["name"], REQUEST["scratch"]
    with open(REQUEST["application"]["template"]) as file:
        template = json.load(file)
    command = [unpacked(name, REQUEST["application"]["zip"], scratch)]
    application = Application(name, template, command, server, scratch, report)
    # Without the bucket's policy, which wants TLS: moto enforces it.
    application.deployment.create_held_back(["AsyncLambdaDelayScheduleGroup"], report)
    return kinds.Pair(application, REQUEST["interpreter"], REQUEST["twin"], fault)


def self_test(server, report):
    """Does a fault make a check fail?"""
    for name, fault, part, arguments, expected in kinds.FAULTS:
        server.reset()
        found = Failures()
        try:
            part(pair(server, found, fault), *arguments, found)
        except Exception as error:  # a check that failed leaves others nothing to look at
            found["the end"] = repr(error)
        seen = any(check.endswith(expected) for check in found)
        report.compared(f"self-test: {name}: fails `{expected}`", [] if seen else [str(dict(found))])


def main():
    report = Report(f"{REQUEST['application']['name']} and Python")
    with Server(REQUEST["scratch"]) as server:
        try:
            kinds.check(pair(server, report), report)
            self_test(server, report)
        except Exception:  # what broke is one line among the others
            report.failed("every_kind.py ran to its end", traceback.format_exc(limit=-6))


if __name__ == "__main__":
    main()
