"""Run durable-rules in a process of its own, which may fail without harm.

Decides whether it can run at all, and what a process that ended badly means. What is handed over is
one text of JSON, rules and facts; what comes back, the ids that made each rule fire.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any, Final

from dunning_sdk.errors import PluginError

SECONDS_MAX: Final = 120
_LAST: Final = (3, 12)
_WORKER: Final = "dunning_durable_rules.worker"
_COMPILERS: Final = ("cc", "gcc", "clang")

Fired = tuple[str, tuple[str, ...]]
"""A rule, and the ids of what it fired for, in the order of its parts."""


def why_not(*, version: tuple[int, int] | None = None, installed: bool | None = None) -> str:
    """Return why durable-rules cannot run here; empty where it can.

    Args:
        version: Of Python; this one where left out.
        installed: Whether durable-rules is; looked up where left out.
    """
    found = version or (sys.version_info.major, sys.version_info.minor)
    if found > _LAST:
        said, last = ".".join(map(str, found)), ".".join(map(str, _LAST))
        return f"its C code does not load on Python {said}; {last} is the last"
    if installed is None:
        installed = find_spec("durable_rules_engine") is not None
    if installed:
        return ""
    if not any(map(shutil.which, _COMPILERS)):
        return "it is not installed, and there is no C compiler to build it"
    return "it is not installed; run pip install durable-rules==2.0.28"


def fired(
    rules: Mapping[str, object],
    facts: Sequence[Mapping[str, object]],
    *,
    worker: str = _WORKER,
    seconds: float = SECONDS_MAX,
) -> tuple[Fired, ...]:
    """Return which rules fired, and for what.

    Args:
        rules: Parts by name, inside the fence.
        facts: In the order they are told.
        worker: Module that is run.
        seconds: Time it may take.

    Raises:
        PluginError: The process did not end well; nothing is taken from it.
    """
    asked = json.dumps({"rules": rules, "facts": list(facts)})
    try:
        done = subprocess.run(  # noqa: S603 - this Python and a module of ours
            [sys.executable, "-m", worker],
            input=asked,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            env=_surroundings(),
        )
    except subprocess.TimeoutExpired as problem:
        raise PluginError(f"durable-rules took more than {seconds:g} seconds") from problem
    if done.returncode < 0:
        raise PluginError(f"durable-rules was ended by signal {-done.returncode}")
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word"])[-1]
        raise PluginError(f"durable-rules failed: {last[:200]}")
    return tuple(_read(done.stdout))


def _surroundings() -> dict[str, str]:
    """Return what the process may know: where modules are, and no secret."""
    known = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return {**known, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def _read(text: str) -> list[Fired]:
    try:
        found: Any = json.loads(text)
        return [(str(rule), tuple(map(str, refs))) for rule, refs in found["fired"]]
    except (ValueError, KeyError, TypeError) as problem:
        raise PluginError("durable-rules answered what cannot be read") from problem
