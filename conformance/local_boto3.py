"""Every operation by boto3: what it gives, and which exceptions it raises."""

import io
import os
import threading
import time

import boto3
from botocore.exceptions import ClientError
from local_endpoint import BEGIN, CREDENTIALS, ONCE, REGION, base64_text, md5_of_attributes

ATTRIBUTES = {
    "text": {"DataType": "String", "StringValue": "grün"},
    "text.more": {"DataType": "String.custom", "StringValue": "\U0001f511 <&>"},
    "number": {"DataType": "Number", "StringValue": "-1.5e3"},
    "bytes": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
}


def checks():
    return [(name.replace("_", " "), check) for name, check in globals().items() if getattr(check, "is_check", False)]


def check(function):
    function.is_check = True
    return function


class Seen:
    """Differences between what was seen and what must be."""

    def __init__(self):
        self.problems = []

    def equal(self, what, seen, expected):
        if seen != expected:
            self.problems.append(f"{what}: must be {expected!r}, is {seen!r}")

    def raises(self, what, exception, code, call, **arguments):
        try:
            call(**arguments)
        except exception as error:
            self.equal(f"code of {what}", error.response["Error"]["Code"], code)
        except ClientError as error:
            self.problems.append(f"{what}: must raise {exception.__name__}, raised {type(error).__name__}: {error}")
        else:
            self.problems.append(f"{what}: must raise {exception.__name__}, did not")


def bodies(received):
    return [message["Body"] for message in received.get("Messages", [])]


