"""A bank on this machine: accounts and booked movements by NextGenPSD2, misbehaves on demand.

Decides as little as a test needs: one token and one consent, movements in pages, the newest last.
A host tests with it how it reads payments; the plugin ``dunning-psd2`` is held against it too.

>>> with BankSimulator(token="t", consent="c") as bank:
...     bank.add_account("a-1", iban="FR7630006000011234567890189")
...     bank.book("a-1", "m-1", "600.00", on="2026-03-02", text="F-1")
...     len(bank.movements["a-1"])
1

Source:
    Berlin Group, NextGenPSD2 XS2A Framework 1.3.11: ``/v1/accounts`` and
    ``/v1/accounts/{account-id}/transactions``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from dunning_sdk.testing.loopback import Answer, Asked, Loopback


class BankSimulator(Loopback):
    """The server; a context manager.

    Args:
        token: The only access token it accepts; may be changed while it runs, as tokens expire.
        consent: The only consent.
        page_size: Movements on one page.

    Attributes:
        token: As given.
        consent: As given.
        accounts: By id.
        movements: Booked ones by id of the account, oldest first.
        turns: Whether the last page leads back to the first, as no bank should.
    """

    def __init__(self, *, token: str, consent: str, page_size: int = 2) -> None:
        super().__init__(self._answered)
        self.token = token
        self.consent = consent
        self.accounts: dict[str, dict[str, Any]] = {}
        self.movements: dict[str, list[dict[str, Any]]] = {}
        self.turns = False
        self._page_size = page_size

    # what a test does ---------------------------------------------------------------------
    def add_account(self, id: str, *, iban: str, currency: str = "EUR") -> None:
        """Open an account."""
        self.accounts[id] = {"resourceId": id, "iban": iban, "currency": currency}
        self.movements[id] = []

    def book(
        self, account: str, id: str, amount: str, *, on: str, text: str = "", **more: object
    ) -> None:
        """Book a movement.

        Args:
            account: Of which account.
            id: The bank's own, the same for ever.
            amount: In major units; below zero where money went out.
            on: Day it was booked, as in ``2026-03-02``.
            text: What the payer wrote.
            more: Further fields, by the names of the contract.
        """
        currency = self.accounts[account]["currency"]
        self.movements[account].append(
            {
                "transactionId": id,
                "bookingDate": on,
                "valueDate": on,
                "transactionAmount": {"currency": currency, "amount": amount},
                "remittanceInformationUnstructured": text,
                "bankTransactionCode": "PMNT-RCDT-ESCT",
                **more,
            }
        )

    # what it answers ----------------------------------------------------------------------
    def _answered(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return _refused("TOKEN_EXPIRED", 401)
        if asked.headers.get("consent-id") != self.consent:
            return _refused("CONSENT_EXPIRED", 401)
        found = re.fullmatch(r"(?:.*)/v1/accounts(?:/([^/]+)/transactions)?", asked.path)
        if found is None or asked.method != "GET":
            return _refused("RESOURCE_UNKNOWN", 404)
        id = found[1]
        if id and id not in self.accounts:
            return _refused("RESOURCE_UNKNOWN", 404)
        answer = self._page(asked, id) if id else self._list()
        echo = {"X-Request-ID": asked.headers.get("x-request-id", "")}
        return replace(answer, headers={**answer.headers, **echo})

    def _list(self) -> Answer:
        return Answer.of({"accounts": list(self.accounts.values())})

    def _page(self, asked: Asked, id: str) -> Answer:
        since = asked.query.get("dateFrom", "")
        known = [one for one in self.movements[id] if one["bookingDate"] >= since]
        number, size = int(asked.query.get("page", 0)), self._page_size
        links = {"account": {"href": f"/v1/accounts/{id}"}}
        following = number + 1 if len(known) > (number + 1) * size else 0
        if following or self.turns:
            query = f"bookingStatus=booked&dateFrom={since}&page={following}"
            links["next"] = {"href": f"{asked.path}?{query}"}
        booked = known[number * size : (number + 1) * size]
        return Answer.of(
            {
                "account": {"iban": self.accounts[id]["iban"]},
                "transactions": {"booked": booked, "_links": links},
            }
        )


def _refused(code: str, status: int) -> Answer:
    return Answer.of({"tppMessages": [{"category": "ERROR", "code": code}]}, status)
