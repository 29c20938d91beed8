"""What comes in becomes events: invoices open receivables, payments settle them.

Everything a source brought is either stored, known already, or refused with a problem that says
why; nothing is half-written, since one pull is one transaction per source.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from dunning_sdk.connectors.interface import Batch, SourcedInvoice
from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import JsonValue, NewEvent, Stream
from dunning_sdk.domain.financing import ContractKind
from dunning_sdk.domain.invoice import Invoice, InvoiceKind, problems_of
from dunning_sdk.domain.party import Party
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.errors import DunningError, InputError
from dunning_sdk.installation.config import Config
from dunning_sdk.money.capping import note_terms
from dunning_sdk.records.codec import from_json, to_json
from dunning_sdk.records.keeping import keep_document, keep_party, note_change
from dunning_sdk.store.interface import ReviewItem, Session


@dataclass(slots=True, kw_only=True)
class PullReport:
    """What one pull brought.

    Attributes:
        opened: Receivables opened.
        changed: Receivables whose due date or credit changed.
        known: Documents and payments that were here already.
        payments: New payments.
        allocated: Allocations made.
        unsure: Payments for a person to look at.
        sanctions: Companies on the lists of sanctioned payers.
        heard: What became known of notices that left: proofs, replies, what came back.
        scores: New payment scores of debtors.
        findings: What is noteworthy about what was taken, one line each.
        problems: One per record that was refused.
    """

    opened: int = 0
    changed: int = 0
    known: int = 0
    payments: int = 0
    allocated: int = 0
    unsure: int = 0
    sanctions: int = 0
    heard: int = 0
    scores: int = 0
    findings: list[str] = field(default_factory=list)
    problems: list[DunningError] = field(default_factory=list)


def receivable_id(invoice: Invoice, config: Config) -> str:
    """Return a receivable's id: the invoice number, prefixed for creditors other than ours."""
    own = config.parties.get("creditor")
    if own is None or invoice.creditor.id in ("", own.id):
        return invoice.number
    return f"{invoice.creditor.id}/{invoice.number}"


def take_invoices(
    batch: Batch[SourcedInvoice],
    config: Config,
    *,
    session: Session,
    as_of: date,
    report: PullReport,
) -> None:
    """Store what an invoice source brought.

    Args:
        batch: Documents and the problems the source met.
        config: Whose tenant, and the terms where a document states none.
        session: Open transaction.
        as_of: Day of the pull; a document issued before it is first seen today.
        report: Counted into.
    """
    report.problems.extend(batch.problems)
    report.findings.extend(map(str, batch.remarks))
    known = {row.receivable.id: row.receivable for row in session.receivables()}
    opened: dict[str, NewEvent] = {}
    for sourced in batch.records:
        invoice = sourced.invoice
        problems = problems_of(invoice)
        if problems:
            report.problems.append(
                InputError(
                    f"invoice {invoice.number or '(no number)'} {problems[0].text}",
                    source=sourced.origin,
                )
            )
            continue
        key = receivable_id(invoice, config)
        if invoice.kind is InvoiceKind.CREDIT_NOTE:
            _take_credit_note(sourced, config, session=session, as_of=as_of, report=report)
        elif key in opened:
            message = f"invoice number {invoice.number} occurs twice in this source"
            report.problems.append(
                InputError(message, source=sourced.origin, hint="Keep one; the first was taken.")
            )
        elif key in known:
            _take_known(sourced, known[key], session=session, as_of=as_of, report=report)
        elif _is_debtor_known(sourced, session, report):
            opened[key] = _opening(sourced, key, config, session=session, as_of=as_of)
            report.findings += note_terms(session, key, invoice, config)
    note_change(session, list(opened.values()))
    report.opened += len(opened)


def _is_debtor_known(sourced: SourcedInvoice, session: Session, report: PullReport) -> bool:
    debtor = sourced.invoice.debtor
    if debtor.name or session.record("party", debtor.id) is not None:
        return True
    message = (
        f"invoice {sourced.invoice.number} names debtor {debtor.id or '(none)'}, who is unknown"
    )
    hint = "Map the debtor's name column, or import an invoice that carries his data first."
    report.problems.append(InputError(message, source=sourced.origin, hint=hint))
    return False


def _opening(
    sourced: SourcedInvoice, key: str, config: Config, *, session: Session, as_of: date
) -> NewEvent:
    invoice = sourced.invoice
    debtor = keep_party(session, invoice.debtor, on=as_of)
    document = keep_document(session, sourced.content, owner=debtor.id)
    return opening(
        key,
        invoice,
        config=config,
        on=max(as_of, invoice.issued_on),
        header={
            "reminders": sourced.reminders is not False,
            "channel": sourced.channel,
            "level": sourced.imported_level,
            "last_notice_on": sourced.imported_notice_on.isoformat()
            if sourced.imported_notice_on
            else "",
            "document": document,
            **_financing_of(sourced, config),
        },
    )


