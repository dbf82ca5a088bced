"""cfn-lint and `sam validate --lint`: no error, no warning, and nothing that hides one."""

import json
import os
import subprocess
import sys

from cfnlint.config import ConfigMixIn
from cfnlint.decode import decode
from cfnlint.runner import Runner


def load(path):
    """The template with the positions of its lines, read by cfn-lint's own reader."""
    template, errors = decode(path)
    if errors:
        raise ValueError("; ".join(f"{error.rule.id} {error.message}" for error in errors))
    return template


def plain(template):
    """The template without positions."""
    return json.loads(json.dumps(template))


def check_cfn_lint(path, form, template, report):
    config = ConfigMixIn(templates=[path], regions=["us-east-1"])
    problems = [f"{match.rule.id} line {match.linenumber}: {match.message}" for match in Runner(config).run()]
    problems += [f"{place}: suppresses checks of cfn-lint" for place in suppressions(template)]
    report.compared(f"cfn-lint ({form})", sorted(problems))


def suppressions(template):
    """Where the template tells cfn-lint not to look."""
    places = {"template": template, **{name: resource for name, resource in template.get("Resources", {}).items()}}
    for name, place in places.items():
        if isinstance(place, dict) and "cfn-lint" in (place.get("Metadata") or {}):
            yield name


def start_sam_validate(path):
    """Starts the command, so that it runs beside the checks in this process."""
    sam = os.path.join(os.path.dirname(sys.executable), "sam")
    command = [sam, "validate", "--lint", "--region", "us-east-1", "--template", path]
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )


def check_sam_validate(process, report):
    said, _ = process.communicate(timeout=300)
    good = process.returncode == 0 and "is a valid SAM Template" in said
    # One long line with every finding, which cfn-lint has listed already.
    report.compared("sam validate --lint", [] if good else [said.strip()[:600] or f"exit code {process.returncode}"])
