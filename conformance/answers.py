"""What the scripts tell `cargo xtask conformance`: a JSON object a line and check on standard output,
`{"subject", "check", "status", "detail"}`, where `status` is `pass`, `fail` or `skip`."""

import json
import os

# What libraries print must not end up among the answers: it goes to standard error.
STREAM = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


class Report:
    """Writes the answers of one subject."""

    def __init__(self, subject):
        self.subject = subject

    def passed(self, check):
        self._answer(check, "pass", "")

    def failed(self, check, detail):
        self._answer(check, "fail", detail)

    def skipped(self, check, reason):
        self._answer(check, "skip", reason)

    def compared(self, check, problems):
        """Passed when the list of problems is empty."""
        if problems:
            self.failed(check, "\n".join(problems))
        else:
            self.passed(check)

    def _answer(self, check, status, detail):
        answer = {"subject": self.subject, "check": check, "status": status, "detail": detail}
        print(json.dumps(answer), file=STREAM, flush=True)
