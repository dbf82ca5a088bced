"""boto3 and the AWS CLI as clients of SQS and S3 on a local port, and random operations side by side with moto's SQS.

Gets `{"endpoint": path, "only": text, "scratch": folder}` on standard input; the program is the example `endpoint` of
`async-lambda-local`. Started by `cargo xtask local-clients`."""

import json
import sys
import traceback

import environment

REQUEST = json.load(sys.stdin)
environment.isolate(REQUEST["scratch"])

import local_boto3  # noqa: E402
import local_cli  # noqa: E402
import local_moto  # noqa: E402
import local_moto_known  # noqa: E402
from answers import Report  # noqa: E402
from local_endpoint import Endpoint  # noqa: E402


def main():
    modules = [("boto3", local_boto3), ("AWS CLI", local_cli), ("moto", local_moto), ("unlike moto", local_moto_known)]
    for subject, module in modules:
        report = Report(subject)
        for name, check in module.checks():
            if REQUEST["only"] not in f"{subject} {name}":
                continue
            try:
                with Endpoint(REQUEST["endpoint"]) as endpoint:
                    report.compared(name, check(endpoint) or [])
            except Exception:  # one broken check must not hide what the others give
                report.failed(name, traceback.format_exc(limit=-4))


main()
