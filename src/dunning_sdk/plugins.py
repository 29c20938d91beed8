"""The plugins of one engine: loaded on demand, heard one by one, nothing swallowed.

Decides which plugins load and how a fault of one is reported: its name and its distribution are
in the error. What the hooks mean is said in `hooks`; what follows from an answer is decided by
`engine`.

Environment: ``DUNNING_LOAD_PLUGINS=a,b`` limits which installed plugins load (empty means none),
``DUNNING_TRACE_PLUGINS=1`` writes every hook call to standard error.

>>> [plugin["distribution"] for plugin in describe(build_manager())]
['dunning-sdk', 'dunning-sdk']
"""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final

import pluggy
from pluggy import HookImpl

from dunning_sdk import hooks
from dunning_sdk.errors import ConfigError, DunningError, HookError, PluginLoadError, nearest_names

GROUP: Final = "dunning_sdk"
HOOKS: Final = tuple(name for name in vars(hooks.Hooks) if name.startswith("dunning_"))
OWN: Final = "dunning-sdk"
GIVEN: Final = "given"
REMEDY: Final = "Mend or uninstall it, or leave it out with DUNNING_LOAD_PLUGINS."


class Plugins(pluggy.PluginManager):
    """The plugins of one engine, and the distribution each comes from.

    Args:
        traced: Write every call of a hook to standard error.

    Attributes:
        distributions: Plugin name to distribution; ``given`` where the host passed an object.
    """

    def __init__(self, *, traced: bool = False) -> None:
        super().__init__(hooks.PROJECT)
        self.add_hookspecs(hooks.Hooks)
        self._traced = traced
        self._muted: set[str] = set()
        self.distributions: dict[str, str] = {}

    def add(self, plugin: object, *, name: str, distribution: str) -> None:
        """Register one plugin.

        Raises:
            PluginLoadError: The name is taken, a hook does not exist or lacks an argument, the
                plugin implements none, or it wraps the answers of others.
        """
        try:
            self.register(plugin, name)
        except pluggy.PluginValidationError as problem:
            why = " ".join(str(problem).splitlines()[1:])
            raise _failure(name, distribution, why) from problem
        except ValueError as problem:
            taken = self.distributions.get(name)
            why = f"{taken} has a plugin of that name" if taken else "it is registered already"
            raise _failure(name, distribution, why) from problem
        self._check_hooks(plugin, name, distribution)
        self.distributions[name] = distribution

    def mute(self, hook: str) -> None:
        """Ask nobody from now on where this hook would be called, as a simulation must."""
        self._muted.add(hook)

    def answers(self, hook: str, /, **arguments: object) -> Iterator[tuple[str, Any]]:
        """Ask each plugin that answers a hook, with all its arguments; yield name and answer.

        Returns:
            Pairs in the order pluggy calls them; plugins that say ``None`` are left out.

        Raises:
            HookError: A plugin raised; names it and its distribution.
        """
        for implementation in self._answering(hook):
            answer = self._ask(implementation, hook, arguments)
            if answer is not None:
                yield implementation.plugin_name, answer

    def failures(self, hook: str, /, **arguments: object) -> tuple[HookError, ...]:
        """Call a hook whose answers do not matter, on every plugin, and return what failed."""
        failed: list[HookError] = []
        for implementation in self._answering(hook):
            try:
                self._ask(implementation, hook, arguments)
            except HookError as problem:
                failed.append(problem)
        return tuple(failed)

    def tell(self, name: str, hook: str, /, **arguments: object) -> None:
        """Call a hook, with all its arguments, on the plugin of one name alone.

        Raises:
            ConfigError: No plugin of that name answers this hook.
            HookError: The plugin raised; names it and its distribution.
        """
        answering = {found.plugin_name: found for found in self._answering(hook)}
        if name not in answering:
            near = nearest_names(name, answering)
            hint = (
                f"Did you mean {near[0]}?" if near else "Install it; `dunning plugins` lists all."
            )
            raise ConfigError(f"No plugin {name!r} answers {hook}", hint=hint)
        self._ask(answering[name], hook, arguments)

    def refused(self, name: str, hook: str, why: str, *, hint: str | None = None) -> HookError:
        """Return the error that says why a plugin failed in a hook, and what to do about it."""
        distribution = self.distributions.get(name, GIVEN)
        message = f"Plugin {name} of {distribution} failed in {hook}: {why}"
        return HookError(message, hint=hint or REMEDY, plugin=name, distribution=distribution)

    def _check_hooks(self, plugin: object, name: str, distribution: str) -> None:
        callers = self.get_hookcallers(plugin) or ()
        if not callers:
            why = "it implements no hook; mark its functions with dunning_sdk.hooks.hookimpl"
            raise _failure(name, distribution, why)
        for caller in callers:
            if not caller.has_spec():
                near = nearest_names(caller.name, HOOKS, limit=1)
                question = f"; did you mean {near[0]}?" if near else ""
                why = f"there is no hook {caller.name}{question}"
                raise _failure(name, distribution, why)
        for found in (found for caller in callers for found in caller.get_hookimpls()):
            if found.plugin is plugin and (found.wrapper or found.hookwrapper):
                why = "it wraps a hook, and a plugin answers for itself alone"
                raise _failure(name, distribution, why)

    def _answering(self, hook: str) -> list[HookImpl]:
        """Return the implementations of a hook, first called first; none of a muted one."""
        if hook in self._muted:
            return []
        caller: pluggy.HookCaller = getattr(self.hook, hook)
        return caller.get_hookimpls()[::-1]

    def _ask(self, found: HookImpl, hook: str, arguments: Mapping[str, object]) -> object:
        name = found.plugin_name
        try:
            answer: object = found.function(*(arguments[known] for known in found.argnames))
        except DunningError as problem:
            raise self.refused(name, hook, problem.message, hint=problem.hint) from problem
        except Exception as problem:
            raise self.refused(name, hook, type(problem).__name__) from problem
        if self._traced:
            said = answer if isinstance(answer, str | None) else type(answer).__name__
            sys.stderr.write(f"hook {hook}: {name} says {said}\n")
        return answer


