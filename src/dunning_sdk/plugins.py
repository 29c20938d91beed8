"""The plugin manager: one per engine, loaded on demand, nothing swallowed.

Environment: ``DUNNING_LOAD_PLUGINS=a,b`` limits which installed plugins load,
``DUNNING_TRACE_PLUGINS=1`` writes every hook call to standard error.
"""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from importlib.metadata import Distribution, EntryPoint, distributions
from typing import Any, Final

import pluggy
from pluggy import HookImpl

from dunning_sdk import hooks
from dunning_sdk.errors import PluginLoadError

GROUP: Final = "dunning_sdk"


def build_manager(
    plugins: Iterable[object] = (), *, installed: bool = False
) -> pluggy.PluginManager:
    """Return a manager with the built-in plugins, those given, and perhaps the installed ones.

    Args:
        plugins: Modules or objects with hook implementations.
        installed: Also load distributions that declare an entry point in group ``dunning_sdk``.

    Raises:
        PluginLoadError: A plugin failed to import, has an unknown hook or a wrong argument.
    """
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks.Hooks)
    for name, plugin in _built_in():
        manager.register(plugin, name)
    for plugin in plugins:
        _register(manager, plugin, getattr(plugin, "__name__", type(plugin).__name__), "given")
    if installed:
        for distribution, entry in _entry_points():
            _register(manager, _loaded(entry, distribution), entry.name, distribution)
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as problem:
        name = manager.get_name(problem.plugin) or "unknown"
        raise _failure(name, "its hooks", str(problem)) from problem
    if os.environ.get("DUNNING_TRACE_PLUGINS"):
        _trace(manager)
    return manager


def describe(manager: pluggy.PluginManager) -> list[dict[str, Any]]:
    """Return what is loaded: name, distribution and the hooks each plugin implements."""
    found = []
    for name, plugin in manager.list_name_plugin():
        if plugin is None:
            continue
        callers = manager.get_hookcallers(plugin) or []
        module = getattr(plugin, "__name__", type(plugin).__name__)
        found.append(
            {"name": name, "module": module, "hooks": sorted(caller.name for caller in callers)}
        )
    return sorted(found, key=lambda item: str(item["name"]))


def _built_in() -> list[tuple[str, object]]:
    from dunning_sdk.connectors import builtin

    return [("dunning_sdk.connectors", builtin), ("dunning_sdk.rules", ShippedBooks())]


class ShippedBooks:
    """The rule books that come with the package, registered as any plugin's."""

    @hooks.hookimpl
    def dunning_register_rule_books(self) -> dict[str, dict[str, str]]:
        """Return the shipped books by id."""
        books: dict[str, dict[str, str]] = {}
        for folder in (resources.files("dunning_sdk.rules") / "books").iterdir():
            if folder.is_dir() and (folder / "book.yaml").is_file():
                files = (entry for entry in folder.iterdir() if entry.name.endswith(".yaml"))
                books[folder.name] = {
                    entry.name: entry.read_text(encoding="utf-8") for entry in files
                }
        return books


def _entry_points() -> list[tuple[str, EntryPoint]]:
    wanted = os.environ.get("DUNNING_LOAD_PLUGINS")
    names = None if wanted is None else {name.strip() for name in wanted.split(",")}
    found = [
        (_name(distribution), entry)
        for distribution in distributions()
        for entry in distribution.entry_points
        if entry.group == GROUP and (names is None or entry.name in names)
    ]
    return sorted(found, key=lambda item: (item[0], item[1].name))


def _name(distribution: Distribution) -> str:
    return str(distribution.metadata["Name"])


def _loaded(entry: EntryPoint, distribution: str) -> object:
    try:
        return entry.load()
    except Exception as problem:
        raise _failure(
            entry.name, distribution, f"{type(problem).__name__}: {problem}"
        ) from problem


def _register(manager: pluggy.PluginManager, plugin: object, name: str, distribution: str) -> None:
    try:
        manager.register(plugin, name)
    except (pluggy.PluginValidationError, ValueError) as problem:
        raise _failure(name, distribution, str(problem)) from problem


def _failure(name: str, distribution: str, why: str) -> PluginLoadError:
    message = f"Plugin {name} of {distribution} could not be loaded: {why}"
    hint = "Uninstall it, mend it, or leave it out with DUNNING_LOAD_PLUGINS."
    return PluginLoadError(message, hint=hint, plugin=name, distribution=distribution)


def _trace(manager: pluggy.PluginManager) -> None:
    def before(hook: str, _methods: Sequence[HookImpl], arguments: Mapping[str, Any]) -> None:
        sys.stderr.write(f"hook {hook}({', '.join(sorted(arguments))})\n")

    def after(
        _outcome: pluggy.Result[Any],
        _hook: str,
        _methods: Sequence[HookImpl],
        _arguments: Mapping[str, Any],
    ) -> None:
        """Say nothing after a call."""

    manager.add_hookcall_monitoring(before, after)
