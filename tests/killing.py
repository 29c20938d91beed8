"""Workers that are killed, and outside systems that count what they got.

Two systems stand outside: one that keeps one notice for an id, reached by HTTP, and a mail server,
which keeps all it is given. Both fail at random after they took a notice, and before. Workers are
processes on one store; `siege` kills some at random moments and starts others in their place.
"""

import asyncio
import json
import multiprocessing
import random
import re
import signal
import socket
import struct
import threading
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests
from aiosmtpd.controller import Controller

from dunning_sdk.connectors.interface import Batch, NoticeChannel
from dunning_sdk.connectors.memory import MemoryInvoiceSource
from dunning_sdk.delivery import delivering, pacing
from dunning_sdk.domain.event import Stream
from dunning_sdk.domain.notice import Receipt, ReceiptStatus
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import ConnectorTransientError, StoreError
from dunning_sdk.hooks import ConnectorSpec, hookimpl
from dunning_sdk.installation.config import Config, ConnectorConfig, PartyConfig, SourcesConfig
from dunning_sdk.operations.working import Worker
from dunning_sdk.store.interface import OutboxState
from dunning_sdk.store.sql import SqlStore
from tests.engine.night import FIRST, an_opening
from tests.upsets import UNDISTURBED, Host, Upset

SECRET = b"k" * 32
TIMEOUT_SECONDS = 1
LEASE_SECONDS = 10  # less than a clock jumps
FAULTS = ("after-slow", "after-500", "after-reset", "before-503", "before-reset", "slow")
BEFORE = ("before-503", "before-reset")
SLOW_SECONDS = 0.6
BOOK = """
id: killing
version: "1.0"
title: One notice on the day it is due
extends: safeguards
source: House rule
"""
PROCEDURE = """
id: procedure.killing
kind: procedure
title: One notice on the day it is due
steps:
  - {id: today, level: 1, channel: [chosen], template: due-today}
source: House rule
"""


class Fixed(Config):
    """A configuration whose day never passes."""

    def today(self) -> date:
        """Return the day all notices are due on."""
        return FIRST


@dataclass
class Counted:
    """What an outside system got.

    Attributes:
        name: Of the system.
        fault_share: Share of calls that fail, from 0 to 1.
        delay: Seconds each call takes.
        faults: How often a call failed, by the way it did.
        calls: How often each notice id was handed over, faults after it counted.
        invoices: By invoice number, the distinct notices that were taken.
        times: When each call was answered.
    """

    name: str
    fault_share: float = 0.0
    delay: float = 0.0
    calls: Counter = field(default_factory=Counter)
    faults: Counter = field(default_factory=Counter)
    invoices: dict[str, set] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    def fault(self) -> str:
        """Return how the next call fails; empty where it does not."""
        with self.lock:
            if self.chance.random() >= self.fault_share:
                return ""
            fault = self.chance.choice(FAULTS)
            self.faults[fault] += 1
            return fault

    def take(self, key: str, text: str) -> None:
        """Count one notice."""
        number = re.search(r"\bF\d+\b", text).group()
        with self.lock:
            self.calls[key] += 1
            self.invoices.setdefault(number, set()).add(key)
            self.times.append(time.monotonic())


class HttpChannel(NoticeChannel):
    """Posts notices to a system that keeps one for an id."""

    deduplicates = True

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}/"
        self._session = requests.Session()

    def send(self, message):
        """Post one notice under its id."""
        body = {"id": message.id, "text": message.text}
        try:
            answer = self._session.post(self._url, json=body, timeout=TIMEOUT_SECONDS)
        except requests.RequestException as problem:
            raise ConnectorTransientError("No answer", outcome_unknown=True) from problem
        if answer.status_code >= 500:
            unknown = answer.status_code != 503
            raise ConnectorTransientError("It failed", outcome_unknown=unknown)
        return Receipt(status=ReceiptStatus.SENT, reference=answer.json()["id"])


def http_server(counted: Counted) -> ThreadingHTTPServer:
    """Return a running server that counts, and fails as it is told."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # one connection for many notices, as connectors keep it
        disable_nagle_algorithm = True  # an answer is two writes

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            time.sleep(counted.delay)
            fault = counted.fault()
            if fault not in BEFORE:
                counted.take(body["id"], body["text"])
            time.sleep({"after-slow": TIMEOUT_SECONDS * 1.3, "slow": SLOW_SECONDS}.get(fault, 0))
            if fault in ("after-reset", "before-reset"):
                self.close_connection = True
                self.connection.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                )
                self.connection.close()
                return
            status = {"after-500": 500, "before-503": 503}.get(fault, 200)
            answer = json.dumps({"id": body["id"]}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_):
            """Say nothing: callers are killed in the middle."""

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    ).start()
    return server


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


class Mailbox:
    """A mail server's handler that counts, and fails as it is told."""

    def __init__(self, counted: Counted) -> None:
        self._counted = counted

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the library calls it so
        """Take one mail."""
        fault = self._counted.fault()
        if fault == "before-503":
            return "451 Try again later"
        if fault == "before-reset":
            server.transport.abort()
            return "451 Gone"
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self._counted.take(mail["Message-ID"], mail.get_body(("plain",)).get_content())
        if fault == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        elif fault:
            server.transport.abort()
        return "250 OK"


