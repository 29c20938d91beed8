"""Time every page of the console and the portal over 100,000 receivables, on both stores.

Builds a portfolio of 100,000 receivables of 20,000 debtors, with promises, disputes, questions and
a proposal, then asks the application for each page again and again, one request at a time, without
a network between. Prints JSON: for each store and page the median and the 95th percentile of the
server's wall time and the weight of the page, and the time of a plain loop of the same run, to
compare machines by. What PostgreSQL itself computes is within the wall time, not the processor's.

    python -m benchmarks.web --rounds 40 > benchmarks/measured/web.json
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import quote

from starlette.types import ASGIApp

from benchmarks.propose import reference_seconds
from dunning_sdk.access.link import portal_link
from dunning_sdk.access.role import Role
from dunning_sdk.access.tenants import Tenants
from dunning_sdk.access.user import Users
from dunning_sdk.connectors.interface import Batch, SourcedInvoice
from dunning_sdk.domain.event import PAYMENT_ALLOCATED, NewEvent, Stream
from dunning_sdk.engine.engine import Engine
from dunning_sdk.engine.figuring import keep_figures
from dunning_sdk.installation.config import load_config
from dunning_sdk.look.cookie import sign_ins_of
from dunning_sdk.money.intake import PullReport, take_invoices
from dunning_sdk.records.entry import Record
from dunning_sdk.records.keeping import note_change
from dunning_sdk.store.interface import ReviewItem
from dunning_sdk.store.opening import open_store
from dunning_sdk.web.app import build_app
from tests.build import a_debtor, an_invoice
from tests.engine.installation import CONFIG
from tests.postgres import Server, programs

DEBTORS = 20_000
BATCH = 2_000
DUE_FOR_REVIEW = 3_000
STOPPED = 300
ASKED = 2_000
MENTIONED = 500
FINANCED = 1_000
CONSOLE_MS, PORTAL_MS, WEIGHT_KB = 150, 50, 150
SECRET = "A" * 43 + "="
HOST = "benchmark.example"


def invoices(count: int, today: date) -> Iterator[list[SourcedInvoice]]:
    """Yield made-up invoices in batches: due from 75 days ago to 24 days ahead."""
    base = an_invoice()
    for start in range(0, count, BATCH):
        batch = []
        for number in range(start, min(start + BATCH, count)):
            due = today + timedelta(days=number * 7 % 100 - 75)
            debtor = number % DEBTORS
            invoice = replace(
                base,
                number=f"F-{number:06}",
                issued_on=due - timedelta(days=30),
                due_on=due,
                debtor=a_debtor(id=f"D-{debtor:05}", name=f"Debtor {debtor}"),
            )
            batch.append(SourcedInvoice(invoice=invoice, origin="made-up"))
        yield batch


def fill(engine: Engine, count: int) -> None:
    """Fill a store with a portfolio and a day's work."""
    today = engine.config.today()
    ids: list[str] = []
    for batch in invoices(count, today):
        with engine.store.begin() as session:
            take_invoices(
                Batch(records=tuple(batch)),
                engine.config,
                session=session,
                as_of=today - timedelta(days=120),
                report=PullReport(),
            )
    with engine.store.begin() as session:
        ids = [row.receivable.id for row in session.receivables()]
        paid = [
            NewEvent(
                stream=Stream(kind="receivable", id=id),
                type=PAYMENT_ALLOCATED,
                on=today - timedelta(days=number % 5),
                header={"payment": f"P-{number}", "amount_minor": 1_200_00},
            )
            for number, id in enumerate(ids[3::5])
        ]
        note_change(session, paid, look_again=False)
        session.set_review_on({id: None for id in ids[DUE_FOR_REVIEW:]})
        for number, id in enumerate(ids[:ASKED]):
            session.put_review(
                ReviewItem(
                    id=f"call:{number}",
                    kind=("call", "letter-to-post", "task", "host-asks")[number % 4],
                    subject=id,
                    opened_on=today - timedelta(days=number % 30),
                    detail={"act": f"a{number}", "step": "call"},
                )
            )
    engine.record(Record(kind="payments-known", on=today, subject="bank", values={}))
    for number in range(STOPPED):
        id, soon = ids[-1 - 5 * number], today + timedelta(days=number % 20 + 1)
        kind, values = ("promised", {"until_on": soon})
        if number % 2:
            kind, values = "disputed", {"ask_again_on": soon}
        engine.record(Record(kind=kind, on=today, subject=id, values=values))
    for number in range(60):
        values = {"text": f"Remark {number} for @anna", "by": "Jeanne"}
        engine.record(Record(kind="comment", on=today, subject="D-00001", values=values))
    for number in range(MENTIONED):
        values = {"text": f"@anna what of number {number}?", "by": "Jeanne"}
        subject = f"D-{2 + number * 7:05}"
        engine.record(Record(kind="comment", on=today, subject=subject, values=values))
    money = {"amount_minor": 100_00, "currency": "EUR"}
    with engine.store.begin() as session:
        for number in range(FINANCED):
            asked = ReviewItem(
                id=f"remittance-due:FIN-{number}",
                kind="remittance-due",
                subject=f"FIN-{number}",
                opened_on=today - timedelta(days=number % 30),
                detail=money,
            )
            session.put_derived({asked.subject: [asked]})
    engine.record(Record(kind="payment", on=today, subject=ids[7], values={}))
    engine.propose(as_of=today, full=False)
    with engine.store.begin() as session:
        for days in range(60, -1, -1):
            keep_figures(session, today - timedelta(days=days))


