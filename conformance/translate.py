"""The official SAM translator: what CloudFormation would make of the transform."""

import copy
import logging

import intrinsics
from samtranslator.internal.managed_policies import get_bundled_managed_policy_map
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

# It says at every end that nobody collects its metrics.
logging.getLogger("samtranslator").setLevel(logging.ERROR)

SAM = "AWS::Serverless-2016-10-31"

# Where the package step would have uploaded local files to.
BUCKET = "conformance-artifacts"
KEY = "code.zip"

# Properties that may be a local path, by type.
LOCAL = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
}


def check(template, report):
    """The template as plain CloudFormation; nothing when the translator refuses it."""
    transforms = template.get("Transform", [])
    transforms = transforms if isinstance(transforms, list) else [transforms]
    types = [resource["Type"] for resource in template["Resources"].values()]
    serverless = [name for name in types if name.startswith("AWS::Serverless::")]
    if SAM not in transforms:
        if serverless:
            report.failed("SAM translator", f"{serverless[0]} without the transform {SAM}")
            return None
        return template
    try:
        translated = translate(template)
    except InvalidDocumentException as error:
        report.failed("SAM translator", "\n".join(cause.message for cause in error.causes))
        return None
    report.passed(f"SAM translator ({len(translated['Resources'])} resources)")
    return translated


def translate(template):
    template = packaged(template)
    policies = get_bundled_managed_policy_map("aws")
    translator = Translator(policies, Parser())
    parameters = intrinsics.parameter_values(template)
    return translator.translate(template, parameters, get_managed_policy_map=lambda: policies)


def packaged(template):
    """The template after packaging: local paths are in S3."""
    template = copy.deepcopy(template)
    places = [(template.get("Globals", {}).get("Function", {}), "CodeUri")]
    for resource in template["Resources"].values():
        if resource["Type"] in LOCAL:
            places.append((resource.get("Properties", {}), LOCAL[resource["Type"]]))
    for properties, key in places:
        path = properties.get(key)
        if isinstance(path, str) and not path.startswith("s3://"):
            properties[key] = f"s3://{BUCKET}/{KEY}"
    return template
