"""The operations of the façade: each verb of `Engine` under the name it has in Python.

Decides paths and scopes. Where a verb takes or returns what JSON does not hold, a function beside
it translates, and does nothing else.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from dunning_sdk.access.api_key import Scope
from dunning_sdk.debtors.thread_view import Waiting
from dunning_sdk.domain.notice import Attachment
from dunning_sdk.engine.engine import Engine
from dunning_sdk.evidence.statement import Statement
from dunning_sdk.rules.vocabulary import Language
from dunning_sdk.service import view
from dunning_sdk.service.body import NewsItem, NewsList, RecordBody, news_of, record_of
from dunning_sdk.service.operation import Operation
from dunning_sdk.service.page import Limit, Page, page_of


def record(engine: Engine, body: Any) -> str:  # noqa: ANN401  # one of many kinds
    """Record what a person or another system knows, and say what changed.

    Each kind has values of its own: docs/recording.md.

    Args:
        engine: Of the tenant.
        body: The record.
    """
    return engine.record(record_of(body))


def hear(engine: Engine, body: Iterable[NewsItem]) -> list[str]:
    """Take what became known of notices that left: posted, delivered, bounced, answered.

    Each is stored by itself, in order; where one is refused, those before it stay.

    Args:
        engine: Of the tenant.
        body: In the order it happened.
    """
    return engine.hear(news_of(body))


def review(
    engine: Engine, *, as_of: date, cursor: str = "", limit: Limit = 50
) -> Page[view.Question]:
    """List what waits for a person, what is past its date first.

    Args:
        engine: Of the tenant.
        as_of: The day.
        cursor: `next` of the page before; empty for the first.
        limit: Most lines.
    """
    found = [view.question(item) for item in engine.review(as_of=as_of)]
    return page_of(found, key=lambda item: item.id, cursor=cursor, limit=limit)


def waiting_for(
    engine: Engine, name: str, *, as_of: date, cursor: str = "", limit: Limit = 50
) -> Page[Waiting]:
    """List the tasks, unread replies and mentions that wait for one colleague.

    Args:
        engine: Of the tenant.
        name: As he is mentioned.
        as_of: What came later is unseen.
        cursor: `next` of the page before; empty for the first.
        limit: Most lines.
    """
    found = engine.waiting_for(name, as_of=as_of)
    return page_of(
        found, key=lambda one: f"{one.debtor_id}/{one.entry.id}", cursor=cursor, limit=limit
    )


def evidence(
    engine: Engine, receivable: str, *, as_of: date, language: Language = "en"
) -> Attachment:
    """Return the evidence file of a receivable: an archive that proves itself, with a page.

    Args:
        engine: Of the tenant.
        receivable: Which.
        as_of: Day of the file; interest is counted up to it. The log is in it whole.
        language: Of the page.
    """
    found = engine.evidence(receivable, as_of=as_of, language=language)
    name = f"evidence-{receivable}-{as_of}.zip"
    return Attachment(name=name, media_type=ZIP, content=found.archive)


def statement(engine: Engine, debtor: str, *, as_of: date, begin: date | None = None) -> Statement:
    """Return the statement of account of a debtor: every movement and the balance after it.

    Args:
        engine: Of the tenant.
        debtor: Id of the debtor, or of one of his receivables.
        as_of: What came later is unseen.
        begin: First day whose movements are shown; the beginning if not given.
    """
    return engine.statement(debtor, as_of=as_of, begin=begin)


PDF: Final = "application/pdf"
CSV: Final = "text/csv"
ZIP: Final = "application/zip"
ANY_FILE: Final = "application/octet-stream"
OPERATIONS: Final = (
    Operation("POST", "/pulls", Engine.pull, scope=Scope.RECORD, says=view.pulled,
              shows=view.Pulled),
    Operation("POST", "/records", record, scope=Scope.RECORD, takes={"body": RecordBody},
              says=view.recorded, shows=view.Recorded, status=201),
    Operation("POST", "/news", hear, scope=Scope.RECORD, takes={"body": NewsList},
              says=view.heard, shows=view.Heard),
    Operation("GET", "/receivables/{receivable_id:path}/next", Engine.decide, scope=Scope.READ,
              says=view.next_of, shows=view.Next),
    Operation("GET", "/receivables/{receivable_id:path}/explanation", Engine.explain,
              scope=Scope.READ),
    Operation("GET", "/receivables/{receivable:path}/ledger", Engine.ledger, scope=Scope.READ,
              says=view.ledger_of, shows=view.LedgerView),
    Operation("GET", "/receivables/{receivable:path}/evidence", evidence, scope=Scope.READ,
              media_type=ZIP),
    Operation("GET", "/quotes/{quote_number:path}/eligibility", Engine.ask_eligibility,
              scope=Scope.READ),
    Operation("POST", "/proposals", Engine.propose, scope=Scope.PROPOSE, status=201),
    Operation("POST", "/proposals/{proposal_id}/approvals", Engine.approve, scope=Scope.APPROVE),
    Operation("POST", "/proposals/{proposal_id}/executions", Engine.execute,
              scope=Scope.EXECUTE),
    Operation("POST", "/runs", Engine.run, scope=Scope.EXECUTE, says=view.run_of,
              shows=view.Run),
    Operation("GET", "/reviews", review, scope=Scope.READ),
    Operation("POST", "/matches/{review_id:path}/confirmations", Engine.confirm_match,
              scope=Scope.RECORD, says=view.told, shows=view.Said),
    Operation("POST", "/matches/{review_id:path}/rejections", Engine.reject_match,
              scope=Scope.RECORD, says=view.told, shows=view.Said),
    Operation("GET", "/debtors/{debtor:path}/thread", Engine.thread, scope=Scope.READ,
              says=view.thread_of, shows=view.ThreadView),
    Operation("GET", "/debtors/{debtor:path}/statement", statement, scope=Scope.READ),
    Operation("GET", "/debtors/{debtor:path}/statement.pdf", Engine.statement_pdf,
              scope=Scope.READ, media_type=PDF),
    Operation("GET", "/debtors/{debtor:path}/statement.csv", Engine.statement_csv,
              scope=Scope.READ, media_type=CSV),
    Operation("GET", "/debtors/{debtor:path}/files/{digest}", Engine.attachment,
              scope=Scope.READ, media_type=ANY_FILE),
    Operation("GET", "/colleagues/{name}/waiting", waiting_for, scope=Scope.READ),
)  # fmt: skip
"""In the order of the page about the service."""
