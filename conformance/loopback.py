"""A server of somebody else's on a free port of the loopback interface."""

import os
import subprocess
import sys
import time

from emulator import free_port


class Loopback:
    """`NAME` is what it is called; it has `START` seconds to answer, and `STOP` seconds to end."""

    def __init__(self, scratch):
        self.log = os.path.join(scratch, f"{self.NAME}.log")

    def __enter__(self):
        # The port is free again before the server takes it; should another program be faster, the server ends and the
        # next port is tried.
        for _ in range(5):
            port = free_port()
            self.url = f"http://127.0.0.1:{port}"
            if self._start(port):
                return self
        with open(self.log, errors="replace") as log:
            raise RuntimeError(f"{self.NAME}: did not start\n" + log.read()[-2000:])

    def _start(self, port):
        program, *arguments = self.command(port)
        program = os.path.join(os.path.dirname(sys.executable), program)
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [program, *arguments], env={**os.environ, **self.environment(port)}, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )
        deadline = time.monotonic() + self.START
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                self.greet()
                return True
            except OSError:
                time.sleep(0.05)
        self.__exit__()
        return False

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(self.STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
