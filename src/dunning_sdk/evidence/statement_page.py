"""A statement of account as a PDF and as CSV, in the debtor's language.

Decides the order of what is shown and how figures are written; the figures themselves are those of
`statement`. How the page looks is decided by ``statement.typ``.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from dunning_sdk.connectors.journal import harmless
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Party
from dunning_sdk.errors import DomainError
from dunning_sdk.evidence.statement import AGES, CurrencyAccount, Movement, Statement, Way
from dunning_sdk.notices.epc_qr import NAME_CHARACTERS_MAX, epc_payload, qr_svg
from dunning_sdk.notices.language import Language, iban_groups
from dunning_sdk.notices.letter import address_lines, legal_lines
from dunning_sdk.notices.message import Composer
from dunning_sdk.notices.press import Data
from dunning_sdk.notices.render import Renderer

TEMPLATE: Final = "statement.typ"
_TITLE: Final = "statement_title"
_OTHERWISE: Final = "en"
_HEADS: Final = ("statement_day", "statement_what", "statement_number", "due_on", "amount")
_BALANCE: Final = "statement_balance"


def language_of_statement(renderer: Renderer, wanted: Iterable[str]) -> Language:
    """Return the first language wanted that has the words of a statement, else English.

    Args:
        renderer: Of the installation's templates.
        wanted: ISO 639-1 codes, best first; an empty one is passed over.
    """
    for code in wanted:
        if code in renderer.languages and _TITLE in renderer.language(code).words:
            return renderer.language(code)
    return renderer.language(_OTHERWISE)


def statement_pdf(statement: Statement, composer: Composer, language: Language) -> bytes:
    """Return a statement as PDF/A-2b: the same bytes for the same figures.

    Args:
        statement: The figures.
        composer: Of the installation's templates; says whether payments get a QR code.
        language: Which has the words of a statement.

    Raises:
        ConfigError: The extra ``letters`` is not installed.
        DomainError: A text has a character that no font has.
    """
    data = _data(statement, language, qr_codes=composer.qr_codes)
    return composer.press(TEMPLATE).printed(data, statement.as_of)


def statement_texts(statement: Statement, language: Language) -> tuple[str, ...]:
    """Return every text of a statement, to be looked through for what must stay unnamed."""
    return tuple(_texts(_data(statement, language, qr_codes=False)))


def statement_csv(statement: Statement, language: Language) -> bytes:
    """Return the movements as CSV, UTF-8 with a mark; no field is a formula to a spreadsheet.

    Args:
        statement: The figures.
        language: Of the heads; dates are ISO 8601 and amounts have a point.

    Source:
        OWASP, CSV injection.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    words = language.words
    writer.writerow([*(words[head] for head in (*_HEADS, _BALANCE)), "ISO 4217"])
    for account in statement.accounts:
        if account.brought_forward_minor:
            brought = Money(account.brought_forward_minor, account.currency).major
            named = words["statement_brought_forward"]
            writer.writerow(["", named, "", "", "", str(brought), account.currency])
        for move in account.movements:
            amounts = (Money(minor, account.currency) for minor in (move.minor, move.balance_minor))
            due_on = move.due_on.isoformat() if move.due_on else ""
            told = (move.on.isoformat(), _kind(move, language), move.number, due_on)
            cells = (*map(harmless, told), *(str(amount.major) for amount in amounts))
            writer.writerow([*cells, account.currency])
    return out.getvalue().encode("utf-8-sig")


def _data(statement: Statement, language: Language, *, qr_codes: bool) -> Data:
    words, sender, on = language.words, statement.sender, statement.as_of
    return {
        "title": words[_TITLE],
        "as_of": words["statement_as_of"].replace("{date}", language.long_date(on)),
        "letterhead": sender.name,
        "language": language.code,
        "year": on.year,
        "month": on.month,
        "day": on.day,
        "words": dict(words),
        "sender": address_lines(sender.address, language, home=sender.country),
        "addressee": _addressee(statement.debtor, language, home=sender.country),
        "legal": legal_lines(sender, language),
        "heads": [words[head] for head in (*_HEADS, _BALANCE)],
        "accounts": [_account(one, language, qr_codes=qr_codes) for one in statement.accounts],
    }


def _addressee(debtor: Party, language: Language, *, home: str) -> list[str]:
    return [debtor.name, *address_lines(debtor.address, language, home=home)]


def _account(account: CurrencyAccount, language: Language, *, qr_codes: bool) -> Data:
    def written(minor: int) -> str:
        return language.money(Money(minor, account.currency))

    brought = account.brought_forward_minor
    return {
        "currency": account.currency,
        "brought_forward_name": language.words["statement_brought_forward"],
        "brought_forward": written(brought) if brought else "",
        "movements": [
            [
                language.date(move.on),
                _kind(move, language),
                move.number,
                language.date(move.due_on) if move.due_on else "",
                written(move.minor),
                written(move.balance_minor),
            ]
            for move in account.movements
        ],
        "ages": [[name, written(minor)] for name, minor in _ages(account, language)],
        "total": language.money(account.total),
        "ways": [_way(one, language, qr_codes=qr_codes) for one in account.ways],
    }


def _kind(move: Movement, language: Language) -> str:
    return language.words[f"statement_{move.kind.replace('-', '_')}"]


def _ages(account: CurrencyAccount, language: Language) -> Iterator[tuple[str, int]]:
    words = language.words
    names = [words["statement_not_due"]]
    names += [
        words["statement_age"].replace("{first}", str(first)).replace("{last}", str(after - 1))
        for first, after in pairwise(AGES)
    ]
    names.append(words["statement_age_last"].replace("{days}", str(AGES[-1] - 1)))
    yield from zip(names, account.aged_minor, strict=True)
    if account.charges_minor:
        yield words["statement_charges"], account.charges_minor
    if account.unallocated_minor:
        yield words["statement_unallocated"], account.unallocated_minor


def _way(way: Way, language: Language, *, qr_codes: bool) -> Data:
    words = language.words
    rows = [
        ("payee", way.payee),
        ("iban", iban_groups(way.account.iban)),
        ("bic", way.account.bic),
        ("amount", language.money(way.amount)),
        ("payment_reference", way.reference),
    ]
    mention = words["assignment_mention"].replace("{assignee}", way.assignee)
    return {
        "rows": [[words[name], value] for name, value in rows if value],
        "qr": _qr(way) if qr_codes else "",
        "mention": mention if way.assignee else "",
    }


def _qr(way: Way) -> str:
    """Return the code that banking apps read; empty where the standard has none."""
    try:
        payload = epc_payload(
            way.payee[:NAME_CHARACTERS_MAX], way.account, way.amount, reference=way.reference
        )
    except DomainError:
        return ""
    return qr_svg(payload)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for entry in value.values():
            yield from _texts(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _texts(entry)
