"""An invoicing tool on this machine: keeps state, speaks a real contract, misbehaves on demand.

Decides as little as a test needs: it hands out what the test put in, page by page, and numbers
what is drafted and finalized here. The contract is the part of Pennylane's API, version 2, that
lists invoices, customers and bank transactions and makes invoices, in the shapes of recorded
replies; the plugin ``dunning-pennylane`` is tested against it, and a
host's own integration may be.

>>> with InvoicingSimulator(token="t") as tool:
...     tool.add_invoice(7, number="F-7", amount="120.00", issued="2026-02-01", due="2026-03-03")
...     sorted(tool.invoices)
[7]
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

from dunning_sdk.testing.loopback import Answer, Asked, Loopback

_AT: Final = "2026-02-01T09:00:00.000000Z"


class InvoicingSimulator(Loopback):
    """The server; a context manager.

    Args:
        token: The only token it accepts.
        page_size: How many records a page holds at most.

    Attributes:
        invoices: By id.
        customers: By id.
        transactions: By id.
        matched: Id of an invoice to the ids of its transactions.
        turns_in_circles: Answer the first cursor again after the second page.
        prints: Whether a finalized document has its PDF at once.
    """

    def __init__(self, *, token: str, page_size: int = 100) -> None:
        super().__init__(self._answered)
        self._token = token
        self.page_size = page_size
        self.invoices: dict[int, dict[str, Any]] = {}
        self.customers: dict[int, dict[str, Any]] = {}
        self.transactions: dict[int, dict[str, Any]] = {}
        self.matched: dict[int, list[int]] = {}
        self.turns_in_circles = False
        self.prints = True
        self._routes: tuple[tuple[str, str, Callable[..., Answer]], ...] = (
            ("GET", "/customer_invoices", self._list_invoices),
            ("POST", "/customer_invoices", self._draft),
            ("GET", r"/customer_invoices/(\d+)", lambda _, id: _one(self.invoices, int(id))),
            ("PUT", r"/customer_invoices/(\d+)/finalize", self._finalize),
            ("GET", r"/customer_invoices/(\d+)/matched_transactions", self._list_matched),
            ("GET", "/customers", lambda asked: self._page(asked, list(self.customers.values()))),
            ("GET", r"/customers/(\d+)", lambda _, id: _one(self.customers, int(id))),
        )

    # what a test does ---------------------------------------------------------------------
    def add_debtor(self, id: int, *, name: str, **over: object) -> None:
        """Keep one customer; other fields as the contract calls them."""
        self.customers[id] = {
            "id": id, "name": name, "billing_iban": None, "payment_conditions": "30_days",
            "recipient": "", "phone": "", "reference": "", "notes": None, "vat_number": "",
            "reg_no": "", "ledger_account": {"id": 1}, "emails": [],
            "billing_address": _address("1 rue de la Paix", "75002", "Paris", "FR"),
            "delivery_address": _address("", "", "", ""), "created_at": _AT, "updated_at": _AT,
            "customer_type": "company", "external_reference": f"ref-{id}",
            "billing_language": "fr_FR", "mandates": {"url": ""},
            "pro_account_mandates": {"url": ""}, "contacts": {"url": ""}, **over,
        }  # fmt: skip

    def add_invoice(
        self,
        id: int,
        *,
        number: str,
        amount: str,
        issued: str,
        due: str | None,
        debtor: int = 1,
        **over: object,
    ) -> None:
        """Keep one invoice; other fields as the contract calls them."""
        below = f"{self.url}/customer_invoices/{id}"
        linked = ("payments", "matched_transactions", "appendices", "invoice_lines",
                  "invoice_line_sections", "custom_header_fields", "categories")  # fmt: skip
        empty = ("special_mention", "pdf_description", "billing_subscription", "credited_invoice",
                 "customer_invoice_template", "transaction_reference", "quote", "e_invoicing",
                 "archived_at")  # fmt: skip
        self.invoices[id] = {
            "id": id, "label": f"Facture {number}", "invoice_number": number, "currency": "EUR",
            "amount": amount, "currency_amount": amount, "currency_amount_before_tax": amount,
            "exchange_rate": "1.0", "date": issued, "deadline": due, "currency_tax": "0.0",
            "tax": "0.0", "language": "fr_FR", "paid": False, "status": "upcoming",
            "discount": {"type": "relative", "value": "0.0"}, "ledger_entry": {"id": id},
            "public_file_url": None, "filename": f"{number}.pdf",
            "remaining_amount_with_tax": amount, "remaining_amount_without_tax": amount,
            "draft": False, "customer": {"id": debtor, "url": ""},
            "pdf_invoice_free_text": "", "pdf_invoice_subject": "", "external_reference": number,
            "factur_x": False, "created_at": _AT, "updated_at": _AT,
            **{name: {"url": f"{below}/{name}"} for name in linked},
            **dict.fromkeys(empty), **over,
        }  # fmt: skip

    def add_transaction(self, id: int, *, amount: str, on: str, invoice: int, label: str) -> None:
        """Keep one movement of a bank account, matched to an invoice."""
        self.transactions[id] = {
            "id": id, "label": label, "attachment_required": True, "date": on,
            "outstanding_balance": "0.0", "created_at": _AT, "updated_at": _AT, "currency": "EUR",
            "currency_amount": amount, "amount": amount, "journal": {"id": 1, "url": ""},
            "bank_account": {"id": 1, "url": ""}, "categories": [], "matched_invoices": {"url": ""},
            **dict.fromkeys(("archived_at", "currency_fee", "fee", "interbank_code",
                             "pro_account_expense", "customer", "supplier")),
        }  # fmt: skip
        self.matched.setdefault(invoice, []).append(id)

    # what it answers ----------------------------------------------------------------------
    def _answered(self, asked: Asked) -> Answer:
        printed = re.fullmatch(r"/public/(\d+)\.pdf", asked.path)
        if printed:  # the link opens it by itself
            return Answer(body=b"%PDF-1.7 " + printed[1].encode())
        if asked.headers.get("authorization") != f"Bearer {self._token}":
            return Answer.of({"status": 401, "message": "Invalid token", "details": {}}, 401)
        for method, pattern, answer in self._routes:
            found = re.fullmatch(pattern, asked.path)
            if found and asked.method == method:
                return answer(asked, *found.groups())
        return _missing()

    def _list_invoices(self, asked: Asked) -> Answer:
        rules = json.loads(asked.query.get("filter", "[]"))
        chosen = [one for one in self.invoices.values() if all(_fits(one, rule) for rule in rules)]
        return self._page(asked, chosen)

    def _draft(self, asked: Asked) -> Answer:
        body = asked.data()
        id = max(self.invoices, default=0) + 1
        net = sum(Decimal(one["raw_currency_unit_price"]) for one in body["invoice_lines"])
        tax = sum(
            Decimal(one["raw_currency_unit_price"]) * _rate(one["vat_rate"])
            for one in body["invoice_lines"]
        )
        credited = body.get("credited_invoice_id")
        self.add_invoice(
            id, number="", amount=str(net + tax), issued=body["date"], due=body["deadline"],
            debtor=body["customer_id"], draft=True, status="draft",
            currency_amount_before_tax=str(net), currency_tax=str(tax),
            external_reference=body["external_reference"], remaining_amount_with_tax=None,
            credited_invoice={"id": credited, "url": ""} if credited else None,
        )  # fmt: skip
        return Answer.of(self.invoices[id], 201)

    def _finalize(self, asked: Asked, id: str) -> Answer:
        del asked
        made = self.invoices[int(id)]
        if made["draft"]:
            is_credit = Decimal(made["currency_amount"]) < 0
            made["draft"] = False
            made["status"] = "credit_note" if is_credit else "upcoming"
            made["invoice_number"] = f"{'A' if is_credit else 'F'}-2026-{id}"
        if self.prints:
            made["public_file_url"] = f"{self.url}/public/{id}.pdf"
        return Answer.of(made)

    def _list_matched(self, asked: Asked, id: str) -> Answer:
        return self._page(asked, [self.transactions[one] for one in self.matched.get(int(id), [])])

    def _page(self, asked: Asked, records: Sequence[dict[str, Any]]) -> Answer:
        start = int(asked.query.get("cursor") or 0)
        size = min(self.page_size, int(asked.query.get("limit", 100)))
        end = start + size
        more = end < len(records)
        following = self.page_size if self.turns_in_circles and start else end
        cursor = str(following) if more or (self.turns_in_circles and start) else None
        items = records[start:end]
        return Answer.of({"items": items, "has_more": cursor is not None, "next_cursor": cursor})


def _fits(one: dict[str, Any], rule: dict[str, str]) -> bool:
    have, want = one[rule["field"]], rule["value"]
    return bool(have >= want if rule["operator"] == "gteq" else have == want)


def _rate(code: str) -> Decimal:
    """Return the rate of a code such as ``FR_200``, which is in tenths of a percent."""
    return Decimal(code.removeprefix("FR_")) / 1000


def _one(kept: dict[int, dict[str, Any]], id: int) -> Answer:
    return Answer.of(kept[id]) if id in kept else _missing()


def _missing() -> Answer:
    return Answer.of({"status": 404, "message": "Not found", "details": {}}, 404)


def _address(line: str, code: str, city: str, country: str) -> dict[str, str]:
    return {"address": line, "postal_code": code, "city": city, "country_alpha2": country}
