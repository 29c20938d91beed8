"""Set a notice as a letter: a PDF/A whose bytes depend on nothing but the notice.

Decides what a letter shows around the text: window, sender, place and date, table, payment, page
numbers. How it looks is decided by ``letter.typ``, which gets every text as data and never as
markup. Whether it is posted, and how, is left to the channels.

Source:
    House rule for the window: on the right as French envelopes have it (address from 110 mm,
    50 mm), on the left elsewhere (DIN 5008, form B: from 20 mm, 45 mm).
"""

from __future__ import annotations

from typing import Final

from dunning_sdk.domain.party import Address, Party
from dunning_sdk.errors import DomainError
from dunning_sdk.notices.claim import InterestLine
from dunning_sdk.notices.context import NoticeContext, NoticeItem
from dunning_sdk.notices.epc_qr import qr_svg
from dunning_sdk.notices.language import Language, iban_groups
from dunning_sdk.notices.press import Data, Press
from dunning_sdk.notices.render import RenderedNotice
from dunning_sdk.notices.templates import TemplateSet

LETTER_TEMPLATE: Final = "letter.typ"
ADDRESS_LINES_MAX: Final = 4


class Typesetter:
    """Sets letters with one template; reads its fonts once.

    Args:
        templates: Where ``letter.typ`` is.
        font_folders: Folders with fonts beside the built-in ones, for scripts these lack. The
            fonts of the machine are never used, so that a letter looks the same everywhere.

    Raises:
        ConfigError: The extra ``letters`` is not installed.
    """

    def __init__(self, templates: TemplateSet, *, font_folders: tuple[str, ...] = ()) -> None:
        self._press = Press(templates, LETTER_TEMPLATE, font_folders=font_folders)

    def letter(
        self,
        context: NoticeContext,
        rendered: RenderedNotice,
        *,
        registered: bool = False,
        electronic: bool = False,
        qr_payload: str = "",
    ) -> bytes:
        """Return one letter as PDF/A-2b.

        Args:
            context: Sender, addressee, items and payment.
            rendered: The text.
            registered: Whether it says that it is sent by registered letter.
            electronic: Whether it goes to a mailbox, so that it needs no postal address.
            qr_payload: As `epc_qr.epc_payload` gives it; empty for no code.

        Raises:
            DomainError: The addressee has no complete address, or a text has a character that
                no font has.
            BookSyntaxError: A host's own ``letter.typ`` is not in order.
            ConfigError: A code is asked for and the extra ``qr`` is not installed.
        """
        if not electronic and not context.addressee.address.is_complete:
            raise DomainError(
                f"Notice {context.template} cannot be a letter: the address lacks a line",
                hint="Give street, town and country, or use another channel",
            )
        data = _data(context, rendered, registered=registered)
        if electronic:
            words = rendered.language.words
            data["words"] = {**words, "registered": words["registered_email"]}
        data["qr"] = qr_svg(qr_payload) if qr_payload and data["payment"] else ""
        return self._press.printed(data, context.as_of)


def _data(context: NoticeContext, rendered: RenderedNotice, *, registered: bool) -> Data:
    language = rendered.language
    sender, address = context.sender, context.sender.address
    dated = language.words["place_and_date"].replace("{date}", language.long_date(context.as_of))
    french = sender.country == "FR"
    own_lines = address_lines(address, language, home=sender.country)
    return {
        "subject": rendered.subject,
        "letterhead": context.letterhead_name,
        "language": context.language,
        "year": context.as_of.year,
        "month": context.as_of.month,
        "day": context.as_of.day,
        "words": dict(language.words),
        "window": "right" if french else "left",
        "return_line": "" if french else " · ".join([context.letterhead_name, *own_lines]),
        "sender": own_lines,
        "addressee": _addressee(context, language),
        "reference": context.reference,
        "place_and_date": dated.replace("{place}", context.place)
        if context.place
        else language.long_date(context.as_of),
        "registered": registered,
        "items": [_item(item, language) for item in context.items],
        "totals": _totals(context, language),
        "payment": _payment(context, language),
        "mention": context.assignment_mention,
        "interest": [_interest(line, language) for line in context.interest_lines],
        "basis": list(context.legal_basis),
        "contact": _contact(context, language),
        "legal": legal_lines(sender, language),
        "parts": [{"kind": part.kind, "lines": list(part.lines)} for part in rendered.parts],
    }


def address_lines(address: Address, language: Language, *, home: str) -> list[str]:
    """Return an address as it is written on paper; its country only where it is not at home.

    Args:
        address: Whose lines beyond `ADDRESS_LINES_MAX` are left out.
        language: In which the country is named.
        home: ISO 3166 code of the sender's country.
    """
    town = f"{address.postal_code} {address.city}".strip()
    country = language.country(address.country).upper() if address.country != home else ""
    return [line for line in (*address.lines[:ADDRESS_LINES_MAX], town, country) if line]


def _addressee(context: NoticeContext, language: Language) -> list[str]:
    party = context.addressee
    person = context.contact_name
    lines = address_lines(party.address, language, home=context.sender.country)
    return [party.name, *([person] if person and person != party.name else []), *lines]


def _item(item: NoticeItem, language: Language) -> dict[str, str]:
    return {
        "number": item.invoice_number,
        "issued_on": language.date(item.issued_on),
        "due_on": language.date(item.due_on),
        "status": language.status(item.days_left),
        "amount": language.money(item.amount),
        "open_amount": language.money(item.open_amount),
    }


def _interest(line: InterestLine, language: Language) -> dict[str, str]:
    return {
        "number": line.invoice_number,
        "days": f"{language.date(line.first_on)} – {language.date(line.last_on)}",
        "count": str(line.days),
        "principal": language.money(line.principal),
        "rate": language.percent(line.rate),
        "amount": language.money(line.amount),
        "source": line.source,
    }


def _totals(context: NoticeContext, language: Language) -> list[dict[str, str]]:
    rows = [("total", context.total, "bold")]
    for name in ("late_interest", "recovery_compensation", "dunning_fee"):
        amount = getattr(context, name)
        if amount is not None:
            rows.append((name, amount, "regular"))
    if context.charges:
        rows.append(("claim_total", context.claim_total, "bold"))
    return [
        {"name": language.words[name], "amount": language.money(amount), "weight": weight}
        for name, amount, weight in rows
    ]


def _payment(context: NoticeContext, language: Language) -> list[dict[str, str]]:
    rows = []
    if context.account:
        rows = [
            ("payee", context.payee_name),
            ("iban", iban_groups(context.account.iban)),
            ("bic", context.account.bic),
            ("amount", language.money(context.claim_total) if context.items else ""),
            ("payment_reference", context.reference_to_quote),
        ]
    rows.append(("pay_online", context.payment_link))
    return [{"name": language.words[name], "value": value} for name, value in rows if value]


def _contact(context: NoticeContext, language: Language) -> list[str]:
    person = context.sender_contact
    name, phone = (person.name, person.phone) if person else ("", "")
    named = [name] if name and name != context.letterhead_name else []
    colon = language.words["colon"]
    rows = (("phone", phone), ("answer", context.answer_to))
    return named + [f"{language.words[key]}{colon} {value}" for key, value in rows if value]


def legal_lines(sender: Party, language: Language) -> list[str]:
    """Return what stands at the foot: the sender's name and his numbers."""
    rows = (("company_number", sender.registration), ("vat_id", sender.vat_id))
    numbers = [f"{language.words[name]} {value}" for name, value in rows if value]
    return [sender.name, *numbers]
