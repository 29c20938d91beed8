"""Examine an installation: what is wrong with it, and what to do about it.

The module decides what is looked at, and in which order; `setup_check` and `store_check` look, and
say how bad a finding is. Nothing is changed, except that `mend` builds projections again from
their events, which are the truth.
"""

from collections.abc import Callable, Iterator
from datetime import date

from dunning_sdk.engine.engine import Engine
from dunning_sdk.engine.refolding import misfits, refold, relist, unlisted
from dunning_sdk.errors import DunningError, StoreError
from dunning_sdk.operations import setup_check, store_check
from dunning_sdk.operations.finding import Finding as Finding
from dunning_sdk.operations.finding import Verdict as Verdict


def examine(engine: Engine, *, on: date) -> list[Finding]:
    """Return what was found, in the order it was looked at.

    Args:
        engine: An open engine.
        on: The tenant's calendar day.
    """
    with engine.store.begin() as session:
        inside = [
            *_tried("clock", lambda: store_check.clock(session)),
            *_tried("chains", lambda: store_check.chains(session)),
            *_tried("digests", lambda: store_check.digests(session, engine.config.tenant)),
            *_tried("projections", lambda: store_check.projections(session)),
            *_tried("figures", lambda: store_check.figures(session)),
            *_tried("ledgers", lambda: store_check.ledgers(session)),
            *_tried("outbox", lambda: store_check.outbox(session, on)),
            *_tried("runs", lambda: store_check.runs(session, on)),
            *_tried("books", lambda: store_check.kept_books(engine, session)),
            *_tried("signals", lambda: store_check.signals(engine, session, on)),
        ]
    return [
        *_tried("configuration", lambda: setup_check.configuration(engine)),
        *_tried("secret", lambda: setup_check.secret(engine)),
        *_tried("books", lambda: setup_check.books(engine)),
        *_tried("plugins", lambda: setup_check.plugins(engine)),
        *_tried("connectors", lambda: setup_check.connectors(engine, on)),
        *_tried("webhooks", lambda: setup_check.webhooks(engine)),
        *inside,
    ]


def mend(engine: Engine) -> int:
    """Build projections that do not fit their events again, and return how many were built.

    Where one cannot be read at all, every one is built again.

    Raises:
        StoreError: An event cannot be read.
    """
    with engine.store.begin() as session:
        try:
            wrong = list(misfits(session))
        except StoreError:
            return refold(session)
        session.put_receivables(wrong)
        listed = len(list(unlisted(session)))
        if listed:
            relist(session)
        return len(wrong) + listed


def _tried(about: str, look: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """Return what an examination yields; one that fails is a finding itself."""
    try:
        return list(look())
    except DunningError as problem:
        text, hint = problem.message, problem.hint or ""
        return [Finding(about=about, verdict=Verdict.FAULT, text=text, hint=hint)]
