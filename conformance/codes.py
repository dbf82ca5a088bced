"""Prints the codes of the installed cfn-lint, each with the title of its rule: conformance/cfn-lint-codes.txt.

    .venv/bin/python conformance/codes.py > conformance/cfn-lint-codes.txt
"""

import os
from importlib.metadata import version

import cfnlint
from cfnlint.rules import Rules

print(f"# The codes of cfn-lint {version('cfn-lint')}, each with the title of its rule. Made by conformance/codes.py.")
print("# cfn-lint: Copyright Amazon.com, Inc. or its affiliates, MIT-0, https://github.com/aws-cloudformation/cfn-lint")
rules = Rules.create_from_directory(os.path.join(os.path.dirname(cfnlint.__file__), "rules"))
for code in sorted(rules.keys()):
    print(f"{code}\t{' '.join(rules[code].shortdesc.split())}")
