"""A post office on this machine: takes letters, keeps proofs, misbehaves on demand.

Speaks Maileva's contract of registered and simple letters, as far as one letter with one addressee
goes; the test moves a letter on (`PostSimulator.deliver`). The plugin ``dunning-letters`` is
tested against it, and a host's own integration may be.

>>> with PostSimulator(client="app", secret="s") as post:
...     post.sendings
{}
"""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Callable
from typing import Any, Final

from dunning_sdk.testing.loopback import Answer, Asked, Loopback

AT: Final = "2026-03-02T08:30:00Z"
DEPOSIT: Final = b"%PDF-1.4 proof of deposit"
RECEIPT: Final = b"%PDF-1.4 card signed by the addressee"


class PostSimulator(Loopback):
    """The server; a context manager.

    Args:
        client: The only application it knows.
        secret: Of the application.

    Attributes:
        sendings: Letters by id, oldest first.
        recipients: By id of the letter.
        documents: Bodies as they came, by id of the letter.
        tokens: Tokens that are good; clear it, and every one has expired.
    """

    def __init__(self, *, client: str, secret: str) -> None:
        super().__init__(self._answered)
        self._basic = base64.b64encode(f"{client}:{secret}".encode()).decode()
        self.sendings: dict[str, dict[str, Any]] = {}
        self.recipients: dict[str, dict[str, Any]] = {}
        self.documents: dict[str, list[bytes]] = {}
        self.tokens: set[str] = set()
        one = "/sendings/([^/]+)"
        whose = f"{one}/recipients/[^/]+"
        self._routes: tuple[tuple[str, str, Callable[..., Answer]], ...] = (
            ("GET", "/sendings", self._list),
            ("POST", "/sendings", self._create),
            ("GET", one, lambda _, id: Answer.of(self.sendings[id])),
            ("DELETE", one, self._delete),
            ("POST", f"{one}/documents", self._add_document),
            ("POST", f"{one}/recipients", self._add_recipient),
            ("GET", f"{one}/recipients", self._recipients),
            ("POST", f"{one}/submit", self._submit),
            ("GET", f"{one}/download_deposit_proof", self._deposit),
            ("GET", f"{whose}/download_acknowledgement_of_receipt", self._receipt),
        )

    # what a test does ---------------------------------------------------------------------
    def deliver(self, id: str, code: str = "", *, at: str = AT, scanned: bool = False) -> None:
        """Let a letter be posted, and reach a status of distribution.

        Args:
            id: Of the letter.
            code: Such as ``D01``; empty where it is only posted.
            at: When.
            scanned: Whether the signed card was scanned.
        """
        self.sendings[id] |= {"status": "PROCESSED", "processed_date": at}
        found = self.recipients[id]
        found |= {"status": "PROCESSED", "registered_number": "2C 123 456 7890 1"}
        if code:
            found |= {"last_delivery_status": code, "last_delivery_status_date": at}
        if scanned:
            found["acknowledgement_of_receipt_url"] = f"/sendings/{id}/card"

    def reject(self, id: str, why: str) -> None:
        """Let a letter be rejected."""
        self.sendings[id] |= {"status": "REJECTED", "status_detail": why}

    # what it answers ----------------------------------------------------------------------
    def _answered(self, asked: Asked) -> Answer:
        if asked.path.endswith("/token"):
            return self._token(asked)
        given = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if given not in self.tokens:
            return Answer.of({"code": "UNAUTHORIZED", "message": "Token expired"}, 401)
        path = re.sub(r"^/(registered_mail|mail)/v2", "", asked.path)
        for method, pattern, answer in self._routes:
            found = re.fullmatch(pattern, path)
            if found and method == asked.method:
                known = not found.groups() or found[1] in self.sendings
                return answer(asked, *found.groups()) if known else _missing()
        return _missing()

    def _token(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"Basic {self._basic}":
            return Answer.of({"error": "unauthorized_client"}, 401)
        token = uuid.uuid4().hex
        self.tokens.add(token)
        return Answer.of({"access_token": token, "expires_in": 300})

    def _list(self, asked: Asked) -> Answer:
        start, count = int(asked.query["start_index"]), int(asked.query["count"])
        found = list(self.sendings.values())
        page = found[start - 1 : start - 1 + count]
        return Answer.of({"sendings": page, "paging": {"total_results": len(found)}})

    def _create(self, asked: Asked) -> Answer:
        data = asked.data()
        if not data.get("name"):
            fault = {"code": "EMPTY_NAME", "message": "Aucun nom d'envoi n'a été transmis"}
            return Answer.of({"errors": [fault]}, 400)
        id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"sending:{len(self.asked)}"))
        names = ("name", "custom_id", "acknowledgement_of_receipt")
        kept = {name: data[name] for name in names if name in data}
        self.sendings[id] = {"id": id, **kept, "status": "DRAFT", "creation_date": AT}
        self.documents[id] = []
        return Answer.of(self.sendings[id], 201)

    def _delete(self, asked: Asked, id: str) -> Answer:
        del asked
        if self.sendings[id]["status"] != "DRAFT":
            fault = {"code": "SENDING_STATUS_IS_NOT_DRAFT", "message": "L'envoi est soumis"}
            return Answer.of({"errors": [fault]}, 400)
        del self.sendings[id]
        return Answer(status=204)

    def _add_document(self, asked: Asked, id: str) -> Answer:
        self.documents[id].append(asked.body)
        number = len(self.documents[id])
        kept = {"id": f"d{number}", "name": "letter.pdf", "priority": number, "type": "pdf"}
        return Answer.of({**kept, "size": len(asked.body)}, 201)

    def _add_recipient(self, asked: Asked, id: str) -> Answer:
        self.recipients[id] = {"id": f"r-{id[:8]}", **asked.data(), "status": "DRAFT"}
        return Answer.of(self.recipients[id], 201)

    def _recipients(self, asked: Asked, id: str) -> Answer:
        del asked
        found = [self.recipients[id]] if id in self.recipients else []
        return Answer.of({"recipients": found, "paging": {"total_results": len(found)}})

    def _submit(self, asked: Asked, id: str) -> Answer:
        del asked
        if not self.documents[id] or id not in self.recipients:
            fault = {"code": "EMPTY_DOCUMENT", "message": "Le document est vide"}
            return Answer.of({"errors": [fault]}, 400)
        self.sendings[id]["status"] = "PENDING"
        self.recipients[id]["status"] = "PENDING"
        return Answer(status=200)

    def _deposit(self, asked: Asked, id: str) -> Answer:
        del asked
        return _file(DEPOSIT) if self.sendings[id]["status"] == "PROCESSED" else _missing()

    def _receipt(self, asked: Asked, id: str) -> Answer:
        del asked
        known = "acknowledgement_of_receipt_url" in self.recipients[id]
        return _file(RECEIPT) if known else _missing()


def _file(content: bytes) -> Answer:
    return Answer(body=content, headers={"Content-Type": "application/zip"})


def _missing() -> Answer:
    return Answer.of({"code": "SENDING_NOT_FOUND", "message": "Introuvable"}, 404)
