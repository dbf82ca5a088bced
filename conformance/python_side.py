"""The other side of the conversation: tasks of photo-app and shop on the Python package. Runs under awslambdaric.

What a task answers is what it received, so that whoever invokes it can compare."""

import os

from async_lambda import AsyncLambdaController, config_set_name

config_set_name(os.environ["APPLICATION"])
controller = AsyncLambdaController()
lambda_handler = controller.async_lambda_handler


@controller.scheduled_task("Tick", schedule_expression="rate(15 minutes)")
def tick(event):
    controller.async_invoke("Resize", event.get_raw_event().get("payload", {"key": "a.png", "width": 800}))


@controller.async_task("Resize")
def resize(event):
    return received(event)


@controller.async_task("SendMail")
def send_mail(event):
    return received(event)


def received(event):
    return {"payload": event.payload, "source": event.source_task_id, "invocation_id": event.invocation_id}
