"""A moto server of our own on a free port of the loopback interface."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

import boto3
from botocore.config import Config
from intrinsics import REGION


class Server:
    def __init__(self, scratch):
        self.log = os.path.join(scratch, "moto.log")

    def __enter__(self):
        # The port is free again before moto takes it; should another program be faster, moto ends and
        # the next port is tried.
        for _ in range(5):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            self.url = f"http://127.0.0.1:{port}"
            if self._start(port):
                return self
        with open(self.log, errors="replace") as log:
            raise RuntimeError("moto server: did not start\n" + log.read()[-2000:])

    def _start(self, port):
        program = os.path.join(os.path.dirname(sys.executable), "moto_server")
        # With the policies of AWS, a policy that AWS does not have cannot be attached.
        environment = dict(os.environ, MOTO_IAM_LOAD_MANAGED_POLICIES="false")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [program, "-H", "127.0.0.1", "-p", str(port)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )
        deadline = time.monotonic() + 60
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                # No function is ever executed here, so there is no need for docker.
                self._post("config", {"lambda": {"use_docker": False}})
                return True
            except OSError:
                time.sleep(0.05)
        self.__exit__()
        return False

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

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