def pages(engine: Engine) -> dict[str, str]:
    """Return the path of each page by name."""
    with engine.store.reading() as session:
        (head,) = session.proposals(limit=1)
        notice = next(act.notice_id for act in session.proposed(head.id) if act.notice_id)
        late = session.most_overdue(on=engine.config.today(), limit=1)[0].debtor_id
        middle = session.receivables(debtor_id="D-00001")[0].receivable.id
    at, id = f"/console/{engine.config.tenant}", quote(middle)
    waiting = (
        "mine",
        "financings",
        "uncertain",
        "calls",
        "promises",
        "disputes",
        "stops",
        "letters",
        "others",
    )
    return {
        "today": f"{at}/",
        **{f"waiting: {name}": f"{at}/waiting/{name}" for name in waiting},
        "receivables": f"{at}/receivables",
        "receivables, all": f"{at}/receivables?show=all",
        "receivables, page far on": f"{at}/receivables?show=all&after=2026-12-01&after=C1%2FF-05",
        "receivables, overdue": f"{at}/receivables?show=overdue",
        "receivables, searched": f"{at}/receivables?q=F-0123",
        "receivable": f"{at}/receivables/{id}",
        "send form": f"{at}/send/{id}",
        "debtors, most overdue": f"{at}/debtors",
        "debtors, by id": f"{at}/debtors?sort=id&after=D-10000&after=EUR",
        "debtor": f"{at}/debtors/D-00001",
        "debtor, most overdue": f"{at}/debtors/{quote(late)}",
        "thread": f"{at}/thread/D-00001",
        "proposals": f"{at}/proposals",
        "proposal": f"{at}/proposals/{head.id}",
        "notice": f"{at}/notices/{notice}",
        "figures": f"{at}/dashboard",
        "rule books": f"{at}/books",
        "rule book": f"{at}/books/friendly",
    }