def build_manager(plugins: Iterable[object] = (), *, installed: bool = False) -> Plugins:
    """Return the built-in plugins, those given, and perhaps the installed ones.

    Args:
        plugins: Modules or objects with hook implementations.
        installed: Also load distributions that declare an entry point in group ``dunning_sdk``.

    Raises:
        PluginLoadError: A plugin failed to import, has an unknown hook or a wrong argument, or
            ``DUNNING_LOAD_PLUGINS`` names one that is not installed.
    """
    manager = Plugins(traced=os.environ.get("DUNNING_TRACE_PLUGINS", "0") not in ("", "0"))
    for name, plugin in _built_in():
        manager.add(plugin, name=name, distribution=OWN)
    for plugin in plugins:
        name = getattr(plugin, "__name__", type(plugin).__name__)
        manager.add(plugin, name=name, distribution=GIVEN)
    for entry in _wanted() if installed else ():
        distribution = _distribution(entry)
        manager.add(_loaded(entry, distribution), name=entry.name, distribution=distribution)
    return manager


def describe(manager: Plugins) -> list[dict[str, Any]]:
    """Return what is loaded: name, distribution, module and hooks of each plugin, by name."""
    return [
        {
            "name": name,
            "distribution": manager.distributions[name],
            "module": getattr(plugin, "__name__", type(plugin).__name__),
            "hooks": sorted(caller.name for caller in manager.get_hookcallers(plugin) or ()),
        }
        for name, plugin in sorted(manager.list_name_plugin(), key=lambda item: item[0])
        if plugin is not None
    ]


def connectors(manager: Plugins) -> dict[tuple[str, str], hooks.ConnectorSpec]:
    """Return every registered connector by capability and name.

    Raises:
        HookError: A plugin raised, answered something else than connectors, or used a name that
            is taken.
    """
    hook = "dunning_register_connectors"
    found: dict[tuple[str, str], hooks.ConnectorSpec] = {}
    owners: dict[tuple[str, str], str] = {}
    for name, specs in _in_order(manager, hook):
        for spec in specs if isinstance(specs, (list, tuple)) else (specs,):
            if not isinstance(spec, hooks.ConnectorSpec):
                raise manager.refused(name, hook, f"{type(spec).__name__} is no ConnectorSpec")
            if spec.capability not in hooks.CAPABILITIES:
                known = ", ".join(hooks.CAPABILITIES)
                why = f"{spec.capability!r} is no capability; there are {known}"
                raise manager.refused(name, hook, why)
            key = (spec.capability, spec.name)
            if key in found:
                why = f"connector {spec.name} for {spec.capability} is taken by {owners[key]}"
                raise manager.refused(name, hook, why)
            found[key], owners[key] = spec, name
    return found


def rule_books(manager: Plugins) -> dict[str, Mapping[str, str]]:
    """Return the files of every registered rule book by id.

    Raises:
        HookError: A plugin raised, answered something else than books, or used an id that is
            taken.
    """
    hook = "dunning_register_rule_books"
    found: dict[str, Mapping[str, str]] = {}
    owners: dict[str, str] = {}
    for name, books in _in_order(manager, hook):
        if not isinstance(books, Mapping):
            raise manager.refused(name, hook, f"{type(books).__name__} is no mapping of books")
        for book, files in books.items():
            if book in found:
                raise manager.refused(name, hook, f"book {book} is taken by {owners[book]}")
            found[book], owners[book] = files, name
    return found


def _in_order(manager: Plugins, hook: str) -> list[tuple[str, Any]]:
    """Return the answers in the order of registration: who comes later is at fault."""
    return list(manager.answers(hook))[::-1]


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


def _built_in() -> list[tuple[str, object]]:
    from dunning_sdk.connectors import builtin

    return [("dunning_sdk.connectors", builtin), ("dunning_sdk.rules", ShippedBooks())]


def _wanted() -> list[EntryPoint]:
    """Return the entry points to load, by distribution and name."""
    found = sorted(entry_points(group=GROUP), key=lambda entry: (_distribution(entry), entry.name))
    listed = os.environ.get("DUNNING_LOAD_PLUGINS")
    if listed is None:
        return found
    wanted = {name.strip() for name in listed.split(",")} - {""}
    names = {entry.name for entry in found}
    for name in sorted(wanted - names):
        message = f"DUNNING_LOAD_PLUGINS names {name}, and no such plugin is installed"
        near = nearest_names(name, names)
        hint = f"Did you mean {' or '.join(near)}?" if near else "Install it, or take it out."
        raise PluginLoadError(message, hint=hint, plugin=name)
    return [entry for entry in found if entry.name in wanted]


def _distribution(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else "an unknown distribution"


def _loaded(entry: EntryPoint, distribution: str) -> object:
    try:
        return entry.load()
    except Exception as problem:
        why = f"{type(problem).__name__}: {problem}"
        raise _failure(entry.name, distribution, why) from problem


def _failure(name: str, distribution: str, why: str) -> PluginLoadError:
    message = f"Plugin {name} of {distribution} could not be loaded: {why}"
    return PluginLoadError(message, hint=REMEDY, plugin=name, distribution=distribution)
