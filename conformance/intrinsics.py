"""Values of intrinsic functions, worked out apart from moto, which works them out itself."""

import base64
import re

REGION = "us-east-1"
ACCOUNT = "123456789012"

NO_VALUE = object()


class Unknown(Exception):
    """A value that depends on something that does not exist here."""


def parameter_values(template):
    """A value for each parameter: its default, else one that its declaration allows."""
    return {name: parameter_value(declared) for name, declared in template.get("Parameters", {}).items()}


def parameter_value(declared):
    if "Default" in declared:
        return declared["Default"]
    if declared.get("AllowedValues"):
        return declared["AllowedValues"][0]
    if declared["Type"] == "Number":
        return declared.get("MinValue", 1)
    return "x" * max(int(declared.get("MinLength", 0)), 1)


class Evaluator:
    """Evaluates parts of a template.

    `attribute(logical_id, name)` gives an attribute of a resource that exists, and its physical id for
    the name `Ref`; it raises `Unknown` otherwise. `exported(name)` gives what another stack exports.
    """

    def __init__(self, template, stack, attribute, exported=None):
        self.template = template
        self.attribute = attribute
        self.exported = exported
        self.parameters = parameter_values(template)
        self.pseudo = {
            "AWS::AccountId": ACCOUNT,
            "AWS::Region": REGION,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackName": stack,
            "AWS::NoValue": NO_VALUE,
            "AWS::NotificationARNs": [],
        }

    def exists(self, resource):
        """Whether the condition of a resource holds."""
        return "Condition" not in resource or self.condition(resource["Condition"])

    def value(self, node):
        """The node with every function replaced by its value."""
        if isinstance(node, list):
            values = [self.value(item) for item in node]
            return [value for value in values if value is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            (key, argument), = node.items()
            if key == "Ref":
                return self.ref(argument)
            if key.startswith("Fn::"):
                return self.function(key, argument)
        values = {key: self.value(item) for key, item in node.items()}
        return {key: value for key, value in values.items() if value is not NO_VALUE}

    def ref(self, name):
        for values in (self.pseudo, self.parameters):
            if name in values:
                return values[name]
        return self.attribute(name, "Ref")

    def condition(self, name):
        return self.holds(self.template["Conditions"][name])

    def holds(self, node):
        (key, argument), = node.items()
        if key == "Condition":
            return self.condition(argument)
        if key == "Fn::Equals":
            left, right = (str(self.value(item)) for item in argument)
            return left == right
        if key == "Fn::Not":
            return not self.holds(argument[0])
        if key == "Fn::And":
            return all(self.holds(item) for item in argument)
        if key == "Fn::Or":
            return any(self.holds(item) for item in argument)
        raise Unknown(f"condition function {key}")

    def function(self, key, argument):
        if key == "Fn::GetAtt":
            name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
            return self.attribute(name, attribute)
        if key == "Fn::Sub":
            return self.substitute(argument)
        if key == "Fn::If":
            name, then, otherwise = argument
            return self.value(then if self.condition(name) else otherwise)
        argument = self.value(argument)
        if key == "Fn::Join":
            return argument[0].join(str(item) for item in argument[1])
        if key == "Fn::Select":
            return argument[1][int(argument[0])]
        if key == "Fn::Split":
            return argument[1].split(argument[0])
        if key == "Fn::FindInMap":
            return self.template["Mappings"][argument[0]][argument[1]][argument[2]]
        if key == "Fn::ImportValue" and self.exported:
            return self.exported(argument)
        if key == "Fn::Base64":
            return base64.b64encode(argument.encode()).decode()
        raise Unknown(f"function {key}")

    def substitute(self, argument):
        text, own = (argument, {}) if isinstance(argument, str) else argument

        def replace(match):
            name = match[1]
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in own:
                return str(self.value(own[name]))
            if "." in name:
                return str(self.attribute(*name.split(".", 1)))
            return str(self.ref(name))

        return re.sub(r"\$\{([^}]+)\}", replace, text)
