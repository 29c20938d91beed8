"""Time ``import dunning_sdk`` beside ``import pydantic`` alone, each in a process of its own.

Prints JSON: the median milliseconds of each import, without the start of Python, and their ratio;
beside it the import of the engine itself, and the wall time of ``dunning --help``. The imports
take turns, so that whatever else the machine does burdens all.

    python benchmarks/start.py --rounds 15
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

RATIO_MAX = 1.5
IMPORTS = {
    "pydantic": "import pydantic",
    "dunning_sdk": "import dunning_sdk",
    "engine": "from dunning_sdk import Engine",
}
TIMED = """
import time
started = time.perf_counter()
{statement}
print(time.perf_counter() - started)
"""


def import_seconds(name: str) -> float:
    """Return the wall time of one of the imports in a fresh process."""
    code = TIMED.format(statement=IMPORTS[name])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def help_seconds() -> float:
    """Return the wall time of the program's help, start of Python included."""
    program = Path(sys.executable).with_name("dunning")
    started = time.perf_counter()
    subprocess.run([program, "--help"], capture_output=True, check=True)
    return time.perf_counter() - started


def main() -> None:
    """Run the measurements and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    for name in IMPORTS:
        import_seconds(name)  # compiles what is not compiled yet
    taken: dict[str, list[float]] = {name: [] for name in IMPORTS}
    for _ in range(rounds):
        for name in IMPORTS:
            taken[name].append(import_seconds(name))
    middle = {name: median(seconds) for name, seconds in taken.items()}
    ratio = middle["dunning_sdk"] / middle["pydantic"]
    found: dict[str, object] = {f"{name}_ms": round(middle[name] * 1e3, 1) for name in IMPORTS}
    found |= {
        "rounds": rounds,
        "ratio": round(ratio, 2),
        "ratio_max": RATIO_MAX,
        "is_within": ratio <= RATIO_MAX,
        "help_ms": round(median(help_seconds() for _ in range(5)) * 1e3),
    }
    json.dump(found, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
