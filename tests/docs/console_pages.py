"""Draw the table of the console's pages: the right each needs, and who is let in."""

import re

from dunning_sdk.access.role import Role, may
from dunning_sdk.console.app import PAGES

_ID = re.compile(r"\{(\w+)(?::path)?\}")


def route_table() -> str:
    """Return every page by every role; nobody else is let in to any."""
    head = ["page", "right", *(f"`{role}`" for role in Role)]
    rows = [
        [
            f"`{page.method} {_named(page.path)}`",
            str(page.needs),
            *("yes" if may(role, page.needs) else "403" for role in Role),
        ]
        for page in sorted(PAGES, key=lambda page: (page.path, page.method))
    ]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def _named(path: str) -> str:
    """Return a path whose parameters are named alone; a backslash in an f-string needs 3.12."""
    return _ID.sub(r"{\1}", path)
