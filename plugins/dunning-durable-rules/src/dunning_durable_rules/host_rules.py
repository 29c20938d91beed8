"""Read the rules that a host wrote for durable-rules himself.

Decides where they stand and which signal each is about. Whether one is let through is decided in
`fence`; what it finds is compared with the events like everything else.
"""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from dunning_sdk.errors import ConfigError, nearest_names
from dunning_sdk.rules.pattern import Pattern

VARIABLE: Final = "DUNNING_DURABLE_RULES"


def host_rules(patterns: Iterable[Pattern]) -> dict[str, Any]:
    """Return the parts of each rule of the host, by the name of its signal; none without a file.

    Args:
        patterns: Those of the book; a rule is about one that is true or false.

    Raises:
        ConfigError: The file cannot be read, or names no such signal.
    """
    named = os.environ.get(VARIABLE, "")
    if not named:
        return {}
    try:
        read = json.loads(Path(named).read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise ConfigError(f"{VARIABLE} names {named}, which is no file of JSON") from problem
    known = {one.name for one in patterns if not one.is_number}
    found: dict[str, Any] = {}
    for name, rule in read.items() if isinstance(read, dict) else ():
        if name not in known:
            near = nearest_names(name, known)
            hint = f"Did you mean {near[0]}?" if near else "Declare the signal in the book."
            raise ConfigError(f"{VARIABLE}: {name} is no signal that is true or false", hint=hint)
        if not isinstance(rule, dict) or set(rule) != {"all"}:
            raise ConfigError(f"{VARIABLE}: rule {name} has more or less than the key all")
        found[name] = rule["all"]
    return found
