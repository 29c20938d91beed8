"""From decisions to notices: who writes to whom about what, rendered and kept sealed.

Builds the context a template may name, has it rendered, and keeps the message under its notice
id. What the words are is the templates'; what may be named at all is checked by `notices`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dunning_sdk.debtors.paying_online import link_in_notice
from dunning_sdk.debtors.portal_access import link_for
from dunning_sdk.decisions.discretion import secrets_of
from dunning_sdk.decisions.grouping import GroupKey
from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.invoice import Invoice
from dunning_sdk.domain.notice import Attachment, Message
from dunning_sdk.domain.party import Party
from dunning_sdk.domain.receivable import ActStatus
from dunning_sdk.errors import RecordNotFoundError
from dunning_sdk.installation.config import Config
from dunning_sdk.installation.contracts import contract_in_force
from dunning_sdk.installation.wiring import Wiring
from dunning_sdk.money.intake import invoice_of
from dunning_sdk.proposals.claiming import claimed
from dunning_sdk.proposals.decided import Decided
from dunning_sdk.proposals.offering import answers_offered
from dunning_sdk.proposals.paying_to import paid_to, party_of
from dunning_sdk.records.codec import from_json, to_json
from dunning_sdk.records.mailbag import invoice_files, keep_message, kept_message, mapping_of
from dunning_sdk.rules.step import Action
from dunning_sdk.store.interface import Session

if TYPE_CHECKING:
    from dunning_sdk.notices.context import NoticeContext, NoticeItem, PastNotice

LETTERS = frozenset({"letter", "registered-letter", "registered-email"})


class Writer:
    """Writes the notices of one day.

    Args:
        config: Parties, language and links.
        wiring: Where templates come from.
        as_of: Day of sending.
    """

    def __init__(self, config: Config, wiring: Wiring, *, as_of: date) -> None:
        self._config = config
        self._wiring = wiring
        self._as_of = as_of

    def write(
        self, session: Session, notice_id: str, *, key: GroupKey, items: Sequence[Decided]
    ) -> None:
        """Render the notice of one group and keep it.

        Args:
            session: Open transaction.
            notice_id: Its id.
            key: What the acts share.
            items: Decisions of the group, highest level first; the first gives the template.

        Raises:
            DunningError: A template is faulty, or names what it must not.
        """
        context = replace(self._context(session, key, items), **claimed(items).fields())
        channels = items[0].decision.channels
        channel = channels[0] if channels else "email"
        self.keep(
            session,
            notice_id,
            replace(context, personal_note=answers_offered(self._config, context, items, channel)),
            channel=channel,
            documents=invoice_files(session, [item.receivable for item in items]),
        )

    def keep(
        self,
        session: Session,
        notice_id: str,
        context: "NoticeContext",
        *,
        channel: str,
        documents: Sequence[Attachment] = (),
    ) -> None:
        """Render a context and keep it sealed, with the message for its preferred channel.

        The context is kept so that a fallback says the same on another channel; documents go
        with an e-mail only.
        """
        files = documents if channel == "email" else ()
        message = self._wiring.composer.compose(
            context, notice_id=notice_id, channel=channel, documents=files
        )
        owner = context.debtor.id
        record: dict[str, JsonValue] = {
            "context": to_json(context),
            "messages": {channel: keep_message(session, message, owner=owner)},
        }
        session.put_record("notice", notice_id, record, owner=owner)

    def message(self, session: Session, notice_id: str, channel: str) -> Message:
        """Return a kept notice as it leaves by one channel; a fallback is composed now.

        Raises:
            RecordNotFoundError: No such notice, or its debtor was erased.
        """
        from dunning_sdk.notices.context import NoticeContext

        record = session.record("notice", notice_id)
        if record is None:
            raise RecordNotFoundError(f"No notice {notice_id} is kept", hint="Propose again.")
        messages = record["messages"] if isinstance(record["messages"], dict) else {}
        data = messages.get(channel)
        if isinstance(data, dict):
            return kept_message(session, data)
        context = from_json(NoticeContext, mapping_of(record["context"]))
        message = self._wiring.composer.compose(context, notice_id=notice_id, channel=channel)
        owner = context.debtor.id
        kept = {**messages, channel: keep_message(session, message, owner=owner)}
        session.put_record("notice", notice_id, {**record, "messages": kept}, owner=owner)
        return message

    def about_financed(
        self,
        session: Session,
        notice_id: str,
        invoice: Invoice,
        *,
        template: str,
        documents: Sequence[Attachment] = (),
    ) -> None:
        """Keep a mail to the debtor about an invoice that was just financed.

        Args:
            session: Open transaction.
            notice_id: Its id.
            invoice: The financed invoice, numbered.
            template: ``confirmation`` comes from the financier (S0-31), any other from us
                (S0-30).
            documents: The invoice itself.
        """
        from dunning_sdk.notices.context import NoticeContext, item_of

        contract = contract_in_force(self._config)
        sender = self._party("financier" if template == "confirmation" else self._config.operator)
        payee = self._party(contract.account) if contract.account != "creditor" else None
        accounts = payee.accounts if payee else invoice.accounts
        due_on = invoice.due_on or invoice.issued_on + timedelta(days=self._config.payment_days)
        amount = invoice.amount_due
        context = NoticeContext(
            template=template,
            language=self._spoken(template, invoice.debtor.language),
            as_of=self._as_of,
            currency=invoice.currency,
            sender=sender,
            sender_contact=sender.contact(),
            creditor=self._full(invoice.creditor),
            debtor=invoice.debtor,
            contact=invoice.debtor.contact(),
            items=(item_of(invoice, due_on=due_on, open_amount=amount, as_of=self._as_of),),
            account=accounts[0] if accounts else None,
            payee=payee,
            portal_link=self._portal_link(session, invoice.debtor.id),
            reference=invoice.number,
            jurisdiction=invoice.debtor.country,
            place=sender.address.city,
        )
        context = self._with_assignment(context, told=contract.debtor_told)
        self.keep(session, notice_id, context, channel="email", documents=documents)

    # context ------------------------------------------------------------------------------
    def _context(
        self, session: Session, key: GroupKey, items: Sequence[Decided]
    ) -> "NoticeContext":
        from dunning_sdk.notices.context import NoticeContext

        lead = items[0]
        step, mandate, debtor = lead.decision.step, lead.decision.mandate, lead.debtor
        if step is None or mandate is None:
            message = "only a due decision is written about"
            raise ValueError(message)
        sender = self._party(mandate.letterhead)
        recipient = self._party("collector") if step.action is Action.PLACEMENT else None
        invoices = {item.receivable.id: invoice_of(session, item.receivable.id) for item in items}
        creditor = invoices[lead.receivable.id].creditor
        template = lead.decision.template or step.template
        paid = paid_to(self._config, lead.receivable, invoices[lead.receivable.id])
        context = NoticeContext(
            template=template,
            language=self._spoken(template, recipient.language if recipient else "", key.language),
            as_of=self._as_of,
            currency=lead.receivable.amount.currency,
            level=step.level,
            sender=sender,
            sender_contact=sender.contact(),
            creditor=self._full(creditor),
            debtor=debtor,
            recipient=recipient,
            contact=(recipient or debtor).contact(lead.decision.contact or "billing"),
            items=self._items(items, invoices),
            account=paid.account,
            payee=paid.payee,
            payment_link=self._payment_link(session, items),
            portal_link=self._portal_link(session, debtor.id) if recipient is None else "",
            reference=debtor.id,
            grants_days=step.grants_days,
            pay_by_on=self._as_of + timedelta(days=step.grants_days) if step.grants_days else None,
            jurisdiction=debtor.country,
            place=sender.address.city,
            history=self._history(items),
        )
        return self._as_told(context, items)

    def _as_told(self, context: "NoticeContext", items: Sequence[Decided]) -> "NoticeContext":
        mandates = [one.decision.mandate for one in items if one.receivable.is_financed]
        told = any(one is not None and one.debtor_told for one in mandates)
        return self._with_assignment(context, told=told) if mandates else context

    def _with_assignment(self, context: "NoticeContext", *, told: bool) -> "NoticeContext":
        """Name the assignee where the debtor was told, and make sure nobody does where not."""
        financier = self._config.party("financier")
        if financier is None:
            return context
        if told:
            mention = self._mention(context.language, financier)
            return replace(
                context, debtor_told=True, assignee=financier, assignment_mention=mention
            )
        return replace(context, never_named=secrets_of(financier))

    def _items(
        self, items: Sequence[Decided], invoices: Mapping[str, Invoice]
    ) -> "tuple[NoticeItem, ...]":
        return tuple(self._item(item, invoices[item.receivable.id]) for item in _by_due_date(items))

    def _item(self, item: Decided, invoice: Invoice) -> "NoticeItem":
        from dunning_sdk.notices.context import item_of

        return item_of(
            invoice, due_on=item.receivable.due_on, open_amount=item.amount, as_of=self._as_of
        )

    def _mention(self, language: str, assignee: Party) -> str:
        """Return the sentence that tells of the assignment (S4-08, C. civ. art. 1324)."""
        words = self._wiring.composer.renderer.language(language).words
        return words["assignment_mention"].replace("{assignee}", assignee.name)

    def _party(self, actor: str) -> Party:
        return party_of(self._config, actor)

    def _full(self, creditor: Party) -> Party:
        """Return our own record of the creditor where the document's is the same party."""
        own = self._config.party("creditor")
        return own if own is not None and creditor.id in ("", own.id) else creditor

    def _spoken(self, template: str, *wanted: str) -> str:
        """Return the first language wanted that there is a template in, else the tenant's own."""
        known = self._wiring.composer.renderer
        return known.language_of(template, (*wanted, self._config.language))

    def _payment_link(self, session: Session, items: Sequence[Decided]) -> str:
        asked = [(item.receivable, item.amount) for item in items]
        return link_in_notice(session, asked, pattern=self._config.payment_link)

    def _portal_link(self, session: Session, debtor_id: str) -> str:
        return link_for(session, self._config, debtor_id, as_of=self._as_of)

    def _history(self, items: Sequence[Decided]) -> "tuple[PastNotice, ...]":
        """Return earlier notices about the same receivables, oldest first, once each."""
        from dunning_sdk.notices.context import PastNotice

        past = {
            (act.on, act.step_id): PastNotice(
                sent_on=act.on, channel=self._channel_of(item, act.step_id)
            )
            for item in items
            for act in item.receivable.acts
            if act.is_notice and act.status is ActStatus.DONE
        }
        return tuple(past[key] for key in sorted(past))

    def _channel_of(self, item: Decided, step_id: str) -> str:
        for procedure in item.book.procedures.values():
            for step in procedure.steps:
                if step.id == step_id and step.channels:
                    return step.channels[0]
        return "email"


def _by_due_date(items: Sequence[Decided]) -> list[Decided]:
    return sorted(items, key=lambda item: (item.receivable.due_on, item.receivable.id))
