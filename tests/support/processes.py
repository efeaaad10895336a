"""Processes that tests start: servers above all, which never outlive the test run."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.support.http_visitor import loopback_client

ROOT = Path(__file__).parents[2]
FLASK = (sys.executable, "-m", "flask")
_LAUNCHER = (sys.executable, "-I", "-S", str(Path(__file__).with_name("end_with_parent.py")))


def start(*command: str, **options: Any) -> subprocess.Popen[Any]:
    """Start a program that is killed when this process ends, also when that is killed itself."""
    return subprocess.Popen([*_LAUNCHER, str(os.getpid()), *command], **options)


@contextmanager
def running(*command: str, **options: Any) -> Iterator[subprocess.Popen[Any]]:
    """A quiet program until the end of the block, where it is asked to stop."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = start(*command, **{**quiet, **options})
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def wait_until(is_there: Callable[[], object], process: subprocess.Popen[Any]) -> None:
    """Wait as long as it takes; a process that ended never gets there, and that is a failure."""
    while not is_there():
        assert process.poll() is None, process.args
        time.sleep(0.1)


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(environment: dict[str, str], *arguments: str) -> Iterator[str]:
    """The real server as a process of its own; gives its address and stops it at the end."""
    base = f"http://127.0.0.1:{environment['PORT']}"
    command = (*FLASK, "serve", *arguments)
    process = start(*command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: answers(f"{base}/kontakt"), process)
        yield base
    finally:
        # Not as Ctrl-C does: what a shell runs in the background does not hear that.
        process.terminate()
        process.wait()


def answers(url: str) -> bool:
    """Whether a server answers there at all."""
    try:
        with loopback_client() as client:
            client.get(url)
    except httpx.TransportError:
        return False
    return True
