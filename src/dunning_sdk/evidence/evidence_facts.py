"""The figures and grounds of an evidence file, as data: what was done and why, and what is owed.

Decides how they are written down; what they are is decided by the rules and the law, asked anew.
"""

from collections.abc import Iterator
from typing import Any, Final

from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import Event
from dunning_sdk.errors import RecordNotFoundError
from dunning_sdk.evidence.evidence_parts import Claim
from dunning_sdk.rules.vocabulary import Language
from dunning_sdk.store.interface import Session

_OF_AN_ACT: Final = (
    "act", "step", "procedure", "level", "status", "channel", "reference", "message", "notice",
    "actor", "legal_effect", "amount_minor", "book", "proposal",
)  # fmt: skip


def act_facts(claim: Claim, session: Session, language: Language) -> Iterator[dict[str, Any]]:
    """Yield what is known of each act that left or was tried, with approval and grounds.

    Args:
        claim: Whose acts.
        session: Open transaction; only read from.
        language: Of the grounds in words.
    """
    approvals: dict[str, list[dict[str, str]]] = {}
    for event in claim.events:
        act = str(event.header.get("act"))
        if event.type == "act.approved":
            approvals.setdefault(act, []).append(_approved_by(session, event))
        if event.type != events.ACT_CHANGED or event.header.get("status") == "planned":
            continue
        yield {
            "on": event.on.isoformat(),
            "recorded_at": event.recorded_at.isoformat(),
            "event": event.seq,
            **{key: event.header.get(key) for key in _OF_AN_ACT},
            "approved": approvals.get(act, []),
            "why": claim.why(event, language),
        }


def interest_facts(claim: Claim) -> dict[str, Any]:
    """Return interest and compensation up to the day, with every rate, its source and its days."""
    charges = claim.charges()
    if charges is None:
        why = "debtor-erased" if claim.debtor is None else "law-not-known-or-consumer"
        return {"not_known": why}
    statement = charges.statement
    if statement is None:
        why = charges.missing or ", ".join(charges.reasons) or "nothing-due"
        return {"not_known": why, "compensation": str(charges.compensation or "0")}
    return {
        "interest": str(statement.total),
        "compensation": str(charges.compensation or "0"),
        "until": claim.as_of.isoformat(),
        "parameter": statement.parameter_id,
        "confidence": str(statement.confidence),
        "missing": charges.missing,
        "unverified": [f"{id}@{start}" for id, start in charges.unverified],
        "assumptions": list(statement.assumptions),
        "segments": [
            {
                "from": one.period.start.isoformat(),
                "to": one.last_on.isoformat(),
                "days": one.period.days,
                "principal": str(one.principal),
                "rate": f"{one.rate.yearly:f}",
                "interest": str(one.interest),
                "source": "; ".join(dict.fromkeys(map(str, one.rate.sources))),
            }
            for one in statement.segments
        ],
        "law": [entry.to_json() for entry in charges.trace],
    }


def _approved_by(session: Session, event: Event) -> dict[str, str]:
    try:
        by = str(session.payload(event.stream, event.seq).get("by") or "")
    except RecordNotFoundError:  # erased
        by = ""
    return {"by": by, "on": event.on.isoformat()}
