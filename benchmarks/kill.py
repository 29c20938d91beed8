"""Kill workers at random moments, again and again, and count what every debtor got.

On SQLite and on PostgreSQL: four worker processes, a system by HTTP that keeps one notice for an
id, a mail server that keeps all it is given; a fifth of all calls fails after the notice was taken
or before. In the middle PostgreSQL itself is ended and started again. Prints JSON: what was
planned, got once, got twice, lost, and is listed as uncertain; then the notices a second that one
and four workers send to a system that answers in 50 ms; where other work takes the processors, a
slower answer (``--answer-ms``) shows whether workers wait for each other. Leaves with 1 where
anything was lost or doubled.

    python -m benchmarks.kill --kills 200
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.killing import Siege, siege
from tests.postgres import Server, programs

STORES = ("sqlite", "postgresql")
WORKERS = 4
NONE = ("http_twice", "http_lost", "mail_twice", "mail_lost", "mail_unasked", "chain_faults")


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


def besieged(store: str, *, kills: int, batch: int, seed: int) -> dict[str, object]:
    """Return what became of all notices, and the seconds it took."""
    with opened(store) as (url, server):

        def restart(kill: int) -> None:
            if server is not None and kill == kills // 2:
                server.halt()
                server.start()

        begun = time.monotonic()
        found = siege(url, kills=kills, workers=WORKERS, batch=batch, seed=seed, between=restart)
    seconds = round(time.monotonic() - begun, 1)
    restarts = int(store == "postgresql")
    return {"store": store, "server_restarts": restarts, "seconds": seconds, **found}


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
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", choices=STORES, action="append")
    parser.add_argument("--notices", type=int, default=80)
    parser.add_argument("--answer-ms", type=int, default=50)
    given = parser.parse_args()
    stores = given.store or STORES
    sieges = [
        besieged(store, kills=given.kills, batch=given.batch, seed=given.seed)
        for store in stores
        if given.kills
    ]
    delay = given.answer_ms / 1000
    rates = [throughput(store, given.notices, delay) for store in stores if given.notices]
    print(json.dumps({"sieges": sieges, "throughput": rates}, indent=2))
    return int(any(each[name] for each in sieges for name in NONE))


if __name__ == "__main__":
    sys.exit(main())
