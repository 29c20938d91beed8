"""Folding all receivables again where another version of the package folded them.

Events are the truth and projections a copy of what they add up to; a version may add them up
otherwise, or keep more of them. So the first opening by another version, or by one that keeps
other figures for lists and sums, makes the copies anew.
"""

from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from typing import Final

from dunning_sdk.debtors.waiting import keep_all_waits, waits_in_threads
from dunning_sdk.domain.financed import fold_financing
from dunning_sdk.domain.fold import fold
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.financing.asking import questions
from dunning_sdk.installation.config import Config
from dunning_sdk.store.interface import ReceivableRow, ReviewItem, Session, Store
from dunning_sdk.store.standing import SHAPE, standing_of

FOLDED_BY: Final = "folded_by"


def open_folded(config: Config) -> Store:
    """Open the store of a configuration, its projections made by this version.

    Raises:
        StoreError: The store cannot be opened, or an event cannot be read.
    """
    store = config.open_store()
    try:
        with store.begin() as session:
            mine = f"{version('dunning-sdk')}, figures {SHAPE}"
            if session.setting(FOLDED_BY) != mine:
                refold(session)
                session.put_setting(FOLDED_BY, mine)
    except BaseException:
        store.close()
        raise
    return store


def refold(session: Session) -> int:
    """Make the projection of every receivable anew; each is looked at in the next run.

    Args:
        session: Open transaction.

    Returns:
        How many receivables there are.
    """
    rows = [ReceivableRow(receivable=one, review_on=one.entered_on) for one in folded(session)]
    session.put_receivables(rows)
    relist(session)
    return len(rows)


def relist(session: Session) -> None:
    """Make anew what waits in threads and what follows from financings."""
    keep_all_waits(session)
    nothing: dict[str, list[ReviewItem]] = {
        item.subject: [] for item in session.derived(on=date.max)
    }
    session.put_derived(nothing | _all_derived(session))


def unlisted(session: Session) -> Iterator[str]:
    """Yield the debtors and financings of which what waits is not as their events say."""
    for debtor_id, waits in waits_in_threads(session).items():
        if set(session.waits_in(debtor_id)) != set(waits):
            yield debtor_id
    listed: dict[str, set[str]] = {}
    for item in session.derived(on=date.max):
        listed.setdefault(item.subject, set()).add(item.id)
    follows = _all_derived(session)
    for subject in sorted(listed.keys() | follows.keys()):
        if listed.get(subject, set()) != {item.id for item in follows.get(subject, ())}:
            yield subject


def _all_derived(session: Session) -> dict[str, list[ReviewItem]]:
    """Return what follows from every financing, by financing."""
    streams = session.events_of("financing").items()
    found = ((id, fold_financing(stream)) for id, stream in streams)
    return {id: list(questions([one])) for id, one in found if one is not None}


def folded(session: Session) -> Iterator[Receivable]:
    """Yield every receivable as its events add up."""
    for events in session.events_of("receivable").values():
        state = fold(events)
        if state is not None:
            yield state


def misfits(session: Session) -> Iterator[ReceivableRow]:
    """Yield, as they should be, the projections that are not the fold of their events.

    What lists and sums are read from is compared as well.
    """
    kept = {row.receivable.id: row for row in session.receivables()}
    standings = session.standings_of(kept)
    for state in folded(session):
        row = kept.get(state.id)
        is_listed = standings.get(state.id) == standing_of(state)
        if row is None or row.receivable != state or not is_listed:
            review_on = row.review_on if row else state.entered_on
            yield ReceivableRow(receivable=state, review_on=review_on)
