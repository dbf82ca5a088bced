"""Runs processes and says what they took: wall time, CPU time, peak memory."""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path


class Missing(Exception):
    """Something that cannot be measured here, and why."""


@dataclass
class Measured:
    """Many runs of one process. Times are in ms, memory is in MB."""

    tool: str
    wall: float = 0.0
    wall_min: float = 0.0
    cpu: float = 0.0
    memory: float = 0.0
    at_floor: bool = False
    runs: int = 0
    command: list = field(default_factory=list)
    reason: str = ""

    def memory_text(self):
        return f"< {self.memory:.0f}" if self.at_floor else f"{self.memory:.0f}"


@dataclass
class Built:
    """A build: CPU and wall time in s, how many crates were compiled."""

    cpu: float
    wall: float
    crates: int


def log(text):
    print(f"-- {text}", file=sys.stderr, flush=True)


def run(command, cwd=None):
    """Runs a command that must succeed."""
    try:
        result = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except OSError as error:
        raise Missing(f"`{command[0]}` cannot be started: {error.strerror}") from error
    if result.returncode != 0:
        lines = [line for line in result.stderr.splitlines() if line.strip()]
        cause = next((line for line in lines if line.startswith("error")), lines[-1] if lines else "no message")
        raise Missing(f"`{Path(command[0]).name} {command[1]}` must succeed: {cause}")
    return result.stdout


def once(command, cwd=None):
    """One run: wall s, CPU s, peak kB of the process or the largest of its children, exit status."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, process.returncode


def memory_floor():
    """The kernel counts what a process was before it became the program: a copy of this one."""
    return max(once(["true"])[2] for _ in range(3))


def measure(tool, command, out, runs, folder=False, cwd=None):
    """Many runs of a command. `out`, a file or a `folder`, is removed before each, so that each writes it."""
    log(f"{tool}: {' '.join(map(str, command))}")
    floor = memory_floor()
    walls, cpus, memories = [], [], []
    for _ in range(runs):
        if out is not None:
            shutil.rmtree(out, ignore_errors=True) if out.is_dir() else out.unlink(missing_ok=True)
            if folder:
                out.mkdir()
        wall, cpu, memory, status = once(command, cwd)
        if status != 0:
            raise Missing(f"`{' '.join(map(str, command))}` must succeed, got status {status}")
        walls.append(wall * 1e3)
        cpus.append(cpu * 1e3)
        memories.append(memory)
    memory = max(memories)
    return Measured(
        tool,
        wall=statistics.median(walls),
        wall_min=min(walls),
        cpu=statistics.median(cpus),
        memory=memory / 1024,
        at_floor=memory <= floor * 1.02,
        runs=runs,
        command=list(command),
    )


def build(options, cwd, target, fresh=True):
    """A dev build into a target folder of its own."""
    log(f"cargo build {' '.join(options)} in {cwd}")
    if fresh:
        shutil.rmtree(target, ignore_errors=True)
    messages = Path(f"{target}.messages")
    messages.parent.mkdir(parents=True, exist_ok=True)
    command = ["cargo", "build", "--message-format", "json", "--target-dir", target, *options]
    start = time.perf_counter()
    with messages.open("w") as stdout:
        process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    said = [json.loads(line) for line in messages.read_text().splitlines() if line.startswith("{")]
    if process.returncode != 0:
        diagnostics = [message["message"] for message in said if message["reason"] == "compiler-message"]
        errors = [diagnostic["message"] for diagnostic in diagnostics if diagnostic["level"] == "error"]
        raise Missing(f"cannot be built: {errors[0] if errors else 'no message'}")
    crates = {message["package_id"] for message in said if message["reason"] == "compiler-artifact"}
    return Built(usage.ru_utime + usage.ru_stime, wall, len(crates))


def machine():
    """One line about where this was measured."""
    cores, load = os.cpu_count(), os.getloadavg()[0]
    rustc = run(["rustc", "--version"]).split()[1]
    return (
        f"Measured on {cores} cores ({platform.system()} {platform.machine()}, rustc {rustc}) at a load of {load:.1f}. "
        "CPU time is user and system together, children included: compare it where the machine was busy."
    )