class Asker:
    """Asks an application in this process, as one browser does."""

    def __init__(self, app: ASGIApp, cookie: str = "") -> None:
        self._app = app
        self._cookie = cookie

    async def get(self, address: str) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body."""
        path, _, query = address.partition("?")
        headers = [(b"host", HOST.encode()), (b"accept-language", b"en")]
        if self._cookie:
            headers.append((b"cookie", self._cookie.encode()))
        scope = {
            "type": "http", "http_version": "1.1", "method": "GET", "scheme": "https",
            "path": path.replace("%2F", "/"), "raw_path": path.encode(), "root_path": "",
            "query_string": query.encode(), "headers": headers, "client": ("127.0.0.1", 5),
            "server": (HOST, 443), "asgi": {"version": "3.0"}, "state": {},
        }  # fmt: skip
        told: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            told.append(message)

        await self._app(scope, receive, send)
        start = told[0]
        body = b"".join(one.get("body", b"") for one in told[1:])
        found = {name.decode(): value.decode() for name, value in start["headers"]}
        return start["status"], found, body


async def timed(asker: Asker, address: str, rounds: int) -> dict[str, Any]:
    """Return the times and the weight of one page."""
    status, _, body = await asker.get(address)
    if status != 200:
        raise SystemExit(f"{address} answered {status}")
    walls, works = [], []
    for _ in range(rounds):
        wall, work = time.perf_counter(), time.process_time()
        await asker.get(address)
        walls.append((time.perf_counter() - wall) * 1000)
        works.append((time.process_time() - work) * 1000)
    return {
        "p50_ms": round(median(walls), 1),
        "p95_ms": round(quantiles(walls, n=20)[-1], 1),
        "processor_p50_ms": round(median(works), 1),
        "processor_p95_ms": round(quantiles(works, n=20)[-1], 1),
        "kb": round(len(body) / 1024, 1),
    }


async def measured(engine: Engine, rounds: int) -> dict[str, Any]:
    """Return what every page took."""
    now = datetime.now(UTC)
    with Tenants([engine]) as tenants:
        app = build_app(tenants)
        user = Users(engine.store).add("anna@example.com", Role.MANAGER, now=now)
        value = sign_ins_of(engine).start(user, now=now)
        asker = Asker(app, f"__Host-dunning-{engine.config.tenant}={value}")
        found = {
            name: await timed(asker, address, rounds) for name, address in pages(engine).items()
        }
        found |= await portal(engine, app, rounds)
    return found


async def portal(engine: Engine, app: ASGIApp, rounds: int) -> dict[str, Any]:
    """Return what the pages of a debtor took."""
    link = portal_link(engine, "D-00001", as_of=engine.config.today())
    status, headers, _ = await Asker(app).get(link.removeprefix(f"https://{HOST}"))
    asker = Asker(app, headers.get("set-cookie", "").partition(";")[0])
    home = headers.get("location", "").removeprefix(f"https://{HOST}")
    if status not in (302, 303, 307):
        raise SystemExit(f"the link into the portal answered {status}")
    return {"portal: overview": await timed(asker, home, rounds)}


@contextmanager
def an_engine(url: str, folder: Path) -> Iterator[Engine]:
    """Yield an engine on a store."""
    for name in ("drafts", "issued"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    path = folder / "dunning.toml"
    path.write_text(
        CONFIG.format(operator="creditor") + f'\n[portal]\nurl = "https://{HOST}"\n', "utf-8"
    )
    (folder / "dunning.key").write_text(SECRET, "ascii")
    config = load_config(path)
    yield Engine(config, open_store(url, tenant=config.tenant, secret=SECRET))


def of_store(url: str, count: int, rounds: int) -> dict[str, Any]:
    """Return the figures of one store."""
    with (
        tempfile.TemporaryDirectory() as name,
        an_engine(url.replace("FOLDER", name), Path(name)) as engine,
    ):
        started = time.perf_counter()
        fill(engine, count)
        print(f"filled in {time.perf_counter() - started:.0f} s", file=sys.stderr)
        return asyncio.run(measured(engine, rounds))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--receivables", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--store", choices=("sqlite", "postgresql", "both"), default="both")
    options = parser.parse_args()
    stores: dict[str, Any] = {}
    if options.store != "postgresql":
        url = "sqlite:///FOLDER/web.db"
        stores["sqlite"] = of_store(url, options.receivables, options.rounds)
    if options.store != "sqlite":
        server = Server(programs())
        try:
            url = server.url(server.new_database())
            stores["postgresql"] = of_store(url, options.receivables, options.rounds)
        finally:
            server.stop()
    found = {
        "receivables": options.receivables,
        "debtors": min(DEBTORS, options.receivables),
        "rounds": options.rounds,
        "loop_seconds": round(reference_seconds(), 2),
        "aims": {"console_ms": CONSOLE_MS, "portal_ms": PORTAL_MS, "kb": WEIGHT_KB},
        "stores": stores,
    }
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
