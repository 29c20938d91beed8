"""The installations one process serves: each opened once, found by its tenant.

Decides nothing about who may use one. An engine is shared by all threads: a store opens a
transaction for each call, and what an engine loaded is never changed.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Self

from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import ConfigError, RecordNotFoundError


class Tenants:
    """Engines by tenant.

    Args:
        engines: Open engines, one for each tenant; `close` closes them.

    Raises:
        ConfigError: Two are of the same tenant, or there is none.
    """

    def __init__(self, engines: Iterable[Engine]) -> None:
        found: dict[str, Engine] = {}
        for engine in engines:
            name = engine.config.tenant
            if found.setdefault(name, engine) is not engine:
                message = f"Two configurations are of tenant {name}"
                raise ConfigError(message, hint="Give each installation a tenant of its own.")
        if not found:
            raise ConfigError("There is no installation to serve", hint="Name one with --config.")
        self._engines: Mapping[str, Engine] = MappingProxyType(found)

    @classmethod
    def open(cls, configs: Iterable[Path]) -> Self:
        """Open each installation with the installed plugins.

        Args:
            configs: Files ``dunning.toml``, or the folders that hold them.

        Raises:
            ConfigError: One is missing or wrong, or two are of the same tenant.
            PluginLoadError: A plugin cannot be loaded.
            StoreError: A store cannot be opened.
        """
        opened: list[Engine] = []
        try:
            for path in configs:
                opened.append(Engine.with_installed_plugins(path))
            return cls(opened)
        except BaseException:
            for engine in opened:
                engine.store.close()
            raise

    @property
    def names(self) -> tuple[str, ...]:
        """Return the tenants, sorted."""
        return tuple(sorted(self._engines))

    def engine(self, tenant: str) -> Engine:
        """Return the engine of a tenant.

        Raises:
            RecordNotFoundError: It is not served here; the names of others are not told.
        """
        if tenant not in self._engines:
            raise RecordNotFoundError("There is no such tenant here")
        return self._engines[tenant]

    def close(self) -> None:
        """Close every store."""
        for engine in self._engines.values():
            engine.store.close()

    def __enter__(self) -> Self:
        """Return the tenants; their stores are closed at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close every store."""
        self.close()
