"""What is different between the endpoint and moto's SQS: in each place, who is right, and how that is known. A difference that is
there no longer fails, so that the list stays true.

What AWS did is known from the recorded answers in the tests of LocalStack, and else from its documentation."""

from local_moto import FIFO, MESSAGE, Pair, messages, sent


def checks():
    return [
        (" ".join(function.__doc__.split()), lambda endpoint, function=function: still(endpoint, function))
        for function in globals().values() if getattr(function, "is_known", False)
    ]


def known(function):
    """Its docstring says the difference and who is right; it gives what is seen here and there, and what must be."""
    function.is_known = True
    return function


def still(endpoint, function):
    with Pair(endpoint) as pair:
        here, there, mine, theirs = function(pair)
    return [f"{place}: must be {expected!r}, is {seen!r}"
            for place, seen, expected in [("here", here, mine), ("moto", there, theirs)] if seen != expected]


def send(pair, **message):
    return pair.both("send_message", {**MESSAGE, **message})


def receive(pair, queue="jobs", **more):
    """The bodies and the newest handles of both."""
    both = pair.both("receive_message", {"QueueUrl": queue, "MaxNumberOfMessages": 10, **more})
    return ([message["Body"] for message in answer.get("Messages", [])] for answer in both), (
        [message["ReceiptHandle"] for message in answer.get("Messages", [])] for answer in both)


def with_handles(pair, operation, handles, queue="jobs", **more):
    mine, theirs = ({"QueueUrl": queue, "ReceiptHandle": handle, **more} for [handle] in handles)
    return pair.both(operation, mine, theirs)


@known
def characters(pair):
    """a body with a control character: refused here, as by AWS (SendMessage, InvalidMessageContents)"""
    here, there = send(pair, MessageBody="\x0b")
    return here, sorted(there), "InvalidMessageContents", ["MD5OfMessageBody", "MessageId"]


@known
def deduplication_of_a_standard_queue(pair):
    """a deduplication id for a standard queue: refused here, as by AWS (MessageDeduplicationId "applies only to FIFO")"""
    here, there = send(pair, MessageDeduplicationId="d")
    return here, sorted(there), "InvalidParameterValue", ["MD5OfMessageBody", "MessageId"]


@known
def visibility_of_a_message_that_is_ready(pair):
    """visibility of a message not in flight: refused here (ChangeMessageVisibility, MessageNotInflight); AWS was seen to take
    it, as moto does, for seconds after the timeout"""
    send(pair)
    _, handles = receive(pair, VisibilityTimeout=1)
    pair.advance(1.001)
    return (*with_handles(pair, "change_message_visibility", handles, VisibilityTimeout=5), "MessageNotInflight", {})


@known
def an_old_receipt(pair):
    """delete by the receipt before the last: keeps the message here, as AWS may ("the message might not be deleted")"""
    send(pair)
    _, handles = receive(pair, VisibilityTimeout=1)
    pair.advance(1.001)
    receive(pair, VisibilityTimeout=1)
    with_handles(pair, "delete_message", handles)
    pair.advance(1.001)
    # Received twice, it goes to the dead-letter queue.
    receive(pair)
    bodies, _ = receive(pair, "dead")
    return (*bodies, ["m"], [])


@known
def an_expired_receipt_of_a_fifo_queue(pair):
    """delete in a FIFO queue after the timeout: refused here, as by AWS (recorded: "The receipt handle has expired.")"""
    send(pair, **FIFO, MessageGroupId="g", MessageDeduplicationId="d")
    _, handles = receive(pair, "orders.fifo", VisibilityTimeout=1)
    pair.advance(1.001)
    return (*with_handles(pair, "delete_message", handles, "orders.fifo"), "InvalidParameterValue", {})


@known
def groups_of_a_receive(pair):
    """a receive of a FIFO queue: all of the first group first here, as AWS (recorded: g1-m1, g1-m2, g1-m3, g2-m1)"""
    for number, group in enumerate("ghg"):
        send(pair, **FIFO, MessageGroupId=group, MessageDeduplicationId=str(number))
        pair.advance(0.001)
    both = pair.both("receive_message", {"QueueUrl": "orders.fifo", "MaxNumberOfMessages": 10, "AttributeNames": ["All"]})
    here, there = ([entry["Attributes"]["MessageGroupId"] for entry in messages("orders.fifo", answer)] for answer in both)
    return here, there, ["g", "g", "h"], ["g", "h", "g"]


