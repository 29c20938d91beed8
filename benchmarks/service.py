"""Call every operation of the service with made-up requests, and see that it keeps its word.

Schemathesis makes them up by the service's own description: sound ones, and ones that are wrong in
one place. The service stands on a portfolio with a story, on SQLite in a file. Prints JSON: calls
by status, and each answer that is a fault, an undocumented status, content type or shape.
Ends with 1 where there is one.

    python -m benchmarks.service --examples 200
"""

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from schemathesis.core.failures import FailureGroup

from dunning_sdk.service.app import OPERATIONS
from tests.service.judging import described, judge
from tests.service.served import a_key, a_service, a_tenant


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Return what became of all calls."""
    statuses: Counter[str] = Counter()
    broken: list[dict[str, str]] = []
    started = time.perf_counter()
    with (
        TemporaryDirectory() as folder,
        a_tenant(Path(folder) / "first", store="sqlite:///dunning.sqlite") as engine,
    ):
        app, key = a_service(engine), a_key(engine)
        schema = described(app)
        for operation in OPERATIONS:
            try:
                judge(
                    schema.find_operation_by_id(operation.name),
                    key,
                    examples=args.examples,
                    start=args.seed,
                    told=lambda status: statuses.update([str(status)]),
                )
            except FailureGroup as found:
                says = [str(one)[:2000] for one in found.exceptions]
                broken += [{"operation": operation.name, "says": one} for one in says]
    return {
        "operations": len(OPERATIONS),
        "calls": sum(statuses.values()),
        "statuses": dict(sorted(statuses.items())),
        "broken": broken,
        "seconds": round(time.perf_counter() - started, 1),
        "seed": args.seed,
    }


def main() -> None:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--examples", type=int, default=200, help="of each operation and kind")
    parser.add_argument("--seed", type=int, default=1)
    found = run(parser.parse_args())
    print(json.dumps(found, indent=2, ensure_ascii=False))
    sys.exit(1 if found["broken"] else 0)


if __name__ == "__main__":
    main()
