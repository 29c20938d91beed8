"""Hand an unpaid, insured invoice over to Hokodo's collectors.

Speaks Hokodo's older interface for insured invoices, where a case belongs to a policy. Decides that
a policy has one case, and that a case that was sent is not touched again. Whether the policy may
be handed over is decided by Hokodo, which refuses where it may not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_form import Part, form
from dunning_sdk.connectors.http_site import Ask, Site, ask, path_of, tell
from dunning_sdk.connectors.http_transport import Transport
from dunning_sdk.connectors.interface import IssuedDocument
from dunning_sdk.connectors.pages import numbered_pages
from dunning_sdk.connectors.payload import read_payload
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Party
from dunning_sdk.errors import ConnectorTransientError

from dunning_hokodo.account import listed
from dunning_hokodo.options import NAME
from dunning_hokodo.record import Case

KINDS: Final = (
    "invoice",
    "statement",
    "proof_order",
    "proof_delivery",
    "shipping",
    "correspondence",
    "other",
)
"""Kinds of document a case may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """What the collectors are told.

    Attributes:
        policy: Hokodo's id of the insured invoice.
        creditor: Whom they may ask.
        debtor: Whom they turn to.
        paid: What the debtor has paid already.
        disputed: Whether he disputes it.
        fees_from_debtor: Whether their fees are collected from him.
        actions_taken: What was done before, in words.
        documents: Kind, one of `KINDS`, and document; the invoice at least.
    """

    policy: str
    creditor: Party
    debtor: Party
    paid: Money
    disputed: bool = False
    fees_from_debtor: bool = True
    actions_taken: str = ""
    documents: Sequence[tuple[str, IssuedDocument]] = ()


class Collections:
    """Hands cases over.

    Args:
        site: Where, and with which key.
        transport: What makes the calls; over the network where not given.
        timing: Clock and waiting.
    """

    def __init__(
        self, site: Site, *, transport: Transport | None = None, timing: Timing | None = None
    ) -> None:
        self._http = HttpClient(site, transport=transport, timing=timing)

    def find(self, policy: str) -> Case | None:
        """Return the case of a policy, or ``None`` where there is none yet.

        Raises:
            ConnectorError: Hokodo could not be asked.
        """

        def page(number: int) -> tuple[list[object], bool]:
            later = number if number > 1 else None
            return listed(self._http.data(ask("/collections/", page=later)))

        cases = (_case(data) for data in numbered_pages(page, connector=NAME))
        return next((case for case in cases if case.policy == policy), None)

    def hand_over(self, what: HandOver) -> Case:
        """Open, complete and send a case; one that was sent is returned as it is.

        You accept the collectors' terms by this, and confirm that what it says is right.

        Raises:
            ConnectorInvalidError: The policy is not in a state to be handed over, or what is told
                is refused.
            ConnectorTransientError: To be tried again; a case that was begun is gone on with.
            ConnectorError: Hokodo refuses.
        """
        case = self.find(what.policy) or self._opened(what.policy)
        if case.sent:
            return case
        one = f"{path_of('collections', case.id)}/"
        self._http.data(tell("PATCH", one, _told(what), keyed=True))
        for kind, document in what.documents:
            self._http.data(_upload(what.policy, kind, document))
        try:
            return _case(self._http.data(tell("PUT", f"{one}send/")))
        except ConnectorTransientError:
            again = self.find(what.policy)
            if again is None or not again.sent:
                raise
            return again

    def _opened(self, policy: str) -> Case:
        return _case(self._http.data(tell("POST", "/collections/", {"policy": policy})))


def _told(what: HandOver) -> dict[str, Any]:
    where = what.debtor.address
    places = {
        "debtor_address": ", ".join(where.lines),
        "debtor_postcode": where.postal_code,
        "debtor_city": where.city,
        "debtor_country": where.country or what.debtor.country,
        "actions_taken": what.actions_taken,
    }
    return {
        **{name: text for name, text in places.items() if text},
        **_contact("creditor", what.creditor),
        **_contact("debtor", what.debtor),
        "partial_payment": f"{what.paid.major:.2f}",
        "disputed": what.disputed,
        "collect_fees_from_debtor": what.fees_from_debtor,
        "confirm_correct": True,
        "collections_terms_acceptance": True,
    }


def _contact(whose: str, party: Party) -> dict[str, str]:
    who = party.contact()
    if who is None:
        return {}
    told = {"name": who.name or party.name, "email": who.email, "phone": who.phone}
    return {f"{whose}_contact_{name}": text for name, text in told.items() if text}


def _upload(policy: str, kind: str, document: IssuedDocument) -> Ask:
    return form(
        "/collectiondocuments/",
        [
            Part(name="policy", content=policy.encode()),
            Part(name="type", content=kind.encode()),
            Part(
                name="file",
                content=document.content,
                media_type=document.media_type,
                file_name=document.reference or document.number,
            ),
        ],
    )


def _case(data: object) -> Case:
    return read_payload(Case, data, connector=NAME, what="the collection case")
