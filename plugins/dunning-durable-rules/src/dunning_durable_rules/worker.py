"""Be the process in which durable-rules runs: rules and facts in, what fired out.

Decides nothing. A fact that durable-rules refuses ends the process, since it would take it for
another one; one that no rule is about is passed over.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import Any

_NAME = "signals"


def main() -> None:
    """Read one request from standard input, and write the answer to standard output."""
    from durable.engine import Host, MessageNotHandledException

    asked = json.load(sys.stdin)
    found: list[list[Any]] = []
    host = Host()
    rules = {
        name: {"all": parts, "run": _noting(name, parts, found)}
        for name, parts in asked["rules"].items()
    }
    host.set_rulesets({_NAME: rules})
    for fact in asked["facts"]:
        try:
            host.assert_fact(_NAME, fact)
        except MessageNotHandledException:
            continue
    json.dump({"fired": found}, sys.stdout)


def _noting(
    name: str, parts: list[dict[str, Any]], found: list[list[Any]]
) -> Callable[[Any], None]:
    """Return an action that notes for what a rule fired, part by part."""
    aliases = [alias for part in parts for alias in part]

    def action(closure: Any) -> None:  # noqa: ANN401 - of durable-rules
        told = dict(closure._m.items())
        found.append([name, [told[alias].get("ref", "") for alias in aliases]])

    return action


if __name__ == "__main__":
    try:
        main()
        sys.stdout.flush()
    except Exception as problem:
        sys.stderr.write(f"{type(problem).__name__}: {problem}\n")
        sys.stderr.flush()
        os._exit(1)
    # The threads of durable-rules never end by themselves.
    os._exit(0)
