"""Does a fault make a check fail? Each case breaks a good template, or what became of it in the server,
and names the check that has to notice. Started by `cargo xtask conformance --self-test`."""

import copy
import os
import sys

import environment

SCRATCH = os.getcwd()
environment.isolate(SCRATCH)

import deploy  # noqa: E402
import lint  # noqa: E402
import selftest_conversation  # noqa: E402
import translate  # noqa: E402
from failures import Failures  # noqa: E402
from server import Server  # noqa: E402


def role(service, resource, *actions):
    policies = [{
        "PolicyName": "own",
        "PolicyDocument": {
            "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": resource}],
        },
    }]
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    document = {"Version": "2012-10-17", "Statement": [trust]}
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": document, "Policies": policies}}


def arn(name):
    return {"Fn::GetAtt": [name, "Arn"]}


def good():
    consume = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
    properties = {
        "Dead": ("AWS::SQS::Queue", {"MessageRetentionPeriod": 1209600}),
        "Jobs": ("AWS::SQS::Queue", {
            "VisibilityTimeout": 60, "RedrivePolicy": {"deadLetterTargetArn": arn("Dead"), "maxReceiveCount": 3},
        }),
        "Worker": ("AWS::Lambda::Function", {
            "Architectures": ["arm64"], "Code": {"S3Bucket": "b", "S3Key": "k"}, "Handler": "bootstrap",
            "MemorySize": 256, "Role": arn("WorkerRole"), "Runtime": "provided.al2023", "Timeout": 60,
        }),
        "Mapping": ("AWS::Lambda::EventSourceMapping", {
            "BatchSize": 5, "EventSourceArn": arn("Jobs"), "FunctionName": {"Ref": "Worker"},
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
        }),
        "Tick": ("AWS::Scheduler::Schedule", {
            "Name": "tick", "ScheduleExpression": "rate(1 hour)", "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {"Arn": arn("Worker"), "RoleArn": arn("TickRole")},
        }),
        "Daily": ("AWS::Events::Rule", {
            "ScheduleExpression": "rate(1 day)", "Targets": [{"Arn": arn("Worker"), "Id": "worker"}],
        }),
        "DailyPermission": ("AWS::Lambda::Permission", {
            "Action": "lambda:InvokeFunction", "FunctionName": {"Ref": "Worker"}, "Principal": "events.amazonaws.com",
            "SourceArn": arn("Daily"),
        }),
        "Payload": ("AWS::S3::Bucket", {
            "LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": 30}]},
            "PublicAccessBlockConfiguration": {"BlockPublicAcls": True},
        }),
    }
    resources = {name: {"Type": kind, "Properties": values} for name, (kind, values) in properties.items()}
    resources["WorkerRole"] = role("lambda.amazonaws.com", arn("Jobs"), *consume)
    resources["TickRole"] = role("scheduler.amazonaws.com", arn("Worker"), "lambda:InvokeFunction")
    return {"Resources": resources, "Outputs": {"Url": {"Value": {"Ref": "Jobs"}}}}


def at(template, *path):
    for step in path:
        template = template[step]
    return template


def change(*path, to):
    """A fault: a property of a resource has another value."""
    def apply(template):
        name, *rest, last = path
        at(template, "Resources", name, "Properties", *rest)[last] = to
    return apply


def remove(name):
    return lambda template: template["Resources"].pop(name)


POLICY = "arn:aws:iam::aws:policy/{}"
RULE = "arn:aws:events:us-east-1:123456789012:rule/{}"
STATEMENT = ("PolicyDocument", "Statement", 0)

# What is wrong with the template -> the beginning of the check that has to fail
FAULTS = [
    (change("Jobs", "RedrivePolicy", "deadLetterTargetArn", to="arn:aws:sqs:us-east-1:1:other"), "moto: create stack"),
    (change("Jobs", "VisibilityTimeout", to=30), "Mapping: visibility timeout"),
    (change("Mapping", "BatchSize", to=20_000), "moto: create stack"),
    (change("Worker", "Architectures", to=["mips"]), "moto: Worker.Architectures"),
    (change("WorkerRole", "Policies", to=[]), "Mapping: the function's role may consume"),
    (change("WorkerRole", "ManagedPolicyArns", to=[POLICY.format("NoSuch")]), "moto: WorkerRole.ManagedPolicyArns"),
    (change("WorkerRole", "Policies", 0, *STATEMENT, "Effect", to="Maybe"), "moto: WorkerRole.Policies"),
    (change("WorkerRole", "AssumeRolePolicyDocument", "Statement", to=[]), "Worker: Lambda may"),
    (change("Tick", "Target", "RoleArn", to=arn("WorkerRole")), "Tick: Scheduler may invoke"),
    (change("Tick", "FlexibleTimeWindow", to={}), "moto: Tick is created"),
    (change("DailyPermission", "SourceArn", to=RULE.format("other")), "Daily: EventBridge"),
    (remove("DailyPermission"), "Daily: EventBridge"),
    (change("WorkerRole", "Policies", 0, *STATEMENT, "Resource", to="*"), "WorkerRole: IAM"),
    (change("WorkerRole", "Policies", 0, *STATEMENT, "Action", to=["sqs:*"]), "WorkerRole: IAM"),
    (change("TickRole", "Policies", 0, *STATEMENT, "Effect", to="Deny"), "TickRole: IAM"),
]

