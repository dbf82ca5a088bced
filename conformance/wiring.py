"""What the services would refuse, or what would silently never happen, and moto lets pass: roles that do
not allow what their owner has to do, dead-letter queues and targets that are somebody else's."""

import fnmatch

import by_api
import readers


def stop_mappings(deployment):
    """An active mapping would have moto invoke the function, and take messages away."""
    functions = deployment.client("lambda")
    for each in functions.list_event_source_mappings()["EventSourceMappings"]:
        functions.update_event_source_mapping(UUID=each["UUID"], Enabled=False)


def check(deployment, report):
    stop_mappings(deployment)
    for name in deployment.of_type("AWS::SQS::Queue"):
        redrive(deployment, name, report)
    for name in deployment.of_type("AWS::Lambda::Function"):
        role = deployment.client("lambda").get_function(FunctionName=deployment.made[name])["Configuration"]["Role"]
        report.compared(f"{name}: Lambda may assume its role", may_assume(deployment, role, "lambda.amazonaws.com"))
    for name in deployment.of_type("AWS::Lambda::EventSourceMapping"):
        mapping(deployment, name, report)
    for name in deployment.of_type("AWS::Scheduler::Schedule"):
        schedule(deployment, name, report)
    for name in deployment.of_type("AWS::Events::Rule"):
        rule(deployment, name, report)


def redrive(deployment, name, report):
    """The dead-letter queue exists, and gets a message that was received too often."""
    client, url = deployment.client("sqs"), deployment.made[name]
    policy = readers.queue(deployment, url, {})["RedrivePolicy"]
    if policy is None:
        return
    urls = queues(deployment)
    if deployment.around is not None:
        urls = {**queues(deployment.around), **urls}
    target = urls.get(policy["deadLetterTargetArn"])
    if target is None:
        report.failed(f"{name}: redrive", f"no queue of the stack is {policy['deadLetterTargetArn']}")
        return
    limit = int(policy["maxReceiveCount"])
    check = f"{name}: a message moves to the dead-letter queue after {limit} receives"
    fifo = {"MessageGroupId": name, "MessageDeduplicationId": name} if url.endswith(".fifo") else {}
    client.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "0"})
    # It may be the dead-letter queue of another one, with a message of that one's check.
    client.purge_queue(QueueUrl=url)
    before = message_count(client, target)
    client.send_message(QueueUrl=url, MessageBody=name, **fifo)
    received = 0
    while received <= limit and client.receive_message(QueueUrl=url, VisibilityTimeout=0).get("Messages"):
        received += 1
    # Counted and not received: to receive it could move it on to the dead-letter queue of that queue.
    arrived = message_count(client, target) - before
    problems = [] if received == limit else [f"was received {received} times"]
    problems += [] if arrived == 1 else [f"{arrived} messages arrived in the dead-letter queue"]
    report.compared(check, problems)


def message_count(client, url):
    attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(attributes["Attributes"]["ApproximateNumberOfMessages"])


def queues(deployment):
    """ARN -> URL of the queues of the stack."""
    urls = [deployment.made[name] for name in deployment.of_type("AWS::SQS::Queue")]
    return {deployment.queue_arn(url): url for url in urls}


def mapping(deployment, name, report):
    found = deployment.client("lambda").get_event_source_mapping(UUID=deployment.made[name])
    source = found["EventSourceArn"]
    if ":sqs:" not in source:
        report.skipped(f"{name}: source and function fit", "only mappings of queues are compared")
        return
    function = deployment.client("lambda").get_function(FunctionName=found["FunctionArn"])["Configuration"]
    urls = queues(deployment)
    if source not in urls:
        report.skipped(f"{name}: source and function fit", f"{source} is not of this stack")
        return
    visibility = int(readers.queue(deployment, urls[source], {})["VisibilityTimeout"])
    problems = []
    if visibility < function["Timeout"]:
        # Lambda refuses to create such a mapping.
        problems.append(f"visibility timeout {visibility} s is below the function's timeout {function['Timeout']} s")
    report.compared(f"{name}: visibility timeout {visibility} s fits timeout {function['Timeout']} s", problems)
    # Lambda refuses the mapping without these.
    actions = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
    problems = [action for action in actions if not allows(deployment, function["Role"], action, source)]
    report.compared(
        f"{name}: the function's role may consume the queue", [f"role does not allow {action}" for action in problems]
    )


