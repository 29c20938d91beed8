"""What the vendors tell by webhook, read into news for ``engine.hear``.

Read a delivery once it was believed by `signing`. The day is given by the host, since most vendors
send none. A field that is missing or of another type is one error that names it; what is told
about something else is no news.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from dunning_sdk.connectors.news import News, NewsKind, opted
from dunning_sdk.connectors.webhook import Delivery
from dunning_sdk.errors import ConnectorInvalidError

from dunning_messaging.twilio import NOTICE

_TWILIO: Final = {
    "sent": NewsKind.ACCEPTED,
    "delivered": NewsKind.ACCEPTED,
    "undelivered": NewsKind.UNDELIVERABLE,
    "failed": NewsKind.UNDELIVERABLE,
}
_BREVO: Final = {
    "accepted": NewsKind.ACCEPTED,
    "sent": NewsKind.ACCEPTED,
    "delivered": NewsKind.ACCEPTED,
    "hardBounce": NewsKind.UNDELIVERABLE,
    "rejected": NewsKind.UNDELIVERABLE,
    "unsubscribe": NewsKind.OPTED_OUT,
    "subscribe": NewsKind.OPTED_IN,
}
_WHATSAPP: Final = {
    "sent": NewsKind.ACCEPTED,
    "delivered": NewsKind.ACCEPTED,
    "read": NewsKind.ACCEPTED,
    "failed": NewsKind.UNDELIVERABLE,
}
_TWILIO_OPTED: Final = {"STOP": NewsKind.OPTED_OUT, "START": NewsKind.OPTED_IN}


def twilio_news(delivery: Delivery, *, on: date) -> tuple[News, ...]:
    """Return what Twilio says: what became of a message, or what a debtor answered.

    Raises:
        ConnectorInvalidError: It is no form of Twilio's.
    """
    form = dict(parse_qsl(delivery.body.decode("utf-8", errors="replace"), keep_blank_values=True))
    sid = _text(form, "MessageSid", "twilio")
    status = form.get("MessageStatus", "")
    if status:
        query = dict(parse_qsl(urlsplit(delivery.url).query))
        kind = _TWILIO.get(status)
        told = _told(kind, on=on, channel="sms", notice=query.get(NOTICE, ""), reference=sid)
        return told
    words = form.get("Body", "")
    kind = _TWILIO_OPTED.get(form.get("OptOutType", "")) or opted(words) or NewsKind.REPLIED
    sender = _text(form, "From", "twilio")
    return (News(kind=kind, on=on, channel="sms", sender=sender, text=words, reference=sid),)


def brevo_news(delivery: Delivery, *, on: date) -> tuple[News, ...]:
    """Return what Brevo says of a text message.

    A soft bounce is tried again by Brevo, and no news yet.

    Raises:
        ConnectorInvalidError: It is no event of Brevo's.
    """
    data = _object(delivery, "brevo-sms")
    event = _text(data, "event", "brevo-sms")
    notice = str(data.get("tag") or "")
    number = str(data.get("phoneNumber") or "")
    sender = f"+{number.lstrip('+')}" if number else ""
    reference = f"{data.get('messageId') or ''}"
    if event == "replied":
        words = str(data.get("reply") or data.get("reason") or "")
        kind = opted(words) or NewsKind.REPLIED
        return (
            News(
                kind=kind, on=on, channel="sms", notice_id=notice, sender=sender, text=words,
                reference=reference,
            ),
        )  # fmt: skip
    return _told(
        _BREVO.get(event),
        on=on,
        channel="sms",
        notice=notice,
        reference=reference,
        sender=sender,
    )


def whatsapp_news(delivery: Delivery, *, on: date) -> tuple[News, ...]:
    """Return what Meta says: statuses of notices, and what debtors answered.

    Raises:
        ConnectorInvalidError: It is no notification of WhatsApp's.
    """
    name = "whatsapp-cloud"
    found: list[News] = []
    for value in _values(_object(delivery, name), name):
        for status in _list(value, "statuses", name):
            found += _told(
                _WHATSAPP.get(_text(status, "status", name)),
                on=on,
                channel="whatsapp",
                notice=str(status.get("biz_opaque_callback_data") or ""),
                reference=_text(status, "id", name),
            )
        for message in _list(value, "messages", name):
            words = _whatsapp_words(message)
            found.append(
                News(
                    kind=opted(words) or NewsKind.REPLIED,
                    on=on,
                    channel="whatsapp",
                    sender=f"+{_text(message, 'from', name)}",
                    text=words,
                    reference=_text(message, "id", name),
                )
            )
    return tuple(found)


def telegram_news(delivery: Delivery, *, on: date) -> tuple[News, ...]:
    """Return what a debtor wrote to the bot, or that he blocked it.

    Raises:
        ConnectorInvalidError: It is no update of Telegram's.
    """
    name = "telegram"
    data = _object(delivery, name)
    reference = str(_number(data, "update_id", name))
    blocked = data.get("my_chat_member")
    message = data.get("message")
    if isinstance(blocked, dict):
        status = _inside(_inside(blocked, "new_chat_member", name), "status", name, kind=str)
        kinds = {"kicked": NewsKind.OPTED_OUT, "member": NewsKind.OPTED_IN}
        chat = str(_number(_inside(blocked, "chat", name), "id", name))
        return _told(
            kinds.get(str(status)), on=on, channel=name, notice="", reference=reference, sender=chat
        )
    if not isinstance(message, dict):
        return ()
    words = str(message.get("text") or message.get("caption") or "")
    kind = opted(words.removeprefix("/")) or NewsKind.REPLIED
    chat = str(_number(_inside(message, "chat", name), "id", name))
    return (News(kind=kind, on=on, channel=name, sender=chat, text=words, reference=reference),)


def _told(
    kind: NewsKind | None,
    *,
    on: date,
    channel: str,
    notice: str,
    reference: str,
    sender: str = "",
) -> tuple[News, ...]:
    """Return one piece of news, or none for what says nothing yet or is about no notice."""
    if kind is None or not (notice or sender):
        return ()
    return (
        News(
            kind=kind, on=on, channel=channel, notice_id=notice, reference=reference, sender=sender
        ),
    )


def _whatsapp_words(message: Mapping[str, Any]) -> str:
    """Return the words of a message: text, the button that was pressed, or what kind it is."""
    for kind, field in (("text", "body"), ("button", "text")):
        part = message.get(kind)
        if isinstance(part, dict) and part.get(field):
            return str(part[field])
    pressed = message.get("interactive")
    reply = pressed.get("button_reply") if isinstance(pressed, dict) else None
    if isinstance(reply, dict):
        return str(reply.get("title") or "")
    return f"({message.get('type') or 'no words'})"


def _values(data: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    for entry in _list(data, "entry", name):
        for change in _list(entry, "changes", name):
            if change.get("field") == "messages":
                yield _inside(change, "value", name)


def _object(delivery: Delivery, name: str) -> dict[str, Any]:
    try:
        data = json.loads(delivery.body)
    except (ValueError, RecursionError) as exc:
        raise _strange(name, "body", "is no JSON") from exc
    if not isinstance(data, dict):
        raise _strange(name, "body", "is no object")
    return data


def _inside(data: Mapping[str, Any], field: str, name: str, *, kind: type = dict) -> Any:  # noqa: ANN401  # JSON
    value = data.get(field)
    if not isinstance(value, kind):
        raise _strange(name, field, "is missing or of another type")
    return value


def _text(data: Mapping[str, Any], field: str, name: str) -> str:
    return str(_inside(data, field, name, kind=str))


def _number(data: Mapping[str, Any], field: str, name: str) -> int:
    return int(_inside(data, field, name, kind=int))


def _list(data: Mapping[str, Any], field: str, name: str) -> list[dict[str, Any]]:
    found = data.get(field, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise _strange(name, field, "is of another type")
    return found


def _strange(name: str, field: str, why: str) -> ConnectorInvalidError:
    return ConnectorInvalidError(
        f"{name}: a webhook is not as expected: {field} {why}",
        hint="Nothing was done; look for a newer version of the plugin, or check who sends it",
        connector=name,
        fields={field: why},
    )
