"""Read MT940 statements and MT942 reports, with mt-940 for the content of the entries.

Decides which entries are payments. Tags and their order are checked before (`mt940_tags`), and
the form of amounts and dates here, since the library passes over what it cannot place.
"""

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from dunning_sdk.connectors.movement_id import movement_id
from dunning_sdk.connectors.mt940_details import library_fields, payment_texts
from dunning_sdk.connectors.mt940_tags import Tag, check_order, split_statements, split_tags
from dunning_sdk.connectors.statement import Statement, known_reference
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import is_iban
from dunning_sdk.domain.payment import Payment, PaymentKind
from dunning_sdk.errors import DomainError, InputError

_AMOUNT: Final = r"(?P<amount>[0-9]{1,14}(,[0-9]*)?)"
# Of balances only day and currency are used, so their amounts may be padded with zeros.
_BALANCE: Final = re.compile(r"[CD](?P<day>[0-9]{6})(?P<currency>[A-Z]{3})?[0-9]{1,30}(,[0-9]*)?")
_FLOOR: Final = re.compile(r"(?P<currency>[A-Z]{3})[CD ]?[0-9,]+")
_ENTRY: Final = re.compile(
    r"(?P<day>[0-9]{6})([0-9]{4}|\s{4})?(?P<mark>R?[CD])[A-Z]?\s?"
    rf"{_AMOUNT}(?P<type>[A-Z][A-Z0-9 ]{{3}})(?P<rest>.*)",
    re.DOTALL,
)
# Years are written with two digits; no statement is older than SWIFT's message type.
_FIRST_YEAR: Final = 80
_FEBRUARY: Final = 2
_EXPORT_AGAIN: Final = "Ask the bank for the file again"

# German business transaction codes of structured :86: (Geschäftsvorfallcodes).
_DIRECT_DEBIT_CODES: Final = frozenset(("005", "171", "174", "192", "196"))
_RETURNED_CREDIT_CODES: Final = frozenset(("159", "181", "184"))
_RETURNED_DEBIT_CODES: Final = frozenset(("009", "108", "109"))
_RETURN_TYPE: Final = "RTI"


def read_mt940(text: str, *, source: str) -> tuple[Statement, ...]:
    """Return the statements of a file, in their order.

    A statement whose tags are not in order is one problem and brings no payment.

    Args:
        text: The file.
        source: Its label, for messages.

    Raises:
        InputError: There is no tag in the file.
        ConfigError: mt-940 is not installed.
    """
    statements = split_statements(split_tags(text))
    if not statements:
        raise InputError("is no MT940 statement", hint=_EXPORT_AGAIN, source=source, line=1)
    alike: Counter[str] = Counter()
    return tuple(_statement(tags, source=source, alike=alike) for tags in statements)


def _statement(tags: Sequence[Tag], *, source: str, alike: Counter[str]) -> Statement:
    account = next((tag.text for tag in tags if tag.name == "25"), "")
    try:
        fault = check_order(tags, source=source)
        if fault is not None:
            raise fault
        reader = _Reader(
            source=source,
            account=account,
            currency=_currency(tags, source=source),
            number=next((tag.text for tag in tags if tag.number == "28"), ""),
            alike=alike,
        )
        closing = _closing_day(tags, source=source)
    except InputError as problem:
        return Statement(account=account, problems=(problem,))
    payments: list[Payment] = []
    problems: list[InputError] = []
    skipped = 0
    for entry in _entries(tags):
        try:
            payment = reader.payment(entry)
        except InputError as problem:
            problems.append(problem)
            continue
        if payment is None:
            skipped += 1
        else:
            payments.append(payment)
    return Statement(
        account=account,
        payments=tuple(payments),
        problems=tuple(problems),
        skipped=skipped,
        complete_until=None if problems else closing,
    )


def _entries(tags: Sequence[Tag]) -> list[list[Tag]]:
    """Return each :61: with the tags that explain it; what explains a balance is left out."""
    groups: list[list[Tag]] = []
    within = False
    for tag in tags:
        if tag.number == "61":
            groups.append([tag])
        elif within and tag.number in ("86", "NS"):
            groups[-1].append(tag)
        within = tag.number == "61" or (within and tag.number in ("86", "NS"))
    return groups


