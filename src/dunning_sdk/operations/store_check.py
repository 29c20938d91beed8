"""Look at what the store holds: clock, chains, digests, projections, ledgers, outbox, runs, books.

Each function yields what it found in an open transaction, and changes nothing.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from dunning_sdk.engine.engine import Engine
from dunning_sdk.engine.figuring import unsound_figures
from dunning_sdk.engine.refolding import misfits, unlisted
from dunning_sdk.errors import DunningError
from dunning_sdk.money.bookkeeping import unsound_ledgers
from dunning_sdk.operations.finding import Finding, fault, fine, warning
from dunning_sdk.operations.signal_check import compared
from dunning_sdk.records.heads import by_month, day_digests, fits
from dunning_sdk.store.interface import OutboxState, Session

AHEAD_MAX: Final = timedelta(minutes=5)
QUIET_DAYS_MAX: Final = 3
SHOWN_MAX: Final = 5


def clock(session: Session) -> Iterator[Finding]:
    """Compare this clock with what was recorded."""
    latest = session.recorded_until()
    now = datetime.now(UTC)
    if latest is not None and latest > now + AHEAD_MAX:
        text = f"events were recorded at {latest:%Y-%m-%d %H:%M} UTC, ahead of this clock"
        yield fault("clock", text, "Set the clock of this machine, or of the one that wrote them.")
    else:
        yield fine("clock", f"{now:%Y-%m-%d %H:%M} UTC, after everything recorded")


def chains(session: Session) -> Iterator[Finding]:
    """Hold every event against its digest."""
    streams = session.streams()
    faults = [text for stream in streams for text in session.verify(stream)]
    for text in faults[:SHOWN_MAX]:
        yield fault("chains", text, "Restore the latest backup that is sound, and compare.")
    if len(faults) > SHOWN_MAX:
        yield fault("chains", f"{len(faults) - SHOWN_MAX} more faults", "Restore a backup.")
    if not faults:
        yield fine("chains", f"{len(streams)} streams are whole")


def digests(session: Session, tenant: str) -> Iterator[Finding]:
    """Compare the log with what was handed out of it: the last digest of each month."""
    known = by_month(day_digests(session))
    for digest in known:
        if not fits(session, tenant, digest):
            text = f"the log no longer holds what was digested on {digest.on}"
            hint = "Streams were changed or cut off, or the clock was set back: compare a backup."
            yield fault("digests", text, hint)
            return
    yield fine("digests", f"the log holds what {len(known)} digests of it say")


def projections(session: Session) -> Iterator[Finding]:
    """Hold every receivable against its events."""
    wrong = [row.receivable.id for row in misfits(session)]
    if wrong:
        shown = ", ".join(wrong[:SHOWN_MAX])
        text = f"{len(wrong)} receivables do not fit their events: {shown}"
        yield fault("projections", text, "Run `dunning doctor --mend`.")
    elif strays := list(unlisted(session)):
        text = f"what waits is not as events say for {', '.join(strays[:SHOWN_MAX])}"
        yield fault("projections", text, "Run `dunning doctor --mend`.")
    else:
        yield fine("projections", "every receivable fits its events")


def figures(session: Session) -> Iterator[Finding]:
    """Hold the figures kept last against their events."""
    faults = list(unsound_figures(session))
    for text in faults:
        yield fault("figures", text, "Run `dunning doctor --mend`; the next run keeps new ones.")
    if not faults:
        yield fine("figures", "the figures kept last are those of their events")


def ledgers(session: Session) -> Iterator[Finding]:
    """Look whether every ledger balances."""
    faults = list(unsound_ledgers(session))
    for text in faults[:SHOWN_MAX]:
        yield fault("ledgers", text, "Run `dunning doctor --mend`; then `dunning ledger` on it.")
    if not faults:
        yield fine("ledgers", "debits equal credits, and every ledger is open as its receivable")


def outbox(session: Session, on: date) -> Iterator[Finding]:
    """Look at what waits, failed, or may have left."""
    states = [
        act.state for act in session.acts(states=(OutboxState.SENDING, OutboxState.UNCERTAIN))
    ]
    uncertain = states.count(OutboxState.UNCERTAIN)
    if uncertain:
        text = f"{uncertain} acts may have left, and nobody knows"
        yield warning("outbox", text, "`dunning review` lists them; record what is known.")
    failed = [item for item in session.reviews() if item.kind == "act-failed"]
    if failed:
        text = f"{len(failed)} acts failed for good"
        yield warning("outbox", text, "`dunning review` lists them; `dunning record answer` frees.")
    waiting = session.deliveries()
    late = [each for each in waiting if each.on < on]
    if late:
        text = f"{len(late)} notices of earlier days wait"
        yield warning("outbox", text, "Run `dunning run` or `dunning worker`.")
    for gate in session.gates():
        if gate.resting_until is not None and gate.resting_until > datetime.now(UTC):
            text = f"channel {gate.channel} rests after {gate.failures} failures in a row"
            yield warning("outbox", text, "Look at the system behind it.")
    leased = len(session.leased())
    yield fine("outbox", f"{len(waiting)} notices wait, {leased} of them taken")


def signals(engine: Engine, session: Session, on: date) -> Iterator[Finding]:
    """Hold what plugins propose against the events."""
    for name, count, differing in compared(engine, session, on):
        hint = "Tables read the events alone; look at the plugin."
        yield from (fault("signals", f"{name}: {text}", hint) for text in differing[:SHOWN_MAX])
        if not differing:
            yield fine("signals", f"{count} proposed by {name} are as the events say")


def runs(session: Session, on: date) -> Iterator[Finding]:
    """Look when the last run was."""
    last = session.setting("last_run_on")
    if last is None:
        yield fine("runs", "none yet")
        return
    days = (on - date.fromisoformat(str(last))).days
    if days > QUIET_DAYS_MAX:
        text = f"the last run was for {last}, {days} days ago"
        yield warning("runs", text, "See that something calls `dunning run` every day.")
    else:
        yield fine("runs", f"the last was for {last}")


def kept_books(engine: Engine, session: Session) -> Iterator[Finding]:
    """Hold every book that a receivable stays on against the hash it is kept under."""
    used = sorted({row.receivable.book_hash for row in session.receivables()} - {""})
    for digest in used:
        try:
            found = engine.library.kept_hash(digest, session)
        except DunningError as problem:
            text = f"the book kept as {digest[:12]} cannot be used: {problem.message}"
            yield fault("books", text, "Restore it from a backup.")
            continue
        if found != digest:
            text = f"the book kept as {digest[:12]} has the hash {found[:12]}: it was changed"
            yield fault("books", text, "Restore it from a backup.")
    yield fine("books", f"{len(used)} versions are in use")
