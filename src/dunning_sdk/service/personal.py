"""The operations on personal data: hand it out, erase it, list what need not be kept.

Decides paths and scopes, and translates; what is erased is decided by `privacy`.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from dunning_sdk.access.api_key import Scope
from dunning_sdk.domain.notice import Attachment
from dunning_sdk.engine.engine import Engine
from dunning_sdk.privacy import erasing, exporting, retaining
from dunning_sdk.service.facade import ZIP
from dunning_sdk.service.operation import Operation
from dunning_sdk.service.page import Limit, Page, page_of


def export(engine: Engine, debtor: str, *, on: date) -> Attachment:
    """Return an archive with all that is kept of one debtor.

    Args:
        engine: Of the tenant.
        debtor: Whose data.
        on: Day it is made for; stands in it.
    """
    with TemporaryDirectory(prefix="dunning-") as folder:
        file = Path(folder) / "debtor.zip"
        exporting.export(engine.store, debtor, file, on=on)
        content = file.read_bytes()
    return Attachment(name=f"debtor-{debtor}-{on}.zip", media_type=ZIP, content=content)


def erase(
    engine: Engine, debtor: str, *, on: date, by: str, reason: str = "", force: bool = False
) -> erasing.Erased:
    """Erase one debtor for good; refused while he owes something, unless it is forced.

    Args:
        engine: Of the tenant.
        debtor: Whom.
        on: Day of it.
        by: Who demands it; kept with it.
        reason: Why; needed where it is forced.
        force: Whether he is erased although receivables are open.
    """
    return erasing.erase(engine.store, debtor, on=on, by=by, reason=reason, force=force)


def retention(
    engine: Engine, *, as_of: date, cursor: str = "", limit: Limit = 50
) -> Page[retaining.Due]:
    """List what need not be kept any longer, the longest due first.

    Args:
        engine: Of the tenant.
        as_of: The day.
        cursor: `next` of the page before; empty for the first.
        limit: Most lines.
    """
    found = retaining.due(engine.config, engine.store, on=as_of)
    return page_of(found, key=lambda one: f"{one.kind} {one.id}", cursor=cursor, limit=limit)


def erase_due(
    engine: Engine, *, ids: Iterable[str], on: date, by: str
) -> tuple[erasing.Erased, ...]:
    """Erase what need not be kept any longer and a person approved.

    Args:
        engine: Of the tenant.
        ids: What was approved, of what is listed.
        on: Day of it.
        by: Who approved it; kept with it.
    """
    return retaining.erase_due(engine.config, engine.store, ids, on=on, by=by)


OPERATIONS: Final = (
    Operation("GET", "/debtors/{debtor:path}/export", export, scope=Scope.ADMIN, media_type=ZIP),
    Operation("POST", "/debtors/{debtor:path}/erasures", erase, scope=Scope.ADMIN),
    Operation("GET", "/retention/due", retention, scope=Scope.ADMIN),
    Operation("POST", "/retention/erasures", erase_due, scope=Scope.ADMIN),
)  # fmt: skip
"""In the order of the page about the service."""