@dataclass(frozen=True)
class Outside:
    """What an engine needs to know of what stands outside; goes to the workers as it is.

    Attributes:
        url: Of the store.
        ports: Of the HTTP server and the mail server.
        count: How many invoices the source holds.
        mails: Whether every other notice goes by mail.
        upset: What else goes wrong for the worker.
    """

    url: str
    ports: tuple[int, int]
    count: int = 0
    mails: bool = True
    upset: Upset = UNDISTURBED

    @hookimpl
    def dunning_register_rule_books(self):
        """Return the one book."""
        return {"killing": {"book.yaml": BOOK, "procedure.killing.yaml": PROCEDURE}}

    @hookimpl
    def dunning_register_connectors(self):
        """Return the source of invoices and the channel by HTTP."""

        def source(options, around):
            records = [self._sourced(number) for number in range(self.count)]
            return MemoryInvoiceSource(Batch(records=tuple(records)))

        return [
            ConnectorSpec(capability="invoices", name="made-up", build=source),
            ConnectorSpec(
                capability="channel", name="post", build=lambda *_: HttpChannel(self.ports[0])
            ),
        ]

    def _sourced(self, number):
        sourced = an_opening(number, debtor=number + 1, terms=14, euros=300, age=14)
        channel = "email" if self.mails and number % 2 else "post"
        return type(sourced)(invoice=sourced.invoice, origin=sourced.origin, channel=channel)

    def engine(self) -> Engine:
        """Return an engine on the store."""
        mail = {"host": "127.0.0.1", "port": self.ports[1], "security": "none"}
        config = Fixed(
            tenant="t",
            book="killing",
            mode="live",
            language="en",
            parties={"creditor": PartyConfig(id="C1", name="Lumen", email="us@lumen.example")},
            sources=SourcesConfig(invoices=[ConnectorConfig(connector="made-up")]),
            channels={
                "email": ConnectorConfig(connector="smtp", timeout_seconds=5, **mail),
                "post": ConnectorConfig(connector="post"),
            },
            folder=Path(),
        )
        store = SqlStore(self.url, tenant="t", secret=SECRET, clock=self.upset.clock())
        return Engine(config, store, plugins=[self])


