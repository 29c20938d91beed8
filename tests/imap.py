"""Real IMAP servers of the tests' own: Dovecot where it is installed, pymap from PyPI always.

Each runs as a program of its own on a port of this machine, and is always stopped.
"""

import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

USER, SECRET = "box", "s3cret"
MISSING = "IMAP server dovecot is not installed (apt-get install dovecot-imapd); not run"
_DOVECOT = """
base_dir = {base}/run
state_dir = {base}/state
instance_name = {name}
log_path = {base}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{base}/mail/%u
disable_plaintext_auth = no
ssl = {ssl}
{certificates}
passdb {{
  driver = static
  args = password={secret}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={base}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def dovecot_program():
    """Return where Dovecot is installed; ``None`` where it is not."""
    return shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")


@contextmanager
def dovecot(certificate=None):
    """Run Dovecot and yield its port; with a folder of cert.pem and key.pem it offers STARTTLS."""
    program = dovecot_program()
    base = Path(tempfile.mkdtemp(prefix="imap", dir="/tmp"))  # a socket's path must be short
    me = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    group = subprocess.run(["id", "-gn", me.pw_name], capture_output=True, text=True, check=True)
    (base / "mail").mkdir()
    with suppress(PermissionError):
        for folder in (base, base / "mail"):
            shutil.chown(folder, me.pw_name)
    port = free_port()
    files = (
        f"ssl_cert = <{certificate}/cert.pem\nssl_key = <{certificate}/key.pem"
        if certificate
        else ""
    )
    text = _DOVECOT.format(
        base=base,
        name=base.name,
        user=me.pw_name,
        group=group.stdout.strip(),
        ssl="yes" if certificate else "no",
        certificates=files,
        secret=SECRET,
        port=port,
    )
    (base / "conf").write_text(text, encoding="ascii")
    try:
        with _running([program, "-F", "-c", str(base / "conf")], port):
            yield port
    finally:
        shutil.rmtree(base, ignore_errors=True)


@contextmanager
def pymap():
    """Run pymap and yield its port."""
    port = free_port()
    program = Path(sys.executable).with_name("pymap")
    words = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict"]
    with _running([program, *words, "--demo-user", USER, "--demo-password", SECRET], port):
        yield port


@contextmanager
def _running(words, port):
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(port, server)
            yield
        finally:
            server.terminate()


def _wait_for(port, server):
    for _ in range(200):
        assert server.poll() is None, "the IMAP server ended by itself"
        with suppress(OSError, imaplib.IMAP4.error):
            imaplib.IMAP4("127.0.0.1", port, timeout=5).logout()
            return
        time.sleep(0.05)
    raise AssertionError("the IMAP server does not answer")


class Folder:
    """One folder of a box, as its owner sees it."""

    def __init__(self, port, name):
        self._port = port
        self.name = name
        self.make()

    @contextmanager
    def _session(self):
        session = imaplib.IMAP4("127.0.0.1", self._port, timeout=10)
        try:
            session.login(USER, SECRET)
            yield session
        finally:
            session.logout()

    def make(self):
        with self._session() as session:
            session.create(self.name)

    def remove(self):
        with self._session() as session:
            session.delete(self.name)

    def put(self, *messages, on=None):
        with self._session() as session:
            for message in messages:
                when = f'"{on:%d-%b-%Y} 12:00:00 +0000"' if on else None
                done, said = session.append(self.name, None, when, message)
                assert done == "OK", said

    def flags(self):
        """Return the flags of every message, as they stand."""
        with self._session() as session:
            session.select(self.name, readonly=True)
            _, found = session.fetch("1:*", "(FLAGS)")
            return [one.split(b"FLAGS ")[1].rstrip(b")") for one in found if one]
