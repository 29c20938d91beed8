"""A financier on this machine: keeps state, speaks a real contract, misbehaves on demand.

Decides as little as a test needs: debtors have limits, a loan over the limit is declined, and the
test moves a loan on (`FinancierSimulator.move`). The contract is the part of Defacto's OpenAPI
that finances one invoice; the plugin ``dunning-defacto`` is tested against it, and a host's own
integration may be.

>>> with FinancierSimulator(key="k", limits={"732829320": 500_00}) as financier:
...     financier.limits["732829320"]
50000
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from dunning_sdk.testing.courier import Courier, Manner
from dunning_sdk.testing.loopback import Answer, Asked, Loopback, routed

_AT: Final = "2026-03-02T08:30:00Z"
_OPEN: Final = frozenset(("DECLINED", "CANCELED", "DELETED", "CLOSED"))


class FinancierSimulator(Loopback):
    """The server; a context manager.

    Args:
        key: The only key it accepts.
        limits: Registration of a debtor to what may be lent against him, in cents.

    Attributes:
        limits: As given; may be changed while it runs.
        counterparties: By registration.
        invoices: By id.
        loans: By id.
        events: Webhook deliveries not sent yet, in the order they happened.
    """

    def __init__(self, *, key: str, limits: Mapping[str, int]) -> None:
        super().__init__(self._answered)
        self._key = key
        self.limits = dict(limits)
        self.counterparties: dict[str, dict[str, Any]] = {}
        self.invoices: dict[str, dict[str, Any]] = {}
        self.loans: dict[str, dict[str, Any]] = {}
        self.events: list[dict[str, Any]] = []
        self._routes: tuple[tuple[str, str, Callable[..., Answer]], ...] = (
            ("GET", "/hello", lambda _: Answer(status=200)),
            ("GET", "/counterparties", self._counterparties),
            ("POST", "/counterparties", self._add_counterparty),
            ("GET", "/invoices", self._invoices),
            ("POST", "/invoices", self._add_invoice),
            ("GET", "/invoice/([^/]+)", lambda _, id: _one(self.invoices, id)),
            ("POST", "/loans", self._add_loan),
            ("GET", "/loan/([^/]+)", lambda _, id: _one(self.loans, id)),
            ("POST", "/loan/([^/]+)/validate", self._validate),
            ("POST", "/loan/([^/]+)/cancel", self._cancel),
        )

    # what a test does ---------------------------------------------------------------------
    def move(self, loan: str, status: str, *, reason: str | None = None) -> None:
        """Let a loan reach a status, and queue the webhook that tells of it."""
        self.loans[loan] |= {"status": status, "denial_reason": reason}
        self.events.append(
            {
                "entity_type": "loan",
                "status": status,
                "timestamp": _AT,
                "id": loan,
                "event_type": f"Loan.{status}",
                "entity_state": dict(self.loans[loan]),
            }
        )

    def deliver(self, url: str, manner: Manner | None = None) -> list[int]:
        """Send the queued webhooks, unsigned as this contract has them; return the statuses."""
        events, self.events = self.events, []
        return Courier().send(url, events, manner)

    # what it answers ----------------------------------------------------------------------
    def _answered(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"Bearer {self._key}":
            return Answer.of({"detail": "Invalid API key"}, 401)
        return routed(self._routes, asked) or Answer.of({"detail": "Not Found"}, 404)

    def _counterparties(self, asked: Asked) -> Answer:
        known = self.counterparties.get(asked.query.get("identifier", ""))
        return _page([self._with_limit(known)] if known else [])

    def _add_counterparty(self, asked: Asked) -> Answer:
        data = asked.data()
        known = data["identifier"] in self.counterparties
        party = self.counterparties.setdefault(
            data["identifier"], {"id": _id("party", data["identifier"]), "name": "A debtor", **data}
        )
        return Answer.of(self._with_limit(party), 200 if known else 201)

    def _with_limit(self, party: dict[str, Any]) -> dict[str, Any]:
        limit = self.limits.get(party["identifier"], 0)
        in_use = sum(
            loan["amount"]
            for loan in self.loans.values()
            if loan["status"] not in _OPEN and loan["metadata"]["debtor"] == party["identifier"]
        )
        details = None if limit else "CREDIT_RISK_NOT_ELIGIBLE_COUNTERPARTY"
        figures = {"max_amount": limit, "available_amount": limit - in_use}
        return {**party, "credit_limit": {**figures, "max_amount_details": details}}

    def _invoices(self, asked: Asked) -> Answer:
        wanted = asked.query.get("query", "")
        return _page([one for one in self.invoices.values() if wanted in one["invoice_number"]])

    def _add_invoice(self, asked: Asked) -> Answer:
        data = asked.data()
        missing = [
            name for name in ("document", "invoice_number", "net_amount") if name not in data
        ]
        if missing:
            faults = [{"loc": ["body", name], "msg": "field required"} for name in missing]
            return Answer.of({"detail": faults}, 422)
        kept = {
            name: value for name, value in data.items() if name not in ("document", "to_account")
        }
        id = _id("invoice", str(len(self.invoices)))
        self.invoices[id] = {**kept, "id": id, "status": "SUBMITTED", "loan_ids": []}
        return Answer.of(self.invoices[id], 201)

    def _add_loan(self, asked: Asked) -> Answer:
        data = asked.data()
        id = _id("loan", data.get("salt_id") or str(len(self.loans)))
        if id in self.loans:
            return Answer.of(self.loans[id], 201)
        invoice = self.invoices.get(next(iter(data["invoice_ids"]), ""))
        if invoice is None:
            return Answer.of({"detail": [{"loc": ["body", "invoice_ids"], "msg": "unknown"}]}, 422)
        debtor = invoice["buyer"]["identifier"]
        left = self._with_limit({"identifier": debtor})["credit_limit"]["available_amount"]
        covered = data["amount"] <= left
        self.loans[id] = {**_loan(id, data), "metadata": {"debtor": debtor}}
        invoice["loan_ids"].append(id)
        reason = None if covered else "AMOUNT_SUPERIOR_TO_AVAILABLE_BALANCE"
        self.move(id, "PENDING_VALIDATION" if covered else "DECLINED", reason=reason)
        return Answer.of(self.loans[id], 201)

    def _validate(self, asked: Asked, id: str) -> Answer:
        del asked
        if self.loans.get(id, {}).get("status") != "TO_VALIDATE":
            return Answer.of({"detail": "This loan cannot be validated"}, 400)
        self.move(id, "VALIDATED")
        return Answer.of(self.loans[id])

    def _cancel(self, asked: Asked, id: str) -> Answer:
        del asked
        if self.loans.get(id, {}).get("status") not in ("TO_VALIDATE", "VALIDATED", "SCHEDULED"):
            return Answer.of({"detail": "This loan cannot be canceled"}, 400)
        self.move(id, "CANCELED")
        return Answer.of(self.loans[id])


def _id(kind: str, key: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{kind}:{key}"))


def _one(kept: Mapping[str, dict[str, Any]], id: str) -> Answer:
    return Answer.of(kept[id]) if id in kept else Answer.of({"detail": "Not Found"}, 404)


def _page(data: list[dict[str, Any]]) -> Answer:
    return Answer.of({"count": len(data), "page_size": 100, "data": data, "next_page": None})


def _loan(id: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a loan with everything the contract requires of a reply."""
    account = {
        "account_number": "FR8811111015593603018280926", "account_number_type": "iban",
        "bank_identifier": "FK2FACTO", "bank_identifier_type": "bic",
    }  # fmt: skip
    loan_to = {**account, "account_number": data["loan_to"]["account_number"]}
    borrower = data.get("borrower") or {"identifier": "000000000", "identifier_type": "siren"}
    zero = ("paid_interests_amount", "repaid_amount", "repaid_nominal_amount")
    none = ("loan_from_references", "loan_to_references", "repayment_from_references",
            "repayment_to_references", "documents")  # fmt: skip
    return {
        "id": id, "amount": data["amount"], "currency": data.get("currency", "EUR"),
        "borrower": borrower, "beneficiary": borrower, "deposits": {},
        "earliest_to_repay_at": data["to_pay_at"], "to_pay_at": data["to_pay_at"],
        "to_repay_at": data["to_repay_at"], "submitted_at": _AT,
        "invoice_ids": data["invoice_ids"], "loan_from": account, "loan_to": loan_to,
        "loan_type": "INVOICE_BASED_FINANCING", "repayment_method": "SCT",
        "repayment_to": account, "status": "SUBMITTED", "denial_reason": None,
        **dict.fromkeys(zero, 0), **{name: [] for name in none},
    }  # fmt: skip
