"""Hook specifications: what a plugin may add or forbid.

A plugin is a module or object whose functions are marked with `hookimpl` and named as below;
it takes the arguments it needs and leaves out the rest. Built-in connectors and books are
registered through the same hooks.

>>> from dunning_sdk.hooks import hookimpl
>>> @hookimpl
... def dunning_veto_notice(template):
...     return "post-closed" if template == "formal-notice" else None
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import pluggy

PROJECT: Final = "dunning_sdk"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

CAPABILITIES: Final = (
    "invoices",
    "payments",
    "drafts",
    "sanctions",
    "news",
    "webhook",
    "scores",
    "channel",
    "placement",
    "sink",
    "financier",
    "companies",
    "payment-links",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a connector may know of the installation it works in.

    Attributes:
        folder: Folder of ``dunning.toml``; relative paths in options start here.
        out: Folder for everything written.
        parties: Actor to its party, as ``dunning.toml`` names them (`domain.party.Party`).
        language: Default language, ISO 639-1.
        currency: Default currency, ISO 4217.
        sent_on: Day stamped on what is sent; the date of the run.
        channel: Returns a configured notice channel by name, for connectors that send mail.
        request_mail: Returns what writes the mails to a financier without an interface.
    """

    folder: Path
    out: Path
    parties: Mapping[str, Any]
    language: str
    currency: str
    sent_on: date
    channel: Callable[[str], Any]
    request_mail: Callable[[], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorSpec:
    """One kind of connector a configuration can name.

    Attributes:
        capability: One of `CAPABILITIES`.
        name: Word used in ``dunning.toml``, e.g. ``csv``.
        build: Takes the options of that section and the surroundings; returns the connector.
            Raises ConfigError naming the option at fault.
    """

    capability: str
    name: str
    build: Callable[[Mapping[str, Any], Surroundings], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedSignal:
    """What a plugin found in a debtor's past.

    Attributes:
        debtor_id: Whose.
        name: Of the pattern.
        value: A count, or whether it is so.
        made_by: What happened that makes it (`domain.occurrence.Occurrence`), oldest first.
    """

    debtor_id: str
    name: str
    value: int | bool
    made_by: tuple[Any, ...] = ()


class Hooks:
    """The hooks, one method each; names and arguments never change meaning."""

    @hookspec
    def dunning_register_connectors(self) -> Sequence[ConnectorSpec]:  # type: ignore[empty-body]  # specs have no body
        """Return the connectors this plugin brings.

        A name that another plugin registered for the same capability is refused.
        """

    @hookspec
    def dunning_register_rule_books(self) -> Mapping[str, Mapping[str, str]]:  # type: ignore[empty-body]  # as above
        """Return rule books by id, each a mapping of file name to text.

        An id that another plugin registered is refused.
        """

    @hookspec
    def dunning_veto_notice(
        self,
        receivable_ids: Sequence[str],
        step_id: str,
        template: str,
        channel: str,
        legal_effect: bool,
        as_of: date,
    ) -> str | None:
        """Return a reason id to hold a notice back for the day, or None to let it pass.

        Asked for each notice that is due, after the guards of the book, and asked again before
        the notice leaves. The answer is kept as the reason ``plugin:NAME:REASON``.

        Args:
            receivable_ids: What the notice would be about; today always one.
            step_id: The step that is due.
            template: Of the notice.
            channel: Preferred channel, such as ``email``.
            legal_effect: Whether the step has legal effect, as a formal notice has.
            as_of: Day the notice would leave.
        """

    @hookspec
    def dunning_after_run(self, report: Mapping[str, Any]) -> None:
        """Look at the report of a run that ended and is stored; the answer is ignored.

        A plugin that raises undoes nothing: its error becomes a message of the run. In a
        simulation nobody is called.

        Args:
            report: ``as_of``, ``proposal_id``, and the lists ``sent``, ``handed``, ``failed``,
                ``uncertain``, ``waiting``, ``asked`` of act ids (and numbers of issued
                documents in ``sent``), ``cancelled`` from act id to reason, ``messages``,
                ``host_events`` (``kind`` ``credit-hold`` or ``credit-release``, ``debtor_id``,
                ``reasons``, ``receivables``), ``time_limits`` of recovery, the nearest first,
                and ``heads``, the day's digest of the whole log: ``on``, ``streams`` and
                ``root``. Kept outside, a ``root`` shows later that nothing was changed or cut
                off.
        """

    @hookspec
    def dunning_propose_signals(  # type: ignore[empty-body]  # as above
        self, patterns: Sequence[Any], occurrences: Mapping[str, Sequence[Any]], as_of: date
    ) -> Sequence[ProposedSignal]:
        """Return the signals that another runner of declared patterns finds.

        Nothing is decided by them: tables read what the events say. `dunning doctor` asks for
        them, compares each with the events, and calls a difference a fault. A signal that is not
        among the answers was not looked for.

        Args:
            patterns: What the books in use look for (`rules.pattern.Pattern`).
            occurrences: What happened to each debtor (`domain.occurrence.Occurrence`), by his id.
            as_of: Last day of every window.
        """

    @hookspec
    def dunning_hear_event(
        self, id: str, event: Mapping[str, Any], options: Mapping[str, Any], folder: Path
    ) -> None:
        """Take one event of the log, told by a section ``[webhooks.NAME]`` with this ``plugin``.

        Events come in order per stream and at least once. A plugin that raises did not take its
        event: it is told again later, and the stream waits.

        Args:
            id: The same whenever the event is told again.
            event: ``type``, ``timestamp`` and ``data``, as an endpoint is told them.
            options: The section's ``options``.
            folder: Folder of ``dunning.toml``; relative paths in options start here.
        """
