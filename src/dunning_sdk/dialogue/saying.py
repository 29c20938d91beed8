"""The words of a dialogue: short enough for a text message, in French, English and German."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from dunning_sdk.dialogue.answer import Part
from dunning_sdk.dialogue.turn import Key, Saying
from dunning_sdk.domain.money import Money

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who speaks, and about what.

    Attributes:
        name: Of the party on whose letterhead messages go.
        invoice: Number of the invoice.
        amount: What is open.
        link: Where the debtor sees the invoice and pays; empty where there is none.
    """

    name: str
    invoice: str
    amount: Money
    link: str = ""


_FRENCH: Final[Mapping[Key, str]] = MappingProxyType(
    {
        Key.MENU: (
            "Facture {invoice}, {amount}. Répondez 1 : je paie aujourd’hui, 2 : je paie un autre"
            " jour, 3 : en plusieurs fois, 4 : j’ai déjà payé, 5 : je conteste."
        ),
        Key.WHICH_DAY: "Quel jour payez-vous ? Au plus tard le {on}.",
        Key.CONFIRM_DAY: (
            "Vous payez {amount} au plus tard le {on}. Répondez 1 pour confirmer, 2 pour changer."
        ),
        Key.CONFIRM_PLAN: (
            "Vous payez {amount} en {count} fois : {parts}."
            " Répondez 1 pour confirmer, 2 pour changer."
        ),
        Key.AGREED_DAY: "C’est noté : {amount} au plus tard le {on}. Merci. {name}",
        Key.AGREED_PLAN: "C’est noté : {parts}. Merci. {name}",
        Key.PAID: "Merci, nous vérifions votre paiement. {name}",
        Key.DISPUTED: "C’est noté. Nous examinons votre contestation et revenons vers vous. {name}",
        Key.WHO: "{name} vous écrit au sujet de la facture {invoice} ({amount}).",
        Key.LINK: "Votre facture et les moyens de payer : {link}",
        Key.PERSON: "Merci, une personne lit votre message et vous répond. {name}",
    }
)
_ENGLISH: Final[Mapping[Key, str]] = MappingProxyType(
    {
        Key.MENU: (
            "Invoice {invoice}, {amount}. Reply 1: I pay today, 2: I pay on another day,"
            " 3: in installments, 4: I have paid, 5: I dispute it."
        ),
        Key.WHICH_DAY: "On which day will you pay? {on} at the latest.",
        Key.CONFIRM_DAY: "You pay {amount} by {on}. Reply 1 to confirm, 2 to change.",
        Key.CONFIRM_PLAN: (
            "You pay {amount} in {count} installments: {parts}. Reply 1 to confirm, 2 to change."
        ),
        Key.AGREED_DAY: "Noted: {amount} by {on}. Thank you. {name}",
        Key.AGREED_PLAN: "Noted: {parts}. Thank you. {name}",
        Key.PAID: "Thank you, we are checking your payment. {name}",
        Key.DISPUTED: "Noted. We will look into it and come back to you. {name}",
        Key.WHO: "This is {name}, about invoice {invoice} ({amount}).",
        Key.LINK: "Your invoice and ways to pay: {link}",
        Key.PERSON: "Thank you, a person will read your message and answer. {name}",
    }
)
_GERMAN: Final[Mapping[Key, str]] = MappingProxyType(
    {
        Key.MENU: (
            "Rechnung {invoice}, {amount}. Antworten Sie 1: ich zahle heute, 2: an einem anderen"
            " Tag, 3: in Raten, 4: schon bezahlt, 5: ich widerspreche."
        ),
        Key.WHICH_DAY: "An welchem Tag zahlen Sie? Spätestens am {on}.",
        Key.CONFIRM_DAY: (
            "Sie zahlen {amount} bis zum {on}. Antworten Sie 1 zum Bestätigen, 2 zum Ändern."
        ),
        Key.CONFIRM_PLAN: (
            "Sie zahlen {amount} in {count} Raten: {parts}."
            " Antworten Sie 1 zum Bestätigen, 2 zum Ändern."
        ),
        Key.AGREED_DAY: "Notiert: {amount} bis zum {on}. Danke. {name}",
        Key.AGREED_PLAN: "Notiert: {parts}. Danke. {name}",
        Key.PAID: "Danke, wir prüfen Ihre Zahlung. {name}",
        Key.DISPUTED: "Notiert. Wir prüfen das und melden uns. {name}",
        Key.WHO: "Hier schreibt {name} wegen der Rechnung {invoice} ({amount}).",
        Key.LINK: "Ihre Rechnung und wie Sie zahlen können: {link}",
        Key.PERSON: "Danke, ein Mensch liest Ihre Nachricht und antwortet. {name}",
    }
)
TEXTS: Final = MappingProxyType({"fr": _FRENCH, "en": _ENGLISH, "de": _GERMAN})
"""Every saying by language."""


def say(saying: Saying, sender: Sender, language: str) -> str:
    """Return what is said, as one line.

    Args:
        saying: What.
        sender: By whom, about what.
        language: As in ISO 639-1; one that there are no words for is spoken to in English.

    Returns:
        The line; for `Key.LINK` without a link, that a person will answer.
    """
    language = language[:2] if language[:2] in TEXTS else "en"
    key = Key.PERSON if saying.key is Key.LINK and not sender.link else saying.key
    return TEXTS[language][key].format(
        invoice=sender.invoice,
        amount=sender.amount.format(language),
        name=sender.name,
        link=sender.link,
        on=_day(saying.on, language) if saying.on else "",
        count=len(saying.parts),
        parts=", ".join(_part(part, language) for part in saying.parts),
    )


def _part(part: Part, language: str) -> str:
    return f"{part.amount.format(language)} {_day(part.on, language)}"


def _day(on: date, language: str) -> str:
    """Write a day in figures, in English with the month's name: figures are read two ways there."""
    if language == "en":
        return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"
    return f"{on:%d/%m/%Y}" if language == "fr" else f"{on:%d.%m.%Y}"