def work(outside: Outside) -> None:
    """Be a worker process, until SIGTERM."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    pacing.RETRY_FIRST = timedelta(milliseconds=100)  # a whole day in seconds
    delivering.TRIES_MAX = 1000  # a notice may meet more killers here than in years
    with outside.engine() as engine:
        outside.upset.begin()
        Worker(engine, stop=stop, idle_seconds=0.05, lease_seconds=LEASE_SECONDS).run()


class Siege:
    """A store, two outside systems, and workers that are killed.

    Args:
        url: Of an empty store.
        fault_share: Share of calls that fail.
        delay: Seconds a call by HTTP takes.
        mails: Whether every other notice goes by mail.
        chance: Draws what else goes wrong for a worker; ``None`` for nothing.
    """

    def __init__(
        self,
        url: str,
        *,
        fault_share: float = 0.2,
        delay: float = 0.01,
        mails: bool = True,
        chance: random.Random | None = None,
    ) -> None:
        self.url, self.mails, self.count = url, mails, 0
        self.upsets: Counter = Counter()
        self.host = Host()
        self._chance = chance
        self.post = Counted("post", fault_share, delay)
        self.mail = Counted("email", fault_share)
        self._http = http_server(self.post)
        self._mail_port = free_port()
        self._smtp = Controller(Mailbox(self.mail), hostname="127.0.0.1", port=self._mail_port)
        self._smtp.start()
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.killing", "sqlalchemy.dialects.postgresql"])
        self._workers: list = []
        self.engine = self._patient().engine()

    def __enter__(self):
        """Return the siege."""
        return self

    def __exit__(self, *_: object) -> None:
        """Kill what still works, and close the outside systems."""
        for process in self._workers:
            process.kill()
            process.join()
        self.engine.store.close()
        self._smtp.stop()
        self._http.shutdown()
        self._http.server_close()

    def outside(self, upset: Upset = UNDISTURBED) -> Outside:
        """Return what a worker needs to know."""
        ports = self._http.server_port, self._mail_port
        return Outside(self.url, ports, self.count, self.mails, upset)

    def _patient(self) -> Outside:
        """Return what whoever counts needs: he waits as long as it takes, however many work."""
        mark = "&" if "?" in self.url else "?"
        return replace(self.outside(), url=f"{self.url}{mark}timeout=120")

    def upset(self) -> Upset:
        """Return what goes wrong for the next worker, and count it."""
        drawn = Upset.drawn(self._chance) if self._chance else UNDISTURBED
        if not self.url.startswith("sqlite"):  # its server writes, not the worker
            drawn = replace(drawn, fills=False)
        self.upsets.update(clock_jumps=int(drawn.jump_seconds != 0), full_disks=int(drawn.fills))
        return drawn

    def plan(self, more: int) -> None:
        """Have so many more notices be due, and put them into the outbox."""
        self.count += more
        self.engine.store.close()
        self.engine = self._patient().engine()
        self.engine.pull(as_of=FIRST)
        self.engine.run(as_of=FIRST, send=False)

    def employ(self, workers: int) -> None:
        """Start workers until so many live; one that ended, for want of a server, is replaced."""
        self._workers = [process for process in self._workers if process.is_alive()]
        while len(self._workers) < workers:
            process = self._context.Process(target=work, args=(self.outside(self.upset()),))
            process.start()
            self._workers.append(process)

    def kill_one(self, chance: random.Random) -> None:
        """Kill a worker, and start another."""
        workers = len(self._workers)
        victim = self._workers[chance.randrange(workers)]
        victim.kill()
        victim.join()
        self.employ(workers)

    def left(self) -> int:
        """Return how many notices still wait; a server started again drops one connection."""
        try:
            return self._waiting()
        except StoreError:
            return self._waiting()

    def _waiting(self) -> int:
        with self.engine.store.queue() as queue:
            return len(queue.deliveries())

    def await_arrived(self, notices: int, seconds: float = 10) -> None:
        """Wait until so many notices have arrived, or none is left that could."""
        until = time.monotonic() + seconds
        while len(self.post.invoices) + len(self.mail.invoices) < notices:
            if not self.left() or time.monotonic() > until:
                break
            time.sleep(0.05)

    def finish(self, seconds: float = 120) -> list[int | None]:
        """Wait until nothing waits, have the workers stop, and return their exit codes."""
        until = time.monotonic() + seconds
        while self.left() and time.monotonic() < until:
            time.sleep(0.1)
        for process in self._workers:
            process.terminate()
        for process in self._workers:
            process.join(30)
        return [process.exitcode for process in self._workers]

    def result(self) -> dict:
        """Return what became of every notice, as the outside systems and the store tell it."""
        with self.engine.store.begin() as session:
            acts = session.acts()
            asked = {item.subject for item in session.reviews()}
            faults = [
                fault
                for id in session.events_of("receivable")
                for fault in session.verify(Stream(kind="receivable", id=id))
            ]
        finals = {act.receivable_id: act.state for act in acts}  # the last attempt has the say
        posted, mailed = self.post.invoices, self.mail.invoices
        by_post = {f"F{n}" for n in range(self.count) if not (self.mails and n % 2)}
        by_mail = {f"F{n}" for n in range(self.count)} - by_post
        in_doubt = {id for id, state in finals.items() if state is OutboxState.UNCERTAIN}
        return {
            "planned": self.count,
            "acts": dict(Counter(act.state.value for act in acts)),
            "http_notices": len(by_post),
            "http_calls": self.post.calls.total(),
            "http_once": sum(len(posted.get(id, ())) == 1 for id in by_post),
            "http_twice": sum(len(posted.get(id, ())) > 1 for id in by_post),
            "http_lost": sum(id not in posted for id in by_post),
            "mail_notices": len(by_mail),
            "mail_calls": self.mail.calls.total(),
            "mail_once": sum(id in mailed for id in by_mail),
            "mail_twice": sum(count > 1 for count in self.mail.calls.values())
            + sum(len(keys) > 1 for keys in mailed.values()),
            "mail_uncertain": len(by_mail & in_doubt),
            "mail_lost": sum(id not in mailed and id not in in_doubt for id in by_mail),
            "mail_unasked": len(in_doubt - asked),
            "chain_faults": len(faults),
            "faults": dict(sorted((self.post.faults + self.mail.faults).items())),
            **self.upsets,
            "webhooks": self.host.calls,
            "webhooks_kept_twice": self.host.replies(self.engine) - len(self.host.heard),
        }


def siege(
    url: str,
    *,
    kills: int,
    workers: int,
    batch: int,
    acts: int = 0,
    seed: int = 1,
    between=None,
    upsets: bool = False,
) -> dict:
    """Kill workers at random moments while notices leave, and return what became of all.

    Args:
        url: Of an empty store.
        kills: How many workers are killed.
        workers: How many work at a time.
        batch: How many notices are planned at a time, whenever few are left.
        acts: How many are planned in all, the kills spread over them however fast they leave;
            0 for as many as leave in the time of the kills.
        seed: Of the moments.
        between: Called after each kill with its number.
        upsets: Whether clocks jump and disks are full for some workers.
    """
    chance = random.Random(seed)
    with Siege(url, chance=random.Random(seed + 1) if upsets else None) as field:
        field.plan(batch)
        field.employ(workers)
        for kill in range(kills):
            time.sleep(chance.uniform(0.02, 0.5))
            field.await_arrived(kill * acts // kills)
            field.kill_one(chance)
            if between is not None:
                between(kill)
            if field.left() < workers and not 0 < acts <= field.count:
                field.plan(batch)
            if kill % 10 == 0:
                field.host.hear(field.engine)
        codes = field.finish()
        field.host.hear(field.engine)
        return {"kills": kills, "workers": workers, **field.result(), "exit_codes": codes}
