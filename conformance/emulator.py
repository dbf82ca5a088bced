"""A program under the real Lambda Runtime Interface Emulator, which comes with the wheel of aws-sam-cli."""

import http.client
import json
import os
import platform
import signal
import socket
import subprocess
import sysconfig
import time

from intrinsics import REGION

MACHINES = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}
PATH = "/2015-03-31/functions/function/invocations"


def emulator():
    name = f"aws-lambda-rie-{MACHINES[platform.machine()]}"
    return os.path.join(sysconfig.get_paths()["purelib"], "samcli", "local", "rapid", name)


class Function:
    """One execution environment. `command` is what Lambda would run, `environment` what the template declares."""

    def __init__(self, command, environment, endpoint, log):
        self.command, self.log = command, log
        self.environment = {
            **os.environ,
            "AWS_LAMBDA_FUNCTION_NAME": "function",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": "60",
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_ENDPOINT_URL": endpoint,
            **environment,
        }

    def __enter__(self):
        self.port, api = free_port(), free_port()
        addresses = ["--runtime-interface-emulator-address", f"127.0.0.1:{self.port}"]
        addresses += ["--runtime-api-address", f"127.0.0.1:{api}"]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [emulator(), *addresses, *self.command], env=self.environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True,
            )
        for _ in range(1000):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.01)
        self.__exit__()
        raise RuntimeError(f"emulator: does not listen, see {self.log}")

    def __exit__(self, *_):
        children = self.children()
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        # The emulator lets go of the program that it started.
        for child in children:
            try:
                os.kill(child, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def invoke(self, event):
        """What the function answers; an error of it is an answer too."""
        return json.loads(self.answer(event))

    def answer(self, event):
        """What the emulator answers: no JSON where the function's time was up."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request("POST", PATH, json.dumps(event))
        answer = connection.getresponse().read()
        connection.close()
        return answer

    def children(self):
        """The processes of the program, without the emulator."""
        found = []
        for thread in os.listdir(f"/proc/{self.process.pid}/task"):
            with open(f"/proc/{self.process.pid}/task/{thread}/children") as file:
                found += [int(child) for child in file.read().split()]
        return found

    def said(self):
        with open(self.log, errors="replace") as log:
            return log.read()

    def log_lines(self):
        """The structured lines of its log."""
        return [json.loads(line) for line in self.said().splitlines() if line.startswith("{")]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
