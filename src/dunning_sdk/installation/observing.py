"""What the engine tells about its own work: verbs, decisions, acts, dispatches, retries.

Decides what is told and in which words; to whom, is decided by who sets `Engine.observer`. This
one logs under ``dunning_sdk.engine`` and tells nobody else; logging is set up by hosts, never
here. Ids of acts, channels, counts and seconds are told, and nothing personal.
"""

import functools
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, Protocol, TypeVar

from dunning_sdk.domain.notice import Message, Receipt

if TYPE_CHECKING:
    from dunning_sdk.installation.config import Config

OUTCOMES: Final = ("sent", "handed", "failed", "uncertain", "cancelled", "deferred")
"""What becomes of acts, as `RunReport` lists them."""
FIELDS: Final = "fields"
"""Attribute of a log record that holds what is said in words as name and value."""

_log: Final = logging.getLogger("dunning_sdk.engine")
_log.addHandler(logging.NullHandler())  # else Python prints warnings where a host set up nothing
Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class Observer:
    """Is told of the engine's work; may be called from several threads at once.

    To hear it elsewhere, write a class with the same four methods, and call these too.
    """

    @contextmanager
    def span(self, name: str, **labels: str) -> Iterator[None]:
        """Stand around a piece of work.

        Args:
            name: Of the work: a verb of the façade, or ``dispatch``.
            labels: Such as ``tenant``, ``as_of`` or ``channel``.
        """
        started = time.perf_counter()
        try:
            yield
        except BaseException as problem:
            self._say(logging.WARNING, f"{name} failed", **labels, problem=type(problem).__name__)
            raise
        seconds = round(time.perf_counter() - started, 6)
        self._say(logging.INFO, f"{name} done", **labels, seconds=seconds)

    def count(self, name: str, number: int = 1, **labels: str) -> None:
        """Count something that happened.

        Args:
            name: ``runs``, ``decisions``, ``acts`` or ``retries``.
            number: How often.
            labels: Such as ``outcome`` or ``channel``.
        """
        self._say(logging.INFO, f"{number} {name}", **labels, number=number)

    def seconds(self, name: str, value: float, **labels: str) -> None:
        """Take how long something took, in seconds; ``dispatch``, by ``channel`` and ``status``."""

    def _say(self, level: int, text: str, **fields: str | float) -> None:
        if _log.isEnabledFor(level):
            words = " ".join(f"{name}={value}" for name, value in fields.items())
            _log.log(level, "%s %s", text, words, extra={FIELDS: fields})


class Several(Observer):
    """Tells several observers, in their order."""

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers

    @contextmanager
    def span(self, name: str, **labels: str) -> Iterator[None]:
        """Stand around a piece of work."""
        if not self._observers:
            yield
            return
        first, rest = self._observers[0], Several(*self._observers[1:])
        with first.span(name, **labels), rest.span(name, **labels):
            yield

    def count(self, name: str, number: int = 1, **labels: str) -> None:
        """Count something that happened."""
        for one in self._observers:
            one.count(name, number, **labels)

    def seconds(self, name: str, value: float, **labels: str) -> None:
        """Take how long something took."""
        for one in self._observers:
            one.seconds(name, value, **labels)


class _Observed(Protocol):
    observer: Observer
    config: "Config"


Host = TypeVar("Host", bound=_Observed)


def observed(
    verb: Callable[Concatenate[Host, Given], Answer],
) -> Callable[Concatenate[Host, Given], Answer]:
    """Have a verb of the façade told as a span, and what it answers counted."""
    name = verb.__name__

    @functools.wraps(verb)
    def told(host: Host, /, *args: Given.args, **kwargs: Given.kwargs) -> Answer:
        observer, tenant = host.observer, host.config.tenant
        labels = {"tenant": tenant}
        if "as_of" in kwargs:
            labels["as_of"] = str(kwargs["as_of"])
        with observer.span(name, **labels):
            answer = verb(host, *args, **kwargs)
            if name == "run" and isinstance(answer, tuple):
                observer.count("runs", tenant=tenant)
                tell_decisions(observer, answer[0], tenant=tenant)
            elif name == "propose":
                tell_decisions(observer, answer, tenant=tenant)
            elif name == "execute":
                tell_acts(observer, answer, tenant=tenant)
        return answer

    return told


def tell_acts(observer: Observer, report: object, *, tenant: str) -> None:
    """Count what became of the acts of a report.

    Args:
        observer: Is told.
        report: A `RunReport`.
        tenant: Whose.
    """
    for outcome in OUTCOMES:
        number = len(getattr(report, outcome))
        if number:
            observer.count("acts", number, tenant=tenant, outcome=outcome)


def tell_decisions(observer: Observer, proposal: Any, *, tenant: str) -> None:  # noqa: ANN401
    """Count the decisions of a proposal by outcome."""
    due, expected = len(proposal.acts), len(proposal.expected)
    found = Counter({"due": due, "expected": expected, "financing": len(proposal.financing)})
    found.update(str(one.outcome) for one in proposal.others)
    for outcome, number in sorted(found.items()):
        if number:
            observer.count("decisions", number, tenant=tenant, outcome=outcome)


def dispatched(
    observer: Observer,
    tenant: str,
    channel: str,
    hand_over: Callable[[Message], Receipt],
    written: Message | Receipt,
) -> Receipt:
    """Hand a notice to a channel, and tell how long that took and what it answered.

    Args:
        observer: Is told.
        tenant: Whose notice.
        channel: Name of the channel.
        hand_over: Hands it over; a failure is a receipt.
        written: The notice, or why it could not be written, which is returned as it is.
    """
    if not isinstance(written, Message):
        return written
    with observer.span("dispatch", tenant=tenant, channel=channel):
        started = time.perf_counter()
        receipt = hand_over(written)
        value = time.perf_counter() - started
    status = receipt.status.value
    observer.seconds("dispatch", value, tenant=tenant, channel=channel, status=status)
    return receipt
