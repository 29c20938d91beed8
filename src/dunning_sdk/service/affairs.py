"""The operations beside the façade: proposals kept, recovery, accounts, companies.

Decides paths and scopes, and translates; each function calls the one of the engine that the command
line calls.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from dunning_sdk.access.api_key import Scope
from dunning_sdk.connectors.journal import JournalLine
from dunning_sdk.debtors.inquiries import inquiry_about
from dunning_sdk.debtors.letters import Letter
from dunning_sdk.decisions.inquiry import Inquiry
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.notice import Attachment
from dunning_sdk.engine.accounting import accounts_of, close_accounts
from dunning_sdk.engine.companies import CompanyReport, check_companies
from dunning_sdk.engine.engine import Engine
from dunning_sdk.engine.petitioning import Court, write_petition
from dunning_sdk.engine.recovery_view import letters_on, proofs_on, recovery_on
from dunning_sdk.errors import RecordNotFoundError
from dunning_sdk.proposals.proposal import Proposal
from dunning_sdk.proposals.proposing import stored_proposal
from dunning_sdk.service.body import CourtBody
from dunning_sdk.service.facade import ANY_FILE
from dunning_sdk.service.operation import Operation
from dunning_sdk.service.page import Limit, Page, no_cursor, page_of, read_cursor, write_cursor
from dunning_sdk.store.reading import Wanted
from dunning_sdk.store.standing import Standing

_CURSOR_PARTS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptProof:
    """A file kept about letters and recovery; its bytes are asked for by `sha256`."""

    on: date
    event: str
    name: str
    media_type: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionView:
    """What was written; the files are kept, and asked for by their SHA-256."""

    digests: list[str]
    principal: Money
    total: Money
    notes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsView:
    """One page of the lines of a period; `is_closed` once nothing can change it."""

    is_closed: bool
    lines: Page[JournalLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """Up to which day the accounts are closed."""

    through: date


def receivables(
    engine: Engine,
    *,
    debtor: str = "",
    number: str = "",
    due_before: date | None = None,
    settled: bool = False,
    cursor: str = "",
    limit: Limit = 50,
) -> Page[Standing]:
    """List where receivables stand, by due date; by number where that is asked for.

    Args:
        engine: Of the tenant.
        debtor: Of one debtor; empty for all.
        number: Beginning of the invoice number; empty for all.
        due_before: Only what is due before this day.
        settled: Whether those are listed too of which nothing is owed any more.
        cursor: `next` of the page before; empty for the first.
        limit: Most lines.
    """
    wanted = Wanted(debtor_id=debtor, begins=number, is_open=not settled, due_before=due_before)
    after = tuple(str(part) for part in read_cursor(cursor)) if cursor else ()
    if after and len(after) != _CURSOR_PARTS:
        raise no_cursor()
    with engine.store.reading() as session:
        found = session.standings(wanted, after=after, limit=limit)
    more = len(found) == limit
    last = found[-1] if more else None
    place = (last.invoice_number if number else last.due_on.isoformat(), last.id) if last else ()
    return Page(items=list(found), next=write_cursor(*place) if place else "")


def proposal(engine: Engine, proposal_id: str) -> Proposal:
    """Return a proposal that was made, with what was approved of it since.

    Args:
        engine: Of the tenant.
        proposal_id: Its id, or a beginning that is no other's.
    """
    with engine.store.begin() as session:
        return stored_proposal(session, proposal_id)


def letters(
    engine: Engine, receivable: str, *, as_of: date, cursor: str = "", limit: Limit = 50
) -> Page[Letter]:
    """List what became of the letters about a receivable, oldest first.

    Args:
        engine: Of the tenant.
        receivable: Which.
        as_of: The day; what was recorded later is unseen.
        cursor: `next` of the page before; empty for the first.
        limit: Most lines.
    """
    found = letters_on(engine, receivable, as_of=as_of)
    keyed = {f"{place}": letter for place, letter in enumerate(found)}
    page = page_of([*keyed], key=str, cursor=cursor, limit=limit)
    return Page(items=[keyed[place] for place in page.items], next=page.next)


def proofs(
    engine: Engine, receivable: str, *, as_of: date, cursor: str = "", limit: Limit = 50
) -> Page[KeptProof]:
    """List the files kept about the letters and the recovery of a receivable.

    Args:
        engine: Of the tenant.
        receivable: Which.
        as_of: The day; what came later is left out.
        cursor: `next` of the page before; empty for the first.
        limit: Most lines.
    """
    found = [
        KeptProof(
            on=one.kept.on,
            event=one.kept.event,
            name=one.file.name,
            media_type=one.kept.media_type,
            sha256=one.kept.digest,
        )
        for one in proofs_on(engine, receivable, as_of=as_of)
    ]
    return page_of(
        found, key=lambda one: f"{one.on} {one.event} {one.sha256}", cursor=cursor, limit=limit
    )


def proof(engine: Engine, receivable: str, digest: str, *, as_of: date) -> Attachment:
    """Return one file kept about the letters and the recovery of a receivable.

    Args:
        engine: Of the tenant.
        receivable: Which.
        digest: SHA-256 of its bytes, in hex.
        as_of: The day; what came later is left out.
    """
    for one in proofs_on(engine, receivable, as_of=as_of):
        if one.kept.digest == digest:
            return one.file
    raise RecordNotFoundError("No such file is kept about this receivable")


def petition(
    engine: Engine, receivable: str, *, as_of: date, court: CourtBody, language: str = "fr"
) -> PetitionView:
    """Write the petition for a payment order and the statement of the claim; files nothing.

    Both are kept, and recorded as waiting for approval.

    Args:
        engine: Of the tenant.
        receivable: Which.
        as_of: Day of the letters; interest is counted up to it.
        court: As a person chose it.
        language: Of the letters; a court in France reads French.
    """
    chosen = Court(**court.model_dump())
    found = write_petition(engine, receivable, as_of=as_of, court=chosen, language=language)
    return PetitionView(
        digests=list(found.digests),
        principal=found.principal,
        total=found.total,
        notes=list(found.notes),
    )


def accounts(
    engine: Engine, *, begin: date, end: date, cursor: str = "", limit: Limit = 50
) -> AccountsView:
    """List the lines of journals of a period, booked on the tenant's chart of accounts.

    Args:
        engine: Of the tenant.
        begin: First day (inclusive).
        end: Last day (inclusive).
        cursor: `next` of the page before; empty for the first.
        limit: Most lines.
    """
    period = accounts_of(engine, begin=begin, end=end)
    keyed = {f"{place}": line for place, line in enumerate(period.lines)}
    page = page_of([*keyed], key=str, cursor=cursor, limit=limit)
    lines = Page(items=[keyed[place] for place in page.items], next=page.next)
    return AccountsView(is_closed=period.is_closed, lines=lines)


def close(engine: Engine, *, through: date) -> Closed:
    """Close every period up to a day; later records about it are booked after that day.

    Args:
        engine: Of the tenant.
        through: Last day that is closed; before today.
    """
    close_accounts(engine, through=through, at=datetime.now(UTC))
    return Closed(through=through)


def companies(engine: Engine, *, as_of: date) -> CompanyReport:
    """Look up every debtor who owes something in the configured register, and act on what is new.

    Args:
        engine: Of the tenant.
        as_of: The day; stops begin on it.
    """
    return check_companies(engine, as_of=as_of)


def inquiry(engine: Engine, debtor: str, *, as_of: date) -> Inquiry:
    """Return what is known of a client: recorded, on the State's list, and own experience.

    Args:
        engine: Of the tenant.
        debtor: Id of the client, invoiced before or not.
        as_of: The day.
    """
    with engine.store.begin() as session:
        return inquiry_about(session, debtor, as_of)


OPERATIONS: Final = (
    Operation("GET", "/receivables", receivables, scope=Scope.READ),
    Operation("GET", "/proposals/{proposal_id}", proposal, scope=Scope.READ),
    Operation("GET", "/receivables/{receivable_id:path}/recovery", recovery_on, scope=Scope.READ,
              id="recovery"),
    Operation("GET", "/receivables/{receivable:path}/letters", letters, scope=Scope.READ),
    Operation("GET", "/receivables/{receivable:path}/proofs", proofs, scope=Scope.READ),
    Operation("GET", "/receivables/{receivable:path}/proofs/{digest}", proof, scope=Scope.READ,
              media_type=ANY_FILE),
    Operation("POST", "/receivables/{receivable:path}/petitions", petition, scope=Scope.RECORD,
              status=201),
    Operation("GET", "/accounts/lines", accounts, scope=Scope.READ),
    Operation("POST", "/accounts/closings", close, scope=Scope.ADMIN, id="close_accounts"),
    Operation("POST", "/companies/checks", companies, scope=Scope.RECORD),
    Operation("GET", "/debtors/{debtor:path}/inquiry", inquiry, scope=Scope.READ),
)  # fmt: skip
"""In the order of the page about the service."""
