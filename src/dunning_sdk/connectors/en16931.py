"""What the two syntaxes of EN 16931 have in common: kinds, parties, rates and the final check.

Decides how a party is named by an id and which documents are credit notes. Where a field stands
in a file is left to `cii` and `ubl`.
"""

import hashlib
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

from dunning_sdk.connectors.xml_safe import XmlNode
from dunning_sdk.domain.invoice import Invoice, InvoiceKind, problems_of
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, BankAccount, Contact, Party
from dunning_sdk.errors import DomainError

# Code list UNTDID 1001 as EN 16931 restricts it for BT-3.
_CREDIT_NOTE_CODES: Final = frozenset(
    ("81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532")
)
_INVOICE_CODES: Final = frozenset(
    ("71", "80", "82", "84", "102", "130", "202", "203", "204", "211", "218", "219", "295", "326")
).union(
    ("331", "380", "382", "383", "384", "385", "386", "387", "388", "389", "390", "393", "394"),
    ("395", "456", "457", "471", "472", "473", "500", "501", "527", "553", "575", "623", "633"),
    ("751", "780", "817", "870", "875", "876", "877", "935"),
)
_LOCAL_ID_LENGTH: Final = 20
_RESEND: Final = "Ask the sender to correct the document"


def read_kind(node: XmlNode, path: str) -> InvoiceKind:
    """Return the kind a type code (BT-3) stands for.

    Raises:
        InputError: The code is none of EN 16931's, such as 325 for a pro forma invoice, which
            asks for no money.
    """
    code = node.needed(path)
    if code in _CREDIT_NOTE_CODES:
        return InvoiceKind.CREDIT_NOTE
    if code not in _INVOICE_CODES:
        raise node.fault("is not the type of an invoice or a credit note", _RESEND, field=path)
    return InvoiceKind.INVOICE


def read_currency(node: XmlNode, path: str) -> str:
    """Return the ISO 4217 code (BT-5) on a path.

    Raises:
        InputError: It is missing or unknown.
    """
    try:
        return Money(0, node.needed(path)).currency
    except DomainError as exc:
        raise node.fault("is not a known currency", _RESEND, field=path) from exc


def read_rate(node: XmlNode, path: str) -> Decimal:
    """Return a percentage on a path as a fraction; zero where there is none."""
    percent = node.number(path)
    return Decimal(0) if percent is None else percent.scaleb(-2)


def needed_money(node: XmlNode, path: str, currency: str) -> Money:
    """Return the amount on a path.

    Raises:
        InputError: There is none, or it does not fit the currency.
    """
    amount = node.money(path, currency)
    if amount is None:
        raise node.missing(path)
    return amount


def needed_day(node: XmlNode, path: str) -> date:
    """Return the ISO 8601 day on a path.

    Raises:
        InputError: There is none, or it is not a date.
    """
    day = node.day(path)
    if day is None:
        raise node.missing(path)
    return day


def joined_texts(node: XmlNode, path: str) -> str:
    """Return every text on a path, joined by line feeds."""
    return "\n".join(text for part in node.all(path) if (text := part.text("")))


def needed_part(node: XmlNode, path: str) -> XmlNode:
    """Return the first element on a path.

    Raises:
        InputError: There is none.
    """
    part = node.first(path)
    if part is None:
        raise node.missing(path)
    return part


def unique_accounts(accounts: Iterable[BankAccount]) -> tuple[BankAccount, ...]:
    """Return each account once, in order; those without a number are left out."""
    by_number: dict[str, BankAccount] = {}
    for account in accounts:
        by_number.setdefault(account.iban, account)
    return tuple(account for number, account in by_number.items() if number)


def unit_price(node: XmlNode, *, price: str, per: str) -> Decimal:
    """Return the net price of one unit (BT-146 by BT-149); zero where there is none."""
    amount = node.number(price) or Decimal(0)
    quantity = node.number(per)
    if quantity is None or quantity == 1:
        return amount
    if quantity <= 0:
        raise node.fault("is not above zero", _RESEND, field=per)
    return amount / quantity


def make_party(
    *,
    ids: Iterable[str],
    name: str,
    registration: str,
    vat_id: str,
    address: Address,
    contacts: tuple[Contact, ...],
    accounts: tuple[BankAccount, ...] = (),
) -> Party:
    """Return a party whose id is the same in each of its documents.

    Args:
        ids: BT-29, BT-46 or BT-60, in order of preference; may be empty.
        name: Legal name; not empty.
        registration: Company number; empty where unknown.
        vat_id: Empty where unknown.
        address: Where it is.
        contacts: In order of preference.
        accounts: Accounts that receive money for it.

    Source:
        House rule: the id is the first of the ids given, the company number, the VAT
        identifier, else a digest of name and postal code.
    """
    given = (*ids, registration, vat_id)
    party_id = next((text for text in given if text), "") or _local_id(name, address)
    return Party(
        id=party_id,
        name=name,
        country=address.country,
        registration=registration,
        vat_id=vat_id,
        address=address,
        contacts=contacts,
        accounts=accounts,
    )


def make_contacts(name: str, email: str, phone: str) -> tuple[Contact, ...]:
    """Return the contact these texts make, or none where all are empty."""
    return (Contact(name=name, email=email, phone=phone),) if name or email or phone else ()


def make_account(number: str, bic: str, holder: str) -> BankAccount:
    """Return an account as the document states it (BT-84 to BT-86), without blanks.

    A document may state a national account number, or a wrong IBAN; whoever prints or encodes
    it asks `domain.party.is_iban`.
    """
    return BankAccount(iban=_compact(number), bic=_compact(bic), holder=holder)


def checked(invoice: Invoice, root: XmlNode) -> Invoice:
    """Return the invoice where it is sound.

    Raises:
        InputError: It cannot be chased as it is.
    """
    for problem in problems_of(invoice)[:1]:
        text, _, hint = problem.text.partition("; ")
        raise root.fault(text, hint[:1].upper() + hint[1:] or _RESEND, field=problem.field)
    return invoice


def _local_id(name: str, address: Address) -> str:
    key = "|".join((name, address.postal_code, address.country)).casefold()
    compact = " ".join(key.split())
    return f"name-{hashlib.sha256(compact.encode()).hexdigest()[:_LOCAL_ID_LENGTH]}"


def _compact(text: str) -> str:
    return "".join(text.split()).upper()
