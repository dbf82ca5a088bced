"""Creates a stack in the moto server and compares what exists with what the template declares.

Raw SAM must never come here: moto reports CREATE_COMPLETE and makes nothing of it."""

import copy
import importlib.metadata
import io
import json
import zipfile

import by_api
import gaps
import intrinsics
import moto.cloudformation.parsing
import privileges
import readers
import translate
import wiring
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

# A service refuses; the model of its API refuses; moto breaks down, where the service would refuse.
REFUSALS = (by_api.Refused, ClientError, BotoCoreError, ResponseParserError)


def check(template, server, report, name="conformance", follows=False, inside=None):
    """The deployment, or nothing where the stack could not be created. `inside` is the deployment of the stack around it, and the
    logical id there.
    """
    installed = importlib.metadata.version("moto")
    if installed != gaps.MOTO:
        report.failed("moto", f"gaps.py describes {gaps.MOTO}, installed is {installed}: go through its tables again")
    if not follows:
        server.reset()
    deployment = Deployment(template, server, name, inside)
    if not deployment.create(report):
        return None
    deployment.create_by_api(report)
    compare_resources(deployment, report)
    compare_outputs(deployment, report)
    wiring.check(deployment, report)
    privileges.check(deployment, report)
    return deployment


class Deployment:
    """One template as a stack in the server."""

    def __init__(self, template, server, name="conformance", inside=None):
        self.template = template
        self.server = server
        self.name = name
        self.clients = {}
        # Logical id -> physical id of what exists.
        self.made = {}
        # Role -> ARNs of the policies of AWS that are attached to it.
        self.aws_policies = {}
        # What moto's CloudFormation was not given, and so could not refer to.
        self.held_back = set()
        # While resources are being created, they may refer to everything that exists.
        self.creating = False
        self.evaluator = intrinsics.Evaluator(template, self.name, self.attribute, self.exported)
        # The stack around it, in which its dead-letter queue may be.
        self.around, nested = inside or (None, None)
        if self.around is not None:
            self.evaluator.parameters.update(self.around.given(nested))
        self.resources = {
            name: resource for name, resource in template["Resources"].items() if self.evaluator.exists(resource)
        }

    def client(self, service):
        if service not in self.clients:
            self.clients[service] = self.server.client(service)
        return self.clients[service]

    def of_type(self, *types):
        """Logical ids of what exists, by type."""
        return [name for name in self.made if self.resources[name]["Type"] in types]

    def declared(self, name):
        """The properties of a resource, without functions."""
        return self.evaluator.value(self.resources[name].get("Properties", {}))

    def given(self, nested):
        """The parameters of a nested stack."""
        return self.evaluator.value(self.template["Resources"][nested]["Properties"].get("Parameters", {}))

    def attribute(self, name, attribute):
        """An attribute of something that exists, from the service and not from CloudFormation."""
        if name not in self.made:
            raise intrinsics.Unknown(f"refers to {name}, which moto does not create")
        kind = self.resources[name]["Type"]
        if name in self.held_back and not self.creating and not (attribute == "Ref" and kind in by_api.CREATE):
            raise intrinsics.Unknown(f"refers to {name}, which moto's CloudFormation does not create")
        if attribute == "Ref":
            return self.made[name]
        read = readers.ATTRIBUTES.get(kind, {}).get(attribute)
        if read is None:
            raise intrinsics.Unknown(f"no reader for the attribute {attribute} of {kind}")
        return read(self, self.made[name])

    def exported(self, name):
        """What another stack in the server exports."""
        pages = self.client("cloudformation").get_paginator("list_exports").paginate()
        found = {each["Name"]: each["Value"] for page in pages for each in page["Exports"]}
        if name not in found:
            raise intrinsics.Unknown(f"imports {name}, which no stack exports")
        return found[name]

    def queue_arn(self, url):
        attributes = self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return attributes["Attributes"]["QueueArn"]

    def create(self, report):
        """Creates the stack; whether it succeeded."""
        self._upload()
        template = self._for_moto()
        parameters = [
            {"ParameterKey": name, "ParameterValue": str(value)} for name, value in self.evaluator.parameters.items()
        ]
        client = self.client("cloudformation")
        try:
            client.create_stack(
                StackName=self.name, TemplateBody=json.dumps(template), Parameters=parameters,
                Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
            )
        except REFUSALS as error:
            report.failed("moto: create stack", self._reason(error))
            return False
        stack = client.describe_stacks(StackName=self.name)["Stacks"][0]
        for page in client.get_paginator("list_stack_resources").paginate(StackName=self.name):
            for each in page["StackResourceSummaries"]:
                if each["LogicalResourceId"] in self.resources and each.get("PhysicalResourceId"):
                    self.made[each["LogicalResourceId"]] = each["PhysicalResourceId"]
        wanted = set(self.resources) - self.held_back
        problems = [f"{name}: was not created" for name in sorted(wanted - set(self.made))]
        if stack["StackStatus"] != "CREATE_COMPLETE":
            problems.append(f"{stack['StackStatus']}: {stack.get('StackStatusReason', '')}")
        report.compared(f"moto: stack of {len(wanted)} resources is created", problems)
        return not problems

    def create_by_api(self, report):
        """Creates what moto's CloudFormation does not know, in the order in which it refers to each other."""
        self.creating = True
        self.create_held_back(sorted(self.held_back), report)
        for name in self.of_type(*by_api.COMPLETE):
            for keys, complete in by_api.COMPLETE[self.resources[name]["Type"]]:
                properties = self.declared(name)
                given = [key for key in keys if key in properties]
                if given:
                    check = f"{name}.{', '.join(given)} through its API"
                    self._attempt(report, check, complete, self.made[name], properties)
        self.creating = False

    def create_held_back(self, waiting, report):
        """Some of what moto's CloudFormation does not know."""
        while waiting:
            later = [name for name in waiting if not self._create_one(name, report)]
            if len(later) == len(waiting):
                break
            waiting = later
        for name in sorted(waiting):
            report.skipped(f"moto: {name} is created", self._why_not(name))

    def _create_one(self, name, report):
        """Whether there is nothing left to try."""
        kind = self.resources[name]["Type"]
        if kind not in by_api.CREATE:
            return False
        try:
            properties = self.declared(name)
        except intrinsics.Unknown:
            return False
        physical = self._attempt(report, f"{name} is created through its API", by_api.CREATE[kind][0], properties)
        if physical is not None:
            self.made[name] = physical
        return True

    def _attempt(self, report, check, action, *arguments):
        try:
            return action(self, *copy.deepcopy(arguments))
        except REFUSALS as error:
            report.failed(f"moto: {check}", self._reason(error))
            return None

    def _reason(self, error):
        if not isinstance(error, ResponseParserError):
            return str(error)
        # Either an answer in the form of another service, or a page that says nothing.
        body = str(error).partition("succeed:\n")[2]
        return self.server.last_error() if "<html" in body else body

    def _why_not(self, name):
        kind = self.resources[name]["Type"]
        if kind in gaps.TYPES:
            return gaps.TYPES[kind]
        if self._needs_another(self.resources[name]):
            return f"its {gaps.NEEDS[kind]} is not of this stack"
        if kind not in by_api.CREATE:
            return f"moto {gaps.MOTO} does not create {kind}"
        try:
            self.declared(name)
        except intrinsics.Unknown as reason:
            return str(reason)
        return "refers to what is not created"

    def _upload(self):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as content:
            content.writestr("bootstrap", "#!/bin/sh\n")
        self.client("s3").create_bucket(Bucket=translate.BUCKET)
        self.client("s3").put_object(Bucket=translate.BUCKET, Key=translate.KEY, Body=archive.getvalue())

    def _for_moto(self):
        """The template as moto can create it: without the types that it would pass over in silence."""
        known = moto.cloudformation.parsing.get_model_map()
        self.held_back = {
            name for name, resource in self.resources.items()
            if resource["Type"] not in known or resource["Type"] in {*gaps.TYPES, *by_api.CREATE}
            or self._needs_another(resource)
        }
        template = {key: part for key, part in self.template.items() if key != "Rules"}
        template = self._without_references(copy.deepcopy(template))
        resources = {name: part for name, part in template["Resources"].items() if name not in self.held_back}
        for resource in resources.values():
            self._adapt(resource)
        return {**template, "Resources": resources}

    def _needs_another(self, resource):
        """Whether moto wants to see something that exists, and that the stack does not make."""
        if resource["Type"] not in gaps.NEEDS:
            return False
        reference = resource["Properties"].get(gaps.NEEDS[resource["Type"]])
        reference = reference if isinstance(reference, dict) else {}
        attribute = reference.get("Fn::GetAtt", "")
        name = reference.get("Ref") or (attribute.split(".")[0] if isinstance(attribute, str) else attribute[0])
        return name not in self.resources

    def _adapt(self, resource):
        properties = resource.setdefault("Properties", {})
        artifact = {"S3Bucket": translate.BUCKET, "S3Key": translate.KEY}
        if resource["Type"] == "AWS::Lambda::Function":
            code = properties.get("Code")
            if isinstance(code, str) or not {"ZipFile", "ImageUri"} & set(code or {}):
                properties["Code"] = artifact
        if resource["Type"] == "AWS::Lambda::LayerVersion":
            properties["Content"] = artifact
        if resource["Type"] == "AWS::ApiGateway::RestApi":
            # CloudFormation takes the name from the title of the body; moto has to have it here.
            properties.setdefault("Name", self.name)
        if resource["Type"] == "AWS::IAM::Role":
            # moto would keep a Python text of them, unchecked; they come through the API.
            properties.pop("Policies", None)
        after = resource.get("DependsOn", [])
        after = [name for name in ([after] if isinstance(after, str) else after) if name not in self.held_back]
        resource["DependsOn"] = after

    def _without_references(self, node):
        """References to what is held back become the declared name, or a text that cannot be taken for one."""
        if isinstance(node, list):
            return [self._without_references(item) for item in node]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            (key, argument), = node.items()
            if key == "Ref" and argument in self.held_back:
                return self._name_of(argument)
            if key == "Fn::GetAtt":
                name, _ = argument.split(".", 1) if isinstance(argument, str) else argument
                if name in self.held_back:
                    return f"{name}.held-back.invalid"
            if key == "Fn::Sub":
                return self._without_placeholders(argument)
        return {key: self._without_references(item) for key, item in node.items()}

    def _without_placeholders(self, argument):
        text, own = (argument, {}) if isinstance(argument, str) else argument
        own = {key: self._without_references(item) for key, item in own.items()}
        for name in self.held_back:
            if f"${{{name}}}" in text and name not in own:
                own[name] = self._name_of(name)
            if f"${{{name}." in text:
                text = text.replace(f"${{{name}.", "${!" + f"{name}.")
        return {"Fn::Sub": [text, own] if own else text}

    def _name_of(self, name):
        resource = self.resources[name]
        _, key = by_api.CREATE.get(resource["Type"], (None, None))
        literal = resource.get("Properties", {}).get(key)
        return f"{name}.held-back.invalid" if literal is None else self._without_references(literal)


