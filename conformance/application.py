"""An application as it is deployed: its translated template is a stack in the moto server, and its functions run
under the emulator with the environment that the template declares. What an event source mapping does is done here."""

import os
import zipfile

import deploy
import translate
import wiring
from emulator import Function
from intrinsics import REGION


class Application:
    """`command` is what its functions run."""

    def __init__(self, name, template, command, server, scratch, report):
        self.name, self.command, self.scratch, self.endpoint = name, command, scratch, server.url
        self.deployment = deploy.Deployment(translate.translate(template), server, name)
        if not self.deployment.create(report):
            raise RuntimeError(f"{name}: there is no stack to run in")
        wiring.stop_mappings(self.deployment)
        self.sqs, self.s3 = self.deployment.client("sqs"), self.deployment.client("s3")
        self.bucket = self.deployment.made["AsyncLambdaPayloadBucket"]
        # What every function gets besides.
        self.variables = {}

    def function(self, task, command=None, **more):
        """A new execution environment of a task's function, with this or another program."""
        declared = self.deployment.resources[f"{task}ALFunc"]["Properties"]
        variables = self.deployment.evaluator.value(declared["Environment"])["Variables"]
        environment = {
            **variables, "AWS_LAMBDA_FUNCTION_NAME": declared["FunctionName"],
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(declared["Timeout"]), **self.variables, **more,
        }
        log = os.path.join(self.scratch, f"{self.name}-{task}.log")
        return Function(command or self.command, environment, self.endpoint, log)

    def queue(self, task, lane=0):
        return self.deployment.made[f"{task}ALQueue" + (f"L{lane}" if lane else "")]

    def send(self, task, *bodies, **more):
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.queue(task), MessageBody=body, **more)

    def deliver(self, task, function, at_most=10, lane=0):
        """Does once what the mapping of a task's queue does: hands over what is there, and deletes what did not
        fail. Gives the answer, the bodies of the messages that did not fail, and those of the others."""
        return self.hand_over(self.queue(task, lane), function, at_most)

    def hand_over(self, url, function, at_most=10):
        """The same for any queue."""
        messages = self._receive(url, at_most)
        if not messages:
            return None, [], []
        answer = function.invoke(batch(self.deployment.queue_arn(url), messages))
        if "errorType" in (answer or {}):
            failures = {each["MessageId"] for each in messages}
        else:
            failures = {each["itemIdentifier"] for each in (answer or {}).get("batchItemFailures", [])}
        for each in messages:
            if each["MessageId"] in failures:
                # Lambda leaves it until the visibility timeout is over, which is minutes.
                self.sqs.change_message_visibility(
                    QueueUrl=url, ReceiptHandle=each["ReceiptHandle"], VisibilityTimeout=0,
                )
            else:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
        good = [each["Body"] for each in messages if each["MessageId"] not in failures]
        return answer, good, [each["Body"] for each in messages if each["MessageId"] in failures]

    def waiting(self, task):
        """The bodies of the messages in a task's queue, which stay there."""
        return [each["Body"] for each in self.seen(self.queue(task))]

    def seen(self, url):
        """The messages in a queue, which stay there."""
        messages = self._receive(url)
        for each in messages:
            self.sqs.change_message_visibility(
                QueueUrl=url, ReceiptHandle=each["ReceiptHandle"], VisibilityTimeout=0,
            )
        return messages

    def dead(self):
        """The bodies of the messages in the dead-letter queue, which are taken out."""
        return self.drain(self.deployment.made["AsyncLambdaDLQ"])

    def drain(self, url):
        """Takes out what is in a queue, and gives it."""
        taken = []
        while messages := self._receive(url):
            for each in messages:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
                taken.append(each["Body"])
        return taken

    def payloads(self):
        """The keys in the payload bucket."""
        return [each["Key"] for each in self.s3.list_objects_v2(Bucket=self.bucket).get("Contents", [])]

    def empty_bucket(self):
        for key in self.payloads():
            self.s3.delete_object(Bucket=self.bucket, Key=key)

    def _receive(self, url, at_most=10):
        return self.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=at_most, MessageSystemAttributeNames=["All"], MessageAttributeNames=["All"],
        ).get("Messages", [])


def batch(queue_arn, messages):
    """The event that Lambda makes of messages."""
    return {"Records": [
        {
            "messageId": each["MessageId"], "receiptHandle": each["ReceiptHandle"], "body": each["Body"],
            "attributes": each.get("Attributes", {}), "messageAttributes": message_attributes(each),
            "md5OfBody": each["MD5OfBody"], "eventSource": "aws:sqs", "eventSourceARN": queue_arn, "awsRegion": REGION,
        }
        for each in messages
    ]}


def message_attributes(message):
    """In Lambda's event their members begin in lower case, and lists are always there."""
    return {
        name: {
            "stringListValues": [], "binaryListValues": [],
            **{key[0].lower() + key[1:]: each for key, each in value.items()},
        }
        for name, value in message.get("MessageAttributes", {}).items()
    }


def unpacked(name, archive, folder):
    """The program out of the archive that Lambda would get."""
    path = os.path.join(folder, f"{name}-bootstrap")
    with zipfile.ZipFile(archive) as content, open(path, "wb") as program:
        program.write(content.read("bootstrap"))
    os.chmod(path, 0o755)
    return path
