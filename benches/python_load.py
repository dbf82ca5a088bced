"""The tasks `Fan` and `Wide` of conformance/program on the Python package. Runs under awslambdaric."""

import time

from async_lambda import AsyncLambdaController, config_set_name

config_set_name("faults")
controller = AsyncLambdaController()
lambda_handler = controller.async_lambda_handler


@controller.scheduled_task("Fan", schedule_expression="rate(1 day)")
def fan(event):
    raw = event.get_raw_event()
    for number in range(raw["n"]):
        controller.async_invoke("Sink", {"n": number, "data": "x" * raw["size"]})


@controller.async_task("Wide")
def wide(event):
    time.sleep(event.payload["wait"] / 1000)


@controller.async_task("Sink")
def sink(_):
    pass
