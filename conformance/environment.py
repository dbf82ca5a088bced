"""The environment of this process and of what it starts."""

import os


def isolate(scratch):
    """Nothing comes from the account or the configuration of whoever runs this, and nothing leaves the
    machine. To be called before the tools are imported."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "CFN_LINT", "SAM_"))]:
        del os.environ[name]
    os.environ.update({
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "HOME": scratch,
        "NO_PROXY": "127.0.0.1",
        "SAM_CLI_TELEMETRY": "0",
        "__SAM_CLI_APP_DIR": scratch,
    })
