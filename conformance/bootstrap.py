"""Runs what `synth -- build` made of photo-app and shop under the real Lambda Runtime Interface Emulator, in stacks of
a moto server, with the Python package on the other side.

Gets `{"applications": [{"name", "template", "zip"}], "scratch": folder}` on standard input, photo-app first, and
answers as it goes. Started by `cargo xtask conformance`."""

import json
import sys
import traceback

import environment

REQUEST = json.load(sys.stdin)
SCRATCH = REQUEST["scratch"]
environment.isolate(SCRATCH)

import conversation  # noqa: E402
from answers import Report  # noqa: E402
from application import Application, unpacked  # noqa: E402
from server import Server  # noqa: E402


def deployed(name, template, archive, server):
    with open(template) as file:
        return Application(name, json.load(file), [unpacked(name, archive, SCRATCH)], server, SCRATCH, Report(name))


def main():
    with Server(SCRATCH) as server:
        try:
            applications = [
                deployed(each["name"], each["template"], each["zip"], server) for each in REQUEST["applications"]
            ]
            conversation.check(*applications, Report)
        except Exception:  # what broke is one line among the others
            Report("bootstraps").failed("bootstrap.py ran to its end", traceback.format_exc(limit=-6))


if __name__ == "__main__":
    main()
