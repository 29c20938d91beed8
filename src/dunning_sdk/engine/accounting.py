"""What leaves for the accounts in a period: lines of journals, numbered, each entry balanced.

Decides the day an entry is booked, its number, and the account of the host's chart it goes to.
Entries are drawn by `domain.ledger`; how a file is written is left to the connectors.

A period can be closed. What is recorded afterwards about a day of it is booked on the first day
that is still open, so that a closed period gives the same lines for ever.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from dunning_sdk.connectors.journal import JournalLine
from dunning_sdk.domain.fold import fold
from dunning_sdk.domain.ledger import CLAIMS, Account, Entry, EntryKind, Line, ledger
from dunning_sdk.errors import DomainError, InvalidTransitionError
from dunning_sdk.installation.accounts_config import GAIN, LOSS
from dunning_sdk.store.interface import Session

if TYPE_CHECKING:
    from dunning_sdk.engine.engine import Engine
    from dunning_sdk.installation.config import Config

CLOSED: Final = "accounts_closed"
_OF_DEBTOR: Final = frozenset({*CLAIMS, Account.UNALLOCATED}) - {Account.WRITE_OFF}
_JOURNALS: Final = MappingProxyType(
    {
        EntryKind.INVOICE: "sales",
        EntryKind.CREDIT_NOTE: "sales",
        EntryKind.PAYMENT: "bank",
        EntryKind.RETURN: "bank",
        EntryKind.BANK_CHARGES: "bank",
        EntryKind.EXCHANGE_DIFFERENCE: "bank",
    }
)
_TEXTS: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "invoice": ("Invoice", "Facture", "Rechnung"),
        "payment": ("Payment", "Paiement", "Zahlung"),
        "return": ("Payment taken back", "Paiement rejeté", "Rücklastschrift"),
        "credit-note": ("Credit note", "Avoir", "Gutschrift"),
        "interest-income": ("Late-payment interest", "Intérêts de retard", "Verzugszinsen"),
        "compensation-income": (
            "Recovery compensation",
            "Indemnité de recouvrement",
            "Beitreibungspauschale",
        ),
        "fee-income": ("Dunning fee", "Frais de rappel", "Mahngebühr"),
        "charge-waived": ("Charge waived", "Abandon de frais", "Erlass von Nebenforderungen"),
        "bank-charges": ("Bank charges", "Frais bancaires", "Bankgebühren"),
        "exchange-difference": ("Exchange difference", "Écart de change", "Kursdifferenz"),
        "doubtful": ("Doubtful", "Créance douteuse", "Zweifelhafte Forderung"),
        "doubtful-ended": (
            "No longer doubtful",
            "Créance redevenue saine",
            "Nicht mehr zweifelhaft",
        ),
        "write-off": ("Written off", "Créance irrécouvrable", "Ausbuchung"),
        "write-off-ended": (
            "Write-off taken back",
            "Reprise de créance irrécouvrable",
            "Ausbuchung aufgehoben",
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What leaves for the accounts.

    Attributes:
        lines: By day, then entry; debits equal credits in each.
        is_closed: Whether nothing recorded later can change it.
    """

    lines: tuple[JournalLine, ...]
    is_closed: bool


@dataclass(frozen=True, slots=True)
class _Booked:
    """An entry on its day."""

    on: date
    validated_on: date | None
    entry: Entry
    receivable_id: str
    debtor_id: str

    @property
    def place(self) -> tuple[date, datetime, str, int]:
        """Return what entries are numbered by."""
        recorded = self.entry.recorded_at or datetime.min.replace(tzinfo=UTC)
        return self.on, recorded, self.receivable_id, self.entry.seq


