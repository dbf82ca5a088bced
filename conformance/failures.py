"""The report of a self-test."""


class Failures(dict):
    """A report that keeps what failed."""

    def passed(self, check):
        pass

    def skipped(self, check, reason):
        pass

    def failed(self, check, detail):
        self[check] = detail

    def compared(self, check, problems):
        if problems:
            self.failed(check, "\n".join(problems))