def compare_resources(deployment, report):
    """A check a resource, with the names of the properties that were compared."""
    skipped = {}
    for name in deployment.made:
        kind = deployment.resources[name]["Type"]
        if kind not in readers.READ:
            skipped.setdefault((kind, "its properties", "no comparison is written for this type"), []).append(name)
            continue
        declared, unknown = {}, {}
        for key, value in deployment.resources[name].get("Properties", {}).items():
            try:
                declared[key] = deployment.evaluator.value(value)
            except intrinsics.Unknown as reason:
                unknown[key] = str(reason)
        actual = readers.READ[kind](deployment, deployment.made[name], declared)
        compared, problems = [], []
        for key, value in declared.items():
            if value is intrinsics.NO_VALUE:
                continue
            if (kind, key) in gaps.PROPERTIES:
                unknown[key] = gaps.PROPERTIES[kind, key]
            elif key not in actual:
                unknown[key] = "no comparison is written for this property"
            elif equal(value, actual[key]):
                compared.append(f"{key} (by API)" if by_api.completes(kind, key) else key)
            else:
                problems.append(f"{key}: declared {json.dumps(value)}, exists {json.dumps(actual[key], default=str)}")
        for key, reason in unknown.items():
            skipped.setdefault((kind, key, reason), []).append(name)
        how = " (by API)" if name in deployment.held_back else ""
        report.compared(f"moto: {kind} {name}{how}: {', '.join(sorted(compared)) or 'exists'}", problems)
    for (kind, key, reason), names in sorted(skipped.items()):
        report.skipped(f"moto: {kind} {key} ({', '.join(sorted(names))})", reason)


