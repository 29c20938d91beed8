"""Write the petition for a payment order, with the statement of the claim annexed, for a person.

Two letters are set, kept sealed under their hashes and written to a folder; nothing is filed. A
person checks, completes, approves and files, and records each of these.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dunning_sdk.debtors.letters import proofs_of
from dunning_sdk.decisions.charge_figure import BELOW_FLOOR
from dunning_sdk.decisions.recovery import next_state
from dunning_sdk.decisions.recovery_state import RecoveryEvent
from dunning_sdk.decisions.recovery_view import Recovery
from dunning_sdk.domain.invoice import Invoice
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, Party
from dunning_sdk.domain.receivable import Receivable, StopReason
from dunning_sdk.errors import ConfigError, DomainError, InvalidTransitionError
from dunning_sdk.money.intake import invoice_of
from dunning_sdk.proposals.charging import Charger
from dunning_sdk.proposals.claiming import Claimed, claimed_of
from dunning_sdk.proposals.deciding import Decider
from dunning_sdk.recovery.recovering import recovery, state_on
from dunning_sdk.recovery.recovery_records import add_event
from dunning_sdk.store.interface import Session

if TYPE_CHECKING:
    from dunning_sdk.decisions.charge import Charges
    from dunning_sdk.engine.engine import Engine
    from dunning_sdk.notices.context import NoticeContext

KNOWN: Final = ("fr",)
"""Jurisdictions whose petition there are words for."""

TEMPLATES: Final = ("petition", "statement-of-claim")
FOLDER: Final = "recovery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Court:
    """The court a person chose.

    Attributes:
        name: As it is addressed.
        street: Street line.
        postal_code: As the post writes it.
        city: Town.
    """

    name: str
    street: str
    postal_code: str
    city: str

    def party(self) -> Party:
        """Return the court as an addressee in France."""
        address = Address(
            lines=(self.street,), postal_code=self.postal_code, city=self.city, country="FR"
        )
        return Party(id="court", name=self.name, country="FR", address=address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Petition:
    """What was written.

    Attributes:
        files: The petition, then the statement.
        digests: SHA-256 of each, as kept.
        principal: What is asked for in principal.
        total: With interest and compensation.
        notes: What a person has to look at, one line each.
    """

    files: tuple[Path, ...]
    digests: tuple[str, ...]
    principal: Money
    total: Money
    notes: tuple[str, ...]


def write_petition(
    engine: "Engine", receivable_id: str, *, as_of: date, court: Court, language: str = "fr"
) -> Petition:
    """Write the petition of one receivable and record that it waits for approval.

    Args:
        engine: Of the tenant.
        receivable_id: Which.
        as_of: Day of the letters; interest is counted up to it.
        court: As a person chose it.
        language: Of the letters; a court in France reads French.

    Raises:
        RecordNotFoundError: Unknown receivable.
        DomainError: No petition is known for the jurisdiction, nothing is owed, a stop holds,
            or a value of the law is unverified.
        InvalidTransitionError: Recovery stands where no petition may follow.
        ConfigError: There is no creditor, or letters cannot be set.
    """
    with engine.store.begin() as session:
        decider = Decider(engine.config, engine.library, session=session, as_of=as_of)
        receivable = state_on(session, receivable_id, as_of)
        debtor = decider.party(receivable.debtor_id)
        found = recovery(session, decider, receivable)
        next_state(found.state, RecoveryEvent.PETITION_WRITTEN)
        _check(receivable, found, as_of)
        charges = _charges(engine, session, receivable, debtor=debtor, as_of=as_of)
        claim = claimed_of([(receivable.invoice_number, charges)] if charges else [])
        context = _context(
            engine, invoice_of(session, receivable_id), receivable,
            debtor=debtor, found=found, claim=claim, as_of=as_of,
        )  # fmt: skip
        proofs = (one.name for one in proofs_of(session, receivable) if one.on <= as_of)
        documents = (*context.documents, *filter(None, proofs))
        context = replace(context, recipient=court.party(), language=language, documents=documents)
        pages = [_set(engine, context, name, receivable_id) for name in TEMPLATES]
        digests = tuple(hashlib.sha256(content).hexdigest() for content in pages)
        for digest, content in zip(digests, pages, strict=True):
            session.put_blob(digest, content, owner=debtor.id)
        header = dict(zip(("petition", "statement"), digests, strict=True))
        add_event(session, decider, receivable, RecoveryEvent.PETITION_WRITTEN, header={**header})
    return Petition(
        files=_written(engine.config.out_folder / FOLDER, receivable_id, pages),
        digests=digests,
        principal=context.total,
        total=context.claim_total,
        notes=tuple(_notes(found, charges)),
    )


def _check(receivable: Receivable, found: Recovery, as_of: date) -> None:
    if found.jurisdiction not in KNOWN:
        where = found.jurisdiction.upper() or "a jurisdiction that is not known"
        raise DomainError(
            f"No petition is known for {where}", hint="Have it drawn up by a lawyer there."
        )
    if receivable.is_financed:
        raise InvalidTransitionError(
            f"Receivable {receivable.id} is financed: its holder petitions, not the creditor",
            hint="Have it handed back first, or leave the petition to the financier.",
        )
    if not receivable.open_amount.minor:
        raise InvalidTransitionError(f"Nothing is owed on {receivable.id} any more")
    held = [
        stop.reason.value
        for stop in receivable.stops_on(as_of)
        if stop.reason is not StopReason.IN_RECOVERY
    ]
    if held:
        raise InvalidTransitionError(
            f"Receivable {receivable.id} is {', '.join(held)}",
            hint="Lift the stop first, if a petition is to be written all the same.",
        )
    _refuse_unverified(found.unverified)


def _charges(
    engine: "Engine", session: Session, receivable: Receivable, *, debtor: Party, as_of: date
) -> "Charges | None":
    """Return interest and compensation up to the day; none of a consumer.

    Raises:
        DomainError: They rest on a value that no source supports and nobody confirmed.
    """
    charger = Charger(engine.config, session, as_of)
    charges = charger.claim(receivable, debtor, ground=("petition", 0))
    if charges is not None:
        _refuse_unverified(tuple(str(one) for one in charges.unverified))
    return charges


def _refuse_unverified(ids: tuple[str, ...]) -> None:
    if ids:
        raise DomainError(
            f"The petition would rest on unverified values of the law: {', '.join(ids)}",
            hint="Compare them with their sources, then: dunning record law-confirmed ID by=NAME.",
            code="law.unverified",
        )


def _context(
    engine: "Engine",
    invoice: Invoice,
    receivable: Receivable,
    *,
    debtor: Party,
    found: Recovery,
    claim: Claimed,
    as_of: date,
) -> "NoticeContext":
    from dunning_sdk.notices.context import NoticeContext, PastNotice, item_of

    creditor = engine.config.party("creditor")
    if creditor is None:
        raise ConfigError(
            "A petition names the creditor, but [parties.creditor] is missing",
            hint="Add that section to dunning.toml, with id, name and address.",
        )
    notices = [one for one in found.history if one.event is RecoveryEvent.FORMAL_NOTICE]
    item = item_of(
        invoice, due_on=receivable.due_on, open_amount=receivable.open_amount, as_of=as_of
    )
    references = (invoice.order_reference, invoice.contract_reference)
    documents = filter(None, (*references, *(one.reference for one in notices)))
    return NoticeContext(
        template=TEMPLATES[0],
        language="fr",
        as_of=as_of,
        currency=receivable.amount.currency,
        sender=creditor,
        sender_contact=creditor.contact(),
        creditor=creditor,
        debtor=debtor,
        items=(item,),
        reference=receivable.id,
        jurisdiction=found.jurisdiction.upper(),
        place=creditor.address.city,
        history=tuple(PastNotice(sent_on=one.on, channel="registered-letter") for one in notices),
        documents=tuple(documents),
        **claim.fields(),
    )


def _set(engine: "Engine", context: "NoticeContext", template: str, receivable_id: str) -> bytes:
    message = engine.wiring.composer.compose(
        replace(context, template=template),
        notice_id=f"{_plain(receivable_id)}-{template}",
        channel="letter",
    )
    return message.attachments[0].content


def _written(folder: Path, receivable_id: str, pages: list[bytes]) -> tuple[Path, ...]:
    from dunning_sdk.connectors.whole_file import write_whole

    files = tuple(folder / f"{_plain(receivable_id)}-{name}.pdf" for name in TEMPLATES)
    for file, content in zip(files, pages, strict=True):
        write_whole(file, content, connector=FOLDER)
    return files


def _plain(receivable_id: str) -> str:
    return re.sub(r"[^\w.-]+", "-", receivable_id).strip("-.") or "receivable"


def _notes(found: Recovery, charges: "Charges | None") -> list[str]:
    """Return what a person has to look at before he approves."""
    notes = ["check, complete, sign and file it yourself; nothing was filed"]
    if not found.chosen:
        notes.append("no limitation period was chosen; record limitation-period")
    notes += [f"{one.what} ends on {one.ends_on}" for one in found.warnings]
    if charges is None:
        notes.append("no interest and no compensation are asked for")
    elif charges.missing:
        notes.append(charges.missing)
    if charges is not None and BELOW_FLOOR in charges.reasons:
        notes.append("the contract sets a lower rate than the law allows; the law's least counts")
    return notes
