"""Kill workers at random moments, again and again, and count what every debtor got.

On SQLite and on PostgreSQL: four worker processes, a system by HTTP that keeps one notice for an
id, and a mail server that keeps all it is given. A fifth of all calls go wrong: answered too late,
with 500 or by a reset after the notice was taken, refused or reset before, or slowly. Clocks of
workers jump by more than a lease lasts; for some of them the disk is full now and then; the
vendor calls back twice about each notice. PostgreSQL is ended and started again three times, and
refuses all writes for a while ten times. The kills are spread over the same number of notices on
both stores. Prints JSON: what was planned, got once, got twice, lost, and is listed as uncertain,
and how often each thing went wrong; then the notices a second that one and four workers send to a
system that answers in 50 ms; where other work takes the processors, a slower answer
(``--answer-ms``) shows whether workers wait for each other. Leaves with 1 where anything was lost
or doubled.

    python -m benchmarks.kill --kills 200
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from tests.killing import Siege, siege
from tests.postgres import Server, programs

STORES = ("sqlite", "postgresql")
WORKERS = 4
NONE = (
    "http_twice", "http_lost", "mail_twice", "mail_lost", "mail_unasked", "chain_faults",
    "webhooks_kept_twice",
)  # fmt: skip
RESTARTS, REFUSALS = 3, 10
READ_ONLY = "ALTER SYSTEM SET default_transaction_read_only = {}"


@contextmanager
def opened(store: str) -> Iterator[tuple[str, Server | None]]:
    """Yield the URL of an empty store, and its server if it has one."""
    if store == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/dunning.db", None
        return
    server = Server(programs())
    try:
        yield server.url(server.new_database()), server
    finally:
        server.stop()


def besieged(store: str, *, kills: int, batch: int, acts: int, seed: int) -> dict[str, object]:
    """Return what became of all notices, and the seconds it took."""
    with opened(store) as (url, server):

        def between(kill: int) -> None:
            if server is None:
                return
            if kill % max(kills // RESTARTS, 2) == 1:
                server.halt()
                server.start()
                told.update(server_restarts=1)
            if kill % max(kills // REFUSALS, 2) == 0:
                refuse_writes(server)
                told.update(server_refusals=1)

        begun, told = time.monotonic(), Counter[str]()
        found = siege(
            url,
            kills=kills,
            workers=WORKERS,
            batch=batch,
            acts=acts,
            seed=seed,
            between=between,
            upsets=True,
        )
    seconds = round(time.monotonic() - begun, 1)
    return {"store": store, **told, "seconds": seconds, **found}


def refuse_writes(server: Server) -> None:
    """Have a server refuse all writes for a moment, as one whose disk is full does."""
    for value in ("on", "off"):
        server.execute(READ_ONLY.format(value))
        server.execute("SELECT pg_reload_conf()")
        time.sleep(0.3)


def rate(store: str, workers: int, notices: int, delay: float) -> float:
    """Return the notices a second that workers send to a system that answers after a delay."""
    with opened(store) as (url, _), Siege(url, fault_share=0, delay=delay, mails=False) as field:
        field.plan(notices)
        field.employ(workers)
        field.finish(300)
        times = sorted(field.post.times)
    middle = times[len(times) // 10 : -len(times) // 10]  # while every worker works
    return (len(middle) - 1) / (middle[-1] - middle[0])


def throughput(store: str, notices: int, delay: float) -> dict[str, object]:
    """Return the rates of one and of four workers, and their ratio."""
    one, four = rate(store, 1, notices, delay), rate(store, WORKERS, notices * WORKERS, delay)
    rates = {"one": round(one, 1), "four": round(four, 1), "ratio": round(four / one, 2)}
    return {"store": store, "notices_a_second": rates}


def main() -> int:
    """Run, print, and tell whether anything was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--batch", type=int, default=60)
    parser.add_argument("--acts", type=int, default=480)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", choices=STORES, action="append")
    parser.add_argument("--notices", type=int, default=80)
    parser.add_argument("--answer-ms", type=int, default=50)
    given = parser.parse_args()
    stores = given.store or STORES
    sieges = [
        besieged(store, kills=given.kills, batch=given.batch, acts=given.acts, seed=given.seed)
        for store in stores
        if given.kills
    ]
    delay = given.answer_ms / 1000
    rates = [throughput(store, given.notices, delay) for store in stores if given.notices]
    print(json.dumps({"sieges": sieges, "throughput": rates}, indent=2))
    return int(any(each[name] for each in sieges for name in NONE))


if __name__ == "__main__":
    sys.exit(main())