def opening(
    key: str, invoice: Invoice, *, config: Config, on: date, header: dict[str, JsonValue]
) -> NewEvent:
    """Return the event that opens one receivable, its invoice sealed beside it."""
    due_on = invoice.due_on or invoice.issued_on + timedelta(days=config.payment_days)
    base: dict[str, JsonValue] = {
        "invoice": invoice.number,
        "debtor": invoice.debtor.id,
        "creditor": invoice.creditor.id,
        "kind": "invoice",
        "currency": invoice.currency,
        "amount_minor": invoice.amount_due.minor,
        "issued_on": invoice.issued_on.isoformat(),
        "due_on": due_on.isoformat(),
    }
    return NewEvent(
        stream=Stream(kind="receivable", id=key),
        type=events.OPENED,
        on=on,
        header=base | header,
        payload={"invoice": to_json(replace(invoice, due_on=due_on))},
        owner=invoice.debtor.id,
    )


def _financing_of(sourced: SourcedInvoice, config: Config) -> dict[str, JsonValue]:
    """Return what the source says about financing, or what the payee tells (BG-10)."""
    financier = config.parties.get("financier")
    payee = sourced.invoice.payee
    by_payee = financier is not None and payee is not None and payee.name == financier.name
    financier_id = sourced.financier_id or (financier.id if by_payee and financier else "")
    header: dict[str, JsonValue] = {"part_of": sourced.part_of}
    if sourced.part_of:
        header["kind"] = "part"
    if not financier_id:
        return header
    kind = sourced.contract_kind or ContractKind.FULL.value
    collected = by_payee or kind == ContractKind.FULL
    payee_actor = "financier" if collected else "creditor"
    return header | {"financier": financier_id, "contract_kind": kind, "payee": payee_actor}


def _take_known(
    sourced: SourcedInvoice, known: Receivable, *, session: Session, as_of: date, report: PullReport
) -> None:
    """Compare a document that is here already: same, another due date, or a clash."""
    invoice = sourced.invoice
    if invoice.amount_due != known.amount:
        message = f"invoice number {invoice.number} is here already with another amount"
        hint = "Numbers are unique: send a credit note and a new invoice, or correct the number."
        report.problems.append(InputError(message, source=sourced.origin, hint=hint))
        return
    original = _original_due_on(session, known)
    if invoice.due_on is None or invoice.due_on in (original, known.due_on):
        report.known += 1
        return
    change = NewEvent(
        stream=Stream(kind="receivable", id=known.id),
        type=events.DUE_CHANGED,
        on=max(as_of, known.entered_on),
        header={"due_on": invoice.due_on.isoformat()},
    )
    note_change(session, [change])
    report.changed += 1


def _original_due_on(session: Session, known: Receivable) -> date:
    opening = session.events(Stream(kind="receivable", id=known.id))[0]
    return date.fromisoformat(str(opening.header["due_on"]))


def _take_credit_note(
    sourced: SourcedInvoice, config: Config, *, session: Session, as_of: date, report: PullReport
) -> None:
    """Apply a credit note to the invoice it names, or ask a person."""
    note = sourced.invoice
    if session.setting(f"credit-note:{note.number}"):
        report.known += 1
        return
    session.put_setting(f"credit-note:{note.number}", True)
    on = max(as_of, note.issued_on)
    key = receivable_id(replace(note, number=note.preceding), config)
    target = next(
        (row for row in session.receivables(debtor_id=note.debtor.id) if row.receivable.id == key),
        None,
    )
    if not note.preceding or target is None:
        detail: dict[str, JsonValue] = {"credit_note": note.number, "names": note.preceding}
        session.put_review(
            ReviewItem(
                id=f"credit-note:{note.number}", kind="credit-note-unmatched", subject=note.number,
                opened_on=on, detail=detail,
            )
        )  # fmt: skip
        report.unsure += 1
        return
    credit = NewEvent(
        stream=Stream(kind="receivable", id=key),
        type=events.CREDITED,
        on=on,
        header={"credit_note": note.number, "amount_minor": note.amount_due.minor},
    )
    note_change(session, [credit])
    report.changed += 1


def invoice_of(session: Session, key: str) -> Invoice:
    """Return the document a receivable was opened with.

    Raises:
        RecordNotFoundError: No such receivable, or its debtor was erased.
    """
    payload = session.payload(Stream(kind="receivable", id=key), 1)
    data = payload["invoice"]
    return from_json(Invoice, data if isinstance(data, dict) else {})


def parties_of(session: Session, ids: Iterable[str]) -> dict[str, Party]:
    """Return stored parties by id; an unknown one is left out."""
    return {key: from_json(Party, data) for key, data in session.records("party", ids).items()}
