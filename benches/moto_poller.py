"""Messages a second through a moto server and a poller on boto3, with batches of 1 and of 10. Prints JSON. Run by
`benches/compare` with the interpreter of `.venv`.

usage: moto_poller.py SCRATCH MESSAGES"""

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "conformance"))
SCRATCH, MESSAGES = sys.argv[1], int(sys.argv[2])

import environment  # noqa: E402

environment.isolate(SCRATCH)

from server import Server  # noqa: E402


def drained(sqs, batch):
    """Messages of 1 kB a second, from the first receive until the last is deleted."""
    queue = sqs.create_queue(QueueName=f"batch-{batch}")["QueueUrl"]
    entries = [{"Id": str(number), "MessageBody": "x" * 1000} for number in range(10)]
    for _ in range(MESSAGES // 10):
        sqs.send_message_batch(QueueUrl=queue, Entries=entries)
    handled, start = 0, time.perf_counter()
    while handled < MESSAGES:
        messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=batch).get("Messages", [])
        receipts = [{"Id": str(index), "ReceiptHandle": each["ReceiptHandle"]} for index, each in enumerate(messages)]
        if receipts:
            sqs.delete_message_batch(QueueUrl=queue, Entries=receipts)
        handled += len(receipts)
    return MESSAGES / (time.perf_counter() - start)


def main():
    with Server(SCRATCH) as server:
        print(json.dumps({batch: drained(server.client("sqs"), batch) for batch in (1, 10)}))


if __name__ == "__main__":
    main()