@known
def a_duplicate_of_a_deleted_message(pair):
    """the duplicate of a deleted message: not sent again here, as by AWS (recorded)"""
    message = {**FIFO, "MessageGroupId": "g", "MessageDeduplicationId": "d"}
    send(pair, **message)
    _, handles = receive(pair, "orders.fifo")
    with_handles(pair, "delete_message", handles, "orders.fifo")
    send(pair, **message)
    bodies, _ = receive(pair, "orders.fifo")
    return (*bodies, [], ["m"])


@known
def a_duplicate_of_a_purged_message(pair):
    """the duplicate of a purged message: not sent again here; AWS forgets it with the purge (recorded), as moto does"""
    message = {**FIFO, "MessageGroupId": "g", "MessageDeduplicationId": "d"}
    send(pair, **message)
    pair.both("purge_queue", {"QueueUrl": "orders.fifo"})
    send(pair, **message)
    bodies, _ = receive(pair, "orders.fifo")
    return (*bodies, [], ["m"])


@known
def visibility_of_a_deleted_message(pair):
    """visibility of a deleted message: InvalidParameterValue here, as AWS (recorded)"""
    send(pair)
    _, handles = receive(pair)
    handles = list(handles)
    with_handles(pair, "delete_message", handles)
    seen = with_handles(pair, "change_message_visibility", handles, VisibilityTimeout=5)
    return (*seen, "InvalidParameterValue", "ReceiptHandleIsInvalid")


@known
def a_deleted_dead_letter(pair):
    """delete of a message that has become a dead letter: done here; not documented"""
    send(pair)
    _, handles = receive(pair, VisibilityTimeout=1)
    handles = list(handles)
    for _ in range(2):
        pair.advance(1.001)
        receive(pair, VisibilityTimeout=1)
    return (*with_handles(pair, "delete_message", handles), {}, "ReceiptHandleIsInvalid")


@known
def the_source_of_a_dead_letter(pair):
    """DeadLetterQueueSourceArn: there here, as in AWS (recorded)"""
    send(pair)
    for _ in range(3):
        receive(pair, VisibilityTimeout=1)
        pair.advance(1.001)
    both = pair.both("receive_message", {"QueueUrl": "dead", "AttributeNames": ["DeadLetterQueueSourceArn"]})
    here, there = (answer["Messages"][0].get("Attributes") for answer in both)
    return here, there, {"DeadLetterQueueSourceArn": "arn:aws:sqs:us-east-1:000000000000:jobs"}, None


@known
def deduplication_id_of_a_dead_letter(pair):
    """MessageDeduplicationId of a dead letter: that of its MessageId here; AWS's page on dead-letter queues says so"""
    send(pair, **FIFO, MessageGroupId="g", MessageDeduplicationId="d")
    for _ in range(3):
        receive(pair, "orders.fifo", VisibilityTimeout=1)
        pair.advance(1.001)
    both = pair.both("receive_message", {"QueueUrl": "dead.fifo", "AttributeNames": ["MessageDeduplicationId"]})
    here, there = (answer["Messages"][0]["Attributes"]["MessageDeduplicationId"] == "d" for answer in both)
    return here, there, False, True


@known
def a_second_purge(pair):
    """a second purge within a minute: done here, since the first is over at once; refused by AWS (PurgeQueueInProgress)"""
    pair.both("purge_queue", {"QueueUrl": "jobs"})
    return (*pair.both("purge_queue", {"QueueUrl": "jobs"}), {}, "PurgeQueueInProgress")


@known
def a_number_that_is_none(pair):
    """a Number that is none: refused here, as by AWS ("Can't cast the value of message (user) attribute")"""
    here, there = send(pair, MessageAttributes={"a": {"DataType": "Number", "StringValue": "one"}})
    return here, sorted(sent(there)), "InvalidParameterValue", ["MD5OfMessageAttributes", "MD5OfMessageBody"]


@known
def a_batch_without_a_message_that_is_good(pair):
    """a batch with an entry of wrong characters: the others are sent here, as by AWS (recorded)"""
    entries = [{"Id": "a", "MessageBody": "m"}, {"Id": "b", "MessageBody": "\x01"}]
    both = pair.both("send_message_batch", {"QueueUrl": "jobs", "Entries": entries})
    here, there = ([entry["Id"] for entry in answer["Successful"]] for answer in both)
    return here, there, ["a"], ["a", "b"]
