"""Applications from their template and deployment.zip to the dead-letter queue, in ministack, a second emulator.

Gets `{"applications": [{"name", "template", "zip"}], "scratch": folder}` on standard input, and answers as it goes.
Where there is no zip, the stand-in is the program. Started by `cargo xtask conformance`."""

import json
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor

import environment

REQUEST = json.load(sys.stdin)
environment.isolate(REQUEST["scratch"])

import journey  # noqa: E402
import one_chain  # noqa: E402
import standin_bootstrap  # noqa: E402
from answers import Report  # noqa: E402
from ministack_server import Ministack, Stack  # noqa: E402


def check(application, ministack):
    report = Report(f"{application['name']} in ministack")
    try:
        with open(application["template"]) as file:
            template = json.load(file)
        if application["zip"] is None:
            archive = standin_bootstrap.archive()
        else:
            with open(application["zip"], "rb") as file:
                archive = file.read()
        stack = Stack(ministack, application["name"], template, archive)
        journey.check(stack, journey.JOURNEYS[application["name"]], report)
        if application["name"] == one_chain.APPLICATION and not stack.problems():
            one_chain.check(stack, report)
    except Exception:  # one broken application must not hide what the others give
        report.failed("end_to_end.py ran to its end", traceback.format_exc(limit=-6))


def main():
    with Ministack(REQUEST["scratch"]) as ministack, ThreadPoolExecutor() as threads:
        # All at once: most of the time goes by while messages wait to be visible again.
        for each in [threads.submit(check, each, ministack) for each in REQUEST["applications"]]:
            each.result()


if __name__ == "__main__":
    main()
