"""A real Tryton, from its own packages, on a new SQLite database; one for each module."""

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

collect_ignore = ["bookkeeper.py"]  # runs in a process of its own
DATABASE = "books"
HERE = Path(__file__).parent
PATIENCE_SECONDS = 60
ADMIN = "from trytond.cli.admin import main; main()"
SERVE = "from trytond.cli import main; main()"
CONFIG = """
[database]
uri = sqlite://
path = {folder}
[web]
listen = 127.0.0.1:{port}
"""


def why_not():
    """Return why no Tryton can be started here; empty where one can."""
    missing = [name for name in ("trytond", "proteus") if importlib.util.find_spec(name) is None]
    return f"{' and '.join(missing)} not installed: dependency group tryton" if missing else ""


@pytest.fixture(scope="session")
def empty(tmp_path_factory):
    """Return a folder with a database that has the modules and no company."""
    reason = why_not()
    if reason:
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("empty")
    make_database(folder)
    return folder


@pytest.fixture(scope="module")
def tryton(empty, tmp_path_factory):
    """Return a running Tryton of the module's own, with a company and no invoice."""
    folder = tmp_path_factory.mktemp("tryton")
    shutil.copy(empty / f"{DATABASE}.sqlite", folder)
    server = Tryton(folder)
    yield server
    server.close()


def make_database(folder):
    """Make a database with the modules for invoices and dunning."""
    config, secret = folder / "trytond.conf", folder / "password"
    config.write_text(CONFIG.format(folder=folder, port=0), encoding="utf-8")
    secret.write_text("only-here\n", encoding="ascii")
    (folder / f"{DATABASE}.sqlite").touch()
    command = (
        sys.executable, "-c", ADMIN, "-c", str(config), "-d", DATABASE, "--all",
        "--email", "a@example.com", "-u", "account_invoice", "account_dunning",
        "--activate-dependencies",
    )  # fmt: skip
    environment = {**os.environ, "TRYTONPASSFILE": str(secret)}
    with (folder / "log").open("ab") as log:
        subprocess.run(command, env=environment, check=True, stdout=log, stderr=log)  # noqa: S603 - our own


class Tryton:
    """A server, and a bookkeeper who works at it.

    Attributes:
        url: Where the server is.
        key: Of a validated user application.
    """

    def __init__(self, folder):
        self._folder = folder
        self._log = (folder / "log").open("ab")
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._config = folder / "trytond.conf"
        self._config.write_text(CONFIG.format(folder=folder, port=port), encoding="utf-8")
        self._keeper = self._started(
            str(HERE / "bookkeeper.py"), str(self._config), DATABASE,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.key = self._answer()
        self._server = self._started("-c", SERVE, "-c", str(self._config), "-d", DATABASE)
        self._await_server()

    def do(self, what, /, **arguments):
        """Let the bookkeeper do something, and return his answer."""
        self._keeper.stdin.write(json.dumps([what, arguments]) + "\n")
        self._keeper.stdin.flush()
        return self._answer()

    def close(self):
        """Stop both processes."""
        self._keeper.stdin.close()
        self._keeper.stdout.close()
        for process in (self._keeper, self._server):
            process.terminate()
            process.wait(timeout=PATIENCE_SECONDS)
        self._log.close()

    def _started(self, *command, **pipes):
        pipes = {"stdout": self._log, "stderr": self._log, **pipes}
        return subprocess.Popen((sys.executable, *command), **pipes)  # noqa: S603 - our own

    def _answer(self):
        line = self._keeper.stdout.readline()
        if not line:
            raise RuntimeError((self._folder / "log").read_text(encoding="utf-8")[-2000:])
        return json.loads(line)

    def _await_server(self):
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            try:
                urlopen(f"{self.url}/{DATABASE}/rest/model/ir.note")  # noqa: S310 - this machine
            except HTTPError:  # it answers, and wants a key
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError((self._folder / "log").read_text(encoding="utf-8")[-2000:])


def _free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
