"""The documents a decision on financing leads to: whole, split, credited, or none."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from dunning_sdk.decisions.eligibility import Eligibility
from dunning_sdk.decisions.facts import splitting_facts
from dunning_sdk.decisions.parts import decide_parts
from dunning_sdk.decisions.reissue import reissued
from dunning_sdk.decisions.splitting import credit_and_split, credit_note_of, split_invoice
from dunning_sdk.domain.financed import Financing
from dunning_sdk.domain.invoice import Invoice
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Party
from dunning_sdk.errors import ConfigError
from dunning_sdk.financing.drafts import Draft
from dunning_sdk.financing.issue import CREDIT_NOTE, FINANCED, Part
from dunning_sdk.installation.config import Config
from dunning_sdk.installation.contracts import contract_in_force
from dunning_sdk.money.intake import invoice_of
from dunning_sdk.rules.book import Book
from dunning_sdk.store.interface import Session


class Parter:
    """Makes the documents of one day.

    Args:
        config: Parties and contract.
        book: Whose splitting rule says who is paid.
        as_of: Day the documents are dated, at the earliest.
    """

    def __init__(self, config: Config, book: Book, *, as_of: date) -> None:
        self._config = config
        self._book = book
        self._as_of = as_of

    def parts(
        self, draft: Draft, answer: Eligibility, facts: Mapping[str, Any]
    ) -> tuple[Part, ...]:
        """Return the documents to issue; none when refused, or when assigned as issued.

        Where the company collects, an invoice stays whole and payable to it, whatever part of
        it is financed: the debtor of a confidential contract would read the split.

        Raises:
            InvalidSplitError: The invoice cannot be split.
            ConfigError: There is no financier.
        """
        if not answer.eligible:
            return ()
        if contract_in_force(self._config).account == "creditor":
            return () if draft.replaces else (self._own(draft.invoice),)
        financier = self.financier()
        if answer.outcome == "covered":
            return self._whole(draft, financier)
        reachable = self._split(draft, answer.amount, financier)[-2].invoice.amount_due
        said = decide_parts(
            self._book, splitting_facts(facts, reachable=reachable), reachable=reachable
        )
        payees = {FINANCED: said.financed_payee, "creditor": said.rest_payee}
        return tuple(
            replace(part, payee=payees.get(part.role, part.payee))
            for part in self._split(draft, said.amount, financier)
        )

    def credit_notes(self, session: Session, financing: Financing) -> tuple[Part, ...]:
        """Return the credit notes that cancel every invoice of a financing (S0-33)."""
        return tuple(
            Part(
                role=CREDIT_NOTE,
                payee="",
                invoice=credit_note_of(
                    invoice, issued_on=self._as_of, language=self._language(invoice)
                ),
            )
            for invoice in (invoice_of(session, key) for key in financing.receivables)
        )

    def financier(self) -> Party:
        """Return the financier.

        Raises:
            ConfigError: There is none.
        """
        financier = self._config.party("financier")
        if financier is None:
            message = "Financing needs [parties.financier] in dunning.toml"
            raise ConfigError(message, hint="Add that section, with id, name and iban.")
        return financier

    def _fresh(self, invoice: Invoice) -> Invoice:
        return replace(invoice, number="", issued_on=max(invoice.issued_on, self._as_of))

    def _whole(self, draft: Draft, financier: Party) -> tuple[Part, ...]:
        """Return the invoice payable to the financier, and what cancels one that was issued."""
        head: tuple[Part, ...] = ()
        fresh, language = draft.invoice, self._language(draft.invoice)
        if draft.replaces:
            note = credit_note_of(draft.invoice, issued_on=self._as_of, language=language)
            head = (Part(role=CREDIT_NOTE, payee="", invoice=note),)
            fresh = reissued(draft.invoice, issued_on=self._as_of, language=language)
        whole = replace(self._fresh(fresh), payee=financier, accounts=financier.accounts)
        return (*head, Part(role=FINANCED, payee="financier", invoice=whole))

    def _own(self, invoice: Invoice) -> Part:
        creditor = self._config.party("creditor") or invoice.creditor
        accounts = invoice.accounts or creditor.accounts
        return Part(
            role=FINANCED,
            payee="creditor",
            invoice=replace(self._fresh(invoice), accounts=accounts),
        )

    def _language(self, invoice: Invoice) -> str:
        return invoice.debtor.language or self._config.language

    def _split(self, draft: Draft, available: Money, financier: Party) -> tuple[Part, ...]:
        """Split a draft, or credit and split an issued invoice (BG-3)."""
        language = self._language(draft.invoice)
        head: tuple[Part, ...] = ()
        if draft.replaces:
            replacement = credit_and_split(
                draft.invoice,
                issued_on=self._as_of,
                available=available,
                financier=financier,
                language=language,
            )
            split = replacement.split
            head = (Part(role=CREDIT_NOTE, payee="", invoice=replacement.credit_note),)
        else:
            split = split_invoice(
                self._fresh(draft.invoice),
                available=available,
                financier=financier,
                language=language,
            )
        return (
            *head,
            Part(role=FINANCED, payee="financier", invoice=split.financed),
            Part(role="creditor", payee="creditor", invoice=split.rest),
        )
