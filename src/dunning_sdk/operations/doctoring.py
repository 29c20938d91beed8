"""Examine an installation: what is wrong with it, and what to do about it.

The module decides what is looked at and how bad a finding is; it changes nothing, except that
`mend` builds projections again from their events, which are the truth.
"""

import os
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Final

from dunning_sdk.engine.engine import Engine
from dunning_sdk.engine.figuring import unsound_figures
from dunning_sdk.engine.refolding import misfits, refold, relist, unlisted
from dunning_sdk.errors import DunningError, StoreError
from dunning_sdk.money.bookkeeping import unsound_ledgers
from dunning_sdk.operations.finding import Finding as Finding
from dunning_sdk.operations.finding import Verdict as Verdict
from dunning_sdk.operations.finding import fault, fine, warning
from dunning_sdk.operations.signal_check import compared
from dunning_sdk.records.heads import by_month, day_digests, fits
from dunning_sdk.store.interface import OutboxState, Session
from dunning_sdk.webhooks.webhooks import Webhooks

AHEAD_MAX: Final = timedelta(minutes=5)
QUIET_DAYS_MAX: Final = 3
SHOWN_MAX: Final = 5


def examine(engine: Engine, *, on: date) -> list[Finding]:
    """Return what was found, in the order it was looked at.

    Args:
        engine: An open engine.
        on: The tenant's calendar day.
    """
    with engine.store.begin() as session:
        inside = [
            *_tried("clock", lambda: _clock(session)),
            *_tried("chains", lambda: _chains(session)),
            *_tried("digests", lambda: _digests(session, engine.config.tenant)),
            *_tried("projections", lambda: _projections(session)),
            *_tried("figures", lambda: _figures(session)),
            *_tried("ledgers", lambda: _ledgers(session)),
            *_tried("outbox", lambda: _outbox(session, on)),
            *_tried("runs", lambda: _runs(session, on)),
            *_tried("books", lambda: _kept_books(engine, session)),
            *_tried("signals", lambda: _signals(engine, session, on)),
        ]
    return [
        *_tried("configuration", lambda: _configuration(engine)),
        *_tried("secret", lambda: _secret(engine)),
        *_tried("books", lambda: _books(engine)),
        *_tried("plugins", lambda: _plugins(engine)),
        *_tried("connectors", lambda: _connectors(engine, on)),
        *_tried("webhooks", lambda: _webhooks(engine)),
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


def _configuration(engine: Engine) -> Iterator[Finding]:
    config = engine.config
    file = config.folder / "dunning.toml"
    if file.is_file() and os.name == "posix" and file.stat().st_mode & stat.S_IWOTH:
        yield warning("configuration", "anybody may change dunning.toml", "Run `chmod o-w` on it.")
    yield fine("configuration", f"tenant {config.tenant}, operator {config.operator}")


def _secret(engine: Engine) -> Iterator[Finding]:
    config = engine.config
    path = config.folder / config.store.secret_file
    if config.store.new_secret(config.folder):
        text = "a new secret is set, and keys are not rotated yet or the old one still stands"
        yield warning("secret", text, "Run `dunning keys rotate`, and do what it says.")
    if os.environ.get(config.store.secret_env):
        yield fine("secret", f"from the variable {config.store.secret_env}")
    elif (
        path.is_file()
        and os.name == "posix"
        and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ):
        yield warning("secret", f"others may read {path.name}", f"Run `chmod 600 {path.name}`.")
    else:
        yield fine("secret", f"from the file {path.name}")


def _books(engine: Engine) -> Iterator[Finding]:
    for name in engine.config.books:
        book = engine.library.load(name)
        yield fine("books", f"{name} {book.version} is sound, hash {book.hash[:12]}")


def _kept_books(engine: Engine, session: Session) -> Iterator[Finding]:
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


def _plugins(engine: Engine) -> Iterator[Finding]:
    names = sorted(set(engine.plugins.distributions.values()))
    yield fine("plugins", f"loaded from {', '.join(names)}")


def _connectors(engine: Engine, on: date) -> Iterator[Finding]:
    wiring, config = engine.wiring, engine.config
    builders: list[tuple[str, Callable[[], object]]] = [
        ("sources of invoices", lambda: wiring.invoice_sources(on)),
        ("sources of payments", lambda: wiring.payment_sources(on)),
        ("sources of drafts", lambda: wiring.invoice_sources(on, drafts=True)),
        ("sources of news", lambda: wiring.news_sources(on)),
    ]
    if config.financier is not None or "financier" in config.parties:
        builders.append(("financier", lambda: wiring.financier(on)))
    channel = wiring.channels(on)
    builders += [(f"channel {name}", partial(channel, name)) for name in config.channels]
    for name, build in builders:
        try:
            build()
        except DunningError as problem:
            yield fault("connectors", f"{name}: {problem.message}", problem.hint or "")
    for name in sorted(config.limits.keys() - config.channels.keys()):
        text = f"[limits.{name}] limits a channel that is not configured"
        yield warning("connectors", text, f"Add [channels.{name}], or remove the limits.")
    yield fine("connectors", f"mode {config.mode}, {len(config.channels)} channels configured")


def _webhooks(engine: Engine) -> Iterator[Finding]:
    for text in Webhooks(engine).stuck():
        yield warning("webhooks", text, "`dunning webhooks list` shows it; resume, or skip.")


def _clock(session: Session) -> Iterator[Finding]:
    latest = session.recorded_until()
    now = datetime.now(UTC)
    if latest is not None and latest > now + AHEAD_MAX:
        text = f"events were recorded at {latest:%Y-%m-%d %H:%M} UTC, ahead of this clock"
        yield fault("clock", text, "Set the clock of this machine, or of the one that wrote them.")
    else:
        yield fine("clock", f"{now:%Y-%m-%d %H:%M} UTC, after everything recorded")


def _chains(session: Session) -> Iterator[Finding]:
    streams = session.streams()
    faults = [text for stream in streams for text in session.verify(stream)]
    for text in faults[:SHOWN_MAX]:
        yield fault("chains", text, "Restore the latest backup that is sound, and compare.")
    if len(faults) > SHOWN_MAX:
        yield fault("chains", f"{len(faults) - SHOWN_MAX} more faults", "Restore a backup.")
    if not faults:
        yield fine("chains", f"{len(streams)} streams are whole")


def _digests(session: Session, tenant: str) -> Iterator[Finding]:
    """Compare the log with what was handed out of it: the last digest of each month."""
    known = by_month(day_digests(session))
    for digest in known:
        if not fits(session, tenant, digest):
            text = f"the log no longer holds what was digested on {digest.on}"
            hint = "Streams were changed or cut off, or the clock was set back: compare a backup."
            yield fault("digests", text, hint)
            return
    yield fine("digests", f"the log holds what {len(known)} digests of it say")


def _projections(session: Session) -> Iterator[Finding]:
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


def _figures(session: Session) -> Iterator[Finding]:
    faults = list(unsound_figures(session))
    for text in faults:
        yield fault("figures", text, "Run `dunning doctor --mend`; the next run keeps new ones.")
    if not faults:
        yield fine("figures", "the figures kept last are those of their events")


def _ledgers(session: Session) -> Iterator[Finding]:
    faults = list(unsound_ledgers(session))
    for text in faults[:SHOWN_MAX]:
        yield fault("ledgers", text, "Run `dunning doctor --mend`; then `dunning ledger` on it.")
    if not faults:
        yield fine("ledgers", "debits equal credits, and every ledger is open as its receivable")


def _outbox(session: Session, on: date) -> Iterator[Finding]:
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


def _signals(engine: Engine, session: Session, on: date) -> Iterator[Finding]:
    for name, count, differing in compared(engine, session, on):
        hint = "Tables read the events alone; look at the plugin."
        yield from (fault("signals", f"{name}: {text}", hint) for text in differing[:SHOWN_MAX])
        if not differing:
            yield fine("signals", f"{count} proposed by {name} are as the events say")


def _runs(session: Session, on: date) -> Iterator[Finding]:
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
