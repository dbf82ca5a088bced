"""A moto server of our own on a free port of the loopback interface."""

import json
import urllib.request

import boto3
from botocore.config import Config
from intrinsics import REGION
from loopback import Loopback


class Server(Loopback):
    NAME, START, STOP = "moto", 60, 5

    def command(self, port):
        return "moto_server", "-H", "127.0.0.1", "-p", str(port)

    def environment(self, _):
        # With the policies of AWS, a policy that AWS does not have cannot be attached.
        return {"MOTO_IAM_LOAD_MANAGED_POLICIES": "false"}

    def greet(self):
        # No function is ever executed here, so there is no need for docker.
        self._post("config", {"lambda": {"use_docker": False}})

    def reset(self):
        """Forgets everything that was created."""
        self._post("reset", {})

    def last_error(self):
        """The exception that the server ended its last request with."""
        with open(self.log, errors="replace") as log:
            lines = [line.strip() for line in log if "Error" in line and not line.startswith(" ")]
        return lines[-1] if lines else "internal error of the server"

    def client(self, service):
        return boto3.client(
            service, endpoint_url=self.url, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )

    def _post(self, command, body):
        request = urllib.request.Request(f"{self.url}/moto-api/{command}", json.dumps(body).encode(), method="POST")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=10) as response:
            response.read()
