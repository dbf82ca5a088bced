"""Counts the orders of a table, and writes how many there are into a bucket."""

import datetime
import os

import boto3


def handler(event, context):
    orders = boto3.client("dynamodb")
    pages = orders.get_paginator("scan").paginate(TableName=os.environ["ORDERS"], Select="COUNT")
    count = sum(page["Count"] for page in pages)
    key = f"reports/{datetime.date.today().isoformat()}.txt"
    boto3.client("s3").put_object(Bucket=os.environ["REPORTS"], Key=key, Body=f"{count} orders\n")
    return {"orders": count, "key": key}
