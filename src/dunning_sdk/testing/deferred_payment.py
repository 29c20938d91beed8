"""A financier whose debtors pay later, on this machine: keeps state, misbehaves on demand.

Decides as little as a test needs: companies have limits, an order above what is left of one is
declined, and the test is the buyer (`DeferredPaymentSimulator.confirm`, ``repay``). The contract
is what could be reconstructed of Hokodo's, which publishes none; the plugin ``dunning-hokodo`` is
tested against it, and a host's own integration may be. `financier` is its sibling, by Defacto's.

>>> with DeferredPaymentSimulator(key="k", limits={"732829320": 500_00}) as financier:
...     financier.limits["732829320"]
50000
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from dunning_sdk.testing.courier import Courier, Manner
from dunning_sdk.testing.loopback import Answer, Asked, Loopback, routed

_AT: Final = "2026-03-02T08:30:00Z"
_BASE: Final = "/v1"
_BUCKETS: Final = (
    "authorisation", "protected_captures", "unprotected_captures", "refunds",
    "voided_authorisation", "expired_authorisation",
)  # fmt: skip
_ENDED: Final = frozenset(("rejected", "voided"))

Record = dict[str, Any]


class DeferredPaymentSimulator(Loopback):
    """The server; a context manager. Its address is that of the API's first version.

    Args:
        key: The only key it accepts.
        limits: Registration of a company to what may be deferred, in cents of a euro.

    Attributes:
        limits: As given; may be changed while it runs. A company that is not in it is not found.
        organisations: By id.
        users: By id.
        orders: By id, oldest first.
        offers: By id.
        payments: Deferred payments by id.
        documents: Bodies of uploaded forms, as they came.
        collections: By id.
        events: Webhook deliveries not sent yet, in the order they happened.
    """

    def __init__(self, *, key: str, limits: Mapping[str, int]) -> None:
        super().__init__(self._answered)
        self._key = key
        self.limits = dict(limits)
        self.organisations: dict[str, Record] = {}
        self.users: dict[str, Record] = {}
        self.orders: dict[str, Record] = {}
        self.offers: dict[str, Record] = {}
        self.payments: dict[str, Record] = {}
        self.documents: list[bytes] = []
        self.collections: dict[str, Record] = {}
        self.events: list[Record] = []
        payment = "/payment/deferred_payments/([^/]+)"
        case = "/collections/([^/]+)"
        self._routes: tuple[tuple[str, str, Callable[..., Answer]], ...] = (
            ("POST", "/companies/search", self._matches),
            ("GET", "/payment/credit_limits/company/co-(.+)", self._credit),
            ("GET", "/organisations", lambda asked: _listed(self.organisations, asked)),
            ("POST", "/organisations", lambda asked: _added(self.organisations, "org", asked)),
            ("GET", "/users", lambda asked: _listed(self.users, asked)),
            ("POST", "/users", lambda asked: _added(self.users, "user", asked)),
            ("GET", "/payment/orders", lambda asked: _listed(self.orders, asked)),
            ("POST", "/payment/orders", self._add_order),
            ("GET", "/payment/orders/([^/]+)", self._order),
            ("POST", "/payment/orders/([^/]+)/documents", self._keep),
            ("POST", "/payment/offers", self._add_offer),
            ("GET", "/payment/offers/([^/]+)", lambda _, id: _one(self.offers, id)),
            ("POST", f"{payment}/capture_remaining", self._capture),
            ("POST", f"{payment}/void_remaining", self._void),
            ("POST", f"{payment}/refund", self._refund),
            ("GET", "/collections/", lambda asked: _listed(self.collections, asked)),
            ("POST", "/collections/", lambda asked: _added(self.collections, "coll", asked)),
            ("GET", f"{case}/", lambda _, id: _one(self.collections, id)),
            ("PATCH", f"{case}/", lambda asked, id: self._change(id, asked.data())),
            ("PUT", f"{case}/send/", lambda _, id: self._change(id, {"sent": _AT})),
            ("POST", "/collectiondocuments/", self._keep),
        )

    @property
    def api(self) -> str:
        """Return the address to configure."""
        return f"{self.url}{_BASE}"

    # what a test does ---------------------------------------------------------------------
    def confirm(self, order: str, status: str = "accepted") -> str:
        """Let the buyer take the offer; return the deferred payment's id."""
        kept = self.orders[order]
        amounts = dict.fromkeys(_BUCKETS, 0) | {"authorisation": kept["total_amount"]}
        id = _id("defpay", len(self.payments))
        self.payments[id] = {
            "id": id, "number": "P-7WR2-PR0S", "order": order, "status": status,
            "currency": kept["currency"], "repayment_info": None, **amounts,
        }  # fmt: skip
        kept["deferred_payment"] = id
        self._tell(id)
        return id

    def move(self, payment: str, status: str) -> None:
        """Let a deferred payment reach a status, and queue the webhook that tells of it."""
        self.payments[payment]["status"] = status
        self._tell(payment)

    def repay(self, payment: str) -> None:
        """Let the buyer pay all he owes."""
        self.payments[payment]["repayment_info"] = {"status": "paid", "outstanding_amount": 0}
        self._tell(payment)

    def deliver(
        self, url: str, manner: Manner | None = None, *, authorization: str = ""
    ) -> list[int]:
        """Send the queued webhooks; return the statuses.

        Args:
            url: Where the host listens.
            manner: How; right where not given.
            authorization: Text of the header of that name, which is all that Hokodo proves.
        """
        events, self.events = self.events, []
        return Courier(authorization=authorization).send(url, events, manner)

    # what it answers ----------------------------------------------------------------------
    def _answered(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"Token {self._key}":
            detail = "Authentication credentials were not provided."
            return Answer.of({"detail": detail}, 401)
        found = routed(self._routes, asked, path=asked.path.removeprefix(_BASE))
        return found or Answer.of({"detail": "Not found."}, 404)

    def _matches(self, asked: Asked) -> Answer:
        data = asked.data()
        number = {"idtype": "reg_number", "country": data["country"], "value": data["reg_number"]}
        known = {"id": f"co-{data['reg_number']}", "name": "A debtor", "identifiers": [number]}
        return Answer.of({"matches": [known] if data["reg_number"] in self.limits else []})

    def _credit(self, asked: Asked, number: str) -> Answer:
        limit = self.limits[number]
        if not limit:
            reason = {"code": "credit-score", "detail": "Not at this time.", "params": {}}
            refused = {"status": "declined", "rejection_reason": reason, "credit_limit": None}
            return Answer.of({"company": f"co-{number}", **refused})
        in_use = self._in_use(number)
        figures = {
            "currency": asked.query["currency"], "amount": limit, "amount_in_use": in_use,
            "amount_available": limit - in_use,
        }  # fmt: skip
        told = {"status": "eligible", "rejection_reason": None, "credit_limit": figures}
        return Answer.of({"company": f"co-{number}", **told})

    def _in_use(self, number: str) -> int:
        return sum(
            one["authorisation"] + one["protected_captures"]
            for one in self.payments.values()
            if one["status"] not in _ENDED and self._number(one["order"]) == number
        )

    def _number(self, order: str) -> str:
        owner = self.organisations[self.orders[order]["customer"]["organisation"]]
        return str(owner["company"]).removeprefix("co-")

    def _add_order(self, asked: Asked) -> Answer:
        if asked.data()["customer"]["organisation"] not in self.organisations:
            return Answer.of({"customer": {"organisation": ["Invalid pk."]}}, 400)
        return _added(self.orders, "order", asked, payment_offer=None, deferred_payment=None)

    def _order(self, asked: Asked, id: str) -> Answer:
        if id not in self.orders:
            return _one(self.orders, id)
        kept = self.orders[id]
        payment = kept["deferred_payment"]
        whole = self.payments.get(payment) if "expand" in asked.query else payment
        return Answer.of({**kept, "deferred_payment": whole})

    def _add_offer(self, asked: Asked) -> Answer:
        data = asked.data()
        order = self.orders[data["order"]]
        number = self._number(order["id"])
        left = self.limits.get(number, 0) - self._in_use(number)
        plan = _plan(order, declined=order["total_amount"] > left)
        answer = _added(self.offers, "offr", asked, offered_payment_plans=[plan])
        order["payment_offer"] = next(reversed(self.offers))
        return answer

    def _capture(self, asked: Asked, id: str) -> Answer:
        del asked
        return self._moved(id, "capture", "authorisation", "protected_captures", "captured")

    def _void(self, asked: Asked, id: str) -> Answer:
        del asked
        return self._moved(id, "void", "authorisation", "voided_authorisation", "voided")

    def _refund(self, asked: Asked, id: str) -> Answer:
        if asked.data()["amount"] > self.payments[id]["protected_captures"]:
            return Answer.of({"amount": ["Is more than was captured."]}, 400)
        return self._moved(
            id, "refund", "protected_captures", "refunds", "", asked.data()["amount"]
        )

    def _moved(
        self, id: str, kind: str, source: str, target: str, status: str, part: int | None = None
    ) -> Answer:
        """Move money between two buckets of a deferred payment; all of it where no part is said."""
        payment = self.payments[id]
        amount = payment[source] if part is None else part
        if not amount:
            return Answer.of({"detail": "There is nothing left."}, 409)
        payment[source] -= amount
        payment[target] += amount
        self.move(id, status or payment["status"])
        changes = dict.fromkeys(_BUCKETS, 0) | {source: -amount, target: amount}
        told = {"type": kind, "amount": amount, "currency": payment["currency"]}
        return Answer.of({"created": _AT, **told, "changes": changes}, 201)

    def _keep(self, asked: Asked, *_: str) -> Answer:
        self.documents.append(asked.body)
        return Answer.of({"id": _id("doc", len(self.documents))}, 201)

    def _change(self, id: str, values: Record) -> Answer:
        case = self.collections[id]
        if case.get("sent"):
            return Answer.of({"detail": "This collection was sent."}, 409)
        case |= values
        return Answer.of(case)

    def _tell(self, payment: str) -> None:
        kept = self.payments[payment]
        told = {name: kept[name] for name in ("id", "number", "status")}
        order = {"id": kept["order"], "unique_id": self.orders[kept["order"]]["unique_id"]}
        self.events.append({"created": _AT, "data": {"order": {**order, "deferred_payment": told}}})


def _id(kind: str, count: int) -> str:
    return f"{kind}-{count:022d}"


def _one(kept: Mapping[str, Record], id: str) -> Answer:
    return Answer.of(kept[id]) if id in kept else Answer.of({"detail": "Not found."}, 404)


def _listed(kept: Mapping[str, Record], asked: Asked) -> Answer:
    wanted = asked.query.get("unique_id")
    found = [one for one in kept.values() if wanted in (None, one.get("unique_id"))]
    return Answer.of({"count": len(found), "next": None, "previous": None, "results": found})


def _added(kept: dict[str, Record], kind: str, asked: Asked, **more: object) -> Answer:
    id = _id(kind, len(kept))
    kept[id] = {**asked.data(), **more, "id": id}
    return Answer.of(kept[id], 201)


def _plan(order: Record, *, declined: bool) -> Record:
    reason = {"code": "credit-limit", "detail": "Above the limit.", "params": {}}
    fee = {"currency": order["currency"], "amount": order["total_amount"] * 4 // 100}
    return {
        "id": _id("ppln", 0), "name": "30d", "currency": order["currency"],
        "protected_amount": order["total_amount"], "unprotected_amount": 0,
        "scheduled_payments": [{"date": "2026-04-01", "amount": order["total_amount"]}],
        "merchant_fee": fee, "valid_until": "2026-03-09T08:30:00Z",
        "payment_url": f"https://pay.example/{order['id']}",
        "status": "declined" if declined else "offered",
        "rejection_reason": reason if declined else None,
    }  # fmt: skip