def schedule(deployment, name, report):
    declared = deployment.declared(name)
    target = readers.schedule(deployment, deployment.made[name], declared)["Target"]
    problems = may_assume(deployment, target["RoleArn"], "scheduler.amazonaws.com")
    functions = {deployment.attribute(each, "Arn") for each in deployment.of_type("AWS::Lambda::Function")}
    if ":lambda:" not in target["Arn"]:
        report.compared(f"{name}: Scheduler may assume its role", problems)
        report.skipped(f"{name}: role may reach the target", "only targets that are functions are compared")
        return
    if target["Arn"] not in functions:
        problems.append(f"no function of this stack is {target['Arn']}")
    if not allows(deployment, target["RoleArn"], "lambda:InvokeFunction", target["Arn"]):
        problems.append(f"role does not allow lambda:InvokeFunction on {target['Arn']}")
    report.compared(f"{name}: Scheduler may invoke the target through its role", problems)


def rule(deployment, name, report):
    arn = deployment.attribute(name, "Arn")
    for target in readers.rule(deployment, deployment.made[name], {})["Targets"]:
        if ":lambda:" not in target["Arn"]:
            report.skipped(f"{name}: may reach its target", "only targets that are functions are compared")
            continue
        policy = readers.answer(deployment.client("lambda").get_policy, "Policy", FunctionName=target["Arn"])
        statements = (readers.document(policy) or {}).get("Statement", [])
        problems = [] if any(permits(statement, "events.amazonaws.com", arn) for statement in statements) else [
            f"no permission lets {arn} invoke {target['Arn']}"
        ]
        report.compared(f"{name}: EventBridge may invoke the target", problems)


def permits(statement, service, source):
    """Whether a statement of a function's own policy lets a service invoke it on behalf of a source."""
    sources = statement.get("Condition", {}).get("ArnLike", {}).get("AWS:SourceArn", source)
    return statement["Principal"].get("Service") == service and fnmatch.fnmatchcase(source, sources)


def may_assume(deployment, role, service):
    """A list that is empty when the service may assume the role."""
    name = role.rsplit("/", 1)[1]
    if name not in [deployment.made[each] for each in deployment.of_type("AWS::IAM::Role")]:
        return [f"no role of this stack is {role}"]
    document = readers.role(deployment, name, {})["AssumeRolePolicyDocument"]
    services = [
        each for statement in listed(document["Statement"]) if statement["Effect"] == "Allow"
        for each in listed(statement["Principal"].get("Service", []))
    ]
    return [] if service in services else [f"role {name} trusts {services}, not {service}"]


def allows(deployment, role, action, resource):
    """Whether a policy of the role allows the action. Conditions are taken to hold."""
    name = role.rsplit("/", 1)[1]
    found = readers.role(deployment, name, {})
    documents = [policy["PolicyDocument"] for policy in found["Policies"]]
    for arn in found["ManagedPolicyArns"]:
        known = by_api.aws_policies().get(arn)
        documents.append(known or readers.managed_policy(deployment, arn, {})["PolicyDocument"])
    effects = {
        statement["Effect"] for document in documents for statement in listed(document["Statement"])
        if any(fnmatch.fnmatchcase(action.lower(), pattern.lower()) for pattern in listed(statement.get("Action", [])))
        and any(fnmatch.fnmatchcase(resource, pattern) for pattern in listed(statement.get("Resource", [])))
    }
    return effects == {"Allow"}


def listed(value):
    return value if isinstance(value, list) else [value]
