"""Write a note on the invoice in Tryton for each notice that left.

Decides which events are worth a note: a notice that was sent or handed to be posted, and one that
failed for good. A note ends in the event's id, by which it is found again, so that an event told
twice is one note.
"""

from collections.abc import Mapping
from typing import Any, Final

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Ask, Site, tell
from dunning_sdk.connectors.http_transport import Transport
from dunning_sdk.connectors.timing import Timing

from dunning_tryton.reader import MODEL, coded, records

ACT_CHANGED: Final = "receivable.act-changed"
_SAID: Final = {"sent": "sent by", "awaiting_posting": "to be posted by", "failed": "not sent by"}


class TrytonNotes:
    """Writes notes in a Tryton database.

    Args:
        site: Where, and with which key.
        transport: What makes the calls; over the network where not given.
        timing: Clock and waiting.
    """

    def __init__(
        self, site: Site, *, transport: Transport | None = None, timing: Timing | None = None
    ) -> None:
        self._http = HttpClient(site, transport=transport, timing=timing)

    def hear(self, id: str, event: Mapping[str, Any]) -> bool:
        """Write a note for an event that is worth one, and tell whether there is one now.

        Args:
            id: Of the event.
            event: As the hook ``dunning_hear_event`` is given it.

        Raises:
            ConnectorError: Tryton could not be asked or told; the event is told again.
        """
        said = note_of(event)
        if not said:
            return False
        invoice = self._invoice(event["data"]["stream"]["id"])
        if invoice is None:
            return False
        resource = f"{MODEL},{invoice}"
        if not self._found("ir.note", ("resource", "=", resource), ("message", "like", f"%{id}%")):
            body = {"resource": resource, "message": f"{said} ({id})"}
            self._http.data(tell("POST", "/rest/model/ir.note", body))
        return True

    def _invoice(self, number: str) -> int | None:
        """Return Tryton's id of the customer invoice of a number; ``None`` where it has none."""
        found = self._found(MODEL, ("number", "=", number), ("type", "=", "out"))
        return found[0] if found else None

    def _found(self, model: str, *domain: tuple[str, str, str]) -> list[int]:
        params = (("d", coded(domain)), ("s", "1"), ("f", "id"))
        listed = self._http.data(Ask(method="GET", path=f"/rest/model/{model}", params=params))
        return [int(one["id"]) for one in records(listed, of=model)]


def note_of(event: Mapping[str, Any]) -> str:
    """Return what is noted of an event; empty where nothing is.

    >>> header = {"is_notice": True, "status": "sent", "level": 2, "channel": "email"}
    >>> note_of({"type": ACT_CHANGED, "data": {"on": "2026-03-12", "header": header}})
    'Reminder, level 2, sent by email on 2026-03-12'
    >>> note_of({"type": ACT_CHANGED, "data": {"header": {"status": "planned"}}})
    ''
    """
    header = event["data"]["header"]
    said = _SAID.get(str(header.get("status")))
    if event["type"] != ACT_CHANGED or not header.get("is_notice") or said is None:
        return ""
    name = "Formal notice" if header.get("legal_effect") else f"Reminder, level {header['level']},"
    return f"{name} {said} {header.get('channel')} on {event['data']['on']}"