@check
def messages(endpoint):
    sqs, seen = endpoint.sqs(), Seen()
    jobs = sqs.get_queue_url(QueueName="jobs")["QueueUrl"]
    seen.equal("QueueUrl", jobs, endpoint.queue_url("jobs"))
    body = "ä \U0001f511 \t\r\n <xml/> \"quoted\" \\ \ud7ff\ue000"
    header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    sent = sqs.send_message(
        QueueUrl=jobs, MessageBody=body, MessageAttributes=ATTRIBUTES,
        MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": header}},
    )
    seen.equal("checksum", sent["MD5OfMessageAttributes"], md5_of_attributes(ATTRIBUTES))
    [message] = sqs.receive_message(QueueUrl=jobs, MessageSystemAttributeNames=["All"], MessageAttributeNames=["All"])["Messages"]
    seen.equal("Body", message["Body"], body)
    seen.equal("MessageId", message["MessageId"], sent["MessageId"])
    seen.equal("MessageAttributes", message["MessageAttributes"], ATTRIBUTES)
    seen.equal("Attributes", message["Attributes"], {
        "SenderId": "000000000000", "SentTimestamp": str(BEGIN), "ApproximateReceiveCount": "1",
        "ApproximateFirstReceiveTimestamp": str(BEGIN), "AWSTraceHeader": header,
    })
    sqs.change_message_visibility(QueueUrl=jobs, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    again = sqs.receive_message(QueueUrl=jobs, AttributeNames=["ApproximateReceiveCount"], MessageAttributeNames=["text.*"])
    [message] = again["Messages"]
    seen.equal("a prefix", sorted(message["MessageAttributes"]), ["text", "text.more"])
    seen.equal("receive count", message["Attributes"], {"ApproximateReceiveCount": "2"})
    sqs.delete_message(QueueUrl=jobs, ReceiptHandle=message["ReceiptHandle"])
    endpoint.advance(60)
    seen.equal("deleted", sqs.receive_message(QueueUrl=jobs).get("Messages"), None)
    for url in ["https://sqs.eu-west-1.amazonaws.com/123456789012/jobs", "jobs", "https://eu-west-1.queue.amazonaws.com/1/jobs"]:
        sqs.send_message(QueueUrl=url, MessageBody=url)
        seen.equal(url, bodies(sqs.receive_message(QueueUrl=url)), [url])
    return seen.problems


@check
def batches(endpoint):
    sqs, seen = endpoint.sqs(), Seen()
    url = endpoint.queue_url("jobs")
    entries = [{"Id": str(number), "MessageBody": f"body {number}", "MessageAttributes": ATTRIBUTES} for number in range(9)]
    entries.append({"Id": "bad", "MessageBody": "\x01"})
    sent = sqs.send_message_batch(QueueUrl=url, Entries=entries)
    seen.equal("Successful", [entry["Id"] for entry in sent["Successful"]], [str(number) for number in range(9)])
    seen.equal("Failed", [(entry["Id"], entry["Code"], entry["SenderFault"]) for entry in sent["Failed"]],
               [("bad", "InvalidMessageContents", True)])
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])["Messages"]
    seen.equal("received", len(received), 9)
    hidden = sqs.change_message_visibility_batch(QueueUrl=url, Entries=[
        {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 60 * number}
        for number, message in enumerate(received)
    ])
    seen.equal("hidden", len(hidden["Successful"]), 9)
    endpoint.advance(59.999)
    seen.equal("visible", bodies(sqs.receive_message(QueueUrl=url)), ["body 0"])
    deleted = sqs.delete_message_batch(QueueUrl=url, Entries=[
        *({"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]} for number, message in enumerate(received[1:])),
        {"Id": "bad", "ReceiptHandle": "garbage"},
    ])
    seen.equal("deleted", len(deleted["Successful"]), 8)
    seen.equal("not deleted", [entry["Code"] for entry in deleted["Failed"]], ["ReceiptHandleIsInvalid"])
    left = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessagesNotVisible"])["Attributes"]
    seen.equal("left", left, {"ApproximateNumberOfMessagesNotVisible": "1"})
    return seen.problems


@check
def fifo_queues(endpoint):
    sqs, seen = endpoint.sqs(), Seen()
    url = endpoint.queue_url("orders.fifo")
    sent = [
        sqs.send_message(QueueUrl=url, MessageBody=str(number), MessageGroupId="g", MessageDeduplicationId=id)
        for number, id in enumerate("aba")
    ]
    seen.equal("a duplicate", sent[2]["MessageId"], sent[0]["MessageId"])
    seen.equal("order of numbers", sent[0]["SequenceNumber"] < sent[1]["SequenceNumber"], True)
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"], ReceiveRequestAttemptId="one")
    seen.equal("received", bodies(received), ["0", "1"])
    seen.equal("group", {message["Attributes"]["MessageGroupId"] for message in received["Messages"]}, {"g"})
    again = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"], ReceiveRequestAttemptId="one")
    seen.equal("the attempt again", again["Messages"], received["Messages"])
    events = endpoint.queue_url("events.fifo")
    for _ in range(2):
        sqs.send_message(QueueUrl=events, MessageBody="same", MessageGroupId="g")
    seen.equal("by content", bodies(sqs.receive_message(QueueUrl=events, MaxNumberOfMessages=10)), ["same"])
    return seen.problems


@check
def long_polls(endpoint):
    sqs, seen = endpoint.sqs(), Seen()
    url = endpoint.queue_url("jobs")

    def in_the_meantime(action):
        thread = threading.Timer(0.2, action)
        thread.start()
        begin = time.monotonic()
        received = bodies(sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20))
        thread.join()
        return received, time.monotonic() - begin < 10

    sender = endpoint.sqs()
    seen.equal("a message", in_the_meantime(lambda: sender.send_message(QueueUrl=url, MessageBody="now")), (["now"], True))
    seen.equal("the end", in_the_meantime(lambda: endpoint.advance(20)), ([], True))
    return seen.problems


@check
def queues(endpoint):
    sqs, seen = endpoint.sqs(), Seen()
    names = ["dead", "dead.fifo", "events.fifo", "jobs", "orders.fifo", "slow"]
    urls = [endpoint.queue_url(name) for name in names]
    seen.equal("list", sqs.list_queues()["QueueUrls"], urls)
    seen.equal("prefix", sqs.list_queues(QueueNamePrefix="dead")["QueueUrls"], urls[:2])
    seen.equal("none", sqs.list_queues(QueueNamePrefix="x").get("QueueUrls"), None)
    pages = sqs.get_paginator("list_queues").paginate(PaginationConfig={"PageSize": 4})
    seen.equal("pages", [page["QueueUrls"] for page in pages], [urls[:4], urls[4:]])
    sources = sqs.get_paginator("list_dead_letter_source_queues").paginate(QueueUrl=urls[0])
    seen.equal("sources", [page["queueUrls"] for page in sources], [[urls[3]]])
    seen.equal("tags", sqs.list_queue_tags(QueueUrl=urls[0]).get("Tags"), None)
    seen.equal("created", sqs.create_queue(QueueName="jobs", Attributes={"VisibilityTimeout": "30"})["QueueUrl"], urls[3])
    attributes = sqs.get_queue_attributes(QueueUrl=endpoint.queue_url("orders.fifo"), AttributeNames=["All"])["Attributes"]
    arn = "arn:aws:sqs:us-east-1:000000000000:"
    seen.equal("attributes", attributes, {
        "QueueArn": f"{arn}orders.fifo", "ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "0",
        "ApproximateNumberOfMessagesDelayed": "0", "CreatedTimestamp": str(BEGIN // 1000),
        "LastModifiedTimestamp": str(BEGIN // 1000), "VisibilityTimeout": "30", "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600", "DelaySeconds": "0", "ReceiveMessageWaitTimeSeconds": "0",
        "SqsManagedSseEnabled": "true", "FifoQueue": "true", "ContentBasedDeduplication": "false",
        "DeduplicationScope": "queue", "FifoThroughputLimit": "perQueue",
        "RedrivePolicy": f'{{"deadLetterTargetArn":"{arn}dead.fifo","maxReceiveCount":2}}',
    })
    sqs.send_message(QueueUrl=urls[3], MessageBody="m")
    sqs.purge_queue(QueueUrl=urls[3])
    seen.equal("purged", bodies(sqs.receive_message(QueueUrl=urls[3])), [])
    return seen.problems


@check
def dead_letters(endpoint):
    sqs, seen = endpoint.sqs(), Seen()
    jobs, dead = endpoint.queue_url("jobs"), endpoint.queue_url("dead")
    sqs.send_message_batch(QueueUrl=jobs, Entries=[{"Id": str(number), "MessageBody": str(number)} for number in range(4)])
    for _ in range(2):
        sqs.receive_message(QueueUrl=jobs, MaxNumberOfMessages=10, VisibilityTimeout=0)
    seen.equal("alive", bodies(sqs.receive_message(QueueUrl=jobs)), [])
    source = "arn:aws:sqs:us-east-1:000000000000:jobs"
    letter = sqs.receive_message(QueueUrl=dead, VisibilityTimeout=0, MessageSystemAttributeNames=["DeadLetterQueueSourceArn"])
    seen.equal("source", letter["Messages"][0]["Attributes"], {"DeadLetterQueueSourceArn": source})
    arn = source.replace("jobs", "dead")
    handle = sqs.start_message_move_task(SourceArn=arn, MaxNumberOfMessagesPerSecond=1)["TaskHandle"]

    def task(state):
        for _ in range(200):
            [task] = sqs.list_message_move_tasks(SourceArn=arn)["Results"]
            if (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == state:
                return task
            time.sleep(0.01)
        seen.problems.append(f"task: must be {state}, is {task}")
        return task

    seen.equal("handle", task(("RUNNING", 1)).get("TaskHandle"), handle)
    seen.raises("a second task", ClientError, "InvalidParameterValue", sqs.start_message_move_task, SourceArn=arn)
    endpoint.advance(1)
    task(("RUNNING", 2))
    seen.equal("moved", sqs.cancel_message_move_task(TaskHandle=handle)["ApproximateNumberOfMessagesMoved"], 2)
    task(("CANCELLED", 2))
    sqs.start_message_move_task(SourceArn=arn, DestinationArn=source)
    task(("COMPLETED", 2))
    seen.equal("back", bodies(sqs.receive_message(QueueUrl=jobs, MaxNumberOfMessages=10)), ["0", "1", "2", "3"])
    states = [task["Status"] for task in sqs.list_message_move_tasks(SourceArn=arn, MaxResults=10)["Results"]]
    seen.equal("states", states, ["COMPLETED", "CANCELLED"])
    return seen.problems


@check
def exceptions(endpoint):
    sqs, seen = endpoint.sqs(), Seen()
    known, url = sqs.exceptions, endpoint.queue_url("jobs")
    simple = "AWS.SimpleQueueService."
    sqs.send_message(QueueUrl=url, MessageBody="m")
    handle = sqs.receive_message(QueueUrl=url, VisibilityTimeout=1)["Messages"][0]["ReceiptHandle"]
    endpoint.advance(1)
    entry = {"Id": "a", "MessageBody": "m"}
    large = "x" * 524_289
    for exception, code, call, arguments in [
        (known.QueueDoesNotExist, f"{simple}NonExistentQueue", sqs.get_queue_url, {"QueueName": "none"}),
        (known.QueueDoesNotExist, f"{simple}NonExistentQueue", sqs.receive_message, {"QueueUrl": endpoint.queue_url("none")}),
        (known.ReceiptHandleIsInvalid, "ReceiptHandleIsInvalid", sqs.delete_message, {"QueueUrl": url, "ReceiptHandle": "x"}),
        (known.MessageNotInflight, f"{simple}MessageNotInflight", sqs.change_message_visibility,
         {"QueueUrl": url, "ReceiptHandle": handle, "VisibilityTimeout": 1}),
        (known.EmptyBatchRequest, f"{simple}EmptyBatchRequest", sqs.send_message_batch, {"QueueUrl": url, "Entries": []}),
        (known.TooManyEntriesInBatchRequest, f"{simple}TooManyEntriesInBatchRequest", sqs.send_message_batch,
         {"QueueUrl": url, "Entries": [{"Id": str(number), "MessageBody": "m"} for number in range(11)]}),
        (known.BatchEntryIdsNotDistinct, f"{simple}BatchEntryIdsNotDistinct", sqs.send_message_batch,
         {"QueueUrl": url, "Entries": [entry, entry]}),
        (known.InvalidBatchEntryId, f"{simple}InvalidBatchEntryId", sqs.send_message_batch,
         {"QueueUrl": url, "Entries": [{**entry, "Id": "a b"}]}),
        (known.BatchRequestTooLong, f"{simple}BatchRequestTooLong", sqs.send_message_batch,
         {"QueueUrl": url, "Entries": [{"Id": id, "MessageBody": large} for id in "ab"]}),
        (known.InvalidMessageContents, "InvalidMessageContents", sqs.send_message, {"QueueUrl": url, "MessageBody": "\x0b"}),
        (known.InvalidAttributeName, "InvalidAttributeName", sqs.get_queue_attributes,
         {"QueueUrl": url, "AttributeNames": ["Nothing"]}),
        (known.QueueNameExists, "QueueAlreadyExists", sqs.create_queue,
         {"QueueName": "jobs", "Attributes": {"VisibilityTimeout": "31"}}),
        (known.UnsupportedOperation, f"{simple}UnsupportedOperation", sqs.create_queue, {"QueueName": "new"}),
        (known.UnsupportedOperation, f"{simple}UnsupportedOperation", sqs.set_queue_attributes,
         {"QueueUrl": url, "Attributes": {"VisibilityTimeout": "31"}}),
        (known.UnsupportedOperation, f"{simple}UnsupportedOperation", sqs.delete_queue, {"QueueUrl": url}),
        (known.UnsupportedOperation, f"{simple}UnsupportedOperation", sqs.tag_queue, {"QueueUrl": url, "Tags": {"a": "b"}}),
        (known.UnsupportedOperation, f"{simple}UnsupportedOperation", sqs.untag_queue, {"QueueUrl": url, "TagKeys": ["a"]}),
        (known.UnsupportedOperation, f"{simple}UnsupportedOperation", sqs.add_permission,
         {"QueueUrl": url, "Label": "l", "AWSAccountIds": ["123456789012"], "Actions": ["*"]}),
        (known.UnsupportedOperation, f"{simple}UnsupportedOperation", sqs.remove_permission, {"QueueUrl": url, "Label": "l"}),
        (known.ResourceNotFoundException, "ResourceNotFoundException", sqs.list_message_move_tasks,
         {"SourceArn": "arn:aws:sqs:us-east-1:000000000000:none"}),
        (ClientError, "InvalidParameterValue", sqs.receive_message, {"QueueUrl": url, "MaxNumberOfMessages": 11}),
        (ClientError, "MissingParameter", sqs.send_message, {"QueueUrl": url, "MessageBody": ""}),
    ]:
        seen.raises(f"{code} {arguments}"[:200], exception, code, call, **arguments)
    return seen.problems


@check
def endpoints_of_the_environment(endpoint):
    seen = Seen()
    os.environ.update(CREDENTIALS, AWS_ENDPOINT_URL_SQS=endpoint.url, AWS_ENDPOINT_URL_S3=endpoint.url)
    try:
        session = boto3.Session()
        session.client("sqs").send_message(QueueUrl="jobs", MessageBody="by the environment")
        session.client("s3").put_object(Bucket="payloads", Key="key", Body=b"{}")
        queue = session.resource("sqs").get_queue_by_name(QueueName="jobs")
        [message] = queue.receive_messages(MaxNumberOfMessages=10)
        seen.equal("body", message.body, "by the environment")
        message.delete()
        queue.reload()
        seen.equal("left", queue.attributes["ApproximateNumberOfMessagesNotVisible"], "0")
    finally:
        for name in [*CREDENTIALS, "AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL_S3"]:
            del os.environ[name]
        os.environ["AWS_DEFAULT_REGION"] = REGION
    return seen.problems


@check
def payloads(endpoint):
    s3, seen = endpoint.client("s3"), Seen()
    key, body = "2026/11/23/ä b+c&.json", b'{"a":1}' * 10_000
    tag = s3.put_object(Bucket="payloads", Key=key, Body=body, ContentType="application/json")["ETag"]
    got = s3.get_object(Bucket="payloads", Key=key)
    seen.equal("body", got["Body"].read(), body)
    seen.equal("tag", got["ETag"], tag)
    seen.equal("length", s3.head_object(Bucket="payloads", Key=key)["ContentLength"], len(body))
    seen.equal("range", s3.get_object(Bucket="payloads", Key=key, Range="bytes=0-6")["Body"].read(), b'{"a":1}')
    for algorithm in ["CRC32", "SHA256"]:
        # A stream that cannot be read twice is sent in chunks.
        s3.put_object(Bucket="payloads", Key=algorithm, Body=io.BytesIO(body), ChecksumAlgorithm=algorithm)
        seen.equal(algorithm, s3.get_object(Bucket="payloads", Key=algorithm)["Body"].read(), body)
    s3.upload_fileobj(io.BytesIO(b"uploaded"), "payloads", "uploaded")
    downloaded = io.BytesIO()
    s3.download_fileobj("payloads", "uploaded", downloaded)
    seen.equal("downloaded", downloaded.getvalue(), b"uploaded")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="payloads", PaginationConfig={"PageSize": 3})
    seen.equal("keys", [item["Key"] for page in pages for item in page["Contents"]], sorted([key, "CRC32", "SHA256", "uploaded"]))
    folders = s3.list_objects_v2(Bucket="payloads", Delimiter="/")["CommonPrefixes"]
    seen.equal("folders", folders, [{"Prefix": "2026/"}])
    s3.delete_object(Bucket="payloads", Key=key)
    seen.raises("a key that is gone", s3.exceptions.NoSuchKey, "NoSuchKey", s3.get_object, Bucket="payloads", Key=key)
    seen.raises("head of it", ClientError, "404", s3.head_object, Bucket="payloads", Key=key)
    seen.raises("metadata", ClientError, "NotImplemented", s3.put_object, Bucket="b", Key="k", Metadata={"a": "b"})
    seen.raises("parts", ClientError, "NotImplemented", s3.create_multipart_upload, Bucket="b", Key="k")
    return seen.problems


@check
def the_package_in_python(endpoint):
    """What a task of the Python package does: a message with its payload in S3, and one without."""
    s3, sqs, seen = endpoint.client("s3"), endpoint.sqs(), Seen()
    s3.put_object(Bucket="payloads", Key="payload", Body='{"large": true}')
    for body in ['{"payload_s3_key": "payload"}', base64_text(b"x" * 1000)]:
        sqs.send_message(QueueUrl=f"https://sqs.{REGION}.amazonaws.com/123456789012/jobs", MessageBody=body, DelaySeconds=1)
    endpoint.advance(1)
    seen.equal("messages", len(bodies(sqs.receive_message(QueueUrl="jobs", MaxNumberOfMessages=10))), 2)
    seen.equal("payload", s3.get_object(Bucket="payloads", Key="payload")["Body"].read(), b'{"large": true}')
    s3.delete_object(Bucket="payloads", Key="payload")
    return seen.problems


@check
def old_clients_are_told(endpoint):
    """A client of the query protocol shows what we say."""
    import botocore.session
    from botocore.loaders import Loader

    class Old(Loader):
        def load_service_model(self, service_name, type_name, api_version=None):
            model = super().load_service_model(service_name, type_name, api_version)
            if (service_name, type_name) == ("sqs", "service-2"):
                model["metadata"].update(protocol="query", protocols=["query"])
            return model

    session = botocore.session.Session()
    session.register_component("data_loader", Old(extra_search_paths=session.get_component("data_loader").search_paths))
    client = session.create_client("sqs", endpoint_url=endpoint.url, region_name=REGION, aws_access_key_id="id",
                                   aws_secret_access_key="secret", config=ONCE)
    seen = Seen()
    try:
        client.list_queues()
        seen.problems.append("the query protocol was answered")
    except ClientError as error:
        seen.equal("code", error.response["Error"]["Code"], "UnsupportedProtocol")
        seen.equal("message", "update the SDK" in error.response["Error"]["Message"], True)
    return seen.problems