def accounts_of(engine: "Engine", *, begin: date, end: date) -> Period:
    """Return the lines of a period.

    Args:
        engine: An open engine.
        begin: First day (inclusive).
        end: Last day (inclusive).

    Raises:
        DomainError: The period ends before it begins.
    """
    if end < begin:
        raise DomainError(f"The period {begin} to {end} ends before it begins", hint="Swap them.")
    config = engine.config
    with engine.store.begin() as session:
        closings = _closings(session)
        booked = sorted(_booked(session, config, closings), key=lambda one: one.place)
    numbers: Counter[tuple[str, int, int]] = Counter()
    lines: list[JournalLine] = []
    for one in booked:
        code, name = config.accounts.journal(_JOURNALS.get(one.entry.kind, "general"))
        month = code, one.on.year, one.on.month
        numbers[month] += 1
        if begin <= one.on <= end:
            number = f"{code}-{one.on:%Y%m}-{numbers[month]:04}"
            lines += [_line(config, one, each, (code, name, number)) for each in one.entry.lines]
    return Period(lines=tuple(lines), is_closed=any(through >= end for through, _ in closings))


def close_accounts(engine: "Engine", *, through: date, at: datetime) -> None:
    """Close every period up to a day; later records about it are booked after that day.

    Args:
        engine: An open engine.
        through: Last day that is closed; before the tenant's calendar day.
        at: Aware instant of the closing.

    Raises:
        InvalidTransitionError: The day is not over.
    """
    if through >= engine.config.today():
        message = f"{through} is not over: its accounts cannot be closed"
        raise InvalidTransitionError(message, hint="Close up to a day that has passed.")
    with engine.store.begin() as session:
        known = _closings(session)
        if any(closed >= through for closed, _ in known):
            return
        kept = [*known, (through, at)]
        session.put_setting(CLOSED, [[day.isoformat(), when.isoformat()] for day, when in kept])


def _closings(session: Session) -> list[tuple[date, datetime]]:
    kept = session.setting(CLOSED)
    pairs = kept if isinstance(kept, list) else []
    return sorted(
        (date.fromisoformat(str(pair[0])), datetime.fromisoformat(str(pair[1])))
        for pair in pairs
        if isinstance(pair, list)
    )


def _booked(
    session: Session, config: "Config", closings: list[tuple[date, datetime]]
) -> Iterator[_Booked]:
    zone = ZoneInfo(config.time_zone)
    for key, stream in session.events_of("receivable").items():
        state = fold(stream)
        wanted = [entry for entry in ledger(stream) if entry.kind in config.accounts.wanted]
        if state is not None:
            for entry in wanted:
                on = _booked_on(entry, closings)
                closed = [at.astimezone(zone).date() for through, at in closings if through >= on]
                validated_on = min(closed, default=None)
                yield _Booked(on, validated_on, entry, key, state.debtor_id)


def _booked_on(entry: Entry, closings: list[tuple[date, datetime]]) -> date:
    """Return the day an entry is booked: its own, or the first one still open when it came."""
    on = entry.on
    for through, at in closings:
        if on <= through and entry.recorded_at is not None and entry.recorded_at > at:
            on = through + timedelta(days=1)
    return on


def _line(config: "Config", one: _Booked, line: Line, journal: tuple[str, str, str]) -> JournalLine:
    code, name, number = journal
    role = _role(line)
    account, account_name = config.accounts.account(role)
    document = one.entry.document or one.receivable_id
    return JournalLine(
        journal=code,
        journal_name=name,
        number=number,
        booked_on=one.on,
        account=account,
        account_name=account_name,
        role=line.account.value,
        debtor_id=one.debtor_id if line.account in _OF_DEBTOR else "",
        receivable_id=one.receivable_id,
        document=document,
        document_on=one.entry.on,
        text=f"{_text(one.entry, config.language)} {one.receivable_id}",
        debit_minor=line.debit_minor,
        credit_minor=line.credit_minor,
        currency=one.entry.currency,
        validated_on=one.validated_on,
    )


def _role(line: Line) -> str:
    if line.account is Account.EXCHANGE_DIFFERENCE:
        return LOSS if line.minor > 0 else GAIN
    return line.account.value


def _text(entry: Entry, language: str) -> str:
    """Return what an entry is; a charge is named by what it brings in."""
    name = entry.kind.value
    if entry.kind is EntryKind.CHARGE:
        name = next(line.account.value for line in entry.lines if line.account.value in _TEXTS)
    english, french, german = _TEXTS[name]
    return {"fr": french, "de": german}.get(language, english)