def compare_outputs(deployment, report):
    declared = {
        name: output for name, output in deployment.template.get("Outputs", {}).items()
        if deployment.evaluator.exists(output)
    }
    if not declared:
        return
    stack = deployment.client("cloudformation").describe_stacks(StackName=deployment.name)["Stacks"][0]
    actual = {output["OutputKey"]: output.get("OutputValue") for output in stack.get("Outputs", [])}
    problems, compared = [], 0
    for name, output in declared.items():
        try:
            value = deployment.evaluator.value(output["Value"])
        except intrinsics.Unknown as reason:
            report.skipped(f"moto: output {name}", str(reason))
            continue
        compared += 1
        if not equal(value, actual.get(name)):
            problems.append(f"{name}: declared {json.dumps(value)}, exists {json.dumps(actual.get(name))}")
    report.compared(f"moto: {compared} outputs", problems)


def equal(declared, actual):
    """Whether what exists is what was declared. Services add defaults, answer in another order, and
    write numbers and booleans as text."""
    if isinstance(declared, dict):
        return isinstance(actual, dict) and all(equal(value, actual.get(key)) for key, value in declared.items())
    if isinstance(declared, list):
        if not isinstance(actual, list) or len(declared) != len(actual):
            return False
        left = list(actual)
        for value in declared:
            match = next((at for at, other in enumerate(left) if equal(value, other)), None)
            if match is None:
                return False
            left.pop(match)
        return True
    return scalar(declared) == scalar(actual)


def scalar(value):
    """A number where it is one: `60`, `60.0` and `"60"` are the same to CloudFormation."""
    if isinstance(value, bool):
        return str(value).lower()
    try:
        return float(value)
    except (TypeError, ValueError):
        return str(value)
