"""Checks templates with the official AWS tools and a moto server.

Gets `{"subjects": [{"name", "template", "yaml", "follows", "inside"}], "scratch": folder}` on standard input, and answers as
it goes. One that follows is a stack of the same program as the one before, and may import what that exports. One that is inside
of another is its nested stack, `{"of": name, "id": logical id}`, and gets the parameters that the other has for it.
Started by `cargo xtask conformance`.
"""

import json
import sys
import traceback

import environment

REQUEST = json.load(sys.stdin)
environment.isolate(REQUEST["scratch"])

import deploy  # noqa: E402
import lint  # noqa: E402
import translate  # noqa: E402
from answers import Report  # noqa: E402
from server import Server  # noqa: E402


def check(subject, server, report, deployments):
    validation = lint.start_sam_validate(subject["template"])
    template = lint.load(subject["template"])
    lint.check_cfn_lint(subject["template"], "JSON" if subject["yaml"] else "template", template, report)
    if subject["yaml"]:
        lint.check_cfn_lint(subject["yaml"], "YAML", template, report)
        same = lint.plain(lint.load(subject["yaml"])) == lint.plain(template)
        report.compared("YAML and JSON are the same template", [] if same else ["they differ"])
    lint.check_sam_validate(validation, report)
    cloudformation = translate.check(lint.plain(template), report)
    if cloudformation is not None:
        around = subject["inside"] and deployments.get(subject["inside"]["of"])
        inside = (around, subject["inside"]["id"]) if around else None
        name = subject["name"].rsplit("/", 1)[-1]
        deployments[subject["name"]] = deploy.check(cloudformation, server, report, name, subject["follows"], inside)


def main():
    deployments = {}
    with Server(REQUEST["scratch"]) as server:
        for subject in REQUEST["subjects"]:
            report = Report(subject["name"])
            try:
                check(subject, server, report, deployments)
            except Exception:  # one broken template must not hide what the others give
                report.failed("check.py ran to its end", traceback.format_exc(limit=-6))


if __name__ == "__main__":
    main()
