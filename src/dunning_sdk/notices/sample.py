"""Make up the data for a preview, so that a template can be read without any ledger.

Decides on invented parties and dates alone. The days are chosen to fit the template: a template
for the due date gets an invoice that is due, a formal notice one that is long overdue.

>>> sample_context("overdue-first", language="fr").days_overdue_max
4
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from dunning_sdk.domain.invoice import Quote
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, BankAccount, Contact, Party
from dunning_sdk.notices.context import NoticeContext, NoticeItem, PastNotice

SAMPLE_AS_OF: Final = date(2026, 3, 2)

_DAYS_OVERDUE: Final = MappingProxyType(
    {
        "before-due": -7,
        "confirmation": -30,
        "due-today": 0,
        "financed-invoice": -30,
        "financing-request": -30,
        "formal-notice": 20,
        "friendly-before-due": -3,
        "friendly-reminder": 5,
        "overdue-second": 8,
        "own-invoice": -30,
        "personal-before-due": -5,
        "personal-reminder-firm": 12,
        "petition": 60,
        "placement": 30,
        "prevention": -14,
        "statement-of-claim": 60,
        "task": 12,
        "withdrawal-request": -30,
    }
)
_DAYS_OVERDUE_ELSE: Final = 4
_WITHOUT_ITEMS: Final = ("deposit-advice", "eligibility-request")
_WITH_HISTORY: Final = ("formal-notice", "petition", "placement", "task")
_ABOUT_ASSIGNMENT: Final = ("confirmation", "financed-invoice")
_TO_FINANCIER: Final = ("eligibility-request", "financing-request", "withdrawal-request")
_TO_COURT: Final = ("petition", "statement-of-claim")
_TO_OURSELVES: Final = ("call-script", "task")
_GRANTS_DAYS: Final = 8
_MENTIONS: Final = MappingProxyType(
    {
        "de": "Die Forderung aus dieser Rechnung ist an die Exemple Finance SA abgetreten. Nur "
        "eine Zahlung an sie befreit Sie von Ihrer Schuld.",
        "fr": "La créance née de cette facture a été cédée à Exemple Finance SA. Le paiement "
        "n’est libératoire qu’entre ses mains.",
        "en": "The receivable under this invoice has been assigned to Exemple Finance SA. Only "
        "payment to it discharges the debt.",
    }
)


def sample_context(template: str, *, language: str) -> NoticeContext:
    """Return an invented context that fits a template.

    Args:
        template: Name of a template, shipped or not.
        language: ISO 639-1 code; only the mention of the assignment depends on it.
    """
    context = _reminder(template, language)
    if template in _WITHOUT_ITEMS:
        context = replace(context, items=(), account=None, payment_link="", quote=_quote())
    if template == "deposit-advice":
        creditor = context.creditor
        context = replace(
            context,
            recipient=creditor,
            contact=creditor.contact(),
            available=Money(0, "EUR"),
            deposit_due_on=SAMPLE_AS_OF + timedelta(days=30),
            portal_link="",
        )
    if template in _TO_FINANCIER:
        context = replace(context, recipient=_financier(), contact=None, account=None)
        context = replace(context, payment_link="", portal_link="")
    if template == "placement":
        context = replace(context, recipient=_collector(), contact=None, payment_link="")
    if template in _TO_COURT:
        context = replace(
            context,
            recipient=_court(),
            contact=None,
            account=None,
            payment_link="",
            portal_link="",
            documents=("DV-2026-031", "RK123456789FR"),
        )
    if template in _TO_OURSELVES:
        context = replace(context, recipient=context.creditor, contact=None)
    if template in _ABOUT_ASSIGNMENT:
        context = _assigned(context)
    return context


def _reminder(template: str, language: str) -> NoticeContext:
    creditor = _creditor()
    debtor = _debtor(language)
    days_overdue = _DAYS_OVERDUE.get(template, _DAYS_OVERDUE_ELSE)
    formal = template == "formal-notice"
    return NoticeContext(
        template=template,
        language=language,
        as_of=SAMPLE_AS_OF,
        currency="EUR",
        level=1,
        sender=creditor,
        sender_contact=creditor.contact(),
        creditor=creditor,
        debtor=debtor,
        contact=debtor.contact(),
        items=_items(days_overdue),
        account=creditor.accounts[0],
        payment_link="https://pay.example/r/8f2c",
        portal_link="https://portal.example/invoices",
        reference="D-2026-0042",
        grants_days=_GRANTS_DAYS if formal else 0,
        pay_by_on=SAMPLE_AS_OF + timedelta(days=_GRANTS_DAYS) if formal else None,
        jurisdiction="FR",
        place="Lyon",
        history=_history(days_overdue) if template in _WITH_HISTORY else (),
    )


def _assigned(context: NoticeContext) -> NoticeContext:
    financier = _financier()
    return replace(
        context,
        sender=financier if context.template == "confirmation" else context.sender,
        sender_contact=financier.contact()
        if context.template == "confirmation"
        else context.sender_contact,
        items=context.items[:1],
        account=financier.accounts[0],
        payee=financier,
        payment_link="",
        debtor_told=True,
        assignee=financier,
        assignment_mention=_MENTIONS.get(context.language, _MENTIONS["en"]),
    )


def _items(days_overdue: int) -> tuple[NoticeItem, ...]:
    first = _item("F-2026-0142", days_overdue, open_minor=168_000)
    second = _item("F-2026-0157", days_overdue, open_minor=120_000)
    return (first, replace(second, amount=Money(200_000, "EUR")))


def _item(number: str, days_overdue: int, *, open_minor: int) -> NoticeItem:
    due_on = SAMPLE_AS_OF - timedelta(days=days_overdue)
    issued_on = due_on - timedelta(days=30)
    return NoticeItem(
        invoice_number=number,
        issued_on=issued_on,
        due_on=due_on,
        amount=Money(open_minor, "EUR"),
        open_amount=Money(open_minor, "EUR"),
        days_overdue=days_overdue,
        delivered_on=issued_on - timedelta(days=2),
    )


def _history(days_overdue: int) -> tuple[PastNotice, ...]:
    due_on = SAMPLE_AS_OF - timedelta(days=days_overdue)
    return (
        PastNotice(sent_on=due_on + timedelta(days=4), channel="email", template="overdue-first"),
        PastNotice(sent_on=due_on + timedelta(days=8), channel="email", template="overdue-second"),
    )


def _quote() -> Quote:
    return Quote(
        number="DV-2026-031",
        debtor_id="D-17",
        amount=Money(1_200_000, "EUR"),
        signed_on=SAMPLE_AS_OF - timedelta(days=3),
        work_starts_on=SAMPLE_AS_OF + timedelta(days=37),
    )


def _creditor() -> Party:
    return Party(
        id="C-1",
        name="Atelier Lumen SARL",
        country="FR",
        registration="123 456 782",
        vat_id="FR32123456782",
        address=Address(
            lines=("12 rue des Tanneurs",), postal_code="69005", city="Lyon", country="FR"
        ),
        contacts=(
            Contact(name="Élise Moreau", email="compta@lumen.example", phone="+33 4 00 00 00 00"),
        ),
        accounts=(BankAccount(iban="FR7630006000011234567890189", bic="AGRIFRPP"),),
    )


def _debtor(language: str) -> Party:
    return Party(
        id="D-17",
        name="Société Nouvelle Brossard SAS",
        country="FR",
        registration="987 654 324",
        address=Address(
            lines=("Service comptabilité fournisseurs", "48 avenue Jean-Jaurès"),
            postal_code="75019",
            city="Paris",
            country="FR",
        ),
        contacts=(
            Contact(
                name="Claire Martin", email="compta@brossard.example", phone="+33 1 00 00 00 00"
            ),
        ),
        language=language,
    )


def _financier() -> Party:
    return Party(
        id="F-1",
        name="Exemple Finance SA",
        country="FR",
        address=Address(
            lines=("1 place du Change",), postal_code="75002", city="Paris", country="FR"
        ),
        contacts=(Contact(name="Exemple Finance", email="questions@finance.example"),),
        accounts=(BankAccount(iban="FR1420041010050500013M02606", bic="PSSTFRPPPAR"),),
    )


def _court() -> Party:
    return Party(
        id="court",
        name="Tribunal de commerce d’Exemple",
        country="FR",
        address=Address(lines=("1 place du Palais",), postal_code="69003", city="Lyon",
                        country="FR"),
    )  # fmt: skip


def _collector() -> Party:
    return Party(
        id="R-1",
        name="Cabinet Recouvrement Exemple",
        country="FR",
        contacts=(Contact(email="dossiers@recouvrement.example"),),
    )