# What is declared after the stack was made of the good template -> the comparison that has to fail
DRIFTS = [
    (change("Jobs", "VisibilityTimeout", to=61), "moto: AWS::SQS::Queue Jobs"),
    (change("Jobs", "RedrivePolicy", "maxReceiveCount", to=4), "moto: AWS::SQS::Queue Jobs"),
    (change("Jobs", "RedrivePolicy", "deadLetterTargetArn", to=arn("Jobs")), "moto: AWS::SQS::Queue Jobs"),
    (change("Worker", "MemorySize", to=128), "moto: AWS::Lambda::Function Worker"),
    (change("Worker", "Architectures", to=["x86_64"]), "moto: AWS::Lambda::Function Worker"),
    (change("Worker", "Environment", to={"Variables": {"A": "b"}}), "moto: AWS::Lambda::Function Worker"),
    (change("Mapping", "FunctionResponseTypes", to=[]), "moto: AWS::Lambda::EventSourceMapping Mapping"),
    (change("Mapping", "EventSourceArn", to=arn("Dead")), "moto: AWS::Lambda::EventSourceMapping Mapping"),
    (change("Mapping", "ScalingConfig", to={"MaximumConcurrency": 2}), "moto: AWS::Lambda::EventSourceMapping Mapping"),
    (change("Tick", "ScheduleExpression", to="rate(2 hours)"), "moto: AWS::Scheduler::Schedule Tick"),
    (change("Tick", "Target", "Arn", to=arn("Jobs")), "moto: AWS::Scheduler::Schedule Tick"),
    (change("Payload", "PublicAccessBlockConfiguration", "BlockPublicAcls", to=False), "moto: AWS::S3::Bucket Payload"),
    (lambda template: template["Outputs"].update(Url={"Value": arn("Jobs")}), "moto: 1 outputs"),
]


def of_fault(server, fault):
    answers, template = Failures(), good()
    fault(template)
    deploy.check(template, server, answers)
    return answers


def of_drifts(server):
    """The failures of each drift. All are compared with one stack, because they leave it as it is."""
    answers, template = Failures(), good()
    server.reset()
    deployment = deploy.Deployment(template, server)
    deployment.create(answers)
    deployment.create_by_api(answers)
    for drift, expected in DRIFTS:
        answers, before = Failures(), copy.deepcopy(template)
        drift(template)
        deploy.compare_resources(deployment, answers)
        deploy.compare_outputs(deployment, answers)
        yield expected, answers
        for name, resource in before["Resources"].items():
            deployment.resources[name]["Properties"] = resource["Properties"]
        template["Outputs"] = before["Outputs"]


def main():
    lines = []

    def judge(name, ok, answers):
        lines.append(ok)
        print(f"{'pass' if ok else 'FAIL'}  self-test  {name}{'' if ok else f': {dict(answers)}'}", flush=True)

    with Server(SCRATCH) as server:
        answers = of_fault(server, lambda template: None)
        judge("the good template has no fault", not answers, answers)
        faults = ((expected, of_fault(server, fault)) for fault, expected in FAULTS)
        for kind, cases in (("fault", faults), ("drift", of_drifts(server))):
            for number, (expected, answers) in enumerate(cases, 1):
                seen = any(check.startswith(expected) for check in answers)
                judge(f"{kind} {number} fails `{expected}`", seen, answers)
        for name, ok, answers in selftest_conversation.run(server, SCRATCH, Failures):
            judge(name, ok, answers)
    suppressed = {"Resources": {"A": {"Metadata": {"cfn-lint": {"config": {"ignore_checks": ["E3012"]}}}}}}
    judge("a suppression is seen", list(lint.suppressions(suppressed)) == ["A"], {})
    answers = Failures()
    raw = {"Resources": {"A": {"Type": "AWS::Serverless::Function", "Properties": {}}}}
    judge("raw SAM does not get to moto", translate.check(copy.deepcopy(raw), answers) is None and answers, answers)
    print(f"{sum(map(bool, lines))} passed, {len(lines) - sum(map(bool, lines))} failed")
    return 0 if all(lines) else 1


if __name__ == "__main__":
    sys.exit(main())
