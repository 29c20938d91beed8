"""Stoplight's Prism as a second judge: a proxy between a plugin and the server it is tried on.

It holds every call and every reply against the vendor's document by another implementation of
OpenAPI than the first judge's. It is a program of Node's: ``npm install @stoplight/prism-cli``.
"""

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

INSTALLED = Path(__file__).parents[2] / ".tox" / "prism" / "node_modules" / ".bin" / "prism"
READY_SECONDS = 60


def program():
    """Return where Prism is; the test is skipped by name where it is not."""
    named = os.environ.get("DUNNING_TEST_PRISM") or shutil.which("prism")
    found = named or (str(INSTALLED) if INSTALLED.exists() else None)
    if found is None:
        pytest.skip("Prism is not installed (npm install @stoplight/prism-cli); not run")
    return found


class ThroughPrism:
    """A transport that leads calls through Prism, and fails where it has something to say.

    Args:
        transport: What makes the calls.
        upstream: Address below which the calls of the contract go; others pass by.
        proxy: Address of Prism.

    Attributes:
        judged: Method and path of every call that went through.
    """

    def __init__(self, transport, upstream, proxy):
        self._transport, self._upstream, self._proxy = transport, upstream, proxy
        self.judged = []

    def send(self, call):
        if not call.url.startswith(self._upstream):
            return self._transport.send(call)
        path = call.url.removeprefix(self._upstream)
        reply = self._transport.send(replace(call, url=self._proxy + path))
        assert "sl-violations" not in reply.headers, reply.headers["sl-violations"]
        self.judged.append((call.method, path.partition("?")[0]))
        return reply


@contextmanager
def prism(spec, upstream, transport):
    """Run Prism on a document, before a server, and give the transport that leads through it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [program(), "proxy", str(spec), upstream, "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            _wait(port, running)
            yield ThroughPrism(transport, upstream, f"http://127.0.0.1:{port}")
        finally:
            running.terminate()


def _wait(port, running):
    until = time.monotonic() + READY_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert running.poll() is None, "Prism ended by itself"
            assert time.monotonic() < until, "Prism is not ready"
            time.sleep(0.1)
        else:
            return
