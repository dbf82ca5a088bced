"""What the roles of a stack may do, asked of a simulator of IAM: everything that their policies list, and nothing else.

The simulator is a package of npm (`privileges/package.json`); without npm the check is skipped."""

import json
import os
import pathlib
import re
import shutil
import subprocess

import intrinsics

HERE = pathlib.Path(__file__).parent / "privileges"
# What no role of the examples may do, each on a resource that is none of theirs.
OTHERS = [
    ("cloudformation:DeleteStack", "arn:aws:cloudformation:us-east-1:123456789012:stack/other/1"),
    ("dynamodb:DeleteTable", "arn:aws:dynamodb:us-east-1:123456789012:table/other"),
    ("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:123456789012:table/other"),
    ("ec2:RunInstances", "arn:aws:ec2:us-east-1:123456789012:instance/i-1234567890abcdef0"),
    ("events:PutEvents", "arn:aws:events:us-east-1:123456789012:event-bus/other"),
    ("iam:AttachRolePolicy", "arn:aws:iam::123456789012:role/other"),
    ("iam:CreateUser", "arn:aws:iam::123456789012:user/other"),
    ("iam:PassRole", "arn:aws:iam::123456789012:role/other"),
    ("iam:PutRolePolicy", "arn:aws:iam::123456789012:role/other"),
    ("kms:Decrypt", "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"),
    ("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:123456789012:function:other"),
    ("lambda:UpdateFunctionCode", "arn:aws:lambda:us-east-1:123456789012:function:other"),
    ("logs:DeleteLogGroup", "arn:aws:logs:us-east-1:123456789012:log-group:other"),
    ("s3:DeleteBucket", "arn:aws:s3:::other"),
    ("s3:GetObject", "arn:aws:s3:::other/key"),
    ("s3:PutBucketPolicy", "arn:aws:s3:::other"),
    ("s3:PutObject", "arn:aws:s3:::other/key"),
    ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:123456789012:secret:other-AbCdEf"),
    ("sns:Publish", "arn:aws:sns:us-east-1:123456789012:other"),
    ("sqs:DeleteQueue", "arn:aws:sqs:us-east-1:123456789012:other"),
    ("sqs:ReceiveMessage", "arn:aws:sqs:us-east-1:123456789012:other"),
    ("sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:other"),
    ("ssm:GetParameter", "arn:aws:ssm:us-east-1:123456789012:parameter/other"),
    ("states:StartExecution", "arn:aws:states:us-east-1:123456789012:stateMachine:other"),
    ("sts:AssumeRole", "arn:aws:iam::123456789012:role/other"),
]
# What nobody should do to a resource because it may use it.
DESTRUCTIVE = {
    "dynamodb": ["dynamodb:DeleteTable", "dynamodb:UpdateTable"],
    "kms": ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"],
    "lambda": ["lambda:DeleteFunction", "lambda:UpdateFunctionCode"],
    "scheduler": ["scheduler:UpdateSchedule"],
    "secretsmanager": ["secretsmanager:DeleteSecret"],
    "sns": ["sns:DeleteTopic", "sns:Subscribe"],
    "sqs": ["sqs:AddPermission", "sqs:DeleteQueue", "sqs:SetQueueAttributes"],
}


def check(deployment, report):
    roles = deployment.of_type("AWS::IAM::Role")
    if not roles:
        return
    if shutil.which("npm") is None:
        report.skipped("IAM: what roles may do", "there is no npm, which the simulator is installed with")
        return
    asked = []
    for name in roles:
        try:
            policies = documents(deployment, name)
        except intrinsics.Unknown as error:
            report.skipped(f"{name}: what it may do", str(error))
            continue
        asked += [Asked(name, policies, "Allowed", *each) for each in granted(policies)]
        asked += [Asked(name, policies, "ImplicitlyDenied", *each) for each in denied(policies)]
    answers = simulate([each.request() for each in asked], os.path.dirname(deployment.server.log))
    for name in dict.fromkeys(each.role for each in asked):
        compare(name, [pair for pair in zip(asked, answers, strict=True) if pair[0].role == name], report)


