"""Puts announced orders on the list. A message that fails comes again, and the others of its batch do not."""

import json
import os

import boto3

dynamodb = boto3.client("dynamodb")


def handler(event, context):
    failures = []
    for record in event["Records"]:
        try:
            order = json.loads(record["body"])
            dynamodb.put_item(TableName=os.environ["ORDERS"], Item={"Id": {"S": order["id"]}})
        except Exception as error:
            print(f"message {record['messageId']}: {error!r}")
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
