"""Payment scores of outside agencies: recorded by a person, or brought in by a connector.

Each is an event of the debtor's stream; the figure is sealed with his key. What it means for
tables is decided in `decisions.payer_score`.
"""

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from dunning_sdk.decisions.payer_score import VALID_DAYS, PayerScore
from dunning_sdk.domain.event import Event, JsonValue, NewEvent, Stream
from dunning_sdk.errors import DomainError, DunningError, InputError, RecordNotFoundError
from dunning_sdk.records.entry import Record, value_of
from dunning_sdk.records.keeping import look_at
from dunning_sdk.store.interface import Session, Store

if TYPE_CHECKING:
    from dunning_sdk.connectors.score import AgencyScore
    from dunning_sdk.installation.wiring import Wiring
    from dunning_sdk.money.intake import PullReport

SCORED: Final = "debtor.scored"
_SCALE: Final = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*\.\.\s*(-?\d+(?:\.\d+)?)\s*")


def record_score(session: Session, entry: Record) -> str:
    """Keep what an agency says of a debtor.

    Raises:
        DomainError: A value is missing, the score is not on its scale, or it is dated after the
            day it is recorded.
    """
    scale = _SCALE.fullmatch(str(value_of(entry, "scale")))
    if scale is None:
        raise DomainError(
            f"scale={entry.values['scale']!r} is no scale",
            hint="Write the worst and the best: scale=0..20.",
        )
    dated_on: date = entry.values.get("dated_on") or entry.on
    if dated_on > entry.on:
        message = f"A score of {dated_on} lies after {entry.on}, when it is recorded"
        raise DomainError(message, hint="Correct dated_on=… or --on.")
    score = PayerScore(
        value=_number(str(value_of(entry, "value"))),
        worst=Decimal(scale[1]),
        best=Decimal(scale[2]),
        source=str(value_of(entry, "source")),
        dated_on=dated_on,
        valid_until=entry.values.get("valid_until_on") or dated_on + timedelta(days=VALID_DAYS),
    )
    _keep(session, entry.subject, score, on=entry.on)
    return f"score of {entry.subject} by {score.source}, valid until {score.valid_until}"


def take_scores(wiring: "Wiring", store: Store, *, as_of: date, report: "PullReport") -> None:
    """Keep what connectors to agencies say of the debtors there are; known scores are passed over.

    Args:
        wiring: Gives the sources; nothing changes where there are none.
        store: Where they are kept.
        as_of: Day of the pull.
        report: Counted into; a score that is none is a problem there.
    """
    sources = wiring.score_sources(as_of)
    if not sources:
        return
    with store.begin() as session:
        debtors = _debtors(session)
        for source in sources:
            batch = source.fetch(tuple(sorted(debtors)))
            report.problems.extend(batch.problems)
            owing = [one for one in batch.records if _company(one.registration) in debtors]
            for found in owing:
                debtor_id = debtors[_company(found.registration)]
                _take(session, debtor_id, found, as_of=as_of, report=report)


def score_of(session: Session, event: Event) -> PayerScore | None:
    """Return the score that an event of a debtor's stream holds; ``None`` for any other event.

    A score whose debtor was erased is none.
    """
    if event.type != SCORED:
        return None
    try:
        said = session.payload(event.stream, event.seq)
    except RecordNotFoundError:
        return None
    return PayerScore(
        value=Decimal(str(said["value"])),
        worst=Decimal(str(said["worst"])),
        best=Decimal(str(said["best"])),
        source=str(event.header["source"]),
        dated_on=date.fromisoformat(str(event.header["dated_on"])),
        valid_until=date.fromisoformat(str(event.header["valid_until"])),
    )


def _take(
    session: Session, debtor_id: str, found: "AgencyScore", *, as_of: date, report: "PullReport"
) -> None:
    try:
        score = PayerScore(
            value=found.value,
            worst=found.worst,
            best=found.best,
            source=found.source,
            dated_on=found.dated_on,
            valid_until=found.valid_until or found.dated_on + timedelta(days=VALID_DAYS),
        )
    except DunningError as problem:
        report.problems.append(InputError(f"Score of {debtor_id}: {problem.message}"))
        return
    stream = session.events(Stream(kind="debtor", id=debtor_id))
    if score not in [score_of(session, event) for event in stream]:
        _keep(session, debtor_id, score, on=max(as_of, score.dated_on))
        report.scores += 1


def _keep(session: Session, debtor_id: str, score: PayerScore, *, on: date) -> None:
    header: dict[str, JsonValue] = {
        "source": score.source,
        "dated_on": score.dated_on.isoformat(),
        "valid_until": score.valid_until.isoformat(),
    }
    figures = {"value": score.value, "worst": score.worst, "best": score.best}
    event = NewEvent(
        stream=Stream(kind="debtor", id=debtor_id),
        type=SCORED,
        on=on,
        header=header,
        payload={name: str(figure) for name, figure in figures.items()},
        owner=debtor_id,
    )
    session.append([event])
    look_at(session, {debtor_id: on})


def _debtors(session: Session) -> dict[str, str]:
    """Return the debtors with receivables, by company number; those without one are left out."""
    ids = {row.receivable.debtor_id for row in session.receivables()}
    numbers = {
        debtor_id: _company(str(data.get("registration") or ""))
        for debtor_id, data in session.records("party", sorted(ids)).items()
    }
    return {number: debtor_id for debtor_id, number in numbers.items() if number}


def _company(registration: str) -> str:
    return "".join(registration.split()).upper()


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise DomainError(f"value={text!r} is no number", hint="Write value=14.")
    return number
