"""Sealed records and documents in SQL.

The module decides how personal data outside of events is kept: the newest version of each record,
and documents by the hash of their content, each sealed with its owner's key.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from dunning_sdk.domain.event import JsonValue, Stream
from dunning_sdk.errors import RecordNotFoundError
from dunning_sdk.store.canonical import canonical, parse_object
from dunning_sdk.store.context import Context
from dunning_sdk.store.database import chunks
from dunning_sdk.store.interface import Holdings
from dunning_sdk.store.schema import blobs, events, keys, records


class SqlRecords:
    """The part of a session that keeps sealed records and documents."""

    _context: Context

    def put_record(self, kind: str, id: str, data: Mapping[str, JsonValue], *, owner: str) -> None:
        """Keep the newest version of a personal record (party, payment, notice), sealed."""
        content = canonical(data).encode()
        key, generation = self._context.keyring.sealing(owner)
        tenant = self._context.tenant
        sealed = key.seal(content, "record", tenant, kind, id, owner)
        row = (tenant, kind, id, owner, generation, sealed)
        self._context.handle.insert(records, [row], conflict="replace")

    def record(self, kind: str, id: str) -> Mapping[str, JsonValue] | None:
        """Unseal one record, or ``None``."""
        tenant = self._context.tenant
        found = self._context.handle.look_up(records, tenant=tenant, kind=kind, id=id)
        return self._unsealed(found).get(id)

    def records(
        self, kind: str, ids: Iterable[str] | None = None
    ) -> Mapping[str, Mapping[str, JsonValue]]:
        """Unseal records of a kind by id; ``None`` for all."""
        handle, own = self._context.handle, (self._context.own(records), records.c.kind == kind)
        query = sa.select(records).where(*own).order_by(records.c.id)
        if ids is None:
            return self._unsealed(handle.rows(query))
        found: dict[str, Mapping[str, JsonValue]] = {}
        for some in chunks(ids):
            if len(some) == 1:
                alone = self.record(kind, some[0])
                found |= {} if alone is None else {some[0]: alone}
            else:
                found |= self._unsealed(handle.rows(query.where(records.c.id.in_(some))))
        return found

    def put_blob(self, digest: str, content: bytes, *, owner: str) -> None:
        """Keep bytes (a document, a letter) sealed under the hash of their content."""
        key, generation = self._context.keyring.sealing(owner)
        tenant = self._context.tenant
        sealed = key.seal(content, "blob", tenant, digest, owner)
        row = (tenant, digest, owner, generation, sealed)
        self._context.handle.insert(blobs, [row], conflict="replace")

    def blob(self, digest: str) -> bytes:
        """Return bytes kept by `put_blob`."""
        own = self._context.own(blobs), blobs.c.digest == digest
        for row in self._context.handle.rows(sa.select(blobs).where(*own)):
            content = self._opened(row, "blob", self._context.tenant, digest, row.owner)
            if content is not None:
                return content
        message = f"There is no document {digest}"
        raise RecordNotFoundError(message, hint="It was never stored, or its owner was erased")

    def owners(self) -> tuple[str, ...]:
        """Return everybody for whom something is kept that can still be read, sorted."""
        queries = [
            sa.select(table.c.owner)
            .join(keys, _sealed_by(table))
            .where(self._context.own(table), keys.c.wrapped.is_not(None))
            for table in (events, records, blobs)
        ]
        rows = self._context.handle.rows(sa.union(*queries))
        return tuple(sorted(owner for (owner,) in rows if owner))

    def holdings(self, owner: str) -> Holdings:
        """Return what is kept of an owner, whichever streams, records and documents it is in."""
        told = self._held(owner, events, events.c.kind, events.c.id, events.c.seq)
        kept = self._held(owner, records, records.c.kind, records.c.id)
        return Holdings(
            events=tuple((Stream(kind=kind, id=id), seq) for kind, id, seq in told),
            records=tuple((kind, id) for kind, id in kept),
            documents=tuple(digest for (digest,) in self._held(owner, blobs, blobs.c.digest)),
        )

    def _held(self, owner: str, table: sa.Table, *columns: sa.Column[Any]) -> Sequence[Any]:
        own = self._context.own(table), table.c.owner == owner
        return self._context.handle.rows(sa.select(*columns).where(*own).order_by(*columns))

    def _unsealed(self, rows: Sequence[Any]) -> dict[str, Mapping[str, JsonValue]]:
        self._context.keyring.load({row.owner for row in rows})
        found: dict[str, Mapping[str, JsonValue]] = {}
        for row in rows:
            content = self._opened(row, "record", self._context.tenant, row.kind, row.id, row.owner)
            if content is not None:
                found[row.id] = parse_object(content.decode())
        return found

    def _opened(self, row: Any, *place: str) -> bytes | None:  # noqa: ANN401 - a row's shape
        key = self._context.keyring.opening(row.owner, row.generation)
        return None if key is None else key.unseal(row.sealed, *place)


def _sealed_by(table: sa.Table) -> sa.ColumnElement[bool]:
    """Return what joins a row with the key that seals it."""
    same = [keys.c[name] == table.c[name] for name in ("tenant", "owner", "generation")]
    return sa.and_(*same)
