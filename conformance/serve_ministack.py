"""ministack with nothing in it, for commands that somebody else runs.

Gets `{"scratch": folder}` as a line on standard input, prints `{"endpoint": URL}`, and ends when standard input does.
Started by `cargo xtask shell-blocks`."""

import json
import sys

import environment

environment.isolate(scratch := json.loads(sys.stdin.readline())["scratch"])

from ministack_server import Ministack  # noqa: E402

with Ministack(scratch) as ministack:
    print(json.dumps({"endpoint": ministack.url}), flush=True)
    sys.stdin.read()