class Asked:
    """A request, and what IAM should say to it."""

    def __init__(self, role, policies, expected, action, resource, context):
        self.role, self.policies, self.expected = role, policies, expected
        self.action, self.resource, self.context = action, resource, context

    def request(self):
        return {
            "role": self.role, "policies": self.policies, "action": self.action, "resource": self.resource,
            "context": self.context,
        }


def compare(name, pairs, report):
    # The simulator refuses an action on a resource of another kind, such as one of a bucket on an object: there is no
    # such request.
    exist = [(asked, answer) for asked, answer in pairs if not answer.startswith("error")]
    problems = [
        f"{asked.action} on {asked.resource}: {answer} instead of {asked.expected}"
        for asked, answer in exist
        if answer != asked.expected
    ]
    allowed = {asked.action for asked, answer in exist if answer == "Allowed"}
    problems += [
        f"{asked.action}: no request is allowed, {answer}"
        for asked, answer in pairs
        if asked.expected == "Allowed" and asked.action not in allowed
    ]
    others = sum(1 for asked, _ in exist if asked.expected != "Allowed")
    if others < 20:
        problems.append(f"only {others} other requests were tried")
    check = f"{name}: IAM allows the {len(allowed)} actions of its policies, and none of {others} other requests"
    report.compared(check, problems)


def documents(deployment, name):
    """The policies of a role that are in the template, without functions."""
    inline = [each["PolicyDocument"] for each in deployment.declared(name).get("Policies", [])]
    attached = []
    for other in deployment.of_type("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
        properties = deployment.declared(other)
        if deployment.made[name] in properties.get("Roles", []):
            attached.append(properties["PolicyDocument"])
    return inline + attached


def as_list(value):
    return value if isinstance(value, list) else [value]


def statements(policies):
    """The statements that list what is allowed."""
    return [each for policy in policies for each in as_list(policy["Statement"])]


def granted(policies):
    """A request for every action and resource of the policies, with what their conditions ask for."""
    for statement in statements(policies):
        context = {}
        for operator, conditions in statement.get("Condition", {}).items():
            for key, value in conditions.items():
                value = str(as_list(value)[0])
                context[key] = sample(value) if "Like" in operator or "Arn" in operator else value
        for action in as_list(statement["Action"]):
            for resource in as_list(statement["Resource"]):
                yield sample(action), sample(resource), context


def sample(text):
    """One of the texts that a pattern stands for."""
    return "*" if text == "*" else text.replace("*", "sample").replace("?", "x")


def denied(policies):
    """Requests that no statement should be about: on other resources, and what destroys those that are used."""
    actions = {action for statement in statements(policies) for action in as_list(statement["Action"])}
    resources = {resource for statement in statements(policies) for resource in as_list(statement["Resource"])}
    listed = list(granted(policies))
    used = {resource: resource.split(":")[2] for _, resource, _ in listed if resource.startswith("arn:")}
    for action, resource in OTHERS:
        yield action, resource, {}
    for resource, service in used.items():
        for action in DESTRUCTIVE.get(service, []):
            if action not in actions:
                yield action, resource, {}
    # The same action on another resource, with the context of the one that is allowed.
    for action, resource, context in listed:
        if resource != "*" and not any(matches(pattern, resource + "0") for pattern in resources):
            yield action, resource + "0", context


def matches(pattern, text):
    parts = (".*" if each == "*" else "." if each == "?" else re.escape(each) for each in pattern)
    return re.fullmatch("".join(parts), text, re.IGNORECASE) is not None


def simulate(requests, scratch):
    folder = pathlib.Path(scratch) / "privileges"
    if not (folder / "node_modules").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / "package.json", folder)
        subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True, stdout=subprocess.DEVNULL
        )
    # Beside the package: an import is looked up from where the script is.
    shutil.copy(HERE / "simulate.mjs", folder)
    done = subprocess.run(
        ["node", "simulate.mjs"], cwd=folder, input=json.dumps(requests), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)
