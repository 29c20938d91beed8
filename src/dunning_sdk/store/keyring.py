"""Which owner has which key: made when first needed, kept wrapped, dropped to erase.

The module decides the life of owners' keys in one transaction: an owner has one live key at most;
after it was dropped, new data of that owner gets a key of the next generation. How keys are
wrapped is left to `seal`. The empty owner is the tenant itself.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from dunning_sdk.errors import StoreError
from dunning_sdk.store.database import Handle, chunks
from dunning_sdk.store.missing import check_owner
from dunning_sdk.store.schema import keys, tenants
from dunning_sdk.store.seal import Key, Master

TENANT_OWNER = ""


class Keyring:
    """The keys of one tenant, as one transaction sees them."""

    def __init__(self, handle: Handle, master: Master) -> None:
        self._handle = handle
        self._master = master
        self._newest: dict[str, int] = {}
        self._keys: dict[tuple[str, int], Key | None] = {}

    def load(self, owners: Iterable[str]) -> None:
        """Read all keys of these owners at once, unless they were read already."""
        for some in chunks(owner for owner in owners if owner not in self._newest):
            self._newest.update(dict.fromkeys(some, 0))
            for owner, generation, wrapped in self._rows(some):
                key = None if wrapped is None else self._master.unwrap(wrapped, owner, generation)
                self._keys[owner, generation] = key
                self._newest[owner] = max(generation, self._newest[owner])

    def _rows(self, owners: list[str]) -> Iterable[Any]:
        tenant, columns = self._master.tenant, ("owner", "generation", "wrapped")
        if len(owners) == 1:
            return self._handle.look_up(keys, columns=columns, tenant=tenant, owner=owners[0])
        wanted = keys.c.tenant == tenant, keys.c.owner.in_(owners)
        return self._handle.rows(sa.select(*(keys.c[name] for name in columns)).where(*wanted))

    def sealing(self, owner: str) -> tuple[Key, int]:
        """Return the key that seals an owner's new data, and its generation."""
        self.load([owner])
        generation = self._newest[owner]
        key = self._keys.get((owner, generation))
        if key is not None:
            return key, generation
        self._check_master()
        key, generation = Key.new(), generation + 1
        wrapped = self._master.wrap(key, owner, generation)
        self._handle.insert(keys, [(self._master.tenant, owner, generation, wrapped)])
        self._newest[owner] = generation
        self._keys[owner, generation] = key
        return key, generation

    def opening(self, owner: str, generation: int) -> Key | None:
        """Return the key that opens what was sealed in a generation; ``None`` once dropped.

        Raises:
            StoreError: There never was such a key, so what names it was changed.
        """
        self.load([owner])
        if (owner, generation) not in self._keys:
            message = f"Key {generation} of {owner or 'the tenant'} is missing"
            raise StoreError(message, hint="Restore a backup and run `dunning doctor`")
        return self._keys[owner, generation]

    def drop(self, owner: str) -> None:
        """Forget an owner's keys; a second time is a no-op.

        Raises:
            RecordNotFoundError: Nothing was ever sealed for this owner.
            StoreError: The owner is the tenant itself.
        """
        names = self._handle.rows(sa.select(keys.c.owner).distinct().where(self._own()))
        check_owner(owner, (name for (name,) in names))
        gone = sa.update(keys).where(self._own(), keys.c.owner == owner).values(wrapped=None)
        self._handle.run(gone)
        self._newest.pop(owner, None)

    def rewrap(self, master: Master) -> None:
        """Wrap every live key by a new master."""
        query = sa.select(keys.c.owner, keys.c.generation, keys.c.wrapped)
        live = query.where(self._own(), keys.c.wrapped.is_not(None))
        rows = [
            (master.wrap(self._master.unwrap(wrapped, owner, number), owner, number), owner, number)
            for owner, number, wrapped in self._handle.rows(live)
        ]
        tenant = self._master.tenant
        self._handle.update(keys, "wrapped", [(new, tenant, *key) for new, *key in rows])

    def _check_master(self) -> None:
        """Refuse to wrap a new key by a master that others have left, and nobody will know.

        Raises:
            StoreError: The secret was changed since this store was opened.
        """
        query = sa.select(tenants.c.derivation).where(tenants.c.tenant == self._master.tenant)
        row = self._handle.first(query)
        if row is not None and row.derivation != self._master.derivation:
            message = f"The secret of tenant {self._master.tenant} was changed meanwhile"
            raise StoreError(message, hint="Start again, with the new secret")

    def _own(self) -> sa.ColumnElement[bool]:
        return keys.c.tenant == self._master.tenant
