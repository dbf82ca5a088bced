"""photo-app and shop once more, in a few lines and with faults: what `selftest.py` puts in the place of bootstraps, to
see whether `conversation.py` notices. Runs under awslambdaric."""

import json
import os
import uuid

import boto3

FAULT = os.environ.get("FAULT", "")
TASK = os.environ["ASYNC_LAMBDA_TASK_ID"]
APPLICATION = os.environ["AWS_LAMBDA_FUNCTION_NAME"].rsplit("-", 1)[0]
BUCKET = os.environ["ASYNC_LAMBDA_PAYLOAD_S3_BUCKET"]
DELAY = 5
SQS, S3 = boto3.client("sqs"), boto3.client("s3")


class Error(Exception):
    """Its name is the type of error that the runtime answers with."""


Error.__name__ = "event"


def handler(event, _):
    if "Records" in event:
        return records(event["Records"])
    if "httpMethod" in event:
        return answer(event)
    if "time" not in event:
        raise Error("no event of this task")
    if TASK == "Tick":
        send("Resize", {"key": "a.png", "width": 800}, str(uuid.uuid4()))
    else:
        send("BuildReport", {"day": event["time"][:10]}, str(uuid.uuid4()))
    return None


def records(batch):
    failed = []
    for record in batch:
        try:
            receive(record)
        except Exception as error:  # of whatever kind, it is this record's
            kinds = {TypeError: "payload", ValueError: "message"}
            kind = next((kind for each, kind in kinds.items() if isinstance(error, each)), "payload_missing")
            print(json.dumps({"messageId": record["messageId"], "kind": kind}))
            failed.append(record["messageId"])
    if FAULT == "batch fails":
        failed = [record["messageId"] for record in batch]
    if FAULT == "failures swallowed":
        failed = []
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}


def receive(record):
    message = json.loads(record["body"])
    if TASK == "Import":
        return 1 / message["id"]
    key = message.get("s3_payload_key")
    if key and FAULT == "bucket not read":
        raise Error("too large")
    text = S3.get_object(Bucket=BUCKET, Key=key)["Body"].read() if key else message["payload"]
    payload = json.loads(text)
    if TASK == "Resize":
        print(payload["key"] + " from " + message["source_task_id"])
    if TASK == "BuildReport":
        invocation_id = str(uuid.uuid4()) if FAULT == "chain broken" else message["invocation_id"]
        send("SendMail", {"text": f"nothing was sold on {payload['day']}"}, invocation_id, delayed=True)
    if key and FAULT == "bucket emptied":
        S3.delete_object(Bucket=BUCKET, Key=key)
    return None


def answer(request):
    if FAULT == "requests refused":
        return {"statusCode": 500, "body": ""}
    if TASK == "GetOrder":
        return {"statusCode": 404, "body": ""}
    try:
        order = json.loads(request["body"])
    except ValueError:
        return {"statusCode": 400, "body": ""}
    send("BuildReport", {"day": "today"}, str(uuid.uuid4()))
    return {"statusCode": 201, "body": f"/orders/{order['id']}"}


def send(task, payload, invocation_id, delayed=False):
    if FAULT == "nothing sent":
        return
    names = ("sourceTask", "destinationTask", "invocationId") if FAULT == "other keys" else (
        "source_task_id", "destination_task_id", "invocation_id"
    )
    message, text = dict(zip(names, (TASK, task, invocation_id))), json.dumps(payload)
    if len(text) > 250_000 and FAULT != "large inline":
        message["s3_payload_key"] = f"2026/11/23/{uuid.uuid4().hex}.json"
        S3.put_object(Bucket=BUCKET, Key=message["s3_payload_key"], Body=text)
    else:
        message["payload"] = payload if FAULT == "payload no string" else text
    url = f"https://sqs.us-east-1.amazonaws.com/123456789012/{APPLICATION}-{task}"
    delay = DELAY if delayed and FAULT != "no delay" else 0
    SQS.send_message(QueueUrl=url, MessageBody=json.dumps(message), DelaySeconds=delay)
