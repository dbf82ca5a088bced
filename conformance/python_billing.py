"""Another application on the Python package: it gets invoices from every-task, and sends it words. Runs under
awslambdaric."""

from async_lambda import AsyncLambdaController, config_set_name

config_set_name("billing")
controller = AsyncLambdaController()
lambda_handler = controller.async_lambda_handler
controller.add_external_task("orders-Remind")


@controller.async_task("Invoice")
def invoice(event):
    return {"payload": event.payload, "source": event.source_task_id, "group": event.message_group_id}


@controller.scheduled_task("Due", schedule_expression="rate(1 day)")
def due(event):
    controller.async_invoke("orders-Remind", "an invoice is due")
