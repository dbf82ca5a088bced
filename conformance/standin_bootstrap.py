"""Two tasks as a program that Lambda could run, in a few lines and with faults: the program of readme-app, which has
none of its own, and what `selftest_end_to_end.py` puts in the place of a bootstrap. Speaks the Runtime API itself.

`archive` makes a deployment.zip of it."""

import io
import json
import os
import sys
import urllib.request
import zipfile

FAULT = ""


def archive(fault=""):
    """The bytes of a deployment.zip whose program has a fault."""
    with open(os.path.abspath(__file__)) as file:
        text = file.read().replace('FAULT = ""', f"FAULT = {fault!r}", 1)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as files:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o755 << 16
        files.writestr(entry, f"#!{sys.executable}\n{text}")
    return content.getvalue()


def main():
    base = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"
    while True:
        with urllib.request.urlopen(f"{base}/next") as response:
            request, event = response.headers["Lambda-Runtime-Aws-Request-Id"], json.load(response)
        if FAULT == "invocations fail":
            what, answer = "error", {"errorType": "Error", "errorMessage": "no"}
        else:
            what, answer = "response", handle(event)
        urllib.request.urlopen(f"{base}/{request}/{what}", json.dumps(answer).encode()).close()


def handle(event):
    if "Records" not in event:
        return send(event)
    failed = []
    for record in event["Records"]:
        try:
            print(json.loads(json.loads(record["body"])["payload"])["text"], flush=True)
        except Exception:  # of whatever kind, it is this record's
            failed.append(record["messageId"])
            if FAULT != "nothing logged":
                line = {"message": "record failed", "messageId": record["messageId"], "kind": "message"}
                print(json.dumps(line), flush=True)
    if FAULT == "batch fails" and failed:
        failed = [record["messageId"] for record in event["Records"]]
    if FAULT == "failures swallowed":
        failed = []
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}


def send(event):
    import boto3

    if FAULT == "nothing sent":
        return
    application = os.environ["AWS_LAMBDA_FUNCTION_NAME"].rsplit("-", 1)[0]
    task = "AsyncTask1"
    message = {
        "source_task_id": "ScheduledTask1", "destination_task_id": task, "invocation_id": "i",
        "payload": json.dumps({"text": f"at {event['time']}"}),
    }
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=f"{application}-{task}")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(message))


if __name__ == "__main__":
    main()
