"""Let many clients call the real `dunning serve` at once, and see that none is failed or lost.

Four of five calls read, the fifth writes; the store is SQLite in a file. Prints JSON: calls by
status, calls a second, times in milliseconds, and whether each write is there. Ends with 1 where
one is not, or a call failed.

    python -m benchmarks.serving --clients 40
"""

import argparse
import json
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2 as httpx

from tests.acceptance.program import PROGRAM
from tests.service.served import DAY, a_key, a_tenant

CALLS = 50
EVERY = 5


def visit(client: httpx.Client, number: int) -> list[tuple[int, float]]:
    """Return status and seconds of each call of one client."""
    done = []
    for turn in range(CALLS):
        started = time.perf_counter()
        if turn % EVERY == EVERY - 1:
            values = {"text": f"{number}-{turn}", "by": "load"}
            body = {"kind": "comment", "subject": "D-1", "on": DAY, "values": values}
            once = {"Idempotency-Key": f"load-{number}-{turn}"}
            answer = client.post("/v1/records", json=body, headers=once)
        elif turn % 2:
            answer = client.get("/v1/receivables")
        else:
            answer = client.get("/v1/receivables/F-2/next", params={"as_of": DAY})
        done.append((answer.status_code, time.perf_counter() - started))
    return done


def measured(address: str, key: str, clients: int) -> dict[str, Any]:
    """Return what so many clients were answered, and how fast."""
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=address, headers=headers, timeout=120) as client:
        started = time.perf_counter()
        with ThreadPoolExecutor(clients) as threads:
            done = [one for part in threads.map(lambda n: visit(client, n), range(clients))
                    for one in part]  # fmt: skip
        seconds = time.perf_counter() - started
        thread = client.get("/v1/debtors/D-1/thread", params={"as_of": DAY}).json()["entries"]
    written = Counter(entry["text"] for entry in thread if entry["by"] == "load")
    times = sorted(1000 * one for _, one in done)
    return {
        "clients": clients,
        "statuses": dict(sorted(Counter(str(status) for status, _ in done).items())),
        "calls_a_second": round(len(done) / seconds),
        "ms": {"p50": round(times[len(times) // 2]), "p95": round(times[len(times) * 95 // 100])},
        "written_once": set(written.values()) == {1} and len(written) == clients * CALLS // EVERY,
    }


def main() -> None:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--clients", type=int, default=8)
    clients = parser.parse_args().clients
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / "first"
        with a_tenant(folder, store="sqlite:///dunning.sqlite") as engine:
            key = a_key(engine)
        command = [PROGRAM, "serve", "--port", "0", "--config", folder, "--per-minute", "1000000"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
            said = server.stderr.readline() if server.stderr else ""
            try:
                found = measured(said.split()[-1], key, clients)
            finally:
                server.send_signal(signal.SIGTERM)
    print(json.dumps(found, indent=2))
    is_fine = found["statuses"].keys() <= {"200", "201"} and found["written_once"]
    sys.exit(0 if is_fine else 1)


if __name__ == "__main__":
    main()
