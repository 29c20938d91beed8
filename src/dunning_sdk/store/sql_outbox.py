"""The outbox in SQL: acts on their way to a debtor, moved along one table of transitions."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from dunning_sdk.errors import StaleRecordError
from dunning_sdk.store.canonical import canonical, parse_object
from dunning_sdk.store.context import Context
from dunning_sdk.store.database import chunks
from dunning_sdk.store.interface import OutboxAct, OutboxState
from dunning_sdk.store.missing import not_found
from dunning_sdk.store.schema import acts as outbox
from dunning_sdk.store.transition import check_plan, check_way


class SqlOutbox:
    """The part of a session that keeps the outbox."""

    _context: Context

    def plan(self, acts: Iterable[OutboxAct]) -> tuple[OutboxAct, ...]:
        """Put acts into the outbox and return those that were new, sorted by id.

        Raises:
            StaleRecordError: An act is not planned, or part of another live notice.
        """
        wanted = list(acts)
        new = check_plan(wanted, self._known(act.act_id for act in wanted))
        moved_at = self._context.now().isoformat()
        rows = [_row(self._context.tenant, act, moved_at) for act in new]
        if self._context.handle.insert(outbox, rows, conflict="keep") < len(rows):
            message = "Another process planned the same acts at the same time"
            raise StaleRecordError(message, hint="Begin again: what it planned is kept")
        return tuple(new)

    def acts(
        self, *, states: Iterable[OutboxState] | None = None, on: date | None = None
    ) -> tuple[OutboxAct, ...]:
        """Return outbox acts sorted by day, then id."""
        query = sa.select(outbox).where(self._context.own(outbox))
        if states is not None:
            query = query.where(outbox.c.state.in_([state.value for state in states]))
        if on is not None:
            query = query.where(outbox.c.on == on.isoformat())
        rows = self._context.handle.rows(query.order_by(outbox.c.on, outbox.c.act_id))
        return tuple(map(_read, rows))

    def act(self, act_id: str) -> OutboxAct | None:
        """Return one outbox act by id or unique prefix, or ``None``."""
        act = self._exact(act_id)
        if act is None and len(found := self._context.beginning(outbox.c.act_id, act_id)) == 1:
            act = self._exact(found[0])
        return act

    def move(
        self,
        act_id: str,
        *,
        to: OutboxState,
        through: Iterable[OutboxState] = (),
        reason: str = "",
        reference: str = "",
    ) -> OutboxAct:
        """Move an act along the outbox's transitions.

        The reason replaces the one before; the reference stays until another is given.

        Args:
            act_id: Which.
            to: Where it comes to rest.
            through: States it passes on the way, in order.
            reason: Why.
            reference: What the vendor calls it.

        Raises:
            StaleRecordError: The act is not in a state that leads there.
            RecordNotFoundError: There is no such act; names the nearest id.
        """
        act = self._exact(act_id)
        if act is None:
            raise not_found("act", act_id, self._context.neighbors(outbox.c.act_id, act_id))
        check_way(act, (*through, to))
        values = {
            "state": to.value,
            "reason": reason,
            "reference": reference or act.reference,
            "moved_at": self._context.now().isoformat(),
        }
        unmoved = {"tenant": self._context.tenant, "act_id": act_id, "state": act.state.value}
        if not self._context.handle.change(outbox, values, **unmoved):
            message = f"Act {act_id} was moved by another process"
            raise StaleRecordError(message, hint="Begin again and read it anew")
        return replace(act, state=to, reason=reason, reference=str(values["reference"]))

    def _exact(self, act_id: str) -> OutboxAct | None:
        found = self._context.handle.look_up(outbox, tenant=self._context.tenant, act_id=act_id)
        return _read(found[0]) if found else None

    def _known(self, act_ids: Iterable[str]) -> dict[str, OutboxAct]:
        found = {}
        for some in chunks(act_ids):
            query = sa.select(outbox).where(self._context.own(outbox), outbox.c.act_id.in_(some))
            for row in self._context.handle.rows(query):
                found[row.act_id] = _read(row)
        return found


def _row(tenant: str, act: OutboxAct, moved_at: str) -> tuple[Any, ...]:
    return (
        tenant,
        act.act_id,
        act.notice_id,
        act.receivable_id,
        act.proposal_id,
        act.book_hash,
        act.on.isoformat(),
        act.state.value,
        act.reason,
        act.reference,
        canonical(act.detail),
        moved_at,
    )


def _read(row: Any) -> OutboxAct:  # noqa: ANN401 - a row has its table's shape
    return OutboxAct(
        act_id=row.act_id,
        notice_id=row.notice_id,
        receivable_id=row.receivable_id,
        proposal_id=row.proposal_id,
        book_hash=row.book_hash,
        on=date.fromisoformat(row.on),
        state=OutboxState(row.state),
        reason=row.reason,
        reference=row.reference,
        detail=parse_object(row.detail),
    )
