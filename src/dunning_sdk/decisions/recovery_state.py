"""The words of recovery after the formal notice: states, events, refusals.

The module decides the words alone; which event leads from which state to which is in
``recovery_table``, what follows from it in ``recovery``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class RecoveryState(StrEnum):
    """Where the recovery of one receivable stands."""

    BEFORE_NOTICE = "before-notice"
    NOTICED = "noticed"
    WITH_BAILIFF = "with-bailiff"
    WITH_AGENCY = "with-agency"
    SMALL_CLAIMS_ASKED = "small-claims-asked"
    SMALL_CLAIMS_AGREED = "small-claims-agreed"
    PETITION_WRITTEN = "petition-written"
    PETITION_APPROVED = "petition-approved"
    PETITION_FILED = "petition-filed"
    ORDER_GIVEN = "order-given"
    COPIES_HELD = "copies-held"
    ORDER_SERVED = "order-served"
    OPPOSED = "opposed"
    PROVISION_ASKED = "provision-asked"
    MERITS_ASKED = "merits-asked"
    JUDGED = "judged"
    ENFORCEABLE = "enforceable"
    ENFORCING = "enforcing"
    INSOLVENCY = "insolvency"
    CLAIM_DECLARED = "claim-declared"
    CLOSED = "closed"


class RecoveryEvent(StrEnum):
    """What may happen to it; each is recorded by a person, or follows from an act done."""

    FORMAL_NOTICE = "formal-notice"
    BAILIFF_INSTRUCTED = "bailiff-instructed"
    AGENCY_INSTRUCTED = "agency-instructed"
    HANDED_BACK = "handed-back"
    SMALL_CLAIMS_ASKED = "small-claims-asked"
    SMALL_CLAIMS_AGREED = "small-claims-agreed"
    SMALL_CLAIMS_FAILED = "small-claims-failed"
    PETITION_WRITTEN = "petition-written"
    PETITION_APPROVED = "petition-approved"
    PETITION_FILED = "petition-filed"
    PETITION_REFUSED = "petition-refused"
    ORDER_GIVEN = "order-given"
    COPIES_CERTIFIED = "copies-certified"
    ORDER_SERVED = "order-served"
    ORDER_LAPSED = "order-lapsed"
    OPPOSITION = "opposition"
    COSTS_ADVANCED = "costs-advanced"
    COUNSEL_APPOINTED = "counsel-appointed"
    PROVISION_WRIT = "provision-writ"
    MERITS_WRIT = "merits-writ"
    JUDGMENT = "judgment"
    CASE_DISMISSED = "case-dismissed"
    MADE_ENFORCEABLE = "made-enforceable"
    ENFORCEMENT_BEGUN = "enforcement-begun"
    ATTACHMENT_MADE = "attachment-made"
    INSOLVENCY_PUBLISHED = "insolvency-published"
    CLAIM_DECLARED = "claim-declared"
    ACKNOWLEDGED = "acknowledged"
    MEDIATION_BEGUN = "mediation-begun"
    MEDIATION_ENDED = "mediation-ended"
    CLOSED = "closed"


class Refusal(StrEnum):
    """Why an event cannot follow a state."""

    NOTICE_MISSING = "notice-missing"
    DONE_ALREADY = "done-already"
    NOT_HANDED_OVER = "not-handed-over"
    SMALL_CLAIMS_NOT_ASKED = "small-claims-not-asked"
    PETITION_NOT_WRITTEN = "petition-not-written"
    PETITION_NOT_APPROVED = "petition-not-approved"
    PETITION_NOT_FILED = "petition-not-filed"
    ORDER_NOT_GIVEN = "order-not-given"
    ORDER_NOT_SERVED = "order-not-served"
    ORDER_SERVED = "order-served-already"
    PETITION_UNDER_WAY = "petition-under-way"
    CASE_UNDER_WAY = "case-under-way"
    NO_CASE = "no-case"
    NO_TITLE = "no-title"
    TITLE_HELD = "title-held"
    IN_INSOLVENCY = "in-insolvency"
    NO_INSOLVENCY = "no-insolvency"
    CLOSED = "closed"


REFUSALS: Final[Mapping[Refusal, str]] = MappingProxyType(
    {
        Refusal.NOTICE_MISSING: "no formal notice was given; record event=formal-notice first",
        Refusal.DONE_ALREADY: "that was recorded already",
        Refusal.NOT_HANDED_OVER: "it was handed to nobody",
        Refusal.SMALL_CLAIMS_NOT_ASKED: "the small-claims procedure was not asked for",
        Refusal.PETITION_NOT_WRITTEN: "no petition waits for approval; `dunning recovery petition` "
        "writes one",
        Refusal.PETITION_NOT_APPROVED: "the petition that was written waits for approval; record "
        "event=petition-approved first",
        Refusal.PETITION_NOT_FILED: "no petition was filed",
        Refusal.ORDER_NOT_GIVEN: "no order was given",
        Refusal.ORDER_NOT_SERVED: "the order was not served",
        Refusal.ORDER_SERVED: "the order was served already",
        Refusal.PETITION_UNDER_WAY: "a petition for a payment order is under way",
        Refusal.CASE_UNDER_WAY: "a case is before the court",
        Refusal.NO_CASE: "no case is before the court",
        Refusal.NO_TITLE: "there is no enforceable title",
        Refusal.TITLE_HELD: "there is an enforceable title already",
        Refusal.IN_INSOLVENCY: "insolvency proceedings are open",
        Refusal.NO_INSOLVENCY: "no insolvency proceedings were recorded",
        Refusal.CLOSED: "the recovery is closed",
    }
)
"""Each refusal in words; a test demands all of them."""
