"""Answers in SQL, their contents sealed with the tenant's own key."""

from datetime import UTC, datetime

import sqlalchemy as sa

from dunning_sdk.store.answer import Answer
from dunning_sdk.store.context import Context
from dunning_sdk.store.keyring import TENANT_OWNER
from dunning_sdk.store.schema import answers


class SqlAnswers:
    """The part of a session that keeps answers."""

    _context: Context

    def answer(self, key: str) -> Answer | None:
        """Return what is kept under a key, or ``None``."""
        tenant, keyring = self._context.tenant, self._context.keyring
        for row in self._context.handle.look_up(answers, tenant=tenant, key=key):
            opened = keyring.opening(TENANT_OWNER, row.generation)
            return Answer(
                key=key,
                request=row.request,
                begun_at=datetime.fromisoformat(row.begun_at),
                status=row.status,
                content=opened.unseal(row.sealed, "answer", tenant, key) if opened else b"",
            )
        return None

    def put_answer(self, answer: Answer) -> None:
        """Write or replace an answer."""
        tenant = self._context.tenant
        sealing, generation = self._context.keyring.sealing(TENANT_OWNER)
        row = (
            tenant,
            answer.key,
            answer.request,
            _text(answer.begun_at),
            answer.status,
            generation,
            sealing.seal(answer.content, "answer", tenant, answer.key),
        )
        self._context.handle.insert(answers, [row], conflict="replace")

    def drop_answer(self, key: str) -> None:
        """Forget one answer; an unknown one is a no-op."""
        self._context.handle.remove(answers, tenant=self._context.tenant, key=key)

    def drop_answers(self, *, before: datetime) -> int:
        """Forget answers begun before an aware instant, and return how many."""
        own = self._context.own(answers), answers.c.begun_at < _text(before)
        return self._context.handle.run(sa.delete(answers).where(*own))


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds")