def _currency(tags: Sequence[Tag], *, source: str) -> str:
    """Return the currency of a statement, from its balances or its floor limit.

    Statements without any entry may lack it; they get none.
    """
    for tag in tags:
        pattern = _BALANCE if tag.number in ("60", "62") else _FLOOR
        if tag.number not in ("34", "60", "62"):
            continue
        match = pattern.fullmatch(tag.text)
        if match is None:
            raise _fault(tag, "has not the form of a balance", source)
        if match["currency"]:
            return match["currency"]
    entry = next((tag for tag in tags if tag.number == "61"), None)
    if entry is not None:
        raise _fault(entry, "is in an unknown currency, since no balance is stated", source)
    return ""


def _closing_day(tags: Sequence[Tag], *, source: str) -> date | None:
    closing = next((tag for tag in tags if tag.name == "62F"), None)
    if closing is None:
        return None
    match = _BALANCE.fullmatch(closing.text)
    if match is None:
        raise _fault(closing, "has not the form of a balance", source)
    return _day(match["day"], closing, source)


def _day(text: str, tag: Tag, source: str) -> date:
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:6])
    year += 1900 if year >= _FIRST_YEAR else 2000
    # Banks that count 30 days in every month write 30 February.
    if month == _FEBRUARY and day in (29, 30):
        day = monthrange(year, month)[1]
    try:
        return date(year, month, day)
    except ValueError:
        raise _fault(tag, "has a date that is none", source) from None


def _fault(tag: Tag, problem: str, source: str) -> InputError:
    return InputError(
        problem, hint=_EXPORT_AGAIN, source=source, line=tag.line, field=f":{tag.name}:"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """What is the same for all entries of a statement, and how many were alike in the file."""

    source: str
    account: str
    currency: str
    number: str
    alike: Counter[str]

    def payment(self, entry: Sequence[Tag]) -> Payment | None:
        """Return the payment an entry is, or ``None`` where it is none."""
        tag = entry[0]
        match = _ENTRY.fullmatch(tag.text)
        if match is None:
            raise _fault(tag, "has not the form of an entry", self.source)
        on = _day(match["day"], tag, self.source)
        amount = self._amount(match["amount"], tag)
        fields = library_fields(match.groupdict(), entry[1:])
        if fields is None:
            raise _fault(tag, "cannot be read", self.source)
        code = str(fields.get("transaction_code") or "")
        kind = _kind(match["mark"], match["type"], code)
        if kind is None or not amount.minor:
            return None
        payment = Payment(
            id="",
            received_on=on,
            amount=amount,
            kind=kind,
            account_iban=self._account_iban(),
            **payment_texts(fields, is_return=kind is PaymentKind.RETURN),
        )
        bank = known_reference(str(fields.get("bank_reference") or ""))
        # Without the bank's reference, equal payments of two statements must not become one.
        statement = "" if bank else self.number
        extra = "|".join((self.account, bank, match["rest"], statement))
        return replace(payment, id=movement_id("mt940", payment, alike=self.alike, extra=extra))

    def _amount(self, text: str, tag: Tag) -> Money:
        whole, _, decimals = text.partition(",")
        try:
            return Money.from_major(Decimal(f"{whole}.{decimals or '0'}"), self.currency)
        except DomainError as exc:
            raise _fault(tag, exc.message, self.source) from exc

    def _account_iban(self) -> str:
        compact = "".join(self.account.split()).upper()
        # Some banks write the currency behind the account.
        return next((text for text in (compact, compact[:-3]) if is_iban(text)), "")


def _kind(mark: str, entry_type: str, code: str) -> PaymentKind | None:
    """Return what an entry is; ``None`` for a debit that takes nothing back.

    Source:
        SWIFT MT940, field 61: ``RC`` reverses a credit, ``RD`` a debit; type ``RTI`` is a
        returned item. German business transaction codes for direct debits and returns.
    """
    is_returned_item = entry_type[1:] == _RETURN_TYPE
    if mark == "RC" or (mark == "D" and (is_returned_item or code in _RETURNED_DEBIT_CODES)):
        return PaymentKind.RETURN
    if mark == "D":
        return None
    if mark == "RD" or is_returned_item or code in _RETURNED_CREDIT_CODES:
        return PaymentKind.OTHER
    return PaymentKind.DIRECT_DEBIT if code in _DIRECT_DEBIT_CODES else PaymentKind.CREDIT_TRANSFER
