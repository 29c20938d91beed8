"""Draw the table of the service's operations: what each does, and who is refused."""

import re

from dunning_sdk.access.api_key import Scope
from dunning_sdk.service.app import OPERATIONS
from dunning_sdk.service.operation import Operation

_ID = re.compile(r"\{(\w+)(?::path)?\}")
LENIENT = {"inquiry": "nothing", "waiting_for": "nothing"}
"""Operations that answer an unknown id by an empty list, and not by a problem."""


def route_table() -> str:
    """Return every operation by every scope, without a key, and with an id of another tenant."""
    scopes = list(Scope)
    head = ["operation", "", *(f"`{scope}`" for scope in scopes), "no key", "another tenant's id"]
    lines = [_line(head), _line(["---"] * len(head))]
    for one in OPERATIONS:
        allowed = ["yes" if scope is one.scope else "403" for scope in scopes]
        path = _ID.sub(r"{\1}", one.path)
        lines.append(_line([f"`{one.method} {path}`", one.summary, *allowed, "401", _foreign(one)]))
    return "\n".join(lines) + "\n"


def _foreign(operation: Operation) -> str:
    if not _ID.search(operation.path):
        return "–"
    return LENIENT.get(operation.name, "refused")


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
