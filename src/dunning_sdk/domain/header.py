"""The values in an event's clear header, read strictly: a wrong one names the event.

What each header must hold is decided where its event is folded, in `fold` and `fold_stop`.
"""

from datetime import date
from enum import StrEnum
from typing import TypeVar

from dunning_sdk.domain.event import Event
from dunning_sdk.errors import DomainError

_Word = TypeVar("_Word", bound=StrEnum)


def fault(happened: Event, what: str) -> DomainError:
    """Return the error that names an event of a receivable and what is wrong with it."""
    message = f"Event {happened.seq} of receivable {happened.stream.id} {what}"
    return DomainError(message, hint="Run `dunning doctor`.")


def text_in(happened: Event, key: str) -> str:
    """Return a text; empty where there is none."""
    return str(happened.header.get(key) or "")


def number_in(happened: Event, key: str) -> int:
    """Return a whole number; 0 where there is none, DomainError where it is something else."""
    value = happened.header.get(key) or 0
    if not isinstance(value, int) or value is True:
        raise fault(happened, f"has no whole number as {key}")
    return value


def day_in(happened: Event, key: str) -> date | None:
    """Return a day, or ``None`` where there is none; DomainError where it cannot be read."""
    text = text_in(happened, key)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as exc:
        raise fault(happened, f"has no date as {key}") from exc


def needed_day_in(happened: Event, key: str) -> date:
    """Return a day; DomainError where there is none."""
    day = day_in(happened, key)
    if day is None:
        raise fault(happened, f"has no date as {key}")
    return day


def word_in(happened: Event, key: str, words: type[_Word]) -> _Word:
    """Return one of a list of words; DomainError where it is none of them."""
    try:
        return words(text_in(happened, key))
    except ValueError as exc:
        raise fault(happened, f"has an unknown word as {key}") from exc
