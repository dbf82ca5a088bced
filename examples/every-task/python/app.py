"""The same shop on the Python package, version 0.6.15, as it was before it moved: every kind of task that the package
has, with what they send to each other. `tests/python.rs` compares what both become, at each stage."""

import json
import logging

from async_lambda import (
    APIEvent,
    AsyncLambdaController,
    BaseEvent,
    DynamoDBEvent,
    JSONResponse,
    ManagedSQSBatchEvent,
    ManagedSQSEvent,
    ScheduledEvent,
    UnmanagedSQSEvent,
    config_set_name,
    config_set_s3_payload_retention,
)
from async_lambda.config import config_set_default_task_memory

LEGACY = "arn:aws:sqs:us-east-1:123456789012:orders.fifo"
ORDERS = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders/stream/2026-11-23T00:00:00.000"
DAY = 24 * 60 * 60

config_set_name("orders")
config_set_default_task_memory(256)
config_set_s3_payload_retention(days=60)


def log(event, call_next):
    print(type(event).__name__)
    return call_next(event)


app = AsyncLambdaController(middleware=[([BaseEvent], log)])
statistics = AsyncLambdaController(is_sub=True)
lambda_handler = app.async_lambda_handler
app.add_external_task("billing-Invoice")


@app.async_task("Letters", is_dlq_task=True, max_receive_count=5)
def letters(event: ManagedSQSEvent):
    app.async_invoke("Remind", f"a message to {event.destination_task_id} was given up: see the log")


app.set_dlq_task_id("Letters")


@app.api_task("PlaceOrder", path="/orders", method="post", timeout=29)
def place_order(event: APIEvent):
    order = json.loads(event.body)
    lane = 1 if order["items"] > 100 else 0
    app.async_invoke("Pay", order, lane=lane, message_group_id=order["customer"])
    # Who packs and sends in order is not known to this package: the customer is told a day later.
    text = f"order {order['id']} is on its way"
    app.async_invoke("Remind", text, delay=DAY, unique_delay_id=f"order-{order['id']}")
    return JSONResponse({"id": order["id"], "price": order["items"] * 7})


@app.pure_task("Price", timeout=10)
def price(event: BaseEvent):
    return event.get_raw_event() * 7


@app.async_task("Pay", lane_count=3, maximum_concurrency=[50, 5, 5], max_receive_count=5)
def pay(event: ManagedSQSEvent):
    order, lane = event.payload, app.get_current_lane()
    print(f"{order['customer']} pays for order {order['id']} in lane {lane}, {event.message_group_id or 'no group'}")
    app.async_invoke("billing-Invoice", order)


@app.async_task("Remind", max_receive_count=5, init_tasks=[lambda: logging.getLogger().setLevel(logging.INFO)])
def remind(event: ManagedSQSEvent):
    print(event.payload)


@statistics.async_batch_task("Count", batch_size=100, max_batching_window=5, max_receive_count=5)
def count(batch: ManagedSQSBatchEvent):
    payloads = [event.payload for event in batch.events]
    print(f"{len(payloads)} messages in lane {statistics.get_current_lane()}: {sum(payloads)}")


@statistics.dynamodb_task("Changed", stream_arn=ORDERS, batch_size=10)
def changed(event: DynamoDBEvent):
    for record in event:
        image = record.new_image or {"items": {"N": "0"}}
        statistics.async_invoke("Count", int(image["items"]["N"]))


@app.sqs_task("Import", queue_arn=LEGACY)
def imported(event: UnmanagedSQSEvent):
    app.async_invoke("Pay", event.json())


@statistics.scheduled_task("Nightly", schedule_expression="cron(0 3 * * ? *)")
def nightly(event: ScheduledEvent):
    statistics.async_invoke_batch("Count", [1, 2, 3])


app.add_controller(statistics)
